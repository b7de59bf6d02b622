#!/usr/bin/env python3
"""power.py PROGRAM [--more]: the power fails at any moment, on ext4 without auto_da_alloc; the next run ends as if nothing had been.

A file system of its own, in a file; it is shut down (as xfstests do) at chosen calls of the run, at any moment, and right after its end: what was not
made durable is lost, once with the journal's last names and once without. auto_da_alloc is off, so that a rename alone saves no data. What a run
that exited 0 had made is there; a control shows that it would be lost without fsync. Skipped, and that is said, without root, loop devices, ext4 or
strace. --more: every call. Ends with 'N passed, M failed'.
"""
import fcntl
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

from crash import adopting, fresh, hourly, replaced, spread  # noqa: E402
from lab import begin, dumped, leftovers, results, small, tree  # noqa: E402
from prune import pruning                                    # noqa: E402

SHUTDOWN = 0x8004587d      # FS_IOC_SHUTDOWN
WITH_NAMES, WITHOUT = 1, 2  # the journal is written or not; data that waits is lost
MOMENTS = ['write', 'pwrite64', 'fsync', 'fdatasync', 'rename', 'renameat2', 'mkdir', 'unlinkat']
NO_FSYNC = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync,fdatasync,sync_file_range,msync:retval=0']


def run(*words):
    return subprocess.run(words, capture_output=True, check=False)


def patiently(is_done):
    for _ in range(1200):
        if is_done():
            return
        time.sleep(0.05)
    raise AssertionError('the file system is still in use')


class Disk:
    """An ext4 whose power can fail. In memory where that can be had: the pages of the host are no part of the test."""

    def __init__(self):
        self.room = tempfile.mkdtemp(prefix='flowstory-power-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
        self.image, self.place = os.path.join(self.room, 'image'), os.path.join(self.room, 'disk')
        os.mkdir(self.place)
        self.is_on = False

    def begin(self):
        """Returns why it cannot be had, or None."""
        with open(self.image, 'wb') as f:
            f.truncate(96 << 20)
        for tool in ('mkfs.ext4', 'strace'):
            if shutil.which(tool, path=os.environ['PATH'] + ':/usr/sbin:/sbin') is None:
                return tool + ' is not installed'
        if run('/usr/sbin/mkfs.ext4', '-q', '-F', self.image).returncode != 0:
            return 'no ext4 could be made'
        return None if self.on() else 'no leave to mount a file system'

    def on(self):
        """The journal is read back, as after any failure; no commit comes by itself."""
        self.is_on = run('mount', '-t', 'ext4', '-o', 'loop,noauto_da_alloc,commit=600', self.image, self.place).returncode == 0
        return self.is_on

    def sync(self):
        assert run('sync', '-f', self.place).returncode == 0

    def fail(self, how):
        """The power fails, and comes back."""
        top = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(top, SHUTDOWN, struct.pack('I', how))
        os.close(top)

    def again(self):
        self.off()
        assert self.on()

    def off(self):
        """Gone for certain: whoever made a mount namespace of their own meanwhile has it mounted as well, and it would come back shut down."""
        patiently(lambda: run('umount', self.place).returncode == 0)
        self.is_on = False
        patiently(lambda: not run('/usr/sbin/losetup', '-j', self.image).stdout)

    def end(self):
        if self.is_on:
            self.off()
        shutil.rmtree(self.room)


class Failing:
    """A scenario of crash.py on a disk whose power fails."""

    def __init__(self, lab, program, disk, scenario):
        self.lab, self.program, self.disk, self.s = lab, program, disk, scenario
        scenario.account = os.path.join(disk.place, 'account')

    def reset(self):
        self.s.reset()
        self.disk.sync()

    def traced(self, *inject):
        """A run under strace, on a disk where everything before it is durable."""
        self.reset()
        return self.program(self.s.account, *self.s.words, front=['strace', '-f', '-qq', '-o', '/dev/null', *inject])

    def at_calls(self, most):
        """The process and the power end with the n-th such call; for every second one the journal is written still."""
        counts, turn = self.s.counted(), 0
        for call in MOMENTS:
            for n in spread(counts[call][1], most):
                turn += 1
                self.traced('-e', 'inject=%s:signal=KILL:when=%d' % (call, counts[call][0] + n))
                self.back('%s: no power from %s %d on' % (self.s.name, call, n), WITH_NAMES if turn % 2 else WITHOUT)

    def at_moments(self, tries):
        """At any moment of a run that goes on for as long as it notices nothing."""
        self.reset()
        began = time.monotonic()
        self.program(self.s.account, *self.s.words)
        longest = time.monotonic() - began
        for n in range(tries):
            self.reset()
            process = subprocess.Popen([self.program.path, '-C', self.s.account, *self.s.words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(longest * (n + 0.5) / tries)
            self.disk.fail(WITH_NAMES if n % 2 else WITHOUT)
            process.wait()
            self.back('%s: no power after %d of %d' % (self.s.name, n, tries), None)

    def back(self, what, how):
        if how is not None:
            self.disk.fail(how)
        self.disk.again()
        self.s.recovered(what)

    def done_is_done(self):
        """After exit 0 nothing needs to be done again."""
        for how in (WITH_NAMES, WITHOUT):
            self.reset()
            what = '%s: no power after its end' % self.s.name
            self.lab.ran(what, self.program(self.s.account, *self.s.words), 0)
            self.disk.fail(how)
            self.disk.again()
            self.lab.same(what + ': results', results(self.s.account), self.s.want)
            self.lab.check(what + ': state', dumped(self.s.dump, self.s.account) == self.s.state)
            self.lab.ran(what + ': nothing to apply', self.program(self.s.account, 'process'), 0, 'nothing to apply')

    def control(self):
        """Without fsync something would be missing: the disk of this test can lose what was not made durable."""
        for how in (WITH_NAMES, WITHOUT):
            self.reset()
            self.lab.ran('control: a run without fsync', self.program(self.s.account, *self.s.words, front=NO_FSYNC), 0)
            self.lab.same('control: whole while there is power', results(self.s.account), self.s.want)
            self.disk.fail(how)
            self.disk.again()
            self.lab.check('control: lost without fsync', whole(self.s.account) != self.s.want)


def whole(account):
    """What can be read of the results."""
    try:
        return results(account)
    except (OSError, EOFError):
        return None


def adopted(lab, program, disk):
    """A snapshot that adopt said it made is there."""
    s = adopting(lab, program)
    f = Failing(lab, program, disk, s)
    for how in (WITH_NAMES, WITHOUT):
        f.reset()
        lab.ran('adopt', program(s.account, *s.words), 0)
        disk.fail(how)
        disk.again()
        lab.check('adopt: no power after its end', s.taken() == s.whole)
    f.at_calls(2)


def by_hand(lab, program, disk):
    """An export that was written is there, and so is the word that it is imported."""
    account, out = os.path.join(disk.place, 'by-hand'), os.path.join(disk.place, 'out')
    small(account, 2, 20)
    lab.ran('by hand: process', program(account, '-q', 'process'), 0)
    for how in (WITH_NAMES, WITHOUT):
        disk.sync()
        lab.ran('by hand: export', program(account, '-q', 'export', '--full', '--out', out), 0)
        want = tree(out)
        disk.fail(how)
        disk.again()
        lab.same('by hand: no power after export', tree(out), want)
        lab.ran('by hand: --done', program(account, '-q', 'export', '--done', out), 0)
        disk.fail(how)
        disk.again()
        lab.ran('by hand: no power after --done', program(account, 'export', '--done', out), 0, 'already imported up to')
        shutil.rmtree(out)
        os.remove(os.path.join(account, 'imported.json'))
    lab.equal('by hand: leftovers', leftovers(account), [])
    shutil.rmtree(account)


def trials(lab, program, disk, more):
    most = 10000 if more else 3
    first, hour, again = (Failing(lab, program, disk, make(lab, program)) for make in (fresh, hourly, replaced))
    first.control()
    for f in (first, hour):
        f.done_is_done()
    first.at_calls(most)
    hour.at_calls(most)
    again.at_calls(most if more else 2)
    Failing(lab, program, disk, fresh(lab, program, 1000)).at_moments(200 if more else 12)
    prunes = Failing(lab, program, disk, pruning(lab, program))
    prunes.at_calls(most if more else 2)
    prunes.at_moments(60 if more else 4)
    adopted(lab, program, disk)
    by_hand(lab, program, disk)


def main():
    lab, program, a = begin(__doc__, more=False)
    disk = Disk()
    try:
        why = disk.begin()
        if why:
            print('skipped: ' + why)
        else:
            trials(lab, program, disk, a.more)
    finally:
        disk.end()
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
