#!/usr/bin/env python3
"""blocks.py PROGRAM GENERATE DUMP: pages in blocks give what the same pages give in any other dress, and damage is never read as a record.

The accounts are made by build/generate, whose pages are in blocks (docs/decisions/0070-pages-in-blocks.md). The same texts in one member, in members
that no list tells of, and under lists that lie give the same diffs, exports, rows and answers. With each block of an old page damaged in turn the next
snapshot is refused or all is as it would have been. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

from lab import begin, clone, dumped, flip, read, results, snapshots, write  # noqa: E402

WORLD = '--seed 5 --customers 900 --orders 1800 --locations 2 --snapshots 4 --full-every 1 --changed 1 --added 30 --faults'.split()
# What tells of the stored bytes of pages, and so is another of each dress.
OF_PAGES = (b'pages ', b'page_cache ', b'block_cache ', b'page_lengths ', b'snapshots ', b'meta ', b'rule_terms ')


def blocks_of(stored):
    """What a page lists: (stored, text, at, index) of each block."""
    if stored[:4] != b'\x1f\x8b\x08\x04' or stored[12:14] != b'FB':
        return []
    size = struct.unpack('<H', stored[14:16])[0]
    return list(struct.iter_unpack('<4I', stored[16:16 + size]))


def packed(stored):
    """Its members, in blocks."""
    at, out = 0, []
    for size, *_ in blocks_of(stored):
        out.append(stored[at:at + size])
        at += size
    return out


# ---------------------------------------------------------------- dresses

def one_member(stored, rng):
    return gzip.compress(gzip.decompress(stored), mtime=0)


def members(stored, rng):
    """Cut anywhere."""
    text, out = gzip.decompress(stored), b''
    while text:
        n = rng.randrange(1, 200000)
        out, text = out + gzip.compress(text[:n], mtime=0), text[n:]
    return out


def lying(stored, rng):
    """A list of which numbers are others, or stand elsewhere."""
    list_ = [list(b) for b in blocks_of(stored)]
    if not list_:
        return stored
    how = rng.randrange(3)
    for _ in range(rng.randrange(1, 5)):
        a, b = rng.choice(list_), rng.choice(list_)
        i = rng.randrange(4)
        if how == 0:
            a[i], b[i] = b[i], a[i]
        elif how == 1:
            a[i] = max(0, a[i] + rng.choice([-2000, -1, 1, 2000]))
        else:
            a[i] = rng.choice([0, 1, 0xffffffff, 0x7fffffff, rng.randrange(1 << 20)])
    packed = b''.join(struct.pack('<4I', *b) for b in list_)
    return stored[:16] + packed + stored[16 + len(packed):]


def shifted(stored, rng):
    """Every record is said to be the one before: a list that is believed gives another one."""
    packed = b''.join(struct.pack('<4I', s, t, at, index + 1) for s, t, at, index in blocks_of(stored))
    return stored[:16] + packed + stored[16 + len(packed):] if packed else stored


def dress(account, how, seed):
    rng = random.Random(seed)
    for ident in snapshots(account):
        folder = os.path.join(account, 'snapshots', ident)
        manifest = json.loads(read(os.path.join(folder, 'manifest.json')))
        for page in manifest['pages']:
            path = os.path.join(folder, page['path'])
            stored = how(read(path), rng)
            page.update(bytes=len(stored), sha256=hashlib.sha256(stored).hexdigest())
            write(path, stored)
        write(os.path.join(folder, 'manifest.json'), json.dumps(manifest))


# ---------------------------------------------------------------- what must be the same

def without_digests(data):
    return re.sub(rb'[0-9a-f]{64}', b'*', data)


def told(lab, program, dump, account, people):
    """All that was derived, and what is answered, but for digests of pages and of what names them."""
    found = {name: without_digests(data) for name, data in results(account).items()}
    rows = [line for line in dumped(dump, account).split(b'\n') if not line.startswith(OF_PAGES)]
    lab.check('the state can be read', len(rows) > 3000, len(rows))
    found['state'] = b'\n'.join(rows)
    for who in people:
        run = program(account, 'explain', who, '--json')
        lab.check('explain answers', run.code == 0, run.err)
        found['explain ' + who] = without_digests(run.out.encode())
    return found


def process(lab, program, account, what):
    return lab.ran(what, program(account, '-q', '--jobs', '2', 'process'), (0, 3))


def dresses(lab, program, dump, account, people):
    plain = clone(lab, account)
    process(lab, program, plain, 'in blocks')
    want = told(lab, program, dump, plain, people)
    for how in (one_member, members, shifted) + (lying,) * 6:
        twin = clone(lab, account)
        dress(twin, how, lab.serial)
        what = '%s (%d)' % (how.__name__, lab.serial)
        process(lab, program, twin, what)
        lab.same(what + ': all is as with pages in blocks', told(lab, program, dump, twin, people), want)
        lab.ran(what + ': verify', program(twin, 'verify'), 0)
        shutil.rmtree(twin)
    return plain


def by_ids_or_texts(lab, dump, account, plain):
    """Read by text the blocks that are known are left out, by id none: the same state to the byte, with all it remembers of blocks."""
    want, rows = results(plain), dumped(dump, plain)
    lab.check('ways: blocks are remembered', rows.count(b'\nblock_cache ') > 3)
    for way in ('id', 'text'):
        twin = clone(lab, account)
        run = subprocess.run([os.path.join(os.path.dirname(dump), 'ways'), twin, way], capture_output=True, check=False)
        lab.check('ways: by ' + way, run.returncode == 0, run.stderr)
        lab.same('ways: what is derived, by ' + way, results(twin), want)
        lab.check('ways: the state, by ' + way, dumped(dump, twin) == rows)
        shutil.rmtree(twin)


# ---------------------------------------------------------------- damage

def hold_back(account, lab, keep):
    """The first snapshots, and a place where the others wait."""
    away = lab.new('away')
    os.mkdir(away)
    for ident in snapshots(account)[keep:]:
        shutil.move(os.path.join(account, 'snapshots', ident), os.path.join(away, ident))
    return away


def unread(lab, program, ready, bring, folder):
    """A bit in a block that is known: it is not inflated, and the file's digest tells all the same."""
    known = {block for _, stored in texts(ready, 'snapshots') for block in packed(stored)[1:-1]}
    twin = clone(lab, ready)
    bring(twin)
    found = [(path, sum(map(len, packed(stored)[:i])) + len(block) // 2) for path, stored in texts(twin, folder)
             for i, block in enumerate(packed(stored)) if block in known]
    lab.check('damage: blocks come again', len(found) > 1, len(found))
    for path, at in found[:4]:
        flip(path, 8 * at)
        lab.ran('damage: of a block that is known', program(twin, '-q', 'process'), 4, os.path.basename(path), 'sha256')
        flip(path, 8 * at)
    lab.ran('damage: none', program(twin, '-q', 'process'), (0, 3))
    shutil.rmtree(twin)


def damaged(lab, program, account, people):
    """A bit in each block of each page of the first snapshot, before the second is applied."""
    first, second = snapshots(account)[:2]
    ready = clone(lab, account)
    hold_back(ready, lab, 1)
    process(lab, program, ready, 'damage: the first')
    bring = lambda to: shutil.copytree(os.path.join(account, 'snapshots', second), os.path.join(to, 'snapshots', second))
    sound = clone(lab, ready)
    bring(sound)
    process(lab, program, sound, 'damage: the second')
    want, came = results(sound), {'refused': 0, 'unharmed': 0}
    folder = os.path.join('snapshots', first)
    for name in sorted(os.listdir(os.path.join(ready, folder))):
        at = 0
        for size, *_ in blocks_of(read(os.path.join(ready, folder, name))):
            twin = clone(lab, ready)
            bring(twin)
            flip(os.path.join(twin, folder, name), 8 * (at + size - 200))
            at += size
            run = program(twin, '-q', 'process')
            if run.code == 4:
                came['refused'] += 1
                lab.check('damage: said of %s' % name, name in run.err and 'sha256' in run.err, run.err)
            else:
                came['unharmed'] += 1
                lab.check('damage: of %s' % name, run.code in (0, 3), run.err)
                lab.same('damage: nothing is another', results(twin), want)
            lab.ran('damage: verify finds it', program(twin, 'verify'), 1, '')
            shutil.rmtree(twin)
    lab.check('damage: both happen', min(came.values()) > 0, came)
    unread(lab, program, ready, bring, os.path.join('snapshots', second))
    # explain names the page's digest, so it has to hold
    for name in [n for n in os.listdir(os.path.join(sound, folder)) if n.endswith('.gz')]:
        flip(os.path.join(sound, folder, name), 8 * (os.path.getsize(os.path.join(sound, folder, name)) - 50))
    for who in people:
        lab.ran('damage: explain', program(sound, 'explain', who), 4, 'its sha256 is')


# ---------------------------------------------------------------- what writes pages anew

def texts(account, room):
    for d, _, names in os.walk(os.path.join(account, room)):
        for name in sorted(names):
            if name.startswith(('customers-', 'orders-')):
                yield os.path.join(d, name), read(os.path.join(d, name))


def honest(lab, what, account, room):
    """Every list of a page says where its members and records lie; returns how many are in blocks."""
    n = 0
    for path, stored in texts(account, room):
        list_, at, text = blocks_of(stored), 0, gzip.decompress(stored)
        body = next(v for v in json.loads(text).values() if isinstance(v, list)) if list_ and b'\\q' not in text else None
        for size, chars, begins, index in list_:
            member = zlib.decompress(stored[at:at + size], 31)
            at += size
            record = member[begins:]
            good = len(member) == chars and (record[:1] == b'{' or at == size)
            if body is not None and at > size:
                good = good and json.JSONDecoder().raw_decode(record.decode())[0] == body[index]
            lab.check('%s: a list is right' % what, good, path)
        lab.check('%s: the list is whole' % what, not list_ or at == len(stored), path)
        usual = (32 if os.path.basename(path).startswith('customers') else 160) << 10
        lab.check('%s: blocks have the usual size' % what, all(usual / 2 < b[1] < usual * 3 / 2 for b in list_[1:-1]), path)
        if list_:
            around = text[:list_[0][1]], text[-list_[-1][1]:]
            lab.check('%s: what is around the records lies apart' % what, around[0][-1:] in (b'[', b',') and text[list_[0][1]:][:1] == b'{', path)
            lab.check('%s: the last record too' % what, text[-len(around[1]) - 1:][:1] == b',' and list_[-1][1] < usual / 2, path)
        n += bool(list_)
    return n


def erased(lab, program, account, people):
    """Who is erased is nowhere, and pages are in blocks as before."""
    twin = clone(lab, account)
    before = honest(lab, 'generated', twin, 'snapshots')
    lab.check('erase: there are pages in blocks', before > 20, before)
    lab.ran('erase', program(twin, '-q', 'erase', '--yes', people[0]), 0)
    lab.equal('erase: pages in blocks', honest(lab, 'erased', twin, 'snapshots'), before)
    lab.check('erase: they are gone', not any(people[0].encode() in gzip.decompress(s) for _, s in texts(twin, 'snapshots')))
    lab.ran('erase: verify', program(twin, 'verify', '--rebuild'), 0)
    shutil.rmtree(twin)


def as_of_version(base, version):
    """The base as an earlier program made it: until version 11 without page_lengths, before without block_cache, too."""
    younger = (b'["page_lengths"', b'["block_cache"')[:12 - version]
    path = os.path.join(base, 'memory.jsonl.gz')
    lines = [line for line in gzip.decompress(read(path)).split(b'\n') if not line.startswith(younger)]
    totals = [i for i, line in enumerate(lines) if line.startswith(b'["meta",["totals"],[13,')]
    lines[totals[0]] = lines[totals[0]].replace(b'[13,', b'[%d,' % version)
    packed = gzip.compress(b'\n'.join(lines), mtime=0)
    write(path, packed)
    path = os.path.join(base, 'manifest.json')
    manifest = json.loads(read(path))
    manifest.update(state_version=version, state_digest='0' * 64)
    memory = next(f for f in manifest['files'] if f['path'] == 'memory.jsonl.gz')
    memory.update(records=len(lines) - 1, bytes=len(packed), sha256=hashlib.sha256(packed).hexdigest())
    write(path, json.dumps(manifest, indent=2) + '\n')


def upgraded(lab, program, folded):
    """History begins at a base of before: the state is made of it again, and knows no blocks until the next full read."""
    for version in (10, 11, 12):
        twin = clone(lab, folded, 'state')
        as_of_version(os.path.join(twin, 'bases', os.listdir(os.path.join(twin, 'bases'))[0]), version)
        lab.ran(f'upgrade from {version}: what stands on it', program(twin, '-q', 'process', '--rebuild'), (0, 3))
        lab.same(f'upgrade from {version}: is the same', results(twin), results(folded))
        lab.ran(f'upgrade from {version}: verify', program(twin, 'verify', '--rebuild'), 0)
        shutil.rmtree(twin)


def pruned(lab, program, generate):
    """A base's pages are in blocks, and what comes later is as it would have been."""
    folded = made(lab, generate, '--every', str(40 * 86400))
    last = snapshots(folded)[-1]
    away = hold_back(folded, lab, 3)
    process(lab, program, folded, 'prune: before')
    whole = clone(lab, folded)
    lab.ran('prune', program(folded, '-q', 'prune', '--keep-all', '1h'), 0)
    lab.check('prune: the base is in blocks', honest(lab, 'pruned', folded, 'bases') > 0)
    for place in (folded, whole):
        shutil.copytree(os.path.join(away, last), os.path.join(place, 'snapshots', last))
        process(lab, program, place, 'prune: an hour later')
    of_last = lambda place: {k: v for k, v in results(place).items() if last in k}
    lab.check('prune: something changed', len(of_last(whole)['diffs/%s.jsonl.gz' % last]) > 10000)
    lab.same('prune: the same as without', of_last(folded), of_last(whole))
    lab.ran('prune: verify', program(folded, 'verify'), 0)
    upgraded(lab, program, folded)


def made(lab, generate, *more):
    account = lab.new('account')
    subprocess.run([generate, *WORLD, *more, '--out', account], check=True)
    return account


def main():
    lab, program, a = begin(__doc__, 'generate', 'dump')
    account = made(lab, a.generate)
    ids = re.findall(rb'"id":"([^"]+)","clientId"|"customerId":"([^"]+)"', b''.join(gzip.decompress(s) for _, s in texts(account, 'snapshots')))
    people = sorted({(x or y).decode() for x, y in ids})[::120][:6]
    plain = dresses(lab, program, a.dump, account, people)
    by_ids_or_texts(lab, a.dump, account, plain)
    damaged(lab, program, account, people)
    erased(lab, program, plain, people)
    pruned(lab, program, a.generate)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
