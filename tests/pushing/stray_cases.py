"""A create whose answer was lost, of an address that is not theirs any more: nothing of a customer reaches whoever has it."""

import json
import os
import shutil
import urllib.request

from lab import erased
from lab.lab import customer
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, dead, put, told
from pushing.kit import cases, crowd, hour, pages, test
from pushing.others_cases import suppress
from pushing.receiver import TOKEN
from pushing.seam_cases import BOTH, FLAGS, there

WRONG, RIGHT = "wrong@example.com", "user0@example.com"


def lost(k, code="lost", flags=False, **person):
    """A shop in which c00000's create has no answer, and was done unless it is a 503; the people, typed in right by now."""
    people = crowd(3)
    people[0].update(person, email=WRONG)
    s = k.settled(people[1:], (), *(FLAGS if flags else ()), push_retries=0, **(BOTH if flags else {}))
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    return s, people


@cases(("lost", False), ("lost", True), ("503", False), ("503", True))
def typed_in_wrong_and_corrected(k, code, flags):
    """The contact that was made is nobody's, and goes; the one that is theirs is made by the right address."""
    s, people = lost(k, code, flags)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    s.same("corrected")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])
    s.quiet("corrected")
    shutil.rmtree(s.path("push", "state"))
    s.quiet("without push/state")


@cases(*[(code, flags, whose) for code in ("lost", "503") for flags in (False, True) for whose in ("nobody's", "a stranger's", "a refuser's")])
def a_number_that_was_wrong(k, code, flags, whose):
    """The same of who is found by a number."""
    people = crowd(3)
    people[0].update(email="", phone="7205559001")
    s = k.settled(people[1:], (), *(FLAGS if flags else ()), push_retries=0, **(BOTH if flags else {}))
    if whose == "a stranger's":
        mine = put(s, mobilePhone="+17205559001", firstName="Bob")
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["phone"] = "7205559002"
    if whose == "a refuser's":
        people[1].update(NO_TEXT, phone="7205559001")
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    s.same("corrected")
    left = [(c["extendedProperties"].get("fh_id"), c.get("firstName")) for c in there(s, mobilePhone="+17205559001")]
    k.lab.equal("whose it is", left, {"nobody's": [], "a stranger's": [(None, "Bob")], "a refuser's": [("c00001", "Ann1")] * flags}[whose])
    if whose == "a stranger's":
        k.lab.equal("theirs as it was", [c["id"] for c in there(s, mobilePhone="+17205559001")], [mine])
    s.quiet("corrected")


@cases(*[(code, flags, whose) for code in ("lost", "503") for flags in (False, True) for whose in ("theirs", "new")])
def a_refusal_of_the_wrong_address_is_its_owners(k, code, flags, whose):
    """It is another customer's, who refuses: that one is told, and whoever had it by mistake is not opted out."""
    s, people = lost(k, code, flags)
    if whose == "new":
        people.append(customer(9, email=WRONG, **NO_MAIL))
    else:
        people[1].update(NO_MAIL, email=WRONG)
    s.hour(hour(2), pages(people))
    s.push(what="moved")
    s.same("moved")
    k.lab.equal("nobody else is opted out", [c["out_of_email"] for c in there(s, email=RIGHT)], [False])
    s.quiet("moved")


@cases(*[(code, flags) for code in ("lost", "503") for flags in (False, True)])
def its_owner_refuses_and_is_never_made(k, code, flags):
    """What DailyStory was told of the address is the stray's, too, and may be nobody else's: so it stays."""
    s, people = lost(k, code, flags)
    people.append(customer(9, email=WRONG, **NO_MAIL, **NO_TEXT))
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    s.far.control("forget")
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.check("told after it", told(s, WRONG) or [b for b in s.far.log() if WRONG in b[6]], s.far.log())
    k.lab.equal("whoever has it is opted out", [c["out_of_email"] for c in there(s, email=WRONG)], [True] * (flags or code == "lost"))
    s.quiet("an hour later")


@test
def a_strangers_contact_that_refused(k):
    """It has nothing but the address, and the flag: somebody unsubscribed, and that is not lost."""
    s, people = lost(k, "503", True)
    mine = put(s, email=WRONG, optOutEmail=True)
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    k.lab.equal("as it was", [(c["id"], c["out_of_email"]) for c in there(s, email=WRONG)], [(mine, True)])
    s.same("corrected")
    s.quiet("corrected")


def unsubscribe(s, address):
    """Whoever has it, in DailyStory."""
    head = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(s.far.url + "/api/v1/contact/optout/email", json.dumps([{"email": address}]).encode(), head)).read()


@cases(("contact", "unsubscribed"), ("address", "unsubscribed"), ("contact", "told"))
def a_refusal_that_has_no_name_here(k, of, how):
    """By default no flag has a name: somebody unsubscribed in DailyStory, or the address was told of by itself, and that is not lost."""
    people = crowd(3)
    people[0]["email"] = WRONG
    s = k.settled(people[1:], (), *FLAGS, "--optouts", of, push_retries=0)
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    if how == "told":
        people.append(customer(9, email=WRONG, **NO_MAIL, **NO_TEXT))
    else:
        unsubscribe(s, WRONG)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before + (how != "told"), plan["calls"])
    k.lab.equal("as it was", [c["out_of_email"] for c in there(s, email=WRONG)], [True])
    s.quiet("corrected")


@cases(("a stranger's",), ("a customer's",))
def the_find_is_answered_with_another_id(k, whose):
    """It is not deleted, and the stray is looked for again."""
    s, people = lost(k, "503" if whose == "a stranger's" else "lost")
    zed = put(s, email="zed@example.com") if whose == "a stranger's" else ""
    s.hour(hour(2), pages(people))
    s.far.fault("otherid", CONTACT, skip=2, count=1)
    s.push(code=(3,), what="another id")
    s.far.control("clear")
    k.lab.equal("theirs is there", [c["status"] for c in there(s, email="zed@example.com")], ["Active"] * bool(zed))
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])
    s.quiet("an hour later")


@cases(("422", "DELETE /api/v1/contact/"), ("500", LOOK))
def one_of_two_that_stays(k, code, call):
    """It holds the other one back neither in this push nor in the next, and its row is not sent again."""
    s, people = two(k)
    ids = [there(s, email=a)[0]["id"] for a in (WRONG, "wrong2@example.com")]
    s.hour(hour(3), pages(people))
    s.far.fault(code, call + ids[1], count=100)
    s.push(code=(3, 75), what="one stays")
    k.lab.equal("the other is gone", (len(there(s, email=WRONG)), len(there(s, email="wrong2@example.com"))), (0, 1))
    s.hour(hour(4), pages(people))
    s.far.control("forget")
    s.push(code=(3, 75), what="an hour later")
    k.lab.equal("its calls", [c for c in s.far.log() if RIGHT in c[6]], [])
    k.lab.equal("twice in the push that freed an address", [(d["op"], d["tries"]) for d in dead(s)], [("create", 3)] * (code == "422"))
    s.far.control("clear")
    s.hour(hour(9), pages(people))
    s.push(what="over")
    s.same("over")
    k.lab.equal("nothing has the wrong one", there(s, email="wrong2@example.com"), [])
    s.quiet("over")


@cases(("422",), ("500",))
def its_row_is_not_taken(k, code):
    """The row is refused, or has no answer, again and again: the stray waits for neither."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault(code, CONTACT, skip=1, count=2)
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3, 75), what="neither")
    s.far.control("clear")
    k.lab.equal("it is there", len(there(s, email=WRONG)), 1)
    people[0]["lastName"] = "Cee" if code == "500" else people[0]["lastName"]
    s.hour(hour(3), pages(people))
    s.far.fault(code, CONTACT, count=2 if code == "422" else 1)
    s.push(code=(0, 75), what="the row not again")
    s.far.control("clear")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])


@test
def its_address_is_anothers_for_certain(k):
    """No call is planned, nor made."""
    s, people = lost(k, "503")
    people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))
    s.push("--only", "c00001", what="hers")
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    s.same("corrected")
    s.quiet("corrected")


@cases(*[(code, what) for code in ("lost", "503") for what in ("corrected", "suppressed", "refuses all", "removed")])
def a_strangers_own_contact(k, code, what):
    """Somebody who is no customer has a contact with the address: it stays as it is, by a name that is seen."""
    people = crowd(3)
    s = k.settled(people[1:], push_retries=0)
    people[0]["email"] = WRONG
    mine = put(s, email=WRONG, firstName="Bob")
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    if what == "suppressed":
        suppress(s, RIGHT)
    if what == "refuses all":
        people[0].update(NO_MAIL, **NO_TEXT)
    s.hour(hour(2), pages(people))
    if what == "removed":
        s.push(what="corrected")
        s.hour(hour(3), pages(people[1:]))
    s.push(what=what)
    bob = [(c["id"], c["status"], c["firstName"], c["extendedProperties"]) for c in there(s, email=WRONG)]
    k.lab.equal("as it was", bob, [(mine, "Active", "Bob", {})])
    s.same(what)
    s.quiet(what)


@cases(("suppressed",), ("refuses all",))
def nobody_is_made_for_a_stray(k, what):
    """Whoever is not to be there has no contact afterwards, but one that holds the refusal of its address."""
    s, people = lost(k)
    if what == "suppressed":
        suppress(s, RIGHT)
    else:
        people[0].update(NO_MAIL, **NO_TEXT)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what=what)
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    k.lab.equal("nothing is there", there(s, email=RIGHT), [])
    k.lab.equal("nor of the other", [c["out_of_email"] for c in there(s, email=WRONG)], [True] * (what == "refuses all"))
    s.quiet(what)


@cases(("422", CONTACT), ("422", LOOK), ("422", "DELETE "), ("404", "DELETE "), ("503", CONTACT), ("503", LOOK), ("503", "DELETE "), ("lost", "DELETE "))
def what_stops_it(k, code, call):
    """The row goes all the same; a stray that is not found, seen or deleted is a dead letter, or tried again by the next push (a lost DELETE at once, by libcurl)."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault(code, call, skip=2 if call == CONTACT else 0, count=1)
    r = s.push(code=(0, 3, 75), what="stopped")
    s.far.control("clear")
    k.lab.equal("the row is there", len(there(s, email=RIGHT)), 1)
    k.lab.equal("exit %s %s" % (code, call), r.code, 3 if code == "422" else 75 if code == "503" else 0)
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [] if code != "404" else there(s, email=WRONG))
    s.quiet("an hour later")


def two(k):
    """Two creates have no answer; the people, typed in right by now."""
    s, people = lost(k)
    people[0]["email"] = "wrong2@example.com"
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.far.fault("503", LOOK, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    return s, people


@test
def corrected_twice(k):
    """Two creates have no answer: each is seen to."""
    s, people = lost(k)
    people[0]["email"] = "wrong2@example.com"
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    s.push("--rebuild-acked", code=(0, 3, 75), what="packed")
    people[0]["email"] = RIGHT
    s.hour(hour(3), pages(people))
    s.push(what="right")
    s.same("right")
    k.lab.equal("nothing has a wrong one", there(s, email=WRONG) + there(s, email="wrong2@example.com"), [])
    s.quiet("right")


@test
def back_to_the_first(k):
    """The address was right after all: the contact that was made is theirs."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    people[0]["email"] = WRONG
    s.hour(hour(3), pages(people))
    s.push(what="back")
    s.same("back")
    k.lab.equal("nothing has the other", there(s, email=RIGHT), [])
    s.quiet("back")


@cases(("email",), ("number",))
def a_row_that_was_refused_for_it_goes_again(k, by):
    """The stray could not be deleted, and its owner's row was refused: it does not wait for a week."""
    s, people = lost(k)
    people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3,), what="not deleted")
    s.far.control("clear")
    for n in (3, 4):
        s.hour(hour(n), pages(people))
        s.push(code=(0, 3), what="hour %d" % n)
    s.same("hour 4")
    s.quiet("hour 4")


def gone(s, k, *addresses):
    k.lab.equal("nothing of theirs is there", [c for a in addresses for c in there(s, email=a)], [])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, "c00000"), os.path.exists(s.path("push", "lost.json"))), ([], False))
    s.quiet("erased")


@test
def erased_after_two(k):
    """Each contact that may have been made is found and deleted, in one push, and is never active."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    plan, before = s.plan(), s.far.calls()
    s.push(what="erased")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    gone(s, k, WRONG, RIGHT)


@cases(("lost",), ("503",))
def erased_with_a_stray(k, code):
    """One is bound, and of another nobody knows."""
    s, people = lost(k, code)
    s.hour(hour(2), pages(people))
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3,), what="not deleted")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    plan, before = s.plan(), s.far.calls()
    s.push(what="erased")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    gone(s, k, WRONG, RIGHT)


@cases(("moved",), ("moved, no answer",), ("never made",), ("never made, no answer",))
def erased_after_an_opt_out_made_a_contact(k, how):
    """By a flag an address is told for itself, which makes a contact of nothing else: it goes with its owner."""
    people = crowd(3)
    if how.startswith("never made"):
        people[0].update(NO_MAIL, **NO_TEXT)
        s = k.shop(*FLAGS, push_retries=0, **BOTH)
        s.hour(hour(0), pages(people))
        if "no answer" in how:
            s.far.fault("lost", CONTACT, count=1)
        s.push(code=(0, 75), what="told")
    else:
        s = k.settled(people, (), *FLAGS, push_retries=0, **BOTH)
        people[0].update(NO_MAIL, email="x@example.com")
        s.hour(hour(1), pages(people))
        s.far.fault("lost", CONTACT, count=1)
        s.push(code=(75,), what="the row has no answer")
        s.far.control("clear")
        s.hour(hour(2), pages(people))
        if "no answer" in how:
            s.far.fault("lost", CONTACT, count=1)
        s.push(code=(0, 75), what="told")
    s.far.control("clear")
    k.lab.check("there is one", there(s, email=RIGHT), s.far.books()["contacts"])
    r = s.run("erase", "--yes", "c00000")
    k.lab.check("erased", r.code == 0 and "the next 'flowstory push' deletes" in r.out, r.out + r.err)
    s.push(what="erased")
    gone(s, k, RIGHT, "x@example.com")
    shutil.rmtree(s.path("push", "state"))
    s.quiet("without push/state")


@test
def erased_and_another_has_the_address_that_was_told(k):
    """Another customer's row was refused for that contact: once it is gone that one has the address, and nobody else a contact of it."""
    people = crowd(3)
    people[0].update(NO_MAIL, **NO_TEXT)
    s = k.shop(*FLAGS, **BOTH)
    s.hour(hour(0), pages(people))
    s.push(what="told")
    people[1]["email"] = RIGHT
    people[0]["email"] = "x@example.com"
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="another is to have it")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.push(code=(0, 3), what="erased")
    s.push(what="the push after it")
    s.same("the push after it")
    gone(s, k, "x@example.com")


@cases(*[(code, whose) for code in ("lost", "503") for whose in ("a stranger's", "nobody's")], ("503", "theirs"))
def erased_and_corrected_before(k, code, whose):
    """A contact is looked at, also by the address of now: one that has more is left as it is."""
    people = crowd(3)
    s = k.settled(people[1:], push_retries=0)
    people[0]["email"] = WRONG
    if whose != "nobody's":
        put(s, email=WRONG, firstName="Bob")
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    if whose != "theirs":
        people[0]["email"] = RIGHT
    s.hour(hour(2), pages(people))
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.far.control("forget")
    plan, before = s.plan(), s.far.calls()
    s.push(what="erased")
    k.lab.check("planned", s.far.calls() - before <= plan["calls"], plan["calls"])
    bob = [(c["status"], c["firstName"], c["extendedProperties"]) for c in there(s, email=WRONG)]
    k.lab.equal("as it was", bob, [("Active", "Bob", {})] if whose != "nobody's" else [])
    k.lab.equal("nobody is made inactive", [c for c in s.far.log() if "Inactive" in c[6]], [])
    gone(s, k, *([WRONG] if whose == "nobody's" else []), RIGHT)


@test
def erased_after_a_strangers_contact_was_told(k):
    """The typing error refused, and its contact was told by a flag: it is somebody's own."""
    people = crowd(3)
    s = k.settled(people[1:], (), *FLAGS, push_retries=0, **BOTH)
    mine = put(s, email=WRONG, firstName="Bob")
    people[0].update(NO_MAIL, **NO_TEXT, email=WRONG)
    s.hour(hour(1), pages(people))
    s.push(what="told")
    people[0]["email"] = RIGHT
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.push(what="erased")
    k.lab.equal("as it was", [(c["id"], c["status"], c["firstName"]) for c in there(s, email=WRONG)], [(mine, "Active", "Bob")])
    gone(s, k, RIGHT)


@cases(("422",), ("503",))
def erased_and_the_contact_cannot_be_deleted(k, code):
    """What else may have been made of them goes all the same."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3,), what="not deleted")
    s.far.control("clear")
    who = there(s, email=RIGHT)[0]["id"]
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.far.fault(code, "DELETE /api/v1/contact/" + who, count=9)
    r = s.push(code=(3, 75), what="refused")
    s.far.control("clear")
    k.lab.equal("the worst", r.code, 3 if code == "422" else 75)
    k.lab.equal("the stray is gone", (there(s, email=WRONG), len(there(s, email=RIGHT))), ([], 1))
    s.hour(hour(4), pages(people[1:]))
    s.push(what="later")
    gone(s, k, WRONG, RIGHT)


@cases(("422", CONTACT), ("422", "DELETE "), ("503", CONTACT), ("503", "DELETE "), ("404", "DELETE "))
def erased_after_two_of_which_one_is_refused(k, code, call):
    """The other goes in the same push; then an address is free, so one that was refused is tried again."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.far.fault("503", LOOK, count=9)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.far.fault(code, call, count=1)
    r = s.push(code=(0, 75), what="refused")
    s.far.control("clear")
    k.lab.equal("what is left", r.code, 75 if code == "503" else 0)
    left = [c["email"] for c in there(s, email=WRONG) + there(s, email=RIGHT)]
    k.lab.equal("left after %s %s" % (code, call), left, [WRONG] if code == "503" else [])
    s.hour(hour(4), pages(people[1:]))
    s.push(what="later")
    gone(s, k, WRONG, RIGHT)


@cases(("503", "flag"), ("503", "delete"), ("lost", "flag"), ("lost", "delete"))
def removed_before_it_was_seen_to(k, code, how):
    """Nobody knows which address was theirs last, so whoever has that one is looked at."""
    people = crowd(3)
    s = k.settled(people[1:], push_retries=0, push_gone=how)
    people[0]["email"] = WRONG
    mine = put(s, email=WRONG, firstName="Bob")
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    s.hour(hour(2), pages(people))
    s.hour(hour(3), pages(people[1:]))
    s.push(what="removed")
    bob = [(c["id"], c["status"], c["firstName"], c["extendedProperties"]) for c in there(s, email=WRONG)]
    k.lab.equal("as it was", bob, [(mine, "Active", "Bob", {})])
    s.quiet("removed")


@test
def erased_and_another_refuses_by_that_address(k):
    """Two share it, and one contact was told of both: it keeps the refusal of the one who stays."""
    people = crowd(3)
    people[0].update(NO_MAIL, **NO_TEXT)
    people[1].update(NO_MAIL, **NO_TEXT, email=RIGHT)
    s = k.shop(*FLAGS, "--optouts", "contact", **BOTH)
    s.hour(hour(0), pages(people))
    s.push(what="told")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    plan, before = s.plan(), s.far.calls()
    s.push(what="erased")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    s.hour(hour(1), pages(people[1:]))
    s.push(what="an hour later")
    k.lab.equal("it refuses still", [(c["status"], c["out_of_email"]) for c in there(s, email=RIGHT)], [("Active", True)])
    k.lab.equal("nobody knows them", erased.hits(s.dir, "c00000"), [])
    s.same("an hour later")
    s.quiet("an hour later")


@test
def nothing_of_a_stray_is_written(k):
    """Of whoever has the address now no call says more than the address."""
    s, people = lost(k, "503")
    mine = put(s, email=WRONG, firstName="Bob")
    s.far.control("forget")
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    said = [json.loads(c[6]) for c in s.far.log() if c[2] == "/api/v1/contact"]
    k.lab.equal("to it", [b for b in said if b.get("email") == WRONG or b.get("dsId") == mine], [{"email": WRONG}])


@test
def erased_and_another_refuses_by_their_number(k):
    """Where no flag for texts is named nobody tells of a refusal, so a contact of the number alone holds none: it is deleted."""
    people = crowd(3)
    own = customer(5, email="", phone="7205559001")
    s = k.settled(people, (), push_retries=0)
    s.hour(hour(1), pages([*people, own]))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[1].update(NO_TEXT, phone=own["phone"])
    s.hour(hour(2), pages([*people, own]))
    k.lab.equal("erased", s.run("erase", "--yes", "c00005").code, 0)
    s.push(what="after it")
    k.lab.equal("nobody is left with it", there(s, mobilePhone="+17205559001"), [])
    s.quiet(k.name)


@test
def erased_and_another_has_their_address(k):
    """By an address that another customer has, too, a contact with a name is looked at, and left with the refusal that it holds."""
    people = crowd(3)
    own = customer(5, email="family@example.com", phone="")
    s = k.settled(people, (), "--optouts", "contact", push_retries=0)
    put(s, email="family@example.com", firstName="Bea")
    s.hour(hour(1), pages([*people, own]))
    s.far.fault("503", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[1]["email"] = own["email"]
    s.hour(hour(2), pages([*people, own]))
    k.lab.equal("erased", s.run("erase", "--yes", "c00005").code, 0)
    s.push(code=(3,), what="after it")
    k.lab.equal("it is left", [(c["firstName"], c["status"]) for c in there(s, email="family@example.com")], [("Bea", "Active")])


@test
def erased_after_who_had_their_address_by_mistake(k):
    """Two are forgotten before a push gets through: that an address was no more the first one's does not hide that it was the second one's, of whom the operator is told."""
    people = crowd(3)
    people[0]["email"] = WRONG
    s = k.settled(people[1:], (), push_retries=0)
    put(s, email=WRONG, firstName="Bob")
    s.hour(hour(1), pages(people))
    s.far.fault("503", CONTACT, count=99)
    s.push(code=(75,), what="no answer")
    people[0]["email"] = RIGHT
    s.hour(hour(2), pages([*people, customer(7, email=WRONG)]))
    s.push(code=(75,), what="none again")
    for who in ("c00000", "c00007"):
        k.lab.equal("erased", s.run("erase", "--yes", who).code, 0)
    s.far.control("clear")
    r = s.push(what="after it")
    k.lab.equal("said of each of them", r.err.count("has the address of somebody who was erased"), 2)
    k.lab.equal("as it was", [(c["status"], c["firstName"]) for c in there(s, email=WRONG)], [("Active", "Bob")])
    gone(s, k, RIGHT)
    s.quiet(k.name)
