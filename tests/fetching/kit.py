"""What every case uses: the list of tests, a kit that puts everything away, and what must hold."""

import contextlib
import json
import os
import tempfile

from fetching.place import Account, Standin, differences
from fetching.relay import Relay
from lab.lab import preloaded

CLOCK = "standin/shift/clock.c"
HOUR = 3600
ORDERS = "/v1/orders"
CUSTOMERS = "/v1/customers/"
SMALL = ("--customers", 30, "--days", 6, "--orders", 8)
TESTS = []


def test(f):
    TESTS.append((f.__name__.replace("_", " "), f, ()))
    return f


def cases(*list):
    def add(f):
        for case in list:
            name = f.__name__.replace("_", " ")
            words = " ".join(str(c) for c in case)
            TESTS.append((f"{name}: {words}", f, case))
        return f
    return add


class Kit:
    """What every test may use; all of it is put away at its end."""

    def __init__(self, program, standin, place):
        self.program, self.binary, self.place = program, standin, place
        self.stack = contextlib.ExitStack()

    def standin(self, *options, tls=None):
        s = Standin(self.binary, *(options or SMALL), tls=tls)
        self.stack.callback(s.close)
        return s

    def relay(self, standin, plan, tls=None):
        r = Relay(standin, plan, tls=tls)
        self.stack.callback(r.close)
        return r

    def account(self, url, **settings):
        a = Account(self.program, url, **settings)
        self.stack.callback(a.close)
        return a

    def pair(self, *options, tls=None, **settings):
        """A stand-in and a new account of it."""
        s = self.standin(*options, tls=tls)
        return s, self.account(s.url, **settings)

    def relayed(self, plan, tls=None, **settings):
        """The same with a relay between them."""
        s = self.standin()
        r = self.relay(s, plan, tls=tls)
        return s, r, self.account(r.url, **settings)

    def settled(self, *options, **settings):
        """The same, and the account has read all of it once."""
        s, a = self.pair(*options, **settings)
        ok(a.run("run"))
        later(a, s)
        s.control("clear")
        return s, a


def ok(p, status=0):
    assert p.returncode == status, f"exit {p.returncode}, not {status}: {p.err.strip()}"
    return p


def plan(account):
    """What a fetch would read now."""
    return json.loads(ok(account.run("fetch", "--plan", "--json")).out)


def same(account, standin):
    found = differences(account, standin)
    assert not found, "; ".join(found[:3])


def later(account, standin, hours=1):
    """Time passes for both."""
    standin.control("advance", seconds=hours * HOUR)
    account.time += hours * HOUR


TOLD = ("next_full_customers", "next_full_orders", "lists_in_doubt")


def told_truly(account):
    """What status takes from the note of the last fetch is what the manifests say.  Returns: whether it took the note."""
    place = os.path.join(account.dir, "snapshots")
    changed = os.stat(place).st_mtime_ns
    told = account.status()
    os.utime(place, ns=(changed, changed + 1))  # as if a snapshot had come: no note holds
    read = account.status()
    os.utime(place, ns=(changed, changed))
    for key in TOLD:
        assert told[key] == read[key], f"{key}: {told[key]}, not {read[key]}"
    with open(os.path.join(account.dir, "runs.jsonl")) as f:
        return any(f'"changed":"{changed}"' in line for line in f)


def runs_right(account, standin):
    ok(account.run("run"))
    same(account, standin)
    assert told_truly(account), "nothing was noted"


def heals(account, standin):
    """The trouble is over: the next run brings everything right."""
    standin.control("clear")
    runs_right(account, standin)


def unharmed(account, before):
    assert account.snapshots() == before, "a snapshot appeared"
    assert account.hidden() == [], f"left behind: {account.hidden()}"
    ok(account.run("verify"))


def run_parts(lab, program, standin, parts):
    """Each part with a kit of its own; returns the exit status."""
    Account.shim = preloaded(lab.place, CLOCK)
    for part in parts:
        k = Kit(os.path.abspath(program), os.path.abspath(standin), tempfile.mkdtemp(dir=lab.place))
        with k.stack:
            try:
                part(lab, k)
            except AssertionError as e:
                lab.check(part.__name__, False, e)
    return lab.end()
