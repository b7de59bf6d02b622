"""What the tests of the whole program share: running it, looking at directories, counting.
"""
import argparse
import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time

TIMEOUT = 120


def begin(doc, *places, **options):
    """The lab, the program, and the arguments of a script: places stand behind PROGRAM, options have these defaults."""
    ap = argparse.ArgumentParser(description=doc.splitlines()[0])
    for name in ('program', *places):
        ap.add_argument(name)
    for name, default in options.items():
        how = {'action': 'store_true'} if default is False else {'type': type(default), 'default': default}
        ap.add_argument('--' + name.replace('_', '-'), **how)
    a = ap.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)   # a shell leaves it ignored in what it starts behind '&'
    return Lab(), Program(a.program), a


def preloaded(place, source, *libs):
    """The path of a library for LD_PRELOAD, built in that place from a source below tests/, once."""
    path = os.path.join(place, os.path.splitext(os.path.basename(source))[0] + '.so')
    if not os.path.exists(path):
        tests = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        subprocess.run([os.environ.get('CC', 'cc'), '-shared', '-fPIC', '-O1', '-D_GNU_SOURCE', '-o', path, os.path.join(tests, source), *libs], check=True)
    return path


class Lab:
    """Counts what holds and prints what does not."""

    def __init__(self):
        self.passed = self.failed = 0
        self.place = tempfile.mkdtemp(prefix='flowstory-lab-')
        self.serial = 0
        self.began = time.monotonic()

    def check(self, what, holds, detail=''):
        if holds:
            self.passed += 1
            return True
        self.failed += 1
        print('FAILED %s%s' % (what, '\n    ' + str(detail)[:1500] if detail != '' else ''), flush=True)
        return False

    def equal(self, what, found, wanted):
        return self.check(what, found == wanted, 'found  %r\n    wanted %r' % (found, wanted) if found != wanted else '')

    def ran(self, what, run, code, *said):
        """A run ended with this code (or one of these) and said all that; returns the run."""
        codes = code if isinstance(code, tuple) else (code,)
        self.check(what, run.code in codes and all(text in run.err for text in said), '%d %s %s' % (run.code, run.out[-600:], run.err))
        return run

    def same(self, what, found, wanted):
        """Two mappings (trees): says which keys differ."""
        if found == wanted:
            return self.check(what, True)
        keys = sorted(set(found) | set(wanted), key=str)
        return self.check(what, False, 'differ: %s' % ', '.join(
            '%s (%s)' % (k, 'only now' if k not in wanted else 'gone' if k not in found else 'other') for k in keys if found.get(k) != wanted.get(k)))

    def new(self, name='dir'):
        """A path where nothing is yet."""
        self.serial += 1
        return os.path.join(self.place, '%s%d' % (name, self.serial))

    def account(self, *snapshots, name='account', settings=None, rules=None, program=None):
        """A new account of these snapshots, each (id, pages); applied if ${program} is given."""
        account = self.new(name)
        os.makedirs(os.path.join(account, 'snapshots'))
        for file, value in (('flowstory.json', settings), ('segments.json', rules)):
            if value is not None:
                write(os.path.join(account, file), json.dumps(value))
        for ident, pages in snapshots:
            put_snapshot(account, ident, pages)
        if program is not None:
            assert program(account, '-q', 'process').code == 0
        return account

    def end(self):
        shutil.rmtree(self.place, ignore_errors=True)
        print('%d passed, %d failed' % (self.passed, self.failed))
        return 1 if self.failed else 0


class Program:
    """The program under test; plain: the one that is asked what there is, which is another where this one has sanitizers."""

    def __init__(self, path):
        self.path = os.path.abspath(path)
        self.plain = self
        self.said = []         # all that it ever said

    def __call__(self, account, *words, env=None, umask=-1, data=None, front=(), stdout=subprocess.PIPE, cwd=None, before=None):
        """One run; .code, .out, .err (text). front stands before the program (strace); account None: no -C."""
        line = list(front) + [self.path] + (['-C', account] if account is not None else []) + list(words)
        run = subprocess.run(line, stdin=subprocess.DEVNULL if data is None else None, input=data, stdout=stdout, stderr=subprocess.PIPE,
                             env=dict(os.environ, **(env or {})), umask=umask, timeout=TIMEOUT, check=False, cwd=cwd, preexec_fn=before)
        run.code = run.returncode
        run.out = (run.stdout or b'').decode('utf-8', 'replace')
        run.err = run.stderr.decode('utf-8', 'replace')
        self.said.append(run.err)
        return run


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def change(path, how):
    data = how(read(path))
    os.chmod(path, 0o600)
    write(path, data)


def flip(path, bit):
    data = bytearray(read(path))
    data[bit // 8] ^= 1 << bit % 8
    write(path, bytes(data))


def clone(lab, account, *gone):
    """A copy, without some of its parts."""
    twin = lab.new('clone')
    shutil.copytree(account, twin)
    for name in gone:
        shutil.rmtree(os.path.join(twin, name))
    return twin


def dumped(tool, account):
    """Every row of the state, a line each: table, key and value in hexadecimal. Nothing if there is no state."""
    return subprocess.run([tool, account], capture_output=True, check=False).stdout


def files(root):
    """Paths of all files below, relative, sorted."""
    return sorted(os.path.relpath(os.path.join(d, n), root) for d, _, names in os.walk(root) for n in names)


# What looking at an account may change.
NOISE = ('.lock', 'state/lock.mdb', 'verify.json')


def tree(root, skip=NOISE):
    """{path: (mode, sha256 or None of a directory)} of everything below."""
    found = {}
    for d, dirs, names in os.walk(root):
        for n in dirs + names:
            path = os.path.join(d, n)
            name = os.path.relpath(path, root)
            if name in skip:
                continue
            st = os.lstat(path)
            plain = stat.S_ISREG(st.st_mode)
            found[name] = (stat.S_IMODE(st.st_mode), hashlib.sha256(read(path)).hexdigest() if plain else None)
    return found


def results(account):
    """{path: bytes} of diffs/ (inflated), exports/ and terms/."""
    found = {}
    for room in ('diffs', 'exports', 'terms'):
        for name in files(os.path.join(account, room)):
            data = read(os.path.join(account, room, name))
            found['%s/%s' % (room, name)] = gzip.decompress(data) if room == 'diffs' and name.endswith('.gz') else data
    return found


def leftovers(account):
    """Temporary files and directories that nobody took away."""
    return [n for n in tree(account) if '.tmp' in os.path.basename(n)]


def snapshots(account):
    return sorted(os.listdir(os.path.join(account, 'snapshots')))


def csv_rows(path):
    """Rows with the header first, as lists; None if there is no such file."""
    if not os.path.exists(path):
        return None
    text = read(path).decode('utf-8').removeprefix('\ufeff')
    return list(csv.reader(io.StringIO(text, newline=''), strict=True))


def lines(data):
    """The JSON values of a JSON Lines text."""
    return [json.loads(line) for line in data.split(b'\n') if line]


# ---------------------------------------------------------------- making accounts

class Page:
    """One page of a snapshot: body is bytes, or a value that becomes JSON."""

    def __init__(self, resource, body, scope=None, path=None, location=None, packed=True, **over):
        self.resource = resource
        self.body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.scope = scope or {'kind': 'all'}
        self.path = path
        self.location = location
        self.packed = packed
        self.over = over       # members of the manifest's entry put in place of the true ones

    def stored(self):
        return gzip.compress(self.body, mtime=0) if self.packed else self.body


def put_snapshot(account, ident, pages, over=None):
    """Writes snapshots/<ident>; over: members of the manifest."""
    folder = os.path.join(account, 'snapshots', ident)
    taken = '%s-%s-%sT%s:%s:%sZ' % (ident[:4], ident[4:6], ident[6:8], ident[9:11], ident[11:13], ident[13:15])
    entries, counts = [], {}
    os.makedirs(folder, exist_ok=True)
    for page in pages:
        counts[page.resource] = counts.get(page.resource, 0) + 1
        name = page.path or '%s-%04d.json%s' % (page.resource, counts[page.resource], '.gz' if page.packed else '')
        data = page.stored()
        if '/' not in name:
            write(os.path.join(folder, name), data)
        entry = {'path': name, 'resource': page.resource, 'scope': page.scope, 'page': counts[page.resource], 'records': 1, 'bytes': len(data),
                 'sha256': hashlib.sha256(data).hexdigest()}
        if page.location is not None:
            entry['location'] = page.location
        entry.update(page.over)
        entries.append({k: v for k, v in entry.items() if v is not None})
    manifest = {'format': 1, 'taken_at': taken, 'finished_at': taken, 'tool': 'lab', 'source': 'lab', 'pages': entries}
    manifest.update(over or {})
    write(os.path.join(folder, 'manifest.json'), json.dumps({k: v for k, v in manifest.items() if v is not None}))
    return folder


def customer(n, **over):
    made = {'id': 'c%05d' % n, 'firstName': 'Ann%d' % n, 'lastName': 'Bee', 'email': 'user%d@example.com' % n, 'phone': '720%03d%04d' % (555 + n // 10000, n % 10000),
            'isLoyal': True, 'loyaltyPoints': n, 'type': 'recCustomer', 'zip': '80202', 'createdAt': '2026-01-01T00:00:00Z',
            'birthDate': '1990-05-15'}
    made.update(over)
    return made


def order(n, who, when='2026-10-01T10:00:00Z', total=10.5, **over):
    made = {'id': 'o%05d' % n, 'customerId': 'c%05d' % who, 'createdAt': when, 'completedOn': when, 'orderStatus': 'Sold', 'orderType': 'In-Store',
            'voided': False, 'budtender': 'Bud', 'totals': {'finalTotal': total},
            'itemsInCart': [{'productName': 'P%d' % (n % 7), 'category': 'Flower', 'quantity': 1}]}
    made.update(over)
    return made


def customer_page(list_, **more):
    return Page('customers', {'customers': list_}, **more)


def order_page(list_, **more):
    return Page('orders', {'total': len(list_), 'orders': list_}, location='L1', **more)


def small(account, hours=3, people=30):
    """A little account of some snapshots, each with some changes; returns their ids."""
    os.makedirs(os.path.join(account, 'snapshots'))
    made = []
    for h in range(hours):
        who = [customer(n, loyaltyPoints=n + (h if n % 5 == 0 else 0)) for n in range(people - (1 if h == 2 else 0))]
        sold = [order(n, n % people, total=10.25 + (h if n % 9 == 0 else 0)) for n in range(2 * people + h)]
        made.append('20261123T%02d0000Z' % h)
        put_snapshot(account, made[-1], [customer_page(who), order_page(sold)])
    return made
