"""Sentences of the contract, each with a small account worked out by hand.
"""
from small import History, hours, one, person, sale

MORNING = '2026-05-01T04:00:00Z'
WINDOW = {'kind': 'created', 'from': '2026-04-01T00:00:00Z', 'to': '2026-05-01T00:00:00Z'}


def all_of_them():
    """(sentence, what came out, what must)."""
    for part in (snapshots, records, orders, profiles, diffs, rules, causes, whose, opt_outs, lists, limits):
        yield from part()


def ops(h, n):
    return [(line['op'], line['id']) for line in h.diff(n)[1:-1]]


# ---------------------------------------------------------------- sections 2 and 3

def snapshots():
    people = [person('c')]
    order = sale('o')
    h = History([(MORNING, [('customers', None, None, people), ('orders', None, 'L1', [order, sale('p')])]),
                 ('2026-05-01T05:00:00Z', [('orders', WINDOW, 'L1', []), ('orders', WINDOW, 'L2', [sale('p')])]),
                 ('2026-05-01T06:00:00Z', [('orders', {'kind': 'updated'}, 'L1', [])])])
    yield 'A record that is missing is removed only if a complete scope that must hold it was read', [ops(h, 1), ops(h, 2)], [[('removed', 'o')], []]
    h = History([(MORNING, [('orders', None, 'L1', [order]), ('orders', None, 'L2', [order])])])
    yield 'One order id in pages of two locations of one snapshot is reported', (h.manifest(0)['counts']['orders_in_two_locations'], h.applied[0].codes), (1, {3})
    h = History([(MORNING, [('customers', None, None, [person('c', name='A'), person('c', name='B')])])])
    yield 'Among several copies of one id the last in manifest order wins', h.cells(0, 'First name'), {'c': 'B'}
    h = History([(MORNING, [('orders', None, 'L1', [sale('o'), sale('p')])]),
                 ('2026-05-01T05:00:00Z', [('orders', None, 'L1', [{'name': 'no id'}])]),
                 ('2026-05-01T06:00:00Z', [('orders', None, 'L1', [sale('o', voided='maybe')])])])
    yield ('A scope that holds a quarantined record without a readable id proves no absence; what is held back is counted',
           (ops(h, 1), h.manifest(1)['counts']['held_back']['orders'], ops(h, 2)), ([], 2, [('removed', 'p')]))


def records():
    h = one([{'id': 7, 'email': 'x@example.com'}], [sale('o', customer='7')])
    yield 'Ids: text as it is, or an integer; both name the same record', h.cells(0, 'fh_total_orders'), {'7': '1'}
    h = History([(MORNING, [('customers', None, None, b'[{"id":12.0,"email":"x@example.com"},{"id":1e1,"email":"y@example.com"}]')])])
    yield '`7.0` is `7`; no exponent', (list(h.cells(0, 'fh_id')), len(h.objects(0, 'quarantine.jsonl'))), (['12'], 1)
    h = one([person('c', name='\u200b\u202a Ann \ufeff')])
    yield 'white space at both ends is cut, and so are zero-width and direction marks', h.cells(0, 'First name'), {'c': 'Ann'}
    h = History([(MORNING, [('customers', None, None, rb'[{"id":"c","email":"c@example.com","name":"A B\ud83d","x":"\ud800"}]')]),
                 ('2026-05-01T05:00:00Z', [('customers', None, None, rb'[{"id":"c","email":"c@example.com","name":"A B\ud83d","x":"\udc00y"}]')])])
    yield ('half a surrogate pair becomes U+FFFD on reading, in the diff too', (h.cells(0, 'Last name')['c'], h.diff(1)[1]['changes']),
           ('B\ufffd', [{'path': '/x', 'before': '\ufffd', 'after': '\ufffdy'}]))
    bad = person('c', loyaltyPoints='12 pts', isLoyal='perhaps', zip={'a': [1]}, createdAt='then', birthDate='3/8/05', phone='555-555-5555', name='N')
    h = one([bad])
    yield ('Every other field that cannot be read is dropped: as if it were missing, listed in dropped.csv', h.rows(0, 'dropped.csv'),
           [('customer', 'c', f, v, r) for f, v, r in (('birthDate', '3/8/05', 'unreadable'), ('createdAt', 'then', 'unreadable'), ('isLoyal', 'perhaps', 'unreadable'),
                                                      ('loyaltyPoints', '12 pts', 'unreadable'), ('phone', '555-555-5555', 'placeholder'), ('zip', '{"a":[1]}', 'unreadable'))])
    h = hours([bad], [bad], [{**bad, 'name': 'O'}])
    yield 'dropped.csv: fields of records added or changed', [len(h.rows(n, 'dropped.csv')) for n in range(3)], [6, 0, 6]
    h = one([person('c', birthDate='1899-12-31'), person('d', birthDate='2026-05-02'), person('e', name={'k': 'x' * 100}), person('f', name='=1', city=['=x'])])
    yield ('reasons unreadable, placeholder, out-of-range; cut at 80 characters', [r[1:] for r in h.rows(0, 'dropped.csv')],
           [('c', 'birthDate', '1899-12-31', 'out-of-range'), ('d', 'birthDate', '2026-05-02', 'out-of-range'), ('e', 'name', '{"k":"' + 'x' * 74, 'unreadable'),
            ('f', 'city', '["=x"]', 'unreadable')])
    h = hours([person('c', consentsToPromotionalEmail=False)], [person('c', consentsToPromotionalEmail='unclear')],
              [person('c', consentsToPromotionalEmail=True)], [person('c', consentsToPromotionalEmail=[])], [person('c', consentsToPromotionalEmail=0)])
    yield ('A consent flag that cannot be read keeps its last known answer', [len(h.rows(n, 'opt-outs.csv')) for n in range(5)], [1, 0, 0, 0, 1])


def orders():
    h = one([person('c')], [sale('o', orderStatus={}), sale('p', voided='maybe'), sale('q', customerId=1.5), sale('r', createdAt='then'), sale('s', totals=5),
                            sale('t', itemsInCart=['x']), sale('u', totals={}), sale('v', createdAt='0001-01-01', completedOn=None), sale('w', totals={'finalTotal': 'x'})])
    yield ('Deciding: customerId, both times, orderStatus, voided, totals, itemsInCart', [q['id'] for q in h.objects(0, 'quarantine.jsonl')], list('opqrstuvw'))
    h = one([person('c')], [sale('o', itemsInCart=[None, {'productName': 'A', 'category': {}}], budtender=[], orderType=True, originalSaleId={}),
                            sale('p', orderStatus='Cancelled', totals={'finalTotal': 'x'})])
    yield ('Only what decides can quarantine', (h.rows(0, 'dropped.csv'), h.cells(0, 'fh_products')),
           ([('order', 'o', 'budtender', '[]', 'unreadable'), ('order', 'o', 'itemsInCart/1/category', '{}', 'unreadable'), ('order', 'o', 'orderType', 'true', 'unreadable'),
             ('order', 'o', 'originalSaleId', '{}', 'unreadable'), ('order', 'p', 'totals/finalTotal', 'x', 'unreadable')], {'c': 'A'}))
    late = {'createdAt': '2026-04-20T18:00:00Z', 'completedOn': '2026-05-02T04:00:00.000001Z'}
    edge = {'createdAt': '2026-04-20T18:00:00Z', 'completedOn': '2026-05-02T04:00:00Z'}
    h = one([person('c'), person('d')], [sale('o', **late), sale('p', customer='d', **edge), sale('q', createdAt='1999-12-31T23:59:59Z', completedOn='2000-01-01T00:00:00Z')])
    yield ('A time before 2000, or more than a day after the snapshot, is no time of an order: the other one takes its place',
           (h.cells(0, 'fh_last_orderdate'), [r[1:3] for r in h.rows(0, 'dropped.csv')]),
           ({'c': '2026-04-20T18:00:00Z', 'd': '2026-05-02T04:00:00Z'}, [('o', 'completedOn'), ('q', 'createdAt')]))
    future = sale('o', createdAt='2026-05-02T05:00:00Z')
    h = History([(at, [('customers', None, None, [person('c')]), ('orders', None, 'L1', [future])]) for at in (MORNING, '2026-05-01T05:00:00Z')])
    yield 'A quarantined version has not been read: it is judged anew each time', (len(h.objects(0, 'quarantine.jsonl')), ops(h, 1)), (1, [('added', 'o')])
    goods = lambda *prices: [{'productName': 'P%s' % p, 'totalPrice': p} for p in prices]
    table = {'exchange': (dict(originalSaleId='x', itemsInCart=goods(-5, 7), total=2), '1'), 'refund': (dict(originalSaleId='x', itemsInCart=goods(-5), total=0), '0'),
             'negative': (dict(itemsInCart=goods(5), total=-1), '0'), 'own id': (dict(originalSaleId='o', total=0), '1'), 'none': (dict(originalSaleId='None', total=0), '1'),
             'zero': (dict(originalSaleId=0, total=0), '1'), 'nothing sold': (dict(originalSaleId='x', itemsInCart=goods(0), total=3), '0'),
             'a hair': (dict(itemsInCart=goods(5), total=-0.004), '1'), 'voided item': (dict(originalSaleId='x', itemsInCart=[{'totalPrice': 5, 'voided': 'Y'}], total=0), '0')}
    for name, (fields, count) in table.items():
        yield 'refund or purchase: ' + name, one([person('c')], [sale('o', **fields)]).cells(0, 'fh_total_orders'), {'c': count}
    h = one([person('c')], [sale('o', itemsInCart=[{'productName': 'Back', 'quantity': -1}, {'productName': 'Back too', 'totalPrice': '-$5'}, {'title1': 'New', 'type': 'T'}])])
    yield 'goods unless their totalPrice or quantity is negative', (h.cells(0, 'fh_products'), h.cells(0, 'fh_categories')), ({'c': 'New'}, {'c': 'T'})
    h = one([person('c')], [sale('o', total='$1,250.00'), sale('p', total='-$250.005', createdAt='2026-04-21'), sale('q', orderStatus='', total=3), sale('r', voided=1, total=5)])
    yield ('statuses: per order status', (h.manifest(0)['statuses'], h.cells(0, 'fh_total_spent')),
           ({'': {'orders': 1, 'dollars': '3.00'}, 'sold': {'orders': 2, 'dollars': '999.99'}, 'voided': {'orders': 1, 'dollars': '5.00'}}, {'c': '999.99'}))


# ---------------------------------------------------------------- sections 4 and 5

def profiles():
    h = one([person('a', zip='7102'), person('b', zip='7102', country='CA'), person('c', zip='80202', country='U.S.'), person('d', zip='80202', country='DE'), person('e', zip='k1a')])
    yield ('Postal code: of another country than the US it stays as it is; no geo code', (h.cells(0, 'Postal code'), h.cells(0, 'Geo code')),
           (dict(a='07102', b='7102', c='80202', d='80202', e='K1A'), dict(a='', b='', c='39.7491,-104.9946', d='', e='')))
    h = one([person('c')], [sale('o', budtender='A'), sale('p', createdAt='2026-04-21', budtender='B', voided=True), sale('q', createdAt='2026-04-22', orderStatus='Pending')])
    yield ('voiding the last purchase brings back the one before it; status of the latest order of any status',
           [h.cells(0, n)['c'] for n in ('fh_last_budtender', 'fh_last_orderstatus', 'fh_last_orderdate')], ['A', 'pending', '2026-04-20T18:00:00Z'])
    h = one([person('c')], [sale('o', total=1), sale('p', customer=None, total=2), sale('q', customer='nobody', total=4)])
    yield 'Σ spent over profiles + unattributed + guest', h.manifest(0)['sums'], {'completed': '7.00', 'profiles': '1.00', 'guest': '2.00', 'unattributed': '4.00'}


def diffs():
    h = History([(MORNING, [('customers', None, None, b'[{"id":"c","email":"c@example.com","n":1,"m":null,"k":{"a":[1,2]}}]')]),
                 ('2026-05-01T05:00:00Z', [('customers', None, None, b'[{"k":{"a":[1]},"n":1.0,"email":"c@example.com","id":"c"}]')])])
    yield ('Equal numbers and key order are no change; null and missing differ here', h.diff(1)[1]['changes'],
           [{'path': '/k/a/1', 'before': h.diff(1)[1]['changes'][0]['before']}, {'path': '/m', 'before': None}])
    yield 'the diffs form a chain', h.diff(1)[0]['previous'], h.ids[0]


# ---------------------------------------------------------------- section 6

def member(where, customers, orders, at=MORNING):
    h = History([(at, [('locations', None, None, [{'importId': 'L1', 'locationName': 'Uptown'}]), ('customers', None, None, customers), ('orders', None, 'L1', orders),
                       ('orders', None, None, [sale('elsewhere', customer='z', locationId='L9')])])],
                rules=[{'name': 'S', 'slug': 's', 'where': where}])
    return [r[2] for r in h.rows(0, 'segments/s.csv')]


def rules():
    people = [person('c', birthDate='1990-05-08', city='Denver'), person('d', birthDate='1990-04-30'), person('z')]
    sales = [sale('o', total=60), sale('p', total=60, createdAt='2026-01-01', itemsInCart=[{'productName': 'Vape, 1g'}])]
    compare = lambda field, op, value, **more: member({'field': field, 'op': op, 'value': value, **more}, people, sales)
    yield 'contains: both in any ASCII case', [compare('city', 'contains', 'DENV'), compare('fh_products', 'contains', 'vape, 1G'), compare('fh_products', 'contains', 'vape')], [['c'], ['c'], []]
    yield '"within" counts only orders whose time is no longer ago than that', [compare('fh_total_spent', '>', 100), compare('fh_total_spent', '>', 100, within='90d'),
                                                                               compare('fh_total_spent', '>=', 60, within='90d'),
                                                                               compare('fh_products', 'contains', 'Vape, 1g', within='30d')], [['c'], [], ['c'], []]
    yield 'within, to the microsecond', [member({'field': 'fh_total_orders', 'op': '=', 'value': 1, 'within': '1mo'}, people, [sale('o', createdAt=t)])
                                         for t in ('2026-04-01T04:00:00Z', '2026-04-01T03:59:59.999999Z')], [['c', 'z'], ['z']]
    yield 'days_to_birthday is 0 on the day', [compare('days_to_birthday', '<=', 7), compare('days_to_birthday', '=', 364)], [['c'], ['d']]
    yield 'stores: of a location its name, else its id', [compare('stores', 'contains', 'UPTOWN'), compare('last_store', '=', 'Uptown'), compare('stores', 'contains', 'l9')], [['c'], ['c'], ['z']]
    edge = lambda span, when: member({'field': 'first_order_date', 'op': '<', 'value': span}, people, [sale('o', createdAt=when)], '2026-03-31T04:00:00Z')
    yield ("-6mo, -1y: the same day and time, the month's last day where there is no such day", [edge('-1mo', '2026-02-28T03:59:59Z'), edge('-1mo', '2026-02-28T04:00:00Z'),
           edge('-6mo', '2025-09-30T03:00:00Z'), edge('-1y', '2025-03-31T05:00:00Z')], [['c'], [], ['c'], []])
    yield 'A comparison with an absent field is false, and so is its !=', [compare('city', '!=', 'x'), member({'not': {'field': 'city', 'op': '=', 'value': 'x'}}, people, [])], [['c'], ['c', 'd', 'z']]


def causes():
    everybody = [{'name': 'All', 'slug': 'all', 'where': {'field': 'fh_total_orders', 'op': '>=', 'value': 0}}]
    old, new = person('old', createdAt='2025-01-01', email='fam@example.com'), person('new', createdAt='2026-01-01', email='fam@example.com')
    h = hours([old], [old, new], [old, {**new, 'email': None}], [old], rules=everybody)
    passed = lambda n: [(k, r[2], r[3]) for k in ('entered', 'left') for r in h.rows(n, 'segments/all-%s.csv' % k)]
    yield ('where only being a contact changed, the records of anybody linked by shared addresses', [passed(n) for n in (1, 2, 3)],
           [[('entered', 'new', 'data'), ('left', 'old', 'data')], [('entered', 'old', 'data'), ('left', 'new', 'data')], []])
    yield 'removed, of who is no contact any more', [(e['event'], e.get('cause')) for e in h.objects(3, 'events.jsonl')], [('customer_removed', 'removed'), ('segment_left', 'removed')]
    h = History([('2026-05-01T%02d:00:00Z' % n, [('customers', None, None, [person('c', birthDate='2005-05-01')])]) for n in (4, 11, 12)], settings={'min_age': 21}, rules=everybody)
    yield ('younger than min_age twelve hours before as of', [h.rows(0, 'skipped.csv'), h.rows(1, 'segments/all-entered.csv'), [r[2:4] for r in h.rows(2, 'segments/all-entered.csv')]],
           [[('c', 'underage', '')], [], [('c', 'clock')]])
    yield 'Events name nobody who is not to be written to', [(e['event'], e['email']) for e in h.objects(0, 'events.jsonl')], [('customer_added', ''), ('segment_entered', '')]


# ---------------------------------------------------------------- section 7

def whose():
    fam = dict(email='fam@example.com')
    h = one([person('a', **fam, phone='7205550101'), person('b', **fam, createdAt='2026-01-01', phone='7205550101'), person('c', **fam), person('d', email='', phone='720-555-0101'),
             person('e', email='fam@example.com', phone='7205550102')], [sale('o', customer='a')])
    yield ('the one with the latest purchase holds it; a mobile goes first to one that holds no email', (h.cells(0, 'Email address'), h.cells(0, 'Mobile number'), h.rows(0, 'skipped.csv')),
           ({'a': 'fam@example.com', 'b': '', 'e': ''}, {'a': '', 'b': '+17205550101', 'e': '+17205550102'},
            [('a', 'shared-mobile', 'b'), ('b', 'shared-email', 'a'), ('c', 'duplicate-email', 'a'), ('d', 'duplicate-mobile', 'b'), ('e', 'shared-email', 'a')]))
    h = one([person('a', **fam, createdAt='2026-01-01'), person('b', **fam), person('c', **fam, createdAt='2026-01-01')])
    yield 'then the latest created, then the greater id; who has no such date comes last', h.cells(0, 'fh_id'), {'c': 'c'}
    h = one([person('a', email=None, phone='7205550101'), person('b', email='', phone='7205550101', createdAt='2026-01-01'), person('c', email='', phone='7205550101', createdAt='2025-01-01')])
    yield 'of a mobile the earliest created, who has no date last', (h.cells(0, 'fh_id'), h.rows(0, 'skipped.csv')), ({'c': 'c'}, [('a', 'duplicate-mobile', 'c'), ('b', 'duplicate-mobile', 'c')])
    h = one([person('a', email='x@example.com', birthDate='2010-01-01'), person('b', email='x@example.com', birthDate='?'), person('c', email='x@example.com'),
             person('d', email='listed@example.com', birthDate='2010-01-01')], settings={'min_age': 21, 'suppress': 'dnc'}, files={'dnc': b'Mr. X;LISTED@example.com;1\r\n'})
    yield 'Left out first: suppressed, underage, age-unknown', (h.rows(0, 'skipped.csv'), h.cells(0, 'fh_id')), ([('a', 'underage', ''), ('b', 'age-unknown', ''), ('d', 'suppressed', '')], {'c': 'c'})
    h = hours([person('a')], [person('a', email=None)], [person('a', email=None)], [person('a')])
    yield ('who was gone has none: the return is written again', ([h.rows(n, 'gone.csv') for n in range(4)], [len(h.rows(n, 'contacts-0001.csv')) for n in range(4)]),
           ([[], [('a@example.com', '', 'a', 'no-identifier')], [], []], [1, 0, 0, 1]))
    yield 'any other file only where it has a row', sorted(n.split('/', 2)[2] for n in h.files if n.startswith('exports/' + h.ids[2])), ['manifest.json', 'segments.json']
    yield 'a new file only when they change', sorted(n for n in h.files if n.startswith('terms/')), ['terms/%s.json' % h.ids[0]]
    h = hours([person('a', phone='7205550101', city='Denver')], [person('a', phone='', city='')], [person('a', email='', phone='7205550101')])
    values = [h.text(n, 'contacts-0001.json').split('\n')[1] for n in range(3)]
    yield 'one that was cleared is "", but an email or a mobile number is never ""', [('"city":""' in v, '"mobilePhone":""' in v, '"email":""' in v) for v in values], [
        (False, False, False), (True, False, False), (True, False, False)]
    yield 'moved.csv', [h.rows(n, 'moved.csv') for n in (1, 2)], [[('a', 'a@example.com', '+17205550101', 'a@example.com', '')], [('a', 'a@example.com', '', '', '+17205550101')]]


def opt_outs():
    no = {'consentsToPromotionalEmail': False, 'consentsToPromotionalSMS': 'N'}
    h = hours([person('a', phone='7205550101')], [person('a', email='new@example.com', **no)], [person('a', email='new@example.com', **no)], [person('a', email='new@example.com')],
              [person('a', email='new@example.com', consentsToPromotionalEmail=False)])
    yield ('opts out every email or mobile which that customer has or was ever exported with', [h.rows(n, 'opt-outs.csv') for n in range(1, 5)],
           [[('', '+17205550101', '', 'True'), ('a@example.com', '', 'True', ''), ('new@example.com', '', 'True', '')], [], [],
            [('a@example.com', '', 'True', ''), ('new@example.com', '', 'True', '')]])
    h = hours([person('a', birthDate='2010-01-01', loyaltyPoints='x', **no), person('b', email='a@example.com')], settings={'min_age': 21})
    yield 'contact or not, and whatever else is wrong with the record', h.rows(0, 'opt-outs.csv'), [('a@example.com', '', 'True', '')]
    fam = 'fam@example.com'
    h = hours([person('a', email=fam, **no), person('b', email=fam)], [person('a', email=fam), person('b', email=fam, **no)], [person('a', email=fam), person('b', email=fam)],
              [person('a', email=fam, **no), person('b', email=fam, **no)])
    yield 'written when an address begins to be owed by anybody, and again if that began anew after nobody owed it', [len(h.rows(n, 'opt-outs.csv')) for n in range(4)], [1, 0, 0, 1]
    h = hours([person('a', **no), person('b')], [person('b')], [person('a', **no), person('b')])
    yield 'a removed customer owes nothing; who returns and refuses is written again', [len(h.rows(n, 'opt-outs.csv')) for n in range(3)], [1, 0, 1]


def lists():
    h = one([person('a', name='=cmd', city='+1', email='=a@example.com'), person('-b', name='+17205550100 x', email='b@example.com')], [sale('o', customer='a', total=-5)])
    yield ("a leading ', except in numbers", (h.rows(0, 'contacts-0001.csv')[1][:6], h.cells(0, 'fh_total_spent'), '"firstName":"=cmd"' in h.text(0, 'contacts-0001.json')),
           (("'=a@example.com", '', "'=cmd", '', '', "'+1"), {"'-b": '0.00', 'a': '-5.00'}, True))
    item = lambda *names: [{'productName': n} for n in names]
    h = one([person('c')], [sale('o', itemsInCart=item('Gummies; 10', 'a|b'))], settings={'list_separator': '|'})
    yield 'one inside a value becomes a comma', h.cells(0, 'fh_products'), {'c': 'Gummies; 10|a,b'}
    h = one([person('c')], settings={'segment_lists': True, 'csv_bom': True})
    yield 'csv_bom', h.files['exports/%s/contacts-0001.csv' % h.ids[0]][:8], b'\xef\xbb\xbfEmail'
    yield 'fields.csv: yes where a segment needs it indexed', [r[0] for r in h.rows(0, 'fields.csv') if r[4] == 'yes'], ['fh_total_spent', 'fh_total_orders', 'fh_last_orderdate']


def limits():
    many = [person('c%04d' % n) for n in range(3000)]
    big = person('long', name='x ' + 'y' * 7999990)
    h = hours([big, person('b')])
    yield 'row-too-long', (h.rows(0, 'skipped.csv'), list(h.cells(0, 'fh_id'))), ([('long', 'row-too-long', '')], ['b'])
    h = one([{**p, 'name': 'A ' + 'n' * 5000} for p in many])
    sizes = {n.split('/')[-1]: len(d) for n, d in h.files.items() if 'contacts' in n}
    yield 'at most 8,000,000 bytes a file, the header in each', (len(sizes), max(sizes.values()) <= 8000000, h.text(0, 'contacts-0002.csv')[:13]), (4, True, 'Email address')
    h = hours(many[:20], many[:18], many[:9], [])
    yield 'more than 10 %, and at least 10 records, or all there are', [a.broke for a in h.applied], [False, False, False, True]
    h = hours(many[:40], many[:30])
    yield 'the breaker of 10 of 40', [a.broke for a in h.applied], [False, True]
    yield 'an accepted mass change is noted in the terms of its snapshot', '"accepted_mass_change": "%s"' % h.ids[1] in h.files['terms/%s.json' % h.ids[1]].decode(), True
