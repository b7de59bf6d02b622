#!/usr/bin/env python3
"""prune.py PROGRAM [--seeds N] [--more]: history that is folded gives what the whole history gives.

Accounts of tests/witness/nasty.py are applied twice: once as they are, once with everything but the last snapshot folded after
each (tests/tools/fold.c), base after base. Both give the same diffs, exports and rows of the state; a rebuild from the base, a
replay and verify agree. --more: ten times as many accounts. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

from invented import Invented         # noqa: E402
from lab import begin, clone, dumped, leftovers, results, snapshots  # noqa: E402

NOTHING = '{"all":"0s"}'    # keep the last snapshot alone


class Tools:
    """What the tests build beside the program."""

    def __init__(self, program):
        self.folder = os.path.join(os.path.dirname(program.path), 'tests', 'tools')

    def fold(self, account, policy=NOTHING, **how):
        return subprocess.run([os.path.join(self.folder, 'fold'), account, policy], capture_output=True, text=True, check=False, **how)

    def state(self, account):
        """Every row but those that say where the text of a pruned record lies."""
        return [line for line in dumped(os.path.join(self.folder, 'dump'), account).split(b'\n') if not line.startswith(b'origins ')]


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
        run = self.tools.fold(account)
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
        out = self.lab.new('replayed')
        self.lab.ran(self.name + ': replay --check', self.program(folded, '-q', 'replay', '--out', out, '--check'), 0)
        run = self.program(folded, 'verify', '--rebuild')
        self.lab.check(self.name + ': verify --rebuild', run.code == 0, run.out)


def main():
    lab, program, a = begin(__doc__, seeds=4, more=False)
    tools = Tools(program)
    for seed in range(1, a.seeds * (10 if a.more else 1) + 1):
        for profile in ('nasty', 'windowed', 'nice'):
            Folded(lab, program, tools, seed, profile).run()
            shutil.rmtree(lab.place, ignore_errors=True)
            os.mkdir(lab.place)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
