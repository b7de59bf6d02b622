"""What a plan says and its hash: all that is asked of DailyStory, and nothing that is not."""

import json

from pushing.guard_cases import NO_MAIL, NO_TEXT, status_of
from pushing.kit import cases, crowd, hour, pages, sold, test

FLAGS = ("--email_flag", "optOutEmail", "--text_flag", "optOutText")


@cases(("push_gone", "delete", "removed"), ("push_gone", "inactive", "removed"), ("push_email_opt_out", "another", "refuses"), ("push_email_opt_out", None, "refuses"),
       ("push_text_opt_out", "another", "new"), ("push_email_opt_out", "another", "new"))
def another_setting_is_another_plan(k, key, value, who):
    """What was looked at is sent, or nothing: the same row as a deletion, or an opt-out by another flag, is another plan."""
    people = crowd(4)
    s = k.settled(people, (), *FLAGS, push_email_opt_out="optOutEmail")
    later = {"removed": people[1:], "refuses": [{**people[0], **NO_MAIL}] + people[1:], "new": people + [{**p, **(NO_TEXT if "text" in key else NO_MAIL)} for p in crowd(5)[4:]]}
    s.hour(hour(1), pages(later[who]))
    looked_at, before = s.plan(), s.settings.get(key)
    k.lab.equal("looked at twice", s.plan()["plan"], looked_at["plan"])
    s.set(**{key: value})
    s.far.control("forget")
    s.push("--expect", looked_at["plan"], code=(1,), what="another plan")
    k.lab.equal("nothing is sent", (s.far.calls(), status_of(s, "c00000")), (0, ["Active"]))
    s.set(**{key: before})
    s.push("--expect", looked_at["plan"], what="the one that was looked at")
    s.same("the one that was looked at")


@test
def a_plan_says_who_is_deleted(k):
    people = crowd(4)
    s = k.settled(people, push_gone="delete")
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people[1:]))
    k.lab.equal("--json", (s.plan()["gone"], s.plan()["deleted"]), ({"removed": 1}, 1))
    text = s.run("push", "--plan", "-v").out
    k.lab.check("in words", "deleted      1 of these, in DailyStory\n" in text and "gone c00000 deleted\n" in text and "c00000 fh_gone" not in text, text)


@test
def only_one_enters_a_static_segment(k):
    """--only adds nobody else, whose row was not sent and whose automations would begin; they are added with the next whole push."""
    people = crowd(4)
    s = k.settled(people, sold(3, 3), push_membership="static")
    s.hour(hour(1), pages(people, sold(9, 3)))
    s.far.control("forget")
    plan = json.loads(s.run("push", "--plan", "--json", "--only", "c00001").out)
    s.push("--only", "c00001", what="one")
    ids = {c["id"]: c["extendedProperties"]["fh_id"] for c in s.far.books()["contacts"]}
    added = [[ids[d] for d in json.loads(c[6])] for c in s.far.log() if c[2].startswith("/api/v1/segment/contacts/")]
    k.lab.check("added", added and all(a == ["c00001"] for a in added), added)
    k.lab.check("calls", s.far.calls() <= plan["calls"], (s.far.calls(), plan["calls"]))
    s.far.control("forget")
    s.push("--only", "c00001", what="nothing more of that one")
    k.lab.equal("no call", s.far.calls(), 0)
    s.push(what="all")
    s.same("all")
    later = [ids[d] for c in s.far.log() if c[2].startswith("/api/v1/segment/contacts/") for d in json.loads(c[6])]
    k.lab.equal("the others", sorted(set(later)), ["c00000", "c00002"])
    s.quiet("all")
