#!/usr/bin/env python3
"""crash.py PROGRAM [--more]: whatever stops a run, the next one ends as if nothing had been.

Injection law: the n-th call of a kind fails (strace), for n = 1, 2, 3 … until a run is left undisturbed; the run exits 1 with a
message, or 0 if the call did not matter, and a plain run then gives the same diffs, exports and state, with nothing left over.
The same with a kill at each such call, with kills at any moment, with a limit on file sizes, and on a full file system.
Without strace, or without leave to mount, those parts are skipped and that is said. --more: every call, and many more kills.
--sanitized: the program has sanitizers: fewer calls, and none that their runtime needs itself; leaks are looked for where no strace is in the way.
Ends with 'N passed, M failed'.
"""
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

from lab import begin, customer, dumped, files, leftovers, order, read, results, small, snapshots, tree, write  # noqa: E402

WRITES = ['write', 'pwrite64', 'writev', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'renameat2', 'mkdir', 'unlinkat', 'fchmod', 'chmod']
READS = ['openat', 'read', 'pread64', 'mmap', 'getdents64', 'close', 'clone3', 'flock']
ERRORS = {'write': 'ENOSPC', 'pwrite64': 'ENOSPC', 'writev': 'ENOSPC', 'ftruncate': 'ENOSPC', 'mkdir': 'ENOSPC', 'openat': 'EMFILE', 'mmap': 'ENOMEM', 'clone3': 'EAGAIN',
          'chmod': 'EPERM', 'fchmod': 'EPERM', 'flock': 'ENOLCK'}


# the leak checker stops the process as strace does: both at once cannot be
NO_LEAKS = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'}


class Scenario:
    """An account before a run, the run, and what it must come to."""

    def __init__(self, lab, program, name, words=('-q', '--jobs', '2', 'process')):
        self.lab, self.program, self.name, self.words = lab, program, name, words
        self.next = ('-q', 'process')      # the run after the one that was stopped
        self.before = lab.new('before')
        self.account = lab.new('account')
        self.dump = os.path.join(os.path.dirname(program.path), 'tests', 'tools', 'dump')

    def settle(self):
        """What an undisturbed run gives."""
        self.reset()
        self.lab.ran(self.name + ': undisturbed', self.program(self.account, *self.words), 0)
        self.want, self.state = self.outcome(), dumped(self.dump, self.account)

    def outcome(self):
        return results(self.account)

    def reset(self):
        shutil.rmtree(self.account, ignore_errors=True)
        shutil.copytree(self.before, self.account)

    def recovered(self, what):
        """A plain run ends as the undisturbed one did."""
        self.lab.ran(what + ': the next run', self.program(self.account, *self.next), 0)
        self.lab.same(what + ': results', self.outcome(), self.want)
        self.lab.check(what + ': state', dumped(self.dump, self.account) == self.state)
        self.lab.equal(what + ': leftovers', leftovers(self.account), [])

    # ---- strace

    def traced(self, *inject):
        """A run from the beginning, under strace; and what it called."""
        self.reset()
        log = os.path.join(self.lab.place, 'strace')
        run = self.program(self.account, *self.words, front=['strace', '-f', '-qq', '-o', log, *inject], env=NO_LEAKS)
        return run, read(log)

    def counted(self):
        """{call: (how often while the program is loaded, how often by itself)} of an undisturbed run."""
        loading, _, running = self.traced()[1].partition(b'fcntl(0, F_GETFD')
        count = lambda name, text: len(re.findall(rb'^\d+ +%s\(' % name.encode(), text, re.M))
        return {name: (count(name, loading), count(name, running)) for name in set(WRITES + READS)}

    def failing(self, calls, most):
        """Each call of these kinds fails once, at most so many of a kind (spread evenly)."""
        counts = self.counted()
        for call in calls:
            for n in spread(counts[call][1], most):
                self.fail_at(call, counts[call][0] + n)

    def fail_at(self, call, n):
        what = '%s: %s %d fails' % (self.name, call, n)
        run, calls = self.traced('-e', 'inject=%s:error=%s:when=%d' % (call, ERRORS.get(call, 'EIO'), n))
        # strace counts each thread's calls, so the message may be hit as well as what it is about
        mute = re.search(rb'write\(2, "flowstory: .*INJECTED', calls) is not None
        # settings or rules that cannot be read are a fault of theirs
        told = (mute or run.err.startswith('flowstory: ')) and run.code == (2 if re.search(r"open '.*(flowstory|segments)\.json'", run.err) else 1)
        self.lab.check(what + ': exit', run.code == 0 or told, '%d %s' % (run.code, run.err))
        if run.code == 0:
            self.lab.same(what + ': it did not matter', self.outcome(), self.want)
        self.recovered(what)

    def killed(self, calls, most):
        """The process dies at each such call."""
        counts = self.counted()
        for call in calls:
            for n in spread(counts[call][1], most):
                run, _ = self.traced('-e', 'inject=%s:signal=KILL:when=%d' % (call, counts[call][0] + n))
                what = '%s: killed at %s %d' % (self.name, call, n)
                self.lab.check(what, run.code in (-9, 137, 0), run.code)
                self.recovered(what)

    # ---- without strace

    def kills(self, tries, longest):
        """Killed at any moment."""
        for n in range(tries):
            self.reset()
            run = subprocess.Popen([self.program.path, '-C', self.account, *self.words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(longest * n / tries)
            run.kill()
            run.wait()
            self.recovered('%s: killed after %d of %d' % (self.name, n, tries))

    def limited(self, sizes):
        """No file may grow beyond so many bytes: an error, not a death."""
        for size in sizes:
            self.reset()
            run = self.program(self.account, *self.words, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
            what = '%s: files of at most %d bytes' % (self.name, size)
            self.lab.check(what, run.code == 1 and run.err.startswith('flowstory: '), '%d %s' % (run.code, run.err))
            self.recovered(what)

    def full(self, sizes):
        """A file system with little room, and then with enough."""
        place = self.lab.new('tmpfs')
        os.makedirs(place)
        mount = lambda *words: subprocess.run(['mount', '-t', 'tmpfs', '-o', *words, 'tmpfs', place], capture_output=True, check=False).returncode == 0
        home = self.account
        self.account = os.path.join(place, 'account')
        for size in sizes:
            if not mount('size=64m'):
                print('skipped: no leave to mount a file system')
                break
            self.reset()
            used = os.statvfs(place)
            used = (used.f_blocks - used.f_bfree) * used.f_frsize
            mount('remount,size=%d' % (used + size))
            run = self.program(self.account, *self.words)
            what = '%s: room for %d bytes' % (self.name, size)
            self.lab.check(what, run.code == 0 and size > 100000 or run.code == 1 and ('o space left' in run.err or 'disk may be full' in run.err or 'too little room' in run.err),
                           '%d %s' % (run.code, run.err))
            mount('remount,size=64m')
            self.recovered(what)
            subprocess.run(['umount', place], check=False)
        self.account = home


def spread(count, most):
    """1 to count, or so many of them, the first and the last among them."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + (count - 1) * i // (most - 1) for i in range(most)})


# ---------------------------------------------------------------- the scenarios

def fresh(lab, program, people=20):
    """Two snapshots, nothing applied."""
    s = Scenario(lab, program, 'fresh')
    small(s.before, 2, people)
    s.settle()
    return s


def hourly(lab, program):
    """One applied, one to apply, with other settings, so that terms are written, too."""
    s = Scenario(lab, program, 'hourly')
    ids = small(s.before, 2, 20)
    away = os.path.join(s.before, 'snapshots', ids[1])
    shutil.move(away, s.before + '-away')
    program(s.before, '-q', 'process')
    shutil.move(s.before + '-away', away)
    write(os.path.join(s.before, 'flowstory.json'), '{"min_age":21,"suppress":"no.txt"}')
    write(os.path.join(s.before, 'no.txt'), 'user3@example.com\n')
    s.settle()
    return s


def replaced(lab, program):
    """Rebuilt while exports are other ones than they were, and the rules and settings of today are others, too."""
    s = Scenario(lab, program, 'replaced', ('-q', 'process', '--rebuild'))
    s.next = s.words
    ids = small(s.before, 2, 20)
    write(os.path.join(s.before, 'segments.json'), json.dumps([{'name': 'Old', 'slug': 'old', 'where': {'field': 'fh_points', 'op': '>', 'value': 3}}]))
    program(s.before, '-q', 'process')
    for ident in ids:
        path = os.path.join(s.before, 'exports', ident, 'contacts-0001.csv')
        write(path, read(path) + b'x')
    write(os.path.join(s.before, 'segments.json'), json.dumps([{'name': 'New', 'slug': 'new', 'where': {'field': 'fh_points', 'op': '>', 'value': 9}}]))
    s.settle()
    return s


class Adopting(Scenario):
    """adopt: the snapshot is there and whole, or not there at all."""

    def settle(self):
        super().settle()
        self.whole = self.taken()

    def taken(self):
        """The snapshot without the time it was made at."""
        found = {k: v for k, v in tree(os.path.join(self.account, 'snapshots')).items() if not k.endswith('manifest.json')}
        listed = snapshots(self.account)
        return found, [json.loads(read(os.path.join(self.account, 'snapshots', i, 'manifest.json')))['pages'] for i in listed]

    def recovered(self, what):
        there = [n for n in snapshots(self.account) if not n.startswith('.')]
        if not there:
            self.lab.ran(what + ': adopted again', self.program(self.account, *self.words), 0)
        self.lab.check(what + ': the snapshot is whole', self.taken_again() == self.whole)
        self.lab.equal(what + ': leftovers', leftovers(self.account), [])

    def taken_again(self):
        self.program(self.account, '-q', 'process')       # sweeps what a killed one left
        return self.taken()


def adopting(lab, program):
    files = [os.path.join(lab.new('files'), n) for n in ('c.json', 'o.json')]
    write(files[0], json.dumps({'customers': [customer(1)]}))
    write(files[1], json.dumps({'orders': [order(1, 1)]}))
    s = Adopting(lab, program, 'adopt', ('-q', 'adopt', *files, '--taken-at', '2026-11-23T04:00:00Z'))
    os.makedirs(os.path.join(s.before, 'snapshots'))
    s.settle()
    return s


def exporting(lab, program, more):
    """export: a whole directory or none, and the account as it was."""
    account = lab.new('account')
    small(account, 2, 20)
    program(account, '-q', 'process')
    before, out = tree(account), os.path.join(account + '-out', 'x')
    os.makedirs(os.path.dirname(out))
    line = ('-q', 'export', '--full', '--out', out)
    program(account, *line)
    want = tree(out)
    for call in ('write', 'fsync', 'renameat2', 'mkdir', 'fchmod'):
        for n in range(1, 60 if more else 4):
            shutil.rmtree(os.path.dirname(out))
            os.makedirs(os.path.dirname(out))
            run = program(account, *line, front=['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=%s:error=ENOSPC:when=%d' % (call, n)],
                          env=NO_LEAKS)
            what = 'export: %s %d fails' % (call, n)
            lab.check(what, run.code in (0, 1) and (run.code == 0) == (run.err == ''), '%d %s' % (run.code, run.err))
            there = os.listdir(os.path.dirname(out))
            lab.check(what + ': whole or nothing', there == [] and run.code == 1 or there == ['x'] and tree(out) == want, there)
            if run.code == 0:
                break
    lab.same('export: the account is as it was', tree(account), before)


def traced(lab, program, scenarios, more):
    """Calls that fail, and kills at them."""
    first, hour, again, adopts = scenarios
    most = 10000 if more else 9
    first.failing(WRITES, most)
    first.failing(READS, most if more else 4)
    hour.failing(WRITES, most if more else 5)
    hour.killed(WRITES, most if more else 6)
    again.killed(['renameat2', 'rename', 'unlinkat', 'pwrite64'], most)
    again.failing(['renameat2', 'unlinkat', 'fsync'], most if more else 6)
    adopts.failing(WRITES, most if more else 4)
    adopts.killed(['write', 'renameat2', 'fsync'], most if more else 4)
    exporting(lab, program, more)


def traced_slowly(lab, program, scenarios):
    """The ways back from a failing call under sanitizers; a kill leaves nobody who could complain."""
    first, hour, again, adopts = scenarios
    first.failing(WRITES + [c for c in READS if c not in ('mmap', 'clone3')], 3)
    hour.failing(WRITES, 2)
    again.failing(['renameat2', 'unlinkat', 'fsync'], 2)
    adopts.failing(WRITES, 2)
    exporting(lab, program, False)


def main():
    lab, program, a = begin(__doc__, more=False, sanitized=False)
    scenarios = [make(lab, program) for make in (fresh, hourly, replaced, adopting)]
    if not shutil.which('strace'):
        print('skipped: strace is not installed')
    elif a.sanitized:
        traced_slowly(lab, program, scenarios)
    else:
        traced(lab, program, scenarios, a.more)
    large = fresh(lab, program, 2000)
    large.kills(400 if a.more else 5 if a.sanitized else 30, 0.25)
    scenarios[0].limited([0, 100, 1000, 4096, 10000, 60000])
    scenarios[0].full([0, 4096, 8192, 16384, 40960, 65536, 131072, 262144])
    lab.check('no sanitizer complains', 'Sanitizer' not in ''.join(program.said), [s for s in program.said if 'Sanitizer' in s][:1])
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
