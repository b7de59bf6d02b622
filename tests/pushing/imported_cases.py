"""Trials of --mark-imported: what files brought to DailyStory by hand, whenever that is said."""

import json
import os
import shutil

from lab.lab import customer
from pushing.guard_cases import NO_MAIL, NO_TEXT, put
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.plain_cases import import_by_hand


def ident(n):
    return hour(n).strftime("%Y%m%dT%H%M%SZ")


def imported(k, people, orders=(), *options, **settings):
    """A shop of these people, whose files of hour 0 were imported by hand."""
    s = k.shop(*options, **settings)
    s.hour(hour(0), pages(people, orders))
    full = s.full()
    import_by_hand(s, full)
    s.imported = True
    s.known |= set(full.contacts)
    return s


def changed_since(people):
    """Suppressed 0, removed 1, a mobile alone that refuses 2, moved 3, under age 4, refuses all 5, refuses texts 6, new 9."""
    later = [dict(p) for p in people if p["id"] != "c00001"]
    by = {p["id"]: p for p in later}
    by["c00002"].update(NO_TEXT, loyaltyPoints=77)
    by["c00003"].update(email="moved3@example.com")
    by["c00004"].update(birthDate="2015-05-15")
    by["c00005"].update(NO_MAIL, **NO_TEXT, loyaltyPoints=77)
    by["c00006"].update(NO_TEXT)
    return later + [customer(9)]


@cases(("flag",), ("inactive",), ("delete",))
def changed_between_the_import_and_the_mark(k, policy):
    """The difference is to the files that were imported, not to the row of now: nobody is forgotten, nobody made twice."""
    people = crowd(9)
    people[2]["email"] = ""
    s = imported(k, people, push_gone=policy)
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user0@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(changed_since(people)))
    r = s.push("--mark-imported", ident(0))
    k.lab.check("all but who is new", "9 contacts noted" in r.err, r.err)
    before = s.far.calls()
    s.push(what="the first push")
    s.same("the first push")
    k.lab.equal("each has one contact", len(s.far.books()["contacts"]), 10)
    k.lab.check("who did not change is not sent", s.far.calls() - before <= 35, s.far.calls() - before)
    shutil.rmtree(s.path("push", "state"), ignore_errors=True)
    s.quiet("without push/state")
    k.next(s, 2, changed_since(people))


@test
def the_last_file_of_each(k):
    """Files of several hours were imported: who was gone before the last one is there as an older one had them."""
    people = crowd(5)
    s = imported(k, people)
    people[2]["email"] = "second2@example.com"
    people[3]["email"] = "second3@example.com"
    s.hour(hour(1), pages(people[1:]))
    for c in s.far.books()["contacts"]:
        if c["email"] in ("user2@example.com", "user3@example.com"):
            s.far.edit("change", dsid=c["id"], field="email", value=c["email"].replace("user", "second"))
    people[2]["email"] = "third2@example.com"
    s.hour(hour(2), pages(people[1:]))
    s.push("--mark-imported", ident(1))
    s.push(what="the first push")
    s.same("the first push")
    k.lab.equal("each has one contact", len(s.far.books()["contacts"]), 5)


@test
def an_address_that_went_to_another(k):
    """Who has it in the newer file is found by it; who had it before by what they have besides, or not at all."""
    people = crowd(4)
    people[0]["phone"] = ""
    s = imported(k, people)
    people[1]["email"], people[2]["email"], people[3]["email"] = "user0@example.com", "user1@example.com", ""
    s.hour(hour(1), pages(people[1:]))
    s.far.control("forget")
    s.push("--mark-imported", ident(1))
    k.lab.equal("no call for it", s.far.calls(), 0)
    plan = s.plan()
    k.lab.equal("nobody looks for a contact that has no address of its own", plan["gone"], {})
    s.push(code=(0, 3), what="the first push")
    s.quiet("and again")


@test
def files_that_are_there_no_more(k):
    """Nothing says with which address they were imported: they are named."""
    people = crowd(5)
    s = imported(k, people)
    people[3]["email"] = "moved3@example.com"
    s.hour(hour(1), pages(people[:2] + people[3:]))
    shutil.rmtree(s.path("exports", ident(0)))
    r = s.push("--mark-imported", ident(0), code=(3,))
    k.lab.equal("who is named", r.out.split(), ["c00002", "c00003"])
    k.lab.check("and the others are noted", "3 contacts noted" in r.err and "2 customers who changed since" in r.err, r.err)
    k.lab.equal("it is not made again", os.path.exists(s.path("exports", ident(0))), False)


@test
def a_file_that_is_damaged(k):
    people = crowd(5)
    s = imported(k, people)
    s.hour(hour(1), pages(people[1:]))
    with open(s.path("exports", ident(0), "contacts-0001.json"), "w", encoding="utf-8") as f:
        f.write('[\n{"email":\n]\n')
    r = s.push("--mark-imported", ident(0), code=(1,))
    k.lab.check("it is named", "contacts-0001.json is damaged" in r.err, r.err)


def buyers(n):
    return [{"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": n}}]


def spread(k, people, orders):
    """Imported, marked, and a first push of a third of it."""
    s = imported(k, people, orders, push_percent=20, rules=buyers(1))
    s.push("--mark-imported", ident(0))
    s.push("--limit", "60", what="a first part")
    k.lab.equal("a part", sent(s), 60)
    return s


def sent(s):
    return sum("fh_seg_buyers" in c["extendedProperties"] for c in s.far.books()["contacts"])


@test
def a_first_push_in_parts(k):
    """It is the same first push with each --limit, and in other hours; also what is cleared and who is gone is no mass change."""
    people, orders = crowd(180), sold(180, 180)
    for person in people[:110]:
        person.update(NO_TEXT)
    s = spread(k, people, orders)
    for n in (1, 2):
        s.hour(hour(n), pages(people, orders))
        s.push("--limit", "60", what="part %d" % n)
    s.push(what="the rest")
    k.lab.equal("all of it", sent(s), 180)
    s.same("all of it")


@cases((), ("packed",), ("without push/state",))
def a_rule_after_the_first_push(k, *how):
    """Once nothing was left, who was imported and never sent counts as anybody does."""
    people = crowd(130)
    s = imported(k, people, sold(10, 10), push_percent=20, rules=buyers(1))
    s.push("--mark-imported", ident(0))
    s.push(what="the first push")
    if how == ("packed",):
        s.push("--rebuild-acked")
    if how:
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)
    s.quiet("it is over")
    with open(s.path("segments.json"), "w", encoding="utf-8") as f:
        json.dump(buyers(0), f)
    s.hour(hour(1), pages(people, sold(10, 10)))
    s.far.control("forget")
    r = s.push(code=(5,), what="a rule that takes everybody")
    k.lab.check("it is stopped", "120 of 130 contacts would change in fh_seg_buyers" in r.err, r.err)
    k.lab.equal("nothing is sent", s.far.calls(), 0)


@test
def a_rule_during_the_first_push(k):
    """Who was sent already is not sent something else by mistake."""
    people, orders = crowd(300), sold(300, 300)
    s = spread(k, people, orders)
    s.push("--limit", "60", what="a second part")
    with open(s.path("segments.json"), "w", encoding="utf-8") as f:
        json.dump(buyers(2), f)
    s.hour(hour(1), pages(people, orders))
    r = s.push("--limit", "60", code=(5,), what="a rule that takes nobody")
    k.lab.check("it is stopped", "120 of 300 contacts would change in fh_seg_buyers" in r.err, r.err)


@cases((), ("packed",))
def deleted_and_imported_again(k, *how):
    """Whom a push deleted and a file brought back is found by the address of the file, also from the file of all that was acked."""
    people = crowd(4)
    s = k.settled(people, push_gone="delete")
    s.hour(hour(1), pages(people[1:]))
    s.push(what="deleted")
    s.hour(hour(2), pages(people))
    put(s, email="user0@example.com", mobilePhone="+17205550000")
    s.imported = True
    s.push("--mark-imported", ident(2))
    if how:
        s.push("--rebuild-acked")
    people[0].update(email="moved0@example.com", phone="7205559999")
    k.next(s, 3, people)
    k.lab.equal("one contact", [c["email"] for c in s.far.books()["contacts"] if c["status"] == "Active" and "0@" in c["email"]], ["moved0@example.com"])
