"""An erasure with creates whose answers were lost: each contact that they may have made is found and deleted, and nobody else's."""

import os
import shutil

from lab import erased
from lab.lab import customer
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, put
from pushing.kit import cases, crowd, hour, pages, test
from pushing.seam_cases import BOTH, FLAGS, there
from pushing.stray_cases import BOB, RIGHT, WRONG, lost


def gone(s, k, *addresses):
    k.lab.equal("nothing of theirs is there", [c for a in addresses for c in there(s, email=a)], [])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, "c00000"), os.path.exists(s.path("push", "lost.json"))), ([], False))
    s.quiet("erased")


@test
def erased_after_two(k):
    """Each contact that may have been made is found and deleted, in one push."""
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


@cases(*[(mode, *how) for mode in ("address", "contact") for how in ((), ("packed",), ("removed",))])
def erased_after_their_stray_held_their_refusal(k, mode, *how):
    """They refused by the address that was wrong, and the endpoint was told of it: that contact was left, and is not forgotten."""
    s, people = lost(k, options=("--optouts", mode))
    people[0].update(NO_MAIL)
    people[0]["email"] = WRONG
    s.hour(hour(2), pages(people))
    people[0]["email"] = RIGHT
    s.hour(hour(3), pages(people))
    s.push(what="corrected")
    k.lab.equal("it holds the refusal", [c["out_of_email"] for c in there(s, email=WRONG)], [True])
    s.quiet("corrected")
    if how == ("packed",):
        s.push("--rebuild-acked", what="packed")
        s.quiet("packed")
    if how == ("removed",):
        s.hour(hour(4), pages(people[1:]))
        s.push(what="removed")
        s.same("removed")
        s.quiet("removed")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    plan, before = s.plan(), s.far.calls()
    s.push(what="erased")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    gone(s, k, WRONG, RIGHT)


@test
def removed_with_a_stray_that_holds_a_refusal(k):
    """Nothing is pending of who is gone and was never found; and once a customer has that address, theirs is the only contact with it."""
    s, people = lost(k)
    people[0].update(NO_MAIL)
    people[0]["email"] = WRONG
    s.hour(hour(2), pages(people))
    s.far.fault("503", CONTACT)
    people[0].update(email=RIGHT)
    s.hour(hour(3), pages(people))
    s.push(code=(0, 75), what="never found")
    s.far.control("clear")
    s.hour(hour(4), pages(people[1:]))
    s.push(what="removed")
    k.lab.equal("planned", s.plan()["calls"], 0)
    s.quiet("removed")
    people[1]["email"] = WRONG
    s.hour(hour(5), pages(people[1:]))
    s.push(what="theirs")
    k.lab.equal("whose it is", [c["extendedProperties"].get("fh_id") for c in there(s, email=WRONG)], [people[1]["id"]])
    s.same("theirs")
    s.quiet("theirs")


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
    s.push(what="erased")
    s.same("erased")
    gone(s, k, "x@example.com")


@cases(*[(code, whose) for code in ("lost", "503") for whose in ("a stranger's", "nobody's")], ("503", "theirs"))
def erased_and_corrected_before(k, code, whose):
    """A contact is looked at, also by the address of now: one that has more is left as it is."""
    s, people = lost(k, code, others=None if whose == "nobody's" else BOB)
    if whose == "theirs":
        people[0]["email"] = WRONG
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
def erased_and_another_refuses_by_their_number(k):
    """Where no flag for texts is named nobody tells of a refusal, so a contact of the number alone holds none: it is deleted."""
    s, people = lost(k, email="", phone="7205559001")
    people[1].update(NO_TEXT, phone="7205559001")
    s.hour(hour(2), pages(people))
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.push(what="after it")
    k.lab.equal("nobody is left with it", there(s, mobilePhone="+17205559001"), [])
    s.quiet(k.name)


@test
def erased_and_another_has_their_address(k):
    """By an address that another customer has, too, a contact with a name is looked at, and left with the refusal that it holds."""
    s, people = lost(k, "503", others=BOB, options=("--optouts", "contact"))
    before = there(s, email=WRONG)
    people[0]["email"] = people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    s.push(code=(3,), what="after it")
    k.lab.equal("it is left", there(s, email=WRONG), before)


@test
def erased_after_who_had_their_address_by_mistake(k):
    """Two are forgotten before a push gets through: that an address was no more the first one's does not hide that it was the second one's, of whom the operator is told."""
    s, people = lost(k, "503", others=BOB)
    s.far.fault("503", CONTACT, count=99)
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
