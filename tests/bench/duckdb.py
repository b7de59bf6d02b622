"""DuckDB beside us: installed once into build/bench/duckdb, run by duckdb.js, its results held against ours."""
import csv, json, os, platform, shutil, subprocess, sys
from collections import Counter
from measure import ROOT, WORK, run, timed

VERSION = "1.5.6"
PACKAGE = f"{VERSION}-r.1"
SYSTEM = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
PACKAGES = (f"@duckdb/node-api@{PACKAGE}", f"@duckdb/node-bindings@{PACKAGE}",
            f"@duckdb/node-bindings-linux-{SYSTEM}@{PACKAGE}", "detect-libc@2.1.2")
MODULES = ROOT / "build" / "bench" / "duckdb"
SCRIPT = ROOT / "tests" / "bench" / "duckdb.js"
# our column: theirs
SAME = {"fh_total_spent": "spent", "fh_total_orders": "orders", "fh_last_orderdate": "last_order",
        "fh_products": "products", "fh_categories": "categories"}


def why_not():
    """Why it cannot be measured here; None: it can, and is installed."""
    if os.environ.get("BENCH_DUCKDB") == "0":
        return "BENCH_DUCKDB=0"
    if not shutil.which("node") or not shutil.which("npm"):
        return "node is not here"
    if not (MODULES / "node_modules" / "@duckdb" / "node-api").exists():
        return install()
    return None


def install():
    print("bench: installing DuckDB for node", file=sys.stderr)
    part = MODULES.with_name("duckdb.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "package.json").write_text('{"private": true}\n')
    p = subprocess.run(["npm", "install", "--save-exact", "--no-package-lock", "--ignore-scripts", "--no-audit",
                        "--no-fund", *PACKAGES], cwd=part, capture_output=True, text=True)
    if p.returncode != 0:
        print(p.stderr, file=sys.stderr)
        return f"npm cannot install {PACKAGES[0]}"
    part.rename(MODULES)
    return None


def place_of(task):
    return WORK / f"duckdb-{task}"


def duckdb(task, *places):
    shutil.rmtree(place_of(task), ignore_errors=True)
    return timed(["node", SCRIPT, MODULES, task, *places, place_of(task)])


def hashes(snapshot):
    """What `kept` begins with."""
    run("node", SCRIPT, MODULES, "hashes", snapshot, place_of("hashes"))
    return place_of("hashes") / "hashes.parquet"


# is it the same work?

def demand(good, what):
    if not good:
        sys.exit(f"bench: DuckDB and we do not agree: {what}")


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as f:
        yield from csv.DictReader(f)


def same_totals(export, task):
    """Every contact we wrote has DuckDB's totals, and the sums over all customers are equal to the cent."""
    csv.field_size_limit(1 << 30)
    theirs = {row["id"]: row for row in rows_of(place_of(task) / "customers.csv")}
    manifest = json.loads((export / "manifest.json").read_text())
    demand(len(theirs) == manifest["counts"]["customers"], "number of customers")
    cents = sum(int(row["spent"].replace(".", "")) for row in theirs.values())
    demand(cents == int(manifest["sums"]["profiles"].replace(".", "")), "sum of what was spent")
    compared = 0
    for path in sorted(export.glob("contacts-*.csv")):
        for row in rows_of(path):
            for our, their in SAME.items():
                demand(row[our] == theirs[row["fh_id"]][their], f"{our} of {row['fh_id']}")
            compared += 1
    demand(compared == manifest["counts"]["exported"], "number of contacts")


def same_changes(export, task):
    """As many records added, changed and removed."""
    found = Counter((row["entity"], row["op"]) for row in rows_of(place_of(task) / "changes.csv"))
    changes = json.loads((export / "manifest.json").read_text())["counts"]["changes"]
    for entity in ("customer", "order"):
        for op in ("added", "changed", "removed"):
            demand(found[entity, op] == changes[f"{entity}s"][op], f"{entity}s {op}")
