"""The hourly job from end to end: a stand-in at either end, trouble at both, and a kill now and then."""

import datetime
import json
import os
import random
import re
import shutil
import subprocess
import time

from fetching.place import BASE, CLIENT_ID, KEY, Standin, differences
from lab.lab import customer, read
from pushing.guard_cases import CONTACT
from pushing.kit import TESTS, cases, crowd, hour, pages, test

FLOWHUB = ["429", "500", "502", "html", "nothing", "cutgzip", "badgzip", "again", "lie"]
DAILYSTORY = ["429", "500", "503", "html", "empty", "cut", "reset", "lost", "before", "twice", "422", "refused"]


class Both:
    """One account between two stand-ins."""

    def __init__(self, k, seed):
        self.k, self.dice, self.killed = k, random.Random(seed), 0
        self.front = Standin(os.path.join(os.path.dirname(k.binary), "standin"), "--seed", seed, "--customers", 40, "--days", 8, "--orders", 8)
        k.stack.callback(self.front.close)
        self.s = k.shop("--taken", "move", "--text_flag", "optOutText", push=True, base_url=self.front.url, client_id=CLIENT_ID, api_key_file="key",
                        history_start="2025-11-10", min_interval_ms=0, retries=2, timeout_s=10, page_size=15, push_percent=100)
        with open(self.s.path("key"), "w", encoding="utf-8") as f:
            f.write(KEY + "\n")
        os.chmod(self.s.path("key"), 0o600)
        self.at(0)

    def at(self, n):
        self.s.now = datetime.datetime.fromtimestamp(BASE + n * 3600, datetime.timezone.utc)

    def trouble(self):
        self.front.control("clear")
        self.s.far.control("clear")
        if self.dice.random() < 0.3:
            self.front.fault(self.dice.choice(FLOWHUB), "/v1", value=3, count=self.dice.choice((1, 2, 50)), skip=self.dice.randrange(4))
        if self.dice.random() < 0.4:
            self.s.far.fault(self.dice.choice(DAILYSTORY), "POST", count=self.dice.choice((1, 2, 200)), skip=self.dice.randrange(9), value="1")

    def hour(self, n):
        self.trouble()
        for _ in range(self.dice.choice((0, 0, 1, 2))):
            p = subprocess.Popen([self.s.program.path, "-C", self.s.dir, "run"], stderr=subprocess.DEVNULL, env={**os.environ, **self.s.env, "STANDIN_CLOCK": str(
                int(self.s.now.timestamp()) + 60)})
            time.sleep(self.dice.random() * 0.1)
            p.kill()
            self.killed += p.wait() < 0
            self.s.now += datetime.timedelta(seconds=60)
        r = self.s.run("run")
        self.k.lab.check("hour %d: exit" % n, r.code in (0, 3, 75), (r.code, r.err))
        self.k.lab.equal("hour %d: no harm" % n, self.s.far.harm(), [])
        self.front.control("advance", seconds=3600)
        self.at(n + 1)
        return r.code


class Fetched:
    """An account as fetching.place.differences() asks for it."""

    def __init__(self, s):
        self.s, self.dir = s, s.dir

    def profiles(self):
        import json
        import shutil
        out = self.s.lab.new("full")
        assert self.s.run("-q", "export", "--full", "--out", out).code == 0
        from pushing.shop import Full
        rows = {i: (b["extendedProperties"]["fh_total_spent"], int(b["extendedProperties"]["fh_total_orders"])) for i, b in Full(out).contacts.items()}
        sums = json.loads(read(os.path.join(out, "manifest.json")))["sums"]
        shutil.rmtree(out)
        return rows, sums


def days(k, hours, seed):
    """At the end both ends agree: Flowhub's books, the account, DailyStory's books."""
    both = Both(k, seed)
    codes = [both.hour(n) for n in range(hours)]
    both.front.control("clear")
    both.s.far.control("clear")
    both.front.control("wait", seconds=37 * 3600)
    both.at(hours + 37)
    r = both.s.run("run")
    k.lab.check("the last run", r.code in (0, 3), (r.code, r.err))
    metrics = read(both.s.path("metrics.prom")).decode()
    wanted = ("pending", "rejected", "held", "acked_total", "calls", "retries", "last_success_timestamp_seconds")
    k.lab.equal("metrics", [m for m in wanted if "flowstory_push_%s{" % m not in metrics], [])
    both.s.push("--retry-rejected", code=(0, 3))
    dead = both.s.rejected()
    k.lab.check("why", set(dead.values()) <= {"same-contact", "identity-taken"}, dead)
    both.s.same("after %d hours" % hours, but=dead)
    k.lab.equal("Flowhub and the account", [d for d in differences(Fetched(both.s), both.front) if "is missing" not in d][:3], [])
    k.lab.check("most hours were good", codes.count(0) + codes.count(3) > hours / 3, codes)
    k.lab.check("some were killed", both.killed > hours / 8, both.killed)
    both.s.quiet("after %d hours" % hours)
    both.s.secrets("after %d hours" % hours)


@test
def metrics_of_a_push(k):
    """Each that the contract names is there, and a collector can read them; what --check found is there from then on."""
    people = crowd(4)
    s = k.settled(people, push=True, base_url="http://127.0.0.1:9", client_id="x", api_key_file="key", retries=0, min_interval_ms=0)
    with open(s.path("key"), "w", encoding="utf-8") as f:
        f.write("secret\n")
    os.chmod(s.path("key"), 0o600)

    def metrics(what):
        s.run("run")
        text = read(s.path("metrics.prom")).decode()
        if shutil.which("promtool"):
            p = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            k.lab.equal("%s: promtool" % what, (p.returncode, p.stdout + p.stderr), (0, ""))
        return {line.split("{")[0] + (re.findall(r',kind="\w+"', line) + [""])[0]: int(line.split()[-1])
                for line in text.splitlines() if line.startswith("flowstory_push_")}

    v = metrics("before")
    wanted = ("pending", "rejected", "held", "oldest_pending_seconds", "acked_total", "calls", "retries", "last_success_timestamp_seconds")
    k.lab.equal("before: each of them, and no drift", sorted(v), sorted("flowstory_push_" + w for w in wanted))
    k.lab.equal("before: acked", v["flowstory_push_acked_total"], 8)
    s.far.edit("change", email="user1@example.com", field="lastName", value="Other")
    name = [c["lastName"] for c in s.far.books()["contacts"] if c["email"] == "user0@example.com"][0]
    s.far.edit("change", email="user0@example.com", field="lastName", value=name.upper())
    s.far.edit("delete", email="user2@example.com")
    told = json.loads(s.push("--check", "--all", "--json", code=(3,), what="compared").out)
    drift = {kind: sum(f[kind] for f in told["fields"]) for kind in ("same", "case", "changed", "not_cleared")}
    drift.update(deleted=told["deleted"], opted_out=told["opted_out"])
    v = metrics("after it")
    k.lab.equal("what was found", {kind: v['flowstory_push_drift,kind="%s"' % kind] for kind in drift}, drift)
    k.lab.check("something was", drift["same"] > 0 and (drift["case"], drift["changed"], drift["deleted"]) == (1, 1, 1), drift)
    with open(s.path("push", "check.json"), "w", encoding="utf-8") as f:
        f.write("[]")
    k.lab.check("a note that is none is left out", not any("drift" in m for m in metrics("spoilt")), "")


@cases((), ("a stray",))
def an_erasure_takes_nothing_from_the_count(k, *what):
    """Lines that name nobody any more are of calls that were acknowledged: of a smaller number a collector would say that it began anew."""
    people = crowd(3)
    s = k.settled(people, push=True, base_url="http://127.0.0.1:9", client_id="x", api_key_file="key", retries=0, min_interval_ms=0, push_retries=0)
    with open(s.path("key"), "w", encoding="utf-8") as f:
        f.write("secret\n")
    os.chmod(s.path("key"), 0o600)
    count = 6
    if what:
        people.append(customer(7, email="typing@example.com", phone=""))
        s.hour(hour(1), pages(people))
        s.far.fault("lost", CONTACT, count=1)
        s.push(code=(75,), what="a create without an answer")
        s.far.control("clear")
        people[3]["email"] = "user7@example.com"
        s.hour(hour(2), pages(people))
        count += int(re.search(r"(\d+) acked", s.push(what="corrected").err).group(1))
    k.lab.equal("erased", s.run("erase", "c00007" if what else "c00000", "--yes").code, 0)
    for n in ("deleted", "and an hour later"):
        s.run("run")
        total = re.search(r"flowstory_push_acked_total\S* (\d+)", read(s.path("metrics.prom")).decode())
        k.lab.equal(n + ": acknowledged", int(total.group(1)), count + 1)


def add_days(hours, seed):
    TESTS.append(("%d hours of run, seed %d" % (hours, seed), days, (hours, seed)))
