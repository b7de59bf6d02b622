"""While the breaker stops the rows: what an erasure asks for is done all the same, of who is bound and of whom nobody knows the contact."""

import json

from lab import erased
from lab.lab import customer
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, dead, put
from pushing.kit import cases, crowd, hour, pages, test
from pushing.others_cases import suppress
from pushing.seam_cases import BOTH, FLAGS, there

WHO, THEIRS, WRONG = "c00500", "theirs@example.com", "wrong@example.com"
STOP = "of this plan only opt-outs, statuses and erasures were sent, %d acknowledged and %d pending: %d of %d contacts would change in lastName\n"


def all_are_renamed(people):
    for p in people:
        p["lastName"] = "Cee"


def stopped(k, code="lost", before=(), corrected=False, flags=False, other=None, by="email"):
    """A shop of 130, with one more whose create has no answer and who is erased before it is tried again; by then the others all have another name."""
    people = crowd(130)
    s = k.settled(people, (), *(FLAGS if flags else ()), push_retries=0, **(BOTH if flags else {}))
    own = customer(500, email=WRONG if corrected else THEIRS if by == "email" else "", phone="" if by == "email" else "7205559001")
    made = [put(s, **body) for body in before]
    s.hour(hour(1), pages([*people, own]))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    if corrected:
        own["email"] = THEIRS
    people[0].update(other or {})
    all_are_renamed(people)
    s.hour(hour(2), pages([*people, own]))
    k.lab.equal("erased", s.run("erase", "--yes", WHO).code, 0)
    s.far.control("forget")
    return s, people, made


def stop(k, s, acked, pending, what="stopped", of=130):
    r = s.push(code=(5,), what=what)
    k.lab.check(what + ": it says so", STOP % (acked, pending, pending, of) in r.err and " %d acked, 0 rejected, %d pending" % (acked, pending) in r.err, r.err)
    k.lab.equal(what + ": no row", [c["email"] for c in s.far.books()["contacts"] if c.get("lastName") == "Cee"], [])
    k.lab.equal(what + ": --status", json.loads(s.run("push", "--status", "--json").out)["pending"], pending)


def stop_again(k, s):
    """Nothing is sent twice; then somebody accepts it."""
    s.far.control("forget")
    r = s.push(code=(5,), what="stopped again")
    k.lab.equal("nothing is sent twice", s.far.calls(), 0)
    k.lab.check("nor is it said", "nothing of this plan was sent: 130 of 130 contacts would change in lastName\n" in r.err, r.err)
    k.lab.equal("nobody knows them", (erased.hits(s.dir, WHO), erased.hits(s.dir, "lost.json")), ([], []))
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")
    s.quiet("accepted")


@cases(("theirs",), ("theirs", True), ("another's by then",))
def who_is_bound(k, whose, flags=False):
    """They are deleted, and nobody else's row goes with it."""
    people = crowd(131)
    s = k.settled(people, (), *(FLAGS if flags else ()), **(BOTH if flags else {}))
    all_are_renamed(people)
    if whose != "theirs":
        people[0]["email"] = people[130]["email"]
    s.hour(hour(1), pages(people[:130]))
    k.lab.equal("erased", s.run("erase", "--yes", "c00130").code, 0)
    before = s.far.calls()
    stop(k, s, 1, 130, of=131)
    k.lab.equal("a call", s.far.calls() - before, 1)
    k.lab.equal("they are gone", there(s, email="user130@example.com"), [])
    k.lab.equal("nobody knows them", erased.hits(s.dir, "c00130"), [])
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")
    s.quiet("accepted")


@cases(*[(code, flags) for code in ("lost", "503") for flags in (False, True)])
def whose_contact_nobody_knows(k, code, flags):
    """It is found, looked at and deleted."""
    s, people, _ = stopped(k, code, flags=flags)
    stop(k, s, 2, 130)
    k.lab.equal("nothing of theirs is there", there(s, email=THEIRS), [])
    said = [json.loads(c[6]) for c in s.far.log() if c[2] == "/api/v1/contact"]
    k.lab.equal("what is said", said, [{"email": THEIRS}])
    stop_again(k, s)


@cases(("lost",), ("503",))
def by_a_number(k, code):
    s, people, _ = stopped(k, code, by="number")
    stop(k, s, 2, 130)
    k.lab.equal("nothing of theirs is there", there(s, mobilePhone="+17205559001"), [])
    stop_again(k, s)


@cases(*[(code, whose) for code in ("lost", "503") for whose in ("a stranger's", "nobody's")])
def who_was_corrected_before(k, code, whose):
    """What has the address that was a mistake is looked at, and a stranger's own is left as it is."""
    s, people, made = stopped(k, code, [{"email": WRONG, "firstName": "Bob"}] if whose == "a stranger's" else [], corrected=True)
    before = [dict(c) for c in there(s, email=WRONG)]
    stop(k, s, 1, 130)
    k.lab.equal("as it was", there(s, email=WRONG), before if whose == "a stranger's" else [])
    k.lab.equal("whose it is", [c["id"] for c in there(s, email=WRONG)], made)
    k.lab.check("never inactive", not [c for c in s.far.log() if "Inactive" in c[6]], s.far.log())
    stop_again(k, s)


@cases(("nobody's", "lost"), ("nobody's", "503"), ("a stranger's", "503"))
def another_is_to_have_it(k, whose, code):
    """Another customer has the address by now, and their row is stopped: what has nothing else is deleted, what has a name is left."""
    s, people, made = stopped(k, code, [{"email": THEIRS, "firstName": "Bob"}] if whose == "a stranger's" else [], other={"email": THEIRS})
    before = there(s, email=THEIRS) if made else []
    stop(k, s, 1, 130)
    k.lab.equal("as it was", there(s, email=THEIRS), before)
    k.lab.check("never inactive", not [c for c in s.far.log() if "Inactive" in c[6]], s.far.log())
    k.lab.equal("nobody knows them", erased.hits(s.dir, WHO), [])
    s.push("--accept-mass-change", code=(3,) if made else (0,), what="accepted")
    if not made:
        s.same("accepted")


@test
def another_has_it_by_the_books(k):
    """No call is made of theirs."""
    people = crowd(130)
    s = k.settled(people, push_retries=0)
    own = customer(500, phone="", email=THEIRS)
    s.hour(hour(1), pages([*people, own]))
    s.far.fault("before", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"], own["email"] = THEIRS, WRONG
    s.hour(hour(2), pages([*people, own]))
    s.push("--only", "c00000", what="another has it")
    all_are_renamed(people)
    s.hour(hour(3), pages([*people, own]))
    k.lab.equal("erased", s.run("erase", "--yes", WHO).code, 0)
    s.far.control("forget")
    s.push(code=(5,), what="stopped")
    k.lab.equal("no call", s.far.calls(), 0)
    k.lab.equal("theirs is as it was", [(c["status"], c["extendedProperties"]["fh_id"]) for c in there(s, email=THEIRS)], [("Active", "c00000")])
    stop_again(k, s)


@cases(("Active",), ("Inactive",))
def another_has_it_and_only_dailystory_knows(k, status):
    """The find says nothing but the address, so that one is as it was."""
    s, people, _ = stopped(k, "before")
    if status == "Inactive":
        suppress(s, "user1@example.com")
        s.hour(hour(3), pages(people))
        s.push("--only", "c00001", what="suppressed")
    s.far.edit("change", email="user1@example.com", field="email", value=THEIRS)
    stop(k, s, 1, 130 - (status == "Inactive"))
    k.lab.equal("as it was", [(c["status"], c["extendedProperties"]["fh_id"]) for c in there(s, email=THEIRS)], [(status, "c00001")])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, WHO), erased.hits(s.dir, "lost.json")), ([], []))


@cases(("422", "DELETE "), ("503", "DELETE "), ("503", CONTACT), ("422", CONTACT))
def what_is_not_answered_or_refused(k, code, call):
    """It is tried again by the next push, stopped or not; what was found can be written to no more."""
    s, people, _ = stopped(k)
    s.far.fault(code, call, count=1)
    r = s.push(code=(5,), what="not deleted")
    s.far.control("clear")
    k.lab.check("it says so", STOP % (2 if call == "DELETE " else 0, 130 + (code == "503"), 130, 130) in r.err, r.err)
    k.lab.equal("inactive, if it was found", [c["status"] for c in there(s, email=THEIRS)], ["Inactive" if call == "DELETE " else "Active"])
    k.lab.equal("a dead letter", len(dead(s)), code == "422")
    s.hour(hour(3), pages(people))
    stop(k, s, 1 if call == "DELETE " else 2, 130, what="an hour later", of=130 + (call == "DELETE "))
    stop_again(k, s)


@cases(("422",), ("503",))
def who_is_bound_and_not_deleted(k, code):
    """They are inactive, as without a breaker."""
    people = crowd(131)
    s = k.settled(people, push_retries=0)
    all_are_renamed(people)
    s.hour(hour(1), pages(people[:130]))
    k.lab.equal("erased", s.run("erase", "--yes", "c00130").code, 0)
    s.far.fault(code, "DELETE ", count=1)
    s.push(code=(5,), what="not deleted")
    s.far.control("clear")
    k.lab.equal("inactive", [c["status"] for c in there(s, email="user130@example.com")], ["Inactive"])
    s.hour(hour(2), pages(people[:130]))
    stop(k, s, 1, 130, what="an hour later", of=131)
    k.lab.equal("they are gone", there(s, email="user130@example.com"), [])
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")
    s.quiet("accepted")


@test
def beside_who_refuses_and_is_not_told(k):
    """What else protects goes as before; a contact that nobody could look at is deleted by the next push."""
    s, people, _ = stopped(k, other=NO_MAIL)
    s.far.fault("503", "POST /api/v1/contact/optout/email", count=9)
    s.far.fault("503", LOOK, count=9)
    s.push(code=(5,), what="stopped")
    s.far.control("clear")
    s.push(code=(5,), what="stopped again")
    k.lab.equal("nothing of theirs is there", there(s, email=THEIRS), [])
    k.lab.equal("nobody knows them", erased.hits(s.dir, WHO), [])
