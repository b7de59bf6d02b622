"""A create whose answer was lost, of an address that is not theirs any more: nothing of a customer reaches whoever has it."""

import json
import shutil
import urllib.request

from lab.lab import customer
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, dead, put, told
from pushing.kit import cases, crowd, hour, pages, test
from pushing.others_cases import suppress
from pushing.receiver import TOKEN
from pushing.seam_cases import BOTH, FLAGS, there

WRONG, RIGHT = "wrong@example.com", "user0@example.com"
BOB = {"email": WRONG, "firstName": "Bob"}


def lost(k, code="lost", flags=False, others=None, options=(), gone=None, **person):
    """A shop in which c00000's create has no answer, and was done unless it is a 503; the people, typed in right by now. others: a contact that was there before."""
    people = crowd(3)
    people[0].update({"email": WRONG, **person})
    s = k.settled(people[1:], (), *(FLAGS if flags else ()), *options, push_retries=0, **(BOTH if flags else {}), **({"push_gone": gone} if gone else {}))
    if others:
        put(s, **others)
    s.hour(hour(1), pages(people))
    s.far.fault(code, CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    if people[0]["email"]:
        people[0]["email"] = RIGHT
    return s, people


@cases(("lost", False), ("lost", True), ("503", False), ("503", True))
def typed_in_wrong_and_corrected(k, code, flags):
    """The contact that was made is nobody's, and goes; the one that is theirs is made by the right address."""
    s, people = lost(k, code, flags)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    s.same("corrected")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])
    s.quiet("corrected")
    shutil.rmtree(s.path("push", "state"))
    s.quiet("without push/state")


@cases(*[(code, flags, whose) for code in ("lost", "503") for flags in (False, True) for whose in ("nobody's", "a stranger's", "a refuser's")])
def a_number_that_was_wrong(k, code, flags, whose):
    """The same of who is found by a number."""
    bob = {"mobilePhone": "+17205559001", "firstName": "Bob"} if whose == "a stranger's" else None
    s, people = lost(k, code, flags, bob, email="", phone="7205559001")
    before = there(s, mobilePhone="+17205559001")
    people[0]["phone"] = "7205559002"
    if whose == "a refuser's":
        people[1].update(NO_TEXT, phone="7205559001")
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    s.same("corrected")
    left = [(c["extendedProperties"].get("fh_id"), c.get("firstName")) for c in there(s, mobilePhone="+17205559001")]
    k.lab.equal("whose it is", left, {"nobody's": [], "a stranger's": [(None, "Bob")], "a refuser's": [("c00001", "Ann1")] * flags}[whose])
    if whose == "a stranger's":
        k.lab.equal("theirs as it was", there(s, mobilePhone="+17205559001"), before)
    s.quiet("corrected")


@cases(*[(code, flags, whose) for code in ("lost", "503") for flags in (False, True) for whose in ("theirs", "new")])
def a_refusal_of_the_wrong_address_is_its_owners(k, code, flags, whose):
    """It is another customer's, who refuses: that one is told, and whoever had it by mistake is not opted out."""
    s, people = lost(k, code, flags)
    if whose == "new":
        people.append(customer(9, email=WRONG, **NO_MAIL))
    else:
        people[1].update(NO_MAIL, email=WRONG)
    s.hour(hour(2), pages(people))
    s.push(what="moved")
    s.same("moved")
    k.lab.equal("nobody else is opted out", [c["out_of_email"] for c in there(s, email=RIGHT)], [False])
    s.quiet("moved")


@cases(*[(code, flags) for code in ("lost", "503") for flags in (False, True)])
def its_owner_refuses_and_is_never_made(k, code, flags):
    """What DailyStory was told of the address is the stray's, too, and may be nobody else's: so it stays."""
    s, people = lost(k, code, flags)
    people.append(customer(9, email=WRONG, **NO_MAIL, **NO_TEXT))
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    s.far.control("forget")
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.check("told after it", told(s, WRONG) or [b for b in s.far.log() if WRONG in b[6]], s.far.log())
    k.lab.equal("whoever has it is opted out", [c["out_of_email"] for c in there(s, email=WRONG)], [True] * (flags or code == "lost"))
    s.quiet("an hour later")


@cases((), FLAGS)
def one_who_shares_it_is_not_its_owner(k, *flags):
    """Its owner refuses and is never made; whoever shares the address is written without it, so the stray holds the refusal alone, and stays."""
    s, people = lost(k, flags=flags, options=("--optouts", "contact"))
    people += [customer(6, email=WRONG), customer(7, email=WRONG, **NO_MAIL, **NO_TEXT)]
    s.hour(hour(2), pages(people))
    k.lab.check("written without it", "email" not in s.full().contacts["c00006"], s.full().contacts)
    s.push(what="corrected")
    k.lab.equal("whoever has it is opted out", [c["out_of_email"] for c in there(s, email=WRONG)], [True])
    s.same("corrected")
    s.quiet("corrected")


@test
def a_strangers_contact_that_refused(k):
    """It has nothing but the address, and the flag: somebody unsubscribed, and that is not lost."""
    s, people = lost(k, "503", True)
    mine = put(s, email=WRONG, optOutEmail=True)
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    k.lab.equal("as it was", [(c["id"], c["out_of_email"]) for c in there(s, email=WRONG)], [(mine, True)])
    s.same("corrected")
    s.quiet("corrected")


def unsubscribe(s, address):
    """Whoever has it, in DailyStory."""
    head = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(s.far.url + "/api/v1/contact/optout/email", json.dumps([{"email": address}]).encode(), head)).read()


@cases(("contact", "unsubscribed"), ("address", "unsubscribed"), ("contact", "told"))
def a_refusal_that_has_no_name_here(k, of, how):
    """By default no flag has a name: somebody unsubscribed in DailyStory, or the address was told of by itself, and that is not lost."""
    s, people = lost(k, options=(*FLAGS, "--optouts", of))
    if how == "told":
        people.append(customer(9, email=WRONG, **NO_MAIL, **NO_TEXT))
    else:
        unsubscribe(s, WRONG)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before + (how != "told"), plan["calls"])
    k.lab.equal("as it was", [c["out_of_email"] for c in there(s, email=WRONG)], [True])
    s.quiet("corrected")


@cases(("a stranger's",), ("a customer's",))
def the_find_is_answered_with_another_id(k, whose):
    """It is not deleted, and the stray is looked for again."""
    s, people = lost(k, "503" if whose == "a stranger's" else "lost")
    zed = put(s, email="zed@example.com") if whose == "a stranger's" else ""
    s.hour(hour(2), pages(people))
    s.far.fault("otherid", CONTACT, skip=2, count=1)
    s.push(code=(3,), what="another id")
    s.far.control("clear")
    k.lab.equal("theirs is there", [c["status"] for c in there(s, email="zed@example.com")], ["Active"] * bool(zed))
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])
    s.quiet("an hour later")


@cases(("422", "DELETE /api/v1/contact/"), ("500", LOOK))
def one_of_two_that_stays(k, code, call):
    """It holds the other one back neither in this push nor in the next, and its row is not sent again."""
    s, people = two(k)
    ids = [there(s, email=a)[0]["id"] for a in (WRONG, "wrong2@example.com")]
    s.hour(hour(3), pages(people))
    s.far.fault(code, call + ids[1], count=100)
    s.push(code=(3, 75), what="one stays")
    k.lab.equal("the other is gone", (len(there(s, email=WRONG)), len(there(s, email="wrong2@example.com"))), (0, 1))
    s.hour(hour(4), pages(people))
    s.far.control("forget")
    s.push(code=(3, 75), what="an hour later")
    k.lab.equal("its calls", [c for c in s.far.log() if RIGHT in c[6]], [])
    k.lab.equal("twice in the push that freed an address", [(d["op"], d["tries"]) for d in dead(s)], [("create", 3)] * (code == "422"))
    s.far.control("clear")
    s.hour(hour(9), pages(people))
    s.push(what="over")
    s.same("over")
    k.lab.equal("nothing has the wrong one", there(s, email="wrong2@example.com"), [])
    s.quiet("over")


@cases(("422",), ("500",))
def its_row_is_not_taken(k, code):
    """The row is refused, or has no answer, again and again: the stray waits for neither."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault(code, CONTACT, skip=1, count=2)
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3, 75), what="neither")
    s.far.control("clear")
    k.lab.equal("it is there", len(there(s, email=WRONG)), 1)
    people[0]["lastName"] = "Cee" if code == "500" else people[0]["lastName"]
    s.hour(hour(3), pages(people))
    s.far.fault(code, CONTACT, count=2 if code == "422" else 1)
    s.push(code=(0, 75), what="the row not again")
    s.far.control("clear")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [])


@test
def its_address_is_anothers_for_certain(k):
    """No call is planned, nor made."""
    s, people = lost(k, "503")
    people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))
    s.push("--only", "c00001", what="hers")
    plan, before = s.plan(), s.far.calls()
    s.push(what="corrected")
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    s.same("corrected")
    s.quiet("corrected")


@cases(*[(code, what) for code in ("lost", "503") for what in ("corrected", "suppressed", "refuses all", "removed")])
def a_strangers_own_contact(k, code, what):
    """Somebody who is no customer has a contact with the address: it stays as it is, by a name that is seen."""
    s, people = lost(k, code, others=BOB)
    mine = there(s, email=WRONG)[0]["id"]
    if what == "suppressed":
        suppress(s, RIGHT)
    if what == "refuses all":
        people[0].update(NO_MAIL, **NO_TEXT)
    s.hour(hour(2), pages(people))
    if what == "removed":
        s.push(what="corrected")
        s.hour(hour(3), pages(people[1:]))
    s.push(what=what)
    bob = [(c["id"], c["status"], c["firstName"], c["extendedProperties"]) for c in there(s, email=WRONG)]
    k.lab.equal("as it was", bob, [(mine, "Active", "Bob", {})])
    s.same(what)
    s.quiet(what)


@cases(("suppressed",), ("refuses all",))
def nobody_is_made_for_a_stray(k, what):
    """Whoever is not to be there has no contact afterwards, but one that holds the refusal of its address."""
    s, people = lost(k)
    if what == "suppressed":
        suppress(s, RIGHT)
    else:
        people[0].update(NO_MAIL, **NO_TEXT)
    s.hour(hour(2), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what=what)
    k.lab.equal("planned", s.far.calls() - before, plan["calls"])
    k.lab.equal("nothing is there", there(s, email=RIGHT), [])
    k.lab.equal("nor of the other", [c["out_of_email"] for c in there(s, email=WRONG)], [True] * (what == "refuses all"))
    s.quiet(what)


@cases(("422", CONTACT), ("422", LOOK), ("422", "DELETE "), ("404", "DELETE "), ("503", CONTACT), ("503", LOOK), ("503", "DELETE "), ("lost", "DELETE "))
def what_stops_it(k, code, call):
    """The row goes all the same; a stray that is not found, seen or deleted is a dead letter, or tried again by the next push (a lost DELETE at once, by libcurl)."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault(code, call, skip=2 if call == CONTACT else 0, count=1)
    r = s.push(code=(0, 3, 75), what="stopped")
    s.far.control("clear")
    k.lab.equal("the row is there", len(there(s, email=RIGHT)), 1)
    k.lab.equal("exit %s %s" % (code, call), r.code, 3 if code == "422" else 75 if code == "503" else 0)
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    k.lab.equal("nothing has the wrong one", there(s, email=WRONG), [] if code != "404" else there(s, email=WRONG))
    s.quiet("an hour later")


def two(k):
    """Two creates have no answer; the people, typed in right by now."""
    s, people = lost(k)
    people[0]["email"] = "wrong2@example.com"
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.far.fault("503", LOOK, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    people[0]["email"] = RIGHT
    return s, people


@test
def corrected_twice(k):
    """Two creates have no answer: each is seen to."""
    s, people = lost(k)
    people[0]["email"] = "wrong2@example.com"
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    s.push("--rebuild-acked", code=(0, 3, 75), what="packed")
    people[0]["email"] = RIGHT
    s.hour(hour(3), pages(people))
    s.push(what="right")
    s.same("right")
    k.lab.equal("nothing has a wrong one", there(s, email=WRONG) + there(s, email="wrong2@example.com"), [])
    s.quiet("right")


@test
def back_to_the_first(k):
    """The address was right after all: the contact that was made is theirs."""
    s, people = lost(k)
    s.hour(hour(2), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer again")
    s.far.control("clear")
    people[0]["email"] = WRONG
    s.hour(hour(3), pages(people))
    s.push(what="back")
    s.same("back")
    k.lab.equal("nothing has the other", there(s, email=RIGHT), [])
    s.quiet("back")


@test
def a_row_that_was_refused_for_it_goes_again(k):
    """The stray could not be deleted, and its owner's row was refused: it does not wait for a week."""
    s, people = lost(k)
    people[1]["email"] = WRONG
    s.hour(hour(2), pages(people))
    s.far.fault("422", "DELETE ", count=1)
    s.push(code=(3,), what="not deleted")
    s.far.control("clear")
    s.hour(hour(3), pages(people))
    s.push(what="an hour later")
    s.same("an hour later")
    s.quiet("an hour later")


@cases(("503", "flag"), ("503", "delete"), ("lost", "flag"), ("lost", "delete"))
def removed_before_it_was_seen_to(k, code, how):
    """Nobody knows which address was theirs last, so whoever has that one is looked at."""
    s, people = lost(k, code, others=BOB, gone=how)
    before = there(s, email=WRONG)
    s.hour(hour(2), pages(people))
    s.hour(hour(3), pages(people[1:]))
    s.push(what="removed")
    k.lab.equal("as it was", there(s, email=WRONG), before)
    s.quiet("removed")


@test
def nothing_of_a_stray_is_written(k):
    """Of whoever has the address now no call says more than the address."""
    s, people = lost(k, "503")
    mine = put(s, email=WRONG, firstName="Bob")
    s.far.control("forget")
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    said = [json.loads(c[6]) for c in s.far.log() if c[2] == "/api/v1/contact"]
    k.lab.equal("to it", [b for b in said if b.get("email") == WRONG or b.get("dsId") == mine], [{"email": WRONG}])
