"""Where two of them meet: an address that is left, a contact that is gone, one that was imported, one that is erased, and a call without an answer."""

import shutil

from lab.lab import customer
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, OPT_OUT, put, told
from pushing.kit import cases, crowd, hour, pages, test
from pushing.others_cases import suppress
from pushing.plain_cases import import_by_hand

FLAGS = ("--email_flag", "optOutEmail", "--text_flag", "optOutText")
BOTH = {"push_email_opt_out": "optOutEmail", "push_text_opt_out": "optOutText"}


def there(s, **address):
    (key, value), = address.items()
    return [c for c in s.far.books()["contacts"] if c["status"] != "Deleted" and not c["merged"] and c.get(key) == value]


@cases(*[(how, way) for how in ("merged", "deleted") for way in ("address", "flags")])
def an_address_left_by_who_is_there_no_more(k, how, way):
    """Staff merge or delete A's contact; then A moves on and B, who refuses, gets the address: whoever has it is told."""
    people = crowd(2)
    s = k.settled(people, (), *(FLAGS if way == "flags" else ()), **(BOTH if way == "flags" else {}))
    mine = there(s, email="user0@example.com")[0]["id"]
    if how == "merged":
        s.far.edit("merge", dsid=mine, into=put(s, mobilePhone="+17205559999"))
    else:
        s.far.edit("status", dsid=mine, value="Deleted")
        put(s, email="user0@example.com")
    people[0]["email"] = "a2@example.com"
    people[1].update(NO_MAIL, email="user0@example.com")
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="moved")
    s.hour(hour(2), pages(people))
    s.push(code=(0, 3), what="an hour later")
    k.lab.check("told", told(s, "user0@example.com") or all(c["out_of_email"] for c in there(s, email="user0@example.com")), there(s, email="user0@example.com"))


@cases(("422", "suppressed", ()), ("422", "number", ()), ("409", "number passed on", ()), ("400", "both", FLAGS))
def one_refusal_leaves_nobody_active_for_a_week(k, status, why, options):
    """Imported by hand, so found first: that is refused for an hour, of somebody who may not be written to."""
    people = crowd(3)
    s = k.shop(*options, **(BOTH if options else {}))
    s.hour(hour(0), pages(people))
    import_by_hand(s, s.full())
    s.run("push", "--mark-imported", "20261123T040000Z")
    s.push(what="nothing changed")
    if why == "suppressed":
        suppress(s, "user0@example.com")
    elif why == "number passed on":
        people[0]["phone"], people[1]["phone"] = "7205559000", people[0]["phone"]
        people[1].update(NO_TEXT)
    else:
        people[0].update(NO_TEXT, **(NO_MAIL if why == "both" else {}))
    s.hour(hour(1), pages(people))
    s.far.fault(status, CONTACT, count=100)
    s.push(code=(3, 75), what="refused")
    s.far.control("clear")
    s.hour(hour(2), pages(people))
    s.push(code=(0, 3), what="an hour later")
    mine = there(s, email="user0@example.com")
    if why == "suppressed":
        k.lab.equal("inactive", [c["status"] for c in mine], ["Inactive"])
    else:
        k.lab.check("no text can come", all(c["status"] == "Inactive" or c["out_of_texts"] or c.get("mobilePhone") != "+17205550000" for c in mine), mine)


@test
def a_lost_create_of_who_is_erased_beside_another(k):
    """Another customer's row with the same address has no answer: that does not make it theirs."""
    people = crowd(3)
    s = k.settled(people[1:], push_retries=0)
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="made, and nobody knows")
    s.far.control("clear")
    people[2]["email"] = "user0@example.com"
    s.hour(hour(2), pages(people[1:]))
    s.far.fault("503", CONTACT, count=100)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    for n in (3, 4, 200):
        s.hour(hour(n), pages(people[1:]))
        s.push(code=(0, 3, 75), what="hour %d" % n)
    k.lab.equal("theirs alone", [c["extendedProperties"].get("fh_id") for c in there(s, email="user0@example.com")], ["c00002"])
    s.same("theirs alone")


@cases(("imported",), ("plain",))
def a_first_push_in_parts_tells_all_who_refuse(k, how):
    """Of many a third refuses, and the opt-out call is down at first: the breaker is for changes."""
    people = [customer(i, **(NO_MAIL if i < 130 else {})) for i in range(400)]
    s = k.shop(push_retries=0, breaker_percent=None, push_percent=20)
    s.hour(hour(0), pages(people))
    if how == "imported":
        import_by_hand(s, s.full())
        s.run("push", "--mark-imported", "20261123T040000Z")
    s.hour(hour(1), pages(people))
    s.far.fault("503", OPT_OUT, count=100000)
    s.push(*(("--limit", "100") if how == "imported" else ()), code=(75,), what="down")
    s.far.control("clear")
    for n in range(2, 9):
        s.hour(hour(n), pages(people))
        s.push("--limit", "100", what="hour %d" % n)
    mine = [c for c in s.far.books()["contacts"] if c.get("email") in {p["email"] for p in people[:130]}]
    k.lab.equal("all who refuse are told", [c["email"] for c in mine if not told(s, c["email"])], [])
    s.quiet("told")


@cases((), ("packed",), ("without push/state",))
def a_first_push_after_one_alone(k, *how):
    """As the manual says: one customer whom somebody knows, then all.  Once nothing is left, those who would be opted out count."""
    people = [customer(i, **(NO_MAIL if i < 110 else {})) for i in range(200)]
    s = k.shop(breaker_percent=None, push_percent=20)
    s.hour(hour(0), pages(people))
    s.push("--only", "c00199", what="alone")
    forget(s, how)
    s.push("--limit", "50", what="a part")
    forget(s, how)
    s.push(what="all of them")
    s.same("all of them")
    s.quiet("all of them")
    forget(s, how)
    for p in people[:105]:
        p["consentsToPromotionalEmail"] = True
    s.hour(hour(1), pages(people))
    s.push(what="they consent")
    for p in people[:105]:
        p.update(NO_MAIL)
    s.hour(hour(2), pages(people))
    r = s.push(code=(5,), what="all at once")
    k.lab.check("it is stopped", "105 of 200 contacts would be opted out" in r.err, r.err)


def forget(s, how):
    if how == ("packed",):
        s.push("--rebuild-acked", what="packed")
    if how:
        shutil.rmtree(s.path("push", "state"), ignore_errors=True)


@cases(*[(code, who) for code in ("before", "lost") for who in ("new", "refuses")])
def an_address_that_another_row_may_have_taken(k, code, who):
    """That row had no answer and gives no other address, so nobody knows for ever: DailyStory is asked, and says whose contact has it."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    people[0]["email"] = "x@example.com"
    s.hour(hour(2), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    people[0]["email"] = ""
    people.append(customer(9, email="x@example.com", **(NO_MAIL if who == "refuses" else {})))
    s.hour(hour(3), pages(people))
    s.push(code=(0 if code == "before" else 3,), what="whose it is")
    k.lab.equal("rejected", set(s.rejected()), {"c00009"} if code == "lost" else set())
    k.lab.equal("whoever has an address that refuses is opted out", [c["email"] for c in s.far.books()["contacts"] if c["out_of_email"]], ["x@example.com"] * (who == "refuses"))
    s.same("whose it is", but=s.rejected())
    s.quiet("whose it is")
