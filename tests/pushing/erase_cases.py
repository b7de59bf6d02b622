"""Trials of an erasure: the contact is deleted in DailyStory whatever the settings say, and then the journal names nobody."""

import fcntl
import os
import shutil

from lab import erased
from lab.lab import read
from pushing.kit import cases, crowd, hour, pages, sold, test

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


@test
def a_push_at_work_is_waited_for(k):
    s = k.settled(crowd(3))
    with open(s.path("push", ".lock"), "a+") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        r = s.run("erase", "c00001", "--yes")
        k.lab.check(k.name, r.code == 75 and not os.path.exists(s.path("erase.json")), r.err)
