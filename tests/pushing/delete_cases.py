"""Who is to be deleted and is not: a 404 proves nothing, and until DailyStory deletes them nobody may write to them."""

import json
import shutil

from lab.lab import customer
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, OPT_OUT, dead, status_of
from pushing.kit import cases, crowd, hour, pages, test

DELETE = "DELETE "


def statuses(s, email):
    return [c["status"] for c in s.far.books()["contacts"] if c.get("email") == email]


def suppress(s, *emails):
    with open(s.path("suppress.txt"), "w") as f:
        f.write("\n".join(emails) + "\n")
    s.set(suppress="suppress.txt")


def to_delete(k, why):
    """A shop whose user0 is to be deleted by the next push."""
    people = crowd(3)
    s = k.settled(people, (), push_retries=0, **({} if why == "erased" else {"push_gone": "delete"}))
    if why == "erased":
        k.lab.equal("erased", s.run("erase", "c00000", "--yes").code, 0)
    elif why == "removed":
        s.hour(hour(1), pages(people[1:]))
    else:
        suppress(s, "user0@example.com")
        s.hour(hour(1), pages(people))
    return s


@cases(("erased", "404", 3), ("erased", "422", 3), ("erased", "503", 75), ("suppressed", "404", 3), ("suppressed", "422", 3), ("suppressed", "503", 75),
       ("removed", "404", 3), ("removed", "422", 3), ("removed", "503", 75))
def a_deletion_that_is_none(k, why, kind, code):
    """The contact is there all the same: it is made inactive in the same push, and deleted as soon as DailyStory does it."""
    s = to_delete(k, why)
    s.far.fault(kind, DELETE)
    r = s.run("push")
    k.lab.equal("not done", r.code, code)
    k.lab.equal("inactive", statuses(s, "user0@example.com"), ["Inactive"])
    k.lab.equal("a dead letter", [d["op"] for d in dead(s)], ["delete"] if code == 3 else [])
    s.far.control("clear")
    s.push("--retry-rejected", what="it works again")
    k.lab.check("deleted", statuses(s, "user0@example.com") in ([], ["Deleted"]), s.far.books()["contacts"])
    s.quiet(k.name)


@cases(("422", 3), ("503", 75))
def back_after_a_deletion_that_is_none(k, kind, code):
    """Who was made inactive only because DailyStory did not delete them is active again; not if others had made it so."""
    people = crowd(4)
    s = k.settled(people, (), push_retries=0, push_gone="delete")
    s.far.edit("status", email="user1@example.com", value="Inactive")
    s.hour(hour(1), pages(people[2:]))
    s.far.fault(kind, DELETE)
    s.push(code=(code,))
    k.lab.equal("neither can be written to", [status_of(s, "c%05d" % i) for i in range(3)], [["Inactive"], ["Inactive"], ["Active"]])
    s.far.control("clear")
    s.hour(hour(2), pages(people))
    s.push(what="back")
    k.lab.equal("each as it was", [status_of(s, "c%05d" % i) for i in range(3)], [["Active"], ["Inactive"], ["Active"]])
    k.lab.equal("no dead letter", dead(s), [])
    s.quiet("back")


@cases(("erased",), ("suppressed",), ("removed",))
def a_deletion_that_was_done(k, why):
    """Its answer never came; the look before they would be made inactive says so, and no dead letter is left."""
    s = to_delete(k, why)
    s.far.fault("lost", DELETE)
    s.push()
    k.lab.equal("deleted, and known", (statuses(s, "user0@example.com") in ([], ["Deleted"]), dead(s)), (True, []))
    s.quiet(k.name)


@test
def an_erasure_is_not_forgotten(k):
    """A deletion that DailyStory refuses does not wait a week: after 20 minutes, then less often, but once a day; and push --status says so."""
    people = crowd(3)
    s = k.settled(people)
    k.lab.equal("erased", s.run("erase", "c00000", "--yes").code, 0)
    k.lab.check("to be deleted", "erased       1 contact of erased people still to be deleted\n" in s.run("push", "--status").out, s.run("push", "--status").out)
    s.far.fault("422", DELETE)
    s.push(code=(3,))
    told = s.run("push", "--status").out
    k.lab.check("it says so", "still to be deleted; DailyStory refused 1,\n             tried again by a push in 20 min\n" in told, told)
    k.lab.equal("as JSON", json.loads(s.run("push", "--status", "--json").out)["erased"], {"to_delete": 1, "refused": 1, "tried_again_at": "2026-11-23T04:21:00Z"})
    asked = []
    for n in [1, 2, 3, 4, 5, 6, 7, 40, 41, 64, 65]:
        s.far.control("forget")
        s.hour(hour(n), pages(people[1:]))
        s.push(code=(3,), what="hour %d" % n)
        asked += [n] * s.far.calls()
    k.lab.equal("asked at once, then less often, and each day", asked, [1, 2, 4, 7, 40, 64])
    s.far.control("clear")
    s.set(push_hold=90)
    s.hour(hour(90), pages(people[1:]))
    s.push(what="a day later, whatever push_hold says")
    k.lab.equal("deleted", (statuses(s, "user0@example.com") in ([], ["Deleted"]), dead(s)), (True, []))
    k.lab.check("nothing is left to do", "erased" not in s.run("push", "--status").out)
    s.quiet(k.name)


@test
def neither_deleted_nor_made_inactive(k):
    """DailyStory refuses both: the status is asked for again, and does not wait a week as the deletion does."""
    people = crowd(3)
    s = k.settled(people, (), push_gone="delete")
    s.hour(hour(1), pages(people[1:]))
    s.far.fault("422", DELETE)
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    k.lab.equal("refused", status_of(s, "c00000"), ["Active"])
    s.far.control("clear")
    s.far.fault("422", DELETE)
    s.hour(hour(2), pages(people[1:]))
    s.push(code=(0, 3), what="an hour")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    s.far.control("clear")
    s.hour(hour(200), pages(people[1:]))
    s.push(what="a week")
    k.lab.equal("deleted", (status_of(s, "c00000"), dead(s)), ([], []))
    s.quiet("a week")


@test
def a_deletion_is_held(k):
    """push_hold leaves time to look at who would be deleted: nobody is, nor made inactive for it."""
    people = crowd(3)
    s = k.settled(people, (), push_gone="delete")
    s.set(push_hold=90)
    s.hour(hour(1), pages(people[1:]))
    s.push(what="too young")
    k.lab.equal("as before", status_of(s, "c00000"), ["Active"])
    s.quiet("too young")


@cases(("erased",), ("suppressed",), ("removed",))
def a_deletion_that_others_did(k, why):
    """404, and there is no such contact: it is done."""
    s = to_delete(k, why)
    s.far.edit("delete", email="user0@example.com")
    s.push()
    k.lab.equal("no dead letter", dead(s), [])
    s.quiet(k.name)


@cases(("lost", "push_gone"), ("before", "push_gone"), ("lost", "push_gone off"))
def back_before_it_is_known(k, kind, what):
    """Of a deletion the answer never came, and the customer is back: it is looked at what became of it."""
    people = crowd(2)
    s = k.settled(people, (), push_gone="delete", push_retries=0)
    s.hour(hour(1), pages(people[1:]))
    s.far.fault(kind, DELETE)
    s.far.fault("503", LOOK)
    s.push(code=(75,))
    s.far.control("clear")
    if what == "push_gone off":
        s.set(push_gone="flag")
        s.push(what="gone all the same")
        k.lab.equal("no dead letter", dead(s), [])
    shutil.rmtree(s.path("push", "state"))
    s.hour(hour(2), pages(people))
    s.push(what="back")
    s.same("back")
    k.lab.equal("there", [status_of(s, "c0000%d" % i) for i in (0, 1)], [["Active"]] * 2)
    s.quiet(k.name)


@cases(("text", "revive"), ("email", "revive"), ("both", "revive"), ("email", "new"), ("text", "new"))
def back_with_what_refuses(k, channel, how):
    """Found again, a contact has the addresses that it was deleted with: those that refuse are told or taken away before it is active."""
    refusal = {**(NO_TEXT if channel != "email" else {}), **(NO_MAIL if channel != "text" else {})}
    people = [customer(0), customer(1), customer(2)]
    s = k.settled(people, (), *(["--deleted", "revive"] if how == "revive" else []), push_gone="delete")
    s.hour(hour(1), pages(people[1:]))
    s.push(what="deleted")
    people[0].update(refusal)
    s.hour(hour(2), pages(people))
    s.push(what="back")
    contact = [c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == "c00000" and c["status"] == "Active"]
    k.lab.check("no text", channel == "email" or not [c for c in contact if c.get("mobilePhone")], contact)
    k.lab.check("no email", channel == "text" or all(c["out_of_email"] for c in contact), contact)
    k.lab.check("active, if there is a way to them", bool(contact) == (channel != "both"), s.far.books()["contacts"])
    s.quiet(k.name)


@cases(("revive", "Inactive"), ("new", "Active"))
def back_with_an_opt_out_that_is_not_taken(k, how, status):
    """The contact that is found again has the address, and may not be active; a new one goes without it."""
    people = crowd(2)
    s = k.settled(people, (), *(["--deleted", "revive"] if how == "revive" else []), push_gone="delete")
    s.hour(hour(1), pages(people[1:]))
    s.push(what="deleted")
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,), what="back")
    k.lab.equal("status", status_of(s, "c00000"), [status])
    s.far.control("clear")
    s.push("--retry-rejected", what="it is taken")
    s.same("it is taken")
    k.lab.equal("active", status_of(s, "c00000"), ["Active"])
    s.quiet(k.name)


@cases(*((way, channel) for way in ("missing", "status", "revive") for channel in ("none", "email", "text", "both")))
def calls_of_who_is_made_anew(k, way, channel):
    """A deletion had no answer, and the customer is back: the plan has calls enough to look, and to find or make the contact again."""
    refusal = {**(NO_TEXT if channel in ("text", "both") else {}), **(NO_MAIL if channel in ("email", "both") else {})}
    people = crowd(3)
    s = k.settled(people, (), "--deleted", way, push_gone="delete", push_retries=0)
    s.hour(hour(1), pages(people[1:]))
    s.far.fault("lost", DELETE)
    s.far.fault("503", LOOK)
    s.push(code=(75,))
    s.far.control("clear")
    people[0].update(refusal)
    s.hour(hour(2), pages(people))
    plan = s.plan()
    s.far.control("forget")
    s.push(what="back")
    k.lab.check("calls enough, and not many more", s.far.calls() <= plan["calls"] <= s.far.calls() + 6, (s.far.calls(), plan["calls"]))
    if channel != "both":
        s.same("back")
    s.quiet("back")


@test
def calls_of_a_number_that_goes(k):
    """One to take it away, and one to see that it is gone."""
    people = crowd(2)
    s = k.settled(people)
    people[0].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    plan = s.plan()
    s.far.control("forget")
    s.push()
    k.lab.equal("as planned", (s.far.calls(), plan["calls"]), (2, 2))
