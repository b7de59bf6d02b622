"""Where DailyStory finds deleted contacts again: that of somebody who was erased is nobody else's, though no file here has its id."""

import os
import shutil

from lab import erased
from lab.lab import customer
from pushing.erase_cases import lines
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.rebuild_cases import rebuilt
from pushing.revived_cases import REVIVE, row
from pushing.seam_cases import BOTH, FLAGS

THEIRS, A, B = "user0@example.com", "c00000", "c00009"
ORDERS = sold(3, 3)
OTHERS = [o for o in ORDERS if o["customerId"] != A]     # of theirs a fetch stores none any more


def with_one_erased(k, *options, first=(), **settings):
    """c00000 has bought, and is erased; their contact's id; the others, and c00009 who has their email by now. first: what happens before the erasure."""
    people = crowd(3)
    people[0].update(birthDate="1980-02-03", medId="MED-1", city="Aurora")
    s = k.settled(people, ORDERS, *REVIVE, *options, push_retries=0, **settings)
    mine = next(c["id"] for c in s.far.books()["contacts"] if c.get("email") == THEIRS)
    if first == "gone":
        k.next(s, 1, people[1:], ORDERS)
    k.lab.equal("erased", s.run("erase", A, "--yes").code, 0)
    s.push(what="deleted")
    nobody_knows(k, s, mine)
    s.far.control("forget")
    return s, mine, people[1:] + [customer(9, email=THEIRS, phone="7205550099")]


def nobody_knows(k, s, mine):
    k.lab.equal("neither the person nor the contact is in any file", (erased.hits(s.dir, A), erased.hits(s.dir, mine)), ([], []))
    k.lab.equal("nor does the program find it", s.run("erase", "--check", mine).code, 0)


def nothing_reached_it(k, s, mine):
    k.lab.equal("nothing of the other was written", ([c for c in s.far.log() if mine in c[6] and B in c[6]], row(s, mine)["extendedProperties"].get("fh_id")), ([], A))


def packed(k, s, how):
    if how.startswith("packed"):
        rebuilt(s, "packed", code=(0, 3))
    if how.endswith("without the view"):
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)


@cases(*[(clear, how) for clear in ("empty", "omit") for how in ("plain", "gone before", "without the view", "packed", "packed before", "packed twice, without the view")])
def another_gets_the_email(k, clear, how):
    """The row is rejected, and says why; the contact is deleted once more."""
    s, mine, people = with_one_erased(k, push_clear=clear, first="gone" if how == "gone before" else (), **({"push_gone": "delete"} if how == "gone before" else {}))
    packed(k, s, how)
    if how == "packed twice, without the view":
        s.push(what="nothing")
        packed(k, s, how)
    s.hour(hour(2), pages(people, OTHERS))
    s.push(code=(3,), what="another has it")
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    k.lab.equal("rejected", s.rejected(), {B: "same-contact"})
    told = s.run("push", "--rejected").out
    k.lab.check("it says what to do", "of a customer who was erased" in told and "for good" in told, told)
    nothing_reached_it(k, s, mine)
    nobody_knows(k, s, mine)
    s.same("another has it", but=(B,))
    s.quiet("another has it")
    s.hour(hour(200), pages(people, OTHERS))
    s.push(code=(3,), what="a week later")
    k.lab.equal("it is deleted still", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    s.far.edit("change", dsid=mine, field="email", value="")
    s.push("--retry-rejected", what="a person removed it")
    s.same("a person removed it")
    s.quiet("a person removed it")


@cases(("422",), ("503",))
def it_is_not_deleted_again(k, code):
    """Then nobody can write to it, the row is pending, and each push tries it; the operator is told which contact it is."""
    s, mine, people = with_one_erased(k)
    s.hour(hour(2), pages(people, OTHERS))
    s.far.fault(code, "DELETE ", count=9)
    r = s.push(code=(75,), what="not deleted")
    k.lab.equal("inactive", row(s, mine)["status"], "Inactive")
    k.lab.check("which one it is", mine in r.err, r.err)
    k.lab.equal("whether there was an answer", "did not answer" in r.err, code == "503")
    nothing_reached_it(k, s, mine)
    nobody_knows(k, s, mine)
    s.push(code=(75,), what="nor now")
    s.far.control("clear")
    s.push(code=(3,), what="deleted")
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    nobody_knows(k, s, mine)
    s.same("deleted", but=(B,))
    s.quiet("deleted")


@cases(("lost", "stays"), ("lost", "moves"), ("lost", "goes"), ("lost", "is erased"))
def the_create_has_no_answer(k, code, then):
    """It is there again, and nobody said so: whatever the other one does meanwhile, it is deleted by the next push."""
    s, mine, people = with_one_erased(k)
    s.hour(hour(2), pages(people, OTHERS))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    if then == "moves":
        people[-1]["email"] = "x@example.com"
    if then == "is erased":
        k.lab.equal("the other is erased", s.run("erase", B, "--yes").code, 0)
    s.hour(hour(3), pages(people[:-1] if then in ("goes", "is erased") else people, OTHERS))
    s.push(code=(3,) if then == "stays" else (0,), what="the next push")
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    s.same("the next push", but=(B,) if then == "stays" else ())
    s.quiet("the next push")


@cases(("email",), ("all",), ("text",))
def who_has_the_address_refuses(k, what):
    """By a flag an opt-out is told to whoever has the address: also that call finds the contact, and it is deleted."""
    s, mine, people = with_one_erased(k, *FLAGS, **BOTH)
    people[-1].update(**(NO_MAIL if what != "text" else {}), **(NO_TEXT if what != "email" else {}))
    if what == "text":
        people[-1].update(email="", phone="7205550000")
    s.hour(hour(2), pages(people, OTHERS))
    s.push(code=(0, 3), what="another refuses")
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    nobody_knows(k, s, mine)
    s.quiet("another refuses")


@cases(("a new id",), ("a new id", "plain"), ("the same id",), ("the same id", "packed"), ("the same id", "erased again"))
def they_sign_up_again(k, who, how=""):
    """By another id they are another customer; by the same one, once their tombstone is taken back, the contact is theirs."""
    s, mine, people = with_one_erased(k)
    packed(k, s, how)
    if who == "the same id":
        hash_ = s.run("erase", "--list").out.splitlines()[-1].split()[0]
        k.lab.equal("forgotten", s.run("erase", "--forget", hash_).code, 0)
        people[-1] = customer(0, birthDate="1980-02-03", medId="MED-1", city="Aurora")
    s.hour(hour(2), pages(people, OTHERS))
    s.push(code=(3,) if who == "a new id" else (0,), what="back")
    if who == "a new id":
        k.lab.equal("it is deleted", (row(s, mine)["status"], s.rejected()), ("Deleted", {B: "same-contact"}))
        nothing_reached_it(k, s, mine)
    else:
        k.lab.equal("it is theirs", (row(s, mine)["status"], row(s, mine)["extendedProperties"]["fh_id"]), ("Active", A))
    s.same("back", but=(B,))
    s.quiet("back")
    if how != "erased again":
        return
    k.lab.equal("erased again", s.run("erase", A, "--yes").code, 0)
    s.push(what="deleted again")
    nobody_knows(k, s, mine)
    s.hour(hour(3), pages(people[:-1] + [customer(9, email=THEIRS)], OTHERS))
    s.push(code=(3,), what="another has it")
    k.lab.equal("it is deleted", (row(s, mine)["status"], s.rejected()), ("Deleted", {B: "same-contact"}))
    s.quiet("another has it")


@test
def another_is_erased_meanwhile(k):
    """What was kept of the first one stays when a second one is erased."""
    s, mine, people = with_one_erased(k)
    k.lab.equal("erased", s.run("erase", "c00001", "--yes").code, 0)
    s.push(what="both deleted")
    nobody_knows(k, s, mine)
    s.hour(hour(2), pages(people[1:] + [customer(8, email="user1@example.com")], OTHERS))
    s.push(code=(3,), what="others have both")
    k.lab.equal("rejected", s.rejected(), {B: "same-contact", "c00008": "same-contact"})
    k.lab.equal("deleted", row(s, mine)["status"], "Deleted")
    s.quiet(k.name)


@test
def the_salt_was_lost(k):
    """Nothing recognises the contact any more, and that is said."""
    s, mine, people = with_one_erased(k)
    os.remove(s.path("push", "salt"))
    told = rebuilt(s, "without the salt", code=(0, 3))
    k.lab.equal("it is said", told.get("unrecognised"), 1)
    k.lab.check("nothing is kept of it", b'"erased"' not in lines(s), lines(s))


@cases(("missing",), ("status",))
def where_a_deleted_contact_is_not_found(k, way):
    """Another one is made, and is theirs."""
    people = crowd(3)
    s = k.settled(people, (), "--deleted", way)
    k.lab.equal("erased", s.run("erase", A, "--yes").code, 0)
    s.push(what="deleted")
    people[0] = customer(9, email=THEIRS)
    k.next(s, 2, people)
    s.quiet(way)
