#!/usr/bin/env python3
"""Goal: a fleet is as good as each account alone: what is wrong with one harms no other, hosts are called no faster than agreed, and whoever looks is told.

usage: fleet.py PROGRAM STANDIN [--accounts N] [--limit N] [--percent N] [--many N] [--only WORD] [--dailystory PATH]
--percent of the limit is what the fleet agrees to: a process that a busy machine wakes late calls late, beside the next one.
--accounts 200 --limit 20 --percent 90 and --many 5000 are the measured forms.  Traffic stays on the loopback interface.
"""
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time

from fetching.place import KEY
from fleets import odd_fleets
from fleets.place import STATUSES, Fleet, Server, environment, kill, value, wait_gone
from lab.lab import begin, small
from pushing.receiver import TOKEN, Receiver


def roster(lab, o):
    """Which accounts there are: in a directory two deep, in a file, by pattern and part."""
    f = Fleet(o.program, "http://127.0.0.1:1")
    for name in ("b", "a", "city/c", "city/d", "city/deep/e", ".hidden", "off"):
        f.add(name)
    f.write("off/.disabled", "")
    os.makedirs(os.path.join(f.dir, "a", "inner"))
    f.write("a/inner/flowstory.json", "{}")
    names = lambda *w: [os.path.relpath(p, f.dir) for p in f.run("list", *w).out.splitlines()]
    lab.equal("the accounts of a directory", names(), ["a", "b", "city/c", "city/d"])
    lab.equal("by pattern", names("--only", "city/*", "--only", "a"), ["a", "city/c", "city/d"])
    parts = [names("--shard", f"{i}/3") for i in (1, 2, 3)]
    lab.equal("parts are all of it, each once", sorted(sum(parts, [])), names())
    lab.equal("a part does not depend on the pattern", names("--shard", "1/3", "--only", "[ab]"), ["a"])
    path = f.write("list.txt", "# two\ncity/d\n  a/ # the first\n\na\n%s\n" % os.path.join(f.dir, "b"))
    p = f.run("list", "--json")
    lab.equal("--json", [r["account"] for r in json.loads(p.out)], names())
    p = subprocess.run([f.program, "fleet", "list", "-f", path], capture_output=True, text=True, check=False)
    lab.equal("the accounts of a file", sorted(os.path.relpath(x, f.dir) for x in p.stdout.splitlines()), ["a", "b", "city/d"])
    lab.equal("a plan starts nothing", (f.run("run", "--plan").out.split(), os.path.exists(os.path.join(f.dir, ".limit"))),
              (["a", "b", "city/c", "city/d"], False))
    before = {}
    for words, said in ((("list", "--only", "x*"), "matches no account"), (("list", "--shard", "0/3"), "--shard"), (("list", "--shard", "4/3"), "--shard"),
                        (("fly",), "no command 'fly'"), (("list", "x"), "unexpected"), (("run", "x"), "unexpected"), (("-C", "a", "list"), "-f"),
                        (("run", "--until", "25:00"), "--until"), (("run", "--max-age", "2h"), "--max-age"), ((), "fleet takes")):
        p = f.run(*words)
        lab.check(f"refused: {words}", p.returncode == 2 and said in p.err and p.out == "", f"{p.returncode} {p.err}")
    for name, text, said in (("fleet.json", '{"jobs": 0}', "fleet.json:1:10"), ("fleet.json", '{"job": 1}', "Did you mean 'jobs'"),
                             ("fleet.json", "[]", "one JSON object"), ("fleet.json", '{"metrics": "some"}', '"few"')):
        f.write(name, text)
        p = f.run("list")
        lab.check(f"fleet.json: {text}", p.returncode == 2 and said in p.err, p.err)
    os.remove(os.path.join(f.dir, "fleet.json"))
    for verb in ("list", "status"):
        with open("/dev/full", "w", encoding="ascii") as full:
            p = subprocess.run(f.words(verb), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        lab.check(f"{verb} into a full device", p.returncode == 1 and "standard output" in p.stderr, p.stderr)
    p = subprocess.run([f.program, "fleet", "list", "-f", os.path.join(f.dir, "city", "deep", "none")], capture_output=True, text=True, check=False)
    lab.check("no such fleet", p.returncode == 2 and "no such fleet" in p.stderr, p.stderr)
    p = f.run("run", FLOWHUB_API_KEY="x" * 20)
    lab.check("a key for all accounts is refused", p.returncode == 2 and "FLOWHUB_API_KEY is set" in p.err and "x" * 20 not in p.err, p.err)
    f.close()


def together(lab, o):
    """Many accounts at once: each right, none starved, the host never called faster than agreed."""
    rate = o.limit * o.percent // 100
    s = Server(o.standin, limit=o.limit)
    f = Fleet(o.program, s.url, o.accounts, rate=rate)
    code, rows, totals = f.rows("run")
    lab.equal("all exit 0", (code, {n: r for n, r in rows.items() if r["exit_status"] != 0}), (0, {}))
    lab.check("no call too many", s.busiest() <= o.limit, s.busiest())
    calls, took = len(s.times()), s.seconds()
    lab.check("the time is what the limit asks for", took <= 1.1 * calls / rate + 1, f"{took:.1f} s for {calls} calls")
    lab.equal("every book is the server's", f.wrong(s), [])
    lab.equal("totals", (totals["accounts"], totals["ended"], totals["not_0"]), (o.accounts, o.accounts, 0))
    s.control("clear")
    # the second hour: a few calls each
    code, rows, _ = f.rows("run")
    hour, hour_took = len(s.times()), s.seconds()
    lab.equal("the second hour", (code, s.busiest() <= o.limit), (0, True))
    lab.check("its time", hour_took <= 1.1 * hour / rate + 1, f"{hour_took:.1f} s for {hour} calls")
    print(f"{o.accounts} accounts, {rate} calls/s: first read {calls} calls in {took:.1f} s; an hour {hour} calls in {hour_took:.1f} s")
    prom = f.metrics()
    lab.equal("fleet.prom", [value(prom, 'flowstory_fleet_accounts{exit="%d"}' % c) for c in STATUSES], [o.accounts] + [0] * 6)
    lab.equal("the rate in it", value(prom, 'flowstory_fleet_calls_per_second{host="%s"}' % s.url[7:]), round(1e9 / (1000000 // rate) / 1e3 - 0.0005, 3))
    lab.equal("each account is in it", prom.count("flowstory_exit_code{account="), o.accounts)
    lab.equal("heads once", len([x for x in prom.splitlines() if x == "# TYPE flowstory_exit_code gauge"]), 1)
    if shutil.which("promtool"):
        p = subprocess.run(["promtool", "check", "metrics"], input=prom, capture_output=True, text=True, check=False)
        lab.check("promtool", p.returncode == 0 and p.stdout + p.stderr == "", p.stdout + p.stderr)
    lab.equal("its mode", os.stat(os.path.join(f.dir, "fleet.prom")).st_mode & 0o777, 0o644)
    f.write("fleet.json", json.dumps({"calls_per_second": rate, "metrics": "few", "metrics_file": "few.prom"}))
    f.run("run", "--only", "shop000")
    with open(os.path.join(f.dir, "few.prom"), encoding="utf-8") as g:
        few = [x for x in g if x.startswith("flowstory_") and "/shop001" in x]
    lab.equal("few metrics", len(few), 4)
    p = f.run("status", "--max-age", "1h")
    lab.check("status", p.returncode == 0 and f"{o.accounts} accounts" in p.out and "limit of 127.0.0.1" in p.out, p.out + p.err)
    f.close()
    s.close()


def too_fast(lab, o):
    """The host wants less than was agreed: one 429 slows all of them, and nobody fails."""
    s = Server(o.standin, limit=20)
    f = Fleet(o.program, s.url, 12, rate=40)
    code, rows, _ = f.rows("run")
    lab.equal("nobody fails", (code, [r for r in rows.values() if r["exit_status"] != 0]), (0, []))
    limits = json.loads(f.run("status", "--json").out)["limits"]
    lab.check("as JSON too", [(x["host"], x["status"], x["agreed_interval_ms"], x["slowed"] > 0) for x in limits] == [(s.url[7:], 429, 25, True)], limits)
    p = f.run("status")
    lab.check("status says why", "slowed" in p.out and "answer 429" in p.out, p.out)
    refused = len(s.times()) - 12 * 4
    rate = value(f.metrics(), 'flowstory_fleet_calls_per_second{host="%s"}' % s.url[7:])
    lab.check("it is slower for all", rate is not None and rate <= 20, rate)
    lab.check("few calls were for nothing", refused >= 0, refused)
    lab.equal("every book is the server's", f.wrong(s), [])
    f.close()
    s.close()


class Hung:
    """A server that takes calls and says nothing."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]


def full_disk(account):
    """The account on a disk of its own that is full; False without leave to mount."""
    saved = account.dir + ".saved"
    shutil.copytree(account.dir, saved)
    words = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", account.dir]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        shutil.rmtree(saved)
        return False
    for name in os.listdir(saved):
        shutil.copy2(os.path.join(saved, name), account.dir)
    shutil.rmtree(saved)
    with open(os.path.join(account.dir, "ballast"), "wb") as f:
        try:
            f.write(b"x" * 100000)
            f.flush()
        except OSError:
            pass
    return True


def some_broken(lab, o):
    """What is wrong with one is its own affair; the table and the exit status say it."""
    s, hung = Server(o.standin), Hung()
    sound = o.accounts - 3 if o.accounts >= 200 else 8
    f = Fleet(o.program, s.url, sound, rate=1000)
    f.add("badkey").key("not-the-key-0123456789")
    f.add("readable").key(KEY, mode=0o644)
    f.add("hung", base_url=hung.url, timeout_s=1, retries=0)
    f.add("dead", base_url="http://127.0.0.1:9", retries=0)
    f.add("settings").set(page_size="many")
    want = {"badkey": 2, "readable": 2, "hung": 75, "dead": 75, "settings": 2}
    full = f.add("full")
    mounted = full_disk(full)
    if mounted:
        want["full"] = 1
    else:
        print("skipped: no leave to mount a full disk")
    code, rows, totals = f.rows("run")
    lab.equal("exit statuses", {n: r["exit_status"] for n, r in rows.items() if r["exit_status"] != 0}, want)
    lab.equal("the worst of them", (code, totals["exit_status"], totals["not_0"]), (1 if mounted else 2, 1 if mounted else 2, len(want)))
    lab.equal("the others are done", f.wrong(s, f.members[:sound]), [])
    lab.check("each says why", all(rows[n].get("message") for n in want), rows)
    p = f.run("run", "--only", "badkey", "--only", "shop*")
    lab.check("the table", p.returncode == 2 and "\nbadkey " in p.out and "%d others " % sound in p.out and "refused the" in p.out, p.out)
    lab.check("no line is too wide", max(map(len, p.out.split("\n"))) <= 80, p.out)
    lab.check("messages have the name in front", "flowstory: badkey: " in p.err, p.err)
    p = f.run("check", "--only", "settings", "--", "--offline")
    lab.check("a file is told after the name", p.returncode == 2 and "flowstory: settings/flowstory.json:1:" in p.err, p.err)
    p = f.run("run", "--only", "badkey", "--log-json")
    lines = [json.loads(x) for x in p.err.splitlines()]
    lab.check("--log-json names the account", lines and all(x["account"].endswith("/badkey") for x in lines), p.err)
    s.fault("404", "/v1/orders", count=1)
    code, rows, _ = f.rows("run", "--only", "shop000")
    lab.check("a warning says why it is 3 or worse", code != 0 and rows["shop000"].get("message"), (code, rows))
    order = f.run("run", "--plan").out.split()
    lab.equal("who never succeeded is first", set(order[:len(want)]), set(want))
    code, rows, _ = f.rows("run", "--until", "0s")
    lab.equal("no time left", (code, {r["skipped"] for r in rows.values()}), (75, {True}))
    if mounted:
        subprocess.run(["umount", full.dir], check=False)
    f.close()
    s.close()


def killed(lab, o):
    """Kill -9 of the fleet and of what it started: the next hour all books are equal."""
    s = Server(o.standin)
    f = Fleet(o.program, s.url, 12, rate=60)
    p = f.start("run")
    time.sleep(0.7)
    orphans = f.children(p.pid)
    kill(p.pid)
    p.communicate()
    lab.check("the fleet was at work", len(orphans) > 0, orphans)
    wait_gone(orphans)
    f.write("fleet.json", json.dumps({"calls_per_second": 60}))
    p = f.start("run", "--json")
    struck = set()
    while p.poll() is None and len(struck) < 4:
        for pid in f.children(p.pid)[::3]:
            if pid not in struck and kill(pid):
                struck.add(pid)
        time.sleep(0.15)
    out, _ = p.communicate()
    d = json.loads(out)
    signals = [r for r in d["accounts"] if r.get("signal") == 9]
    lab.equal("a signal is a failure", (p.returncode, len(signals) > 0, {r["exit_status"] for r in signals}), (1, True, {1}))
    lab.equal("the others are done", {r["exit_status"] for r in d["accounts"] if "signal" not in r}, {0})
    code, rows, _ = f.rows("run")
    lab.equal("the next hour", (code, {r["exit_status"] for r in rows.values()}), (0, {0}))
    lab.equal("all books are equal", f.wrong(s), [])
    p = f.start("run")
    time.sleep(0.3)
    p.terminate()
    out, err = p.communicate(timeout=60)
    lab.check("asked to end", p.returncode in (1, 75) and "asked to stop: no more accounts" in err, f"{p.returncode} {err}")
    two = [f.start("run", "--json"), f.start("run", "--json")]
    ends = [(x.communicate()[0], x.returncode)[1] for x in two]
    lab.check("two fleets at once are harmless", set(ends) <= {0, 75}, ends)
    lab.equal("all books are equal", (f.rows("run")[0], f.wrong(s)), (0, []))
    f.close()
    s.close()


def defaults(lab, o):
    """Settings of all accounts: whoever starts an account, and what it may not hold."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    for name in ("one", "two", "city/three"):
        small(os.path.join(f.dir, name), 1)
        f.write(name + "/flowstory.json", "{}" if name != "two" else '{"min_age": 0}')
    f.write("defaults.json", '{"min_age": 150, "breaker_percent": 100, "suppress": null}')
    code, rows, _ = f.rows("process")
    lab.equal("who is left out", (code, {n: r["contacts"] for n, r in rows.items()}), (0, {"one": 0, "two": 30, "city/three": 0}))
    alone = subprocess.run([f.program, "-C", os.path.join(f.dir, "one"), "segments", "--json"], capture_output=True, text=True, check=False)
    lab.equal("alone it is the same", [r["contacts"] for r in json.loads(alone.stdout)][:1], [0])
    p = f.run("check", "--", "--offline")
    lab.check("check says where each comes from", "two: ../defaults.json: breaker_percent\n" in p.out and "two: flowstory.json: min_age\n" in p.out and
              "one: ../defaults.json: min_age, breaker_percent\n" in p.out and "city/three: ../../defaults.json: min_age, breaker_percent\n" in p.out, p.out)
    inside = subprocess.run([f.program, "check", "--offline"], capture_output=True, text=True, check=False, cwd=os.path.join(f.dir, "one"))
    lab.check("from within too", "../defaults.json: min_age" in inside.stdout, inside.stdout + inside.stderr)
    os.rename(os.path.join(f.dir, "defaults.json"), os.path.join(f.dir, "away"))
    before = {n: sorted(os.listdir(os.path.join(f.dir, n, "exports"))) for n in ("one", "city/three")}
    for name in before:
        p = subprocess.run([f.program, "-C", os.path.join(f.dir, name), "process", "--rebuild"], capture_output=True, text=True, check=False)
        lab.check(f"{name}: without it nothing is done", p.returncode == 2 and "is gone" in p.stderr, f"{p.returncode} {p.stderr}")
    lab.equal("and nobody is written to", {n: sorted(os.listdir(os.path.join(f.dir, n, "exports"))) for n in before}, before)
    os.rename(os.path.join(f.dir, "away"), os.path.join(f.dir, "defaults.json"))
    for text, mode, said in (('{"client_id": "x"}', 0o600, "defaults.json:1:15: 'client_id'"), ('{"api_key_file": "x"}', 0o600, "api_key_file"),
                             ('{"metrics_file": "/x/y.prom"}', 0o600, "'metrics_file' belongs"), ('{"metrics_file": "../y.prom"}', 0o600, "'metrics_file' belongs"),
                             ('{"min_age": 21}', 0o622, "by others"), ('{"min_age": "x"}', 0o600, "../defaults.json:1:13"), ("{", 0o600, "../defaults.json")):
        f.write("defaults.json", text, mode)
        p = f.run("check", "--only", "one", "--", "--offline")
        lab.check(f"defaults.json {text} {mode:o}", p.returncode == 2 and said in p.err, f"{p.returncode} {p.err}")
        alone = subprocess.run([f.program, "-C", os.path.join(f.dir, "one"), "process"], capture_output=True, text=True, check=False)
        lab.equal(f"nothing is applied with it: {text}", alone.returncode, 2)
    f.write("defaults.json", '{"metrics_file": "own.prom"}')
    lab.equal("metrics in each account", f.run("check", "--", "--offline").returncode, 0)
    f.close()


def processor():
    """Seconds that ended processes worked: how busy the machine is does not count."""
    x = resource.getrusage(resource.RUSAGE_CHILDREN)
    return x.ru_utime + x.ru_stime


def page(lab, o):
    """The page of 500 accounts: sound, small, without a script or a request, whatever accounts are called."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    hostile = ["<img src=x onerror=alert(1)>", "a\tb\nc", "\u202egnp", "'\"&", b"\xff\xfe".decode("utf-8", "surrogateescape")]
    model = os.path.join(f.dir, "shop000")
    small(model, 2)
    f.write("shop000/flowstory.json", "{}")
    subprocess.run([f.program, "-q", "-C", model, "process"], check=True)
    subprocess.run([f.program, "-q", "-C", model, "report"], check=True)
    for name in hostile + ["shop%03d" % i for i in range(1, 500 - len(hostile))]:
        shutil.copytree(model, os.path.join(f.dir, name), copy_function=os.link, ignore=shutil.ignore_patterns(".lock"))
    runs = os.path.join(f.dir, ".fleet", "runs")
    os.makedirs(runs)
    for h in range(24 * 14):
        with open(os.path.join(runs, time.strftime("%Y%m%dT%H3000Z", time.gmtime(time.time() - 3600 * h)) + "-1.tsv"), "w", encoding="utf-8") as out:
            out.writelines("shop%03d\t%d\t900\t%d\n" % (i, (0, 0, 0, 75, 1, 3)[(h + i) % 6], 20000 + h * i) for i in range(500))
            out.write("shop001\t0")  # cut short by a kill
    # one that something else starts: what it says itself is seen
    own = [{"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600 * h)), "command": "run", "status": 4 if h == 2 else 0} for h in range(400, -1, -1)]
    pushes = [{"at": own[i]["at"], "command": "push", "status": status, "push": {"status": status}} for i, status in ((-3, 0), (-2, 75))]
    own[-2:-2] = pushes[:1]     # a push that went well does not hide the run that did not
    own[-1:-1] = pushes[1:]
    f.write(hostile[0] + "/runs.jsonl", "".join(json.dumps(x) + "\n" for x in own) + '{"at": "20')
    worked = processor()
    p = f.run("report")
    took = processor() - worked
    path = os.path.join(f.dir, "fleet.html")
    lab.check("it is written", p.returncode == 0 and took < 5, f"{took:.1f} s {p.err}")
    with open(path, encoding="utf-8") as g:
        text = g.read()
    print(f"page of 500 accounts: {len(text.encode())} bytes, {took:.2f} s of processor")
    lab.check("it is small", len(text.encode()) < 500_000, len(text.encode()))
    lab.equal("its mode", os.stat(path).st_mode & 0o777, 0o600)
    lab.equal("a row each", text.count("<tr><th scope=\"row\">"), 500)
    tags = "".join("<" + part.split(">")[0] for part in text[text.index("</style>"):].split("<"))
    bare = tags.replace("%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E", "")
    for bad in ("<script", "<img", "<iframe", "<link", " src=", " style=", "javascript:", "http:", "https:"):
        lab.check(f"no {bad!r}", bad not in bare, bare[max(0, bare.find(bad) - 60):][:120])
    lab.check("links to their own pages", 'href="shop007/report.html"' in text and text.count("/report.html") == 500)
    row = text[text.index("&lt;img"):]
    hours = row[row.index("aria-label=")+12:].split('"')[0].split()
    lab.equal("an account's own runs", hours, ["0"] * 21 + ["4", "75", "0"])
    if shutil.which("tidy"):
        p = subprocess.run(["tidy", "-e", "-q", "--drop-empty-elements", "no"], input=text, capture_output=True, text=True, check=False)
        lab.check("tidy", p.returncode == 0, p.stderr[:800])
    now = ("report", "--out", "-", "--now", "2026-11-23T12:00:00Z")
    lab.equal("the same twice", f.run(*now).out, f.run(*now).out)
    lab.check("names in tables and JSON", f.run("status", "-v").returncode == 0 and len(f.rows("status")[1]) == 500)
    f.close()


def pushed(lab, o):
    """What is pushed takes part in the limit of its host, and each account has its own token."""
    if not o.dailystory:
        print("skipped: no --dailystory")
        return
    s = Server(o.standin)
    far = [Receiver(o.dailystory) for _ in range(2)]
    f = Fleet(o.program, s.url, rate=50)
    for i, r in enumerate(far):
        f.add(f"shop{i}", dailystory_url=r.url, dailystory_token_file="token", push_interval_ms=0)
        f.write(f"shop{i}/token", TOKEN + "\n")
    f.write("defaults.json", '{"push": true}')
    p = f.run("push", DAILYSTORY_TOKEN=TOKEN)
    lab.check("a token for all accounts is refused", p.returncode == 2 and TOKEN not in p.err, p.err)
    code, rows, _ = f.rows("run")
    lab.check("it is pushed", code in (0, 3) and all(r.get("to_push", 0) == 0 for r in rows.values()), (code, rows))
    code, rows, _ = f.rows("push")
    lab.equal("nothing is left", (code, {r["exit_status"] for r in rows.values()}), (0, {0}))
    limits = {x["host"]: x for x in json.loads(f.run("status", "--json").out)["limits"]}
    for r in far:
        mine = limits.get(r.url.split("//")[1], {})
        lab.check("its host has a limit", mine.get("agreed_interval_ms") == 20 and mine.get("calls", 0) > 10, limits)
    p = f.run("push", "--plan")
    lab.check("plans of each", p.returncode == 0 and "shop0: " in p.out and "shop1: " in p.out, p.out + p.err)
    for r in far:
        r.close()
    f.close()
    s.close()


SHIM = """
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <string.h>
#include <unistd.h>
int statfs(const char *path, struct statfs *s) { memset(s, 0, sizeof(*s)); s->f_type = 0x6969; return 0; }
"""


def network(lab, o):
    """On a network file system: a warning, and the limit by the kernel's lock."""
    shim = os.path.join(lab.place, "nfs.so")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-o", shim, "-x", "c", "-"], input=SHIM.encode(), check=True)
    s = Server(o.standin, limit=o.limit)
    f = Fleet(o.program, s.url, 12, rate=o.limit * o.percent // 100)
    code, rows, _ = f.rows("run", LD_PRELOAD=shim)
    lab.equal("all exit 0", (code, [r for r in rows.values() if r["exit_status"] != 0]), (0, []))
    lab.check("no call too many", s.busiest() <= o.limit, s.busiest())
    lab.equal("every book is the server's", f.wrong(s), [])
    p = f.run("run", "--only", "shop000", LD_PRELOAD=shim)
    lab.check("run warns", p.returncode == 0 and "shop000: " in p.err and "a network file system" in p.err, p.err)
    p = subprocess.run([f.program, "init", os.path.join(f.dir, "new")], env=environment(LD_PRELOAD=shim), capture_output=True, text=True, check=False)
    lab.check("init warns", p.returncode == 0 and "a network file system" in p.stderr, p.stderr)
    p = f.run("run", "--only", "shop000")
    lab.check("a local disk is no matter", p.returncode == 0 and p.err == "", p.err)
    f.close()
    s.close()


def many(lab, o):
    """Looking at thousands takes seconds."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    model = os.path.join(f.dir, "shop00000")
    small(model, 3)
    f.write("shop00000/flowstory.json", "{}")
    subprocess.run([f.program, "-q", "-C", model, "process"], check=True)
    f.write("shop00000/runs.jsonl", '{"at":"2026-11-23T04:00:00Z","command":"run","status":0,"duration_ms":1200}\n' * 400)
    for i in range(1, o.many):
        shutil.copytree(model, os.path.join(f.dir, "shop%05d" % i), copy_function=os.link, ignore=shutil.ignore_patterns(".lock"))
    for verb in ("list", "status", "report"):
        began, worked = time.time(), processor()
        p = f.run(verb)
        took, worked = time.time() - began, processor() - worked
        lab.check(f"{verb} of {o.many}", p.returncode == 0 and worked < 5, f"{p.returncode} {worked:.1f} s {p.err[:300]}")
        print(f"{verb} of {o.many} accounts: {took:.2f} s, {worked:.2f} s of processor")
    began = time.time()
    p = f.start("process", "--jobs", "8")
    most_fds = most_children = 0
    while p.poll() is None:
        try:
            most_fds = max(most_fds, len(os.listdir(f"/proc/{p.pid}/fd")))
            most_children = max(most_children, len(f.children(p.pid)))
        except OSError:
            break
        time.sleep(0.01)
    out, err = p.communicate()
    lab.check("nothing to do for any of them", p.returncode == 0, err[-300:])
    lab.check("processes and files are bounded", most_children <= 8 and most_fds <= 8 * 4 + 12, (most_children, most_fds))
    print(f"process of {o.many} accounts: {time.time() - began:.1f} s, {most_children} processes, {most_fds} files")
    f.close()


def main():
    lab, _, o = begin(__doc__, "standin", accounts=40, limit=100, percent=60, many=300, only="", dailystory="")
    for part in (roster, together, too_fast, some_broken, killed, defaults, pushed, network, page, many, *odd_fleets.PARTS):
        if o.only not in part.__name__:
            continue
        try:
            part(lab, o)
        except (AssertionError, ValueError, KeyError, OSError) as e:
            lab.check(part.__name__, False, repr(e))
    return lab.end()


if __name__ == "__main__":
    sys.exit(main())
