"""Static segments that DailyStory does not take: dead letters as any other; and of whom one is."""

import json
import shutil
import time

from pushing.guard_cases import NO_MAIL, OPT_OUT
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.shop import read_dead

RULE = {"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": 1}}
SEGMENT, MEMBERS = "POST /api/v1/segment$", "POST /api/v1/segment/contacts/"


def refused(k, call, kind="422", n=3):
    """A first push of n customers, all of them members, and the segment is not taken."""
    s = k.shop(push_membership="static", rules=[RULE])
    s.hour(hour(0), pages(crowd(n), sold(n, n)))
    s.far.fault(kind, call)
    r = s.push(code=(3,), what="refused")
    k.lab.check("it is said", "did not take 1 row" in r.err, r.err)
    return s


def dead(s):
    return [(d["segment"], d["op"], d["tries"]) for d in read_dead(s.run("push", "--rejected", "--json").out)]


def waits(k, s, what):
    """It is no call, and not pending; but it is told."""
    s.far.control("forget")
    r = s.push(code=(3,), what=what)
    k.lab.equal(what + ": no call", s.far.calls(), 0)
    k.lab.check(what + ": nothing is news, but it is said", " 1 rejected" not in r.err and "did not take 1 row" in r.err, r.err)
    told = json.loads(s.run("push", "--status", "--json").out)
    k.lab.equal(what + ": status", (told["pending"], told["rejected"]), (0, {"refused": 1}))


def added(s):
    return [len(g["dsids"]) for g in s.far.books()["segments"]]


@cases((SEGMENT, "segment-new"), (MEMBERS, "segment-add"))
def a_segment_that_is_not_taken(k, call, op):
    s = refused(k, call)
    waits(k, s, "waits")
    shutil.rmtree(s.path("push", "state"))
    waits(k, s, "without push/state")
    s.push("--rebuild-acked", what="packed")
    shutil.rmtree(s.path("push", "state"), ignore_errors=True)
    waits(k, s, "packed")
    k.lab.equal("one dead letter", dead(s), [("buyers", op, 1)])
    said = s.run("push", "--rejected").out
    k.lab.check("in words", said.startswith("buyers: %s: refused: " % op) and "--retry-rejected" in said, said)
    s.push("--retry-rejected", code=(3,), what="asked for, and refused again")
    k.lab.equal("tried twice", dead(s), [("buyers", op, 2)])
    s.far.control("clear")
    s.push("--retry-rejected", what="asked for")
    k.lab.equal("all are in", (added(s), dead(s)), ([3], []))
    s.quiet("asked for")


@test
def a_segment_a_week_later(k):
    s = refused(k, SEGMENT)
    s.far.control("clear")
    s.push(env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 8 * 86400)}, what="a week later")
    k.lab.equal("all are in", (added(s), dead(s)), ([3], []))


@cases(("held",), ("asked for no more",))
def a_segment_that_is_not_asked_for(k, how):
    """While rows are held it is no less a dead letter; where nobody asks for it, it is none any more."""
    s = refused(k, SEGMENT)
    if how == "held":
        s.set(push_hold=90)
        waits(k, s, "held")
        return
    s.set(push_membership="flags")
    s.push(what="flags alone")
    k.lab.equal("no dead letter", s.rejected(), {})
    s.quiet("flags alone")


@test
def a_segment_that_somebody_deleted_there(k):
    """It is a dead letter; asked for, it is found by its name, or made again."""
    s = k.shop(push_membership="static", rules=[RULE])
    people = crowd(4)
    s.hour(hour(0), pages(people, sold(3, 3)))
    s.push()
    s.hour(hour(1), pages(people, sold(4, 4)))
    s.far.fault("404", MEMBERS, count=1)
    s.push(code=(3,), what="it is not there")
    s.push("--retry-rejected", what="asked for")
    k.lab.equal("looked for by its name", [c[2] for c in s.far.log()][-2:], ["/api/v1/segments", s.far.log()[-1][2]])
    k.lab.equal("all are in", (added(s), dead(s)), ([4], []))


@test
def calls_of_a_segment(k):
    """One call adds many: it is one that was acknowledged."""
    s = k.shop(push_membership="static", rules=[RULE])
    s.hour(hour(0), pages(crowd(5), sold(5, 5)))
    r = s.push()
    k.lab.check("no more are acknowledged than there were", " 13 calls, 0 retries, 12 acked," in r.err, r.err)


@cases((True,), (False,))
def whose_opt_out_it_is(k, is_there):
    """A dead letter of an opt-out names the customer, who may have no contact yet."""
    people = crowd(2)
    s = k.settled(people) if is_there else k.shop()
    if not is_there:
        people[1]["phone"] = ""
    people[1].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    letters = read_dead(s.run("push", "--rejected", "--json").out)
    k.lab.equal("by id", {d["fh_id"] for d in letters if d["op"] == "opt-out-email"}, {"c00001"})
    said = s.run("push", "--rejected").out
    k.lab.check("in words", "c00001: opt-out-email: refused: " in said, said)


@test
def whose_many_opt_outs_are(k):
    """As where DailyStory knows no such call: whose each of them is is found in one walk, and takes no longer than --status."""
    s = k.shop(push_retries=0, bodies=False)
    s.hour(hour(0), pages(crowd(2000, **NO_MAIL)))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    took = {}
    for what in ("--status", "--rejected"):
        began = time.monotonic()
        said = s.run("push", what).out
        took[what] = time.monotonic() - began
    k.lab.equal("each of them", said.count(": opt-out-email: refused"), 2000)
    k.lab.check("in one walk", took["--rejected"] < 2 * took["--status"] + 0.2, took)
