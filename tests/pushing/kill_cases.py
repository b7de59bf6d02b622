"""Killed at any write, a full or failing disk, a journal that is torn or wrong; hours of families with all of it at once."""

import datetime
import glob
import json
import os
import random
import re
import shutil
import subprocess

from families import Families
from lab.lab import customer, read, write
from pushing.kit import TESTS, crowd, hour, pages, sold, test
from pushing.shop import Shop, injected

WRITES = ["write", "pwrite64", "writev", "fsync", "fdatasync", "ftruncate", "rename", "renameat2", "mkdir", "unlinkat", "sendto", "recvfrom"]
ERRORS = {"write": "ENOSPC", "pwrite64": "ENOSPC", "fsync": "EIO", "fdatasync": "EIO", "mkdir": "ENOSPC", "rename": "ENOSPC", "ftruncate": "ENOSPC"}
KILL, FAIL = "signal=KILL", "error"
CONTACT = "POST /api/v1/contact$"
NO_MAIL, NO_TEXT = {"consentsToPromotionalEmail": False}, {"consentsToPromotionalSMS": False}


def mixed():
    return crowd(3) + [customer(3, **NO_MAIL), customer(4, email="", **NO_TEXT), customer(5, phone="")]


def counts_of(s, name):
    """How often a push calls each of these, by itself."""
    log = os.path.join(s.lab.place, "strace")
    s.push(front=["strace", "-f", "-qq", "-o", log], what=name)
    _, _, text = read(log).partition(b"fcntl(0, F_GETFD")
    return {c: len(re.findall(rb"^\d+ +%s\(" % c.encode(), text, re.M)) for c in WRITES}, \
        {c: len(re.findall(rb"^\d+ +%s\(" % c.encode(), read(log), re.M)) for c in WRITES}


def places(k, own, every, all_of_them):
    """(call, n): all of them, or some of each kind."""
    few = 1 if k.o.sanitized else 3
    for call in WRITES:
        n = own[call]
        some = range(1, n + 1) if k.o.more or (all_of_them and not k.o.sanitized) else sorted({round(i * n / few) or 1 for i in range(1, few + 1)}) if n else []
        for i in some:
            yield call, every[call] - n + i


def stopped(k, before, how, after=Shop.same, again=21, all_of_them=False):
    """Each time from the beginning, with a stand-in of its own; then a plain push, after which that holds, with so many calls more."""
    s = k.shop("--text_flag", "optOutText")
    before(s)
    own, every = counts_of(s, k.name + ": undisturbed")
    after(s, k.name + ": undisturbed")
    total, hit, tries = s.far.calls(), 0, 0
    for call, n in places(k, own, every, all_of_them):
        if how == FAIL and call not in ERRORS:
            continue
        s = k.shop("--text_flag", "optOutText")
        before(s)
        what = "%s: %s %d" % (k.name, call, n)
        r = s.run("push", front=injected(call, n, KILL if how == KILL else "error=" + ERRORS[call]))
        tries, hit = tries + 1, hit + (r.code != 0)
        if how == FAIL:
            k.lab.check(what + ": a message and no crash", r.code in (0, 1, 3, 75), (r.code, r.err))
        s.push(what=what)
        after(s, what)
        k.lab.check(what + ": calls", s.far.calls() <= total + again, (s.far.calls(), total))
        s.quiet(what)
        s.close()
    k.lab.check("%s: most of %d were hit" % (k.name, tries), hit > tries / (2 if how == KILL else 4), hit)


def first(s):
    s.hour(hour(0), pages(mixed(), sold(4, 6)))


def later(s):
    first(s)
    s.push(what="the first push")
    people = mixed()
    people[0].update(NO_MAIL)
    people[3]["lastName"] = "Cee"
    s.hour(hour(1), pages(people[:1] + people[2:] + [customer(8)], sold(6, 6)))


@test
def killed_in_a_first_push(k):
    stopped(k, first, KILL)


@test
def killed_in_an_hour(k):
    stopped(k, later, KILL)


@test
def a_write_fails(k):
    stopped(k, later, FAIL)


def synced(log, failed):
    """Bytes of the journal that were on the disk before its sync of that number failed."""
    written, syncs, safe = 0, 0, 0
    for line in read(log).decode("utf-8", "replace").splitlines():
        if " write(" in line:
            written += int(line.rsplit("= ", 1)[1])
        elif " fdatasync(" in line:
            syncs += 1
            safe = written if syncs < failed else safe
    return safe


@test
def a_journal_that_cannot_be_synced(k):
    """Each of its syncs in turn: said, no call more, and what may be lost with the power is not believed by the view."""
    people = [customer(i, **(NO_MAIL if i % 7 == 3 else {})) for i in range(20)]
    log = os.path.join(k.lab.place, "strace")
    for n in range(1, 60):
        s = k.shop()
        s.hour(hour(0), pages(people))
        s.push("--only", "c00000", what="the journal is there")
        front = ["strace", "-f", "-qq", "-s", "0", "-o", log, "-P", journal(s), "-e", "trace=write,fdatasync",
                 "-e", "inject=fdatasync:error=EIO:when=%d" % n]
        before, calls = os.path.getsize(journal(s)), s.far.calls()
        r = s.run("push", front=front)
        if r.code == 0:
            break
        k.lab.check("sync %d: it is said" % n, r.code == 1 and "cannot write push/journal-000001.jsonl" in r.err, (r.code, r.err))
        os.truncate(journal(s), before + synced(log, n))
        s.push(what="sync %d: the next push" % n)
        s.same("sync %d: the next push" % n)
        s.quiet("sync %d" % n)
        s.close()
    k.lab.check("some were failed", 4 < n < 59 and s.far.calls() > calls, n)


@test
def a_full_disk(k):
    """The journal may not grow: nothing is lost, and nobody is told that it is done."""
    import resource
    s = k.shop()
    first(s)
    for size in (0, 100, 1000, 3000):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        r = s.run("push", before=limit)
        k.lab.check("a limit of %d: it fails" % size, r.code in (1, 75, -25), (r.code, r.err))
    s.push()
    s.same(k.name)
    s.quiet(k.name)


def journal(s):
    return sorted(glob.glob(s.path("push", "journal-*.jsonl")))[-1]


@test
def a_torn_journal(k):
    """Cut at any byte of its last line: what is lost is sent again, and no more."""
    s = k.shop()
    first(s)
    s.push()
    whole = read(journal(s))
    last = len(whole) - whole[:-1].rfind(b"\n") - 1
    for cut in range(1, last + 1, 1 if k.o.more else 61):
        write(journal(s), whole[:-cut])
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)
        s.far.control("forget")
        s.push(what="cut by %d" % cut)
        k.lab.check("cut by %d: calls" % cut, s.far.calls() <= 2, s.far.calls())
        s.same("cut by %d" % cut)


@test
def a_bad_line(k):
    """Before the last one: named, and nothing is sent."""
    s = k.shop()
    first(s)
    s.push()
    whole = read(journal(s)).splitlines(True)
    for bad in (b"not json\n", whole[1].replace(b'"result"', b'"resulT"'), whole[1][:-20] + b"\n", b"\n", whole[1].replace(b"acked", b"Acked", 1)):
        if bad == whole[1]:
            continue
        write(journal(s), b"".join(whole[:1] + [bad] + whole[2:]))
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)
        s.far.control("forget")
        r = s.push(code=(1,), what="a bad line")
        k.lab.check("it is named", os.path.basename(journal(s)) in r.err and re.search(r"(line |:)2\b", r.err), r.err)
        k.lab.equal("nothing is sent", s.far.calls(), 0)
    write(journal(s), b"".join(whole))
    s.quiet("restored")


@test
def another_salt(k):
    """Lost salt: refused or all of it sent again; never a wrong row."""
    s = k.shop()
    first(s)
    s.push()
    os.chmod(s.path("push", "salt"), 0o600)
    os.remove(s.path("push", "salt"))
    s.push(code=(0, 1), what="without salt")
    s.same("without salt")


@test
def killed_at_any_moment(k):
    """By the clock, not by a call."""
    rng = random.Random("moments")
    s = k.shop("--delay", "3")
    s.hour(hour(0), pages(crowd(12), sold(8, 12)))
    kills = 0
    for _ in range(60 if k.o.more else 12):
        p = subprocess.Popen([s.program.path, "-C", s.dir, "push"], env={**os.environ, **s.env}, stderr=subprocess.DEVNULL)
        try:
            p.wait(rng.random() * 0.08)
        except subprocess.TimeoutExpired:
            p.kill()
            p.wait()
            kills += 1
    s.push()
    s.same(k.name)
    k.lab.check("calls", s.far.calls() <= 24 + 21 * kills, (s.far.calls(), kills))
    s.quiet(k.name)


# ---------------------------------------------------------------- families

SWITCHES = {"match": ["email", "mobile", "conflict"], "taken": ["refuse", "move", "move"], "deleted": ["missing", "status", "revive"],
            "optouts": ["address", "contact"], "by_email": ["off", "on"], "empty": ["clear", "clear", "keep"]}
FAULTS = ["429", "500", "503", "html", "empty", "cut", "cutjson", "reset", "lost", "lost", "before", "twice", "422", "refused", "noid"]


class Hours:
    """A family business, its hours, and whatever goes wrong in them."""

    def __init__(self, k, seed):
        self.k, self.rng, self.what = k, random.Random("push/%d" % seed), "seed %d" % seed
        self.families = Families(seed)
        self.families.giants = False
        way = {name: self.rng.choice(words) for name, words in SWITCHES.items()}
        # without an endpoint that knows addresses an opt-out needs flags with names
        flags = way["optouts"] == "contact" or self.rng.random() < 0.5
        options = [w for name, word in way.items() for w in ("--" + name, word)]
        options += ["--text_flag", "optOutText", "--email_flag", "optOutEmail"] if flags else []
        settings = {"push_email_opt_out": "optOutEmail"} if flags else {}
        settings["push_gone"] = self.rng.choice(["flag", "inactive"])
        self.way, self.s = (way, flags, settings), k.shop(*options, push_percent=100, **settings)
        self.rules = [r for r in self.families.rules()]
        write(self.s.path("segments.json"), json.dumps(self.rules))
        self.s.set(**self.families.settings())
        write(self.s.path("suppress.txt"), "")

    def change(self):
        rng = self.rng
        self.families.step()
        if rng.random() < 0.3:
            write(self.s.path("suppress.txt"), "".join(a + "\n" for a in rng.choice([[], self.families.mails[:1], self.families.mobiles[:1]])))
        while self.families.now <= self.s.now.replace(tzinfo=None):
            self.families.now += datetime.timedelta(hours=1)

    def trouble(self):
        """A push or two that may come to nothing."""
        rng, s = self.rng, self.s
        for _ in range(rng.choice([0, 1, 2])):
            s.far.fault(rng.choice(FAULTS), rng.choice(["POST", CONTACT, "POST /api/v1/contact/optout"]), skip=rng.randint(0, 6), count=rng.choice([1, 2, 30]), value="1")
        for _ in range(rng.choice([0, 1, 1, 2])):
            call = rng.choice(WRITES)
            s.run("push", "--accept-mass-change", front=injected(call, rng.randint(1, 40), KILL))
        if rng.random() < 0.3:
            shutil.rmtree(s.path("push", "state"), ignore_errors=True)
        if rng.random() < 0.5:
            s.push("--accept-mass-change", code=(0, 1, 3, 5, 75), what=self.what)
        s.far.control("clear")

    def hour(self, n):
        s, what = self.s, "%s, hour %d %s" % (self.what, n, self.way)
        s.hour(self.families.now, self.families.pages())
        self.trouble()
        s.push("--accept-mass-change", "--retry-rejected", code=(0, 3), what=what)
        dead = s.rejected()
        self.k.lab.check(what + ": why", set(dead.values()) <= {"same-contact", "identity-taken"}, dead)
        s.same(what, but=dead, not_cleared=self.way[0]["empty"] == "keep")
        s.quiet(what)
        self.change()


def family_hours(k, seed, hours):
    h = Hours(k, seed)
    for n in range(hours):
        h.hour(n)
    h.s.secrets(h.what)


KEPT = (1054, 1089)     # a mobile that refuses texts and is to go is kept by DailyStory


def add_seeds(seeds, first_seed, hours=6):
    for seed in [*range(first_seed, first_seed + seeds), *KEPT]:
        TESTS.append(("hours of families, seed %d" % seed, family_hours, (seed, hours)))
