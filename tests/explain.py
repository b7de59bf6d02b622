#!/usr/bin/env python3
"""explain.py PROGRAM [--seeds N] [--no-timing]: laws of explain, audit and diff, over accounts made by tests/witness/nasty.py.

What explain says is what was exported, and adds up; what it says of a past snapshot is what it said then; a timeline replayed gives
the present; diff(A,B) and diff(B,A) undo each other, and each line is true of the pages. Ends with 'N passed, M failed'; exit 1 if
anything failed. Answers are timed on a generated account of 300 snapshots if build/generate is there.
"""
import datetime
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import books                                             # noqa: E402
import replayed                                          # noqa: E402
import witness                                           # noqa: E402
from exact import Content, parse                         # noqa: E402
from invented import Invented                            # noqa: E402
from lab import begin, customer, customer_page, flip, lines, order, order_page, put_snapshot, read, snapshots  # noqa: E402

COLUMNS = dict(zip(['email', 'mobile', 'first_name', 'last_name', 'address', 'city', 'state', 'postal_code', 'birthdate', 'geo_code'],
                   books.HEADER))
COLUMNS.update((name, name) for name in books.HEADER if name.startswith('fh_'))
SAMPLE = 10          # customers looked at in every account
SLOW = 2.0           # seconds that an answer may take at most


def when(text):
    return datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%fZ' if '.' in text else '%Y-%m-%dT%H:%M:%SZ')


def plain(ident):
    """An id that is exported as it is and survives a command line."""
    return ident and all(' ' < c < '\x7f' for c in ident) and not ident.startswith(('-', '=', '@', '+'))


class Pages:
    """The records of an account's pages, by place."""

    def __init__(self, account):
        self.account, self.known = account, {}

    def record(self, snapshot, path, index):
        if (snapshot, path) not in self.known:
            for page in replayed.pages_of(self.account, snapshot):
                data = read(os.path.join(self.account, 'snapshots', snapshot, page.path))
                self.known[snapshot, page.path] = (hashlib.sha256(data).hexdigest(), page.records)
        sha, records = self.known[snapshot, path]
        return sha, parse(records[index])


class Account(Invented):
    """One invented account, processed a snapshot at a time, with what was said on the way."""

    def __init__(self, lab, program, seed, profile):
        super().__init__(lab, program, seed, profile)
        self.path = self.new()
        self.sample = self.choose()
        self.said, self.rows, self.stays, self.events = {}, {}, {}, {}
        self.ids = []

    def check(self, what, holds, detail=''):
        return self.lab.check('%s: %s' % (self.name, what), holds, detail)

    def equal(self, what, found, wanted):
        return self.lab.equal('%s: %s' % (self.name, what), found, wanted)

    def choose(self):
        """Customers of whom most happened: those that most records name."""
        count = {}
        for page in (p for s in snapshots(self.source) for p in replayed.pages_of(self.source, s)):
            for text in page.records if page.resource != 'locations' else ():
                try:
                    record = parse(text)
                except Content:
                    continue
                if isinstance(record, dict):
                    ident = record.get('customerId') if page.resource == 'orders' else record.get('id') or record.get('_id')
                    if isinstance(ident, str) and plain(ident.strip()):
                        count[ident.strip()] = count.get(ident.strip(), 0) + 1
        return sorted(count, key=lambda i: (-count[i], i))[:SAMPLE]

    def ask(self, *words):
        """The answer as JSON, or None where the exit status is not 0."""
        run = self.program(self.path, *words, '--json')
        self.check('%s: exit status' % (words,), run.code in (0, 1), '%d %s' % (run.code, run.err))
        return json.loads(run.out) if run.code == 0 else None

    # ---- one snapshot after another

    def build(self):
        for step in self.steps:
            self.bring(self.path, step)
            run = self.accepting(lambda *more: self.program(self.path, '-q', 'process', *more))
            if not self.check('process', run.code in (0, 3), run.err):
                return False
            self.ids.append(step[0])
            self.follow(step[0])
        return True

    def follow(self, snapshot):
        """What this snapshot exported, and what explain says of it now."""
        folder = os.path.join(self.path, 'exports', snapshot)
        for row in books.contacts_csv(folder):
            self.rows[row[books.ID]] = row
        self.events[snapshot] = {}
        for event in books.events_of(folder):
            if 'segment' in event:
                key = (event['fh_id'], event['segment'])
                self.events[snapshot][key] = event
                self.stays.setdefault(key, []).append((event['event'], snapshot, event['cause']))
        for ident in self.sample:
            x = self.ask('explain', ident)
            self.predicted(snapshot, ident, x)
            self.said[snapshot, ident] = x
            if x is not None:
                self.true_now(snapshot, ident, x)

    def predicted(self, snapshot, ident, x):
        """A transition by time alone was foretold, to the snapshot."""
        before = self.said.get((self.ids[-2], ident)) if len(self.ids) > 1 else None
        for (who, slug), event in self.events[snapshot].items():
            if who != ident or event['cause'] != 'clock':
                continue
            told = [s['changes'] for s in before['segments'] if s['slug'] == slug] if before else []
            self.check('%s: %s of %s was foretold' % (snapshot, slug, ident),
                       told and told[0] and when(before['as_of']) < when(told[0]) <= when(x['as_of']), told)

    def true_now(self, snapshot, ident, x):
        what = '%s: %s' % (snapshot, ident)
        values = {v['field']: v for v in x['values']}
        if x['contact']:
            row = dict(zip(books.HEADER, self.rows[ident]))
            for name, column in COLUMNS.items():
                value = values[name]['value'] if name in values else row[column]
                shared = name in ('email', 'mobile') and row[column] == ''       # another's in DailyStory
                self.check('%s: %s is as exported' % (what, name), shared or row[column] in (value, "'" + value), (row[column], value))
        else:
            self.check(what + ': left out with a reason', x['left_out'] != '')
        orders = {o['id']: o for o in x['orders']}
        cents = [round(float(orders[i]['total'] or 0) * 100) for i in values['fh_total_spent']['orders']]
        self.equal(what + ': the sum is the value', sum(cents), round(float(values['fh_total_spent']['value']) * 100))
        self.equal(what + ': the count is the value', str(len(values['fh_total_orders']['orders'])), values['fh_total_orders']['value'])
        self.check(what + ': who is left out has a reason', all((o['counts_as'] == 'purchase') == (o['why'] == '') for o in x['orders']))
        self.check(what + ': what counts is said to', {o['id'] for o in x['orders'] if o['counts_as'] != 'nothing'} == set(values['fh_total_spent']['orders']))
        for s in x['segments']:
            self.stay(what, ident, s)

    def stay(self, what, ident, s):
        """Since when and why, out of the events."""
        past = self.stays.get((ident, s['slug']), [])
        last = {event: (snapshot, cause) for event, snapshot, cause in past}
        self.equal('%s: member of %s' % (what, s['slug']), s['member'], bool(past) and past[-1][0] == 'segment_entered')
        self.equal('%s: since in %s' % (what, s['slug']), (s.get('since'), s.get('entered')), last.get('segment_entered', (None, None)))
        if past and not s['member']:
            self.equal('%s: until in %s' % (what, s['slug']), (s.get('until'), s.get('left')), last['segment_left'])

    # ---- looking back

    def back(self):
        for (snapshot, ident), said in self.said.items():
            self.equal('explain %s --at %s is what it was' % (ident, snapshot), self.ask('explain', ident, '--at', snapshot), said)

    def timeline(self, pages):
        for ident in self.sample:
            moments = self.ask('audit', '--customer', ident)
            now = self.said[self.ids[-1], ident]
            if moments is None:
                self.check('%s: no timeline, nothing known' % ident, now is None)
                continue
            fields, members, records = {}, set(), {}
            for m in moments:
                self.moment(ident, m, fields, members, records, pages)
            self.ends(ident, now, fields, members)
            self.field(ident, moments)

    def moment(self, ident, m, fields, members, records, pages):
        what = 'audit of %s: %s' % (ident, m['snapshot'])
        self.equal(what + ': the diff', m['diff'], 'diffs/%s.jsonl.gz' % m['snapshot'])
        for f in m['fields']:
            self.check('%s: %s goes on from %s' % (what, f['field'], fields.get(f['field'])), f['before'] == fields.get(f['field']), f)
            fields[f['field']] = f['after']
        for s in m['segments']:
            (members.add if s['event'] == 'entered' else members.remove)(s['segment'])
            self.check('%s: event of %s' % (what, s['segment']), self.events[m['snapshot']].get((ident, s['segment']), {}).get('cause') == s['cause'])
        expected = {(l['entity'], l['id']): l for l in self.diff_lines(m['snapshot'])}
        for r in m['records']:
            line = expected.get((r['entity'], r['id']), {})
            self.equal('%s: %s is the diff\'s' % (what, r['id']), (r['op'], r.get('read', {}).get('page'), r.get('read', {}).get('index'), r.get('changes')),
                       (line.get('op'), line.get('page'), line.get('index'), line.get('changes')))
            for side in ('read', 'previous'):
                if side in r:
                    sha, _ = pages.record(r[side]['snapshot'], r[side]['page'], r[side]['index'])
                    self.equal('%s: %s: sha256' % (what, r['id']), r[side]['sha256'], sha)
        mine = {k for k, l in expected.items() if l['entity'] == 'customer' and l['id'] == ident}
        self.check(what + ': nothing of the customer\'s is missing', mine <= {(r['entity'], r['id']) for r in m['records']})
        records.update(((r['entity'], r['id']), r['op']) for r in m['records'])

    def place(self):
        """--field with a place in the records is every change of it in the diffs."""
        found = self.ask('audit', '--field', '/totals/finalTotal')
        wanted = []
        for snapshot in self.ids:
            for l in self.diff_lines(snapshot):
                changes = [c for c in l.get('changes', []) if c['path'] in ('', '/totals', '/totals/finalTotal') or c['path'].startswith('/totals/finalTotal/')]
                if changes:
                    wanted.append((snapshot, l['entity'], l['id'], l['page'], l['index'], changes))
        self.equal('history of a place', [(f['snapshot'], f['entity'], f['id'], f['page'], f['index'], f['changes']) for f in found], wanted)

    def diff_lines(self, snapshot):
        return [l for l in lines(gzip.decompress(read(os.path.join(self.path, 'diffs', snapshot + '.jsonl.gz')))) if 'entity' in l]

    def ends(self, ident, now, fields, members):
        """The timeline ends where the customer is now."""
        if now is None:
            self.check('audit of %s ends with nothing' % ident, all(v is None for v in fields.values()) and not members, fields)
            return
        self.equal('audit of %s ends with the values of now' % ident, fields, {v['field']: v['value'] for v in now['values']})
        self.equal('audit of %s ends with the segments of now' % ident, members, {s['slug'] for s in now['segments'] if s['member']})

    def field(self, ident, moments):
        """--field is the timeline of one field, and names what moved it."""
        history = self.ask('audit', '--customer', ident, '--field', 'fh_total_spent')
        wanted = [(m['snapshot'], f['before'], f['after']) for m in moments for f in m['fields'] if f['field'] == 'fh_total_spent']
        self.equal('history of fh_total_spent of %s' % ident, [(m['snapshot'], m['fields'][0]['before'], m['fields'][0]['after']) for m in history], wanted)
        self.check('what moved fh_total_spent of %s is named' % ident, all(m['records'] or m['new_terms'] for m in history), history)

    # ---- two snapshots

    def diff(self, a, b, *words):
        run = self.program(self.path, 'diff', a, b, *words)
        self.check('diff %s %s: exit status' % (a, b), run.code == 0, run.err)
        return lines(run.out.encode())

    def mirrored(self, found, a):
        """The lines as they must be the other way round."""
        turn = {'added': 'removed', 'removed': 'added'}
        out = []
        for l in found[1:-1]:
            m = {'entity': l['entity'], 'id': l['id'], 'op': turn.get(l['op'], l['op'])}
            if 'previous' in l:
                m['page'], m['index'] = l['previous']['page'], l['previous']['index']
            if 'page' in l:
                m['previous'] = {'snapshot': a, 'page': l['page'], 'index': l['index']}
            if 'changes' in l:
                m['changes'] = [{k: v for k, v in (('path', c['path']), ('before', c.get('after', self)), ('after', c.get('before', self))) if v is not self}
                                for c in l['changes']]
            out.append(m)
        return out

    def pairs(self, pages):
        ids = self.ids if len(self.ids) < 5 else self.ids[:2] + self.ids[-2:]
        for i, a in enumerate(ids):
            self.equal('diff %s with itself' % a, len(self.diff(a, a)), 2)
            for b in ids[i + 1:]:
                there, back = self.diff(a, b), self.diff(b, a)
                plainly = [{k: v for k, v in l.items() if k != 'why'} for l in back[1:-1]]
                self.equal('diff %s %s undoes itself' % (a, b), plainly, self.mirrored(there, b))
                self.true_lines(a, b, there, pages)
        for a, b in zip(self.ids, self.ids[1:]):
            self.against_chain(a, b)

    def true_lines(self, a, b, found, pages):
        for l in found[1:-1]:
            if l['op'] != 'changed':
                continue
            _, before = pages.record(a, l['previous']['page'], l['previous']['index'])
            _, after = pages.record(b, l['page'], l['index'])
            wanted = sorted((c['path'].encode() for c in witness.changes(before, after)))
            self.equal('diff %s %s: %s' % (a, b, l['id']), [c['path'].encode() for c in l['changes']], wanted)
        for l in found[1:-1][:3]:
            self.equal('diff %s %s --id %s' % (a, b, l['id']), [x for x in self.diff(a, b, '--id', l['id'], '--entity', l['entity'])[1:-1]], [l])
        counts = {}
        for l in found[1:-1]:
            counts[l['entity'], l['op']] = counts.get((l['entity'], l['op']), 0) + 1
        for entity in ('customer', 'order'):
            for op in ('added', 'changed', 'removed', 'unknown'):
                self.equal('diff %s %s: %s %s' % (a, b, entity, op), found[-1][entity + 's'][op], counts.get((entity, op), 0))

    def against_chain(self, a, b):
        """What the second of two neighbours removes of the first is what its own diff removes of it; nothing else is."""
        found = {(l['entity'], l['id']): l['op'] for l in self.diff(a, b)[1:-1]}
        chain = {(l['entity'], l['id']): l['op'] for l in self.diff_lines(b)}
        for key, op in found.items():
            if op == 'removed':
                self.equal('%s: %s is removed by the diff too' % (b, key), chain.get(key), 'removed')
        for key, op in chain.items():
            if op == 'removed' and key in found:
                self.check('%s: %s is removed in both' % (b, key), found[key] == 'removed', found[key])


def narrow(lab, program, account):
    """--path keeps what lies there; a wrong word is a usage error."""
    ids = snapshots(account)
    run = program(account, 'diff', ids[0], ids[-1], '--path', '/totals/finalTotal')
    found = lines(run.out.encode())[1:-1]
    lab.check('--path: only changed records', found and all(l['op'] == 'changed' for l in found))
    lab.check('--path: only that place', all('/totals/finalTotal'.startswith(c['path']) or c['path'].startswith('/totals/finalTotal') for l in found
                                             for c in l['changes']))
    text = program(account, 'diff', ids[0], ids[-1], '--text').out
    lab.check('--text is a listing', '/totals/finalTotal' in text and ' -> ' in text and not text.startswith('{'))
    for words in (['diff', ids[0]], ['diff', ids[0], '20300101T000000Z'], ['diff', ids[0], ids[1], '--entity', 'shop'], ['explain'], ['audit', 'x'],
                  ['audit', '--field', 'fh_points'], ['explain', 'x', '--at', 'x']):
        run = program(account, *words)
        lab.check('%s is a usage error' % words, run.code == 2 and run.err and not run.out, '%d %s' % (run.code, run.err))
    run = program(account, 'explain', 'nobody@example.com')
    lab.check('nobody is found', run.code == 1 and 'nobody@' not in run.err, run.err)


def by_contact(lab, program, account):
    """A customer is found by id, email and mobile alike."""
    folder = os.path.join(account, 'exports', snapshots(account)[0])
    done = 0
    for row in books.contacts_csv(folder):
        if row[0] and row[1] and done < 5:
            done += 1
            want = program(account, 'explain', row[books.ID], '--json').out
            for what, address in (('email', row[0].upper()), ('mobile', row[1])):
                run = program(account, 'explain', address, '--json')
                lab.check('found by ' + what, run.out == want or 'share this' in run.err, run.err)
    lab.check('contacts were asked for', done > 0)


def demo(lab, program):
    account = lab.new('demo')
    os.makedirs(account)
    shutil.copytree(os.path.join(HERE, '..', 'fixtures', 'demo', 'snapshots'), os.path.join(account, 'snapshots'))
    lab.check('demo: process', program(account, '-q', 'process').code == 0)
    narrow(lab, program, account)
    by_contact(lab, program, account)
    damaged(lab, program, account)


def damaged(lab, program, account):
    """A page that is not what it was is named, and nothing is said."""
    ids = snapshots(account)
    ident = books.contacts_csv(os.path.join(account, 'exports', ids[0]))[0][books.ID]
    place = json.loads(program(account, 'explain', ident, '--at', ids[0], '--json').out)['record']
    path = os.path.join('snapshots', place['snapshot'], place['page'])
    flip(os.path.join(account, path), os.path.getsize(os.path.join(account, path)) // 2 * 8)
    for words in (['explain', ident, '--at', ids[0]], ['audit', '--customer', ident], ['diff', ids[0], ids[1]]):
        run = program(account, *words)
        lab.check('%s: the damaged page is named' % words[0], run.code == 4 and path in run.err and not run.out, '%d %s' % (run.code, run.err))


def reasons(lab, program):
    """Each order that is left out says why; --segment is that segment alone; audit --verify is verify."""
    sold = [order(1, 1, total=20), order(2, 1, total=-5), order(3, 1, voided=True), order(4, 1, orderStatus='Pending'), order(5, 1, orderStatus=''),
            order(6, 1, total=4, orderType='return')]
    account = lab.account(('20261123T000000Z', [customer_page([customer(1)]), order_page(sold)]), program=program)
    x = json.loads(program(account, 'explain', 'c00001', '--json').out)
    lab.equal('why an order is left out', {o['id']: (o['counts_as'], o['why']) for o in x['orders'][:5]}, {
        'o00001': ('purchase', ''), 'o00002': ('refund', 'a refund'), 'o00003': ('nothing', 'voided'),
        'o00004': ('nothing', "status 'pending' does not count as completed"), 'o00005': ('nothing', 'no status')})
    text = program(account, 'explain', 'c00001').out
    lab.check('and says so in words', 'counts: a refund' in text and 'left out: voided' in text and "left out: status 'pending'" in text, text)
    one = json.loads(program(account, 'explain', 'c00001', '--segment', 'new-30-days', '--json').out)
    lab.equal('--segment', (one['segments'], 'values' in one, 'orders' in one), ([s for s in x['segments'] if s['slug'] == 'new-30-days'], False, False))
    lab.equal('--segment of no rule', program(account, 'explain', 'c00001', '--segment', 'vip').code, 2)
    lab.equal('audit --verify', program(account, 'audit', '--verify').out, program(account, 'verify').out)
    put_snapshot(account, '20261123T010000Z', [customer_page([customer(1, note='\x9b31m', **{'\x9b': 1}), customer(2, id='c\x9b2')])])
    program(account, '-q', 'process')
    for words in (['diff', '20261123T000000Z', '20261123T010000Z', '--text'], ['audit', '--customer', 'c00001'], ['audit', '--field', '/note']):
        out = program(account, *words).out
        lab.check('%s: what would steer a terminal is not printed' % words[0], '31m' in out and '\x9b' not in out, repr(out))
    os.unlink(os.path.join(account, 'diffs', '20261123T000000Z.jsonl.gz'))
    run = program(account, 'audit', '--verify')
    lab.check('audit --verify finds a fault', run.code == 1 and 'diffs/20261123T000000Z.jsonl.gz' in run.out, run.out)


def regular(lab, program, is_measured):
    """A customer with very many orders, the one a till books its walk-in trade to: what a timeline takes does not grow with the square."""
    account = lab.account(name='regular')
    for h in range(100):
        sold = [order(200 * h + n, 1, when='2026-11-%02dT%02d:%02d:00Z' % (1 + h // 24, h % 24, n % 60)) for n in range(200)]
        put_snapshot(account, '202611%02dT%02d0000Z' % (10 + h // 24, h % 24), [customer_page([customer(1)])] * (h == 0) +
                     [order_page(sold, scope={'kind': 'updated', 'since': '2026-11-01T00:00:00Z'})])
    lab.check('regular: process', program(account, '-q', 'process').code == 0)
    with open(os.path.join(lab.place, 'regular.json'), 'w+b') as out:
        run = subprocess.Popen([program.path, '-C', account, 'audit', '--customer', 'c00001', '--json'], stdout=out)
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        moments = json.load(out)
    lab.equal('regular: a moment each snapshot', (run.returncode, len(moments)), (0, 100))
    spent = [f for f in moments[-1]['fields'] if f['field'] == 'fh_total_spent']
    lab.equal('regular: the last sum', spent, [{'field': 'fh_total_spent', 'before': '207900.00', 'after': '210000.00'}])
    if is_measured:  # a sanitizer's memory is its own
        lab.check('regular: memory', used.ru_maxrss < 96 << 10, '%d KiB' % used.ru_maxrss)


def timing(lab, program, generate):
    """Answers on an account of 300 snapshots."""
    account = lab.new('big')
    subprocess.run([generate, '--customers', '2000', '--orders', '20000', '--locations', '2', '--snapshots', '300', '--full-every', '24', '--changed', '1',
                    '--added', '10', '--jobs', '1', '--level', '1', '--orders-windowed', '--out', account], check=True, capture_output=True)
    began = time.monotonic()
    lab.check('300 snapshots are processed', program(account, '-q', 'process').code in (0, 3))
    print('process: %.1f s for 300 snapshots' % (time.monotonic() - began))
    ids = snapshots(account)
    orders = {}
    for m in (150, 299):
        for event in books.events_of(os.path.join(account, 'exports', ids[m])):
            orders[event['fh_id']] = True
    ident = sorted(orders)[0]
    for words in (['explain', ident], ['explain', ident, '--at', ids[10]], ['audit', '--customer', ident], ['audit'], ['diff', ids[0], ids[-1], '--id', ident]):
        began = time.monotonic()
        run = program(account, *words)
        took = time.monotonic() - began
        print('%s: %.3f s' % (' '.join(words), took))
        lab.check('%s answers soon' % words[0], took < SLOW and run.code in (0, 1), '%.1f s, %d %s' % (took, run.code, run.err))


def main():
    lab, program, a = begin(__doc__, seeds=2, no_timing=False)
    for profile in ('nice', 'windowed', 'nasty'):
        for seed in range(1, a.seeds + 1):
            account = Account(lab, program, seed, profile)
            if account.build():
                pages = Pages(account.path)
                account.back()
                account.timeline(pages)
                account.place()
                account.pairs(pages)
    demo(lab, program)
    reasons(lab, program)
    regular(lab, program, not a.no_timing)
    generate = os.environ.get('GENERATE', os.path.join(HERE, '..', 'build', 'generate'))
    if not a.no_timing and os.path.exists(generate):
        timing(lab, program, generate)
    sys.exit(lab.end())


if __name__ == '__main__':
    main()
