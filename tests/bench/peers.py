"""Who does the same work beside us: SQLite here, DuckDB in duckdb.py; and whether it is the same work: results are compared."""
import csv, json, os, shutil, sqlite3, sys
from collections import Counter
from measure import ROOT, WORK, timed

SQLITE = f"SQLite {sqlite3.sqlite_version}"
SCRIPT = ROOT / "tests" / "bench" / "sqlite_peer.py"
# our column: theirs
SAME = {"fh_total_spent": "spent", "fh_total_orders": "orders", "fh_last_orderdate": "last_order",
        "fh_products": "products", "fh_categories": "categories"}


def sqlite_place(task):
    return WORK / f"sqlite-{task}"


def sqlite(task, *places):
    shutil.rmtree(sqlite_place(task), ignore_errors=True)
    return timed([sys.executable, SCRIPT, task, *places, sqlite_place(task)])


def no_sqlite():
    """Why it is not measured here; None: it is."""
    return "BENCH_SQLITE=0" if os.environ.get("BENCH_SQLITE") == "0" else None


# is it the same work?

def demand(good, who, what):
    if not good:
        sys.exit(f"bench: {who} and we do not agree: {what}")


def rows_of(path):
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as f:
        yield from csv.DictReader(f)


def contacts_of(export):
    for path in sorted(export.glob("contacts-*.csv")):
        yield from rows_of(path)


def same_totals(who, place, export):
    """Every contact we wrote has their totals, and the sums over all customers are equal to the cent."""
    theirs = {row["id"]: row for row in rows_of(place / "customers.csv")}
    manifest = json.loads((export / "manifest.json").read_text())
    demand(len(theirs) == manifest["counts"]["customers"], who, "number of customers")
    cents = sum(int(row["spent"].replace(".", "")) for row in theirs.values())
    demand(cents == int(manifest["sums"]["profiles"].replace(".", "")), who, "sum of what was spent")
    compared = 0
    for row in contacts_of(export):
        for our, their in SAME.items():
            demand(row[our] == theirs[row["fh_id"]][their], who, f"{our} of {row['fh_id']}")
        compared += 1
    demand(compared == manifest["counts"]["exported"], who, "number of contacts")


def same_changes(who, place, export):
    """As many records added, changed and removed."""
    found = Counter((row["entity"], row["op"]) for row in rows_of(place / "changes.csv"))
    changes = json.loads((export / "manifest.json").read_text())["counts"]["changes"]
    for entity in ("customer", "order"):
        for op in ("added", "changed", "removed"):
            demand(found[entity, op] == changes[f"{entity}s"][op], who, f"{entity}s {op}")


def members_of(place):
    return {path.stem: {row["id"] for row in rows_of(path)} for path in (place / "segments").glob("*.csv")}


def same_numbers(who, place, segments):
    """As many members in each segment: ${segments} is what our command prints."""
    ours = {s["slug"]: s["members"] for s in json.loads(segments)}
    demand(len(ours) == 4 and ours == {slug: len(ids) for slug, ids in members_of(place).items()}, who, "members of segments")


def same_lists(who, place, export):
    """The same people on each list of a whole export, of those who are contacts: ours names no others."""
    contacts = {row["fh_id"] for row in contacts_of(export)}
    for slug, members in members_of(place).items():
        demand({row["fh_id"] for row in rows_of(export / "segments" / f"{slug}.csv")} == members & contacts, who, slug)
