#!/usr/bin/env python3
"""What the program costs beside what it cannot do without, inflating the pages, and beside DuckDB and SQLite.

bench.py PROGRAM [RESULT]: builds its data with build/generate (kept in build/bench/), measures the limit, the
program, DuckDB and SQLite in turns, prints a table of Markdown and writes RESULT (build/bench.json).  Every figure is a
ratio of two things measured side by side; medians, with the least and the most.

BENCH_SCALE   share of 1,000,000 orders (1), 0.01 at least; 0.02 takes less than a minute
BENCH_ROUNDS  measurements of each (5); three times as many of an hour
BENCH_ROWS    only these, with commas between: first, floor, large, next, same, hour, clock, commands, explain
BENCH_LARGE   1: also four times the orders (1 GB more of pages, 3 GB of accounts)
BENCH_COUNTABLE  a program that is not optimised as a whole, in which calls are counted; else it is built
BENCH_DUCKDB  0: without DuckDB; BENCH_SQLITE 0: without SQLite
"""
import gzip, json, os, platform, re, shutil, subprocess, sys, time
from functools import cached_property
from pathlib import Path
import duckdb, peers
from made import FIRST, HOUR, NEXT, account, bring, buyers_of, by_orders, cool, customers_of, generate, hours, unchanged, \
    warm, write_manifest
from measure import DATA, ROOT, ROUNDS, SCALE, WORK, Table, alternate, can_count, count_calls, each, fsync_time, middle, \
    process, ratios, run, settle, timed

ORDERS, CUSTOMERS = int(1_000_000 * SCALE), int(60_000 * SCALE)
RULES = [{"name": f"Rule {i}", "slug": f"rule-{i}", "where": {"any": [
    {"field": "fh_total_spent", "op": ">", "value": i * 10},
    {"field": "fh_last_orderdate", "op": "<", "value": f"-{i + 1}d"}]}} for i in range(100)]


class Bench:
    def __init__(self, program):
        self.program, self.table = program, Table()

    @cached_property
    def inflate(self):
        program, source = ROOT / "build" / "inflate", ROOT / "tests" / "bench" / "inflate.c"
        if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
            run(os.environ.get("CC", "gcc"), "-O2", "-std=c17", "-D_GNU_SOURCE", "-pthread", "-o", program, source,
                "-ldeflate")
        return program

    @cached_property
    def floor(self):
        run("make", "-s", "-C", ROOT, "MODE=release", "build/release/tests/tools/floor")
        return ROOT / "build" / "release" / "tests" / "tools" / "floor"

    @cached_property
    def countable(self):
        """The program not optimised as a whole: one in which gdb finds every call."""
        if given := os.environ.get("BENCH_COUNTABLE"):
            return Path(given).resolve()
        run("make", "-s", "-C", ROOT, "MODE=countable", "build/countable/flowstory")
        return ROOT / "build" / "countable" / "flowstory"

    @cached_property
    def full(self):
        return generate("full", CUSTOMERS, ORDERS, "--snapshots", 2, "--full-every", 1, "--changed", 1,
                        "--added", 500)

    @cached_property
    def small(self):
        return generate("small", CUSTOMERS // 20 + 300, ORDERS // 20 + 2000)

    @cached_property
    def no_duckdb(self):
        return duckdb.why_not()

    @cached_property
    def ready(self):
        """The large account with its first snapshot processed."""
        process(self.program, account("ready", [self.full / FIRST]))
        return WORK / "ready"

    def limit(self, snapshot):
        """Seconds; the files are read before the clock starts, but after the disk has settled."""
        settle()
        return float(run(self.inflate, snapshot, 2).split()[1])

    def process(self, *account_of, jobs=2):
        return process(self.program, account(*account_of), jobs)

    def against_limit(self, work, ours, limits, goal):
        walls = each("wall", ours)
        self.table.add(work, "wall / inflating", ratios(walls, limits), goal,
                       f"{middle(walls):.2f} s against {middle(limits):.2f} s; "
                       f"{middle(each('cpu', ours)):.1f} s of processor")

    def against_peer(self, who, work, found, name, why_not):
        work = f"{who}: {work}"
        if name not in found:
            self.table.missing(work, "wall / inflating", why_not)
            return
        theirs = found[name]
        self.against_limit(work, theirs, found["limit"], "")
        self.table.add("the same", f"our wall / {who.split()[0]}'s",
                       ratios(each("wall", found["ours"]), each("wall", theirs)))
        self.table.add("the same", "MB not file-backed", each("anon", theirs))

    def against_duckdb(self, work, found, name):
        self.against_peer(f"DuckDB {duckdb.VERSION}", work, found, name, self.no_duckdb)

    def against_sqlite(self, work, found):
        self.against_peer(peers.SQLITE, work, found, "sqlite", peers.no_sqlite())

    def segments(self, place):
        return run(self.program, "-C", place, "segments", "--json")


def first_runs(b):
    first = b.full / FIRST
    found = alternate(limit=lambda: b.limit(first), single=lambda: b.process("first", [first], jobs=1),
                      ours=lambda: b.process("first", [first]),
                      duckdb=None if b.no_duckdb else lambda: duckdb.duckdb("first", first),
                      sqlite=None if peers.no_sqlite() else lambda: peers.sqlite("first", first))
    ours = found["ours"]
    b.against_limit("first full snapshot", ours, found["limit"], "<= 5")
    b.table.add("the same", "MB not file-backed", each("anon", ours), "<= 400")
    b.table.add("from 1 to 2 threads", "wall / wall", ratios(each("wall", found["single"]), each("wall", ours)),
                ">= 1.8")
    export = WORK / "first" / "exports" / FIRST
    if "duckdb" in found:
        peers.same_totals("DuckDB", duckdb.place_of("first"), export)
    if "sqlite" in found:
        place = peers.sqlite_place("first")
        peers.same_totals("SQLite", place, export)
        peers.same_numbers("SQLite", place, b.segments(WORK / "first"))
        peers.same_lists("SQLite", place, export)
    b.against_duckdb("the first snapshot's totals only", found, "duckdb")
    b.against_sqlite("the first snapshot's totals and segments", found)


def written_by(place):
    """Bytes that a run left."""
    return sum(path.stat().st_size for part in ("state", "diffs", "exports", "terms")
               for path in (place / part).rglob("*") if path.is_file())


def floor_runs(b):
    """What a first run cannot do without, each part alone, and how far from all of it together we are."""
    first, parts = b.full / FIRST, ("inflate", "digest", "structure")
    left = written_by(b.ready)

    def floor(*words):
        settle()
        return float(run(b.floor, *words).split()[1])

    def write():
        seconds = floor("write", left, WORK / "floor")
        (WORK / "floor").unlink()
        return seconds

    found = alternate(ours=lambda: b.process("first", [first]), write=write,
                      **{part: lambda part=part: floor(part, first, 2) for part in parts})
    for part, what in zip(parts, ("inflating the pages", "their digests", "where their records lie")):
        b.table.add(f"the floor of a first run: {what}", "s", found[part], "", "two threads")
    b.table.add("the floor of a first run: writing as many bytes", "s", found["write"], "",
                f"{left / 1e6:.0f} MB of state, diff and export, until they are on the disk; one thread")
    walls, floors = each("wall", found["ours"]), [sum(x) for x in zip(*(found[k] for k in (*parts, "write")))]
    b.table.add("first full snapshot", "wall / these four together", ratios(walls, floors), "",
                f"{middle(walls):.2f} s against {middle(floors):.2f} s")


def diff_size(place):
    """MB of the first diff, not packed."""
    size = 0
    with gzip.open(place / "diffs" / f"{FIRST}.jsonl.gz") as f:
        while part := f.read(1 << 20):
            size += len(part)
    return size / (1 << 20)


def large_runs(b):
    """Does memory grow with the orders?"""
    work = f"from {ORDERS:,} to {4 * ORDERS:,} orders"
    goal_is = "no more than the diff grows"
    if os.environ.get("BENCH_LARGE") != "1":
        b.table.missing(work, "MB not file-backed, more", "BENCH_LARGE=1 does", goal_is)
        return
    first, large = b.full / FIRST, generate("large", CUSTOMERS, 4 * ORDERS) / FIRST
    found = alternate(min(ROUNDS, 3), ours=lambda: b.process("first", [first]),
                      large=lambda: b.process("large", [large]))
    more = [x - y for x, y in zip(each("anon", found["large"]), each("anon", found["ours"]))]
    grown = diff_size(WORK / "large") - diff_size(WORK / "first")
    b.table.add(work, "MB not file-backed, more", more, f"<= {grown:.0f} ({goal_is})",
                f"{middle(each('anon', found['large'])):.0f} MB at their peak")
    shutil.rmtree(WORK / "large")


def next_runs(b):
    first, later = b.full / FIRST, b.full / NEXT
    if not b.no_duckdb:
        kept = duckdb.hashes(first)
    before = peers.sqlite_place("first")
    if not peers.no_sqlite() and not before.exists():
        peers.sqlite("first", first)
    found = alternate(limit=lambda: b.limit(later), ours=lambda: b.process("next", [first, later], b.ready),
                      duckdb=None if b.no_duckdb else lambda: duckdb.duckdb("next", first, later),
                      kept=None if b.no_duckdb else lambda: duckdb.duckdb("kept", kept, later),
                      sqlite=None if peers.no_sqlite() else lambda: peers.sqlite("next", later, before))
    b.against_limit("next full snapshot, 1 % changed", found["ours"], found["limit"], "<= 2.5")
    export = WORK / "next" / "exports" / NEXT
    compared = [("DuckDB", duckdb.place_of(task)) for task in ("next", "kept") if not b.no_duckdb]
    if "sqlite" in found:
        compared.append(("SQLite", peers.sqlite_place("next")))
        peers.same_numbers("SQLite", peers.sqlite_place("next"), b.segments(WORK / "next"))
    for who, place in compared:
        peers.same_totals(who, place, export)
        peers.same_changes(who, place, export)
    b.against_duckdb("which records changed, and totals", found, "duckdb")
    b.against_duckdb("with hashes kept from the first snapshot", found, "kept")
    b.against_sqlite("which records changed, totals and segments, upserted", found)


def same_runs(b):
    first = b.full / FIRST
    same = unchanged(first, DATA / "same" / HOUR)
    found = alternate(limit=lambda: b.limit(same), ours=lambda: b.process("next", [first, same], b.ready))
    b.against_limit("next full snapshot, nothing changed", found["ours"], found["limit"], "<= 1.2")


def hour_runs(b):
    """Hours one after the other, as they come: the state has been written to before, and has free pages."""
    rounds, traced = 3 * ROUNDS, min(ROUNDS, 3)
    large, small = hours(b.full / FIRST, b.small / FIRST, 1 + rounds + traced)
    places = {"large": account("hour", [b.full / FIRST], b.ready),
              "small": account("hour-small", [b.small / FIRST])}
    process(b.program, places["small"])
    coming = {"large": iter(large), "small": iter(small)}
    for place in places.values():
        warm(place)

    def one(name):
        bring(places[name], next(coming[name]))
        return process(b.program, places[name], memory=False)

    copied = {name: one(name)["wall"] * 1e3 for name in places}
    found = alternate(rounds, small=lambda: one("small"), large=lambda: one("large"))
    walls = each("wall", found["large"])
    b.table.add("an hour (500 orders, 200 customers)", f"wall on {ORDERS:,} / on {ORDERS // 20 + 2000:,} orders",
                ratios(walls, each("wall", found["small"])), "<= 1.25",
                f"{middle(each('wall', found['small'])) * 1e3:.0f} ms on the small one; the same customers' "
                "histories and as many who share their addresses in both")
    b.table.add("the same", "ms", [1e3 * w for w in walls], "<= 50",
                f"the first one after the state's file was copied: {copied['large']:.0f} ms (not in the median)")
    sync = []
    for _ in range(traced):
        bring(places["large"], next(coming["large"]))
        sync.append(fsync_time(b.program, places["large"]))
    if sync[0]:
        b.table.add("of it fsync", "ms", [1e3 * s["seconds"] for s in sync], "",
                    f"{sync[-1]['calls']} calls, by strace in runs of their own")
    else:
        b.table.missing("of it fsync", "ms", "strace is not here")


def crowd(name, customers, b):
    """An account with 100 rules, processed once."""
    first = generate(name, customers, max(1000, int(20_000 * SCALE))) / FIRST
    place = account(f"clock-{name}", [first])
    (place / "segments.json").write_text(json.dumps(RULES))
    process(b.program, place)
    return place


def an_hour_later(b, place, number, count=False):
    """Nobody touched, ${number} hours after four in the afternoon: what it took, and whom the clock moved.

    With ${count} also for how many customers the rules were evaluated.
    """
    later = place / "snapshots" / f"202603{1 + (16 + number) // 24:02}T{(16 + number) % 24:02}0000Z"
    later.mkdir()
    write_manifest(later, [])
    evaluated = count_calls("segment_eval", b.countable, place) if count and can_count() else None
    found = process(b.program, place, memory=False)
    path = place / "exports" / later.name / "events.jsonl"
    events = path.read_text().splitlines() if path.exists() else []
    return dict(found, evaluated=evaluated, moved=len({json.loads(e)["fh_id"] for e in events}))


def read_once(path):
    begin = time.monotonic()
    with open(path, "rb", buffering=0) as f:
        while f.read(1 << 20):
            pass
    return time.monotonic() - begin


def clock_runs(b):
    """100 rules; the same orders among many customers and among a tenth of them."""
    many = int(1_000_000 * SCALE)
    large, small = crowd("people", many, b), crowd("people-tenth", many // 10, b)
    state = large / "state" / "data.mdb"
    for place in (large, small):
        warm(place)
        an_hour_later(b, place, 0)
    count = {name: an_hour_later(b, place, 1, count=True) for name, place in (("large", large), ("small", small))}
    rounds = 3 * ROUNDS
    turns = {"large": iter(range(2, 2 + rounds)), "small": iter(range(2, 2 + rounds))}
    found = alternate(rounds, small=lambda: an_hour_later(b, small, next(turns["small"])),
                      large=lambda: an_hour_later(b, large, next(turns["large"])), read=lambda: read_once(state))
    work, measure = f"100 rules, {many:,} customers, an hour later", "customers evaluated / with a tenth of them"
    of, of_tenth = count["large"], count["small"]
    if of["evaluated"] and of_tenth["evaluated"]:
        b.table.add(work, measure, [of["evaluated"] / of_tenth["evaluated"]], "<= 1.3",
                    f"as many are due in both: {of['evaluated']} and {of_tenth['evaluated']} evaluated, "
                    f"{of['moved']} and {of_tenth['moved']} entered or left; gdb counts calls")
    else:
        b.table.missing(work, measure, "gdb is not here", "<= 1.3")
    walls = each("wall", found["large"])
    b.table.add("the same", "processor time / that with a tenth of the customers",
                ratios(each("cpu", found["large"]), each("cpu", found["small"])), "<= 1.3",
                f"{middle(each('cpu', found['large'])) * 1e3:.0f} ms; {middle(each('moved', found['large'])):.0f} "
                f"and {middle(each('moved', found['small'])):.0f} entered or left")
    b.table.add("the same", "wall / reading the state once", ratios(walls, found["read"]), "",
                f"{middle(walls) * 1e3:.0f} ms, a state of {state.stat().st_size >> 20} MB")


def run_unanswered(b, place):
    """The line that each hour's run leaves, by one that nobody answers: port 1 is nobody's."""
    (place / "key").write_text("key\n")
    (place / "key").chmod(0o600)
    (place / "flowstory.json").write_text(json.dumps({
        "base_url": "http://127.0.0.1:1", "client_id": "bench", "api_key_file": "key", "retries": 0}))
    subprocess.run([b.program, "-C", place, "-q", "run"], stderr=subprocess.DEVNULL)
    line = json.loads((place / "runs.jsonl").read_text())
    if not {"disk", "reads"} <= set(line):
        sys.exit(f"bench: the run left {line}")


def command_runs(b):
    """status as the hourly run leaves the account, and where no run ever was."""
    hourly = account("hourly", [b.full / FIRST], b.ready)
    run_unanswered(b, hourly)
    for name, goal, command in (("`status`", "<= 1.5", ["-C", hourly, "status"]),
                                ("`status` where no run ever was", "<= 10", ["-C", b.ready, "status"]),
                                ("`--help`", "<= 10", ["--help"])):
        walls = [timed([b.program, *command], memory=False)["wall"] * 1e3 for _ in range(3 * ROUNDS)]
        b.table.add(name, "ms", walls, goal)


def explain_runs(b):
    """Customers evenly out of those who bought, from who did least to who did most; no file of the account in memory."""
    snapshots = max(20, int(1000 * SCALE))
    made = generate("thousand", max(100, CUSTOMERS // 20), max(1000, ORDERS // 20), "--snapshots", snapshots,
                    "--added", 12)
    place = account("thousand", sorted(made.iterdir()))
    process(b.program, place)
    buyers, count = by_orders(customers_of(made / FIRST), buyers_of(made / FIRST))
    buyers = [id for id in buyers if count[id]]
    chosen = [buyers[i * (len(buyers) - 1) // 8] for i in range(9)]

    def explain(who):
        cool(place)
        return timed([b.program, "-C", place, "explain", who], memory=False)["wall"] * 1e3

    b.table.add("`explain`, no file of the account in memory", "ms", [explain(who) for _ in range(ROUNDS) for who in chosen],
                "<= 50", f"{snapshots:,} snapshots; nine customers with {count[chosen[0]]} to {count[chosen[-1]]:,} orders")


PARTS = {"first": first_runs, "floor": floor_runs, "large": large_runs, "next": next_runs, "same": same_runs, "hour": hour_runs,
         "clock": clock_runs, "commands": command_runs, "explain": explain_runs}


def cpu_model():
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def main():
    wanted = os.environ.get("BENCH_ROWS", ",".join(PARTS)).split(",")
    if len(sys.argv) not in (2, 3) or not set(wanted) <= set(PARTS) or SCALE < 0.01:
        sys.exit(__doc__)
    result = Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "build" / "bench.json")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    b = Bench(Path(sys.argv[1]).resolve())
    for name in wanted:
        PARTS[name](b)
    result.write_text(json.dumps({"machine": {"cpu": cpu_model(), "cores": os.cpu_count()}, "scale": SCALE,
                                  "rounds": ROUNDS, "rows": b.table.rows}, indent=2) + "\n")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
