"""What protects somebody goes first: before all that does not, however little of a push is done."""

from pushing.guard_cases import CONTACT, NO_TEXT
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
