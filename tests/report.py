#!/usr/bin/env python3
"""report.py PROGRAM: the page is sound, needs nothing, names nobody, and says what the exports say.

Sound by tidy; in Chromium, in four forms, its console stays empty, nothing is requested, nothing runs out at the side and axe-core finds
nothing serious (skipped with a message where Chromium or npm is missing). Numbers are compared with the exports' own files. Ends with
'N passed, M failed'.
"""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

from lab import begin, customer, customer_page, order, order_page, put_snapshot, read, snapshots, tree, write  # noqa: E402

NOW = '2026-11-23T12:00:00Z'
HOSTILE = ['</script><script>alert(1)</script>', '<img src=x onerror=alert(1)>', '\u202egnp.exe', '"\'&<>', 'x' * 10000, '<style>*{display:none}</style>']
LARGEST = 300_000


def hours(account, n, first=0, people=30, names=('P0',)):
    """Snapshots of n hours up to 2026-11-23T11, with sales, a refund, a void found later and a broken record."""
    sold = []
    for h in range(n):
        at = time.gmtime(1795431600 - 3600 * (n - 1 - h))
        ident = time.strftime('%Y%m%dT%H0000Z', at)
        when = time.strftime('%Y-%m-%dT%H:00:00Z', at)
        who = [customer(i, birthDate='2015-01-01' if i == 3 else '1990-05-15', consentsToPromotionalEmail=i % 7 != 0,
                        email='same@example.com' if i in (8, 9) else '' if i == 5 else 'user%d@example.com' % i) for i in range(people)]
        if h % 50 != 1:
            sold.append(order(h, h % people, when=when, total=-5 if h % 11 == 10 else 10 + h % 13,
                              itemsInCart=[{'productName': names[h % len(names)], 'category': names[-1], 'quantity': 1, 'totalPrice': 1}]))
        if h == n // 2 and sold:
            sold[0] = dict(sold[0], voided=True)
        orders = list(sold) + ([{'id': 'broken', 'totals': []}] if h == n - 2 else [])
        put_snapshot(account, ident, [customer_page(who), order_page(orders)])


def made(lab, program, name, n, rules=None, settings=None, **how):
    account = lab.new(name)
    os.makedirs(account)
    write(os.path.join(account, 'flowstory.json'), json.dumps(settings or {}))
    if rules:
        write(os.path.join(account, 'segments.json'), json.dumps(rules))
    hours(account, n, **how)
    run = program(account, '-q', 'process')
    assert run.code in (0, 3), run.err
    return account


def page_of(lab, program, account, *words, env=None):
    run = program(account, 'report', '--out', '-', '--now', NOW, *words, env=env)
    lab.ran('report of ' + os.path.basename(account), run, 0)
    return run.out


def numbers(lab, program, account, *words):
    run = program(account, 'report', '--json', '--now', NOW, *words)
    lab.ran('report --json of ' + os.path.basename(account), run, 0)
    return json.loads(run.out)


def sound(lab, name, page):
    """No fault by tidy, and nothing that could ask for anything or be run."""
    if shutil.which('tidy'):
        run = subprocess.run(['tidy', '-e', '-q', '--drop-empty-elements', 'no'], input=page.encode(), capture_output=True, check=False)
        lab.check(name + ': tidy', run.returncode == 0, run.stderr.decode()[:800])
    else:
        print('skipped: tidy is not there')
    body = ''.join(re.findall('<[^>]*>', page[page.index('</style>'):]))
    for bad in ('<script', '<img', '<link', '<iframe', ' src=', ' href=', ' style=', 'javascript:', 'url(', '@import'):
        lab.check('%s: no %r' % (name, bad), bad not in body)
    lab.check(name + ': is small', len(page.encode()) < LARGEST, len(page.encode()))
    policy = re.search(r'style-src \'sha256-([^\']+)\'', page)
    lab.check(name + ': a policy', policy is not None and "default-src 'none'" in page)
    if policy:
        import base64
        import hashlib
        style = page[page.index('<style>') + 7:page.index('</style>')]
        lab.equal(name + ': the policy allows this style', policy[1], base64.b64encode(hashlib.sha256(style.encode()).digest()).decode())


def nobody(lab, name, page, account):
    for text in ('Ann1', 'user1@example.com', '+1720555', 'c00001'):
        lab.check('%s: no %s' % (name, text), text not in page)


def agrees(lab, name, found, account):
    """The same numbers as in the exports' own files."""
    ids = snapshots(account)
    manifest = json.loads(read(os.path.join(account, 'exports', ids[-1], 'manifest.json')))
    segments = json.loads(read(os.path.join(account, 'exports', ids[-1], 'segments.json')))
    counts = manifest['counts']
    lab.equal(name + ': customers', found['customers'], counts['customers'])
    lab.equal(name + ': contacts', found['contacts'], counts['contacts'])
    lab.equal(name + ': skipped', found['skipped'], counts['skipped'])
    lab.equal(name + ': sums', found['sums'], manifest['sums'])
    lab.equal(name + ': segments', [(s['slug'], s['members'], s['contacts'], s['rule']) for s in found['segments']],
              [(s['slug'], s['members'], s['contacts'], s['rule']) for s in segments])
    total = {}
    steps = {}
    for ident in ids:
        path = os.path.join(account, 'exports', ident, 'events.jsonl')
        for line in read(path).decode().splitlines() if os.path.exists(path) else ():
            event = json.loads(line)
            if event['event'] in ('segment_entered', 'segment_left'):
                key = (event['segment'], event['event'], event['cause'])
                total[key] = total.get(key, 0) + 1
    for step in found['steps']:
        for s in step['segments']:
            for kind in ('entered', 'left'):
                for cause, n in s[kind].items():
                    if n:
                        key = (s['slug'], 'segment_' + kind, cause)
                        steps[key] = steps.get(key, 0) + n
    lab.same(name + ': who entered and left, by cause', steps, total)
    written = [json.loads(read(os.path.join(account, 'exports', i, 'manifest.json')))['counts'] for i in ids]
    for member, key in (('exported', 'exported'), ('opt_outs', 'opt_outs'), ('gone', 'gone'), ('moved', 'moved'), ('quarantined', 'quarantined')):
        lab.equal('%s: %s' % (name, member), sum(s[member] for s in found['steps']), sum(c[key] for c in written))
    voided = sum(gzip.decompress(read(os.path.join(account, 'diffs', i + '.jsonl.gz'))).count(b'{"path":"/voided","before":false,"after":true}') for i in ids[1:])
    lab.equal(name + ': voided later', sum(s['voided_later'] for s in found['steps']), voided)
    cents = lambda text: round(float(text) * 100)
    lab.equal(name + ': money of all days is the sum', sum(cents(s['completed']) - cents(s['refunded']) for s in found['steps']), cents(found['sums']['completed']))


def looked_at(lab, pages):
    """In a browser."""
    chromium, npm = shutil.which('chromium'), shutil.which('npm')
    if not chromium or not npm:
        print('skipped: no chromium or npm: the page was not looked at')
        return
    place = os.path.join(HERE, '..', 'build', 'report')
    os.makedirs(place, exist_ok=True)
    shutil.copy(os.path.join(HERE, 'report', 'package.json'), place)
    if not os.path.isdir(os.path.join(place, 'node_modules', 'axe-core')):
        got = subprocess.run([npm, 'install', '--no-audit', '--no-fund', '--no-package-lock', '--silent'], cwd=place, check=False, timeout=300)
        if got.returncode != 0:
            print('skipped: npm cannot install what looks at the page')
            return
    files = []
    for name, page in pages.items():
        files.append(os.path.join(lab.place, name + '.html'))
        write(files[-1], page)
    run = subprocess.run(['node', os.path.join(HERE, 'report', 'look.mjs'), chromium, os.path.join(place, 'node_modules'), *files], capture_output=True, timeout=600, check=False)
    lab.check('the browser ran', run.returncode == 0, run.stderr.decode()[-800:])
    for one in json.loads(run.stdout or b'[]'):
        lab.equal('%s, %s' % (one['page'], one['form']), one['complaints'], [])


def main():
    lab, program, _ = begin(__doc__)
    pages = {}

    empty = lab.new('empty')
    lab.ran('init', program(None, '-C', empty, 'init'), 0)
    pages['empty'] = page_of(lab, program, empty)
    lab.equal('an empty account', numbers(lab, program, empty)['health'], 'empty')

    one = made(lab, program, 'one', 1)
    pages['one'] = page_of(lab, program, one)
    agrees(lab, 'one', numbers(lab, program, one), one)

    many = made(lab, program, 'many', 240, settings={'min_age': 21})
    pages['many'] = page_of(lab, program, many)
    found = numbers(lab, program, many, '--days', '0')
    agrees(lab, 'many', found, many)
    nobody(lab, 'many', pages['many'], many)
    lab.check('many: a zone', 'America/Denver' not in pages['many'])

    before = tree(many)
    lab.equal('the same bytes', page_of(lab, program, many), pages['many'])
    lab.equal('the same bytes elsewhere', page_of(lab, program, many, env={'TZ': 'Asia/Tokyo', 'LC_ALL': 'de_DE.UTF-8'}), pages['many'])
    lab.same('nothing is written but the page', tree(many), before)
    lab.ran('report', program(many, 'report', '--now', NOW), 0, 'report.html')
    lab.equal('the same in the account', read(os.path.join(many, 'report.html')).decode(), pages['many'])
    lab.equal('for its owner alone', os.stat(os.path.join(many, 'report.html')).st_mode & 0o777, 0o600)
    late = program(many, 'report', '--json', '--now', '2026-11-25T12:00:00Z')
    lab.equal('late', json.loads(late.out)['health'], 'late')
    lab.equal('only the age is another', json.loads(late.out)['segments'], numbers(lab, program, many)['segments'])
    week = {}
    for ident in snapshots(many)[-168:]:
        path = os.path.join(many, 'exports', ident, 'events.jsonl')
        for line in read(path).decode().splitlines() if os.path.exists(path) else ():
            event = json.loads(line)
            week[event.get('segment'), event['event']] = week.get((event.get('segment'), event['event']), 0) + 1
    ago = {s['slug']: s['members'] for s in json.loads(read(os.path.join(many, 'exports', snapshots(many)[-169], 'segments.json')))}
    for s in found['segments']:
        lab.equal('a week of ' + s['slug'], (s['members_week_ago'], s['week_entered'], s['week_left']),
                  (ago[s['slug']], week.get((s['slug'], 'segment_entered'), 0), week.get((s['slug'], 'segment_left'), 0)))
    lab.equal('days', len(numbers(lab, program, many, '--days', '3')['steps']), 3)

    hostile = made(lab, program, 'hostile', 30, names=HOSTILE, settings={'time_zone': 'America/Denver'},
                   rules=[{'name': n[:200], 'slug': 's%d' % i, 'where': {'field': 'fh_products', 'op': 'contains', 'value': n}} for i, n in enumerate(HOSTILE)])
    pages['hostile'] = page_of(lab, program, hostile)
    agrees(lab, 'hostile', numbers(lab, program, hostile), hostile)
    lab.check('a zone', 'America/Denver' in pages['hostile'])

    crowd = made(lab, program, 'crowd', 60, rules=[{'name': 'Segment %d' % i, 'slug': 's%d' % i, 'where': {'field': 'fh_total_orders', 'op': '>', 'value': i % 9}} for i in range(200)])
    pages['crowd'] = page_of(lab, program, crowd)
    agrees(lab, 'crowd', numbers(lab, program, crowd), crowd)

    for name, page in pages.items():
        sound(lab, name, page)
    looked_at(lab, {name: pages[name] for name in ('empty', 'many', 'hostile')})

    for words, said in ((('--days', 'x'), '--days'), (('--now', 'soon'), '--now')):
        lab.ran('refused: %s' % words[0], program(many, 'report', *words), 2, said)
    shutil.rmtree(os.path.join(many, 'exports', snapshots(many)[-2]))
    lab.ran('refused: an export that was deleted', program(many, 'report'), 1, 'process --rebuild')
    write(os.path.join(many, 'flowstory.json'), '{"time_zone":"Mars/Olympus"}')
    lab.ran('refused: a zone that is none', program(many, 'report'), 2, 'time_zone')
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
