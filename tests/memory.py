#!/usr/bin/env python3
"""memory.py PROGRAM LIBRARY [--more]: when memory runs out, the program says so in one line and exits 1, wherever it happens.

LIBRARY (build/failing_alloc.so) is preloaded: the n-th allocation of a run fails, once or for ever from there on. The run does what an
undisturbed one does, if the allocation did not matter, or says "flowstory: out of memory" and exits 1; never a signal, never another
message. A plain run then ends as if nothing had been. --more: every allocation; else they are spread. Ends with 'N passed, M failed'.
"""
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lab'))

from lab import begin, clone, customer_page, customer, files, leftovers, read, results, small, write  # noqa: E402

SAID = 'flowstory: out of memory'
# the C library's own end, where a library that was loaded late finds no memory for its first thread-local data: nobody is asked before
LOADER = (127, 'cannot allocate memory for thread-local data: ABORT\n')
MOST = 24                 # of each command, each way


def spread(count, most):
    """1 .. count, or so many of them, the first ones and the last all there."""
    if count <= most:
        return list(range(1, count + 1))
    head = most // 3
    rest = most - head
    return sorted(set(range(1, head + 1)) | {head + 1 + (count - head - 1) * i // (rest - 1) for i in range(rest)})


class Command:
    """One command line, on an account of its own each time if it writes."""

    def __init__(self, lab, program, library, account, words, writes=False):
        self.lab, self.program, self.library = lab, program, os.path.abspath(library)
        self.account, self.words, self.writes = account, words, writes
        self.name = ' '.join(w for w in words if not w.startswith('/')) or 'nothing'

    def place(self):
        return clone(self.lab, self.account) if self.writes else self.account

    def run(self, account, at=0, on=False, count=None):
        env = {'LD_PRELOAD': self.library, 'ALLOC_FAIL_AT': str(at), 'ALLOC_FAIL_ON': '1' if on else '0', 'MALLOC_ARENA_MAX': '1'}
        if count:
            env['ALLOC_COUNT'] = count
        return self.program(account, *[w.replace('@', account) for w in self.words], env=env)

    def counted(self):
        path = self.lab.new('count')
        account = self.place()
        run = self.run(account, count=path)
        if self.writes:
            shutil.rmtree(account)
            shutil.rmtree(account + '-again', ignore_errors=True)
        return run, int(read(path))

    def trial(self, at, on):
        account = self.place()
        run = self.run(account, at, on)
        said = run.err.strip().split('\n')
        if run.code == 1 and SAID in run.err:
            bad = '' if said[-1] == SAID else 'said %r' % run.err
        elif self.words == ('version',) and (run.code, run.err) == LOADER:
            bad = ''
        else:
            bad = '' if (run.code, run.out) == (self.want.code, self.want.out) else 'exit %d, said %r' % (run.code, run.err[-300:])
        if self.writes and not bad:
            again = self.program(account, '-q', 'process')
            if again.code != 0 or leftovers(account):
                bad = 'the next run: exit %d, %s, left over: %s' % (again.code, again.err, leftovers(account))
        if self.writes:
            shutil.rmtree(account)
            shutil.rmtree(account + '-again', ignore_errors=True)
        return at, on, bad

    def all(self, most):
        self.want, count = self.counted()
        self.lab.check('%s: undisturbed' % self.name, self.want.code == 0, self.want.err)
        self.lab.check('%s: the library counts' % self.name, count > 0)
        trials = [(at, on) for on in (False, True) for at in spread(count, most)]
        with ThreadPoolExecutor(2) as pool:
            for at, on, bad in pool.map(lambda t: self.trial(*t), trials):
                self.lab.check('%s: allocation %d of %d fails%s' % (self.name, at, count, ' and all after it' if on else ''), not bad, bad)


def main():
    lab, program, a = begin(__doc__, 'library', more=False)
    fresh, done = lab.new('fresh'), lab.new('done')
    small(fresh)
    shutil.copytree(fresh, done)
    lab.ran('process', program(done, '-q', 'process'), 0)
    rules = os.path.join(lab.place, 'rules.json')
    write(rules, '[{"name":"A","slug":"a","where":{"field":"fh_total_orders","op":">","value":1}}]')
    export = os.path.join(lab.place, 'customers.json')
    write(export, customer_page([customer(1), customer(2)]).body)
    ids = sorted(os.listdir(os.path.join(done, 'snapshots')))
    reading = [('--help',), ('version',), ('help', 'process'), ('status',), ('segments',), ('segments', '--due'), ('segments', '--rules', rules),
               ('fields',), ('fields', '--values', 'fh_products'), ('explain', 'c00001'), ('explain', 'c00001', '--json'), ('audit',), ('audit', '--customer', 'c00001'),
               ('audit', '--verify'), ('diff', ids[0], ids[2]), ('check', '--offline'), ('push', '--plan'), ('push', '--status'), 
               ('erase', '--check', 'nobody@example.net'), ('report', '--out', '-', '--now', '2026-11-24T00:00:00Z')]
    writing = [('init',), ('process',), ('process', '--rebuild'), ('--jobs', '1', 'process'), ('adopt', export, '--partial', '--taken-at', '2026-11-23T09:00:00Z'),
               ('export', '--full', '--out', '@/out'), ('replay', '--out', '@-again'), ('verify',), ('verify', '--rebuild'),
               ('prune', '--dry-run', '--keep-all', '90d'), ('erase', '--dry-run', 'c00001')]
    most = 10 ** 9 if a.more else MOST
    for words in reading:
        Command(lab, program, a.library, done, words).all(most)
    for words in writing:
        Command(lab, program, a.library, done if words[0] in ('export', 'replay', 'verify', 'prune', 'erase') else fresh, words, writes=True).all(most)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
