#!/usr/bin/env python3
"""terms.py PROGRAM [--seeds N]: with snapshots/, terms/ and the two files of settings and rules alone, everything else comes out again, byte for byte.

Accounts are invented with settings and rules that change on the way; mass changes are accepted. Then other settings are put in place, which hold for no
snapshot that was applied, and what is derived is deleted: state/, diffs/ and exports/, some of them, or none (--rebuild). The suppression lists are deleted, too:
terms/ holds what was read of them. Ends with 'N passed, M failed'.
"""
import gzip
import json
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lab'))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'witness'))

from lab import begin, customer, customer_page, csv_rows, order, order_page, put_snapshot, read, small, write  # noqa: E402
import compare  # noqa: E402
import nasty  # noqa: E402
import witness  # noqa: E402

LIST = 'not-there.csv'
OTHER = '{"min_age": 99, "suppress": "' + LIST + '", "csv_bom": true, "completed_statuses": ["nothing"]}'


def made(account):
    """Every file of the derived directories and of terms/, diffs inflated."""
    out = {}
    for room in ('terms', 'diffs', 'exports'):
        for name in compare.files(os.path.join(account, room)):
            data = read(os.path.join(account, room, name))
            out[room + '/' + name] = gzip.decompress(data) if name.endswith('.gz') else data
    return out


def apply_all(lab, program, source, account, what):
    """One snapshot a run, each with the settings and rules of its step."""
    compare.new_account(source, account)
    stepped = os.path.exists(os.path.join(source, 'steps.json'))
    for snapshot, rules, settings in witness.steps_of(source):
        if stepped:
            compare.put(rules and os.path.join(source, rules), os.path.join(account, 'segments.json'))
            compare.put(settings and os.path.join(source, settings), os.path.join(account, 'flowstory.json'))
        compare.bring(source, account, snapshot)
        run = program(account, '-q', 'process')
        if run.code == 5:
            run = program(account, '-q', 'process', '--accept-mass-change', snapshot)
        if not lab.check('%s: %s is applied' % (what, snapshot), run.code in (0, 3), run.err):
            return False
    return True


def again(lab, program, account, what, want, gone):
    """What was deleted comes out as it was."""
    for room in gone:
        shutil.rmtree(os.path.join(account, room))
    run = program(account, '-q', 'process', *([] if gone else ['--rebuild']))
    what = '%s: without %s' % (what, ', '.join(gone) or 'a state that is kept')
    lab.check(what + ': process', run.code in (0, 3), run.err)
    now = made(account)
    lab.check(what + ': the same files', now == want, [n for n in sorted(set(now) | set(want)) if now.get(n) != want.get(n)][:5])
    put_list(account)     # the next snapshot needs it, so verify misses it
    run = program(account, '-q', 'verify', '--rebuild')
    os.unlink(os.path.join(account, LIST))
    lab.check(what + ': verify --rebuild', run.code == 0, run.out)


def refuses_damage(lab, program, account, what):
    """A rebuild that could not be finished is not begun: the state stays what it was."""
    known = lambda: {k: v for k, v in json.loads(program(account, 'status', '--json').out).items() if k not in ('age_seconds', 'disk_as_of')}    # which pass
    rows = known()
    for name in sorted(os.listdir(os.path.join(account, 'terms'))):
        path = os.path.join(account, 'terms', name)
        whole = read(path)
        os.unlink(path)
        if name.endswith('.json'):
            with open(path, 'wb') as f:
                f.write(whole[:-3])
        run = program(account, '-q', 'process', '--rebuild')
        lab.check('%s: damaged terms/%s: --rebuild is refused' % (what, name), run.code == 2 and name in run.err, run.err)
        with open(path, 'wb') as f:
            f.write(whole)
        lab.check('%s: damaged terms/%s: the state is kept' % (what, name), known() == rows)


def put_list(account):
    with open(os.path.join(account, LIST), 'w', encoding='utf-8') as f:
        f.write('nobody@example.com\n')


def trial(lab, program, seed):
    what = 'seed %d' % seed
    source, account = lab.new('source'), lab.new('account')
    nasty.generate(seed, source, ['nasty', 'windowed', 'mass', 'nice'][seed % 4])
    if not apply_all(lab, program, source, account, what):
        return
    want = made(account)
    for name, text in (('flowstory.json', OTHER), ('segments.json', '[]')):
        with open(os.path.join(account, name), 'w', encoding='utf-8') as f:
            f.write(text)
    for name in os.listdir(account):
        if name.endswith('.txt'):
            os.unlink(os.path.join(account, name))
    for gone in (['state', 'diffs', 'exports'], ['state'], ['state', 'exports'], []):
        again(lab, program, account, what, want, gone)
    refuses_damage(lab, program, account, what)


def elsewhere(lab, program):
    """A state that lies on a disk of its own, or behind a link, is made anew where it lies."""
    mounting = ['unshare', '-rm', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"']    # the directory follows
    can_mount = subprocess.run(mounting + [lab.place, 'true'], capture_output=True, check=False).returncode == 0
    for how in ('link', 'dangling link') + (('disk',) if can_mount else ()):
        what, account, place = 'elsewhere: ' + how, lab.new('account'), lab.new('place')
        small(account, 2, 6)
        lab.ran(what + ': process', program(account, '-q', 'process'), 0)
        state, before = os.path.join(account, 'state'), made(account)
        if how != 'disk':
            shutil.move(state, place)
            os.symlink(place, state)
        if how == 'dangling link':
            shutil.rmtree(place)
        if how == 'disk':
            os.mkdir(os.path.join(state, 'lost+found'))     # as a disk has it; who is not root may not look into it
        lab.ran(what + ': rebuilt', program(account, '-q', 'process', '--rebuild', front=mounting + [state] if how == 'disk' else ()), 0)
        lab.equal(what + ': it lies where it lay', os.path.islink(state) and os.path.exists(os.path.join(place, 'data.mdb')), how == 'link')
        lab.equal(what + ': what the disk has of its own stays', os.path.isdir(os.path.join(state, 'lost+found')), how == 'disk')
        lab.check(what + ': the same comes out', made(account) == before)
        lab.ran(what + ': verify', program(account, '-q', 'verify', '--rebuild'), 0)
        lab.ran(what + ': nothing is left to do', program(account, '-q', 'process'), 0)
    if not can_mount:
        print('skipped: no leave to mount a directory')


def written(account, ident):
    """Who is in the first file of contacts; nobody where there is none."""
    rows = csv_rows(os.path.join(account, 'exports', ident, 'contacts-0001.csv')) or [['fh_id']]
    return [row[rows[0].index('fh_id')] for row in rows[1:]]


def decides_anew(lab, program):
    """What counts as a purchase is another: so is who bought last, and whose row a shared email is in, though nobody has news."""
    shared = [customer(n, email='shared@example.com', phone='') for n in (1, 2)]
    sold = [order(1, 1, when='2026-10-01T10:00:00Z'), order(2, 2, when='2026-10-02T10:00:00Z', orderStatus='Picked up')]
    account = lab.account(('20261123T000000Z', [customer_page(shared), order_page(sold)]), settings={'completed_statuses': ['sold']}, program=program)
    lab.equal('one of two purchases counts', written(account, '20261123T000000Z'), ['c00001'])
    write(os.path.join(account, 'flowstory.json'), json.dumps({'completed_statuses': ['sold', 'picked up']}))
    put_snapshot(account, '20261123T010000Z', [])
    lab.ran('the other one counts, too', program(account, '-q', 'process'), 0)
    lab.equal('the other one counts, too', written(account, '20261123T010000Z'), ['c00002'])


def main():
    lab, program, a = begin(__doc__, seeds=8)
    elsewhere(lab, program)
    decides_anew(lab, program)
    for seed in range(1, a.seeds + 1):
        trial(lab, program, seed)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
