#!/usr/bin/env python3
"""The bench itself, on 10,000 orders, once around and without DuckDB: the table is Markdown, nothing is missing.

test_bench.py PROGRAM; needs build/generate.
"""
import io, json, os, subprocess, sys, tempfile
from contextlib import redirect_stdout
from pathlib import Path

os.environ.update(BENCH_SCALE="0.01", BENCH_ROUNDS="1", BENCH_DUCKDB="0")
os.environ.pop("BENCH_ROWS", None)
import made, measure

HERE = Path(__file__).resolve().parent
FIELDS = {"work", "measure", "values", "median", "least", "most", "goal", "met", "note"}
# what each row begins with
ROWS = ["first full snapshot", "the same", "from 1 to 2 threads", "DuckDB", "SQLite", "the same", "the same",
        *["the floor of a first run"] * 4, "first full snapshot", "from 10,000 to 40,000 orders",
        "next full snapshot, 1 % changed", "DuckDB", "DuckDB", "SQLite", "the same", "the same",
        "next full snapshot, nothing changed", "an hour", "the same", "of it fsync", "100 rules, 10,000 customers", "the same", "the same",
        "`status`", "`status` where", "`--help`", "`explain`"]
passed = failed = 0


def check(good, what):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("FAILED:", what)


def goals_are_computed():
    for goal, values, met in (("<= 3", [2, 3, 9], True), ("<= 3", [1, 3.001, 4], False), (">= 1.7", [1.7], True),
                              (">= 1.7", [1.69], False), ("<= 12 (as the diff)", [13], False), ("", [1], None)):
        with redirect_stdout(io.StringIO()):
            table = measure.Table()
            table.add("w", "m", values, goal)
        check(table.rows[0]["met"] is met, f"goal {goal!r} of {values}")


def partners_match():
    few, many = made.by_orders("ab", ["b", "b"]), made.by_orders("vwxyz", ["w", "x", "y", "y", "z", "z", "z"])
    check(made.partners(few, many) == {"a": "v", "b": "y"}, "a partner has as many orders")
    most = made.by_orders("ab", ["a"] * 9 + ["b"] * 8)
    check(made.partners(most, many) == {"b": "y", "a": "z"}, "nobody has as many: the nearest")
    all_alike = made.by_orders("stuvwx", "stuvwx")
    check(made.partners(made.by_orders("ab", "ab"), all_alike) == {"a": "s", "b": "v"}, "evenly out of who has as many")


def partners_share_alike():
    people = {"a": {"phone": "(303) 555-1"}, "b": {"phone": "3035551", "email": "B@x"}, "c": {"email": "b@X"}, "d": {"phone": "000"}}
    crowds = made.crowds(people)
    check(crowds == {"a": (2, 0), "b": (2, 2), "c": (0, 2), "d": (0, 0)}, f"how many share an address: {crowds}")
    mine, theirs = made.by_orders("ab", ["a"]), made.by_orders("vwx", ["v", "w"])
    found = made.alike(mine, theirs, {"a": (1, 0), "b": (2, 0)}, {"v": (2, 0), "w": (1, 0), "x": (1, 0)})
    check(found == {"a": "w", "b": "v"}, "a partner shares with as many")
    found = made.alike(mine, theirs, {"a": (9, 0), "b": (1, 0)}, {"v": (1, 0), "w": (1, 0), "x": (1, 0)})
    check(found == {"b": "x"}, "who has no like is left out")


def table_is_whole(program):
    with tempfile.TemporaryDirectory() as place:
        result = Path(place) / "bench.json"
        p = subprocess.run([sys.executable, HERE / "bench.py", program, result], capture_output=True, text=True)
        check(p.returncode == 0, p.stderr)
        rows = json.loads(result.read_text())["rows"] if result.exists() else []
    lines = p.stdout.splitlines()
    check([line.count("|") for line in lines] == [7] * len(lines), "a table of six columns and nothing else")
    check(len(lines) == 2 + len(rows), "a line a row")
    check(len(rows) == len(ROWS) and all(r["work"].startswith(w) for r, w in zip(rows, ROWS)),
          f"the rows: {[r['work'] for r in rows]}")
    for r in rows:
        name = f"{r['work']}, {r['measure']}"
        check(set(r) == FIELDS, f"{name}: fields")
        check(bool(r["values"]) != r["note"].startswith("not measured"), f"{name}: measured, or says why not")
        check((r["met"] is None) == (not r["goal"] or not r["values"]), f"{name}: met or not")
        check(not r["values"] or 0 < r["least"] <= r["median"] <= r["most"], f"{name}: a figure")


goals_are_computed()
partners_match()
partners_share_alike()
table_is_whole(Path(sys.argv[1]).resolve())
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
