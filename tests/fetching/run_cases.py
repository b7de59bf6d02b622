"""Cases: runs that are killed, resumed, overlapping; simulated hours from end to end."""

import gzip
import json
import os
import random
import re
import shutil
import subprocess
import time

from fetching.kit import CUSTOMERS, HOUR, ORDERS, cases, later, ok, plan, runs_right, same, test, told_truly
from fetching.place import BASE

# -- killed, resumed, overlapping --------------------------------

@test
def overlapping_runs_harm_nothing(k):
    s, r, a = k.relayed(lambda n, path: ("stall", 1) if n == 0 else None, timeout_s=4)
    first = a.start("run")
    time.sleep(0.3)
    p = ok(a.run("run"), 75)
    assert "flowstory run, pid" in p.err, p.err
    ok(a.run("fetch"), 75)
    first.communicate()
    assert first.returncode == 0
    same(a, s)
    assert len(a.snapshots()) == 1


def dead_after(k, s, a, calls):
    """Kill a run once the stand-in saw so many calls."""
    p = a.start("run")
    while len(s.calls()) < calls and p.poll() is None:
        time.sleep(0.005)
    a.kill(p)


@test
def a_first_read_that_was_killed_is_taken_up_again(k):
    s, a = k.pair(min_interval_ms=40, history_start="2025-09-01")
    began = a.time + 10
    dead_after(k, s, a, 15)
    assert a.snapshots() == [] and len(a.hidden()) == 1
    done = len(s.calls())
    whole = 2 * sum(x["resource"] == "orders" for x in plan(a)["steps"])
    # the list's pages are not trusted on their names alone
    draft = os.path.join(a.dir, "snapshots", a.hidden()[0])
    with open(os.path.join(draft, "customers-0001.json.gz"), "r+b") as f:
        f.write(b"x")
    s.control("clear")
    later(a, s)
    a.set(min_interval_ms=0)
    p = ok(a.run("run"))
    assert "resuming an interrupted first fetch" in p.err
    calls = [c[2] for c in s.calls()]
    # two of them are for the estimate
    assert len([c for c in calls if c.startswith(ORDERS)]) <= whole - 6
    assert any(c == CUSTOMERS for c in calls), "a damaged page was believed"
    taken = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(began))
    assert a.snapshots() == [taken] and a.hidden() == []
    assert done >= 12
    runs_right(a, s)


def pages_of(s, path):
    """The pages asked for of a list, in order; the first call is for the estimate."""
    calls = [c[3].split() for c in s.calls() if c[2] == path]
    return [int(c[0].split("=")[1]) for c in calls if c[1] == "size=5"][1:]


def killed_inside(k, path, pages, **settings):
    """A first read that was killed once so many pages of a list had come."""
    s, a = k.pair("--customers", 40, "--days", 2, "--orders", 60, "--locations", 1,
                  page_size=5, min_interval_ms=30, history_start="2025-11-28", **settings)
    p = a.start("run")
    while len(pages_of(s, path)) < pages and p.poll() is None:
        time.sleep(0.002)
    a.kill(p)
    s.control("clear")
    later(a, s)
    a.set(min_interval_ms=0)
    return s, a


SHOP = ORDERS + "/findByLocationId/import-100"


@cases((CUSTOMERS,), (SHOP,))
def a_first_read_goes_on_inside_a_list(k, path):
    s, a = killed_inside(k, path, 6)
    p = ok(a.run("run"))
    asked = pages_of(s, path)
    assert 3 < asked[0] < 9, asked
    assert asked == list(range(asked[0], asked[0] + len(asked))), asked
    assert "in doubt" not in p.err
    assert a.hidden() == []
    names = [p["path"] for p in a.manifest()["pages"]]
    assert len(names) == len(set(names))
    ok(a.run("verify"))
    runs_right(a, s)


@test
def a_list_that_has_shifted_meanwhile_is_read_from_its_beginning(k):
    s, a = killed_inside(k, CUSTOMERS, 6)
    s.control("lose_customer")
    ok(a.run("run"))
    asked = pages_of(s, CUSTOMERS)
    assert 3 < asked[0] < 9 and asked[1] == 1, asked
    same(a, s)


@test
def customers_read_by_id_are_not_read_again_when_a_first_read_is_taken_up(k):
    s, a = k.pair("--customers", 60, "--hidden", 100, "--days", 4, "--orders", 40, min_interval_ms=30)
    asked = lambda: [c[2] for c in s.calls() if c[2].startswith(CUSTOMERS) and c[2] != CUSTOMERS]
    p = a.start("run")
    while len(asked()) < 12 and p.poll() is None:
        time.sleep(0.002)
    a.kill(p)
    before = asked()
    assert a.snapshots() == [] and len(before) < 40
    s.control("clear")
    a.set(min_interval_ms=0)
    ok(a.run("run"))
    # the last one may have been on its way
    assert len(set(before) & set(asked())) <= 1, before
    by_id = [p["path"] for p in a.manifest()["pages"] if p["resource"] == "customer"]
    assert len(by_id) == len(set(by_id)) == len(set(before) | set(asked()))
    runs_right(a, s)


@test
def a_damaged_page_inside_a_list_begins_it_anew(k):
    s, a = killed_inside(k, CUSTOMERS, 6)
    draft = os.path.join(a.dir, "snapshots", a.hidden()[0])
    with open(os.path.join(draft, "customers-0002.json.gz"), "r+b") as f:
        f.write(b"x")
    ok(a.run("run"))
    assert pages_of(s, CUSTOMERS)[0] == 1
    runs_right(a, s)


@test
def a_read_that_is_killed_again_and_again_comes_to_its_end(k):
    s, a = killed_inside(k, CUSTOMERS, 4)
    a.set(min_interval_ms=30)
    for _ in range(8):
        s.control("clear")
        dead_after(k, s, a, 7)
        a.time += HOUR
    s.control("clear")
    a.set(min_interval_ms=0)
    ok(a.run("run"))
    assert len(s.calls()) < 45, len(s.calls())
    runs_right(a, s)


@cases(("502", 75), ("401", 2))
def what_a_first_read_has_stays_when_flowhub_does_not_answer(k, kind, status):
    s, a = k.pair(min_interval_ms=40, history_start="2025-09-01", retries=1)
    dead_after(k, s, a, 12)
    left = a.hidden()
    s.fault(kind, "/v0")
    ok(a.run("run"), status)
    assert a.hidden() == left and a.snapshots() == []
    s.control("clear")
    assert "resuming an interrupted first fetch" in ok(a.run("run")).err
    same(a, s)


@test
def a_first_read_older_than_a_day_is_taken_up_if_that_is_asked_for(k):
    s, a = k.pair(min_interval_ms=40, history_start="2025-09-01")
    dead_after(k, s, a, 12)
    left = a.hidden()[0]
    later(a, s, 30)
    assert "resuming an interrupted first fetch" in ok(a.run("fetch", "--resume")).err
    assert left.endswith(a.snapshots()[0])
    # what was sold more than a day after its taken_at has no time in it yet (contract, section 3); the next read has
    ok(a.run("run"), 3)
    same(a, s)
    runs_right(a, s)


def told(p):
    """The calls and seconds a first read said it would take."""
    found = re.search(r"(?:everything|first fetch): \d+ lists? of \d locations?, about (\d+) calls?, (\d+) (s|min)", p.err)
    assert found, p.err
    return int(found[1]), int(found[2]) * (60 if found[3] == "min" else 1)


def took(p):
    found = re.search(r"(\d+) calls?, \d+ retr(?:y|ies), .*, ([0-9.]+) s\n", p.err)
    return int(found[1]), float(found[2])


# customers, days, orders a day, settings: many pages a window, windows without orders, few customers
SIZES = ((600, 120, 20, {"page_size": 20}), (90, 60, 30, {"history_start": "2023-06-01"}),
         (40, 60, 60, {"page_size": 50, "window_days": 3}), (1200, 3, 5, {"page_size": 10}))


@cases((0, False), (1, False), (2, False), (3, False), (0, True), (3, True))
def a_first_read_says_how_long_it_will_take(k, size, latency):
    customers, days, orders, settings = SIZES[size]
    s, a = k.pair("--customers", customers, "--hidden", 0, "--days", min(days, 70) if latency else days, "--orders", orders,
                  **{"history_start": "2025-05-01", **settings})
    if latency:
        # an answer takes longer than the distance between two calls
        s.control("latency", call=50000, kilobyte=1000)
        a.set(history_start="2025-09-15")
        p = ok(a.run("fetch"))
    else:
        a.set(min_interval_ms=300)
        p = ok(a.run("fetch", env={"STANDIN_SLEEPLESS": "1"}))
    calls, seconds = told(p)
    really, lasted = took(p)
    assert abs(calls - really) <= really / 3, (calls, really)
    assert abs(seconds - lasted) <= lasted / 3 + 1, (seconds, lasted)


@test
def a_first_read_that_is_taken_up_says_how_long_the_rest_takes(k):
    s, a = k.pair(min_interval_ms=40, history_start="2025-01-01")
    dead_after(k, s, a, 40)
    a.set(min_interval_ms=300)
    p = ok(a.run("fetch", env={"STANDIN_SLEEPLESS": "1"}))
    calls, seconds = told(p)
    really, lasted = took(p)
    assert abs(calls - really) <= really / 3, (calls, really)
    assert abs(seconds - lasted) <= lasted / 3, (seconds, lasted)


@test
def an_estimate_that_fails_costs_nothing(k):
    s, a = k.pair()
    s.fault("500", ORDERS, count=1)
    p = ok(a.run("run"))
    assert re.search(r"everything: 7 lists of 2 locations, at least 7 calls", p.err), p.err
    same(a, s)


@cases(("--restart", 100), ("later than a day", 25 * HOUR))
def a_first_read_is_begun_anew(k, how, seconds):
    s, a = k.pair(min_interval_ms=40)
    dead_after(k, s, a, 6)
    a.time += seconds
    s.control("advance", seconds=HOUR)
    p = ok(a.run("fetch", *([how] if how[0] == "-" else [])))
    assert "resuming an interrupted first fetch" not in p.err
    assert len(a.snapshots()) == 1 and a.hidden() == []
    ok(a.run("process"))
    same(a, s)


@test
def a_first_read_of_another_account_is_not_taken_up(k):
    s, a = k.pair(min_interval_ms=40)
    dead_after(k, s, a, 8)
    s.control("clear")
    # the same server by another name: it could hold anything
    a.set(base_url=s.url.replace("127.0.0.1", "localhost"), min_interval_ms=0)
    ok(a.run("run"))
    calls = [c[2] for c in s.calls()]
    assert CUSTOMERS in calls
    assert calls.count(ORDERS + "/findByLocationId/import-100") >= 3
    same(a, s)


@test
def a_later_read_that_was_killed_leaves_nothing(k):
    s, a = k.settled(min_interval_ms=40)
    before = a.snapshots()
    for calls in (1, 2, 3, 4):
        s.control("clear")
        dead_after(k, s, a, calls)
        assert a.snapshots()[:1] == before
    a.set(min_interval_ms=0)
    ok(a.run("run"))
    assert a.hidden() == []
    same(a, s)


STEPS = [("fsync", "EIO"), ("write", "ENOSPC"), ("rename", "EIO"),
         ("renameat2", "EIO"), ("mkdir", "ENOSPC")]


def traced(a, log, *inject):
    """A fetch under strace; whether what was to be injected was."""
    env = a.environment()
    # its leak check is a tracer of its own, and there can be one alone
    env["ASAN_OPTIONS"] += ":detect_leaks=0"
    p = subprocess.run(
        ["strace", "-f", "-o", log, *inject, a.program, "-C", a.dir, "-q",
         "fetch"], env=env, capture_output=True, text=True)
    with open(log) as f:
        text = f.read()
    return p, "INJECTED" in text or "killed by SIGKILL" in text


@cases(*[(call, error, how) for call, error in STEPS for how in ("fails", "kills")])
def any_step_of_the_disk_that(k, call, error, how):
    if shutil.which("strace") is None:
        return
    s, a = k.settled()
    log = os.path.join(k.place, "strace")
    effect = f"error={error}" if how == "fails" else "signal=KILL"
    for n in range(1, 60):
        before = a.snapshots()
        p, struck = traced(a, log, "-e", f"trace={call}", "-e", f"inject={call}:{effect}:when={n}")
        if not struck:
            break
        assert p.returncode in ((0, 1) if how == "fails" else (-9, 137)), \
            f"{n}: {p.returncode} {p.stderr}"
        after = a.snapshots()
        assert set(before) <= set(after) and len(after) <= len(before) + 1
        assert p.returncode != 0 or len(after) == len(before) + 1
        for snapshot in set(after) - set(before):
            a.manifest(snapshot)
        assert how == "kills" or a.hidden() == [], f"{n}: {a.hidden()}"
    assert n > 1 and p.returncode == 0, p.stderr
    ok(a.run("run"))
    assert a.hidden() == []
    ok(a.run("verify"))
    same(a, s)


@test
def pages_are_durable_before_the_manifest_and_that_before_the_rename(k):
    if shutil.which("strace") is None:
        return
    s, a = k.settled()
    log = os.path.join(k.place, "strace")
    p, _ = traced(a, log, "-y", "-e", "trace=fsync,rename,renameat2")
    assert p.returncode == 0
    with open(log) as f:
        lines = f.read().splitlines()
    place = lambda *words: [i for i, line in enumerate(lines) if all(w in line for w in words)]
    final = place("rename", "/" + a.snapshots()[-1])
    manifest = place("fsync(", ".manifest.json.tmp")
    for page in a.manifest()["pages"]:
        assert max(place("fsync(", page["path"])) < manifest[0], page["path"]
    assert manifest[0] < final[-1]


@test
def a_day_off_is_caught_up_in_one_run(k):
    s, a = k.settled()
    later(a, s, 50)
    before = len(a.snapshots())
    ok(a.run("run"))
    assert len(a.snapshots()) == before + 1
    same(a, s)


@test
def a_clock_that_went_back_is_told(k):
    s, a = k.settled()
    a.time -= 10 * HOUR
    p = ok(a.run("run"), 1)
    assert "dated in the future" in p.err


# -- pages that are there already --------------------------------

def pages_on_disk(a, snapshot):
    m = a.manifest(snapshot)["pages"]
    place = os.path.join(a.dir, "snapshots", snapshot)
    return {p["path"]: os.stat(os.path.join(place, p["path"])) for p in m}


@test
def a_page_that_an_earlier_snapshot_has_is_stored_once(k):
    s, a = k.settled(deep_every="1s", history_start="2025-09-01")
    ok(a.run("run"))
    first, second = (pages_on_disk(a, i) for i in a.snapshots())
    old = {v.st_ino for v in first.values()}
    again = [n for n, v in second.items() if v.st_ino in old]
    assert "locations-0001.json.gz" in again and len(again) > 5, again
    # what is not the same is not linked: the sales of the hour
    assert any(n.startswith("orders") and n not in again for n in second)
    assert all(v.st_mode & 0o077 == 0 for v in second.values())
    ok(a.run("verify"))
    same(a, s)


@test
def a_damaged_page_is_not_linked_to(k):
    s, a = k.settled()
    place = os.path.join(a.dir, "snapshots", a.snapshots()[0], "locations-0001.json.gz")
    with open(place, "r+b") as f:
        f.seek(12)
        f.write(b"xxx")
    ok(a.run("run"))
    assert os.stat(place).st_nlink == 1
    assert os.stat(place.replace(*a.snapshots()[:2])).st_nlink == 1


@test
def a_large_page_is_stored_in_blocks(k):
    s, a = k.settled("--customers", 1100, "--days", 3, "--orders", 0, page_size=1000,
                     full_customers_every="1s")
    ok(a.run("run"))
    first, second = (os.path.join(a.dir, "snapshots", i) for i in a.snapshots())
    with open(os.path.join(first, "customers-0001.json.gz"), "rb") as f:
        stored = f.read()
    assert stored[:4] == b"\x1f\x8b\x08\x04" and stored[12:14] == b"FB", stored[:16]
    # any reader of gzip takes it for one text
    assert len(next(iter(json.loads(gzip.decompress(stored)).values()))) == 1000
    # the same page gives the same bytes
    assert os.stat(os.path.join(second, "customers-0001.json.gz")).st_nlink == 2
    same(a, s)


# -- from end to end ---------------------------------------------

WIRE = [("cut", 0.5), ("absent", 1.0), ("cut_chunked", 0.9), ("reset", 0.3),
        ("hangup",), ("longer", 3)]
FAULTS = ["429", "500", "502", "html", "nothing", "error", "cutgzip",
          "badgzip", "empty", "again", "lie", "shift", "move"]


class Hours:
    """Simulated hours of a changing account."""

    def __init__(self, k, seed, *options):
        self.dice = random.Random(seed)
        self.s = k.standin("--seed", seed, "--customers", 60, "--days", 12,
                           "--orders", 12, *options)
        self.wire = None
        self.r = k.relay(self.s, self.break_wire)
        self.a = k.account(self.r.url, page_size=15, retries=2,
                           full_orders_every="36h",
                           history_start="2025-11-10")
        self.noted = 0

    def break_wire(self, n, path):
        return self.wire if self.wire and self.dice.random() < 0.4 else None

    def trouble(self):
        self.s.control("clear")
        self.wire = None
        roll = self.dice.random()
        if roll < 0.25:
            self.s.fault(self.dice.choice(FAULTS), "/v1", value=3,
                         count=self.dice.choice((1, 2, 50)),
                         skip=self.dice.randrange(4))
        elif roll < 0.40:
            self.wire = self.dice.choice(WIRE)

    def hour(self):
        self.trouble()
        if self.dice.random() < 0.25:
            p = self.a.start("run")
            time.sleep(self.dice.random() * 0.15)
            self.a.kill(p)
        p = self.a.run("run")
        assert p.returncode in (0, 3, 75), f"{p.returncode}: {p.err}"
        self.noted += told_truly(self.a)
        self.s.control("advance", seconds=HOUR)
        self.a.time = (self.a.time - BASE) // HOUR * HOUR + BASE + HOUR
        return p.returncode


def simulate(k, hours, seed, *options):
    h = Hours(k, seed, *options)
    codes = [h.hour() for _ in range(hours)]
    h.s.control("clear")
    h.wire = None
    h.s.control("wait", seconds=37 * HOUR)
    h.a.time += 37 * HOUR
    ok(h.a.run("run"))
    same(h.a, h.s)
    ok(h.a.run("verify", "--rebuild"))
    assert h.a.hidden() == []
    assert codes.count(0) > hours / 3, codes
    assert h.noted == hours, h.noted
