"""What protects somebody goes first: before all that does not, however little of a push is done."""

from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, OPT_OUT, put, told
from pushing.kit import cases, crowd, hour, pages, test


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
    """Ten rows that get no answer end it; they come after."""
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
    k.lab.check("nothing after them is sent", "Cee" not in [c.get("lastName") for c in s.far.books()["contacts"]])


EMAIL_FLAG = ("--email_flag", "optOutEmail")


@cases(("new",), ("moved",))
def first_by_a_flag_though_held(k, how):
    """A contact of nobody's has the email already: it is told at once, though the row has to wait."""
    people = crowd(2)
    s = k.settled(people[1:] if how == "new" else people, (), *EMAIL_FLAG, push_email_opt_out="optOutEmail")
    put(s, email="late@example.com")
    people[0].update(NO_MAIL, email="late@example.com")
    people[1]["lastName"] = "Cee"
    s.set(push_hold=90)
    s.hour(hour(1), pages(people))
    s.push(code=(0,) if how == "new" else (3,))
    k.lab.equal("told", [c["out_of_email"] for c in s.far.books()["contacts"] if c.get("email") == "late@example.com"], [True])
    k.lab.check("nothing that waits is sent", "Cee" not in [c.get("lastName") for c in s.far.books()["contacts"]])
    if how == "new":
        s.set(push_hold=None)
        s.push(what="the row")
        s.same("the row")
        s.quiet(k.name)


@test
def first_by_a_flag_though_limited(k):
    """New ones with emails that contacts of nobody's have; the one who refuses is the last."""
    people = crowd(6)
    s = k.shop(*EMAIL_FLAG, push_email_opt_out="optOutEmail")
    for i in range(6):
        put(s, email="user%d@example.com" % i)
    people[5].update(NO_MAIL)
    s.hour(hour(0), pages(people))
    s.push("--limit", "3")
    k.lab.check("told", told(s, "user5@example.com"), s.far.books()["refusals"])
    calls = s.plan()["calls"]
    s.far.control("forget")
    s.push(what="the rest")
    k.lab.equal("as many calls as planned", s.far.calls(), calls)
    s.same("the rest")
    s.quiet(k.name)


@test
def first_by_a_flag_for_texts(k):
    """By the row, as DailyStory may know their email; it does not wait, for a contact of nobody's may have the number."""
    people = crowd(4)
    s = k.settled(people[2:], (), "--text_flag", "optOutText")
    put(s, email="user0@example.com")
    put(s, mobilePhone="+17205550001")
    people[0].update(NO_TEXT)
    people[1].update(NO_TEXT)
    people[2]["lastName"] = "Cee"
    s.set(push_hold=90)
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("told", sorted(c["mobilePhone"] for c in s.far.books()["contacts"] if c["out_of_texts"] and "mobilePhone" in c), ["+17205550000", "+17205550001"])
    k.lab.equal("of the one whose email was there nothing is left", sorted(s.rejected()), ["c00001"])
    k.lab.check("nothing that waits is sent", "Cee" not in [c.get("lastName") for c in s.far.books()["contacts"]])


@test
def first_though_the_breaker_stops_it(k):
    """For a field: opt-outs are told and people made inactive; of no row anything is sent, and all is undone when somebody accepts it."""
    people = crowd(130)
    s = k.settled(people)
    s.far.control("forget")
    for p in people:
        p["lastName"] = "Cee"
    people[3].update(NO_MAIL)
    people[4].update(NO_TEXT)
    suppress(s, "user5@example.com")
    s.hour(hour(1), pages(people))
    r = s.push(code=(5,))
    k.lab.check("it says so", "of this plan only opt-outs, statuses and erasures were sent, 3 acknowledged and 130 pending: 129 of 130 contacts would change in lastName\n" in r.err and " 3 acked, 0 rejected, 130 pending" in r.err, r.err)
    k.lab.check("told", told(s, "user3@example.com"), s.far.books()["refusals"])
    k.lab.equal("who may be active", [c["email"] for c in s.far.books()["contacts"] if c["status"] != "Active"], ["user4@example.com", "user5@example.com"])
    k.lab.equal("no row", [c["email"] for c in s.far.books()["contacts"] if c["lastName"] == "Cee" or "fh_gone" in c["extendedProperties"]], [])
    s.far.control("forget")
    r = s.push(what="stopped again", code=(5,))
    k.lab.equal("nothing is sent twice", s.far.calls(), 0)
    k.lab.check("nor is it said", "nothing of this plan was sent: 129 of 130 contacts would change in lastName\n" in r.err, r.err)
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")
    s.quiet(k.name)


@test
def first_but_not_of_too_many(k):
    """Those who would be opted out are what stops it."""
    people = crowd(130)
    s = k.settled(people)
    for p in people:
        p.update(NO_MAIL, lastName="Cee")
    s.hour(hour(1), pages(people))
    s.far.control("forget")
    s.push(code=(5,))
    k.lab.equal("no call", s.far.calls(), 0)
