"""Snapshots and pages (sections 2 and 3): what one snapshot says, which records are at fault, and which absences are proved."""
import hashlib
import json
import os
import zlib

from exact import Content, Structure, parse, split
from meaning import Unreadable, empty, id_text, micros, read_customer, read_order, record_id, text_of


class Refused(Exception):
    """The snapshot cannot be applied (exit 4 or 5 of the program)."""


def inflate(path, data):
    """Only whole gzip members and nothing after the last; a name in .gz must be gzip, another may be either."""
    if data[:2] != b'\x1f\x8b':
        if path.endswith('.gz'):
            raise Refused(path + ': no gzip')
        return data
    out = []
    while data:
        member = zlib.decompressobj(31)
        try:
            out.append(member.decompress(data))
        except zlib.error as e:
            raise Refused('%s: %s' % (path, e)) from None
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


def judge(text, entity, completed, taken):
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
        fields = read_order(record, completed, taken) if entity == 'order' else read_customer(record)
    except Unreadable as e:
        return ident, record, None, 'a field that decides cannot be read: %s' % e
    return ident, record, fields, None


class Version:
    """One record as it is known, and where that version was first read."""

    def __init__(self, record, fields, place, location):
        self.record = record
        self.fields = fields
        self.place = place          # (snapshot, page, index)
        self.location = location


def location_names(text):
    """(ids, name) of one location; a record that cannot be read is passed over."""
    record, fault = parsed(text)
    if fault or not isinstance(record, dict):
        return [], ''
    try:
        ids = [id_text(record.get(name)) for name in ('importId', 'locationId') if not empty(record.get(name))]
        return ids, text_of(record.get('locationName'))
    except Unreadable:
        return [], ''


class Reading:
    """What one snapshot says: good copies, who is present, what is quarantined, and which scopes prove absence."""

    def __init__(self, folder, snapshot, completed):
        self.best = {'customer': {}, 'order': {}}
        self.present = {'customer': set(), 'order': set()}
        self.quarantine = []
        self.faulty = set()          # (entity, id or bytes): the same fault comes again and again
        self.scopes = {}
        self.locations = []          # (ids, name)
        self.read_at = {}            # order id -> locations of its pages
        with open(os.path.join(folder, 'manifest.json'), encoding='utf-8') as f:
            manifest = json.load(f)
        self.taken = micros(manifest['taken_at'])
        for entry in manifest['pages']:
            page = Page(folder, entry)
            if page.resource == 'locations':
                self.locations += [location_names(text) for text in page.records]
                continue
            self.scopes.setdefault(page.scope, True)
            for index, text in enumerate(page.records):
                if text.strip(b' \t\r\n') != b'null':
                    self.take(page, snapshot, index, text, completed)
        self.two_locations = {i for i, places in self.read_at.items() if len(places) > 1}

    def take(self, page, snapshot, index, text, completed):
        ident, record, fields, fault = judge(text, page.entity, completed, self.taken)
        if ident is not None:
            self.present[page.entity].add(ident)
            if page.entity == 'order' and page.location is not None:
                self.read_at.setdefault(ident, set()).add(page.location)
        if fault:
            known = {'id': ident} if ident is not None else {}
            self.quarantine.append({'page': page.path, 'index': index, 'entity': page.entity, **known, 'reason': fault})
            self.faulty.add((page.entity, text if ident is None else ident))
            if ident is None:
                self.scopes[page.scope] = False
            return
        self.best[page.entity][ident] = Version(record, fields, (snapshot, page.path, index), page.location)

    def proves_absent(self, entity, version, doubt=False):
        """Was a complete scope read that must hold this record? With doubt, also by a scope that holds a record without an id."""
        for (resource, location, kind, bounds), whole in self.scopes.items():
            if not whole and not doubt:
                continue
            if entity == 'customer' and resource == 'customers' and kind == 'all':
                return True
            if entity == 'order' and resource == 'orders' and location == version.location:
                if kind == 'all' or kind == 'created' and bounds[0] <= version.fields['created'] < bounds[1]:
                    return True
        return False
