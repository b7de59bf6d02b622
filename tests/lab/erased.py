"""What an erased account is held against: pages element by element, rows of everybody else, and a search of every byte.

Nothing here asks the program: it is the second opinion.
"""
import csv
import gzip
import io
import json
import os
import re

ORDER = {'id', '_id', 'orderId', 'clientId', 'locationId', 'createdAt', 'completedOn', 'orderStatus', 'orderType', 'voided', 'originalSaleId', 'totals', 'itemsInCart',
         'budtender'}
ITEM = {'id', 'productName', 'title1', 'category', 'type', 'brand', 'quantity', 'unitPrice', 'totalPrice', 'totalDiscounts', 'voided'}


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def files(root):
    return sorted(os.path.relpath(os.path.join(d, n), root) for d, _, names in os.walk(root) for n in names)


def inflated(data):
    return gzip.decompress(data) if data[:2] == b'\x1f\x8b' else data


def list_at(text, names):
    """Where the list of the first of these members begins that the body has; 0: nowhere, or it is a list itself."""
    found, depth, at = {}, 0, 0
    while at < len(text):
        c = text[at:at + 1]
        if c == b'"':
            end = at + 1
            while text[end:end + 1] != b'"':
                end += 2 if text[end:end + 1] == b'\\' else 1
            behind = re.compile(rb'\s*:\s*').match(text, end + 1)
            if depth == 1 and behind:
                found[text[at + 1:end].decode('utf-8', 'replace')] = behind.end()
            at = end
        depth += (c in b'[{') - (c in b']}')
        at += 1
    return next((found[n] for n in names if n in found), 0) if text.lstrip()[:1] == b'{' else 0


def elements(text, resource='customers'):
    """The elements of a page's list, as they stand there; a body without a list is one."""
    at = list_at(text, [resource, 'data'])
    if at > 0 and text[at:at + 1] != b'[':
        return []
    depth, in_string, begin, found, opened = 0, False, None, [], None
    while at < len(text):
        c = text[at:at + 1]
        if in_string:
            at += c == b'\\'
            in_string = c != b'"'
        elif c == b'"':
            in_string = True
        elif c in b'[{':
            depth += 1
            if c == b'[' and opened is None:
                opened, begin = depth, at + 1
        elif c in b']}' or (c == b',' and depth == opened):
            if opened is not None and depth == opened:
                found.append(text[begin:at].strip())
                begin = at + 1
                if c == b']':
                    return found if found != [b''] else []
            if c != b',':
                depth -= 1
        at += 1
    return [text.strip()]


def single(text):
    """The one record of a body that is one, or holds it under a name or in a list."""
    whole = text.decode('utf-8', 'surrogateescape')
    named = re.match(r'\s*\{(?:\s*"status"\s*:\s*\d+\s*,)?\s*"(?:customer|data)"\s*:\s*', whole)
    at = named.end() if named else len(whole) - len(whole.lstrip())
    if whole[at] == '[':
        return elements(text)
    try:
        end = json.JSONDecoder(strict=False).raw_decode(whole, at)[1]
    except ValueError:
        end = len(whole.rstrip())
    return [whole[at:end].encode('utf-8', 'surrogateescape')]


def pages(account):
    """{(snapshot, page): (resource, elements)}."""
    found = {}
    root = os.path.join(account, 'snapshots')
    for ident in sorted(n for n in os.listdir(root) if n[0] != '.' and n != 'pruned.jsonl.gz'):
        with open(os.path.join(root, ident, 'manifest.json'), encoding='utf-8') as f:
            manifest = json.load(f)
        for page in manifest['pages']:
            if page['resource'] != 'locations':
                text = inflated(read(os.path.join(root, ident, page['path'])))
                found[ident, page['path']] = (page['resource'], single(text) if page['resource'] == 'customer' else elements(text, page['resource']))
    return found


def bases(account):
    """{(base, entity, id): the record's text}, of every base."""
    found = {}
    root = os.path.join(account, 'bases')
    for base in sorted(os.listdir(root)) if os.path.exists(root) else ():
        manifest = json.loads(read(os.path.join(root, base, 'manifest.json')))
        names = [f['path'] for f in manifest['files'] if f['path'].startswith(('customers-', 'orders-'))]
        for number, name in enumerate(names):
            resource = name.split('-')[0]
            texts = elements(gzip.decompress(read(os.path.join(root, base, name))), resource)
            lines = gzip.decompress(read(os.path.join(root, base, 'origins-%04d.jsonl.gz' % (number + 1)))).splitlines()
            assert len(texts) == len(lines), name
            for text, line in zip(texts, lines):
                origin = json.loads(line)
                found[base, origin['entity'], origin['id']] = text
    return found


def value_of(text):
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None


def ident_of(value, names):
    """The id by the chain of names, as contract section 3 has it."""
    for name in names:
        v = value.get(name)
        v = re.sub(r'^[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c]+|[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u061c]+$', '', v) if isinstance(v, str) else v
        if v not in (None, ''):
            return re.sub(r'^(-?\d+)\.0+$', r'\1', v) if isinstance(v, str) else None
    return None


def owner(resource, text):
    """The customer whose record it is, or who bought; None: nobody, or it cannot be told."""
    value = value_of(text)
    if not isinstance(value, dict):
        return None
    return ident_of(value, ['customerId']) if resource == 'orders' else ident_of(value, ['id', '_id'])


def structure(lab, what, before, after, ids):
    """Everybody else's records stand where they stood, with their bytes; theirs are null, or orders that name nobody."""
    wrong = []
    for key, (resource, was) in before.items():
        theirs = [owner(resource, e) in ids for e in was]
        if key not in after:
            if not all(t or e == b'[]' for t, e in zip(theirs, was)):  # the answer to a question after them may be empty
                wrong.append((key, 'gone'))
            continue
        now = after[key][1]
        if len(now) != len(was):
            wrong.append((key, 'has %d, not %d' % (len(now), len(was))))
            continue
        for n, (x, y) in enumerate(zip(was, now)):
            if x == y and not theirs[n]:
                continue
            if theirs[n] and resource != 'orders':
                good = y == b'null'
            elif theirs[n]:
                good = guest(value_of(x), value_of(y))
            else:
                good = y in (b'{}',) or value_of(y) is not None and value_of(x) is not None or y.startswith(b'{"id":')
            if not good:
                wrong.append((key, n, x[:300], y[:300]))
    lab.check(what + ': pages', not wrong, wrong[:3])


def guest(was, now):
    """Only members of the list, with their values."""
    if not isinstance(now, dict) or not set(now) <= ORDER or {k for k in ORDER if k in was} != set(now):
        return False
    for name in set(now) - {'totals', 'itemsInCart'}:
        if now[name] != was[name] and now[name] not in (None, []):
            return False
    items = zip(was.get('itemsInCart') or [], now.get('itemsInCart') or []) if isinstance(was.get('itemsInCart'), list) else []
    return all(not isinstance(y, dict) or set(y) <= ITEM and all(y[k] == x[k] or y[k] in (None, []) for k in y) for x, y in items)


def table(path):
    text = read(path).decode('utf-8').removeprefix('\ufeff')
    rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    return [dict(zip(rows[0], r)) for r in rows[1:]]


def exported(account):
    """{(snapshot, file): rows}, of all files that are about somebody."""
    found = {}
    root = os.path.join(account, 'exports')
    for name in files(root):
        path = os.path.join(root, name)
        ident, _, file = name.partition('/')
        file = re.sub(r'-\d{4}', '', file)
        if file.endswith('.csv') and file != 'fields.csv':
            found.setdefault((ident, file), []).extend(table(path))
        elif file == 'events.jsonl':
            found.setdefault((ident, file), []).extend(json.loads(line) for line in read(path).split(b'\n') if line)
    return found


def sums(account):
    root = os.path.join(account, 'exports')
    return {i: json.loads(read(os.path.join(root, i, 'manifest.json')))['sums'] for i in sorted(os.listdir(root))}


def people(rows):
    """{fh_id: the addresses they were ever written with}."""
    found = {}
    for (_, file), list_ in rows.items():
        for r in list_:
            if r.get('fh_id'):
                there = found.setdefault(r['fh_id'], set())
                for name in ('Email address', 'Mobile number', 'Old email address', 'Old mobile number', 'New email address', 'New mobile number', 'email', 'mobile'):
                    if r.get(name):
                        there.add(r[name].lstrip("'"))
    return found


def about(row):
    return row.get('fh_id') or row.get('id')


def others_equal(lab, what, before, after, left_out, addresses):
    """The rows of everybody but them and whoever shares an address with them; these are their addresses."""

    def kept(rows, file):
        if file == 'opt-outs.csv':
            return sorted(str(r) for r in rows if not set(r.values()) & addresses)
        if file == 'dropped.csv':
            return sorted(str(r) for r in rows if r['entity'] == 'customer' and r['id'] not in left_out)
        return sorted(str(r) for r in rows if about(r) not in left_out)
    wrong = []
    for key in sorted(set(before) | set(after)):
        x, y = kept(before.get(key, []), key[1]), kept(after.get(key, []), key[1])
        if x != y:
            wrong.append((key, sorted(set(x) ^ set(y))[:2]))
    lab.check(what + ': the rows of others', not wrong, wrong[:3])


def hits(account, needle, skip=()):
    """The files that hold these bytes in any case, inflated, or in their names; an id like c00500 not within a hash of a journal, which has one by chance."""
    needle = needle.lower().encode()
    whole = re.compile(rb'(?<![0-9a-f])' + re.escape(needle) + rb'(?![0-9a-f])')
    found = []
    for name in files(account):
        if name in skip or name.endswith('.suppress.txt'):
            continue
        data = read(os.path.join(account, name))
        if name.startswith('push/journal-'):
            data = b'\n'.join(whole.findall(data.lower()))
        if needle in name.lower().encode() or needle in data.lower() or data[:2] == b'\x1f\x8b' and needle in inflated(data).lower():
            found.append(name)
    return found


def digits_in(account, digits):
    """The files that hold this number, with marks between its digits or not."""
    form = re.compile(rb'(?<!\d)1?' + rb'[ ().\-/]{0,3}'.join(b'%c' % ord(d) for d in digits) + rb'(?!\d)')
    found = []
    for name in files(account):
        if name.endswith('.suppress.txt') or name.startswith('state/'):
            continue
        if form.search(inflated(read(os.path.join(account, name)))):
            found.append(name)
    return found


def orders(account):
    """Every order's record, of snapshots and of bases."""
    texts = [e for resource, list_ in pages(account).values() if resource == 'orders' for e in list_]
    texts += [text for key, text in bases(account).items() if key[1] == 'order']
    return [v for v in map(value_of, texts) if isinstance(v, dict)]


def is_order(account, ident):
    """Whether an order is called so: that names nobody."""
    return any(ident in (ident_of(v, [n]) for n in ('id', '_id', 'orderId')) for v in orders(account))


AN_ORDER = rb'"entity":"order","id":"%s"|^order,%s,|^\["versions",\[1,"%s"|^\["noted",\[(?:0,"\\u0003|1,")%s"|^\["former_orders",\[\d+,"%s"'  # in diffs, origins and the quarantine, in dropped.csv, in a base's memory
IN_ORDERS = rb'"(?:_?id|orderid|originalsaleid)"\s*:\s*"[^"]*%s[^"]*"'                                 # in pages of orders


def id_hits(account, ident):
    """The files that hold a customer's id; where an order is called so, not as that order's."""
    found = hits(account, ident)
    if not is_order(account, ident):
        return found
    needle = ident.lower().encode()

    def rest(name):
        form = IN_ORDERS if os.path.basename(name).startswith('orders-') else AN_ORDER
        return re.sub(form.replace(b'%s', re.escape(needle)), b'', inflated(read(os.path.join(account, name))).lower(), flags=re.M)
    return [n for n in found if not n.startswith('state/') and needle in rest(n)]


def held_by_others(account, needle):
    """Whether a record of some customer (theirs are null by now) holds the address, a number in any form."""
    texts = [json.dumps(value_of(e), ensure_ascii=False).lower() for resource, list_ in pages(account).values() if resource != 'orders' for e in list_]
    if needle.startswith('+'):
        return any(needle[-10:] in re.sub(r'[^0-9@]', '', t) for t in texts)
    return any(needle.lower() in t for t in texts)
