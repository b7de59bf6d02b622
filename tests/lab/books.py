"""What the exports of an account add up to: contacts, members, refusals and sums, snapshot by snapshot.
"""
import hashlib
import json
import os
import shutil
from decimal import Decimal

import people
from exact import dump, parse
from lab import csv_rows, customer, customer_page, files, lines, read, write

LIMIT = 8000000
UNKNOWN = 127       # exit status of the witness in the program's place where it does not know a command
HEADER = ('Email address,Mobile number,First name,Last name,Address,City,State,Postal code,Birthdate,Geo code,fh_id,fh_cust_type,fh_isloyal,'
          'fh_points,fh_products,fh_categories,fh_med_id,fh_last_budtender,fh_total_spent,fh_total_orders,fh_last_ordertype,fh_last_orderstatus,'
          'fh_last_orderdate').split(',')
HEADERS = {'opt-outs.csv': 'Email address,Mobile number,Email opt out,Text opt out', 'gone.csv': 'Email address,Mobile number,fh_id,reason',
           'moved.csv': 'fh_id,Old email address,Old mobile number,New email address,New mobile number', 'skipped.csv': 'fh_id,reason,detail',
           'dropped.csv': 'entity,id,field,value,reason', 'fields.csv': 'column,dailystory_field,label,type,index'}
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


def rows_of(folder, name):
    """Rows without the header; none where there is no file."""
    return (csv_rows(os.path.join(folder, name)) or [[]])[1:]


def members(folder, slug, suffix=''):
    """fh_id -> (email, mobile) of a segment's list."""
    return {row[2]: tuple(row[:2]) for row in rows_of(folder, 'segments/%s%s.csv' % (slug, suffix))}


def events_of(folder):
    path = os.path.join(folder, 'events.jsonl')
    return lines(read(path)) if os.path.exists(path) else []


def row_count(folder, name, data):
    """What the manifest must say of a file."""
    if name.endswith('.csv'):
        return len(csv_rows(os.path.join(folder, name))) - 1
    return data.count(b'\n') if name.endswith('.jsonl') else len(json.loads(data))


def header_of(name):
    if name.startswith('contacts-'):
        return HEADER
    if name.startswith('segments/'):
        return ('Email address,Mobile number,fh_id' + ',Cause,At' * name.endswith(('-entered.csv', '-left.csv'))).split(',')
    return HEADERS[name].split(',')


def check_listed(lab, what, folder, names):
    """The manifest lists exactly the files there are; none is empty but segments.json."""
    manifest = json.loads(read(os.path.join(folder, 'manifest.json')))
    listed = {f['path']: f for f in manifest['files']}
    lab.equal(what + ': files listed', list(listed), sorted(n for n in names if n != 'manifest.json'))
    lab.equal(what + ': listed once', len(manifest['files']), len(listed))
    wrong = []
    for name, entry in listed.items():
        data = read(os.path.join(folder, name))
        rows = row_count(folder, name, data)
        wrong += [name] * (set(entry) != {'path', 'rows', 'bytes', 'sha256'} or entry['bytes'] != len(data)
                           or entry['sha256'] != hashlib.sha256(data).hexdigest() or rows != entry['rows'])
        wrong += [name + ' is empty'] * (rows == 0 and name != 'segments.json')
    lab.equal(what + ': rows, bytes, sha256', wrong, [])
    return manifest


def check_files(lab, what, folder):
    """The files of one snapshot's export, and that they say the same of what they all say."""
    manifest = check_listed(lab, what, folder, files(folder))
    sums = {k: Decimal(v) for k, v in manifest['sums'].items()}
    lab.equal(what + ': sums', sums['completed'], sums['profiles'] + sums['guest'] + sums['unattributed'])
    counts, rows = manifest['counts'], lambda name: len(rows_of(folder, name))
    lines_of = lambda name: read(os.path.join(folder, name)).count(b'\n') if os.path.exists(os.path.join(folder, name)) else 0
    lab.equal(what + ': counts of rows', {k: counts[k] for k in ('exported', 'gone', 'moved', 'opt_outs', 'events', 'quarantined')},
              {'exported': len(contacts_csv(folder)), 'gone': rows('gone.csv'), 'moved': rows('moved.csv'), 'opt_outs': rows('opt-outs.csv'),
               'events': lines_of('events.jsonl'), 'quarantined': lines_of('quarantine.jsonl')})
    reasons = [row[4] for row in rows_of(folder, 'dropped.csv')]
    lab.equal(what + ': dropped, by reason', counts['dropped'], {r: reasons.count(r) for r in ('unreadable', 'placeholder', 'out-of-range')})
    check_contacts(lab, what, folder)
    return manifest


def check_contacts(lab, what, folder):
    names = series(folder, 'csv') + series(folder, 'json')
    lab.equal(what + ': numbering', names, ['contacts-%04d.csv' % (n + 1) for n in range(len(series(folder, 'csv')))] +
              ['contacts-%04d.json' % (n + 1) for n in range(len(series(folder, 'json')))])
    lab.equal(what + ': limit', [n for n in names if os.path.getsize(os.path.join(folder, n)) > LIMIT], [])
    csvs = [n for n in files(folder) if n.endswith('.csv')]
    lab.equal(what + ': headers', [n for n in csvs if csv_rows(os.path.join(folder, n))[0] != header_of(n)], [])
    rows, objects = contacts_csv(folder), contacts_json(folder)
    ids = [json_id(o) for o in objects]
    lab.check(what + ': CSV and JSON hold the same contacts', [unguarded(r[ID]) for r in rows] == [unguarded(i) for i in ids])
    lab.check(what + ': sorted by fh_id, each once', all(a < b for a, b in zip(keys(ids), keys(ids)[1:])), ids[:9])
    lab.equal(what + ': no address is empty text', [o for o in objects if '' in (o.get('email'), o.get('mobilePhone'))], [])


def keys(ids):
    """Ids are sorted by their bytes as they came; a control character has become a space since, so such ids are let pass."""
    return [i.encode() for i in ids if ' ' not in i]


class Point:
    """Who was a contact at one point of time, under which address, and in which lists."""

    def __init__(self, snapshot, rows, lists):
        self.snapshot = snapshot
        self.held = {ident: tuple(row[:2]) for ident, row in rows.items()}
        self.lists = {slug: set(there) for slug, there in lists.items()}


class Book:
    """One account, written up after every snapshot."""

    def __init__(self, lab, program, name, account):
        self.lab, self.program, self.name, self.account = lab, program, name, account
        self.rows, self.objects = {}, {}          # fh_id -> what was exported last, of contacts
        self.when = {}                            # fh_id -> snapshot of its last row
        self.lists = {}                           # slug -> {fh_id: (email, mobile)}, added up
        self.members = {}                         # slug -> members, by the events
        self.skipped = {}                         # fh_id -> row, added up
        self.refused = set()                      # every line of opt-outs.csv
        self.points = []
        self.rules = None

    def equal(self, what, found, wanted):
        return self.lab.equal('%s: %s' % (self.name, what), found, wanted)

    def after(self, snapshot):
        what = '%s: %s' % (self.name, snapshot)
        folder = os.path.join(self.account, 'exports', snapshot)
        manifest = check_files(self.lab, what, folder)
        terms = os.path.join(self.account, 'terms', snapshot + '.json')
        if os.path.exists(terms):
            self.rules = dump(parse(read(terms))['rules'])
        before = {ident: tuple(row[:2]) for ident, row in self.rows.items()}
        self.fold_contacts(what, folder, manifest, before)
        self.fold_lists(what, folder, manifest, before)
        self.fold_others(folder)
        self.events(what, folder)
        self.points.append(Point(snapshot, self.rows, self.lists))
        whole = self.export('--full')
        check_listed(self.lab, what + ' whole', whole, files(whole)) if os.path.exists(os.path.join(whole, 'manifest.json')) else None
        check_contacts(self.lab, what + ' whole', whole)
        self.whole(what, folder, whole, manifest)
        self.tables(what, folder)
        shutil.rmtree(whole)

    def export(self, *words):
        out = self.lab.new('whole')
        run = self.program(self.account, '-q', 'export', *words, '--out', out)
        self.lab.check('%s: export %s' % (self.name, words), run.code == 0 and not run.err and not run.out, run.err)
        return out

    # ---- adding up

    def fold_contacts(self, what, folder, manifest, before):
        """contacts + gone = contacts before + new; one address, one row; who moved is told."""
        for row in rows_of(folder, 'gone.csv'):
            last = self.rows.pop(row[2], None)
            self.objects.pop(row[2], None)
            self.lab.check(what + ': who is gone was there, under that address', last and last[:2] == row[:2], (row, last))
        for row, one in zip(contacts_csv(folder), contacts_json(folder)):
            self.lab.check(what + ': a row that is written is another than before', self.rows.get(row[ID]) != row, row)
            self.rows[row[ID]], self.objects[row[ID]] = row, one
            self.when[row[ID]] = manifest['snapshot']
        self.lab.equal(what + ': contacts counted', len(self.rows), manifest['counts']['contacts'])
        for column in (0, 1):
            held = [row[column] for row in self.rows.values() if row[column]]
            self.lab.equal(what + ': %s in two rows' % HEADER[column], sorted({a for a in held if held.count(a) > 1}), [])
        moved = {i: [i, *before[i], *r[:2]] for i, r in self.rows.items() if i in before and before[i] != tuple(r[:2])}
        self.lab.equal(what + ': who moved', sorted(rows_of(folder, 'moved.csv')), sorted(moved.values()))

    def fold_lists(self, what, folder, manifest, before):
        """A segment's first list + entered - left are its members now, each under the address last written."""
        segments = json.loads(read(os.path.join(folder, 'segments.json')))
        for slug in {s['slug'] for s in segments} | set(self.lists):
            there = self.lists.setdefault(slug, {})
            full, left, entered = members(folder, slug), members(folder, slug, '-left'), members(folder, slug, '-entered')
            name = '%s: segment %s' % (what, slug)
            if not self.points:
                there.update(full)
                self.lab.check(name + ': the first list alone', not left and not entered)
            self.lab.equal(name + ': who left was in, under the old address', {i: there.pop(i, None) for i in left}, left)
            self.lab.equal(name + ': who entered was not in', set(entered) & set(there), set())
            there.update(entered)
            wrong = {i: a for i, a in there.items() if tuple(self.rows.get(i, ())[:2]) != a}
            self.lab.equal(name + ': members under another address than their row', wrong, {})
            if full:
                self.lab.equal(name + ': the whole list', full, there)
            self.passages(name, folder, slug, manifest['as_of'], before)
        self.lab.equal(what + ': lists are as long as segments.json says', {s['slug']: len(self.lists[s['slug']]) for s in segments},
                       {s['slug']: s['contacts'] for s in segments})

    def passages(self, name, folder, slug, at, before):
        """Causes: who is in both lists moved; At is as of."""
        left, entered = [{r[2]: r[3:] for r in rows_of(folder, 'segments/%s-%s.csv' % (slug, k))} for k in ('left', 'entered')]
        both = set(left) & set(entered)
        self.lab.equal(name + ': in both lists, or moved', {i for k in (left, entered) for i, r in k.items() if r[0] == 'moved'}, both)
        self.lab.equal(name + ': who moved has another address', {i for i in both if before.get(i) == tuple(self.rows[i][:2])}, set())
        causes = {'baseline', 'data', 'clock', 'definition', 'removed', 'moved'}
        self.lab.equal(name + ': Cause and At', [r for k in (left, entered) for r in k.values() if r[0] not in causes or r[1] != at], [])

    def fold_others(self, folder):
        for row in rows_of(folder, 'skipped.csv'):
            self.skipped[row[0]] = row
        self.refused |= {tuple(row) for row in rows_of(folder, 'opt-outs.csv')}

    def events(self, what, folder):
        """Members by the events are as many as segments.json says; events are sorted, and no two of a kind."""
        listed = events_of(folder)
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
        segments = json.loads(read(os.path.join(folder, 'segments.json')))
        sizes = {s['slug']: s['members'] for s in segments}
        self.lab.equal(what + ': members by the events', {k: len(v) for k, v in self.members.items() if v or k in sizes},
                       {k: v for k, v in sizes.items() if v or k in self.members})
        count = lambda slug, event: sum(1 for e in listed if e.get('segment') == slug and e['event'] == event)
        self.lab.equal(what + ': entered and left are events', [(s['entered'], s['left']) for s in segments],
                       [(count(s['slug'], 'segment_entered'), count(s['slug'], 'segment_left')) for s in segments])
        told = lambda event: sorted(unguarded(e['fh_id']) for e in listed if e['event'] == event)
        for event, name, column in (('contact_gone', 'gone.csv', 2), ('contact_moved', 'moved.csv', 0)):
            self.lab.equal('%s: %s is %s' % (what, event, name), told(event), sorted(unguarded(r[column]) for r in rows_of(folder, name)))

    # ---- whole lists

    def whole(self, what, folder, whole, manifest):
        """What was exported so far adds up to export --full."""
        self.lab.equal(what + ': exports added up = the whole CSV', {r[ID]: r for r in contacts_csv(whole)}, self.rows)
        self.lab.equal(what + ': exports added up = the whole JSON', {json_id(o): o for o in contacts_json(whole)}, {json_id(o): o for o in self.objects.values()})
        self.lab.equal(what + ': lists added up = the whole lists', {slug: members(whole, slug) for slug in self.lists if members(whole, slug)},
                       {slug: there for slug, there in self.lists.items() if there})
        skipped = {row[0]: row for row in rows_of(whole, 'skipped.csv')}
        self.lab.equal(what + ': who is left out was told of', {k: r for k, r in skipped.items() if self.skipped.get(k) != r}, {})
        reasons = [row[1] for row in skipped.values()]
        self.lab.equal(what + ': left out, by reason', {k: reasons.count(k) for k in manifest['counts']['skipped']}, manifest['counts']['skipped'])
        owed = {tuple(row) for row in rows_of(whole, 'opt-outs.csv')}
        self.lab.equal(what + ': all that is owed was written', owed - self.refused, set())
        self.lab.equal(what + ': what was written is owed now', {tuple(r) for r in rows_of(folder, 'opt-outs.csv')} - owed, set())
        self.lab.equal(what + ': no passages in a whole export', [n for n in files(whole) if n in ('gone.csv', 'moved.csv') or n.endswith(('-entered.csv', '-left.csv'))], [])
        self.lab.equal(what + ': fields.csv', [r[0] for r in rows_of(whole, 'fields.csv')], HEADER)

    def tables(self, what, folder):
        """segments says what segments.json says, also counted anew, and of the past."""
        listed = {s['slug']: s for s in json.loads(read(os.path.join(folder, 'segments.json')))}
        rules = os.path.join(self.lab.place, 'rules.json')
        write(rules, self.rules)
        run = self.program(self.account, 'segments', '--rules', rules, '--json')
        if run.code == UNKNOWN:
            return
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

    # ---- spans and refusals

    def since(self):
        """export --since: rows written later of who is a contact; gone, moved and lists as two points of time differ."""
        now = self.points[-1]
        for then in self.points[:-1]:
            what = 'export --since %s' % then.snapshot
            out = self.export('--since', then.snapshot)
            check_contacts(self.lab, '%s: %s' % (self.name, what), out)
            wanted = {k for k, s in self.when.items() if s > then.snapshot and k in self.rows}
            self.equal(what, {row[ID]: row for row in contacts_csv(out)}, {k: self.rows[k] for k in wanted})
            self.equal(what + ' as JSON', {json_id(o): o for o in contacts_json(out)}, {json_id(self.objects[k]): self.objects[k] for k in wanted})
            self.equal(what + ': gone', {r[2]: tuple(r[:2]) for r in rows_of(out, 'gone.csv')}, {i: a for i, a in then.held.items() if i not in now.held})
            moved = {i for i in then.held if i in now.held and then.held[i] != now.held[i]}
            self.equal(what + ': moved', sorted(rows_of(out, 'moved.csv')), sorted([i, *then.held[i], *now.held[i]] for i in moved))
            for slug in set(then.lists) | set(now.lists):
                first, last = then.lists.get(slug, set()), now.lists.get(slug, set())
                self.equal('%s: segment %s: left' % (what, slug), members(out, slug, '-left'), {i: then.held[i] for i in first - last | moved & first & last})
                self.equal('%s: segment %s: entered' % (what, slug), members(out, slug, '-entered'), {i: now.held[i] for i in last - first | moved & first & last})
            shutil.rmtree(out)

    def end(self):
        """After the last snapshot: spans, and what is owed to those who refuse, by a naive look at the pages."""
        self.since()
        self.equal('the laws of people.py', people.faults(self.account), [])


# ---------------------------------------------------------------- more than one file

def large(lab, program):
    """Contacts of more than 8,000,000 bytes; the rows of the first CSV file fill it to the last byte."""
    for bom in (False, True):
        people_ = [customer(n, streetAddress1='x' * 400, loyaltyPoints=1) for n in range(17000)]
        fill(people_, len(','.join(HEADER)) + 2 + 3 * bom)
        account = lab.account(('20261123T040000Z', [customer_page(people_)]), name='large', settings={'csv_bom': bom})
        lab.ran('large: process', program(account, '-q', 'process'), 0)
        folder = os.path.join(account, 'exports', '20261123T040000Z')
        check_files(lab, 'large', folder)
        lab.equal('large: the first file is full to the last byte', os.path.getsize(os.path.join(folder, 'contacts-0001.csv')), LIMIT)
        lab.check('large: several files', len(series(folder, 'csv')) == 2 and len(series(folder, 'json')) > 1)
        lab.equal('large: complete', [unguarded(r[ID]) for r in contacts_csv(folder)], [p['id'] for p in people_])
        lab.equal('large: JSON complete', [json_id(o) for o in contacts_json(folder)], [p['id'] for p in people_])
        lab.equal('large: one object a line', sum(line.startswith(b'{') for n in series(folder, 'json') for line in read(os.path.join(folder, n)).split(b'\n')),
                  len(people_))
        out = lab.new('whole')
        lab.equal('large: export --full', program(account, '-q', 'export', '--full', '--out', out).code, 0)
        lab.equal('large: whole = first', [read(os.path.join(out, n)) == read(os.path.join(folder, n)) for n in series(folder, 'csv') + series(folder, 'json')],
                  [True] * len(series(out, 'csv') + series(out, 'json')))
        shutil.rmtree(account)


def fill(people_, used):
    """Lengthens one address so that a row ends exactly at the limit."""
    for n, one in enumerate(people_):
        row = csv_length(one)
        if used + row + csv_length(people_[n + 1]) > LIMIT:
            one['streetAddress1'] += 'y' * (LIMIT - used - row)
            return
        used += row


def csv_length(one):
    """Bytes of the contact's row."""
    cells = [one['email'], '+1' + one['phone'], one['firstName'], one['lastName'], one['streetAddress1'], '', '', one['zip'], one['birthDate'],
             '"39.7491,-104.9946"', one['id'], 'Recreational', 'True', '1', '', '', '', '', '0.00', '0', '', '', '']
    return len(','.join(cells)) + 2

