#!/usr/bin/env python3
"""erase_fold.py PROGRAM: somebody is taken out of history that was folded, and those who had to do with them stay as they are.

Small accounts, one base each: who shares an address with who shares one, orders that changed hands, words that others use, ids too short to be searched for,
files that are missing. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import erased                         # noqa: E402
from erase import settled             # noqa: E402
from lab import begin, customer, customer_page, order, order_page, read  # noqa: E402
from old_account import LATE, OLD, POLICY  # noqa: E402

STRANGERS = [customer(n) for n in range(100, 140)]     # so that nobody's going is a mass change


def folded(lab, program, what, *steps):
    """An account of these reads, the last of them behind the base; each is (customers, orders)."""
    ids = OLD[:len(steps) - 1] + LATE[:1]
    account = lab.account(*[(i, [customer_page(who + STRANGERS), order_page(sold)]) for i, (who, sold) in zip(ids, steps)], program=program)
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


def main():
    lab, program, _ = begin(__doc__)
    chained(lab, program)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
