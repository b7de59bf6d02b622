#!/usr/bin/env python3
"""horizon.py PROGRAM [--seeds N]: what can be asked of the time before the horizon, and is the answer of the account that was not pruned?

Accounts of tests/witness/nasty.py are folded with a base of every snapshot but the last (tests/tools/fold.c). At each base, diff and
explain --at are compared with what the diffs of the whole account say was known then, and with its own answers; replay --per base with
its replay by snapshot. Then what is refused, and what is named in its place. Ends with 'N passed, M failed'; exit 1 if anything failed.
"""
import gzip
import json
import os
import shutil
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, 'lab'), os.path.join(HERE, 'witness')]

import explain                                          # noqa: E402
from differences import changes                         # noqa: E402
from exact import parse                                 # noqa: E402
from kept import Kept, Tools, evident                    # noqa: E402
from lab import begin, clone, lines, order, order_page, read, tree, write  # noqa: E402
from old_account import LATE, OLD, POLICY, old          # noqa: E402
from replayed import equal                              # noqa: E402

UNKNOWN = 'it was not known with the base'
EARLIER = 'the earlier snapshot does not prove that it was not there'
LATER = 'the later snapshot does not prove that it is gone'
AT_FAULT = 'quarantined in the earlier snapshot'


RULES = [{'name': 'A', 'slug': 'a', 'where': {'field': 'fh_total_spent', 'op': '>', 'value': 30}},
         {'name': 'B', 'slug': 'b', 'where': {'field': 'fh_total_orders', 'op': '>=', 'value': 1, 'within': '3d'}},
         {'name': 'C', 'slug': 'c', 'where': {'not': {'segment': 'a'}}},
         {'name': 'New', 'slug': 'new-30-days', 'where': {'all': [{'segment': 'b'}, {'field': 'email', 'op': 'exists', 'value': True}]}}]


def alike(found, wanted):
    """The same changes, in any order."""
    by_path = lambda list_: sorted(list_, key=lambda change: change['path'])
    return equal(by_path(found), by_path(wanted))


class Asked(Kept):
    """One invented account."""

    answers = set()      # of a base and a snapshot, in any account: that of the snapshots' pages, that of the base
    rows = set()         # of back-tests by base: who entered or left where

    def look(self):
        before = tree(self.folded)
        self.diffs()
        self.explained()
        self.tested()
        self.lab.same('%s: nothing changed' % self.name, tree(self.folded), before)

    # ---- diff

    def diff(self, account, a, b, *words):
        done = self.lab.ran('%s: diff %s %s' % (self.name, a, b), self.program(account, 'diff', a, b, *words), 0)
        text = done.out.encode()
        found = lines(text)
        for line, own in zip(found, text.split(b'\n')):
            if 'changes' in line:
                line['changes'] = parse(own, 80)['changes']      # every digit
        return found or [{}, {}]

    def diffs(self):
        pages, last = explain.Pages(self.whole), self.ids[-1]
        some = self.ids[:-1] if len(self.ids) < 5 else self.ids[:2] + self.ids[-3:-1]
        for i, a in enumerate(some):
            for b in some[i:]:
                self.between_bases(pages, a, b)
            self.with_snapshot(pages, a, last)

    def told(self, pages, a, b, found):
        """The changes that a line names are those between the versions that were known."""
        for line in found[1:-1]:
            if line['op'] == 'changed':
                key = line['entity'], line['id']
                texts = [pages.record(*self.known[at][key])[1] for at in (a, b) if key in self.known[at]]
                wanted = changes(*texts) if len(texts) == 2 else None
                self.lab.check('%s: diff %s %s: %s' % (self.name, a, b, key), wanted is not None and alike(line['changes'], wanted), '%s\n    %s' % (line['changes'], wanted))

    def between_bases(self, pages, a, b):
        """Of two bases, everything that was known counts, and nothing else."""
        what = '%s: diff of bases %s %s' % (self.name, a, b)
        found = self.diff(self.folded, a, b)
        head = self.diff(self.whole, a, b)[0]
        self.lab.equal(what + ': head', found[0], dict(head, base=True, previous_base=True))
        before, after = self.known[a], self.known[b]
        wanted = {key: 'removed' for key in before if key not in after}
        wanted.update((key, 'added') for key in after if key not in before)
        for key in before:
            if key in after and before[key] != after[key] and changes(pages.record(*before[key])[1], pages.record(*after[key])[1]):
                wanted[key] = 'changed'
        self.lab.equal(what, {(line['entity'], line['id']): line['op'] for line in found[1:-1]}, wanted)
        self.lab.equal(what + ': why', {line.get('why') for line in found[1:-1] if line['op'] != 'changed'} - {UNKNOWN}, set())
        for entity in ('customer', 'order'):
            same = [key for key in before if key in after and key not in wanted and key[0] == entity]
            self.lab.equal(what + ': counts', found[-1].get(entity + 's'), dict(
                {op: sum(wanted[k] == op and k[0] == entity for k in wanted) for op in ('added', 'changed', 'removed')}, unchanged=len(same), unknown=0))
        self.told(pages, a, b, found)
        back = self.diff(self.folded, b, a)
        turn = {'added': 'removed', 'removed': 'added', 'changed': 'changed'}
        self.lab.equal(what + ': the other way round', [(line['id'], turn[line['op']]) for line in back[1:-1]], [(line['id'], line['op']) for line in found[1:-1]])

    def with_snapshot(self, pages, a, last):
        """What the pages of the whole account told of the two, the base tells, too; and of what was not read with it, whether it was known."""
        what = '%s: diff of base %s and %s' % (self.name, a, last)
        plain = {(line['entity'], line['id']): line for line in self.diff(self.whole, a, last)[1:-1]}
        answer = self.diff(self.folded, a, last)
        found = {(line['entity'], line['id']): line for line in answer[1:-1]}
        known = self.known[a]
        for key, line in plain.items():
            x = found.get(key, {'op': 'unchanged'})
            if line['op'] == 'unknown' and line['why'] in (EARLIER, AT_FAULT):
                self.lab.check('%s: %s' % (what, key), x['op'] in ('changed', 'unchanged') if key in known else (x['op'], x.get('why')) == ('added', UNKNOWN), (line, x))
            elif line['op'] == 'added' and key in known:
                # Not where the earlier read had to hold it, but known: in another location, or with another time of creation.
                wanted = changes(pages.record(*known[key])[1], pages.record(last, line['page'], line['index'])[1])
                place = [line['page'], line['index']] if wanted else [None, None]
                self.lab.check('%s: %s, known elsewhere' % (what, key), [x['op'], x.get('page'), x.get('index')] == ['changed' if wanted else 'unchanged', *place] and
                               alike(x.get('changes', []), wanted), (line, x, wanted))
            else:
                self.lab.equal('%s: %s' % (what, key), [x.get(n) for n in ('op', 'page', 'index', 'changes')], [line.get(n) for n in ('op', 'page', 'index', 'changes')])
        for key, line in found.items():
            self.answers.add((plain.get(key, {}).get('why'), line['op'], line.get('why')))
            if key not in plain and explain.plain(key[1]):
                # not read with it: by the snapshot that it was read with
                then = {(l['entity'], l['id']): l for l in self.diff(self.whole, known[key][0], last, '--id', key[1], '--entity', key[0])[1:-1]} if key in known else {}
                self.lab.equal('%s: %s, not read with it' % (what, key), [line.get(n) for n in ('op', 'why', 'changes')], [then.get(key, {}).get(n) for n in ('op', 'why', 'changes')])
        for key in [key for key in list(found)[:3] + list(known)[:2] if explain.plain(key[1])]:
            one = self.diff(self.folded, a, last, '--id', key[1], '--entity', key[0])[1:-1]
            self.lab.equal('%s --id %s' % (what, key), one, [found[key]] if key in found else [])

    # ---- explain --at

    def explained(self):
        for n, ident in enumerate(self.ids[:-1]):
            people = [key[1] for key in self.known[ident] if key[0] == 'customer' and explain.plain(key[1])]
            for who in people[n::7]:
                asked = [self.program(account, 'explain', who, '--at', ident, '--json') for account in (self.folded, self.whole)]
                told = [evident(json.loads(run.out or '{}')) for run in asked]
                self.lab.check('%s: explain %s --at base %s' % (self.name, who, ident), asked[0].code == 0 and told[0] == told[1], (asked[0].err, told))

    # ---- replay --per base

    def tested(self):
        """A back-test by base is the one by snapshot; behind the horizon, that of the whole account."""
        rules = self.lab.new('rules.json')
        write(rules, json.dumps(RULES))
        table = lambda account, *words: json.loads(self.lab.ran('%s: replay %s' % (self.name, words), self.program(
            account, '-q', 'replay', '--segments', rules, '--json', *words), 0).out or '[]')
        whole = table(self.whole, '--out', self.lab.new('out'), '--per', 'snapshot')
        wanted = [dict(row, base=row['snapshot']) for row in whole if row['snapshot'] != self.ids[-1]]
        self.lab.equal('%s: back-test by base' % self.name, table(self.folded, '--per', 'base'), [{k: v for k, v in row.items() if k != 'snapshot'} for row in wanted])
        sizes = lambda rows: [(row['snapshot'], row['segment'], row['members'], row['contacts']) for row in rows]
        self.lab.equal('%s: back-test behind the horizon' % self.name, sizes(table(self.folded, '--out', self.lab.new('out'), '--per', 'snapshot')),
                       [row for row in sizes(whole) if row[0] == self.ids[-1]])
        self.rows.update((row['segment'], sign) for row in wanted[len(RULES):] for sign in ('entered', 'left') if row[sign] > 0)


# ---------------------------------------------------------------- known elsewhere

def moved(lab, program, tools):
    """What a complete read did not hold, and was known all the same, is no news to the base: it says what the account's own diff says."""
    first, base, last = '20261001T000000Z', '20261001T010000Z', '20261001T020000Z'
    late, early = '2026-09-15T10:00:00Z', '2026-06-01T10:00:00Z'
    there = order_page([order(1, 1, when=late), order(2, 1, when=late)], path='there.json.gz')
    there.location = 'L2'
    whole = lab.account(
        (first, [there, order_page([order(3, 1, when=early)])]),
        (base, [order_page([order(4, 1, when=late)], scope={'kind': 'created', 'from': '2026-09-01T00:00:00Z', 'to': '2026-10-01T00:00:00Z'})]),
        (last, [order_page([order(1, 1, when=late), order(2, 1, when=late, total=11), order(3, 1, when=late), order(5, 1, when=late), order(6, 1, when=early)],
                           scope={'kind': 'updated'})]), program=program)
    folded = clone(lab, whole)
    fold = tools.fold(folded, json.dumps({'all': '0s', 'pins': [base]}))
    lab.check('known elsewhere: fold', fold.returncode == 0, fold.stderr)
    said = lambda account: {line['id']: line['op'] for line in lines(program(account, 'diff', base, last).out.encode())[1:-1]}
    own = {line['id']: line['op'] for line in lines(gzip.decompress(read(os.path.join(whole, 'diffs', last + '.jsonl.gz'))))[1:-1]}
    lab.equal('known elsewhere: the pages', said(whole), {'o00001': 'added', 'o00002': 'added', 'o00003': 'added', 'o00004': 'unknown', 'o00005': 'added', 'o00006': 'unknown'})
    lab.equal('known elsewhere: the own diff', own, {'o00002': 'changed', 'o00003': 'changed', 'o00005': 'added', 'o00006': 'added'})
    lab.equal('known elsewhere: the base', said(folded), dict(own, o00004='unknown'))


# ---------------------------------------------------------------- what cannot be asked

def refused(lab, program):
    """Before the horizon only bases can be asked; else the nearest are named."""
    whole = lab.new('account')
    old(whole)
    lab.ran('process', program(whole, '-q', 'process'), 0)
    account = clone(lab, whole)
    lab.ran('prune', program(account, '-q', 'prune', *POLICY, '--keep', OLD[1]), 0)
    lab.ran('diff: between two bases', program(account, 'diff', OLD[2], LATE[0]), 1, 'snapshot %s was pruned' % OLD[2], 'The nearest you can ask about are base %s and base %s.' % (OLD[1], OLD[3]))
    lab.ran('diff: the second one', program(account, 'diff', LATE[0], OLD[2]), 1, 'snapshot %s was pruned' % OLD[2])
    lab.ran('diff: before all bases', program(account, 'diff', OLD[0], LATE[0]), 1, 'The oldest you can ask about is base %s.' % OLD[1])
    lab.ran('diff: it never was', program(account, 'diff', '20260901T003000Z', LATE[0]), 2, "there is no snapshot '20260901T003000Z'")
    # c00000 has another version with each snapshot
    lab.ran('explain: between two bases', program(account, 'explain', 'c00000', '--at', OLD[2]), 1, 'were pruned', 'The nearest you can ask about are base %s and base %s.' % (OLD[1], OLD[3]))
    lab.ran('explain: before all bases', program(account, 'explain', 'c00000', '--at', OLD[0]), 1, 'were pruned', 'The oldest you can ask about is base %s.' % OLD[1])
    for ident in (OLD[1], OLD[3], *LATE):
        asked = [program(a, 'explain', 'c00000', '--at', ident, '--json') for a in (account, whole)]
        lab.check('explain: at %s' % ident, asked[0].code == 0 and evident(json.loads(asked[0].out)) == evident(json.loads(asked[1].out)), asked[0].err)
    for a, b in ((OLD[1], OLD[3]), (OLD[3], LATE[0]), (LATE[0], OLD[1]), (LATE[0], LATE[1])):
        asked = [lines(program(x, 'diff', a, b).out.encode()) for x in (account, whole)]
        lab.equal('diff %s %s: all was read with each' % (a, b), *[[(x['id'], x['op'], x.get('changes')) for x in found[1:-1]] + found[-1:] for found in asked])
    text = program(account, 'diff', OLD[3], LATE[1], '--text').out
    lab.check('diff --text says where', '  in base %s: orders-2026-07-0001.json.gz, record ' % OLD[3] in text and '  ' + UNKNOWN in text, text)
    rules = lab.new('rules.json')
    write(rules, json.dumps(RULES))
    lab.ran('back-test: no base', program(whole, 'replay', '--segments', rules, '--per', 'base'), 1, 'no base is kept')
    lab.ran('back-test: --out', program(account, 'replay', '--segments', rules, '--per', 'base', '--out', lab.new('never')), 2, '--per base goes with none of')
    lab.ran('back-test: without rules', program(account, 'replay', '--per', 'base'), 2, 'need --segments')
    aside = lab.new('aside')
    os.mkdir(aside)
    text = program(account, 'replay', '--segments', rules, '--per', 'base', env={'TMPDIR': aside}).out
    lab.check('back-test: as text', text.startswith('base ') and OLD[1] in text and OLD[3] in text and LATE[0] not in text, text)
    lab.equal('back-test: nothing is left of it', os.listdir(aside), [])
    damaged = clone(lab, account)
    page = os.path.join(damaged, 'bases', OLD[1], 'customers-0001.json.gz')
    data = bytearray(read(page))
    data[len(data) // 2] ^= 1
    os.unlink(page)
    with open(page, 'wb') as f:
        f.write(data)
    lab.ran('diff: a damaged base', program(damaged, 'diff', OLD[1], LATE[0]), 4, 'bases/%s/customers-0001.json.gz' % OLD[1])


def main():
    lab, program, a = begin(__doc__, seeds=2)
    tools = Tools(program)
    refused(lab, program)
    moved(lab, program, tools)
    for seed in range(1, a.seeds + 1):
        for profile in ('nasty', 'windowed', 'nice'):
            Asked(lab, program, tools, seed, profile).run()
            shutil.rmtree(lab.place, ignore_errors=True)
            os.mkdir(lab.place)
    for answer in ((None, 'changed', None), (None, 'removed', None), (None, 'unknown', LATER), (LATER, 'unknown', LATER), (EARLIER, 'changed', None),
                   (EARLIER, 'added', UNKNOWN), (AT_FAULT, 'added', UNKNOWN)):
        lab.check('answers: %s' % (answer,), answer in Asked.answers, Asked.answers)
    for rule in RULES:
        lab.check('back-tests: %s' % rule['slug'], {(rule['slug'], sign) for sign in ('entered', 'left')} <= Asked.rows, Asked.rows)
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
