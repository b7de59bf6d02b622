#!/usr/bin/env python3
"""test_witness.py [EXAMPLE] [--centroids FILE]: does the witness reproduce the worked example, and what was worked out by hand?

EXAMPLE holds account/ and expected/; without it fixtures/example of this tree is taken. The sentences of the contract with a small account each are in
sentences.py; what must come of the oddities tests/odd.py asks of it (program.py). Last line 'N passed, M failed'.
"""
import argparse
import csv
import datetime
import gzip
import os
import sys
import tempfile

import meaning
import witness
import people
import person
import segments
import sentences
import suppress
from exact import Content, Num, parse, split

EXAMPLE = os.path.join(witness.HERE, '..', '..', 'fixtures', 'example')
TALLY = {True: 0, False: 0}


def check(what, ours, want):
    TALLY[ours == want] += 1
    if ours != want:
        print('%s:\n  witness   %.400r\n  expected %.400r' % (what, ours, want))


def rows(path):
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8', newline='') as f:
        return list(csv.reader(f))


def lines(path):
    if not os.path.exists(path):
        return []
    with open(path, 'rb') as f:
        return [parse(line) for line in f.read().split(b'\n') if line.strip()]


def whole(path):
    if not os.path.exists(path):
        return None
    with open(path, 'rb') as f:
        return parse(f.read())


def csv_names(folder):
    """Every CSV file but fields.csv, in it and below it."""
    found = (os.path.relpath(os.path.join(d, n), folder) for d, _, names in os.walk(folder) for n in names)
    return {n for n in found if n.endswith('.csv') and n != 'fields.csv'}


def only(values, names):
    return [{k: v[k] for k in names if v.get(k) not in (None, '')} for v in values]


def check_snapshot(want, ours, diff, snapshot):
    """All that the example names, of one snapshot; a file that is not there must not be there."""
    for name in sorted(csv_names(want) | csv_names(ours)):
        check('%s %s' % (snapshot, name), rows(os.path.join(ours, name)), rows(os.path.join(want, name)))
    check(snapshot + ' contacts-0001.json', whole(os.path.join(ours, 'contacts-0001.json')), whole(os.path.join(want, 'contacts-0001.json')))
    seen = ('event', 'segment', 'fh_id', 'cause', 'reason', 'old_email', 'old_mobile')
    check(snapshot + ' events', *[only(lines(os.path.join(d, 'events.jsonl')), seen) for d in (ours, want)])
    check(snapshot + ' quarantine', *[only(lines(os.path.join(d, 'quarantine.jsonl')), ('page', 'index', 'entity', 'id')) for d in (ours, want)])
    counts, all_lines = whole(os.path.join(want, 'counts.json')), lines(diff)
    check(snapshot + ' diff', all_lines[1:-1], lines(os.path.join(want, 'diff.jsonl')))
    for key in ('customers', 'orders', 'quarantined'):
        check('%s diff: %s' % (snapshot, key), all_lines[-1][key], counts[key])
    manifest = whole(os.path.join(ours, 'manifest.json'))
    for key in ('sums', 'statuses'):
        check('%s %s' % (snapshot, key), manifest[key], counts[key])
    check(snapshot + ' orders_in_two_locations', manifest['counts']['orders_in_two_locations'], counts['orders_in_two_locations'])
    table = {s['slug']: s for s in whole(os.path.join(ours, 'segments.json'))}
    for slug, count in counts['segments'].items():
        check('%s segment %s' % (snapshot, slug), {k: table[slug][k] for k in ('members', 'entered', 'left')}, count)


# ---------------------------------------------------------------- values worked out by hand from the contract

MONEY = {'40.255': 4026, '40.245': 4025, '-40.255': -4026, '0.004': 0, '-0.005': -1, '-0.004': 0, '1e2': 10000, '100': 10000, '1.005': 101,
         '999999999999.99': 99999999999999, '1000000000000': None, '-1e12': None, '007.5': 750, '+1': 100, '.5': None, '5.': None, '': 'missing', '$12.00': 1200,
         '1,234.50': 123450, '-$1,250.00': -125000, '$-5': -500, '12,50': None, '(5.00)': None, '$$5': None, '$ 5': None, '1234,567': None, '1,2345': None,
         '1,234,567.891': 123456789, ' $5 ': 500, '+$5': None, '-$-5': None, ',123': None, '$': None, '1e1': 1000, '$1,000e1': 1000000}
FLAGS = {'true': True, 'NO': False, 'Yes': True, 'y': True, 'N': False, '0': False, '1': True, ' FALSE ': False, '1.0': None, 'on': None, 'maybe': None}
MAILS = {'A.B@X.Org': 'a.b@x.org', 'a..b@x.org': '', '.a@x.org': '', 'a@x': '', 'a@x-.org': '', 'a@-x.org': '', 'a@1.2': '', 'none@none.com': '',
         'x' * 64 + '@y.org': 'x' * 64 + '@y.org', 'x' * 65 + '@y.org': '', 'a@' + 'l' * 63 + '.org': 'a@' + 'l' * 63 + '.org', 'a@' + 'l' * 64 + '.org': '',
         "o'hara+t@sub-d.example.org": "o'hara+t@sub-d.example.org", 'é@x.org': '', 'a@x.org.': 'a@x.org', 'a b@x.org': '', 'mailto:A@x.org': 'a@x.org',
         'Ann B <a@x.org>': 'a@x.org', '"a@x.org"': 'a@x.org', "'a@x.org',": 'a@x.org', '<a@x.org>;': 'a@x.org', 'bad, a@x.org': 'a@x.org', 'none@none.com;b@x.org': 'b@x.org',
         'a@x.org b@x.org': 'a@x.org', 'Ann a@x.org': '', '"Doe, Jane" <j@x.org>': 'j@x.org', 'a@b.xn--p1ai': 'a@b.xn--p1ai', 'a@b.c1': '', 'a@x.org|b@x.org': '',
         'none@none.com, bad': '', '\u200ba@x.org\u200b': 'a@x.org', 'MAILTO:<a@x.org>': 'a@x.org'}
MOBILES = {'(720) 555-0100': '+17205550100', '17205550100': '+17205550100', '+1 720 555 0100': '+17205550100', '1205550100': '', '7201550100': '', '0000000000': '',
           '+447911123456': '+447911123456', '+1234567': '', '+2345678': '', '+23456789': '+23456789', '+0123456789': '', '+1120555010': '', '27205550100': '',
           '+7205550100': '+7205550100', '720+5550100': '', '++17205550100': '', '720_555_0100': '', '+123456789012345': '', '+223456789012345': '+223456789012345',
           '+2234567890123456': '', '555-555-5555': '', '+15555555555': '', '+49 (0)30 5550112': '+49305550112', '+1 (0) 720 555 0100': '', '+4930(0)5550112': '+493005550112',
           '720 555 0100 x5': '+17205550100', '720-555-0100 Ext. 12': '+17205550100', '7205550100extension 9': '+17205550100', '7205550100 #12': '+17205550100',
           '+17205550100;ext=5': '+17205550100', '(720) 555-0100 (cell)': '+17205550100', '7205550100 [w]': '+17205550100', '7205550100 cell phone': '+17205550100',
           'tel:+17205550100': '+17205550100', "'7205550100": '+17205550100', '720\u2013555\u20110100': '+17205550100', '720\u00a0555\u30000100': '+17205550100',
           '7205550100,;.': '+17205550100', '(+1) 720 555 0100': '', 'x7205550100': '', 'call 7205550100': '', '(0)7205550100': '', '7205550100 x': '+17205550100',
           '\u202a720-555-0100\u202c': '+17205550100', '720.555.0100': '+17205550100', '720/555/0100': '+17205550100', '٧٢٠٥٥٥٠١٠٠': ''}
ABROAD = {('7205550100', 'DE'): '', ('7205550100', 'U.S.A.'): '+17205550100', ('7205550100', 'canada'): '+17205550100', ('+17205550100', 'DE'): '+17205550100',
          ('7205550100', 'United States of America'): '+17205550100', ('7205550100', 'Mexico'): ''}
NAMES = {'Jane Doe': ('Jane', 'Doe'), 'García Márquez, José': ('José', 'García Márquez'), 'Cher': ('Cher', ''), 'Mary  Ann   Lee': ('Mary', 'Ann Lee'),
         ', Jane': ('Jane', ''), 'Doe,': ('Doe', ''), 'A, B, C': ('B, C', 'A'), '': ('', ''), 'John Smith, Jr.': ('John', 'Smith Jr.'),
         'Tiptree, James, Jr.': ('James', 'Tiptree Jr.'), 'Smith Jr., John': ('John', 'Smith Jr.'), 'Jane Doe MD PhD': ('Jane', 'Doe MD PhD'),
         'Jane Doe, M.D., Ph.D.': ('Jane', 'Doe M.D. Ph.D.'), 'Ann ,': ('Ann', ''), 'Jr.': ('Jr.', ''), 'Ann Jr.': ('Ann', 'Jr.'), 'MD, PhD': ('MD', 'PhD'),
         'Smith, Jr., John': ('John', 'Smith Jr.'), 'Smith, John Jr.': ('John', 'Smith Jr.'), 'Frau Doktor Berlin, PhD': ('Frau', 'Doktor Berlin PhD'),
         'John Smith Jr, MD': ('John', 'Smith Jr MD'), ',': ('', ''), 'Doe,, Jane': ('Jane', 'Doe'), 'Smith, Jr., John MD': ('John', 'Smith Jr. MD'), ', Jr.': ('Jr.', '')}
POSTAL = {'80202-1234': '80202', '802021234': '80202', '7102': '07102', '501': '00501', '99': '99', 'k1a 0b1': 'K1A 0B1', '80202-123': '80202-123'}
STATES = {'Colorado': 'CO', 'NEW JERSEY': 'NJ', 'nj': 'NJ', 'District of Columbia': 'DC', 'puerto rico': 'PR', 'Guam': 'Guam', 'on': 'ON', 'é1': 'é1'}
BIRTHS = {'1990-05-15': '1990-05-15', '1990-05-15T23:30:00-07:00': '1990-05-15', '1899-12-31': '', '2026-03-08': '2026-03-08', '2026-03-09': '', '1990-02-30': '',
          '1990-05-15junk': '', '05/15/1990': '1990-05-15', '5/5/1990': '1990-05-05', '13/1/1990': '', '5/15/90': '', '2/29/1999': '', '2/29/2000': '2000-02-29'}
TIMES = {'1970-01-01': 0, '1970-01-01T00:00:01Z': 1000000, '1970-01-01 00:01': 60000000, '1970-01-01T00:00:00.123456789': 123456, '1970-01-01T01:00+01:00': 0,
         '1969-12-31T23:00:00.5-0100': 500000, '1970-01-01T00:00:00+00': 0, '2026-02-30': None, '1970-01-01T24:00:00Z': None, '1970-01-01T00:00:60Z': None,
         '1970-01-01T00': None, '1970-1-1': None}
POINTS = {'12.50': '12.5', '1e2': '100', '-0': '0', '0.000': '0', '1.20E-2': '0.012', '-3.10': '-3.1'}
AGES = {'2008-03-08': 18, '2008-03-09': 17, '2004-02-29': 22}
DAYS = {'1990-03-08': 0, '1990-03-09': 1, '1990-03-07': 364, '2004-02-29': 358}      # 2027-03-01
SPANS = {'60d': '2026-01-30T05:30:00Z', '12h': '2026-03-30T17:30:00Z', '4w': '2026-03-03T05:30:00Z', '1mo': '2026-02-28T05:30:00Z', '6mo': '2025-09-30T05:30:00Z',
         '1y': '2025-03-31T05:30:00Z', '25mo': '2024-02-29T05:30:00Z', '3mo': '2025-12-31T05:30:00Z'}
LISTED = {'x;<C8@example.com>': {'c8@example.com'}, '(303) 555-0102': {'+13035550102'}, 'a@x.org,b@x.org': {'a@x.org', 'b@x.org'}, "'a@x.org'": {"'a@x.org", 'a@x.org'},
          '12\t3035550102\ta@x.org': {'+13035550102', 'a@x.org'}, 'tel:+49 (0)30 5550112': {'+49305550112'}, '3035550102 7205550100': {'+13035550102', '+17205550100'},
          'name;address': set(), 'a@b': set(), 'a@x.org.': {'a@x.org'}, '# 303-555-0102 and more': {'+13035550102'}, '@x.org': set()}
JSON_TEXTS = {'{"a":[1,"\\ud83d\\ude00"]}': True, '{"a":1,"\\u0061":2}': False, '01': False, '1.': False, '"\\ud800"': True, '"\t"': False, '[' * 64 + ']' * 64: True,
              '[' * 65 + ']' * 65: False, '{"a":1,}': False, 'NaN': False, '-0.0e+1': True, '"\\x"': False, '1 2': False, '': False, '{"\\ud800":1,"\\udc00":2}': False}
IDS = {'7': '7', '7.0': '7', '7.00': '7', '9007199254740993.0': '9007199254740993', '-5': '-5', '7.5': None, '1e3': None, '7.0e0': None}


def attempt(work, *args):
    """The result, or None where the value cannot be read."""
    try:
        return work(*args)
    except (meaning.Unreadable, Content):
        return None


def check_values():
    today = datetime.date(2026, 3, 8)
    places = witness.DEFAULTS['placeholder_emails']
    now = meaning.micros('2026-03-31T05:30:00Z')
    for table, work in ((MAILS, lambda t: person.email_of(t.strip(meaning.ENDS), places)[0]), (MOBILES, lambda t: person.mobile_of(t)[0]), (POSTAL, person.postal_of),
                        (STATES, person.state_of), (BIRTHS, lambda t: person.birthdate_of(t, today)[0]), (AGES, lambda t: person.age_of(t, today)),
                        (NAMES, lambda t: person.names_of({'firstName': '', 'lastName': '', 'name': t})), (TIMES, lambda t: attempt(meaning.micros, t)),
                        (POINTS, lambda t: meaning.plain(meaning.number_of(t))), (ABROAD, lambda t: person.mobile_of(*t)[0]), (FLAGS, lambda t: attempt(meaning.flag_of, t)),
                        (DAYS, lambda t: person.days_to_birthday(t, today)), (SPANS, lambda t: meaning.stamp(segments.back(now, t))),
                        (LISTED, lambda t: suppress.addresses(t.encode())), (IDS, lambda t: attempt(meaning.id_text, Num(t)))):
        for text, want in table.items():
            check(text, work(text), want)
    for text, want in MONEY.items():
        check('money ' + text, attempt(meaning.cents_of, text), None if want == 'missing' else want)
    for text, want in JSON_TEXTS.items():
        check('JSON ' + text, attempt(lambda t: parse(t.encode()) is not None, text) is True, want)
    check('half a pair', parse(rb'"\ud83d\ud83d\ude00\udc00x"'), '\ufffd\U0001f600\ufffdx')
    check('1 and 1.0 and 10e-1', witness.changes(parse(b'[1,1.0,0]'), parse(b'[1.0,10e-1,-0.0]')), [])
    check('places', sorted(c['path'] for c in witness.changes(parse(b'{"a":[1,2],"x/y~":1,"n":null}'), parse(b'{"a":[1],"x/y~":"1"}'))), ['/a/1', '/n', '/x~1y~0'])
    check('elements', split(b' [1 ,{"a":"]"}, null] ')[1], [b'1 ', b'{"a":"]"}', b' null'])
    check('formula', [witness.guard(t) for t in ('=1', '-1', '+1', '@a', '+17205550100', 'a=1', '')], ["'=1", "'-1", "'+1", "'@a", '+17205550100', 'a=1', ''])
    check('lists', [witness.join(['a;b', 'c'], s) for s in ';|'] + [witness.join(['a,b', 'c'], ',')], ['a,b;c', 'a;b|c', 'a b,c'])
    check('UTF-16', [suppress.addresses(m + 'a@x.org\r\n'.encode(e)) for m, e in ((b'\xff\xfe', 'utf-16-le'), (b'\xfe\xff', 'utf-16-be'), (b'\xef\xbb\xbf', 'utf-8'))],
          [{'a@x.org'}] * 3)


def check_example(example, centroids):
    with tempfile.TemporaryDirectory() as out:
        witness.run(os.path.join(example, 'account'), out, centroids)
        expected = os.path.join(example, 'expected')
        for snapshot in sorted(os.listdir(expected)):
            check_snapshot(os.path.join(expected, snapshot), os.path.join(out, 'exports', snapshot), os.path.join(out, 'diffs', snapshot + '.jsonl'), snapshot)
        check_laws(os.path.join(example, 'account'), out, 'example')


def check_laws(account, out, what):
    """The laws of people.py hold of what the witness wrote."""
    os.symlink(os.path.abspath(os.path.join(account, 'snapshots')), os.path.join(out, 'snapshots'))
    for name in os.listdir(os.path.join(out, 'diffs')):
        path = os.path.join(out, 'diffs', name)
        with open(path, 'rb') as f, gzip.open(path + '.gz', 'wb') as g:
            g.write(f.read())
        os.unlink(path)
    check(what + ': laws', people.faults(out), [])


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('example', nargs='?', default=EXAMPLE)
    ap.add_argument('--centroids')
    a = ap.parse_args()
    check_values()
    check_example(a.example, a.centroids)
    for sentence, ours, want in sentences.all_of_them():
        check(sentence, ours, want)
    print('%d passed, %d failed' % (TALLY[True], TALLY[False]))
    return TALLY[False] > 0


if __name__ == '__main__':
    sys.exit(main())
