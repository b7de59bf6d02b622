"""A wish that goes back to what it was, after a call whose answer was lost: what was acknowledged is wanted again, and is not what is there."""

import os
import random
import re
import shutil

from lab.lab import customer, read, write
from pushing.guard_cases import CONTACT, LOOK, NO_MAIL, NO_TEXT, OPT_OUT
from pushing.kit import TESTS, cases, crowd, hour, pages, sold, test
from pushing.shop import injected

FLAGS = ("--email_flag", "optOutEmail", "--text_flag", "optOutText")
YES = {"consentsToPromotionalEmail": True, "consentsToPromotionalSMS": True}


def suppress(s, *mails):
    write(s.path("suppress.txt"), "".join(m + "\n" for m in mails))
    s.set(suppress="suppress.txt")


def lost(s, call=CONTACT, skip=0, count=2, code=(75,)):
    """A push of which these calls are done, and not answered; on a connection that was kept each is sent twice."""
    s.far.fault("lost", call, skip=skip, count=count)
    s.push(code=code, what="an answer is lost")
    s.far.control("clear")


def killed(s, n):
    """A push that ends when the n-th answer is on its way."""
    s.run("push", front=injected("recvfrom", n, "signal=KILL"))


def whole(k, s):
    """The books are the account's, but for the hour in which nobody answered, and stay so without a call."""
    found = [d for d in s.differences() if not d.startswith("harm")]
    k.lab.equal(k.name + ": the books are the account's", found, [])
    s.quiet(k.name)


def row(s, who):
    return next(c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == who)


@cases(("lost",), ("killed",))
def texts_are_refused_again(k, how):
    """Refused, consented to (that row is done), refused: the number is there, and goes."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    people[0].update(NO_TEXT)
    k.next(s, 1, people)
    people[0].update(YES)
    s.hour(hour(2), pages(people))
    lost(s) if how == "lost" else killed(s, 1)
    people[0].update(NO_TEXT)
    s.hour(hour(3), pages(people))
    s.push(what="refused again")
    k.lab.equal("the number is gone", row(s, "c00000").get("mobilePhone"), None)
    whole(k, s)


@test
def a_new_number_is_refused_before_it_is_known(k):
    """The first row of new customers, which brings the mobile, is done and not answered; then they refuse texts."""
    people = crowd(12)
    s = k.shop()
    s.hour(hour(0), pages(people))
    lost(s, skip=5, count=1000)
    for p in people:
        p.update(NO_TEXT)
    s.hour(hour(1), pages(people))
    s.push(what="refused")
    k.lab.equal("nobody has a number", [c.get("mobilePhone") for c in s.far.books()["contacts"]], [None] * 12)
    whole(k, s)


@cases(("lost",), ("killed",))
def a_strangers_email_is_taken_back(k, how):
    """Typed in by mistake, done, and corrected in the next hour."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    people[0]["email"] = "stranger@example.com"
    s.hour(hour(1), pages(people))
    lost(s) if how == "lost" else killed(s, 1)
    k.lab.equal("it is there", row(s, "c00000")["email"], "stranger@example.com")
    people[0]["email"] = "user0@example.com"
    s.hour(hour(2), pages(people))
    s.push(what="corrected")
    whole(k, s)
    people.append(customer(5, email="stranger@example.com"))
    s.hour(hour(3), pages(people))
    s.push(what="the stranger becomes a customer")
    whole(k, s)


@cases(("flag",), ("inactive",), ("delete",))
def gone_back_and_gone(k, gone):
    """Their return is done and not answered: they are gone again, and it is said again.  So is the other way round."""
    people = crowd(3)
    s = k.settled(people, sold(2, 2), push_retries=0, push_gone=gone)
    s.hour(hour(1), pages(people[1:]))
    s.push(what="gone")
    for n, there in ((2, True), (4, False)):
        s.hour(hour(n), pages(people[0 if there else 1:], sold(2, 2)))
        lost(s, call="" if gone == "delete" else CONTACT, skip=1 if gone == "delete" and there else 0, count=3)
        s.hour(hour(n + 1), pages(people[1 if there else 0:], sold(2, 2)))
        s.push(what="the other way round")
        whole(k, s)
        people = people if there else people[:]
        s.hour(hour(n + 1) + (hour(1) - hour(0)) / 2, pages(people, sold(2, 2)))
        s.push(what="there")
        whole(k, s)


@test
def lost_then_refused_then_taken_back(k):
    """What one try may have done, DailyStory's refusal of the next does not undo."""
    people = crowd(2)
    s = k.settled(people)
    people[0]["email"] = "new@example.com"
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, count=2)
    s.far.fault("422", CONTACT, count=100)
    s.push(code=(3,), what="lost, then refused")
    s.far.control("clear")
    k.lab.equal("it is there", row(s, "c00000")["email"], "new@example.com")
    people[0]["email"] = "user0@example.com"
    s.hour(hour(2), pages(people))
    s.push(what="taken back")
    whole(k, s)


@test
def refused_when_it_was_sent_again(k):
    """The first one is done, on a connection that was kept; libcurl sends it once more, and that one is refused."""
    people = crowd(3)
    s = k.settled(people, push_retries=0)
    people[0]["lastName"] = people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("lost", CONTACT, skip=1, count=1)
    s.far.fault("422", CONTACT, skip=1, count=1)
    s.push(code=(3,), what="lost, then refused")
    s.far.control("clear")
    people[1]["lastName"] = "Bee"
    s.hour(hour(2), pages(people))
    s.push(what="taken back")
    whole(k, s)


@test
def refused_for_sure_then_taken_back(k):
    """Nothing was changed, so nothing is sent."""
    people = crowd(2)
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    s.far.control("clear")
    people[0]["lastName"] = "Bee"
    s.hour(hour(2), pages(people))
    s.far.control("forget")
    s.push(what="taken back")
    k.lab.equal("no call", s.far.calls(), 0)
    whole(k, s)


@cases(("suppressed", "lost"), ("suppressed", "killed"), ("removed", "lost"), ("removed", "killed"))
def inactive_again_before_active_is_known(k, why, how):
    """Ours, and inactive; the call that makes it active is done and not answered; then they may not be active once more."""
    people = crowd(2)
    s = k.settled(people, push_retries=0, push_gone="inactive")
    suppress(s)

    def away(n, is_away):
        suppress(s, *["user0@example.com"] * (why == "suppressed" and is_away))
        s.hour(hour(n), pages(people[1 if is_away and why == "removed" else 0:]))

    away(1, True)
    s.push(what="inactive")
    away(2, False)
    lost(s, skip=1) if how == "lost" else killed(s, 3)
    k.lab.equal("it is active", row(s, "c00000")["status"], "Active")
    away(3, True)
    s.push(what="again")
    k.lab.equal("it is inactive", row(s, "c00000")["status"], "Inactive")
    whole(k, s)
    away(4, False)
    s.push(what="back")
    whole(k, s)


@test
def active_is_lost_and_others_were_first(k):
    """What staff make of a contact that we made active without an answer stays."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    suppress(s, "user0@example.com")
    k.next(s, 1, people)
    suppress(s)
    s.hour(hour(2), pages(people))
    lost(s, skip=1)
    s.far.edit("status", email="user0@example.com", value="Spam")
    s.push(what="back")
    k.lab.equal("left alone", row(s, "c00000")["status"], "Spam")
    s.quiet(k.name)


@cases((), FLAGS)
def an_address_that_refuses_may_be_there(k, *flags):
    """A new email is done and not answered; that one refuses now, and another is wanted: whoever has it is told, or has it no more."""
    for mode in ("address", "contact"):
        people = crowd(3)
        s = k.settled(people, (), "--optouts", mode, *flags, push_retries=0, push_email_opt_out="optOutEmail" if flags else None)
        people[0]["email"] = "new@example.com"
        s.hour(hour(1), pages(people))
        lost(s)
        people[0].update(NO_MAIL)
        s.hour(hour(2), pages(people))
        s.push(what=mode + ": refused")
        whole(k, s)
        people[0].update(email="user0@example.com", **YES)
        people[1].update(email="new@example.com")
        s.hour(hour(3), pages(people))
        lost(s, code=(3, 75))
        people[0].update(email="other@example.com")
        people[1].update(email="user1@example.com")
        s.hour(hour(4), pages(people))
        s.push(what=mode + ": back")
        whole(k, s)


@cases((), FLAGS)
def an_address_that_goes_on_and_refuses_there(k, *flags):
    """Typed in at one customer's, done and not answered, and moved to another's who refuses: the first one refused nothing."""
    for mode in ("address", "contact"):
        people = crowd(2)
        s = k.settled(people, (), "--optouts", mode, *flags, push_retries=0, push_email_opt_out="optOutEmail" if flags else None)
        people[0].update(email="new@example.com", phone="7205559999")
        s.hour(hour(1), pages(people))
        lost(s)
        people[0].update(email="user0@example.com", phone=customer(0)["phone"])
        people.append(customer(5, email="new@example.com", phone="7205559999", **NO_MAIL, **NO_TEXT))
        s.hour(hour(2), pages(people))
        s.push(what=mode + ": moved")
        whole(k, s)
        k.lab.equal("who refused nothing is not opted out", [row(s, "c00000")[n] for n in ("out_of_email", "out_of_texts")], [False, False])


@cases(*[(mode, *flags) for mode in ("address", "contact") for flags in ((), FLAGS)])
def an_address_that_two_gave_up(k, mode, *flags):
    """One's row took it, done and not answered, and the other's gave it up; then the first has their own again, and somebody else refuses by it: these two refused nothing."""
    people = crowd(2)
    s = k.settled(people, (), "--taken", "move", "--optouts", mode, *flags, push_retries=0, push_email_opt_out="optOutEmail" if flags else None)
    people[0]["email"], people[1]["email"] = "user1@example.com", "moved@example.com"
    s.hour(hour(1), pages(people))
    lost(s, count=1)
    k.lab.equal("the first one's has it", row(s, "c00000")["email"], "user1@example.com")
    people[0]["email"] = "user0@example.com"
    people.append(customer(9, email="user1@example.com", **NO_MAIL))
    s.hour(hour(2), pages(people))
    s.push(what="given up")
    k.lab.equal("who is opted out", [row(s, p["id"])["out_of_email"] for p in people], [False, False, True])
    whole(k, s)


@test
def who_had_the_address_gets_it_back(k):
    """It went to another by a call without an answer, and the wishes of both go back."""
    people = crowd(2)
    s = k.settled(people, (), "--taken", "move", push_retries=0)
    people[0].update(email="user1@example.com")
    people[1].update(email="")
    s.hour(hour(1), pages(people))
    lost(s)
    people[0].update(email="user0@example.com")
    people[1].update(email="user1@example.com")
    s.hour(hour(2), pages(people))
    s.push(code=(0, 3), what="back")
    s.push("--retry-rejected", what="and once more")
    whole(k, s)


@test
def begun_in_packed_books(k):
    """What was begun is kept by the file of all that was acknowledged, and by books that are made again; and nothing is left of it once it was acknowledged."""
    for how in ("packed", "rebuilt"):
        people = crowd(3)
        s = k.settled(people, push_retries=0)
        people[0]["email"] = "stranger@example.com"
        s.hour(hour(1), pages(people))
        lost(s)
        people[0]["email"] = "user0@example.com"
        s.hour(hour(2), pages(people))
        if how == "rebuilt":
            s.push("--rebuild-acked", code=(0, 3), what="--rebuild-acked")
        else:
            shutil.rmtree(s.path("push", "state"))
        s.push(what=how)
        whole(k, s)
        s.secrets(how)


@cases(("a first push",), ("an hour",))
def on_the_disk_before_it_leaves(k, which):
    """Each call that changes something follows a sync of the journal, whose last line says that it was begun."""
    people = crowd(4)
    s = k.shop(push_gone="delete")
    s.hour(hour(0), pages(people))
    s.push("--only", "c00000", what="the journal is there")
    if which == "an hour":
        s.push()
        people[1].update(NO_MAIL)
        people[2]["lastName"] = "Cee"
        s.hour(hour(1), pages(people[:3]))
    log = os.path.join(k.lab.place, "strace")
    s.push(front=["strace", "-f", "-qq", "-y", "-s", "1000", "-o", log, "-e", "trace=write,fdatasync,sendto"], what=which)
    line, is_synced, sent = b"", False, set()
    for x in read(log).splitlines():
        if b"journal-000001.jsonl>" in x:
            is_synced = b" fdatasync(" in x
            line = line if is_synced else x
        call = re.search(rb'sendto\(.*?"(POST|DELETE) (\S+)', x)
        if call:
            sent.add(call.group(0)[-40:])
            k.lab.check("%s is begun, and on the disk" % call.group(2).decode(), is_synced and b'\\"result\\":\\"unknown\\"' in line, line[:300])
    k.lab.check("there were some", len(sent) >= (1 if which == "a first push" else 3), sent)


# ---------------------------------------------------------------- histories

CALLS = ["POST", CONTACT, OPT_OUT, LOOK, "DELETE"]


class History:
    """Five customers whose wishes change and go back, while answers are lost; at its end days on which all works."""

    def __init__(self, k, seed):
        self.k, self.rng = k, random.Random("back/%d" % seed)
        rng = self.rng
        options = ["--optouts", rng.choice(["address", "contact"]), "--taken", rng.choice(["refuse", "move", "move"])]
        settings = {"push_retries": rng.choice([0, 0, 1]), "push_gone": rng.choice(["flag", "inactive", "delete"])}
        if rng.random() < 0.5:
            options += FLAGS
            settings["push_email_opt_out"] = "optOutEmail"
        options += self.switches(seed)
        self.way = (options, settings)
        self.s = k.shop(*options, **settings)
        self.people = {i: customer(i, **(rng.choice([{"email": ""}, {"phone": ""}]) if rng.random() < 0.3 else {})) for i in range(5)}
        self.out, self.spare, self.n = (), 0, 0
        suppress(self.s)

    def switches(self, seed):
        """What else DailyStory may be like."""
        return []

    def bought(self):
        return ()

    def change(self):
        """One of them wants, or is, something else."""
        rng, i = self.rng, self.rng.randrange(5)
        if i not in self.people:
            self.people[i] = customer(i)
            return
        p, what = self.people[i], rng.randrange(9)
        if what == 0:
            del self.people[i]
        elif what == 1:
            self.out = rng.choice([(), ("user%d@example.com" % i,)])
        elif what in (2, 3):
            p["email"] = rng.choice(["", self.fresh(), "user%d@example.com" % rng.randrange(5)])
        elif what == 4:
            p["phone"] = rng.choice(["", customer(rng.randrange(5))["phone"]])
        else:
            p.update(rng.choice([NO_MAIL, NO_TEXT, YES]))

    def fresh(self):
        self.spare += 1
        return "spare%d@example.com" % self.spare

    def state(self):
        return {i: dict(p) for i, p in self.people.items()}, self.out

    def snapshot(self):
        suppress(self.s, *self.out)
        self.s.hour(hour(self.n), pages(list(self.people.values()), self.bought()))
        self.n += 1

    def trouble(self):
        """A push whose answers are lost here and there."""
        rng, s = self.rng, self.s
        for _ in range(rng.choice([1, 1, 2])):
            s.far.fault("lost", rng.choice(CALLS), skip=rng.randint(0, 4), count=rng.choice([1, 2, 100]))
        front = injected("recvfrom", rng.randint(1, 8), "signal=KILL") if rng.random() < 0.2 else ()
        s.run("push", **({"front": front} if front else {}))
        s.far.control("clear")

    def hours(self):
        """Something changes, and often all of it goes back before anybody knows what became of it."""
        for _ in range(self.rng.randint(3, 6)):
            before = self.state()
            for _ in range(self.rng.randint(1, 3)):
                self.change()
            self.snapshot()
            self.trouble()
            if self.rng.random() < 0.6:
                self.people, self.out = {i: dict(p) for i, p in before[0].items()}, before[1]
                self.snapshot()
                if self.rng.random() < 0.3:
                    self.trouble()
            full = self.s.full()
            self.s.owed |= full.emails | full.texts

    def end(self, what):
        """Days on which all works, and letters are tried again."""
        s = self.s
        for later in (200, 1):
            self.n += later
            self.snapshot()
            s.push("--retry-rejected", code=(0, 3), what=what)
        dead = s.rejected()
        self.k.lab.check(what + ": why", set(dead.values()) <= {"same-contact", "identity-taken"}, dead)
        found = [d for d in s.differences(but=dead) if not d.startswith("harm") and "was made though" not in d]
        self.k.lab.equal("%s: the books are the account's" % what, found, [])
        s.quiet(what)


def there_and_back(k, seed):
    h = History(k, seed)
    what = "%s %s" % (k.name, h.way)
    h.snapshot()
    h.s.run("push")
    h.hours()
    h.end(what)
    h.s.secrets(what)


def add_histories(seeds, first_seed):
    for seed in range(first_seed, first_seed + seeds):
        TESTS.append(("there and back, seed %d" % seed, there_and_back, (seed,)))

