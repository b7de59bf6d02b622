"""What a push knows only by a look: a number that others put there, an email without an answer, a status that nobody says."""

from lab.lab import customer
from pushing.back_cases import YES
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, OPT_OUT, dead, put, status_of
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.standing_cases import row_of


def suppress(s, *emails):
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("".join(e + "\n" for e in emails))
    s.set(suppress="suppress.txt" if emails else None)


# ---- A number that its new owner refuses

@cases(("taken",), ("taken, no email",), ("taken, kept",), ("taken, not cleared",), ("refused",), ("refused, but for the status",), ("later",))
def a_number_kept_by_who_has_another(k, how):
    """The number that a contact is to get is not taken by DailyStory, and the one it has is another's now, who refuses texts: it goes all the same, or nobody can be written to."""
    a, b = customer(0, **({"email": ""} if how == "taken, no email" else {})), customer(1, phone="")
    s = k.settled([a, b], **({"push_clear": "omit"} if how == "taken, not cleared" else {}))
    if how == "taken, kept":
        s.far.switch("empty", "keep")
    if not how.startswith("refused"):
        put(s, mobilePhone="+17205550077")
    a = {**a, "phone": "7205550077"}
    if how == "later":
        s.hour(hour(1), pages([a, b]))
        s.push(code=(3,), what="moved")
        k.lab.equal("the number is nobody's yet", (row_of(s, "c00000").get("mobilePhone"), status_of(s, "c00000")), ("+17205550000", ["Active"]))
    b = customer(1, phone=customer(0)["phone"], **NO_TEXT)
    s.hour(hour(2), pages([a, b]))
    if how.startswith("refused"):
        s.far.fault("422", CONTACT, **({} if how == "refused" else {"count": 2}))
    s.push(code=(3,))
    has = (row_of(s, "c00000").get("mobilePhone"), status_of(s, "c00000"))
    gone = how in ("taken", "later")
    k.lab.equal("no number, or not active", has, (None, ["Active"]) if gone else ("+17205550000", ["Active" if how == "refused" else "Inactive"]))
    if how == "refused":    # of its status, too: it is asked again soon
        s.far.control("clear")
        s.hour(hour(3), pages([a, b]))
        s.push(code=(3,), what="an hour later")
        k.lab.equal("not active", status_of(s, "c00000"), ["Inactive"])
    k.lab.equal("who refuses has none", row_of(s, "c00001").get("mobilePhone"), None)
    s.quiet("waits")
    for c in s.far.books()["contacts"]:
        if not how.startswith("refused") and c.get("mobilePhone") == "+17205550077":
            s.far.edit("delete", dsid=c["id"])
    s.hour(hour(200), pages([a, b]))
    s.push(what="a week")
    k.lab.equal("the new number, and active", (row_of(s, "c00000").get("mobilePhone"), status_of(s, "c00000")), ("+17205550077", ["Active"]))
    s.same("a week", but=("c00001",) if how == "taken, not cleared" else ())    # who may have a number of others, which cannot go
    s.quiet("a week")


@cases(*[(n, way) for n in (6, 7, 8) for way in ("call", "flag")])
def every_number_there_was(k, n, way):
    """A contact that others gave a number may have any of theirs: whichever of them refuses, it goes, or nobody can be written to while DailyStory does not take the opt-out."""
    a, b = customer(0), customer(1, email="", phone="720555000%d" % n)
    s = k.settled([a], (), *(["--text_flag", "optOutText"] if way == "flag" else []))
    for i in (6, 7, 8, 9):
        a["phone"] = "720555000%d" % i
        k.next(s, i, [a])
    s.far.edit("change", email="user0@example.com", field="mobilePhone", value="+1" + b["phone"])
    s.run("push", "--check", "--all", "--repair")
    b.update(NO_TEXT)
    a["phone"] = ""
    s.hour(hour(10), pages([a, b]))
    if way == "flag":
        s.set(push_text_opt_out="noSuchFlag")
    s.push(code=(0, 3))
    s.push(code=(0, 3), what="the push after it")
    has = (row_of(s, "c00000").get("mobilePhone"), status_of(s, "c00000"))
    k.lab.equal("no number, or not active", has, (None, ["Active"]) if way == "call" else ("+1" + b["phone"], ["Inactive"]))
    s.quiet("refused")
    if way == "flag":
        s.set(push_text_opt_out="optOutText")
        s.push("--retry-rejected", what="it works")
        s.push(what="the push after it")
        k.lab.equal("told, and active", (row_of(s, "c00000")["out_of_texts"], status_of(s, "c00000")), (True, ["Active"]))
        s.quiet("it works")


# ---- An email, of which nobody says whether it is there

@cases(*[(kind, optouts) for kind in ("503", "lost", "422", "404", "refused") for optouts in ("contact", "address")])
def found_and_no_answer_to_the_look(k, kind, optouts):
    """The contact is found by its number; whether it has the email is not known, so it is inactive until it was told with it."""
    s = k.shop("--optouts", optouts, push_retries=0)
    s.hour(hour(0), pages([customer(0, **NO_MAIL), customer(1)]))
    plan = s.plan()
    s.far.fault(kind, LOOK, count=2 if kind == "lost" else 1)     # on a connection that was kept it is asked again
    s.far.control("forget")
    s.push()
    k.lab.equal("as many calls as planned", s.far.calls(), plan["calls"] + (kind == "lost"))
    k.lab.equal("no harm", s.far.harm(), [])
    s.same("found")
    s.quiet("found")


@test
def neither_the_look_nor_the_opt_out_is_answered(k):
    """Then it stays inactive until the opt-out is."""
    s = k.shop("--optouts", "contact", push_retries=0)
    s.hour(hour(0), pages([customer(0, **NO_MAIL), customer(1)]))
    s.far.fault("503", LOOK, count=1)
    s.far.fault("503", OPT_OUT, skip=1)
    s.push(code=(75,))
    k.lab.equal("no harm", s.far.harm(), [])
    k.lab.equal("inactive", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.far.control("clear")
    s.push(what="answered")
    s.same("answered")
    s.quiet("answered")


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
    s.far.fault("503", LOOK)    # which would say that it was done
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


# ---- A number that is another's by now

@cases(*[(way, whose, look) for way in ("call", "flag") for whose in ("another's", "nobody's") for look in ("seen", "silent")])
def back_without_the_number_that_refuses(k, way, whose, look):
    """Who was deleted comes back without a mobile; the one they had is another customer's, who refuses texts, and that is no reason to be inactive."""
    people = crowd(3)
    s = k.settled(people, (), *(["--text_flag", "optOutText"] if way == "flag" else []), push_gone="delete", push_retries=0)
    k.next(s, 1, people[:2])
    if whose == "another's":
        people[0] = customer(0, phone=people[2]["phone"], **NO_TEXT)
    else:   # who is not created
        people[1] = customer(9, email="", phone=people[2]["phone"], **NO_TEXT)
    k.next(s, 2, people[:2])
    people[2]["phone"] = ""
    s.hour(hour(3), pages(people))
    plan = s.plan()
    if look == "silent":
        s.far.fault("503", LOOK, count=1)
    s.far.control("forget")
    s.push(code=(0, 75) if look == "silent" else (0,))
    if look == "seen":
        k.lab.equal("as many calls as planned, for it is not deleted", s.far.calls(), plan["calls"])
    k.lab.equal("no harm", s.far.harm(), [])
    s.far.control("clear")
    s.push(what="the push after it", code=(0, 3))
    k.lab.equal("active", status_of(s, "c00002"), ["Active"])
    s.same("back")
    s.quiet("back")


@cases(("told",), ("moved by staff",))
def back_with_a_number_that_refuses(k, how):
    """The contact that is found has it from others: it is told of the refusal, and active only then."""
    people = crowd(3)
    s = k.settled(people, (), "--text_flag", "optOutText", "--optouts", "contact", push_gone="delete")
    k.next(s, 1, people[:2])
    number = "+1" + people[2]["phone"]
    if how == "told":
        put(s, email="user2@example.com", mobilePhone=number)
    people[1] = customer(9, email="", phone=people[2]["phone"], **NO_TEXT)
    s.hour(hour(2), pages(people[:2]))
    s.push(what="another refuses it")
    if how != "told":
        stray = next(c["id"] for c in s.far.books()["contacts"] if c.get("mobilePhone") == number and c["status"] == "Active")
        s.far.edit("change", dsid=stray, field="mobilePhone", value="+17205559999")
        put(s, email="user2@example.com", mobilePhone=number)
    people[2]["phone"] = ""
    s.hour(hour(3), pages(people))
    s.push(code=(0,), what="back")
    k.lab.equal("told and active", (row_of(s, "c00002").get("mobilePhone"), row_of(s, "c00002")["out_of_texts"], status_of(s, "c00002")), (number, True, ["Active"]))
    s.quiet("back")


@cases(("empty", ""), ("empty", "refuses"), ("omit", "refuses"), ("omit", "another refuses"))
def a_number_that_they_get_refuses(k, clear, then):
    """Who consents gets a number that refuses texts: it is not sent, and the one they gave up goes, or stays if nothing can be cleared, until it refuses."""
    people = crowd(3)
    s = k.settled(people, push_clear=clear)
    people[0].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.push(what="refused")
    people[0]["phone"], people[1]["phone"] = "", people[0]["phone"]
    people[1].update(YES)
    s.hour(hour(2), pages(people))
    s.push(what="handed on")
    row = row_of(s, "c00001")
    k.lab.equal("active", (row["status"], row.get("mobilePhone"), row["extendedProperties"].get("fh_gone")), ("Active", None if clear == "empty" else "+17205550001", None))
    s.quiet("handed on")
    if then == "":
        people[0].update(YES)
        people[1]["lastName"] = "Cee"
        k.next(s, 3, people)
        row = row_of(s, "c00001")
        k.lab.equal("nobody refuses", (row["status"], row.get("mobilePhone"), row["lastName"]), ("Active", "+17205550000", "Cee"))
        return
    if then == "refuses":
        people[1].update(NO_TEXT)
    else:
        people[2].update(NO_TEXT, phone="7205550001")
    s.hour(hour(3), pages(people))
    s.push(what=then)
    row = row_of(s, "c00001")
    k.lab.equal("no number, or not active", (row["status"], row.get("mobilePhone")), ("Active", None) if clear == "empty" else ("Inactive", "+17205550001"))
    s.quiet(then)
