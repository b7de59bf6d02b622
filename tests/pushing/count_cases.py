"""What is counted: the calls that a plan says, and how many of its rows DailyStory took and did not."""

import json
import random

from lab.lab import customer
from pushing.back_cases import FLAGS, History
from pushing.guard_cases import CONTACT, NO_MAIL, NO_TEXT, dead, put
from pushing.kit import TESTS, cases, crowd, hour, pages, sold, test
from pushing.others_cases import suppress
from pushing.plain_cases import import_by_hand
from pushing.shop import ADDRESSES

WAYS = ("push_gone", "push_membership", "push_clear")
SWITCHES = {"match": ["email", "mobile", "conflict"], "empty": ["clear", "clear", "keep"], "deleted": ["missing", "status", "revive"], "by_email": ["off", "on"], "names": ["same", "title"]}


class Quiet(History):
    """The same histories, where all is answered: five customers, and whatever they come to want."""

    def __init__(self, k, seed):
        rng = random.Random("count/%d" % seed)
        super().__init__(k, seed)
        self.is_imported = rng.random() < 0.3
        self.s.set(push_retries=2, push_gone=rng.choice(["flag", "inactive", "delete"]),
                   push_membership=rng.choice(["flags", "list", "static", "none"]), push_clear=rng.choice(["empty", "empty", "omit"]))
        self.way = (*self.way, {key: self.s.settings[key] for key in WAYS}, self.is_imported)
        self.orders, self.before, self.passed = rng.randint(0, 6), {}, 0
        for p in self.people.values():
            p.update(rng.choice([{}, {}, NO_MAIL, NO_TEXT, {**NO_MAIL, **NO_TEXT}]))

    def switches(self, seed):
        rng = random.Random("switches/%d" % seed)
        return [w for name, words in SWITCHES.items() for w in ("--" + name, rng.choice(words))]

    def bought(self):
        self.orders += self.rng.randint(0, 2)
        return sold(self.orders, 5)

    def snapshot(self):
        """How many addresses are now those of others than had them last."""
        super().snapshot()
        now = {a: {i for i, p in self.people.items() if a in (p["email"], p["phone"])} for p in self.people.values() for a in (p["email"], p["phone"]) if a}
        self.passed += sum(now[a] != self.before.get(a, now[a]) for a in now)
        self.before.update(now)

    def deleted(self):
        """Addresses of contacts that are deleted, where DailyStory finds these again by them."""
        if "revive" not in self.way[0]:
            return set()
        return {c[a] for c in self.s.far.books()["contacts"] if c["status"] == "Deleted" for a in ADDRESSES if a in c}

    def is_unforeseen(self, n, deleted):
        """Of the calls after the n-th: one found a deleted contact again, or took a number away that perhaps is kept: only the answer says so."""
        said = [json.loads(text) for _, method, path, *_, text in self.s.far.log()[n:] if (method, path) == ("POST", "/api/v1/contact")]
        finds = any("dsId" not in x and deleted & {x.get(a) for a in ADDRESSES} for x in said)
        return finds or ("keep" in self.way[0] and any(x.get("mobilePhone") == "" for x in said))

    def push(self, what, *words):
        """As many calls as planned; what is not foreseen: a refusal, also one that the push takes back, and what one row leaves to another that gets an address of theirs. What the push makes due is no part of the plan, and left."""
        deleted, n = self.deleted(), len(self.s.far.log())
        plan, before = self.s.plan(*words), self.s.far.calls()
        r = self.s.push(*words, "--expect", plan["plan"], code=(0, 3, 75) if self.passed else (0, 3), what=what)
        made = self.s.far.calls() - before
        if not self.passed and ", 0 rejected" in r.err and not plan["rejected"]["tried_again"] and not self.is_unforeseen(n, deleted):
            self.k.lab.equal(what + ": calls", made, plan["calls"])
        if "left for the next push" in r.err:
            self.s.push(*words, code=(0, 3), what=what + ", what is left")
        self.passed = self.passed if words or r.code == 75 else 0


def planned_calls(k, seed):
    """The law: where everything is answered, a push makes the calls that its plan says."""
    h = Quiet(k, seed)
    what = "%s %s" % (k.name, h.way)
    h.snapshot()
    if h.is_imported:
        import_by_hand(h.s, h.s.full())
        h.s.run("push", "--mark-imported", h.s.now.strftime("%Y%m%dT%H%M%SZ"))
    for n in range(h.rng.randint(4, 8)):
        if h.rng.random() < 0.2:
            h.push("%s, hour %d, one" % (what, n), "--only", "c%05d" % h.rng.choice(sorted(h.people)))
        h.push("%s, hour %d" % (what, n))
        for _ in range(h.rng.randint(1, 4)):
            h.change()
        h.snapshot()


def as_planned(k, s, n, *words):
    """A push that makes the calls of its plan, which are so many."""
    plan, before = s.plan(*words), s.far.calls()
    s.push(*words, "--expect", plan["plan"], code=(0, 3), what=k.name)
    k.lab.equal(k.name + ": the calls that are made, and planned", (s.far.calls() - before, plan["calls"]), (n, n))


def imported(k, people, *options, **settings):
    """A shop of these people, all of whom were imported by hand."""
    s = k.shop(*options, **settings)
    s.hour(hour(0), pages(people))
    import_by_hand(s, s.full())
    s.run("push", "--mark-imported", s.now.strftime("%Y%m%dT%H%M%SZ"))
    s.imported = True
    return s


@test
def deleted_who_was_found_for_another(k):
    """Imported, and bound because another's row got an address of theirs: known already, so the deletion is one call."""
    people = crowd(2)
    s = imported(k, people, "--taken", "move", push_gone="delete")
    people[0]["email"], people[1]["email"] = "user1@example.com", "moved@example.com"
    s.hour(hour(1), pages(people))
    s.push("--only", "c00000", what="one of them")
    s.hour(hour(2), pages(people[:1]))
    as_planned(k, s, 1)
    s.quiet(k.name)


@test
def refused_by_who_was_found_for_another(k):
    """Told before their row, by the contact that is known by then: the row finds nothing that it has to be inactive for."""
    people = crowd(2)
    s = imported(k, people, "--taken", "move")
    people[0]["phone"], people[1]["phone"] = people[1]["phone"], "7205559000"
    s.hour(hour(1), pages(people))
    s.push("--only", "c00000", what="one of them")
    people[1].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    as_planned(k, s, 2)
    s.same(k.name)
    s.quiet(k.name)


@cases((), (*FLAGS,))
def removed_who_refused_and_was_imported(k, *flags):
    """Once they are found, who refused is made inactive, for nothing else is said to a contact of who was removed; unless it was told by its flag."""
    people = crowd(2)
    s = imported(k, people, *flags, **({"push_email_opt_out": "optOutEmail"} if flags else {}))
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    as_planned(k, s, 1)
    s.hour(hour(2), pages(people[1:]))
    as_planned(k, s, 2 if flags else 4)
    k.lab.equal("the status", [c["status"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com"], ["Active" if flags else "Inactive"])
    s.quiet(k.name)


@test
def removed_who_was_imported_and_looked_for(k):
    """The call that was to find them had no answer: the contact that has the address of the file is theirs, whatever else it has."""
    people = crowd(2)
    s = imported(k, people, push_retries=0)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, count=1)
    s.push(code=(75,), what="no answer")
    s.far.control("clear")
    s.hour(hour(2), pages(people[1:]))
    as_planned(k, s, 2)
    s.same(k.name)
    s.quiet(k.name)


@test
def an_email_that_an_imported_contact_keeps(k):
    """Given up and refused at once: no row takes it away, and the contact is told of it once it is known, which is no part of the plan; until then it is inactive."""
    people = crowd(2)
    s = imported(k, people)
    people[0].update(NO_MAIL, email="", lastName="Cee")
    s.hour(hour(1), pages(people))
    as_planned(k, s, 5)
    k.lab.equal("the status", [c["status"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com"], ["Inactive"])
    as_planned(k, s, 3)
    s.same(k.name)
    s.quiet(k.name)


@test
def inactive_for_something_else(k):
    """The opt-out is told, and the contact is not active after it: there is nothing left that it could be reached by."""
    people = crowd(2)
    s = imported(k, people)
    people[0].update(NO_MAIL, email="", lastName="Cee")
    s.hour(hour(1), pages(people))
    as_planned(k, s, 5)
    people[0].update(NO_TEXT)
    s.hour(hour(2), pages(people))
    as_planned(k, s, 3)
    k.lab.equal("the status", [c["status"] for c in s.far.books()["contacts"] if c.get("email") == "user0@example.com"], ["Inactive"])
    s.quiet(k.name)


@test
def found_by_the_email_that_was_told(k):
    """Each address of who is not created was told by itself, which made a contact; with another email, told in the same way, that contact is theirs, and is told of the number."""
    people = [customer(0, **NO_MAIL, **NO_TEXT), customer(1)]
    s = k.shop("--taken", "move", *FLAGS, push_email_opt_out="optOutEmail")
    s.hour(hour(0), pages(people))
    s.push(what="nobody is created")
    people[0].update(consentsToPromotionalSMS=True, email="other@example.com")
    s.hour(hour(1), pages(people))
    as_planned(k, s, 4)
    s.same(k.name)
    s.quiet(k.name)


@test
def found_by_the_email_of_a_deleted_contact(k):
    """The contact that was told of the email is deleted, so another one is made of it; the one that was told of the number, for somebody else, is not theirs."""
    people = [customer(0, **NO_MAIL), customer(1)]
    s = k.settled(people, (), "--taken", "move", *FLAGS, push_email_opt_out="optOutEmail", push_gone="delete")
    s.hour(hour(1), pages(people[1:]))
    as_planned(k, s, 1)
    people[0].update(consentsToPromotionalEmail=True)
    people.append(customer(2, phone=people[0]["phone"], **NO_MAIL, **NO_TEXT))
    s.hour(hour(2), pages(people[1:]))
    as_planned(k, s, 2)
    s.hour(hour(3), pages(people))
    as_planned(k, s, 5)
    s.same(k.name)
    s.quiet(k.name)


@test
def refused_once_more_before_they_are_made(k):
    """The contact that was told of the number is found by it, and was told of an older refusal."""
    people = [customer(0, **NO_MAIL, **NO_TEXT), customer(1)]
    s = k.shop(*FLAGS, push_email_opt_out="optOutEmail")
    s.hour(hour(0), pages(people))
    s.push(what="not made")
    for n, wish in enumerate(({"consentsToPromotionalSMS": True, "phone": ""}, {**NO_TEXT, "phone": "7205550000", "consentsToPromotionalEmail": True, "email": "other@example.com"})):
        people[0].update(wish)
        s.hour(hour(1 + n), pages(people))
    as_planned(k, s, 3)
    s.same(k.name)
    s.quiet(k.name)


@test
def a_number_that_passes_on_and_refuses(k):
    """Who is to have it is told by their own row, so nothing is left for the opt-out that waited until it was gone from the other."""
    people = crowd(2)
    people[1]["phone"] = ""
    s = k.settled(people, (), "--taken", "move", *FLAGS)
    people[0]["phone"], people[1]["phone"] = "7205559000", "7205550000"
    people[1].update(NO_TEXT)
    s.hour(hour(1), pages(people))
    as_planned(k, s, 3)
    s.same(k.name)
    s.quiet(k.name)


@test
def an_email_that_is_left_and_refuses_anew(k):
    """The contact was told of an older refusal; its row goes all the same before the opt-out that waits for it, and neither is left to the next push."""
    people = [customer(0, **NO_MAIL), customer(1)]
    s = k.settled(people, (), "--taken", "move", *FLAGS, push_email_opt_out="optOutEmail")
    people[0].update(consentsToPromotionalEmail=True)
    s.hour(hour(1), pages(people))
    s.push(what="consents")
    people[0]["email"] = "other@example.com"
    people.append(customer(2, email="user0@example.com", **NO_MAIL, **NO_TEXT))
    s.hour(hour(2), pages(people))
    as_planned(k, s, 3)
    s.same(k.name)
    s.quiet(k.name)


@cases(("a new contact",), ("one that staff made",))
def a_number_that_another_has_in_their_row(k, who):
    """Of two with one number, which refuses texts, the row has it for one: the other's contact is looked at, and loses it if it is there."""
    people = [customer(0, **NO_TEXT), customer(1, phone=customer(0)["phone"], **NO_TEXT)]
    s = k.shop()
    for n in (0, 1) if who != "a new contact" else ():
        put(s, email="user%d@example.com" % n, **({"mobilePhone": "+17205550000"} if n == 1 else {}))
    s.hour(hour(0), pages(people))
    plan, before = s.plan(), s.far.calls()
    s.push(what=who)
    if who == "a new contact":
        k.lab.equal("calls", s.far.calls() - before, plan["calls"])
    k.lab.equal("no number", [c.get("mobilePhone") or "" for c in s.far.books()["contacts"]], ["", ""])
    s.same(who)
    s.quiet(who)


@cases(("the opt-out, the status and the row",), ("the row and the status",))
def refused_more_than_once(k, what):
    """One dead letter counts once, however many calls for it were refused: in the line, in runs.jsonl and by --status."""
    people = [customer(i) for i in range(3)]
    by_flags = what.startswith("the opt-out")
    s = k.settled(people, (), *(FLAGS if by_flags else ()), **({"push_email_opt_out": "optOutEmail"} if by_flags else {}))
    people[1].update(NO_MAIL if by_flags else NO_TEXT, lastName="Cee")
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT, count=100)
    r = s.push(code=(3,), what=what)
    letters = len(dead(s))
    k.lab.check("some", letters == (2 if by_flags else 1), letters)
    k.lab.check("in the line", ", %d rejected" % letters in r.err, r.err)
    k.lab.equal("in runs.jsonl", json.loads(open(s.path("runs.jsonl")).read().splitlines()[-1])["push"].get("rejected", 0), letters)
    s.far.control("clear")
    r = s.push("--retry-rejected", what="taken")
    k.lab.check("none", ", 0 rejected" in r.err, r.err)
    s.same("taken")
    s.quiet("taken")


@test
def refused_and_taken_in_the_same_push(k):
    """Another's contact had the address until its own row was sent: what is taken in the end is not counted."""
    people = [customer(i) for i in range(3)]
    s = k.settled(people, (), *FLAGS, push_email_opt_out="optOutEmail")
    people[0].update(NO_MAIL, email="user1@example.com")
    people[1]["email"] = "moved@example.com"
    s.hour(hour(1), pages(people))
    r = s.push(code=(0, 3), what=k.name)
    k.lab.check("as many as there are", ", %d rejected" % len(dead(s)) in r.err, (r.err, dead(s)))
    s.same(k.name, but=s.rejected())


@test
def active_after_one_of_two_opt_outs(k):
    """Inactive for an email that DailyStory did not take, and it takes it now; the number refuses once more, and is told after that or before: active once."""
    people = crowd(2)
    people[0].update(NO_TEXT)
    s = k.settled(people, (), *FLAGS, push_email_opt_out="optOutEmail")
    people[0].update(NO_MAIL, consentsToPromotionalSMS=True)
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT, count=1)
    s.push(code=(3,), what="refused")
    s.far.control("clear")
    k.lab.equal("inactive", [c["status"] for c in s.far.books()["contacts"] if c["email"] == "user0@example.com"], ["Inactive"])
    people[0].update(NO_TEXT)
    s.hour(hour(2), pages(people))
    as_planned(k, s, 4, "--retry-rejected")
    s.same(k.name)
    s.quiet(k.name)


@test
def acked_without_a_call(k):
    """That a contact is inactive by others is forgotten once it may be active again: that is no call, and counts as none."""
    people = crowd(2)
    s = k.settled(people)
    s.far.edit("status", email="user0@example.com", value="Spam")
    suppress(s, "user0@example.com")
    s.hour(hour(1), pages(people))
    s.push(what="suppressed")
    suppress(s)
    s.hour(hour(2), pages(people))
    r = s.push(what="back")
    k.lab.check("one call", ": 1 call, 0 retries, 1 acked, 0 rejected, 0 pending" in r.err, r.err)
    k.lab.equal("as others want it", [c["status"] for c in s.far.books()["contacts"] if c["email"] == "user0@example.com"], ["Spam"])
    s.quiet("back")


def add_plans(seeds, first_seed):
    for seed in range(first_seed, first_seed + seeds):
        TESTS.append(("a plan says its calls, seed %d" % seed, planned_calls, (seed,)))
