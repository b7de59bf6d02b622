#!/usr/bin/env python3
"""push.py PROGRAM DAILYSTORY [--seeds N] [--first N] [--hours N] [--only WORD] [--more] [--sanitized PLAIN] [--many N [--interval MS | --kills N]]: DailyStory has what the account says, whatever happens on the way.

PROGRAM pushes into the stand-in DailyStory, under each of its switches, with faults in the answers and kills at any write. After each trial the
books are compared with `export --full`, row by row, and these laws must hold: no fh_id has two contacts and no contact two fh_ids; an opt-out never
disappears, and at no moment could somebody who refused be written to; with nothing to send no call is made; without push/state nothing is
different; no file holds the token, the journal no address.
--many N: a first push of so many contacts, with its time and its memory, or with so many kills. --more: every write is tried, and more. --sanitized: fewer
of them, for strace and sanitizers are slow together; the plain program, which stands there, says what the account holds. Ends with 'N passed, M failed'.
"""
import importlib
import pkgutil
import sys
import traceback

from lab.lab import Program, begin
import pushing
from pushing import back_cases, count_cases, kill_cases, large_cases, rebuild_cases, run_cases
from pushing.kit import TESTS, Kit

for found in pkgutil.iter_modules(pushing.__path__):
    if found.name.endswith("_cases"):
        importlib.import_module("pushing." + found.name)


def main():
    lab, program, o = begin(__doc__, 'dailystory', seeds=12, first=1, hours=6, only='', more=False, sanitized='', many=0, interval=0, kills=0, times=False)
    if o.sanitized:
        program.plain = Program(o.sanitized)
    kit = Kit(lab, program, o)
    if o.many:
        trial, number = (large_cases.killed, o.kills) if o.kills else (large_cases.first_push, o.interval)
        kit.trial('a first push of many', trial, (o.many, number))
        return lab.end()
    kill_cases.add_seeds(o.seeds, o.first, o.hours)
    back_cases.add_histories(4 * o.seeds, o.first)
    rebuild_cases.add_damage(o.seeds, o.first)
    count_cases.add_plans(2 * o.seeds, o.first)
    run_cases.add_days(48 if o.more else 12, o.first)
    for name, f, arguments in TESTS:
        if o.only in name:
            kit.trial(name, f, arguments)
    lab.check('no sanitizer complains', 'Sanitizer' not in ''.join(program.said), [s for s in program.said if 'Sanitizer' in s][:1])
    return lab.end()


if __name__ == '__main__':
    try:
        sys.exit(main())
    except AssertionError:
        traceback.print_exc()
        sys.exit(1)
