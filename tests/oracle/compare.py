#!/usr/bin/env python3
"""compare.py PROGRAM [--seeds A..B] [--profile P|all] [--jobs N] [--centroids FILE] [--keep DIR] [--replay] [--disputed] [--show N]

For every seed an account is invented, PROGRAM processes it, the oracle works it out again, and the two are compared. Without
steps.json PROGRAM runs twice, all snapshots at once and one snapshot a run, with different numbers of threads: the results must be
the same bytes. Prints the first differences of each seed and a last line 'N passed, M failed'; exit 1 if a seed failed.
--keep DIR leaves the accounts of failed seeds there: DIR/<profile>-<seed>/{source,account,second,oracle}.
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
import oracle
from exact import Content, Num, dump, parse

TIMEOUT = 120
CSV_HEADERS = {'contacts': oracle.STANDARD + oracle.FH, 'opt-outs': ['Email address', 'Mobile number', 'Email opt out', 'Text opt out'],
               'skipped': ['fh_id', 'reason', 'detail'], 'segment': ['Email address', 'Mobile number', 'fh_id']}


class Report:
    """Differences of one seed."""

    def __init__(self):
        self.lines = []

    def check(self, what, ours, want):
        if ours != want:
            self.lines.append('%s\n    program %s\n    oracle  %s' % (what, short(ours), short(want)))

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


def process(program, account, jobs, want, report):
    """One run; the exit code is 3 if this run quarantined something, else 0 (section 8)."""
    env = dict(os.environ, LC_ALL='C', TZ='Pacific/Kiritimati' if jobs > 1 else 'UTC')
    try:
        run = subprocess.run([program, '-C', account, '-q', '--jobs', str(jobs), 'process'], capture_output=True, timeout=TIMEOUT, env=env, cwd=account,
                             check=False)
    except subprocess.TimeoutExpired:
        report.fail('process did not end within %d s' % TIMEOUT)
        return False
    if run.returncode != want:
        report.fail('exit code %d instead of %d: %s' % (run.returncode, want, run.stderr.decode('utf-8', 'replace').strip()[-600:]))
    return run.returncode in (0, 3)


def new_account(source, account):
    os.makedirs(os.path.join(account, 'snapshots'))
    for name in ('suppress.txt', 'segments.json', 'flowstory.json'):
        if os.path.exists(os.path.join(source, name)):
            shutil.copyfile(os.path.join(source, name), os.path.join(account, name))


def bring(source, account, snapshot):
    shutil.copytree(os.path.join(source, 'snapshots', snapshot), os.path.join(account, 'snapshots', snapshot))


def run_stepwise(program, source, account, jobs, quarantined, report):
    """One snapshot a run, with the rules and settings of its step."""
    new_account(source, account)
    stepped = os.path.exists(os.path.join(source, 'steps.json'))
    for snapshot, rules, settings in oracle.steps_of(source):
        if stepped:
            put(rules and os.path.join(source, rules), os.path.join(account, 'segments.json'))
            put(settings and os.path.join(source, settings), os.path.join(account, 'flowstory.json'))
        bring(source, account, snapshot)
        if not process(program, account, jobs, 3 if quarantined[snapshot] else 0, report):
            return False
    return True


def run_at_once(program, source, account, jobs, quarantined, report):
    new_account(source, account)
    for snapshot in quarantined:
        bring(source, account, snapshot)
    return process(program, account, jobs, 3 if any(quarantined.values()) else 0, report)


def again(program, account, report):
    """History comes out as it was, and state rebuilt from the snapshots is the state there is (section 8)."""
    for words in (['replay', '--out', os.path.join(os.path.dirname(account), 'replayed'), '--check'], ['verify', '--rebuild']):
        run = subprocess.run([program, '-C', account, '-q'] + words, capture_output=True, timeout=TIMEOUT, cwd=account, check=False)
        if run.returncode != 0:
            report.fail('%s: exit code %d: %s' % (words[0], run.returncode, run.stderr.decode('utf-8', 'replace').strip()[-600:]))


def files(root):
    return sorted(os.path.relpath(os.path.join(d, n), root) for d, _, names in os.walk(root) for n in names)


def same_bytes(first, second, report):
    """Diffs (uncompressed) and exports are the same however the snapshots were applied (section 1)."""
    for room in ('diffs', 'exports'):
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
    found = sorted(oracle.changes(ours, want), key=lambda c: c['path'])
    side = lambda name: '; '.join('%s %s' % (c['path'], exact_text(c[name]) if name in c else '(none)') for c in found)
    if found:
        report.check(what, side('before'), side('after'))
    else:      # equal numbers with other digits
        report.check(what, exact_text(ours), exact_text(want))


def compare_diff(account, out, source, snapshot, before, report):
    """Every line; the two digests of the first line are worked out here. Returns the digest for the next one."""
    what = 'diffs/' + snapshot
    try:
        data = gzip.decompress(read(os.path.join(account, 'diffs', snapshot + '.jsonl.gz')))
    except (OSError, EOFError) as e:
        report.fail('%s: %s' % (what, e))
        return None
    ours = json_lines(data, what, report)
    want = json_lines(read(os.path.join(out, 'diffs', snapshot + '.jsonl')), what, report)
    if len(ours) < 2:
        report.fail(what + ': fewer than two lines')
        return None
    want[0]['previous_diff_sha256'] = before
    want[0]['manifest_sha256'] = hashlib.sha256(read(os.path.join(source, 'snapshots', snapshot, 'manifest.json'))).hexdigest()
    for name, a, b in (('first', ours[0], want[0]), ('last', sorted_unknown(ours[-1]), want[-1])):
        if exact_text(a) != exact_text(b):
            differing('%s %s line' % (what, name), a, b, report)
    compare_lines(what, ours[1:-1], want[1:-1], report, lambda v: (v.get('entity'), v.get('id'), v.get('op')) if isinstance(v, dict) else v)
    return hashlib.sha256(data).hexdigest()


def sorted_unknown(line):
    if isinstance(line, dict) and isinstance(line.get('unknown_fields'), list):
        return dict(line, unknown_fields=sorted(line['unknown_fields'], key=lambda t: str(t).encode()))
    return line


def csv_rows(path, what, report):
    """Rows of a CSV file, or None; lines end with CRLF and the header is always there."""
    if not os.path.exists(path):
        return None
    text = read(path).decode('utf-8')
    text = text[1:] if text.startswith('\ufeff') else text
    if not text.endswith('\r\n') or re.search('(?<!\r)\n|\r(?!\n)', text):
        report.fail(what + ': lines do not end with CRLF')
    rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    again = io.StringIO()
    csv.writer(again, lineterminator='\r\n').writerows(rows)
    if re.sub('"', '', again.getvalue()) != re.sub('"', '', text):
        report.fail(what + ': does not read back as CSV')
    return rows


def compare_csv(ours_dir, want_dir, name, report):
    ours, want = (csv_rows(os.path.join(d, name), name, report) for d in (ours_dir, want_dir))
    what = '%s %s' % (os.path.basename(ours_dir), name)
    if ours is None or want is None:
        report.check(what, 'no file' if ours is None else '%d rows %s' % (len(ours) - 1, ours[1:4]), 'no file' if want is None else
                     '%d rows %s' % (len(want) - 1, want[1:4])) if ours is not want else None
        return
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


def compare_contacts(ours_dir, want_dir, bom, report):
    """The CSV, the JSON of the same contacts, the mark at the beginning, and the form of one object a line."""
    compare_csv(ours_dir, want_dir, 'contacts-0001.csv', report)
    ours, want = (os.path.join(d, 'contacts-0001.json') for d in (ours_dir, want_dir))
    what = os.path.basename(ours_dir) + ' contacts-0001.json'
    if os.path.exists(ours) != os.path.exists(want):
        report.check(what, 'a file' if os.path.exists(ours) else 'no file', 'a file' if os.path.exists(want) else 'no file')
        return
    if not os.path.exists(ours):
        return
    mark = read(os.path.join(ours_dir, 'contacts-0001.csv')).startswith(b'\xef\xbb\xbf') if os.path.exists(ours[:-4] + 'csv') else bom
    report.check(what + ': csv_bom', mark, bom)
    try:
        a, b = parse(read(ours)), parse(read(want))
    except Content as e:
        report.fail('%s: %s' % (what, e))
        return
    compare_lines(what, a, b, report, lambda v: v.get('extendedProperties', {}).get('fh_id') if isinstance(v, dict) else v)
    objects = [line for line in read(ours).split(b'\n') if line.lstrip(b'[, ').startswith(b'{')]
    report.check(what + ': objects, one a line', len(objects), len(b))


def compare_events(ours_dir, want_dir, report):
    what = os.path.basename(ours_dir) + ' events.jsonl'
    both = [json_lines(read(os.path.join(d, 'events.jsonl')), what, report) for d in (ours_dir, want_dir)]
    both = [[{k: v for k, v in e.items() if v is not None} for e in side] for side in both]
    compare_lines(what, both[0], both[1], report, lambda e: (e.get('fh_id'), e.get('event'), e.get('segment')))


def compare_quarantine(ours_dir, want_dir, report):
    """By page, index, entity and id; the reason's words are free, but there is one."""
    what = os.path.basename(ours_dir) + ' quarantine.jsonl'
    both = []
    for d in (ours_dir, want_dir):
        lines = json_lines(read(os.path.join(d, 'quarantine.jsonl')), what, report)
        both.append(sorted((v.get('page'), v['index'].text if isinstance(v.get('index'), Num) else None, v.get('entity'), v.get('id') or '') for v in lines))
        if not all(v.get('reason') for v in lines):
            report.fail(what + ': a line without a reason')
    if both[0] != both[1]:
        unequal_lists(what, both[0], both[1], report)


def find_counts(value, names, found):
    """Numbers under these names, wherever the manifest keeps them."""
    if isinstance(value, dict):
        for k, v in value.items():
            if k in names and isinstance(v, Num):
                found[k] = v.text
            find_counts(v, names, found)
    if isinstance(value, list):
        for v in value:
            find_counts(v, names, found)
    return found


def compare_manifest(ours_dir, want_dir, report):
    """Sums, and the counts by reason that are named; files with their rows, bytes and sha256."""
    what = os.path.basename(ours_dir) + ' manifest.json'
    ours, want = parse(read(os.path.join(ours_dir, 'manifest.json'))), parse(read(os.path.join(want_dir, 'manifest.json')))
    report.check(what + ' sums', ours.get('sums'), want['sums'])
    dropped = find_counts(want['dropped'], set(want['dropped']), {})
    report.check(what + ' dropped', find_counts(ours, set(dropped), {}), dropped)
    listed = {f.get('path'): f for f in ours.get('files') or [] if isinstance(f, dict)}
    present = {f for f in files(ours_dir) if f != 'manifest.json'}
    report.check(what + ' files', sorted(listed), sorted(present))
    for name in sorted(present & set(listed)):
        data = read(os.path.join(ours_dir, name))
        report.check('%s files: %s' % (what, name), (listed[name].get('bytes'), listed[name].get('sha256')),
                     (Num(str(len(data))), hashlib.sha256(data).hexdigest()))


def compare_segments(ours_dir, want_dir, report):
    what = os.path.basename(ours_dir)
    tables = [{s['slug']: s for s in parse(read(os.path.join(d, 'segments.json')))} for d in (ours_dir, want_dir)]
    keys = ['name', 'members', 'entered', 'left'] + (['contacts'] if all('contacts' in s for s in tables[0].values()) else [])
    report.check(what + ' segments.json slugs', sorted(tables[0]), sorted(tables[1]))
    for slug in sorted(set(tables[0]) & set(tables[1])):
        report.check('%s segments.json %s' % (what, slug), *[[(k, t[slug].get(k)) for k in keys] for t in tables])
    lists = [set(n for n in files(d) if n.startswith('segments/')) for d in (ours_dir, want_dir)]
    for name in sorted(lists[0] | lists[1]):
        compare_csv(ours_dir, want_dir, name, report)


def compare_exports(account, out, snapshot, bom, report):
    ours, want = (os.path.join(d, 'exports', snapshot) for d in (account, out))
    if not os.path.isdir(ours):
        report.fail('exports/%s is missing' % snapshot)
        return
    must = ['segments.json', 'events.jsonl', 'opt-outs.csv', 'skipped.csv', 'quarantine.jsonl', 'rules.json', 'settings.json', 'fields.csv', 'manifest.json']
    lacking = [n for n in must if not os.path.exists(os.path.join(ours, n))]
    if lacking:
        report.fail('exports/%s lacks %s' % (snapshot, lacking))
        return
    compare_quarantine(ours, want, report)
    compare_contacts(ours, want, bom, report)
    compare_csv(ours, want, 'skipped.csv', report)
    compare_csv(ours, want, 'opt-outs.csv', report)
    compare_segments(ours, want, report)
    compare_events(ours, want, report)
    compare_manifest(ours, want, report)


def compare_all(account, out, source, report):
    before = None
    for snapshot, _, settings in oracle.steps_of(source):
        before = compare_diff(account, out, source, snapshot, before, report)
        bom = bool(settings) and oracle.parse_file(os.path.join(source, settings)).get('csv_bom') is True
        compare_exports(account, out, snapshot, bom, report)
        if report.lines:      # what follows a difference only repeats it
            return
    have = files(os.path.join(account, 'diffs'))
    report.check('files in diffs/', have, sorted(s + '.jsonl.gz' for s, _, _ in oracle.steps_of(source)))


# ---------------------------------------------------------------- seeds

def one(task):
    """One seed: (profile, seed, differences)."""
    program, profile, seed, centroids, keep, replay, disputed = task
    report = Report()
    with tempfile.TemporaryDirectory(prefix='flowstory-compare-') as t:
        source, account, second, out = (os.path.join(t, n) for n in ('source', 'account', 'second', 'oracle'))
        nasty.generate(seed, source, profile, disputed=disputed)
        try:
            quarantined = dict(oracle.run(source, out, TABLE.get(centroids)))
        except oracle.Refused as e:
            report.fail('the oracle refuses the account: %s' % e)
            return profile, seed, report.lines
        done = run_stepwise(program, source, account, 1 + seed % 4, quarantined, report)
        if done and not os.path.exists(os.path.join(source, 'steps.json')):
            if run_at_once(program, source, second, 4 - seed % 4, quarantined, report):
                same_bytes(account, second, report)
        if done:
            try:
                compare_all(account, out, source, report)
            except (KeyError, TypeError, ValueError, AttributeError, OSError, csv.Error, Content) as e:
                report.fail('a file cannot be read: %s: %s' % (type(e).__name__, e))
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
    ap.add_argument('--centroids', default=oracle.CENTROIDS)
    ap.add_argument('--keep', help='directory for the accounts of failed seeds')
    ap.add_argument('--replay', action='store_true', help='of seeds that pass, also replay --check and verify --rebuild')
    ap.add_argument('--disputed', action='store_true', help='also what the contract leaves open')
    ap.add_argument('--show', type=int, default=6, help='differences shown of each seed')
    a = ap.parse_args()
    TABLE[a.centroids] = oracle.read_centroids(a.centroids)
    turn = ['nasty', 'windowed', 'nasty', 'nice', 'nasty', 'windowed']
    tasks = [(os.path.abspath(a.program), turn[s % 6] if a.profile == 'all' else a.profile, s, a.centroids, a.keep, a.replay, a.disputed)
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
