"""Who shares, swaps and gives up addresses; people at DailyStory's own screen; rules and clocks that change."""

import json
import os

from lab.lab import customer, write
from pushing.kit import cases, crowd, hour, pages, sold, test

NO_MAIL, NO_TEXT = {"consentsToPromotionalEmail": False}, {"consentsToPromotionalSMS": False}
MOVE = ("--taken", "move")


def phone(n):
    return customer(n)["phone"]


def email(n):
    return customer(n)["email"]


@cases((), MOVE, ("--text_flag", "optOutText"))
def one_address_two_people(k, *way):
    """A shared mobile, a shared email; who holds it changes."""
    people = [customer(0), customer(1, phone=phone(0)), customer(2, email=email(3)), customer(3), customer(4, email="", phone=phone(3))]
    s = k.shop(*way)
    s.hour(hour(0), pages(people, sold(2, 5)))
    s.push()
    s.same(k.name + ": at first")
    s.quiet(k.name)
    people[1]["phone"] = phone(1)
    people[2]["email"] = email(2)
    s.hour(hour(1), pages(people, sold(2, 5)))
    s.push(code=(0, 3))
    s.same(k.name + ": each has their own", but=s.rejected())
    s.quiet(k.name)


@cases((), MOVE, ("--match", "mobile", *MOVE), ("--match", "conflict"))
def swapped(k, *way):
    """Two customers exchange addresses within an hour: each row stays its own person's."""
    for channel in ("email", "phone", "both"):
        people = crowd(4)
        s = k.shop(*way)
        s.hour(hour(0), pages(people))
        s.push()
        for field in ("email", "phone") if channel == "both" else (channel,):
            people[1][field], people[2][field] = people[2][field], people[1][field]
        s.hour(hour(1), pages(people))
        s.push(code=(0, 3))
        dead = s.rejected()
        k.lab.check("%s: only as identity-taken" % channel, set(dead) <= {"c00001", "c00002"} and set(dead.values()) <= {"identity-taken"}, dead)
        if "move" in way:
            k.lab.equal("%s: nobody is in the way" % channel, dead, {})
        s.same("%s: %s" % (k.name, channel), but=dead)
        apart(k, s)
        s.quiet(k.name)


def apart(k, s):
    """Nobody's first name stands at another's fh_id."""
    mixed = [c for c in s.far.books()["contacts"] if not c["merged"] and "fh_id" in c["extendedProperties"] and
             c.get("firstName", "") not in ("", "Ann%d" % int(c["extendedProperties"]["fh_id"][1:]))]
    k.lab.equal(k.name + ": no row is another person's", mixed, [])


@cases((), MOVE)
def handed_on(k, *way):
    """An address goes from one to the next along a line, in either order of their ids."""
    for order in ((0, 1, 2), (2, 1, 0)):
        people = crowd(3)
        s = k.shop(*way)
        s.hour(hour(0), pages(people))
        s.push()
        a, b, c = order
        people[c]["email"], people[b]["email"], people[a]["email"] = email(b), email(a), "fresh@example.com"
        s.hour(hour(1), pages(people))
        s.push(code=(0, 3))
        s.push(code=(0, 3), what="once more")
        s.push("--retry-rejected", what="asked for", code=(0, 3))
        s.same("%s: %s" % (k.name, order), but=() if way else s.rejected())
        apart(k, s)


@cases((), MOVE)
def lost_and_found(k, *way):
    """An email goes and returns; meanwhile somebody new may have it."""
    people = crowd(4)
    s = k.shop(*way)
    s.hour(hour(0), pages(people))
    s.push()
    mail, people[1]["email"] = people[1]["email"], ""
    s.hour(hour(1), pages(people))
    s.push()
    people[1]["email"] = mail
    k.next(s, 2, people)
    people[2]["email"] = ""
    people.append(customer(7, email=email(2)))
    s.hour(hour(3), pages(people))
    s.push(code=(0, 3))
    dead = s.rejected()
    k.lab.check("at most the newcomer is rejected", set(dead) <= {"c00007"}, dead)
    s.same(k.name + ": a newcomer", but=dead)
    apart(k, s)
    s.quiet(k.name)


@test
def one_becomes_two(k):
    """A customer is gone, and another has both addresses."""
    people = crowd(3)
    s = k.settled(people, push_gone="flag")
    people[1] = customer(8, email=email(1), phone=phone(1))
    s.hour(hour(1), pages(people))
    s.push(code=(0, 3))
    dead = s.rejected()
    k.lab.check("the new one is refused as same-contact, or has a contact of their own", set(dead.items()) <= {("c00008", "same-contact")}, dead)
    s.same(k.name, but=dead)
    s.quiet(k.name)


@cases(("contact",), ("address",))
def who_refuses_moves(k, way):
    """What an address owes stays with it, whoever has it."""
    people = [customer(0, **NO_MAIL, **NO_TEXT), customer(1), customer(2)]
    s = k.shop("--optouts", way, "--text_flag", "optOutText", "--email_flag", "optOutEmail", *MOVE, push_email_opt_out="optOutEmail")
    s.hour(hour(0), pages(people))
    s.push()
    s.same(k.name + ": at first")
    people[0].update(email="other@example.com", phone="7205559999")
    people[1].update(email=email(0), phone=phone(0))
    k.next(s, 1, people)
    people[0].update(consentsToPromotionalEmail=True, consentsToPromotionalSMS=True)
    k.next(s, 2, people)
    people[2].update(email="other@example.com", phone="7205559999")
    people[0].update(email="again@example.com", phone="7205559998")
    k.next(s, 3, people)
    s.quiet(k.name)


@test
def who_refused_once_is_made_later(k):
    """What an address was told stays from the very first call of its contact on, though that be the only one to arrive."""
    people = [customer(0, email="", **NO_TEXT), customer(1)]
    s = k.shop("--optouts", "contact", "--taken", "move", "--deleted", "missing", "--text_flag", "optOutText", "--email_flag", "optOutEmail",
               push_email_opt_out="optOutEmail")
    s.hour(hour(0), pages(people))
    s.push()
    s.same("refuses")
    for c in s.far.books()["contacts"]:     # whoever was made for the address alone is gone
        if "fh_id" not in c["extendedProperties"]:
            s.far.edit("delete", dsid=c["id"])
    people[0]["consentsToPromotionalSMS"] = True
    s.hour(hour(1), pages(people))
    s.far.fault("422", "POST /api/v1/contact$", skip=1, count=9)
    s.push(code=(0, 3))
    s.far.control("clear")
    s.push("--retry-rejected", code=(0, 3))
    s.same("consents", but=s.rejected())
    s.quiet(k.name)


@cases(("refuse",), ("move",))
def who_refuses_takes_another_address(k, way):
    """A refusal and a new address in one hour: the refusal comes first, and stands in nobody's way."""
    for flags in (True, False):
        words = ("--text_flag", "optOutText", "--email_flag", "optOutEmail") if flags else ()
        people = crowd(3)
        s = k.shop("--taken", way, *words, **({"push_email_opt_out": "optOutEmail"} if flags else {}))
        s.hour(hour(0), pages(people))
        s.push()
        people[0].update(email="other@example.com", **NO_MAIL)
        people[1].update(phone="7205559999", **NO_TEXT)
        s.hour(hour(1), pages(people))
        s.push()
        s.same(k.name)
        people[0].update(consentsToPromotionalEmail=True, email="third@example.com")
        people[2].update(email="other@example.com")
        s.hour(hour(2), pages(people))
        s.push()
        s.same(k.name + ": another takes it")
        s.quiet(k.name)


@cases(("missing",), ("status",))
def deleted_by_a_person(k, way):
    """Somebody had a reason: not made again, unless it is asked for."""
    people = crowd(3)
    s = k.shop("--deleted", way)
    s.hour(hour(0), pages(people))
    s.push()
    s.far.edit("delete", email=email(1))
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("rejected", s.rejected(), {"c00001": "deleted-in-dailystory"})
    s.quiet(k.name)
    k.lab.equal("not made again", len(s.far.books()["contacts"]), 3)
    s.same(k.name, but={"c00001"})
    s.push("--retry-rejected", code=(0, 3))
    k.lab.equal("nor because it is tried again", len(s.far.books()["contacts"]), 3)
    s.run("push", "--check", "--all", "--repair")
    s.push(code=(0, 3))
    s.same("repaired")


@test
def merged_there(k):
    people = crowd(4)
    s = k.settled(people)
    of = {c.get("email"): c["id"] for c in s.far.books()["contacts"]}
    s.far.edit("merge", dsid=of[email(1)], into=of[email(2)])
    people[1]["lastName"] = people[2]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    dead = s.rejected()
    k.lab.equal("the one that is found no more is rejected", sorted(dead), ["c00001"])
    s.same(k.name, but=dead)
    apart(k, s)
    s.quiet(k.name)


@test
def seen_there(k):
    """--check tells what is different and changes nothing; --repair writes what is ours."""
    people = crowd(5)
    s = k.settled(people)
    s.far.edit("change", email=email(0), field="postalCode", value="10001")
    s.far.edit("change", email=email(1), field="fh_points", value="999")
    s.far.edit("opt-out", email=email(2), value="email")
    s.far.edit("change", email=email(3), field="firstName", value="ANN3")
    before = s.far.books()
    r = s.run("push", "--check", "--all")
    k.lab.check("--check", r.code in (0, 3), (r.code, r.err))
    k.lab.check("names the fields", "fh_points" in r.out + r.err and "postalCode" in r.out + r.err, r.out + r.err)
    k.lab.equal("only reads", (s.far.books(), {c[1] for c in s.far.log()} <= {"POST", "GET"}), (before, True))
    s.run("push", "--check", "--all", "--repair")
    s.push(code=(0, 3))
    s.same("repaired")
    row = [c for c in s.far.books()["contacts"] if c.get("email") == email(2)][0]
    k.lab.equal("who opted out there stays so", row["out_of_email"], True)


@cases(("(720) 555-0000",), ("+13035559999",))
def a_number_written_otherwise_there(k, number):
    """It is the same one, or another; whoever refuses texts loses it all the same, though --repair came between."""
    people = crowd(2)
    s = k.settled(people)
    s.far.edit("change", email=email(0), field="mobilePhone", value=number)
    r = s.push("--check", "--all", "--json", code=(0, 3), what="--check")
    k.lab.equal("whether it is another", "mobilePhone" in str([f for f in json.loads(r.out)["fields"] if f["changed"]]), number[0] == "+")
    people[0].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.run("push", "--check", "--all", "--repair")
    s.push(what="refused")
    k.lab.equal("no number", [c.get("mobilePhone") for c in s.far.books()["contacts"] if c.get("email") == email(0)], [None])
    s.same("refused")


@test
def a_value_that_does_not_go(k):
    """Where "" keeps, the cleared field is told once, and not sent every hour."""
    people = crowd(3, city="Denver")
    s = k.shop("--empty", "keep")
    s.hour(hour(0), pages(people))
    s.push()
    people[0]["city"] = ""
    s.hour(hour(1), pages(people))
    s.push()
    s.same(k.name, not_cleared=True)
    s.quiet(k.name)
    r = s.run("push", "--check", "--all")
    k.lab.check("not cleared", "not cleared" in r.out + r.err, r.out + r.err)
    city = [line.split() for line in r.out.splitlines() if line.startswith("city ")]
    k.lab.equal("reported once, and it is no change of anybody", (r.code, r.out.count("not cleared"), city), (0, 1, [["city", "2", "0", "0", "1"]]))
    s.push("--check", "--all", "--repair", what="it cannot be repaired")
    s.quiet("nor is it sent again")
    said = json.loads(s.run("push", "--check", "--all", "--json").out)["fields"]
    k.lab.equal("counted each time", [(f["field"], f["not_cleared"]) for f in said if f["not_cleared"]], [("city", 1)])


@test
def values_refused_when_empty(k):
    """push_clear omit: nothing empty is sent."""
    people = crowd(3, city="Denver")
    s = k.shop("--empty", "refuse", push_clear="omit")
    s.hour(hour(0), pages(people))
    s.push()
    people[0]["city"] = ""
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push()
    s.same(k.name, not_cleared=True)
    s.quiet(k.name)


@test
def a_rule_is_edited(k):
    """A field that changes for all of them stops before anything is sent."""
    people = crowd(150)
    s = k.settled(people)
    rules = [{"name": "Everybody", "slug": "ordered-more-than-once", "where": {"field": "fh_total_orders", "op": ">=", "value": 0}}]
    write(s.path("segments.json"), json.dumps(rules))
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.control("forget")
    s.push(code=(5,))
    k.lab.equal("nothing was sent", s.far.calls(), 0)
    k.lab.check("the plan says so", s.run("push", "--plan").code in (0, 5), "")
    s.push("--accept-mass-change")
    s.same("accepted")
    s.quiet(k.name)


@test
def all_are_gone(k):
    """A shifted column, a wrong setting: nobody is left. The same breaker."""
    people = crowd(150)
    s = k.settled(people)
    s.set(min_age=99)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.control("forget")
    s.push(code=(5,))
    k.lab.equal("nothing was sent", s.far.calls(), 0)
    s.set(min_age=0)
    people[0]["lastName"] = "Bee"
    s.hour(hour(2), pages(people))
    s.push()
    k.lab.check("set right again, there is nothing to send for it", s.far.calls() <= 2, s.far.calls())
    s.same("set right")


@test
def a_segment_is_renamed(k):
    """What it was called before holds nobody any more."""
    rule = {"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": 1}}
    s = k.shop(rules=[rule])
    s.hour(hour(0), pages(crowd(4), sold(3, 4)))
    s.push()
    s.same("at first")
    write(s.path("segments.json"), json.dumps([{**rule, "slug": "who-bought"}]))
    s.hour(hour(1), pages(crowd(5), sold(3, 4)))
    s.push()
    s.same("renamed")
    old = [c["extendedProperties"].get("fh_seg_buyers", "False") for c in s.far.books()["contacts"]]
    k.lab.equal("the old flag holds nobody", set(old), {"False"})
    s.quiet(k.name)


@test
def the_clock_goes_back(k):
    people = crowd(3)
    s = k.settled(people)
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push(env={"STANDIN_CLOCK": "1500000000"}, what="a clock of 2017")
    s.same("a clock of 2017")
    s.quiet(k.name)


@test
def held_for_a_while(k):
    """push_hold: time for a person to look at it."""
    s = k.shop(push_hold=90)
    s.hour(hour(0), pages(crowd(3)))
    at = int(s.now.timestamp())
    s.push(env={"STANDIN_CLOCK": str(at + 80 * 60)}, what="too young", code=(0, 75))
    k.lab.equal("too young: nothing is sent", s.far.calls(), 0)
    s.push(env={"STANDIN_CLOCK": str(at + 100 * 60)}, what="old enough")
    s.same("old enough")


@test
def more_segments_than_there_may_be(k):
    rules = [{"name": "S%d" % n, "slug": "s-%d" % n, "where": {"field": "fh_total_orders", "op": ">=", "value": n}} for n in range(51)]
    s = k.shop(rules=rules)
    s.hour(hour(0), pages(crowd(2)))
    r = s.push(code=(2,))
    k.lab.check("names the setting", "push_membership" in r.err, r.err)
    r = s.run("check", "--offline")
    k.lab.check("and so does check", r.code == 2 and "push_membership" in r.err, (r.code, r.err))
    k.lab.equal("nothing was sent", s.far.calls(), 0)
    s.set(push_membership="list")
    s.push(what="as a list")


assert os
