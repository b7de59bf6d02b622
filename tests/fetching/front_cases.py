"""Cases: HTTP/2 as a real nginx speaks it, in front of the stand-in; without nginx they are skipped."""

import signal
import time

from fetching import front
from fetching.kit import ORDERS, cases, heals, later, ok, runs_right, same, test, unharmed
from fetching.place import Tls

if front.PROGRAM is None:
    print("skipped: nginx is not installed: no HTTP/2")
    test = lambda f: f
    cases = lambda *_: test


def fronted(k, to, calls=1000, **settings):
    """nginx before the stand-in or the relay, and a new account of it."""
    tls = Tls(k.place, "front")
    n = front.Front(k.place, to, tls, calls)
    k.stack.callback(n.close)
    return n, k.account(n.url, ca_file=tls.ca, **settings)


@test
def a_whole_fetch_over_http2(k):
    s = k.standin()
    n, a = fronted(k, s)
    runs_right(a, s)
    later(a, s)
    before = len(n.calls())
    runs_right(a, s)
    calls = n.calls()
    assert len(calls) == len(s.calls()) > before > 5
    assert {c[0] for c in calls} == {"HTTP/2.0"}, calls
    assert len({c[1] for c in calls}) == 2, "more than one connection a run"


@test
def a_connection_that_nginx_ends_in_peace_costs_no_try(k):
    s = k.standin()
    n, a = fronted(k, s, calls=3, retries=0)
    runs_right(a, s)
    calls = n.calls()
    assert {c[0] for c in calls} == {"HTTP/2.0"}
    assert len({c[1] for c in calls}) > len(calls) / 4, calls


@cases(("cut", 0.5), ("cut", 0.0), ("reset", 0.5), ("absent", 0.5), ("hangup",))
def an_answer_cut_behind_nginx_makes_no_snapshot(k, *way):
    s = k.standin()
    state = {"on": False}
    r = k.relay(s, lambda n, path: way if state["on"] and path.startswith(ORDERS) else None)
    n, a = fronted(k, r, retries=1)
    ok(a.run("run"))
    later(a, s)
    before = a.snapshots()
    state["on"] = True
    ok(a.run("run"), 75)
    assert r.broken >= 2
    unharmed(a, before)
    state["on"] = False
    heals(a, s)


@cases((signal.SIGTERM,), (signal.SIGKILL,))
def nginx_ends_in_the_midst_of_an_answer(k, how):
    s = k.standin()
    state = {"todo": 1}

    def plan(n, path):
        if path.startswith(ORDERS) and state["todo"]:
            state["todo"] -= 1
            return ("drip", 5)
        return None
    r = k.relay(s, plan)
    # pauses are short here, and nginx takes its time to come back
    n, a = fronted(k, r, retries=20)
    p = a.start("run")
    while r.broken == 0 and p.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    n.end(how)
    n.begin()
    p.out, p.err = p.communicate(timeout=60)
    ok(p)
    assert r.broken == 1 and " retr" in p.err, p.err
    same(a, s)
    ok(a.run("verify"))
