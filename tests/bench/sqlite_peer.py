#!/usr/bin/env python3
"""What a data engineer would write in an afternoon: the same pages into SQLite, with Python's standard library alone.

    sqlite_peer.py first SNAPSHOT OUT           into a new OUT/shop.db
    sqlite_peer.py next SNAPSHOT BEFORE OUT     into a copy of BEFORE/shop.db, whose records that are gone go

Two processes inflate and parse pages, one upserts.  Per customer: what was spent, purchases, the last and the first of
them, the distinct products and categories: OUT/customers.csv.  OUT/segments/ has the members of the four segments
that are built in.  next: also OUT/changes.csv, by a hash of each record's text, which the database keeps.

It does not look for what may be wrong with a record (one that does not fit ends it), prove a page's digest, name the
fields that changed or the page a value came from, keep what was, or clean names, phones, addresses and emails into
contacts.
"""
import concurrent.futures, csv, gzip, hashlib, json, re, shutil, sqlite3, sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

CUSTOMER = ("type", "name", "email", "phone", "streetAddress1", "streetAddress2", "city", "state", "zip", "birthDate",
            "isLoyal", "loyaltyPoints", "medId")
SCHEMA = f"""
CREATE TABLE customer (id TEXT PRIMARY KEY, hash BLOB, {', '.join(CUSTOMER)});
CREATE TABLE sale (id TEXT PRIMARY KEY, hash BLOB, customer TEXT, moment TEXT, completed INT, purchase INT, cents INT);
CREATE TABLE item (sale TEXT, product TEXT, category TEXT);
CREATE INDEX item_of ON item (sale);
"""
CENT = Decimal("0.01")


# a page: its records, each with the hash of its text

def records_of(text, member):
    """(hash, record) of each element of the array that is the member."""
    decode, gap = json.JSONDecoder(parse_float=Decimal).raw_decode, re.compile(r"[\s,]*")
    at = re.compile(rf'"{member}"\s*:\s*\[').search(text).end()
    while text[at := gap.match(text, at).end()] != "]":
        record, end = decode(text, at)
        yield hashlib.blake2b(text[at:end].encode(), digest_size=16).digest(), record
        at = end


def moment_of(text):
    """Whole seconds of UTC."""
    return text[:19] + "Z" if text.endswith("Z") else \
        datetime.fromisoformat(text).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def sale_of(hash, o):
    status = (o.get("orderStatus") or "").lower()
    total = (o.get("totals") or {}).get("finalTotal")
    cents = None if total is None else int(Decimal(total).quantize(CENT, ROUND_HALF_UP) * 100)
    completed = not (o.get("voided") or status == "voided") and status in ("sold", "completed")
    purchase = completed and not o.get("originalSaleId") and cents >= 0
    goods = {(i.get("productName") or i.get("title1"), i.get("category") or i.get("type"))
             for i in o.get("itemsInCart") or () if purchase and not i.get("voided")}
    return ((o["id"], hash, o.get("customerId") or "", moment_of(o.get("completedOn") or o["createdAt"]), completed, purchase,
             cents), goods)


def customer_of(hash, c):
    return c["id"], hash, *(str(v) if isinstance(v := c.get(name), Decimal) else v for name in CUSTOMER)


def read(path):
    text = gzip.decompress(path.read_bytes()).decode()
    if path.name.startswith("customers"):
        return "customer", [customer_of(*r) for r in records_of(text, "data")]
    return "sale", [sale_of(*r) for r in records_of(text, "orders")]


# the database

def upsert(db, kind, rows, columns):
    """Rows whose hash is another one; the ids of all in seen, of those in changes, too."""
    db.executemany(f"INSERT OR IGNORE INTO seen_{kind} VALUES (?)", ((r[0],) for r in rows))
    known = {}
    for i in range(0, len(rows), 500):
        ids = [r[0] for r in rows[i:i + 500]]
        known.update(db.execute(f"SELECT id, hash FROM {kind} WHERE id IN ({','.join('?' * len(ids))})", ids))
    new = [r for r in rows if known.get(r[0]) != r[1]]
    db.executemany("INSERT INTO changes VALUES (?, ?, ?)",
                   ((kind, r[0], "changed" if r[0] in known else "added") for r in new))
    db.executemany(f"INSERT INTO {kind} VALUES ({','.join('?' * columns)}) ON CONFLICT (id) DO UPDATE SET " +
                   ", ".join(f"{c} = excluded.{c}" for c in columns_of(db, kind)[1:]), new)
    return {r[0] for r in new}


def columns_of(db, table):
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def load(db, snapshot):
    pages = sorted(p for p in snapshot.glob("*-*.json.gz") if not p.name.startswith("locations"))
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        for kind, rows in pool.map(read, pages, chunksize=8):
            if kind == "customer":
                upsert(db, kind, rows, 2 + len(CUSTOMER))
                continue
            new = upsert(db, kind, [sale for sale, _ in rows], 7)
            db.executemany("DELETE FROM item WHERE sale = ?", ((id,) for id in new))
            db.executemany("INSERT INTO item VALUES (?, ?, ?)",
                           ((sale[0], *good) for sale, goods in rows if sale[0] in new for good in goods))
    for kind in ("customer", "sale"):
        gone = f"FROM {kind} WHERE id NOT IN (SELECT id FROM seen_{kind})"
        db.execute(f"INSERT INTO changes SELECT '{kind}', id, 'removed' {gone}")
        if kind == "sale":
            db.execute(f"DELETE FROM item WHERE sale IN (SELECT id {gone})")
        db.execute(f"DELETE {gone}")


def lists(name):
    return f"""SELECT customer, group_concat(replace({name}, ';', ','), ';') AS list FROM
        (SELECT DISTINCT customer, {name} FROM sale JOIN item ON sale.id = item.sale
        WHERE purchase AND customer <> '' AND {name} <> '' ORDER BY customer, {name}) GROUP BY customer"""


def aggregate(db):
    db.executescript(f"""
CREATE TEMP TABLE totals AS SELECT customer, sum(cents) FILTER (WHERE completed) AS spent,
    count(*) FILTER (WHERE purchase) AS orders, max(moment) FILTER (WHERE purchase) AS last_order,
    min(moment) FILTER (WHERE purchase) AS first_order FROM sale WHERE customer <> '' GROUP BY customer;
CREATE TEMP TABLE result AS SELECT c.id, {', '.join(CUSTOMER)}, coalesce(spent, 0) AS spent,
    coalesce(orders, 0) AS orders, last_order, first_order, p.list AS products, g.list AS categories
    FROM customer c LEFT JOIN totals t ON c.id = t.customer LEFT JOIN ({lists('product')}) p ON c.id = p.customer
    LEFT JOIN ({lists('category')}) g ON c.id = g.customer ORDER BY c.id;
""")


def dollars(cents):
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def write(path, head, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f)
        out.writerow(head)
        out.writerows(rows)


def export(db, as_of, out):
    ago = lambda days: (as_of - timedelta(days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    segments = {"not-ordered-60-days": f"orders >= 1 AND last_order < '{ago(60)}'",
                "new-30-days": f"first_order >= '{ago(30)}'",
                "ordered-more-than-once": "orders > 1", "spent-more-than-100": "spent > 10000"}
    head = columns_of(db, "result")
    spent = head.index("spent")
    write(out / "customers.csv", head, ((*row[:spent], dollars(row[spent]), *row[spent + 1:])
                                        for row in db.execute("SELECT * FROM result")))
    for slug, where in segments.items():
        write(out / "segments" / f"{slug}.csv", ["id"], db.execute(f"SELECT id FROM result WHERE {where}"))
    write(out / "changes.csv", ["entity", "id", "op"],
          db.execute("SELECT replace(entity, 'sale', 'order'), id, op FROM changes ORDER BY 1, 2"))


def main(task, snapshot, *places):
    snapshot, out = Path(snapshot), Path(places[-1])
    out.mkdir(parents=True)
    if task == "next":
        shutil.copyfile(Path(places[0]) / "shop.db", out / "shop.db")
    db = sqlite3.connect(out / "shop.db")
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;"
                     "PRAGMA temp_store = MEMORY;")
    if task == "first":
        db.executescript(SCHEMA)
    db.executescript("CREATE TEMP TABLE seen_customer (id TEXT PRIMARY KEY) WITHOUT ROWID;"
                     "CREATE TEMP TABLE seen_sale (id TEXT PRIMARY KEY) WITHOUT ROWID;"
                     "CREATE TEMP TABLE changes (entity, id, op);")
    load(db, snapshot)
    db.commit()
    aggregate(db)
    export(db, datetime.strptime(snapshot.name, "%Y%m%dT%H%M%SZ"), out)
    db.commit()
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
