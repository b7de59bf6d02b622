"""What the exports of an account add up to: contacts, members and sums, snapshot by snapshot.
"""
import hashlib
import json
import os
import shutil
from decimal import Decimal

from lab import csv_rows, customer, customer_page, files, lines, order, read

LIMIT = 8000000
HEADER = ('Email address,Mobile number,First name,Last name,Address,City,State,Postal code,Birthdate,Latitude,Longitude,fh_id,fh_cust_type,fh_isloyal,'
          'fh_points,fh_products,fh_categories,fh_med_id,fh_last_budtender,fh_total_spent,fh_total_orders,fh_last_ordertype,fh_last_orderstatus,'
          'fh_last_orderdate').split(',')
ID = HEADER.index('fh_id')


def series(folder, kind):
    """contacts-0001.csv, contacts-0002.csv … as they are there."""
    return sorted(n for n in os.listdir(folder) if n.startswith('contacts-') and n.endswith('.' + kind))


def contacts_csv(folder):
    return [row for name in series(folder, 'csv') for row in csv_rows(os.path.join(folder, name))[1:]]


def contacts_json(folder):
    return [one for name in series(folder, 'json') for one in json.loads(read(os.path.join(folder, name)), parse_float=str)]


def json_id(contact):
    return contact['extendedProperties']['fh_id']


def unguarded(text):
    return text[1:] if text.startswith("'") else text


def members(folder, slug, suffix=''):
    rows = csv_rows(os.path.join(folder, 'segments', slug + suffix + '.csv'))
    return set() if rows is None else {row[2] for row in rows[1:]}


def row_count(folder, name, data):
    """What the manifest must say of a file; None where a row is nothing one could count."""
    if name.endswith('.csv') and name != 'fields.csv':
        return len(csv_rows(os.path.join(folder, name))) - 1
    if name.endswith('.jsonl'):
        return data.count(b'\n')
    if name.startswith('contacts-'):
        return len(json.loads(data))
    return None


def check_files(lab, what, folder):
    """The manifest lists exactly the files there are, and contacts keep their form and limit."""
    manifest = json.loads(read(os.path.join(folder, 'manifest.json')))
    listed = {f['path']: f for f in manifest['files']}
    lab.equal(what + ': files listed', sorted(listed), [n for n in files(folder) if n != 'manifest.json'])
    lab.equal(what + ': listed once', len(manifest['files']), len(listed))
    wrong = []
    for name, entry in listed.items():
        data = read(os.path.join(folder, name))
        rows = row_count(folder, name, data)
        wrong += [name] * (set(entry) != {'path', 'rows', 'bytes', 'sha256'} or entry['bytes'] != len(data)
                           or entry['sha256'] != hashlib.sha256(data).hexdigest() or rows not in (None, entry['rows']))
    lab.equal(what + ': rows, bytes, sha256', wrong, [])
    sums = {k: Decimal(v) for k, v in manifest['sums'].items()}
    lab.equal(what + ': sums', sums['completed'], sums['profiles'] + sums['guest'] + sums['unattributed'])
    check_contacts(lab, what, folder)
    return manifest


def check_contacts(lab, what, folder):
    names = series(folder, 'csv') + series(folder, 'json')
    lab.equal(what + ': numbering', names, ['contacts-%04d.csv' % (n + 1) for n in range(len(series(folder, 'csv')))] +
              ['contacts-%04d.json' % (n + 1) for n in range(len(series(folder, 'json')))])
    lab.equal(what + ': limit', [n for n in names if os.path.getsize(os.path.join(folder, n)) > LIMIT], [])
    lab.equal(what + ': headers', [n for n in series(folder, 'csv') if csv_rows(os.path.join(folder, n))[0] != HEADER], [])
    rows, objects = contacts_csv(folder), contacts_json(folder)
    ids = [json_id(o) for o in objects]
    lab.check(what + ': CSV and JSON hold the same contacts', [unguarded(r[ID]) for r in rows] == [unguarded(i) for i in ids])
    lab.check(what + ': sorted by fh_id, each once', all(a < b for a, b in zip(keys(ids), keys(ids)[1:])), ids[:9])


def keys(ids):
    """Ids are sorted by their bytes as they came; a control character has become a space since, so such ids are let pass."""
    return [i.encode() for i in ids if ' ' not in i]


class Book:
    """One account, written up after every snapshot."""

    def __init__(self, lab, program, name, account):
        self.lab, self.program, self.name, self.account = lab, program, name, account
        self.rows, self.objects = {}, {}          # fh_id -> what was exported last
        self.when = {}                            # fh_id -> snapshot of its last row
        self.full = {}                            # slug -> members that are contacts
        self.members = {}                         # slug -> members, by the events
        self.seen = []

    def after(self, snapshot):
        what = '%s: %s' % (self.name, snapshot)
        folder = os.path.join(self.account, 'exports', snapshot)
        manifest = check_files(self.lab, what, folder)
        for row in contacts_csv(folder):
            self.rows[row[ID]] = row
            self.when[row[ID]] = snapshot
        for one in contacts_json(folder):
            self.objects[json_id(one)] = one
        whole = self.export('--full')
        check_files(self.lab, what + ' whole', whole)
        self.contacts(what, whole, manifest)
        self.segments(what, folder, whole)
        self.events(what, folder)
        self.seen.append((snapshot, {row[ID] for row in contacts_csv(whole)}))
        shutil.rmtree(whole)

    def export(self, *words):
        out = self.lab.new('whole')
        run = self.program(self.account, '-q', 'export', *words, '--out', out)
        self.lab.check('%s: export %s' % (self.name, words), run.code == 0 and not run.err and not run.out, run.err)
        return out

    def contacts(self, what, whole, manifest):
        """Whole lists are what was exported last, of everybody who is a contact now."""
        rows = {row[ID]: row for row in contacts_csv(whole)}
        self.lab.equal(what + ': contacts counted', len(rows), manifest['counts']['contacts'])
        self.lab.equal(what + ': whole CSV = what was exported last', {k: (v, self.rows.get(k)) for k, v in rows.items() if self.rows.get(k) != v}, {})
        self.lab.equal(what + ': whole JSON = what was exported last',
                       [(o, self.objects.get(json_id(o))) for o in contacts_json(whole) if self.objects.get(json_id(o)) != o], [])

    def segments(self, what, folder, whole):
        listed = {s['slug']: s for s in json.loads(read(os.path.join(folder, 'segments.json')))}
        now = {row[ID] for row in contacts_csv(whole)}
        run = self.program(self.account, 'segments', '--rules', os.path.join(folder, 'rules.json'), '--json')
        counted = {s['slug']: s for s in json.loads(run.out)} if self.lab.check(what + ': segments --rules', run.code == 0, run.err) else {}
        self.lab.equal(what + ': members one by one = all anew', {k: (v['members'], v['contacts']) for k, v in counted.items()},
                       {k: (v['members'], v['contacts']) for k, v in listed.items()})
        self.lab.equal(what + ': nothing entered or left since', [k for k, v in counted.items() if v['entered'] or v['left']], [])
        shown = self.program(self.account, 'segments', '--json')
        at = self.program(self.account, 'segments', '--at', os.path.basename(folder), '--json')
        tables = [{s['slug']: s for s in json.loads(x.out or '[]')} for x in (shown, at)]
        self.lab.check(what + ': segments', shown.code == at.code == 0, shown.err + at.err)
        self.lab.same(what + ': segments = segments.json', tables[0], listed)
        self.lab.same(what + ': segments --at = segments.json', tables[1], listed)
        for slug, one in listed.items():
            self.movements('%s: segment %s' % (what, slug), folder, slug, members(whole, slug), now)
            self.lab.equal('%s: segment %s: whole list' % (what, slug), len(members(whole, slug)), one['contacts'])
            lists = os.path.join(folder, 'segments', slug + '.csv')
            if os.path.exists(lists):
                self.lab.equal('%s: segment_lists %s' % (what, slug), read(lists), read(os.path.join(whole, 'segments', slug + '.csv')))
        self.full = {slug: members(whole, slug) for slug in listed}

    def movements(self, what, folder, slug, now, contacts):
        before = self.full.get(slug, set())
        entered, left = members(folder, slug, '-entered'), members(folder, slug, '-left')
        self.lab.equal(what + ': before + entered - left', ((before | entered) - left) & contacts, now)
        self.lab.equal(what + ': who entered was not in', entered & before, set())
        self.lab.check(what + ': who left was in, and is out', left <= before and not left & now, (left - before, left & now))

    def events(self, what, folder):
        """Members by the events are as many as segments.json says; events are sorted, and no two of a kind."""
        listed = lines(read(os.path.join(folder, 'events.jsonl')))
        order = [(e['fh_id'].encode(), e['event'], e.get('segment', '').encode()) for e in listed if ' ' not in e['fh_id']]
        self.lab.check(what + ': events sorted', order == sorted(order) and len(order) == len(set(order)), order[:9])
        odd = []
        for e in listed:
            if 'segment' not in e:
                continue
            there = self.members.setdefault(e['segment'], set())
            if (e['fh_id'] in there) == (e['event'] == 'segment_entered'):
                odd.append(e)
            (there.add if e['event'] == 'segment_entered' else there.discard)(e['fh_id'])
        self.lab.equal(what + ': events that say what is so already', odd, [])
        sizes = {s['slug']: s['members'] for s in json.loads(read(os.path.join(folder, 'segments.json')))}
        self.lab.equal(what + ': members by the events', {k: len(v) for k, v in self.members.items() if v or k in sizes},
                       {k: v for k, v in sizes.items() if v or k in self.members})

    def since(self):
        """export --since: whatever was exported later, of those who are contacts, in its latest form."""
        now = self.seen[-1][1]
        for snapshot, _ in self.seen:
            what = '%s: export --since %s' % (self.name, snapshot)
            out = self.export('--since', snapshot)
            check_files(self.lab, what, out)
            wanted = {k for k, s in self.when.items() if s > snapshot and k in now}
            self.lab.equal(what, {row[ID]: row for row in contacts_csv(out)}, {k: self.rows[k] for k in wanted})
            self.lab.equal(what + ' as JSON', [o for o in contacts_json(out) if self.objects[json_id(o)] != o], [])
            shutil.rmtree(out)


# ---------------------------------------------------------------- more than one file

def large(lab, program):
    """Contacts of more than 8,000,000 bytes; the rows of the first CSV file fill it to the last byte."""
    for bom in (False, True):
        people = [customer(n, streetAddress1='x' * 400, loyaltyPoints=1) for n in range(17000)]
        fill(people, len(','.join(HEADER)) + 2 + 3 * bom)
        account = lab.account(('20261123T040000Z', [customer_page(people)]), name='large', settings={'csv_bom': bom})
        lab.ran('large: process', program(account, '-q', 'process'), 0)
        folder = os.path.join(account, 'exports', '20261123T040000Z')
        check_files(lab, 'large', folder)
        lab.equal('large: the first file is full to the last byte', os.path.getsize(os.path.join(folder, 'contacts-0001.csv')), LIMIT)
        lab.check('large: several files', len(series(folder, 'csv')) == 2 and len(series(folder, 'json')) > 1)
        lab.equal('large: complete', [unguarded(r[ID]) for r in contacts_csv(folder)], [p['id'] for p in people])
        lab.equal('large: JSON complete', [json_id(o) for o in contacts_json(folder)], [p['id'] for p in people])
        lab.equal('large: one object a line', sum(line.startswith(b'{') for n in series(folder, 'json') for line in read(os.path.join(folder, n)).split(b'\n')),
                  len(people))
        out = lab.new('whole')
        lab.equal('large: export --full', program(account, '-q', 'export', '--full', '--out', out).code, 0)
        lab.equal('large: whole = first', [read(os.path.join(out, n)) == read(os.path.join(folder, n)) for n in series(folder, 'csv') + series(folder, 'json')],
                  [True] * len(series(out, 'csv') + series(out, 'json')))
        shutil.rmtree(account)


def fill(people, used):
    """Lengthens one address so that a row ends exactly at the limit."""
    for n, one in enumerate(people):
        row = csv_length(one)
        if used + row + csv_length(people[n + 1]) > LIMIT:
            one['streetAddress1'] += 'y' * (LIMIT - used - row)
            return
        used += row


def csv_length(one):
    """Bytes of the contact's row."""
    cells = [one['email'], '+1' + one['phone'], one['firstName'], one['lastName'], one['streetAddress1'], '', '', one['zip'], one['birthDate'],
             '39.7491', '-104.9946', one['id'], 'Recreational', 'True', '1', '', '', '', '', '0.00', '0', '', '', '']
    return len(','.join(cells)) + 2
