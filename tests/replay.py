#!/usr/bin/env python3
"""replay.py PROGRAM [--seeds N] [--more]: laws of replay, verify, process --plan and segments --due.

After any sequence of snapshots, kills, changed rules and late snapshots replay --check is silent and verify --rebuild finds nothing;
every planted fault is found and named; what --plan says is what --expect does; what segments --due foretells then happens.
Accounts are made by tests/witness/nasty.py; --more: five times as many, and bits. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

from invented import Invented         # noqa: E402
from lab import begin, change, clone, customer, customer_page, files, flip, leftovers, lines, order, order_page, put_snapshot, read, results, small, snapshots, tree, write  # noqa: E402

RULES = [{'name': 'A', 'slug': 'a', 'where': {'field': 'fh_total_spent', 'op': '>', 'value': 30}},
         {'name': 'Quiet', 'slug': 'quiet', 'where': {'field': 'fh_last_orderdate', 'op': '<', 'value': '-3d'}}]


def made_again(account):
    """What a replay makes: the terms it takes are the account's own."""
    return {name: data for name, data in results(account).items() if not name.startswith('terms/')}


# ---------------------------------------------------------------- history comes out as it was

class Story(Invented):
    """One invented account, brought in piece by piece."""

    def __init__(self, lab, program, seed, profile):
        super().__init__(lab, program, seed, profile)
        self.rng = random.Random(seed)

    def process(self, account, *words):
        self.lab.ran(self.name + ': process', self.program(account, '-q', 'process', *words), (0, 3, 4))

    def killed(self, account, *words):
        """A run that may be killed at any moment, several times."""
        for _ in range(3):
            run = subprocess.Popen([self.program.path, '-C', account, '-q', *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.rng.random() * 0.05)
            run.send_signal(signal.SIGKILL)
            run.wait()

    def settled(self, what, account):
        """The two laws."""
        out = self.lab.new('replayed')
        before = tree(account)
        run = self.program(account, 'replay', '--out', out, '--check')
        self.lab.check('%s: %s: replay --check' % (self.name, what), (run.code, run.out, run.err) == (0, '', ''), '%d %s %s' % (run.code, run.out, run.err))
        run = self.program(account, '-q', 'verify', '--rebuild')
        self.lab.check('%s: %s: verify --rebuild' % (self.name, what), (run.code, run.out) == (0, ''), '%d %s %s' % (run.code, run.out, run.err))
        self.lab.same('%s: %s: the account is only read' % (self.name, what), tree(account), before)
        return out

    def run(self):
        account = self.new()
        for step in self.steps:
            self.bring(account, step)
            if self.rng.random() < 0.4:
                self.killed(account, 'process')
            self.process(account)
        out = self.settled('stepwise, with kills', account)
        self.lab.same(self.name + ': a replay gives the same files', results(out), made_again(account))
        self.interrupted(account)
        self.late()

    def interrupted(self, account):
        """After a replay that was killed the same command begins anew."""
        out = self.lab.new('killed')
        self.killed(account, 'replay', '--out', out)
        run = self.program(account, '-q', 'replay', '--out', out)
        self.lab.check(self.name + ': replay begins anew', run.code == 0, run.err)
        self.lab.same(self.name + ': a replay that was killed gives the same files', results(out), made_again(account))
        self.lab.equal(self.name + ': leftovers of the replay', leftovers(out), [])

    def late(self):
        """A snapshot comes after a later one: left out, until a rebuild, which may be killed, takes it in."""
        if len(self.steps) < 3:
            return
        account, late = self.new(), self.rng.randrange(0, len(self.steps) - 1)
        for n, step in enumerate(self.steps):
            if n != late:
                self.bring(account, step)
                self.process(account)
        self.bring(account, self.steps[late])
        self.process(account)
        out = self.lab.new('without')
        self.lab.ran(self.name + ': late: replay leaves it out', self.program(account, '-q', 'replay', '--out', out, '--check'), 0, 'came late')
        self.lab.ran(self.name + ': late: verify', self.program(account, '-q', 'verify', '--rebuild'), 0)
        self.killed(account, 'process', '--rebuild')
        if os.path.exists(os.path.join(account, 'state', 'data.mdb')):     # else old and new cannot be told apart
            self.lab.ran(self.name + ': late: verify amid a rebuild', self.program(account, '-q', 'verify'), 0)
        if self.program(account, '-q', 'process', '--rebuild').code in (0, 3):
            self.settled('late, rebuilt', account)


# ---------------------------------------------------------------- replay's own ways

def made(lab, program, hours=5):
    account = lab.new('made')
    ids = small(account, hours)
    lab.ran('the little account', program(account, '-q', 'process'), 0)
    return account, ids


def spans(lab, program):
    account, ids = made(lab, program)
    want = made_again(account)
    out = lab.new('span')
    run = program(account, 'replay', '--out', out, '--from', ids[1], '--until', ids[3])
    lab.check('replay of a span', run.code == 0, run.err)
    lab.same('a span keeps its own files only', results(out), {k: v for k, v in want.items() if any(i in k for i in ids[1:4])})
    run = program(account, 'replay', '--out', out, '--from', ids[1])
    lab.check('other arguments are refused', run.code == 2 and 'other arguments' in run.err, '%d %s' % (run.code, run.err))
    run = program(account, 'replay', '--out', out, '--from', ids[1], '--until', ids[3], '--check')
    lab.check('a finished replay is made again, and checked', run.code == 0 and run.err == '', run.err)
    write(os.path.join(out, 'state', 'data.mdb'), b'spoiled by a power cut' * 1000)
    write(os.path.join(out, 'exports', ids[2], 'events.jsonl'), b'')
    run = program(account, '-q', 'replay', '--out', out, '--from', ids[1], '--until', ids[3])
    lab.check('whatever is left of the one before', run.code == 0, run.err)
    lab.same('and gives the same', results(out), {k: v for k, v in want.items() if any(i in k for i in ids[1:4])})
    for words, why in ((['--from', '20200101T000000Z'], 'no snapshot'), (['--from', ids[3], '--until', ids[1]], 'before'), (['--per', 'week'], 'day, snapshot or base'),
                       (['--check', '--segments', 'x'], 'cannot be used together'), (['--json'], '--segments')):
        lab.ran('replay %s' % words, program(account, 'replay', '--out', lab.new('never'), *words), 2, why)
    lab.ran('replay --out of nothing', program(account, 'replay', '--out', ''), 2, '--out')
    put_snapshot(account, '20301123T000000Z', [customer_page([customer(1)])])
    run = program(account, 'replay', '--out', lab.new('pending'), '--check', '--from', '20301123T000000Z')
    lab.check('what is not applied cannot be compared', run.code == 2 and 'not applied' in run.err, '%d %s' % (run.code, run.err))


def places(lab, program):
    """Never inside the account, whatever way leads there; never into what is somebody else's."""
    account, _ = made(lab, program, 2)
    link = lab.new('link')
    os.symlink(os.path.join(account, 'exports'), link)
    taken = lab.new('taken')
    write(os.path.join(taken, 'x'), 'x')
    trap = lab.new('trap')
    program(account, '-q', 'replay', '--out', trap)
    shutil.rmtree(os.path.join(trap, 'exports'))
    os.symlink(os.path.join(account, 'exports'), os.path.join(trap, 'exports'))
    before = tree(account)
    for out in (account, os.path.join(account, 'x'), account + '/exports/../y', link, os.path.join(link, 'z'), taken, trap, os.path.join(taken, 'x')):
        lab.ran('replay --out %s is refused' % os.path.relpath(out, lab.place), program(account, 'replay', '--out', out), 2)
    lab.ran('replay --out x from inside is refused', program(None, '-C', '.', 'replay', '--out', 'x', cwd=account), 2)
    lab.same('nothing was written there', tree(account), before)


def backtest(lab, program):
    """The table is what the exports of an account with these rules say."""
    account, ids = made(lab, program)
    rules = lab.new('rules')
    write(rules, json.dumps(RULES))
    twin = lab.new('twin')
    shutil.copytree(os.path.join(account, 'snapshots'), os.path.join(twin, 'snapshots'))
    shutil.copyfile(rules, os.path.join(twin, 'segments.json'))
    program(twin, '-q', 'process')
    out = lab.new('tested')
    run = program(account, '-q', 'replay', '--out', out, '--segments', rules, '--per', 'snapshot', '--json')
    want = [{'snapshot': i, 'segment': s['slug'], 'members': s['members'], 'contacts': s['contacts'], 'entered': s['entered'], 'left': s['left']}
            for i in ids for s in json.loads(read(os.path.join(twin, 'exports', i, 'segments.json')))]
    lab.equal('a back-test is what would have been', sorted(json.loads(run.out), key=str), sorted(want, key=str))
    days = json.loads(program(account, '-q', 'replay', '--out', out, '--segments', rules, '--json').out)
    lab.equal('by day: entered', [d['entered'] for d in days if d['segment'] == 'a'], [sum(w['entered'] for w in want if w['segment'] == 'a')])
    text = program(account, '-q', 'replay', '--out', out, '--segments', rules).out
    lab.check('as text', text.startswith('day ') and '2026-11-23' in text, text)
    write(rules, json.dumps(RULES[:1]))
    run = program(account, '-q', 'replay', '--out', out, '--segments', rules)
    lab.check('other rules are other arguments', run.code == 2 and 'other arguments' in run.err, run.err)


def differences(lab, program):
    """The first difference is named: file, line, field."""
    account, ids = made(lab, program, 3)
    cases = [('exports/%s/contacts-0001.csv' % ids[0], b'Ann3,', b'Anm3,', ":5:", "'First name'"),
             ('exports/%s/contacts-0001.json' % ids[0], b'"firstName":"Ann3"', b'"firstName":"Anm3"', ':5:', "'/firstName'"),
             ('exports/%s/events.jsonl' % ids[0], b'"cause":"baseline"', b'"cause":"bateline"', ':1:', "'/cause'"),
             ('exports/%s/segments.json' % ids[1], b'"members": ', b'"members": 1', ':', "members'"),
             ('exports/%s/manifest.json' % ids[1], b'"format": 1', b'"format": 2', ':2:', "'/format'")]
    diff = 'diffs/%s.jsonl.gz' % ids[1]
    cases = [(name, lambda b, was=was, now=now: b.replace(was, now, 1), name + place, field) for name, was, now, place, field in cases]
    for name, how, place, field in cases + [(diff, other_index, diff + ':', "index'")]:
        damaged = clone(lab, account)
        change(os.path.join(damaged, name), how)
        lab.ran('a difference in %s' % name, program(damaged, 'replay', '--out', lab.new('differs'), '--check'), 1, place, field)
    damaged, out = clone(lab, account), lab.new('differs')
    os.unlink(os.path.join(damaged, 'exports', ids[1], 'contacts-0001.csv'))
    for _ in range(2):    # the second run finds it again
        lab.ran('a missing file', program(damaged, 'replay', '--out', out, '--check'), 1, 'exports/%s/contacts-0001.csv' % ids[1], 'missing')
    damaged = clone(lab, account)
    flip(os.path.join(damaged, 'snapshots', ids[1], 'customers-0001.json.gz'), 40)
    lab.ran('a damaged snapshot', program(damaged, 'replay', '--out', lab.new('damaged')), 4, 'customers-0001.json.gz')
    damaged = clone(lab, account)
    change(os.path.join(damaged, diff), lambda b: gzip.compress(gzip.decompress(b), 1))
    lab.ran('another compressor is no difference', program(damaged, 'replay', '--out', lab.new('packed'), '--check'), 0)
    lab.ran('and no fault', program(damaged, 'verify'), 0)
    noted(lab, program, damaged, ids)


def noted(lab, program, account, ids):
    """verify leaves one small file, which says what --json says."""
    path = os.path.join(account, 'verify.json')
    note = json.loads(read(path))
    lab.equal('the note', (note['snapshots'], note['faults'], note['rebuilt'], note['snapshot'], os.stat(path).st_mode & 0o777), (len(ids), 0, False, ids[-1], 0o600))
    os.unlink(path)
    before = tree(account, ('.lock', 'state/lock.mdb'))
    flip(os.path.join(account, 'snapshots', ids[1], 'customers-0001.json.gz'), 40)
    said = json.loads(program(account, 'verify', '--json').out)
    note = json.loads(read(path))
    lab.equal('the note of a fault', {k: note[k] for k in ('snapshots', 'pages', 'diffs', 'exports', 'files', 'faults')},
              dict({k: said[k] for k in ('snapshots', 'pages', 'diffs', 'exports', 'files')}, faults=len(said['faults'])))
    lab.check('it was a fault', note['faults'] > 0)
    flip(os.path.join(account, 'snapshots', ids[1], 'customers-0001.json.gz'), 40)
    os.unlink(path)
    lab.same('verify wrote nothing else', tree(account, ('.lock', 'state/lock.mdb')), before)
    os.mkdir(path)
    lab.ran('where it cannot be left the check is worth as much', program(account, 'verify'), 0, 'was not recorded in verify.json')
    lab.equal('and -q says nothing of it', program(account, '-q', 'verify').err, '')
    os.rmdir(path)


def killed(lab, program, account, ids, done):
    """The account as a run left it that was killed between the diff and the export of the snapshot behind the first ${done}."""
    twin = lab.new('killed')
    shutil.copytree(os.path.join(account, 'snapshots'), os.path.join(twin, 'snapshots'))
    for later in ids[max(done, 1):]:
        shutil.rmtree(os.path.join(twin, 'snapshots', later))
    if done == 0:    # a first run that was stopped leaves a state without a word in it
        flip(os.path.join(twin, 'snapshots', ids[0], 'customers-0001.json.gz'), 40)
    run = program(twin, '-q', 'process')
    lab.check('%d done' % done, run.code == (0 if done > 0 else 4) and os.path.exists(os.path.join(twin, 'state', 'data.mdb')), run.err)
    shutil.copytree(os.path.join(account, 'snapshots'), os.path.join(twin, 'snapshots'), dirs_exist_ok=True)
    shutil.copytree(os.path.join(account, 'terms'), os.path.join(twin, 'terms'), dirs_exist_ok=True)
    os.makedirs(os.path.join(twin, 'diffs'), exist_ok=True)
    name = 'diffs/%s.jsonl.gz' % ids[done]
    shutil.copyfile(os.path.join(account, name), os.path.join(twin, name))
    return twin


def lone_diffs(lab, program):
    """A diff without an export that no later one follows is of a snapshot not applied: replay and verify say the same."""
    account, ids = made(lab, program, 3)
    for done in range(3):
        for has_state in (True, False):
            what = '%d applied, %s state, a lone diff: ' % (done, 'a' if has_state else 'no')
            twin = killed(lab, program, account, ids, done)
            if not has_state:
                shutil.rmtree(os.path.join(twin, 'state'))
            run = program(twin, 'replay', '--out', lab.new('lone'), '--check')
            lab.check(what + 'replay --check', (run.code, run.err) == (0, ''), '%d %s' % (run.code, run.err))
            run = program(twin, '-q', 'verify')
            lab.check(what + 'verify', (run.code, run.out) == (0, ''), '%d %s' % (run.code, run.out))
            lab.ran(what + 'the next run', program(twin, '-q', 'process'), 0)
            lab.same(what + 'the files of the next run', results(twin), results(account))
    twin = clone(lab, account, 'state', 'exports/' + ids[1])
    run = program(twin, 'replay', '--out', lab.new('followed'), '--check')
    lab.check('a diff that is followed is of an applied snapshot', run.code == 1 and 'exports/%s/' % ids[1] in run.err, '%d %s' % (run.code, run.err))


# ---------------------------------------------------------------- planted faults

def other_index(packed):
    """A diff in which one record lies elsewhere."""
    return gzip.compress(gzip.decompress(packed).replace(b'"index":5', b'"index":6', 1))


def faults_of(program, account, *words):
    run = program(account, 'verify', '--json', *words)
    try:
        return run, json.loads(run.out)['faults']
    except ValueError:
        return run, []


def found(lab, program, what, account, wanted, *words, rest=()):
    """The file is named, and only that; ${rest}: others that may be named as well."""
    run, faults = faults_of(program, account, *words)
    named = sorted({f['file'] for f in faults})
    lab.check('verify: ' + what, run.code == 1 and wanted in named and set(named) <= {wanted, *rest} and all(f['means'] and f['repair'] for f in faults),
              '%d, wanted %s, named %s\n%s%s' % (run.code, wanted, named, run.out[-600:], run.err))


def positions(name, size, rng, count):
    """Bits of each class of place in a gzip file: header, body, trailer; of others any."""
    edges = set(range(10)) | set(range(size - 9, size)) if name.endswith('.gz') else {0, size - 1}
    bytes_ = edges | {rng.randrange(size) for _ in range(count)}
    return [b * 8 + rng.randrange(8) for b in sorted(bytes_)]


def begun(lab, program):
    """A rebuild that stopped in the middle has left a state without a word in it: the files say what was applied."""
    account, ids = made(lab, program)
    manifest = os.path.join(account, 'snapshots', ids[0], 'manifest.json')
    whole = read(manifest)
    change(manifest, lambda b: b[:-9])
    lab.check('a rebuild that is refused', program(account, '-q', 'process', '--rebuild').code == 4)
    write(manifest, whole)
    run = program(account, 'verify', '--rebuild')
    lab.check('verify --rebuild, nothing applied', run.code == 0 and 'no state to compare' in run.err, '%d %s %s' % (run.code, run.out, run.err))
    change(os.path.join(account, 'exports', ids[1], 'contacts-0001.csv'), lambda b: b + b'x\r\n')
    run = program(account, '-q', 'replay', '--out', lab.new('begun'), '--check')
    lab.check('replay --check, nothing applied', run.code == 1 and ids[1] + '/contacts-0001.csv' in run.err, '%d %s' % (run.code, run.err))


def bits(lab, program, count):
    """A bit anywhere in a page, a manifest, a diff, an exported file."""
    account, ids = made(lab, program, 3)
    rng = random.Random(7)
    names = ['snapshots/%s/customers-0001.json.gz' % ids[1], 'snapshots/%s/manifest.json' % ids[1], 'diffs/%s.jsonl.gz' % ids[1], 'diffs/%s.jsonl.gz' % ids[2]]
    names += ['exports/%s/%s' % (ids[0], n) for n in files(os.path.join(account, 'exports', ids[0]))]
    for name in names:
        path = os.path.join(account, name)
        whole, wrong = read(path), []
        for bit in positions(name, len(whole), rng, count) if whole else []:
            flip(path, bit)
            run, faults = faults_of(program, account)
            if run.code != 1 or {f['file'] for f in faults} != {name}:
                wrong.append((bit, run.code, sorted({f['file'] for f in faults}), run.err[-200:]))
            write(path, whole)
        lab.equal('verify: flipped bits in %s' % name, wrong, [])
    for name in files(os.path.join(account, 'exports')):     # every file there is, once
        path = os.path.join(account, 'exports', name)
        if os.path.getsize(path) > 0:
            flip(path, rng.randrange(os.path.getsize(path) * 8))
            found(lab, program, 'a bit in exports/' + name, account, 'exports/' + name)
            flip_back(path, account, name, ids, lab, program)
    lab.check('verify: all is well again', program(account, 'verify').code == 0)


def flip_back(path, account, name, ids, lab, program):
    """From a replay: the same bytes."""
    out = os.path.join(lab.place, 'pristine-' + os.path.basename(account))
    if not os.path.exists(out):
        twin = lab.new('pristine')
        shutil.copytree(os.path.join(account, 'snapshots'), os.path.join(twin, 'snapshots'))
        program(twin, '-q', 'process')
        shutil.move(twin, out)
    shutil.copyfile(os.path.join(out, 'exports', name), path)


def kinds(lab, program):
    """Each kind of fault, by its name."""
    account, ids = made(lab, program, 4)
    snap, diff, export = ('snapshots/%s/' % ids[1], 'diffs/%s.jsonl.gz' % ids[1], 'exports/%s/' % ids[1])
    page, other, manifest = snap + 'customers-0001.json.gz', 'snapshots/%s/customers-0001.json.gz' % ids[2], snap + 'manifest.json'
    terms = 'terms/%s.json' % ids[0]

    def case(what, wanted, act, *words, rest=()):
        twin = clone(lab, account)
        act(lambda name: os.path.join(twin, name))
        found(lab, program, what, twin, wanted, *words, rest=rest)

    case('a page is gone', page, lambda at: os.unlink(at(page)))
    case('a page in place of another', page, lambda at: shutil.copyfile(at(other), at(page)))
    case('a page that is cut', page, lambda at: change(at(page), lambda b: b[:-5]))
    case('a page packed again', page, lambda at: change(at(page), lambda b: gzip.compress(gzip.decompress(b), 1)))
    case('a page with a byte behind it', page, lambda at: change(at(page), lambda b: b + b'\0'))
    case('a manifest edited by hand', manifest, lambda at: change(at(manifest), lambda b: b.replace(b'"lab"', b'"bal"')))
    case('a manifest that is no JSON', manifest, lambda at: change(at(manifest), lambda b: b[:-3]))
    case('a manifest that names another page', manifest, lambda at: change(at(manifest), lambda b: b.replace(
        json.loads(b)['pages'][0]['sha256'].encode(), json.loads(read(at(other.replace('customers-0001.json.gz', 'manifest.json'))))['pages'][0]['sha256'].encode())))
    case('a manifest is gone', manifest, lambda at: os.unlink(at(manifest)))
    case('a whole snapshot is gone', manifest, lambda at: shutil.rmtree(at(snap)), rest=(page, snap + 'orders-0001.json.gz'))

    def forge(at):
        shutil.copyfile(at(other), at(page))
        theirs = json.loads(read(at('snapshots/%s/manifest.json' % ids[2])))['pages'][0]['sha256']
        change(at(manifest), lambda b: b.replace(json.loads(b)['pages'][0]['sha256'].encode(), theirs.encode()))
    case('a page and its manifest swapped together', manifest, forge, rest=(page,))
    case('a diff is gone', diff, lambda at: os.unlink(at(diff)))
    case('a diff edited by hand', diff, lambda at: change(at(diff), other_index))
    case('a diff in place of another', diff, lambda at: shutil.copyfile(at('diffs/%s.jsonl.gz' % ids[2]), at(diff)))
    case('a diff that is cut', diff, lambda at: change(at(diff), lambda b: b[:-20]))
    case('the last diff edited', 'diffs/%s.jsonl.gz' % ids[3], lambda at: change(at('diffs/%s.jsonl.gz' % ids[3]), lambda b: gzip.compress(gzip.decompress(b) + b'{}\n')))
    case('an exported file is gone', export + 'contacts-0001.csv', lambda at: os.unlink(at(export + 'contacts-0001.csv')))
    case('terms that cannot be read', terms, lambda at: change(at(terms), lambda b: b[:-9]))
    case('terms edited by hand', terms, lambda at: change(at(terms), lambda b: b.replace(b'-60d', b'-61d')))
    case('terms are gone', terms, lambda at: os.unlink(at(terms)))
    case('an export is gone', export + 'manifest.json', lambda at: shutil.rmtree(at(export)))

    def cover(at):
        change(at(export + 'contacts-0001.csv'), lambda b: b.replace(b'Ann0,', b'Bob0,'))
        lied = dict(json.loads(read(at(export + 'manifest.json'))))
        for f in lied['files']:
            if f['path'] == 'contacts-0001.csv':
                data = read(at(export + 'contacts-0001.csv'))
                f.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
        write(at(export + 'manifest.json'), json.dumps(lied))
    case('an export edited together with its manifest', export + 'manifest.json', cover)
    case('settings that cannot be read', 'flowstory.json', lambda at: write(at('flowstory.json'), '{"min_age":'))
    strays(lab, program, account, snap, export)
    without_state(lab, program, account, diff, manifest)
    twin = clone(lab, account)
    for name in (page, diff, export + 'segments.json'):
        flip(os.path.join(twin, name), 200)
    _, faults = faults_of(program, twin)
    lab.equal('verify goes on after a fault', sorted({f['file'] for f in faults}), sorted([page, diff, export + 'segments.json']))
    run = program(twin, 'verify')
    lab.check('as text, with meaning and repair', run.code == 1 and run.out.count('    repair  ') == 3 and run.out.endswith('3 faults\n'), run.out)


def strays(lab, program, account, snap, export):
    """A file that no manifest names is noted and no fault."""
    twin = clone(lab, account)
    names = [snap + 'orders-9999.json.gz', snap + '.DS_Store', export + 'segments/x-left.csv', export + 'Thumbs.db']
    for name in names:
        write(os.path.join(twin, name), 'x')
    run, faults = faults_of(program, twin)
    lab.equal('verify: strays are no faults', (run.code, faults), (0, []))
    run = program(twin, 'verify')
    lab.equal('verify: strays are noted', [n for n in names if n not in run.out + run.err], [])


def without_state(lab, program, account, diff, manifest):
    """The state may be deleted: no fault, and the files still vouch for one another."""
    bare = clone(lab, account, 'state')
    run = program(bare, 'verify')
    lab.check('verify without a state', run.code == 0 and 'no state' in run.out, run.out)
    for what, name, act in (('a diff edited', diff, lambda path: change(path, other_index)), ('a diff gone', diff, os.unlink),
                            ('a manifest edited', manifest, lambda path: change(path, lambda b: b.replace(b'"lab"', b'"bal"')))):
        twin = clone(lab, bare)
        act(os.path.join(twin, name))
        found(lab, program, what + ', without a state', twin, name)


def vouched_at(account, whole, at):
    """The files whose sha256, or of terms whose text, the state holds at this byte: if it is hit there, they are named instead."""
    named = set()
    if whole.find(b'completed_statuses', max(at - 4096, 0), at + 4096) >= 0:
        named |= {'terms/' + name for name in files(os.path.join(account, 'terms'))}
    for name in files(account):
        data = read(os.path.join(account, name)) if name.split('/')[0] in ('snapshots', 'diffs', 'exports', 'terms') else b''
        digest = hashlib.sha256(gzip.decompress(data) if name.startswith('diffs/') else data).hexdigest().encode()
        if whole.find(digest, max(at - 63, 0), at + 64) >= 0:
            named.add(name)
    return named


def state(lab, program, count):
    """A bit in what the state holds: found by --rebuild, table and key; reading it never takes the program down."""
    account, ids = made(lab, program, 3)
    path = os.path.join(account, 'state', 'data.mdb')
    whole = read(path)
    spots = [('profiles', b'user7@example.com', 'c00007'), ('customers', b'Ann9', 'c00009'),
             ('versions', b'o00000\0\0\0\2', "order 'n00000'")]      # an order, and the snapshot that changed it
    for table, text, key in spots:
        at, hits = whole.find(text), []
        while at >= 0:
            data = bytearray(whole)
            data[at] ^= 1
            write(path, bytes(data))
            run, faults = faults_of(program, account, '--rebuild')
            if run.code == 1 and {f['file'] for f in faults} == {'state/data.mdb'}:
                hits += [f['what'] for f in faults]
            elif run.code != 0:      # an old version of the page: unused space
                lab.check('verify --rebuild: a bit in %s' % table, False, '%d %s %s' % (run.code, run.out, run.err))
            at = whole.find(text, at + 1)
        lab.check('verify --rebuild: a bit in %s is found' % table, any("'%s'" % table in h and key in h for h in hits), hits)
        lab.check('no personal data is told', not any('example.com' in h or 'Ann' in h for h in hits), hits)
    rng, wrong = random.Random(3), []
    for _ in range(count):
        write(path, whole)
        bit = rng.randrange(len(whole) * 8)
        flip(path, bit)
        run, faults = faults_of(program, account)
        named = {f['file'] for f in faults} - {'state/data.mdb'}
        if run.code not in (0, 1) or named - vouched_at(account, whole, bit // 8):
            wrong.append((run.code, sorted({f['file'] for f in faults}), run.err[-200:]))
    lab.equal('bits anywhere in the state: a clean answer', wrong, [])
    for size in (0, 100, 4096, len(whole) // 2):
        write(path, whole[:size])
        run, faults = faults_of(program, account)
        lab.check('a state cut to %d bytes' % size, run.code == 1 if size else run.code in (0, 1), '%d %s %s' % (run.code, run.out, run.err))
    write(path, bytes(4096) + whole[4096:])
    found(lab, program, 'a state without a beginning', account, 'state/data.mdb')
    write(path, whole)
    lab.check('the state is well again', program(account, 'verify', '--rebuild').code == 0)


# ---------------------------------------------------------------- plans and due times

def plans(lab, program, seeds):
    for seed in seeds:
        invented = Invented(lab, program, seed, 'nasty')
        account = invented.new()
        for n, step in enumerate(invented.steps):
            invented.bring(account, step)
            planned(lab, program, account, step[0], 'seed %d, snapshot %d' % (seed, n))


def stamps(account):
    return {n: (os.stat(os.path.join(account, n)).st_mtime_ns, read(os.path.join(account, n))) for n in files(account) if n not in ('.lock', 'state/lock.mdb')}


def planned(lab, program, account, snapshot, what):
    before = stamps(account)
    run = program(account, 'process', '--plan', '--json')
    plan = json.loads(run.out)
    lab.check('%s: a plan writes nothing' % what, stamps(account) == before and leftovers(account) == [], run.err)
    text = program(account, 'process', '--plan')
    lab.check('%s: as text it ends in the same hash' % what, text.out.split()[-1] == plan['plan'], text.out)
    wrong = plan['plan'][:-1] + ('0' if plan['plan'][-1] != '0' else '1')
    refused = program(account, 'process', '--expect', wrong)
    now = {k: v for k, v in stamps(account).items() if k in before or k != 'state/data.mdb'}    # an empty one may be begun
    lab.check('%s: another hash is refused' % what, refused.code == 1 and now == before, '%d %s' % (refused.code, refused.err))
    done = program(account, '-q', 'process', '--expect', plan['plan'])
    lab.check('%s: the plan is applied' % what, done.code == run.code, '%d %d %s' % (run.code, done.code, done.err))
    export = os.path.join(account, 'exports', snapshot)
    manifest = json.loads(read(os.path.join(export, 'manifest.json')))
    diff = lines(gzip.decompress(read(os.path.join(account, 'diffs', snapshot + '.jsonl.gz'))))[-1]
    moved = {s['slug']: (s['entered'], s['left'], s['members']) for s in json.loads(read(os.path.join(export, 'segments.json')))}
    lab.equal('%s: what was planned happened' % what, [plan['customers'], plan['orders'], plan['quarantined'], plan['skipped'], plan['contacts_written'], plan['events'],
              {s['slug']: (s['entered'], s['left'], s['members']) for s in plan['segments']}],
              [diff['customers'], diff['orders'], diff['quarantined'], manifest['counts']['skipped'], manifest['counts']['exported'], manifest['counts']['events'], moved])


def expectations(lab, program):
    """A plan holds for exactly what it was made of."""
    account = lab.new('expected')
    ids = small(account, 3)
    plan = program(account, 'process', '--plan').out.split()[-1]

    def refused(what, act):
        twin = clone(lab, account)
        act(twin)
        run = program(twin, 'process', '--expect', plan)
        lab.check('--expect after %s' % what, run.code == 1 and not os.path.exists(os.path.join(twin, 'diffs', ids[0] + '.jsonl.gz')), '%d %s' % (run.code, run.err))

    refused('other rules', lambda at: write(os.path.join(at, 'segments.json'), json.dumps(RULES)))
    refused('other settings', lambda at: write(os.path.join(at, 'flowstory.json'), '{"min_age":60}'))
    # what concerns nobody here is still what the snapshot is applied with, and lies in terms/
    refused('settings that concern nobody', lambda at: write(os.path.join(at, 'flowstory.json'), '{"placeholder_emails":["nobody@example.org"]}'))
    refused('a suppression list that concerns nobody', lambda at: [write(os.path.join(at, 'no.txt'), 'nobody@example.org\n'),
                                                                   write(os.path.join(at, 'flowstory.json'), '{"suppress":"no.txt"}')])
    refused('another snapshot', lambda at: put_snapshot(at, ids[0], [customer_page([customer(1)])]))
    refused('an earlier snapshot', lambda at: put_snapshot(at, '20261122T000000Z', [customer_page([customer(1)])]))
    # nor is it another plan because the same settings stand there in other words
    write(os.path.join(account, 'flowstory.json'), '{ "min_age" : 0 }')
    run = program(account, '-q', 'process', '--expect', plan.upper())
    lab.check('--expect applies one snapshot', run.code == 0 and files(os.path.join(account, 'diffs')) == [ids[0] + '.jsonl.gz'], run.err)
    lab.equal('--expect of what is done', program(account, 'process', '--expect', plan).code, 1)
    program(account, '-q', 'process')
    lab.equal('--expect with nothing there', program(account, 'process', '--expect', plan).code, 1)
    run = program(account, 'process', '--plan', '--json')
    lab.equal('--plan with nothing there', (run.code, run.out), (0, 'null\n'))
    for words in (['--plan', '--rebuild'], ['--plan', '--expect', plan], ['--expect', 'abc']):
        lab.equal('process %s' % words, program(account, 'process', *words).code, 2)


def breaker(lab, program):
    account = lab.account(('20261123T000000Z', [customer_page([customer(n) for n in range(40)])]), program=program)
    put_snapshot(account, '20261123T010000Z', [customer_page([customer(n) for n in range(20)])])
    before = stamps(account)
    run = program(account, 'process', '--plan', '--json')
    plan = json.loads(run.out)
    lab.check('the breaker is in the plan', run.code == 5 and plan['breaker'] and plan['customers']['removed'] == 20, run.out)
    lab.check('the plan changed nothing', stamps(account) == before)
    lab.equal('the plan alone does not get past it', program(account, 'process', '--expect', plan['plan']).code, 5)
    lab.equal('and nothing was changed but the log of runs', [k for k, v in stamps(account).items() if before.get(k) != v], ['runs.jsonl'])
    lab.equal('accepted, it is what was planned', program(account, '-q', 'process', '--accept-mass-change', '20261123T010000Z', '--expect', plan['plan']).code, 0)
    lab.equal('an accepted mass change is replayed', program(account, 'replay', '--out', lab.new('accepted'), '--check').code, 0)
    lab.equal('and rebuilt', program(account, '-q', 'verify', '--rebuild').code, 0)


def due(lab, program):
    """Snapshots that bring nothing new: every hour for seven days; the transitions are those foretold."""
    rng = random.Random(11)
    rules = [{'name': 'Lapsed', 'slug': 'lapsed', 'where': {'field': 'fh_last_orderdate', 'op': '<', 'value': '-10d'}},
             {'name': 'New', 'slug': 'new', 'where': {'field': 'first_order_date', 'op': '>=', 'value': '-9d'}},
             {'name': 'Between', 'slug': 'between', 'where': {'all': [{'field': 'fh_last_orderdate', 'op': '<', 'value': '-5d'}, {'field': 'fh_last_orderdate', 'op': '>', 'value': '-6d'}]}},
             {'name': 'Grown', 'slug': 'grown', 'where': {'field': 'age', 'op': '>=', 'value': 21}},
             {'name': 'Never', 'slug': 'never', 'where': {'field': 'fh_total_orders', 'op': '>', 'value': 99}}]
    who = [customer(n, birthDate='2005-11-%02d' % rng.randint(1, 30)) for n in range(80)]
    sold = [order(n, n, when='2026-11-%02dT%02d:%02d:00Z' % (rng.randint(1, 22), rng.randint(0, 23), rng.randint(0, 59))) for n in range(80)]
    account = lab.account(('20261123T000000Z', [customer_page(who), order_page(sold)]), rules=rules, program=program)
    foretold = json.loads(program(account, 'segments', '--due', '--json').out)
    for h in range(1, 7 * 24 + 1):
        put_snapshot(account, '202611%02dT%02d0000Z' % (23 + h // 24, h % 24), [])
    program(account, '-q', 'process')
    for span, last in (('in_24_hours', '20261124T000000Z'), ('in_7_days', '20261130T000000Z')):
        happened = {r['slug']: {'enter': 0, 'leave': 0} for r in rules}
        for ident in snapshots(account)[1:]:
            if ident <= last:
                for s in json.loads(read(os.path.join(account, 'exports', ident, 'segments.json'))):
                    happened[s['slug']]['enter'] += s['entered']
                    happened[s['slug']]['leave'] += s['left']
        lab.equal('segments --due, %s' % span, {s['slug']: s[span] for s in foretold}, happened)
        lab.check('something was foretold', sum(s[span]['enter'] + s[span]['leave'] for s in foretold) > 3, foretold)
    text = program(account, 'segments', '--due').out
    lab.check('segments --due as text', 'in 24 hours' in text and 'lapsed' in text, text)
    lab.equal('segments --due --at', program(account, 'segments', '--due', '--at', last).code, 2)


def main():
    lab, program, a = begin(__doc__, seeds=6, more=False)
    times = 5 if a.more else 1
    turn = ['nasty', 'windowed', 'nasty', 'nice']
    for seed in range(1, a.seeds * times + 1):
        story = Story(lab, program, 500 + seed, turn[seed % 4])
        story.run()
        shutil.rmtree(lab.place)
        os.makedirs(lab.place)
    spans(lab, program)
    places(lab, program)
    backtest(lab, program)
    differences(lab, program)
    lone_diffs(lab, program)
    begun(lab, program)
    bits(lab, program, 3 * times)
    kinds(lab, program)
    state(lab, program, 60 * times)
    plans(lab, program, range(1, 3 * times + 1))
    expectations(lab, program)
    breaker(lab, program)
    due(lab, program)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
