#!/usr/bin/env python3
"""prune.py PROGRAM [--seeds N] [--more]: history that is folded gives what the whole history gives.

Accounts of tests/witness/nasty.py are applied twice: once as they are, once with everything but the last snapshot folded after
each (tests/tools/fold.c), base after base. Both give the same diffs, exports and rows of the state; a rebuild from the base, a
replay and verify agree. Then the command: what it keeps and refuses; a call of it fails or the process dies at it (strace), the disk
is full, and the next run ends as if nothing had been. --more: ten times as many accounts, and every call.
Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

from crash import Scenario, WRITES    # noqa: E402
from invented import Invented         # noqa: E402
from kept import Tools, evident       # noqa: E402
from lab import Page, begin, clone, customer, customer_page, dumped, files, flip, leftovers, order, order_page, put_snapshot, read, results, snapshots, tree, write  # noqa: E402
from old_account import LATE, OLD, POLICY, old, pages  # noqa: E402

NOTHING = '{"all":"0s"}'    # keep the last snapshot alone


class Folded(Invented):
    """One invented account, folded after every snapshot."""

    def __init__(self, lab, program, tools, seed, profile):
        super().__init__(lab, program, seed, profile)
        self.tools = tools

    def process(self, account, *words):
        run = self.accepting(lambda *more: self.program(account, '-q', 'process', *words, *more))
        return self.lab.check('%s: process' % self.name, run.code in (0, 3), '%d %s' % (run.code, run.err))

    def run(self):
        plain, folded = self.new(), self.new()
        for n, step in enumerate(self.steps):
            for account in (plain, folded):
                self.bring(account, step)
                if not self.process(account):
                    return
            what = '%s: after %d' % (self.name, n + 1)
            self.same(what, folded, plain)
            if n > 0:
                self.fold(what, folded, step[0])
                self.same(what + ', folded', folded, plain)
        self.ends(folded, plain)

    def same(self, what, folded, plain):
        self.lab.same(what + ': results', results(folded), results(plain))
        self.lab.check(what + ': state', self.tools.state(folded) == self.tools.state(plain))

    def fold(self, what, account, last):
        run = self.tools.fold(account, NOTHING)
        self.lab.check(what + ': fold', run.returncode == 0, run.stderr)
        self.lab.equal(what + ': what is left', [n for n in snapshots(account) if n != 'pruned.jsonl.gz'], [last])
        self.lab.equal(what + ': one base', len(os.listdir(os.path.join(account, 'bases'))), 1)
        self.lab.equal(what + ': leftovers', leftovers(account), [])

    def ends(self, folded, plain):
        """What is made again out of the base."""
        if len(self.steps) < 2:
            return
        again = clone(self.lab, folded)
        self.process(again, '--rebuild')
        self.same(self.name + ': --rebuild', again, plain)
        again = clone(self.lab, folded, 'state')
        self.process(again)
        self.same(self.name + ': without state/', again, plain)
        for words in (['--full'], ['--since', self.steps[0][0]], ['--since', self.steps[-2][0]]):
            outs = [self.lab.new('out') for _ in (folded, plain)]
            for account, out in zip((folded, plain), outs):
                self.lab.ran('%s: export %s' % (self.name, words), self.program(account, '-q', 'export', *words, '--out', out), 0)
            self.lab.same('%s: export %s: the same' % (self.name, words), tree(outs[0]), tree(outs[1]))
        out = self.lab.new('replayed')
        self.lab.ran(self.name + ': replay --check', self.program(folded, '-q', 'replay', '--out', out, '--check'), 0)
        run = self.program(folded, 'verify', '--rebuild')
        self.lab.check(self.name + ': verify --rebuild', run.code == 0, run.out)


# ---------------------------------------------------------------- the command

def made(lab, program, **how):
    """An old account, applied."""
    account = lab.new('account')
    old(account, **how)
    lab.ran('process', program(account, '-q', 'process'), 0)
    return account


def there(account):
    return [n for n in snapshots(account) if n != 'pruned.jsonl.gz']


def bases(account):
    return sorted(os.listdir(os.path.join(account, 'bases')))


def policies(lab, program, tools):
    """What is kept, said and refused."""
    account = made(lab, program)
    before, plain = tree(account), clone(lab, account)
    lab.ran('nothing is set', program(account, 'prune'), 0, 'no retention is set')
    run = lab.ran('--dry-run', program(account, 'prune', '--dry-run', '--json', *POLICY), 0)
    plan = json.loads(run.out)
    lab.equal('--dry-run: no warning', run.err, '')
    lab.equal('--dry-run: what is folded', (plan['folded']['snapshots'], plan['folded']['from'], plan['folded']['until']), (4, OLD[0], OLD[-1]))
    lab.equal('--dry-run: the base', [(b['id'], b['kept_because'], b['made']) for b in plan['bases']], [(OLD[-1], 'horizon', True)])
    lab.same('--dry-run: nothing changed', tree(account), before)
    lab.ran('keeps nothing', program(account, 'prune', '--keep-daily', '0'), 2, 'keep nothing')
    lab.ran('prune', program(account, '-q', 'prune', *POLICY, '--keep-monthly', '5'), 0)
    lab.equal('what is left', (there(account), bases(account)), (LATE, [OLD[2], OLD[3]]))
    told = json.loads(program(account, 'status', '--json').out)
    lab.equal('status', (told['base'], told['unfinished_prune'], told['applied'], told['pending'], told['late']), (OLD[3], False, 6, 0, 0))
    lab.equal('packed manifests', [json.loads(line)['id'] for line in gzip.decompress(read(os.path.join(account, 'snapshots', 'pruned.jsonl.gz'))).splitlines()], OLD)
    lab.equal('private', {mode for name, (mode, _) in tree(account).items() if name.startswith('bases')}, {0o700, 0o600})
    lab.same('results', results(account), results(plain))
    lab.check('state', tools.state(account) == tools.state(plain))
    settled = tree(account)
    aside = lab.new('aside')
    os.mkdir(aside)
    for who in ('c00000', 'c00002', 'c00004', 'c00018'):
        asked = [json.loads(program(a, 'explain', who, '--at', OLD[2], '--json', env={'TMPDIR': aside}).out or '{}') for a in (account, plain)]
        lab.check('explain %s with a base that is kept' % who, asked[0] != {} and evident(asked[0]) == evident(asked[1]), asked)
    lab.ran('explain between the bases', program(account, 'explain', 'c00005', '--at', OLD[1]), 1, 'were pruned', OLD[2])
    lab.equal('nothing is left of it', os.listdir(aside), [])
    lab.same('explain changes nothing', tree(account), settled)
    page = os.path.join(lab.place, 'page.json')
    write(page, json.dumps({'customers': [customer(1)]}))
    for ident in (OLD[0], OLD[-1]):
        taken = '%s-%s-%sT%s:%s:%sZ' % (ident[:4], ident[4:6], ident[6:8], ident[9:11], ident[11:13], ident[13:15])
        lab.ran('a snapshot of a time that was pruned', program(account, 'adopt', page, '--taken-at', taken), 2, 'was pruned')
    lab.same('a snapshot of a time that was pruned: nothing changed', tree(account), settled)
    run = program(account, 'prune', *POLICY, '--keep-monthly', '5')
    lab.check('twice does nothing', (run.code, run.out) == (0, 'nothing to do\n'), run.out)
    lab.same('twice: nothing changed', tree(account), settled)
    lab.ran('the monthly base goes', program(account, '-q', 'prune', *POLICY), 0)
    lab.equal('the monthly base went', bases(account), [OLD[3]])
    return account


def floors(lab, program):
    """More is kept than asked: the last 35 days, and the last complete reads."""
    account = made(lab, program)
    lab.ran('35 days', program(account, '-q', 'prune', '--keep-all', '1h'), 0)
    lab.equal('35 days: the last ones stay', there(account), LATE)
    account = lab.new('account')
    old(account, ids=OLD)
    for n, ident in enumerate(LATE):
        some = pages(4 + n, 20)
        for page in some:
            page.scope = {'kind': 'updated'}
        put_snapshot(account, ident, some)
    lab.ran('process', program(account, '-q', 'process'), 0)
    run = lab.ran('the last complete read', program(account, 'prune', '--keep-all', '1h'), 0)
    lab.equal('the last complete read stays', there(account), [OLD[-1]] + LATE)
    lab.check('and that is said', 'because what is read again needs them' in run.out, run.out)


def late(lab, program, tools):
    """A snapshot that came late is neither folded nor deleted, nor does history begin at it."""
    account = lab.new('account')
    old(account, ids=OLD[:1] + OLD[2:] + LATE)
    program(account, '-q', 'process')
    old(account, ids=OLD[1:2])
    lab.ran('late', program(account, 'prune', *POLICY), 0, OLD[1], 'not touched')
    lab.equal('late: it is there', there(account), [OLD[1]] + LATE)
    state = tools.state(account)
    lab.ran('late: --rebuild', program(account, '-q', 'process', '--rebuild'), 4, OLD[1], 'move its directory away')
    lab.check('late: the state', tools.state(account) == state)


def damages(lab, program):
    """Nothing is deleted where anything is wrong."""
    whole = made(lab, program)
    for name in ('snapshots/%s/orders-0001.json.gz' % OLD[1], 'snapshots/%s/customers-0001.json.gz' % OLD[3]):
        account = clone(lab, whole)
        flip(os.path.join(account, name), 8 * (len(read(os.path.join(account, name))) // 2))
        before = tree(account)
        lab.ran('damaged: ' + name, program(account, '-q', 'prune', *POLICY), 4, OLD[1] if OLD[1] in name else OLD[3])
        lab.same('damaged: nothing changed', tree(account), before)
    account = clone(lab, whole)
    shutil.rmtree(os.path.join(account, 'snapshots', OLD[1]))
    lab.ran('one is missing', program(account, '-q', 'prune', *POLICY), 4, 'is missing')
    account = clone(lab, whole)
    terms = os.path.join(account, 'terms', OLD[0] + '.json')
    changed = json.loads(read(terms))
    changed['settings']['min_age'] = 70
    write(terms, json.dumps(changed))
    before = tree(account)
    run = program(account, '-q', 'prune', *POLICY)
    lab.check('terms were changed', run.code in (1, 2) and run.err != '', '%d %s' % (run.code, run.err))
    lab.same('terms were changed: nothing changed', tree(account), before)


def left_over(lab, program):
    """A prune stopped behind its base: the base is proved again before anything is deleted."""
    whole = made(lab, program)
    done = clone(lab, whole)
    lab.ran('left over: pruned', program(done, '-q', 'prune', *POLICY), 0)
    for what, code in (('whole', (0,)), ('damaged', (1, 4))):
        account = clone(lab, whole)
        shutil.copytree(os.path.join(done, 'bases'), os.path.join(account, 'bases'))
        memory = os.path.join(account, 'bases', bases(account)[-1], 'memory.jsonl.gz')
        if what == 'damaged':
            flip(memory, 8 * (len(read(memory)) // 2))
        before = there(account)
        run = program(account, '-q', 'prune', *POLICY)
        lab.check('left over: %s' % what, run.code in code, '%d %s' % (run.code, run.err))
        lab.equal('left over: %s: the snapshots' % what, there(account), before if what == 'damaged' else there(done))


def verified(lab, program, account):
    """Every byte of a base is proved."""
    lab.ran('verify', program(account, '-q', 'verify', '--rebuild'), 0)
    for name in [n for n in files(account) if n.startswith('bases/') or n.endswith('pruned.jsonl.gz')]:
        path = os.path.join(account, name)
        data = read(path)
        for at in (0, len(data) // 3, len(data) - 1):
            flip(path, at * 8 + 1)
            run = program(account, '-q', 'verify')
            lab.check('verify: %s byte %d' % (name, at), run.code == 1 and 'ases/' in run.out or 'pruned' in run.out, run.out + run.err)
            write(path, data)
        os.unlink(path)
        run = program(account, '-q', 'verify')
        lab.check('verify: without ' + name, run.code == 1, run.out + run.err)
        write(path, data)
        os.chmod(path, 0o600)
    path = os.path.join(account, 'bases', OLD[-1], 'memory.jsonl.gz')
    data = read(path)
    write(path, data[:len(data) // 2])
    twin = clone(lab, account, 'state')
    lab.ran('a damaged base is no beginning', program(twin, '-q', 'process'), 4, 'memory.jsonl.gz')
    write(path, data)


def restored(lab, program, account):
    """A backup without bases/ is no account, whatever else is there."""
    twin = clone(lab, account, 'state', 'bases')
    lab.ran('without bases/', program(twin, '-q', 'process'), 4, 'no base', OLD[-1], 'Restore bases/')
    lab.ran('without bases/: verify', program(twin, '-q', 'verify'), 1)
    lab.ran('without bases/: replay', program(twin, '-q', 'replay', '--out', lab.new('out')), 4, 'no base')
    twin = clone(lab, account, 'state', 'diffs', 'exports')
    lab.ran('from what is backed up', program(twin, '-q', 'process'), 0)
    want = {name: data for name, data in results(account).items() if name.startswith('terms/') or any(i in name for i in LATE)}
    lab.same('from what is backed up: results', results(twin), want)


def thinned(lab, program):
    """Exports lose their lists, diffs go, and verify knows."""
    account = made(lab, program)
    lab.ran('exports and diffs', program(account, '-q', 'prune', *POLICY, '--exports', '30d', '--diffs', '50d'), 0)
    left = set(os.listdir(os.path.join(account, 'exports', OLD[0])))
    lab.check('exports: lists went', not any(n.startswith('contacts') for n in left) and {'manifest.json', 'segments.json', 'pruned.json'} <= left, left)
    lab.check('exports: the last ones are whole', os.path.exists(os.path.join(account, 'exports', LATE[1], 'contacts-0001.csv')))
    lab.equal('diffs went', sorted(os.listdir(os.path.join(account, 'diffs'))), [i + '.jsonl.gz' for i in LATE])
    run = program(account, 'verify', '--rebuild')
    lab.check('verify', run.code == 0, run.out)
    lab.ran('replay', program(account, '-q', 'replay', '--check', '--out', lab.new('out')), 0)
    for words in (['audit'], ['audit', '--field', '/totals/finalTotal'], ['audit', '--customer', 'c00005'], ['explain', 'c00005'], ['report', '--now', '2026-11-23T00:00:00Z'], ['status']):
        lab.ran(' '.join(words), program(account, '-q', *words), 0)


def remembered(lab, program, tools):
    """What a record does not tell: an answer given before, a text spelled otherwise since, the page it came with last."""
    account = lab.new('account')
    who = lambda **over: customer_page([customer(1, consentsToPromotionalEmail=False, consentsToPromotionalSMS=True), dict(customer(2), **over), customer(3)])
    at = lambda ident, location, text, *more: put_snapshot(account, ident, [*more, Page('orders', b'{"total":1,"orders":[' + text + b']}', location=location)])
    text = json.dumps(order(1, 2)).encode()
    at('20261120T000000Z', 'L1', text, who(consentsToPromotionalEmail=True))
    at('20261121T000000Z', 'L2', text.replace(b', ', b',  '), who(consentsToPromotionalEmail='perhaps', firstName='Bo'))
    at('20261122T000000Z', 'L2', text, who(consentsToPromotionalEmail='perhaps', firstName='Cy', consentsToPromotionalSMS=[1]))
    at('20261123T000000Z', 'L2', text)
    lab.ran('remembered: process', program(account, '-q', 'process'), (0, 3))
    plain = clone(lab, account)
    run = tools.fold(account, NOTHING)
    lab.check('remembered: fold', run.returncode == 0, run.stderr)
    lines = gzip.decompress(read(os.path.join(account, 'bases', '20261122T000000Z', 'memory.jsonl.gz'))).splitlines()
    lab.equal('remembered: the answer', [json.loads(line) for line in lines if line.startswith(b'["customers"')], [['customers', ['c00002'], [2, 0]]])
    lab.equal('remembered: nothing is hexadecimal', [line for line in lines if isinstance(json.loads(line)[1], str)], [])
    lab.ran('remembered: --rebuild', program(account, '-q', 'process', '--rebuild'), (0, 3))
    lab.check('remembered: state', tools.state(account) == tools.state(plain))
    for copy in (account, plain):
        at('20261124T000000Z', 'L1', text, who(consentsToPromotionalEmail='perhaps', firstName='Di')) if copy == account else shutil.copytree(
            os.path.join(account, 'snapshots', '20261124T000000Z'), os.path.join(copy, 'snapshots', '20261124T000000Z'))
        lab.ran('remembered: one more', program(copy, '-q', 'process'), (0, 3))
    lab.same('remembered: one more: results', results(account), results(plain))


def planned(lab, program, seed):
    """A fetch plans the same reads after a prune: what the manifests prove that it goes by is kept."""
    rng, now = random.Random(seed), datetime.now(timezone.utc).replace(microsecond=0)
    settings = {'history_start': (now - timedelta(days=150)).strftime('%Y-%m-%d'), 'full_orders_every': rng.choice(['7d', '30d', '70d']),
                'full_customers_every': rng.choice(['24h', '20d', '60d']), 'deep_every': rng.choice(['24h', '10d'])}
    account = lab.account(settings=settings)
    day = lambda when: when.strftime('%Y-%m-%dT00:00:00Z')
    for n in range(45):
        taken = now - timedelta(hours=1 + 48 * (44 - n))
        window = lambda back: {'kind': 'created', 'from': day(taken - timedelta(days=back)), 'to': day(taken + timedelta(days=1))}
        some = [Page('locations', {'locations': [{'importId': 'L%d' % k, 'name': 'L%d' % k} for k in (1, 2)]}),
                customer_page([customer(1)], scope={'kind': 'all'} if n == 0 or rng.random() < 0.1 else {'kind': 'updated', 'after': day(taken)})]
        for k in (1, 2, 3) if n < 15 else (1, 2):
            scope = window(160) if n == 0 or rng.random() < 0.05 else window(36) if rng.random() < 0.1 else window(3)
            some.append(Page('orders', {'total': 0, 'orders': []}, scope=scope, location='L%d' % k))
        put_snapshot(account, taken.strftime('%Y%m%dT%H%M%SZ'), some)
    lab.ran('plan: process', program(account, '-q', 'process'), 0)
    # the end of what is read is the present second
    steps = lambda: [dict(s, to=s['to'] if s.get('to', '').endswith('T00:00:00Z') else None) for s in json.loads(program(account, 'fetch', '--plan', '--json').out)['steps']]
    before, count = steps(), len(there(account))
    lab.ran('plan: prune', program(account, '-q', 'prune', '--keep-all', '1h'), 0)
    lab.equal('plan: the same after', steps(), before)
    return len(there(account)) < count


def counted(lab, program):
    """What has two names takes its room once: status, the metrics, the report, du."""
    account = lab.new('account')
    for n, ident in enumerate(OLD + ['20261119T000000Z']):
        put_snapshot(account, ident, [customer_page([customer(k, loyaltyPoints=n) for k in range(20)]), order_page([order(k, k % 20, when='2026-08-10T10:00:00Z') for k in range(40)])])
    page = os.path.join(account, 'page.json')
    write(page, json.dumps({'customers': [{'id': 'c1', 'notes': 'x' * 300000}]}))
    for n in range(5):
        lab.ran('adopt', program(account, '-q', 'adopt', page, '--partial', '--taken-at', '2026-11-2%dT00:00:00Z' % n), 0)
    lab.ran('process', program(account, '-q', 'process'), 0)
    lab.ran('prune', program(account, '-q', 'prune', *POLICY, '--keep-monthly', '9'), 0)
    linked = {os.stat(os.path.join(account, n)).st_ino for n in files(account) if os.stat(os.path.join(account, n)).st_nlink > 1}
    lab.equal('the page of August and its origins are one file in both bases, the adopted one in five snapshots', len(linked), 3)
    told = json.loads(program(account, 'status', '--json').out)['disk_bytes']
    for kind in ('snapshots', 'bases', 'exports', 'diffs'):
        du = int(subprocess.run(['du', '-s', '-B1', os.path.join(account, kind)], capture_output=True, check=True).stdout.split()[0])
        lab.check('status: ' + kind, abs(told[kind] - du) < 4096, '%d %d' % (told[kind], du))


class Pruning(Scenario):
    """prune: stopped anywhere, the next command that takes the lock and the next prune end it."""

    def settle(self):
        super().settle()
        self.files = self.listed()

    def listed(self):
        """Everything, but for the tables in the state's file, which are compared by row."""
        return {name: what for name, what in tree(self.account).items() if not name.startswith('state/')}

    def recovered(self, what):
        self.lab.ran(what + ': another command', self.program(self.account, '-q', 'process'), 0)
        self.lab.equal(what + ': leftovers', leftovers(self.account), [])
        self.lab.check(what + ': no list is left', not os.path.exists(os.path.join(self.account, 'prune.json')))
        self.lab.same(what + ': results', results(self.account), self.want)
        self.lab.ran(what + ': prune', self.program(self.account, *self.words), 0)
        self.lab.same(what + ': files', self.listed(), self.files)
        self.lab.check(what + ': state', dumped(self.dump, self.account) == self.state)


def pruning(lab, program):
    s = Pruning(lab, program, 'prune', ('-q', '--jobs', '1', 'prune', *POLICY))
    old(s.before)
    program(s.before, '-q', 'process')
    s.settle()
    return s


def stopped(lab, program, more):
    s = pruning(lab, program)
    most = 10000 if more else 5
    if shutil.which('strace'):
        s.failing([c for c in WRITES if c not in ('writev', 'chmod')], most)
        s.killed(['pwrite64', 'fsync', 'renameat2', 'rename', 'unlinkat', 'mkdir', 'write'], most)
    else:
        print('skipped: strace is not installed')
    s.kills(60 if more else 10, 0.3)
    s.limited([0, 100, 4096, 20000])
    s.full([0, 8192, 65536])


def main():
    lab, program, a = begin(__doc__, seeds=4, more=False)
    tools = Tools(program)
    for seed in range(1, a.seeds * (10 if a.more else 1) + 1):
        for profile in ('nasty', 'windowed', 'nice'):
            Folded(lab, program, tools, seed, profile).run()
            shutil.rmtree(lab.place, ignore_errors=True)
            os.mkdir(lab.place)
    account = policies(lab, program, tools)
    verified(lab, program, account)
    restored(lab, program, account)
    floors(lab, program)
    late(lab, program, tools)
    damages(lab, program)
    left_over(lab, program)
    thinned(lab, program)
    counted(lab, program)
    remembered(lab, program, tools)
    pruned = [planned(lab, program, seed) for seed in range(30 if a.more else 4)]
    lab.check('plan: something was pruned', any(pruned), pruned)
    stopped(lab, program, a.more)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
