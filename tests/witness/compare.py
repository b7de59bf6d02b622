#!/usr/bin/env python3
"""compare.py PROGRAM [--seeds A..B] [--profile P|all] [--jobs N] [--centroids FILE] [--keep DIR] [--replay] [--spans] [--disputed] [--show N]

For every seed an account is invented, PROGRAM processes it, the witness works it out again, and the two are compared: every file of diffs/
(inflated), exports/ and terms/, byte for byte, and no file more. Of manifest.json, segments.json and terms/*.json the values and the order of keys are compared
(not the sentences of rules, the program's version and the attribution), of quarantine.jsonl all but the reason. How characters are escaped in JSON lines is
the program's choice. Then the laws of people.py are checked on what
PROGRAM wrote. Without steps.json PROGRAM runs twice, all snapshots at once and one snapshot a run, with different numbers of threads: the results must be
the same bytes. Prints the first differences of each seed and a last line 'N passed, M failed'; exit 1 if a seed failed.
--spans also compares export --full and export --since of one snapshot: contacts, opt-outs, gone, moved, skipped, lists and fields.csv.
--keep DIR leaves the accounts of failed seeds there: DIR/<profile>-<seed>/{source,account,second,witness}.
"""
import argparse
import csv
import gzip
import hashlib
import io
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile

import nasty
import witness
import people
from exact import Content, Num, dump, parse

TIMEOUT = 120


class Report:
    """Differences of one seed."""

    def __init__(self):
        self.lines = []

    def check(self, what, ours, want):
        if ours != want:
            self.lines.append('%s\n    program %s\n    witness  %s' % (what, short(ours), short(want)))

    def fail(self, what):
        self.lines.append(what)


def short(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 600 else text[:600] + ' …(%d characters)' % len(text)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


# ---------------------------------------------------------------- running the program

def put(source, target):
    """A settings or rules file is put in place, or taken away."""
    if source:
        shutil.copyfile(source, target)
    elif os.path.exists(target):
        os.unlink(target)


def process(program, account, jobs, codes, report, words=()):
    """One run; the exit status is one of those that section 8 wants."""
    env = dict(os.environ, LC_ALL='C', TZ='Pacific/Kiritimati' if jobs > 1 else 'UTC')
    try:
        run = subprocess.run([program, '-C', account, '-q', '--jobs', str(jobs), 'process', *words], capture_output=True, timeout=TIMEOUT, env=env,
                             cwd=account, check=False)
    except subprocess.TimeoutExpired:
        report.fail('process did not end within %d s' % TIMEOUT)
        return False
    if run.returncode not in codes:
        report.fail('exit status %d instead of %s: %s' % (run.returncode, sorted(codes), run.stderr.decode('utf-8', 'replace').strip()[-600:]))
    return run.returncode in codes


def new_account(source, account):
    os.makedirs(os.path.join(account, 'snapshots'))
    for name in ('suppress.txt', 'segments.json', 'flowstory.json'):
        if os.path.exists(os.path.join(source, name)):
            shutil.copyfile(os.path.join(source, name), os.path.join(account, name))


def bring(source, account, snapshot):
    shutil.copytree(os.path.join(source, 'snapshots', snapshot), os.path.join(account, 'snapshots', snapshot))


def run_stepwise(program, source, account, jobs, applied, report):
    """One snapshot a run, with the rules and settings of its step; a mass change is stopped until it is accepted."""
    new_account(source, account)
    stepped = os.path.exists(os.path.join(source, 'steps.json'))
    for (snapshot, rules, settings), done in zip(witness.steps_of(source), applied):
        if stepped:
            put(rules and os.path.join(source, rules), os.path.join(account, 'segments.json'))
            put(settings and os.path.join(source, settings), os.path.join(account, 'flowstory.json'))
        bring(source, account, snapshot)
        words = ()
        if done.broke:
            before = files(account)
            if not process(program, account, jobs, {5}, report):
                return False
            report.check('files after the breaker of ' + snapshot, visible(files(account)), visible(before))
            words = ('--accept-mass-change', snapshot)
        if not process(program, account, jobs, done.codes, report, words):
            return False
    return True


def visible(names):
    """What the contract speaks of: runs.jsonl says that the breaker stopped."""
    return [n for n in names if not n.startswith(('.', 'state', 'runs.jsonl'))]


def run_at_once(program, source, account, jobs, applied, report):
    new_account(source, account)
    for done in applied:
        bring(source, account, done.snapshot)
    codes = set.union(*[done.codes for done in applied])
    return process(program, account, jobs, {3} if any(done.codes == {3} for done in applied) else codes, report)


def again(program, account, report):
    """History comes out as it was, and state rebuilt from the snapshots is the state there is (section 8)."""
    for words in (['replay', '--out', os.path.join(os.path.dirname(account), 'replayed'), '--check'], ['verify', '--rebuild']):
        run = subprocess.run([program, '-C', account, '-q'] + words, capture_output=True, timeout=TIMEOUT, cwd=account, check=False)
        if run.returncode != 0:
            report.fail('%s: exit status %d: %s' % (words[0], run.returncode, run.stderr.decode('utf-8', 'replace').strip()[-600:]))


def files(root):
    return sorted(os.path.relpath(os.path.join(d, n), root) for d, _, names in os.walk(root) for n in names)


def same_bytes(first, second, report):
    """Diffs (uncompressed) and exports are the same however the snapshots were applied (section 1)."""
    for room in ('diffs', 'exports', 'terms'):
        a, b = os.path.join(first, room), os.path.join(second, room)
        if files(a) != files(b):
            report.fail('%s: other files when all snapshots are applied at once: %s' % (room, sorted(set(files(a)) ^ set(files(b)))))
            continue
        for name in files(a):
            one, two = read(os.path.join(a, name)), read(os.path.join(b, name))
            if room == 'diffs':
                one, two = gzip.decompress(one), gzip.decompress(two)
            if one != two:
                at = next((i for i, (x, y) in enumerate(zip(one, two)) if x != y), min(len(one), len(two)))
                report.fail('%s/%s differs between stepwise and at once at byte %d:\n    stepwise %r\n    at once  %r'
                            % (room, name, at, one[max(0, at - 80):at + 80], two[max(0, at - 80):at + 80]))


# ---------------------------------------------------------------- comparing

def json_lines(data, what, report):
    """Parsed lines; every line ends with a newline."""
    if data and not data.endswith(b'\n'):
        report.fail(what + ': the last line does not end')
    out = []
    for n, line in enumerate(data.split(b'\n')[:-1], 1):
        try:
            out.append(parse(line, 80))
        except Content as e:
            report.fail('%s line %d: %s: %r' % (what, n, e, line[:200]))
    return out


def exact_text(value):
    """JSON with sorted keys and the digits as they are: two values are the same if these texts are."""
    if isinstance(value, dict):
        return '{' + ','.join(dump(k) + ':' + exact_text(value[k]) for k in sorted(value)) + '}'
    if isinstance(value, list):
        return '[' + ','.join(exact_text(v) for v in value) + ']'
    return dump(value)


def compare_lines(what, ours, want, report, key):
    """Two lists of JSON values in order; first says what is missing or too much, else the first line that differs."""
    a, b = [exact_text(v) for v in ours], [exact_text(v) for v in want]
    if a == b:
        return
    names_a, names_b = [key(v) for v in ours], [key(v) for v in want]
    if names_a != names_b:
        unequal_lists(what + ': lines', names_a, names_b, report)
    there = dict(zip(map(str, names_b), want))
    for name, value in zip(names_a, ours):
        if str(name) in there and exact_text(there[str(name)]) != exact_text(value):
            differing('%s: %s' % (what, name), value, there[str(name)], report)
            return


def unequal_lists(what, ours, want, report):
    """What only one side has, or, if neither has more, where the order departs."""
    extra, missing = [v for v in ours if v not in want], [v for v in want if v not in ours]
    if not extra and not missing and len(ours) == len(want):
        at = next(i for i, (a, b) in enumerate(zip(ours, want)) if a != b)
        report.check('%s: order, from number %d' % (what, at), ours[at:at + 3], want[at:at + 3])
    else:
        report.check('%s: %d and %d, only here' % (what, len(ours), len(want)), extra, missing or ('a repeated one less' if not extra else []))


def differing(what, ours, want, report):
    """Only the places that differ, of two JSON values."""
    found = sorted(witness.changes(ours, want), key=lambda c: c['path'])
    side = lambda name: '; '.join('%s %s' % (c['path'], exact_text(c[name]) if name in c else '(none)') for c in found)
    if found:
        report.check(what, side('before'), side('after'))
    else:      # equal numbers with other digits
        report.check(what, exact_text(ours), exact_text(want))


def csv_rows(data, what, report):
    """Rows of a CSV file; lines end with CRLF."""
    text = data.decode('utf-8')
    text = text[1:] if text.startswith('\ufeff') else text
    if not text.endswith('\r\n') or re.search('(?<!\r)\n|\r(?!\n)', text):
        report.fail(what + ': lines do not end with CRLF')
    return list(csv.reader(io.StringIO(text, newline=''), strict=True))


def describe_csv(what, ours, want, report):
    ours, want = csv_rows(ours, what, report), csv_rows(want, what, report)
    report.check(what + ' header', ours[0], want[0])
    if ours[1:] == want[1:]:
        return
    extra, missing = [r for r in ours[1:] if r not in want[1:]], [r for r in want[1:] if r not in ours[1:]]
    if extra and missing and len(extra[0]) == len(missing[0]) and len(ours) == len(want):
        cells = [(h, a, b) for h, a, b in zip(want[0], extra[0], missing[0]) if a != b]
        report.check('%s, of %d rows that differ the first is %s; its cells' % (what, len(extra), missing[0]), [(h, a) for h, a, _ in cells],
                     [(h, b) for h, _, b in cells])
    else:
        unequal_lists(what, ours[1:], want[1:], report)


def line_key(v):
    """What one line of JSON is about."""
    if not isinstance(v, dict):
        return v
    if 'extendedProperties' in v:
        return v['extendedProperties'].get('fh_id')
    return tuple(v.get(k) for k in ('entity', 'id', 'op', 'fh_id', 'event', 'segment', 'page', 'index', 'type') if k in v)


def describe(name, ours, want, report):
    """Says how two files differ, in words that fit the kind; at the least, where."""
    had = len(report.lines)
    try:
        if name.endswith('.csv'):
            describe_csv(name, ours, want, report)
        elif '.jsonl' in name:
            compare_lines(name, json_lines(ours, name, report), json_lines(want, name, report), report, line_key)
        elif name.endswith('.json'):
            compare_lines(name, parse(ours, 80), parse(want, 80), report, line_key)
    except (Content, csv.Error, ValueError, IndexError, TypeError) as e:
        report.fail('%s: %s: %s' % (name, type(e).__name__, e))
    if len(report.lines) == had:
        at = next((i for i, (x, y) in enumerate(zip(ours, want)) if x != y), min(len(ours), len(want)))
        report.check('%s, from byte %d' % (name, at), ours[max(0, at - 60):at + 120], want[max(0, at - 60):at + 120])


def without(value, names):
    """A JSON value without what is the program's own."""
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}
    return [without(v, names) for v in value] if isinstance(value, list) else value


def compare_values(name, ours, want, names, report):
    """Two JSON documents: values and the order of keys, but not those keys."""
    a, b = without(parse(ours, 80), names), without(parse(want, 80), names)
    if exact_text(a) != exact_text(b):
        differing(name, a, b, report)
    elif dump(a) != dump(b):
        report.check(name + ': order of keys', dump(a), dump(b))


def compare_manifest(folder, name, ours, want, report):
    """All but the files, then these: they are the ones that are there, with their rows, bytes and sha256."""
    compare_values(name, ours, want, {'tool', 'attribution', 'files', 'diff_sha256'}, report)
    account, snapshot = folder.rsplit('/exports/', 1)
    diff = gzip.decompress(read(os.path.join(account, 'diffs', snapshot + '.jsonl.gz')))
    report.check(name + ' diff_sha256', parse(ours).get('diff_sha256'), hashlib.sha256(diff).hexdigest())
    mine, theirs = [{f['path']: f for f in parse(d)['files']} for d in (ours, want)]
    report.check(name + ' files', list(mine), list(theirs))
    for path in sorted(set(mine) & set(theirs)):
        data = read(os.path.join(folder, path))
        report.check('%s files: %s' % (name, path), [mine[path].get(k) for k in ('rows', 'bytes', 'sha256')],
                     [theirs[path]['rows'], Num(str(len(data))), hashlib.sha256(data).hexdigest()])


def compare_segments(name, ours, want, report):
    compare_values(name, ours, want, {'rule'}, report)
    if not all(isinstance(s.get('rule'), str) and s['rule'] for s in parse(ours)):
        report.fail(name + ': a rule without its sentence')


def compare_quarantine(name, ours, want, report):
    """The reason's words are free, but there is one."""
    mine, theirs = json_lines(ours, name, report), json_lines(want, name, report)
    if not all(v.get('reason') for v in mine):
        report.fail(name + ': a line without a reason')
    compare_lines(name, without(mine, {'reason'}), without(theirs, {'reason'}), report, line_key)


def compare_file(folder, name, ours, want, report):
    """One file, by its name."""
    if name.endswith('/manifest.json'):
        compare_manifest(os.path.dirname(os.path.join(folder, name)), name, ours, want, report)
    elif name.endswith('/segments.json'):
        compare_segments(name, ours, want, report)
    elif name.endswith('/quarantine.jsonl'):
        compare_quarantine(name, ours, want, report)
    elif name.startswith('terms/') and name.endswith('.json'):
        compare_values(name, ours, want, set(), report)
    elif name.startswith('diffs/'):
        compare_diff(folder, name, ours, want, report)
    elif ours != want and not same_texts(name, ours, want):
        describe(name, ours, want, report)


def compare_diff(folder, name, ours, want, report):
    """The digest of the diff before is that of the program's own bytes."""
    head, _, rest = want.partition(b'\n')
    head = parse(head)
    if head['previous']:
        before = gzip.decompress(read(os.path.join(folder, 'diffs', head['previous'] + '.jsonl.gz')))
        head['previous_diff_sha256'] = hashlib.sha256(before).hexdigest()
    want = dump(head).encode() + b'\n' + rest
    if ours != want and not same_texts(name, ours, want):
        describe(name, ours, want, report)


def same_texts(name, ours, want):
    """The same JSON but for how characters are escaped; the same dropped.csv but for that, in values that are JSON."""
    try:
        if name.endswith('.jsonl'):
            return [dump(parse(line, 80)) for line in ours.split(b'\n')[:-1]] == [dump(parse(line, 80)) for line in want.split(b'\n')[:-1]] and ours[-1:] == want[-1:]
        if name.endswith('dropped.csv'):
            pairs = [list(csv.reader(io.StringIO(d.decode('utf-8'), newline=''), strict=True)) for d in (ours, want)]
            return len(pairs[0]) == len(pairs[1]) and all(same_dropped(*rows) for rows in zip(*pairs)) and ours.count(b'\r\n') == want.count(b'\r\n')
    except (Content, csv.Error, UnicodeDecodeError):
        pass
    return False


def unescaped(text):
    """The characters that escapes of a JSON text mean, half a pair as U+FFFD."""
    plain = re.sub(r'\\u([0-9a-fA-F]{4})|\\/', lambda m: chr(int(m.group(1), 16)) if m.group(1) else '/', text)
    return plain.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')


def same_dropped(ours, want):
    """Two rows of dropped.csv; JSON that was cut is compared as far as both go (an escape may be cut in two)."""
    if ours == want or len(ours) != 5 or ours[3][:1] not in ('{', '['):
        return ours == want
    a, b = unescaped(ours[3]), unescaped(want[3])
    if len(ours[3]) == 80 or len(want[3]) == 80:
        short = min(len(a), len(b)) - 6
        a, b = a[:short], b[:short]
    return ours[:3] + ours[4:] == want[:3] + want[4:] and a == b


def chosen(root, snapshot):
    """The files that belong to one snapshot: name without .gz -> bytes."""
    out = {}
    for room in ('diffs', 'exports', 'terms'):
        for name in files(os.path.join(root, room)):
            if re.split('[./]', name)[0] == snapshot:
                data = read(os.path.join(root, room, name))
                if name.endswith('.gz'):
                    name, data = name[:-3], gzip.decompress(data)
                out[room + '/' + name] = data
    return out


def compare_all(account, out, source, report):
    for snapshot, _, _ in witness.steps_of(source):
        ours, want = chosen(account, snapshot), chosen(out, snapshot)
        if set(ours) != set(want):
            report.check('%s: files' % snapshot, sorted(set(ours) - set(want)), sorted(set(want) - set(ours)))
        for name in sorted(set(ours) & set(want)):
            compare_file(account, name, ours[name], want[name], report)
        if report.lines:      # what follows a difference only repeats it
            return
    known = {s for s, _, _ in witness.steps_of(source)}
    for room in ('diffs', 'exports', 'terms'):
        report.check('other files in ' + room, [n for n in files(os.path.join(account, room)) if re.split('[./]', n)[0] not in known], [])


def compare_spans(program, account, out, snapshot, report):
    """What export writes whole, and of the span after a snapshot."""
    for words, name in ((['--full'], 'full'), (['--since', snapshot], 'since/' + snapshot)):
        target, want = os.path.join(os.path.dirname(account), 'exported-' + name.split('/')[0]), os.path.join(out, name)
        run = subprocess.run([program, '-C', account, '-q', 'export', *words, '--out', target], capture_output=True, timeout=TIMEOUT, cwd=account, check=False)
        if run.returncode != 0:
            report.fail('export %s: exit status %d: %s' % (words, run.returncode, run.stderr.decode('utf-8', 'replace').strip()[-600:]))
            continue
        settled = lambda root: {n for n in files(root) if n.endswith('.csv') and n != 'dropped.csv' or re.fullmatch('contacts-[0-9]+[.]json', n)}
        if settled(target) != settled(want):
            report.check('export %s: files' % words, sorted(settled(target) - settled(want)), sorted(settled(want) - settled(target)))
        for n in sorted(settled(target) & settled(want)):
            ours, theirs = read(os.path.join(target, n)), read(os.path.join(want, n))
            if ours != theirs:
                describe('export %s %s' % (' '.join(words), n), ours, theirs, report)


# ---------------------------------------------------------------- seeds

def one(task):
    """One seed: (profile, seed, differences)."""
    program, profile, seed, centroids, keep, replay, spans, disputed = task
    report = Report()
    with tempfile.TemporaryDirectory(prefix='flowstory-compare-') as t:
        source, account, second, out = (os.path.join(t, n) for n in ('source', 'account', 'second', 'witness'))
        nasty.generate(seed, source, profile, disputed=disputed)
        try:
            applied = witness.run(source, out, TABLE.get(centroids), accept_all=True, spans=spans)
        except witness.Refused as e:
            report.fail('the witness refuses the account: %s' % e)
            return profile, seed, report.lines
        done = run_stepwise(program, source, account, 1 + seed % 4, applied, report)
        if done and not os.path.exists(os.path.join(source, 'steps.json')) and not any(a.broke for a in applied):
            if run_at_once(program, source, second, 4 - seed % 4, applied, report):
                same_bytes(account, second, report)
        if done:
            try:
                compare_all(account, out, source, report)
                report.lines += ['law: ' + line for line in people.faults(account)]
            except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, csv.Error, Content) as e:
                report.fail('a file cannot be read: %s: %s' % (type(e).__name__, e))
        if done and spans and not report.lines:
            compare_spans(program, account, out, applied[seed % max(1, len(applied) - 1)].snapshot, report)
        if done and replay and not report.lines:
            again(program, account, report)
        if report.lines and keep:
            target = os.path.join(keep, '%s-%d' % (profile, seed))
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(t, target)
    return profile, seed, report.lines


TABLE = {}


def seeds_of(text):
    a, _, b = text.partition('..')
    return range(int(a), int(b or a) + 1)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('program')
    ap.add_argument('--seeds', default='1..60', help='A..B, or one')
    ap.add_argument('--profile', default='all', choices=sorted(nasty.PROFILES) + ['all'], help='all: by turns, mostly nasty')
    ap.add_argument('--jobs', type=int, default=os.cpu_count(), help='seeds at a time')
    ap.add_argument('--centroids', default=witness.CENTROIDS)
    ap.add_argument('--keep', help='directory for the accounts of failed seeds')
    ap.add_argument('--replay', action='store_true', help='of seeds that pass, also replay --check and verify --rebuild')
    ap.add_argument('--spans', action='store_true', help='also export --full and --since')
    ap.add_argument('--disputed', action='store_true', help='also what the contract leaves open')
    ap.add_argument('--show', type=int, default=6, help='differences shown of each seed')
    a = ap.parse_args()
    TABLE[a.centroids] = witness.read_centroids(a.centroids)
    turn = ['nasty', 'windowed', 'nasty', 'nice', 'nasty', 'mass']
    tasks = [(os.path.abspath(a.program), turn[s % 6] if a.profile == 'all' else a.profile, s, a.centroids, a.keep, a.replay, a.spans, a.disputed)
             for s in seeds_of(a.seeds)]
    passed = failed = 0
    with multiprocessing.Pool(a.jobs) as pool:
        for profile, seed, lines in pool.imap(one, tasks):
            if not lines:
                passed += 1
                continue
            failed += 1
            print('seed %d (%s):' % (seed, profile))
            for line in lines[:a.show]:
                print('  ' + line)
            if len(lines) > a.show:
                print('  and %d more' % (len(lines) - a.show))
            sys.stdout.flush()
    print('%d passed, %d failed' % (passed, failed))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
