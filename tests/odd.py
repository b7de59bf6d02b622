#!/usr/bin/env python3
"""odd.py PROGRAM: runs `PROGRAM -C account -q process` over a copy of every fixtures/odd/<name>/account and checks what
came of it against the lines of fixtures/odd/<name>/expect:

    exit N                          the exit status
    file <path> contains <text>     <text> is anywhere in the file
    file <path> lacks <text>        the file is there, <text> is not in it
    no-file <path>                  there is no such file
    message contains <text>         said on standard error
    # remark

Paths are relative to the account.  diffs/<id>.jsonl stands for the inflated diffs/<id>.jsonl.gz.  Of .json and .jsonl
files the compact form is searched, without white space outside strings; of .csv files the text without CR.
Every fixture must be named in docs/oddities.md, and every one named there must exist.

Prints each failure and a last line 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
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
    elif m := re.fullmatch(r'message contains (.+)', line):
        if m[1] not in run.stderr:
            return 'other words'
    else:
        return 'not a line of an expect file'
    return None


def run_fixture(program, name, failed):
    """The number of lines checked; what is wrong is added to failed."""
    with open(os.path.join(ODD, name, 'expect'), encoding='utf-8') as f:
        lines = [x for x in f.read().split('\n') if x and x[0] != '#']
    with tempfile.TemporaryDirectory() as top:
        account = os.path.join(top, 'account')
        shutil.copytree(os.path.join(ODD, name, 'account'), account)
        run = subprocess.run(
            [program, '-C', account, '-q', 'process'], timeout=60,
            capture_output=True, encoding='utf-8', errors='replace')
        wrong = [(x, fault(x, account, run)) for x in lines]
    wrong = ['%s: %s\n    %s' % (name, x, why.replace('\n', '\n    '))
             for x, why in wrong if why is not None]
    if wrong and run.stderr:
        wrong.append('%s: messages were:\n    %s' % (
            name, run.stderr.strip().replace('\n', '\n    ')))
    failed[name] = wrong
    return len(lines)


def undocumented(names):
    with open(DOC, encoding='utf-8') as f:
        told = set(re.findall(r'`odd/([a-z0-9-]+)/`', f.read()))
    return (['%s: not in docs/oddities.md' % x for x in names - told]
            + ['%s: in docs/oddities.md, but no fixture' % x
               for x in told - names])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = os.path.abspath(sys.argv[1])
    names = sorted(os.listdir(ODD))
    failed = {}
    for name in names:
        if run_fixture(program, name, failed) == 0:
            failed[name] = ['%s: expects nothing' % name]
    for text in sorted(undocumented(set(names))):
        failed.setdefault(text.split(':')[0], []).append(text)
    bad = {name: wrong for name, wrong in failed.items() if wrong}
    for wrong in bad.values():
        print('\n'.join(wrong))
    print('%d passed, %d failed' % (len(failed) - len(bad), len(bad)))
    sys.exit(1 if bad else 0)


main()
