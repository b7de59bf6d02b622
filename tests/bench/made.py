"""The data: accounts from the seeded generator, and snapshots made of their pages."""
import gzip, hashlib, json, os, re, shutil, struct, subprocess, sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import groupby
from measure import DATA, ROOT, WORK, run

FIRST, NEXT, HOUR = "20260301T040000Z", "20260301T050000Z", "20260301T060000Z"


def generate(name, customers, orders, *more):
    """The snapshots of an account of that size, made once."""
    place, part = DATA / name, DATA / (name + ".part")
    if not place.exists():
        print(f"bench: making {name}", file=sys.stderr)
        shutil.rmtree(part, ignore_errors=True)
        run(ROOT / "build" / "generate", "--seed", 7, "--locations", 4, "--customers", customers, "--orders", orders,
            *(more or ("--snapshots", 1)), "--out", part)
        part.rename(place)
    return place / "snapshots"


def iso(name):
    return datetime.strptime(name, "%Y%m%dT%H%M%SZ").isoformat() + "Z"


def write_manifest(place, pages):
    text = {"format": 1, "taken_at": iso(place.name), "finished_at": iso(place.name), "tool": "bench",
            "source": "bench", "pages": pages}
    (place / "manifest.json").write_text(json.dumps(text))


def unchanged(first, place):
    """The pages of ${first} an hour later."""
    if not place.exists():
        shutil.copytree(first, place, copy_function=os.link)
        (place / "manifest.json").unlink()
        write_manifest(place, json.loads((first / "manifest.json").read_text())["pages"])
    return place


# hours

def in_blocks(body, size):
    """The page as fetch stores it: members of so many bytes of text, more or less, that begin with a record; what stands before the first
    record is one of its own, and the last record is one with what stands after it."""
    compact = dict(separators=(",", ":"))
    text = json.dumps(body, **compact).encode()
    records = next(v for v in body.values() if isinstance(v, list))
    n = min((len(text) + size // 2) // size, len(records) - 1)
    if (len(text) + size // 2) // size < 2 or n < 1:
        return gzip.compress(text, 6, mtime=0)
    begins, at = [], text.index(b"[") + 1
    for record in records:
        begins.append(at)
        at += len(json.dumps(record, **compact)) + 1
    first = [0] + [(len(records) - 1) * i // n for i in range(n + 1)]
    cuts = [0] + [begins[i] for i in first[1:]] + [len(text)]
    members = [gzip.compress(text[a:b], 6, mtime=0) for a, b in zip(cuts, cuts[1:])]
    listed = b"".join(struct.pack("<4I", len(m) + (6 + 16 * (n + 2)) * (i == 0), cuts[i + 1] - cuts[i], begins[k] - cuts[i], k)
                      for i, (m, k) in enumerate(zip(members, first)))
    head = members[0][:3] + b"\4" + members[0][4:10] + struct.pack("<H2sH", 4 + len(listed), b"FB", len(listed)) + listed
    return head + members[0][10:] + b"".join(members[1:])


def page_of(place, name, body, **more):
    packed = in_blocks(body, 160 << 10 if "orders" in body else 32 << 10)
    (place / name).write_bytes(packed)
    return {"path": name, "page": 1, "bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest(), **more}


def texts(first, pattern):
    for path in sorted(first.glob(pattern)):
        yield gzip.decompress(path.read_bytes())


def customers_of(first):
    """Records by id."""
    return {c["id"]: c for text in texts(first, "customers-*") for c in json.loads(text)["data"]}


def buyers_of(first):
    """The customer of each order, "" for a guest; not by a JSON reader, which takes a minute for a million."""
    named = re.compile(rb'"customerId":(?:"([^"]*)"|null)')
    return [who.decode() for text in texts(first, "orders-*") for who in named.findall(text)]


def by_orders(people, buyers):
    """Ids of customers, those with the fewest orders first."""
    count = dict.fromkeys(people, 0)
    for who in buyers:
        if who in count:
            count[who] += 1
    return sorted(count, key=lambda id: (count[id], id)), count


def crowds(people):
    """For each customer how many have the same telephone and how many the same email; 0: none, or one that is no one's."""
    def of(c):
        digits = re.sub(r"\D", "", c.get("phone") or "").lstrip("0")
        return digits[-10:], (c.get("email") or "").lower()

    having = Counter((kind, a) for c in people.values() for kind, a in enumerate(of(c)) if a)
    return {id: tuple(having[kind, a] for kind, a in enumerate(of(c))) for id, c in people.items()}


def alike(mine, theirs, my_crowds, their_crowds):
    """partners, each sharing their addresses with as many people; without those of whose like the other account has too few."""
    found = {}
    for crowd in sorted(set(my_crowds.values())):
        ours = [id for id in mine[0] if my_crowds[id] == crowd]
        others = [id for id in theirs[0] if their_crowds[id] == crowd]
        if len(others) >= len(ours):
            found.update(partners((ours, mine[1]), (others, theirs[1])))
    return found


def partners(mine, theirs):
    """For each customer of ${mine} one of ${theirs} who has as many orders, or the nearest number of them.

    Evenly out of all who have as many: customers side by side would lie in few pages of the state.
    """
    (ids, count), (other_ids, other_count) = mine, theirs
    having, found, left = defaultdict(list), {}, []
    for id in other_ids:
        having[other_count[id]].append(id)
    for n, group in groupby(ids, count.get):
        ours, others = list(group), having[n]
        if len(others) < len(ours):
            left += ours
        else:
            found.update((id, others[i * len(others) // len(ours)]) for i, id in enumerate(ours))
    taken = set(found.values())
    free, at = [id for id in other_ids if id not in taken], 0
    for i, id in enumerate(left):
        last = len(free) - (len(left) - i)
        while at < last and other_count[free[at]] < count[id]:
            at += 1
        found[id] = free[at]
        at += 1
    return found


def hour(place, orders, people, number):
    """500 new orders and 200 customers whose points changed, in the hour before the snapshot."""
    place.mkdir(parents=True)
    until = datetime.strptime(place.name, "%Y%m%dT%H%M%SZ")
    since = until - timedelta(hours=1)
    for i, o in enumerate(orders):
        o["id"] = hashlib.sha256(f"{number} {i}".encode()).hexdigest()[:32]
        o["createdAt"] = o["completedOn"] = (since + timedelta(seconds=i)).isoformat() + "Z"
    people = [dict(p, loyaltyPoints=4242 + number) for p in people]
    window = {"kind": "created", "from": since.isoformat() + "Z", "to": until.isoformat() + "Z"}
    write_manifest(place, [
        page_of(place, "customers-0001.json.gz", {"data": people}, resource="customers",
                scope={"kind": "updated", "after": since.date().isoformat()}),
        page_of(place, "orders-L1-0001.json.gz", {"total": len(orders), "orders": orders}, resource="orders",
                location="L1", scope=window)])


def hours(large, small, count):
    """Two lists of hours, for the large and for the small account, that are the same work.

    The buyers of the small account's hours are those of orders taken evenly out of its history, so who buys often
    buys again; in the large account their part is played by customers with as many orders, who share their addresses with as many.
    """
    place = DATA / "hours-alike"
    names = [f"202603{2 + i // 24:02}T{i % 24:02}0000Z" for i in range(count)]
    if not (place / "large" / names[-1]).exists():
        print("bench: making hours", file=sys.stderr)
        shutil.rmtree(place, ignore_errors=True)
        make_hours(place, large, small, names)
    return [place / "large" / n for n in names], [place / "small" / n for n in names]


def make_hours(place, large, small, names):
    accounts = [customers_of(large), customers_of(small)]
    buyers = buyers_of(small)
    large_order, small_order = by_orders(accounts[0], buyers_of(large)), by_orders(accounts[1], buyers)
    partner = alike(small_order, large_order, crowds(accounts[1]), crowds(accounts[0]))
    ids = sorted(partner)
    template = next(json.loads(text)["orders"] for text in texts(small, "orders-L1-*"))[:500]
    for number, name in enumerate(names):
        whose = [buyers[(i * len(buyers) // 500 + number * 7) % len(buyers)] for i in range(500)]
        whose = [who if who in partner else "" for who in whose]
        changed = [ids[(i * len(ids) // 200 + number * 3) % len(ids)] for i in range(200)]
        for size, people, who_is in (("small", accounts[1], lambda id: id), ("large", accounts[0], partner.get)):
            orders = [dict(o, customerId=who_is(who) if who else "") for o, who in zip(template, whose)]
            hour(place / size / name, orders, [people[who_is(id)] for id in changed], number)


# accounts

def account(name, snapshots, ready=None):
    """A fresh account with the snapshots; ${ready}: one that is processed already, to begin from."""
    place = WORK / name
    shutil.rmtree(place, ignore_errors=True)
    (place / "snapshots").mkdir(parents=True)
    if ready is not None:
        for part in ("state", "diffs", "exports", "terms"):
            subprocess.run(["cp", "-r", "--reflink=auto", ready / part, place / part], check=True)
    for s in snapshots:
        bring(place, s)
    return place


def bring(place, snapshot):
    shutil.copytree(snapshot, place / "snapshots" / snapshot.name, copy_function=os.link)


def warm(place):
    """Every file of the account lies in memory."""
    for path in place.rglob("*"):
        if path.is_file():
            path.read_bytes()


def cool(place):
    """No file of the account lies in memory, as far as the system does as it is asked."""
    os.sync()    # what waits for the disk stays
    for path in place.rglob("*"):
        if path.is_file():
            fd = os.open(path, os.O_RDONLY)
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(fd)
