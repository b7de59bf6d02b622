#!/usr/bin/env python3
"""erase.py PROGRAM [--seeds N] [--each N] [--more]: somebody is taken out of every file, and nobody else loses anything.

In accounts of tests/witness/nasty.py customers are erased in turn: records of everybody else stand where they stood with their bytes, their rows are the same
in every export (but of those who shared an address), what was completed adds up to the same cent, verify --rebuild and replay --check are silent, and a search
written here finds nothing. Then planted copies, kills and errors at every system call, a full disk, what comes again, and what is refused.
--each: so many customers of each account (0: all); --more: every call. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import erased                         # noqa: E402
from crash import WRITES, Scenario    # noqa: E402
from invented import Invented         # noqa: E402
from old_account import LATE, OLD, POLICY, old    # noqa: E402
from lab import Page, begin, clone, customer, customer_page, files, leftovers, order, order_page, put_snapshot, read, results, small, tree, write  # noqa: E402

UNFINISHED = 'an erasure is unfinished'


def settled(lab, program, what, account):
    """The chain is whole and what is derived follows from the snapshots; nothing half-made is left."""
    run = program(account, '-q', 'verify', '--rebuild')
    lab.check(what + ': verify --rebuild', (run.code, run.out) == (0, ''), '%d %s %s' % (run.code, run.out, run.err))
    out = lab.new('replayed')
    run = program(account, 'replay', '--out', out, '--check')
    lab.check(what + ': replay --check', (run.code, run.out, run.err) == (0, '', ''), '%d %s %s' % (run.code, run.out, run.err))
    shutil.rmtree(out, ignore_errors=True)
    lab.equal(what + ': leftovers', leftovers(account) + [n for n in files(account) if '.erase' in n or n == 'erase.json'], [])
    lab.equal(what + ': modes', [n for n, (mode, _) in tree(account).items() if mode & 0o077 and n.split('/')[0] in ('erased.json', 'erased.key', 'diffs', 'exports', 'state')
                                 and '/' not in n], [])


def nothing_left(lab, what, account, ident, addresses):
    """Of the id nothing, of an address nothing that is not somebody else's too."""
    left = [(e, key) for key, (resource, list_) in erased.pages(account).items() for e in list_ if erased.owner(resource, e) == ident]
    lab.check(what + ': no record of theirs', not left, left[:2])
    if len(ident) >= 8 and not ident.isdigit() and ident.isascii():
        lab.equal(what + ': the id', erased.id_hits(account, ident), [])
    for address in addresses:
        if erased.held_by_others(account, address) or erased.hits(os.path.join(account, 'terms'), address):  # a placeholder
            continue
        lab.equal(what + ': an address', erased.hits(account, address, ('flowstory.json', 'suppress.txt')), [])


# ---------------------------------------------------------------- invented worlds

class World(Invented):
    def make(self):
        self.account = self.new()
        for step in self.steps:
            self.bring(self.account, step)
            self.accepting(lambda *words: self.program(self.account, '-q', 'process', *words))
        if not erased.hits(self.account, '"suppress":'):
            os.path.exists(os.path.join(self.account, 'suppress.txt')) and os.unlink(os.path.join(self.account, 'suppress.txt'))
        self.rows = erased.exported(self.account)
        self.pages = erased.pages(self.account)
        self.people = {}                # id: every address they ever had, in a record or in a row
        written = erased.people(self.rows)
        for resource, list_ in self.pages.values():
            for e in list_ if resource != 'orders' else ():
                who, value = erased.owner(resource, e), erased.value_of(e)
                if who is not None:
                    self.people.setdefault(who, set()).update(self.addresses(value) | written.get(self.shown(who), set()))

    @staticmethod
    def shown(ident):
        """An id as it is exported."""
        return re.sub(r'[\x00-\x1f\x7f-\x9f]', ' ', ident).strip()

    def linked(self, ident):
        """Who shares an address with them, or with somebody who does: any of them may become the contact."""
        found, addresses = {ident}, set(self.people[ident])
        while True:
            more = {w for w, a in self.people.items() if a & addresses} - found
            if not more:
                return {self.shown(w) for w in found}, addresses
            found |= more
            for w in more:
                addresses |= self.people[w]

    @staticmethod
    def addresses(value):
        email, phone = str(value.get('email') or ''), re.sub(r'\D', '', str(value.get('phone') or ''))
        found = {m.lower() for m in re.findall(r'[^\s,;<>"\']+@[^\s,;<>"\']+', email)}
        return found | ({'+1' + phone[-10:]} if len(phone) >= 10 else set())

    def erase(self, ident):
        what = '%s: %s' % (self.name, ident[:20])
        account = clone(self.lab, self.account)
        run = self.program(account, '-q', 'erase', '--yes', '--', ident)
        if not self.lab.check(what + ': erased', run.code == 0, '%d %s %s' % (run.code, run.out[-900:], run.err)):
            return
        rows = erased.exported(account)
        erased.structure(self.lab, what, self.pages, erased.pages(account), {ident})
        erased.others_equal(self.lab, what, self.rows, rows, *self.linked(ident))
        self.lab.equal(what + ': completed', [s['completed'] for s in erased.sums(account).values()], [s['completed'] for s in erased.sums(self.account).values()])
        self.lab.check(what + ': no row of theirs', self.shown(ident) not in erased.people(rows), ident)
        nothing_left(self.lab, what, account, ident, self.people[ident])
        settled(self.lab, self.program, what, account)
        shutil.rmtree(account)


def worlds(lab, program, seeds, each):
    for profile in ('nice', 'nasty', 'windowed', 'mass'):
        for seed in range(1, seeds + 1):
            world = World(lab, program, seed, profile)
            world.make()
            ids = sorted(i for i in world.people if '\0' not in i and len(i.encode()) <= 240)
            for ident in ids if each == 0 else random.Random(seed).sample(ids, min(each, len(ids))):
                world.erase(ident)
            shutil.rmtree(world.account)


# ---------------------------------------------------------------- planted copies

ANN = 'annemarie.quist@example.com'
NUMBER = '(303) 555.0147'


def told_of(ids):
    """Three snapshots with copies where nobody looks for them."""
    ann = customer(7, email=ANN, phone=NUMBER, firstName='Annemarie', lastName='Quist', medId='MED-77123', groups=[{'name': 'VIP'}])
    others = [customer(n) for n in range(1, 7)]
    told = [customer(1, referredBy='ann: ANNEMARIE.quist@Example.com'), customer(2, notes={'text': ['call +1 303-555-0147', 'x']}),
            customer(3, groups=[{'name': 'friends of ' + ANN}]), customer(4, **{'of ' + ANN: 1}), customer(5, link='https://x.example/?u=annemarie.quist%40example.com')]
    texts = [json.dumps(c) for c in told] + [json.dumps(customer(6, memo='@@')).replace('@@', '\\\\u0061nnemarie.quist\\u0040example.com')]
    broken = '{"id":"q1","email":"%s",}' % ANN
    sold = [json.dumps(o) for o in (
        order(1, 7, fullName='Annemarie Quist', payments=[{'note': NUMBER}], itemsInCart=[{'productName': 'Gift for ' + ANN, 'category': 'Flower', 'quantity': 1, 'memo': 'Quist'}]),
        order(2, 7, total=40.0, originalSaleId='o00001'), order(3, 1, totals={'finalTotal': 3, 'remark': ANN}), order(4, 2), order(5, 7, orderStatus=[]))]
    first = [ids[0], [customer_page([ann] + others), Page('orders', ('{"total":5,"orders":[%s]}' % ','.join(sold)).encode(), location='L1')]]
    second = [ids[1], [
        Page('customers', ('{"customers":[%s,%s,null,%s]}' % (','.join(texts), broken, json.dumps(ann))).encode()),
        Page('orders', ('{"total":4,"orders":[%s]}' % ','.join([sold[0], json.dumps(order(2, 3, total=40.0, originalSaleId='o00001')), sold[2], sold[3]])).encode(), location='L1'),
        Page('customer', {'customer': ann}, {'kind': 'id', 'id': 'c00007'}, path='customer-c00007.json.gz', request='/v1/customers/c00007')]]
    third = [ids[2], [Page('customer', {'customer': customer(8)}, {'kind': 'id', 'id': 'c00007'}, path='customer-c00007.json.gz', request='/v1/customers/c00007'),
                                  Page('customers', {'customers': told[:2]}, {'kind': 'updated'}, packed=False)]]
    return first, second, third


def planted(lab, program):
    """Copies where nobody looks for them."""
    first, second, third = told_of(['20261123T010000Z', '20261123T020000Z', '20261123T030000Z'])
    ann = json.loads(first[1][0].body)['customers'][0]
    account = lab.account(first, second, third, name='planted')
    lab.ran('planted: process', program(account, '-q', 'process'), (0, 3))
    write(os.path.join(account, '.fetch.json'), json.dumps({'sized_at': '', 'absent': [{'id': 'c00007', 'asked': '2026-11-27T00:00:00Z'}, {'id': 'zz', 'asked': '2026-11-27T00:00:00Z'}],
                                                            'waiting': ['c00007', 'yy'], 'told': []}))
    write(os.path.join(account, 'snapshots', '.fetch-20261124T000000Z', 'customers-0001.json.gz'), gzip.compress(json.dumps({'customers': [ann]}).encode()))
    before, was = erased.pages(account), erased.exported(account)
    lab.check('planted: they are found', program(account, 'erase', '--check', ANN, NUMBER, 'MED-77123').code == 1)
    dry = tree(account)
    run = lab.ran('planted: a dry run', program(account, 'erase', '3035550147', '--dry-run', '--json'), 0)
    plan = json.loads(run.out)
    lab.equal('planted: the plan', (plan['customers'], plan['records'], plan['order_records'], plan['unreadable_records'], plan['records_of_others'], plan['same_orders']),
              (['c00007'], 3, 4, 1, 10, ['c00003']))
    lab.same('planted: a dry run changes nothing', tree(account), dry)
    run = lab.ran('planted: erased', program(account, 'erase', ANN, '--yes'), 0)
    lab.check('planted: DailyStory is left to a person', 'delete the contact %s in DailyStory by hand' % ANN in run.out and ANN not in run.err, run.out)
    for needle in (ANN, 'c00007', 'quist', 'MED-77123', 'annemarie'):
        lab.equal('planted: %s is nowhere' % needle, erased.hits(account, needle), [])
    lab.equal('planted: nor the number', erased.digits_in(account, '3035550147'), [])
    lab.equal('planted: --check agrees', program(account, 'erase', '--check', ANN, NUMBER, 'MED-77123', 'Annemarie Quist').code, 0)
    erased.structure(lab, 'planted', before, {k: v for k, v in erased.pages(account).items()} | {k: before[k] for k in before if k == ('20261123T030000Z', 'customer-c00007.json.gz')},
                     {'c00007'})
    names = sorted(n for n in os.listdir(os.path.join(account, 'snapshots', '20261123T030000Z')) if n.startswith('customer-'))
    lab.check('planted: a page of a merged customer stays under another name', len(names) == 1 and 'erased' in names[0], names)
    lab.check('planted: hints of others stay', b'zz' in read(os.path.join(account, '.fetch.json')) and b'yy' in read(os.path.join(account, '.fetch.json')))
    erased.others_equal(lab, 'planted', was, erased.exported(account), {'c00007'}, {ANN, '+13035550147'})
    quarantined = [json.loads(line) for line in read(os.path.join(account, 'exports', '20261123T020000Z', 'quarantine.jsonl')).split(b'\n') if line]
    lab.equal('planted: what was quarantined is so still', [(q['page'][:9], q['index']) for q in quarantined], [('customers', 6)])
    settled(lab, program, 'planted', account)


def kept_in_sight(lab, program):
    """A copy in a field that is read of somebody else: it is not touched, it is told, and a person decides."""
    account = lab.account(('20261123T010000Z', [customer_page([customer(1), customer(2, email=ANN)]), order_page([order(1, 1, itemsInCart=[{'productName': 'For ' + ANN, 'category': 'F', 'quantity': 1}])])]),
                          program=program)
    run = lab.ran('in sight: unfinished', program(account, 'erase', 'c00002', '--yes'), 1, UNFINISHED[3:], '--resume --leave')
    lab.check('in sight: the place is named', 'snapshots/20261123T010000Z/orders-0001.json.gz: record 0: byte' in run.out, run.out)
    for words in (['process'], ['status'], ['explain', 'c00001'], ['verify'], ['export', '--full', '--out', lab.new()], ['erase', 'c00001', '--yes'],
                  ['adopt', '/dev/null', '--taken-at', '2026-11-24T00:00:00Z']):
        lab.ran('in sight: %s waits' % words[0], program(account, *words), 75, UNFINISHED, 'erase --resume')
    lab.ran('in sight: resumed', program(account, 'erase', '--resume'), 1)
    lab.equal('in sight: no name in the note', [n for n in ('erase.json', 'erased.json') if b'c00002' in read(os.path.join(account, n)) or ANN.encode() in read(os.path.join(account, n))], [])
    run = lab.ran('in sight: left', program(account, 'erase', '--resume', '--leave'), 0)
    lab.check('in sight: whom to delete is said by whoever goes on', 'delete the contact %s in DailyStory by hand' % ANN in run.out, run.out)
    lab.check('in sight: the tombstone says so', json.loads(program(account, 'erase', '--list', '--json').out)[0]['left'] > 0)
    lab.ran('in sight: nothing to resume', program(account, 'erase', '--resume'), 0, 'no erasure is unfinished')
    settled(lab, program, 'in sight', account)


# ---------------------------------------------------------------- crashes and full disks

class Erasing(Scenario):
    """An erasure that something stops: resumed, it ends as an undisturbed one."""

    def outcome(self):
        """All but digests and the time of the erasure."""
        found = {}
        for name, data in results(self.account).items():
            if name.startswith('diffs/'):
                data = data.split(b'\n', 1)[1]
            if not name.endswith('/manifest.json'):
                found[name] = data
        found.update({'%s/%s' % key: list_ for key, list_ in erased.pages(self.account).items()})
        return found

    def recovered(self, what):
        stopped = os.path.exists(os.path.join(self.account, 'erase.json'))
        if stopped:
            self.lab.ran(what + ': others wait', self.program(self.account, 'status'), 75, UNFINISHED)
            self.lab.ran(what + ': resumed', self.program(self.account, '-q', 'erase', '--resume'), 0)
        elif b'"customer"' not in (read(os.path.join(self.account, 'erased.json')) if os.path.exists(os.path.join(self.account, 'erased.json')) else b''):
            self.lab.ran(what + ': from the beginning', self.program(self.account, *self.words), 0)
        self.lab.same(what + ': outcome', self.outcome(), self.want)
        self.lab.equal(what + ': nothing of them', erased.hits(self.account, 'user3@example.com') + erased.hits(self.account, 'user11@example.com'), [])
        self.program(self.account, '-q', 'process')  # sweeps what a killed one left
        settled(self.lab, self.program, what, self.account)


    def full(self, sizes):
        """A file system with little room: refused beforehand, or stopped; then with enough."""
        place, home = self.lab.new('tmpfs'), self.account
        os.makedirs(place)
        for size in sizes:
            if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place], capture_output=True, check=False).returncode != 0:
                print('skipped: no leave to mount a file system')
                break
            self.account = os.path.join(place, 'account')
            self.reset()
            room = os.statvfs(place)
            subprocess.run(['mount', '-o', 'remount,size=%d' % ((room.f_blocks - room.f_bfree) * room.f_frsize + size), place], check=True)
            run = self.program(self.account, *self.words)
            self.lab.check('%s: room for %d bytes' % (self.name, size), run.code == 1 and run.err.startswith('flowstory: ') or run.code == 0 and size > 100000, '%d %s' % (run.code, run.err))
            subprocess.run(['mount', '-o', 'remount,size=64m', place], check=True)
            self.recovered('%s: room for %d bytes' % (self.name, size))
            subprocess.run(['umount', place], check=False)
        self.account = home


def crashes(lab, program, more):
    s = Erasing(lab, program, 'erase', ('-q', '--jobs', '2', 'erase', 'c00003', 'c00011', '--yes'))
    small(s.before, 3, 10)
    put_snapshot(s.before, '20261123T050000Z', [customer_page([customer(11)], scope={'kind': 'updated'}), order_page([order(900, 11)], scope={'kind': 'updated'})])  # alone in their pages
    program(s.before, '-q', 'process')
    s.settle()
    if not shutil.which('strace'):
        print('skipped: strace is not installed')
    else:
        s.killed(['write', 'renameat2', 'rename', 'unlinkat', 'mkdir', 'fsync'], 10000 if more else 4)
        s.failing(WRITES, 10000 if more else 2)
    s.full([0, 8192, 65536, 131072, 262144])


# ---------------------------------------------------------------- they come again

def again(lab, program):
    """adopt stores nothing of them, by id alone; the tombstone can be taken back."""
    account = lab.new('again')
    small(account, 2, 12)
    program(account, '-q', 'process')
    lab.ran('again: erased', program(account, '-q', 'erase', 'c00003', '--yes'), 0)
    file = os.path.join(lab.new('file'), 'both.json')
    write(file, json.dumps({'customers': [customer(n) for n in range(12)] + [customer(90, email='user3@example.com')], 'orders': [order(n, n % 12) for n in range(20)] + [order(77, 3)]}))
    packed = os.path.join(lab.new('file'), 'one.json.gz')
    write(packed, gzip.compress(json.dumps(customer(3)).encode()))
    run = lab.ran('again: adopted', program(account, 'adopt', file, packed, '--taken-at', '2026-11-24T00:00:00Z'), 0, 'of erased customers came again', "customer c00090 has an address of somebody")
    lab.check('again: no address is told', 'user3@' not in run.err, run.err)
    lab.equal('again: nothing is stored', erased.hits(account, 'c00003'), [])
    manifest = json.loads(read(os.path.join(account, 'snapshots', '20261124T000000Z', 'manifest.json')))
    lab.equal('again: the manifest says so', [p.get('redacted') for p in manifest['pages']], [4, 4, 1])
    lab.ran('again: processed', program(account, '-q', 'process'), 0)
    rows = erased.people(erased.exported(account))
    lab.check('again: the new id is let in', 'c00003' not in rows and 'user3@example.com' in rows['c00090'], rows.get('c00090'))
    settled(lab, program, 'again', account)
    mark = json.loads(program(account, 'erase', '--list', '--json').out)[0]['hash']
    lab.ran('again: too short a hash', program(account, 'erase', '--forget', mark[:4]), 2)
    lab.ran('again: forgotten', program(account, 'erase', '--forget', mark[:12]), 0)
    lab.equal('again: no tombstone', program(account, 'erase', '--list', '--json').out, '[]\n')
    lab.ran('again: adopted once more', program(account, '-q', 'adopt', file, '--taken-at', '2026-11-25T00:00:00Z'), 0)
    lab.check('again: they are back', erased.hits(account, 'c00003') != [])


def lost(lab, program):
    """Tombstones that were lost are missed: nobody comes back without a word."""
    whole = lab.new('lost')
    small(whole, 2, 12)
    program(whole, '-q', 'process')
    lab.ran('lost: erased', program(whole, '-q', 'erase', 'c00003', '--yes'), 0)
    file = os.path.join(lab.new('file'), 'all.json')
    write(file, json.dumps({'customers': [customer(n) for n in range(12)]}))
    for gone in ('erased.json', 'erased.key'):
        account = clone(lab, whole)
        os.unlink(os.path.join(account, gone))
        for words in (['adopt', file, '--taken-at', '2026-11-24T00:00:00Z'], ['verify'], ['erase', 'c00004', '--yes'], ['erase', '--list']):
            lab.ran('lost: %s, %s' % (gone, words[0]), program(account, *words), 1, gone, 'Restore it from a backup')
        lab.equal('lost: nobody is back, ' + gone, erased.hits(account, 'user3@example.com'), [])
    account = clone(lab, whole)
    for gone in ('erased.json', 'erased.key'):
        os.unlink(os.path.join(account, gone))
    run = program(account, 'verify')
    lab.check('lost: both', run.code == 1 and 'erased.json: it is missing, and snapshot 20261123T000000Z says that somebody was erased' in run.out, run.out)
    never = lab.new('never')
    small(never, 2, 12)
    program(never, '-q', 'process')
    lab.equal('lost: nobody was ever erased', program(never, '-q', 'verify').code, 0)
    mark = json.loads(program(whole, 'erase', '--list', '--json').out)[0]['hash']
    lab.ran('lost: none is left', program(whole, '-q', 'erase', '--forget', mark), 0)
    lab.equal('lost: that is no loss', (program(whole, '-q', 'verify').code, program(whole, '-q', 'adopt', file, '--taken-at', '2026-11-24T00:00:00Z').code), (0, 0))


def refusals(lab, program):
    """What they refused is forgotten with them; that is said before, and a suppression list keeps it."""
    both = [customer(1, email=ANN, consentsToPromotionalEmail=False, createdAt='2026-02-01T00:00:00Z'), customer(2, email=ANN)]
    account = lab.account(('20261123T010000Z', [customer_page(both), order_page([order(1, 1)])]), program=program)
    twin = clone(lab, account)
    run = lab.ran('refusals: the plan', program(account, 'erase', 'c00001', '--dry-run'), 0)
    lab.check('refusals: they are told of', '1 of their addresses refused messages' in run.out, run.out)
    lab.check('refusals: and of who inherits', '1 other may be the contact' in run.out, run.out)
    lab.ran('refusals: erased', program(account, '-q', 'erase', 'c00001', '--yes'), 0)
    lab.check('refusals: the other one is the contact', ANN in erased.people(erased.exported(account))['c00002'])
    write(os.path.join(twin, 'flowstory.json'), json.dumps({'suppress': 'no.txt'}))
    write(os.path.join(twin, 'no.txt'), ANN + '\n')
    put_snapshot(twin, '20261123T020000Z', [customer_page(both)])
    lab.ran('refusals: suppressed', program(twin, '-q', 'process'), 0)
    lab.ran('refusals: erased, suppressed', program(twin, '-q', 'erase', 'c00001', '--yes'), 0)
    lab.check('refusals: the list is kept, and keeps', ANN.encode() in read(os.path.join(twin, 'no.txt')) and
              [r['reason'] for r in erased.exported(twin)['20261123T020000Z', 'skipped.csv'] if r['fh_id'] == 'c00002'] == ['suppressed'], erased.exported(twin).get(('20261123T020000Z', 'skipped.csv')))
    settled(lab, program, 'refusals', twin)


def several(lab, program):
    """Two at once, from standard input; then one after the other gives the same."""
    account = lab.new('several')
    small(account, 2, 12)
    program(account, '-q', 'process')
    single = clone(lab, account)
    lab.ran('several: at once', program(account, '-q', 'erase', '-', '--yes', data=b'user3@example.com\nc00005\n'), 0)
    for ident in ('c00005', 'c00003'):
        lab.ran('several: ' + ident, program(single, '-q', 'erase', ident, '--yes'), 0)
    rows = lambda a: {k: sorted(map(str, v)) for k, v in erased.exported(a).items()}
    lab.same('several: the same rows', rows(account), rows(single))
    lab.same('several: the same pages', erased.pages(account), erased.pages(single))
    lab.equal('several: tombstones', [len(json.loads(program(a, 'erase', '--list', '--json').out)) for a in (account, single)], [2, 2])
    settled(lab, program, 'several', account)


def removed(lab, program):
    """--orders remove: their orders go as well, and the sums say so."""
    account = lab.new('removed')
    small(account, 2, 12)
    program(account, '-q', 'process')
    before = erased.sums(account)
    lab.ran('removed', program(account, '-q', 'erase', 'c00003', '--orders', 'remove', '--yes'), 0)
    after = erased.sums(account)
    lab.check('removed: less is completed, and nobody is a guest', all(float(after[i]['completed']) < float(before[i]['completed']) and after[i]['guest'] == '0.00' for i in after), after)
    settled(lab, program, 'removed', account)


def tenth(lab, program):
    """Who is gone is counted no more: what was a tenth is more than that now, and is accepted as before."""
    people = [customer(n) for n in range(110)]
    account = lab.account(('20261123T010000Z', [customer_page(people)]), ('20261123T020000Z', [customer_page(people[11:])]), program=program)
    lab.ran('a tenth: erased', program(account, '-q', 'erase', 'c00050', '--yes'), 0)
    settled(lab, program, 'a tenth', account)
    lab.ran('a tenth: rebuilt', program(account, '-q', 'process', '--rebuild'), 0)


def marks(lab, program):
    """An apostrophe is part of an address, a full stop behind it is not."""
    people = [customer(1, email="o'neil@example.com"), customer(2, email='neil@example.com'), customer(3, email='dora@example.com.'),
              customer(4, note='sister of dora@example.com')]
    account = lab.account(('20261123T010000Z', [customer_page(people)]), program=program)
    run = lab.ran('marks: erased', program(account, 'erase', 'c00001', '--yes'), 0)
    lab.check('marks: their contact, not another', "o'neil@example.com" in run.out + run.err and 'contact neil@' not in run.out + run.err, run.out + run.err)
    lab.check('marks: the other stays', program(account, 'erase', '--check', 'neil@example.com').code == 1)
    lab.ran('marks: erased', program(account, '-q', 'erase', 'c00003', '--yes'), 0)
    text = b''.join(gzip.decompress(read(os.path.join(account, 'snapshots', '20261123T010000Z', n)))
                    for n in os.listdir(os.path.join(account, 'snapshots', '20261123T010000Z')) if n.endswith('.gz'))
    lab.check('marks: nothing is left', b'dora@' not in text and b'"neil@' in text, text)
    settled(lab, program, 'marks', account)


def bookmark(lab, program):
    """Imports by hand go on where they were."""
    account = lab.new('bookmark')
    small(account, 2, 12)
    program(account, '-q', 'process')
    out = lab.new('out')
    lab.ran('bookmark: first', program(account, '-q', 'export', '--new', '--out', out), 0)
    lab.ran('bookmark: done', program(account, '-q', 'export', '--done', out), 0)
    lab.ran('bookmark: erased', program(account, '-q', 'erase', 'c00003', '--yes'), 0)
    more = lab.new('out')
    lab.ran('bookmark: next', program(account, 'export', '--new', '--out', more), 0)
    lab.check('bookmark: nothing is new', not os.path.exists(os.path.join(more, 'contacts-0001.csv')), files(more) if os.path.exists(more) else '')


def links(lab, program):
    """One file under several names stays one, and pages that are not touched stay where they are."""
    account = lab.new('links')
    ids = small(account, 3, 12)
    room = os.path.join(account, 'snapshots')
    for ident in ids[1:]:
        os.makedirs(os.path.join(room, ident), exist_ok=True)
    page = read(os.path.join(room, ids[0], 'orders-0001.json.gz'))
    for ident in ids[1:]:
        path = os.path.join(room, ident, 'orders-0001.json.gz')
        os.unlink(path)
        os.link(os.path.join(room, ids[0], 'orders-0001.json.gz'), path)
        manifest = os.path.join(room, ident, 'manifest.json')
        text = json.loads(read(manifest))
        for p in text['pages']:
            if p['path'] == 'orders-0001.json.gz':
                p.update(bytes=len(page), sha256=__import__('hashlib').sha256(page).hexdigest())
        write(manifest, json.dumps(text))
    program(account, '-q', 'process')
    lab.ran('links: erased', program(account, '-q', 'erase', 'c00003', '--yes'), 0)
    lab.equal('links: one file', len({os.stat(os.path.join(room, i, 'orders-0001.json.gz')).st_ino for i in ids}), 1)
    settled(lab, program, 'links', account)


def elsewhere(lab, program):
    """Parts of the account that lie elsewhere: what cannot be brought to its end is not begun, and what a link leads to is searched."""
    account = lab.new('elsewhere')
    ids = small(account, 2, 12)
    program(account, '-q', 'process')

    def moved(name):
        """The account with this part behind a link; the link."""
        twin, place = clone(lab, account), lab.new('place')
        os.makedirs(place)
        shutil.move(os.path.join(twin, name), os.path.join(place, 'it'))
        os.symlink(os.path.join(place, 'it'), os.path.join(twin, name))
        return twin, os.path.join(place, 'it')

    for name in ('exports', 'diffs', 'state', 'exports/%s/contacts-0001.csv' % ids[0], 'snapshots/' + ids[1], 'snapshots/%s/customers-0001.json.gz' % ids[0]):
        twin, place = moved(name)
        before, there = tree(twin), tree(place, ('lock.mdb',))
        lab.ran('elsewhere: a link, ' + name, program(twin, '-q', 'erase', 'c00003', '--yes'), 1, name, 'is a link')
        lab.same('elsewhere: nothing changed, ' + name, tree(twin), before)
        lab.same('elsewhere: nor there, ' + name, tree(place, ('lock.mdb',)), there)
        run = program(twin, 'erase', '--check', 'user3@example.com')
        lab.check('elsewhere: searched, ' + name, name in ('state', 'diffs') or run.code == 1 and re.search('^' + name, run.out, re.M), run.out)
    twin, place = moved('snapshots')
    os.symlink('..', os.path.join(place, 'up'))
    os.symlink(twin, os.path.join(twin, 'self'))
    lab.ran('elsewhere: snapshots', program(twin, '-q', 'erase', 'c00003', '--yes'), 0)
    lab.equal('elsewhere: nothing is left of them', erased.hits(place, 'user3@example.com'), [])
    lab.check('elsewhere: and it was searched', program(twin, 'erase', '--check', 'user4@example.com').code == 1)

    mounting = ['unshare', '-rm', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"']    # the directory follows
    if subprocess.run(['unshare', '-rm', 'mount', '--bind', account, account], capture_output=True, check=False).returncode != 0:
        print('skipped: no leave to mount a directory')
        return
    folded = lab.new('folded')
    old(folded)
    program(folded, '-q', 'process')
    lab.ran('elsewhere: folded', program(folded, '-q', 'prune', *POLICY), 0)
    for which, names in ((account, ('exports', 'diffs', 'state')), (folded, ('exports', 'bases', 'snapshots'))):
        for name in names:
            twin = clone(lab, which)
            before = tree(twin)
            lab.ran('elsewhere: a disk of its own, ' + name, program(twin, '-q', 'erase', 'c00003', '--yes', front=mounting + [os.path.join(twin, name)]), 1, name, 'on another disk')
            lab.same('elsewhere: nothing changed, ' + name, tree(twin), before)
    twin = clone(lab, account)
    lab.ran('elsewhere: snapshots on a disk of their own', program(twin, '-q', 'erase', 'c00003', '--yes', front=mounting + [os.path.join(twin, 'snapshots')]), 0)
    settled(lab, program, 'elsewhere: snapshots on a disk of their own', twin)


def unread(lab, program):
    """What cannot be searched is told before anything is changed: a directory of root, as a disk of its own has one, and what lies behind a link. (Only root can try.)"""
    if os.geteuid() != 0:
        return
    os.chmod(lab.place, 0o755)
    tool, root = os.path.join(lab.place, 'flowstory'), lab.new('of-root')
    shutil.copyfile(program.path, tool)
    os.chmod(tool, 0o755)
    nobody = type(program)(tool)
    write(os.path.join(root, 'note'), 'c00003')
    os.chmod(root, 0o700)
    for where in ('lost+found', 'snapshots/lost+found', 'link', 'file'):
        account = lab.new('account')
        small(account, 1, 6)
        lab.ran('unread: process', program(account, '-q', 'process'), 0)
        for place, dirs, names in os.walk(account):
            for name in ['.'] + dirs + names:
                os.chown(os.path.join(place, name), 65534, 65534)
        path = os.path.join(account, where)
        if where == 'link':
            os.symlink(os.path.join(root, 'note'), path)
        elif where == 'file':
            write(path, 'c00003')
            os.chmod(path, 0o600)
        else:
            os.mkdir(path, 0o700)
        before = tree(account)
        for words in (['erase', 'c00003', '--yes'], ['erase', '--check', 'c00003']):
            lab.ran('unread: %s, %s' % (where, words[1]), nobody(account, '-q', *words, before=lambda: (os.setgid(65534), os.setuid(65534))), 1, path, 'ermission')
        lab.same('unread: nothing changed, ' + where, tree(account), before)


def named(lab, program):
    """What holds no byte may be called as they are: a directory, a link that leads nowhere, what a link leads to."""
    account = lab.new('account')
    small(account, 1, 6)
    lab.ran('named: process', program(account, '-q', 'process'), 0)
    made = {'to-call/c00003': os.mkdir, 'c00003': lambda path: os.symlink('nowhere', path), 'hers': lambda path: os.symlink('/nowhere/of/user3@example.com', path)}
    for name, make in made.items():
        twin = clone(lab, account)
        os.mkdir(os.path.join(twin, 'to-call'))
        make(os.path.join(twin, name))
        run = lab.ran('named: %s is left' % name, program(twin, '-q', 'erase', 'c00003', '--yes'), 1)
        lab.check('named: where, ' + name, re.search('^%s: ' % name, run.out, re.M) and '1 place in' in run.out, run.out)
        os.rmdir(os.path.join(twin, name)) if name.startswith('to') else os.unlink(os.path.join(twin, name))
        lab.ran('named: resumed, ' + name, program(twin, '-q', 'erase', '--resume'), 0)


def called(lab, program):
    """An order is called as they are, and names nobody: the search tells its places from any other, in pages, diffs, exports, the state and a base."""
    people = [customer(n) for n in range(1, 7)] + [customer(n) for n in range(100, 130)]
    one = dict(order(2, 3, when='2026-08-02T10:00:00Z', total=12.5), id='c00002')
    back = order(3, 3, when='2026-08-03T10:00:00Z', total=-5.0, originalSaleId='c00002')
    pages = [[order_page([one, back, order(1, 2, when='2026-08-02T10:00:00Z')])],
             [order_page([dict(one, completedOn='never'), back]), Page('orders', {'orders': [dict(one, customerId='c00004')]}, location='L2')],
             [order_page([dict(one, totals={'finalTotal': 13.5, 'subTotal': 'many'}), back])]]
    text = b'{"entity":"order","note":"by c00002"}\n'
    for what in ('called', 'called, in a base'):
        account = lab.account(*[(i, [customer_page(people), *p]) for i, p in zip(OLD[:2] + LATE[:1], pages)])
        lab.ran(what + ': process', program(account, '-q', 'process'), 3)
        if what != 'called':
            lab.ran(what + ': prune', program(account, '-q', 'prune', *POLICY), 0)
        for name, left in (('note.txt', text), ('note.jsonl.gz', gzip.compress(text)), ('c00002.txt', b'nobody')):
            twin = clone(lab, account)
            write(os.path.join(twin, name), left)
            run = lab.ran('%s: left in %s' % (what, name), program(twin, '-q', 'erase', 'c00002', '--yes'), 1)
            lab.check('%s: where, %s' % (what, name), re.search('^' + name, run.out, re.M) and '1 place in' in run.out, run.out)
            shutil.rmtree(twin)
        lab.ran(what + ': erased', program(account, '-q', 'erase', 'c00002', '--yes'), 0)
        lab.equal(what + ': only as an order', erased.id_hits(account, 'c00002'), [])
        lab.check(what + ': the order is there', erased.is_order(account, 'c00002'))
        settled(lab, program, what, account)
    for name in ('id', 'originalSaleId'):
        account = lab.account((OLD[0], [customer_page(people), order_page([order(1, 3, when='2026-08-02T10:00:00Z'), order(2, 3, when='2026-08-02T10:00:00Z', **{name: 'c00002 2'})])]))
        lab.ran('called: process, %s with more' % name, program(account, '-q', 'process'), 0)
        run = lab.ran('called: %s with more' % name, program(account, '-q', 'erase', 'c00002', '--yes'), 1)
        lab.check('called: %s with more tells of them' % name, re.search('^snapshots/%s/orders-0001' % OLD[0], run.out, re.M) and '1 place in' in run.out, run.out)


def twice(lab, program):
    """One file of two snapshots, in the first of which an order is not read yet: its time is to come."""
    told = order(2, 1, when='2026-11-10T10:00:00Z', total=33.0, memo='for ' + ANN)
    both = [order_page([order(1, 1), told], packed=False)]
    account = lab.account(('20261101T010000Z', [customer_page([customer(1), customer(2, email=ANN)])] + both),
                          ('20261123T010000Z', [customer_page([customer(1, loyaltyPoints=3), customer(2, email=ANN)])] + both))
    lab.ran('twice: process', program(account, '-q', 'process'), 3)
    first, second = (os.path.join(account, 'snapshots', i, 'orders-0001.json') for i in ('20261101T010000Z', '20261123T010000Z'))
    os.unlink(second)
    os.link(first, second)
    before, was = erased.sums(account), erased.exported(account)
    lab.ran('twice: erased', program(account, '-q', 'erase', 'c00002', '--yes'), 0)
    lab.equal('twice: the sums', erased.sums(account), before)
    erased.others_equal(lab, 'twice', was, erased.exported(account), {'c00002'}, {ANN, '+17205550002'})
    settled(lab, program, 'twice', account)


def neighbours(lab, program):
    """Ids that end, begin or hold the one that is erased are other customers'; so are those of orders."""
    for ident in ('12345678', 'u1234'):
        others = [ident[0] + ident, '9' + ident, ident + 'x', ident + '9', '9%s9' % ident, ident * 2]
        every = [ident] + others

        def read_n(n):
            people = [dict(customer(k, loyaltyPoints=n, email=None if n == k % 3 else 'user%d@example.com' % k, optIn=n != 2), id=one) for k, one in enumerate(every)]
            sold = [order(10 * k + m, 0, when='2026-0%d-10T10:00:00Z' % (7 + m), total=10.25 + n * k, customerId=every[(k + (m == 1) * n) % len(every)])
                    for k in range(len(every)) for m in (0, 1)]
            named = [dict(order(90, 1, when='2026-08-11T10:00:00Z', customerId=every[1]), id='9' + one) for one in every]
            return [customer_page(people + [customer(k) for k in range(100, 110)]), order_page(sold + named)]

        for what in ('neighbours', 'neighbours, in a base'):
            account = lab.account(*[(i, read_n(n)) for n, i in enumerate(OLD + LATE)])
            lab.ran('%s of %s: process' % (what, ident), program(account, '-q', 'process'), 0)
            if what != 'neighbours':
                lab.ran('%s of %s: prune' % (what, ident), program(account, '-q', 'prune', *POLICY), 0)
            was = erased.exported(account)
            lab.ran('%s of %s: erased' % (what, ident), program(account, '-q', 'erase', ident, '--yes'), 0)
            lab.check('%s of %s: the others stay' % (what, ident), set(others) <= set(erased.people(erased.exported(account))))
            erased.others_equal(lab, '%s of %s' % (what, ident), was, erased.exported(account), {ident}, {'user0@example.com', '+17205550000'})
            settled(lab, program, what, account)
            lab.ran('%s of %s: the search of its own' % (what, ident), program(account, 'erase', '--check', 'user0@example.com'), 0)


def by_mobile(lab, program):
    """Who has an email that is somebody else's contact is in DailyStory by their number."""
    account = lab.account(('20261123T010000Z', [customer_page([customer(1, email=ANN), customer(2, email=ANN), customer(3)]), order_page([order(1, 1)])]), program=program)
    lab.check('by mobile: one contact without the email', [r for r in erased.exported(account)['20261123T010000Z', 'contacts.csv'] if r['fh_id'] == 'c00002'][0]['Email address'] == '')
    run = lab.ran('by mobile: erased', program(account, 'erase', 'c00002', '--yes', '--json'), 0)
    lab.equal('by mobile: the number is said, not whose email it is', json.loads(run.out)['delete_by_hand'], ['+17205550002'])
    run = lab.ran('by mobile: erased', program(account, 'erase', 'c00003', '--yes'), 0)
    lab.check('by mobile: both are said', all('delete the contact %s in' % a in run.out for a in ('user3@example.com', '+17205550003')), run.out)


def by_hand(lab, program):
    """Whom somebody is told to delete in DailyStory: never another customer's contact, and each address once."""
    def told(what, first, second, *ids):
        account = lab.account(('20261123T010000Z', first), *[('20261123T020000Z', p) for p in second], program=program)
        return sorted(json.loads(lab.ran('by hand: ' + what, program(account, 'erase', *ids, '--yes', '--json'), 0).out)['delete_by_hand'])

    sold = order_page([order(1, 1)])
    lab.equal('by hand: an address that is another contact\'s by now',
              told('moved', [customer_page([customer(2, email=ANN)])], [[customer_page([customer(2, email='new@example.com'), customer(1, email=ANN)])]], 'c00002'),
              ['+17205550002', 'new@example.com'])
    shared = [customer_page([customer(1, email=ANN), customer(2, email=ANN), customer(3)]), sold]
    lab.equal('by hand: the one who was written with it', told('holder', shared, [], 'c00001'), ['+17205550001', ANN])
    lab.equal('by hand: both who share it', told('both', shared, [], 'c00002', 'c00001'), ['+17205550001', '+17205550002', ANN])
    moved = told('both, moved', [customer_page([customer(2, email=ANN)])], [[customer_page([customer(2, email='new@example.com'), customer(1, email=ANN)])]], 'c00001', 'c00002')
    lab.equal('by hand: each address once', moved, ['+17205550001', '+17205550002', ANN, 'new@example.com'])
    refuses = [customer_page([customer(1, email=ANN), customer(2, email=ANN, phone='1')]), sold]
    lab.equal('by hand: who was never a contact', told('none', refuses, [], 'c00002'), [])


def said(lab, program):
    """Stopped anywhere after it is said, or before: it is said."""
    account = lab.new('said')
    small(account, 2, 6)
    program(account, '-q', 'process')
    for word in ('unlinkat', 'renameat2', 'fsync', 'rename'):
        for n in (1, 5, 10, 20, 30, 40):
            twin = clone(lab, account)
            out = program(twin, '-q', 'erase', 'c00003', '--yes', front=['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=%s:signal=KILL:when=%d' % (word, n)]).out
            tombstones = os.path.join(twin, 'erased.json')
            if not os.path.exists(tombstones) or b'"customer"' not in read(tombstones):
                continue    # a list that is empty comes before the key, and nothing is begun
            out += program(twin, '-q', 'erase', '--resume').out
            lab.check('said: killed at %s %d' % (word, n), 'delete the contact user3@example.com' in out, out)
            shutil.rmtree(twin)


def refused(lab, program):
    """What is wrong is said, and changes nothing."""
    account = lab.new('refused')
    small(account, 2, 12)
    put_snapshot(account, '20261123T050000Z', [customer_page([customer(n, email='user1@example.com' if n == 2 else 'user%d@example.com' % n) for n in range(12)])])
    program(account, '-q', 'process')
    before = tree(account)
    lab.ran('ambiguous', program(account, 'erase', 'user1@example.com', '--yes'), 1, "'c00001', 'c00002'", 'Give the id')
    lab.ran('unknown id', program(account, 'erase', 'c99999', '--yes'), 1, 'no customer has the id')
    lab.ran('unknown', program(account, 'erase', 'nobody@example.com', '--yes'), 1, 'no customer has the id')
    for two in ('user3@example.com,user4@example.com', 'user3@example.com user4@example.com', 'Ann <user3@example.com>; user4@example.com'):
        lab.ran('two in one name', program(account, 'erase', two, '--yes'), 1, 'no customer has the id')
    for pasted in (' c00003', 'c00003\u200e', 'Ann <user3@example.com>'):
        lab.equal('as pasted', json.loads(program(account, 'erase', pasted, '--dry-run', '--json').out or '{}').get('customers'), ['c00003'])
    lab.ran('without a terminal', program(account, 'erase', 'c00003'), 2, '--yes')
    for words in ([], ['--orders', 'x', 'c00003'], ['--list', 'c00003'], ['c00003', '--leave'], ['--resume', 'c00003'], ['--check']):
        lab.ran('usage %s' % words, program(account, 'erase', *words), 2)
    lab.equal('--list of nobody', program(account, 'erase', '--list').out, '')
    lab.same('refused: nothing changed', tree(account), before)
    page = os.path.join(account, 'snapshots', '20261123T000000Z', 'customers-0001.json.gz')
    data = read(page)
    write(page, data[:-1] + b'x')
    lab.ran('a damaged page', program(account, 'erase', 'c00003', '--yes'), 4, 'sha256')
    write(page, data)
    lab.same('refused: still nothing changed', tree(account), before)
    lab.ran('--check finds', program(account, 'erase', '--check', 'user3@example.com'), 1)
    lab.ran('locale', program(account, '-q', 'erase', 'c00003', '--yes', env={'LC_ALL': 'tr_TR.UTF-8', 'TZ': 'Asia/Kathmandu'}, umask=0), 0)
    lab.equal('modes', [n for n, (mode, _) in tree(account).items() if mode & 0o077 and n in ('erased.json', 'erased.key', 'state', 'diffs', 'exports')], [])
    settled(lab, program, 'refused', account)


def pending(lab, program):
    """Whoever is in a snapshot that is not applied, or was refused, is erased by id."""
    account = lab.new('pending')
    small(account, 2, 12)
    program(account, '-q', 'process')
    put_snapshot(account, '20261123T050000Z', [customer_page([customer(n) for n in range(14)])])
    put_snapshot(account, '20261122T050000Z', [customer_page([customer(n) for n in range(12, 14)])])
    lab.ran('pending: erased', program(account, '-q', 'erase', 'c00013', '--yes'), 0)
    lab.equal('pending: nowhere', erased.hits(account, 'c00013'), [])
    lab.ran('pending: processed', program(account, '-q', 'process'), 4, 'older than the last one')
    lab.check('pending: the other one is there', 'c00012' in erased.people(erased.exported(account)))
    bare = lab.new('bare')
    small(bare, 2, 12)
    lab.ran('without a state: nobody', program(bare, '-q', 'erase', 'c99999', '--yes'), 1)
    lab.ran('without a state: erased', program(bare, '-q', 'erase', 'c00003', '--yes'), 0)
    lab.equal('without a state: nowhere', erased.hits(bare, 'c00003'), [])
    lab.ran('without a state: processed', program(bare, '-q', 'process'), 0)
    settled(lab, program, 'without a state', bare)


def main():
    lab, program, a = begin(__doc__, seeds=1, each=3, more=False)
    planted(lab, program)
    kept_in_sight(lab, program)
    again(lab, program)
    lost(lab, program)
    refusals(lab, program)
    several(lab, program)
    removed(lab, program)
    tenth(lab, program)
    marks(lab, program)
    bookmark(lab, program)
    links(lab, program)
    elsewhere(lab, program)
    unread(lab, program)
    named(lab, program)
    called(lab, program)
    twice(lab, program)
    neighbours(lab, program)
    by_mobile(lab, program)
    by_hand(lab, program)
    if shutil.which('strace'):
        said(lab, program)
    refused(lab, program)
    pending(lab, program)
    crashes(lab, program, a.more)
    worlds(lab, program, a.seeds, a.each)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
