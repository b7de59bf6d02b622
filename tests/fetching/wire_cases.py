"""Cases: what happens on the wire, and TLS."""

import time

from fetching.kit import ORDERS, cases, later, ok, plan, runs_right, test, unharmed
from fetching.place import KEY, Tls

# -- the wire ----------------------------------------------------

def cut_once(ways):
    """The n-th call is broken in the n-th way if it is its first try."""
    todo = list(ways)

    def plan(n, path):
        if n % 2 == 0 and todo:
            return todo.pop(0)
        return None
    return plan, todo


@cases(("cut",), ("wrong",), ("absent",), ("cut_chunked",))
def a_body_cut_at_every_byte(k, way):
    s = k.standin()
    size = len(locations_body(s))
    if way == "cut_chunked":
        size += 30
    # a body without a length is no proof even if all of it came
    last = size + 1 if way == "absent" else size
    # test_http cuts at every byte where the wire alone tells; here it takes gzip
    step = 1 if way == "wrong" else 7
    places = range(last - 1, -1, -step)
    plan, todo = cut_once([(way, at) for at in places])
    r = k.relay(s, plan)
    # one for the body, one for a call that meets the relay's hanging up
    a = k.account(r.url, retries=2)
    n = 0
    while todo:
        p = ok(a.run("-v", "check"))
        assert "2 of 2 locations" in p.err
        assert "; retrying in" in p.err, p.err
        n += 1
    assert r.broken == n == len(places)


def locations_body(s):
    import urllib.request
    q = urllib.request.Request(s.url + "/v0/clientsLocations", headers={
        "clientId": "client-1", "key": KEY, "Accept-Encoding": "gzip"})
    with urllib.request.urlopen(q) as f:
        return f.read()


@cases(("cut", 0.5), ("cut", 0.0), ("wrong", 0.7), ("longer", 5),
       ("absent", 1.0), ("absent", 0.5), ("cut_chunked", 0.8),
       ("two_lengths",), ("reset", 0.5), ("hangup",))
def a_broken_wire_never_makes_a_snapshot(k, *way):
    s = k.standin()
    state = {"on": False}
    r = k.relay(s, lambda n, path: way if state["on"] and path.startswith(ORDERS) else None)
    a = k.account(r.url, retries=2)
    ok(a.run("run"))
    later(a, s)
    before = a.snapshots()
    state["on"] = True
    ok(a.run("run"), 75)
    assert r.broken >= 3
    unharmed(a, before)
    state["on"] = False
    runs_right(a, s)


@cases(("chunked",), ("interim",))
def an_unusual_but_whole_body_is_taken(k, way):
    s, r, a = k.relayed(lambda n, path: (way,), retries=0)
    runs_right(a, s)


@cases(("stall", 6), ("drip", 8), ("silent", 6))
def a_slow_server_is_given_up(k, *way):
    s, r, a = k.relayed(lambda n, path: way if n == 0 else None, timeout_s=3, retries=1)
    began = time.time()
    ok(a.run("check"))
    assert time.time() - began < 5
    assert r.broken == 1


@test
def one_connection_is_kept_and_calls_keep_their_distance(k):
    s, a = k.pair(min_interval_ms=60)
    ok(a.run("run"))
    calls = s.calls()
    assert len(calls) > 5
    assert len({c[1] for c in calls}) == 1, "more than one connection"
    at = [int(c[0]) for c in calls]
    gaps = [y - x for x, y in zip(at, at[1:])]
    # the first call also waited for the connection
    assert min(gaps[1:]) >= 50, gaps


@test
def nobody_there_is_try_again_later(k):
    s = k.standin()
    a = k.account("http://127.0.0.1:9", retries=2)
    ok(a.run("run"), 75)
    assert a.snapshots() == [] and a.hidden() == []


# -- TLS ---------------------------------------------------------

@test
def https_with_its_own_authority(k):
    tls = Tls(k.place, "good")
    s, a = k.pair(tls=tls, ca_file=tls.ca)
    runs_right(a, s)


@cases(("another authority",), ("another host",), ("the system's",))
def a_wrong_certificate_gets_no_key(k, what):
    tls = Tls(k.place, "bad" + what[-4:].strip("'"),
              host="DNS:api.flowhub.co" if "host" in what else "IP:127.0.0.1")
    other = Tls(k.place, "other")
    s, a = k.pair(tls=tls, ca_file={"another authority": other.ca, "another host": tls.ca}.get(what))
    p = ok(a.run("run"), 1)
    assert "could not be verified as Flowhub" in p.err, p.err
    assert s.calls() == [] and a.snapshots() == []
    # the advice says 'no retry': one try is enough
    assert a.metrics()["flowstory_calls"] == "1"


@cases(("absent", 1.0), ("absent", 0.5), ("cut", 0.5))
def tls_without_goodbye_is_no_end(k, *way):
    tls = Tls(k.place, "relay")
    s, r, a = k.relayed(lambda n, path: way if path.startswith(ORDERS) else None, tls=tls, ca_file=tls.ca, retries=1)
    ok(a.run("run"), 75)
    # one was for the estimate
    assert a.snapshots() == [] and r.broken == 3


@test
def tls_without_goodbye_after_a_whole_body_is_fine(k):
    tls = Tls(k.place, "relay")
    # Every answer ends so, and a retry would not help.  It is there for a call that goes out on the
    # old connection as the relay hangs up: libcurl sends it again by itself, but only five times
    # in the life of a handle; the sixth is ours.
    s, r, a = k.relayed(lambda n, path: ("longer", 0), tls=tls, ca_file=tls.ca, retries=1)
    runs_right(a, s)
