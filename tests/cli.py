#!/usr/bin/env python3
"""cli.py PROGRAM [PART…]: every refusal and message of the main job's commands, and what each leaves in the account.

Parts: words (usage, help, streams, settings, rules, lock, permissions), adopting, refusals (damage, quarantine, breaker, late),
importing (export --new and --done).
Whatever is refused changes nothing, says where and what to do, and names nobody. Ends with 'N passed, M failed'; exit 1 if
anything failed.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, 'lab'))

import adopting                       # noqa: E402
import importing                      # noqa: E402
import refusals                       # noqa: E402
import words                          # noqa: E402
from lab import Lab, Program  # noqa: E402

PARTS = {'words': words, 'adopting': adopting, 'refusals': refusals, 'importing': importing}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    lab, program = Lab(), Program(sys.argv[1])
    for name in sys.argv[2:] or PARTS:
        PARTS[name].run_all(lab, program)
    said = ''.join(program.said)
    lab.equal('nobody is named', [v for v in refusals.PERSON.values() if v in said], [])
    lab.check('no message looks like a crash', not any(w in said for w in ('Assertion', 'Sanitizer', 'Segmentation', '(null)', 'internal')))
    return lab.end()


if __name__ == '__main__':
    sys.exit(main())
