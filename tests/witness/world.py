"""The customers and orders of the invented account, and everything that happens to them between two snapshots.
"""
import datetime
import random

from deeds import Deeds
from pools import (AMOUNTS, BAD_MAILS, CATEGORIES, CITIES, DISPUTED, COUNTRIES, FIRSTS, GOOD_MAILS, LASTS, LOCATIONS, MAIL_FORMS, MARKS, NAMES, PHONES, PLACEHOLDERS, PRODUCTS, SPACES, SPOILED,
                   STATES, STATUSES, STREETS, SURE_TO_FAIL, TENDERS, TYPES, UNKNOWN, ZIPS)
from spelling import DAY, GONE, MICRO, SECOND, UTC, Num, Style, TextNum, deep, iso, record_id, strip

BUDGET = 9          # the breaker needs at least 10 records: an account never loses that many

PROFILES = {
    # odd: chance of an odd value in a field; fault: chance of a faulty record on a page; twin: of a second copy;
    # calm: of a read whose pages are those of the last one, byte for byte, wherever nothing in them changed
    'nice': dict(odd=0.0, fault=0.0, twin=0.0, restyle=0.0, windows=0.0, steps=0.0, settings=0.0, calm=0.6),
    'windowed': dict(odd=0.05, fault=0.02, twin=0.08, restyle=0.05, windows=0.8, steps=0.2, settings=0.3, calm=0.4),
    'mass': dict(odd=0.05, fault=0.02, twin=0.05, restyle=0.05, windows=0.2, steps=0.3, settings=0.4, calm=0.4, mass=True),
    'nasty': dict(odd=0.35, fault=0.06, twin=0.10, restyle=0.15, windows=0.55, steps=0.45, settings=0.7, calm=0.5),
}


class World(Deeds):
    """The customers and orders as they are now, and everything that can happen to them."""

    def __init__(self, seed, profile, customers, orders, snapshots, disputed):
        self.rng = random.Random('%s/%s' % (seed, profile))
        rng = self.rng
        self.p = PROFILES[profile]
        self.nasty = profile == 'nasty'
        self.want_customers = customers or rng.randint(18, 60)
        self.want_orders = orders or rng.randint(60, 180)
        self.count = snapshots or rng.randint(3, 7)
        self.idkind = rng.choice(['text', 'uuid', 'number', 'mixed'])
        self.locations = LOCATIONS[:rng.randint(1, 3)]
        self.disputed = disputed
        self.late_totals = disputed and rng.random() < 0.3
        self.budget = {'customer': BUDGET, 'order': BUDGET}
        self.customers = {}      # key -> record
        self.orders = {}         # key -> [record, location, created]
        self.hidden = set()      # customers the bulk list lacks
        self.vanished = []       # (entity, key, value) that may come back
        self.before = {}         # record of the snapshot before, for shifting pages
        self.cache = {}
        self.place_names = {l: n for l, n in zip(self.locations, ['Downtown', 'Uptown', 'Söuth; side']) if rng.random() < 0.8}
        self.asked = []          # customers whose consent changed before
        self.calm = {}           # pages of calm reads, by what they were read for
        self.serial = 0
        self.times = self.make_times()

    # ---- time

    def make_times(self):
        """taken_at of every snapshot: hours, days or months apart, some exactly a rule's span."""
        rng = self.rng
        now = datetime.datetime(2026, rng.randint(1, 12), rng.randint(1, 28), rng.randint(0, 23), 0, 0, tzinfo=UTC)
        times = []
        for _ in range(self.count):
            times.append(now)
            now += rng.choice([datetime.timedelta(hours=1), datetime.timedelta(hours=1), DAY, DAY * 3, DAY * 20, DAY * 30, DAY * 45,
                               DAY * 60, DAY * 61, DAY * 200, SECOND, datetime.timedelta(hours=13, minutes=7)])
        return times

    def moment(self, now):
        """A time of an order: mostly lately, sometimes exactly on the edge of a span, sometimes a tie."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.15:
            edge = rng.choice(self.times) - DAY * rng.choice([30, 60])
            return edge + rng.choice([SECOND * 0, SECOND, -SECOND, MICRO, -MICRO])
        if kind < 0.25:
            return datetime.datetime(2026, 1, rng.randint(1, 3), 12, tzinfo=UTC)
        span = rng.choice([1, 3, 20, 60, 100, 400])
        return now - datetime.timedelta(seconds=rng.randint(0, span * 86400), microseconds=rng.choice([0, 0, rng.randint(0, 999999)]))

    def spell(self, moment):
        """The text of a time; a nasty world uses every spelling that reads."""
        rng = self.rng
        if not self.odd():
            return iso(moment, rng.choice([0, 6]) if moment.microsecond == 0 else 6)
        kind = rng.randint(0, 5)
        if kind == 0:
            return iso(moment, rng.choice([6, 7, 8, 9]), '', ' ')
        if kind == 1:
            hours, minutes = rng.choice([(5, 30), (-7, 0), (14, 0), (-3, 30), (0, 0)])
            ahead = datetime.timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
            sign = '+' if hours >= 0 else '-'
            zone = rng.choice(['%s%02d:%02d', '%s%02d%02d']) % (sign, abs(hours), minutes)
            if minutes == 0 and rng.random() < 0.3:
                zone = '%s%02d' % (sign, abs(hours))
            return iso(moment + ahead, 6, zone)
        if kind == 2 and moment.second == 0 and moment.microsecond == 0:
            return moment.strftime('%Y-%m-%dT%H:%MZ')
        if kind == 3 and moment.microsecond == 0:
            return iso(moment, rng.choice([0, 0, 0]), rng.choice(['Z', '', '+00:00']), rng.choice(['T', ' ']))
        if kind == 4 and moment.microsecond % 1000 == 0:
            return iso(moment, 3)
        return iso(moment, 6)

    # ---- small choices

    def odd(self, factor=1.0):
        return self.rng.random() < self.p['odd'] * factor

    def pad(self, text):
        return self.rng.choice(SPACES) + text + self.rng.choice(SPACES)

    def empty(self):
        """Missing, null and "" mean the same (section 3)."""
        return self.rng.choice([GONE, None, ''])

    def flag(self, value):
        if self.odd():
            words = ['yes', 'Y', '1', 'YES', Num('1'), Num('1.0')] if value else ['no', 'N', '0', 'No', Num('0'), Num('0.0')]
            return self.rng.choice([str(value), str(value).upper(), str(value).lower()] + words)
        return value

    def amount(self):
        rng = self.rng
        if self.odd(2):
            text = rng.choice(AMOUNTS)
        else:
            text = '%d.%02d' % (rng.randint(1, 80), rng.randint(0, 99))
        if self.nasty and rng.random() < 0.002:
            text = '999999999999.99'
        if self.odd():
            sign, digits = text[:text.startswith('-')], text.lstrip('-')
            whole = digits.split('.')[0].split('e')[0].split('E')[0]
            grouped = '{:,}'.format(int(whole)) + digits[len(whole):]
            return rng.choice([text, ' ' + text + ' ', sign + '0' + digits, (sign or '+') + digits, sign + '$' + digits, sign + '$' + grouped, sign + grouped,
                               '$' + sign + digits]) if digits != whole + '.' else text
        return Num(text)

    def new_id(self, entity):
        """An id of any kind; those with control characters begin uniquely, so that sorting never hangs on them."""
        rng = self.rng
        self.serial += 1
        kind = self.idkind
        if kind == 'mixed':
            kind = rng.choice(['text', 'uuid', 'number'])
        if self.nasty and rng.random() < 0.06:
            n = self.serial
            return rng.choice(['a/b~c%d' % n, '客户%d' % n, '%dCtl\u0001x' % n, '😀%d' % n, '\uff5e%d' % n, '=id%d' % n, '-id%d' % n, 'Q"%d,' % n,
                               '%d' % n + 'x' * (240 - len(str(n))), 'Case%d' % n, 'case%d' % n, '%d\u00a0in' % n, '%dnul\u0000x' % n,
                               TextNum('-%d' % n), '007%d' % n, '+%d' % n])
        if kind == 'number':
            base = rng.choice([9007199254740993, 1, 18446744073709551615, 10 ** 30, 4294967296])
            return TextNum(str(base + self.serial))
        if kind == 'uuid':
            return '%08x-%04x-4%03x-8%03x-%012x' % (rng.getrandbits(32), rng.getrandbits(16), rng.getrandbits(12), rng.getrandbits(12),
                                                   rng.getrandbits(36) * 4096 + self.serial)
        return ''.join(rng.choice('abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789') for _ in range(13)) + '%04d' % self.serial

    def put_id(self, record, ident, names):
        """The id under one of its names; earlier names of the chain may be there and empty."""
        rng = self.rng
        name = rng.choice(names) if self.odd() else names[0]
        if self.odd() and not isinstance(ident, Num):
            ident = self.pad(ident)
        for earlier in names[:names.index(name)]:
            if rng.random() < 0.4:
                record[earlier] = rng.choice([None, '', '  '])
        record[name] = ident
        if name == 'id' and self.odd(0.3):
            record['_id'] = 'something else'

    def reference(self, ident):
        """A customer id as an order names it: number or text, padded or not."""
        if self.odd(0.5):
            if isinstance(ident, Num):
                return str(ident)
            if ident.isdigit() and ident[0] != '0':
                return TextNum(ident)
            return self.pad(ident)
        return ident

    # ---- records

    def birthdate(self):
        rng = self.rng
        when = rng.choice(self.times)
        if not self.odd():
            return '%04d-%02d-%02d' % (rng.randint(1950, 2004), rng.randint(1, 12), rng.randint(1, 28))
        kind = rng.randint(0, 6)
        if kind in (0, 6):
            day = (when - datetime.timedelta(hours=rng.choice([0, 12]))).date()
            day = day.replace(day=min(day.day, 28)) + DAY * rng.choice([-1, 0, 0, 1])
            day = day.replace(year=day.year - rng.choice([18, 21])) if (day.month, day.day) != (2, 29) else day
            return rng.choice([str(day), '%d/%d/%04d' % (day.month, day.day, day.year), '%02d/%02d/%04d' % (day.month, day.day, day.year)])
        if kind == 1:
            return str(when.date() + DAY * rng.randint(-3, 40))
        return rng.choice(['1990-05-15T23:30:00-07:00', '1990-05-15T00:00:00Z', '2004-02-29', '2008-02-29', '1899-12-31', '1900-01-01',
                           '05/15/1990', '5/5/1990', '13/1/1990', '5/15/90', '2/29/1999', '1990-5-15', Num('1179187200000'), '1990-02-30', '1990-05-15junk', '1990-05-15 10:00', Num('19900515'), True, {}, [], '0000-00-00',
                           '0001-01-01', '9999-12-31', '1990-05-15T', '1985-12-31T23:59:59.999999999+14:00', ' 1970-01-01 '])

    def email(self, n):
        rng = self.rng
        if not self.odd():
            return 'user%d@example.com' % n
        kind = rng.random()
        if kind < 0.2:
            return rng.choice(MAIL_FORMS).replace('%d', str(rng.randint(1, max(2, n))))
        if kind < 0.4:
            return rng.choice(['USER%d@Example.com', ' user%d@example.com', 'user%d@example.com\u00a0']) % rng.randint(1, max(2, n))
        if kind < 0.5:
            return rng.choice(BAD_MAILS)
        if kind < 0.65:
            return rng.choice(PLACEHOLDERS)
        if kind < 0.85:
            return rng.choice(GOOD_MAILS)
        return self.empty()

    def text(self, pool, plain):
        """A text field: plain, odd, a number, padded, or one of the three kinds of nothing."""
        rng = self.rng
        if not self.odd():
            return rng.choice(plain)
        kind = rng.random()
        if kind < 0.6:
            return rng.choice(pool)
        if kind < 0.7:
            return rng.choice(MARKS) + self.pad(rng.choice(pool)) + rng.choice(MARKS)
        if kind < 0.78:
            return TextNum(rng.choice(['0', '80202', '7102', '12.50', '-1', '1e3', '7205550108']))
        return self.empty()

    def names(self, record):
        rng = self.rng
        if not self.odd():
            record['name'] = '%s %s' % (rng.choice(FIRSTS[:4]), rng.choice(LASTS[:3]))
            return
        if rng.random() < 0.3:
            record['firstName'] = self.text(FIRSTS, FIRSTS[:4])
            record['lastName'] = self.text(LASTS, LASTS[:3])
        record['name'] = self.text(NAMES + (DISPUTED['names'] * 3 if self.disputed else []), NAMES[:3])

    def customer(self, now):
        """One customer record."""
        rng = self.rng
        ident = self.new_id('customer')
        n = self.serial
        r = {}
        self.put_id(r, ident, ['id', '_id'])
        created = now - DAY * rng.randint(0, 900)
        r['createdAt'] = rng.choice([self.spell(created), '2025-01-01T00:00:00Z', self.empty(), 'junk']) if self.odd() else iso(created, 0)
        r['updatedAt'] = '1970-01-01T00:00:00Z'
        r['type'] = self.text(['recCustomer', 'MEDCUSTOMER', 'medcustomer', 'vip', '=x', 'Recreational', 'caregiver '], ['recCustomer', 'medCustomer'])
        self.names(r)
        r['birthDate'] = self.birthdate() if rng.random() < 0.9 else self.empty()
        r['isLoyal'] = self.flag(rng.random() < 0.6) if not self.odd(0.4) else self.empty()
        points = [Num('12.50'), '12.50', '+7', '007', Num('1e2'), Num('-0'), '-3.10', Num('0.000'), ' 5 ', Num('1.20E-2'),
                  Num('123456789012345678901234567890.5'), '100.00', GONE, None, '']
        r['loyaltyPoints'] = rng.choice(points) if self.odd() else Num(str(rng.randint(0, 300)))
        r['phone'] = self.text(PHONES, ['(720) 555-%04d' % n, '303555%04d' % n]) if not self.odd() else self.phone('303555%04d' % n)
        r['email'] = self.email(n)
        r['streetAddress1'] = self.text(STREETS, STREETS[:1])
        r['streetAddress2'] = self.text(STREETS, ['Apt 4B', ''])
        r['city'] = self.text(CITIES, CITIES[:2])
        r['state'] = self.text(STATES, STATES[:3])
        r['zip'] = self.text(ZIPS, ZIPS[:6])
        if rng.random() < 0.2:
            r['medId'] = self.text(['MED-1', '=MED', ' m2 '], ['MED-%d' % n])
        for name in ('consentsToPromotionalEmail', 'consentsToPromotionalSMS'):
            r[name] = self.flag(rng.random() < 0.8) if not self.odd(0.5) else self.empty()
        if self.odd():
            r['country'] = rng.choice(COUNTRIES)
            r['groups'] = rng.choice([[{'name': 'VIP'}], [], None, [{'name': 'VIP', 'colour': 'red'}, None], 'text', [Num('1')]])
        self.unknown(r)
        record = {k: v for k, v in r.items() if v is not GONE}
        key = str(record_id(record, ['id', '_id']))
        self.customers[key] = record
        return key

    def unknown(self, record, above=0):
        """A field the API's description does not name, of any shape (section 3: kept and diffed). Some are as deep as may be."""
        rng = self.rng
        if not self.odd(0.4):
            return
        shape = rng.choice([Num('1'), 'text', True, [Num('1'), [Num('2.50')], {'k': None}], {'a': {'b': []}}, deep(rng.choice([2, 63 - above])), Num('1e400'),
                            Num('123456789012345678901234567890'), [Num(str(rng.randint(0, 3))) for _ in range(rng.randint(9, 13))],
                            'x' * rng.choice([5, 300, 70000]) if rng.random() < 0.2 else 'x', 'quo"te\\ \u2028 \ud83d\ude00'.encode('utf-16', 'surrogatepass').decode('utf-16')])
        record[rng.choice(UNKNOWN)] = shape

    def item(self):
        rng = self.rng
        it = {'productName': self.text(PRODUCTS, PRODUCTS[:6]), 'category': self.text(CATEGORIES, CATEGORIES[:4])}
        if self.odd() or it['productName'] in (GONE, None, ''):
            it['title1'] = self.text(PRODUCTS, PRODUCTS[:6])
        if self.odd() or it['category'] in (GONE, None, ''):
            it['type'] = self.text(CATEGORIES, ['PackedBud', 'Vape'])
        if self.odd():
            it['voided'] = self.flag(rng.random() < 0.5)
        it['quantity'] = Num(rng.choice(['1', '2', '1.0', '-1'] if self.odd() else ['1', '2', '3']))
        if rng.random() < 0.6:
            it['totalPrice'] = self.amount()
        if self.odd(0.5):
            it['tax'] = [{'name': 'State Tax', 'percentage': Num('15'), rng.choice(['thisTaxInPennies', 'newTaxField']): Num('525')}]
        if self.odd(0.5):
            it['itemDiscounts'] = rng.choice([[{'name': 'x', 'penniesOff': Num('5')}], [], [{'name': 'x', 'why': 'y'}]])
        if self.odd(0.3):
            it['price'] = self.amount()
        self.unknown(it, 2)
        return {k: v for k, v in it.items() if v is not GONE}

    def totals(self, status):
        rng = self.rng
        value = self.amount()
        done = isinstance(status, str) and status.strip().lower() in ('sold', 'completed', 'fulfilled')
        if isinstance(status, str) and status.strip().lower() in SURE_TO_FAIL and self.odd():
            return rng.choice(SPOILED['order']['totals'] + [GONE, None, '', {}, {'finalTotal': None}])
        if not done and self.odd() and self.late_totals:
            return rng.choice([GONE, None, '', {}, {'finalTotal': None}])
        if not self.odd():
            return {'finalTotal': value, 'subTotal': Num('35.0'), 'totalTaxes': Num('5.25')}
        return rng.choice([{'FinalTotal': value}, {'finalTotal': value, 'FinalTotal': Num('77')}, {'finalTotal': None, 'FinalTotal': value},
                           {'finalTotal': '', 'FinalTotal': value, 'SubTotal': Num('1')}, {'finalTotal': value, 'tip': Num('1')}])

    def order(self, now, customer=GONE, when=None):
        """One order record, of any customer, of nobody, or of somebody not known yet."""
        rng = self.rng
        ident = self.new_id('order')
        if self.odd(0.05) and self.customers:      # an order and a customer may share an id
            other = record_id(self.customers[rng.choice(sorted(self.customers))], ['id', '_id'])
            ident = ident if str(other) in self.orders else other
        r = {}
        self.put_id(r, ident, ['id', '_id', 'orderId'])
        created = when or self.moment(now)
        if self.odd(0.1):
            created = created.replace(hour=0, minute=0, second=0, microsecond=0)
            r['createdAt'] = created.strftime('%Y-%m-%d')
        else:
            r['createdAt'] = self.spell(created)
        done = created if rng.random() < 0.6 else created + datetime.timedelta(minutes=rng.choice([5, 5, 1440, -60]))
        r['completedOn'] = self.spell(done) if not self.odd(0.5) else self.empty()
        if self.odd(0.3) and r['completedOn'] not in (GONE, None, ''):
            r['createdAt'] = self.empty()
            created = done
        if self.late_totals or self.odd():
            r['orderStatus'] = rng.choice(STATUSES) if rng.random() < 0.9 else self.empty()
        else:
            r['orderStatus'] = rng.choice(['sold', 'sold', 'sold', 'sold', 'Pending', 'cancelled'])
        r['orderType'] = self.text(TYPES, TYPES[:3])
        r['voided'] = self.flag(rng.random() < 0.06) if not self.odd(0.5) else self.empty()
        if customer is GONE:
            customer = self.pick_customer()
        r['customerId'] = customer
        if self.odd(0.5):
            r['locationId'] = rng.choice(self.locations + ['elsewhere', TextNum('7'), TextNum('7.0'), {}, None, ''])
        r['budtender'] = self.text(TENDERS, TENDERS[:2])
        r['originalSaleId'] = self.empty() if rng.random() < 0.95 else rng.choice(['o1', TextNum('5'), '  ', '0', 'None', TextNum('0'), TextNum('0.0')])
        r['totals'] = self.totals(r['orderStatus'])
        items = [self.item() for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))]
        if self.odd(0.3):
            items.insert(0, None)
        r['itemsInCart'] = items if not self.odd(0.2) else rng.choice([GONE, None, '', []])
        if self.odd(0.4):
            r['payments'] = [{'_id': 'p', 'paymentType': 'cash', 'amount': self.amount()}]
            r['currentPoints'] = rng.choice([Num('5'), '5', {}.get('x'), []])
        self.unknown(r)
        record = {k: v for k, v in r.items() if v is not GONE}
        key = str(record_id(record, ['id', '_id', 'orderId']))
        self.orders[key] = [record, rng.choice(self.locations), created]
        return key

    def pick_customer(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.08:
            return self.empty()
        if kind < 0.12 or not self.customers:
            return 'not-known-%d' % rng.randint(1, 5)
        key = rng.choice(sorted(self.customers)[:max(1, len(self.customers) * 2 // 3)])
        return self.reference(record_id(self.customers[key], ['id', '_id']))

    # ---- what happens between two snapshots

    def grow(self, now):
        """The first state of the world."""
        rng = self.rng
        for _ in range(self.want_customers):
            self.customer(now)
        if self.nasty:
            self.hidden = set(self.rng.sample(sorted(self.customers), 2))
            self.budget['customer'] -= 4
        for _ in range(self.want_orders):
            self.order(now)
        for _ in range(rng.choice([0, 1, 3])):
            self.family(now)

    def change(self, now):
        """Some of everything that can happen; each kind at most a few times."""
        rng = self.rng
        for deed in (self.family, self.blank, self.change_address, self.swap, self.hand_over, self.consent, self.consent, self.spoil, self.insane, self.exchange,
                     self.early_order, self.sell, self.sell, self.enrol, self.edit_customer, self.edit_customer, self.edit_order, self.void, self.refund, self.finish,
                     self.merge, self.vanish, self.come_back, self.late_customer, self.move_created, self.ditto, self.retype, self.respell):
            for _ in range(rng.choice([0, 0, 1, 1, 2, 4])):
                deed(now)
        if self.p.get('mass') and rng.random() < 0.4:
            self.lose_many(now)

    # ---- spelling records

    def spelled(self, entity, key, record, wild=None):
        """The bytes of a record: mostly the same as last time, sometimes another spelling of the same."""
        plain = (entity, key, id(record))
        if wild is None:
            wild = self.rng.random() < self.p['restyle']
        if not wild:
            if plain not in self.cache:
                self.cache[plain] = (Style(self.rng, False).dump(record).encode(), record)
            return self.cache[plain][0]
        return Style(self.rng, True).dump(record).encode()
