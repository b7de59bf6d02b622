#!/usr/bin/env python3
"""people.py ACCOUNT…: laws that hold of whatever a history's exports say, whoever is in them.

Reads an account's snapshots, diffs, terms and exports, and folds the exports as a receiver would: rows written, gone, moved. It knows
nothing of how values are worked out. Prints each fault and a last line 'N passed, M failed' (accounts); exit 1 if one failed.

1  each email and each mobile is in at most one row at any time
2  who refuses has a line in opt-outs.csv for every address they have or were ever exported with, in the snapshot in which it began to be
   owed; and no line is about an address of which nobody refuses
3  contacts = contacts before + new - gone; the sums agree to the cent, and with the statuses
4  a segment's first list + entered - left has as many members as segments.json says, each under the address last written
5  nobody is written whom the suppression list names, or who is too young
"""
import csv
import datetime
import gzip
import io
import json
import os
import re
import sys

from exact import Num, parse
from reading import inflate, records_of

csv.field_size_limit(1 << 23)       # a row may have 8 MB
REFUSES = {'false', '0', 'no', 'n'}
AGREES = {'true', '1', 'yes', 'y'}
CHANNELS = (('consentsToPromotionalEmail', 'email', 0), ('consentsToPromotionalSMS', 'phone', 1))


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def table(folder, name):
    """Rows of a CSV file as dicts; none if there is no file."""
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return []
    return list(csv.DictReader(io.StringIO(read(path).decode('utf-8-sig'), newline='')))


def cell(text):
    """How a text stands in a CSV file: a formula has an apostrophe in front."""
    number = re.fullmatch(r'\+[1-9][0-9]{7,14}', text)
    return "'" + text if text[:1] in tuple('=-@\t\r') or text[:1] == '+' and not number else text


def answer(value):
    """True, False, None for no answer, or 'unclear'."""
    if value is None or isinstance(value, str) and not value.strip():
        return None
    if isinstance(value, Num):
        value = next((n for n in ('0', '1') if value == Num(n)), 'another number')
    word = str(value).strip().lower()
    return False if word in REFUSES else True if word in AGREES else 'unclear'


def plain_address(field, value, placeholders):
    """The address of a field that is nothing but one, in the plainest form; '' of all others."""
    text = value.strip().lower() if isinstance(value, str) else ''
    if field == 'email':
        return text if re.fullmatch(r'[a-z0-9]{1,60}@[a-z0-9]{1,60}\.[a-z]+', text) and text not in placeholders else ''
    found = re.fullmatch(r'\+1 ?([2-9][0-9]{2}) ?([2-9][0-9]{2})-?([0-9]{4})', text)
    number = '+1' + ''.join(found.groups()) if found else ''
    return number if found and len(set(number[2:])) > 1 and number not in placeholders else ''


class Book:
    """What a receiver of the exports knows, and what the raw pages say of who refuses."""

    def __init__(self, account):
        self.account = account
        self.faults = []
        self.rows = {}           # fh_id -> (email, mobile)
        self.born = {}
        self.ever = {}           # fh_id -> addresses ever exported, by channel
        self.customers = {}      # id -> record
        self.answers = {}        # (id, flag) -> the last answer
        self.owed = set()
        self.standing = set()    # (channel, cell) of lines about addresses that somebody who refuses may have had ever since
        self.lists = {}          # slug -> {fh_id: (email, mobile)}
        self.first = True
        self.settings, self.suppressed = {}, set()

    def fault(self, text, *values):
        self.faults.append('%s: %s' % (self.snapshot, text % values))

    def fold(self, snapshot):
        self.snapshot = snapshot
        self.folder = os.path.join(self.account, 'exports', snapshot)
        self.manifest = json.loads(read(os.path.join(self.folder, 'manifest.json')))
        self.read_terms()
        self.fold_contacts()
        self.fold_refusals()
        self.check_sums()
        self.fold_segments()
        self.check_people()
        self.first = False

    def read_terms(self):
        path = os.path.join(self.account, 'terms', self.snapshot)
        if os.path.exists(path + '.json'):
            self.settings = json.loads(read(path + '.json'))['settings']
            there = os.path.exists(path + '.suppress.txt')
            self.suppressed = set(read(path + '.suppress.txt').decode().split('\n')) - {''} if there else set()

    # ---- laws 1 and 3

    def fold_contacts(self):
        before = dict(self.rows)
        names = [n for n in sorted(os.listdir(self.folder)) if re.fullmatch(r'contacts-[0-9]{4}\.json', n)]
        written = [d for n in names for d in json.loads(read(os.path.join(self.folder, n)))]
        csvs = [r for n in sorted(os.listdir(self.folder)) if re.fullmatch(r'contacts-[0-9]{4}\.csv', n) for r in table(self.folder, n)]
        if [r['fh_id'] for r in csvs] != [cell(d['extendedProperties']['fh_id']) for d in written]:
            self.fault('the CSV and the JSON hold other contacts')
        for row in table(self.folder, 'gone.csv'):
            there = [i for i in self.rows if cell(i) == row['fh_id']]
            if not there or tuple(map(cell, self.rows.pop(there[0]))) != (row['Email address'], row['Mobile number']):
                self.fault('gone.csv names %s otherwise than it was exported', row)
        new = 0
        for document in written:
            ident = document['extendedProperties']['fh_id']
            new += ident not in self.rows
            self.rows[ident] = (document.get('email', ''), document.get('mobilePhone', ''))
            self.born[ident] = document.get('dateOfBirth', '')
            self.ever.setdefault(ident, (set(), set()))
            for channel in (0, 1):
                self.ever[ident][channel].add(self.rows[ident][channel])
        for channel in (0, 1):
            held = [r[channel] for r in self.rows.values() if r[channel]]
            for address in {a for a in held if held.count(a) > 1}:
                self.fault('%s is in %d rows', address, held.count(address))
        gone = len(table(self.folder, 'gone.csv'))
        if len(self.rows) != len(before) + new - gone or len(self.rows) != self.manifest['counts']['contacts']:
            self.fault('%d contacts are no %d + %d - %d, or not the %s of the manifest', len(self.rows), len(before), new, gone,
                       self.manifest['counts']['contacts'])
        moved = {i: (before[i], self.rows[i]) for i in self.rows if i in before and before[i] != self.rows[i]}
        listed = [list(r.values()) for r in table(self.folder, 'moved.csv')]
        if sorted(listed) != sorted([cell(i), *map(cell, old + new)] for i, (old, new) in moved.items()):
            self.fault('moved.csv is %s, the rows say %s', listed, moved)

    def check_sums(self):
        cents = lambda text: int(text.replace('.', ''))
        sums = {k: cents(v) for k, v in self.manifest['sums'].items()}
        if sums['completed'] != sums['profiles'] + sums['guest'] + sums['unattributed']:
            self.fault('sums %s', sums)
        counted = {s.strip().lower() for s in self.settings['completed_statuses']} - {'voided'}
        statuses = self.manifest['statuses']
        if sum(cents(v['dollars']) for s, v in statuses.items() if s in counted) != sums['completed']:
            self.fault('completed %s, statuses %s', sums['completed'], statuses)
        if sum(v['orders'] for v in statuses.values()) != self.manifest['counts']['orders']:
            self.fault('orders %s, statuses %s', self.manifest['counts']['orders'], statuses)

    # ---- law 2

    def fold_records(self):
        """Customers as the diff says they are, their records from the raw pages."""
        data = gzip.decompress(read(os.path.join(self.account, 'diffs', self.snapshot + '.jsonl.gz')))
        folder = os.path.join(self.account, 'snapshots', self.snapshot)
        entries = {p['path']: p['resource'] for p in json.loads(read(os.path.join(folder, 'manifest.json')))['pages']}
        pages = {}
        for line in map(json.loads, data.decode().split('\n')[1:-2]):
            if line['entity'] != 'customer':
                continue
            if line['op'] == 'removed':
                del self.customers[line['id']]
                continue
            path = line['page']
            if path not in pages:
                pages[path] = records_of(inflate(path, read(os.path.join(folder, path))), entries[path])
            record = self.customers[line['id']] = parse(pages[path][line['index']])
            for flag, _, _ in CHANNELS:
                said = answer(record.get(flag))
                if said != 'unclear':
                    self.answers[line['id'], flag] = said, said if said is not None else self.answers.get((line['id'], flag), (None, None))[1]
                else:
                    last = self.answers.get((line['id'], flag), (None, None))[1]
                    self.answers[line['id'], flag] = last, last

    def fold_refusals(self):
        self.fold_records()
        placeholders = {a.strip().lower() for n in ('placeholder_emails', 'placeholder_mobiles') for a in self.settings.get(n, [])}
        readable = not self.settings.get('placeholder_mobiles')      # another spelling of the same number is not followed here
        owed, may = set(), []
        for ident, record in self.customers.items():
            exported = self.ever.get(re.sub('[\x00-\x1f\x7f-\x9f]', ' ', ident).strip(), (set(), set()))
            for flag, field, channel in CHANNELS:
                if self.answers[ident, flag][0] is not False:
                    continue
                own = plain_address(field, record.get(field), placeholders) if channel == 0 or readable else ''
                owed |= {(channel, a) for a in exported[channel] | {own} if a}
                may.append((channel, record.get(field), exported[channel]))
        lines = set()
        for row in table(self.folder, 'opt-outs.csv'):
            channel = 0 if row['Email opt out'] == 'True' else 1
            address = row['Email address'] or row['Mobile number']
            lines.add((channel, address))
            if bool(row['Email address']) == bool(row['Mobile number']) or (channel == 0) != bool(row['Email address']):
                self.fault('opt-outs.csv: no one address in its channel: %s', row)
            if not may_have(may, channel, address):
                self.fault('opt-outs.csv: nobody who refuses has %s', address)
        for channel, address in owed - self.owed:
            if (channel, address) not in lines | self.standing:
                self.fault('opt-outs.csv: %s is owed from now on', address)
        self.owed = owed
        self.standing = {line for line in lines | self.standing if may_have(may, *line)}

    # ---- laws 4 and 5

    def fold_segments(self):
        segments = json.loads(read(os.path.join(self.folder, 'segments.json')))
        for slug in {s['slug'] for s in segments} | set(self.lists):
            there = self.lists.setdefault(slug, {})
            if self.first:
                there.update({r['fh_id']: (r['Email address'], r['Mobile number']) for r in table(self.folder, 'segments/%s.csv' % slug)})
            for row in table(self.folder, 'segments/%s-left.csv' % slug):
                if there.pop(row['fh_id'], None) != (row['Email address'], row['Mobile number']):
                    self.fault('segment %s: %s left otherwise than it was listed', slug, row)
            for row in table(self.folder, 'segments/%s-entered.csv' % slug):
                if row['fh_id'] in there:
                    self.fault('segment %s: %s entered twice', slug, row)
                there[row['fh_id']] = (row['Email address'], row['Mobile number'])
            whole = {cell(i): tuple(map(cell, r)) for i, r in self.rows.items()}
            wrong = {i: a for i, a in there.items() if whole.get(i) != a}
            if wrong:
                self.fault('segment %s: members under another address than their row: %s', slug, wrong)
        for s in segments:
            if len(self.lists[s['slug']]) != s['contacts']:
                self.fault('segment %s: %d in the lists, %d in segments.json', s['slug'], len(self.lists[s['slug']]), s['contacts'])

    def check_people(self):
        for ident, addresses in self.rows.items():
            if set(addresses) & self.suppressed:
                self.fault('%s is written and suppressed', ident)
        least = int(self.settings.get('min_age') or 0)
        day = (datetime.datetime.fromisoformat(self.manifest['as_of'][:-1]) - datetime.timedelta(hours=12)).date().isoformat()
        limit = '%04d%s' % (int(day[:4]) - least, day[4:])
        for ident in self.rows:
            if least and self.born[ident] > limit:
                self.fault('%s, born %s, is written', ident, self.born[ident])


def may_have(may, channel, address):
    """Does anybody of those who refuse have the address, as far as the plainest look can tell?"""
    return any(c == channel and (address in known or found(address, field)) for c, field, known in may)


def found(address, field):
    """Does the raw field hold the address in some form?"""
    text = field.text if isinstance(field, Num) else field if isinstance(field, str) else ''
    if '@' in address:
        return address in text.lower()
    digits = re.sub('[^0-9]', '', text)
    return address[1:] in digits.replace('(0)', '') or address[2:] in digits or address[1:] in re.sub('[^0-9]', '', text.replace('(0)', ''))


def faults(account):
    """Every fault of an account's exports, in the order of its snapshots."""
    book = Book(account)
    for snapshot in sorted(os.listdir(os.path.join(account, 'exports'))):
        book.fold(snapshot)
    return book.faults


def main():
    failed = 0
    for account in sys.argv[1:]:
        lines = faults(account)
        failed += bool(lines)
        for line in lines:
            print('%s: %s' % (account, line))
    print('%d passed, %d failed' % (len(sys.argv) - 1 - failed, failed))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
