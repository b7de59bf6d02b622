"""Who was deleted by us, and whom DailyStory finds again for another customer with their address: nobody gets what is another's."""

import shutil

from lab.lab import customer
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.others_cases import suppress
from pushing.seam_cases import BOTH, FLAGS

REVIVE = ("--deleted", "revive")
THEIRS = "user0@example.com"
A, B = "c00000", "c00009"


ORDERS = sold(3, 3)


def with_one_deleted(k, *options, **settings):
    """c00000 has bought, refuses nothing, and is deleted; the others, and c00009 who has their email by now."""
    people = crowd(3)
    people[0].update(birthDate="1980-02-03", medId="MED-1", city="Aurora")
    s = k.settled(people, ORDERS, *REVIVE, *options, push_gone="delete", push_retries=0, **settings)
    k.next(s, 1, people[1:], ORDERS)
    mine = next(c["id"] for c in s.far.books()["contacts"] if c.get("email") == THEIRS)
    s.far.control("forget")
    return s, mine, people[1:] + [customer(9, email=THEIRS, phone="7205550099")]


def row(s, dsid):
    return next(c for c in s.far.books()["contacts"] if c["id"] == dsid)


def nothing_reached_it(k, s, dsid):
    """No call to that contact says anything of the other customer, and it has nothing of theirs."""
    k.lab.equal("nothing of the other was written", ([c for c in s.far.log() if dsid in c[6] and B in c[6]], row(s, dsid)["extendedProperties"].get("fh_id")), ([], A))


@cases(*[(clear, how) for clear in ("empty", "omit") for how in ("plain", "refuses", "without the view", "packed", "refused deletion", "no answer")])
def another_gets_the_email(k, clear, how):
    """That contact is theirs for good, so the row is rejected, or goes without the email, and the contact is deleted once more."""
    s, mine, people = with_one_deleted(k, push_clear=clear)
    if how == "refuses":
        people[-1].update(NO_MAIL)
    if how == "packed":
        s.push("--rebuild-acked", code=(0, 3), what="packed")
    if how in ("packed", "without the view"):
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)
    s.hour(hour(2), pages(people, ORDERS))
    if how in ("refused deletion", "no answer"):
        s.far.fault("422" if how == "refused deletion" else "503", "DELETE ", count=9)
    s.push(code=(75,) if how == "no answer" else (3,), what="another has it")
    s.far.control("clear")
    if how != "refuses":    # by their number
        k.lab.equal("deleted, or inactive until it is", row(s, mine)["status"], "Inactive" if how in ("refused deletion", "no answer") else "Deleted")
    nothing_reached_it(k, s, mine)
    s.hour(hour(200), pages(people, ORDERS))
    s.push(code=(3,), what="a week later")
    k.lab.equal("rejected", s.rejected(), {B: "identity-taken" if how == "refuses" else "same-contact"})
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    s.same("a week later", but=(B,))
    s.quiet("a week later")


@cases(("by their number",), ("as another", ""), ("as another", "503"), ("as another", "422"), ("as another", "404"))
def who_was_deleted_comes_back(k, how, *code):
    """Where the contact is found for them it is theirs still; where they have another by now, it is deleted all the same."""
    s, mine, people = with_one_deleted(k)
    back = customer(0, email="") if how == "by their number" else customer(0, email="x@example.com", phone="")
    s.hour(hour(2), pages([back] + people[:-1], ORDERS))
    s.push(what="back")
    k.lab.equal("whose it is", row(s, mine)["status"], "Active" if how == "by their number" else "Deleted")
    s.hour(hour(3), pages([back] + people, ORDERS))
    if code and code[0]:
        s.far.fault(code[0], "DELETE ", count=1)
        s.push(code=(75,), what="not deleted")
        s.far.control("clear")
    s.push(code=(3,), what="another has the email")
    k.lab.equal("as it was", row(s, mine)["status"], "Active" if how == "by their number" else "Deleted")
    nothing_reached_it(k, s, mine)
    k.lab.equal("rejected", s.rejected(), {B: "same-contact"})
    if how != "by their number":
        s.push("--rebuild-acked", code=(0, 3), what="packed")
        s.push("--retry-rejected", code=(3,), what="packed, and again")
        nothing_reached_it(k, s, mine)
        k.lab.equal("deleted", row(s, mine)["status"], "Deleted")
    s.same("another has the email", but=(B,))
    s.quiet(k.name)


@test
def another_comes_and_goes_with_it(k):
    """Nobody is rejected any more."""
    s, mine, people = with_one_deleted(k)
    s.hour(hour(2), pages(people, ORDERS))
    s.push(code=(3,), what="another has it")
    s.hour(hour(3), pages(people[:-1], ORDERS))
    s.push(what="gone")
    k.lab.equal("nobody has it", (row(s, mine)["status"], s.rejected()), ("Deleted", {}))
    s.quiet(k.name)


@cases(*[(code, whose) for code in ("lost", "503") for whose in ("another's", "their own")])
def found_for_who_is_removed(k, code, whose):
    """The create had no answer, and by the next push nobody is to have it: it is deleted once more."""
    s, mine, people = with_one_deleted(k)
    people = people if whose == "another's" else people[:-1] + [customer(0)]
    s.hour(hour(2), pages(people, ORDERS))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    s.hour(hour(3), pages(people[:-1], ORDERS))
    s.push(what="removed")
    k.lab.equal("deleted", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    s.same("removed")
    s.quiet("removed")


@cases(*[(who, code) for who in ("another", "themselves") for code in (None, "422", "503", "lost")])
def found_to_tell_a_refusal(k, who, code):
    """By the address, with a flag, for a customer who is not made: the contact that has it by that is deleted once more."""
    people = crowd(3)
    s = k.settled(people, (), *REVIVE, *FLAGS, push_gone="delete", push_retries=0, **BOTH)
    mine = next(c["id"] for c in s.far.books()["contacts"] if c.get("email") == THEIRS)
    suppress(s, *[THEIRS] * (who == "themselves"))
    k.next(s, 1, people if who == "themselves" else people[1:])
    k.lab.equal("gone", row(s, mine)["status"], "Deleted")
    people[0].update(NO_MAIL)
    if who == "another":
        people[0] = customer(9, email=THEIRS, phone="", **NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault(code or "503", CONTACT if code == "lost" else "DELETE ", count=0 if code is None else 1)
    s.push(code={None: (0,), "422": (0, 3)}.get(code, (75,)), what="told")
    s.far.control("clear")
    k.lab.check("nobody can write to it", code == "lost" or row(s, mine)["status"] != "Active", row(s, mine))
    s.hour(hour(8), pages(people))
    s.push("--retry-rejected", what="hours later")
    k.lab.equal("deleted, and opted out", (row(s, mine)["status"], row(s, mine)["out_of_email"]), ("Deleted", True))
    s.same("hours later")
    s.quiet(k.name)


@cases(("missing",), ("status",))
def another_where_a_deleted_contact_is_not_found(k, way):
    """Another one is made, and is theirs."""
    people = crowd(3)
    s = k.settled(people, (), "--deleted", way, push_gone="delete")
    k.next(s, 1, people[1:])
    people[0] = customer(9, email=THEIRS)
    k.next(s, 2, people)
    s.quiet(way)


@cases(("all",), ("email",))
def another_refuses_by_a_flag(k, what):
    """The opt-out is told to whoever has the address: also that call finds the contact, which is deleted again."""
    s, mine, people = with_one_deleted(k, *FLAGS, **BOTH)
    people[-1].update(NO_MAIL, **(NO_TEXT if what == "all" else {}))
    s.hour(hour(2), pages(people, ORDERS))
    s.push(code=(0, 3), what="another refuses")
    k.lab.equal("it is deleted", row(s, mine)["status"], "Deleted")
    nothing_reached_it(k, s, mine)
    s.quiet("another refuses")
