"""Books of before: a journal without a line for each call, one without its salt, and a first push that is held or in parts."""

import json
import os
import re
import shutil

from lab.lab import customer, read, write
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, OPT_OUT
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.rebuild_cases import forget_view, journal, people_of_all_kinds, rebuilt, refused

P1, P2, P3, P4, P5 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
MASK = (1 << 64) - 1


def rotated(x, n):
    return (x << n | x >> (64 - n)) & MASK


def mixed(x, word):
    return rotated(x + word * P2 & MASK, 31) * P1 & MASK


def xxh64(data):
    """XXH64 with seed 0, as its specification has it."""
    at, x = 0, P5
    if len(data) >= 32:
        lanes = [P1 + P2 & MASK, P2, 0, -P1 & MASK]
        while at + 32 <= len(data):
            lanes = [mixed(lane, int.from_bytes(data[at + 8 * i:at + 8 * i + 8], "little")) for i, lane in enumerate(lanes)]
            at += 32
        x = sum(rotated(lane, n) for lane, n in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            x = (x ^ mixed(0, lane)) * P1 + P4 & MASK
    x = x + len(data) & MASK
    for at in range(at, len(data) - 7, 8):
        x = rotated(x ^ mixed(0, int.from_bytes(data[at:at + 8], "little")), 27) * P1 + P4 & MASK
    at = len(data) & ~7
    if len(data) & 4:
        x = rotated(x ^ int.from_bytes(data[at:at + 4], "little") * P1 & MASK, 23) * P2 + P3 & MASK
        at += 4
    for byte in data[at:]:
        x = rotated(x ^ byte * P5 & MASK, 11) * P1 & MASK
    for shift, prime in ((33, P2), (29, P3), (32, 1)):
        x = (x ^ x >> shift) * prime & MASK
    return x


def as_before_0093(lines):
    """Only a create, a deletion and what makes somebody inactive had a line before the call; and numbers have no gap."""
    kept, salt = [], re.search(rb',"salt":"[^"]*"', lines[0]).group()
    for i, line in enumerate(lines):
        x = json.loads(line)
        after = json.loads(lines[i + 1]) if i + 1 < len(lines) else {}
        makes_active = x["op"] == "status" and x.get("fields") == after.get("fields")
        if x["result"] == "unknown" and (x["op"] not in ("create", "delete", "status") or makes_active):
            continue
        line = re.sub(rb',"crc":"[^"]*"}$', b"", re.sub(rb'^{"n":\d+', b'{"n":%d' % (len(kept) + 1), line)).replace(salt, b"")
        line += salt if not kept else b""
        kept.append(line + b',"crc":"%016x"}' % xxh64(line))
    return kept


@test
def a_checksum_is_that_of_the_journal(k):
    s = k.settled(people_of_all_kinds())
    for line in read(journal(s)).splitlines():
        k.lab.equal("crc", b"%016x" % xxh64(line[:line.rindex(b',"crc"')]), line[-18:-2])


@cases((), ("--text_flag", "optOutText"), ("--optouts", "contact", "--text_flag", "optOutText", "--email_flag", "optOutEmail"))
def a_journal_without_a_line_for_each_call(k, *way):
    """Written by a program of before 0093, which was killed after any of its lines: the next push ends as if nothing had been."""
    settings = {"push_email_opt_out": "optOutEmail"} if "--email_flag" in way else {}
    people = people_of_all_kinds()
    s = k.settled(people, sold(6, 8), *way, push_gone="delete", **settings)
    people[0].update(NO_MAIL)
    people[2].update(NO_TEXT)
    people[3]["lastName"] = "Cee"
    k.next(s, 1, people[:1] + people[2:], sold(8, 8))
    lines, keep = as_before_0093(read(journal(s)).splitlines()), s.lab.new("kept")
    there = {c["id"] for c in s.far.books()["contacts"]}
    k.lab.check("it is another", 20 < len(lines) < len(read(journal(s)).splitlines()), len(lines))
    shutil.copytree(s.path("push"), keep, dirs_exist_ok=True)
    for n in range(len(lines), 0, -1 if k.o.more else -3):
        what = "%s: %d lines" % (k.name, n)
        shutil.rmtree(s.path("push"))
        shutil.copytree(keep, s.path("push"))
        forget_view(s)
        write(journal(s), b"".join(line + b"\n" for line in lines[:n]))
        if n == len(lines):
            s.quiet(what)
        s.push(what=what)
        s.same(what)
        s.quiet(what)
        k.lab.equal(what + ": nobody is made twice", [c["id"] for c in s.far.books()["contacts"] if c["id"] not in there and c["status"] != "Deleted"], [])


@cases(("row",), ("opt-out",), ("status",), ("create",), ("delete",))
def begun_and_the_salt_is_gone(k, what):
    """A call had no answer, then the salt is lost: what may be there is known by no hash any more."""
    people = crowd(4)
    s = k.settled(people, push_retries=0, push_gone="delete" if what == "delete" else "inactive")
    call = CONTACT
    if what == "row":
        people[1]["email"], people[2]["lastName"] = "moved@example.com", "Cee"
    elif what == "opt-out":
        people[1].update(NO_MAIL)
        call = OPT_OUT
    elif what == "create":
        people.append(customer(4))
    else:
        del people[1]
        call = "DELETE" if what == "delete" else CONTACT
    s.hour(hour(1), pages(people))
    s.far.fault("503" if what == "delete" else "lost", call, count=100)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    before = {c["id"] for c in s.far.books()["contacts"]}
    os.chmod(s.path("push", "salt"), 0o600)
    os.remove(s.path("push", "salt"))
    refused(s, what)
    told = rebuilt(s, what, code=(0, 3))
    k.lab.check("it says so", told["salt_lost"], told)
    s.push(code=(0, 3), what="afterwards")
    s.same("afterwards", but=s.rejected())
    k.lab.equal("no other contact", {c["id"] for c in s.far.books()["contacts"]}, before)
    s.quiet("afterwards")
    s.secrets("afterwards")


@test
def a_first_push_that_is_held(k):
    """Nothing of it is younger than push_hold but what protects; and nothing is missing of it afterwards."""
    people = crowd(3) + [customer(3, **NO_MAIL)]
    s = k.shop(push_hold=90)
    s.hour(hour(0), pages(people))
    r = s.push(what="too young")
    k.lab.check("it says so", "is younger than 'push_hold'" in r.err, r.err)
    k.lab.equal("the opt-out alone", (s.far.calls(), s.far.books()["contacts"]), (1, []))
    plan = s.plan()
    s.far.control("forget")
    s.push(what="old enough", env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 91 * 60)})
    k.lab.equal("calls", s.far.calls(), plan["calls"])
    s.same("old enough")
    s.quiet("old enough")


@cases((1,), (7,), (50,))
def a_first_push_in_parts(k, limit):
    """As many items each time, opt-outs first; a change of most of them in between is no mass change until all were sent once."""
    people = [customer(i, **(NO_MAIL if i % 5 == 0 else {})) for i in range(12 if limit < 50 else 130)]
    s = k.shop(push_percent=20)
    s.hour(hour(0), pages(people))
    count = s.plan()["new"] + s.plan()["opt_outs"]["email"]
    for n in range(1, 1 + (count + limit - 1) // limit):
        r = s.push("--limit", str(limit), what="part %d" % n)
        left = max(count - n * limit, 0)
        k.lab.check("part %d: what is left" % n, ", 0 rejected, %d pending" % left in r.err and ("%d more " % left in r.err) == (left > 0), r.err)
    s.same("all of it")
    s.quiet("all of it")
