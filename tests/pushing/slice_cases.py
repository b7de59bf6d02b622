"""A push of more than ten minutes looks at the state anew: which newer snapshot it may send, and which not. Ten minutes pass in ten calls here."""

import json
import os
import subprocess

from pushing.guard_cases import CONTACT, NO_MAIL, OPT_OUT, put
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.plain_cases import import_by_hand

MINUTE = 60000


def newer(k, s, n, people, *words, orders=()):
    """A push, and while its first calls are under way another snapshot is applied; returns its exit status and what it said."""
    s.far.control("forget")
    env = {**os.environ, **s.env, "STANDIN_CLOCK": str(int(s.now.timestamp()) + 60)}
    p = subprocess.Popen([k.program.path, "-C", s.dir, "push", *words], stderr=subprocess.PIPE, env=env)
    while s.far.calls() < 2:
        assert p.poll() is None, p.stderr.read()
    s.far.control("delay", ms=0 if people is None else 100)
    if people is not None:
        s.hour(hour(n), pages(people, orders))
        k.lab.check("it was applied before the ten minutes were over", s.far.calls() < 11, s.far.calls())
    s.far.control("delay", ms=0)
    said = p.communicate(timeout=100)[1].decode()
    return p.returncode, said


def slow(k, people, **settings):
    s = k.settled(people, **settings)
    s.set(push_interval_ms=MINUTE)
    s.far.control("delay", ms=100)
    return s


def renamed(s):
    return [c["extendedProperties"]["fh_id"] for c in s.far.books()["contacts"] if c["lastName"] == "Cee"]


def more(people, name="Dee"):
    """The first of them renamed, and ten new ones: some calls of the first ten minutes, and some after them."""
    return [{**people[0], "lastName": name}] + people[1:] + crowd(len(people) + 10)[len(people):]


@test
def a_newer_snapshot_is_sent_too(k):
    """Who refuses meanwhile does not wait for the end of a long push."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    later = more(people)
    later[1] = {**later[1], "lastName": "Cee", "consentsToPromotionalEmail": False}
    later[-1] = {**later[-1], "consentsToPromotionalEmail": False, "consentsToPromotionalSMS": False}
    code, said = newer(k, s, 2, later)
    k.lab.equal("done", (code, said.count("pushed 20261123T060000Z: ")), (0, 1))
    s.same("the newer one")
    k.lab.equal("who refuses everything meanwhile is not made", [c for c in s.far.books()["contacts"] if c.get("email") == later[-1]["email"]], [])
    s.quiet(k.name)


@test
def another_plan_than_expected(k):
    """Nothing of a snapshot that nobody looked at is sent."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    later = more(people)
    later[1] = {**later[1], "lastName": "Cee"}
    code, said = newer(k, s, 2, later, "--expect", s.plan()["plan"])
    k.lab.check("it says so", code == 75 and "snapshot 20261123T060000Z came meanwhile" in said, (code, said))
    k.lab.equal("nothing of it is sent", renamed(s), [])
    k.lab.check("no call more than in ten minutes", 10 <= s.far.calls() <= 12, s.far.calls())
    s.push(what="the next push")
    s.same("the next push")


@test
def expected_and_nothing_newer(k):
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    code, said = newer(k, s, 2, None, "--expect", s.plan()["plan"])
    k.lab.equal("all of it is sent", (code, s.far.calls()), (0, 21))
    s.same(k.name)


@test
def a_newer_snapshot_that_has_to_wait(k):
    """push_hold leaves time to look at a snapshot, whenever it comes."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    later = more(people)
    later[1] = {**later[1], "lastName": "Cee"}
    s.set(push_hold=1)
    code, said = newer(k, s, 2, later)
    k.lab.check("it says so", code == 0 and "snapshot 20261123T060000Z is younger than 'push_hold'" in said and "are left for the next push" in said, (code, said))
    k.lab.equal("nothing of it is sent", renamed(s), [])
    k.lab.check("what was done is said", "pushed 20261123T050000Z: " in said, said)
    s.push(what="at once", env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 30)})
    k.lab.equal("still nothing of it", renamed(s), [])
    s.push(what="after a minute")
    s.same("after a minute")


@test
def a_mass_change_that_nobody_accepted(k):
    """What is accepted is the plan that was there, not one that comes later."""
    people = crowd(130)
    s = slow(k, people, push_percent=20)
    s.hour(hour(1), pages(more(people)))
    code, said = newer(k, s, 2, [{**p, "lastName": "Cee"} for p in more(people)], "--accept-mass-change")
    k.lab.check("it says so", code == 5 and "snapshot 20261123T060000Z, which came meanwhile: " in said, (code, said))
    k.lab.check("of what nothing was sent", "nothing of this plan was sent" in said and "nothing was sent" not in said, said)
    k.lab.equal("nothing of it is sent", renamed(s), [])
    s.push(what="not accepted", code=(5,))
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")


@test
def a_mass_change_that_was_accepted(k):
    """In ten minutes it is not done, and stays accepted."""
    people = crowd(130)
    s = slow(k, people, push_percent=20)
    s.far.control("delay", ms=0)
    s.hour(hour(1), pages([{**p, "lastName": "Cee"} for p in people]))
    s.push(what="not accepted", code=(5,))
    s.push("--accept-mass-change", what="accepted")
    s.same("accepted")


@test
def a_first_push_is_not_stopped_by_itself(k):
    """Nothing was ever pushed when it began; after ten minutes something was, and it is the same plan."""
    people = crowd(130)
    rule = {"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": 1}}
    s = k.shop(push_interval_ms=MINUTE, push_percent=20, rules=[rule])
    s.hour(hour(0), pages(people, sold(130, 130)))
    import_by_hand(s, s.full())
    s.imported = True
    s.push("--mark-imported", hour(0).strftime("%Y%m%dT%H%M%SZ"))
    s.push(what="the first push")
    s.same("the first push")


@test
def opt_outs_that_are_all_refused(k):
    """However many it refuses, whoever has the address is inactive with the first push; what changed else waits for the next one."""
    people = crowd(60)
    s = k.settled(people)
    for person in people[:50]:
        person.update(NO_MAIL)
    people[59]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("422", OPT_OUT)
    r = s.push(code=(3,))
    k.lab.equal("nobody can be written to", sorted(c["email"] for c in s.far.books()["contacts"] if c["status"] == "Active"), sorted(p["email"] for p in people[50:]))
    k.lab.check("it says that it stops", "50 of 100 answers are rejections, so the push stops" in r.err, r.err)
    k.lab.equal("nothing else is sent", renamed(s), [])


def taken(k, n):
    """So many whose email the next one has, who is to give it up, and cannot: the last one's is a stranger's."""
    people = crowd(n + 1)
    s = k.settled(people, push_retries=0)
    put(s, email="taken@example.com")
    for i in range(n):
        people[i]["email"] = "user%d@example.com" % (i + 1)
    people[n]["email"] = "taken@example.com"
    s.hour(hour(1), pages(people))
    s.far.control("forget")
    return s


def contacts_called(s):
    """The bodies of the calls."""
    return [json.loads(body) for _, method, path, *_, body in s.far.log() if (method, path) == ("POST", "/api/v1/contact")]


@cases(("503", 10), ("429", 1))
def tried_again_without_an_answer(k, kind, most):
    """Who is tried again at the end of a push is no reason to call on and on."""
    s = taken(k, 12)
    s.push(code=(3,))
    called = [body["dsId"] for body in contacts_called(s)]
    again = called.index(called[0], 2)      # after the row, and the row without its email
    k.lab.equal("each of them is tried again", len(called) - again, 24)
    s = taken(k, 12)
    s.far.fault(kind, CONTACT, skip=again, **({"value": "3600"} if kind == "429" else {}))
    s.push(code=(75,))
    k.lab.equal("so many calls more", len(contacts_called(s)) - again, most)


@cases((False,), (True,))
def what_was_refused_in_more_than_ten_minutes(k, again):
    """--retry-rejected is for all of the push, and once for each."""
    people = crowd(24)
    s = k.settled(people)
    for person in people:
        person["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    k.lab.equal("dead letters", len(s.rejected()), 24)
    if not again:
        s.far.control("clear")
    s.set(push_interval_ms=MINUTE)
    s.far.control("forget")
    s.push("--retry-rejected", code=(3,) if again else (0,))
    k.lab.equal("all are tried, once", s.far.calls(), 24)
    k.lab.equal("sent", len(renamed(s)), 0 if again else 24)


@test
def an_address_that_is_free_after_more_than_ten_minutes(k):
    """Whoever has it is to have another one, in a later part of the same push."""
    people = crowd(24)
    s = k.settled(people)
    for person in people:
        person["lastName"] = "Cee"
    people[0]["email"], people[23]["email"] = people[23]["email"], "other@example.com"
    s.hour(hour(1), pages(people))
    s.set(push_interval_ms=MINUTE)
    s.push()
    k.lab.equal("nobody waits", s.rejected(), {})
    s.same(k.name)
