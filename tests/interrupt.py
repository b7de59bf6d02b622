#!/usr/bin/env python3
"""interrupt.py PROGRAM STANDIN: asked to stop by Ctrl-C or SIGTERM, a command stops soon, says what is kept, and dies by the signal; what it
left is whole, and the next run goes on from there to the same end. A second signal ends it at once. Ends with 'N passed, M failed'.

Where it is stopped is no matter of luck: a library raises the signal when a certain file is opened (tests/support/interrupting.c).
"""
import json
import os
import signal
import sys
import time

from fetching.kit import later, ok, run_parts, same
from lab.lab import NOISE, begin, clone, customer, customer_page, leftovers, order, order_page, preloaded, put_snapshot, read, results, snapshots, tree

SOON = 5                  # s: from the signal to the end, on a busy machine


class Stop:
    """What makes a run stop at the n-th opening of a file."""

    def __init__(self, lab):
        self.library = preloaded(lab.place, 'support/interrupting.c', '-ldl')

    def at(self, path, n, number=signal.SIGINT, twice=False):
        env = {'LD_PRELOAD': self.library, 'INTERRUPT_PATH': path, 'INTERRUPT_AT': str(n), 'INTERRUPT_SIGNAL': str(int(number)),
               'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'}
        return dict(env, INTERRUPT_TWICE='1') if twice else env


def history(lab, hours=8):
    account = lab.new('account')
    os.makedirs(os.path.join(account, 'snapshots'))
    for h in range(hours):
        who = [customer(n, loyaltyPoints=n + h * (n % 3 == 0)) for n in range(40)]
        put_snapshot(account, '20261123T%02d0000Z' % h, [customer_page(who), order_page([order(n, n % 40) for n in range(60 + h)])])
    return account


def applied(program, account):
    return json.loads(program(account, 'status', '--json').out)['applied']


def processing(lab, program, stop):
    """process stops between snapshots or within one; what was applied stays."""
    account = history(lab)
    whole = clone(lab, account)
    lab.ran('process', program(whole, '-q', 'process'), 0)
    for number in (signal.SIGINT, signal.SIGTERM):
        for n in (1, 4, 8):
            twin = clone(lab, account)
            run = program(twin, 'process', env=stop.at('20261123T%02d0000Z/customers-0001' % (n - 1), 1, number))
            what = 'process, %s in snapshot %d' % (number.name, n)
            lab.ran(what, run, -number, 'flowstory: interrupted: %d of 8 snapshots applied\n' % (n - 1), "'flowstory process' continues from there.")
            lab.equal(what + ': so many are', applied(program, twin), n - 1)
            lab.equal(what + ': nothing is left over', leftovers(twin), [])
            lab.ran(what + ': and on', program(twin, '-q', 'process'), 0)
            lab.same(what + ': to the same end', results(twin), results(whole))
    twin = clone(lab, account)
    run = program(twin, 'process', env=stop.at('20261123T020000Z/customers-0001', 1, twice=True))
    lab.equal('process, twice: at once, without a word of it', (run.code, 'interrupted' in run.err), (-2, False))
    lab.ran('process, twice: and on', program(twin, '-q', 'process'), 0)
    lab.same('process, twice: to the same end', results(twin), results(whole))
    run = program(clone(lab, account), 'process', env=stop.at('20261123T020000Z/customers-0001', 1), before=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    lab.ran('process, where SIGINT is ignored', run, 0)
    run = program(clone(lab, account), '--log-json', 'process', env=stop.at('20261123T020000Z/customers-0001', 1))
    lab.equal('process --log-json', json.loads(run.err.splitlines()[-1])['error'], 'interrupted')
    twin = clone(lab, account)
    before = tree(twin)
    lab.ran('process --plan', program(twin, 'process', '--plan', env=stop.at('customers-0001', 1)), -2, 'interrupted')
    lab.same('process --plan: nothing was changed', tree(twin), before)
    return whole


def looking(lab, program, stop, account):
    """replay, export and verify stop, and the account is as it was."""
    before = tree(account)
    page = os.path.join('20261123T040000Z', 'customers-0001')
    out = lab.new('replayed')
    lab.ran('replay', program(account, 'replay', '--out', out, env=stop.at('20261123T020000Z/customers-0001', 1)), -2, 'interrupted: 2 of 8 snapshots replayed', 'to start again')
    lab.ran('replay: anew', program(account, 'replay', '--out', out, '--check'), (0, 2))
    lab.ran('replay: anew, the same', program(account, 'replay', '--out', out), 0)
    lab.same('replay: to the same end', {k: v for k, v in results(out).items() if k[:5] != 'terms'}, {k: v for k, v in results(account).items() if k[:5] != 'terms'})
    for words, name in ((('--full',), 'contacts-0001.csv'), (('--since', '20261123T020000Z'), 'contacts-0001.csv')):
        out = lab.new('written')
        lab.ran('export %s' % words[0], program(account, 'export', *words, '--out', out, env=stop.at(name, 1)), -2, "interrupted: '%s' was not written" % out)
        lab.equal('export %s: nothing is there' % words[0], [n for n in os.listdir(lab.place) if os.path.basename(out) in n], [])
    for words in ((), ('--rebuild',)):
        run = lab.ran('verify %s' % (words,), program(account, 'verify', *words, env=stop.at(page, 1 + len(words))), -2, 'interrupted: ', ' checked, 0 faults so far')
        lab.check('verify %s: does not say that there is no fault' % (words,), 'no fault' not in run.out, run.out)
    lab.check('verify leaves no note of half a check', not os.path.exists(os.path.join(account, 'verify.json')))
    lab.same('the account is as it was', tree(account), before)
    run = program(account, 'segments', env=stop.at('data.mdb', 1))
    lab.equal('a command that only looks dies at once', (run.code, run.err), (-2, ''))


def stopped(k, a, *words, env=None, after=None, number=signal.SIGINT, until=None):
    """A run that gets the signal after so many seconds, or once a condition holds; and how long it took from there."""
    p = a.start(*words, env=env)
    begun = time.monotonic()
    while time.monotonic() - begun < 30 and not (until() if until else time.monotonic() - begun > after):
        time.sleep(0.02)
    p.send_signal(number)
    begun = time.monotonic()
    p.out, p.err = p.communicate(timeout=120)
    return p, time.monotonic() - begun


def pages_in(a):
    place = os.path.join(a.dir, 'snapshots')
    return sum(n.startswith(('orders', 'customers')) for d in a.hidden() for n in os.listdir(os.path.join(place, d)))


def first_fetch(lab, k):
    """A first fetch keeps its pages and goes on; the end is the books'."""
    s, a = k.pair('--customers', 60, '--days', 30, '--orders', 40, page_size=25, min_interval_ms=40, history_start='2025-10-01')
    p, took = stopped(k, a, 'fetch', until=lambda: pages_in(a) >= 6)
    lab.check('a first fetch', p.returncode == -2 and 'interrupted: ' in p.err and ' pages kept' in p.err and "'flowstory fetch' continues from there." in p.err, p.err)
    lab.check('it stops soon', took < SOON, took)
    kept = pages_in(a)
    said = int(p.err[p.err.index('interrupted: ') + 13:].split()[0])
    lab.check('as many as it said', kept <= said <= kept + 2, (kept, said))        # the locations' page, and one not counted here
    lab.equal('no snapshot yet', a.snapshots(), [])
    calls = len(s.calls())
    s.control('clear')
    a.set(min_interval_ms=0)
    p = ok(a.run('fetch'))
    lab.check('it goes on', 'resuming' in p.err and pages_in(a) == 0, p.err)
    ok(a.run('run'))
    same(a, s)
    lab.check('the pages that were kept are not read again', calls > 6, calls)
    later(a, s)
    s.fault('429', count=9, value='30')
    for number in (signal.SIGINT, signal.SIGTERM):
        p, took = stopped(k, a, 'fetch', after=1.5, number=number)
        lab.check('a later fetch that waits, %s' % number.name, p.returncode == -number and 'interrupted: nothing of this fetch was kept' in p.err and took < SOON, (took, p.returncode, p.err))
        lab.equal('nothing is left over', a.hidden(), [])
    last = json.loads(read(os.path.join(a.dir, 'runs.jsonl')).splitlines()[-1])
    lab.equal('in the log: stopped by somebody, not without an answer', (last['status'], last.get('silent')), (128 + signal.SIGTERM, None))


def silent_server(lab, k):
    """A server that answers nothing does not hold a fetch up."""
    s, r, a = k.relayed(lambda n, path: ('silent', 12), timeout_s=100)
    p, took = stopped(k, a, 'fetch', after=1.5)
    lab.check('a fetch without an answer', p.returncode == -2 and took < SOON, (took, p.returncode, p.err))


def whole_run(lab, k):
    """run: metrics and the log say how it ended; neither page nor command is made, for somebody waits."""
    s, a = k.settled(retries=3, on_end='cat >told', report=True)
    for name in ('told', 'report.html'):
        if os.path.exists(os.path.join(a.dir, name)):
            os.remove(os.path.join(a.dir, name))
    s.fault('429', count=9, value='30')
    p, took = stopped(k, a, 'run', after=1.5, number=signal.SIGTERM)
    lab.check('a run', p.returncode == -signal.SIGTERM and took < SOON, (took, p.returncode, p.err))
    lab.equal('its metrics', a.metrics()['flowstory_exit_code'], '143')
    lab.equal('no page, no command', [n for n in ('told', 'report.html') if os.path.exists(os.path.join(a.dir, n))], [])
    s.control('clear')
    later(a, s)
    ok(a.run('run'))
    same(a, s)


def main():
    lab, program, o = begin(__doc__, 'standin')
    stop = Stop(lab)
    whole = processing(lab, program, stop)
    looking(lab, program, stop, whole)
    return run_parts(lab, o.program, o.standin, (first_fetch, silent_server, whole_run))


if __name__ == '__main__':
    sys.exit(main())
