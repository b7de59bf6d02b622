#!/usr/bin/env python3
"""memory.py PROGRAM LIBRARY STANDIN DAILYSTORY [--more]: when memory runs out, the program says so in one line and exits 1, in every command,
wherever it happens.

LIBRARY (build/failing_alloc.so) is preloaded: the n-th allocation of a run fails, once or for ever from there on, whoever asks for it: the
program, a library, or the loader of one. The run says "flowstory: out of memory" last and exits 1; never a signal, never another reason. A plain
run then ends as if nothing had been. --more: every allocation; else they are spread. Ends with 'N passed, M failed'.
"""
import ctypes
import json
import os
import resource
import shutil
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lab'))

from fetching.place import CLIENT_ID, KEY, Tls                                                            # noqa: E402
from fleets.place import Server                                                                           # noqa: E402
from lab import begin, clone, customer_page, customer, leftovers, read, small, snapshots, write           # noqa: E402
from old_account import POLICY, old                                                                       # noqa: E402
from pushing.receiver import TOKEN, Receiver                                                              # noqa: E402

SAID = 'flowstory: out of memory'
MOST = 6                  # of each command, each way
PROCESS, RUN, PUSH = ('-q', 'process'), ('-q', 'run'), ('-q', 'push')
RESUME = ('-q', 'erase', '--resume')


def spread(count, most):
    """1 .. count, or so many of them, the first ones and the last all there."""
    if count <= most:
        return list(range(1, count + 1))
    head = most // 3
    rest = most - head
    return sorted(set(range(1, head + 1)) | {head + 1 + (count - head - 1) * i // (rest - 1) for i in range(rest)})


class Command:
    """One command line, on an account of its own each time if it writes; @ in a word is the account. again: what ends well after it."""

    def __init__(self, lab, program, library, account, line, again=()):
        self.lab, self.program, self.library = lab, program, os.path.abspath(library)
        self.account, self.words, self.again, self.name = account, line.split(), again, line.replace(lab.place, '')
        self.said = 'out of memory' if self.words[0] == 'fleet' else SAID            # of a fleet, it may be an account of it

    def place(self):
        return clone(self.lab, self.account) if self.again else self.account

    def run(self, account, at=0, on=False, count=None):
        env = {'LD_PRELOAD': self.library, 'ALLOC_FAIL_AT': str(at), 'ALLOC_FAIL_ON': '1' if on else '0', 'MALLOC_ARENA_MAX': '1'}
        if count:
            env['ALLOC_COUNT'] = count
        fleet = self.words[0] == 'fleet'
        return self.program(None if fleet else account, *[w.replace('@', account) for w in self.words], env=env)

    def remove(self, account):
        if self.again:
            shutil.rmtree(account)
            shutil.rmtree(account + '-again', ignore_errors=True)

    def counted(self):
        path = self.lab.new('count')
        account = self.place()
        run = self.run(account, count=path)
        self.remove(account)
        return run, int(read(path))

    def trial(self, at, on):
        account = self.place()
        run = self.run(account, at, on)
        bad = '' if run.code == 1 and run.err.rstrip().endswith(self.said) else 'exit %d, said %r' % (run.code, run.err[-300:])
        if bad and (run.code, run.out) == (self.want.code, self.want.out) and 'memory' not in run.err:
            bad = ''              # memory that was asked for in advance, and done without
        for words in self.again if not bad else ():
            again = self.program(account, *words)
            if again.code not in (0, 3) and words != RESUME:
                bad = 'then %s: exit %d, %s' % (words, again.code, again.err)
        if self.again and not bad and leftovers(account):
            bad = 'left over: %s' % leftovers(account)
        self.remove(account)
        return at, on, bad

    def all(self, most):
        self.want, count = self.counted()
        self.lab.check('%s: undisturbed' % self.name, self.want.code == 0, '%d %s' % (self.want.code, self.want.err))
        self.lab.check('%s: the library counts' % self.name, count > 0)
        trials = [(at, on) for on in (False, True) for at in spread(count, most)]
        with ThreadPoolExecutor(2) as pool:
            for at, on, bad in pool.map(lambda t: self.trial(*t), trials):
                self.lab.check('%s: allocation %d of %d fails%s' % (self.name, at, count, ' and all after it' if on else ''), not bad, bad)


def limited(lab, program):
    """Where the system gives no more (ulimit -v), from a limit with which the program itself can be loaded to one with which all can."""
    for kb in range(8000, 40001, 4000):
        run = program(None, 'version', before=lambda: resource.setrlimit(resource.RLIMIT_AS, (kb * 1024, kb * 1024)))
        lab.check('version in %d kB' % kb, (run.code, run.err) == (1, SAID + '\n') or (run.code == 0 and 'not found' not in run.out), '%d %s %s' % (run.code, run.out, run.err))


def damaged_library(lab, program):
    """One that says it takes more room than there is: the loader says of it what it says without memory."""
    place = lab.new('libraries')
    ctypes.CDLL('libcurl.so.4')
    elf = bytearray(read(next(line.split()[-1] for line in read('/proc/self/maps').decode().splitlines() if '/libcurl.so.4' in line)))
    table, size, n = struct.unpack_from('<Q', elf, 32)[0], *struct.unpack_from('<HH', elf, 54)
    last = max(at for at in range(table, table + n * size, size) if struct.unpack_from('<I', elf, at)[0] == 1)
    struct.pack_into('<Q', elf, last + 40, 1 << 46)
    os.makedirs(place)
    with open(os.path.join(place, 'libcurl.so.4'), 'wb') as f:
        f.write(elf)
    run = program(None, 'version', env={'LD_LIBRARY_PATH': place})
    lab.check('version with a damaged library', run.code == 0 and 'libcurl not found' in run.out, '%d %s %s' % (run.code, run.out, run.err))


def online(lab, program, server, far, tls):
    """An account that has read all there is, over TLS, and a fleet of two such."""
    fleet = lab.new('fleet')
    for name in ('a', 'b'):
        account = os.path.join(fleet, name)
        write(os.path.join(account, 'flowstory.json'), json.dumps({
            'base_url': server.url, 'client_id': CLIENT_ID, 'api_key_file': 'key', 'history_start': '2025-12-01', 'min_interval_ms': 0, 'retries': 0,
            'ca_file': tls.ca, 'dailystory_url': far.url, 'dailystory_token_file': 'token', 'push_interval_ms': 0, 'breaker_percent': 100}))
        for file, text in (('key', KEY), ('token', TOKEN)):
            write(os.path.join(account, file), text + '\n')
            os.chmod(os.path.join(account, file), 0o600)
        lab.ran('online: run', program(account, *RUN), 0)
    return os.path.join(fleet, 'a'), fleet


def lines(lab, program, online_account):
    """(account, command line, what ends well after it) of every command there is."""
    fresh, done, aged = lab.new('fresh'), lab.new('done'), lab.new('aged')
    small(fresh)
    shutil.copytree(fresh, done)
    old(aged)
    for account in (done, aged):
        lab.ran('process', program(account, '-q', 'process'), 0)
    rules, export = os.path.join(lab.place, 'rules.json'), os.path.join(lab.place, 'customers.json')
    write(rules, '[{"name":"A","slug":"a","where":{"field":"fh_total_orders","op":">","value":1}}]')
    write(export, customer_page([customer(1), customer(2)]).body)
    first = lab.new('first')
    lab.ran('export --new', program(done, '-q', 'export', '--new', '--out', first), 0)
    ids = snapshots(done)
    account, fleet = online_account
    for line in ('--help', 'version', 'version --json', 'help process', 'status', 'status --json', 'segments', 'segments --due', 'segments --rules ' + rules,
                 'segments --members spent-more-than-100', 'fields', 'fields --values fh_products', 'explain c00001', 'explain c00001 --json', 'audit',
                 'audit --customer c00001', 'audit --verify', 'diff %s %s' % (ids[0], ids[2]), 'check --offline', 'push --plan', 'push --status', 'push --rejected',
                 'erase --check nobody@example.net', 'erase --list',
                 'report --out - --now 2026-11-24T00:00:00Z'):
        yield done, line, ()
    for line in ('init', 'process', 'process --plan', 'process --rebuild', '--jobs 1 process', 'adopt %s --partial --taken-at 2026-11-23T09:00:00Z' % export):
        yield fresh, line, (PROCESS,)
    for line in ('export --full --out @/out', 'export --since %s --out @/out' % ids[0], 'export --new --out @/out', 'export --done ' + first, 'replay --out @-again',
                 'verify', 'verify --rebuild', 'report', 'prune --dry-run --keep-all 90d', 'erase --dry-run c00001'):
        yield done, line, (PROCESS,)
    yield done, 'erase c00001 --yes', (RESUME, PROCESS, ('-q', 'verify', '--rebuild'))
    yield aged, 'prune ' + ' '.join(POLICY), (('-q', 'prune', *POLICY), PROCESS, ('-q', 'verify', '--rebuild'))
    yield account, 'check', ()
    yield account, 'fetch', (RUN,)
    yield account, 'run', (RUN,)
    yield account, 'push', (PUSH,)
    for verb in ('list', 'status --json', 'report --out - --now 2026-11-24T00:00:00Z', 'check', 'init c'):
        yield fleet, 'fleet -f @ ' + verb, ()


def main():
    lab, program, a = begin(__doc__, 'library', 'standin', 'dailystory', more=False)
    limited(lab, program)
    damaged_library(lab, program)
    tls = Tls(lab.place, 'both')
    server, far = Server(a.standin, tls=tls), Receiver(a.dailystory)
    try:
        for account, line, again in lines(lab, program, online(lab, program, server, far, tls)):
            Command(lab, program, a.library, account, line, again).all(10 ** 9 if a.more else MOST)
    finally:
        server.close()
        far.close()
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
