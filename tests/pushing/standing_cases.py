"""Who may be active when DailyStory does half of what it is asked: an opt-out without an answer, a number that stays, a row after a refusal."""

import json

from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, OPT_OUT, dead, put, status_of, told
from pushing.kit import cases, crowd, hour, pages, sold, test


def row_of(s, ident):
    return next(c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == ident and c["status"] != "Deleted")


def called(s, path):
    """How often, since the last forget."""
    return sum(1 for _, method, called, *_ in s.far.log() if "%s %s" % (method, called) == path)


def bodies(s):
    return [json.loads(body) for _, method, path, *_, body in s.far.log() if (method, path) == ("POST", "/api/v1/contact")]


@cases(("a contact",), ("no-identifier",))
def an_opt_out_without_an_answer(k, who):
    """All else works: after an hour whoever is not told counts as refused, all of the row is sent, and the push that tells makes it active."""
    people = crowd(3)
    s = k.settled(people, push_retries=0)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    for person in people[:2]:
        person.update(NO_MAIL)
    if who == "no-identifier":
        people[0].update(email="", phone="")
    s.far.fault("503", OPT_OUT)
    s.hour(hour(1), pages(people))
    s.push(code=(75,), what="a minute")
    k.lab.equal("no answer is no refusal yet", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"], ["Inactive"], ["Active"]])
    s.hour(hour(2), pages(people, sold(1, 1)))
    s.push(code=(75,), what="an hour")
    k.lab.equal("nobody can be written to", [status_of(s, "c%05d" % i) for i in range(3)], [["Inactive"], ["Inactive"], ["Active"]])
    k.lab.equal("the order is there", row_of(s, "c00000")["extendedProperties"].get("fh_total_orders"), "1" if who == "a contact" else "0")
    s.far.control("forget")
    s.push(code=(75,), what="again")
    k.lab.equal("nobody is looked at again", s.far.calls(), 2)
    s.far.control("clear")
    s.push(what="it works")
    k.lab.check("told", told(s, "user0@example.com") and told(s, "user1@example.com"), s.far.books()["refusals"])
    k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"] if who == "a contact" else ["Inactive"], ["Inactive"], ["Active"]])
    s.quiet("it works")


@cases((OPT_OUT, 3, 12), ("", 10, 12), (OPT_OUT, 3, 20))
def many_opt_outs_without_an_answer(k, call, most, n):
    """If it is that call alone, it is given up for this push, and nothing waits after it; if nobody answers at all, the push ends."""
    people = crowd(n + 3)
    s = k.settled(people, push_retries=0)
    for person in people[:n]:
        person.update(NO_MAIL)
    people[-1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("503", call)
    s.far.control("forget")
    s.push(code=(75,), env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 7200)})
    k.lab.equal("so often it is asked", called(s, OPT_OUT), most)
    k.lab.equal("who can be written to", [status_of(s, "c%05d" % i)[0] for i in range(n + 3)], (["Inactive"] * n if call else ["Active"] * n) + ["Active"] * 3)
    k.lab.equal("what is after it", row_of(s, people[-1]["id"])["lastName"], "Cee" if call else "Bee")
    if not call:
        k.lab.equal("three look, and one asks whether anybody is there", s.far.calls(), most + 4)
    s.far.control("clear")
    s.push(what="it works")
    s.same("it works")
    s.quiet("it works")


@cases(("alone",), ("with a taken email",))
def back_with_a_number_that_stays(k, how):
    """Who was inactive by us comes back and refuses texts: it is not active before DailyStory was seen to have no number."""
    people = crowd(3)
    s = k.settled(people, (), "--empty", "keep")
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user0@example.com\nuser1@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(people))
    s.push(what="suppressed")
    put(s, email="taken@example.com")
    people[0].update(NO_TEXT)
    if how != "alone":
        people[0].update(email="taken@example.com")
    s.set(suppress=None)
    s.hour(hour(2), pages(people))
    s.far.control("forget")
    s.push(code=(0, 3), what="back")
    who = row_of(s, "c00000")["id"]
    k.lab.equal("never active with it", [b for b in bodies(s) if b.get("dsId") == who and b.get("status") == "Active"], [])
    k.lab.equal("who has none to lose is active", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.push(code=(0, 3), what="the push after it")
    s.quiet("back")


@test
def rows_of_whom_an_opt_out_was_refused(k):
    """They are inactive, so all else is kept as it should be; the opt-out waits for its week and costs no call."""
    people = crowd(2)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    s.hour(hour(2), pages(people, sold(2, 1)))
    s.far.control("forget")
    s.push(code=(3,), what="an order")
    k.lab.equal("the order is there", row_of(s, "c00000")["extendedProperties"]["fh_total_orders"], "2")
    k.lab.equal("by one call", (s.far.calls(), status_of(s, "c00000")), (1, ["Inactive"]))
    s.quiet("an order")
    s.far.control("clear")
    s.hour(hour(170), pages(people, sold(2, 1)))
    s.push(what="a week")
    s.same("a week")
    s.quiet("a week")


@cases(("a new contact",), ("another email",), ("a flag",))
def an_address_that_cannot_be_told_is_not_sent(k, who):
    """All but the address is sent, once; when the opt-out is taken the rest follows in the same push."""
    way = ("--email_flag", "optOutEmail") if who == "a flag" else ()
    people = crowd(2)
    s = k.settled(people[1:], (), *way)
    if who == "another email":
        s.hour(hour(1), pages(people))
        s.push()
        people[0]["email"] = "new@example.com"
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    if way:
        s.set(push_email_opt_out="noSuchFlag")
    else:
        s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    k.lab.equal("all else is there", (row_of(s, "c00000")["lastName"], row_of(s, "c00000").get("email", "")), ("Bee", "user0@example.com" if who == "another email" else ""))
    k.lab.equal("who can be reached otherwise is active", status_of(s, "c00000"), ["Inactive" if who == "another email" else "Active"])
    s.quiet("refused")
    s.hour(hour(3), pages(people, sold(1, 1)))
    s.far.control("forget")
    s.push(code=(3,), what="an order")
    k.lab.equal("the order is there, by one call", (row_of(s, "c00000")["extendedProperties"]["fh_total_orders"], s.far.calls()), ("1", 1))
    s.far.control("clear")
    if way:
        s.set(push_email_opt_out="optOutEmail")
    s.hour(hour(200), pages(people, sold(1, 1)))
    s.push(what="a week")
    s.same("a week")
    k.lab.equal("no dead letter is left", dead(s), [])
    s.quiet("a week")


@cases(("a contact",), ("removed",))
def a_number_that_staff_changed(k, who):
    """--check --repair takes it off the books; who then refuses texts has none for all that, or is not active."""
    people = crowd(3)
    s = k.settled(people)
    s.far.edit("change", email="user0@example.com", field="mobilePhone", value="+17205559999")
    s.run("push", "--check", "--all", "--repair")
    people[0].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    if who == "removed":
        s.hour(hour(2), pages(people[1:]))
    s.push()
    row = row_of(s, "c00000")
    k.lab.equal("no number, or not active", (row.get("mobilePhone"), row["status"]), (None, "Active") if who == "a contact" else (row.get("mobilePhone"), "Inactive"))
    s.quiet(who)


@test
def imported_and_not_there(k):
    """Whoever refuses and cannot be told is looked for by the address that does not refuse, for perhaps a contact is made of it."""
    people = crowd(2)
    s = k.shop()
    s.hour(hour(0), pages(people))
    s.push("--mark-imported", s.now.strftime("%Y%m%dT%H%M%SZ"))
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    made = lambda: [(c["status"], c.get("email"), c.get("mobilePhone")) for c in s.far.books()["contacts"]]
    k.lab.equal("no email is sent to be made active", [b for b in bodies(s) if "email" in b], [])
    k.lab.equal("inactive", made(), [("Inactive", None, "+17205550000")])
    s.quiet("refused")
    s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    k.lab.equal("told and active", (told(s, "user0@example.com"), made()), (True, [("Active", None, "+17205550000")]))


@test
def told_while_the_row_is_held(k):
    """push_hold leaves time to look at a name, and nobody is inactive for that; nor is anybody made so for an email that has to wait."""
    people = crowd(3)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    s.far.control("clear")
    s.set(push_hold=90)
    people[0]["lastName"] = "Cee"
    people[1].update(NO_MAIL, email="new@example.com")
    s.hour(hour(2), pages(people))
    s.push("--retry-rejected", what="too young")
    k.lab.equal("both are active", [(row_of(s, "c%05d" % i)["status"], row_of(s, "c%05d" % i)["lastName"]) for i in range(2)], [("Active", "Bee")] * 2)
    k.lab.check("all are told", all(told(s, e) for e in ("user0@example.com", "user1@example.com", "new@example.com")), s.far.books()["refusals"])
    s.quiet("too young")
    s.push(env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 100 * 60)}, what="old enough")
    s.same("old enough")


@test
def opt_outs_alone(k):
    """Whoever gets another email that refuses is inactive for the row, and not for opt-outs that come long before it."""
    people = crowd(2)
    s = k.settled(people)
    people[0].update(NO_MAIL, email="new@example.com")
    s.hour(hour(1), pages(people))
    s.push("--limit", "2", what="both opt-outs")
    k.lab.equal("told and active", (told(s, "user0@example.com"), told(s, "new@example.com"), status_of(s, "c00000")), (True, True, ["Active"]))
    s.push(what="the row")
    s.same("the row")
    s.quiet("the row")


@test
def a_status_that_is_refused(k):
    """Whoever may not be active is made inactive as soon as DailyStory lets us: it is asked again by the next push, then less often, but once a day."""
    people = crowd(3)
    s = k.settled(people)
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user0@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT, count=1)
    s.far.fault("422", CONTACT, skip=1, count=1)   # not the row between
    s.push(code=(3,))
    k.lab.equal("refused", status_of(s, "c00000"), ["Active"])
    asked = []
    for n in [2, 3, 4, 5, 6, 7, 8, 40, 41, 64, 65]:
        s.far.control("clear")
        s.far.fault("422", CONTACT)
        s.far.control("forget")
        s.hour(hour(n), pages(people))
        s.push(code=(3,), what="hour %d" % n)
        asked += [n] * (called(s, CONTACT[:-1]) > 0)
    k.lab.equal("asked at once, then less often, and each day", asked, [2, 3, 5, 8, 40, 64])
    s.far.control("clear")
    s.hour(hour(90), pages(people))
    s.push(code=(0, 3), what="a day later")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
