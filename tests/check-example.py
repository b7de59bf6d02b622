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
    """The rows of a CSV, the header first; None where there is no file."""
    if not os.path.exists(p): return None
    return list(csv.reader(io.StringIO(open(p, encoding='utf-8', newline='').read())))
def lines(p):
    if not os.path.exists(p): return []
    return [json.loads(l) for l in open(p, encoding='utf-8') if l.strip()]
def loaded(p): return json.load(open(p, encoding='utf-8')) if os.path.exists(p) else None
def csvs(d): return {os.path.relpath(os.path.join(r, f), d) for r, _, fs in os.walk(d) for f in fs if f.endswith('.csv') and f != 'fields.csv'}
def numbers(x):
    if isinstance(x, bool): return x
    if isinstance(x, (int, float)): return float(x)
    if isinstance(x, dict): return {k: numbers(v) for k, v in x.items()}
    if isinstance(x, list): return [numbers(v) for v in x]
    return x
def only(ds, keys): return [{k: d[k] for k in keys if d.get(k) not in (None, '')} for d in ds]
with tempfile.TemporaryDirectory() as t:
    acc = os.path.join(t, 'account'); shutil.copytree(os.path.join(E, 'account'), acc)
    r = subprocess.run([prog, '-C', acc, '-q', 'process'], capture_output=True, text=True)
    check('exit status of process (3: records are quarantined)', r.returncode, 3)
    for sid in sorted(os.listdir(os.path.join(E, 'expected'))):
        x = os.path.join(E, 'expected', sid); o = os.path.join(acc, 'exports', sid); c = json.load(open(os.path.join(x, 'counts.json')))
        for f in sorted(csvs(x) | csvs(o)): check(sid + ' ' + f, rows(os.path.join(o, f)), rows(os.path.join(x, f)))
        check(sid + ' contacts-0001.json', loaded(os.path.join(o, 'contacts-0001.json')), loaded(os.path.join(x, 'contacts-0001.json')))
        keys = ('event', 'segment', 'fh_id', 'cause', 'reason', 'old_email', 'old_mobile'); want = lines(os.path.join(x, 'events.jsonl')); ours = lines(os.path.join(o, 'events.jsonl'))
        for l in ours:
            if l.get('event') in ('contact_gone', 'contact_moved'): l.pop('cause', None)
        check(sid + ' events.jsonl', only(ours, keys), only(want, keys))
        check(sid + ' quarantine.jsonl', only(lines(os.path.join(o, 'quarantine.jsonl')), ('page', 'index', 'entity', 'id')), lines(os.path.join(x, 'quarantine.jsonl')))
        try: diff = [json.loads(l) for l in gzip.open(os.path.join(acc, 'diffs', sid + '.jsonl.gz'), 'rt', encoding='utf-8')]
        except OSError as e: diff = [{}, str(e), {}]
        check(sid + ' diff', numbers(diff[1:-1]), numbers(lines(os.path.join(x, 'diff.jsonl'))))
        for k in ('customers', 'orders', 'quarantined'): check('%s end of diff: %s' % (sid, k), diff[-1].get(k) if diff else None, c[k])
        m = loaded(os.path.join(o, 'manifest.json')) or {}
        for k in ('sums', 'statuses'): check('%s manifest.json %s' % (sid, k), m.get(k), c[k])
        if c['orders_in_two_locations']: check(sid + ' counts.orders_in_two_locations', (m.get('counts') or {}).get('orders_in_two_locations'), c['orders_in_two_locations'])
        seg = {s['slug']: s for s in loaded(os.path.join(o, 'segments.json')) or []}
        for s, v in c['segments'].items(): check('%s segments.json %s' % (sid, s), {k: seg.get(s, {}).get(k) for k in ('members', 'entered', 'left')}, v)
print('%d passed, %d failed' % (passed, failed)); sys.exit(failed > 0)
