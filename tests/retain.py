#!/usr/bin/env python3
"""retain.py RETAIN [--histories N]: which snapshots and bases a policy keeps, against an oracle written from the rules.

RETAIN is build/<mode>/tests/tools/retain. Histories are random: their hours, which snapshots were pruned before, where bases are.
Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import argparse
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone

PERIODS = ('daily', 'weekly', 'monthly', 'yearly')


def ident(when):
    return when.strftime('%Y%m%dT%H%M%SZ')


def bucket(period, when):
    return {'daily': when.date(), 'weekly': when.date() - timedelta(days=when.weekday()), 'monthly': (when.year, when.month), 'yearly': when.year}[period]


def invent(rng):
    """A policy, a floor and a history: (when, is there, has a base) a snapshot."""
    when = datetime(rng.choice((1999, 2023, 2024, 2025)), rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), tzinfo=timezone.utc)
    step = rng.choice((1, 6, 24, 24 * 5, 24 * 31))
    history = []
    for _ in range(rng.randint(1, 40)):
        history.append(when)
        when += timedelta(hours=rng.randint(1, 2 * step), seconds=rng.randint(0, 3599))
    gone = rng.randint(0, len(history) - 1) if rng.random() < 0.5 else 0
    history = [(w, n >= gone, rng.random() < 0.3 if n < len(history) - 1 else False) for n, w in enumerate(history)]
    policy = {'all': '%d%s' % (rng.randint(0, 60), rng.choice('hdw'))}
    for period in PERIODS:
        if rng.random() < 0.5:
            policy[period] = rng.randint(0, 5)
    if rng.random() < 0.3:
        # twice, of what never was, of the future
        policy['pins'] = [ident(w) for w, _, _ in rng.sample(history, min(2, len(history))) * rng.randint(1, 2)]
        policy['pins'] += rng.sample([ident(history[0][0] - timedelta(seconds=1)), ident(history[-1][0] + timedelta(days=400))], rng.randint(0, 2))
    span = history[-1][0] - history[0][0]
    floor = history[-1][0] - span * rng.random() if rng.random() < 0.5 else history[-1][0]
    return policy, floor.replace(microsecond=0), history


def wanted(policy, floor, history):
    """What retain prints: by the words of the rules, one at a time."""
    last = history[-1][0]
    cut = min(last - timedelta(**{{'h': 'hours', 'd': 'days', 'w': 'weeks'}[policy['all'][-1]]: int(policy['all'][:-1])}), floor)
    kept = [n for n, (when, there, _) in enumerate(history) if when >= cut and all(t for _, t, _ in history[n:])]
    horizon = kept[0] if kept else len(history)
    pins = policy.get('pins', [])
    before = range(horizon)
    month_ends = {n for n in before if n + 1 < len(history) and bucket('monthly', history[n][0]) != bucket('monthly', history[n + 1][0])} if policy.get('monthly') else set()
    candidates = [n for n in before if history[n][2] or n == horizon - 1 or (history[n][1] and (n in month_ends or ident(history[n][0]) in pins))]
    out = ['' for _ in history]
    reasons = {n: set() for n in before}
    for index, period in enumerate(PERIODS):
        seen = []
        for n in reversed(candidates):
            b = bucket(period, history[n][0])
            if b not in seen and len(seen) < policy.get(period, 0):
                seen.append(b)
                reasons[n].add(index)
    for n, (when, there, has) in enumerate(history):
        text = 'd' if n < horizon and there else ''
        text += 'h' if n == horizon - 1 else ''
        pinned = n in candidates and ident(when) in pins
        text += 'p' if pinned else ''
        periods = sorted(reasons.get(n, ()))
        text += ''.join(map(str, periods))
        out[n] = text + ('k' if n == horizon - 1 or pinned or periods or (n >= horizon and has) else '')
    return '%d\t%s' % (horizon, '\t'.join(out))


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('retain')
    ap.add_argument('--histories', type=int, default=10000)
    a = ap.parse_args()
    rng = random.Random(42)
    made = [invent(rng) for _ in range(a.histories)]
    lines = ['\t'.join([json.dumps(p), str(int(f.timestamp()))] + [ident(w) + 't' * there + 'b' * base for w, there, base in h]) for p, f, h in made]
    run = subprocess.run([a.retain], input='\n'.join(lines) + '\n', capture_output=True, text=True, check=False)
    found = run.stdout.split('\n')[:-1]
    failed = 0
    for n, (policy, floor, history) in enumerate(made):
        want = wanted(policy, floor, history)
        if n >= len(found) or found[n] != want:
            failed += 1
            if failed < 4:
                print('FAILED %s\n  found  %r\n  wanted %r' % (lines[n], found[n] if n < len(found) else run.stderr, want))
    print('%d passed, %d failed' % (len(made) - failed, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
