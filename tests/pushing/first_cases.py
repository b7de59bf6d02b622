"""What protects somebody goes first: before all that does not, however little of a push is done."""

from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, OPT_OUT
from pushing.kit import crowd, hour, pages, test


def of(s, email):
    """(mobile, status) of that contact."""
    return [(c.get("mobilePhone") or "", c["status"]) for c in s.far.books()["contacts"] if c.get("email") == email]


def suppress(s, *emails):
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(emails) + "\n")
    s.set(suppress="suppress.txt")


@test
def first_of_a_limited_push(k):
    """Each hour more changes than the limit lets through; whoever refuses texts, or is suppressed, is the last by id."""
    people = crowd(8)
    s = k.settled(people)
    for p in people[:5]:
        p["lastName"] = "Cee"
    people[6].update(NO_TEXT)
    suppress(s, "user7@example.com")
    s.hour(hour(1), pages(people))
    s.push("--limit", "2")
    k.lab.equal("the mobile is gone, and who is suppressed inactive", of(s, "user6@example.com") + [x[1] for x in of(s, "user7@example.com")],
                [("", "Active"), "Inactive"])


@test
def first_of_a_push_that_ends_early(k):
    """Ten rows that get no answer end it; they come behind."""
    people = crowd(13)
    s = k.settled(people, push_retries=0)
    for p in people[:11]:
        p["lastName"] = "Cee"
    people[12].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.far.fault("503", CONTACT, skip=1)
    s.push(code=(75,))
    k.lab.equal("the mobile is gone", of(s, "user12@example.com"), [("", "Active")])


@test
def first_though_all_is_rejected(k):
    """45 opt-outs that are refused end a push, but not before what protects others is done."""
    people = crowd(48)
    s = k.settled(people)
    for p in people[:45]:
        p.update(NO_MAIL)
    people[45].update(NO_TEXT)
    people[46]["lastName"] = "Cee"
    suppress(s, "user47@example.com")
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    r = s.push(code=(3,))
    k.lab.check("it says that it stops", "so the push stops" in r.err, r.err)
    k.lab.equal("the mobile is gone, and who is suppressed inactive", of(s, "user45@example.com") + [x[1] for x in of(s, "user47@example.com")],
                [("", "Active"), "Inactive"])
    k.lab.check("nothing behind them is sent", "Cee" not in [c.get("lastName") for c in s.far.books()["contacts"]])
