"""What every trial of push uses: the list of them, and shops that are put away at its end."""

import contextlib
import datetime
import os
import time
import traceback

from lab.lab import Page, customer, order
from pushing.shop import Shop

TESTS = []
T0 = datetime.datetime(2026, 11, 23, 4)


def test(f):
    TESTS.append((f.__name__.replace("_", " "), f, ()))
    return f


def cases(*list_):
    def add(f):
        for case in list_:
            words = " ".join(str(c) for c in case)
            TESTS.append(("%s: %s" % (f.__name__.replace("_", " "), words), f, case))
        return f
    return add


def hour(n):
    return T0 + datetime.timedelta(hours=n)


class Kit:
    def __init__(self, lab, program, options):
        self.lab, self.program, self.o = lab, program, options
        self.binary = os.path.abspath(options.dailystory)
        self.name, self.stack = "", None

    def step(self, sanitized):
        """Of kills, one after the other; under sanitizers every so many: whoever is killed cannot complain."""
        return sanitized if self.o.sanitized else 1

    def trial(self, name, f, arguments):
        began, self.name = time.monotonic(), name
        with contextlib.ExitStack() as self.stack:
            try:
                f(self, *arguments)
            except Exception:
                self.lab.check(name, False, traceback.format_exc()[-1400:])
        if self.o.times:
            print("%6.2f s  %s" % (time.monotonic() - began, name), flush=True)

    def shop(self, *options, **settings):
        s = Shop(self.lab, self.program, self.binary, *options, **settings)
        self.stack.callback(s.close)
        s.name = self.name
        return s

    def settled(self, people, orders=(), *options, **settings):
        """A shop of these people, all of them pushed."""
        s = self.shop(*options, **settings)
        s.hour(hour(0), pages(people, orders))
        s.push(what=self.name + ": the first push")
        s.same(self.name + ": the first push")
        return s

    def next(self, s, n, people, orders=(), code=(0,), **how):
        """Another hour, pushed and compared; returns the run."""
        s.hour(hour(n), pages(people, orders))
        what = "%s: hour %d" % (self.name, n)
        r = s.push(what=what, code=code)
        s.same(what, **how)
        return r


def pages(people, orders=()):
    return [Page("customers", {"customers": list(people)}), Page("orders", {"total": len(orders), "orders": list(orders)}, location="L1")]


def crowd(n, **over):
    return [customer(i, **over) for i in range(n)]


def sold(n, people):
    return [order(i, i % people, total=10.25 + i) for i in range(n)]
