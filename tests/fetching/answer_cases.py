"""Cases: answers that are none, and lists in doubt."""

import os
import subprocess
import time

from fetching.kit import CUSTOMERS, HOUR, ORDERS, SMALL, cases, heals, later, ok, runs_right, same, test, told_truly, unharmed
from fetching.place import differences

# -- answers that are none ---------------------------------------

TEMPORARY = ("429", "500", "502", "html", "text", "object", "nothing",
             "message", "nested", "error", "inner401", "cutjson", "cutgzip",
             "longgzip", "badgzip", "deflate", "bomb", "endless")


@cases(*[(kind,) for kind in TEMPORARY])
def comes_once_and_is_overcome(k, kind):
    s, a = k.settled()
    for path in ("/v0", CUSTOMERS, ORDERS):
        s.fault(kind, path, count=1)
    p = ok(a.run("run"))
    assert "3 retries" in p.err, p.err
    same(a, s)


@cases(*[(kind, path) for kind in TEMPORARY
         for path in ((ORDERS, CUSTOMERS) if kind in (
             "502", "error", "nothing", "html") else (ORDERS,))])
def stays_and_nothing_happens(k, kind, path):
    s, a = k.settled(retries=1)
    before = a.snapshots()
    s.fault(kind, path)
    p = ok(a.run("run"), 75)
    assert "after 2 tries" in p.err, p.err
    unharmed(a, before)
    assert a.metrics()["flowstory_exit_code"] == "75"
    heals(a, s)


@cases(("401", 2), ("403", 2), ("404", 1), ("302", 1))
def stops_at_once(k, kind, status):
    s, a = k.settled()
    before = a.snapshots()
    s.fault(kind, ORDERS, value="http://other.example.com/x?key=1")
    p = ok(a.run("run"), status)
    calls = [c[2] for c in s.calls() if c[2].startswith(ORDERS)]
    # who refuses one location may not refuse the other
    assert len(calls) == len(set(calls)) == (1 if kind == "302" else 2), calls
    assert s.calls()[-1][2] == calls[-1], "it went on"
    assert "x?key" not in p.err
    assert kind == "302" or "every location was refused" in p.err, p.err
    if kind == "302":
        assert "http://other.example.com" in p.err
    unharmed(a, before)
    heals(a, s)


@cases(("401", "/v0", 2), ("403", CUSTOMERS, 2), ("404", CUSTOMERS, 1))
def refused_before_the_first_location_is_the_end(k, kind, path, status):
    s, a = k.settled()
    before = a.snapshots()
    s.fault(kind, path)
    ok(a.run("run"), status)
    assert not [c for c in s.calls() if c[2].startswith(ORDERS)]
    unharmed(a, before)
    heals(a, s)


# -- locations that refuse ---------------------------------------

SHOP = ORDERS + "/findByLocationId/import-100"


def read_of(account, location):
    return [p for p in account.manifest()["pages"] if p.get("location") == location]


@cases(("400", 0), ("401", 0), ("403", 0), ("404", 0), ("404", 1))
def a_location_that_refuses_is_left_out(k, kind, skip):
    s, a = k.settled(deep_every="1s")
    rows, sums = a.profiles()
    s.fault(kind, SHOP, skip=skip)
    p = ok(a.run("run"), 3)
    assert "location import-100 is left out" in p.err, p.err
    assert 'set "locations": ["import-101"]' in p.err, p.err
    # what came of it before it refused is left out, too
    assert not read_of(a, "import-100") and read_of(a, "import-101")
    asked = [c for c in s.calls() if c[2] == SHOP]
    assert len(asked) == 1 + skip, "it went on"
    # it sells less there, but nothing known of it is gone
    assert set(rows) <= set(a.profiles()[0])
    assert float(a.profiles()[1]["completed"]) >= float(sums["completed"]) - 2000
    assert a.metrics()["flowstory_locations_left_out"] == "1"
    # the second time it is no news, another refusal is
    assert "is left out" in ok(a.run("run")).err
    s.control("clear")
    s.fault("403" if kind != "403" else "404", SHOP)
    ok(a.run("run"), 3)
    heals(a, s)
    s.fault(kind, SHOP)
    ok(a.run("run"), 3)


@test
def a_location_may_refuse_from_the_first_read_on(k):
    s, a = k.pair(history_start="2025-09-01")
    s.fault("404", SHOP, skip=3)
    p = ok(a.run("run"), 3)
    assert not read_of(a, "import-100") and read_of(a, "import-101")
    later(a, s)
    a.set(locations=["import-101"])
    p = ok(a.run("run"))
    assert "left out" not in p.err
    a.set(locations=None)
    heals(a, s)


@test
def one_location_alone_that_refuses_is_a_failure(k):
    s, a = k.pair(locations=["import-100"])
    s.fault("404", SHOP)
    p = ok(a.run("run"), 1)
    assert "no such thing" in p.err and a.snapshots() == []


# -- silence -----------------------------------------------------

@test
def a_silence_longer_than_stale_after_is_a_failure(k):
    s, a = k.settled(retries=0)
    s.fault("502")
    ok(a.run("run"), 75)
    later(a, s, 4)
    ok(a.run("run"), 75)
    later(a, s, 2)
    p = ok(a.run("run"), 1)
    assert "completed since 2025-12-01T02:00" in p.err, p.err
    a.set(stale_after="12h")
    ok(a.run("run"), 75)
    a.set(stale_after=None)
    heals(a, s)
    s.fault("502")
    ok(a.run("run"), 75)


@test
def before_a_first_answer_the_first_silence_counts(k):
    s, a = k.pair(retries=0)
    s.fault("502")
    ok(a.run("run"), 75)
    later(a, s, 5)
    ok(a.run("run"), 75)
    later(a, s, 2)
    ok(a.run("run"), 1)
    heals(a, s)


@test
def retry_after_is_honoured(k):
    s, a = k.settled()
    s.fault("429", ORDERS, count=1, value="1")
    began = time.time()
    ok(a.run("run"))
    assert time.time() - began >= 1.0
    s.fault("429", ORDERS, count=1, value="Fri, 01 Jan 2038 00:00:00 GMT")
    ok(a.run("run"), 75)
    heals(a, s)


@test
def large_pages_that_fail_are_made_smaller_and_that_is_remembered(k):
    s, a = k.settled()
    s.fault("large", "/v1", value=130)
    runs_right(a, s)
    s.control("clear")
    ok(a.run("run"))
    sizes = {c[3].split()[1] for c in s.calls() if c[2].startswith(ORDERS)}
    assert sizes == {"size=125"}, sizes
    a.time += 25 * HOUR
    s.control("clear")
    ok(a.run("run"))
    assert any("size=500" in c[3] for c in s.calls())


@test
def pages_are_halved_down_to_fifty_without_using_up_retries(k):
    s, a = k.settled(retries=2)
    s.fault("large", "/v1", value=10)
    ok(a.run("run"), 75)
    asked = [c[3].split()[1] for c in s.calls() if c[2].startswith("/v1")]
    assert asked == ["size=500", "size=250", "size=125", "size=62",
                     "size=50", "size=50", "size=50"], asked


# -- lists in doubt ----------------------------------------------

def doubtful(account):
    return [p for p in account.manifest()["pages"] if p["scope"] == {"kind": "updated"}]


@cases(("empty", 0), ("lie", 7), ("lie", -1), ("again", 0))
def orders_in_doubt_claim_nothing(k, kind, value):
    s, a = k.settled(page_size=10)
    before = a.profiles()
    s.fault(kind, ORDERS + "/findByLocationId/import-100", value=value)
    p = ok(a.run("run"), 3)
    assert "in doubt after 3 reads" in p.err, p.err
    assert doubtful(a) and all(p["location"] == "import-100" for p in doubtful(a))
    assert a.metrics()["flowstory_lists_in_doubt"] == "1"
    assert told_truly(a) and a.status()["lists_in_doubt"] == 1
    assert len(a.profiles()[0]) >= len(before[0])
    heals(a, s)


@cases(("empty", 0), ("lie", 7), ("again", 0))
def a_doubt_that_passes_is_read_again(k, kind, value):
    s, a = k.settled(page_size=10)
    s.fault(kind, ORDERS + "/findByLocationId/import-100", value=value,
            count=1, skip=1 if kind == "again" else 0)
    ok(a.run("run"))
    assert not doubtful(a)
    same(a, s)


@test
def orders_that_shift_between_pages_are_read_again(k):
    s, a = k.settled(page_size=10)
    s.fault("shift", ORDERS, count=1)
    p = ok(a.run("-v", "run"))
    assert "its total changed" in p.err, p.err
    same(a, s)


@test
def a_total_that_never_stands_still_stays_in_doubt(k):
    s, a = k.settled(page_size=10)
    s.fault("move", ORDERS)
    ok(a.run("run"), 3)
    heals(a, s)


@test
def a_last_page_that_repeats_is_an_end(k):
    s, a = k.pair(*SMALL, "--hidden", 0, page_size=10, full_customers_every="1s")
    s.fault("repeat", "/v1")
    ok(a.run("run"))
    assert not doubtful(a)
    same(a, s)
    a.set(page_size=7)
    ok(a.run("run"))
    assert not doubtful(a)
    same(a, s)


@test
def a_list_that_gives_its_first_page_for_ever_is_not_believed(k):
    s, a = k.settled(page_size=10, full_customers_every="1s")
    s.fault("first", CUSTOMERS)
    p = ok(a.run("run"), 3)
    assert "every page repeats the first" in p.err
    same(a, s)


@cases((CUSTOMERS,), (ORDERS,))
def pages_without_an_id_come_to_an_end(k, path):
    s, a = k.settled(full_customers_every="1s")
    s.fault("nameless", path)
    p = ok(a.run("run"), 3)
    assert "in doubt after 3 reads" in p.err, p.err
    assert len(s.calls()) < 60
    heals(a, s)


@test
def a_customer_lost_between_pages_is_asked_for_by_id(k):
    s, a = k.settled(*SMALL, "--hidden", 0, page_size=10, full_customers_every="1s")
    ok(a.run("run"))
    s.fault("shift", CUSTOMERS, count=1)
    p = ok(a.run("run"))
    assert "1 known customer was missing from the list" in p.err, p.err
    assert "0 no longer exist" in p.err, p.err
    # who vanished had come before; nobody else is missing
    assert len(differences(a, s)) == 1
    runs_right(a, s)


# -- customers no list names -------------------------------------

@test
def buyers_known_by_id_alone_stay_when_all_are_read(k):
    s, a = k.settled(*SMALL, "--hidden", 50, full_customers_every="1s")
    hidden = {i for i, c in s.books()["customers"].items() if c["hidden"] and c["seen"] > 0}
    assert hidden
    for _ in range(3):
        runs_right(a, s)
        m = a.manifest()["pages"]
        assert any(p["scope"]["kind"] == "all" and p["resource"] == "customers" for p in m)
        asked = {p["scope"]["id"] for p in m if p["resource"] == "customer"}
        assert hidden <= asked, hidden - asked


@test
def without_a_state_the_manifests_still_name_them(k):
    s, a = k.settled(*SMALL, "--hidden", 50, full_customers_every="1s")
    subprocess.run(["rm", "-r", os.path.join(a.dir, "state")], check=True)
    runs_right(a, s)
    ok(a.run("verify"))


@test
def a_call_by_id_that_finds_nobody_removes_nobody(k):
    s, a = k.settled(*SMALL, "--hidden", 50, full_customers_every="1s")
    for digit in "0123456789abcdef":
        s.fault("404", CUSTOMERS + digit)
    p = ok(a.run("run"), 3)
    assert "no customer is removed" in p.err, p.err
    same(a, s)
    heals(a, s)


@cases(("500",), ("text",))
def one_id_without_an_answer_does_not_keep_the_rest_from_being_read(k, kind):
    s, a = k.settled(*SMALL, "--hidden", 50, full_customers_every="1s", retries=1)
    one = min(i for i, c in s.books()["customers"].items() if c["hidden"] and c["seen"] > 0)
    s.fault(kind, CUSTOMERS + one)
    p = ok(a.run("run"), 3)
    assert f"customer {one} could not be read, so what is known of them stays: " in p.err, p.err
    same(a, s)
    heals(a, s)


def asked_by_id(s):
    return [c[2][len(CUSTOMERS):] for c in s.calls() if c[2].startswith(CUSTOMERS) and c[2] != CUSTOMERS]


@test
def however_many_the_list_leaves_out_they_are_read_in_rounds(k):
    s, a = k.settled("--customers", 6300, "--hidden", 0, "--days", 2, "--orders", 2, page_size=5000)
    s.control("hide", count=6200)
    a.set(full_customers_every="1s")
    p = ok(a.run("run"))
    assert "500 customers were missing from the list of all customers and read by id; 57" in p.err, p.err
    assert a.metrics()["flowstory_lists_in_doubt"] == "0"
    assert int(a.metrics()["flowstory_waiting_customers"]) > 5600
    first = set(asked_by_id(s))
    assert len(first) >= 500
    # who is in no list and has not had a turn is not gone
    same(a, s)
    a.set(full_customers_every="24h")
    later(a, s)
    s.control("clear")
    ok(a.run("run"))
    second = set(asked_by_id(s))
    assert 500 <= len(second) < 520 and not first & second
    assert all(p["scope"].get("after") == "2025-11-30" for p in a.manifest()["pages"] if p["resource"] == "customers"), \
        "all customers were read again"
    # another read of all begins another round, with those who have waited longest
    a.set(full_customers_every="1s")
    later(a, s)
    s.control("clear")
    ok(a.run("run"))
    third = set(asked_by_id(s))
    assert len(third) >= 500 and not third & (first | second)
    # nobody can say of all of them at once who is there: who was merged away stays
    assert not [d for d in differences(a, s) if "should be gone" not in d]


@test
def unknown_buyers_are_bounded_per_run(k):
    s, a = k.pair("--customers", 700, "--hidden", 100, "--days", 6, "--orders", 300)
    p = ok(a.run("run"))
    by_id = [p for p in a.manifest()["pages"] if p["resource"] == "customer"]
    assert len(by_id) == 500
    assert "left for the next run" in p.err
    runs_right(a, s)


@test
def an_id_nobody_has_is_not_asked_for_every_hour(k):
    s, a = k.settled()
    s.fault("404", CUSTOMERS + "1")
    s.fault("404", CUSTOMERS + "f")
    # a customer vanishes whose orders stay
    s.control("lose_customer")
    a.set(full_customers_every="1s", deep_every="1s")
    ok(a.run("run"))
    s.control("clear")
    ok(a.run("run"))
    by_id = lambda: [c[2] for c in s.calls() if c[2].startswith(CUSTOMERS) and c[2] != CUSTOMERS]
    again = by_id()
    ok(a.run("run"))
    same_ids = set(again) & set(by_id()[len(again):])
    assert {i[len(CUSTOMERS):] for i in same_ids} <= set(s.books()["customers"])
