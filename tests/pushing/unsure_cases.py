"""What a push knows only by a look: a number that others put there, an email without an answer, a status that nobody says."""

from pushing.guard_cases import LOOK, dead, status_of
from pushing.kit import cases, crowd, hour, pages, sold
from pushing.standing_cases import row_of


def suppress(s, *emails):
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("".join(e + "\n" for e in emails))
    s.set(suppress="suppress.txt" if emails else None)


# ---- A status, of which nobody says what it is

@cases(*[(kind, status) for kind in ("422", "400", "refused") for status in ("Spam", "Inactive")])
def back_and_no_status_is_seen(k, kind, status):
    """Who was inactive by us is made active only if they are seen to be so still; until then they are a dead letter, and others' Spam is left alone."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    suppress(s, "user0@example.com")
    s.hour(hour(1), pages(people))
    s.push()
    k.lab.equal("suppressed", status_of(s, "c00000"), ["Inactive"])
    s.far.edit("status", email="user0@example.com", value=status)
    suppress(s)
    s.hour(hour(2), pages(people, sold(1, 1)))
    s.far.fault(kind, LOOK)
    s.push(code=(3,))
    k.lab.equal("left alone, and all else is there", (status_of(s, "c00000"), row_of(s, "c00000")["extendedProperties"]["fh_total_orders"]), ([status], "1"))
    k.lab.equal("a dead letter", [(d["fh_id"], d["op"], d["reason"]) for d in dead(s)], [("c00000", "status", "refused")])
    s.far.control("clear")
    s.hour(hour(200), pages(people, sold(1, 1)))
    s.push(what="it is seen")
    k.lab.equal("as others want it, or active", status_of(s, "c00000"), ["Spam" if status == "Spam" else "Active"])
    k.lab.equal("no dead letter is left", dead(s), [])
    s.quiet("it is seen")


@cases(("422",), ("400",), ("refused",))
def back_and_no_answer_whether_they_were_deleted(k, kind):
    """The deletion was done and its answer lost; who comes back is found anew, and does not count as there for a look that says nothing."""
    people = crowd(2)
    s = k.settled(people, push_gone="delete", push_retries=0)
    s.hour(hour(1), pages(people[1:]))
    s.far.fault("lost", "DELETE", count=2)
    s.push(code=(75,), what="deleted")
    s.far.control("clear")
    s.hour(hour(2), pages(people))
    s.far.fault(kind, LOOK)
    s.push(code=(3,), what="back")
    k.lab.equal("a dead letter", [(d["fh_id"], d["op"], d["reason"]) for d in dead(s)], [("c00000", "contact", "refused")])
    s.far.control("clear")
    s.hour(hour(200), pages(people))
    s.push(what="it is seen")
    s.same("it is seen")
    s.quiet("it is seen")
