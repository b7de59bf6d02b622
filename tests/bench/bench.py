#!/usr/bin/env python3
"""What the program costs beside what it cannot do without: inflating the pages.

bench.py PROGRAM: builds its data with build/generate (kept in build/bench/), measures the limit and the
program in alternation, prints a table and writes build/bench.json.  Every figure is a ratio of two things
measured side by side; medians, with the least and the most.

BENCH_SCALE  share of 1,000,000 orders (1); 0.02 takes less than a minute
BENCH_ROUNDS measurements of each (5)
"""
import gzip, hashlib, json, os, platform, re, shutil, statistics, subprocess, sys, threading, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
DATA = ROOT / "build" / "bench" / f"{SCALE:g}"
WORK = DATA / "work"
FIRST, NEXT, HOUR = "20260301T040000Z", "20260301T050000Z", "20260301T060000Z"


def run(*command, ok=(0,)):
    p = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if p.returncode not in ok:
        sys.exit(f"bench: {' '.join(map(str, command))}: exit {p.returncode}\n{p.stderr}")
    return p.stdout


def generate(name, *arguments):
    """An account's snapshots, made once."""
    place, part = DATA / name, DATA / (name + ".part")
    if not place.exists():
        print(f"making {name}", file=sys.stderr)
        shutil.rmtree(part, ignore_errors=True)
        run(ROOT / "build" / "generate", "--seed", 7, "--locations", 4, *arguments, "--out", part)
        part.rename(place)
    return place / "snapshots"


def compile_inflate():
    program = ROOT / "build" / "inflate"
    source = ROOT / "tests" / "bench" / "inflate.c"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        run(os.environ.get("CC", "gcc"), "-O2", "-std=c17", "-D_GNU_SOURCE", "-pthread", "-o", program,
            source, "-ldeflate")
    return program


# snapshots

def write_manifest(place, taken, pages):
    text = {"format": 1, "taken_at": taken, "finished_at": taken, "tool": "bench", "source": "bench",
            "pages": pages}
    (place / "manifest.json").write_text(json.dumps(text))


def iso(name):
    return f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[9:11]}:{name[11:13]}:{name[13:15]}Z"


def unchanged(first, place):
    """The same pages an hour later."""
    shutil.copytree(first, place, copy_function=os.link)
    (place / "manifest.json").unlink()
    write_manifest(place, iso(place.name), json.loads((first / "manifest.json").read_text())["pages"])


def page_of(place, name, **more):
    body = gzip.compress(json.dumps(more.pop("body")).encode(), 6, mtime=0)
    (place / name).write_bytes(body)
    return {"path": name, "page": 1, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(), **more}


def records(first, name):
    body = json.loads(gzip.decompress((first / name).read_bytes()))
    return body.get("customers") or body.get("orders") or body["data"]


def hour(first, place):
    """500 new orders in a window of one hour, 200 customers with other points."""
    place.mkdir(parents=True)
    orders = records(first, "orders-L1-all-0001.json.gz")[:500]
    people = records(first, "customers-0001.json.gz")[:200]
    for i, o in enumerate(orders):
        o["id"] = f"{hashlib.sha256(str(i).encode()).hexdigest()[:32]}"
        o["createdAt"] = o["completedOn"] = f"2026-03-01T05:{i % 60:02}:{i // 60:02}Z"
    for p in people:
        p["loyaltyPoints"] = 4242
    window = {"kind": "created", "from": "2026-03-01T05:00:00Z", "to": "2026-03-01T06:00:00Z"}
    write_manifest(place, iso(place.name), [
        page_of(place, "customers-0001.json.gz", resource="customers", body={"customers": people},
                scope={"kind": "updated", "after": "2026-03-01"}),
        page_of(place, "orders-L1-2026-03-01-0001.json.gz", resource="orders", location="L1",
                body={"total": len(orders), "orders": orders}, scope=window)])


# measuring

def account(name, snapshots, ready=None):
    """A fresh account with the snapshots; ${ready}: one that is processed already, to begin from."""
    place = WORK / name
    shutil.rmtree(place, ignore_errors=True)
    (place / "snapshots").mkdir(parents=True)
    if ready is not None:
        for part in ("state", "diffs", "exports"):
            subprocess.run(["cp", "-r", "--reflink=auto", ready / part, place / part], check=True)
    for s in snapshots:
        shutil.copytree(s, place / "snapshots" / s.name, copy_function=os.link)
    return place


def settle():
    """What was written before shall not be paid for in what is measured next."""
    os.sync()


def watch(pid, peak):
    """The most memory that is not a file's, looked at now and then."""
    status = Path(f"/proc/{pid}/status")
    while not peak["over"]:
        try:
            found = re.search(r"RssAnon:\s+(\d+)", status.read_text())
        except OSError:
            return
        peak["kb"] = max(peak["kb"], int(found[1]) if found else 0)
        time.sleep(0.01)


def timed(command):
    """Wall seconds, processor seconds, and the most memory that is not a file's, in MB."""
    settle()
    peak = {"kb": 0, "over": False}
    before, start = os.times(), time.monotonic()
    p = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watcher = threading.Thread(target=watch, args=(p.pid, peak))
    watcher.start()
    text = p.stderr.read()
    p.wait()
    wall = time.monotonic() - start
    after = os.times()
    peak["over"] = True
    watcher.join()
    if p.returncode != 0:
        sys.exit(f"bench: {command}: exit {p.returncode}\n{text.decode()}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {"wall": wall, "cpu": cpu, "anon": peak["kb"] / 1024}


def process(program, place, jobs=2):
    return timed([program, "-C", place, "-q", "--jobs", jobs, "process"])


def fsync_seconds(program, place):
    """The time inside fsync and fdatasync, and how often, under strace."""
    if shutil.which("strace") is None:
        return None
    log = WORK / "strace"
    run("strace", "-f", "-T", "-e", "trace=fsync,fdatasync", "-o", log, program, "-C", place, "-q", "process")
    spent = [float(x) for x in re.findall(r"= 0 <([\d.]+)>", log.read_text())]
    return {"seconds": sum(spent), "calls": len(spent)}


class Table:
    def __init__(self):
        self.rows = []

    def add(self, work, measure, values, goal, note=""):
        row = {"work": work, "measure": measure, "median": statistics.median(values), "least": min(values),
               "most": max(values), "goal": goal, "note": note}
        self.rows.append(row)
        print(f"| {work} | {measure} | {row['median']:.2f} ({row['least']:.2f} to {row['most']:.2f}) | {goal} "
              f"| {note} |", flush=True)


def ratios(ours, limits, key="wall"):
    return [o[key] / l for o, l in zip(ours, limits)]


def alternate(limit, us):
    limits, ours = [], []
    for _ in range(ROUNDS):
        limits.append(limit())
        ours.append(us())
    return limits, ours


def inflating(inflate, place, threads):
    """Seconds; the files are read before the clock starts, but after the disk has settled."""
    settle()
    return float(run(inflate, place, threads).split()[1])


def first_runs(table, program, inflate, first):
    limit = lambda: inflating(inflate, first, 2)
    singles = []

    def us():
        singles.append(process(program, account("first", [first]), 1))
        return process(program, account("first", [first]))

    limits, ours = alternate(limit, us)
    table.add("first full snapshot", "wall / inflating", ratios(ours, limits), "<= 3",
              f"{statistics.median(o['wall'] for o in ours):.2f} s against {statistics.median(limits):.2f} s; "
              f"{statistics.median(o['cpu'] for o in ours):.1f} s of processor")
    table.add("the same", "MB not file-backed", [o["anon"] for o in ours], "<= 400")
    table.add("from 1 to 2 threads", "wall / wall", [s["wall"] / o["wall"] for s, o in zip(singles, ours)],
              ">= 1.7")


def next_runs(table, program, inflate, first, later, work, goal, ready):
    limit = lambda: inflating(inflate, later, 2)
    us = lambda: process(program, account("next", [first, later], ready))
    limits, ours = alternate(limit, us)
    table.add(work, "wall / inflating", ratios(ours, limits), goal,
              f"{statistics.median(o['wall'] for o in ours):.2f} s against {statistics.median(limits):.2f} s")


def hours(table, program, first, small, later, ready, ready_small):
    big = lambda: process(program, account("hour", [first, later], ready))
    little = lambda: process(program, account("hour", [small, later], ready_small))
    littles, bigs = alternate(little, big)
    table.add("an hour (500 orders, 200 customers)", "wall on the large / on the small account",
              [b["wall"] / s["wall"] for b, s in zip(bigs, littles)], "<= 1.3")
    sync = fsync_seconds(program, account("hour", [first, later], ready))
    note = f"of it fsync {sync['seconds'] * 1e3:.0f} ms in {sync['calls']} calls" if sync else ""
    table.add("the same", "ms", [b["wall"] * 1e3 for b in bigs], "<= 60", note)


RULES = [{"name": f"Rule {i}", "slug": f"rule-{i}", "where": {"any": [
    {"field": "fh_total_spent", "op": ">", "value": i * 10},
    {"field": "fh_last_orderdate", "op": "<", "value": f"-{i + 1}d"}]}} for i in range(100)]


def clock(table, program):
    """100 rules, many customers, few orders; nobody touched, an hour later."""
    customers = int(1_000_000 * SCALE)
    first = generate("people", "--customers", customers, "--orders", max(1000, customers // 50),
                     "--snapshots", 1) / FIRST
    place = account("clock", [first])
    (place / "segments.json").write_text(json.dumps(RULES))
    process(program, place)
    size = (place / "state" / "data.mdb").stat().st_size
    ours, once = [], []
    for i in range(ROUNDS):
        later = place / "snapshots" / f"20260302T{i:02}0000Z"
        later.mkdir()
        write_manifest(later, iso(later.name), [])
        ours.append(process(program, place))
        begin = time.monotonic()
        with open(place / "state" / "data.mdb", "rb") as f:
            while f.read(1 << 20):
                pass
        once.append(time.monotonic() - begin)
    table.add(f"100 rules, {customers:,} customers, an hour later", "wall / reading the state once",
              ratios(ours, once), "due ones only",
              f"{statistics.median(o['wall'] for o in ours) * 1e3:.0f} ms, a state of {size >> 20} MB")


def small_commands(table, program, ready):
    for name, command in (("status", [program, "-C", ready, "status"]), ("--help", [program, "--help"])):
        list_ = [timed(command)["wall"] * 1e3 for _ in range(max(ROUNDS, 5))]
        table.add(name, "ms", list_, "<= 10")


def main():
    program = Path(sys.argv[1]).resolve()
    orders = int(1_000_000 * SCALE)
    WORK.mkdir(parents=True, exist_ok=True)
    inflate = compile_inflate()
    full = generate("full", "--customers", int(60_000 * SCALE), "--orders", orders, "--snapshots", 2,
                    "--full-every", 1, "--changed", 1, "--added", 500)
    small = generate("small", "--customers", int(60_000 * SCALE) // 20 + 300, "--orders", orders // 20 + 2000,
                     "--snapshots", 1)
    first, changed = full / FIRST, full / NEXT
    shutil.rmtree(DATA / "made", ignore_errors=True)
    same, later, later_small = (DATA / "made" / x / HOUR for x in ("same", "hour", "hour-small"))
    unchanged(first, same)
    hour(first, later)
    table = Table()
    print("| work | measure | median (least to most) | goal | |\n|---|---|---|---|---|")
    first_runs(table, program, inflate, first)
    ready = WORK / "ready"
    shutil.rmtree(ready, ignore_errors=True)
    (WORK / "first").rename(ready)
    next_runs(table, program, inflate, first, changed, "next full snapshot, 1 % changed", "<= 1.5", ready)
    next_runs(table, program, inflate, first, same, "next full snapshot, nothing changed", "<= 1.2", ready)
    process(program, account("ready-small", [small / FIRST]))
    hours(table, program, first, small / FIRST, later, ready, WORK / "ready-small")
    clock(table, program)
    small_commands(table, program, ready)
    result = {"machine": {"cpu": cpu_model(), "cores": os.cpu_count()}, "scale": SCALE, "rounds": ROUNDS,
              "rows": table.rows}
    (ROOT / "build" / "bench.json").write_text(json.dumps(result, indent=2) + "\n")
    shutil.rmtree(WORK)


def cpu_model():
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


main()
