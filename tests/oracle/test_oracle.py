#!/usr/bin/env python3
"""test_oracle.py [EXAMPLE] [--centroids FILE]: does the oracle reproduce the worked example, and values worked out by hand?

EXAMPLE holds account/ and expected/; without it fixtures/example of this tree is taken. Last line 'N passed, M failed'.
"""
import argparse
import csv
import datetime
import os
import sys
import tempfile

import meaning
import oracle
from exact import Content, Num, parse, split

EXAMPLE = os.path.join(oracle.HERE, '..', '..', 'fixtures', 'example')
TALLY = {True: 0, False: 0}


def check(what, ours, want):
    TALLY[ours == want] += 1
    if ours != want:
        print('%s:\n  oracle   %.400r\n  expected %.400r' % (what, ours, want))


def rows(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8', newline='') as f:
        return list(csv.reader(f))


def lines(path):
    with open(path, 'rb') as f:
        return [parse(line) for line in f.read().split(b'\n') if line.strip()]


def whole(path):
    with open(path, 'rb') as f:
        return parse(f.read())


def segment_files(folder):
    folder = os.path.join(folder, 'segments')
    return {'segments/' + n for n in os.listdir(folder)} if os.path.isdir(folder) else set()


def check_snapshot(want, ours, diff, snapshot):
    """All that the example names, of one snapshot."""
    for name in sorted({'contacts-0001.csv', 'skipped.csv', 'opt-outs.csv'} | segment_files(want) | segment_files(ours)):
        check('%s %s' % (snapshot, name), rows(os.path.join(ours, name)), rows(os.path.join(want, name)))
    seen = ('event', 'segment', 'fh_id', 'cause')
    events = [[{k: e[k] for k in seen if k in e} for e in lines(os.path.join(d, 'events.jsonl'))] for d in (ours, want)]
    check(snapshot + ' events', *events)
    counts, all_lines = whole(os.path.join(want, 'counts.json')), lines(diff)
    check(snapshot + ' diff', all_lines[1:-1], lines(os.path.join(want, 'diff.jsonl')))
    for key in ('customers', 'orders', 'quarantined'):
        check('%s diff: %s' % (snapshot, key), all_lines[-1][key], counts[key])
    check(snapshot + ' sums', whole(os.path.join(ours, 'manifest.json'))['sums'], counts['sums'])
    table = {s['slug']: s for s in whole(os.path.join(ours, 'segments.json'))}
    for slug, count in counts['segments'].items():
        check('%s segment %s' % (snapshot, slug), [table[slug][k] for k in ('members', 'entered', 'left')],
              [Num(str(len(count['members']))), count['entered'], count['left']])


# ---------------------------------------------------------------- values worked out by hand from the contract

MONEY = {'40.255': 4026, '40.245': 4025, '-40.255': -4026, '0.004': 0, '-0.005': -1, '1e2': 10000, '100': 10000, '1.005': 101, '999999999999.99': 99999999999999,
         '1000000000000': None, '-1e12': None, '007.5': 750, '+1': 100, '.5': None, '5.': None, '': 'missing'}
MAILS = {'A.B@X.Org': 'a.b@x.org', 'a..b@x.org': '', '.a@x.org': '', 'a@x': '', 'a@x-.org': '', 'a@-x.org': '', 'a@1.2': 'a@1.2', 'none@none.com': '',
         'x' * 64 + '@y.org': 'x' * 64 + '@y.org', 'x' * 65 + '@y.org': '', 'a@' + 'l' * 63 + '.org': 'a@' + 'l' * 63 + '.org', 'a@' + 'l' * 64 + '.org': '',
         "o'hara+t@sub-d.example.org": "o'hara+t@sub-d.example.org", 'é@x.org': '', 'a@x.org.': '', 'a b@x.org': ''}
MOBILES = {'(720) 555-0100': '+17205550100', '17205550100': '+17205550100', '+1 720 555 0100': '+17205550100', '1205550100': '', '7201550100': '', '0000000000': '',
           '+447911123456': '+447911123456', '+1234567': '', '+2345678': '', '+23456789': '+23456789', '+0123456789': '', '+1120555010': '', '27205550100': '',
           '+7205550100': '+7205550100', '720+5550100': '', '++17205550100': '', '720_555_0100': '', '+123456789012345': '', '+223456789012345': '+223456789012345',
           '+2234567890123456': ''}
NAMES = {'Jane Doe': ('Jane', 'Doe'), 'García Márquez, José': ('José', 'García Márquez'), 'Cher': ('Cher', ''), 'Mary  Ann   Lee': ('Mary', 'Ann Lee'),
         ', Jane': ('Jane', ''), 'Doe,': ('', 'Doe'), 'A, B, C': ('B, C', 'A'), '': ('', '')}
POSTAL = {'80202-1234': '80202', '802021234': '80202', '7102': '07102', '501': '00501', '99': '99', 'k1a 0b1': 'K1A 0B1', '80202-123': '80202-123'}
STATES = {'Colorado': 'CO', 'NEW JERSEY': 'NJ', 'nj': 'NJ', 'District of Columbia': 'DC', 'puerto rico': 'PR', 'Guam': 'Guam', 'on': 'ON', 'é1': 'é1'}
BIRTHS = {'1990-05-15': '1990-05-15', '1990-05-15T23:30:00-07:00': '1990-05-15', '1899-12-31': '', '2026-03-08': '2026-03-08', '2026-03-09': '', '1990-02-30': '',
          '1990-05-15junk': '', '05/15/1990': '1990-05-15', '5/15/90': ''}
TIMES = {'1970-01-01': 0, '1970-01-01T00:00:01Z': 1000000, '1970-01-01 00:01': 60000000, '1970-01-01T00:00:00.123456789': 123456, '1970-01-01T01:00+01:00': 0,
         '1969-12-31T23:00:00.5-0100': 500000, '1970-01-01T00:00:00+00': 0, '2026-02-30': None, '1970-01-01T24:00:00Z': None, '1970-01-01T00:00:60Z': None,
         '1970-01-01T00': None, '1970-1-1': None}
POINTS = {'12.50': '12.5', '1e2': '100', '-0': '0', '0.000': '0', '1.20E-2': '0.012', '-3.10': '-3.1'}
AGES = {'2008-03-08': 18, '2008-03-09': 17, '2004-02-29': 22}
JSON_TEXTS = {'{"a":[1,"\\ud83d\\ude00"]}': True, '{"a":1,"\\u0061":2}': False, '01': False, '1.': False, '"\\ud800"': False, '"\t"': False, '[' * 64 + ']' * 64: True,
              '[' * 65 + ']' * 65: False, '{"a":1,}': False, 'NaN': False, '-0.0e+1': True, '"\\x"': False, '1 2': False, '': False}


def attempt(work, *args):
    """The result, or None where the value cannot be read."""
    try:
        return work(*args)
    except (meaning.Unreadable, Content):
        return None


def check_values():
    today = datetime.date(2026, 3, 8)
    places = oracle.DEFAULTS['placeholder_emails']
    for table, work in ((MAILS, lambda t: meaning.email_of(t, places)[0]), (MOBILES, lambda t: meaning.mobile_of(t)[0]), (POSTAL, meaning.postal_of),
                        (STATES, meaning.state_of), (BIRTHS, lambda t: meaning.birthdate_of(t, today)[0]), (AGES, lambda t: meaning.age_of(t, today)),
                        (NAMES, lambda t: meaning.names_of({'firstName': '', 'lastName': '', 'name': t})), (TIMES, lambda t: attempt(meaning.micros, t)),
                        (POINTS, lambda t: meaning.plain(meaning.number_of({'n': t}, 'n')))):
        for text, want in table.items():
            check(text, work(text), want)
    for text, want in MONEY.items():
        check('money ' + text, attempt(meaning.cents_of, text), None if want == 'missing' else want)
    for text, want in JSON_TEXTS.items():
        check('JSON ' + text, attempt(lambda t: parse(t.encode()) is not None, text) is True, want)
    check('1 and 1.0 and 10e-1', oracle.changes(parse(b'[1,1.0,0]'), parse(b'[1.0,10e-1,-0.0]')), [])
    check('places', sorted(c['path'] for c in oracle.changes(parse(b'{"a":[1,2],"x/y~":1,"n":null}'), parse(b'{"a":[1],"x/y~":"1"}'))), ['/a/1', '/n', '/x~1y~0'])
    check('elements', split(b' [1 ,{"a":"]"}, null] ')[1], [b'1 ', b'{"a":"]"}', b' null'])
    check('formula', [oracle.guard(t) for t in ('=1', '-1', '+1', '@a', '+17205550100', 'a=1', '')], ["'=1", "'-1", "'+1", "'@a", '+17205550100', 'a=1', ''])
    check('lists', [oracle.join(['a;b', 'c'], s) for s in ';|'] + [oracle.join(['a,b', 'c'], ',')], ['a,b;c', 'a;b|c', 'a b,c'])


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('example', nargs='?', default=EXAMPLE)
    ap.add_argument('--centroids')
    a = ap.parse_args()
    check_values()
    with tempfile.TemporaryDirectory() as out:
        oracle.run(os.path.join(a.example, 'account'), out, a.centroids)
        expected = os.path.join(a.example, 'expected')
        for snapshot in sorted(os.listdir(expected)):
            check_snapshot(os.path.join(expected, snapshot), os.path.join(out, 'exports', snapshot), os.path.join(out, 'diffs', snapshot + '.jsonl'), snapshot)
    print('%d passed, %d failed' % (TALLY[True], TALLY[False]))
    return TALLY[False] > 0


if __name__ == '__main__':
    sys.exit(main())
