"""An address that another customer's contact has: who was imported with it is found before it goes, and who waits for it goes once it is free."""

from lab.lab import customer
from pushing.family_cases import apart, email
from pushing.guard_cases import CONTACT, NO_MAIL
from pushing.imported_cases import ident, imported
from pushing.kit import cases, crowd, hour, pages, test
from pushing.standing_cases import row_of

MOVE, REFUSE = ("--taken", "move"), ("--taken", "refuse")


def marked(k, people, *options, **settings):
    """A shop whose people were all imported by hand: nothing is pushed, and nobody bound."""
    s = imported(k, people, (), *options, **settings)
    s.push("--mark-imported", ident(0))
    s.push(what="nothing changed")
    return s


def one_each(k, s, people):
    """No contact was made beside one that was imported."""
    k.lab.equal(k.name + ": contacts", len([c for c in s.far.books()["contacts"] if not c["merged"]]), len(people))
    apart(k, s)


def handed_on(first):
    """Two with an email alone; the first by id gets that of the other, who gets a new one; or the other way round."""
    people = [customer(0, phone=""), customer(1, phone=""), customer(2)]
    a, b = (0, 1) if first == "who gets it" else (1, 0)

    def change():
        people[a]["email"], people[b]["email"] = email(b), "fresh@example.com"
    return people, change


@cases(*[(way, first) for way in (MOVE, REFUSE, ("--taken", "move", "--match", "mobile")) for first in ("who gets it", "who had it")])
def imported_and_handed_on(k, way, first):
    """Who had it can be found by nothing else."""
    people, change = handed_on(first)
    s = marked(k, people, *way)
    change()
    s.hour(hour(1), pages(people))
    calls = s.plan()["calls"]
    s.far.control("forget")
    s.push(what="handed on")
    if way[1] == "move":
        k.lab.equal("as many calls as planned", s.far.calls(), calls)
    s.same("handed on")
    one_each(k, s, people)
    s.quiet(k.name)


@cases(("email",), ("phone",))
def imported_and_swapped(k, field):
    people = crowd(3, **{"phone" if field == "email" else "email": ""})
    s = marked(k, people, *MOVE)
    people[0][field], people[1][field] = people[1][field], people[0][field]
    s.hour(hour(1), pages(people))
    s.push(what="swapped")
    s.same("swapped")
    one_each(k, s, people)
    s.quiet(k.name)


@cases(("--only", "c00000"), ("--limit", "1"))
def imported_and_handed_on_in_parts(k, *how):
    """Whoever had it is not in that push, and is found all the same; the plan says so."""
    people, change = handed_on("who gets it")
    s = marked(k, people, *MOVE)
    change()
    s.hour(hour(1), pages(people))
    calls = s.plan(*how)["calls"] if how[0] == "--only" else 3
    s.far.control("forget")
    s.push(*how, what="a part")
    k.lab.equal("as many calls as planned", s.far.calls(), calls)
    s.push(what="the rest")
    s.same("the rest")
    one_each(k, s, people)
    s.quiet(k.name)


@cases(("flag",), ("inactive",), ("delete",))
def imported_gone_and_handed_on(k, policy):
    """Who had it is no customer any more: their contact is told so all the same."""
    people = [customer(0, phone=""), customer(1, phone=""), customer(2)]
    s = marked(k, people, *MOVE, push_gone=policy)
    people[0]["email"] = email(1)
    s.hour(hour(1), pages([people[0], people[2]]))
    s.push(what="handed on")
    s.same("handed on")
    one_each(k, s, people)
    s.quiet(k.name)


@cases(("422",), ("503",))
def imported_and_not_found_at_once(k, status):
    """As long as who had it is not found it stays theirs; all else of the other's row is sent."""
    people, change = handed_on("who gets it")
    people.append(customer(3))
    s = marked(k, people, *MOVE, push_retries=0)
    people[0]["lastName"] = "Dee"
    s.hour(hour(1), pages(people))
    s.push(what="who gets it is bound")
    change()
    people[0]["lastName"] = "Cee"
    s.hour(hour(2), pages(people))
    s.far.fault(status, CONTACT, count=1)
    s.push(code=(0, 3, 75), what="not found")
    s.far.control("clear")
    if status == "422":
        mine = [c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == "c00000"]
        k.lab.equal("all else is sent", [c["lastName"] for c in mine], ["Cee"])
    s.push("--retry-rejected", what="found", code=(0, 3))
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    one_each(k, s, people)
    s.quiet(k.name)


# ---- Who waits for it

def gets(new):
    """Two who are pushed; the first by id, or a third who is new, gets the email of the second."""
    people = crowd(3)
    taker = 2 if new else 0

    def change():
        people[taker]["email"], people[1]["email"] = email(1), "fresh@example.com"
        if new:
            people[2]["phone"] = ""
    return people, "c%05d" % taker, change


@cases(*[(way, new) for way in ("--only", "--limit", "no answer") for new in (False, True)])
def refused_while_another_has_it(k, way, new):
    """Nothing of it was tried with what holds once the other has gone: the next whole push does."""
    people, taker, change = gets(new)
    s = k.settled(people[:2] if new else people, push_retries=0)
    change()
    s.hour(hour(1), pages(people))
    if way == "--only":
        s.push("--only", taker, code=(3,), what="alone")
        s.push("--only", taker, code=(3,), what="alone again")
        k.lab.equal("it waits as long as the other has it", s.plan("--only", taker)["calls"], 0)
    elif way == "--limit":
        s.push("--limit", "1", code=(0, 3), what="a part")
    else:
        s.far.fault("503", CONTACT, skip=0 if new else 2, count=1)
        s.push(code=(3, 75), what="no answer to the one who has it")
        s.far.control("clear")
    s.push(what="all of it")
    s.same("all of it")
    k.lab.equal("none is left", s.rejected(), {})
    s.quiet(k.name)


@cases((3,), (6,))
def refused_in_a_chain(k, n):
    """Each waits for the next one's: all of them go with the last, in one push."""
    people = crowd(n)
    s = k.settled(people)
    for i in range(n):
        people[i]["email"] = email(i + 1) if i + 1 < n else "fresh@example.com"
    s.hour(hour(1), pages(people))
    for i in range(n - 1):
        s.push("--only", "c0000%d" % i, code=(3,), what="alone")
    s.push(what="all of it")
    s.same("all of it")
    k.lab.equal("none is left", s.rejected(), {})
    s.quiet(k.name)


@cases(("delete",), ("flag",))
def refused_while_one_who_is_gone_has_it(k, policy):
    """Free once their contact is deleted; and where it is not, nobody asks for it again each hour."""
    people = crowd(3)
    s = k.settled(people, push_gone=policy)
    people[0]["email"] = email(1)
    s.hour(hour(1), pages([people[0], people[2]]))
    s.push("--only", "c00000", code=(3,), what="alone")
    s.push(code=(0,) if policy == "delete" else (3,), what="all of it")
    s.same("all of it", but=s.rejected())
    k.lab.equal("who waits", s.rejected(), {} if policy == "delete" else {"c00000": "identity-taken"})
    s.quiet(k.name)


@test
def refused_for_a_contact_of_nobodys(k):
    """Not another customer's: it waits for its week, as long as nothing else is wanted."""
    people = crowd(2)
    s = k.settled(people)
    s.far.edit("change", email=email(1), field="email", value="staff@example.com")
    people[0]["email"] = "staff@example.com"
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="refused")
    for n in (2, 3):
        s.hour(hour(n), pages(people))
        s.quiet("hour %d" % n)


@cases(("email",), ("phone",))
def a_free_address_does_not_wait(k, free):
    """Two exchange one address where DailyStory refuses that; one of them has a new one of the other kind too, and somebody waits for the old."""
    swapped, name = ("phone", "email") if free == "email" else ("email", "mobilePhone")
    people = crowd(3)
    s = k.settled(people)
    old = people[1][free]
    people[0][swapped], people[1][swapped] = people[1][swapped], people[0][swapped]
    people[1][free], people[2][free] = "fresh@example.com" if free == "email" else "7205550099", old
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="exchanged")
    k.lab.equal("who waits", s.rejected(), {"c00000": "identity-taken", "c00001": "identity-taken"})
    want = s.full().contacts
    k.lab.equal("what is free went", [row_of(s, "c0000%d" % i).get(name) for i in (1, 2)], [want["c0000%d" % i][name] for i in (1, 2)])
    for n in (2, 3):
        s.hour(hour(n), pages(people))
        s.quiet("hour %d" % n)
    people[0][swapped], people[1][swapped] = people[1][swapped], people[0][swapped]
    s.hour(hour(4), pages(people))
    s.push(what="exchanged back")
    s.same("exchanged back")
    s.quiet(k.name)


@cases(("a stranger has it",), ("it refuses",))
def nor_is_all_else_held_by_one_that_is_not(k, why):
    """Of two new addresses one is another customer's; the other is refused as well, or refuses, and then both are left out."""
    people = crowd(3)
    s = k.settled(people)
    if why == "a stranger has it":
        s.far.edit("change", email=email(2), field="email", value="staff@example.com")
    else:
        people[1].update(NO_MAIL)
    people[0]["phone"], people[1]["phone"] = people[1]["phone"], people[0]["phone"]
    people[1].update(email="staff@example.com", lastName="Cee")
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    row = row_of(s, "c00001")
    k.lab.equal("all else went", (row["lastName"], row["email"], row["mobilePhone"]), ("Cee", email(1), "+17205550001"))
    k.lab.equal("no harm", [d for d in s.differences(but=("c00000", "c00001", "c00002")) if d.startswith("harm")], [])
    s.quiet(k.name)


@cases(("all of it",), ("--expect",), ("--limit",))
def found_by_another_and_owed(k, way):
    """Whoever was imported, refuses email and is found for somebody else's row is owed that opt-out by then: the same push tells it, but where somebody expected its plan, or asked for no more."""
    people = crowd(4)
    people[3].update(NO_MAIL)
    s = imported(k, people, (), *MOVE, "--optouts", "contact")
    s.push("--mark-imported", ident(0))
    people[1]["phone"], people[3]["phone"] = people[3]["phone"], ""
    s.hour(hour(1), pages(people))
    plan = s.plan()
    words = {"--expect": ("--expect", plan["plan"]), "--limit": ("--limit", "2")}.get(way, ())
    r = s.push(*words, what="the first push")
    left = 1 if words else 0
    k.lab.check("what is left is said", ", %d pending, " % left in r.err and ("1 more is left for the next push" in r.err) == bool(left), r.err)
    k.lab.equal("the first push is over", '"whole"' in open(s.path("push", "journal-000001.jsonl")).read(), not left)
    if left:
        k.lab.equal("nothing beyond the plan", (s.plan()["opt_outs"]["email"], s.plan()["calls"]), (1, 1))
        s.push(what="the next one")
    s.same(k.name)
    one_each(k, s, people)
    s.quiet(k.name)


@test
def held_back_and_owed(k):
    """An opt-out whose address the row of another is to take away waits as that row does, which push_hold holds back: nothing has no answer."""
    people = crowd(5)
    s = k.settled(people, (), *REFUSE, "--optouts", "contact")
    for a, b in ((0, 3), (1, 0), (3, 1)):
        people[a]["email"] = email(b)
    people[3].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="refused")
    people[1]["lastName"] = "Cee"
    s.hour(hour(2), pages(people))
    s.set(push_hold=90)
    s.far.control("forget")
    r = s.push(code=(3,), what="held back")
    k.lab.check("the row is left", "1 more is left for the next push" in r.err and s.far.calls() == 0, r.err)
    k.lab.equal("who has it is inactive", [c["email"] for c in s.far.books()["contacts"] if c["status"] == "Inactive"], [email(1)])


@cases(*[(way, order, when) for way in (REFUSE, MOVE) for order in ("down", "up", "mixed") for when in ("in one hour", "hour by hour", "in one hour after each was tried alone", "both addresses")])
def five_in_a_chain_twice(k, way, order, when):
    """Each of five takes the next one's address, and then does so again: whatever their ids, one push after the last change leaves nothing."""
    chain = {"down": (0, 1, 2, 3, 4), "up": (4, 3, 2, 1, 0), "mixed": (2, 0, 4, 1, 3)}[order]
    people = crowd(6)
    s = k.settled(people, (), *way)

    def take(n):
        for field, fresh in (("email", "fresh%d@example.com" % n), ("phone", "72055500%d0" % n))[:2 if when == "both addresses" else 1]:
            had = [people[i][field] for i in chain] + [fresh]
            for at, i in enumerate(chain):
                people[i][field] = had[at + 1]
    for n in (1, 2):
        take(n)
        s.hour(hour(n), pages(people))
        if n == 1 and when.startswith("in one hour"):
            if when.endswith("alone"):
                for i in chain:
                    s.push("--only", "c%05d" % i, code=(0, 3), what="alone")
            continue
        s.push(what="taken %d" % n)
        s.same("taken %d" % n)
        k.lab.equal("none is left", s.rejected(), {})
        s.quiet("taken %d" % n)
    apart(k, s)
