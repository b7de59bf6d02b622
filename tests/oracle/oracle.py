#!/usr/bin/env python3
"""oracle.py ACCOUNT --out DIR [--centroids FILE]

A second, slow and plain reading of the contract (sections 3 to 7): applies all snapshots of ACCOUNT oldest first and writes
DIR/diffs/<id>.jsonl and DIR/exports/<id>/. What is remembered from one snapshot to the next is what the contract says is
remembered; everything else is worked out anew from all records each time. If ACCOUNT/steps.json is there, it says which
segments and settings are in force when a snapshot is processed.
"""
import argparse
import csv
import hashlib
import io
import json
import os
import re
import zlib
from decimal import ROUND_HALF_UP, Decimal

import segments as rulebook
from exact import Content, Structure, dump, parse, split
from meaning import (UPPER, Unreadable, age_of, birthdate_of, clean, date_of, days_to_birthday, email_of, is_completed, is_purchase, is_voided, location_names, lower, micros,
                     mobile_of, money, names_of, plain, postal_of, read_customer, read_order, record_id, stamp, state_of)

HERE = os.path.dirname(os.path.abspath(__file__))
CENTROIDS = os.path.join(HERE, '..', '..', 'src', 'dailystory', 'us_zip_centroids.csv')
FH = ['fh_id', 'fh_cust_type', 'fh_isloyal', 'fh_points', 'fh_products', 'fh_categories', 'fh_med_id', 'fh_last_budtender', 'fh_total_spent',
      'fh_total_orders', 'fh_last_ordertype', 'fh_last_orderstatus', 'fh_last_orderdate']
STANDARD = ['Email address', 'Mobile number', 'First name', 'Last name', 'Address', 'City', 'State', 'Postal code', 'Birthdate', 'Latitude', 'Longitude']
JSON_NAMES = ['email', 'mobilePhone', 'firstName', 'lastName', 'address', 'city', 'region', 'postalCode', 'dateOfBirth']
NUMERIC = {'Latitude', 'Longitude', 'fh_points', 'fh_total_spent', 'fh_total_orders'}
DEFAULTS = {'completed_statuses': ['sold', 'completed'], 'placeholder_emails': ['none@none.com', 'noemail@noemail.com', 'no@email.com', 'na@na.com',
                                                                               'test@test.com'],
            'min_age': 0, 'suppress': None, 'list_separator': ';', 'csv_bom': False, 'segment_lists': False, 'breaker_percent': 10}


class Refused(Exception):
    """The snapshot cannot be applied (exit 4 or 5 of the program)."""


# ---------------------------------------------------------------- section 2: snapshots and pages

def inflate(path, data):
    """Only whole gzip members and nothing after the last; a name in .gz must be gzip, another may be either."""
    if data[:2] != b'\x1f\x8b':
        if path.endswith('.gz'):
            raise Refused(path + ': no gzip')
        return data
    out = []
    while data:
        member = zlib.decompressobj(31)
        out.append(member.decompress(data))
        if not member.eof:
            raise Refused(path + ': gzip is cut')
        data = member.unused_data
    return b''.join(out)


def records_of(body, resource):
    """The texts of a page's records, wherever its generation puts them."""
    kind, inner = split(body)
    if kind == '[':
        return inner
    names = [name for name, _ in inner]
    found = resource if resource in names else 'data' if 'data' in names else None
    if found is None:
        return [] if resource == 'orders' and 'total' in names else [body]
    out = []
    for name, text in inner:
        if name != found or text.strip() == b'null':
            continue
        inside = text.strip(b' \t\r\n')
        out += split(inside)[1] if inside[:1] == b'[' else [text]
    return out


class Page:
    """One page: where it lies, what it proves, and its records."""

    def __init__(self, folder, entry):
        self.path = entry['path']
        self.resource = entry['resource']
        self.entity = 'order' if self.resource == 'orders' else 'customer'
        self.location = entry.get('location')
        scope = entry['scope']
        self.kind = scope['kind']
        bounds = (micros(scope['from']), micros(scope['to'])) if self.kind == 'created' else None
        self.scope = (self.resource, self.location, self.kind, bounds)
        with open(os.path.join(folder, self.path), 'rb') as f:
            data = f.read()
        if hashlib.sha256(data).hexdigest() != entry['sha256']:
            raise Refused(self.path + ': sha256')
        body = inflate(self.path, data)
        try:
            self.records = records_of(body, self.resource)
        except Structure as e:
            raise Refused('%s: %s' % (self.path, e)) from None


PARSED = {}


def parsed(text):
    """parse() remembered by the bytes: most records come unchanged again and again."""
    if text not in PARSED:
        try:
            PARSED[text] = parse(text), None
        except Content as e:
            PARSED[text] = None, str(e)
    return PARSED[text]


def judge(text, entity, completed):
    """(id, record, fields, fault) of one record: section 3's order of faults."""
    record, fault = parsed(text)
    if fault:
        return None, None, None, fault
    if not isinstance(record, dict):
        return None, None, None, 'no object'
    try:
        ident = record_id(record, entity)
    except Unreadable:
        return None, None, None, 'no usable id'
    try:
        fields = read_order(record, completed) if entity == 'order' else read_customer(record)
    except Unreadable as e:
        return ident, record, None, 'cannot be read: %s' % e
    return ident, record, fields, None


class Version:
    """One record as it is known, and where that version was first read."""

    def __init__(self, record, fields, place, location):
        self.record = record
        self.fields = fields
        self.place = place          # (snapshot, page, index)
        self.location = location


class Reading:
    """What one snapshot says: good copies, who is present, what is quarantined, and which scopes prove absence."""

    def __init__(self, folder, snapshot, completed):
        self.best = {'customer': {}, 'order': {}}
        self.present = {'customer': set(), 'order': set()}
        self.quarantine = []
        self.scopes = {}
        self.locations = []          # (ids, name)
        with open(os.path.join(folder, 'manifest.json'), encoding='utf-8') as f:
            manifest = json.load(f)
        self.taken = micros(manifest['taken_at'])
        for entry in manifest['pages']:
            page = Page(folder, entry)
            if page.resource == 'locations':
                self.locations += [location_names(parsed(text)[0]) for text in page.records]
                continue
            self.scopes.setdefault(page.scope, True)
            for index, text in enumerate(page.records):
                if text.strip(b' \t\r\n') != b'null':
                    self.take(page, snapshot, index, text, completed)

    def take(self, page, snapshot, index, text, completed):
        ident, record, fields, fault = judge(text, page.entity, completed)
        if ident is not None:
            self.present[page.entity].add(ident)
        if fault:
            self.quarantine.append({'page': page.path, 'index': index, 'entity': page.entity, 'id': ident, 'reason': fault})
            if ident is None:
                self.scopes[page.scope] = False
            return
        self.best[page.entity][ident] = Version(record, fields, (snapshot, page.path, index), page.location)

    def proves_absent(self, entity, version):
        """Was a complete scope read that must hold this record?"""
        for (resource, location, kind, bounds), whole in self.scopes.items():
            if not whole:
                continue
            if entity == 'customer' and resource == 'customers' and kind == 'all':
                return True
            if entity == 'order' and resource == 'orders' and location == version.location:
                if kind == 'all' or kind == 'created' and bounds[0] <= version.fields['created'] < bounds[1]:
                    return True
        return False


# ---------------------------------------------------------------- section 5: differences

def pointer(key):
    return '/' + key.replace('~', '~0').replace('/', '~1')


def changes(before, after, path=''):
    """Every deepest place that differs, unsorted."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(pointer(k), before, after, k) for k in {**before, **after}]
        has = lambda side, k: k in side
    elif isinstance(before, list) and isinstance(after, list):
        pairs = [('/%d' % k, before, after, k) for k in range(max(len(before), len(after)))]
        has = lambda side, k: k < len(side)
    else:
        return [] if same(before, after) else [{'path': path, 'before': before, 'after': after}]
    out = []
    for step, old, new, k in pairs:
        if not has(new, k):
            out.append({'path': path + step, 'before': old[k]})
        elif not has(old, k):
            out.append({'path': path + step, 'after': new[k]})
        else:
            out += changes(old[k], new[k], path + step)
    return out


def same(a, b):
    """Equal scalars: true is not 1, and a text is not a number."""
    return type(a) is type(b) and a == b


def place_of(version):
    return dict(zip(('snapshot', 'page', 'index'), version.place))


KNOWN = {
    'customer': {'id', '_id', 'createdAt', 'updatedAt', 'type', 'name', 'firstName', 'lastName', 'birthDate', 'isLoyal', 'loyaltyPoints', 'phone', 'email',
                 'streetAddress1', 'streetAddress2', 'city', 'state', 'zip', 'country', 'consentsToPromotionalEmail', 'consentsToPromotionalSMS', 'groups',
                 'medId', 'stateId', 'medIdExpiration'},
    'customer/groups/*': {'name'},
    'order': {'id', '_id', 'orderId', 'clientId', 'locationId', 'createdAt', 'completedOn', 'orderStatus', 'orderType', 'voided', 'originalSaleId',
              'customerId', 'customerType', 'name', 'fullName', 'currentPoints', 'budtender', 'budtenderId', 'fulfilledBy', 'totals', 'itemsInCart',
              'payments'},
    'order/totals': {n for k in ('finalTotal', 'subTotal', 'totalDiscounts', 'totalFees', 'totalTaxes') for n in (k, k[0].translate(UPPER) + k[1:])},
    'order/itemsInCart/*': {'id', 'productId', 'parentProductId', 'variantId', 'sku', 'productName', 'title1', 'title2', 'brand', 'category', 'type',
                            'strainName', 'quantity', 'unitOfWeight', 'unitPrice', 'totalPrice', 'unitCost', 'totalCost', 'totalDiscounts', 'voided',
                            'itemDiscounts', 'tax'},
    'order/itemsInCart/*/itemDiscounts/*': {'_id', 'name', 'type', 'discountAmount', 'penniesOff', 'percentOff', 'isCartDiscount', 'quantity'},
    'order/itemsInCart/*/tax/*': {'_id', 'name', 'percentage', 'thisTaxInPennies', 'appliesTo'},
    'order/payments/*': {'_id', 'paymentType', 'amount', 'loyaltyPoints', 'balanceAfterPayment'},
}


def unknown_fields(value, path):
    """Names the API's description does not have, in the parts of a record it describes."""
    if isinstance(value, list) and path + '/*' in KNOWN:
        return set().union(*[unknown_fields(v, path + '/*') for v in value]) if value else set()
    if not isinstance(value, dict) or path not in KNOWN:
        return set()
    out = set()
    for key, inner in value.items():
        if key in KNOWN[path]:
            out |= unknown_fields(inner, path + pointer(key))
        else:
            out.add('/' + path + pointer(key))
    return out


# ---------------------------------------------------------------- section 4: profiles

def latest(orders, when):
    """The latest of (id, fields, store); a tie goes to the greater id by bytes."""
    return max(orders, key=lambda o: (o[1][when], o[0].encode())) if orders else (None, None, '')


def totals_of(orders, completed):
    """What can also be asked of the orders of a span."""
    bought = [o for o in orders if is_purchase(o[1], completed)]
    goods = [i for _, o, _ in bought for i in o['items'] if not i[0]]
    sort = lambda texts: sorted({t for t in texts if t}, key=str.encode)
    return {'fh_total_spent': sum(o['total'] or 0 for _, o, _ in orders if is_completed(o, completed)), 'fh_total_orders': len(bought),
            'fh_products': sort(i[1] for i in goods), 'fh_categories': sort(i[2] for i in goods),
            'stores': sort(store for _, _, store in bought)}


def profile_of(ident, fields, orders, config):
    """Every value of section 4, from all orders of the customer. Absent is None, '' or []."""
    done = config.completed
    bought = [o for o in orders if is_purchase(o[1], done)]
    (_, last_bought, last_store), (_, last_any, _) = latest(bought, 'time'), latest(orders, 'created')
    first, last = names_of(fields)
    email, mail_fault = email_of(fields['email'], config.placeholders)
    mobile, mobile_fault = mobile_of(fields['phone'])
    birthdate, birth_fault = birthdate_of(fields['birthDate'], config.today)
    postal = postal_of(fields['zip'])
    spot = config.centroids.get(postal, ('', ''))
    kind = {'reccustomer': 'Recreational', 'medcustomer': 'Medicinal'}
    return {
        'fh_id': clean(ident), 'fh_cust_type': kind.get(lower(fields['type']), fields['type']), 'fh_isloyal': fields['isLoyal'],
        'fh_points': fields['points'],
        'fh_med_id': fields['medId'], 'fh_last_budtender': last_bought['budtender'] if last_bought else '',
        'fh_last_ordertype': last_any['type'] if last_any else '',
        'fh_last_orderstatus': '' if not last_any else 'voided' if is_voided(last_any) else last_any['status'],
        'fh_last_orderdate': last_bought['time'] // 1000000 * 1000000 if last_bought else None,
        'first_order_date': min(o['time'] for _, o, _ in bought) if bought else None,
        'last_store': last_store, **totals_of(orders, done),
        'first_name': first, 'last_name': last, 'email': email, 'mobile': mobile,
        'address': ', '.join(t for t in (fields['streetAddress1'], fields['streetAddress2']) if t),
        'city': fields['city'], 'state': state_of(fields['state']), 'postal_code': postal, 'birthdate': birthdate,
        'latitude': spot[0], 'longitude': spot[1],
        'last_bought': last_bought['time'] if last_bought else None, 'created': fields['created'],
        'refuses': {'email': fields['mail_ok'] is False, 'mobile': fields['text_ok'] is False},
        'dropped': [r for r in (mail_fault, mobile_fault, birth_fault, 'postal-code-unknown' if postal and not spot[0] else None) if r],
    }


# ---------------------------------------------------------------- section 7: contacts

def join(values, separator):
    """One separator inside a value becomes a comma, or a space if the separator is the comma."""
    return separator.join(v.replace(separator, ' ' if separator == ',' else ',') for v in values)


def contact_values(p, separator):
    """Column -> text, before the guard against formulas."""
    loyal = {True: 'True', False: 'False', None: ''}[p['fh_isloyal']]
    texts = [p['email'], p['mobile'], p['first_name'], p['last_name'], p['address'], p['city'], p['state'], p['postal_code'], p['birthdate'],
             p['latitude'], p['longitude'], p['fh_id'], p['fh_cust_type'], loyal, '' if p['fh_points'] is None else plain(p['fh_points']),
             join(p['fh_products'], separator), join(p['fh_categories'], separator), p['fh_med_id'], p['fh_last_budtender'],
             money(p['fh_total_spent']), str(p['fh_total_orders']), p['fh_last_ordertype'], p['fh_last_orderstatus'],
             '' if p['fh_last_orderdate'] is None else stamp(p['fh_last_orderdate'])]
    return dict(zip(STANDARD + FH, texts))


def guard(text):
    """A cell that a spreadsheet would run gets an apostrophe."""
    if text[:1] in ('=', '-', '@', '\t', '\r') or text[:1] == '+' and not re.fullmatch(r'\+[1-9][0-9]{7,14}', text):
        return "'" + text
    return text


def guarded(values):
    return tuple(v if k in NUMERIC else guard(v) for k, v in values.items())


def contact_json(values, ever):
    """The shape of POST /contact; what was never known is left out, what was cleared is ''."""
    out = {}
    for name, column in zip(JSON_NAMES, STANDARD[:9]):
        if values[column] or column in ever:
            out[name] = values[column]
    if values['Latitude'] or 'Latitude' in ever:
        out['geoCode'] = '%s,%s' % (values['Latitude'], values['Longitude']) if values['Latitude'] else ''
    out['extendedProperties'] = {k: values[k] for k in FH if values[k] or k in ever}
    return out


def write_csv(path, header, rows, bom=False):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator='\r\n')
    writer.writerow(header)
    writer.writerows(rows)
    write(path, ('\ufeff' if bom else '') + buffer.getvalue())


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8', newline='') as f:
        f.write(text)


# ---------------------------------------------------------------- one snapshot after the other

class Config:
    """Settings and rules in force for one snapshot."""

    def __init__(self, account, settings, rules, centroids):
        self.values = dict(DEFAULTS)
        if settings:
            self.values.update(parse_file(os.path.join(account, settings)))
        self.rules_list = parse_file(os.path.join(account, rules)) if rules else parse(rulebook.BUILT_IN.encode())
        self.rules = {r['slug']: r for r in self.rules_list}
        self.completed = {lower(s) for s in self.values['completed_statuses']}
        self.placeholders = {lower(e) for e in self.values['placeholder_emails']}
        self.counting = (self.values['completed_statuses'], self.values['placeholder_emails'])
        self.separator = self.values['list_separator']
        self.min_age = int(str(self.values['min_age']))
        self.suppressed = suppressed(account, self.values['suppress'])
        self.centroids = centroids
        self.today = None


def parse_file(path):
    with open(path, 'rb') as f:
        return parse(f.read())


LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]*\Z")
PLAIN = re.compile(r'[A-Za-z0-9._%+-]*\Z')
DOMAIN = re.compile(r'[A-Za-z0-9.-]*')
BETWEEN = ' ().-/'
LONGEST = 160      # no number has more characters than that


def text_of_list(data):
    """UTF-8, or UTF-16 by its mark; bytes that are neither are read over."""
    for mark, name in ((b'\xff\xfe', 'utf-16-le'), (b'\xfe\xff', 'utf-16-be'), (b'\xef\xbb\xbf', 'utf-8')):
        if data.startswith(mark):
            return data[len(mark):].decode(name, 'replace')
    return data.decode('utf-8', 'replace')


def emails_in(line):
    for at in (m.start() for m in re.finditer('@', line)):
        domain = DOMAIN.match(line, at + 1).group().rstrip('.-')
        for local in {p.search(line, 0, at).group().strip('.') for p in (LOCAL, PLAIN)}:
            yield email_of(local + '@' + domain, ())[0]


def mobiles_in(line):
    """Every stretch from one group of digits to another that reads as a mobile."""
    groups = [m.span() for m in re.finditer('[0-9]+', line)]
    for n, (start, _) in enumerate(groups):
        starts = [start, start - 1] if line[start - 1:start] == '+' else [start]
        for m in range(n, len(groups)):
            if m > n and line[groups[m - 1][1]:groups[m][0]].strip(BETWEEN) or groups[m][0] - start > LONGEST:
                break
            for begin in starts:
                yield mobile_of(line[begin:groups[m][1]])[0]


def suppressed(account, name):
    """Every address found in a line of the file that the setting names, however the line looks."""
    if not name:
        return set()
    with open(os.path.join(account, name), 'rb') as f:
        lines = re.split('[\r\n]+', text_of_list(f.read()))
    return {x for line in lines for x in (*emails_in(line), *mobiles_in(line)) if x}


class Oracle:
    """What is known, and what was exported last."""

    def __init__(self, account, out, centroids):
        self.account = account
        self.out = out
        self.centroids = centroids
        self.known = {'customer': {}, 'order': {}}
        self.previous = None          # id of the snapshot before
        self.config = None            # the one of the snapshot before
        self.members = {}             # slug -> ids
        self.names = {}               # location -> name
        self.stores = {}              # order -> where it was made
        self.contacts = set()
        self.profiles = {}
        self.skipped = {}
        self.rows = {}                # contact row exported last
        self.ever = {}                # columns that were once exported with a value
        self.exported = {}            # id -> addresses ever exported
        self.owed = set()             # addresses to which an opt-out is owed

    def apply(self, snapshot, config):
        folder = os.path.join(self.account, 'snapshots', snapshot)
        reading = Reading(folder, snapshot, config.completed)
        config.today = date_of(reading.taken)
        config.safe_day = date_of(reading.taken - 12 * 3600 * 1000000)
        touched, gone, new = self.diff(folder, snapshot, reading)
        touched |= self.locate(reading)
        profiles = self.rebuild(config)
        now = reading.taken
        exports = os.path.join(self.out, 'exports', snapshot)
        skipped = left_out(profiles, config)
        contacts = set(profiles) - set(skipped)
        members = self.evaluate(profiles, config, now)
        self.write_contacts(exports, profiles, contacts, config)
        self.write_opt_outs(exports, profiles, contacts, config)
        self.write_skipped(exports, skipped, profiles, config)
        events = self.transitions(profiles, members, touched, gone, new, config, stamp(now))
        self.write_segments(exports, profiles, members, contacts, events, config)
        write(os.path.join(exports, 'events.jsonl'), ''.join(dump(e) + '\n' for e in events))
        write(os.path.join(exports, 'quarantine.jsonl'), ''.join(dump(q) + '\n' for q in reading.quarantine))
        self.write_manifest(exports, profiles, config, now)
        self.previous, self.config, self.members, self.contacts = snapshot, config, members, contacts
        self.profiles, self.skipped = profiles, skipped
        return len(reading.quarantine)

    # ---- section 5

    def diff(self, folder, snapshot, reading):
        """Writes the diff and brings what is known up to date. Returns ids of customers touched, gone and new."""
        lines, counts, unknown = [], {}, set()
        touched, gone, new = set(), set(), set()
        self.break_if_needed(reading)
        for entity in ('customer', 'order'):
            known, count = self.known[entity], dict.fromkeys(('added', 'changed', 'removed', 'unchanged'), 0)
            for ident in sorted(set(known) | set(reading.best[entity]), key=str.encode):
                old, now = known.get(ident), reading.best[entity].get(ident)
                if now is None and (ident in reading.present[entity] or not reading.proves_absent(entity, old)):
                    continue
                line, op = self.line(entity, ident, old, now)
                count[op] += 1
                if op == 'unchanged':
                    old.location = now.location
                    continue
                lines.append(line)
                touched |= {ident} if entity == 'customer' else {v.fields['customer'] for v in (old, now) if v}
                if op == 'removed':
                    del known[ident]
                else:
                    known[ident] = now
                    unknown |= unknown_fields(now.record, entity)
                if entity == 'customer':
                    gone |= {ident} if op == 'removed' else set()
                    new |= {ident} if op == 'added' else set()
            counts[entity + 's'] = count
        with open(os.path.join(folder, 'manifest.json'), 'rb') as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        head = {'type': 'diff', 'format': 1, 'snapshot': snapshot, 'previous': self.previous, 'manifest_sha256': digest}
        tail = {'type': 'end', **counts, 'quarantined': len(reading.quarantine), 'unknown_fields': sorted(unknown, key=str.encode)}
        write(os.path.join(self.out, 'diffs', snapshot + '.jsonl'), ''.join(dump(x) + '\n' for x in [head] + lines + [tail]))
        return touched, gone, new

    def line(self, entity, ident, old, now):
        """(diff line, op) of one id."""
        line = {'entity': entity, 'id': ident, 'op': None}
        if now is not None:
            line.update(page=now.place[1], index=now.place[2])
        if old is None:
            line['op'] = 'added'
        elif now is None:
            line.update(op='removed', previous=place_of(old))
        else:
            found = changes(old.record, now.record)
            line.update(op='changed' if found else 'unchanged', previous=place_of(old), changes=sorted(found, key=lambda c: c['path'].encode()))
        return line, line['op']

    def break_if_needed(self, reading):
        """The breaker of section 7 counts against what was known before the snapshot."""
        for entity, known in self.known.items():
            lost = sum(1 for i, v in known.items() if i not in reading.present[entity] and reading.proves_absent(entity, v))
            if lost >= 10 and lost * 100 > len(known) * 10:
                raise Refused('breaker: %d of %d %ss' % (lost, len(known), entity))

    def locate(self, reading):
        """Where each order was made. Returns who bought where that is another place, or has another name."""
        for ids, name in reading.locations:
            self.names.update({i: name for i in ids[1:]})
        for ids, name in reading.locations:
            self.names.update({i: name for i in ids[:1]})
        stores, touched = {}, set()
        for ident, version in self.known['order'].items():
            where = version.location or version.fields['place']
            stores[ident] = self.names.get(where) or where
            if stores[ident] != self.stores.get(ident, stores[ident]):
                touched.add(version.fields['customer'])
        self.stores = stores
        return touched

    # ---- section 4

    def rebuild(self, config):
        """Profiles of all customers from all orders, and the sums that must agree."""
        self.by_customer = by_customer = {}
        for ident, version in self.known['order'].items():
            by_customer.setdefault(version.fields['customer'], []).append((ident, version.fields, self.stores[ident]))
        customers = self.known['customer']
        profiles = {i: profile_of(i, v.fields, by_customer.get(i, []), config) for i, v in customers.items()}
        spent = lambda orders: sum(o['total'] or 0 for _, o, _ in orders if is_completed(o, config.completed))
        self.sums = {'completed': spent([(i, v.fields, '') for i, v in self.known['order'].items()]),
                     'profiles': sum(p['fh_total_spent'] for p in profiles.values()), 'guest': spent(by_customer.get('', [])),
                     'unattributed': sum(spent(o) for c, o in by_customer.items() if c and c not in customers)}
        assert self.sums['completed'] == self.sums['profiles'] + self.sums['guest'] + self.sums['unattributed']
        return profiles

    def evaluate(self, profiles, config, now):
        """slug -> ids of its members, every rule over every profile."""
        seen = {}
        for ident, p in profiles.items():
            orders = self.by_customer.get(ident, [])
            recent = lambda since, orders=orders: totals_of([o for o in orders if o[1]['time'] >= since], config.completed)
            seen[ident] = rulebook.rule_values(p, age_of(p['birthdate'], config.today), days_to_birthday(p['birthdate'], config.today), recent)
        return {slug: {i for i, s in seen.items() if rulebook.holds(r['where'], s, now, config.rules)} for slug, r in config.rules.items()}

    # ---- section 6

    def cause(self, slug, ident, touched, gone, config):
        """Why somebody entered or left: the first that holds."""
        if self.previous is None:
            return 'baseline'
        if ident in gone:
            return 'removed'
        if ident in touched:
            return 'data'
        changed = rulebook.meaning(slug, config.rules) != rulebook.meaning(slug, self.config.rules)
        return 'definition' if changed or config.counting != self.config.counting else 'clock'

    def transitions(self, profiles, members, touched, gone, new, config, at):
        """All events, sorted by fh_id, event and segment."""
        out = []
        for slug in set(members) | set(self.members):
            before, after = self.members.get(slug, set()), members.get(slug, set())
            out += [(i, 'segment_entered', slug, self.cause(slug, i, touched, gone, config)) for i in after - before]
            out += [(i, 'segment_left', slug, self.cause(slug, i, touched, gone, config)) for i in before - after]
        out += [(i, 'customer_added', '', 'data' if self.previous else 'baseline') for i in new]
        out += [(i, 'customer_removed', '', 'removed') for i in gone]
        events = []
        for ident, event, slug, cause in sorted(out, key=lambda e: (e[0].encode(), e[1], e[2])):
            p = profiles.get(ident) or self.profiles[ident]
            segment = {'segment': slug} if slug else {}
            events.append({'event': event, **segment, 'fh_id': p['fh_id'], 'email': p['email'], 'mobile': p['mobile'], 'at': at, 'cause': cause})
        return events

    # ---- section 7

    def write_contacts(self, exports, profiles, contacts, config):
        rows, objects = [], []
        for ident in by_bytes(contacts):
            values = contact_values(profiles[ident], config.separator)
            row = guarded(values)
            ever = self.ever.setdefault(ident, set())
            if self.rows.get(ident) == row:
                continue
            ever |= {k for k, v in values.items() if v}
            rows.append(row)
            objects.append(contact_json(values, ever))
            self.rows[ident] = row
        if rows:
            write_csv(os.path.join(exports, 'contacts-0001.csv'), STANDARD + FH, rows, config.values['csv_bom'])
            write(os.path.join(exports, 'contacts-0001.json'), '[\n' + ',\n'.join(dump(o) for o in objects) + '\n]\n')

    def write_opt_outs(self, exports, profiles, contacts, config):
        """Opt-outs are owed to addresses: who refuses owes them to all they have or were ever exported with, contact or not."""
        for ident in contacts:
            self.exported.setdefault(ident, set()).update((k, profiles[ident][k]) for k in ('email', 'mobile') if profiles[ident][k])
        owed = set()
        for ident, p in profiles.items():
            known = {(k, p[k]) for k in ('email', 'mobile') if p[k]} | self.exported.get(ident, set())
            owed |= {(k, address) for k, address in known if p['refuses'][k]}
        rows = sorted(((address, '') if k == 'email' else ('', address)) + (('True', '') if k == 'email' else ('', 'True')) for k, address in owed - self.owed)
        self.owed = owed
        rows = [(guard(email), guard(mobile)) + tuple(flags) for email, mobile, *flags in sorted(rows, key=lambda r: (r[0].encode(), r[1].encode()))]
        write_csv(os.path.join(exports, 'opt-outs.csv'), ['Email address', 'Mobile number', 'Email opt out', 'Text opt out'], rows, config.values['csv_bom'])

    def write_skipped(self, exports, skipped, profiles, config):
        rows = [(guard(profiles[i]['fh_id']), skipped[i][0], guard(clean(skipped[i][1]))) for i in by_bytes(skipped) if self.skipped.get(i) != skipped[i]]
        write_csv(os.path.join(exports, 'skipped.csv'), ['fh_id', 'reason', 'detail'], rows, config.values['csv_bom'])

    def write_segments(self, exports, profiles, members, contacts, events, config):
        """Lists hold contacts only; the counts of entered and left are those of the events."""
        for slug in set(members) | set(self.members):
            before = self.members.get(slug, set()) & self.contacts
            after = members.get(slug, set()) & contacts
            lists = {'-entered': after - before, '-left': (before - after) & contacts}
            if config.values['segment_lists'] and slug in members:
                lists[''] = after
            for suffix, ids in lists.items():
                if ids:
                    rows = [tuple(guard(profiles[i][k]) for k in ('email', 'mobile', 'fh_id')) for i in by_bytes(ids)]
                    write_csv(os.path.join(exports, 'segments', slug + suffix + '.csv'), ['Email address', 'Mobile number', 'fh_id'], rows,
                              config.values['csv_bom'])
        count = lambda slug, event: sum(1 for e in events if e['event'] == event and e['segment'] == slug)
        table = [{'name': r['name'], 'slug': s, 'members': len(members[s]), 'contacts': len(members[s] & contacts), 'entered': count(s, 'segment_entered'),
                  'left': count(s, 'segment_left')} for s, r in config.rules.items()]
        write(os.path.join(exports, 'segments.json'), dump(table) + '\n')

    def write_manifest(self, exports, profiles, config, now):
        dropped = {}
        for p in profiles.values():
            for reason in p['dropped']:
                dropped[reason] = dropped.get(reason, 0) + 1
        write(os.path.join(exports, 'manifest.json'), dump({'as_of': stamp(now), 'sums': {k: money(v) for k, v in self.sums.items()},
                                                           'dropped': dict(sorted(dropped.items()))}) + '\n')


def by_bytes(ids):
    return sorted(ids, key=str.encode)


def left_out(profiles, config):
    """id -> (reason, detail) of customers that are no contacts: the first reason that holds."""
    out, sharing = {}, {}
    for ident, p in profiles.items():
        age = age_of(p['birthdate'], config.safe_day)
        if {p['email'], p['mobile']} & config.suppressed - {''}:
            out[ident] = ('suppressed', '')
        elif config.min_age and age is not None and age < config.min_age:
            out[ident] = ('underage', '')
        elif config.min_age and any(r.startswith('birthdate-') for r in p['dropped']):
            out[ident] = ('age-unknown', '')
        elif not p['email'] and not p['mobile']:
            out[ident] = ('no-identifier', '')
        elif p['email']:
            sharing.setdefault(p['email'], []).append(ident)
    early = lambda when: (0, 0) if when is None else (1, when)
    for ids in sharing.values():
        kept = max(ids, key=lambda i: (early(profiles[i]['last_bought']), early(profiles[i]['created']), i.encode()))
        out.update({i: ('duplicate-email', kept) for i in ids if i != kept})
    return out


def read_centroids(path):
    with open(path, encoding='utf-8', newline='') as f:
        return {r['zip']: (four(r['latitude']), four(r['longitude'])) for r in csv.DictReader(f)}


def four(text):
    """A coordinate to four decimals (section 4)."""
    return str(Decimal(text).quantize(Decimal('0.0001'), rounding=ROUND_HALF_UP))


def steps_of(account):
    """(snapshot, rules file or None, settings file or None), oldest first."""
    root = os.path.join(account, 'snapshots')
    names = sorted(n for n in os.listdir(root) if re.fullmatch(r'[0-9]{8}T[0-9]{6}Z', n) and os.path.exists(os.path.join(root, n, 'manifest.json')))
    have = lambda name: name if os.path.exists(os.path.join(account, name)) else None
    if not have('steps.json'):
        return [(n, have('segments.json'), have('flowstory.json')) for n in names]
    with open(os.path.join(account, 'steps.json'), encoding='utf-8') as f:
        return [(s['snapshot'], s['segments'], s['settings']) for s in json.load(f)]


def run(account, out, centroids=None):
    """Applies everything; returns [(snapshot, records quarantined)]."""
    PARSED.clear()
    table = centroids if isinstance(centroids, dict) else read_centroids(centroids or CENTROIDS)
    oracle = Oracle(account, out, table)
    return [(snapshot, oracle.apply(snapshot, Config(account, settings, rules, table))) for snapshot, rules, settings in steps_of(account)]


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('account')
    ap.add_argument('--out', required=True)
    ap.add_argument('--centroids')
    a = ap.parse_args()
    run(a.account, a.out, a.centroids)


if __name__ == '__main__':
    main()
