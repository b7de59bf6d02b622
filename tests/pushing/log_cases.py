"""What a push leaves in the log of runs: how it ended and in what numbers, and nothing that could name somebody."""

import json
import os

from lab.lab import order, read, write
from pushing.kit import cases, crowd, hour, pages, test
from pushing.slice_cases import more, newer, slow

CONTACT = "POST /api/v1/contact$"


def log(s):
    path = s.path("runs.jsonl")
    return [json.loads(line) for line in read(path).decode().splitlines()] if os.path.exists(path) else []


def last(s):
    """The push of the last line, without the time it took."""
    return {k: v for k, v in log(s)[-1]["push"].items() if k != "duration_ms"}


@test
def noted_in_the_log_of_runs(k):
    people = crowd(4)
    people[3]["consentsToPromotionalSMS"] = False
    s = k.shop()
    s.hour(hour(0), pages(people))
    s.push("--plan")
    s.push("--status")
    s.push("--rejected")
    k.lab.equal("a look is no push", log(s), [])
    s.push()
    calls = s.far.calls()
    k.lab.equal("one line a push", len(log(s)), 1)
    line = log(s)[-1]
    k.lab.equal("of a push alone", (line["command"], line["status"], sorted(line)), ("push", 0, ["at", "command", "duration_ms", "push", "status"]))
    k.lab.equal("all of it", last(s), {"status": 0, "snapshot": "20261123T040000Z", "calls": calls, "acked": last(s)["acked"], "held": 1, "contacts": 4})
    k.lab.check("acked", 4 <= last(s)["acked"] <= calls, line)
    s.push()
    k.lab.equal("nothing to send", last(s), {"status": 0, "snapshot": "20261123T040000Z", "held": 1, "contacts": 4})
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push("--only", people[1]["id"])
    k.lab.equal("of one customer", last(s)["partial"], True)
    s.push("--limit", "1")
    n = len(log(s))
    s.push("--only", "nobody", code=(2,))
    s.push("--expect", "0" * 64, code=(1,))
    k.lab.equal("asked for wrongly it was no push", len(log(s)), n)
    s.hour(hour(2), pages(people[1:]))
    s.push()
    k.lab.equal("who is gone is no contact", last(s)["contacts"], 3)
    text = read(s.path("runs.jsonl")).decode()
    k.lab.equal("nobody is named", [p["id"] for p in people if p["id"] in text or p["email"] in text], [])


@test
def a_comparison_in_the_log(k):
    people = crowd(3)
    s = k.settled(people)
    s.push("--check")
    line = log(s)[-1]
    k.lab.equal("nothing differs", (line["command"], line["status"], line["check"]["contacts"], sum(line["check"].values())), ("push", 0, 3, 3))
    s.far.edit("change", email=people[1]["email"], field="fh_points", value="999")
    s.push("--check", code=(0, 3))
    k.lab.equal("one value does", (log(s)[-1]["status"], log(s)[-1]["check"]["changed"]), (3, 1))


@test
def limited_in_the_log(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(5)))
    s.push("--limit", "2")
    x = last(s)
    k.lab.equal("three are left", (x["pending"], x["limited"], x["contacts"], x["oldest"]), (3, 3, 2, "2026-11-23T04:00:00Z"))


@test
def no_answer_in_the_log(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(12)))
    s.far.fault("503", "POST", count=1000)
    s.push(code=(75,))
    x = last(s)
    k.lab.equal("none is there", (x["status"], x["pending"], x.get("contacts", 0)), (75, 12, 0))


@test
def refusals_in_the_log(k):
    people = crowd(3)
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.far.fault("422", CONTACT)
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    x = last(s)
    k.lab.equal("one is refused", (x["status"], x["rejected"], x["letters"], x["contacts"]), (3, 1, {"refused": 1}, 3))
    s.push(code=(3,))
    x = last(s)
    k.lab.equal("and still is", (x["status"], x.get("rejected", 0), x["letters"]), (3, 0, {"refused": 1}))


@test
def too_many_refusals_in_the_log(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(100)))
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    x = last(s)
    k.lab.check("it stopped", x["spent"] and x["pending"] > 0 and x["pending"] + sum(x["letters"].values()) == 100, x)


@test
def the_breaker_in_the_log(k):
    people = crowd(150)
    s = k.settled(people)
    rules = [{"name": "Everybody", "slug": "ordered-more-than-once", "where": {"field": "fh_total_orders", "op": ">=", "value": 0}}]
    write(s.path("segments.json"), json.dumps(rules))
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push(code=(5,))
    x = last(s)
    k.lab.equal("what it holds back", (x["status"], x["pending"], x["contacts"]), (5, 150, 150))


@test
def the_breaker_in_the_log_where_something_is_sent(k):
    """Opt-outs and statuses go; the row of whoever became inactive waits as all others do, and is counted."""
    people = crowd(150)
    s = k.settled(people)
    for person in people:
        person["lastName"] = "Cee"
    people[0]["consentsToPromotionalEmail"] = False
    write(s.path("suppress.txt"), "user1@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(people))
    said = s.push(code=(5,)).err
    x = last(s)
    k.lab.equal("it waits, but for the opt-out", (x["pending"], x.get("limited", 0), x["acked"]), (json.loads(s.run("push", "--status", "--json").out)["pending"], 0, 2))
    k.lab.check("nothing is left by a limit", "left for the next push" not in said, said)


@test
def a_newer_snapshot_that_is_too_young_in_the_log(k):
    """What waits is of both, so it is not said of the one that the push was to send."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    s.set(push_hold=1)
    code, said = newer(k, s, 2, [{**p, "lastName": "Cee"} for p in more(people)])
    x = last(s)
    k.lab.equal("it says so", (code, x["snapshot"], x.get("early", False), x.get("young", False), x["pending"] == x["limited"]), (0, "20261123T050000Z", False, True, True))


@test
def before_a_call_in_the_log(k):
    """The token, another push, and a snapshot that is too young."""
    s = k.shop(push_hold=90)
    s.hour(hour(0), pages(crowd(3)))
    s.push()
    x = last(s)
    k.lab.equal("too young", (x["status"], x["early"], x["snapshot"]), (0, True, "20261123T040000Z"))
    s.set(push_hold=0, dailystory_token_file=None)
    s.push(code=(2,))
    x = last(s)
    k.lab.equal("no token", (x["status"], x["pending"]), (2, 3))
    write(s.path("push", "salt"), "short")
    s.push(code=(1,))
    k.lab.equal("damaged books tell no number", last(s), {"status": 1})


def oldest(s):
    """The age of the oldest pending row, in hours, an hour after the last snapshot: by --status; and since when by the log, if a push fails."""
    env = {"STANDIN_CLOCK": str(int(s.now.timestamp()) + 3600)}
    told = json.loads(s.run("push", "--status", "--json", env=env).out)
    s.far.fault("503", "POST", count=1000)
    s.push(code=(75,), env=env)
    s.far.control("clear")
    return told["oldest_pending_seconds"] / 3600, last(s)["oldest"]


def written_anew(people):
    people[0]["lastName"] += "x"


def refuses(people):
    people[0]["consentsToPromotionalEmail"] = False


@cases((written_anew,), (refuses,), (None,))
def how_long_the_oldest_row_waits(k, change):
    """Since DailyStory had everything: not since the row was last written, which may be each hour, or years before."""
    people = crowd(3)
    s = k.settled(people, [order(0, 0, when="2026-09-24T06:30:00Z")])     # 60 days ago in hour 3
    for n in range(1, 6):
        if change and n > 2:
            change(people)
        s.hour(hour(n), pages(people, [order(0, 0, when="2026-09-24T06:30:00Z")]))
        if n < 3:
            s.push(what="nothing to send")
    k.lab.equal("since hour 3", oldest(s), (3, "2026-11-23T07:00:00Z"))
    s.push()
    k.lab.equal("nothing waits", json.loads(s.run("push", "--status", "--json").out)["oldest_pending_seconds"], 0)


@test
def what_a_setting_changes_waits_since_then(k):
    s = k.settled(crowd(3))
    s.set(push_membership="none")
    for n in range(1, 3):
        s.hour(hour(n), pages(crowd(3)))
        s.push(what="as before")
    s.set(push_membership="list")
    k.lab.equal("since the last push", oldest(s), (59 / 60, "2026-11-23T06:01:00Z"))


@test
def a_push_that_a_newer_snapshot_ended(k):
    """It is not DailyStory that did not answer."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    code, said = newer(k, s, 2, [{**p, "lastName": "Cee"} for p in more(people)], "--expect", s.plan()["plan"])
    x = last(s)
    k.lab.equal("by the account itself", (code, x["status"], x.get("newer")), (75, 75, True))
    s.set(push_interval_ms=0)
    s.hour(hour(3), pages(crowd(40)))
    s.far.fault("503", "POST", count=1000)
    s.push(code=(75,))
    k.lab.equal("no answer is DailyStory's", last(s).get("newer"), None)
