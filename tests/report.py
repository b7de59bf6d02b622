#!/usr/bin/env python3
"""report.py PROGRAM [--year]: the page is sound, needs nothing, names nobody, and says what the exports say.

Sound by tidy; in Chromium, in four forms, its console stays empty, nothing is requested, nothing runs out at the side and axe-core finds
nothing serious (skipped with a message where Chromium or npm is missing). Numbers are compared with the exports' own files. With
--year a year of hours, too, which takes minutes to make: under 2 s and 300 kB. Ends with 'N passed, M failed'.
"""
import gzip
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

from lab import Page, begin, csv_rows, customer, customer_page, order, order_page, put_snapshot, read, snapshots, tree, write  # noqa: E402

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
        who = [customer(i, birthDate='2015-01-01' if i == 3 else '1990-05-15', consentsToPromotionalEmail=i % 7 != 0, consentsToPromotionalSMS=i % 5 != 0,
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
    lab.equal(name + ': opt-outs by channel', (sum(s['opt_outs_email'] for s in found['steps']), sum(s['opt_outs_text'] for s in found['steps'])), by_channel(account))
    lab.equal(name + ': voided later', sum(s['voided_later'] for s in found['steps']), voided)
    cents = lambda text: round(float(text) * 100)
    lab.equal(name + ': money of all days is the sum', sum(cents(s['completed']) - cents(s['refunded']) for s in found['steps']), cents(found['sums']['completed']))


def by_channel(account):
    """Addresses in all opt-outs.csv: (emails, mobile numbers)."""
    rows = [row for i in snapshots(account) for row in (csv_rows(os.path.join(account, 'exports', i, 'opt-outs.csv')) or [[]])[1:]]
    return sum(row[0] != '' for row in rows), sum(row[1] != '' for row in rows)


def log_line(at, **more):
    return json.dumps(dict({'at': at, 'command': 'run', 'status': 0}, **more), separators=(',', ':')) + '\n'


def watched(lab, program):
    """What no export tells: the log of runs, verify, lists in doubt, drift, records at fault."""
    account = made(lab, program, 'watched', 30)
    doubtful = customer_page([customer(0)], scope={'kind': 'updated'}, request='/v1/customers/')
    window = {'kind': 'created', 'from': '2026-09-01T00:00:00Z', 'to': '2026-09-08T00:00:00Z'}
    old = order_page([order(900, 1, when='2026-09-03T10:00:00Z', total=0)], path='orders-L1-2026-09-01-2026-09-08-0001.json.gz', scope=window)
    single = Page('customer', {'id': {}}, scope={'kind': 'id', 'id': 'c00001'}, path='customer-c00001.json.gz')
    put_snapshot(account, '20261123T113000Z', [doubtful, old, single])
    lab.ran('process', program(account, '-q', 'process'), 3)
    lab.ran('verify', program(account, '-q', 'verify'), 0)
    page, found = page_of(lab, program, account), numbers(lab, program, account)
    lab.equal('lists in doubt', (found['lists_in_doubt'], found['steps'][-1]['lists_in_doubt']), (1, 1))
    lab.equal('drift', found['steps'][-1]['drift'], {'added': 1, 'changed': 0, 'removed': 0, 'found_by_full_reads': 1})
    lab.check('a record at fault, without whose it is', 'that of one customer' in page and 'customer-c00001' not in page, '')
    lab.equal('verified', (found['verified']['faults'], found['verified']['rebuilt']), (0, False))
    lab.check('no log, no runs', 'runs_without_answer' not in found and 'runs' not in found['steps'][-1] and 'disk_free' not in found, found.keys())
    agrees(lab, 'watched', found, account)
    log = ''.join(log_line('2026-11-%02dT08:00:01Z' % day, calls=9, retries=day, snapshot='x', unknown_left=4, waiting_left=5, used=10 ** 6, free=(60 - day) * 10 ** 9)
                  for day in range(10, 24))
    log += log_line('2026-11-22T03:30:00Z', status=75, silent=True) + log_line('2026-11-23T09:05:00Z', command='fetch', status=75, silent=True) + log_line('2026-11-23T11:45:00Z', status=75, silent=True)
    log += log_line('2026-11-23T11:50:00Z', status=1) + log_line('2027-03-01T00:00:00Z', status=1, free=1, used=1)
    write(os.path.join(account, 'runs.jsonl'), log + '{"at":"2026-11-2')
    page, found = page_of(lab, program, account), numbers(lab, program, account)
    lab.equal('answers, failures and retries of the day', [found['steps'][-1][k] for k in ('runs', 'retries', 'runs_without_answer', 'runs_failed', 'calls')], [4, 23, 2, 1, 9])
    lab.equal('runs without an answer since the last snapshot', found['runs_without_answer'], 1)
    lab.equal('customers left', (found['unknown_customers'], found['waiting_customers']), (4, 5))
    # 60 - day GB on each day: nothing is left on the 60th of November
    lab.equal('the line to a full disk', (found['disk_free'], found.get('disk_full')), (37 * 10 ** 9, '2026-12-30'))
    lab.equal('a later line is of no day', found['steps'][-1]['day'], '2026-11-23')
    late = json.loads(program(account, 'report', '--json', '--now', '2026-11-23T23:00:00Z').out)
    lab.check('late, and why', late['health'] == 'late' and 'Flowhub did not answer 1 time.' in late['verdict'], late['verdict'])
    for shape in ('m0 1h3v1h-3z', 'm1.5 0l1.5 1.5-1.5 1.5-1.5-1.5z'):
        lab.check('the calendar has the mark %s' % shape, page.count(shape) > 1, page.count(shape))
    for few in (log_line('2026-11-22T08:00:01Z', used=1, free=9), log_line('2026-11-22T08:00:01Z', used=1, free=9) + log_line('2026-11-23T08:00:01Z', used=1, free=1)):
        write(os.path.join(account, 'runs.jsonl'), few)
        lab.check('too few days for a line', 'disk_full' not in numbers(lab, program, account))
    return page


def held(lab, program):
    """Stopped by the breaker, and pushed: said at the top, and a place for it."""
    account = made(lab, program, 'held', 3)
    put_snapshot(account, '20261123T113000Z', [customer_page([customer(1)]), order_page([])])
    lab.equal('before', numbers(lab, program, account)['verdict'], 'Look: not every snapshot is applied.')
    lab.ran('stopped', program(account, '-q', 'process'), 5)
    found = numbers(lab, program, account)
    lab.check('stopped', found['health'] == 'stopped' and found['verdict'].startswith('Stopped: the breaker') and found['stopped_at'] == '20261123T113000Z', found['verdict'])
    lab.check('no push, no word of it', 'DailyStory' not in page_of(lab, program, account))
    os.mkdir(os.path.join(account, 'push'))
    page = page_of(lab, program, account)
    lab.check('push', 'The log of runs does not tell of a push yet' in page)
    lab.ran('accepted', program(account, '-q', 'process', '--accept-mass-change', '20261123T113000Z'), (0, 3))
    lab.equal('and all is well', numbers(lab, program, account)['health'], 'well')
    return page


LAST = '20261123T110000Z'
HOUR_AGO = '20261123T100000Z'
LONG_AGO = '20261122T120000Z'


def pushed_line(at, status, command='push', **push):
    return log_line(at, command=command, **dict({'status': status}, push=dict({'status': status}, **push)))


def pushes(lab, program):
    """What DailyStory has, as the log of runs tells it: what is said at the top, in a sentence, and in numbers."""
    account = made(lab, program, 'pushed', 48, settings={'push': True})
    good = pushed_line('2026-11-23T11:20:00Z', 0, 'run', snapshot=LAST, calls=12, acked=11, contacts=26, held=2, duration_ms=2500)
    hour = pushed_line('2026-11-23T10:20:00Z', 0, 'run', snapshot=HOUR_AGO, calls=4, acked=4, contacts=26)
    long = pushed_line('2026-11-22T12:20:00Z', 0, 'run', snapshot=LONG_AGO, calls=4, acked=4, contacts=26)
    down = ''.join(pushed_line('2026-11-23T%02d:20:00Z' % h, 75, 'run', snapshot=LAST, calls=60, retries=50, pending=7, contacts=26, oldest='2026-10-01T00:00:00Z')
                   for h in range(9, 12))
    early = ''.join(pushed_line('2026-11-23T%02d:00:20Z' % h, 0, 'run', snapshot='20261123T%02d0000Z' % h, early=True) for h in range(9, 12))
    whole = 'DailyStory has everything as of <time datetime="2026-11-23T11:00:00Z"'
    locked = pushed_line('2026-11-23T11:40:00Z', 75, 'run')
    young = pushed_line('2026-11-23T11:40:00Z', 0, 'run', snapshot=LAST, early=True)
    stopped = hour + pushed_line('2026-11-23T11:20:00Z', 5, 'run', snapshot=LAST, pending=19, contacts=26)
    refused = hour + pushed_line('2026-11-23T11:20:00Z', 2, 'run', snapshot=LAST, pending=19)
    anew = pushed_line('2026-11-23T11:40:00Z', 75, 'run', snapshot=LAST, calls=60, retries=50, pending=5, contacts=26, oldest='2026-10-01T00:00:00Z')
    cases = {
        'no push yet': ('', 'look', 'nothing has been pushed', 'Nothing has been pushed to DailyStory yet.'),
        'good': (good, 'well', 'is 60 minutes old, and DailyStory has it.', whole),
        'an hour behind': (hour, 'well', ', and DailyStory has what was known 2 hours ago.', '1 snapshot applied since waits to be pushed.'),
        'no answer for an hour': (hour + down, 'well', 'known 2 hours ago', 'DailyStory did not answer, or asked to wait'),
        'no answer for a day': (long + down, 'late', 'what was known 24 hours ago, and since then it did not answer 3 times.', '7 changes wait, the oldest since up to 24 hours.'),
        'refused rows': (pushed_line('2026-11-23T11:20:00Z', 3, 'run', snapshot=LAST, calls=9, acked=8, rejected=1, contacts=25, letters={'refused': 2, 'same-contact': 1}),
                         'look', 'DailyStory refuses 3 changes.', ', but for 3 changes that it refuses.'),
        'deleted there': (pushed_line('2026-11-23T11:20:00Z', 3, 'run', snapshot=LAST, letters={'deleted-in-dailystory': 1}), 'well', 'and DailyStory has it', 'somebody deleted the contact'),
        'a new reason': (pushed_line('2026-11-23T11:20:00Z', 3, 'run', snapshot=LAST, letters={'too-long': 1}), 'look', 'refuses 1 change.', '>too-long<'),
        'the breaker': (hour + pushed_line('2026-11-23T11:20:00Z', 5, 'run', snapshot=LAST, pending=19, contacts=26), 'stopped', 'holds back 19 changes', '--accept-mass-change'),
        'the token': (hour + pushed_line('2026-11-23T11:20:00Z', 2, 'run', snapshot=LAST, pending=19), 'stopped', 'refused the token', '<code>flowstory check</code>'),
        'all are refused': (hour + pushed_line('2026-11-23T11:20:00Z', 3, snapshot=LAST, spent=True, calls=40, pending=70, rejected=40, letters={'refused': 40}),
                            'stopped', 'so many changes', 'It gave up'),
        'another plan than was expected': (hour + pushed_line('2026-11-23T11:20:00Z', 75, snapshot=LAST, calls=12, acked=12, pending=4, newer=True), 'well', '2 hours ago',
                                           'A newer snapshot ended it'),
        'a day of such plans': (long + ''.join(pushed_line('2026-11-23T%02d:20:00Z' % h, 75, snapshot=LAST, calls=12, acked=12, pending=4, newer=True) for h in range(9, 12)),
                                'late', 'DailyStory has what was known 24 hours ago.', 'A newer snapshot ended it'),
        'failed': (hour + pushed_line('2026-11-23T11:20:00Z', 1), 'look', 'the last push to DailyStory failed', 'It failed'),
        'another was at work': (hour + pushed_line('2026-11-23T11:20:00Z', 75), 'well', '2 hours ago', 'another push was at work'),
        'somebody stopped it': (hour + pushed_line('2026-11-23T11:20:00Z', 143, snapshot=LAST, pending=4), 'well', '2 hours ago', 'Somebody stopped it'),
        'a first push in parts': (pushed_line('2026-11-23T11:20:00Z', 0, snapshot=LAST, acked=20, calls=20, pending=16, limited=16, contacts=10), 'look', '16 changes wait.', '--limit'),
        'too young': (hour + pushed_line('2026-11-23T11:20:00Z', 0, 'run', snapshot=LAST, early=True), 'well', '2 hours ago', 'push_hold'),
        'had it, then sent anew, and a newer one is too young': (hour + pushed_line('2026-11-23T10:40:00Z', 0, snapshot=HOUR_AGO, calls=9, acked=9, pending=4, limited=4, young=True), 'well',
                                                                 '2 hours ago', 'A newer snapshot came meanwhile'),
        'the breaker, then accepted, and a newer one is too young': (stopped + pushed_line('2026-11-23T11:40:00Z', 0, snapshot=LAST, calls=9, acked=9, pending=4, limited=4, young=True), 'well',
                                                                     '2 hours ago', 'A newer snapshot came meanwhile'),
        'too young for more than a day': (hour + pushed_line('2026-11-23T11:20:00Z', 75, 'run', snapshot=LAST, early=True, pending=4, limited=4), 'well', '2 hours ago',
                                          'held the rest back for more than a day'),
        'one customer is not all': (hour + pushed_line('2026-11-23T11:20:00Z', 0, snapshot=LAST, partial=True, acked=1, calls=1, contacts=26), 'well', '2 hours ago', '1 snapshot applied since'),
        'never pushed: each was too young': (early, 'look', 'DailyStory does not have everything yet.', 'DailyStory does not have everything yet.'),
        'never pushed: another at work': (pushed_line('2026-11-23T11:20:00Z', 75), 'look', 'DailyStory does not have everything yet.', 'another push was at work'),
        'never pushed: but for one customer': (pushed_line('2026-11-23T11:20:00Z', 0, snapshot=LAST, partial=True, acked=1, calls=1, contacts=1), 'look',
                                              'DailyStory does not have everything yet.', '1 of 30 contacts are in DailyStory'),
        'the breaker, then another at work': (stopped + locked, 'stopped', 'holds back 19 changes', 'another push was at work'),
        'the breaker, then too young': (stopped + young, 'stopped', 'holds back 19 changes', 'push_hold'),
        'the breaker, then too young but for one': (stopped + young.replace('"early":true', '"early":true,"calls":1,"acked":1'), 'stopped', 'holds back 19 changes', '1 acknowledged'),
        'the breaker, then somebody stopped it at once': (stopped + pushed_line('2026-11-23T11:40:00Z', 143, snapshot=LAST), 'stopped', 'holds back 19', 'Somebody stopped it'),
        'the breaker, then accepted': (stopped + good, 'well', 'and DailyStory has it', whole),
        'the token, then another at work': (refused + locked, 'stopped', 'refused the token', 'another push was at work'),
        'the token, then too young': (refused + young, 'stopped', 'refused the token', 'push_hold'),
        'the token, then too young but for one': (refused + young.replace('"early":true', '"early":true,"calls":1,"acked":1'), 'well', '2 hours ago', '1 acknowledged'),
        'failed, then another at work': (hour + pushed_line('2026-11-23T11:20:00Z', 1) + locked, 'look', 'push to DailyStory failed', 'another push was at work'),
        'failed, then too young': (hour + pushed_line('2026-11-23T11:20:00Z', 1) + young, 'look', 'push to DailyStory failed', 'push_hold'),
        'no answer for a day, then too young': (long + down + young, 'late', 'and since then it did not answer 3 times.', 'push_hold'),
        'had it, then sent anew and no answer': (good + anew, 'look', 'not have everything yet; 5 changes wait.', '5 changes wait, the oldest since up to 60 minutes.'),
        'had it, then sent anew in parts': (good + anew.replace(':75', ':0').replace('"pending":5', '"pending":5,"limited":5'), 'look', '5 changes wait.', '--limit'),
        'had it, then sent anew, and has it again': (good + anew + good.replace('11:20:00Z', '11:50:00Z'), 'well', 'and DailyStory has it', whole),
        'had it a day ago, then sent anew and no answer': (long + anew.replace(LAST, LONG_AGO) + down, 'late', 'DailyStory last had what was known 24 hours ago', '7 changes wait'),
        'had it before this snapshot': (hour + anew, 'well', ', and DailyStory has what was known 2 hours ago.', '5 changes wait'),
        'failed before its plan': (hour + down + pushed_line('2026-11-23T11:40:00Z', 1, snapshot=LAST, contacts=26), 'look', 'push to DailyStory failed', '7 changes wait'),
        'stopped before its plan': (pushed_line('2026-11-23T11:20:00Z', 143, snapshot=LAST), 'look', 'DailyStory does not have everything yet.', 'Somebody stopped it'),
        'no answer for a day, then another at work': (long + down + locked, 'late', 'and since then it did not answer 3 times.', 'another push was at work'),
        'another at work for a day': (long + 3 * locked, 'late', 'Late: DailyStory has what was known 24 hours ago.', 'another push was at work'),
        'no answer': (hour + anew, 'well', '2 hours ago', 'did not answer, or asked to wait; the next one goes on from there'),
        'a push later than the page': (hour + pushed_line('2027-01-01T00:00:00Z', 5, snapshot=LAST), 'well', '2 hours ago', '1 snapshot applied since'),
    }
    pages = {}
    for name, (log, health, verdict, sentence) in cases.items():
        write(os.path.join(account, 'runs.jsonl'), log)
        page, found = page_of(lab, program, account), numbers(lab, program, account)
        lab.check('push: %s: well?' % name, found['health'] == health and verdict in found['verdict'], (found['health'], found['verdict']))
        lab.check('push: %s: a sentence' % name, sentence in page, re.findall('<h2>Delivery.*?<h2>', page, re.S))
        pages['push: ' + name] = page
    write(os.path.join(account, 'runs.jsonl'), long + down + good)
    found = numbers(lab, program, account)
    lab.equal('push: a day in numbers', found['steps'][-1]['push'], {'pushes': 4, 'calls': 192, 'acked': 11, 'rejected': 0, 'pending': 0, 'without_answer': 3, 'failed': 0})
    lab.equal('push: now', found['push'], {'on': True, 'snapshot': LAST, 'as_of': '2026-11-23T11:00:00Z', 'behind': 0, 'pending': 0, 'held': 2, 'contacts': 26, 'rejected': {},
                                           'last': {'at': '2026-11-23T11:20:00Z', 'exit_status': 0, 'calls': 12, 'retries': 0, 'acked': 11, 'rejected': 0}})
    write(os.path.join(account, 'runs.jsonl'), long + down + pushed_line('2026-11-23T11:40:00Z', 143, snapshot=LAST, contacts=26))
    found = numbers(lab, program, account)
    lab.equal('push: stopped before its plan, it counted nothing', (found['push']['pending'], found['steps'][-1]['push']['pending']), (7, 7))
    write(os.path.join(account, 'runs.jsonl'), long + down + locked)
    lab.equal('push: another at work is no silence', numbers(lab, program, account)['steps'][-1]['push']['without_answer'], 3)
    write(os.path.join(account, 'runs.jsonl'), long + down + good)
    lab.check('push: held, and why', '2 mobile numbers are not sent: their owners refuse' in page_of(lab, program, account) and 'push_text_opt_out' in page_of(lab, program, account))
    lab.equal('push: it read nothing', [k for k in found['steps'][-1] if k == 'runs'], ['runs'])
    write(os.path.join(account, 'runs.jsonl'), pushed_line('2026-11-23T11:20:00Z', 0, snapshot=LAST))
    lab.check('push: a push alone is no run', 'runs' not in numbers(lab, program, account)['steps'][-1])
    first = ''.join(pushed_line('2026-11-%02dT11:20:00Z' % d, 0, snapshot=LAST, acked=n, calls=n) for d, n in ((15, 20000), (16, 30), (17, 40), (18, 41)))
    write(os.path.join(account, 'runs.jsonl'), first)
    pages['push: a first one'] = page_of(lab, program, account)
    lab.check('push: a first one does not hide the others', 'The bar of 15 Nov 2026 is cut short: 20\u202f000 calls were' in pages['push: a first one'])
    write(os.path.join(account, 'runs.jsonl'), first[first.index('\n') + 1:])
    lab.check('push: of like ones none is cut', 'cut short' not in page_of(lab, program, account))
    most = dict.fromkeys(('duration_ms', 'calls', 'retries', 'acked', 'rejected', 'pending', 'limited', 'held', 'contacts'), 2 ** 64 - 1)
    write(os.path.join(account, 'runs.jsonl'), 20 * pushed_line('2026-11-23T11:20:00Z', 75, 'run', snapshot=LAST, letters={'refused': 2 ** 64 - 1}, **most))
    pages['push: numbers of nobody'] = page_of(lab, program, account)
    delivery = pages['push: numbers of nobody'][pages['push: numbers of nobody'].index('<h2>Delivery'):]
    lab.check('push: numbers that nobody reaches', '1\u202f000\u202f000\u202f000\u202f000\u202f000 changes wait.' in delivery and 'v-' not in delivery, delivery[:2000])
    found = {'contacts': 20, 'deleted': 1, 'opted_out': 0, 'unanswered': 0, 'case': 3, 'changed': 2, 'not_cleared': 0}
    compared, same = (log_line('2026-11-23T06:00:00Z', command='push', status=3, check=x) for x in (found, dict(found, deleted=0, changed=0)))
    for line, said in (('', 'was not compared yet'), (same, 'Compared 6 hours ago, of 20 contacts: everything is there'),
                       (compared, 'Compared 6 hours ago, of 20 contacts: 2 values were changed there, 1 contact was deleted there.')):
        write(os.path.join(account, 'runs.jsonl'), good + line)
        page = page_of(lab, program, account)
        lab.check('push: compared: %s' % said, said in page, re.findall('<p>Compared[^/]*', page))
    write(os.path.join(account, 'runs.jsonl'), compared + good)
    lab.equal('push: compared, in numbers', numbers(lab, program, account)['push']['compared'],
              dict(found, at='2026-11-23T06:00:00Z'))
    # imported by hand: who pushed once and does no more is not late
    write(os.path.join(account, 'flowstory.json'), '{}')
    out = lab.new('import')
    lab.ran('an import by hand', program(account, '-q', 'export', '--full', '--out', out), 0)
    lab.ran('which is done', program(account, '-q', 'export', '--done', out), 0)
    write(os.path.join(account, 'runs.jsonl'), long + down)
    r = program(account, 'report', '--json', '--now', NOW)
    lab.check('push: imports by hand', r.code == 0 and json.loads(r.out)['health'] == 'well', r.out[:200] + r.err)
    return pages


def kinds(lab, program, account):
    """The disk by kind over time, as the log has it once a day."""
    log = ''.join(log_line('2026-11-%02dT08:00:01Z' % d, used=d * 10 ** 6, free=10 ** 9, disk=dict(dict.fromkeys(('bases', 'terms', 'push'), 0), snapshots=d * 5 * 10 ** 5, diffs=d * 10 ** 5,
                           exports=d * 3 * 10 ** 5, state=10 ** 5)) for d in (14, 15, 17, 23))
    lines = log.splitlines(True)
    lines.insert(3, log_line('2026-11-18T07:59:59Z', used=1, free=1))     # not measured again yet
    write(os.path.join(account, 'runs.jsonl'), ''.join(lines))
    found, page = numbers(lab, program, account), page_of(lab, program, account)
    lab.equal('disk by kind', [(s['day'], s['disk_kinds']['snapshots']) for s in found['steps'] if 'disk_kinds' in s],
              [('2026-11-%02d' % d, min(d, 17) * 5 * 10 ** 5 if d < 23 else d * 5 * 10 ** 5) for d in (14, 15, 17, 18, 23)])
    lab.check('disk by kind, drawn', 'aria-label="Size of snapshots over time"' in page and 'aria-label="Size of bases over time"' not in page)
    os.unlink(os.path.join(account, 'runs.jsonl'))
    lab.check('not measured, not drawn', 'Size of snapshots' not in page_of(lab, program, account))
    return page


def thinned(lab, program, account):
    """Old snapshots may be gone, and of old exports all but what a report reads."""
    before = numbers(lab, program, account)
    ids = snapshots(account)
    for ident in ids[:100]:
        os.unlink(os.path.join(account, 'diffs', ident + '.jsonl.gz'))
    for ident in ids[:-2]:
        shutil.rmtree(os.path.join(account, 'snapshots', ident))
        for name in ('contacts-0001.csv', 'opt-outs.csv', 'skipped.csv', 'quarantine.jsonl'):
            path = os.path.join(account, 'exports', ident, name)
            if os.path.exists(path):
                os.unlink(path)
    after = numbers(lab, program, account)
    for key in ('customers', 'contacts', 'sums', 'segments'):
        lab.equal('thinned: %s' % key, after[key], before[key])
    lab.equal('thinned: opt-outs', [s['opt_outs'] for s in after['steps']], [s['opt_outs'] for s in before['steps']])
    lab.check('thinned: by channel no more', sum(s['opt_outs_email'] for s in after['steps']) < sum(s['opt_outs_email'] for s in before['steps']))
    page = page_of(lab, program, account)
    lab.check('thinned: says so', 'not known any more' in page)
    sound(lab, 'thinned', page)


def grown(lab, program):
    """By how much snapshots grow a day is said by the days they came in, not by those that are drawn."""
    account = lab.new('grown')
    for ident in ('20260501T000000Z', '20260502T000000Z', '20261123T110000Z'):
        put_snapshot(account, ident, [customer_page([customer(i) for i in range(60)]), order_page([])])
    lab.ran('process', program(account, '-q', 'process'), 0)
    steps = numbers(lab, program, account, '--days', '0')['steps']
    page = page_of(lab, program, account, '--days', '0')
    lab.check('grown', 'Snapshots grew by %d bytes a day' % (sum(s['bytes'] for s in steps) // 207) in page, re.findall('Snapshots grew[^.]*', page))


def reached(lab, program):
    """Who may be written to: not at an address that somebody else refused; and what is bought by whom."""
    account = lab.new('reached')
    who = [customer(0, consentsToPromotionalEmail=True, consentsToPromotionalSMS=True, email='same@example.com'),
           customer(1, consentsToPromotionalEmail=False, consentsToPromotionalSMS=True, email='same@example.com'),
           customer(2, consentsToPromotionalEmail=True, consentsToPromotionalSMS=True)]
    when = '2026-11-23T10:00:00Z'
    sold = [order(1, 0, when=when, total=10), order(2, 1, when=when, total=20.01), order(3, 2, when=when, total=5), order(4, 77, when=when, total=7),
            dict(order(5, 0, when=when, total=3), customerId=None)]
    write(os.path.join(account, 'segments.json'), json.dumps([{'name': 'All', 'slug': 'all', 'where': {'field': 'fh_total_orders', 'op': '>=', 'value': 1}}]))
    put_snapshot(account, '20261123T110000Z', [customer_page(who), order_page(sold)])
    lab.ran('process', program(account, '-q', 'process'), (0, 3))
    found, page = numbers(lab, program, account), page_of(lab, program, account)
    lab.equal('reached: by email only who did not refuse, nor anybody with the address', [(s['members'], s['by_email'], s['by_text']) for s in found['segments']], [(3, 1, 3)])
    last = found['steps'][-1]
    lab.equal('reached: by whom', [last[k] for k in ('purchases', 'guest_purchases', 'unattributed_purchases')], [5, 1, 1])
    lab.equal('reached: average', found['average_spent'], '11.67')
    lab.check('reached: average, on the page', 'have spent in all: on average $11.67</caption>' in page)


def largest(lab, program):
    """As much as a page of days can hold: ten segments of 89 days, each hour without an answer in the calendar, each day with its push and its disk."""
    account = lab.new('largest')
    write(os.path.join(account, 'segments.json'), json.dumps([{'name': 'Segment with a name of some length %d' % i, 'slug': 's%d' % i,
                                                               'where': {'field': 'fh_total_orders', 'op': '>', 'value': i}} for i in range(10)]))
    log = ''
    for d in range(89):
        began = 1795431600 - 86400 * (88 - d)
        at, noon = time.gmtime(began), time.strftime('%Y-%m-%dT%H:00:00Z', time.gmtime(began))
        who = [customer(i, consentsToPromotionalEmail=i % 7 != 0, loyaltyPoints=d) for i in range(40)]
        new = [order(d * 20 + k, (d * 7 + k * 3) % 40, when=noon, total=10 + k, itemsInCart=[
            {'productName': 'Product with a long name no. %d' % (d * 20 + k), 'category': 'Category %d' % ((d + k) % 25), 'quantity': 1, 'totalPrice': 1}]) for k in range(20)]
        put_snapshot(account, time.strftime('%Y%m%dT%H0000Z', at), [customer_page(who), order_page(new, scope={'kind': 'updated'})])
        log += ''.join(log_line(time.strftime('%Y-%m-%dT%H:05:00Z', time.gmtime(began - 86400 + 3600 * h)), status=75, silent=True) for h in range(24))
        log += pushed_line(noon, 3, snapshot=time.strftime('%Y%m%dT%H0000Z', at), calls=1234, acked=1200, rejected=3, pending=1234, contacts=38, letters={'refused': 3})
        log += log_line(noon, used=123456789, free=12345678901, disk=dict.fromkeys(('snapshots', 'bases', 'terms', 'diffs', 'exports', 'state', 'push'), 10 ** 9 + d))
    lab.ran('process', program(account, '-q', 'process'), (0, 3))
    write(os.path.join(account, 'runs.jsonl'), log)
    page = page_of(lab, program, account)
    print('the largest page of days: %d bytes' % len(page.encode()))
    lab.check('largest: days', len(numbers(lab, program, account)['steps']) == 89)
    return page


def told_apart(lab, name, page):
    """Without colours: no two entries of a key have the same shape."""
    for key in re.findall('<ul class="key">(.*?)</ul>', page, re.S):
        pictures = [x for x in re.findall('<svg.*?</svg>', key, re.S) if 'class="s9"' not in x]     # that nothing is there has no shape
        shapes = [re.sub('class="(?!line second)[^"]*"', '', x) for x in pictures]
        lab.check('%s: a key tells its entries apart' % name, shapes and len(set(shapes)) == len(shapes), key)


def year(lab, program):
    account = lab.new('year')
    for h in range(8760):
        at = time.gmtime(1795431600 - 3600 * (8759 - h))
        new = order(h, h % 60, when=time.strftime('%Y-%m-%dT%H:00:00Z', at), total=9 + h % 90)
        put_snapshot(account, time.strftime('%Y%m%dT%H0000Z', at), [customer_page([customer(i) for i in range(60)])] * (h == 0) + [order_page([new], scope={'kind': 'updated'})])
    run = subprocess.run([program.path, '-C', account, '-q', 'process'], check=False)     # takes longer than other tests may
    lab.equal('a year', run.returncode, 0)
    write(os.path.join(account, 'runs.jsonl'), ''.join(log_line(time.strftime('%Y-%m-%dT%H:10:00Z', time.gmtime(1795431600 - 3600 * h)), used=1, free=10 ** 9 + h) for h in range(8759, -1, -1)))
    begun = time.monotonic()
    page = page_of(lab, program, account, '--days', '0')
    took = time.monotonic() - begun
    print('a year of hours: %.2f s, %d bytes' % (took, len(page.encode())))
    lab.check('a year of hours in 2 s', took < 2, took)
    sound(lab, 'year', page)


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
        files.append(os.path.join(lab.place, re.sub('[^a-z]+', '-', name) + '.html'))
        write(files[-1], page)
    run = subprocess.run(['node', os.path.join(HERE, 'report', 'look.mjs'), chromium, os.path.join(place, 'node_modules'), *files], capture_output=True, timeout=600, check=False)
    lab.check('the browser ran', run.returncode == 0, run.stderr.decode()[-800:])
    for one in json.loads(run.stdout or b'[]'):
        lab.equal('%s, %s' % (one['page'], one['form']), one['complaints'], [])


def main():
    lab, program, options = begin(__doc__, year=False)
    pages = {}

    empty = lab.new('empty')
    lab.ran('init', program(None, '-C', empty, 'init'), 0)
    pages['empty'] = page_of(lab, program, empty)
    lab.equal('an empty account', numbers(lab, program, empty)['health'], 'empty')

    pipe, link = lab.new('pipe'), lab.new('link')
    os.mkfifo(pipe)
    os.symlink(pipe, link)
    for path in (pipe, link):
        lab.ran('what is no file is not replaced', program(empty, 'report', '--out', path), 1, 'is not a regular file')
    lab.check('a pipe is still one', stat.S_ISFIFO(os.lstat(pipe).st_mode) and os.path.islink(link))

    one = made(lab, program, 'one', 1)
    pages['one'] = page_of(lab, program, one)
    agrees(lab, 'one', numbers(lab, program, one), one)

    lab.equal('one snapshot is shown in two weeks', len(numbers(lab, program, one)['steps']), 14)
    grown(lab, program)
    reached(lab, program)

    many = made(lab, program, 'many', 240, settings={'min_age': 21})
    pages['many'] = page_of(lab, program, many)
    found = numbers(lab, program, many, '--days', '0')
    agrees(lab, 'many', found, many)
    nobody(lab, 'many', pages['many'], many)
    lab.check('many: a zone', 'America/Denver' not in pages['many'])
    contacts = pages['many'][pages['many'].index('<h2>Contacts'):pages['many'].index('<h2>Money')]
    lab.check('many: opt-outs of the first snapshot are not drawn', 'are in the numbers and not in the picture' in contacts and
              not re.search('<svg [^>]*aria-label="Contacts over time.*?<path class="c[0-9]" d="M.*?</svg>', contacts), contacts[:3000])

    days = found['steps'][-8:]
    money = sum(round(float(d['completed']) * 100) for d in days[1:])
    lab.check('the week in a sentence', '<p class="lead">In the last 7 days: %d purchases for $%s, %s contacts, and %d opt-outs written.</p>' % (
        sum(d['purchases'] for d in days[1:]), '{:,.2f}'.format(money / 100), '\u00b10' if days[-1]['contacts'] == days[0]['contacts'] else '?',
        sum(d['opt_outs'] for d in days[1:])) in pages['many'], re.findall('<p class="lead">.*', pages['many']))
    lab.check('no week, no sentence', '<p class="lead">' not in pages['one'])

    done = os.path.join(many, 'exports', snapshots(many)[-6])
    lab.check('nothing is imported by hand', 'not_imported' not in found and 'snapshots wait to be applied' in pages['many'])
    out = lab.new('import')
    lab.ran('an import by hand', program(many, '-q', 'export', '--full', '--out', out), 0)
    lab.ran('which is done', program(many, '-q', 'export', '--done', out), 0)
    lab.equal('all is imported', numbers(lab, program, many)['not_imported'], 0)
    marked = json.loads(read(os.path.join(many, 'imported.json')))
    write(os.path.join(many, 'imported.json'), json.dumps(dict(marked, snapshot=os.path.basename(done))))
    lab.equal('five are not', numbers(lab, program, many)['not_imported'], 5)
    lab.check('a tile says so', '<b>5</b><span>snapshots wait to be imported</span>' in page_of(lab, program, many))
    os.unlink(os.path.join(many, 'imported.json'))

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

    pages['kinds'] = kinds(lab, program, many)
    pages['largest'] = largest(lab, program)
    pages['watched'] = watched(lab, program)
    pages.update(pushes(lab, program))
    pages['held'] = held(lab, program)
    for name, page in pages.items():
        sound(lab, name, page)
        told_apart(lab, name, page)
    looked_at(lab, {name: pages[name] for name in ('empty', 'many', 'hostile', 'kinds', 'watched', 'push: good', 'push: refused rows', 'push: the breaker', 'push: no push yet')})
    if options.year:
        year(lab, program)

    for words, said in ((('--days', 'x'), '--days'), (('--now', 'soon'), '--now')):
        lab.ran('refused: %s' % words[0], program(many, 'report', *words), 2, said)
    thinned(lab, program, many)
    shutil.rmtree(os.path.join(many, 'exports', snapshots(many)[-2]))
    lab.ran('refused: an export that was deleted', program(many, 'report'), 1, 'process --rebuild')
    write(os.path.join(many, 'flowstory.json'), '{"time_zone":"Mars/Olympus"}')
    lab.ran('refused: a zone that is none', program(many, 'report'), 2, 'time_zone')
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
