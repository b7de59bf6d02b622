"""What others make of a status that was ours, and what is still ours after a call that came to nothing."""

import shutil

from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, OPT_OUT, dead, status_of
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.standing_cases import row_of


def suppress(s, *emails):
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("\n".join(emails) + "\n")
    s.set(suppress="suppress.txt")


@cases(("Spam",), ("Bounced",), ("Deleted",), ("Active",))
def others_change_what_was_ours(k, status):
    """We made three inactive; others made something else of two. When the reasons are gone, only the third is made active."""
    people = crowd(4)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    suppress(s, "user1@example.com", "user2@example.com")
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,), what="inactive by us")
    s.far.control("clear")
    books = s.far.books()["contacts"]
    k.lab.equal("inactive by us", [c["status"] for c in books], ["Inactive"] * 3 + ["Active"])
    for i in range(2):
        s.far.edit("status", email="user%d@example.com" % i, value=status)
    s.set(suppress=None)
    people[0].update(dict.fromkeys(NO_MAIL, True))
    s.hour(hour(2), pages(people))
    plan = s.plan()
    s.far.control("forget")
    s.push(code=(3 if status == "Deleted" else 0,), what="lifted")
    k.lab.equal("theirs stays", [c["status"] for c in s.far.books()["contacts"]], [status] * 2 + ["Active"] * 2)
    k.lab.check("calls", s.far.calls() <= plan["calls"], (s.far.calls(), plan["calls"]))
    k.lab.equal("what is said of it", sorted(d["reason"] for d in dead(s)), ["deleted-in-dailystory"] * 2 if status == "Deleted" else [])
    s.quiet("lifted")


@cases(("422 to the retry",), ("a look finds nobody",))
def what_was_begun_stays_ours(k, then):
    """The call that makes it inactive was done and not answered; what DailyStory refuses next does not make that theirs."""
    people = crowd(2)
    s = k.settled(people, push_retries=0 if "look" in then else 2)
    suppress(s, "user0@example.com")
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, count=2 if "look" in then else 1)
    if "look" not in then:
        s.far.fault("422", CONTACT, count=1)
    s.push(code=(0, 3, 75), what="no answer")
    s.far.control("clear")
    if "look" in then:
        s.far.fault("404", LOOK, count=1)
        s.push(code=(3,), what="nobody")
        s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    k.lab.equal("suppressed", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.set(suppress=None)
    s.hour(hour(2), pages(people))
    s.push(what="lifted")
    k.lab.equal("not inactive for ever", [status_of(s, "c%05d" % i) for i in range(2)], [["Active"], ["Active"]])
    s.quiet("lifted")


@cases(("of one", 99, 1), ("of the first three", 3, 3))
def a_look_without_an_answer(k, which, count, n):
    """One contact that cannot be looked at, or a moment without an answer, keeps nobody else active whose opt-out is late."""
    people = crowd(12)
    s = k.settled(people, push_retries=0)
    for person in people[:10]:
        person.update(NO_MAIL)
    s.hour(hour(1), pages(people))
    who = next(c["id"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com")
    s.far.fault("503", OPT_OUT)
    s.far.fault("503", LOOK + (who if n == 1 else ""), count=count)
    s.push(code=(75,), env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 7200)}, what=which)
    found = [status_of(s, "c%05d" % i)[0] for i in range(12)]
    k.lab.equal("who can be written to", [i for i in range(12) if found[i] == "Active"], [*range(n), 10, 11])
    s.far.control("clear")
    s.push(what="it works")
    s.same("it works")


@test
def a_look_before_they_are_active_again(k):
    """It finds nobody, though the contact is there: it is looked at again after 20 minutes, then less often, but once a day, and does not stay inactive for a week."""
    people = crowd(2)
    s = k.settled(people)
    suppress(s, "user0@example.com")
    s.hour(hour(1), pages(people))
    s.push(what="suppressed")
    s.set(suppress=None)
    s.far.fault("404", LOOK)
    asked = []
    for n in [4, 5, 6, 7, 8, 9, 10, 40, 41, 64, 65]:
        s.far.control("forget")
        s.hour(hour(n), pages(people))
        s.push(code=(3,), what="hour %d" % n)
        asked += [n] * s.far.calls()
    k.lab.equal("looked at", asked, [4, 4, 5, 6, 8, 40, 64])
    s.far.control("clear")
    s.hour(hour(90), pages(people))
    s.push(what="found")
    s.same("found")
    s.push(what="the push after it")
    k.lab.equal("active, and no dead letter", (status_of(s, "c00000"), dead(s)), (["Active"], []))
    s.quiet("found")


@cases(("by others",), ("by us",), ("by others, without an answer",))
def staff_make_them_active_before_they_are_told(k, who):
    """DailyStory does not take the opt-out, and the contact was inactive: each day it is looked at whether it is so still."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    if who != "by us":
        s.far.edit("status", email="user0@example.com", value="Inactive")
    people[0].update(NO_MAIL)
    late = "answer" in who
    s.far.fault("503" if late else "422", OPT_OUT)
    s.hour(hour(1), pages(people))
    s.push(code=(75 if late else 3,), what="refused", env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 7200)})
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    s.far.edit("status", email="user0@example.com", value="Active")
    looks = []
    for n in [5, 20, 28, 29, 53, 54]:
        s.hour(hour(n), pages(people))
        s.far.control("forget")
        plan = s.plan()
        s.push(code=(75 if late else 3,), what="hour %d" % n)
        looks += [n] * sum(c[1] == "GET" for c in s.far.log())
        k.lab.check("hour %d: planned" % n, late or s.far.calls() <= plan["calls"], (s.far.calls(), plan["calls"]))
        k.lab.equal("hour %d" % n, status_of(s, "c00000"), ["Active" if n < 28 else "Inactive"])
    k.lab.equal("looked at each day", looks, [28, 53])
    shutil.rmtree(s.path("push", "state"))
    s.quiet("without push/state") if not late else None
    s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    s.quiet("it works")


@test
def refused_while_the_clock_was_ahead(k):
    """One push dated ten years ahead, in which DailyStory takes nothing: with the clock right again, all of it is tried again, and looked at each day."""
    people = crowd(4)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    people[1].update(lastName="Cee")
    suppress(s, "user2@example.com")
    s.hour(hour(1), pages(people))
    for call in (CONTACT, OPT_OUT):
        s.far.fault("422", call)
    ahead = {"STANDIN_CLOCK": str(int(s.now.timestamp()) + 3650 * 86400)}
    s.push(code=(3,), what="ahead", env=ahead)
    s.far.control("clear")
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,), what="inactive", env=ahead)
    s.far.edit("status", email="user0@example.com", value="Active")
    s.hour(hour(2), pages(people))
    s.push(code=(3,), what="right again")
    k.lab.equal("made inactive again", status_of(s, "c00000"), ["Inactive"])
    s.far.control("clear")
    s.hour(hour(3), pages(people))
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    s.quiet("it works")


@cases(("422 once", CONTACT, "refuses both"), ("422 once", CONTACT, "refuses email"), ("a look finds nobody once", LOOK, "suppressed"))
def a_status_that_was_refused_once(k, how, call, who):
    """An hour later it is set, and the row that waited for it goes at once: not after a week in which nothing is at fault."""
    people = crowd(2)
    s = k.settled(people, sold(4, 2), push_retries=0)
    if who == "suppressed":
        suppress(s, "user0@example.com")
    else:
        people[0].update(NO_MAIL, email="new@example.com", lastName="Cee", **(NO_TEXT if "both" in who else {}))
    s.hour(hour(1), pages(people, sold(4, 2)))
    s.far.fault("404" if call == LOOK else "422", call, count=1)
    s.push(code=(3,), what="refused")
    s.far.control("clear")
    k.lab.equal("a dead letter of the status", [(d["op"], "again" in d["advice"]) for d in dead(s)], [("status", True)])
    s.hour(hour(2), pages(people, sold(4, 2)))
    plan = s.plan()
    s.far.control("forget")
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.check("calls", s.far.calls() <= plan["calls"], (s.far.calls(), plan["calls"]))
    k.lab.equal("no dead letter", dead(s), [])
    s.quiet("an hour later")


@test
def a_status_that_is_refused_for_long(k):
    """The row brings an address that refuses: it goes no sooner than the contact is inactive, which is tried each day, not each week."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    people[0].update(NO_MAIL, email="new@example.com", lastName="Cee")
    s.far.fault("422", CONTACT)
    tried = []
    for n in [1, 2, 3, 4, 5, 6, 7, 30, 31, 54, 55]:
        s.hour(hour(n), pages(people))
        s.far.control("forget")
        s.push(code=(3,), what="hour %d" % n)
        tried += [n] * (s.far.calls() > 0)
        k.lab.equal("hour %d: it waits" % n, s.plan()["rejected"]["waiting"], 1)
    k.lab.equal("tried", tried, [1, 2, 3, 5, 30, 54])
    k.lab.equal("the address is not there", row_of(s, "c00000")["email"], "user0@example.com")
    s.far.control("clear")
    s.hour(hour(80), pages(people))
    s.push(what="it works")
    s.same("it works")
    s.quiet("it works")


@test
def a_refused_deletion_whose_status_is_taken(k):
    """DailyStory refuses the deletion and the status that stands in for it; then it takes the status: the deletion is a dead letter still, also in a packed file."""
    people = crowd(2)
    s = k.settled(people, push_gone="delete", push_retries=0)
    s.far.fault("422", "DELETE")
    s.far.fault("422", CONTACT)
    s.hour(hour(1), pages(people[1:]))
    s.push(code=(3,), what="both refused")
    k.lab.equal("both", [(d["op"], d["tries"]) for d in dead(s)], [("status", 1)])
    s.far.control("clear")
    s.far.fault("422", "DELETE")
    shutil.rmtree(s.path("push", "state"))
    s.hour(hour(3), pages(people[1:]))
    s.push(code=(3,), what="the status is taken")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    k.lab.equal("the deletion", [(d["op"], d["tries"]) for d in dead(s)], [("delete", 1)])
    s.hour(hour(100), pages(people[1:]))
    s.far.control("forget")
    s.push(code=(3,), what="it waits")
    k.lab.equal("no call", s.far.calls(), 0)
    s.far.control("clear")
    s.hour(hour(170), pages(people[1:]))
    s.push(what="a week later")
    s.same("a week later")
