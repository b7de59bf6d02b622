#!/usr/bin/env python3
"""program.py -C ACCOUNT [-q] [--jobs N] process [--accept-mass-change ID] | export --full|--since ID --out DIR

The witness in the program's place: what tests say of accounts can be said of it too, so a test that is wrong is not taken for a fault of the program.
It knows no other commands (exit 127), keeps what it remembers in state/, and refuses and stops as section 8 says.
"""
import functools
import gzip
import os
import pickle
import shutil
import sys
import tempfile

import witness
import span
from reading import PARSED, Refused
from suppress import NoText

UNKNOWN = 127
STATE = os.path.join('state', 'witness.pickle')


@functools.cache
def centroids():
    return witness.read_centroids(witness.CENTROIDS)


def here(account, name):
    return name if os.path.exists(os.path.join(account, name)) else None


def config_value(account, key):
    return witness.parse_file(os.path.join(account, 'flowstory.json'))[key]


def load(account, out):
    """What is remembered, or a witness that knows nothing."""
    path = os.path.join(account, STATE)
    if not os.path.exists(path):
        return witness.Witness(account, out, centroids())
    with open(path, 'rb') as f:
        known = pickle.load(f)
    known.account, known.out = account, out
    known.centroids = centroids()
    return known


def save(account, known):
    path = os.path.join(account, STATE)
    os.makedirs(os.path.dirname(path), exist_ok=True, mode=0o700)
    known.centroids = known.config.centroids = None      # read again, not kept
    with open(path, 'wb') as f:
        pickle.dump(known, f)


def give(account, out):
    """What one snapshot made goes into the account."""
    for folder, _, names in os.walk(out):
        for name in names:
            target = os.path.join(account, os.path.relpath(folder, out))
            os.makedirs(target, exist_ok=True, mode=0o700)
            if name.endswith('.jsonl') and os.path.basename(folder) == 'diffs':
                with open(os.path.join(folder, name), 'rb') as f, open(os.path.join(target, name + '.gz'), 'wb') as g:
                    g.write(gzip.compress(f.read(), mtime=0))
            else:
                shutil.move(os.path.join(folder, name), os.path.join(target, name))


def process(account, accepted=None):
    code = 0
    known = load(account, None)
    for snapshot in witness.snapshots_of(account):
        if os.path.exists(os.path.join(account, 'exports', snapshot)):
            continue
        if snapshot < (known.previous or ''):
            print('%s is late: process --rebuild' % snapshot, file=sys.stderr)
            return 4
        with tempfile.TemporaryDirectory() as out:
            known = load(account, out)
            try:
                config = witness.Config(account, here(account, 'flowstory.json'), here(account, 'segments.json'), known.centroids, snapshot == accepted)
            except NoText:
                print('%s is no text' % config_value(account, 'suppress'), file=sys.stderr)
                return 2
            PARSED.clear()
            try:
                done = known.apply(snapshot, config)
            except Refused as e:
                stopped = str(e).startswith('breaker')
                print('%s: %s%s' % (snapshot, e, '; process --accept-mass-change ' + snapshot if stopped else ''), file=sys.stderr)
                return 5 if stopped else 4
            give(account, out)
            save(account, known)
            code = code or (3 if done.codes == {3} else 0)
    return code


def export(account, kind, snapshot, out):
    known = load(account, out)
    if kind == '--full':
        span.full(known, out)
    else:
        span.since(known, snapshot, out)
    return 0


def main(words):
    account = '.'
    while words and words[0].startswith('-'):
        word = words.pop(0)
        if word in ('-C', '--jobs'):
            value = words.pop(0)
            account = value if word == '-C' else account
    account = os.path.abspath(account)
    if words[:1] == ['process'] and words[1:2] in ([], ['--accept-mass-change']):
        return process(account, *words[2:])
    if words[:2] == ['export', '--full']:
        return export(account, '--full', None, words[3])
    if words[:2] == ['export', '--since']:
        return export(account, '--since', words[2], words[4])
    print('the witness does not know: %s' % ' '.join(words), file=sys.stderr)
    return UNKNOWN


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
