#!/usr/bin/env python3
"""odd.py PROGRAM [NAME…]: runs `PROGRAM -C account -q process` over a copy of every fixtures/odd/<name>/ and checks what came of account/ against
the lines of fixtures/odd/<name>/expect:

    exit N                          the exit status
    file <path> contains <text>     <text> is anywhere in the file
    file <path> lacks <text>        the file is there, <text> is not in it
    no-file <path>                  there is no such file
    rows <path> N                   so many rows, the header apart, of a .csv or .jsonl file
    message contains <text>         said on standard error
    said contains <text>            said on either
    run <words>                     PROGRAM -C account <words>; what follows is about this run. If the first line is one, nothing was run before it
    away <path>, back <path>        takes a file or directory away, and puts it back
    # remark

Paths are relative to the account, where the program is run too; files beside account/ are in its parent.  diffs/<id>.jsonl stands for the inflated
diffs/<id>.jsonl.gz.  Of .json and .jsonl files the compact form is searched, without white space outside strings; of .csv files the text without CR.
The laws of tests/witness/people.py must hold of every account.  What the witness does in the program's place (tests/witness/program.py) is not asked
of commands that it does not know.  Every fixture must be named in docs/oddities.md, and every one named there must exist.

Prints each failure and a last line 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TOP, 'tests', 'witness'))

import people                         # noqa: E402
import program as witness             # noqa: E402

TIMEOUT = 60
ODD = os.path.join(TOP, 'fixtures', 'odd')
DOC = os.path.join(TOP, 'docs', 'oddities.md')


# White space outside JSON strings; lines stay lines where a line is a value.
BLANK = {'.json': r'\s+', '.jsonl': r'[ \t\r]+'}


def stored_path(account, path):
    if re.fullmatch(r'diffs/\w+\.jsonl', path):
        path += '.gz'
    return os.path.join(account, path)


def file_text(account, path):
    """The file's text as the lines search it, or None if it cannot be read."""
    stored = stored_path(account, path)
    try:
        with open(stored, 'rb') as f:
            data = f.read()
        if stored.endswith('.gz'):
            data = gzip.decompress(data)
        text = data.decode('utf-8')
    except (OSError, EOFError, UnicodeDecodeError):
        return None
    blank = BLANK.get(os.path.splitext(path)[1])
    if blank is None:
        return text.replace('\r', '')
    return re.sub(r'("(?:\\.|[^"\\])*")|' + blank, lambda m: m[1] or '', text)


def said(text, part):
    """As it stands; of a table with one space between words; of JSON without white space."""
    return any(part in t for t in (text, re.sub(r' +', ' ', text), re.sub(r'("(?:\\.|[^"\\])*")|\s+', lambda m: m[1] or '', text)))


def fault(line, account, run):
    """What is wrong with one line of an expect file, or None."""
    if m := re.fullmatch(r'exit (\d+)', line):
        if run.returncode != int(m[1]):
            return 'exit %d' % run.returncode
    elif m := re.fullmatch(r'file (\S+) (contains|lacks) (.+)', line):
        text = file_text(account, m[1])
        if text is None:
            return 'no such file, or not readable'
        if (m[3] in text) != (m[2] == 'contains'):
            return 'the file holds:\n' + text.rstrip('\n')
    elif m := re.fullmatch(r'no-file (\S+)', line):
        if os.path.lexists(stored_path(account, m[1])):
            return 'it is there'
    elif m := re.fullmatch(r'rows (\S+) (\d+)', line):
        text = file_text(account, m[1])
        if text is None:
            return 'no such file, or not readable'
        if text.count('\n') - m[1].endswith('.csv') != int(m[2]):
            return 'the file holds:\n' + text.rstrip('\n')
    elif m := re.fullmatch(r'(message|said) contains (.+)', line):
        if not said(run.stderr if m[1] == 'message' else run.stdout + run.stderr, m[2]):
            return 'other words'
    else:
        return 'not a line of an expect file'
    return None


# ---------------------------------------------------------------- running

def outside(line, cwd):
    return subprocess.run(line, timeout=TIMEOUT, capture_output=True, cwd=cwd, stdin=subprocess.DEVNULL, encoding='utf-8', errors='replace')


def forked(line, cwd):
    """The same of the witness, in a copy of this process: it need not start Python and read the table of postal codes for each run."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            signal.alarm(TIMEOUT)
            os.chdir(cwd)
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(code_of(line[1:]))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [f.seek(0) or f.read().decode('utf-8', 'replace') for f in (out, err)]
    return subprocess.CompletedProcess(line, code, *said)


def code_of(words):
    """What the interpreter would exit with."""
    try:
        return witness.main(words)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


class Fixture:
    """One fixture in a directory of its own."""

    def __init__(self, program, name, top):
        self.program = program
        self.top = os.path.join(top, name)
        shutil.copytree(os.path.join(ODD, name), self.top)
        self.account = os.path.join(self.top, 'account')
        self.ran = None
        self.said = ''
        self.without_file = False      # the witness adopts nothing, so there is nothing to look at
        with open(os.path.join(ODD, name, 'expect'), encoding='utf-8') as f:
            self.lines = [x for x in f.read().split('\n') if x and x[0] != '#']
        if self.lines and not re.match('(run|away) ', self.lines[0]):
            self.run(['-q', 'process'])

    def run(self, words):
        how = forked if os.path.samefile(self.program, witness.__file__) else outside
        self.ran = how([self.program, '-C', self.account, *words], self.account)
        self.said += self.ran.stderr
        self.without_file = self.without_file or self.ran.returncode == witness.UNKNOWN and words[0] == 'adopt'

    def take(self, line):
        """Does what the line says, or checks it: what is wrong, or None."""
        verb, _, rest = line.partition(' ')
        hidden = os.path.join(self.top, 'away-' + rest.replace('/', '-'))
        if verb == 'run':
            self.run(shlex.split(rest))
        elif verb == 'away':
            os.rename(os.path.join(self.account, rest), hidden)
        elif verb == 'back':
            os.rename(hidden, os.path.join(self.account, rest))
        elif self.without_file or self.ran.returncode == witness.UNKNOWN and verb in ('exit', 'message', 'said'):
            return None
        else:
            return fault(line, self.account, self.ran)
        return None

    def laws(self):
        if not os.path.isdir(os.path.join(self.account, 'exports')) or not os.path.isdir(os.path.join(self.account, 'terms')):
            return []
        return ['a law: ' + line for line in people.faults(self.account)]


def run_fixture(program, name, failed):
    """The number of lines checked; what is wrong is added to failed."""
    with tempfile.TemporaryDirectory() as top:
        fixture = Fixture(program, name, top)
        wrong = [(x, fixture.take(x)) for x in fixture.lines]
        laws = fixture.laws()
    wrong = ['%s: %s\n    %s' % (name, x, why.replace('\n', '\n    '))
             for x, why in wrong if why is not None] + ['%s: %s' % (name, x) for x in laws]
    if wrong and fixture.said:
        wrong.append('%s: messages were:\n    %s' % (
            name, fixture.said.strip().replace('\n', '\n    ')))
    failed[name] = wrong
    return len(fixture.lines)


def undocumented(names):
    with open(DOC, encoding='utf-8') as f:
        told = set(re.findall(r'`odd/([a-z0-9-]+)/`', f.read()))
    return (['%s: not in docs/oddities.md' % x for x in names - told]
            + ['%s: in docs/oddities.md, but no fixture' % x
               for x in told - names])


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    witness.centroids()               # once for all forks
    names = sorted(os.listdir(ODD))
    failed = {}
    for name in sys.argv[2:]:
        run_fixture(program, name, failed)
    if sys.argv[2:]:
        return end(failed)
    for name in names:
        if run_fixture(program, name, failed) == 0:
            failed[name] = ['%s: expects nothing' % name]
    for text in sorted(undocumented(set(names))):
        failed.setdefault(text.split(':')[0], []).append(text)
    return end(failed)


def end(failed):
    bad = {name: wrong for name, wrong in failed.items() if wrong}
    for wrong in bad.values():
        print('\n'.join(wrong))
    print('%d passed, %d failed' % (len(failed) - len(bad), len(bad)))
    return 1 if bad else 0


sys.exit(main())
