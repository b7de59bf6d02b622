"""Who is gone, or whose opt-out has to wait, and must not be written to all the same."""

import json

from pushing.guard_cases import NO_MAIL, NO_TEXT, OPT_OUT, dead, status_of, told
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.slice_cases import more, newer, slow


@cases(("no-identifier",), ("no-identifier, before",))
def gone_and_cannot_be_told(k, why):
    """A contact that is gone by a flag is active otherwise; while DailyStory does not take the opt-out, it is not."""
    people = crowd(3)
    s = k.settled(people)
    people[0].update(email="", phone="")
    if why.endswith("before"):
        s.hour(hour(1), pages(people))
        s.push(what="gone")
        k.lab.equal("gone", status_of(s, "c00000"), ["Active"])
    people[0].update(NO_MAIL)
    s.hour(hour(2), pages(people))
    s.far.fault("422", OPT_OUT)
    s.push(code=(3,))
    k.lab.equal("cannot be written to", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.quiet("refused")
    s.far.control("clear")
    s.push("--retry-rejected", what="it works")
    s.same("it works")
    s.quiet("it works")
    people[0].update(email="user0@example.com", phone="7205550000")
    s.hour(hour(3), pages(people))
    s.push(what="back")
    s.same("back")
    k.lab.equal("active again", status_of(s, "c00000"), ["Active"])


@cases(("email",), ("text",), ("flag",))
def removed_before_it_was_told(k, way):
    """Nobody owes the opt-out any more, but they refused: nothing reaches them."""
    people = crowd(3)
    s = k.settled(people, (), *(["--text_flag", "optOutText"] if way == "flag" else []))
    people[0].update(NO_MAIL if way == "email" else NO_TEXT)
    s.hour(hour(1), pages(people))
    s.hour(hour(2), pages(people[1:]))
    s.push(what="removed")
    k.lab.equal("cannot be written to", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.quiet("removed")
    s.hour(hour(3), pages(people))
    s.push(what="back")
    s.same("back")
    k.lab.equal("active again, and told", status_of(s, "c00000"), ["Active"])


@test
def removed_after_it_was_told(k):
    """Then the flag is all that is to be sent, as ever."""
    people = crowd(2)
    s = k.settled(people)
    people[0].update(NO_MAIL)
    k.next(s, 1, people)
    k.next(s, 2, people[1:])
    k.lab.equal("left alone", status_of(s, "c00000"), ["Active"])
    s.quiet("removed")


def contact(s, ident):
    return next(c for c in s.far.books()["contacts"] if c["extendedProperties"].get("fh_id") == ident)


@cases(("",), ("--expect",))
def an_opt_out_is_never_held(k, expect):
    """push_hold leaves time to look at what a snapshot changed; who refuses does not wait for that, and nothing else goes with it."""
    people = crowd(6)
    s = k.settled(people)
    s.set(push_hold=90)
    people[0].update(NO_MAIL, lastName="Cee")
    people[1].update(NO_TEXT)
    people[2]["lastName"] = "Cee"
    people[3].update(email="", phone="")
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user4@example.com\n")
    s.set(suppress="suppress.txt")
    s.hour(hour(1), pages(people, sold(1, 1)))
    at = int(s.now.timestamp())
    r = s.push(*([expect, s.plan()["plan"]] if expect else []), what="too young")
    k.lab.check("it says so", "younger than 'push_hold'" in r.err and "3 more are left" in r.err, r.err)
    k.lab.check("the opt-out is told", told(s, "user0@example.com"), s.far.books()["refusals"])
    k.lab.equal("the mobile is gone", contact(s, "c00001").get("mobilePhone"), None)
    k.lab.equal("suppressed", status_of(s, "c00004"), ["Inactive"])
    k.lab.equal("the rest waits", [(contact(s, "c%05d" % i)["lastName"], contact(s, "c%05d" % i)["extendedProperties"].get("fh_gone")) for i in (0, 2, 3)],
                [("Bee", None)] * 3)
    s.quiet("too young")
    s.push(env={"STANDIN_CLOCK": str(at + 100 * 60)}, what="old enough")
    s.same("old enough")


@cases(("settled",), ("never pushed",))
def held_for_ever(k, before):
    """With a snapshot each hour none is ever as old as push_hold asks: after a day and that it is said, and is no success."""
    people = crowd(3)
    s = k.settled(people) if before == "settled" else k.shop()
    s.set(push_hold=90)
    people[0].update(NO_MAIL)
    people[1]["lastName"] = "Cee"
    ends = []
    for n in range(1, 30):
        s.hour(hour(n), pages(people))
        r = s.run("push")
        ends.append(r.code)
        if n == 1:
            k.lab.check("the opt-out is told", told(s, "user0@example.com"), s.far.books()["refusals"])
    k.lab.equal("a day and 90 minutes", ends, [0] * 26 + [75] * 3)
    k.lab.check("it names the setting", "'push_hold' has held " in r.err, r.err)
    s.push(env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 91 * 60)}, what="old enough")
    s.same("old enough")


@test
def held_after_a_quiet_week(k):
    """What is held back is new, though nothing was sent for long."""
    people = crowd(2)
    s = k.settled(people)
    s.set(push_hold=90)
    people[0]["lastName"] = "Cee"
    s.hour(hour(170), pages(people))
    s.push(what="too young")
    k.lab.equal("it waits", contact(s, "c00000")["lastName"], "Bee")


@test
def held_while_a_push_is_under_way(k):
    """Who refuses in a snapshot that comes meanwhile is told of, though it has to wait."""
    people = crowd(4)
    s = slow(k, people)
    s.hour(hour(1), pages(more(people)))
    later = more(people)
    later[1] = {**later[1], **NO_MAIL, "lastName": "Cee"}
    s.set(push_hold=1)
    code, said = newer(k, s, 2, later)
    k.lab.check("it says so", code == 0 and "snapshot 20261123T060000Z is younger than 'push_hold'" in said and "are left for the next push" in said, (code, said))
    k.lab.check("the opt-out is told", told(s, "user1@example.com"), s.far.books()["refusals"])
    k.lab.equal("nothing else of it", contact(s, "c00001")["lastName"], "Bee")
    s.push(what="after a minute")
    s.same("after a minute")


@test
def a_flag_by_another_name(k):
    """What was told by a name that DailyStory perhaps never knew is told again; while that fails, nobody may be active."""
    people = crowd(3)
    people[0].update(NO_TEXT)
    s = k.settled(people, (), "--text_flag", "optOutText")
    s.set(push_text_opt_out="noSuchFlag")
    k.lab.equal("it is planned", s.plan()["opt_outs"]["text"], 1)
    s.push(code=(3,))
    k.lab.equal("cannot be texted", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.quiet("by another name")
    s.set(push_text_opt_out="optOutText")
    s.push(what="the right name")
    k.lab.equal("told", s.of_refusals(s.full(), s.far.books()), [])
    s.same("the right name")
    s.quiet("the right name")


@test
def a_flag_instead_of_a_call(k):
    """By the address alone is documented: what was told so holds, when the flag's name comes to be known."""
    people = crowd(2, **NO_MAIL)
    s = k.settled(people, (), "--email_flag", "optOutEmail")
    s.set(push_email_opt_out="optOutEmail")
    s.quiet("a flag")
    people[0].update(email="other@example.com")
    k.next(s, 1, people)


@test
def told_by_another_name_and_nobody_answers(k):
    """What was told by a name of the flag that the settings do not have any more counts as not told: as long as the call instead has no answer, nobody may be active."""
    people = crowd(3)
    people[0].update(NO_MAIL)
    s = k.settled(people, (), "--email_flag", "anyFlag", push_email_opt_out="anyFlag", push_retries=0)
    k.lab.equal("told by a flag", status_of(s, "c00000"), ["Active"])
    s.set(push_email_opt_out=None)
    s.far.switch("email_flag", "theFlag")
    s.far.fault("503", OPT_OUT)
    s.push(code=(75,), env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 7200)}, what="by the address")
    k.lab.equal("cannot be written to", [status_of(s, "c%05d" % i) for i in range(2)], [["Inactive"], ["Active"]])
    s.far.control("clear")
    s.push(what="it works")
    s.same("it works")
    s.quiet("it works")


@test
def refused_by_another_name(k):
    """DailyStory refused a flag by a wrong name; that is no refusal of the right one, so nobody is made inactive for it."""
    people = crowd(2)
    s = k.settled(people, (), "--email_flag", "optOutEmail", push_email_opt_out="noSuchFlag", push_retries=0)
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.far.fault("503", "POST /api/v1/contact$", skip=1)   # the refusal is answered, and nothing after it
    s.far.fault("503", "GET /api/v1/contact/")
    s.push(code=(3, 75), what="a wrong name")
    s.far.control("clear")
    s.set(push_email_opt_out="optOutEmail")
    s.far.control("forget")
    plan = s.plan()
    s.push(what="the right name")
    k.lab.equal("told, by one call", ([json.loads(c[6]) for c in s.far.log()], plan["calls"]), ([{"dsId": s.far.books()["contacts"][0]["id"], "optOutEmail": True}], 1))
    k.lab.equal("no dead letter", dead(s), [])
    s.same("the right name")
    s.quiet("the right name")


@test
def imported_and_told_by_a_flag(k):
    """There was no such contact, and the opt-out made one: that is theirs, and no second one is made of their number."""
    people = crowd(2)
    s = k.shop("--email_flag", "optOutEmail", push_email_opt_out="optOutEmail")
    s.hour(hour(0), pages(people))
    s.push("--mark-imported", s.now.strftime("%Y%m%dT%H%M%SZ"))
    people[0].update(NO_MAIL, lastName="Cee")
    s.hour(hour(1), pages(people))
    s.push()
    k.lab.equal("one contact", [(c.get("email"), c.get("mobilePhone"), c.get("lastName")) for c in s.far.books()["contacts"]], [("user0@example.com", "+17205550000", "Cee")])
    s.quiet(k.name)
