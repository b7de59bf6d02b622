"""A diff turns the records before into the records after: replayed here, over the records of the pages.
"""
import hashlib
import os
from gzip import decompress

import witness
from exact import Num, parse
from lab import read, snapshots
from meaning import clean, lower, micros


class Fault(Exception):
    """A diff that cannot be what it says."""


def pages_of(account, snapshot):
    folder = os.path.join(account, 'snapshots', snapshot)
    manifest = parse(read(os.path.join(folder, 'manifest.json')))
    return [witness.Page(folder, entry) for entry in manifest['pages']]


def steps(path):
    return [] if path == '' else [p.replace('~1', '/').replace('~0', '~') for p in path[1:].split('/')]


def at(value, path):
    for step in path:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def copied(value):
    if isinstance(value, dict):
        return {k: copied(v) for k, v in value.items()}
    return [copied(v) for v in value] if isinstance(value, list) else value


def equal(a, b):
    """Equal numbers are equal; true is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(equal, a, b))
    return type(a) is type(b) and a == b


def patched(record, changes):
    """The record after the changes. What goes, goes from the end of its list; what comes, comes at the end."""
    whole = {'': copied(record)}
    gone, come = [], []
    for c in changes:
        path = [''] + steps(c['path'])
        if 'before' in c:
            try:
                if not equal(at(whole, path), c['before']):
                    raise Fault('before is not what it was at %s' % c['path'])
            except (KeyError, IndexError, ValueError):
                raise Fault('nothing at %s' % c['path']) from None
        if 'after' not in c:
            gone.append(path)
        elif 'before' not in c:
            come.append((path, c['after']))
        else:
            put(at(whole, path[:-1]), path[-1], c['after'])
    for path in sorted(gone, key=lambda p: numeric(p[-1]), reverse=True):
        parent = at(whole, path[:-1])
        del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    for path, after in sorted(come, key=lambda c: numeric(c[0][-1])):
        parent = at(whole, path[:-1])
        if isinstance(parent, list) and int(path[-1]) != len(parent) or isinstance(parent, dict) and path[-1] in parent:
            raise Fault('something was at /%s' % '/'.join(path[1:]))
        if isinstance(parent, list):
            parent.append(after)
        else:
            parent[path[-1]] = after
    return whole['']


def put(parent, step, value):
    parent[int(step) if isinstance(parent, list) else step] = value


def numeric(step):
    return (0, int(step), '') if step.isdigit() else (1, 0, step)


class Replay:
    """The records as the diffs so far make them."""

    def __init__(self, account):
        self.account = account
        self.records = {}      # (entity, id) -> (record, snapshot, page, index) of the version in force
        self.pages = {}        # (snapshot, page) -> Page

    def record(self, place):
        snapshot, page, index = place
        return parse(self.pages[snapshot, page].records[index])

    def apply(self, snapshot, line):
        """One line, against the page it names."""
        key = line['entity'], line['id']
        op = line['op']
        if op == 'removed':
            if set(line) != {'entity', 'id', 'op', 'previous'}:
                raise Fault('members of a removed line: %s' % sorted(line))
        else:
            place = snapshot, line['page'], int(line['index'].text)
            new = self.record(place)
        if op == 'added':
            if key in self.records or 'previous' in line or 'changes' in line:
                raise Fault('added, but known')
        else:
            self.previous(key, line['previous'])
        if op == 'changed':
            paths = [c['path'].encode() for c in line['changes']]
            if not paths or paths != sorted(paths) or len(set(paths)) != len(paths):
                raise Fault('paths: %s' % paths)
            if not equal(patched(self.records[key][0], line['changes']), new):
                raise Fault('old + changes is not the new record')
        if op == 'removed':
            del self.records[key]
        else:
            self.records[key] = new, place

    def previous(self, key, previous):
        if key not in self.records:
            raise Fault('not known before')
        place = previous['snapshot'], previous['page'], int(previous['index'].text)
        if place != self.records[key][1]:
            raise Fault('previous is %s, the version came with %s' % (place, self.records[key][1]))


def last_copies(pages, completed, taken):
    """{(entity, id): record} of the last copy that is sound."""
    found = {}
    for page in pages:
        if page.resource == 'locations':
            continue
        for text in page.records:
            if text.strip() == b'null':
                continue
            ident, record, _, fault = witness.judge(text, page.entity, completed, taken)
            if fault is None:
                found[page.entity, ident] = record
    return found


def completed_in(account, snapshot):
    """The statuses that count, by the terms in force."""
    names = [n for n in sorted(os.listdir(os.path.join(account, 'terms'))) if n.endswith('Z.json') and n[:-5] <= snapshot]
    settings = parse(read(os.path.join(account, 'terms', names[-1])))['settings']
    return {lower(clean(s)) for s in settings['completed_statuses']}


def check(lab, name, account):
    """Diff law and chain law over all diffs of the account."""
    replay = Replay(account)
    before, chain = None, None
    for snapshot in snapshots(account):
        what = '%s: diff %s' % (name, snapshot)
        data = decompress(read(os.path.join(account, 'diffs', snapshot + '.jsonl.gz')))
        listed = [parse(line, 80) for line in data.split(b'\n')[:-1]]
        head = dict(listed[0])
        lab.equal(what + ': head', {k: v for k, v in head.items() if k != 'format'}, {
            'type': 'diff', 'snapshot': snapshot, 'previous': before, 'previous_diff_sha256': chain,
            'manifest_sha256': hashlib.sha256(read(os.path.join(account, 'snapshots', snapshot, 'manifest.json'))).hexdigest()})
        lab.check(what + ': format', isinstance(head['format'], Num) and head['format'].text == '1')
        apply_diff(lab, what, replay, account, snapshot, listed)
        before, chain = snapshot, hashlib.sha256(data).hexdigest()


def apply_diff(lab, what, replay, account, snapshot, listed):
    pages = pages_of(account, snapshot)
    replay.pages.update({(snapshot, p.path): p for p in pages})
    keys = [(line['entity'], line['id'].encode()) for line in listed[1:-1]]
    lab.check(what + ': order of its lines', keys == sorted(keys) and len(set(keys)) == len(keys), keys)
    ops = {(e, op): 0 for e in ('customer', 'order') for op in ('added', 'changed', 'removed')}
    for line in listed[1:-1]:
        ops[line['entity'], line['op']] += 1
        try:
            replay.apply(snapshot, line)
        except Fault as e:
            lab.check('%s: %s %s %r' % (what, line['op'], line['entity'], line['id']), False, e)
            return
    end = listed[-1]
    for entity in ('customer', 'order'):
        lab.equal('%s: counts of %ss' % (what, entity), [end[entity + 's'][op].text for op in ('added', 'changed', 'removed')],
                  [str(ops[entity, op]) for op in ('added', 'changed', 'removed')])
    taken = micros(parse(read(os.path.join(account, 'snapshots', snapshot, 'manifest.json')))['taken_at'])
    there = last_copies(pages, completed_in(account, snapshot), taken)
    wrong = [k for k, record in there.items() if k not in replay.records or not equal(replay.records[k][0], record)]
    lab.equal(what + ': old + diff = the sound records of its pages', wrong, [])
