#!/usr/bin/env python3
"""families.py PROGRAM [--seeds N] [--first N]: whose row it is, among people who share emails and mobiles.

For every seed a few families are invented who swap, share and give up addresses, buy, leave and return, while rules and settings
change; PROGRAM applies the history step by step and with several threads, the witness works it out again. Files that are about
people are compared; and whatever the witness says: an address is in one row at any time, contacts = before + new - gone, and
somebody who imports by hand now and then (export --new, --done) has in the end the book of a full export. Before them, as seed 0,
come three families in which a mobile goes to somebody else for each of the reasons that are not its own.
"""
import csv
import io
import json
import os
import random
import shutil
import sys
from datetime import datetime, timedelta

from lab.lab import Page, begin, put_snapshot, read, write

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'witness'))
import witness  # noqa: E402

SLUGS = ['buyers', 'adults', 'mailed', 'everybody', 'lapsed']
RULES = {
    'buyers': [{'field': 'fh_total_orders', 'op': '>=', 'value': n} for n in (1, 2)],
    'adults': [{'field': 'age', 'op': '>=', 'value': n} for n in (21, 30)],
    'mailed': [{'field': 'email', 'op': 'contains', 'value': v} for v in ('1', '2')],
    'everybody': [{'field': 'fh_total_orders', 'op': '>=', 'value': 0}],
    'lapsed': [{'field': 'fh_last_orderdate', 'op': '<', 'value': v} for v in ('-30d', '-2d')],
}


class Families:
    """Who there is, and everything that happens to them between two snapshots."""

    def __init__(self, seed):
        self.rng = random.Random('families/%d' % seed)
        rng = self.rng
        self.now = datetime(2026, rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23))
        self.customers, self.orders, self.away = {}, {}, {}
        self.mails = ['user%d@example.com' % n for n in range(rng.randint(2, 6))]
        self.mobiles = ['+1303555%04d' % n for n in range(1000, 1000 + rng.randint(2, 6))]
        self.serial = 0
        self.giants = seed % 25 == 0
        for _ in range(rng.randint(3, 14)):
            self.arrive()

    def time(self, back):
        return (self.now - timedelta(hours=self.rng.randint(1, back))).isoformat() + 'Z'

    def arrive(self):
        rng = self.rng
        self.serial += 1
        ident = rng.choice(['c%d', '%d', 'Z-%d']) % self.serial
        person = {'id': ident, 'firstName': 'N%d' % self.serial}
        if rng.random() < 0.8:
            person['createdAt'] = rng.choice(['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z', self.time(9999)])
        self.customers[ident] = person
        for deed in (self.mail, self.phone, self.birth, self.consent):
            deed(ident)
        if rng.random() < 0.6:
            self.buy(ident)

    def mail(self, ident):
        self.customers[ident]['email'] = self.rng.choice(self.mails + [''])

    def phone(self, ident):
        self.customers[ident]['phone'] = self.rng.choice(self.mobiles + [''])

    def birth(self, ident):
        rng = self.rng
        year = self.now.year - rng.choice([20, 21, 21, 30, 50])
        edge = self.now + timedelta(days=rng.randint(-3, 40))
        self.customers[ident]['birthDate'] = rng.choice(['', 'unknown', '%d-%02d-%02d' % (year, edge.month, min(edge.day, 28))])

    def consent(self, ident):
        for flag in ('consentsToPromotionalEmail', 'consentsToPromotionalSMS'):
            self.customers[ident][flag] = self.rng.choice([True, True, False, None])

    def grow(self, ident):
        """Their row is longer than a file may be, or is not any more; in some families only, for it takes its time."""
        if self.giants:
            person = self.customers[ident]
            person['streetAddress1'] = '' if person.get('streetAddress1') else 'x' * 8000000

    def rename(self, ident):
        self.customers[ident]['lastName'] = 'M%d' % self.rng.randint(0, 9)

    def buy(self, ident):
        rng = self.rng
        self.serial += 1
        when = rng.choice(['2025-06-01T00:00:00Z', self.time(2000)])
        self.orders['o%d' % self.serial] = {'id': 'o%d' % self.serial, 'customerId': ident, 'createdAt': when, 'completedOn': when, 'orderStatus': 'sold',
                                            'totals': {'finalTotal': rng.randint(1, 90)}, 'itemsInCart': []}

    def undo(self, ident):
        for order in self.orders.values():
            if order['customerId'] == ident and self.rng.random() < 0.5:
                order['voided'] = not order.get('voided', False)

    def leave(self, ident):
        if len(self.customers) > 2:
            self.away[ident] = self.customers.pop(ident)

    def returned(self):
        if self.away:
            ident = self.rng.choice(sorted(self.away))
            self.customers[ident] = self.away.pop(ident)

    def step(self):
        rng = self.rng
        self.now += rng.choice([timedelta(hours=1), timedelta(hours=12), timedelta(days=1), timedelta(days=20), timedelta(days=31)])
        for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
            deed = rng.choice([self.mail, self.mail, self.phone, self.phone, self.birth, self.consent, self.rename, self.buy, self.undo, self.leave, self.grow])
            deed(rng.choice(sorted(self.customers)))
        if rng.random() < 0.25:
            self.returned()
        if rng.random() < 0.2:
            self.arrive()

    def pages(self):
        return [Page('customers', {'data': list(self.customers.values())}), Page('orders', {'data': list(self.orders.values())}, location='L1')]

    def settings(self):
        rng = self.rng
        out = {'breaker_percent': 100}
        if rng.random() < 0.5:
            out['min_age'] = rng.choice([21, 21, 30])
        if rng.random() < 0.4:
            out['suppress'] = 'suppress.txt'
        if rng.random() < 0.2:
            out['placeholder_emails'] = [rng.choice(self.mails)]
        if rng.random() < 0.2:
            out['segment_lists'] = True
        if rng.random() < 0.2:
            out['csv_bom'] = True
        return out

    def rules(self):
        rng = self.rng
        return [{'name': s, 'slug': s, 'where': rng.choice(RULES[s])} for s in SLUGS if rng.random() < 0.8]


def invent(source, seed):
    """An account with the settings and rules of each step."""
    families = Families(seed)
    rng = families.rng
    steps, settings, rules = [], families.settings(), families.rules()
    listed = [[], families.mails[:1], families.mobiles[:1], families.mails[:1] + families.mobiles[-1:]]
    suppressed = rng.choice(listed)
    for n in range(rng.randint(3, 9)):
        if n > 0:
            families.step()
            settings = families.settings() if rng.random() < 0.15 else settings
            rules = families.rules() if rng.random() < 0.15 else rules
            suppressed = rng.choice(listed) if rng.random() < 0.15 else suppressed
        names = {'settings': 'settings-%d.json' % n, 'segments': 'rules-%d.json' % n}
        own = dict(settings)
        if 'suppress' in own:
            own['suppress'] = 'suppress-%d.txt' % n
            write(os.path.join(source, own['suppress']), ''.join(a + '\n' for a in suppressed))
        write(os.path.join(source, names['settings']), json.dumps(own))
        write(os.path.join(source, names['segments']), json.dumps(rules))
        ident = families.now.strftime('%Y%m%dT%H%M%SZ')
        put_snapshot(source, ident, families.pages())
        steps.append({'snapshot': ident, **names})
    write(os.path.join(source, 'steps.json'), json.dumps(steps))
    return steps


def decided_again(source):
    """What decides about a mobile is another though nobody got it or gave it up: each family's goes from the first to the second."""
    def person(ident, created, mobile, email=''):
        return {'id': ident, 'firstName': ident, 'createdAt': '2025-01-%02dT00:00:00Z' % created, 'phone': '+130355510%02d' % mobile, 'email': email}

    def order(ident, who, day):
        when = '2025-06-%02dT00:00:00Z' % day
        return {'id': ident, 'customerId': who, 'createdAt': when, 'completedOn': when, 'orderStatus': 'sold', 'totals': {'finalTotal': 9}, 'itemsInCart': []}

    people = [person('created-1', 1, 1), person('created-2', 2, 1),
              person('no-mail-1', 2, 2), person('no-mail-2', 1, 2, 'no-mail@example.com'),
              person('buys-1', 2, 3, 'shared@example.com'), person('buys-2', 1, 3, 'buys@example.com'), person('buys-3', 1, 4, 'shared@example.com')]
    later = [dict(people[0], createdAt='2025-01-03T00:00:00Z'), *people[1:3], dict(people[3], email=''), *people[4:]]
    orders = [order('o1', 'buys-3', 1), order('o2', 'buys-1', 2)]
    steps = []
    write(os.path.join(source, 'settings.json'), json.dumps({'breaker_percent': 100}))
    write(os.path.join(source, 'rules.json'), '[]')
    for ident, customers, bought in (('20260101T000000Z', people, orders[:1]), ('20260101T010000Z', later, orders)):
        put_snapshot(source, ident, [Page('customers', {'data': customers}), Page('orders', {'data': bought}, location='L1')])
        steps.append({'snapshot': ident, 'settings': 'settings.json', 'segments': 'rules.json'})
    write(os.path.join(source, 'steps.json'), json.dumps(steps))
    return steps


def check_again(lab, account):
    for n, step in enumerate(('20260101T000000Z', '20260101T010000Z')):
        rows = by_id(about_people(os.path.join(account, 'exports', step)).get('contacts-0001.csv'))
        held = {row[1]: ident for ident, row in rows.items()}
        for family, mobile in (('created', 1), ('no-mail', 2), ('buys', 3)):
            lab.equal('decided again: %s of %s' % (step, family), held.get('+130355510%02d' % mobile), '%s-%d' % (family, n + 1))


class ByHand:
    """Somebody who imports now and then what is new, and says so: a book of contacts, lists and refusals."""

    def __init__(self, lab, program, account, seed):
        self.lab, self.program, self.account = lab, program, account
        self.rng = random.Random('by hand/%d' % seed)
        self.rows, self.lists, self.owed, self.what = {}, {}, set(), 'seed %d by hand' % seed

    def perhaps(self):
        if self.rng.random() < 0.5:
            self.take()

    def take(self):
        out = self.lab.new('new')
        for words in (['--new', '--out', out], ['--done', out]):
            self.lab.ran('%s: %s' % (self.what, words[0]), self.program(self.account, '-q', 'export', *words), 0)
        self.enter(about_people(out))
        shutil.rmtree(out)

    def enter(self, files):
        for row in files.get('gone.csv', [])[1:]:
            self.lab.check('%s: who is gone was there' % self.what, self.rows.pop(row[2], None) is not None, row)
        self.rows.update(by_id(files.get('contacts-0001.csv')))
        self.owed.update(map(tuple, files.get('opt-outs.csv', [])[1:]))
        for slug in SLUGS:    # who leaves a segment that is no more is named, too
            whole = files.get('segments/%s.csv' % slug)
            members = self.lists.setdefault(slug, set())
            if whole is not None:
                members.clear()
            members -= {r[2] for r in files.get('segments/%s-left.csv' % slug, [])[1:]}
            for name in ('', '-entered'):
                members |= {r[2] for r in files.get('segments/%s%s.csv' % (slug, name), [])[1:]}

    def settle(self):
        """At the end the book is what a full export says; refusals may be told that are not owed any more."""
        self.take()
        out = self.lab.new('full')
        self.lab.ran(self.what + ': --full', self.program(self.account, '-q', 'export', '--full', '--out', out), 0)
        full = about_people(out)
        self.lab.same(self.what + ': contacts', self.rows, by_id(full.get('contacts-0001.csv')))
        self.lab.equal(self.what + ': who refuses', sorted(set(map(tuple, full.get('opt-outs.csv', [])[1:])) - self.owed), [])
        for slug in SLUGS:
            wanted = {r[2] for r in full.get('segments/%s.csv' % slug, [])[1:]}
            self.lab.equal('%s: members of %s' % (self.what, slug), self.lists.get(slug, set()), wanted)


def by_id(rows):
    """Rows of contacts by fh_id."""
    return {row[rows[0].index('fh_id')]: row for row in rows[1:]} if rows else {}


def run(lab, program, source, steps, jobs, by_hand=None):
    """The account as PROGRAM makes it, one snapshot a run; between them somebody may import by hand."""
    account = by_hand.account if by_hand else lab.new('account')
    for step in steps:
        for name in os.listdir(source):
            if name.startswith('suppress-'):
                os.makedirs(account, exist_ok=True)
                shutil.copyfile(os.path.join(source, name), os.path.join(account, name))
        shutil.copytree(os.path.join(source, 'snapshots', step['snapshot']), os.path.join(account, 'snapshots', step['snapshot']))
        shutil.copyfile(os.path.join(source, step['settings']), os.path.join(account, 'flowstory.json'))
        shutil.copyfile(os.path.join(source, step['segments']), os.path.join(account, 'segments.json'))
        done = program(account, '-q', '--jobs', str(jobs), 'process')
        if done.code not in (0, 3):
            lab.check('process of %s' % step['snapshot'], False, done.err)
            return None
        if by_hand:
            by_hand.perhaps()
    if by_hand:
        by_hand.settle()
    return account


def about_people(folder):
    """File name -> what it says of people."""
    out = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(place, name), folder)
            data = read(os.path.join(place, name)).decode('utf-8-sig')
            if path == 'segments.json':
                out[path] = [{k: v for k, v in s.items() if k != 'rule'} for s in json.loads(data)]
            elif path == 'events.jsonl':
                out[path] = [json.loads(line) for line in data.splitlines()]
            elif path.startswith('contacts-') and path.endswith('.json'):
                out[path] = json.loads(data)
            elif path.endswith('.csv') and path not in ('dropped.csv', 'fields.csv'):
                out[path] = list(csv.reader(io.StringIO(data, newline='')))
    return {path: rows for path, rows in out.items() if rows}


def check_laws(lab, what, account, steps):
    """A receiver's book: one row an address, and who was a contact is still one or is gone."""
    rows = {}
    for step in steps:
        files = about_people(os.path.join(account, 'exports', step['snapshot']))
        gone = files.get('gone.csv', [])[1:]
        for row in gone:
            lab.check('%s: who is gone was there' % what, rows.pop(row[2], None) == row[:2], row)
        for row in files.get('contacts-0001.csv', [])[1:]:
            column = files['contacts-0001.csv'][0].index('fh_id')
            rows[row[column]] = row[:2]
        for channel in (0, 1):
            held = [r[channel] for r in rows.values() if r[channel]]
            lab.check('%s: one row an address' % what, len(held) == len(set(held)), '%s %s' % (step['snapshot'], held))
        manifest = json.loads(read(os.path.join(account, 'exports', step['snapshot'], 'manifest.json')))
        lab.check('%s: contacts' % what, manifest['counts']['contacts'] == len(rows), '%s %s' % (step['snapshot'], rows))


def main():
    lab, program, a = begin(__doc__, seeds=30, first=1)
    for seed in (0, *range(a.first, a.first + a.seeds)):
        source, out, what = lab.new('source'), lab.new('witness'), 'seed %d' % seed
        steps = invent(source, seed) if seed else decided_again(source)
        account = run(lab, program, source, steps, 1, ByHand(lab, program, lab.new('account'), seed))
        other = run(lab, program, source, steps, 4)
        if account is None or other is None:
            continue
        if seed == 0:
            check_again(lab, account)
        witness.run(source, out, {}, accept_all=True)
        check_laws(lab, what, account, steps)
        for step in steps:
            ours, twin, wanted = (about_people(os.path.join(root, 'exports', step['snapshot'])) for root in (account, other, out))
            lab.same('%s: jobs 1 and 4, %s' % (what, step['snapshot']), ours, twin)
            for name in sorted(set(ours) | set(wanted)):
                lab.equal('%s: %s of %s' % (what, name, step['snapshot']), ours.get(name), wanted.get(name))
        check = program(account, 'verify', '--rebuild') if os.path.isdir(os.path.join(account, 'terms')) else None
        lab.check('%s: verify --rebuild' % what, check is None or check.code == 0, check and check.err + check.out)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
