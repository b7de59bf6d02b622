#!/usr/bin/env python3
"""Goal: a fetch is whole or not at all, whatever the network and Flowhub do, and the state ends up as the server's own books.

usage: fetch.py PROGRAM STANDIN [--hours N] [--seed N] [--only WORD] [--jobs N] [--times] [--plain PROGRAM]
Every trouble is a test that says what must hold afterwards; they are in fetching/.  Traffic stays on the loopback interface.
--plain: who says what the account holds; PROGRAM has sanitizers.
"""

import argparse
import concurrent.futures
import os
import sys
import tempfile
import time
import traceback

from fetching import answer_cases, erase_cases, front_cases, settings_cases, wire_cases
from fetching.kit import CLOCK, TESTS, Kit
from fetching.place import Account
from fetching.run_cases import simulate
from lab.lab import preloaded

assert answer_cases and erase_cases and front_cases and settings_cases and wire_cases


def run(o, place, name, f, arguments):
    began = time.time()
    text = ""
    k = Kit(os.path.abspath(o.program), os.path.abspath(o.standin), tempfile.mkdtemp(dir=place))
    try:
        with k.stack:
            f(k, *arguments)
    except Exception as e:
        at = traceback.extract_tb(e.__traceback__)[1]
        text = f"FAILED {name}: line {at.lineno}: {at.line}: {e}\n"
        if not isinstance(e, AssertionError):
            text += traceback.format_exc()
    if o.times:
        print(f"{time.time() - began:6.2f} s  {name}")
    print(text, end="", flush=True)
    return text == ""


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("standin")
    p.add_argument("--hours", type=int, default=48)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--only", default="")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("--times", action="store_true")
    p.add_argument("--plain")
    o = p.parse_args()
    TESTS.append((f"{o.hours} hours, seed {o.seed}", simulate, (o.hours, o.seed)))
    TESTS.append((f"{o.hours // 2} hours of an old account", simulate,
                  (o.hours // 2, o.seed + 1, "--old", "--zone", -420)))
    chosen = [t for t in TESTS if o.only in t[0]]
    with tempfile.TemporaryDirectory() as place:
        Account.shim = preloaded(place, CLOCK)
        Account.plain = o.plain and os.path.abspath(o.plain)
        with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
            # the longest come last in the list and begin first
            results = list(pool.map(lambda t: run(o, place, *t), reversed(chosen)))
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
