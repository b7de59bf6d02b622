"""Imports by hand: export --new, export --done, and the bookmark in imported.json.
"""
import gzip
import hashlib
import json
import os
import shutil
import subprocess

from lab import clone, csv_rows, customer, customer_page, files, leftovers, order, order_page, put_snapshot, read, tree, write

IDS = ['20261123T%02d0000Z' % h for h in range(5)]


def pages(hour):
    """Thirty people: each hour brings one, one leaves, one moves, and one buys."""
    who = [customer(n) for n in range(30 + hour) if not 0 < n <= hour]
    who[5 + hour]['email'] = 'moved%d@example.com' % hour
    return [customer_page(who), order_page([order(n, n + 10) for n in range(10 + hour)])]


class ByHand:
    """An account, and the directories that were written of it."""

    def __init__(self, lab, program, account=None):
        self.lab, self.program = lab, program
        self.account = account or lab.account(settings={'breaker_percent': 100})
        self.bookmark = os.path.join(self.account, 'imported.json')

    def applied(self, *hours):
        for hour in hours:
            put_snapshot(self.account, IDS[hour], pages(hour))
        self.lab.equal('importing: applied %s' % (hours,), self.program(self.account, '-q', 'process').code, 0)
        return self

    def written(self, *words, code=0):
        """A new directory that --new, or these words, wrote."""
        out = self.lab.new('out')
        run = self.program(self.account, 'export', *(words or ['--new']), '--out', out)
        self.lab.check('importing: %s' % (words or ['--new'],), run.code == code and os.path.isdir(out) == (code == 0), '%d %s' % (run.code, run.err))
        self.said = run.err
        return out

    def done(self, what, out, code, says, upto=None):
        """--done says this, and leaves the bookmark at that snapshot (None: none, True: where it was)."""
        before = tree(self.account)
        run = self.program(self.account, 'export', '--done', out)
        self.lab.check('importing: %s: %d, %s' % (what, code, says), run.code == code and says in run.err and run.out == '', '%d %s' % (run.code, run.err))
        if code != 0:
            self.lab.check('importing: %s: a fault and what to do' % what, run.err.count('\n') <= 2, run.err)
        changed = {k for k, v in tree(self.account).items() if before.get(k) != v}
        self.lab.check('importing: %s: nothing else is touched' % what, changed <= ({'imported.json'} if upto is not True else set()), changed)
        if upto is not True:
            self.stands(what, upto)

    def stands(self, what, upto):
        """The bookmark names the snapshot, and its diff, which stands for all that came before."""
        if upto is None:
            self.lab.check('importing: %s: no bookmark' % what, not os.path.exists(self.bookmark))
            return
        diff = gzip.decompress(read(os.path.join(self.account, 'diffs', upto + '.jsonl.gz')))
        found = json.loads(read(self.bookmark))
        self.lab.equal('importing: %s: the bookmark' % what, (found['snapshot'], found['diff_sha256']), (upto, hashlib.sha256(diff).hexdigest()))
        self.lab.equal('importing: %s: for nobody else to read' % what, os.stat(self.bookmark).st_mode & 0o777, 0o600)


def begins(lab, program):
    """The first time it is everything; a bookmark moves by --done alone."""
    g = ByHand(lab, program)
    g.written(code=1)
    g.stands('nothing is applied yet', None)
    g.applied(0)
    first = g.written()
    lab.check('importing: what to say once it is done', "flowstory export --done '%s'" % first in g.said, g.said)
    g.stands('written is not imported', None)
    lab.same('importing: at first --new is everything', tree(first), tree(g.written('--full')))
    lab.equal('importing: since', json.loads(read(os.path.join(first, 'manifest.json')))['since'], None)
    g.done('the first', first, 0, 'imported up to ' + IDS[0], IDS[0])
    g.done('the first again', first, 0, 'already imported up to', True)
    nothing = g.written()
    lab.equal('importing: nothing is new', [n for n in files(nothing) if n != 'fields.csv'], ['manifest.json', 'segments.json'])
    g.done('nothing', nothing, 0, 'already imported up to', True)


def goes_on(lab, program):
    """What came since, however often it is written; what leaves a gap is refused."""
    g = ByHand(lab, program).applied(0)
    g.done('the export of the first snapshot', os.path.join(g.account, 'exports', IDS[0]), 0, 'imported up to', IDS[0])
    g.applied(1, 2)
    new = g.written()
    lab.same('importing: what --since says', tree(new), tree(g.written('--since', IDS[0])))
    lab.same('importing: unsaid, it is there again', tree(new), tree(g.written()))
    lab.equal('importing: who left on the way is gone', [r[2] for r in csv_rows(os.path.join(new, 'gone.csv'))[1:]], ['c00001', 'c00002'])
    moved = moves(os.path.join(g.account, 'exports'), IDS[1:3])
    lab.check('importing: somebody moved', moved != {})
    lab.equal('importing: who moved on the way', {r[0]: r[3] for r in csv_rows(os.path.join(new, 'moved.csv'))[1:]}, moved)
    g.done('a later one', os.path.join(g.account, 'exports', IDS[2]), 2, 'does not begin where the last import ended, with ' + IDS[0], True)
    g.done('the next of exports/', os.path.join(g.account, 'exports', IDS[1]) + '/', 0, 'imported up to', IDS[1])
    g.done('an earlier one that goes further', new, 2, 'does not begin where the last import ended, with ' + IDS[1], True)
    g.done('the rest', g.written(), 0, 'imported up to', IDS[2])
    g.done('back', os.path.join(g.account, 'exports', IDS[1]), 0, 'already imported up to', True)
    g.applied(3)
    g.done('everything, behind a bookmark', g.written('--full'), 0, 'those who stopped being contacts since ' + IDS[2], IDS[3])
    lab.equal('importing: leftovers', leftovers(g.account), [])


def moves(exports, ids):
    """Where the people of these snapshots' moved.csv are now; who moved back has not moved."""
    old, new = {}, {}
    for ident in ids:
        for row in csv_rows(os.path.join(exports, ident, 'moved.csv'))[1:]:
            old.setdefault(row[0], row[1])
            new[row[0]] = row[3]
    return {k: v for k, v in new.items() if old[k] != v}


def wrong(lab, program):
    """What is no export of this account is not imported, and what is said wrongly changes nothing."""
    g = ByHand(lab, program).applied(0, 1)
    g.done('what begins later, before all', os.path.join(g.account, 'exports', IDS[1]), 2, 'is not a full export, and nothing was imported before it', None)
    empty, other = lab.new('empty'), ByHand(lab, program).applied(1)
    os.mkdir(empty)
    g.done('an empty directory', empty, 2, empty, None)
    g.done('no directory', empty + '-x', 2, empty + '-x', None)
    g.done('a snapshot', os.path.join(g.account, 'snapshots', IDS[0]), 2, IDS[0], None)
    g.done("another account's", other.written(), 2, "was not written from this account's present history", None)
    torn = g.written()
    write(os.path.join(torn, 'manifest.json'), read(os.path.join(torn, 'manifest.json'))[:-9])
    g.done('a manifest that is cut', torn, 2, torn, None)
    out = lab.new('out')
    for words in (['--new'], ['--new', '--full', '--out', out], ['--new', '--since', IDS[0], '--out', out], ['--new', '--out', empty],
                  ['--done'], ['--done', empty, '--out', out], ['--done', empty, '--new']):
        run = program(g.account, 'export', *words)
        lab.check('importing: export %s' % words, run.code == 2 and not os.path.exists(out), '%d %s' % (run.code, run.err))
    g.done('everything', g.written(), 0, 'imported up to', IDS[1])
    for text in ('', '{', '[]', '{"snapshot":"%s"}' % IDS[0]):
        write(g.bookmark, text)
        g.written(code=1)
        lab.check('importing: a bookmark that says nothing is named', 'imported.json' in g.said, g.said)
        g.done('a bookmark that says nothing', os.path.join(g.account, 'exports', IDS[0]), 1, 'imported.json', True)


def history(lab, program):
    """The bookmark outlives what is derived, and does not outlive its history."""
    g = ByHand(lab, program).applied(0, 1)
    g.done('everything', g.written(), 0, 'imported up to', IDS[1])
    g.applied(2)
    new = g.written()
    for room in ('state', 'diffs', 'exports'):
        shutil.rmtree(os.path.join(g.account, room))
    g.applied()
    lab.same('importing: after a rebuild', tree(g.written()), tree(new))
    late = ByHand(lab, program, clone(lab, g.account))
    put_snapshot(late.account, '20261122T230000Z', pages(4))
    lab.equal('importing: rebuilt with a late one', program(late.account, '-q', 'process', '--rebuild').code, 0)
    late.written(code=1)
    lab.check('importing: another history', 'is not part of the present history' in late.said and '--full' in late.said, late.said)
    late.done('of the other history', new, 2, "was not written from this account's present history", True)
    late.done('everything anew', late.written('--full'), 0, 'imported up to', IDS[2])
    late.applied(3)
    late.done('and on', late.written(), 0, 'imported up to', IDS[3])


def held(lab, program):
    """--done waits for nobody: a run that holds the lock is named. --new only reads."""
    g = ByHand(lab, program).applied(0)
    new = g.written()
    lock = os.path.join(g.account, '.lock')
    with subprocess.Popen(['flock', lock, 'sh', '-c', 'echo; read _'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        run = program(g.account, 'export', '--done', new)
        lab.check('importing: --done while a run holds the lock', run.code == 75 and not os.path.exists(g.bookmark), '%d %s' % (run.code, run.err))
        lab.same('importing: --new meanwhile', tree(g.written()), tree(new))
        holder.stdin.close()
    g.done('after it', new, 0, 'imported up to', IDS[0])


def run_all(lab, program):
    for part in (begins, goes_on, wrong, history, held):
        part(lab, program)
