"""What happens to the invented account between two snapshots; each deed is done to a World.
"""
import datetime

from pools import CONSENTS, DISPUTED, FAMILY_MAILS, INSANE, PHONE_FORMS, SPOILED, SURE_TO_FAIL
from spelling import DAY, GONE, Num, TextNum, iso, record_id, strip


class Deeds:
    """Every kind of change, mostly to one or two records."""

    # ---- people and their addresses

    def set_customer(self, key, **fields):
        record = {k: v for k, v in {**self.customers[key], **fields}.items() if v is not GONE}
        self.customers[key] = record

    def some(self, n):
        """n customers, or none if there are too few."""
        return self.rng.sample(sorted(self.customers), n) if len(self.customers) > n else []

    def family(self, now):
        """Several people come to share an email, a mobile, or both, each spelled in its own way."""
        rng = self.rng
        people = self.some(rng.choice([2, 2, 3, 4]))
        mail, digits = rng.choice(FAMILY_MAILS), rng.choice(['7205550190', '3035550191', '7205550192'])
        kind = rng.choice(['mail', 'mobile', 'both', 'both'])
        for key in people:
            fields = {}
            if kind != 'mobile':
                fields['email'] = rng.choice([mail, mail.upper(), '<%s>' % mail, mail + ',', 'mailto:' + mail, mail + '; other@example.org']) if self.nasty else mail
            if kind != 'mail':
                fields['phone'] = self.phone(digits)
            self.set_customer(key, **fields)

    def phone(self, digits):
        """One number in one of the forms in which people type it."""
        a, b, c = digits[:3], digits[3:6], digits[6:]
        return self.rng.choice(PHONE_FORMS if self.nasty else PHONE_FORMS[:3]).format(a=a, b=b, c=c)

    def blank(self, now):
        for key in self.some(1):
            self.set_customer(key, **{f: self.empty() for f in self.rng.sample(['email', 'phone'], self.rng.choice([1, 1, 2]))})

    def change_address(self, now):
        for key in self.some(1):
            self.serial += 1
            self.set_customer(key, **self.rng.choice([{'email': 'new%d@example.com' % self.serial}, {'phone': self.phone('303444%04d' % self.serial)},
                                                      {'email': 'new%d@example.com' % self.serial, 'phone': self.phone('303444%04d' % self.serial)}]))

    def swap(self, now):
        """Two people exchange an address, as when a record is mended."""
        for a, b in [self.some(2)] if len(self.customers) > 2 else []:
            for field in self.rng.choice([['email'], ['phone'], ['email', 'phone']]):
                one, two = self.customers[a].get(field, GONE), self.customers[b].get(field, GONE)
                self.set_customer(a, **{field: two})
                self.set_customer(b, **{field: one})

    def hand_over(self, now):
        """An address goes to somebody else, and its old owner has none, or keeps it too."""
        for a, b in [self.some(2)] if len(self.customers) > 2 else []:
            field = self.rng.choice(['email', 'phone'])
            self.set_customer(b, **{field: self.customers[a].get(field, GONE)})
            if self.rng.random() < 0.6:
                self.set_customer(a, **{field: self.empty()})

    def consent(self, now):
        """An answer is given, taken back, or cannot be read; often of who answered before."""
        rng = self.rng
        for key in self.some(1):
            if self.asked and rng.random() < 0.6 and self.asked[-1] in self.customers:
                key = rng.choice(self.asked)
            if key not in self.customers:
                continue
            self.asked.append(key)
            flags = rng.sample(['consentsToPromotionalEmail', 'consentsToPromotionalSMS'], rng.choice([1, 2]))
            self.set_customer(key, **{f: rng.choice(CONSENTS) if self.nasty else rng.random() < 0.5 for f in flags})

    def spoil(self, now):
        """A field that decides nothing comes so that nobody can read it, or is mended."""
        rng = self.rng
        if not self.p['odd']:
            return
        entity = rng.choice(['customer', 'order'])
        if entity == 'customer' and self.customers:
            field = rng.choice(sorted(SPOILED['customer']))
            self.set_customer(rng.choice(sorted(self.customers)), **{field: rng.choice(SPOILED['customer'][field])})
            return
        key = rng.choice(sorted(self.orders))
        record = dict(self.orders[key][0])
        field = rng.choice(sorted(SPOILED['order']))
        value = rng.choice(SPOILED['order'][field])
        items = record.get('itemsInCart')
        if field.startswith('item.'):
            if isinstance(items, list) and items and isinstance(items[-1], dict):
                record['itemsInCart'] = items[:-1] + [{**items[-1], field[5:]: value}]
        elif field == 'totals':
            if str(record.get('orderStatus')).strip().lower() in SURE_TO_FAIL:
                record['totals'] = value
        else:
            record[field] = value
        self.orders[key][0] = record

    def insane(self, now):
        """completedOn of a time that no order has: the other one takes its place."""
        keys = [k for k in sorted(self.orders) if isinstance(self.orders[k][0].get('createdAt'), str) and self.orders[k][0]['createdAt']]
        if keys and self.p['odd']:
            moments = INSANE + [iso(now + DAY + datetime.timedelta(microseconds=n)) for n in (0, 1, -1)] + [iso(now + DAY * 40)]
            self.set_order(self.rng.choice(keys), completedOn=self.rng.choice(moments))

    def early_order(self, now):
        """An order of the day after tomorrow is no order yet; an hour later it may be one."""
        if self.nasty and self.rng.random() < 0.5:
            when = now + DAY + datetime.timedelta(minutes=self.rng.choice([-1, 1, 60, 600]))
            key = self.order(now, when=when)
            self.set_order(key, createdAt=iso(when), completedOn=iso(when))

    def exchange(self, now):
        """Something comes back and something is bought: one ticket that names the old sale."""
        rng = self.rng
        sale = rng.choice(sorted(self.orders))
        key = self.order(now, customer=self.orders[sale][0].get('customerId', None), when=now - datetime.timedelta(minutes=rng.randint(0, 600)))
        back = {'productName': 'Came Back', 'category': 'Vape', rng.choice(['quantity', 'totalPrice']): Num('-1')}
        new = {'productName': 'Taken Instead', 'category': 'Flower', 'quantity': Num('1'), 'totalPrice': rng.choice([Num('20'), Num('0.00'), Num('0.004'), '$1,020.50', GONE])}
        items = [{k: v for k, v in i.items() if v is not GONE} for i in rng.choice([[back, new], [new, back], [new], [back]])]
        self.set_order(key, orderStatus='sold', voided=False, itemsInCart=items, originalSaleId=rng.choice([sale, sale, key, 'none', 'NULL', Num('0'), '0']),
                       totals={'finalTotal': rng.choice([Num('20'), Num('0'), Num('-5'), Num('-0.004')])})

    def lose_many(self, now):
        """So many are gone at once that the breaker trips."""
        for entity, store in (('customer', self.customers), ('order', self.orders)):
            for key in self.rng.sample(sorted(store), min(len(store) - 2, self.rng.choice([0, 11, 14]))):
                self.vanished.append((entity, key, store.pop(key)))

    def sell(self, now):
        self.order(now, when=now - datetime.timedelta(minutes=self.rng.randint(0, 4000)))

    def enrol(self, now):
        self.customer(now)

    def late_customer(self, now):
        """Somebody whose orders came first appears."""
        key = 'not-known-%d' % self.rng.randint(1, 5)
        if key not in self.customers and not any(v[1] == key for v in self.vanished):
            made = self.customer(now)
            record = {k: v for k, v in self.customers.pop(made).items() if k not in ('id', '_id')}
            self.customers[key] = dict({'id': key}, **record)

    def edit_customer(self, now):
        """Some fields of a customer become those of another invention."""
        rng = self.rng
        if not self.customers:
            return
        key = rng.choice(sorted(self.customers))
        donor_key = self.customer(now)
        donor = self.customers.pop(donor_key)
        record = dict(self.customers[key])
        fields = ['type', 'name', 'firstName', 'lastName', 'birthDate', 'isLoyal', 'loyaltyPoints', 'phone', 'email', 'streetAddress1', 'streetAddress2',
                  'city', 'state', 'zip', 'medId', 'consentsToPromotionalEmail', 'consentsToPromotionalSMS', 'createdAt', 'groups', 'loyaltyTier']
        for field in rng.sample(fields, rng.choice([1, 1, 2, 5])):
            if field in donor:
                record[field] = donor[field]
            else:
                record.pop(field, None)
        self.customers[key] = record

    def edit_order(self, now):
        rng = self.rng
        key = rng.choice(sorted(self.orders))
        record, place, created = self.orders[key]
        donor_key = self.order(now)
        donor = self.orders.pop(donor_key)[0]
        record = dict(record)
        for field in rng.sample(['orderStatus', 'orderType', 'budtender', 'itemsInCart', 'customerId', 'payments', 'originalSaleId', 'voided'],
                                rng.choice([1, 1, 2])):
            if field in donor:
                record[field] = donor[field]
            else:
                record.pop(field, None)
        record['totals'] = donor['totals'] if rng.random() < 0.5 and donor.get('totals') else record.get('totals')
        if not record.get('totals'):
            record['totals'] = {'finalTotal': self.amount()}
        self.orders[key] = [record, place, created]

    def set_order(self, key, **fields):
        entry = self.orders[key]
        entry[0] = dict(entry[0], **fields)

    def void(self, now):
        """A sale is undone, or the undoing is undone, however long ago it was."""
        key = self.rng.choice(sorted(self.orders))
        self.set_order(key, voided=self.orders[key][0].get('voided') is not True)

    def refund(self, now):
        """A new order with negative values, sometimes mixed with new items."""
        rng = self.rng
        sale = rng.choice(sorted(self.orders))
        buyer = self.orders[sale][0].get('customerId', GONE)
        key = self.order(now, customer=buyer if buyer is not GONE else None, when=now - datetime.timedelta(minutes=rng.randint(0, 600)))
        kind = rng.choice(['both', 'link', 'sign'])
        fields = {'orderStatus': 'sold'}
        if kind != 'sign':
            fields['originalSaleId'] = rng.choice([sale, TextNum('17')])
        fields['totals'] = {'finalTotal': Num(('-' if kind != 'link' else '') + rng.choice(['10', '40.255', '60.00', '0.01']))}
        self.set_order(key, **fields)

    def finish(self, now):
        """A pick-up made days ago is completed today."""
        for key in sorted(self.orders):
            if self.orders[key][0].get('orderStatus') == 'Pending' and self.orders[key][0].get('createdAt'):
                fields = {'orderStatus': 'sold', 'completedOn': self.spell(now - datetime.timedelta(minutes=9))}
                if not self.orders[key][0].get('totals'):
                    fields['totals'] = {'finalTotal': self.amount()}
                self.set_order(key, **fields)
                return

    def merge(self, now):
        """Two customers become one: the orders move, one of them is no more."""
        rng = self.rng
        if self.budget['customer'] < 1 or len(self.customers) < 4:
            return
        loser, winner = rng.sample(sorted(self.customers), 2)
        target = record_id(self.customers[winner], ['id', '_id'])
        for key in sorted(self.orders):
            if str(strip(self.orders[key][0].get('customerId'))) == loser:
                self.set_order(key, customerId=target)
        self.drop('customer', loser)

    def drop(self, entity, key):
        store = self.customers if entity == 'customer' else self.orders
        self.budget[entity] -= 1
        self.vanished.append((entity, key, store.pop(key)))

    def vanish(self, now):
        entity = self.rng.choice(['customer', 'order', 'order'])
        store = self.customers if entity == 'customer' else self.orders
        if self.budget[entity] >= 1 and len(store) > 4:
            self.drop(entity, self.rng.choice(sorted(store)))

    def come_back(self, now):
        if self.vanished and self.rng.random() < 0.5:
            entity, key, value = self.vanished.pop(self.rng.randrange(len(self.vanished)))
            (self.customers if entity == 'customer' else self.orders)[key] = value

    def move_created(self, now):
        """createdAt, or the location, of an order changes: what a window proves must follow the record known."""
        rng = self.rng
        if self.budget['order'] < 2 or rng.random() < 0.5:
            return
        self.budget['order'] -= 2
        key = rng.choice(sorted(self.orders))
        if rng.random() < 0.5:
            self.orders[key][1] = rng.choice(self.locations)
            return
        created = self.moment(now)
        self.set_order(key, createdAt=iso(created))
        self.orders[key][2] = created

    def ditto(self, now):
        """Two customers come to share an email."""
        if len(self.customers) > 2:
            a, b = self.rng.sample(sorted(self.customers), 2)
            if isinstance(self.customers[a].get('email'), str):
                self.customers[b] = dict(self.customers[b], email=self.customers[a]['email'].upper())

    def retype(self, now):
        """An id comes as a number where it came as text, or the other way round: the same record (section 3)."""
        if not self.nasty or not self.customers:
            return
        key = self.rng.choice(sorted(self.customers))
        record = dict(self.customers[key])
        for name in ('id', '_id'):
            value = record.get(name)
            if isinstance(value, TextNum):
                record[name] = str(value)
                break
            if isinstance(value, str) and value.strip():
                if value.isascii() and value.isdigit() and (value == '0' or value[0] != '0'):
                    record[name] = TextNum(value)
                break
        self.customers[key] = record

    def respell(self, now):
        """Text becomes a number, a flag becomes text: another JSON type is a change, though it means the same."""
        rng = self.rng
        if not self.nasty:
            return
        entity = rng.choice(['customer', 'order'])
        store = self.customers if entity == 'customer' else self.orders
        key = rng.choice(sorted(store))
        record = dict(store[key] if entity == 'customer' else store[key][0])
        for field in ('zip', 'phone', 'isLoyal', 'voided', 'consentsToPromotionalEmail', 'budtender', 'originalSaleId', 'completedOn', 'type'):
            value = record.get(field)
            if isinstance(value, bool):
                record[field] = str(value).upper()
            elif isinstance(value, Num):
                record[field] = TextNum(rng.choice(DISPUTED['zips'])) if self.disputed and field == 'zip' and value == '80202' else str(value)
            elif self.disputed and field in ('completedOn', 'voided') and value:
                record[field] = self.pad(value)
            elif value in (None, '') and field in record:
                record[field] = rng.choice([None, ''])
            elif isinstance(value, str) and value.isascii() and value.isdigit() and value[0] != '0':
                record[field] = TextNum(value)
        if entity == 'customer':
            self.customers[key] = record
        else:
            self.orders[key][0] = record
