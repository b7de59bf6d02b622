"""Whom an opt-out reaches: the contact that has the address now, and nobody else."""

from lab.lab import customer
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, dead, put, status_of, told
from pushing.kit import cases, crowd, hour, pages, test

FLAGS = ("--email_flag", "optOutEmail", "--text_flag", "optOutText")


def rows(s):
    return [c for c in s.far.books()["contacts"] if c["status"] != "Deleted"]


def outs(s, **address):
    """Of the contact that is there with that address: whether it is opted out of emails, and of texts."""
    (key, value), = address.items()
    return [(c["out_of_email"], c["out_of_texts"]) for c in rows(s) if c.get(key) == value]


@cases(("deletes it", "missing"), ("deletes it", "status"), ("merges it", "missing"))
def an_opt_out_of_who_is_there_no_more(k, what, deleted):
    """By flags. Staff delete the contact, and its customer signs up at DailyStory itself; or staff merge it. Then they refuse in the shop."""
    people = crowd(2)
    s = k.settled(people, (), *FLAGS, "--deleted", deleted, push_email_opt_out="optOutEmail")
    if what == "deletes it":
        s.far.edit("delete", email="user0@example.com")
        put(s, email="user0@example.com", mobilePhone="+17205550000")
    else:
        into = put(s, email="form@example.com")
        s.far.edit("merge", dsid=next(c["id"] for c in rows(s) if c.get("email") == "user0@example.com"), into=into)
    people[0].update(NO_MAIL, **NO_TEXT)
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="refused")
    k.lab.equal("whoever has the number is told", outs(s, mobilePhone="+17205550000"), [(True, True)])
    k.lab.equal("nobody else is", outs(s, email="user1@example.com"), [(False, False)])
    k.lab.equal("it is said", {d["reason"] for d in dead(s)}, {"deleted-in-dailystory"})
    k.lab.check("and what to do", all("push --check --all --repair" in d["advice"] for d in dead(s)), dead(s))
    s.far.control("forget")
    s.push(code=(3,), what="again")
    k.lab.equal("they are told once", s.far.calls(), 0)
    s.run("push", "--check", "--all", "--repair")
    s.push(what="repaired")
    s.same("repaired")
    k.lab.equal("nothing is left", dead(s), [])
    s.quiet("repaired")


@test
def one_answer_that_knows_nobody(k):
    """By flags. A 404 that is not true: the contact is told by its address, and that is all."""
    people = crowd(2)
    s = k.settled(people, (), *FLAGS, push_email_opt_out="optOutEmail")
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("404", CONTACT, count=1)
    s.push(what="404 once")
    s.same("404 once")
    k.lab.equal("told", outs(s, email="user0@example.com"), [(True, False)])
    k.lab.equal("no dead letter", dead(s), [])
    s.quiet("404 once")


@cases(("address",), ("contact",))
def an_email_that_was_told_while_others_had_changed_it(k, optouts):
    """Staff changed it, so the call by the address reached nobody; --repair writes it again, and it is told again before it can be used."""
    people = crowd(2)
    s = k.settled(people, (), "--optouts", optouts)
    s.far.edit("change", email="user0@example.com", field="email", value="staff@example.com")
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.push(what="refused")
    s.run("push", "--check", "--all", "--repair")
    s.push(what="repaired")
    s.same("repaired")
    k.lab.equal("told", outs(s, email="user0@example.com"), [(True, False)])
    s.quiet("repaired")


@cases(("--check --all", "clear"), ("--check --all --repair", "clear"), ("--check --all", "keep"), ("a gone one", "clear"))
def a_number_that_is_there_again(k, how, empty):
    """No flag. It refuses texts and was taken away; DailyStory's own form puts it back, and a comparison sees it: it goes again, or its contact is inactive."""
    people = crowd(3)
    s = k.settled(people)
    people[0].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.push(what="refused")
    if "gone" in how:
        s.hour(hour(2), pages(people[1:]))
        s.push(what="gone")
    s.far.edit("change", email="user0@example.com", field="mobilePhone", value="+17205550000")
    s.far.edit("change", email="user1@example.com", field="mobilePhone", value="+17205550099")
    s.far.switch("empty", empty)
    r = s.run("push", *(how.split() if "--" in how else ("--check", "--all")))
    k.lab.equal("what is said", (r.code, "will be sent again" in r.err), (3, True))
    s.push(what="sent again")
    repairs = "--repair" in how
    k.lab.equal("as it is to be", s.differences(not_cleared=empty == "keep", but=() if repairs else ("c00001",)), [])
    k.lab.equal("what was not asked for", [c.get("mobilePhone") for c in rows(s) if c.get("email") == "user1@example.com"], ["+17205550001" if repairs else "+17205550099"])
    s.quiet("sent again")


BY_FLAG = (*FLAGS,), {"push_email_opt_out": "optOutEmail"}
HOW = {"flags": BY_FLAG, "address": ((), {}), "contact": (("--optouts", "contact"), {})}


def moved(k, how, crowd_of=2, **settings):
    """Two customers, and their next hour: the first gave up both addresses for others; the second has them now, and refuses."""
    options, more = HOW[how]
    people = crowd(crowd_of)
    s = k.settled(people, (), *options, **more, **settings)
    old = people[0]["email"], people[0]["phone"]
    people[0].update(email="next@example.com", phone="7205559977")
    people[1].update(NO_MAIL, email=old[0], phone=old[1], **NO_TEXT)
    return s, people


def left_alone(k, s, what):
    """Whoever gave the addresses up did not refuse."""
    found = [(c["out_of_email"], c["out_of_texts"]) for c in rows(s) if c["extendedProperties"].get("fh_id") == "c00000"]
    k.lab.equal(what + ": nobody is opted out for another", found, [(False, False)])
    k.lab.equal(what + ": no harm", s.far.harm(), [])


@cases(*[(how, taken) for how in HOW for taken in ("refuse", "move")])
def an_address_that_moves_on(k, how, taken):
    """In one hour: its row goes first, so that the refusal is the next one's alone."""
    s, people = moved(k, how)
    s.far.switch("taken", taken)
    s.hour(hour(1), pages(people))
    plan = s.plan()
    s.far.control("forget")
    s.push()
    s.same(how)
    left_alone(k, s, how)
    k.lab.check("told", told(s, "user0@example.com"), s.far.books()["refusals"])
    looks = how != "flags"      # whether the number is gone that was taken away
    k.lab.check("calls", s.far.calls() <= plan["calls"] + looks, (s.far.calls(), plan["calls"]))
    s.quiet(how)


@cases(*[(how,) for how in HOW])
def an_address_that_moves_on_to_a_new_customer(k, how):
    options, settings = HOW[how]
    people = crowd(2)
    s = k.settled(people, (), *options, **settings)
    new = customer(7, **NO_MAIL, email=people[1]["email"])
    people[1].update(email="next@example.com")
    s.hour(hour(1), pages([*people, new]))
    s.push()
    s.same(how)
    k.lab.equal("nobody is opted out for another", outs(s, email="next@example.com"), [(False, False)])
    k.lab.equal("told", outs(s, email="user1@example.com"), [(True, False)])
    s.quiet(how)


@cases(*[(how,) for how in HOW])
def an_address_that_cannot_move_on(k, how):
    """A contact of DailyStory's own has the next one: the first is inactive, and not opted out, until its row goes."""
    s, people = moved(k, how)
    who = put(s, email="next@example.com")
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="refused")
    left_alone(k, s, "refused")
    k.lab.equal("who can be written to", status_of(s, "c00000"), ["Inactive"])
    s.quiet("refused")
    s.far.edit("delete", dsid=who)
    s.push("--retry-rejected", what="it goes")
    s.same("it goes")
    left_alone(k, s, "it goes")
    s.quiet("it goes")


@cases(*[(how,) for how in HOW])
def an_address_whose_row_has_no_answer(k, how):
    """The row that takes it away is not answered: nobody is opted out meanwhile; after an hour its contact is inactive."""
    s, people = moved(k, how, push_retries=0)
    s.hour(hour(1), pages(people))
    s.far.fault("503", CONTACT)
    s.push(code=(75,), what="no answer")
    left_alone(k, s, "no answer")
    s.far.control("clear")
    s.env["STANDIN_CLOCK"] = str(int(s.now.timestamp()) + 2 * 3600)
    s.far.fault("503", CONTACT, skip=2 if how == "flags" else 0, count=1)
    s.push(code=(75,), what="late")
    left_alone(k, s, "late")
    k.lab.equal("who can be written to", status_of(s, "c00000"), ["Inactive"])
    s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    left_alone(k, s, "it works")
    s.quiet("it works")


@cases(*[(how,) for how in HOW])
def an_address_that_moves_on_while_a_push_holds(k, how):
    """push_hold: the row that takes it away protects, so it goes, whole."""
    s, people = moved(k, how)
    s.set(push_hold=120)
    s.hour(hour(1), pages(people))
    s.push(what="held")
    left_alone(k, s, "held")
    k.lab.equal("it moved on", outs(s, email="next@example.com"), [(False, False)])
    s.env["STANDIN_CLOCK"] = str(int(s.now.timestamp()) + 3 * 3600)
    s.push(what="let go")
    s.same("let go")
    left_alone(k, s, "let go")


@cases(*[(how,) for how in HOW])
def an_address_that_moves_on_at_the_breaker(k, how):
    """Too many names change, so no row goes: whoever has it still is inactive until theirs does."""
    s, people = moved(k, how, 130)
    for person in people[2:]:
        person["lastName"] = "Other"
    s.hour(hour(1), pages(people))
    s.push(code=(5,), what="stopped")
    left_alone(k, s, "stopped")
    k.lab.equal("who can be written to", status_of(s, "c00000"), ["Inactive"])
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")
    left_alone(k, s, "accepted")
    s.quiet("accepted")


@cases(*[(code, way) for code in (None, "before", "lost") for way in ("missing", "status")])
def whoever_is_not_there_and_gets_an_address_that_refuses(k, code, way):
    """Perhaps it has that address already: whoever has it is told once, and with nothing new nobody is asked again."""
    people = crowd(2)
    s = k.settled(people, (), "--deleted", way, *FLAGS, push_email_opt_out="optOutEmail", push_retries=0)
    mine = rows(s)[0]["id"]
    people[0]["email"] = "new@example.com"
    if code:
        s.hour(hour(1), pages(people))
        s.far.fault(code, CONTACT, count=1)
        s.push(code=(75,), what="no answer")
        s.far.control("clear")
    s.far.edit("status", dsid=mine, value="Deleted")
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.control("forget")
    s.push(code=(3,), what="it refuses")
    k.lab.equal("told once by the address", [c[6] for c in s.far.log()].count('{"email":"new@example.com","optOutEmail":true}'), 1)
    k.lab.equal("whoever has it is opted out", outs(s, email="new@example.com"), [(True, False)])
    s.quiet("it refuses")
