"""Parts of tests/fleet.py: fleets as nobody would make them, and one account that would harm the others if it could."""

import json
import os
import resource
import shutil
import signal
import subprocess
import time

from fleets.place import STATUSES, Fleet, Server, environment, run, value
from lab.lab import small

NOBODY = 65534
HERE = os.path.dirname(os.path.abspath(__file__))


def listed(f, *words):
    return [r["account"] for r in json.loads(f.run("list", "--json", *words).out)]


def as_nobody(f, *words):
    """The same by a user who may not see everything."""
    words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *f.words(*words)]
    return subprocess.run(words, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def odd_names(lab, o):
    """Whatever a directory is called, and however many names it has, it is one account."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    for name in ("a\tb", "a?b", "a\\x09b", "x\ny", "x y", "\u00fc", "-dash", "\udcff", "\udcfe", "shop1", "city/shop2"):
        f.add(name)
    want = sorted(["-dash", "\\xfe", "\\xff", "a?b", "a\\x09b", "a\\x5cx09b", "x y", "x\\x0ay", "\u00fc", "shop1", "city/shop2"])
    lab.equal("none is left out for its name", listed(f), want)
    lines = subprocess.run(f.words("list"), capture_output=True, check=False).stdout.split(b"\n")
    lab.equal("a line each", len(lines) - 1, len(want))
    lab.equal("parts are all of it", sorted(listed(f, "--shard", "1/2") + listed(f, "--shard", "2/2")), want)
    code, rows, _ = f.rows("process")
    lab.equal("each is started", (code, sorted(rows), {r["exit_status"] for r in rows.values()}), (0, want, {0}))
    f.close()
    f = Fleet(o.program, "http://127.0.0.1:9")
    for name in ("shop1", "city/shop2"):
        f.add(name)
    for link, to in (("zlink", "shop1"), ("zloop", "."), ("zcity", "city"), ("zgone", "nowhere")):
        os.symlink(to, os.path.join(f.dir, link))
    lab.equal("a link is no other account", listed(f), ["city/shop2", "shop1"])
    path = f.write("list.txt", "shop1\n./shop1\n%s/shop1\nshop1/../shop1\nnone\nnone\n" % f.dir)
    p = subprocess.run([f.program, "fleet", "list", "-f", path], capture_output=True, text=True, check=False)
    lab.equal("nor is another way to it", len(p.stdout.splitlines()), 2)
    path = f.write("list.txt", "shop#1\n#shop1\ncity/shop2\t#shop1\n")
    p = subprocess.run([f.program, "fleet", "list", "-f", path], capture_output=True, text=True, check=False)
    lab.equal("a name may hold a #", [os.path.relpath(x, f.dir) for x in p.stdout.splitlines()], ["city/shop2", "shop#1"])
    f.write("flowstory.json", "{}")
    p = f.run("list")
    lab.check("a fleet that is an account", p.returncode == 0 and "is an account itself" in p.err and len(p.out.splitlines()) == 2, p.out + p.err)
    p = subprocess.run([f.program, "fleet", "list", "-f", os.path.join(f.dir, "shop1")], capture_output=True, text=True, check=False)
    lab.check("an account is no fleet", p.returncode == 2 and "name the directory above it" in p.stderr, p.stderr)
    f.close()


def out_of_reach(lab, o):
    """What cannot be looked into is a row, and stops nobody."""
    if os.geteuid() != 0:
        print("skipped: only root makes what others cannot read")
        return
    f = Fleet(o.program, "http://127.0.0.1:9")
    os.chown(f.dir, NOBODY, NOBODY)
    for name in ("fine", "closed", "unlisted", "city/closed"):
        f.add(name)
    subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", os.path.join(f.dir, "fine")], check=True)
    os.chmod(os.path.join(f.dir, "closed"), 0o700)
    os.chmod(os.path.join(f.dir, "unlisted"), 0o744)
    os.chmod(os.path.join(f.dir, "city/closed"), 0o700)
    os.makedirs(os.path.join(f.dir, "lost+found"), mode=0o700)
    p = as_nobody(f, "check", "--json", "--", "--offline")
    rows = {r["account"]: r["exit_status"] for r in json.loads(p.stdout or '{"accounts": []}')["accounts"]}
    lab.equal("a row each", rows, {"fine": 0, "closed": 2, "unlisted": 2, "city/closed": 2})
    lab.check("status says why", as_nobody(f, "status").stdout.count("Permission denied") == 3, as_nobody(f, "status").stdout)
    f.close()


def limits_apart(lab, o):
    """A limit that cannot be used is that account's own affair; the fleet's own is told once."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    f.add("fine", retries=0)
    f.add("none", limit_dir="/proc/none")
    f.add("file", limit_dir=f.write("file.txt", "x"))
    want = {"fine": 75, "none": 2, "file": 2}
    code, rows, _ = f.rows("run")
    lab.equal("a row each", (code, {n: r["exit_status"] for n, r in rows.items()}), (2, want))
    lab.equal("and it is looked at", (f.run("status").returncode, f.run("report").returncode), (0, 0))
    f.write(".limit/others", "x")
    p = f.run("run")
    lab.check("the fleet's own", p.returncode == 2 and p.err.count("is not a limit") == 1 and "delete it" in p.err, p.err)
    f.close()


def begin(f, *words, ignored=None, files=None):
    """A fleet that some signal does not reach, or that may open few files."""
    def prepare():
        if ignored:
            signal.signal(ignored, signal.SIG_IGN)
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    return subprocess.Popen(f.words(*words), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            start_new_session=True, preexec_fn=prepare)


def end(p):
    try:
        return (*p.communicate(timeout=15), p.returncode)
    except subprocess.TimeoutExpired:
        p.kill()
        return (*p.communicate(), "hung")


def catches(pid, number):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as g:
            caught = next(int(x.split()[1], 16) for x in g if x.startswith("SigCgt"))
    except (OSError, StopIteration):
        return False
    return caught >> number - 1 & 1 == 1


def at_work(f, p, n):
    """The processes, once so many of them are there and can be asked to end."""
    for _ in range(500):
        found = [pid for pid in f.children(p.pid) if catches(pid, signal.SIGTERM)]
        if len(found) == n:
            break
        time.sleep(0.02)
    time.sleep(0.3)
    return found


def asked_to_end(lab, o):
    """Ctrl-C reaches each once; who was told to ignore a signal does; who does not end is ended."""
    s = Server(o.standin)
    f = Fleet(o.program, s.url, 6, rate=100)
    lab.equal("the ends of processes are ignored by who started it", end(begin(f, "process", ignored=signal.SIGCHLD))[2], 0)
    lab.equal("few files", end(begin(f, "process", "--jobs", "16", files=20))[2], 0)
    f.write("fleet.json", '{"calls_per_second": 10}')
    p = begin(f, "run", ignored=signal.SIGHUP)
    at_work(f, p, 6)
    p.send_signal(signal.SIGHUP)
    lab.equal("nohup", end(p)[2], 0)
    f.write("fleet.json", '{"calls_per_second": 1}')
    p = begin(f, "run", "--jobs", "4", "-v")
    at_work(f, p, 4)
    os.killpg(p.pid, signal.SIGINT)
    out, err, code = end(p)
    lab.check("Ctrl-C", code == 1 and err.count("nothing of this fetch was kept") == 4 and "2 others" not in out, f"{code} {out} {err}")
    prom = f.metrics()
    lab.equal("all of them are counted", sum(value(prom, 'flowstory_fleet_accounts{exit="%d"}' % c) for c in STATUSES), 6)
    p = begin(f, "run", "--jobs", "2")
    for pid in at_work(f, p, 2):
        os.kill(pid, signal.SIGSTOP)
    for _ in range(2):
        p.terminate()
        time.sleep(1.1)
    out, err, code = end(p)
    lab.check("asked again", code == 1 and out.count("sig 9") == 2, f"{code} {out} {err}")
    f.close()
    s.close()


def in_the_way(lab, o):
    """Metrics that are another's or no file, and accounts that go away: the rest is right."""
    s = Server(o.standin)
    f = Fleet(o.program, s.url, 4, rate=20)
    f.run("run")
    shutil.copy(os.path.join(f.dir, "shop000/metrics.prom"), os.path.join(f.dir, "shop001/metrics.prom"))
    os.remove(os.path.join(f.dir, "shop002/metrics.prom"))
    os.mkfifo(os.path.join(f.dir, "shop002/metrics.prom"))
    code = end(begin(f, "run", "--only", "shop003"))[2]
    names = [x.rsplit(" ", 1)[0] for x in f.metrics().splitlines() if x[0] != "#"]
    lab.equal("each sample once", (code, len(names) - len(set(names))), (0, 0))
    lab.check("of the others as well", "shop003" in f.metrics() and "shop002/" not in f.metrics(), f.metrics())
    for name in ("shop001", "shop002"):
        os.remove(os.path.join(f.dir, name, "metrics.prom"))
    for name, make, said in (("pipe", os.mkfifo, "not a regular file"), ("gone", lambda path: os.symlink("nowhere", path), "is not an account")):
        os.mkdir(os.path.join(f.dir, name))
        make(os.path.join(f.dir, name, "flowstory.json"))
        out, err, code = end(begin(f, "run", "--only", name))
        lab.check(f"settings that are no file: {name}", code == 2 and said in err, f"{code} {out} {err}")
        shutil.rmtree(os.path.join(f.dir, name))
    p = begin(f, "run", "--jobs", "1")
    at_work(f, p, 1)
    shutil.rmtree(os.path.join(f.dir, "shop003"))
    out, err, code = end(p)
    lab.check("gone while it ran", code == 2 and "3 others" in out and "no such account directory" in err, f"{code} {out} {err}")
    lab.equal("every book is the server's", f.wrong(s, f.members[:3]), [])
    f.close()
    s.close()


def one_client_twice(lab, o):
    """A copied account whose client id was forgotten would read one client's customers into another's."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    for i, client in enumerate(("a", "b", None, None)):
        f.add(f"shop{i}", client_id=client)
    said = lambda: [x for x in f.run("process").err.splitlines() if "client id" in x]
    lab.equal("each its own", said(), [])
    f.members[2].set(client_id="a")
    lab.equal("a copy", said(), ["flowstory: warning: 1 account has the client id of another: shop2 that of shop0"])
    f.members[3].set(client_id="b")
    lab.equal("copies", said(), ["flowstory: warning: 2 accounts have the client id of another: shop2 that of shop0, for one"])
    f.close()


def new_accounts(lab, o):
    """'fleet init' makes what 'init' makes, where the fleet finds it, and no client twice."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    read = lambda name: open(os.path.join(f.dir, name, "flowstory.json"), encoding="utf-8").read()
    os.makedirs(os.path.join(f.dir, "keys"))
    key = f.write("keys/one", "k" * 20 + "\n")
    p = f.run("init", "shop1", "denver/shop2")
    lab.check("several", p.returncode == 0 and p.err.count("made '") == 2, p.err)
    subprocess.run([f.program, "-q", "init", os.path.join(f.dir, "alone")], check=True)
    lab.equal("as init does", (read("shop1"), read("denver/shop2")), (read("alone"),) * 2)
    p = f.run("init", "shop3", "--client-id", 'a"b', "--key-file", os.path.relpath(key))
    made = json.loads(read("shop3"))
    lab.equal("with its client and key", (p.returncode, made["client_id"], made["api_key_file"], made["min_age"]), (0, 'a"b', os.path.realpath(key), None))
    lab.equal("they are found", listed(f), ["alone", "denver/shop2", "shop1", "shop3"])
    f.run("init", "closed", "--client-id", "of closed")
    f.write("closed/.disabled", "")
    before = listed(f)
    for words, said in ((("shop4", "--client-id", "of closed"), "'closed' has this client id"), (("closed/inner",), "cannot both be accounts"),
                        (("../x",), "can be called"), (("/tmp/x",), "can be called"), ((".x",), "can be called"), (("a/b/c",), "can be called"),
                        (("a//b",), "can be called"), (("x/",), "can be called"), (("lost+found",), "can be called"), (("x\ny",), "can be called"),
                        (("shop1/inner",), "cannot both be accounts"), (("denver",), "cannot both be accounts"),
                        (("shop4", "--client-id", 'a"b'), "'shop3' has this client id"), (("shop1", "--client-id", "new"), "an account already"),
                        (("a", "b", "--client-id", "c"), "belong to one account"), (("a", "--key-file", "none"), "no file 'none'"),
                        (("a", "--", "b"), "unexpected argument 'b'"), ((), "names of accounts")):
        p = f.run("init", *words)
        lab.check(f"refused: {words}", p.returncode == 2 and said in p.err, f"{p.returncode} {p.err}")
    lab.equal("nothing was made", listed(f), before)
    p = f.run("init", "shop1")
    lab.check("again", p.returncode == 0 and "already an account" in p.err and read("shop1") == read("alone"), p.err)
    p = run([f.program, "fleet", "init", "first", "-f", os.path.join(f.dir, "keys/new")])
    lab.equal("a fleet that is not there yet", (p.returncode, os.listdir(os.path.join(f.dir, "keys/new"))), (0, ["first"]))
    f.close()


def adopted(lab, o):
    """Files of many accounts, each to its own; none is left over."""
    f = Fleet(o.program, "http://127.0.0.1:9")
    f.run("init", "shop1", "denver/shop2", "shop3")
    files = os.path.join(f.dir, ".files")
    for name in ("shop1", "denver/shop2"):
        small(os.path.join(f.dir, "model"), 1)
        os.makedirs(os.path.join(files, name))
        pages = os.path.join(f.dir, "model/snapshots")
        pages = os.path.join(pages, os.listdir(pages)[0])
        for page in os.listdir(pages):
            if page != "manifest.json":
                shutil.copy(os.path.join(pages, page), os.path.join(files, name))
        shutil.rmtree(os.path.join(f.dir, "model"))
    words = ("--json", "--", "--taken-at", "2026-11-20T04:00:00Z")
    p = f.run("adopt", files, *words)
    rows = {r["account"]: r["exit_status"] for r in json.loads(p.out or '{"accounts": []}')["accounts"]}
    lab.equal("each its own", (p.returncode, rows), (0, {"shop1": 0, "denver/shop2": 0}))
    lab.equal("as adopt does", [len(os.listdir(os.path.join(f.dir, n, "snapshots"))) for n in ("shop1", "denver/shop2", "shop3")], [1, 1, 0])
    code, rows, _ = f.rows("process")
    lab.equal("they are processed", (code, {n: r.get("customers") for n, r in rows.items()}), (0, {"shop1": 30, "denver/shop2": 30, "shop3": None}))
    for place in ("", "shop9", "denver", "shop3/deep/er"):
        os.makedirs(os.path.join(files, place), exist_ok=True)
        left = os.path.join(files, place, "orders.json")
        with open(left, "w", encoding="ascii") as g:
            g.write("[]")
        p = f.run("adopt", files, *words)
        lab.check(f"left over in '{place}'", p.returncode == 2 and "is no file of an account" in p.err and p.out == "", p.err)
        os.remove(left)
    for words, said in (((files, "--only", "shop3"), "no file of an account that is meant"), ((os.path.join(f.dir, "none"),), "no directory"), ((), "a directory of files"),
                        ((files, "x"), "unexpected argument 'x'")):
        p = f.run("adopt", *words, "--", "--taken-at", "2026-11-21T04:00:00Z")
        lab.check(f"refused: {words}", p.returncode == 2 and said in p.err, p.err)
    f.close()


def cut_short(lab, o):
    """A run that is over before all were started is told as such, and begins with the others the next time."""
    s = Server(o.standin)
    f = Fleet(o.program, s.url, 6, rate=4)
    code, first, totals = f.rows("run", "--jobs", "1", "--until", "2s")
    done = {n for n, r in first.items() if r.get("exit_status") == 0 and not r["skipped"]}
    left = set(first) - done
    lab.check("some of them", code == 75 and done and left and all(first[n]["skipped"] for n in left), first)
    lab.equal("the others are first", set(f.run("run", "--plan").out.split()[:len(left)]), left)
    f.write("fleet.json", '{"calls_per_second": 10, "limit_shared": false}')
    f.run("check", "--shard", "1/4", "--", "--offline")
    lab.equal("a part has its part of the calls", {x["agreed_interval_ms"] for x in json.loads(f.run("status", "--json").out)["limits"]}, {400})
    shutil.copytree(os.path.join(HERE, "../../fixtures/odd/copy-at-fault/account"), os.path.join(f.dir, "news"))
    f.write("news/flowstory.json", "{}")
    words = ("process", "--only", "news", "--only", "shop000")
    lab.equal("news are 3", f.run(*words).returncode, 3)
    shutil.rmtree(os.path.join(f.dir, "news/state"))
    lab.equal("or 0 for a scheduler", f.run(*words, "--exit-3-as-0").returncode, 0)
    f.members[1].set(page_size="many")
    lab.equal("but for nothing worse", f.run("process", "--exit-3-as-0").returncode, 2)
    f.close()
    s.close()


PARTS = (odd_names, out_of_reach, limits_apart, asked_to_end, in_the_way, one_client_twice, new_accounts, adopted, cut_short)
