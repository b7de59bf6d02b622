#!/usr/bin/env python3
"""Goal: who watches an account is told the truth: by metrics that a collector can read, by the command of on_end, by each line of the log, and by the exit status.

usage: metrics.py PROGRAM STANDIN
With promtool and prometheus-node-exporter, where they are installed; both stay on the loopback interface.
"""
import json
import os
import pwd
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from fetching.kit import SMALL, later, ok, run_parts
from fetching.place import CLIENT_ID, KEY
from lab.lab import begin, customer_page, order, order_page, put_snapshot, tree

SECRETS = {'FLOWHUB_CLIENT_ID': CLIENT_ID, 'FLOWHUB_API_KEY': KEY, 'DAILYSTORY_TOKEN': 'token-of-environment'}
SAMPLE = re.compile(r'(flowstory_\w+)\{account="((?:[^"\\]|\\.)*)"(?:,(kind|segment)="([\w-]+)")?(?:,cause="(\w+)")?\} ([0-9.]+)')
EXPORTER = 'prometheus-node-exporter'


def text_of(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def read(path):
    """Values by name, or by name and label; accounts; names with a head."""
    values, accounts, heads = {}, set(), set()
    for line in text_of(path).splitlines():
        if line.startswith('#'):
            heads.add('%s %s' % (line.split()[2], line.split()[1]))
            continue
        m = SAMPLE.fullmatch(line)
        assert m, line
        key = (m[1], m[4], m[5]) if m[5] else (m[1], m[4]) if m[4] else m[1]
        assert key not in values, line
        values[key] = float(m[6])
        accounts.add(m[2])
        assert {m[1] + ' HELP', m[1] + ' TYPE'} <= heads, line
    return values, accounts


def runs(a):
    return [json.loads(line) for line in text_of(os.path.join(a.dir, 'runs.jsonl')).splitlines()]


def promtool(lab, what, path):
    if shutil.which('promtool') is None:
        print('skipped: promtool is not installed (Debian package prometheus)')
        return
    p = subprocess.run(['promtool', 'check', 'metrics'], input=text_of(path), capture_output=True, text=True)
    lab.check(what, p.returncode == 0 and p.stdout + p.stderr == '', p.stdout + p.stderr)


def hook_of(a, *lines):
    """A script for on_end, and what it writes into."""
    path = os.path.join(a.dir, 'hook')
    with open(path, 'w') as f:
        f.write('\n'.join(('#!/bin/sh', *lines)) + '\n')
    os.chmod(path, 0o755)
    a.set(on_end='./hook')
    return os.path.join(a.dir, 'told')


def told(path):
    return json.loads(text_of(path))


def by_cause(v, name, slug):
    return {key[2]: n for key, n in v.items() if key[:2] == ('flowstory_segment_' + name, slug) and n}


def told_by_events(a, name, slug):
    """Causes of the events in the newest export, which are another way to the same numbers."""
    exports = os.path.join(a.dir, 'exports')
    path = os.path.join(exports, sorted(os.listdir(exports))[-1], 'events.jsonl')
    found = {}
    for line in text_of(path).splitlines() if os.path.exists(path) else ():
        e = json.loads(line)
        if e['event'] == 'segment_' + name and e['segment'] == slug:
            found[e['cause']] = found.get(e['cause'], 0) + 1
    return found


def numbers(lab, k):
    """Every number is the one that status and segments say."""
    s, a = k.pair()
    a.set(min_age=0)
    ok(a.run('run'))
    path = os.path.join(a.dir, 'metrics.prom')
    v, accounts = read(path)
    status = json.loads(a.run('status', '--json').out)
    lab.equal('mode of the default file', stat.S_IMODE(os.stat(path).st_mode), 0o644)
    lab.equal('mode of the directory', stat.S_IMODE(os.stat(os.path.join(a.dir, 'state')).st_mode), 0o700)
    lab.equal('label account', accounts, {os.path.realpath(a.dir)})
    for name in ('customers', 'orders', 'contacts'):
        lab.equal(name, v['flowstory_' + name], status[name])
    lab.equal('quarantined', v['flowstory_quarantined_records'], status['quarantined'])
    lab.equal('disk kinds', {key[1] for key in v if key[0] == 'flowstory_disk_bytes'}, set(status['disk_bytes']))
    lab.check('disk of snapshots', v['flowstory_disk_bytes', 'snapshots'] == status['disk_bytes']['snapshots'] > 0)
    for seg in json.loads(a.run('segments', '--json').out):
        for name in ('members', 'contacts'):
            lab.equal('segment %s of %s' % (name, seg['slug']), v['flowstory_segment_' + name, seg['slug']], seg[name])
        for name in ('entered', 'left'):
            lab.equal('segment %s of %s' % (name, seg['slug']), sum(n for key, n in v.items() if key[:2] == ('flowstory_segment_' + name, seg['slug'])), seg[name])
            lab.equal('segment %s of %s, by cause' % (name, seg['slug']), by_cause(v, name, seg['slug']), told_by_events(a, name, seg['slug']))
    lab.equal('pending, late, breaker, exit', [v['flowstory_' + n] for n in ('pending_snapshots', 'late_snapshots', 'stopped_by_breaker', 'exit_code')], [0] * 4)
    lab.check('calls', v['flowstory_calls'] > 3 and v['flowstory_retries'] == 0)
    promtool(lab, 'promtool: a run that succeeded', path)
    body = json.dumps({'customers': [{'id': 'left-alone'}]})
    return s, a, path, body


def breaker_and_late(lab, k):
    s, a, path, body = numbers(lab, k)
    good, _ = read(path)
    source = os.path.join(a.dir, 'customers.json')
    with open(source, 'w') as f:
        f.write(body)
    s.close()
    a.set(breaker_percent=10, retries=0, on_end='cat >told')
    a.time += 3600
    ok(a.run('adopt', source, '--taken-at', '2025-12-01T02:30:00Z'))
    p = ok(a.run('run'), 5)
    v, _ = read(path)
    lab.check('a stop by the breaker goes before 75', v['flowstory_exit_code'] == 5, p.err)
    lab.equal('pending and breaker', (v['flowstory_pending_snapshots'], v['flowstory_stopped_by_breaker']), (1, 1))
    name = 'flowstory_last_success_timestamp_seconds'
    lab.equal('the last success stays', v[name], good[name])
    lab.equal('what is known stays', v['flowstory_customers'], good['flowstory_customers'])
    x = told(os.path.join(a.dir, 'told'))
    lab.equal('on_end: stopped', (x['exit_status'], x['error']['kind'], x['stopped_by_breaker'], x['pending']), (5, 'breaker', True, 1))
    lab.check('status: stopped', json.loads(a.run('status', '--json').out)['stopped_by_breaker'])
    promtool(lab, 'promtool: a run that was stopped', path)
    os.remove(path)
    lab.check('status: stopped, without the metrics', 'stopped by the mass-change breaker: snapshot 20251201T023000Z' in a.run('status').out)
    lines = p.err.splitlines()
    lab.check('the errors of a run in their order', 'no answer' in lines[0] and 'would remove' in p.err, p.err)
    shutil.rmtree(os.path.join(a.dir, 'snapshots', '20251201T023000Z'))
    ok(a.run('adopt', source, '--taken-at', '2025-11-01T00:00:00Z'))
    lab.check('status: stopped no longer', not json.loads(a.run('status', '--json').out)['stopped_by_breaker'])
    ok(a.run('run'), 4)
    v, _ = read(path)
    lab.equal('late', (v['flowstory_late_snapshots'], v['flowstory_pending_snapshots'], v['flowstory_stopped_by_breaker']), (1, 0, 0))


def outage(lab, k):
    """Longer than stale_after without an answer is a failure wherever one looks."""
    s, a = k.settled(retries=0)
    out = hook_of(a, 'cat >told')
    s.fault('502')
    for hours, status in ((0, 75), (4, 75), (2, 1)):
        if hours > 0:
            later(a, s, hours)
        ok(a.run('run'), status)
        v, _ = read(os.path.join(a.dir, 'metrics.prom'))
        x = told(out)
        lab.equal('an outage of %d more hours' % hours, (v['flowstory_exit_code'], x['exit_status'], x['error']['kind']),
                  (status, status, 'busy' if status == 75 else 'failed'))
    lab.check('status --max-age fails', a.run('status', '--max-age', '2h').returncode == 1)
    lab.equal('each hour of it is in the log of runs', [(x['command'], x['status'], x.get('silent', False)) for x in runs(a)],
              [('run', 0, False), ('run', 75, True), ('run', 75, True), ('run', 1, True)])
    ok(a.run('fetch'), 1)
    ok(a.run('process'))
    lab.equal('and a fetch, but no process that was not stopped', [x['command'] for x in runs(a)][4:], ['fetch'])
    lab.equal('of the log: mode', stat.S_IMODE(os.stat(os.path.join(a.dir, 'runs.jsonl')).st_mode), 0o600)
    lab.check('of the log: the disk', all(x['free'] > x['used'] > 0 for x in runs(a)), runs(a))
    lab.equal('of the log: measured once a day', ['disk' in x for x in runs(a)], [True] + 4 * [False])
    later(a, s, 18)
    ok(a.run('run'), 1)
    x = runs(a)[-1]
    lab.equal('of the log: a day later again', (sum(x['disk'].values()), sorted(x['disk'])), (x['used'], sorted(json.loads(a.run('status', '--json').out)['disk_bytes'])))


def drift(lab, k):
    """What only a wider read saw: an order of October that comes, changes and goes with pages of October's days."""
    s, a = k.settled(retries=0)
    s.close()
    old = order(1, 1, when='2025-10-03T10:00:00Z')
    name = 'orders-L1-2025-10-01-2025-10-08-0001.json.gz'
    window = {'kind': 'created', 'from': '2025-10-01T00:00:00Z', 'to': '2025-10-08T00:00:00Z'}
    for kind, orders in (('added', [old]), ('changed', [dict(old, voided=True)]), ('removed', [])):
        a.time += 3600
        put_snapshot(a.dir, time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(a.time)), [order_page(orders, path=name, scope=window)])
        ok(a.run('run'), 75)
        v, _ = read(os.path.join(a.dir, 'metrics.prom'))
        found = {x: v['flowstory_drift', x] for x in ('added', 'changed', 'removed')}
        lab.equal('drift: ' + kind, found, {x: x == kind for x in found})
    ok(a.run('run'), 75)
    v, _ = read(os.path.join(a.dir, 'metrics.prom'))
    lab.equal('drift: none in a run that applies nothing', [v['flowstory_drift', x] for x in ('added', 'changed', 'removed')], [0] * 3)


def stopped(lab, k):
    """process alone tells status that the breaker stopped it, and writes nothing else."""
    s, a = k.settled()
    a.set(breaker_percent=10)
    a.time += 3600
    stop = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(a.time))
    put_snapshot(a.dir, stop, [customer_page([])])
    before = tree(a.dir)
    ok(a.run('process', '--plan'), 5)
    lab.same('a plan that would stop leaves nothing', tree(a.dir), before)
    ok(a.run('process'), 5)
    lab.same('a stop leaves a line in the log alone', {n: x for n, x in tree(a.dir).items() if n != 'runs.jsonl'}, {n: x for n, x in before.items() if n != 'runs.jsonl'})
    lab.equal('that line', [runs(a)[-1][x] for x in ('command', 'status', 'stopped')], ['process', 5, stop])
    lab.check('status after process', json.loads(a.run('status', '--json').out)['stopped_by_breaker'])
    ok(a.run('process', '--accept-mass-change', stop))
    lab.check('status after it was accepted', not json.loads(a.run('status', '--json').out)['stopped_by_breaker'])
    os.remove(os.path.join(a.dir, 'runs.jsonl'))
    os.mkdir(os.path.join(a.dir, 'runs.jsonl'))
    p = ok(a.run('run'))
    lab.check('a log that cannot be written is a warning', 'warning: the run was not recorded in runs.jsonl' in p.err, p.err)


def own_place(lab, k):
    """Metrics elsewhere, where nothing else is lost and settings at fault are seen."""
    s, a = k.settled()
    place = tempfile.mkdtemp(dir=k.place)
    path = os.path.join(place, 'flowhub.prom')
    a.set(metrics_file=path)
    os.remove(os.path.join(a.dir, 'metrics.prom'))
    old = os.umask(0o077)
    ok(a.run('run'))
    os.umask(old)
    lab.equal('only there', (os.listdir(place), os.path.exists(os.path.join(a.dir, 'metrics.prom'))), (['flowhub.prom'], False))
    lab.equal('0644 whatever the umask', stat.S_IMODE(os.stat(path).st_mode), 0o644)
    a.set(no_such_setting=1)
    ok(a.run('run'), 2)
    lab.equal('a fault of the settings is seen', read(path)[0]['flowstory_exit_code'], 2)
    a.set(no_such_setting=None, metrics_file='sub/../x.prom')
    p = ok(a.run('check', '--offline'), 2)
    lab.check('check: a directory that is missing', "'metrics_file': there is no directory" in p.err and 'flowstory.json:1:' in p.err, p.err)
    p = ok(a.run('run'))
    lab.check('a file that cannot be written is a warning', 'warning: the metrics were not written' in p.err, p.err)
    settings = os.path.join(a.dir, 'flowstory.json')
    for victim in ('flowstory.json', 'key', '/dev/null', '.'):
        a.set(metrics_file=victim)
        before = text_of(settings)
        p = ok(a.run('run'))
        lab.check('what is no file of metrics is left alone: ' + victim,
                  'the metrics were not written' in p.err and text_of(settings) == before and stat.S_ISCHR(os.stat('/dev/null').st_mode), p.err)
    lab.equal('the key', text_of(os.path.join(a.dir, 'key')).strip(), KEY)
    for wrong in ('', 7, 'a\0b'):
        a.set(metrics_file=wrong)
        p = ok(a.run('check', '--offline'), 2)
        lab.check('metrics_file %r' % (wrong,), 'a string that is not empty' in p.err, p.err)
    a.set(metrics_file='m.prom')
    odd = os.path.join(k.place, 'a "b\\c\u00e9 d')
    shutil.copytree(a.dir, odd)
    shutil.rmtree(a.dir)
    a.dir = odd
    ok(a.run('run'))
    promtool(lab, 'promtool: a path with quotes', os.path.join(odd, 'm.prom'))
    lab.equal('its label', read(os.path.join(odd, 'm.prom'))[1], {os.path.realpath(odd).replace('\\', '\\\\').replace('"', '\\"')})


def scrape(port):
    for _ in range(200):
        try:
            with urllib.request.urlopen('http://127.0.0.1:%d/metrics' % port, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as e:
            return '%d %s' % (e.code, e.read().decode())
        except OSError:
            time.sleep(0.05)
    return 'no answer'


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def exporter(lab, k):
    """As flowstory-fetch(7) advises: two accounts, one directory, a collector that is another user."""
    if shutil.which(EXPORTER) is None:
        print('skipped: %s is not installed' % EXPORTER)
        return
    place = tempfile.mkdtemp(prefix='flowstory-collector-')
    k.stack.callback(shutil.rmtree, place)
    os.chmod(place, 0o755)
    accounts = [k.pair()[1] for _ in range(2)]
    for i, a in enumerate(accounts):
        a.set(metrics_file=os.path.join(place, 'flowstory-%d.prom' % i))
        ok(a.run('run'))
    port = free_port()
    who = {'user': pwd.getpwnam('nobody').pw_uid, 'extra_groups': []} if os.getuid() == 0 else {}
    p = subprocess.Popen([EXPORTER, '--collector.disable-defaults', '--collector.textfile', '--collector.textfile.directory=' + place,
                          '--web.listen-address=127.0.0.1:%d' % port], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **who)
    try:
        text = scrape(port)
    finally:
        p.terminate()
        said = p.communicate()[1]
    lab.check('the exporter could read all', 'node_textfile_scrape_error 0' in text, text[-1500:] + said[-1500:])
    for a in accounts:
        want = read(a.settings['metrics_file'])[0]
        label = 'flowstory_customers{account="%s"} ' % os.path.realpath(a.dir)
        got = [l.split()[-1] for l in text.splitlines() if l.startswith(label)]
        lab.equal('customers of ' + a.dir, [float(n) for n in got], [want['flowstory_customers']])
    lab.check('none was left by a temporary file', sorted(os.listdir(place)) == ['flowstory-0.prom', 'flowstory-1.prom'])


def summary(lab, k):
    """on_end: the summary, the place, no secret; its failure changes nothing."""
    s, a = k.pair()
    out = hook_of(a, 'env >environment', 'pwd >place', 'cat >told', 'echo one; echo two >&2')
    p = ok(a.run('run', env=SECRETS))
    x = told(out)
    lab.equal('the run of it', (x['command'], x['account'], x['exit_status'], x['error'], x['applied'], x['last_applied'], x['fetch']['snapshot']),
              ('run', os.path.realpath(a.dir), 0, None, a.snapshots(), a.snapshots()[-1], a.snapshots()[-1]))
    status = json.loads(a.run('status', '--json').out)
    lab.equal('its numbers', [x[n] for n in ('customers', 'orders', 'contacts', 'quarantined', 'pending', 'late')],
              [status[n] for n in ('customers', 'orders', 'contacts', 'quarantined', 'pending', 'late')])
    lab.equal('four segments', len(x['segments']), 4)
    env = text_of(os.path.join(a.dir, 'environment'))
    lab.check('no secret in its environment', 'PATH=' in env and not any(w in env for w in (*SECRETS, *SECRETS.values())), env)
    lab.equal('its place', text_of(os.path.join(a.dir, 'place')).strip(), os.path.realpath(a.dir))
    lab.check('what it prints is said', 'flowstory: on_end: one\n' in p.err and 'flowstory: on_end: two\n' in p.err and p.out == '', p.err)
    s.fault('401', '/v0')
    p = ok(a.run('run'), 2)
    x = told(out)
    lab.equal('a run that failed', (x['exit_status'], x['error']['kind'], x['applied'], x['fetch']['snapshot']), (2, 'settings', [], None))
    lab.check('its error first', p.err.startswith('flowstory: ') and x['error']['message'] in p.err.splitlines()[0], p.err)
    s.control('clear')


def hooks_that_fail(lab, k):
    s, a = k.settled()
    for line, said in (('exit 7', 'failed with status 7'), ('kill -9 $$', 'killed by signal 9'), ('exec ./no-such-command', 'failed with status 127')):
        a.set(on_end=line)
        p = ok(a.run('run'))
        lab.check('on_end: ' + line, 'flowstory: warning: on_end: the command ' in p.err and said in p.err, p.err)
    hook_of(a, 'sleep 50 & exit 0')
    began = time.monotonic()
    p = ok(a.run('run'))
    lab.check('on_end: what it leaves behind is not waited for', time.monotonic() - began < 20 and 'warning' not in p.err, p.err)
    hook_of(a, '"%s" -C . process' % os.path.abspath(k.program))
    p = ok(a.run('run'))
    lab.check('on_end: the account is free for it', 'nothing to apply' in p.err and 'warning' not in p.err, p.err)
    a.set(on_end='test -s report.html && test -s metrics.prom', report=True)
    p = ok(a.run('run'))
    lab.check('on_end: report and metrics are there', 'warning' not in p.err, p.err)
    a.set(on_end=None, no_such_setting=1)
    ok(a.run('run'), 2)
    a.set(on_end='cat >told', no_such_setting=1)
    ok(a.run('run'), 2)
    lab.equal('on_end: settings at fault', told(os.path.join(a.dir, 'told'))['error']['kind'], 'settings')


def advised(lab, k):
    """The rules that packaging/README.md advises: Prometheus reads them, and each metric in them is one that the program has."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
    text = text_of(os.path.join(root, 'docs/packaging/README.md'))
    rules = re.search(r'^```\n(groups:\n.*?)^```$', text, re.M | re.S)[1]
    written = text_of(os.path.join(root, 'src/report/metrics.c'))
    lab.equal('metrics of the rules that no source writes', {n for n in re.findall(r'flowstory_\w+', rules) if '"%s"' % n not in written}, set())
    if shutil.which('promtool') is not None:
        path = os.path.join(k.place, 'rules.yml')
        with open(path, 'w') as f:
            f.write(rules)
        p = subprocess.run(['promtool', 'check', 'rules', path], capture_output=True, text=True)
        lab.check('promtool: the rules that are advised', p.returncode == 0 and '%d rules found' % rules.count('- alert:') in p.stdout, p.stdout + p.stderr)


def log(lab, k):
    """Each line an object with time, account, command and run; a failed run begins with its error."""
    s, a = k.settled(retries=0)
    hook_of(a, 'echo a line; printf "\\033[31m\\377 no UTF-8"; exit 3')
    runs = set()
    for fault, status in ((None, 0), ('401', 2)):
        if fault:
            s.fault(fault, '/v0')
        p = ok(a.run('--log-json', '-v', 'run'), status)
        lines = [json.loads(l) for l in p.err.splitlines()]
        for x in lines:
            lab.check('members of a line', list(x)[:5] == ['time', 'level', 'account', 'command', 'run'] and x['command'] == 'run'
                      and x['account'] == os.path.realpath(a.dir) and 'message' in x, x)
        lab.equal('one run, one id', len({x['run'] for x in lines}), 1)
        runs.add(lines[0]['run'])
        errors = [i for i, x in enumerate(lines) if x['level'] == 'error']
        lab.equal('its errors, in front of all else', errors, [0] if fault else [])
        lab.check('on_end in the log', any(x['message'] == 'on_end: a line' for x in lines) and lines[-1]['message'].endswith('status 3'), lines)
    lab.equal('two runs, two ids', len(runs), 2)
    for words, status in ((('--log-json', 'nonsense'), 2), (('--log-json', 'run', '--nonsense'), 2), (('run', 'x', '--log-json'), 2)):
        x = json.loads(ok(a.run(*words), status).err)
        lab.check('an error of usage: ' + ' '.join(words), {'time', 'account', 'command', 'run', 'error'} <= set(x), x)


def main():
    lab, program, o = begin(__doc__, 'standin')
    return run_parts(lab, o.program, o.standin, (breaker_and_late, stopped, drift, outage, own_place, exporter, summary, hooks_that_fail, advised, log))


if __name__ == '__main__':
    sys.exit(main())
