#!/usr/bin/env python3
"""check-example.py PROGRAM: runs PROGRAM over a copy of fixtures/example/account and compares what came out with fixtures/example/expected.

Prints each difference and a last line 'N passed, M failed'; exit 1 if anything differs.
"""
import csv, gzip, io, json, os, shutil, subprocess, sys, tempfile
E = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'fixtures', 'example')
prog = os.path.abspath(sys.argv[1]); passed = failed = 0
def check(what, ours, want):
    global passed, failed
    if ours == want: passed += 1
    else: failed += 1; print('%s:\n  ours     %.400r\n  expected %.400r' % (what, ours, want))
def rows(p):
    try: return list(csv.DictReader(io.StringIO(open(p, encoding='utf-8', newline='').read())))
    except OSError as e: return str(e.strerror)
def listing(p):
    return os.listdir(p) if os.path.isdir(p) else []
def numbers(x):
    if isinstance(x, bool): return x
    if isinstance(x, (int, float)): return float(x)
    if isinstance(x, dict): return {k: numbers(v) for k, v in x.items()}
    if isinstance(x, list): return [numbers(v) for v in x]
    return x
with tempfile.TemporaryDirectory() as t:
    acc = os.path.join(t, 'account'); shutil.copytree(os.path.join(E, 'account'), acc)
    r = subprocess.run([prog, '-C', acc, '-q', 'process'], capture_output=True, text=True)
    check('exit code of process (3: one record is quarantined)', r.returncode, 3)
    for sid in sorted(os.listdir(os.path.join(E, 'expected'))):
        x = os.path.join(E, 'expected', sid); o = os.path.join(acc, 'exports', sid); c = json.load(open(os.path.join(x, 'counts.json')))
        for f in ['contacts-0001.csv', 'skipped.csv', 'opt-outs.csv'] + ['segments/' + s for s in sorted(set(listing(os.path.join(x, 'segments'))) | {f for f in listing(os.path.join(o, 'segments')) if f.endswith(('-entered.csv', '-left.csv'))})]:
            want = rows(os.path.join(x, f)); ours = rows(os.path.join(o, f))
            if f == 'contacts-0001.csv' and not want and isinstance(ours, str): ours = []
            if f == 'opt-outs.csv' and isinstance(ours, list): ours = sorted(ours, key=lambda r: list(r.values())); want = sorted(want, key=lambda r: list(r.values()))
            check(sid + ' ' + f, ours, want)
        try: ev = [{k: e.get(k) for k in ('event', 'segment', 'fh_id', 'cause')} for e in map(json.loads, open(os.path.join(o, 'events.jsonl'), encoding='utf-8'))]
        except OSError as e: ev = e.strerror
        check(sid + ' events.jsonl', ev, [{k: e.get(k) for k in ('event', 'segment', 'fh_id', 'cause')} for e in map(json.loads, open(os.path.join(x, 'events.jsonl')))])
        try: lines = [json.loads(l) for l in gzip.open(os.path.join(acc, 'diffs', sid + '.jsonl.gz'), 'rt', encoding='utf-8')]
        except OSError as e: lines = [{}, str(e), {}]
        check(sid + ' diff', numbers(lines[1:-1]), numbers([json.loads(l) for l in open(os.path.join(x, 'diff.jsonl'), encoding='utf-8')]))
        for k in ('customers', 'orders', 'quarantined'): check('%s end of diff: %s' % (sid, k), lines[-1].get(k) if lines else None, c[k])
        try: sums = json.load(open(os.path.join(o, 'manifest.json'))).get('sums')
        except OSError as e: sums = e.strerror
        check(sid + ' sums', sums, c['sums'])
        try: seg = {s['slug']: s for s in json.load(open(os.path.join(o, 'segments.json')))}
        except OSError as e: seg = {}
        for s, v in c['segments'].items(): check('%s segments.json %s' % (sid, s), {k: seg.get(s, {}).get(k) for k in ('members', 'entered', 'left')}, {'members': len(v['members']), 'entered': v['entered'], 'left': v['left']})
print('%d passed, %d failed' % (passed, failed)); sys.exit(failed > 0)
