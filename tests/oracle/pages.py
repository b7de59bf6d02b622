"""One snapshot of the invented account: what is read of the world, and the pages and manifest it is written as.
"""
import gzip
import hashlib
import json
import os

from faults import faulty
from spelling import DAY, SECOND, Num, Style, iso


class Snapshot:
    """Pages and manifest of one fetch."""

    def __init__(self, world, taken, folder):
        self.w = world
        self.rng = world.rng
        self.taken = taken
        self.folder = folder
        self.entries = []
        self.numbers = {}

    def write(self):
        os.makedirs(self.folder)
        parts = [self.customers, self.people, self.orders]
        if self.w.nasty and self.rng.random() < 0.4:
            self.rng.shuffle(parts)
        if self.rng.random() < 0.3:
            self.locations()
        for part in parts:
            part()
        manifest = {'format': 1, 'taken_at': iso(self.taken, 0), 'finished_at': iso(self.taken + SECOND * 9, 0), 'tool': 'nasty',
                    'source': 'https://api.flowhub.co', 'pages': self.entries}
        with open(os.path.join(self.folder, 'manifest.json'), 'w', encoding='utf-8') as f:
            json.dump(manifest, f, indent=self.rng.choice([None, 1]), ensure_ascii=False)

    # ---- what is read

    def locations(self):
        w, rng = self.w, self.rng
        if rng.random() < 0.15:
            w.place_names[rng.choice(w.locations)] = rng.choice(['Renamed', 'UPTOWN', '', None, Num('5')])
        forms = [b'{"importId":%s,"locationName":%s,"zip":1}', b'{"locationId":%s,"locationName":%s}', b'{"importId":%s,"locationId":"x","locationName":%s}']
        listed = []
        for place in w.locations:
            style = Style(rng, False)
            listed.append(rng.choice(forms[:1] * 3 + forms) % (style.dump(place).encode(), style.dump(w.place_names.get(place)).encode()))
        if w.nasty and rng.random() < 0.3:
            listed.append(rng.choice([b'5', b'{"importId":"L1","importId":"L1"}', b'{"importId":{}}', b'nope', b'{}']))
        body = b'{"status":200,"data":[' + b','.join(listed) + b',null]}'
        self.page('locations', 'locations', {'kind': 'all'}, None, body, len(self.w.locations))

    def customers(self):
        w, rng = self.w, self.rng
        everyone = [k for k in sorted(w.customers) if k not in w.hidden]
        rng.shuffle(everyone)
        first = not w.before
        if first and rng.random() < 0.9 or rng.random() >= w.p['windows']:
            self.read('customers', everyone, {'kind': 'all'}, None)
        if not first and rng.random() < 0.7:
            changed = [k for k in everyone if w.before.get(('customer', k)) is not w.customers[k]]
            extra = rng.sample(everyone, min(len(everyone), rng.randint(0, 3)))
            self.read('customers', sorted(set(changed + extra)), {'kind': 'updated', 'after': self.taken.strftime('%Y-%m-%d')}, None)

    def people(self):
        """Customers read one by one."""
        w, rng = self.w, self.rng
        if not w.p['windows']:
            return
        for key in sorted(w.hidden & set(w.customers)) + rng.sample(sorted(w.customers), min(len(w.customers), 2)):
            if rng.random() >= 0.4:
                continue
            record = w.customers[key]
            good = rng.random() >= w.p['fault']
            text = w.spelled('customer', key, record) if good else faulty(w, 'customer', record)
            kinds = [b'{"customer":%s}', b'{"data":%s}', b'{"data":[%s]}', b'[%s]', b' %s ', b'{"status":200,"customer":%s}']
            if not text.startswith(b'{') or not text.endswith(b'}') or not good:
                kinds = kinds[2:4]
            self.page('customer', 'customer-%d' % len(self.entries), {'kind': 'id', 'id': key}, None, rng.choice(kinds).replace(b'%s', text), 1)
        if rng.random() < 0.1:
            body = rng.choice([b'{"data":null}', b'{"customer":null}', b'[]', b'[null]'])
            self.page('customer', 'customer-none%d' % len(self.entries), {'kind': 'id', 'id': 'gone'}, None, body, 0)

    def orders(self):
        w, rng = self.w, self.rng
        first = not w.before
        for place in w.locations:
            here = [k for k in sorted(w.orders) if w.orders[k][1] == place]
            here.sort(key=lambda k: (w.orders[k][2], k))
            if first and rng.random() < 0.85 or rng.random() >= w.p['windows']:
                self.read('orders', here, {'kind': 'all'}, place)
                if rng.random() < 0.8:
                    continue
            for _ in range(rng.choice([0, 1, 1, 2])):
                self.window(place, here)
        if w.p['windows'] and rng.random() < 0.1:       # pages without a location form one of their own
            keys = rng.sample(sorted(w.orders), min(3, len(w.orders)))
            self.w.budget['order'] -= 3 if self.w.budget['order'] >= 3 else 0
            scope = {'kind': 'updated'}
            self.read('orders', keys, scope, None)

    def window(self, place, here):
        """A window; what is read may be wider than what is claimed."""
        w, rng = self.w, self.rng
        end = self.taken + DAY * rng.choice([0, 1, 1, -10])
        begin = end - DAY * rng.choice([1, 3, 7, 35, 100])
        begin = begin.replace(hour=0, minute=0, second=0)
        if w.nasty and w.orders and rng.random() < 0.3:      # a bound that is exactly an order's time
            edge = w.orders[rng.choice(sorted(w.orders))][2]
            if edge < end:
                begin = edge
        wide = DAY * rng.choice([0, 1, 2]) if w.p['windows'] else DAY * 0
        keys = [k for k in here if begin - wide <= w.orders[k][2] < end + wide]
        self.read('orders', keys, {'kind': 'created', 'from': self.bound(begin), 'to': self.bound(end)}, place)

    def bound(self, moment):
        return iso(moment, 6 if moment.microsecond else 0)

    # ---- how it is written

    def read(self, resource, keys, scope, place):
        """Records as pages: some twice, some faulty, some null."""
        w, rng = self.w, self.rng
        entity = 'customer' if resource == 'customers' else 'order'
        self.fault = rng.choice([0, 0, 1, 2]) * w.p['fault']      # a scope without faults is what proves absence
        self.readable = rng.random() < 0.4
        store = w.customers if entity == 'customer' else {k: v[0] for k, v in w.orders.items()}
        if rng.random() < w.p['calm']:
            self.read_calmly(resource, keys, scope, place, store)
            return
        texts = []
        for key in keys:
            self.copies(texts, entity, key, store[key])
        size = rng.choice([5, 20, 50, 500])
        pages = [texts[i:i + size] for i in range(0, len(texts), size)]
        if not pages or rng.random() < 0.15:
            pages.append([])
        name = self.name(resource, scope, place)
        for texts in pages:
            body = self.envelope(resource, texts)
            self.page(resource, name, scope, place, body, len(texts))

    def name(self, resource, scope, place):
        return resource if place is None else 'orders-%s-%s' % (place.replace(' ', '_').replace('ö', 'o'), scope.get('from', 'all')[:10])

    def read_calmly(self, resource, keys, scope, place, store):
        """A page whose records are all as they were has the bytes it had; in another order at times, one of them twice."""
        w, rng = self.w, self.rng
        entity = 'customer' if resource == 'customers' else 'order'
        keys, pages = sorted(keys), []
        for chunk in [keys[i:i + 7] for i in range(0, len(keys), 7)]:
            records = [store[k] for k in chunk]
            known = w.calm.get((resource, chunk[0]))
            if known is None or known[0] != chunk or any(a is not b for a, b in zip(known[1], records)) or rng.random() < 0.1:
                texts = []
                for key, record in zip(chunk, records):
                    self.copies(texts, entity, key, record)
                known = (chunk, records, len(texts), self.stored(self.envelope(resource, texts)))
                w.calm[(resource, chunk[0])] = known
            pages.append(known)
        if rng.random() < 0.3:
            rng.shuffle(pages)
        if pages and rng.random() < 0.3:
            pages.insert(rng.randrange(len(pages) + 1), rng.choice(pages))
        for _, _, n, (ext, data) in pages:
            self.put(resource, self.name(resource, scope, place), scope, place, ext, data, n)

    def copies(self, texts, entity, key, record):
        """One record with what may stand beside it."""
        w, rng = self.w, self.rng
        old = w.before.get((entity, key))
        twin = rng.random() < w.p['twin']
        if twin and old is not None:
            texts.append(w.spelled(entity, key, old))
        if rng.random() < self.fault:
            texts.append(faulty(w, entity, record, self.readable))
            if rng.random() < 0.5:
                return      # only the faulty copy came: either its id is readable, or its scope proves nothing
        texts.append(w.spelled(entity, key, record))
        if twin and rng.random() < 0.5:
            texts.insert(rng.randrange(len(texts)), w.spelled(entity, key, record))
        if twin and old is not None and rng.random() < 0.15:
            texts.append(w.spelled(entity, key, old))      # the page that was read last may be the older one: it wins all the same
        if rng.random() < w.p['fault'] / 2:
            texts.append(rng.choice([b'null', b' null ', b'\nnull']))
        if twin and rng.random() < self.fault:
            texts.append(faulty(w, entity, record, self.readable))

    def envelope(self, resource, texts):
        """Both generations, bare arrays, and every spelling of an empty page."""
        w, rng = self.w, self.rng
        gap = rng.choice([b'', b'', b' ', b'\n'])
        listed = b'[' + gap + (b',' + gap).join(texts) + gap + b']'
        if not any(t.strip(b' \t\r\n') for t in texts) and texts:
            listed = b'[null]'
        name = resource.encode()
        if w.nasty and len(texts) > 2 and rng.random() < 0.06:      # the elements of both count, in order
            return b'{"%s":[%s],"other":{"%s":[]},"%s":[%s]}' % (name, b','.join(texts[:2]), name, name, b','.join(texts[2:]))
        forms = [b'{"%s":%s}', b'{"data":%s}']
        if resource == 'orders':
            forms = [b'{"total":12,"%s":%s}', b'{"%s":%s,"total":"12"}', b'{"data":%s}']
        if w.nasty:
            forms += [b'%s', b' \n{"status":200,"note":"[{\\"]}\\\\","%s":%s}\r\n', b'{"%s":%s,"data":[{"no":"record"}]}', b'{"data":[5],"%s":%s}',
                      b'{"meta":{"a":[1,{"b":"}"}]},"data":%s,"x":null}', b'{"\\u0064ata":%s}', b'{"%s":null,"%s":%s}']
        if not texts:
            forms = [b'{"%s":[]}', b'{"data":null}', b'{"data":[ ]}', b'[]', b'{"%s":null,"data":[{"id":"no"}]}']
            if resource == 'orders':
                forms += [b'{"total":0}', b'{"total":0,"orders":null}', b'{"orders":[],"total":0}']
        form = rng.choice(forms)
        return fill(form, name, listed)

    def page(self, resource, stem, scope, place, body, records):
        ext, data = self.stored(body)
        self.put(resource, stem, scope, place, ext, data, records)

    def stored(self, body):
        """Gzipped, in one member or several, or plain."""
        rng = self.rng
        kind = rng.random() if self.w.p['odd'] else 1.0
        if kind < 0.12:
            return '.json', body
        if kind < 0.16:
            return '.json', gzip.compress(body, mtime=0)
        cuts = [0, len(body)]
        if kind < 0.35:
            cuts = sorted(cuts + [rng.randint(0, len(body)) for _ in range(rng.choice([1, 2, 3]))])
        return '.json.gz', b''.join(gzip.compress(body[a:b], rng.choice([1, 6, 9]), mtime=0) for a, b in zip(cuts, cuts[1:]))

    def put(self, resource, stem, scope, place, ext, data, records):
        n = self.numbers[stem] = self.numbers.get(stem, 0) + 1
        path = ('%s-%04d' % (stem, n) if resource != 'customer' else stem) + ext
        with open(os.path.join(self.folder, path), 'wb') as f:
            f.write(data)
        entry = {'path': path, 'resource': resource, 'scope': scope, 'page': n, 'records': records, 'bytes': len(data),
                 'sha256': hashlib.sha256(data).hexdigest()}
        if place is not None:
            entry['location'] = place
        self.entries.append(entry)


def fill(form, name, listed):
    """The list goes into the last %s, the resource's name into those before."""
    holes = form.count(b'%s')
    parts = form.split(b'%s')
    values = [name] * (holes - 1) + [listed] if holes else []
    if holes == 1 and b'"%s"' in form:
        values = [name]
    out = parts[0]
    for value, rest in zip(values, parts[1:]):
        out += value + rest
    return out
