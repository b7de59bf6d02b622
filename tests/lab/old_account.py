"""An account that is old enough to be pruned: hours of September, and a last read in November.
"""
import os

from lab import customer, customer_page, order, order_page, put_snapshot

OLD = ['20260901T000000Z', '20260901T010000Z', '20260930T230000Z', '20261001T000000Z']
LATE = ['20261120T000000Z', '20261123T000000Z']
POLICY = ('--keep-all', '40d')      # folds what is OLD


def pages(n, people):
    """What the n-th read brings: some change, one comes, one goes and comes back."""
    who = [customer(k, loyaltyPoints=k + (n if k % 5 == 0 else 0), email=None if k == n else 'user%d@example.com' % k) for k in range(people + n) if k != 3 + n or n % 2]
    sold = [order(k, k % people, when='2026-0%d-10T10:00:00Z' % (7 + k % 2), total=10.25 + (n if k % 9 == 0 else 0)) for k in range(2 * people + n)]
    return [customer_page(who), order_page(sold)]


def old(account, ids=None, people=20):
    os.makedirs(os.path.join(account, 'snapshots'), exist_ok=True)
    for n, ident in enumerate(OLD + LATE):
        if ids is None or ident in ids:
            put_snapshot(account, ident, pages(n, people))
