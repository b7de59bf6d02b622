"""Cases: who was erased comes again with every read, and is not stored."""

import gzip
import os
import shutil

from fetching.kit import CUSTOMERS, cases, later, ok, same, test


def holding(account, text):
    """The files of the account that hold it, inflated, but for what the person wrote."""
    found = []
    for root, _, names in os.walk(account.dir):
        for name in names:
            with open(os.path.join(root, name), "rb") as f:
                data = f.read()
            if data[:2] == b"\x1f\x8b":
                data = gzip.decompress(data)
            if text.encode() in data or text in name:
                found.append(os.path.join(root, name))
    return found


def buyer(s):
    """Somebody the lists name, with orders."""
    return sorted(i for i, c in s.books()["customers"].items() if c["orders"] > 1 and not c["hidden"])[0]


@cases(("guest",), ("remove",))
def who_was_erased_is_not_stored_again(k, orders):
    s, a = k.settled(deep_every="1s", full_orders_every="1s", full_customers_every="1s")
    who = buyer(s)
    a.profiles()
    p = ok(a.run("erase", who, "--yes", "--orders", orders), 1)
    assert "full/contacts-0001.csv" in p.out, p.out  # an export that somebody left in the account
    shutil.rmtree(os.path.join(a.dir, "full"))
    ok(a.run("erase", "--resume"))
    assert not holding(a, who), holding(a, who)
    for _ in range(3):
        later(a, s)
        s.control("clear")
        p = ok(a.run("run"))
        assert "of erased customers came again and were not stored" in p.err, p.err
        assert not holding(a, who), holding(a, who)
        assert not [c for c in s.calls() if c[2].startswith(CUSTOMERS + who)], "the erased one was asked for"
    redacted = [p.get("redacted", 0) for p in a.manifest()["pages"]]
    assert sum(redacted) > 1, redacted
    rows, sums = a.profiles()
    assert who not in rows
    books = s.books()
    if orders == "guest":
        assert sums["completed"] == books["completed"], (sums, books["completed"])
    else:
        assert float(sums["completed"]) < float(books["completed"])
    ok(a.run("verify", "--rebuild"))


@test
def somebody_who_hides_from_the_list_is_not_asked_for_again(k):
    """Orders name them, and no list does: without the tombstone they would be read by id."""
    s, a = k.settled()
    who = sorted(i for i, c in s.books()["customers"].items() if c["hidden"] and c["orders"] > 0)[0]
    ok(a.run("erase", who, "--yes"))
    a.set(deep_every="1s", full_orders_every="1s", full_customers_every="1s")
    later(a, s)
    s.control("clear")
    ok(a.run("run"))
    assert not [c for c in s.calls() if who in " ".join(c[2:])], "asked for"
    assert not holding(a, who), holding(a, who)


@test
def a_tombstone_that_is_taken_back_lets_them_in(k):
    s, a = k.settled(deep_every="1s", full_orders_every="1s", full_customers_every="1s")
    who = buyer(s)
    ok(a.run("erase", who, "--yes"))
    hash = a.run("erase", "--list").out.split("\n")[1].split()[0]
    ok(a.run("erase", "--forget", hash))
    later(a, s)
    ok(a.run("run"))
    same(a, s)


@test
def an_unfinished_erasure_keeps_fetch_and_run_away(k):
    s, a = k.settled()
    with open(os.path.join(a.dir, "erase.json"), "w") as f:
        f.write("{}")
    before = len(s.calls())
    for words in (("fetch",), ("run",), ("process",), ("status",)):
        p = ok(a.run(*words), 75)
        assert "an erasure is unfinished" in p.err, p.err
    assert len(s.calls()) == before
    p = ok(a.run("erase", "--resume"), 1)
    assert "erase.json" in p.err, p.err
