"""Small accounts written by hand, and what the witness makes of them.
"""
import csv
import hashlib
import io
import json
import os
import tempfile

import witness
from exact import parse

CENTROIDS = {'80202': ('39.7491', '-104.9946')}


class History:
    """What came out of a small account, snapshot by snapshot."""

    def __init__(self, snapshots, settings=None, rules=None, files=None):
        with tempfile.TemporaryDirectory() as root:
            self.account = os.path.join(root, 'account')
            for at, pages in snapshots:
                self.snapshot(at, pages)
            for name, value in (('flowstory.json', settings), ('segments.json', rules)):
                if value is not None:
                    self.put(name, json.dumps(value).encode())
            for name, data in (files or {}).items():
                self.put(name, data)
            out = os.path.join(root, 'out')
            self.applied = witness.run(self.account, out, CENTROIDS, accept_all=True)
            self.ids = [a.snapshot for a in self.applied]
            self.files = {os.path.relpath(os.path.join(d, n), out): open(os.path.join(d, n), 'rb').read() for d, _, names in os.walk(out) for n in names}

    def put(self, name, data):
        path = os.path.join(self.account, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)

    def snapshot(self, at, pages):
        """pages are (resource, scope or None for all, location or None, records or bytes)."""
        folder = 'snapshots/' + at.replace('-', '').replace(':', '')
        entries = []
        for n, (resource, scope, location, records) in enumerate(pages):
            data = records if isinstance(records, bytes) else json.dumps({'data': records}).encode()
            path = '%s-%04d.json' % (resource, n + 1)
            self.put('%s/%s' % (folder, path), data)
            entries.append({'path': path, 'resource': resource, 'scope': scope or {'kind': 'all'}, 'sha256': hashlib.sha256(data).hexdigest(),
                            **({'location': location} if location else {})})
        self.put(folder + '/manifest.json', json.dumps({'format': 1, 'taken_at': at, 'pages': entries}).encode())

    def text(self, n, name):
        return self.files.get('exports/%s/%s' % (self.ids[n], name), b'').decode('utf-8-sig')

    def rows(self, n, name):
        """Rows without the header; [] if there is no file."""
        return [tuple(r) for r in csv.reader(io.StringIO(self.text(n, name), newline=''))][1:]

    def cells(self, n, column, name='contacts-0001.csv'):
        """fh_id (or the first column) -> one column."""
        rows = list(csv.DictReader(io.StringIO(self.text(n, name), newline='')))
        return {r.get('fh_id') or r.get('id'): r[column] for r in rows}

    def manifest(self, n):
        return json.loads(self.text(n, 'manifest.json'))

    def objects(self, n, name):
        return [json.loads(line) for line in self.text(n, name).split('\n') if line]

    def diff(self, n):
        return [parse(line) for line in self.files['diffs/%s.jsonl' % self.ids[n]].split(b'\n') if line]


def one(customers=(), orders=(), at='2026-05-01T04:00:00Z', **others):
    """A history of one snapshot."""
    return History([(at, [('customers', None, None, list(customers)), ('orders', None, 'L1', list(orders))])], **others)


def hours(*lists, **others):
    """A history of full customer lists, an hour apart."""
    return History([('2026-05-01T%02d:00:00Z' % (n + 4), [('customers', None, None, list(customers))]) for n, customers in enumerate(lists)], **others)


def person(ident, **fields):
    return {'id': ident, 'email': ident + '@example.com', **fields}


def sale(ident, customer='c', total=10, **fields):
    return {'id': ident, 'customerId': customer, 'createdAt': '2026-04-20T18:00:00Z', 'orderStatus': 'sold', 'totals': {'finalTotal': total}, **fields}
