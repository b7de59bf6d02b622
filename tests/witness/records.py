#!/usr/bin/env python3
"""records.py TOOL [--seeds A..B] [--customers N] [--orders N]

Single records, read by the program (tests/tools/read_records.c) and by the witness: every field, what is dropped and
why, and what quarantines. Each seed makes a nasty world and spoils its records in many ways at once. Ends with 'N passed, M failed' (records).
"""
import argparse
import datetime
import json
import random
import subprocess
import sys

import compare
import pools
from deeds import Deeds
from exact import dump
from faults import faulty
from meaning import Unreadable, clean, date_of, is_completed, is_purchase, is_voided, micros, plain
from person import birthdate_of, drops_of, email_of, in_us, mobile_of, names_of, postal_of, state_of
from reading import judge
from spelling import GONE, Style
from world import World

COMPLETED = {'sold', 'completed'}
EMAILS = {'none@none.com', 'noemail@noemail.com', 'no@email.com', 'na@na.com', 'test@test.com'}
MOBILES = {'+17205550100', '+447911123456'}


def tri(value):
    return {None: '0', False: '1', True: '2', 'unclear': '9'}[value]


def number(value):
    return '' if value is None else str(value)


def dropped(found):
    return sorted([path, clean(value if isinstance(value, str) else dump(value))[:80], reason] for path, value, reason in found)


def customer(ident, record, f, taken):
    today = date_of(taken)
    first, last = names_of(f)
    more = [(name, record[name], reason) for name, reason in drops_of(f, today, EMAILS, MOBILES)]
    return {'id': ident, 'type': f['type'], 'city': f['city'], 'medId': f['medId'], 'isLoyal': tri(f['isLoyal']), 'mail_ok': tri(f['mail_ok']),
            'text_ok': tri(f['text_ok']), 'points': '' if f['points'] is None else plain(f['points']), 'created': number(f['created']),
            'first_name': first, 'last_name': last, 'email': email_of(f['email'], EMAILS)[0], 'mobile': mobile_of(f['phone'], f['country'], MOBILES)[0],
            'address': ', '.join(t for t in (f['streetAddress1'], f['streetAddress2']) if t), 'state': state_of(f['state']),
            'postal_code': postal_of(f['zip'], f['country']), 'in_us': str(int(in_us(f['country']))), 'birthdate': birthdate_of(f['birthDate'], today)[0],
            'drops': dropped(f.dropped + more)}


def order(ident, f):
    return {'id': ident, 'customer': f['customer'], 'status': f['status'], 'type': f['type'], 'budtender': f['budtender'], 'place': f['place'],
            'created': number(f['created']), 'time': number(f['time']), 'total': number(f['total']), 'voided': str(int(is_voided(f))),
            'completed': str(int(is_completed(f, COMPLETED))), 'purchase': str(int(is_purchase(f, COMPLETED))),
            'items': [[p, c] for p, c, _, good in f['items'] if good], 'drops': dropped(f.dropped)}


def expected(entity, text, taken):
    ident, record, fields, fault = judge(text, entity, COMPLETED, taken)
    if fault:
        return {'id': ident or ''}
    return order(ident, fields) if entity == 'order' else customer(ident, record, fields, taken)


def mutate(rng, text):
    """A text of a field with something odd in it or round it."""
    bits = list(text) or ['']
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(bits) + 1)
        piece = rng.choice([',', ';', '.', ' ', '"', "'", '<', '>', '@', '(', ')', '[', ']', '-', '+', '0', '1', 'x', 'ext', 'ext. 5', '#', '(0)', 'tel:', 'mailto:',
                            'Jr.', ' MD', ', ', '/', '\u2013', '\u200b', '\u00a0', '\t', '\u0001', '\u3000', '$', ',000', '\ud83d', '{', '}', '(a b)', '+', ';ext=7', 'T', ':'])
        if rng.random() < 0.25 and at < len(bits):
            bits[at] = ''
        elif rng.random() < 0.3 and len(bits) > 1:
            bits = bits[:at]
        else:
            bits.insert(at, piece)
    return ''.join(bits)


SUFFIXED = ['Jr', 'Sr.', 'II', 'iii', 'M.D.', 'PhD', 'Esq', 'v', 'Do', 'Smith', 'Ann', 'Lee', ',', ',', ',', ' ', '\u00a0']
NUMBERS = ['$1,234.50', '-$5', '$-5', '$ 5', '$$5', '12,50', '1234,567', '(5.00)', '1,23', '+$5', '$+5', '1,234,567.005', '-1,000', '1,000e2', '.5', '5.', '1e12', '-0.004', '1,0000',
           '999,999,999,999.99', '$', '-', ',', ',123', '123,', '0,000', '-0', '0e7', '1e-70', '1e400', '1' * 65, '0' * 70]
TIMES = ['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-01:00', '2000-01-01', '1999-12-31T23:59:59.999999Z', '2026-05-01 10:00', '2026-05-01T10:00:00.123456789+0530', '05/01/2026']


def spoiled(world, entity, record):
    """The record with some fields replaced or bent."""
    rng = world.rng
    record = dict(record)
    names = [n for n in (pools.SPOILED[entity] if entity == 'customer' else record) if n not in ('id', '_id')]
    for name in rng.sample(sorted(names), min(len(names), rng.choice([1, 1, 2, 3, 6]))):
        value = record.get(name)
        kind = rng.random()
        if kind < 0.15 and name in pools.SPOILED[entity]:
            value = rng.choice(pools.SPOILED[entity][name])
        elif kind < 0.2 and name in ('createdAt', 'completedOn', 'birthDate'):
            value = rng.choice(TIMES)
        elif name == 'name' and kind < 0.6:
            value = ' '.join(rng.choice(SUFFIXED) for _ in range(rng.randint(0, 6))).replace(' ,', rng.choice([' ,', ',']))
        elif name == 'email' and kind < 0.6:
            parts = rng.sample(pools.GOOD_MAILS + pools.BAD_MAILS + pools.PLACEHOLDERS + pools.MAIL_FORMS, rng.choice([1, 2, 3]))
            value = rng.choice([',', ';', ' ', '; ', '\u2003']).join(parts).replace('%d', '7')
        elif name == 'phone' and kind < 0.5:
            value = rng.choice(pools.PHONES) + rng.choice(['', ' ext 5', 'x1', ' (cell)', '[ho me]', ',', '#7', ' Work', 'extension\u00a09', '}', '.'])
        elif name in ('loyaltyPoints', 'isLoyal', 'voided', 'consentsToPromotionalEmail') and kind < 0.5:
            value = rng.choice(NUMBERS + pools.CONSENTS)
        elif name == 'totals' and isinstance(value, dict):
            value = {**value, rng.choice(['finalTotal', 'FinalTotal']): rng.choice(NUMBERS)}
        elif name == 'originalSaleId':
            value = rng.choice(['o1', '0', 'none', 'NULL', pools.Num('7.0'), record.get('id'), record.get('_id'), ' 0 ', '\u200bnone', 'x' * 241, pools.Num('0.5'), '\u00010\u0001'])
        elif name == 'itemsInCart' and isinstance(value, list) and value:
            value = [bent_item(rng, i) for i in value] + [None] * rng.choice([0, 0, 1]) + value[:1]
        elif isinstance(value, str) and not isinstance(value, pools.Num):
            value = mutate(rng, value)
        record[name] = value
    return {k: v for k, v in record.items() if v is not GONE}


def bent_item(rng, item):
    if item is None:
        return item
    item = dict(item)
    for name in rng.sample(['productName', 'title1', 'category', 'type', 'voided', 'quantity', 'totalPrice'], rng.choice([0, 1, 2])):
        kind = rng.random()
        if kind < 0.3:
            item[name] = rng.choice(pools.SPOILED['order']['item.' + name])
        elif name in ('totalPrice', 'quantity'):
            item[name] = rng.choice(NUMBERS + [pools.Num('-1'), pools.Num('-0.0'), pools.Num('-0.001'), pools.Num('5')])
        elif isinstance(item.get(name), str):
            item[name] = mutate(rng, item[name])
    return {k: v for k, v in item.items() if v is not GONE}


def records(seed, customers, orders):
    """(taken_at, [(entity, text)])."""
    world = World(seed, 'nasty', customers, orders, 3, False)
    out = []
    for n, taken in enumerate(world.times):
        world.grow(taken) if n == 0 else world.change(taken)
    now = world.times[-1]
    pool = [('customer', r) for r in world.customers.values()] + [('order', o[0]) for o in world.orders.values()]
    for entity, record in pool:
        for version in (record, spoiled(world, entity, record), spoiled(world, entity, record), spoiled(world, entity, record)):
            try:
                out.append((entity, Style(world.rng, world.rng.random() < 0.4).dump(version).encode()))
            except UnicodeEncodeError:
                continue
        if world.rng.random() < 0.15:
            out.append((entity, faulty(world, entity, record)))
    return now.strftime('%Y-%m-%dT%H:%M:%SZ'), out


def same(ours, want):
    if 'fault' in ours or 'items' not in want and 'email' not in want:
        return 'fault' in ours and want == {'id': ours['id']}
    mine, theirs = sorted(ours['drops']), want['drops']
    rows = len(mine) == len(theirs) and all(compare.same_dropped(['', ''] + a, ['', ''] + b) for a, b in zip(mine, theirs))
    return rows and {**ours, 'drops': 0} == {**want, 'drops': 0}


def one_seed(tool, seed, args):
    taken, list_ = records(seed, args.customers, args.orders)
    sent = b''.join(b'%s %d\n%s' % (entity.encode(), len(text), text) for entity, text in list_)
    run = subprocess.run([tool, taken], input=sent, capture_output=True, check=True)
    lines = run.stdout.split(b'\n')[:-1]
    assert len(lines) == len(list_), 'the tool stopped early'
    bad = 0
    for (entity, text), line in zip(list_, lines):
        ours, want = json.loads(line), expected(entity, text, micros(taken))
        if not same(ours, want):
            bad += 1
            if bad <= args.show:
                names = [k for k in sorted({*ours, *want}) if ours.get(k) != want.get(k)]
                print('seed %s %s %r\n' % (seed, entity, text[:1500].decode('utf-8', 'replace')))
                print(''.join('    %s: program %r, witness %r\n' % (k, ours.get(k), want.get(k)) for k in names))
    return len(list_), bad, sum(1 for x in lines if b'"fault"' in x)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('tool')
    ap.add_argument('--seeds', default='1..20')
    ap.add_argument('--customers', type=int, default=200)
    ap.add_argument('--orders', type=int, default=200)
    ap.add_argument('--show', type=int, default=3)
    args = ap.parse_args()
    first, last = map(int, args.seeds.split('..'))
    total = bad = faults = 0
    for seed in range(first, last + 1):
        n, wrong, refused = one_seed(args.tool, seed, args)
        total, bad, faults = total + n, bad + wrong, faults + refused
    print('%d records, %d of them quarantined' % (total, faults))
    print('%d passed, %d failed' % (total - bad, bad))
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
