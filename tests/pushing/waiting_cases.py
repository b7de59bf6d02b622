"""What waits: for push_hold, for an answer, behind a limit or behind what is refused again. It is told, and it lets the others through."""

import datetime

from lab.lab import customer
from pushing.guard_cases import NO_MAIL, OPT_OUT, put, status_of
from pushing.kit import cases, crowd, hour, pages, sold, test


@cases(("flag", "removed"), ("flag", "written anew"), ("delete", "removed"))
def held_for_a_day_is_no_success(k, gone, what):
    """Who is removed, and a row that is another one each hour, wait as long as any other."""
    people = crowd(4)
    s = k.settled(people, push_gone=gone)
    s.set(push_hold=90)
    codes = []
    for n in range(1, 32):
        people[0]["loyaltyPoints"] += what == "written anew"
        s.hour(hour(n), pages(people if what == "written anew" else people[:3]))
        codes.append(s.run("push").code)
    k.lab.equal(k.name, (sorted(set(codes[:24])), codes[-1]), ([0], 75))


@test
def a_clock_that_is_behind_is_told(k):
    people = crowd(4)
    s = k.settled(people)
    s.set(push_hold=30)
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    r = s.run("push", env={"STANDIN_CLOCK": str(int((s.now - datetime.timedelta(days=365)).timestamp()))})
    k.lab.check(k.name, r.code == 75 and "still to come" in r.err and "clock" in r.err, (r.code, r.err))


@test
def acked_up_to_is_what_was_sent_whole(k):
    people = crowd(6)
    s = k.settled(people)
    for p in people:
        p["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.push("--limit", "1")
    k.lab.equal("behind a limit", s.plan()["acked_up_to"], "20261123T040000Z")
    s.push("--only", "c00005")
    k.lab.equal("behind --only", s.plan()["acked_up_to"], "20261123T040000Z")
    s.push()
    k.lab.equal("whole", s.plan()["acked_up_to"], "20261123T050000Z")


@test
def a_limit_counts_what_has_an_answer(k):
    """The opt-out call is down for days: who is suppressed comes behind those who wait for it, and does not wait with them."""
    people = crowd(12)
    s = k.settled(people, push_retries=0)
    for p in people[:5]:
        p.update(NO_MAIL)
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user9@example.com\n")
    s.set(suppress="suppress.txt")
    s.far.fault("503", OPT_OUT)
    for n in range(1, 5):
        s.hour(hour(n), pages(people))
        s.run("push", "--limit", "4")
    k.lab.equal("nobody who may not be written to is active", [status_of(s, "c%05d" % i) for i in (0, 1, 2, 3, 4, 9)], [["Inactive"]] * 6)


@test
def what_is_refused_again_is_no_news(k):
    """A week later all that was refused is due at once: the rest is sent all the same."""
    people = crowd(400)
    s = k.settled(people, push_percent=100)
    refused = range(0, 400, 22)
    for i in refused:
        put(s, email="stranger%d@example.com" % i)
        people[i]["email"] = "stranger%d@example.com" % i
    for p in people:
        p["loyaltyPoints"] += 1
    s.hour(hour(1), pages(people))
    s.push(what="the first time", code=(3,))
    for p in people[-40:]:
        p["loyaltyPoints"] += 1
    s.hour(hour(24 * 7 + 2), pages(people))
    r = s.push(what="a week later", code=(3,))
    k.lab.check("it does not stop", "so the push stops" not in r.err, r.err)
    s.same("but for those", but=["c%05d" % i for i in refused])


@test
def what_is_pending_is_named(k):
    """Also that members are to be added to a static segment."""
    rule = {"name": "Buyers", "slug": "buyers", "where": {"field": "fh_total_orders", "op": ">=", "value": 1}}
    people = crowd(3)
    s = k.shop(push_membership="static", rules=[rule], push_retries=0)
    s.hour(hour(0), pages(people, sold(3, 3)))
    s.far.fault("503", "POST /api/v1/segment")
    s.push(code=(75,))
    said = s.run("push", "--status").out
    k.lab.check(k.name, ", 1 static segment\n" in said, said)


@test
def what_was_not_asked_is_no_answer(k):
    """Whose address another has is refused without a call: however many, the others are sent."""
    people = crowd(50)
    s = k.settled(people, push_percent=100)
    twins = [customer(900 + i, email="user%d@example.com" % i, phone="") for i in range(45)]
    s.hour(hour(1), pages(people[45:] + twins + [customer(980 + i) for i in range(10)]))
    r = s.push(code=(0, 3))
    there = {c["extendedProperties"].get("fh_id") for c in s.far.books()["contacts"]}
    k.lab.check(k.name, "so the push stops" not in r.err and {"c%05d" % (980 + i) for i in range(10)} <= there, r.err)
