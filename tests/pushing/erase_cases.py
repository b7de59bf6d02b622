"""Trials of an erasure: the contact is deleted in DailyStory whatever the settings say, and then the journal names nobody."""

import fcntl
import json
import os
import shutil

from lab import erased
from lab.lab import customer, read, write
from pushing.guard_cases import CONTACT
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.plain_cases import import_by_hand
from pushing.shop import injected

WHO = "c00003"


def lines(s):
    return b"".join(read(s.path("push", n)) for n in sorted(os.listdir(s.path("push"))) if n.startswith("journal-"))


@cases((), ("inactive",), ("delete",))
def who_is_erased_is_deleted(k, *gone):
    """By the next push; until then the journal tells which contact it is."""
    people = crowd(6)
    s = k.shop(**({"push_gone": gone[0]} if gone else {}))
    s.hour(hour(0), pages(people, sold(9, 6)))
    s.push(what=k.name + ": the first push")
    count = lines(s).count(b"\n")
    r = s.run("erase", WHO, "--yes")
    k.lab.check(k.name + ": erased", r.code == 0 and "the next 'flowstory push' deletes" in r.out and "by hand" not in r.out, r.out + r.err)
    k.lab.equal(k.name + ": only the journal knows them", {n.split("/")[0] for n in erased.hits(s.dir, WHO)}, {"push"})
    before = s.far.calls()
    plan = s.plan()
    r = s.push(what=k.name + ": the next push")
    k.lab.equal(k.name + ": one call", (s.far.calls() - before, plan["calls"]), (1, 1))
    k.lab.equal(k.name + ": nobody knows them", erased.hits(s.dir, WHO), [])
    k.lab.equal(k.name + ": no line is missing", lines(s).count(b"\n"), count + 2)
    k.lab.check(k.name + ": lines of theirs are empty", lines(s).count(b'"op":"erased"') >= 2, lines(s)[-800:])
    k.lab.check(k.name + ": they are not there", [b["status"] for b in s.far.books()["contacts"] if b.get("email") == "user3@example.com"] in ([], ["Deleted"]), "")
    s.quiet(k.name)
    shutil.rmtree(s.path("push", "state"))
    s.quiet(k.name + ": without push/state")
    s.hour(hour(1), pages([p for p in people if p["id"] != WHO], sold(12, 6)))
    s.push(what=k.name + ": another hour")
    s.same(k.name + ": another hour")
    k.lab.equal(k.name + ": verify", s.run("-q", "verify", "--rebuild").code, 0)


@test
def who_was_never_there_is_nobodys(k):
    """Nothing was pushed of them, so nothing has to be deleted."""
    s = k.settled(crowd(3))
    s.hour(hour(1), pages(crowd(5)))
    r = s.run("erase", "c00004", "--yes")
    k.lab.check(k.name, r.code == 0 and "the next" not in r.out, r.out + r.err)
    s.push(what=k.name + ": push")
    s.same(k.name)


@test
def one_by_push_and_one_by_hand(k):
    """Of two who are erased at once, one was pushed; the other one was exported and is nobody's but the reader's."""
    s = k.settled(crowd(4))
    s.hour(hour(1), pages(crowd(5)))
    r = s.run("erase", "c00001", "c00004", "--yes")
    k.lab.check(k.name, r.code == 0 and "the next 'flowstory push' deletes" in r.out and "user1@example.com" not in r.out and
                "delete the contact user4@example.com in DailyStory by hand" in r.out, r.out + r.err)


@cases((), ("packed",), ("imported",))
def others_whose_address_was_theirs(k, *how):
    """What was refused to another because of them names nobody any more, and does not begin to count anew; once they are deleted it is tried again."""
    people = crowd(4) + [customer(9, email="user3@example.com", phone="")]
    s = k.shop()
    s.hour(hour(0), pages(people[:4]))
    if how == ("imported",):
        import_by_hand(s, s.full())
        s.imported = True
        s.push("--mark-imported", hour(0).strftime("%Y%m%dT%H%M%SZ"))
    s.push(what=k.name + ": the first push")
    dsid = next(c["id"] for c in s.far.books()["contacts"] if c.get("email") == "user3@example.com")
    s.hour(hour(1), pages([p for p in people if p["id"] != WHO]))
    s.push(code=(3,), what=k.name + ": another has the email")
    k.lab.check(k.name + ": it says whose", s.rejected().get("c00009") == "same-contact" and WHO.encode() in lines(s), s.rejected())
    if how == ("packed",):
        s.push("--rebuild-acked", code=(0, 3))
    s.run("erase", WHO, "--yes")
    k.lab.check(k.name + ": the refusal is known still", s.rejected().get("c00009") == "same-contact", s.rejected())
    s.push(what=k.name + ": they are deleted")
    k.lab.equal(k.name + ": nobody knows them", (erased.hits(s.dir, WHO), erased.hits(s.dir, dsid)), ([], []))
    k.lab.equal(k.name + ": nor is anybody refused", s.rejected(), {})
    s.same(k.name + ": the address is theirs")
    s.quiet(k.name + ": the address is theirs")


@test
def a_push_at_work_is_waited_for(k):
    s = k.settled(crowd(3))
    with open(s.path("push", ".lock"), "a+") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        r = s.run("erase", "c00001", "--yes")
        k.lab.check(k.name, r.code == 75 and not os.path.exists(s.path("erase.json")), r.err)


def with_a_lost_create(k, kind, person, *options):
    """A shop in which the answer to the call that was to make c00003 never came."""
    people = crowd(3) + [person]
    s = k.settled(people[:3], (), *options, push_retries=0)
    s.hour(hour(1), pages(people))
    s.far.fault(kind, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    return s


@cases(("lost", "email"), ("lost", "number"), ("before", "email"), ("lost", "stopped"))
def erased_after_a_lost_create(k, kind, by):
    """Nobody knows the id of the contact, nor whether there is one: it is found by the address it was made with, and deleted; if it cannot be, nobody can write to it."""
    s = with_a_lost_create(k, kind, customer(3, **({"email": ""} if by == "number" else {})))
    if by == "stopped":
        s.run("erase", WHO, "--yes", front=injected("rename", 12, "signal=KILL"))
    r = s.run("erase", *(["--resume"] if by == "stopped" else [WHO]), "--yes")
    k.lab.check("erased", r.code == 0 and "the next 'flowstory push' deletes" in r.out and "until then push/lost.json keeps the address" in r.out and "by hand" not in r.out, r.out + r.err)
    k.lab.equal("only push/ knows them", {n.split("/")[0] for n in erased.hits(s.dir, WHO)}, {"push"})
    k.lab.equal("nobody else may read it", os.stat(s.path("push", "lost.json")).st_mode & 0o777, 0o600)
    k.lab.check("--status", "1 contact of erased people still to be deleted" in s.run("push", "--status").out, s.run("push", "--status").out)
    plan = s.plan()
    s.far.control("forget")
    s.far.fault("503", "DELETE ", count=1)
    s.push(code=(75,), what="not deleted yet")
    k.lab.equal("inactive", [c["status"] for c in s.far.books()["contacts"][3:]], ["Inactive"])
    s.push(what="the next push")
    k.lab.equal("deleted", [c["status"] for c in s.far.books()["contacts"][3:] if c["status"] != "Deleted"], [])
    k.lab.equal("planned", plan["calls"], 3)
    said = [json.loads(c[6]) for c in s.far.log() if c[2] == "/api/v1/contact"]
    k.lab.equal("what was said: the address, and of the contact that is bound that it is inactive", [[v for v in b if v != "dsId"] for b in said], [["mobilePhone" if by == "number" else "email"], ["status"]])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, WHO), os.path.exists(s.path("push", "lost.json"))), ([], False))
    s.quiet(k.name)
    shutil.rmtree(s.path("push", "state"))
    s.quiet("without push/state")


@test
def erased_after_a_lost_create_of_an_address_that_others_have(k):
    """The contact with the address is another customer's by then: there is nothing to delete."""
    s = with_a_lost_create(k, "before", customer(3))
    people = crowd(3) + [customer(3, email="other@example.com")]
    people[0]["email"] = "user3@example.com"
    s.hour(hour(2), pages(people))
    s.push("--only", "c00000")
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.far.control("forget")
    s.push(what="the next push")
    k.lab.equal("no call", (s.far.calls(), erased.hits(s.dir, WHO)), (0, []))
    k.lab.equal("nobody lost theirs", [c["status"] for c in s.far.books()["contacts"]], ["Active"] * 3)
    s.quiet(k.name)


@cases(("Active",), ("Inactive",))
def erased_after_a_lost_create_of_an_address_that_staff_gave_away(k, status):
    """DailyStory finds another customer's contact by it, which nobody here knew: it is not deleted, and nothing is said of it."""
    s = with_a_lost_create(k, "before", customer(3))
    write(s.path("suppress.txt"), "user1@example.com\n" if status == "Inactive" else "")
    s.set(suppress="suppress.txt")
    s.hour(hour(2), pages(crowd(3) + [customer(3)]))
    s.push("--only", "c00001")
    s.far.edit("change", email="user1@example.com", field="email", value="user3@example.com")
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.push(what="the next push")
    k.lab.equal("as it was", [c["status"] for c in s.far.books()["contacts"]], ["Active", status, "Active"])
    k.lab.equal("nobody knows them", (erased.hits(s.dir, WHO), os.path.exists(s.path("push", "lost.json"))), ([], False))
    s.quiet(k.name)
