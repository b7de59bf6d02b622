"""adopt: every shape of body, the scopes, and nothing left behind when it fails.
"""
import gzip
import hashlib
import json
import os
import re
import time

from lab import Page, csv_rows, customer, customer_page, files, leftovers, order, put_snapshot, read, snapshots, tree, write

ID = '20261123T040000Z'
AT = '2026-11-23T04:00:00Z'
PEOPLE, SOLD = [customer(1), customer(2)], [order(1, 1), order(2, 2)]

# what, body, resource, records, scope kind
SHAPES = [
    ('a list of customers', PEOPLE, 'customers', 2), ('customers', {'customers': PEOPLE}, 'customers', 2), ('customers in data', {'status': 200, 'data': PEOPLE}, 'customers', 2),
    ('customers and total', {'total': 2, 'customers': PEOPLE}, 'customers', 2), ('no customers', {'customers': []}, 'customers', 0),
    ('orders', {'total': 2, 'orders': SOLD}, 'orders', 2), ('a list of orders', SOLD, 'orders', 2), ('orders in data', {'data': SOLD}, 'orders', 2),
    ('no orders', {'total': 0, 'orders': []}, 'orders', 0), ('one customer', {'customer': PEOPLE[0]}, 'customer', 1), ('one customer in data', {'data': PEOPLE[0]}, 'customer', 1),
    ('one customer alone', PEOPLE[0], 'customer', 1), ('one customer in a list', [PEOPLE[0]], 'customers', 1), ('locations', {'data': [{'importId': 'L1', 'zip': '80202'}]}, 'locations', 1),
    ('a customer behind null', [None, PEOPLE[0]], 'customers', None), ('a customer behind a faulty one', b'[{"x":01},' + json.dumps(PEOPLE[0]).encode() + b']', 'customers', 2)]


def adopt(lab, program, files, *words, at=AT, code=0, account=None):
    account = account or begun(lab, program)
    run = lab.ran('adopt %s %s' % ([os.path.basename(f) for f in files], words), program(account, 'adopt', *files, '--taken-at', at, *words), code)
    return account, run


def begun(lab, program):
    account = lab.new('adopts')
    program(None, '-q', 'init', account)
    return account


def file(lab, name, body):
    path = os.path.join(lab.new('files'), name)
    write(path, body if isinstance(body, bytes) else json.dumps(body).encode())
    return path


def manifest(account, ident=ID):
    return json.loads(read(os.path.join(account, 'snapshots', ident, 'manifest.json')))


def shapes(lab, program):
    for what, body, resource, records in SHAPES:
        plain = body if isinstance(body, bytes) else json.dumps(body).encode()
        half = len(plain) // 2
        for how, data in (('plain', plain), ('gzip', gzip.compress(plain)), ('two members', gzip.compress(plain[:half]) + gzip.compress(plain[half:]))):
            name = '%s, %s' % (what, how)
            account, run = adopt(lab, program, [file(lab, 'export.bin', data)])
            if run.code != 0:
                continue
            page = manifest(account)['pages'][0]
            wanted = {'resource': resource, 'bytes': len(data), 'sha256': hashlib.sha256(data).hexdigest(), 'page': 1}
            lab.equal('adopt: %s: manifest' % name, {k: page.get(k) for k in wanted}, wanted)
            lab.check('adopt: %s: records' % name, records is None or page['records'] == records, page)
            lab.equal('adopt: %s: scope' % name, page['scope']['kind'], 'id' if resource == 'customer' else 'all')
            lab.equal('adopt: %s: name' % name, (page['path'].startswith(resource), page['path'].endswith('.json' if how == 'plain' else '.json.gz')), (True, True))
            lab.equal('adopt: %s: copied as it is' % name, read(os.path.join(account, 'snapshots', ID, page['path'])), data)
            lab.equal('adopt: %s: modes' % name, {oct(m) for k, (m, d) in tree(account).items() if d}, {'0o600'})
            lab.equal('adopt: %s: dir modes' % name, {oct(m) for k, (m, d) in tree(account).items() if not d}, {'0o700'})
            run = program(account, '-q', 'process')
            lab.equal('adopt: %s: process' % name, run.code, 3 if 'faulty' in what else 0)


def scopes(lab, program):
    """What is missing is removed, or not, as the scope says."""
    def left(words, files, known=60):
        account = begun(lab, program)
        put_snapshot(account, '20261122T040000Z', [
            customer_page([customer(n) for n in range(known)]),
            Page('orders', {'orders': [order(n, 1, '2026-10-%02dT00:00:00Z' % (n + 1)) for n in range(30)]}, location='L1')])
        program(account, '-q', 'process')
        adopt(lab, program, files, *words, account=account)
        run = program(account, 'process', '--accept-mass-change', ID)
        lab.equal('adopt %s: process' % (words,), run.code, 0)
        told = json.loads(program(account, 'status', '--json').out)
        return told['customers'], told['orders']
    people = file(lab, 'p.json', {'customers': PEOPLE})
    sold = file(lab, 'o.json', {'orders': [order(9, 1, '2026-10-10T00:00:00Z')]})
    lab.equal('adopt: all', left([], [people]), (2, 30))
    lab.equal('adopt --partial', left(['--partial'], [people]), (60, 30))
    lab.equal('adopt: one customer proves nothing', left([], [file(lab, 'c.json', {'customer': PEOPLE[0]})]), (60, 30))
    lab.equal('adopt: orders of no location prove nothing of a location', left([], [sold]), (60, 30))
    lab.equal('adopt: orders of the location', left(['--location', 'L1'], [sold]), (60, 1))
    lab.equal('adopt --created', left(['--location', 'L1', '--created', '2026-10-08..2026-10-12'], [sold]), (60, 27))
    lab.equal('adopt --created with times', left(['--location', 'L1', '--created', '2026-10-08T00:00:00Z..2026-10-12T00:00:00.000001Z'], [sold]), (60, 26))
    lab.equal('adopt --partial orders', left(['--location', 'L1', '--partial'], [sold]), (60, 30))


def single(lab, program):
    """A record that is no list says nothing of the others: none of them is removed, and it is read."""
    for what, body, kind in (('an order alone', SOLD[0], 'order'), ('an order in data', {'data': SOLD[0]}, 'order'), ('an order by name', {'orders': SOLD[0]}, 'order'),
                             ('a customer alone', PEOPLE[0], 'customer'), ('a customer by name', {'customer': PEOPLE[0]}, 'customer'),
                             ('a customer by the list\'s name', {'customers': PEOPLE[0]}, 'customer')):
        account, _ = adopt(lab, program, [file(lab, 'all.json', {'customers': PEOPLE, 'orders': SOLD})])
        lab.ran('single: process', program(account, '-q', 'process'), 0)
        later = '2026-11-23T05:00:00Z'
        adopt(lab, program, [file(lab, 'one.json', body)], at=later, account=account)
        page = manifest(account, '20261123T050000Z')['pages'][0]
        lab.equal('single: %s: scope' % what, page['scope']['kind'], 'id')
        lab.ran('single: %s: process' % what, program(account, '-q', 'process'), 0)
        counts = json.loads(read(os.path.join(account, 'exports', '20261123T050000Z', 'manifest.json')))['counts']
        lab.equal('single: %s' % what, counts['changes'][kind + 's'], {'added': 0, 'changed': 0, 'removed': 0, 'unchanged': 1})
        lab.equal('single: %s: known' % what, (counts['customers'], counts['orders']), (2, 2))


def several(lab, program):
    """Files of one kind are one scope; names do not collide; both resources together."""
    parts = [file(lab, 'same.json', {'customers': [customer(n)]}) for n in range(3)] + [file(lab, 'same.json', {'orders': [order(n, n)]}) for n in range(2)]
    account, _ = adopt(lab, program, parts)
    paths = [p['path'] for p in manifest(account)['pages']]
    lab.equal('adopt: names', (len(set(paths)), [p['page'] for p in manifest(account)['pages']]), (5, [1, 2, 3, 1, 2]))
    lab.equal('adopt: process', program(account, '-q', 'process').code, 0)
    lab.equal('adopt: contacts', len(csv_rows(os.path.join(account, 'exports', ID, 'contacts-0001.csv'))), 4)
    before = tree(account)
    lab.ran('adopt: the same time twice', program(account, 'adopt', parts[0], '--taken-at', AT), 2, ID, 'Adopt all files of one time with one command')
    lab.same('adopt: the same time twice changes nothing', tree(account), before)
    account, _ = adopt(lab, program, parts[:1], at='2026-11-23T04:00:00+02:00')
    lab.equal('adopt: an offset', snapshots(account), ['20261123T020000Z'])
    lab.equal('adopt: after --', program(begun(lab, program), 'adopt', '--taken-at', AT, '--', parts[0]).code, 0)
    lab.equal('adopt: quiet', program(begun(lab, program), '-q', 'adopt', parts[0], '--taken-at', AT).err, '')


def refused(lab, program):
    """Exit 2 or 1 with the file's name and advice; nothing stays, and a good file beside it is not adopted."""
    good = file(lab, 'good.json', {'customers': PEOPLE})
    packed = gzip.compress(json.dumps({'customers': PEOPLE}).encode())
    cases = [('text.txt', b'hello'), ('empty', b''), ('list', b'[]'), ('object', b'{}'), ('error.json', b'{"message":"Forbidden"}'), ('cut.json', b'{"customers":[{}'),
             ('behind.json', b'[{"email":"x"}] x'), ('bom.json', b'\xef\xbb\xbf[{"email":"x"}]'), ('numbers.json', b'[1,2]'), ('cut.gz', packed[:-3]),
             ('more.gz', packed + b'x'), ('bomb.gz', gzip.compress(b'[' + b' ' * (1 << 26) + b'{"email":1}]')), ('csv.csv', b'email,phone\r\na@b.co,1\r\n')]
    for name, data in cases:
        account = begun(lab, program)
        before = tree(account)
        bad = file(lab, name, data)
        for files in ([bad], [good, bad], [bad, good]):
            run = program(account, 'adopt', *files, '--taken-at', AT)
            lab.check('adopt refuses %s' % name, run.code == 2 and name in run.err and run.err.count('\n') == 2, '%d %s' % (run.code, run.err))
            lab.same('adopt refuses %s: nothing left' % name, tree(account), before)
    for bad in ('/nowhere/x.json', lab.place):
        account = begun(lab, program)
        before = tree(account)
        lab.ran('adopt refuses %s' % bad, program(account, 'adopt', good, bad, '--taken-at', AT), (1, 2), bad)
        lab.same('adopt refuses %s: nothing left' % bad, tree(account), before)
        lab.equal('adopt refuses %s: leftovers' % bad, leftovers(account), [])


def encodings(lab, program):
    """What Windows and databases write is refused with the remedy."""
    body = json.dumps({'customers': PEOPLE})
    cases = [(b'\xef\xbb\xbf' + body.encode(), 'byte order mark', 'without a byte order mark'), (body.encode('utf-16'), 'UTF-16', 'Save it as UTF-8'),
             (body.encode('utf-16-be'), 'not UTF-8|no UTF-8', 'Save it as UTF-8'), (body.encode('utf-16-le'), 'UTF-16', 'Save it as UTF-8'),
             (b'[{"name":"Jos\xe9"}]', 'byte 13: this is not UTF-8', 'as UTF-8'),
             (b'\n'.join(json.dumps(p).encode() for p in PEOPLE), 'one record per line', r'\[ \]'), (b'PK\3\4\x14\0\xff', 'a ZIP archive', 'Unpack'),
             (b'<!doctype html><title>Log in</title>', 'not JSON', 'login'), (b'email,phone\r\na@b.co,1\r\n', 'it is not JSON', 'one JSON body'),
             (b' \n', 'it is empty', 'one JSON body')]
    for data, says, remedy in cases:
        account = begun(lab, program)
        before = tree(account)
        for how in (data, gzip.compress(data)):
            run = program(account, 'adopt', file(lab, 'x.json', how), '--taken-at', AT)
            lab.check('adopt: %s' % says, run.code == 2 and re.search(says, run.err) and re.search(remedy, run.err.split('\n')[1]), '%d %s' % (run.code, run.err))
        lab.same('adopt: %s: nothing left' % says, tree(account), before)


def both(lab, program):
    """Two lists in one file are two pages of the same bytes; a member that is no list is none."""
    data = json.dumps({'customers': PEOPLE, 'orders': SOLD}, indent=1).encode()
    for how in (data, gzip.compress(data)):
        account, run = adopt(lab, program, [file(lab, 'all.json', how)])
        pages = manifest(account)['pages']
        lab.equal('adopt: both lists', [(p['resource'], p['records'], p['sha256']) for p in pages],
                  [(r, 2, hashlib.sha256(how).hexdigest()) for r in ('customers', 'orders')])
        lab.check('adopt: both lists are told', '2 customers' in run.err and '2 orders' in run.err, run.err)
        lab.equal('adopt: both lists: process', program(account, '-q', 'process').code, 0)
        told = json.loads(program(account, 'status', '--json').out)
        lab.equal('adopt: both lists: known', (told['customers'], told['orders'], told['unattributed_orders']), (2, 2, 0))
    for other in (None, 3, {}):
        account, _ = adopt(lab, program, [file(lab, 'one.json', {'customers': PEOPLE, 'orders': other})])
        lab.check('adopt: orders that are %r are no list' % (other,), [p['resource'] for p in manifest(account)['pages']] == ['customers'])


def linked(lab, program):
    """A page that is there already takes no room; one that was damaged since is not handed on."""
    people, sold = file(lab, 'p.json', {'customers': PEOPLE}), file(lab, 'o.json', {'orders': SOLD})
    account, _ = adopt(lab, program, [people, sold])
    adopt(lab, program, [sold, people], at='2026-11-24T04:00:00Z', account=account)
    inodes = {os.stat(os.path.join(account, 'snapshots', i, p['path'])).st_ino for i in snapshots(account) for p in manifest(account, i)['pages']}
    lab.equal('adopt: equal pages are one file', len(inodes), 2)
    first = os.path.join(account, 'snapshots', ID, 'customers-0001.json')
    write(first, b'damaged')
    adopt(lab, program, [people], at='2026-11-25T04:00:00Z', account=account)
    lab.equal('adopt: a damaged page is not linked', read(os.path.join(account, 'snapshots', '20261125T040000Z', 'customers-0001.json')), read(people))


def ahead(lab, program):
    """A time more than a day ahead of the clock is a mistake."""
    people = file(lab, 'p.json', {'customers': PEOPLE})
    for hours, code in ((-1, 0), (23, 0), (25, 2), (24 * 365 * 40, 2)):
        at = time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(time.time() + 3600 * hours))
        account, run = adopt(lab, program, [people], at=at, code=code)
        lab.equal('adopt %d hours ahead' % hours, (len(snapshots(account)), 'in the future' in run.err), (1, False) if code == 0 else (0, True))


def run_all(lab, program):
    for part in (shapes, scopes, single, several, refused, encodings, both, linked, ahead):
        part(lab, program)
