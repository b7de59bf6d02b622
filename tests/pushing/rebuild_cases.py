"""--rebuild-acked: books that are damaged are made again, from what of them can be read and from DailyStory."""

import glob
import json
import os
import random
import shutil

from lab.lab import customer, read, write
from pushing.guard_cases import CONTACT, OPT_OUT, put, status_of
from pushing.kill_cases import KILL, Hours
from pushing.kit import TESTS, cases, crowd, hour, pages, sold, test
from pushing.shop import injected

NO_MAIL, NO_TEXT = {"consentsToPromotionalEmail": False}, {"consentsToPromotionalSMS": False}


def files(s, pattern):
    return sorted(glob.glob(s.path("push", pattern)))


def journal(s):
    return files(s, "journal-*.jsonl")[-1]


def forget_view(s):
    shutil.rmtree(s.path("push", "state"), ignore_errors=True)


def spoil(s, *numbers):
    """These lines of the last journal, from 1 on."""
    lines = read(journal(s)).splitlines(True)
    for n in numbers:
        lines[n - 1] = lines[n - 1].replace(b'"op"', b'"oP"')
    write(journal(s), b"".join(lines))


def lines_of(s, ident, but=b"nothing"):
    """The numbers of the lines of a customer, without these."""
    return [n for n, line in enumerate(read(journal(s)).splitlines(), 1) if b'"fh_id":"%s"' % ident in line and but not in line]


def refused(s, what):
    """As it is nothing is sent."""
    s.far.control("forget")
    r = s.push(code=(1,), what=what + ": a push before")
    s.lab.check(what + ": it says what helps", "--rebuild-acked" in r.err, r.err)
    s.lab.equal(what + ": nothing is sent before", s.far.calls(), 0)


def rebuilt(s, what, code=(0,), most=None):
    s.far.control("forget")
    r = s.run("push", "--rebuild-acked", "--json")
    s.lab.check("%s: exit %s" % (what, code), r.code in code, (r.code, r.out, r.err))
    posts = [c for c in s.far.log() if c[1] != "GET"]
    s.lab.equal(what + ": it only reads", posts, [])
    if most is not None:
        s.lab.check(what + ": a call for each contact", s.far.calls() <= most, s.far.calls())
    s.lab.equal(what + ": one file stands for all", len(files(s, "acked-*")), 1)
    s.lab.equal(what + ": nothing else is left", [n for n in os.listdir(s.path("push")) if n.startswith(".reb") or n.startswith("journal")], [])
    return json.loads(r.out) if r.out else {}


def people_of_all_kinds():
    return crowd(4) + [customer(4, **NO_MAIL), customer(5, email="", **NO_TEXT), customer(6, phone=""), customer(7, **NO_TEXT)]


def settled(k, *options, **settings):
    """Two hours of all kinds: somebody refuses later, somebody is gone, somebody changed."""
    people = people_of_all_kinds()
    s = k.settled(people, sold(6, 8), *options, **settings)
    people[0].update(NO_MAIL)
    people[3]["lastName"] = "Cee"
    k.next(s, 1, people[:1] + people[2:], sold(8, 8))
    return s, people[:1] + people[2:]


@cases((), ("--text_flag", "optOutText"), ("--empty", "keep"), ("--optouts", "contact", "--text_flag", "optOutText", "--email_flag", "optOutEmail"))
def any_line_may_be_damaged(k, *way):
    """One line after the other, with the view and without: the same contacts, no harm, and the next push ends as if nothing had been."""
    settings = {"push_email_opt_out": "optOutEmail"} if "--email_flag" in way else {}
    s, people = settled(k, *way, **settings)
    whole = read(journal(s))
    count = len(whole.splitlines())
    before = {c["id"] for c in s.far.books()["contacts"]}
    keep = s.lab.new("kept")
    shutil.copytree(s.path("push"), keep, dirs_exist_ok=True)
    for n in range(1, count, 1 if k.o.more else 5):
        what = "%s: line %d" % (k.name, n)
        shutil.rmtree(s.path("push"))
        shutil.copytree(keep, s.path("push"))
        forget_view(s)
        spoil(s, n)
        refused(s, what)
        told = rebuilt(s, what, code=(0, 3), most=len(before))
        k.lab.equal(what + ": one is damaged", (told["damaged"], told["missing"], told["salt_lost"]), (1, 1, False))
        s.push(what=what)
        s.same(what, not_cleared="keep" in way)
        k.lab.equal(what + ": no other contact", {c["id"] for c in s.far.books()["contacts"]}, before)
        s.quiet(what)
    assert people


@test
def sound_books_stay_the_same(k):
    """A call a contact, and nothing is left to send; the plan's hash is that of nothing."""
    s, _ = settled(k)
    told = rebuilt(s, "sound", most=7)
    k.lab.equal("nothing was lost", (told["damaged"], told["missing"], told["contacts"], told["opted_out"]), (0, 0, 7, 0))
    s.quiet("sound")
    s.same("sound")
    k.lab.equal("the salt is the same", len(read(s.path("push", "salt"))), 32)


@test
def a_journal_that_is_gone_is_missed(k):
    """What the view knows of it tells that it was there: nobody is taken for new. Of one that lost its end the calls are made again."""
    s, people = settled(k)
    whole = read(journal(s))
    path = journal(s)
    os.unlink(path)
    people[1]["lastName"] = "Dee"
    s.hour(hour(2), pages(people, sold(8, 8)))
    refused(s, "gone")
    write(path, whole)
    k.lab.check("back again", "lost" not in s.push(what="back again").err)
    s.same("back again")
    lines = read(path).splitlines(True)
    write(path, b"".join(lines[:-3]))
    people[1]["lastName"] = "Eff"
    s.hour(hour(3), pages(people, sold(8, 8)))
    k.lab.check("lost its end", "has lost 3 records" in s.push(what="lost its end").err)
    s.same("lost its end")


@test
def the_view_outlives_a_damaged_journal(k):
    """A push that cannot read the journal leaves the view, which knows the line that is gone: then nothing is missing."""
    s, _ = settled(k)
    lines = read(journal(s)).splitlines(True)
    write(journal(s), b"".join(lines[:4] + lines[5:]))
    for n in (1, 2):
        refused(s, "time %d" % n)
    told = rebuilt(s, "rebuilt", most=8)
    k.lab.equal("nothing is missing", (told["damaged"], told["missing"]), (0, 0))
    s.quiet("rebuilt")
    s.same("rebuilt")


@cases((b"",), (bytes(5000),))
def a_journal_of_which_nothing_is_left(k, rest):
    """As a power cut may leave a file, empty or of zeros: it is missed as one that is gone, and what the view knows stays, for it alone does."""
    s, people = settled(k)
    before = {c["id"] for c in s.far.books()["contacts"]}
    write(journal(s), rest)
    for n in (1, 2):
        refused(s, "time %d" % n)
    rebuilt(s, "rebuilt", code=(0, 3), most=8)
    people[1]["lastName"] = "Eff"
    s.hour(hour(2), pages(people, sold(8, 8)))
    s.push(what="rebuilt")
    s.same("rebuilt")
    k.lab.equal("no other contact", {c["id"] for c in s.far.books()["contacts"]}, before)


@cases(("acked",), ("journal",), ("both",))
def packed_and_journal(k, which):
    """The file of all that was acked is damaged anywhere, or the journal after it, or both."""
    s, people = settled(k)
    rebuilt(s, "to have such a file", most=8)
    people[2]["lastName"] = "Dee"
    k.next(s, 2, people + [customer(9), customer(10, **NO_MAIL)], sold(9, 8))
    keep = s.lab.new("kept")
    shutil.copytree(s.path("push"), keep, dirs_exist_ok=True)
    packed = read(files(s, "acked-*")[0])
    for at in range(0, len(packed), len(packed) // (16 if k.o.more else 4)):
        what = "%s: byte %d" % (k.name, at)
        shutil.rmtree(s.path("push"))
        shutil.copytree(keep, s.path("push"))
        forget_view(s)
        if which != "journal":
            write(files(s, "acked-*")[0], packed[:at] + b"\x00\xff\x00" + packed[at + 3:])
        if which != "acked":
            spoil(s, 2)
        refused(s, what)
        rebuilt(s, what, code=(0, 3), most=10)
        s.push(what=what, code=(0, 3))
        s.same(what)
        s.quiet(what)


@test
def the_view_knows_what_the_journal_lost(k):
    """The journal is gone or garbage but for its end, and the view of it is there: nobody is asked twice, no contact is lost."""
    for what, spoiled in (("garbage", lambda s: write(journal(s), b"\0" * 5000)), ("cut", lambda s: write(journal(s), read(journal(s))[-150:])), ("gone", lambda s: os.remove(journal(s)))):
        s, _ = settled(k)
        before = {c["id"] for c in s.far.books()["contacts"]}
        spoiled(s)
        rebuilt(s, what, code=(0, 3), most=8)
        s.quiet(what)
        s.same(what)
        k.lab.equal(what + ": no other contact", {c["id"] for c in s.far.books()["contacts"]}, before)


@cases((), ("--text_flag", "optOutText"), ("--optouts", "contact", "--text_flag", "optOutText", "--email_flag", "optOutEmail"))
def the_salt_is_lost(k, *way):
    """No hash can be compared: all is read anew, and opt-outs stay."""
    settings = {"push_email_opt_out": "optOutEmail"} if "--email_flag" in way else {}
    s, people = settled(k, *way, **settings)
    before = {c["id"] for c in s.far.books()["contacts"]}
    another = lambda path: write(path, b"x" * 32)
    for what, spoiled in (("another's", another), ("gone", os.remove), ("short", lambda path: write(path, b"x" * 31)), ("another's, and no view", another)):
        os.chmod(s.path("push", "salt"), 0o600)
        if "no view" in what:
            forget_view(s)
        spoiled(s.path("push", "salt"))
        refused(s, what)
        told = rebuilt(s, what, code=(0, 3), most=len(before))
        k.lab.check(what + ": it says so", told["salt_lost"], told)
        s.push(what=what)
        s.same(what)
        k.lab.equal(what + ": no other contact", {c["id"] for c in s.far.books()["contacts"]}, before)
        s.quiet(what)
    people[3].update(NO_MAIL)
    k.next(s, 3, people)


@test
def an_address_that_once_refused(k):
    """Its opt-out is owed no more, and all lines of it are lost: DailyStory shows it, so whoever has the address next is told."""
    people = [customer(0, **NO_TEXT), customer(1), customer(2)]
    s = k.settled(people, (), "--text_flag", "optOutText", "--optouts", "contact", "--taken", "move")
    number = people[0]["phone"]
    people[0]["consentsToPromotionalSMS"] = True
    k.next(s, 1, people)
    lines = read(journal(s)).splitlines()
    spoil(s, *[n + 1 for n, line in enumerate(lines) if b'"opt-out-text"' in line])
    forget_view(s)
    told = rebuilt(s, "lost")
    k.lab.equal("one opt-out is taken over", told["opted_out"], 1)
    s.quiet("lost")
    people[0]["phone"], people[1]["phone"] = "", number
    s.hour(hour(2), pages(people))
    s.push()
    rows = {c["extendedProperties"]["fh_id"]: c for c in s.far.books()["contacts"]}
    k.lab.equal("whoever has the number now was told", rows["c00001"]["out_of_texts"], True)


@test
def a_status_of_others_stays(k):
    """Inactive, and the line that could say who did it is lost: nobody is made active for a guess."""
    people = crowd(3)
    s = k.settled(people)
    s.far.edit("status", email="user1@example.com", value="Inactive")
    spoil(s, 3)
    forget_view(s)
    told = rebuilt(s, "inactive", code=(3,))
    k.lab.equal("told", told["inactive"], 1)
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push()
    row = [c for c in s.far.books()["contacts"] if c.get("email") == "user1@example.com"][0]
    k.lab.equal("it stays", (row["status"], row["lastName"]), ("Inactive", "Cee"))


@test
def what_others_changed_there(k):
    """Their field is sent again, as it is ours; a contact deleted there stays so."""
    people = crowd(4)
    s = k.settled(people)
    s.far.edit("change", email="user1@example.com", field="lastName", value="Other")
    s.far.edit("delete", email="user2@example.com")
    spoil(s, 2)
    forget_view(s)
    told = rebuilt(s, "changed", code=(3,))
    k.lab.equal("one is gone", (told["contacts"], told["gone"]), (3, 1))
    people[2]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("it is not made again", s.rejected(), {"c00002": "deleted-in-dailystory"})
    s.same("changed", but={"c00002"})


@test
def another_customers_contact(k):
    """A contact deleted by us, whose lines are lost, is somebody else's now, by another copy of the account: nothing is written to it for the first one."""
    people = [customer(0), customer(1)]
    s = k.settled(people, (), "--deleted", "revive", push_gone="delete")
    k.next(s, 1, people[1:])
    after = len(read(journal(s)).splitlines())
    people.append(customer(2, email=people[0]["email"]))
    put(s, email=people[0]["email"], extendedProperties={"fh_id": "c00002"})
    s.hour(hour(2), pages(people[1:]))
    unlike = lambda: [d for d in s.differences() if "is sent as" not in d]     # before it was deleted it was another's
    lines = read(journal(s)).splitlines()
    spoil(s, *[n + 1 for n, line in enumerate(lines) if b'"c00000"' in line and b'"delete"' in line], *[n + 1 for n in range(after, len(lines))])
    forget_view(s)
    told = rebuilt(s, "another's", code=(0, 3))
    k.lab.equal("the id is no more the first one's", told["unbound"], 1)
    s.push()
    k.lab.equal("after it", unlike(), [])
    s.quiet("another's")


@test
def no_answer(k):
    """Of one: it is sent whole. Of all, few or many: nothing is changed, and it can be begun again."""
    no_answer_at_all(k, k.settled(crowd(12)))
    s, _ = settled(k)
    no_answer_at_all(k, s)
    s.far.fault("500", "GET", skip=2, count=3)
    told = rebuilt(s, "one has none", code=(3,))
    k.lab.equal("one", told["unknown"], 1)
    k.lab.equal("who refuses every channel and of whom no line is left is named", told["lost"], ["c00005"])
    s.push()
    s.same("one has none")
    s.quiet("one has none")


def no_answer_at_all(k, s):
    spoil(s, 2)
    forget_view(s)
    names = sorted(os.listdir(s.path("push")))
    s.far.fault("500", "GET", count=1000)
    r = s.push("--rebuild-acked", code=(75,), what="no answer at all")
    k.lab.check("it says that nothing changed", "Nothing was changed" in r.err, r.err)
    k.lab.equal("nothing was", [n for n in sorted(os.listdir(s.path("push"))) if n != ".lock"], [n for n in names if n != ".lock"])
    s.far.control("clear")


@test
def nothing_to_make_again(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(2)))
    r = s.push("--rebuild-acked", code=(1,), what="never pushed")
    k.lab.check("it says so", "nothing was pushed yet" in r.err, r.err)
    s.push()
    s.push("--rebuild-acked", "--plan", code=(2,), what="two things at once")
    s.push("--rebuild-acked", env={"DAILYSTORY_TOKEN": "x y"}, code=(2,), what="no token")
    s.quiet("as before")
    r = s.run("push", "--rebuild-acked")
    k.lab.check("a table for people", r.code == 0 and "read         2 contacts in DailyStory" in r.out, (r.out, r.err))


CALLS = ["write", "pwrite64", "fsync", "fdatasync", "rename", "renameat2", "mkdir", "unlink", "unlinkat", "sendto", "recvfrom"]


@cases(("journal",), ("salt",))
def killed_anywhere(k, which):
    """At any write or call: the files there were are still there, or the new one is; begun again it ends."""
    s, _ = settled(k)
    forget_view(s)
    spoil(s, 2, 5)
    if which == "salt":
        os.remove(s.path("push", "salt"))
    keep, hit, tries = s.lab.new("kept"), 0, 0
    shutil.copytree(s.path("push"), keep, dirs_exist_ok=True)
    for call in CALLS:
        for n in range(1, 60 if k.o.more else 40, 2 if k.o.more or call in ("unlink", "rename", "renameat2", "unlinkat") else 9 * k.step(2)):
            what = "%s: %s %d" % (k.name, call, n)
            shutil.rmtree(s.path("push"))
            shutil.copytree(keep, s.path("push"))
            r = s.run("push", "--rebuild-acked", front=injected(call, n, KILL))
            tries, hit = tries + 1, hit + (r.code not in (0, 3))
            if r.code in (0, 3):
                break
            for again in ("push", "--rebuild-acked"):   # a push between must refuse, or know all
                r = s.run("push", *([] if again == "push" else [again]))
                k.lab.check(what + ": " + again, r.code in ((0, 1) if again == "push" else (0, 3)), (r.code, r.err))
            s.push(what=what)
            s.same(what)
            s.quiet(what)
    k.lab.check("%s: kills struck" % k.name, hit > (10 if not k.o.sanitized else 3), (hit, tries))


# ---------------------------------------------------------------- families

def damaged_hours(k, seed, hours):
    """Hours of families; in between lines are lost at random, or the view, or the salt."""
    h, excused = Hours(k, seed), set()
    rng, s = random.Random("damage/%d" % seed), h.s
    for n in range(hours):
        h.hour(n)
        what = "damage, seed %d, hour %d %s" % (seed, n, h.way)
        lines = read(journal(s)).splitlines() if files(s, "journal-*") else []
        if len(lines) > 3:
            spoil(s, *rng.sample(range(1, len(lines)), rng.choice([1, 1, 2, min(20, len(lines) - 1)])))
        if rng.random() < 0.6:
            forget_view(s)
        if rng.random() < 0.2:
            os.remove(s.path("push", "salt"))
        if rng.random() < 0.5:
            s.hour(h.families.now, h.families.pages())
            h.change()
        told = rebuilt(s, what, code=(0, 3))
        excused |= {": is Inactive"} if told["inactive"] else set()
        excused |= {i + ":" for i in told["lost"]} | {i + ": 2 contacts" for i in told["moved"]}
        s.push("--accept-mass-change", "--retry-rejected", code=(0, 3), what=what)
        dead = s.rejected()
        k.lab.check(what + ": why", set(dead.values()) <= {"same-contact", "identity-taken"}, dead)
        found = s.differences(but=dead, not_cleared=h.way[0]["empty"] == "keep")
        k.lab.equal(what + ": the books are the account's, but for what was told", [f for f in found if not any(x in f for x in excused)], [])
        s.quiet(what)
        if found or told["inactive"]:   # what is left to a person stays until they did it
            break


def add_damage(seeds, first):
    for seed in range(first, first + seeds):
        TESTS.append(("damaged hours of families, seed %d" % seed, damaged_hours, (seed, 4)))



@cases((False,), (True,))
def named_by_an_opt_out(k, without_salt):
    """All lines of a contact are lost but that of its opt-out, which names it: it is theirs again, though the address moves meanwhile."""
    people = [customer(0, **NO_TEXT), customer(1)]
    s = k.settled(people, (), "--text_flag", "optOutText")
    spoil(s, *lines_of(s, b"c00000", but=b'"opt-out-text"'))
    forget_view(s)
    if without_salt:
        os.remove(s.path("push", "salt"))
    people[0]["email"] = "other@example.com"
    s.hour(hour(1), pages(people))
    told = rebuilt(s, "named")
    k.lab.equal("bound again", (told["bound"], told["lost"]), (1, []))
    s.push()
    s.same("named")
    k.lab.equal("no other contact", len(s.far.books()["contacts"]), 2)
    s.quiet("named")


@test
def named_by_a_dead_letter(k):
    """All lines of a contact are lost, but its id stands in the way of whoever has its number now: nothing of them is written to it."""
    people = [customer(0), customer(1)]
    s = k.settled(people)
    people.append(customer(2, email="", phone=people[0]["phone"]))
    people[0]["phone"] = ""
    s.hour(hour(1), pages(people))
    s.push(code=(3,))
    k.lab.equal("it stands in the way", s.rejected(), {"c00002": "same-contact"})
    spoil(s, *lines_of(s, b"c00000"))
    forget_view(s)
    told = rebuilt(s, "named")
    k.lab.equal("bound again", (told["bound"], told["lost"]), (1, []))
    s.push("--retry-rejected", code=(3,))
    k.lab.equal("it still does", s.rejected(), {"c00002": "same-contact"})
    s.same("named", but={"c00002"})


@test
def of_whom_nothing_is_known(k):
    """All lines of a contact are lost, who is none any more: not found again, but named."""
    people = crowd(3)
    s = k.settled(people)
    s.hour(hour(1), pages(people[1:]))
    spoil(s, *lines_of(s, b"c00000"))
    forget_view(s)
    told = rebuilt(s, "lost", code=(3,))
    k.lab.equal("named", told["lost"], ["c00000"])
    s.push()
    s.same("lost", but={"c00000"})


@test
def refused_before_the_salt_was_lost_and_not_told(k):
    """That a contact was told of its first address says nothing of the one it has now, which refused later."""
    people = [customer(0, **NO_MAIL), customer(1)]
    s = k.settled(people)
    people[0].update(dict.fromkeys(NO_MAIL, True), email="second@example.com")
    s.hour(hour(1), pages(people))
    s.push(what="another address, that consents")
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    os.remove(s.path("push", "salt"))
    rebuilt(s, "refused", code=(0, 3))
    s.push(what="refused")
    k.lab.check("it is told", [c for c in s.far.log() if c[2].endswith("/optout/email") and "second@example.com" in c[6]], s.far.log())
    s.same("refused")
    s.quiet("refused")


@test
def an_id_longer_than_any(k):
    """Somebody wrote nonsense into a contact's fh_id: it is nobody's id, and no reason to stop."""
    s = k.settled(crowd(2))
    s.far.edit("change", email="user0@example.com", field="fh_id", value="x" * 600)
    os.remove(s.path("push", "salt"))
    read_ = rebuilt(s, "long", code=(0, 3))
    k.lab.equal("both are read", read_["contacts"], 2)
    s.push(what="long")
    s.same("long")


@test
def inactive_without_an_answer(k):
    """It was about to be made inactive, and a dead letter is there too: that it was we is known after the rebuild."""
    people = crowd(2)
    s = k.settled(people, push_retries=0)
    put(s, email="taken@example.com")
    people[0]["email"] = "taken@example.com"
    s.hour(hour(1), pages(people))
    s.push(code=(3,), what="the row waits")
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault("422", OPT_OUT)
    s.far.fault("lost", CONTACT)
    s.push(code=(0, 3, 75), what="no answer")
    k.lab.equal("inactive", status_of(s, "c00000"), ["Inactive"])
    s.far.control("clear")
    rebuilt(s, "begun", code=(0, 3))
    people[0].update(dict.fromkeys(NO_MAIL, True), email="free@example.com")
    s.hour(hour(3), pages(people))
    s.push("--retry-rejected", code=(0, 3), what="a free address")
    k.lab.equal("it was ours, and is active again", status_of(s, "c00000"), ["Active"])
