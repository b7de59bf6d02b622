#!/usr/bin/env python3
"""erase_base.py PROGRAM [--seeds N] [--each N] [--more]: somebody is taken out of history that was folded, and nobody else loses anything.

Accounts of tests/witness/nasty.py are folded on the way, once or twice; then customers are erased in turn: no byte of theirs is left, records of everybody
else stand in the bases with their bytes, their rows are the same in every export, what was completed adds up to the same cent, verify --rebuild and
replay --check are silent, and whole lists of the end are those of the same account that was never folded. Then planted copies, kills and errors at system
calls, a full disk, a base that a stopped prune left, and what comes after.
--each: so many customers of each account (0: all); --more: every call. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import json
import os
import random
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import erased                         # noqa: E402
from crash import WRITES              # noqa: E402
from erase import ANN, Erasing, NUMBER, World, nothing_left, settled, told_of  # noqa: E402
from lab import begin, clone, customer, customer_page, files, order, order_page, put_snapshot, read, tree, write  # noqa: E402
from old_account import LATE, OLD, POLICY, old  # noqa: E402


# ---------------------------------------------------------------- invented worlds

class FoldedWorld(World):
    """A world whose first hours were folded, once or with a base before."""

    def fold(self, account, pins):
        policy = json.dumps({'all': '0s', 'pins': pins})
        tool = os.path.join(os.path.dirname(self.program.path), 'tests', 'tools', 'fold')
        run = subprocess.run([tool, account, policy], capture_output=True, text=True, check=False)
        self.lab.check(self.name + ': folded', run.returncode == 0, run.stderr)

    def make(self):
        super().make()
        self.plain, self.account = self.account, self.new()
        middle = len(self.steps) // 2
        for n, step in enumerate(self.steps):
            self.bring(self.account, step)
            self.accepting(lambda *words: self.program(self.account, '-q', 'process', *words))
            if n in (middle - 1, middle) and n > 0:
                self.fold(self.account, [self.steps[n - 2][0]] if n == middle and n > 1 else [])
        if not os.path.exists(os.path.join(self.plain, 'suppress.txt')) and os.path.exists(os.path.join(self.account, 'suppress.txt')):
            os.unlink(os.path.join(self.account, 'suppress.txt'))
        self.lab.equal(self.name + ': the same exports', erased.exported(self.account), self.rows)
        self.records = erased.bases(self.account)
        self.pages = erased.pages(self.account)

    def erase(self, ident, *words):
        what = '%s: %s%s' % (self.name, ident[:20], ' '.join(('',) + words))
        account, plain = clone(self.lab, self.account), clone(self.lab, self.plain)
        run = self.program(account, '-q', 'erase', '--yes', *words, '--', ident)
        if not self.lab.check(what + ': erased', run.code == 0, '%d %s %s' % (run.code, run.out[-900:], run.err)):
            return
        linked = self.linked(ident)
        rows = erased.exported(account)
        erased.structure(self.lab, what, self.pages, erased.pages(account), {ident}) if not words else None
        erased.others_equal(self.lab, what, self.rows, rows, *linked)
        based(self.lab, what, self.records, erased.bases(account), ident, bool(words))
        if not words:
            self.lab.equal(what + ': completed', [s['completed'] for s in erased.sums(account).values()], [s['completed'] for s in erased.sums(self.account).values()])
        self.lab.check(what + ': no row of theirs', self.shown(ident) not in erased.people(rows), ident)
        others = set().union(*erased.people(rows).values())  # who was exported with the address, and has another by now
        for key, text in erased.bases(account).items():
            if key[1] == 'customer':
                others |= self.addresses(erased.value_of(text) or {})
        nothing_left(self.lab, what, account, ident, self.people[ident] - others)
        self.refused(what, ident, rows)
        settled(self.lab, self.program, what, account)
        self.lab.ran(what + ': the same without a base', self.program(plain, '-q', 'erase', '--yes', *words, '--', ident), 0)
        self.later(what, account, plain, linked)
        shutil.rmtree(account)
        shutil.rmtree(plain)

    def refused(self, what, ident, rows):
        """Of folded exports every opt-out is left of an address that anybody else has in a base or was exported with."""
        start = max(os.listdir(os.path.join(self.account, 'bases')))
        theirs = set()
        for who, addresses in erased.people({k: v for k, v in self.rows.items() if k[0] <= start}).items():
            theirs |= addresses if who != self.shown(ident) else set()
        for key, text in self.records.items():
            if key[1] == 'customer' and erased.owner('customers', text) != ident:
                theirs |= self.addresses(erased.value_of(text) or {})
        kept = lambda all_: sorted((k[0], str(r)) for k, v in all_.items() if k[0] <= start and k[1] == 'opt-outs.csv' for r in v if set(r.values()) & theirs)
        self.lab.equal(what + ': what others refused', kept(rows), kept(self.rows))

    def later(self, what, account, plain, linked):
        """Hours behind the base are those of an account that was never folded; in the end it is the same for everybody."""
        start = max(os.listdir(os.path.join(account, 'bases')))
        some = lambda a: {k: v for k, v in erased.exported(a).items() if k[0] > start}
        erased.others_equal(self.lab, what + ': later hours', some(plain), some(account), *linked)
        self.lab.equal(what + ': sums of later hours', *[{k: v for k, v in erased.sums(a).items() if k > start} for a in (account, plain)])
        self.lab.equal(what + ': counts of later hours', *[counts(a, start) for a in (account, plain)])
        outs = []
        for a in (account, plain):
            outs.append(self.lab.new('out'))
            self.lab.ran(what + ': export --full', self.program(a, '-q', 'export', '--full', '--out', outs[-1]), 0)
        self.lab.same(what + ': everything in the end', *[{n: read(os.path.join(out, n)) for n in files(out) if n.endswith('.csv') and n != 'opt-outs.csv'} for out in outs])
        owed = [set(read(os.path.join(out, 'opt-outs.csv')).split(b'\r\n')) if os.path.exists(os.path.join(out, 'opt-outs.csv')) else set() for out in outs]
        self.lab.check(what + ': opt-outs of others', all(any(a.encode() in line for a in linked[1]) for line in owed[0] ^ owed[1]), owed[0] ^ owed[1])


def counts(account, start):
    """What the exports behind the base count, but for what changed with each."""
    found = {}
    for ident in sorted(os.listdir(os.path.join(account, 'exports'))):
        if ident > start:
            manifest, segments = (json.loads(read(os.path.join(account, 'exports', ident, n))) for n in ('manifest.json', 'segments.json'))
            some = {k: manifest['counts'][k] for k in ('customers', 'contacts', 'skipped', 'orders', 'guest_orders', 'unattributed_orders')}
            found[ident] = (some, manifest['statuses'], [(s['slug'], s['members'], s['contacts']) for s in segments])
    return found


def based(lab, what, before, after, ident, removal):
    """Records of others have their bytes; theirs are gone, or orders that name nobody."""
    wrong = []
    for key, was in before.items():
        resource = 'orders' if key[1] == 'order' else 'customers'
        now = after.get(key)
        if erased.owner(resource, was) != ident:
            good = now == was or now is not None and (erased.value_of(now) is not None)
            good = good and (now == was or b'null' in now or b'erased' in now)
        elif resource == 'customers' or removal:
            good = now is None
        else:
            good = now is not None and erased.guest(erased.value_of(was), erased.value_of(now))
        if not good:
            wrong.append((key, was[:300], now and now[:300]))
    lab.check(what + ': records of bases', not wrong and not set(after) - set(before), wrong[:2])


def worlds(lab, program, seeds, each):
    for profile in ('nice', 'nasty', 'windowed', 'mass'):
        for seed in range(1, seeds + 1):
            world = FoldedWorld(lab, program, seed, profile)
            if len(world.steps) < 3:
                continue
            world.make()
            ids = sorted(i for i in world.people if '\0' not in i and len(i.encode()) <= 240)
            chosen = ids if each == 0 else random.Random(seed).sample(ids, min(each, len(ids)))
            for n, ident in enumerate(chosen):
                world.erase(ident)
                if n == 0:
                    world.erase(ident, '--orders', 'remove')
            shutil.rmtree(world.account)
            shutil.rmtree(world.plain)


# ---------------------------------------------------------------- planted copies

def planted(lab, program):
    """Copies where nobody looks for them, in what was folded."""
    account = lab.account(*told_of(OLD[:3]), name='planted')
    late = [customer_page([customer(n) for n in range(1, 7)] + [customer(8)]), order_page([order(3, 1), order(4, 2), order(2, 3, total=40.0)])]
    for ident in [OLD[3]] + LATE:
        put_snapshot(account, ident, late)
    lab.ran('planted: process', program(account, '-q', 'process', '--accept-mass-change', OLD[3]), (0, 3))
    lab.ran('planted: prune', program(account, '-q', 'prune', *POLICY, '--keep-monthly', '9'), 0)
    lab.equal('planted: two bases', len(os.listdir(os.path.join(account, 'bases'))), 2)
    was, sums = erased.exported(account), [s['completed'] for s in erased.sums(account).values()]
    lab.check('planted: they are found', program(account, 'erase', '--check', ANN, NUMBER, 'MED-77123').code == 1)
    before = tree(account)
    lab.ran('planted: a dry run', program(account, 'erase', 'c00007', '--dry-run', '--json'), 0)
    lab.same('planted: a dry run changes nothing', tree(account), before)
    run = lab.ran('planted: erased', program(account, 'erase', 'c00007', '--yes'), 0)
    lab.check('planted: whom to delete', 'delete the contact %s in DailyStory by hand' % ANN in run.out, run.out)
    for needle in (ANN, 'c00007', 'quist', 'MED-77123', 'annemarie'):
        lab.equal('planted: %s is nowhere' % needle, erased.hits(account, needle), [])
    lab.equal('planted: nor the number', erased.digits_in(account, '3035550147'), [])
    lab.equal('planted: --check agrees', program(account, 'erase', '--check', ANN, NUMBER, 'MED-77123', 'Annemarie Quist').code, 0)
    erased.others_equal(lab, 'planted', was, erased.exported(account), {'c00007'}, {ANN, '+13035550147'})
    lab.equal('planted: completed', [s['completed'] for s in erased.sums(account).values()], sums)
    packed = [json.loads(line) for line in gzip.decompress(read(os.path.join(account, 'snapshots', 'pruned.jsonl.gz'))).splitlines()]
    lab.equal('planted: pages are called otherwise', [p['path'][:16] for x in packed for p in x['manifest']['pages'] if p['resource'] == 'customer'], ['customer-erased-'] * 2)
    run = lab.ran('planted: explain of another', program(account, 'explain', 'c00008', '--json'), 0)
    lab.check('planted: where the other was read', 'customer-erased-' in run.out, run.out)
    for words in (['explain', 'c00001'], ['explain', 'c00001', '--at', OLD[2]], ['explain', 'c00001', '--at', OLD[3]], ['report'], ['audit', '--customer', 'c00001'], ['audit', '--verify'], ['audit', '--field', '/loyaltyPoints'], ['diff', *LATE], ['segments']):
        lab.ran('planted: %s' % words, program(account, *words), 0)
    settled(lab, program, 'planted', account)


# ---------------------------------------------------------------- what comes after

def after(lab, program):
    """Other customers, other commands and another prune go on."""
    account = lab.new('after')
    old(account)
    late = json.loads(gzip.decompress(read(os.path.join(account, 'snapshots', LATE[1], 'customers-0001.json.gz'))))['customers']
    put_snapshot(account, '20261124T000000Z', [customer_page(late + [customer(800), customer(801, email='user1@example.com')]), order_page([order(900, 800)], scope={'kind': 'updated'})])
    lab.ran('after: process', program(account, '-q', 'process'), 0)
    lab.ran('after: prune', program(account, '-q', 'prune', *POLICY, '--exports', '30d'), 0)
    was, sums = erased.exported(account), [s['completed'] for s in erased.sums(account).values()]
    before = tree(account)
    kept = lambda n: n.startswith(('bases/', 'diffs/' + OLD[0][:6], 'exports/' + OLD[0][:6], 'snapshots/pruned'))
    for who in ('c00800', 'c00801'):
        lab.ran('after: %s came later' % who, program(account, '-q', 'erase', who, '--yes'), 0)
        lab.equal('after: %s is nowhere' % who, erased.hits(account, who), [])
    lab.same('after: folded history of before they came', {n: v for n, v in tree(account).items() if kept(n)}, {n: v for n, v in before.items() if kept(n)})
    gone = {'c00800', 'c00801', 'c00001'}
    for who in ('c00005', 'user7@example.com', 'c00004'):
        run = lab.ran('after: %s is in a base' % who, program(account, 'erase', who, '--yes', '--json'), 0)
        gone.add(json.loads(run.out)['customers'][0])
        settled(lab, program, 'after: ' + who, account)
    addresses = {'user%d@example.com' % n for n in (800, 1, 5, 7, 4)} | {'+1720555%04d' % n for n in (800, 801, 5, 7, 4)}
    for who in ('c00005', 'c00007', 'c00004', 'user5@', 'user7@', 'user4@'):
        lab.equal('after: %s is nowhere' % who, erased.hits(account, who), [])
    erased.others_equal(lab, 'after', was, erased.exported(account), gone, addresses)
    lab.equal('after: completed', [s['completed'] for s in erased.sums(account).values()], sums)
    lab.ran('after: rebuilt', program(account, '-q', 'process', '--rebuild'), 0)
    settled(lab, program, 'after: rebuilt', account)
    put_snapshot(account, '20270120T000000Z', [customer_page([c for c in late if c['id'] not in gone] + [customer(900)]), order_page([order(901, 900)])])
    lab.ran('after: another hour', program(account, '-q', 'process', '--accept-mass-change', '20270120T000000Z'), 0)
    lab.ran('after: prune again', program(account, '-q', 'prune', *POLICY, '--exports', '30d'), 0)
    lab.equal('after: another base', os.listdir(os.path.join(account, 'bases')), ['20261124T000000Z'])
    settled(lab, program, 'after: pruned again', account)
    lab.ran('after: one more', program(account, '-q', 'erase', 'c00006', '--yes'), 0)
    settled(lab, program, 'after: one more', account)
    lab.equal('after: tombstones', len(json.loads(program(account, 'erase', '--list', '--json').out)), 6)


def heirs(lab, program):
    """Who lost an address to somebody in a base has it with the first snapshot behind it; what only the other one refused is refused no more."""
    both = [customer(1, email=ANN, consentsToPromotionalEmail=False), customer(2, email=ANN), customer(3, email=ANN, phone='7205550002', createdAt='2026-02-01T00:00:00Z')]
    account = lab.account(*[(ident, [customer_page(both), order_page([order(1, 1, when='2026-08-01T10:00:00Z')])]) for ident in OLD + LATE], program=program)
    lab.ran('heirs: prune', program(account, '-q', 'prune', *POLICY), 0)
    run = lab.ran('heirs: the plan', program(account, 'erase', 'c00001', '--dry-run'), 0)
    lab.check('heirs: the refusal is told of', '1 of their addresses refused messages' in run.out, run.out)
    lab.ran('heirs: erased', program(account, '-q', 'erase', 'c00001', '--yes'), 0)
    rows = erased.exported(account)
    lab.check('heirs: an heir', ANN in erased.people({k: v for k, v in rows.items() if k[0] == LATE[0]}).get('c00003', ()), rows.get((LATE[0], 'contacts.csv')))
    lab.check('heirs: lost to nobody', all(r['detail'] != 'c00001' for (_, f), list_ in rows.items() if f == 'skipped.csv' for r in list_))
    out = lab.new('out')
    lab.ran('heirs: export --full', program(account, '-q', 'export', '--full', '--out', out), 0)
    lab.check('heirs: not refused any more', not os.path.exists(os.path.join(out, 'opt-outs.csv')))
    settled(lab, program, 'heirs', account)
    twin = lab.account(*[(ident, [customer_page([dict(c, consentsToPromotionalEmail=False) for c in both]), order_page([order(1, 1, when='2026-08-01T10:00:00Z')])]) for ident in OLD + LATE], program=program)
    lab.ran('heirs: prune', program(twin, '-q', 'prune', *POLICY), 0)
    lab.ran('heirs: erased', program(twin, '-q', 'erase', 'c00001', '--yes'), 0)
    lab.check('heirs: what others refused stays', any(ANN in str(r) for (_, f), list_ in erased.exported(twin).items() if f == 'opt-outs.csv' for r in list_))
    out = lab.new('out')
    lab.ran('heirs: export --full', program(twin, '-q', 'export', '--full', '--out', out), 0)
    lab.check('heirs: and is exported', ANN.encode() in read(os.path.join(out, 'opt-outs.csv')))
    settled(lab, program, 'heirs, refused', twin)


def spare(lab, program):
    """A base that a stopped prune left behind is no reason to refuse, and is gone afterwards."""
    for first in (False, True):
        account = lab.new('spare')
        old(account)
        lab.ran('spare: process', program(account, '-q', 'process'), 0)
        if first:
            lab.ran('spare: a first prune', program(account, '-q', 'prune', '--keep-all', '60d'), 0)
        done = clone(lab, account)
        lab.ran('spare: pruned', program(done, '-q', 'prune', *POLICY), 0)
        shutil.copytree(os.path.join(done, 'bases', OLD[-1]), os.path.join(account, 'bases', OLD[-1]))
        lab.ran('spare: erased', program(account, '-q', 'erase', 'c00005', '--yes'), 0)
        lab.check('spare: it is gone', not os.path.exists(os.path.join(account, 'bases', OLD[-1])))
        lab.equal('spare: nothing of them', erased.hits(account, 'c00005') + erased.hits(account, 'user5@'), [])
        settled(lab, program, 'spare', account)
        lab.ran('spare: prune', program(account, '-q', 'prune', *POLICY), 0)
        settled(lab, program, 'spare, pruned', account)


def linked(lab, program):
    """A page that is the same in two bases is one file before and after."""
    account = lab.new('linked')
    for n, ident in enumerate(OLD + LATE):
        who = [customer(k, loyaltyPoints=n) for k in range(12)]
        sold = [order(k, 5 if k < 9 else k % 5, when='2026-0%d-10T10:00:00Z' % (7 if k < 9 else 8)) for k in range(40)]
        put_snapshot(account, ident, [customer_page(who), order_page(sold)])
    lab.ran('linked: process', program(account, '-q', 'process'), 0)
    lab.ran('linked: prune', program(account, '-q', 'prune', *POLICY, '--keep-monthly', '9'), 0)
    both = lambda name: {os.stat(os.path.join(account, 'bases', i, name)).st_ino for i in os.listdir(os.path.join(account, 'bases'))}
    lab.equal('linked: before', [len(both('orders-2026-0%d-0001.json.gz' % m)) for m in (7, 8)], [1, 1])
    lab.ran('linked: erased', program(account, '-q', 'erase', 'c00005', '--yes'), 0)
    lab.equal('linked: two bases', len(os.listdir(os.path.join(account, 'bases'))), 2)
    lab.equal('linked: after', [len(both('orders-2026-0%d-0001.json.gz' % m)) for m in (7, 8)], [1, 1])
    lab.equal('linked: nothing of them', erased.hits(account, 'c00005'), [])
    settled(lab, program, 'linked', account)


# ---------------------------------------------------------------- opt-outs of folded exports

def refusals(account):
    """{(snapshot, address)} that the opt-outs of the exports name."""
    return {(key[0], cell) for key, list_ in erased.exported(account).items() if key[1] == 'opt-outs.csv' for row in list_ for cell in row.values() if '@' in str(cell)}


def refusing(lab, program, reads, late, *policy, settings=None):
    """An account of these customers, a list for each hour of OLD, folded."""
    crowd = [customer(n) for n in range(100, 140)]
    hours = zip(OLD + LATE, reads + [late] * len(LATE))
    account = lab.account(*[(ident, [customer_page(who + crowd), order_page([order(1, 100, when='2026-08-01T10:00:00Z')])]) for ident, who in hours], settings=settings, program=program)
    lab.ran('refusing: prune', program(account, '-q', 'prune', *POLICY, *policy), 0)
    return account


def earlier_owners(lab, program):
    """An address that had another owner before: what that one refused stays."""
    no = {'consentsToPromotionalEmail': False}
    young = dict(no, birthDate='2010-01-01')
    x = 'wanderer@example.com'
    heir, plain, moved = customer(1, email=x), customer(1), 'moved@example.com'
    worlds_ = {
        'was a contact': [[customer(2, email=x, **no)], [customer(2, email=moved, **no)], [customer(2, email=moved, **no), heir]],
        'was never exported': [[plain, customer(2, email=x, **young)], [plain, customer(2, email=moved, **young)], [heir, customer(2, email=moved, **young)]],
        'was a contact and left': [[plain], [plain, customer(2, email=x, **no)], [heir]],
        'is in an earlier base': [[plain], [plain, customer(2, email=x, **young)], [plain, customer(2, email=x, **young)], [heir]],
        'was a contact and is gone': [[plain, customer(2, email=x)], [plain, customer(2, email=x, **no)], [heir]],
    }
    for what, reads in worlds_.items():
        for policy in ((), ('--keep-monthly', '9')):
            if what == 'is in an earlier base' and not policy:
                continue
            account = refusing(lab, program, (reads + reads[-1:])[:len(OLD)], reads[-1], *policy, settings={'min_age': 21})
            was = {(at, a) for at, a in refusals(account) if at <= OLD[-1]}
            lab.check('earlier owner %s: is listed' % what, x in {a for _, a in was}, was)
            lab.ran('earlier owner %s: erased' % what, program(account, '-q', 'erase', 'c00001', '--yes'), 0)
            lab.equal('earlier owner %s: stays' % what, {(at, a) for at, a in refusals(account) if at <= OLD[-1]}, was)
            settled(lab, program, 'earlier owner ' + what, account)


def unseen_owners(lab, program):
    """Who came and went between two bases: no line says what address they had, and nobody else's opt-out goes but of those who went as well."""
    young = {'consentsToPromotionalEmail': False, 'birthDate': '2010-01-01'}
    x, before, behind = 'passer@example.com', 'before@example.com', 'behind@example.com'
    stays = [customer(1), customer(4, email='stays@example.com', consentsToPromotionalEmail=False)]
    guarded = customer(7, email='-guarded@example.com', consentsToPromotionalEmail=False)
    reads = [stays + [customer(5, email=before, **young)],
             stays + [guarded] + [customer(2, email=x, **young)], stays + [guarded, customer(3, email=behind, **young)], stays + [guarded]]
    account = refusing(lab, program, reads, reads[-1], settings={'min_age': 21})
    was = refusals(account)
    lab.equal('unseen owner: listed', {a for _, a in was}, {x, before, behind, 'stays@example.com', '-guarded@example.com'})
    lab.ran('unseen owner: erased', program(account, '-q', 'erase', 'c00002', '--yes'), 0)
    lab.equal('unseen owner: is nowhere', erased.hits(account, x), [])
    lab.equal('unseen owner: what others refused', refusals(account), {(at, a) for at, a in was if a != x})
    settled(lab, program, 'unseen owner', account)
    shared = refusing(lab, program, reads[:-1] + [reads[-1] + [customer(6, email=x)]], reads[-1], settings={'min_age': 21})
    was = refusals(shared)
    lab.ran('unseen owner: somebody else has it', program(shared, '-q', 'erase', 'c00002', '--yes'), 0)
    lab.equal('unseen owner: so it stays', refusals(shared), was)
    settled(lab, program, 'unseen owner, shared', shared)


def later_owners(lab, program):
    """Who came behind the base with an address that somebody else refused before is erased, and the refusal stays."""
    x = 'before@example.com'
    young = customer(2, email=x, consentsToPromotionalEmail=False, birthDate='2010-01-01')
    for what, early in (('is new', []), ('had another', [customer(1)])):
        account = refusing(lab, program, [[young] + early, early, early, early], [customer(1, email=x)], settings={'min_age': 21})
        was = refusals(account)
        lab.check('later owner %s: listed' % what, (OLD[0], x) in was, was)
        lab.ran('later owner %s: erased' % what, program(account, '-q', 'erase', 'c00001', '--yes'), 0)
        lab.equal('later owner %s: what was refused' % what, refusals(account), was)
        lab.ran('later owner %s: process' % what, program(account, '-q', 'process'), 0)
        settled(lab, program, 'later owner ' + what, account)


# ---------------------------------------------------------------- crashes and full disks

class FoldedErasing(Erasing):
    """The same with a base, which has to come out alike, too."""

    def outcome(self):
        found = super().outcome()
        found.update({'bases/%s/%s/%s' % key: text for key, text in erased.bases(self.account).items()})
        found['packed'] = gzip.decompress(read(os.path.join(self.account, 'snapshots', 'pruned.jsonl.gz')))
        return found


def crashes(lab, program, more):
    s = FoldedErasing(lab, program, 'folded', ('-q', '--jobs', '2', 'erase', 'c00003', 'c00011', '--yes'))
    old(s.before, people=12)
    lab.ran('crashes: process', program(s.before, '-q', 'process'), 0)
    lab.ran('crashes: prune', program(s.before, '-q', 'prune', *POLICY, '--keep-monthly', '5'), 0)
    s.settle()
    if shutil.which('strace'):
        s.killed(['write', 'renameat2', 'rename', 'unlinkat', 'mkdir', 'fsync'], 10000 if more else 4)
        s.failing([c for c in WRITES if c not in ('writev', 'chmod')], 10000 if more else 2)
    else:
        print('skipped: strace is not installed')
    s.kills(60 if more else 8, 0.6)
    s.full([0, 262144, 400000, 500000, 600000, 800000])


def damaged(lab, program):
    """A base at fault is told of before anything is changed."""
    account = lab.new('damaged')
    old(account)
    lab.ran('damaged: process', program(account, '-q', 'process'), 0)
    lab.ran('damaged: prune', program(account, '-q', 'prune', *POLICY), 0)
    names = ['bases/%s/%s' % (OLD[-1], n) for n in files(os.path.join(account, 'bases', OLD[-1]))] + ['diffs/%s.jsonl.gz' % OLD[1], 'snapshots/pruned.jsonl.gz']
    for name in names + ['exports/%s/%s' % (OLD[1], n) for n in ('contacts-0001.csv', 'contacts-0001.json', 'events.jsonl', 'manifest.json')]:
        path = os.path.join(account, name)
        data = read(path)
        write(path, data[:-9] + bytes([data[-9] ^ 1]) + data[-8:] if not name.endswith('manifest.json') else data.replace(b'sha256', b'sha255'))
        before = tree(account)
        lab.ran('damaged: ' + name, program(account, '-q', 'erase', 'c00005', '--yes'), 4)
        lab.same('damaged: %s: nothing changed' % name, tree(account), before)
        write(path, data)


def main():
    lab, program, a = begin(__doc__, seeds=1, each=3, more=False)
    planted(lab, program)
    after(lab, program)
    heirs(lab, program)
    earlier_owners(lab, program)
    unseen_owners(lab, program)
    later_owners(lab, program)
    spare(lab, program)
    linked(lab, program)
    damaged(lab, program)
    crashes(lab, program, a.more)
    worlds(lab, program, a.seeds, a.each)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
