"""Snapshots that are refused: damaged pages and manifests, the breaker, those that come late; and records set apart.
"""
import gzip
import json
import os
import shutil
import zlib

from lab import Page, clone, csv_rows, customer, customer_page, lines, order, order_page, put_snapshot, read, results, small, tree, write

FIRST, SECOND, THIRD = '20261123T040000Z', '20261123T050000Z', '20261123T060000Z'

# What a person would not want to read in a log.
PERSON = {'firstName': 'Zeldana', 'lastName': 'Quuxson', 'email': 'hidden.person@example.com', 'phone': '7205559876', 'streetAddress1': '5 Veiled Street',
          'city': 'Nowherville', 'medId': 'MEDSECRET77', 'birthDate': '1971-02-03'}


def account_of(lab, people=30):
    """An account with one snapshot applied."""
    return lab.account((FIRST, [customer_page([customer(n, **PERSON) for n in range(people)]), order_page([order(1, 1), order(2, 2)])]))


def again_later():
    return [customer(n, **dict(PERSON, lastName='Quuxson-Later')) for n in range(30)]


class Damage:
    """The second snapshot comes damaged in many ways; nothing may change, and repaired it must work."""

    def __init__(self, lab, program):
        self.lab, self.program = lab, program
        self.account = account_of(lab)
        lab.equal('damage: the first snapshot', program(self.account, '-q', 'process').code, 0)
        self.before = tree(self.account)
        self.kept = lab.new('kept')
        shutil.copytree(self.account, self.kept)
        self.body = json.dumps({'customers': again_later()}).encode()
        self.good = gzip.compress(self.body, mtime=0)

    def refused(self, what, page, file, byte=None, says=None, wants_byte=True, over=None):
        """One damaged form: exit 4, the message names the file (and the byte), and nothing changed."""
        folder = put_snapshot(self.account, SECOND, [page], over)
        run = self.program(self.account, 'process')
        holds = run.code == 4 and file in run.err and (not wants_byte or 'byte ' in run.err) and 'Traceback' not in run.err
        if byte is not None:
            holds = holds and 'byte %d:' % byte in run.err
        if says is not None:
            holds = holds and says in run.err
        self.lab.check('refused: ' + what, holds, '%d %s' % (run.code, run.err))
        self.lab.check('refused: %s: the message is an error and what to do' % what, len(run.err.strip().split('\n')) == 2, run.err)
        self.unchanged(what, folder)

    def unchanged(self, what, folder):
        shutil.rmtree(folder)
        if not self.lab.same('refused: %s: nothing changed' % what, tree(self.account), self.before):
            shutil.rmtree(self.account)
            shutil.copytree(self.kept, self.account)

    def stored(self, what, data, path='customers-0001.json.gz', **words):
        """A page with these bytes on disk and their sha256 in the manifest."""
        page = Page('customers', data, path=path, packed=False)
        self.refused(what, page, 'snapshots/%s/%s' % (SECOND, path), **words)

    def body_of(self, what, body, **words):
        self.stored(what, body, 'customers-0001.json', **words)
        self.stored(what + ', gzipped', gzip.compress(body, mtime=0), **words)

    def gzips(self):
        good = self.good
        for n in sorted({*range(0, 20), *range(20, len(good), max(1, len(good) // 25)), *range(len(good) - 9, len(good))}):
            self.stored('gzip cut at %d' % n, good[:n], wants_byte=n > 0)
        for n in (0, 1, 2, 3, len(good) // 2, len(good) - 8, len(good) - 5, len(good) - 4, len(good) - 1):
            self.stored('gzip flipped at %d' % n, good[:n] + bytes([good[n] ^ 0x55]) + good[n + 1:])
        self.stored('a byte after the gzip', good + b'\0', byte=len(good))
        self.stored('zeros after the gzip', good + bytes(512), byte=len(good))
        self.stored('half a second member', good + good[:30])
        self.stored('plain in .gz', self.body, byte=0)
        self.stored('raw deflate', zlib.compress(self.body), byte=0)
        self.stored('empty .gz', b'')
        self.stored('a bomb', gzip.compress(b'[' + b' ' * (1 << 26) + b']', mtime=0), says='67108864')
        whole = b'{"customers":[' + b' ' * ((1 << 26) - 15) + b']}'
        self.stored('one byte too many', gzip.compress(whole, mtime=0), says='67108864')

    def structures(self):
        body = self.body
        for n in (1, 2, 14, 15, 20, len(body) // 2, len(body) - 2, len(body) - 1):
            self.body_of('body cut at %d' % n, body[:n])
        for what, text in (('empty', b''), ('white space', b' \n'), ('a number', b'5'), ('a text', b'"x"'), ('null', b'null'), ('BOM', b'\xef\xbb\xbf' + body),
                           ('NUL', b'\0'), ('html', b'<html>'), ('unclosed string', b'{"customers":["x]}'), ('unclosed', b'{"customers":[{}]'),
                           ('wrong nesting', b'{"customers":[{]}]}'), ('wrong nesting 2', b'{"customers":[{}}'), ('closed twice', b'{"customers":[]}}'),
                           ('two bodies', body + body), ('a byte behind', body + b'x'), ('NUL behind', body + b'\0'), ('comma behind', b'[],'),
                           ('no name', b'{:1}'), ('no value', b'{"customers":}'), ('two commas', b'{"a":1,,"customers":[]}'),
                           ('comma at the end', b'{"customers":[],}'), ('names without commas', b'{"a":1 "customers":[]}'), ('escape at the end', b'["\\')):
            self.body_of('body: ' + what, text)
        for resource in ('orders', 'locations', 'customer'):
            self.refused('body of ' + resource, Page(resource, b'[{]', path='p.json', packed=False), 'p.json')

    def manifests(self):
        page = lambda **over: Page('customers', self.body, **over)
        name = 'snapshots/%s/manifest.json' % SECOND
        self.refused('sha256 of another', page(sha256='0' * 64), 'customers-0001.json.gz', byte=0, says='sha256')
        for what, over in (('no sha256', dict(sha256=None)), ('short sha256', dict(sha256='ab')), ('upper case sha256', dict(sha256='A' * 64)),
                           ('sha256 a number', dict(sha256=1)), ('no scope', dict(scope=None)), ('scope of no kind', dict(scope={'kind': 'some'})),
                           ('scope a text', dict(scope='all')), ('a window without an end', dict(scope={'kind': 'created', 'from': '2026-01-01'})),
                           ('resource unknown', dict(resource='people')), ('no resource', dict(resource=None)), ('no path', dict(path=None)),
                           ('path empty', dict(path=''))):
            made = page()
            made.over = over
            self.refused('manifest: ' + what, made, name)
        for path in ('../evil.json', 'a/b.json', '/etc/passwd', '..', '.', '.hidden', 'x\0y'):
            made = page()
            made.over = {'path': path}
            self.refused('manifest: path %r' % path, made, name)
        missing = page()
        missing.over = {'path': 'not-there.json.gz'}
        self.refused('manifest: page missing', missing, 'snapshots/%s/not-there.json.gz' % SECOND, wants_byte=False)
        for what, over in (('format 2', dict(format=2)), ('format "1"', dict(format='1')), ('no format', dict(format=None)), ('no taken_at', dict(taken_at=None)),
                           ('taken_at of another', dict(taken_at='2026-11-23T05:00:01Z')), ('taken_at junk', dict(taken_at='now')),
                           ('no pages', dict(pages=None)), ('pages an object', dict(pages={})), ('a page a number', dict(pages=[5]))):
            self.refused('manifest: ' + what, page(), name, over=over)
        for what, text in (('empty', b''), ('cut', b'{"format":1,'), ('array', b'[]'), ('junk behind', b'{"format":1} x'), ('bad UTF-8', b'{"\xff":1}'),
                           ('twice', b'{"format":1,"format":1}')):
            self.raw_manifest(what, text, name)

    def raw_manifest(self, what, text, name):
        write(os.path.join(self.account, name), text)
        self.lab.ran('refused: manifest %s' % what, self.program(self.account, 'process'), 4, name, 'byte')
        self.unchanged('manifest ' + what, os.path.dirname(os.path.join(self.account, name)))

    def repaired(self):
        """After all of it the good snapshot is applied as if nothing had been."""
        page = customer_page(again_later())
        put_snapshot(self.account, SECOND, [page])
        run = self.program(self.account, 'process')
        self.lab.equal('refused: repaired', (run.code, 'customers +0 ~30 -0' in run.err), (0, True))
        fresh = account_of(self.lab)
        put_snapshot(fresh, SECOND, [page])
        self.program(fresh, '-q', 'process')
        self.lab.same('refused: repaired is undisturbed', results(self.account), results(fresh))

    def run(self):
        self.gzips()
        self.structures()
        self.manifests()
        self.repaired()


def first_refused(lab, program):
    """The very first snapshot refused leaves no export and no diff; good ones before a bad one are applied."""
    account = lab.account((FIRST, [Page('customers', b'[{]')]))
    run = program(account, 'process')
    lab.equal('first refused', (run.code, [n for n in tree(account) if n.split('/')[0] not in ('state', 'snapshots')]), (4, []))
    put_snapshot(account, FIRST, [customer_page([customer(1)])])
    put_snapshot(account, SECOND, [Page('customers', b'')])
    put_snapshot(account, '20261123T060000Z', [customer_page([customer(1), customer(2)])])
    run = program(account, 'process')
    lab.equal('the third waits behind the damaged second', (run.code, sorted(os.listdir(os.path.join(account, 'exports')))), (4, [FIRST]))
    lab.check('the damaged one is named', SECOND in run.err and 'customers +1' in run.err, run.err)
    os.makedirs(os.path.join(account, 'snapshots', '20261123T070000Z'))
    for odd in ('20261123T080000', 'notes', '20261323T080000Z'):
        write(os.path.join(account, 'snapshots', odd, 'manifest.json'), b'{')
    shutil.rmtree(os.path.join(account, 'snapshots', SECOND))
    run = program(account, 'process')
    lab.equal('what is no snapshot does not exist', (run.code, sorted(os.listdir(os.path.join(account, 'exports')))), (0, [FIRST, '20261123T060000Z']))


# ---------------------------------------------------------------- quarantine

def faulty():
    """(record, part of the reason) of customers without a readable id: of a customer nothing else decides."""
    base = json.dumps(customer(7, **PERSON)).encode()
    put = lambda field: base[:-1] + b',' + field + b'}'
    return [(put(b'"x":"\xff"'), 'UTF-8'), (put(b'"x":"\\q"'), 'escape'), (put(b'"\\ud800":1,"\\udc00":2'), 'repeated'),
            (put(b'"x":"a\tb"'), 'control'), (put(b'"x":01'), 'number'), (put(b'"email":"other@example.com"'), 'repeated'),
            (put(b'"x":' + b'[' * 64 + b']' * 64), 'nesting'), (b'17', 'object'), (b'"Zeldana"', 'object'), (b'[]', 'object'),
            (put(b'"x" 1'), 'JSON'), (b'', 'JSON'), (b'{"email":"hidden.person@example.com"}', 'id'),
            (b'{"id":true,"email":"hidden.person@example.com"}', 'id'), (b'{"id":1.5}', 'id'), (b'{"id":7e0}', 'id'), (b'{"id":"' + b'x' * 241 + b'"}', 'id')]


def faulty_orders():
    """(record, id that is read of it or None, part of the reason)."""
    base = lambda **over: json.dumps(order(8, 1, **over)).encode()
    return [(base(customerId={'x': 'Zeldana'}), 'o00008', 'customerId'), (base(createdAt='Zeldana'), 'o00008', 'createdAt'),
            (base(createdAt=None, completedOn=None), 'o00008', 'time'), (base(createdAt='1999-12-31', completedOn='2026-11-25'), 'o00008', 'time'),
            (base(totals=5), 'o00008', 'totals'), (base(totals={}), 'o00008', 'finalTotal'),
            (base(totals={'finalTotal': '1e12'}), 'o00008', 'finalTotal'), (base(itemsInCart={}), 'o00008', 'itemsInCart'),
            (base(itemsInCart=['Zeldana']), 'o00008', 'itemsInCart'), (base(orderStatus=['Zeldana']), 'o00008', 'orderStatus'),
            (base(voided='Zeldana'), 'o00008', 'voided'), (base(id='', _id=' '), None, 'id')]


# What costs a record one field and no more: the field, its value, and how dropped.csv shows it.
DROPPED = [('isLoyal', 'hidden.person@example.com', 'hidden.person@example.com'), ('loyaltyPoints', 'Zeldana', 'Zeldana'), ('consentsToPromotionalEmail', 5, '5'),
           ('email', {'a': 'Zeldana'}, '{"a":"Zeldana"}'), ('firstName', ['Zeldana'], '["Zeldana"]'), ('phone', True, 'true')]
DROPPED_ITEMS = [('budtender', [], 'budtender', '[]'), ('itemsInCart', [{'productName': True}], 'itemsInCart/0/productName', 'true')]


def quarantine(lab, program):
    account = account_of(lab)
    lab.equal('quarantine: before', program(account, '-q', 'process').code, 0)
    people, sold = faulty(), faulty_orders()
    odd = [json.dumps(customer(10 + n, **dict(PERSON, **{name: value}))).encode() for n, (name, value, _) in enumerate(DROPPED)]
    good = [json.dumps(customer(n, **PERSON)).encode() for n in range(30) if n != 7 and not 10 <= n < 10 + len(odd)]
    rest = [json.dumps(order(20 + n, 1, **{name: value})).encode() for n, (name, value, *_) in enumerate(DROPPED_ITEMS)]
    put_snapshot(account, SECOND, [Page('customers', b'{"customers":[' + b','.join([r for r, _ in people] + odd + good + [b'null']) + b']}'),
                                   Page('orders', b'{"total":1,"orders":[' + b','.join([r for r, *_ in sold] + rest) + b']}', location='L1')])
    run = lab.ran('quarantine: exit 3 and a warning', program(account, 'process'), 3, '%d records are quarantined' % len(people + sold))
    folder = os.path.join(account, 'exports', SECOND)
    listed = lines(read(os.path.join(folder, 'quarantine.jsonl')))
    wanted = [('customers-0001.json.gz', n, 'customer', None) for n in range(len(people))]
    wanted += [('orders-0001.json.gz', n, 'order', ident) for n, (_, ident, _) in enumerate(sold)]
    lab.equal('quarantine: its lines', [(q['page'], q['index'], q['entity'], q.get('id')) for q in listed], wanted)
    reasons = [(q['reason'], part) for q, (*_, part) in zip(listed, people + sold) if part not in q['reason']]
    lab.equal('quarantine: the reasons', reasons, [])
    lab.equal('quarantine: a scope with a nameless record proves no absence', 'customers +0 ~%d -0, orders +%d ~0 -0' % (len(odd), len(rest)) in run.err, True)
    told = json.loads(read(os.path.join(folder, 'manifest.json')))['counts']
    lab.equal('quarantine: counted', (told['quarantined'], told['held_back']), (len(listed), {'customers': 1, 'orders': 2}))
    lab.equal('quarantine: exit 0 when there is nothing to do', program(account, 'process').code, 0)
    text = read(os.path.join(folder, 'quarantine.jsonl')).decode()
    lab.equal('quarantine: nothing of a person in it', [v for v in PERSON.values() if v in text], [])
    dropped = [['customer', 'c%05d' % (10 + n), name, shown, 'unreadable'] for n, (name, _, shown) in enumerate(DROPPED)]
    dropped += [['order', 'o%05d' % (20 + n), name, shown, 'unreadable'] for n, (*_, name, shown) in enumerate(DROPPED_ITEMS)]
    lab.equal('dropped: its rows', csv_rows(os.path.join(folder, 'dropped.csv'))[1:], dropped)
    put_snapshot(account, THIRD, [Page('customers', b'{"customers":[' + b','.join([r for r, _ in people] + odd + good) + b']}')])
    lab.equal('quarantine: what was quarantined before is no news', program(account, '-q', 'process').code, 0)


# ---------------------------------------------------------------- breaker and late ones

def shrinking(lab, program, people, left, code, percent=None, sold=False):
    """From so many to so many: what the breaker says."""
    what = 'breaker: %d to %d%s, %s %%' % (people, left, ' orders' if sold else '', percent or 'default')
    make = lambda n: order_page([order(i, 0) for i in range(n)]) if sold else customer_page([customer(i) for i in range(n)])
    account = lab.account((FIRST, [make(people)]), settings=None if percent is None else {'breaker_percent': float(percent)}, program=program)
    put_snapshot(account, SECOND, [make(left)])
    before = tree(account)
    run = program(account, 'process')
    lab.equal(what, run.code, code)
    if code == 0:
        return
    now = tree(account)
    lab.check(what + ': one line in the log of runs', now.pop('runs.jsonl', None) is not None and [x['stopped'] for x in lines(read(os.path.join(account, 'runs.jsonl')))] == [SECOND], sorted(now))
    lab.same(what + ': nothing else is written', now, before)
    lab.check(what + ': says what and how', '--accept-mass-change ' + SECOND in run.err and '%d of %d' % (people - left, people) in run.err, run.err)
    lab.equal(what + ': another snapshot accepted', program(account, 'process', '--accept-mass-change', FIRST).code, 5)
    run = program(account, 'process', '--accept-mass-change', SECOND)
    lab.equal(what + ': accepted', (run.code, '-%d' % (people - left) in run.err), (0, True))
    after = results(account)
    lab.equal(what + ': rebuilt without the flag', program(account, '-q', 'process', '--rebuild').code, 0)
    lab.same(what + ': rebuilt to the same', results(account), after)


def breaker(lab, program):
    for case in ((100, 90, 0), (100, 89, 5), (20, 11, 0), (20, 10, 5), (10, 0, 5), (9, 0, 5), (9, 1, 0), (1, 0, 5), (100, 89, 5, None, True), (100, 50, 0, '50'),
                 (100, 49, 5, '50'), (80, 70, 0, '12.5'), (80, 69, 5, '12.5'), (40, 0, 0, '100'), (100, 91, 0, '0'), (100, 90, 5, '0')):
        shrinking(lab, program, *case)


def late(lab, program):
    """An older snapshot is refused with advice; newer ones are applied; a rebuild takes it in."""
    source, account = lab.new('source'), lab.new('late')
    ids = small(source, 4)
    os.makedirs(os.path.join(account, 'snapshots'))
    bring = lambda i: shutil.copytree(os.path.join(source, 'snapshots', ids[i]), os.path.join(account, 'snapshots', ids[i]))
    bring(0), bring(2)
    lab.equal('late: before', program(account, '-q', 'process').code, 0)
    bring(1)
    before = tree(account)
    lab.ran('late: refused with advice', program(account, 'process'), 4, ids[1], 'process --rebuild')
    lab.same('late: nothing changed', tree(account), before)
    bring(3)
    run = program(account, 'process')
    lab.equal('late: newer ones are applied', (run.code, sorted(os.listdir(os.path.join(account, 'exports')))), (4, [ids[0], ids[2], ids[3]]))
    told = program(account, 'status', '--json')
    lab.equal('late: status', {k: json.loads(told.out)[k] for k in ('late', 'pending', 'applied')}, {'late': 1, 'pending': 0, 'applied': 3})
    run = program(account, 'process', '--rebuild')
    lab.check('late: rebuilt, and says which exports were replaced', run.code == 0 and 'replaced an existing export' in run.err, '%d %s' % (run.code, run.err))
    program(source, '-q', 'process')
    lab.same('late: rebuilt as if it had come in time', results(account), results(source))
    lab.equal('late: afterwards', program(account, 'process').code, 0)


def replaced(lab, program):
    """An export that is another than what comes out is replaced, and that is said."""
    account = lab.new('replaced')
    ids = small(account, 2)
    program(account, '-q', 'process')
    want = results(account)
    path = os.path.join(account, 'exports', ids[0], 'contacts-0001.csv')
    write(path, read(path) + b'x')
    write(os.path.join(account, 'exports', ids[1], 'more.txt'), b'mine')
    run = program(account, 'process', '--rebuild')
    lab.check('replaced: said of both', run.code == 0 and run.err.count('replaced an existing export') == 2, run.err)
    lab.same('replaced: whole again', results(account), want)


def recorded(lab, program):
    """Each snapshot is applied again with the settings, rules and list of its time, whatever else is gone; they name no secret."""
    account = lab.new('recorded')
    ids = small(account, 3)
    kept = {i: os.path.join(account, 'snapshots', i) for i in ids}
    for i in ids[1:]:
        shutil.move(kept[i], kept[i] + '.away')
    for n, i in enumerate(ids):
        if n > 0:
            shutil.move(kept[i] + '.away', kept[i])
        write(os.path.join(account, 'flowstory.json'), json.dumps({'min_age': [0, 30, 60][n], 'list_separator': '|', 'suppress': 'no.txt',
                                                                  'completed_statuses': [['sold'], ['sold', 'done'], ['done']][n]}))
        write(os.path.join(account, 'no.txt'), 'user%d@example.com\n' % n)
        write(os.path.join(account, 'segments.json'), json.dumps([{'name': 'N%d' % n, 'slug': 's%d' % n, 'where': {'field': 'fh_total_orders', 'op': '>', 'value': n}}]))
        run = program(account, '-q', 'process')
        lab.equal('recorded: step %d' % n, (run.code, run.err), (0, ''))
    want = results(account)
    lab.equal('recorded: three times terms and a list', [n for n in want if n.startswith('terms/')],
              sorted('terms/%s%s' % (i, end) for i in ids for end in ('.json', '.suppress.txt')))
    twin = clone(lab, account, 'state', 'diffs', 'exports')
    for words in ([], ['--rebuild']):
        run = program(twin, '-q', 'process', *words)
        lab.equal('recorded: again %s' % words, (run.code, run.err), (0, ''))
        lab.same('recorded: again %s: the same' % words, results(twin), want)
    text = b''.join(v for k, v in want.items() if k.startswith('terms/'))
    lab.check('recorded: no path of a secret', b'api_key' not in text)
    for words in ([], ['--rebuild']):
        for name in ('flowstory.json', 'segments.json', 'no.txt'):
            if os.path.exists(os.path.join(account, name)):
                os.unlink(os.path.join(account, name))
        shutil.rmtree(os.path.join(account, 'state'), ignore_errors=True)
        run = program(account, '-q', 'process', *words)
        lab.equal('recorded: without the settings %s' % words, (run.code, run.err), (0, ''))
        lab.same('recorded: without the settings %s: the same' % words, results(account), want)


def unrecorded(lab, program):
    """terms/ is gone: made anew from the settings and rules as they are, with a warning."""
    account = lab.new('unrecorded')
    small(account, 2)
    write(os.path.join(account, 'flowstory.json'), '{"min_age":18}')
    lab.equal('unrecorded: before', program(account, '-q', 'process').code, 0)
    want = results(account)
    shutil.rmtree(os.path.join(account, 'terms'))
    shutil.rmtree(os.path.join(account, 'state'))
    lab.ran('unrecorded: warned of', program(account, 'process'), 0, 'terms')
    lab.same('unrecorded: the same', results(account), want)


def run_all(lab, program):
    Damage(lab, program).run()
    first_refused(lab, program)
    quarantine(lab, program)
    breaker(lab, program)
    late(lab, program)
    replaced(lab, program)
    recorded(lab, program)
    unrecorded(lab, program)


