"""What must come out of fixtures/next/cases, by their case.md; those of the commands (adopt, status, verify, fetch) are not the witness's."""
import os

import oracle
from small import History

CASES = os.path.join(oracle.HERE, '..', '..', 'fixtures', 'next', 'cases')
NOT_HERE = {'adopt-mark-and-encodings', 'adopt-two-lists-one-file', 'one-row-over-8-mb', 'one-site-stops-all-stores', 'late-snapshot-unseen',
            'status-fresh-in-the-future', 'stray-files-fail-verify'}
SPENT = ('fh_total_spent', 'fh_total_orders', 'fh_last_orderdate', 'fh_products', 'fh_last_budtender')


class Case(History):
    """The history of a case's account."""

    def __init__(self, name, out):
        oracle.run(os.path.join(CASES, name, 'account'), out)
        self.files = {os.path.relpath(os.path.join(d, n), out): open(os.path.join(d, n), 'rb').read() for d, _, names in os.walk(out) for n in names}
        self.ids = sorted(os.listdir(os.path.join(out, 'exports')))


def told(h, n, names, ident):
    return [h.cells(n, name)[ident] for name in names]


def results(h):
    """case -> (what was made of it, what must)."""
    return {
        'optout-lost-shared-email': lambda: (
            (h.rows(1, 'skipped.csv'), h.rows(1, 'moved.csv'), h.rows(2, 'opt-outs.csv')),
            ([('mo', 'shared-email', 'ki')], [('mo', 'fam@example.com', '+13035550101', '', '+13035550101')],
             [('', '+13035550101', '', 'True'), ('fam@example.com', '', 'True', '')])),
        'optout-lost-other-field': lambda: (
            (h.rows(1, 'opt-outs.csv'), h.rows(1, 'dropped.csv'), h.text(1, 'quarantine.jsonl'), h.cells(1, 'fh_points'), h.cells(0, 'fh_isloyal')['c2']),
            ([('', '+13035550101', '', 'True'), ('ann@example.com', '', 'True', ''), ('bo@example.com', '', 'True', '')],
             [('customer', 'c1', 'loyaltyPoints', '12 pts', 'unreadable')], '', {'c1': ''}, 'True')),
        'suppress-list-not-utf8': lambda: (h.rows(0, 'skipped.csv'), [('s0', 'suppressed', ''), ('s1', 'suppressed', ''), ('s2', 'suppressed', '')]),
        'exchange-is-no-visit': lambda: (
            (told(h, 0, SPENT, 'c1'), h.rows(0, 'segments/not-ordered-60-days.csv')), (['110.00', '2', '2026-04-30T18:00:00Z', 'Flower 7g;Vape', 'Bo'], [])),
        'shared-email-own-mobiles': lambda: (
            (sum(1 for e in h.cells(0, 'Email address').values() if e), len(h.cells(0, 'fh_id')), [r[1:] for r in h.rows(0, 'skipped.csv')]),
            (1, 6, [('shared-email', 'w5')] * 5)),
        'boolean-0-1': lambda: (
            (told(h, 0, SPENT[:2], 'c0'), set(h.cells(0, 'fh_isloyal').values()), h.text(0, 'quarantine.jsonl')), (['40.00', '4'], {'True'}, '')),
        'phone-forms-dropped': lambda: (list(h.cells(0, 'Mobile number').values()), ['+13035550%d' % n for n in range(100, 112)]),
        'name-with-suffix': lambda: (
            [(h.cells(0, 'First name')[i], h.cells(0, 'Last name')[i]) for i in ('n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6')],
            [('John', 'Smith Jr.'), ('Jane', 'Doe MD'), ('Jane', 'Doe'), ('John', 'Smith Jr.'), ('James', 'Tiptree Jr.'), ('Jane', 'Doe'), ('Ann', '')]),
        'email-changed-segments': lambda: (
            (h.rows(0, 'segments/vip.csv'), h.rows(0, 'segments/vip-entered.csv'), [r[0::3] for r in h.rows(1, 'segments/vip-left.csv')],
             [r[0::3] for r in h.rows(1, 'segments/vip-entered.csv')], [e['event'] for e in h.objects(1, 'events.jsonl')],
             [r[0::3] for r in h.rows(2, 'segments/vip-left.csv')], h.rows(2, 'gone.csv'), [(e['event'], e['reason']) for e in h.objects(2, 'events.jsonl')]),
            ([('ann@example.com', '', 'c1')], [], [('ann@example.com', 'moved')], [('ann.new@example.com', 'moved')], ['contact_moved'],
             [('ann.new@example.com', 'data')], [('ann.new@example.com', '', 'c1', 'no-identifier')], [('contact_gone', 'no-identifier')])),
        'zip-of-another-country': lambda: (
            (h.cells(0, 'Postal code'), set(h.cells(0, 'Geo code').values())), ({'ch': '8001', 'de': '10115'}, {''})),
        'optional-field-costs-the-sale': lambda: (
            (told(h, 0, SPENT[:2], 'c1'), [r[1:3] for r in h.rows(0, 'dropped.csv')], h.text(0, 'quarantine.jsonl')),
            (['60.00', '3'], [('o1', 'budtender'), ('o2', 'orderType'), ('o3', 'itemsInCart/0/category')], '')),
        'half-an-emoji': lambda: (
            (told(h, 1, ('fh_total_spent', 'fh_products'), 'c0'), h.cells(1, 'Last name')['c1'], [r[2:] for r in h.rows(1, 'gone.csv')], h.text(1, 'quarantine.jsonl')),
            (['120.00', 'Gummies \ufffd'], '1 \ufffd', [('c2', 'removed')], '')),
        'status-outside-the-list': lambda: (
            (told(h, 0, SPENT[:2], 'c1'), h.manifest(0)['statuses']),
            (['0.00', '0'], {s: {'orders': 1, 'dollars': d} for s, d in (('', '40.00'), ('closed', '40.00'), ('complete', '40.00'), ('delivered', '150.00'))})),
        'money-with-symbols': lambda: ((told(h, 0, SPENT[:2], 'c1'), h.text(0, 'quarantine.jsonl')), (['1256.50', '3'], '')),
        'underage-unreadable-birthdate': lambda: (
            (h.text(0, 'contacts-0001.csv'), [r[:2] for r in h.rows(0, 'skipped.csv')], [r[1] for r in h.rows(0, 'dropped.csv')]),
            ('', [('young1', 'underage'), ('young2', 'age-unknown'), ('young3', 'age-unknown'), ('young4', 'underage')], ['young2', 'young3'])),
    }
