#!/usr/bin/env python3
"""laws.py PROGRAM DUMP [--seeds N] [--more]: laws that hold of every account, over accounts made by tests/witness/nasty.py.

The same snapshots give the same state, diffs, exports and terms however they are applied, whichever way what is known is asked, and whatever derived is deleted; a diff
turns one snapshot's records into the next one's; what was exported adds up to what is exported whole, one address is in one row, and every address of who refuses
has its line (tests/witness/people.py). DUMP is build/<mode>/tests/tools/dump,
its neighbour ways applies by ids or by texts. --more: ten times as many accounts.
Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import hashlib
import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import books                          # noqa: E402
import replayed                       # noqa: E402
from invented import Invented         # noqa: E402
from lab import begin, clone, customer, customer_page, dumped, leftovers, order, order_page, put_snapshot, results, small, tree  # noqa: E402

ZONES = ['UTC', 'America/Denver', 'Pacific/Kiritimati', 'Asia/Kathmandu', 'FOO-23:59']
LOCALES = ['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'C.utf8', 'POSIX']
CROWD = 2000


def locales(lab):
    """German numbers have a comma and a Turkish i has no dot: both are made here, for few machines have them."""
    place = lab.new('locales')
    os.mkdir(place)
    for name in ('de_DE', 'tr_TR'):
        subprocess.run(['localedef', '-i', name, '-f', 'UTF-8', os.path.join(place, name + '.UTF-8')], check=True)
    os.environ['LOCPATH'] = place
    found = subprocess.run(['locale', 'decimal_point'], env=dict(os.environ, LC_ALL='de_DE.UTF-8'), capture_output=True, check=True)
    lab.equal('a locale with a decimal comma is there', found.stdout, b',\n')


class Laws(Invented):
    """All laws of one invented account."""

    def __init__(self, lab, program, dump, seed, profile):
        super().__init__(lab, program, seed, profile)
        self.dump = dump

    # ---- making accounts

    def state(self, account):
        rows = dumped(self.dump, account)
        self.lab.check(self.name + ': the state can be read', rows != b'')
        return dict((line.rsplit(b' ', 1)[0], line) for line in rows.split(b'\n'))

    def process(self, account, *words, jobs=1, zone='UTC', locale='C', umask=-1, accept=True):
        once = lambda *more: self.program(account, '-q', '--jobs', str(jobs), 'process', *words, *more, env={'TZ': zone, 'LC_ALL': locale}, umask=umask)
        run = self.accepting(once) if accept else once()
        return self.lab.check(self.name + ': process %s' % (words,), run.code in (0, 3), '%d %s' % (run.code, run.err))

    # ---- the laws

    def run(self):
        account = self.stepwise()
        if account is None:
            return
        want, state = results(account), self.state(account)
        self.private(account)
        replayed.check(self.lab, self.name, account)
        if not self.stepped:
            self.same('all at once, 5 jobs, another place', self.at_once(5, 1, 0), want, state)
            self.same('all at once, 2 jobs, another place', self.at_once(2, 2, 0o077), want, state)
        for way in ('id', 'text'):
            self.same('by ' + way, self.by(way, account), want, state)
        self.same('--rebuild', self.again(account, ['--rebuild']), want, state)
        self.same('without state/', self.again(account, [], 'state'), want, state)
        self.same('without state/ and diffs/', self.again(account, [], 'state', 'diffs'), want, state)
        self.same('from snapshots/, terms/, settings and rules alone', self.again(account, [], 'state', 'diffs', 'exports'), want, state)

    def stepwise(self):
        """One snapshot a run, and everything there is to say after each."""
        account = self.new()
        book = books.Book(self.lab, self.program, self.name, account)
        for n, step in enumerate(self.steps):
            self.bring(account, step)
            if not self.process(account, zone=ZONES[n % len(ZONES)], locale=LOCALES[n % len(LOCALES)]):
                return None
            book.after(step[0])
        book.end()
        return account

    def at_once(self, jobs, place, umask):
        """Every snapshot in one run; the directories were made in another order."""
        account = self.new()
        for step in self.steps[::-1] if place == 1 else self.steps[1::2] + self.steps[::2]:
            self.bring(account, step)
        self.process(account, jobs=jobs, zone=ZONES[place], locale=LOCALES[place], umask=umask)
        self.private(account)
        return account

    def by(self, way, account):
        """A copy, applied anew in one way alone."""
        copy = clone(self.lab, account, 'state', 'diffs')
        run = subprocess.run([os.path.join(os.path.dirname(self.dump), 'ways'), copy, way], capture_output=True, check=False)
        self.lab.check('%s: by %s' % (self.name, way), run.returncode == 0, run.stderr)
        return copy

    def again(self, account, words, *gone):
        """A copy, applied anew; the rules and settings in terms/ count, and a mass change that was accepted is."""
        copy = clone(self.lab, account, *gone)
        self.process(copy, *words, jobs=2, zone=ZONES[3], locale=LOCALES[1], accept=False)
        return copy

    def same(self, how, account, want, state):
        what = '%s: %s' % (self.name, how)
        self.lab.same(what + ': diffs and exports', results(account), want)
        self.lab.same(what + ': state', self.state(account), state)
        self.lab.equal(what + ': leftovers', leftovers(account), [])
        shutil.rmtree(account)

    def private(self, account):
        """0600 and 0700, whatever the umask."""
        open_to_all = [(n, oct(mode)) for n, (mode, digest) in tree(account, ()).items()
                       if n.split('/')[0] in ('state', 'diffs', 'exports', 'terms', '.lock') and mode != (0o700 if digest is None else 0o600)]
        self.lab.equal(self.name + ': modes', open_to_all, [])


def elsewhere(lab, program):
    """What is written and printed for people and scripts, too, has no decimal comma, no time of the place, and no dotless i."""
    account, outs = lab.new('elsewhere'), []
    first = small(account, 3)[0]
    lab.ran('elsewhere: process', program(account, '-q', 'process'), 0)
    asked = [w.split() for w in ('segments;segments --json;segments --due;segments --members spent-more-than-100;segments --members new-30-days --csv;fields;'
                                 'fields --values fh_categories;explain c00003;explain c00003 --json;audit;audit --customer c00003;'
                                 'diff 20261123T000000Z 20261123T010000Z;verify').split(';')]
    for locale, zone in zip(LOCALES, ZONES):
        env, out, found = {'LC_ALL': locale, 'LANG': locale, 'LC_NUMERIC': locale, 'TZ': zone}, lab.new('out'), {}
        os.mkdir(out)
        for words in asked + [['export', '--full', '--out', out + '/full'], ['export', '--since', first, '--out', out + '/since'],
                              ['export', '--new', '--out', out + '/new'], ['replay', '--out', out + '/replay']]:
            run = program(account, *words, env=env)
            lab.check('elsewhere: %s in %s' % (words, locale), run.code == 0, run.err)
            found[' '.join(words).replace(out, '')] = (run.out, run.err.replace(out, ''))
        found.update(tree(out, ('replay/state/lock.mdb',)))
        outs.append(found)
        lab.same('elsewhere: %s and %s' % (locale, zone), found, outs[0])


def window(begin, end):
    return {'kind': 'created', 'from': begin, 'to': end}


def crowd_of(account):
    """Customers enough that several threads look at them, sharing mailboxes, some known by their orders alone; an hour later, and all of them once more, nearly all
    changed and some gone."""
    people = [customer(n, email='user%d@example.com' % (n // 3 if n % 5 == 0 else n), isLoyal=n % 3 == 0, consentsToPromotionalSMS=n % 11 != 0,
                       phone='720555%04d' % (n // 2 if n % 7 == 0 else n)) for n in range(CROWD)]
    orders = [order(n, n * 31 % (CROWD + 20), '2026-%02d-%02dT10:00:00Z' % (1 + n % 11, 1 + n % 28), n % 90 - 4.25, budtender='Bud %d' % (n % 9),
                    itemsInCart=[{'productName': 'P, "%d"; %d' % (n % 97, k), 'category': 'C%d' % k, 'totalPrice': 5} for k in range(n % 4)]) for n in range(3 * CROWD)]
    put_snapshot(account, '20261201T040000Z', [customer_page(people), order_page(orders)])
    later = [order(n, n * 17 % CROWD, '2026-12-01T04:30:00Z') for n in range(3 * CROWD, 4 * CROWD)]
    put_snapshot(account, '20261201T050000Z', [order_page(later, scope=window('2026-12-01T04:00:00Z', '2026-12-01T05:00:00Z'))])
    for n, p in enumerate(people):
        p.update(loyaltyPoints=n, email=p['email'] if n % 4 else 'user%d@example.com' % (n + 1), isLoyal=n % 2 == 0, phone='720555%04d' % (n // 2 if n % 9 == 0 else n))
    put_snapshot(account, '20261201T060000Z', [customer_page([p for n, p in enumerate(people) if n % 50])])


def crowd(lab, program, dump):
    """The number of threads reaches nothing, also where they are used for single customers."""
    want = None
    for jobs in (1, 2, 3, 5):
        account = lab.new('crowd')
        crowd_of(account)
        lab.ran('crowd: process', program(account, '-q', '--jobs', str(jobs), 'process'), 0)
        state = dumped(dump, account)
        found = dict(results(account), state=hashlib.sha256(state).hexdigest())
        lab.check('crowd: the state can be read', len(state) > 100 * CROWD)
        if want is None:
            want = found
        lab.same('crowd: %d jobs' % jobs, found, want)
        shutil.rmtree(account)


def due_rows(dump, account):
    """When whom to look at again: seconds since 1970."""
    keys = [bytes.fromhex(line.split(' ')[1]) for line in dumped(dump, account).decode().splitlines() if line.startswith('due ')]
    return [((int.from_bytes(k[:8], 'big') - (1 << 63)) / 1_000_000, k[8:].decode()) for k in keys]


def clock(lab, program, dump):
    """Who buys again is looked at no later for it, at most once in vain, and leaves no time behind that is over."""
    account = lab.account(rules=[{'name': 'Quiet', 'slug': 'quiet', 'where': {'field': 'fh_last_orderdate', 'op': '<', 'value': '-60d'}}])
    bought = {'20260105': '2026-01-01', '20260110': '2026-01-09'}
    want = [('20260105', '2026-03-02', []), ('20260110', '2026-03-02', []), ('20260303', '2026-03-10', []),
            ('20260311', None, ['segment_entered'])]
    for n, (day, due, events) in enumerate(want):
        pages = [customer_page([customer(1)])] * (n == 0)
        if day in bought:
            scope = window(bought[day] + 'T00:00:00Z', bought[day] + 'T12:00:00Z')
            pages.append(order_page([order(n, 1, bought[day] + 'T10:00:00Z')], scope=scope))
        snapshot = day + 'T120000Z'
        put_snapshot(account, snapshot, pages)
        lab.ran('clock: process ' + day, program(account, '-q', 'process'), 0)
        found = [datetime.fromtimestamp(t, timezone.utc).date().isoformat() for t, _ in due_rows(dump, account)]
        lab.equal('clock: looked at again, seen on ' + day, found, [due] if due else [])
        seen = [e['event'] for e in books.events_of(os.path.join(account, 'exports', snapshot)) if e['event'] != 'customer_added']
        lab.equal('clock: events of ' + day, seen, events)
    shutil.rmtree(account)


def main():
    lab, program, a = begin(__doc__, 'dump', first=1, seeds=8, more=False)
    locales(lab)
    turn = ['nasty', 'windowed', 'nice', 'nasty', 'mass']
    for n in range(a.first, a.first + a.seeds * (10 if a.more else 1)):
        Laws(lab, program, os.path.abspath(a.dump), n, turn[n % len(turn)]).run()
    books.large(lab, program)
    crowd(lab, program, os.path.abspath(a.dump))
    elsewhere(lab, program)
    clock(lab, program, os.path.abspath(a.dump))
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
