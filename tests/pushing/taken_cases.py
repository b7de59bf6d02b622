"""An address that another customer's contact has: who waits for it goes once it is free."""

from pushing.family_cases import email
from pushing.guard_cases import CONTACT
from pushing.kit import cases, crowd, hour, pages, test


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
