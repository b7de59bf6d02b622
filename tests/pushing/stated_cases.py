"""What the manual states in passing: the wait between two calls, whose turn it is to be compared, what comes last."""

import json

from fetching.place import Tls
from lab.lab import write
from pushing.guard_cases import CONTACT
from pushing.kit import crowd, hour, pages, sold, test
from pushing.plain_cases import place_of_keys


@test
def the_wait_between_two_calls(k):
    """push_interval_ms, in real time: no more calls in a second than that leaves room for."""
    s = k.shop(push_interval_ms=100)
    s.hour(hour(0), pages(crowd(6)))
    del s.env["STANDIN_SLEEPLESS"]
    s.push()
    rate = s.far.rate()
    k.lab.check("spread over more than a second", rate["calls"] == 12 and rate["ms"] >= 1100 and rate["most_in_a_second"] <= 11, rate)


@test
def those_not_compared_longest(k):
    """--sample takes turns: three times two are six; then the first ones again."""
    s = k.settled(crowd(6))
    turns = []
    for n in range(4):
        s.far.control("forget")
        s.push("--check", "--sample", "2", env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 60 * (n + 1))}, what="turn %d" % n)
        turns.append(sorted(c[2] for c in s.far.log()))
    k.lab.equal("all of them", len(set(sum(turns[:3], []))), 6)
    k.lab.equal("and again", turns[3], turns[0])


@test
def static_segments_come_last(k):
    """After every row, under a name that says that nobody is taken out."""
    rule = {"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": 1}}
    s = k.shop(push_membership="static", rules=[rule])
    s.hour(hour(0), pages(crowd(4), sold(4, 4)))
    s.push()
    paths = [c[2] for c in s.far.log()]
    first = paths.index("/api/v1/segments")
    k.lab.check("no row after one", not any(p.startswith("/api/v1/contact") for p in paths[first:]) and first == 8, paths)
    k.lab.equal("the name", [g["name"] for g in s.far.books()["segments"]], ["flowstory: Buyers – entered"])


@test
def a_file_of_certificates_that_is_none(k):
    """Not there, or nothing in it: it is named, and nothing is sent."""
    tls = Tls(place_of_keys(k), "far")
    s = k.shop(tls=tls)
    s.hour(hour(0), pages(crowd(1)))
    write(s.path("empty.pem"), "")
    for name, code in (("nowhere.pem", 2), ("empty.pem", 1)):
        s.set(dailystory_ca_file=name)
        r = s.push(code=(code,), what=name)
        k.lab.check(name + " is named, and the setting", name in r.err and "dailystory_ca_file" in r.err, r.err)
    k.lab.equal("nothing was sent", s.far.calls(), 0)


@test
def a_bar_on_a_terminal_alone(k):
    """What a job writes has no control characters in it."""
    s = k.shop()
    s.hour(hour(0), pages(crowd(3)))
    r = s.push()
    k.lab.check("one plain line", r.out == "" and r.err.count("\n") == 1 and "\r" not in r.err and "\033" not in r.err, (r.out, r.err))


@test
def a_hash_in_capitals(k):
    people = crowd(2)
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push("--expect", s.plan()["plan"].upper(), what="the same plan")
    s.same("the same plan")


@test
def every_dead_letter_has_advice(k):
    """--rejected: each member that the manual names, and nobody's address."""
    people = crowd(2)
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("409", CONTACT)
    s.push(code=(3,))
    letters = json.loads(s.run("push", "--rejected", "--json").out)
    k.lab.equal("members", [sorted(d) for d in letters], [["advice", "fh_id", "first", "last", "message", "op", "reason", "tries"]])
    k.lab.check("no address", "@" not in json.dumps(letters), letters)
