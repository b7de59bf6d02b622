"""Whose contact an address is, when others changed it there, made the contact, or no answer said which it is."""

import os
import shutil

from lab.lab import customer, write
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, OPT_OUT, dead, put
from pushing.kit import cases, crowd, hour, pages, test
from pushing.shop import injected


@cases(("email", "call"), ("email", "flag"), ("mobile", "call"))
def an_address_that_was_let_go(k, key, how):
    """Staff change it, --check --repair sees that, and Flowhub has another one by now: whoever gets the old one is told of, and not who had it."""
    people = crowd(2)
    s = k.settled(people, (), "--email_flag", "optOutEmail", **({"push_email_opt_out": "optOutEmail"} if how == "flag" else {}))
    field, value = ("email", "staff@example.com") if key == "email" else ("mobilePhone", "+17205559999")
    s.far.edit("change", email="user0@example.com", field=field, value=value)
    s.run("push", "--check", "--all", "--repair")
    people[0].update({"email": "own2@example.com"} if key == "email" else {"phone": "7205551234"})
    s.hour(hour(1), pages(people))
    s.push(what="moved on")
    other = customer(5, email="user0@example.com", phone="", **NO_MAIL) if key == "email" else customer(5, email="", phone="7205550000")
    people.append(other)
    if key == "email":
        put(s, email="user0@example.com")   # from a form
    s.hour(hour(2), pages(people))
    s.push(what="another has the old one")
    k.lab.equal("who may be written to", sorted((c.get("email"), c["out_of_email"]) for c in s.far.books()["contacts"] if c.get("email")),
                sorted([("own2@example.com", False), ("user1@example.com", False), ("user0@example.com", True)] if key == "email"
                       else [("user0@example.com", False), ("user1@example.com", False)]))
    if key == "mobile":
        k.lab.equal("the number", [c["extendedProperties"].get("fh_id") for c in s.far.books()["contacts"] if c.get("mobilePhone") == "+17205550000"], ["c00005"])
    s.quiet("another has the old one")


@cases(("not-marked",), ("a form",), ("clear",), ("later",), ("no look",))
def found_with_a_number_that_refuses(k, how):
    """The contact that is found by its email has the number from others, and it goes as if it were from us; if it cannot, nobody may be active with it."""
    s = k.shop(push_retries=0, **({"push_clear": "omit"} if how == "clear" else {}))
    people = crowd(3, **({} if how == "later" else NO_TEXT))
    people[2].update(phone="")
    number = "+17209998888" if how == "a form" else "+17205550000"
    put(s, email="user0@example.com", mobilePhone=number)
    if how == "later":
        people[0].update(phone="")
        s.hour(hour(-1), pages(people))
        s.push(what="no number of ours")
        people[0].update(NO_TEXT, phone="7205550000")
    s.hour(hour(0), pages(people))
    if how == "no look":
        s.far.fault("503", LOOK, count=1)
    s.push(code=(0, 75) if how == "no look" else (0,))
    there = {c["email"]: (c.get("mobilePhone"), c["status"]) for c in s.far.books()["contacts"] if c.get("email")}
    k.lab.equal("no number, or not active", there["user0@example.com"], (number, "Inactive") if how == "clear" else (None, "Active"))
    k.lab.equal("the others are", [there["user%d@example.com" % i][1] for i in (1, 2)], ["Active"] * 2)
    s.push(what="the push after it")
    s.quiet(how)


@cases(("422",), ("503",))
def found_with_an_email_that_refuses(k, kind):
    """The contact is found by its number and has the email, too; whoever cannot be told of it is inactive."""
    s = k.shop(push_retries=0)
    put(s, email="user0@example.com", mobilePhone="+17205550000")
    s.hour(hour(0), pages(crowd(2, **NO_MAIL)))
    s.far.fault(kind, OPT_OUT)
    late = {"STANDIN_CLOCK": str(int(s.now.timestamp()) + 7200)}
    s.push(code=(3, 75), env=late)
    there = lambda: {c["mobilePhone"]: c["status"] for c in s.far.books()["contacts"]}
    k.lab.equal("who has it, and who has not", [there()["+17205550000"], there()["+17205550001"]], ["Inactive", "Active"])
    s.far.control("clear")
    s.push("--retry-rejected", env=late, what="it works")
    s.same("it works")
    k.lab.equal("told and active", set(there().values()), {"Active"})
    s.quiet("it works")


@cases(*[(how, what) for how in ("lost", "kill") for what in ("text", "suppressed", "removed", "refused email", "another email")])
def a_create_without_an_answer(k, how, what):
    """The contact may be there: whoever may not be written to any more is found by the address it was made with, and made inactive."""
    person = customer(0, **({"email": ""} if what in ("text", "another email") else {"phone": ""} if what == "refused email" else {}))
    people = [person, customer(1)]
    s = k.shop(push_retries=0)
    s.hour(hour(0), pages(people))
    if how == "lost":
        s.far.fault("lost", CONTACT, count=1)
    s.push("--only", "c00000", code=(75,) if how == "lost" else (-9, 137), front=injected("recvfrom", 1, "signal=KILL") if how == "kill" else [])
    k.lab.equal("it was made", [c["status"] for c in s.far.books()["contacts"]], ["Active"])
    s.far.control("clear")
    if what in ("text", "another email"):
        person.update(NO_TEXT, email="late@example.com" if what == "another email" else "")
    if what == "suppressed":
        with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
            f.write("user0@example.com\n")
        s.set(suppress="suppress.txt")
    if what == "refused email":
        person.update(NO_MAIL)
        s.far.fault("422", OPT_OUT)
    s.set(push_gone="inactive")
    s.hour(hour(1), pages(people[1:] if what == "removed" else people))
    s.push(code=(3,) if what == "refused email" else (0,), what="the next")
    made = [(c.get("email"), c.get("mobilePhone"), c["status"]) for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") != "c00001"]
    k.lab.equal("one contact, and nobody can be written to", made,
                [("late@example.com", None, "Active")] if what == "another email" else
                [(person["email"] or None, None if person["email"] else "+17205550000", "Inactive")])
    s.far.control("forget")
    s.push(code=(0, 3), what="again")
    k.lab.equal("nothing is left to do", s.far.calls(), 0)


@test
def a_create_that_nobody_can_find(k):
    """Its address is forgotten with the state: that stays a dead letter."""
    s = k.shop(push_retries=0)
    s.hour(hour(0), pages(crowd(2)))
    s.far.fault("lost", CONTACT, count=1)
    s.push("--only", "c00000", code=(75,))
    s.far.control("clear")
    shutil.rmtree(s.path("snapshots"))
    for name in ("state", "diffs", "exports", "terms"):
        shutil.rmtree(s.path(name), ignore_errors=True)
    os.makedirs(s.path("snapshots"))
    s.hour(hour(1), pages(crowd(2)[1:]))
    s.push(code=(3,), what="removed")
    k.lab.equal("a dead letter", [(d["fh_id"], d["reason"]) for d in dead(s)], [("c00000", "lost-create")])
    s.push(code=(3,), what="again")
    k.lab.equal("and one for good", len(dead(s)), 1)


WAYS = ("missing", "status", "revive")
KINDS = ("nothing", "email", "text", "both", "gone", "suppressed", "untold", "by us")


@cases(*((way, kind) for way in WAYS for kind in KINDS))
def deleted_there_and_repaired(k, way, kind):
    """Staff deleted the contact, and --check --repair has it made again: whoever refuses is told or not made, who is gone stays so, and nobody can be written to on the way."""
    people = crowd(3)
    s = k.settled(people, (), "--deleted", way)
    if kind in ("suppressed", "by us"):
        write(s.path("suppress.txt"), "user0@example.com\n")
        s.set(suppress="suppress.txt")
    if kind in ("gone", "suppressed", "by us"):
        k.next(s, 1, people[1:] if kind == "gone" else people)
    s.far.edit("delete", email="user0@example.com")
    people[0].update({"email": NO_MAIL, "text": NO_TEXT, "both": {**NO_MAIL, **NO_TEXT}, "untold": NO_MAIL}.get(kind, {}))
    if kind == "by us":
        s.set(suppress=None)
    s.hour(hour(2), pages(people[1:] if kind == "gone" else people))
    if kind == "untold":
        s.far.fault("422", OPT_OUT)
    r = s.run("push", "--check", "--all", "--repair")
    k.lab.equal("it is told", (r.code, "1 deleted in DailyStory" in r.err, "1 contact will be sent again" in r.err), (3, True, kind not in ("gone", "suppressed")))
    s.push(code=(0, 3), what="repaired")
    there = [c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == "c00000" and c["status"] != "Deleted"]
    k.lab.equal("as many as there are to be", len(there), 0 if kind in ("gone", "suppressed", "both") else 1)
    if kind == "untold":
        k.lab.equal("not told, and not active with it", [c["status"] for c in there if c.get("email")], ["Inactive"] if way == "revive" else [])
        s.far.control("clear")
        s.push("--retry-rejected", what="taken")
    s.push(code=(0, 3), what="once more")
    s.same("in the end", but={"c00000"} if kind in ("gone", "suppressed") else ())
    s.quiet("in the end")
