"""An invented account, whole, and folded with a base of every snapshot but the last.
"""
import gzip
import json
import os
import subprocess

from invented import Invented
from lab import clone, dumped, lines, read, snapshots


class Tools:
    """What the tests build beside the program."""

    def __init__(self, program):
        self.folder = os.path.join(os.path.dirname(program.path), 'tests', 'tools')

    def fold(self, account, policy, **how):
        return subprocess.run([os.path.join(self.folder, 'fold'), account, policy], capture_output=True, text=True, check=False, **how)

    def state(self, account):
        """Every row but those that say where the text of a pruned record lies."""
        return [line for line in dumped(os.path.join(self.folder, 'dump'), account).split(b'\n') if not line.startswith(b'origins ')]


class Kept(Invented):
    """look() says what to do with the two accounts, whole and folded."""

    def __init__(self, lab, program, tools, seed, profile):
        super().__init__(lab, program, seed, profile)
        self.tools = tools
        self.whole, self.folded = self.new(), None
        self.ids = [step[0] for step in self.steps]
        self.known = {}      # by snapshot: where the present version of each record was read

    def run(self):
        for step in self.steps:
            self.bring(self.whole, step)
            done = self.accepting(lambda *more: self.program(self.whole, '-q', 'process', *more))
            if not self.lab.check('%s: process' % self.name, done.code in (0, 3), done.err):
                return
        if len(self.ids) < 2:
            return
        self.folded = clone(self.lab, self.whole)
        fold = self.tools.fold(self.folded, json.dumps({'all': '0s', 'pins': self.ids}))
        self.lab.check('%s: fold' % self.name, fold.returncode == 0, fold.stderr)
        self.lab.equal('%s: bases' % self.name, sorted(os.listdir(os.path.join(self.folded, 'bases'))), self.ids[:-1])
        self.lab.equal('%s: snapshots' % self.name, [n for n in snapshots(self.folded) if n != 'pruned.jsonl.gz'], self.ids[-1:])
        self.remember()
        self.look()

    def remember(self):
        """By what the diffs of the whole account say."""
        now = {}
        for ident in self.ids:
            for line in lines(gzip.decompress(read(os.path.join(self.whole, 'diffs', ident + '.jsonl.gz')))):
                if line.get('op') == 'removed':
                    now.pop((line['entity'], line['id']))
                elif 'entity' in line:
                    now[line['entity'], line['id']] = (ident, line['page'], line['index'])
            self.known[ident] = dict(now)


def evident(value):
    """What explain says, without where it says it from."""
    if isinstance(value, dict):
        return {k: evident(v) for k, v in value.items() if k not in ('base', 'base_page', 'base_index', 'base_sha256', 'pruned', 'page', 'index', 'sha256', 'pages')}
    return [evident(v) for v in value] if isinstance(value, list) else value
