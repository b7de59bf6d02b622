#!/usr/bin/env python3
"""manual.py PROGRAM [--write]: runs every example of README.md, docs/guide and docs/man, and compares what it prints with what the page says.

An example is a literal block (.Bd -literal, or ``` in Markdown) with a line that begins with "$ ": the command, up to a line that does
not end in a backslash; what follows, up to the next command, is what it prints (standard error too). "..." alone on a line stands for
any lines. Each page has a fresh directory, in which its commands run in turn: demo/ holds the snapshots of fixtures/demo,
customers.json and orders.json are two lists of it. Where an example pushes, a stand-in DailyStory (build/dailystory) is in the place of the
one that the token in the file your-token names, the clock stands an hour behind the first snapshot, and waiting takes no time; the seconds of a
push are not compared. --write puts what is printed now into the pages.
In Markdown a ```json block that is a segment, and the lines behind it that begin with "> ", are a rule and its sentence: the program must
read the one as the other. A link to another file must lead to one (pictures apart). The items of commands in flowstory.1 must name the options
that the commands' usage names.
Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import argparse
import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from lab.lab import preloaded
from pushing.receiver import TOKEN, Receiver

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
FIRST = os.path.join(ROOT, 'fixtures', 'demo', 'snapshots', '20260220T220000Z')
MARKS = [('\\(aq', "'"), ('\\(ga', '`'), ('\\(dq', '"'), ('\\(ti', '~'), ('\\(ha', '^'), ('\\-', '-'), ('\\&', ''), ('\\e', '\\')]
ANY = '...'


def plain(line):
    """What a reader sees of a line of mdoc."""
    for mark, text in MARKS:
        line = line.replace(mark, text)
    return line


def marked(line):
    """A line of text as mdoc that shows it."""
    line = line.replace('\\', '\\e').replace("'", '\\(aq').replace('`', '\\(ga').replace('~', '\\(ti').replace('^', '\\(ha').replace('-', '\\-')
    return '\\&' + line if line.startswith(('.', '\\(aq')) else line


class Example:
    def __init__(self, words, at):
        self.command, self.at = words, at       # the line its output begins on
        self.output = []


class Document:
    """A page, with the examples in it."""

    def __init__(self, path):
        self.path = path
        self.is_man = not path.endswith('.md')
        with open(path, encoding='utf-8') as f:
            self.lines = f.read().split('\n')
        self.examples = list(self.find())

    def find(self):
        begins, ends = (re.compile(r'\.Bd .*-literal'), re.compile(r'\.Ed')) if self.is_man else (re.compile('```'), re.compile('```'))
        inside, example, n = False, None, 0
        while n < len(self.lines):
            line = plain(self.lines[n]) if self.is_man else self.lines[n]
            n += 1
            if (ends if inside else begins).match(line):
                inside = not inside
                if example:
                    yield example
                example = None
            elif inside and line.startswith('$ '):
                if example:
                    yield example
                words = [line[2:]]
                while words[-1].endswith('\\'):
                    words.append((plain(self.lines[n]) if self.is_man else self.lines[n]).lstrip('> '))
                    n += 1
                example = Example('\n'.join(words), n)
            elif example:
                example.output.append(line)

    def put(self, example, output):
        """What is printed now in place of what is there; a space between examples stays."""
        old = len(example.output)
        while old and example.output[old - 1] == '':
            old -= 1
        self.lines[example.at:example.at + old] = [marked(l) for l in output] if self.is_man else output

    def save(self):
        with open(self.path, 'w', encoding='utf-8') as f:
            f.write('\n'.join(self.lines))


def fits(said, printed):
    """Line by line; ANY takes as few lines as will do."""
    if not said:
        return not printed
    if said[0] == ANY:
        return any(fits(said[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and said[0] == printed[0] and fits(said[1:], printed[1:])


def trimmed(lines):
    lines = [l.rstrip() for l in lines]
    while lines and lines[-1] == '':
        lines.pop()
    return lines


PUSHED = re.compile(r'^(flowstory: pushed .*, )[0-9]+\.[0-9] s$')
# In front of the program: the account's DailyStory is the stand-in.
WRAPPER = """#!/bin/sh
f=shop/flowstory.json
if grep -q dailystory_token_file $f 2>/dev/null && ! grep -q dailystory_url $f; then
	sed -i '1s|{|{"dailystory_url": "%s",|' $f
fi
LD_PRELOAD=%s STANDIN_SLEEPLESS=1 STANDIN_CLOCK=1771628400 ASAN_OPTIONS=verify_asan_link_order=0 exec %s "$@"
"""


class DailyStory:
    """A stand-in for the length of a page; nothing where no example pushes."""

    def __init__(self, document, place, program):
        self.far = None
        if not any(' push' in e.command for e in document.examples):
            return
        self.far, bin_ = Receiver(os.path.join(ROOT, 'build', 'dailystory')), os.path.join(place, '.bin')
        clock = preloaded(bin_, 'standin/shift/clock.c')
        os.remove(os.path.join(bin_, 'flowstory'))
        for name, text, mode in ((os.path.join(bin_, 'flowstory'), WRAPPER % (self.far.url, clock, program), 0o700),
                                 (os.path.join(place, 'your-token'), TOKEN + '\n', 0o600)):
            with open(name, 'w', encoding='utf-8') as f:
                f.write(text)
            os.chmod(name, mode)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        if self.far:
            self.far.close()


def furnish(place, program):
    shutil.copytree(os.path.join(ROOT, 'fixtures', 'demo'), os.path.join(place, 'demo'))
    for name, page in (('customers.json', 'customers-0001.json.gz'), ('orders.json', 'orders-L1-all-0001.json.gz')):
        with gzip.open(os.path.join(FIRST, page)) as f, open(os.path.join(place, name), 'wb') as out:
            out.write(f.read())
    os.mkdir(os.path.join(place, '.bin'))
    os.symlink(program, os.path.join(place, '.bin', 'flowstory'))


def run(place, command):
    env = {'PATH': os.path.join(place, '.bin') + ':' + os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'HOME': place}
    done = subprocess.run(['sh', '-c', command], cwd=place, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60, check=False)
    return trimmed([PUSHED.sub(r'\g<1>1.0 s', l) for l in done.stdout.decode('utf-8', 'replace').split('\n')])


def check(document, program, rewrite):
    """Returns how many examples hold and how many do not."""
    held = failed = 0
    fresh = []
    with tempfile.TemporaryDirectory(prefix='flowstory-manual-') as place:
        furnish(place, program)
        with DailyStory(document, place, program):
            for example in document.examples:
                printed, said = run(place, example.command), trimmed([PUSHED.sub(r'\g<1>1.0 s', l) for l in example.output])
                good = fits(said, printed)
                held, failed = held + good, failed + (not good)
                if not good and not rewrite:
                    print('FAILED %s:%d: $ %s\n  says   %s\n  prints %s' % (os.path.relpath(document.path, ROOT), example.at, example.command,
                                                                         '\n         '.join(said), '\n         '.join(printed)))
                if not good:
                    fresh.append((example, printed))
    if rewrite and fresh:
        for example, printed in reversed(fresh):
            document.put(example, printed)
        document.save()
        print('%s: %d examples rewritten' % (os.path.relpath(document.path, ROOT), len(fresh)))
    return held, failed


def sentences(text):
    """The segments of a Markdown page, each with its sentence as the page has it (None: there is none)."""
    for block in re.finditer(r'^```json\n(.*?)^```\n\n?((?:> [^\n]*\n)*)', text, re.M | re.S):
        try:
            segment = json.loads(block.group(1))
        except json.JSONDecodeError as e:
            segment = {'name': 'no JSON: %s' % e}
        if isinstance(segment, dict) and 'name' in segment:
            yield segment, ' '.join(l[2:].strip() for l in block.group(2).splitlines()) or None


def rules(document, program):
    """All rules of a page are one segments.json, whose sentences the program tells."""
    said = list(sentences('\n'.join(document.lines)))
    if not said:
        return 0, 0
    with tempfile.TemporaryDirectory(prefix='flowstory-manual-') as place:
        furnish(place, program)
        with open(os.path.join(place, 'rules.json'), 'w', encoding='utf-8') as f:
            json.dump([segment for segment, _ in said], f)
        printed = run(place, 'flowstory -q -C demo process && flowstory -q -C demo segments --rules rules.json --json')
    try:
        told = {s['slug']: s['rule'] for s in json.loads('\n'.join(printed))}
    except (ValueError, KeyError, TypeError):
        print('FAILED %s: its rules: %s' % (os.path.relpath(document.path, ROOT), '\n'.join(printed)))
        return 0, len(said)
    wrong = [(s, sentence) for s, sentence in said if told.get(s.get('slug')) != sentence]
    for segment, sentence in wrong:
        print('FAILED %s: %s\n  says  %s\n  reads %s' % (os.path.relpath(document.path, ROOT), segment['name'], sentence, told.get(segment.get('slug'))))
    return len(said) - len(wrong), len(wrong)


def links(document):
    """Relative links of a Markdown page lead to files that are there."""
    leads = {to: os.path.exists(os.path.join(os.path.dirname(document.path), to))
             for to in re.findall(r'(?<!!)\[[^]]*\]\(([^)#:]+)(?:#[^)]*)?\)', '\n'.join(document.lines))}
    for to in [to for to, there in leads.items() if not there]:
        print('FAILED %s: there is no %s' % (os.path.relpath(document.path, ROOT), to))
    return sum(leads.values()), len(leads) - sum(leads.values())


def synopses(document, program):
    """The options that flowstory.1 names with a command, in all of its items, are those of the usage line of --help."""
    items = {}
    for line in document.lines:
        for part in line.split(' , Cm ') if line.startswith('.It Cm ') else ():
            names = items.setdefault(re.sub(r'^\.It Cm ', '', part).split()[0], set())
            names.update('-' + name for name in re.findall(r'Fl (-[\w-]+)', part))
    failed = 0
    for command, names in items.items():
        usage = subprocess.run([program, command, '--help'], stdout=subprocess.PIPE, text=True, check=False).stdout.split('\n\n', maxsplit=1)[0]
        wanted = set(re.findall(r'--[\w-]+', usage))
        failed += names != wanted
        if names != wanted:
            print('FAILED flowstory.1: %s lacks %s, has too much: %s' % (command, sorted(wanted - names), sorted(names - wanted)))
    return len(items) - failed, failed


def main():
    ap = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    ap.add_argument('program')
    ap.add_argument('--write', action='store_true')
    ap.add_argument('--only', help='one page, by its file name')
    a = ap.parse_args()
    passed = failed = 0
    pages = [os.path.join(ROOT, 'README.md')]
    for folder in ('guide', 'man'):
        pages += sorted(glob.glob(os.path.join(ROOT, 'docs', folder, '*')))
    for path in pages:
        if a.only in (None, os.path.basename(path)):
            document, program = Document(path), os.path.abspath(a.program)
            counts = [check(document, program, a.write)]
            if not document.is_man:
                counts += [rules(document, program), links(document)]
            elif os.path.basename(path) == 'flowstory.1':
                counts.append(synopses(document, program))
            passed, failed = passed + sum(c[0] for c in counts), failed + sum(c[1] for c in counts)
    print('%d passed, %d failed' % (passed, failed))
    sys.exit(failed > 0)


if __name__ == '__main__':
    main()
