#!/usr/bin/env python3
"""folded.py PROGRAM [--seeds N]: what a base holds, read without the program, and what prune says and keeps, word by word.

Every record of every base of accounts of tests/witness/nasty.py is, byte for byte, the one in the page that its origin names, and they
are those that the diffs say were known. Then the setting and the options, pins, floors, the lock, an interrupted prune, what becomes
of exports and manifests, what audit tells, and 48 hours more. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import replayed                                         # noqa: E402
from exact import parse                                 # noqa: E402
from kept import Kept, Tools                            # noqa: E402
from lab import (begin, clone, customer, customer_page, files, lines, order, order_page, put_snapshot, read, results,  # noqa: E402
                 snapshots, tree, write)
from old_account import LATE, OLD, POLICY, old, pages   # noqa: E402
from reading import judge, records_of                   # noqa: E402


SPACE = b' \t\r\n'      # of JSON, around a record


class Held(Kept):
    """One invented account: what lies in its bases."""

    def look(self):
        self.raw = {}
        for ident in self.ids[:-1]:
            self.base(ident)
        for a, b in zip(self.ids[:-1], self.ids[1:-1]):
            self.shared(a, b)

    def same(self, what, found, wanted):
        self.lab.equal('%s: %s' % (self.name, what), found, wanted)

    def text(self, place):
        """The record as the page of the whole account has it, and the page's digest and location."""
        if place[:2] not in self.raw:
            manifest = parse(read(os.path.join(self.whole, 'snapshots', place[0], 'manifest.json')))
            entries = {entry['path']: entry for entry in manifest['pages']}
            for page in replayed.pages_of(self.whole, place[0]):
                self.raw[place[0], page.path] = page.records, entries[page.path]['sha256']
        records, digest = self.raw[place[:2]]
        return records[place[2]].strip(SPACE), digest

    def base(self, ident):
        folder = os.path.join(self.folded, 'bases', ident)
        m = json.loads(read(os.path.join(folder, 'manifest.json')))
        self.same(ident + ': its files', sorted(os.listdir(folder)), sorted([f['path'] for f in m['files']] + ['manifest.json']))
        for f in m['files']:
            data = read(os.path.join(folder, f['path']))
            self.same('%s: %s' % (ident, f['path']), (f['bytes'], f['sha256']), (len(data), hashlib.sha256(data).hexdigest()))
        self.records(ident, folder, [f for f in m['files'] if f['path'].startswith(('customers-', 'orders-'))])
        export = json.loads(read(os.path.join(self.whole, 'exports', ident, 'manifest.json')))
        self.same(ident + ': manifest', [m[k] for k in ('format', 'snapshot', 'as_of', 'number', 'manifest_sha256', 'diff_sha256', 'customers', 'orders', 'sums')],
                  [1, ident, export['as_of'], self.ids.index(ident) + 1, export['snapshot_manifest_sha256'], export['diff_sha256'],
                   export['counts']['customers'], export['counts']['orders'], export['sums']])
        memory = gzip.decompress(read(os.path.join(folder, 'memory.jsonl.gz'))).splitlines()
        keys = [json.dumps(json.loads(line)[:2]) for line in memory]
        self.same(ident + ': memory: a line a row', (len(set(keys)), m['files'][-1]['records']), (len(keys), len(keys)))
        tables = [json.loads(key)[0] for key in keys]
        self.same(ident + ': memory: table after table', sum(x != y for x, y in zip(tables, tables[1:])) + 1, len(set(tables)))

    def records(self, ident, folder, listed):
        found, order = {}, []
        for n, f in enumerate(listed):
            kind = 'customers' if f['path'].startswith('customers-') else 'orders'
            body = gzip.decompress(read(os.path.join(folder, f['path'])))
            here = records_of(body, kind)
            self.same('%s: %s: its shape' % (ident, f['path']), (body[:len(kind) + 5], body[-2:]), (b'{"%s":[' % kind.encode(), b']}'))
            origins = lines(gzip.decompress(read(os.path.join(folder, 'origins-%04d.jsonl.gz' % (n + 1)))))
            self.same('%s: %s: records' % (ident, f['path']), (len(here), len(origins), len(here) <= 5000), (f['records'], f['records'], True))
            for text, origin in zip(here, origins):
                place = origin['snapshot'], origin['page'], origin['index']
                raw, digest = self.text(place)
                self.same('%s: %s: %s' % (ident, f['path'], origin['id']), (text.strip(SPACE), origin['page_sha256']), (raw, digest))
                found[origin['entity'], origin['id']] = place
                month = f['path'][7:14] if kind == 'orders' else ''
                if month:
                    self.same('%s: %s: %s: month' % (ident, f['path'], origin['id']), month, self.month(raw, place[0]))
                order.append((kind, month, origin['id'].encode()))
        self.same(ident + ': what was known', found, self.known[ident])
        self.same(ident + ': order', order, sorted(order))

    @staticmethod
    def month(raw, read_with):
        """Of its creation, as the witness reads it."""
        taken = datetime.strptime(read_with, '%Y%m%dT%H%M%SZ').replace(tzinfo=timezone.utc)
        created = judge(raw, 'order', set(), int(taken.timestamp()) * 1000000)[2]['created']
        return (datetime(1970, 1, 1) + timedelta(microseconds=created)).strftime('%Y-%m')

    def shared(self, a, b):
        """A page that is the same in the base before is the same file."""
        by_digest = [{f['sha256']: f['path'] for f in json.loads(read(os.path.join(self.folded, 'bases', i, 'manifest.json')))['files'] if f['path'].startswith('orders-')} for i in (a, b)]
        for digest in by_digest[0].keys() & by_digest[1].keys():
            inodes = {os.stat(os.path.join(self.folded, 'bases', i, names[digest])).st_ino for i, names in zip((a, b), by_digest)}
            self.same('%s and %s: %s is one file' % (a, b, by_digest[0][digest]), len(inodes), 1)


def many(lab, program, tools):
    """More records than a page of a base takes."""
    account = lab.new('account')
    sold = [order(k, k, when='2026-08-10T10:00:00Z') for k in range(5001)]
    put_snapshot(account, OLD[0], [customer_page([customer(k) for k in range(5001)]), order_page(sold), ])
    put_snapshot(account, OLD[1], [customer_page([customer(7, loyaltyPoints=1)], scope={'kind': 'updated'})])
    lab.ran('many: process', program(account, '-q', 'process'), 0)
    before = tools.state(account)
    lab.equal('many: fold', tools.fold(account, '{"all":"0s"}').returncode, 0)
    records = {f['path']: f['records'] for f in json.loads(read(os.path.join(account, 'bases', OLD[0], 'manifest.json')))['files']}
    lab.equal('many: pages', [records.get(n) for n in ('customers-0001.json.gz', 'customers-0002.json.gz', 'orders-2026-08-0001.json.gz', 'orders-2026-08-0002.json.gz')], [5000, 1, 5000, 1])
    lab.ran('many: --rebuild', program(account, '-q', 'process', '--rebuild'), 0)
    lab.check('many: state', tools.state(account) == before)


# ---------------------------------------------------------------- the command

def made(lab, program, shift=timedelta(0), **settings):
    """An old account, applied; all of it so much earlier."""
    account = lab.new('account')
    os.makedirs(account)
    if settings:
        write(os.path.join(account, 'flowstory.json'), json.dumps(settings))
    moved = lambda ident: (datetime.strptime(ident, '%Y%m%dT%H%M%SZ') - shift).strftime('%Y%m%dT%H%M%SZ')
    for n, ident in enumerate(OLD + LATE):
        put_snapshot(account, moved(ident), pages(n, 20))
    lab.ran('process', program(account, '-q', 'process'), 0)
    return account


def there(account):
    return [n for n in snapshots(account) if n != 'pruned.jsonl.gz']


def bases(account):
    return sorted(os.listdir(os.path.join(account, 'bases'))) if os.path.exists(os.path.join(account, 'bases')) else []


def planned(program, account, *words):
    """What a prune would do, but for what the disk has at the moment."""
    return json.loads(program(account, '-q', 'prune', '--dry-run', '--json', *words).out)


def settings(lab, program):
    """The setting says what the options say; options take its place as a whole."""
    account = made(lab, program)
    whole = {'all': '40d', 'daily': 1, 'weekly': 2, 'monthly': 3, 'yearly': 4, 'exports': '30d', 'diffs': '50d', 'pins': [OLD[1]]}
    words = ('--keep-all', '40d', '--keep-daily', '1', '--keep-weekly', '2', '--keep-monthly', '3', '--keep-yearly', '4', '--exports', '30d', '--diffs', '50d', '--keep', OLD[1])
    for setting, options in (('40d', POLICY), ({'all': '40d'}, POLICY), (whole, words)):
        os.path.exists(os.path.join(account, 'flowstory.json')) and os.unlink(os.path.join(account, 'flowstory.json'))
        wanted = planned(program, account, *options)
        lab.check('setting: something is folded', wanted['folded']['snapshots'] == 4, wanted)
        write(os.path.join(account, 'flowstory.json'), json.dumps({'retention': setting}))
        lab.equal('setting: %s' % (setting,), planned(program, account), wanted)
    lab.equal('options take its place', planned(program, account, *POLICY)['bases'], [dict(b) for b in wanted['bases'] if b['id'] == OLD[3]] and
              [dict(wanted['bases'][-1], kept_because='horizon')])
    for nothing in ({}, {'all': '0s'}, {'daily': 0, 'exports': '1d'}, {'pins': []}):
        write(os.path.join(account, 'flowstory.json'), json.dumps({'retention': nothing}))
        lab.ran('setting: keeps nothing: %s' % nothing, program(account, 'prune'), 2, 'keep nothing')
    os.unlink(os.path.join(account, 'flowstory.json'))
    with open(os.path.join(account, '.lock'), 'a+') as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        lab.ran('the lock is held', program(account, 'prune', *POLICY), 75)
    lab.equal('the lock is held: nothing went', there(account), OLD + LATE)
    text = program(account, 'prune', '--dry-run', *POLICY, '--exports', '30d').out.splitlines()
    for begins in ('snapshot / base         kept because', '%s ...    folded into base %s ' % (OLD[0], OLD[3]), 'base %s   horizon (made)' % OLD[3],
                   '%s ...    kept: 2 snapshots' % LATE[0], 'exports                 4 thinned', 'needs about '):
        lab.check('said: %s' % begins, any(line.startswith(begins) for line in text), text)


def spans(lab, program):
    """Spans count back from the last snapshot applied, wherever the clock is; 35 days and overlap_days stay, and deep_days if they are more."""
    for years in (0, -9):
        account = made(lab, program, shift=timedelta(days=366 * years))
        lab.ran('spans: prune', program(account, '-q', 'prune', *POLICY), 0)
        lab.equal('spans: %d years' % years, len(there(account)), 2)
    last = datetime(2026, 11, 23)
    for over, days in (({}, 38), ({'overlap_days': 5}, 40), ({'deep_days': 50}, 53), ({'deep_days': 20}, 38)):
        ids = [(last - timedelta(days=days, seconds=s)).strftime('%Y%m%dT%H%M%SZ') for s in (3600, 1, 0)] + [last.strftime('%Y%m%dT%H%M%SZ')]
        account = lab.account(*[(i, pages(n, 9)) for n, i in enumerate(ids)], settings=over or None, program=program)
        lab.ran('floor: prune', program(account, '-q', 'prune', '--keep-all', '1h'), 0)
        lab.equal('floor: %s' % over, there(account), ids[2:])


def pins(lab, program):
    """Twice, of what never was, of what is gone, of what is kept anyway, of the future."""
    whole = made(lab, program)
    future = '20991231T000000Z'
    account = clone(lab, whole)
    run = lab.ran('pins', program(account, 'prune', *POLICY, '--keep', ','.join((OLD[1], OLD[1], '20260901T003000Z', LATE[1], future))), 0,
                  'there is no base of 20260901T003000Z, and none can be made now', 'snapshot %s is to be kept, and is not applied yet' % future)
    lab.equal('pins: each is said once', [run.err.count(i) for i in (OLD[1], '20260901T003000Z', LATE[1], future)], [0, 1, 0, 1])
    lab.equal('pins: bases', (bases(account), there(account)), ([OLD[1], OLD[3]], LATE))
    lab.ran('pins: twice does nothing', program(account, 'prune', *POLICY, '--keep', OLD[1]), 0)
    held = {n: v for n, v in tree(account).items() if n.startswith('bases')}
    lab.ran('pins: of what is gone', program(account, 'prune', *POLICY, '--keep', OLD[1] + ',' + OLD[2]), 0, 'there is no base of ' + OLD[2])
    lab.same('pins: the bases are as they were', {n: v for n, v in tree(account).items() if n.startswith('bases')}, held)
    lab.ran('pins: let go', program(account, 'prune', *POLICY), 0)
    lab.equal('pins: let go: bases', bases(account), [OLD[3]])
    account = clone(lab, whole)
    write(os.path.join(account, 'flowstory.json'), '{"retention":{"all":"40d","pins":["%s"],"pins":["%s","%s"]}}' % (OLD[0], OLD[1], OLD[2]))
    lab.ran('pins: the name twice', program(account, 'prune'), 2, 'flowstory.json:1:55: a repeated key')
    # what lies in the future is nobody's to remove: a snapshot that is not applied, the base of a time to come
    account = clone(lab, whole)
    put_snapshot(account, future, pages(9, 20))
    shutil.copytree(os.path.join(account, 'exports', OLD[0]), os.path.join(account, 'bases', future))
    lab.ran('future: prune', program(account, 'prune', *POLICY), 0)
    lab.equal('future: it stays', (bases(account), there(account)), ([OLD[3], future], LATE + [future]))


def interrupted(lab, program):
    """Once the list is there, whoever takes the lock finishes; whoever does not refuses, or says so."""
    whole = made(lab, program)
    done = clone(lab, whole)
    lab.ran('interrupted: prune', program(done, '-q', 'prune', *POLICY), 0)
    account = clone(lab, done)
    for ident in OLD:
        shutil.copytree(os.path.join(whole, 'snapshots', ident), os.path.join(account, 'snapshots', ident))
    os.unlink(os.path.join(account, 'snapshots', OLD[0], 'manifest.json'))
    write(os.path.join(account, 'prune.json'), json.dumps({'format': 1, 'at': '2026-11-27T00:00:00Z', 'snapshots': OLD, 'bases': [], 'diffs': [], 'exports': []}))
    before = tree(account)
    lab.ran('interrupted: replay', program(account, '-q', 'replay', '--out', lab.new('out')), 75, 'a prune was interrupted')
    lab.check('interrupted: status', json.loads(program(account, 'status', '--json').out)['unfinished_prune'])
    lab.ran('interrupted: diff', program(account, 'diff', OLD[3], LATE[0]), 0)
    lab.same('interrupted: nobody without the lock went on', tree(account), before)
    lab.ran('interrupted: process', program(account, '-q', 'process'), 0)
    lab.same('interrupted: finished', {n: v for n, v in tree(account).items() if not n.startswith('state')}, {n: v for n, v in tree(done).items() if not n.startswith('state')})
    lab.ran('interrupted: replay', program(account, '-q', 'replay', '--check', '--out', lab.new('out')), 0)
    for option in ('--from', '--until'):
        lab.ran('replay %s before the horizon' % option, program(account, '-q', 'replay', option, OLD[1], '--out', lab.new('out')), 2, 'was pruned', 'History begins after base ' + OLD[3])


def room(lab, program):
    """Where the disk has less than a base needs, it is refused beforehand."""
    place = lab.new('tmpfs')
    os.makedirs(place)
    if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', place], capture_output=True, check=False).returncode != 0:
        print('skipped: no leave to mount a file system')
        return
    account = os.path.join(place, 'account')
    shutil.copytree(made(lab, program), account)
    free = os.statvfs(place)
    write(os.path.join(place, 'fill'), bytes(free.f_bavail * free.f_frsize - 65536))
    before = tree(account)
    run = lab.ran('room: what is needed is said', program(account, 'prune', '--dry-run', *POLICY), 0)
    # the last pages of a tmpfs come and go
    said = re.search(r'needs about \d+\.\d kB beside everything else; (\d+\.\d) kB are free', run.out)
    lab.check('room: and what is free', said and 40 < float(said[1]) < 66, run.out)
    lab.ran('room: refused', program(account, 'prune', *POLICY), 1, 'too little room: about ', ' bytes are needed, ', ' are free', 'Nothing was changed')
    lab.same('room: nothing changed', tree(account), before)
    os.unlink(os.path.join(place, 'fill'))
    lab.ran('room: with more of it', program(account, '-q', 'prune', *POLICY), 0)
    subprocess.run(['umount', place], check=False)


def foreign(lab, program):
    """A base that is whole, but of another history, is found before anything goes."""
    account = made(lab, program)
    other = lab.new('account')
    for n, ident in enumerate(OLD + LATE):
        put_snapshot(other, ident, pages(n, 21))
    lab.ran('foreign: process', program(other, '-q', 'process'), 0)
    lab.ran('foreign: prune', program(other, '-q', 'prune', *POLICY), 0)
    shutil.copytree(os.path.join(other, 'bases'), os.path.join(account, 'bases'))
    before = tree(account)
    lab.ran('foreign: it is found', program(account, '-q', 'prune', *POLICY), 1, 'of the state made from the base differs from the account')
    lab.same('foreign: nothing changed', tree(account), before)


def kept_of_them(lab, program):
    """What stays of an export and of a manifest."""
    account = made(lab, program)
    whole = clone(lab, account)
    lab.ran('kept: prune', program(account, '-q', 'prune', *POLICY, '--exports', '30d'), 0)
    for ident in OLD:
        was, now = (os.path.join(a, 'exports', ident) for a in (whole, account))
        taken = [n for n in files(was) if n.startswith(('contacts-', 'segments/')) or n in ('opt-outs.csv', 'skipped.csv', 'quarantine.jsonl')]
        lab.check('kept: %s: something was taken' % ident, any(n.startswith('contacts-') for n in taken), taken)
        lab.equal('kept: %s: names' % ident, set(files(now)), set(files(was)) - set(taken) | {'pruned.json'})
        lab.same('kept: %s: as it was' % ident, {n: read(os.path.join(now, n)) for n in files(now) if n != 'pruned.json'}, {n: read(os.path.join(was, n)) for n in files(was) if n not in taken})
        said = json.loads(read(os.path.join(now, 'pruned.json')))
        lab.equal('kept: %s: pruned.json' % ident, (sorted(said['files']), said['pruned_at'][:2], said['pruned_at'][-1]), (sorted(taken), '20', 'Z'))
    lab.same('kept: terms and the others', {n: v for n, v in results(account).items() if not any(i in n for i in OLD) or n.startswith('terms')},
             {n: v for n, v in results(whole).items() if not any(i in n for i in OLD) or n.startswith('terms')})
    lab.ran('kept: verify', program(account, '-q', 'verify'), 0)
    os.unlink(os.path.join(account, 'exports', OLD[1], 'pruned.json'))
    run = program(account, 'verify')
    lab.check('kept: verify without pruned.json', run.code == 1 and 'exports/%s/contacts' % OLD[1] in run.out, run.out)
    for line in lines(gzip.decompress(read(os.path.join(account, 'snapshots', 'pruned.jsonl.gz')))):
        manifest = read(os.path.join(whole, 'snapshots', line['id'], 'manifest.json'))
        lab.equal('kept: the manifest of ' + line['id'], (line['sha256'], line['manifest']), (hashlib.sha256(manifest).hexdigest(), json.loads(manifest)))


def told(lab, program):
    """audit and explain tell of a pruned account what they told before, but for texts that are gone; places hold what they say."""
    account = made(lab, program)
    whole = clone(lab, account)
    lab.ran('told: prune', program(account, '-q', 'prune', *POLICY), 0)
    for words in (['audit'], ['audit', '--field', '/totals/finalTotal'], ['audit', '--field', '/loyaltyPoints']):
        lab.equal('told: ' + ' '.join(words), *[placeless(json.loads(program(a, *words, '--json').out)) for a in (account, whole)])
    gone = whole_ones = 0
    for who in ('c00000', 'c00002', 'c00005', 'c00021'):
        found, wanted = [json.loads(program(a, 'audit', '--customer', who, '--json').out) for a in (account, whole)]
        lab.equal('told: audit --customer ' + who, moments(found), moments(wanted))
        for m, n in zip(found, wanted):
            lab.equal('told: audit --customer %s: values of %s' % (who, m['snapshot']), m['fields'], [] if m.get('values_pruned') else n['fields'])
            lab.check('told: %s: values are there behind the horizon' % who, m['snapshot'] <= OLD[-1] or 'values_pruned' not in m)
        said = json.loads(program(account, 'explain', who, '--json').out)
        standing = 'not known'
        for m in found:
            lab.equal('told: audit --customer %s: what they were before %s' % (who, m['snapshot']), m.get('was', standing), standing)
            standing = m.get('is', standing)
        lab.equal('told: audit --customer %s: what they are' % who, standing == 'a contact', said['contact'])
        for place in [said['record']] + said['orders']:
            if 'base' not in place:
                lab.check('told: %s: a place behind the horizon' % who, place['snapshot'] > OLD[-1], place)
                continue
            now = gzip.decompress(read(os.path.join(account, 'bases', place['base'], place['base_page'])))
            was = gzip.decompress(read(os.path.join(whole, 'snapshots', place['snapshot'], place['page'])))
            kind = 'orders' if place['page'].startswith('orders') else 'customers'
            lab.equal('told: %s: %s' % (who, place), *[records_of(body, kind)[index].strip(SPACE) for body, index in ((now, place['base_index']), (was, place['index']))])
            lab.equal('told: %s: digests' % who, [hashlib.sha256(read(os.path.join(a, *way))).hexdigest() for a, way in (
                (account, ('bases', place['base'], place['base_page'])), (whole, ('snapshots', place['snapshot'], place['page'])))], [place['base_sha256'], place['sha256']])
            whole_ones += 1
        gone += json.dumps(found).count('"pruned": true')
    lab.check('told: some are in the base, some are gone', whole_ones > 5 and gone > 0, (whole_ones, gone))


def placeless(value):
    if isinstance(value, dict):
        return {k: placeless(v) for k, v in value.items() if not k.startswith('base') and k != 'pruned'}
    return [placeless(v) for v in value] if isinstance(value, list) else value


def moments(answer):
    """A customer's history, but for the values of a moment where the texts are gone, which says so."""
    return [placeless({k: v for k, v in m.items() if k not in ('fields', 'values_pruned')}) for m in answer]


def two_days(lab, program):
    """48 hours after a prune are those of the account that was not pruned."""
    account, now = made(lab, program), datetime(2026, 11, 23, tzinfo=timezone.utc)
    whole = clone(lab, account)
    lab.ran('48 hours: prune', program(account, '-q', 'prune', *POLICY), 0)
    for hour in range(1, 49):
        who = [customer(k, loyaltyPoints=k + hour * (k % 7 == hour % 7), email=None if k % 11 == hour % 11 else 'user%d@example.com' % (k % 9)) for k in range(26) if k != hour % 26]
        sold = [order(k, k % 20, when='2026-0%d-10T10:00:00Z' % (7 + k % 2), total=10.25 + (hour if k % 5 == hour % 5 else 0), voided=k % 13 == hour % 13) for k in range(45 + hour)]
        for a in (account, whole):
            put_snapshot(a, (now + timedelta(hours=hour)).strftime('%Y%m%dT%H%M%SZ'), [customer_page(who), order_page(sold)])
            lab.ran('48 hours: process', program(a, '-q', 'process'), 0)
    lab.same('48 hours: results', results(account), results(whole))


def main():
    lab, program, a = begin(__doc__, seeds=1)
    tools = Tools(program)
    for part in (settings, spans, pins, interrupted, room, foreign, kept_of_them, told, two_days):
        part(lab, program)
    many(lab, program, tools)
    for seed in range(1, a.seeds + 1):
        for profile in ('nasty', 'windowed', 'nice'):
            Held(lab, program, tools, seed, profile).run()
            shutil.rmtree(lab.place, ignore_errors=True)
            os.mkdir(lab.place)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
