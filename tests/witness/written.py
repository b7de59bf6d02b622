"""The files of an export (section 7): rows, their guard, and how they are put into files."""
import csv
import hashlib
import io
import os
import re

from exact import dump, pretty
from meaning import money, plain, stamp

LIMIT = 8000000
FH = ['fh_id', 'fh_cust_type', 'fh_isloyal', 'fh_points', 'fh_products', 'fh_categories', 'fh_med_id', 'fh_last_budtender', 'fh_total_spent',
      'fh_total_orders', 'fh_last_ordertype', 'fh_last_orderstatus', 'fh_last_orderdate']
STANDARD = ['Email address', 'Mobile number', 'First name', 'Last name', 'Address', 'City', 'State', 'Postal code', 'Birthdate', 'Geo code']
JSON_NAMES = ['email', 'mobilePhone', 'firstName', 'lastName', 'address', 'city', 'region', 'postalCode', 'dateOfBirth', 'geoCode']
NEVER_EMPTY = {'email', 'mobilePhone'}
NUMERIC = {'Geo code', 'fh_points', 'fh_total_spent', 'fh_total_orders'}
LABELS = ['Id', 'Customer Type', 'Is Loyalty Member', 'Loyalty Points', 'Products', 'Categories', 'Medical Id', 'Last Budtender', 'Total Spent', 'Total Orders',
          'Last Order Type', 'Last Order Status', 'Last Order Date']
TYPES = {'Birthdate': 'Date/Time', 'fh_last_orderdate': 'Date/Time', 'fh_isloyal': 'True/False', 'fh_points': 'Number', 'fh_total_spent': 'Number',
         'fh_total_orders': 'Number', 'fh_products': 'List', 'fh_categories': 'List'}
ASKED = {'email': 'Email address', 'mobile': 'Mobile number', 'first_name': 'First name', 'last_name': 'Last name', 'city': 'City', 'state': 'State',
         'postal_code': 'Postal code', 'birthdate': 'Birthdate', 'age': 'Birthdate', 'days_to_birthday': 'Birthdate'}
HEADERS = {'opt-outs.csv': ['Email address', 'Mobile number', 'Email opt out', 'Text opt out'], 'gone.csv': ['Email address', 'Mobile number', 'fh_id', 'reason'],
           'moved.csv': ['fh_id', 'Old email address', 'Old mobile number', 'New email address', 'New mobile number'], 'skipped.csv': ['fh_id', 'reason', 'detail'],
           'dropped.csv': ['entity', 'id', 'field', 'value', 'reason'], 'fields.csv': ['column', 'dailystory_field', 'label', 'type', 'index']}
MEMBERS = ['Email address', 'Mobile number', 'fh_id']
PASSED = MEMBERS + ['Cause', 'At']


# ---------------------------------------------------------------- cells

def join(values, separator):
    """One separator inside a value becomes a comma, or a space if the separator is the comma."""
    return separator.join(v.replace(separator, ' ' if separator == ',' else ',') for v in values)


def contact_values(p, held, separator):
    """Column -> text, before the guard against formulas."""
    loyal = {True: 'True', False: 'False', None: ''}[p['fh_isloyal']]
    texts = [*held, p['first_name'], p['last_name'], p['address'], p['city'], p['state'], p['postal_code'], p['birthdate'],
             p['geo'], p['fh_id'], p['fh_cust_type'], loyal, '' if p['fh_points'] is None else plain(p['fh_points']),
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
    """The shape of POST /contact; what was never known is left out, what was cleared is '', but never an address."""
    out = {}
    for name, column in zip(JSON_NAMES, STANDARD):
        if values[column] or column in ever and name not in NEVER_EMPTY:
            out[name] = values[column]
    out['extendedProperties'] = {k: values[k] for k in FH if values[k] or k in ever}
    return out


def opt_out_rows(owed):
    """One address a line with True in its channel, as it is: with a ' before it, it would be another one."""
    rows = [(a, '', 'True', '') if channel == 'mail_ok' else ('', a, '', 'True') for channel, a in owed]
    return [list(row) for row in sorted(rows, key=lambda r: (r[0].encode(), r[1].encode()))]


def csv_line(row):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator='\r\n').writerow(row)
    return buffer.getvalue().encode()


def too_long(row, document, mark):
    """Would it make a file of more than 8,000,000 bytes alone?"""
    return len(mark) + len(csv_line(STANDARD + FH)) + len(csv_line(row)) > LIMIT or len(dump(document).encode()) + 5 > LIMIT


# ---------------------------------------------------------------- files

class Files:
    """What goes into one export directory; a file without a row is none."""

    def __init__(self, folder, bom):
        self.folder = folder
        self.mark = '\ufeff'.encode() if bom else b''
        self.made = {}

    def put(self, path, data, rows):
        self.made[path] = (data, rows)

    def csv(self, path, rows, header=None):
        if rows:
            self.put(path, self.mark + b''.join(map(csv_line, [header or HEADERS[path]] + rows)), len(rows))

    def lines(self, path, values):
        if values:
            self.put(path, ''.join(dump(v) + '\n' for v in values).encode(), len(values))

    def contacts(self, rows, documents):
        """Both forms, each cut into files of at most 8,000,000 bytes."""
        head = self.mark + csv_line(STANDARD + FH)
        for n, lines in enumerate(cut([csv_line(r) for r in rows], len(head), 0), 1):
            self.put('contacts-%04d.csv' % n, head + b''.join(lines), len(lines))
        for n, texts in enumerate(cut([dump(d).encode() for d in documents], 5 - 2, 2), 1):
            self.put('contacts-%04d.json' % n, b'[\n' + b',\n'.join(texts) + b'\n]\n', len(texts))

    def listed(self):
        return [{'path': path, 'rows': rows, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest()}
                for path, (data, rows) in sorted(self.made.items(), key=lambda item: item[0].encode())]

    def write(self, manifest):
        self.put('manifest.json', (pretty({**manifest, 'files': self.listed()}) + '\n').encode(), 0)
        for path, (data, _) in self.made.items():
            write(os.path.join(self.folder, path), data)


def cut(texts, begin, between):
    """Groups of texts whose file is not too long; begin and between are what a file and each text need beside it."""
    groups, size = [], 0
    for text in texts:
        if not groups or size + len(text) + between > LIMIT:
            groups.append([])
            size = begin
        groups[-1].append(text)
        size += len(text) + between
    return groups


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def field_rows(asked):
    """fields.csv; asked are the fields that rules ask for."""
    columns = {ASKED.get(f, f) for f in asked}
    return [[c, f, label, TYPES.get(c, 'Text'), 'yes' if c in columns else '']
            for c, f, label in zip(STANDARD + FH, JSON_NAMES + FH, STANDARD + LABELS)]
