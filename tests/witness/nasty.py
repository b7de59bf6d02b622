#!/usr/bin/env python3
"""nasty.py --seed N --out DIR [--profile nice|windowed|nasty] [--customers N] [--orders N] [--snapshots N] [--disputed]

Writes an invented account whose snapshots hold everything the contract says may come. A little world of customers and
orders changes from snapshot to snapshot; each snapshot reads some of it, in the ways section 2 allows.
The same seed and options always give the same bytes. Nothing here breaks a page's structure, and never more records
vanish than the breaker of section 7 lets pass. --disputed adds what the contract leaves open (see pools.py).
"""
import argparse
import os

from knobs import configure
from pages import Snapshot
from world import PROFILES, World


def generate(seed, out, profile='nasty', customers=None, orders=None, snapshots=None, disputed=False):
    """Writes the account into a new or empty directory."""
    os.makedirs(out, exist_ok=True)
    world = World(seed, profile, customers, orders, snapshots, disputed)
    configure(world, out)
    for n, taken in enumerate(world.times):
        world.grow(taken) if n == 0 else world.change(taken)
        Snapshot(world, taken, os.path.join(out, 'snapshots', taken.strftime('%Y%m%dT%H%M%SZ'))).write()
        world.before = {('customer', k): v for k, v in world.customers.items()}
        world.before.update((('order', k), v[0]) for k, v in world.orders.items())


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('--seed', type=int, required=True)
    ap.add_argument('--out', required=True)
    ap.add_argument('--profile', choices=sorted(PROFILES), default='nasty')
    ap.add_argument('--customers', type=int)
    ap.add_argument('--orders', type=int)
    ap.add_argument('--snapshots', type=int)
    ap.add_argument('--disputed', action='store_true')
    a = ap.parse_args()
    generate(a.seed, a.out, a.profile, a.customers, a.orders, a.snapshots, a.disputed)


if __name__ == '__main__':
    main()
