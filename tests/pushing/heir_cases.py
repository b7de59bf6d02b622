"""Who has the address of somebody who is gone: a contact that others made, or another customer by the time DailyStory answers, loses nothing by it."""

from lab import erased
from lab.lab import customer
from pushing.count_cases import imported
from pushing.erase_cases import WHO, lines, with_a_lost_create
from pushing.guard_cases import CONTACT, LOOK, put, status_of
from pushing.kit import cases, crowd, hour, pages
from pushing.seam_cases import FLAGS, there
from pushing.stray_cases import unsubscribe

THEIRS = "user3@example.com"


def find_without_an_answer(k, kind, *options, given=False):
    """c00003 is erased, and the call that looks for their contact is done, but nobody says so."""
    s = with_a_lost_create(k, kind, customer(3), *options)
    if given:
        s.far.edit("change", email="user1@example.com", field="email", value=THEIRS)
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="found, and no answer")
    s.far.control("clear")
    return s


@cases(*[(kind, who, how) for kind in ("lost", "before") for who in ("new", "bound") for how in ("at once", "alone first", "not deleted")])
def who_gets_it_is_active(k, kind, who, how):
    s = find_without_an_answer(k, kind, "--taken", "move")
    people = crowd(3) + ([customer(9, email=THEIRS)] if who == "new" else [])
    if who == "bound":
        people[1]["email"] = THEIRS
    heir = "c00009" if who == "new" else "c00001"
    s.hour(hour(2), pages(people))
    if how == "alone first":
        s.push("--only", heir, what="alone")
    if how == "not deleted":
        s.far.fault("422", "DELETE ", count=1)
        s.push(code=(0, 3), what="not deleted")
        s.far.control("clear")
        s.hour(hour(3), pages(people))
    s.push(what="the next push", code=(0, 3))
    s.push(what="the push after it")
    k.lab.equal("active", status_of(s, heir), ["Active"])
    s.same("the push after it")
    k.lab.check("nobody knows them", b'"%s"' % WHO.encode() not in lines(s), lines(s))
    s.quiet(k.name)


@cases(("at once",), ("alone first",))
def who_had_it_already_is_active(k, how):
    """Staff had given it to another customer's contact, and Flowhub has it so by the next hour."""
    s = find_without_an_answer(k, "before", given=True)
    people = crowd(3)
    people[1]["email"] = THEIRS
    s.hour(hour(2), pages(people))
    if how == "alone first":
        s.push("--only", "c00001", what="alone")
    s.push(what="the next push")
    s.push(what="the push after it")
    s.same("the push after it")
    s.quiet(k.name)


# ---- A contact that others made

@cases(*[(code, whose) for code in ("lost", "503") for whose in ("a stranger's", "a customer's")])
def erased_and_the_find_is_answered_with_another_id(k, code, whose):
    """It is not deleted, nor made inactive, and theirs is looked for again."""
    s = with_a_lost_create(k, code, customer(3))
    if whose == "a stranger's":
        put(s, email="zed@example.com")
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.far.fault("otherid", CONTACT, count=1)
    s.push(code=(3,), what="another id")
    s.far.control("clear")
    others = [c for c in s.far.books()["contacts"] if c.get("email") != THEIRS]
    k.lab.equal("all others are there", [c["status"] for c in others], ["Active"] * (3 + (whose == "a stranger's")))
    s.hour(hour(2), pages(crowd(3)))
    s.push(what="an hour later")
    k.lab.equal("theirs is not", there(s, email=THEIRS), [])
    k.lab.check("nobody knows them", b'"%s"' % WHO.encode() not in lines(s), lines(s))
    s.same("an hour later")
    s.quiet("an hour later")


@cases(*[(code, what) for code in ("lost", "503") for what in ("a name", "a number", "unsubscribed", "Inactive")])
def erased_and_their_contact_has_more(k, code, what):
    """It is not one that a create made, so it is left as it is, and the operator is told which one it is."""
    s = with_a_lost_create(k, "before" if code == "503" else code, customer(3), *FLAGS, "--optouts", "contact")
    if code == "503":
        put(s, email=THEIRS)
    if what == "unsubscribed":
        unsubscribe(s, THEIRS)
    elif what == "Inactive":
        s.far.edit("status", email=THEIRS, value="Inactive")
    else:
        s.far.edit("change", email=THEIRS, **{"a name": {"field": "firstName", "value": "Bob"}, "a number": {"field": "mobilePhone", "value": "+17205559999"}}[what])
    was = there(s, email=THEIRS)
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    r = s.push(what="erased")
    k.lab.check("the operator is told", "contact %s in DailyStory has the address of somebody who was erased" % was[0]["id"] in r.err, r.err)
    k.lab.equal("as it was", there(s, email=THEIRS), was)
    k.lab.check("nobody knows them", b'"%s"' % WHO.encode() not in lines(s), lines(s))
    s.quiet(k.name)


@cases(("422",), ("503",))
def erased_and_nobody_says_what_it_has(k, code):
    """The look is refused, or has no answer: nothing is deleted yet."""
    s = with_a_lost_create(k, "lost", customer(3))
    k.lab.equal("erased", s.run("erase", WHO, "--yes").code, 0)
    s.far.fault(code, LOOK, count=1)
    s.push(code=(3 if code == "422" else 75,), what="not seen")
    s.far.control("clear")
    k.lab.equal("it is there", len(there(s, email=THEIRS)), 1)
    s.hour(hour(2), pages(crowd(3)))
    s.push(what="an hour later")
    k.lab.equal("it is not", there(s, email=THEIRS), [])
    s.quiet(k.name)


@cases(*[(policy, whose) for policy in ("flag", "inactive", "delete") for whose in ("a stranger's", "unsubscribed", "theirs", "another id")])
def removed_and_exported_once(k, policy, whose):
    """The only address they ever had may have been a typing error: what a create of ours did not make is left as it is."""
    people = crowd(3)
    s = k.settled(people, (), *FLAGS, "--optouts", "contact", push_retries=0, push_gone=policy)
    if whose != "theirs":
        put(s, email=THEIRS, **({"firstName": "Bob"} if whose == "a stranger's" else {}))
    if whose == "unsubscribed":
        unsubscribe(s, THEIRS)
    s.hour(hour(1), pages(people + [customer(3)]))
    s.far.fault("lost" if whose == "theirs" else "503", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    of = lambda mine: [(c["id"], c["status"], c.get("firstName"), c["out_of_email"], c["extendedProperties"].get("fh_gone"))
                       for c in s.far.books()["contacts"] if (c.get("email") == THEIRS) == mine and c["status"] != "Deleted"]
    was, others = of(True), of(False)
    s.hour(hour(2), pages(people))
    plan = s.plan()
    s.far.control("forget")
    if whose == "another id":
        s.far.fault("otherid", CONTACT, count=1)
    s.push(code=(3,) if whose == "another id" else (0,), what="removed")
    k.lab.equal("all others as they were", of(False), others)
    if whose != "theirs":
        k.lab.equal("as it was", of(True), was)
    else:
        k.lab.equal("as planned", s.far.calls(), plan["calls"])
        k.lab.equal("theirs", [(c[1], c[4]) for c in of(True)], {"flag": [("Active", "removed")], "inactive": [("Inactive", "removed")], "delete": []}[policy])
    s.far.control("clear")
    s.push(what="all is well", code=(0,) if whose != "another id" else (0, 3))
    if whose != "another id":
        s.quiet(k.name)


@cases(*[(code, what) for code in ("lost", "503") for what in ("as before", "another email", "another email and number")])
def erased_who_was_imported_and_looked_for(k, code, what):
    """The call that was to find the contact by the address of the file had no answer: by their id it is theirs, whatever else the file brought to it."""
    people = crowd(3)
    s = imported(k, people, push_retries=0)
    people[0].update({"lastName": "Cee"} if what == "as before" else {"email": "moved@example.com"}, **({"phone": "7205559000"} if what.endswith("number") else {}))
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    k.lab.equal("erased", s.run("erase", "--yes", "c00000").code, 0)
    plan, before = s.plan(), s.far.calls()
    r = s.push(what="erased")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    k.lab.equal("nothing of theirs is there", there(s, email="user0@example.com") + there(s, mobilePhone="+17205550000"), [])
    k.lab.equal("nobody knows them", erased.hits(s.dir, "c00000"), [])
    s.quiet(k.name)
