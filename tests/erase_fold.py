#!/usr/bin/env python3
"""erase_fold.py PROGRAM: somebody is taken out of history that was folded, and those who had to do with them stay as they are.

Small accounts, one base each: who shares an address with who shares one, orders that changed hands, words that others use, ids too short to be searched for,
files that are missing. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import erased                         # noqa: E402
from erase import settled             # noqa: E402
from lab import Page, begin, clone, customer, customer_page, lines, order, order_page, read, tree, write  # noqa: E402
from old_account import LATE, OLD, POLICY  # noqa: E402

STRANGERS = [customer(n) for n in range(100, 140)]     # so that nobody's going is a mass change


def folded(lab, program, what, *steps, **more):
    """An account of these reads, the last of them behind the base; each is (customers, orders), and what pages there are beside."""
    ids = OLD[:len(steps) - 1] + LATE[:1]
    account = lab.account(*[(i, [customer_page(who + STRANGERS), order_page(sold), *beside]) for i, (who, sold, *beside) in zip(ids, steps)], program=program, **more)
    lab.ran(what + ': prune', program(account, '-q', 'prune', *POLICY), 0)
    lab.equal(what + ': a base', os.listdir(os.path.join(account, 'bases')), [ids[-2]])
    return account


def everybody(lab, program, what, account):
    out = lab.new('out')
    lab.ran(what + ': export --full', program(account, '-q', 'export', '--full', '--out', out), 0)
    return {r['fh_id']: r for n in os.listdir(out) if n.startswith('contacts-') and n.endswith('.csv') for r in erased.table(os.path.join(out, n))}


# ---------------------------------------------------------------- people

def chained(lab, program):
    """Who shares an address with who shares one with them is decided about again, too, though the one between goes."""
    first, second = customer(1, email='both@example.com', phone=None), customer(2, email='both@example.com', phone='7205550002')
    third = customer(3, email='third@example.com', phone='7205550002', createdAt='2026-02-01T00:00:00Z')
    third_alone = dict(third, email=None)
    fourth = customer(4, email='third@example.com', phone='7205550004')
    sold = [order(1, 1, when='2026-08-01T10:00:00Z'), order(2, 3, when='2026-08-02T10:00:00Z')]
    for name, group, kept in (('two', [first, second, third_alone], 'c00003'), ('three', [first, second, third, fourth], 'c00004')):
        for change, then in (('removed', lambda c: None), ('another number', lambda c: dict(c, phone='7205550999'))):
            gone = {'two': ['c00002'], 'three': ['c00002', 'c00003']}[name]
            late = [then(c) if c['id'] in gone else c for c in group]
            what = 'chained: %s, %s' % (name, change)
            account = folded(lab, program, what, (group, sold), (group, sold), ([c for c in late if c is not None], sold))
            lab.ran(what + ': erased', program(account, '-q', 'erase', 'c00001', '--yes'), 0)
            found = everybody(lab, program, what, account)
            lab.check(what + ': they are exported', kept in found, sorted(found)[:6])
            settled(lab, program, what, account)


# ---------------------------------------------------------------- orders

def lines_of(account, ident, who):
    text = gzip.decompress(read(os.path.join(account, 'diffs', ident + '.jsonl.gz')))
    return [line for line in lines(text) if line.get('id') == who]


def passed_on(lab, program):
    """With --orders remove, an order that was theirs and is somebody else's keeps its lines, without them."""
    who = [customer(n) for n in range(1, 9)]
    sold = lambda *buyers: [order(n, b, when='2026-08-01T10:00:00Z', budtender=['Bud'], fullName='Ann%d Bee' % b) for n, b in enumerate(buyers, 1)]
    steps = [(who, sold(1, 1, 3)), (who, sold(2, 1, 3)), (who, sold(2, 1, 1))]
    account = folded(lab, program, 'passed on', *steps, (who, sold(2, 1, 1)))
    were = {n: [lines_of(account, i, 'o0000%d' % n) for i in OLD[:3]] for n in (1, 2, 3)}
    dropped = lambda: {(r['id'], k[0]) for k, rows in erased.exported(account).items() if k[1] == 'dropped.csv' and k[0] in OLD for r in rows}
    lab.check('passed on: dropped values', {('o00001', OLD[0]), ('o00001', OLD[1]), ('o00002', OLD[0])} <= dropped(), dropped())
    lab.ran('passed on: erased', program(account, '-q', 'erase', 'c00001', '--orders', 'remove', '--yes'), 0)
    now = {n: [lines_of(account, i, 'o0000%d' % n) for i in OLD[:3]] for n in (1, 2, 3)}
    lab.equal('passed on: what is theirs goes', [now[2], now[3]], [[[]] * 3] * 2)
    lab.equal('passed on: operations', [[line['op'] for line in x] for x in now[1]], [[line['op'] for line in x] for x in were[1]])
    changes = [c for x in now[1] for line in x for c in line.get('changes', [])]
    lab.check('passed on: to whom', {'path': '/customerId', 'after': 'c00002'} in changes, changes)
    lab.check('passed on: and nothing of them', 'fullName' not in str(changes), changes)
    lab.equal('passed on: dropped values afterwards', dropped(), {('o00001', OLD[0]), ('o00001', OLD[1])})
    lab.equal('passed on: they are nowhere', erased.hits(account, 'c00001'), [])
    settled(lab, program, 'passed on', account)


# ---------------------------------------------------------------- the search at the end

def short(lab, program):
    """An id too short to be searched for in bytes is looked for in bases and their diffs, too."""
    who = [customer(n) for n in range(1, 9)]
    bare = {'id': '77', 'createdAt': '2026-01-01T00:00:00Z'}
    account = folded(lab, program, 'short', (who + [bare], []), (who + [bare], []), (who + [dict(bare, email='late@example.com')], []))
    before = clone(lab, account)
    write(os.path.join(account, 'notes.txt'), 'late@example.com')
    lab.ran('short: a trace is found', program(account, '-q', 'erase', '77', '--yes'), 1)
    os.unlink(os.path.join(account, 'notes.txt'))
    for name in ('bases/' + OLD[1], 'diffs/%s.jsonl.gz' % OLD[0]):
        place, aside = os.path.join(account, name), lab.new('aside')
        os.rename(place, aside)
        (shutil.copytree if os.path.isdir(aside) else shutil.copyfile)(os.path.join(before, name), place)
        lab.ran('short: still in ' + name, program(account, '-q', 'erase', '--resume'), 1, 'a record of an erased customer is still there')
        (shutil.rmtree if os.path.isdir(aside) else os.unlink)(place)
        os.rename(aside, place)
    lab.ran('short: erased', program(account, '-q', 'erase', '--resume'), 0)
    settled(lab, program, 'short', account)


# ---------------------------------------------------------------- damage

def missing(lab, program):
    """A file of an old export that no prune took is damage, and nothing is changed."""
    who = [customer(n) for n in range(1, 9)]
    sold = [order(n, n, when='2026-08-01T10:00:00Z') for n in range(1, 9)]
    account = folded(lab, program, 'missing', (who, sold), ([dict(c, loyaltyPoints=9) for c in who], sold), (who, sold))
    for name in ('contacts-0001.csv', 'events.jsonl'):
        path = os.path.join(account, 'exports', OLD[0], name)
        data = read(path)
        os.unlink(path)
        before = tree(account)
        lab.ran('missing: ' + name, program(account, '-q', 'erase', 'c00005', '--yes'), 4, name, 'it is missing, and no prune took it')
        lab.same('missing: %s: nothing changed' % name, tree(account), before)
        write(path, data)
    lab.ran('missing: erased', program(account, '-q', 'erase', 'c00005', '--yes'), 0)
    settled(lab, program, 'missing', account)


# ---------------------------------------------------------------- words

def words(lab, program):
    """A store and a segment that are called as they are stay what they are called."""
    theirs = customer(1, medId='LAPSED-77')
    sold = [order(n, n, when='2026-08-01T10:00:00Z') for n in range(1, 9)]
    who = [theirs] + [customer(n) for n in range(2, 9)]
    named = Page('locations', {'locations': [{'importId': 'L1', 'locationName': 'LAPSED-77 Store'}]})
    rules = [{'name': 'At the store', 'slug': 'lapsed-77', 'where': {'field': 'last_store', 'op': '=', 'value': 'LAPSED-77 Store'}}]
    late = who[1:7] + [dict(who[7], loyaltyPoints=77)]
    account = folded(lab, program, 'words', (who, sold, named), (who, sold), ([theirs] + late, sold + [order(9, 3)]), rules=rules)
    members = lambda: set(program(account, 'segments', '--members', 'lapsed-77').out.split()) & {c['id'] for c in who}
    lab.equal('words: members', members(), {c['id'] for c in who})
    was = everybody(lab, program, 'words', account)
    lab.ran('words: traces are found', program(account, '-q', 'erase', 'c00001', '--yes'), 1)
    lab.ran('words: erased', program(account, '-q', 'erase', '--resume', '--leave', '--yes'), 0)
    was.pop('c00001')
    lab.equal('words: others', everybody(lab, program, 'words', account), was)
    lab.equal('words: members afterwards', members(), {c['id'] for c in who[1:]})
    found = program(account, 'fields', '--values', 'last_store').out
    lab.check('words: the store has its name', 'LAPSED-77 Store' in found and ' erased ' not in found, found)
    found = program(account, 'audit', '--customer', 'c00008').out
    lab.check('words: the segment, too', 'lapsed-77' in found and ' erased ' not in found, found)
    settled(lab, program, 'words', account)


def main():
    lab, program, _ = begin(__doc__)
    chained(lab, program)
    passed_on(lab, program)
    short(lab, program)
    missing(lab, program)
    words(lab, program)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
