"""Whose a status is: a contact is made inactive while a refused email is on its way, and never made active if others had made it inactive."""

import json
import urllib.request

from lab.lab import customer
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.receiver import TOKEN
from pushing.shop import injected, read_dead

CONTACT, OPT_OUT, LOOK = "POST /api/v1/contact$", "POST /api/v1/contact/optout/email", "GET /api/v1/contact/"
NO_MAIL, NO_TEXT = {"consentsToPromotionalEmail": False}, {"consentsToPromotionalSMS": False}


def put(s, **body):
    """A contact made by a person in DailyStory."""
    head = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(s.far.url + "/api/v1/contact", json.dumps(body).encode(), head)) as answer:
        return json.loads(answer.read())["Response"]["id"]


def status_of(s, ident):
    return [c["status"] for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == ident and c["status"] != "Deleted"]


def told(s, email):
    return ("email", email) in {(r["channel"], r["address"]) for r in s.far.books()["refusals"] if r["on"]}


def dead(s):
    return read_dead(s.run("push", "--rejected", "--json").out)


@cases(("Inactive",), ("Spam",))
def a_contact_that_others_made(k, status):
    """Found by its mobile and not active before: it stays so, though a refused email is sent to it."""
    s = k.shop()
    who = put(s, mobilePhone="+17205550000")
    s.far.edit("status", dsid=who, value=status)
    s.hour(hour(0), pages([customer(0, **NO_MAIL), customer(1, **NO_MAIL)]))
    s.push()
    k.lab.equal("it is left alone", status_of(s, "c00000"), [status])
    k.lab.equal("who was active is so again", status_of(s, "c00001"), ["Active"])
    k.lab.check("the opt-outs are told", told(s, "user0@example.com") and told(s, "user1@example.com"), s.far.books()["refusals"])
    s.quiet(k.name)


@test
def a_contact_that_others_make_inactive_later(k):
    """Between two hours: a refused email that it gets changes nothing in that."""
    people = [customer(0), customer(1)]
    s = k.settled(people)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    people[1].update(NO_MAIL, email="other@example.com")
    s.hour(hour(1), pages(people))
    s.push()
    k.lab.equal("still inactive", status_of(s, "c00001"), ["Inactive"])
    k.lab.equal("no harm", s.far.harm(), [])
    s.quiet(k.name)


@cases(("address",), ("contact",))
def a_bound_contact_gets_a_refused_email(k, optouts):
    """With another email, or its first one: nobody could be written to in between, and it is active afterwards."""
    people = [customer(0), customer(1, email=""), customer(2, phone="")]
    s = k.shop("--optouts", optouts)
    s.hour(hour(0), pages(people))
    s.push()
    s.same("at first")
    for i, person in enumerate(people):
        person.update(NO_MAIL, email="new%d@example.com" % i)
    s.hour(hour(1), pages(people))
    plan = s.plan()
    s.far.control("forget")
    s.push(what="refused emails")
    k.lab.equal("as many calls as planned", s.far.calls(), plan["calls"])
    k.lab.equal("no harm", s.far.harm(), [])
    k.lab.equal("all are active", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"]] * 3)
    s.same("refused emails")
    s.quiet(k.name)


@cases(("before", 0), ("before", 1), ("lost", 0), ("lost", 1), ("503", 1))
def one_push_later(k, kind, skip):
    """The opt-out of a new contact comes to nothing: the next push makes it active, not the one after that."""
    s = k.shop(push_retries=0)
    s.hour(hour(0), pages([customer(0, **NO_MAIL)]))
    s.far.fault(kind, OPT_OUT, skip=skip)
    s.push(code=(75, 0))
    s.far.control("clear")
    s.push(what="the next push")
    s.same("the next push")
    s.quiet(k.name)


@cases(("lost",), ("before",), ("reset",), ("503",))
def a_call_of_the_guard_comes_to_nothing(k, kind):
    """Each of its calls in turn, looks too: what is then not known is ours, and is undone."""
    for call, most in ((CONTACT, 4), (LOOK, 1), (OPT_OUT, 2)):
        for skip in range(most):
            s = k.shop(push_retries=0)
            s.hour(hour(0), pages([customer(0, **NO_MAIL)]))
            s.far.fault(kind, call, skip=skip, count=1)
            what = "%s, %s after %d" % (k.name, call, skip)
            s.push(code=(0, 75), what=what)
            s.push(what=what + ": the next push")
            s.same(what)
            s.quiet(what)
            s.close()


@test
def killed_while_it_becomes_inactive(k):
    """Before and after each call of the network: nobody stays inactive for ever, and who was so is left alone."""
    for n in range(1, 40, k.step(3)):
        s = k.shop()
        who = put(s, mobilePhone="+17205550001")
        s.far.edit("status", dsid=who, value="Inactive")
        s.hour(hour(0), pages([customer(0, **NO_MAIL), customer(1, **NO_MAIL)]))
        killed = [s.run("push", front=injected(call, n, "signal=KILL")).code != 0 for call in ("recvfrom", "sendto")]
        s.push(what="%s: %d" % (k.name, n))
        k.lab.equal("%s: %d" % (k.name, n), [status_of(s, "c%05d" % i) for i in range(2)], [["Active"], ["Inactive"]])
        k.lab.equal("%s: %d: no harm" % (k.name, n), s.far.harm(), [])
        s.quiet(k.name)
        s.close()
        if not any(killed):
            break
    k.lab.check("it was killed at all of them", not any(killed) and n > 8, n)


@cases(("inactive", ()), ("flag", ("suppress",)), ("delete", ()))
def gone_and_back(k, policy, why):
    """Who was made inactive by others before we did is not made active when they return; by us, they are."""
    people = crowd(4)
    s = k.settled(people, push_gone=policy)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    if why:
        with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
            f.write("user1@example.com\nuser2@example.com\n")
        s.set(suppress="suppress.txt")
    for n in (1, 3):
        s.hour(hour(n), pages(people if why else people[:1] + people[3:]))
        plan = s.plan()
        s.far.control("forget")
        s.push(what="gone")
        k.lab.equal("as many calls as planned, but for a status that is left alone", s.far.calls(), plan["calls"] - (policy != "delete"))
        if policy != "delete":
            k.lab.equal("neither can be reached", [status_of(s, "c%05d" % i) for i in (1, 2)], [["Inactive"]] * 2)
        else:
            s.far.edit("status", dsid=put(s, email="user1@example.com"), value="Inactive")
        s.quiet("gone")
        if why:
            s.set(suppress=None)
        s.hour(hour(n + 1), pages(people))
        s.push(what="back")
        k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in (1, 2)], [["Inactive"], ["Active"]])
        s.quiet("back")
        if policy == "delete":
            break
        if why:
            s.set(suppress="suppress.txt")


@test
def made_active_by_others_while_gone(k):
    """Then the status is theirs: another reason to be gone does not change it, for it is sent once."""
    people = crowd(3)
    s = k.settled(people, push_gone="inactive")
    s.hour(hour(1), pages(people[:2]))
    s.push()
    k.lab.equal("inactive", status_of(s, "c00002"), ["Inactive"])
    s.far.edit("status", email="user2@example.com", value="Active")
    people[2].update(email="", phone="")
    s.hour(hour(2), pages(people))
    s.push(code=(0, 3))
    k.lab.equal("left alone", status_of(s, "c00002"), ["Active"])


@test
def a_refused_email_that_another_contact_has(k):
    """It is not written, so nobody has to be protected from it: who was made inactive for it is active again, and all else is sent."""
    people = [customer(0), customer(1)]
    s = k.settled(people)
    put(s, email="taken@example.com")
    people[0].update(NO_MAIL, email="taken@example.com", lastName="Cee")
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("why", s.rejected(), {"c00000": "identity-taken"})
    k.lab.equal("active", status_of(s, "c00000"), ["Active"])
    k.lab.equal("the rest is sent", [c["lastName"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com"], ["Cee"])
    k.lab.check("the opt-out is told", told(s, "taken@example.com"), s.far.books()["refusals"])
    s.quiet(k.name)


@cases((),  ("--email_flag", "optOutEmail", "--text_flag", "optOutText"))
def an_address_that_is_taken_holds_nothing_else_back(k, *way):
    """Segments, opt-outs and that somebody is gone are sent, though the row waits."""
    settings = {"push_email_opt_out": "optOutEmail"} if way else {}
    people = [customer(0), customer(1)]
    s = k.settled(people, (), *way, **settings)
    stranger = put(s, email="taken@example.com")
    people[0]["email"] = "taken@example.com"
    s.hour(hour(1), pages(people, sold(1, 1)))
    s.push(code=(3,))
    k.lab.equal("why", s.rejected(), {"c00000": "identity-taken"})
    row = lambda: [c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == "c00000"][0]
    k.lab.equal("the email is the old one", row()["email"], "user0@example.com")
    k.lab.equal("the order is there", row()["extendedProperties"]["fh_total_orders"], "1")
    s.quiet("taken")
    s.hour(hour(2), pages(people, sold(2, 1)))
    s.push(code=(3,), what="another order")
    k.lab.equal("another order", (row()["extendedProperties"]["fh_total_orders"], row()["extendedProperties"]["fh_seg_ordered_more_than_once"]), ("2", "True"))
    people[0].update(NO_MAIL)
    s.hour(hour(3), pages(people, sold(2, 1)))
    s.push(code=(3,), what="who waits refuses")
    k.lab.check("the opt-out is told", told(s, "taken@example.com"), s.far.books()["refusals"])
    k.lab.equal("whoever has the address can not be written to", [c["out_of_email"] for c in s.far.books()["contacts"] if c["id"] == stranger], [True])
    s.quiet("who waits refuses")
    s.hour(hour(4), pages(people[1:], sold(2, 1)))
    s.push(code=(0, 3), what="gone")
    k.lab.equal("gone", row()["extendedProperties"].get("fh_gone"), "removed")


@test
def a_mobile_that_cannot_be_taken_away(k):
    """DailyStory refuses the empty text, so whoever refuses texts has the number still, and is not active until it goes."""
    people = [customer(0), customer(1), customer(2)]
    s = k.settled(people)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    s.far.switch("empty", "refuse")
    people[0].update(NO_TEXT)
    people[1].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("nobody can be texted", [status_of(s, "c%05d" % i) for i in range(3)], [["Inactive"], ["Inactive"], ["Active"]])
    k.lab.equal("dead letters", sorted(s.rejected()), ["c00000", "c00001"])
    s.quiet(k.name)
    s.far.switch("empty", "clear")
    s.push("--retry-rejected", what="it can be taken away")
    k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"], ["Inactive"], ["Active"]])
    k.lab.equal("the numbers are gone", [c.get("mobilePhone") for c in s.far.books()["contacts"]], [None, None, "+17205550002"])
    s.quiet("it can be taken away")


@test
def a_refused_opt_out_that_is_owed_no_more(k):
    """DailyStory refuses it, and then it was a mistake in Flowhub: nothing waits, and nobody stays inactive."""
    people = [customer(0, **NO_MAIL), customer(1), customer(2)]
    s = k.shop()
    s.hour(hour(0), pages(people))
    s.far.fault("422", OPT_OUT, skip=1)
    s.push(code=(3,))
    k.lab.equal("inactive until it is told", status_of(s, "c00000"), ["Inactive"])
    people[1].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("two dead letters", len(dead(s)), 2)
    for person in people:
        person["consentsToPromotionalEmail"] = True
    s.hour(hour(2), pages(people))
    s.far.control("clear")
    s.push(what="corrected")
    s.same("corrected")
    k.lab.equal("no dead letter is left", dead(s), [])
    s.quiet(k.name)


@test
def a_row_that_is_as_it_was(k):
    """DailyStory refuses a name, and then it is corrected; somebody was never there, and is gone."""
    people = [customer(0), customer(1)]
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages([*people, customer(2)]))
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    k.lab.equal("two dead letters", sorted(s.rejected()), ["c00000", "c00002"])
    s.quiet("they wait")
    people[0]["lastName"] = "Bee"
    s.hour(hour(2), pages(people))
    s.push("--only", "c00001", code=(3,), what="somebody else")
    s.far.control("clear")
    s.quiet("as it was")
    k.lab.equal("no dead letter is left", s.rejected(), {})
    s.push(what="status 0 again")
    s.same("as it was")


@cases(("endpoint",), ("flag",))
def an_opt_out_that_is_refused(k, way):
    """Whoever has the address in DailyStory and cannot be told is not active until that works, or is owed no more."""
    no = NO_MAIL if way == "endpoint" else NO_TEXT
    people = crowd(5)
    s = k.shop() if way == "endpoint" else k.shop("--text_flag", "optOutText")
    s.hour(hour(0), pages(people))
    s.push()
    s.far.edit("status", email="user1@example.com", value="Inactive")
    for person in people[:3]:
        person.update(no)
    people[3]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    if way == "endpoint":
        s.far.fault("422", OPT_OUT)
    else:
        s.set(push_text_opt_out="noSuchFlag")
    s.push(code=(3,))
    k.lab.equal("nobody can be written to", [status_of(s, "c%05d" % i) for i in range(5)], [["Inactive"]] * 3 + [["Active"]] * 2)
    k.lab.equal("dead letters", len(dead(s)), 3)
    s.quiet("refused")
    people[2].update(dict.fromkeys(no, True))
    s.hour(hour(2), pages(people))
    s.push(code=(3,), what="one was a mistake")
    k.lab.equal("that one is active", [status_of(s, "c%05d" % i) for i in range(3)], [["Inactive"], ["Inactive"], ["Active"]])
    s.quiet("one was a mistake")
    s.far.control("clear")
    s.set(push_text_opt_out=None if way == "endpoint" else "optOutText")
    s.push("--retry-rejected", what="it works")
    k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"], ["Inactive"], ["Active"]])
    k.lab.equal("no dead letter is left", dead(s), [])
    k.lab.equal("all are told", s.of_refusals(s.full(), s.far.books()), [])
    s.quiet("it works")


@test
def killed_while_an_opt_out_is_refused(k):
    """Whoever is to be protected is, by the next push, and nobody for ever."""
    people = [customer(0), customer(1)]
    for n in range(1, 30, k.step(3)):
        s = k.settled(people)
        s.hour(hour(1), pages([{**people[0], **NO_MAIL}, people[1]]))
        s.far.fault("422", OPT_OUT)
        killed = [s.run("push", front=injected(call, n, "signal=KILL")).code not in (0, 3) for call in ("recvfrom", "sendto")]
        s.push(what="%s: %d" % (k.name, n), code=(3,))
        k.lab.equal("%s: %d" % (k.name, n), [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
        s.quiet("%s: %d" % (k.name, n))
        s.far.control("clear")
        s.push("--retry-rejected", what="%s: %d: it works" % (k.name, n))
        s.same("%s: %d: it works" % (k.name, n))
        s.close()
        if not any(killed):
            break
    k.lab.check("it was killed at all of them", not any(killed) and n > 3, n)


@test
def suppressed_and_refused(k):
    """DailyStory does not take the row that says so: the contact is inactive all the same, and who was so is left alone."""
    people = crowd(3)
    s = k.settled(people)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user0@example.com\nuser1@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT, skip=1, count=2)     # after the call that makes the first one inactive: both rows
    s.push(code=(3,))
    k.lab.equal("both are inactive", [status_of(s, "c%05d" % i) for i in range(3)], [["Inactive"], ["Inactive"], ["Active"]])
    s.quiet("refused")
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    s.set(suppress=None)
    s.hour(hour(2), pages(people))
    s.push(what="back")
    k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"], ["Inactive"], ["Active"]])


@test
def an_email_that_is_given_up_and_cannot_be_told(k):
    """An empty one is never sent, so the contact has it still: it may not be active before DailyStory took the opt-out."""
    people = crowd(2)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    people[0].update(email="", lastName="Cee")
    s.hour(hour(2), pages(people))
    s.push(code=(3,), what="given up")
    row = [c for c in s.far.books()["contacts"] if c["lastName"] == "Cee"]
    k.lab.equal("the email is there, and it is inactive", [(c["email"], c["status"]) for c in row], [("user0@example.com", "Inactive")])
    s.quiet("given up")
    s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    s.quiet("it works")


@cases(("an order",), ("another email",), ("a week",))
def a_row_that_is_refused_behind_an_opt_out_that_is(k, what):
    """The contact keeps its email, which refuses and cannot be told: whatever becomes of the row, it is not made active."""
    people = crowd(2)
    s = k.settled(people)
    put(s, email="taken@example.com")
    if what != "another email":
        people[0].update(email="taken@example.com")
        s.hour(hour(1), pages(people))
        s.push(code=(3,))
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    s.far.control("clear")
    people[0].update(email="taken@example.com")
    s.hour(hour(200 if what == "a week" else 3), pages(people, sold(2, 1) if what == "an order" else []))
    if what == "a week":
        s.far.fault("422", OPT_OUT, skip=1, count=1)
    s.push(code=(3,), what=what)
    k.lab.check("it was not told", not told(s, "user0@example.com"), s.far.books()["refusals"])
    k.lab.equal("it is not made active", status_of(s, "c00000"), ["Inactive"])
    s.push("--retry-rejected", code=(3,), what="it can be told")
    k.lab.check("it is told", told(s, "user0@example.com"), s.far.books()["refusals"])
    k.lab.equal("and active", status_of(s, "c00000"), ["Active"])
    s.quiet(what)


@test
def a_mobile_that_stays_behind_a_row_that_is_refused(k):
    """The rest of the row is to take it away: whether it went is looked at there, too."""
    people = crowd(3)
    s = k.settled(people, (), "--empty", "keep")
    put(s, email="taken@example.com")
    people[0].update(NO_TEXT, email="taken@example.com")
    s.hour(hour(1), pages(people))
    s.push(what="gone, for it stays")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    people[0].update(email="free@example.com")
    s.hour(hour(2), pages(people))
    for what in ("another email", "again"):
        s.push(code=(0, 3), what=what)
        k.lab.equal(what, status_of(s, "c00000"), ["Inactive"])
    s.quiet("kept")
    s.far.switch("empty", "clear")
    people[1].update(NO_TEXT, email="taken@example.com")
    s.hour(hour(3), pages(people))
    s.push(code=(3,), what="one that goes")
    k.lab.equal("who has no mobile any more is active", [(c.get("mobilePhone"), c["status"]) for c in s.far.books()["contacts"] if c.get("email") == "user1@example.com"], [(None, "Active")])
    s.quiet("one that goes")


@cases(("503", LOOK, 0), ("before", CONTACT, 0), ("503", LOOK, 1), ("before", CONTACT, 1))
def a_contact_that_is_not_made_inactive(k, kind, call, waits):
    """The call that was to do it comes to nothing: the next push does it, also if the row waits as a dead letter."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    if waits:
        put(s, email="taken@example.com")
        people[0].update(email="taken@example.com")
        s.hour(hour(1), pages(people))
        s.push(code=(3,))
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault("422", OPT_OUT)
    s.far.fault(kind, call)
    s.push(code=(75,), what="nothing is done")
    k.lab.equal("still active", status_of(s, "c00000"), ["Active"])
    s.far.control("clear")
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,), what="the next push")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    s.quiet("the next push")
    s.far.control("clear")
    s.push("--retry-rejected", code=(3 if waits else 0,), what="it can be told")
    k.lab.equal("and active", status_of(s, "c00000"), ["Active"])


@cases(("at once",), ("later",), ("by a flag",))
def an_imported_contact_that_cannot_be_told(k, when):
    """Nobody knows yet which contact it is: it is found, and is not active until DailyStory took the opt-out."""
    people = crowd(3)
    flag = when == "by a flag"
    s = k.shop(*(["--email_flag", "optOutEmail"] if flag else []), push_retries=0)
    s.hour(hour(0), pages(people))
    for person in people:
        put(s, email=person["email"], mobilePhone="+1" + person["phone"][-10:])
    s.push("--mark-imported", s.now.strftime("%Y%m%dT%H%M%SZ"))
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    if flag:
        s.set(push_email_opt_out="noSuchFlag")
    else:
        s.far.fault("422", OPT_OUT)
    if when == "later":
        s.far.fault("before", CONTACT)
        s.push(code=(75,), what="it is not found")
        s.far.control("clear")
        s.far.fault("422", OPT_OUT)
    s.push(code=(3,), what=when)
    by_email = lambda: [c["status"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com"]
    k.lab.equal("inactive", by_email(), ["Inactive"])
    s.quiet(when)
    s.far.control("clear")
    s.set(push_email_opt_out="optOutEmail" if flag else None)
    s.push("--retry-rejected", what="it can be told")
    k.lab.equal("told and active", (told(s, "user0@example.com"), by_email()), (True, ["Active"]))
    s.quiet("it can be told")
