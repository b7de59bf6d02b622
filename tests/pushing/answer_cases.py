"""Trials with trouble on the way: each answer means what the manual says, and the next push brings everything right."""

import json
import os

from fetching.place import Tls
from lab.lab import customer, read
from pushing.kit import cases, crowd, hour, pages, sold, test

CONTACT = "POST /api/v1/contact$"
OPT_OUT = "POST /api/v1/contact/optout/email"
AGAIN = ["408", "425", "429", "500", "502", "503", "html", "empty", "null", "cutjson", "cut", "reset", "rudecut", "large", "noid", "before", "lost", "twice",
         "endless", "slow"]
REFUSED = ["400", "404", "409", "422", "refused"]
NO_MAIL = {"consentsToPromotionalEmail": False}


def people():
    return crowd(3) + [customer(3, **NO_MAIL), customer(4, email=""), customer(5, phone="", **NO_MAIL)]


def begun(k, *way, **settings):
    s = k.shop(*way, **settings)
    s.hour(hour(0), pages(people(), sold(3, 4)))
    return s


@cases(*[(kind,) for kind in AGAIN])
def once(k, kind):
    """One answer fails, at each place in turn: tried again within the run."""
    for call, skip in ((CONTACT, 0), (CONTACT, 1), (CONTACT, 4), (OPT_OUT, 0)):
        s = begun(k)
        plan = s.plan()
        s.far.fault(kind, call, skip=skip, count=1, value="50")
        what = "%s: %s, after %d" % (k.name, call, skip)
        s.push(what=what)
        s.same(what)
        k.lab.check(what + ": calls", plan["calls"] <= s.far.calls() <= plan["calls"] + 2, (plan["calls"], s.far.calls()))
        s.far.close()


@cases(*[(kind,) for kind in ("503", "html", "before", "lost", "429", "cut")])
def for_long(k, kind):
    """The far side is down: the run ends with 75 and keeps what was acked."""
    s = begun(k)
    s.far.fault(kind, "POST", skip=5, value="1")
    s.push(code=(75,))
    s.push(code=(75,), what="still down")
    s.far.control("clear")
    s.push(what="up again")
    s.same("up again")
    s.quiet(k.name)


@test
def down_from_the_beginning(k):
    """Ten rows without an answer end the run, however many wait."""
    s = k.shop(push_retries=1)
    s.hour(hour(0), pages(crowd(40)))
    s.far.fault("503")
    s.push(code=(75,))
    k.lab.check("no more than ten rows are tried", s.far.calls() <= 2 * 10 + 2, s.far.calls())
    s.far.control("clear")
    s.push()
    s.same("after it")


@cases(*[(kind,) for kind in REFUSED])
def refused(k, kind):
    """A dead letter: no call for it until it changes, or it is asked for."""
    s = begun(k)
    s.push()
    changed = people()
    changed[0]["lastName"] = "Cee"
    changed[1]["lastName"] = "Dee"
    s.hour(hour(1), pages(changed, sold(3, 4)))
    s.far.fault(kind, CONTACT, count=1)
    s.push(code=(3,))
    dead = s.rejected()
    k.lab.equal("one dead letter", sorted(dead), ["c00000"])
    s.same("all but that", but=dead)
    s.secrets(k.name)
    s.quiet(k.name)
    k.lab.equal("not twice news", sorted(s.rejected()), ["c00000"])
    if kind != "404":                       # who is gone there is made again by --repair alone
        s.push("--retry-rejected", what="asked for")
        s.same("asked for")
        k.lab.equal("no dead letter is left", s.rejected(), {})
    changed[0]["lastName"] = "Eee"
    s.hour(hour(2), pages(changed, sold(3, 4)))
    s.push(code=(0, 3), what="it changes")
    if kind != "404":
        s.same("it changes")


@test
def a_week_later(k):
    """What was refused for a reason of yesterday is tried again."""
    s = begun(k)
    s.push()
    changed = people()
    changed[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(changed, sold(3, 4)))
    s.far.fault("422", CONTACT, count=1)
    s.push(code=(3,))
    s.push(code=(3,), env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 6 * 86400)}, what="six days later")
    k.lab.equal("six days later: still dead", sorted(s.rejected()), ["c00000"])
    letter = json.loads(s.run("push", "--rejected", "--json").out)[0]
    k.lab.equal("all there is to know of it", {n: letter[n] for n in ("fh_id", "op", "reason", "tries")}, {"fh_id": "c00000", "op": "contact", "reason": "refused", "tries": 1})
    k.lab.check("with a message, times and advice", letter["message"] and letter["first"] == letter["last"] == "2026-11-23T05:01:00Z" and letter["advice"], letter)
    s.push(env={"STANDIN_CLOCK": str(int(s.now.timestamp()) + 8 * 86400)}, what="eight days later")
    s.same("eight days later")


@cases(("401",), ("403",))
def the_token_is_refused(k, kind):
    """In the middle of a run: it ends, and nobody is rejected for it."""
    s = begun(k)
    s.far.fault(kind, "POST", skip=4, count=1)
    s.push(code=(2,))
    k.lab.equal("nobody is rejected", s.rejected(), {})
    s.push(what="accepted again")
    s.same("accepted again")


@test
def the_token_changes(k):
    s = begun(k)
    s.push()
    s.far.control("token", value="another-token-0000000000-us-1")
    s.quiet(k.name)
    changed = people()
    changed[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(changed, sold(3, 4)))
    s.push(code=(2,))
    s.token("another-token-0000000000-us-1")
    s.push(what="the new token")
    s.same("the new token")


@cases(("302", "http://127.0.0.1:1/"), ("307", "/api/v1/about"), ("418", ""))
def not_understood(k, kind, value):
    """A redirect is not followed: the token would go with it."""
    s = begun(k)
    s.far.fault(kind, "POST", skip=4, count=1, value=value)
    s.push(code=(1,))
    k.lab.equal("one call, and no other", (s.far.calls(), "GET" in [c[1] for c in s.far.log()]), (5, False))
    s.push(what="after it")
    s.same("after it")


@cases(("wrongid",), ("otherid",), ("object",))
def a_wrong_id(k, kind):
    """Neither bound to a thing that is no id, nor to what is another customer's."""
    for skip in (2, 3):
        s = begun(k)
        s.far.fault(kind, CONTACT, skip=skip, count=1)
        s.push(code=(0, 1, 3, 75), what="%s after %d" % (k.name, skip))
        s.far.control("clear")
        s.push("--retry-rejected", code=(0, 3), what="asked for")
        s.same("%s after %d" % (k.name, skip), but=s.rejected())
        if kind == "otherid":
            k.lab.check("whose id it is stays", not {"c00000"} & set(s.rejected()), s.rejected())
        s.far.close()


@test
def retry_after(k):
    """Waited for, but not for ever: sleeps take no time here, so the clock tells."""
    s = begun(k)
    s.far.fault("429", CONTACT, skip=1, count=1, value="600")
    s.push("-v" if False else "--limit", "100", code=(0, 75))
    s.push()
    s.same("retry after")
    again = begun(k)
    again.far.fault("429", CONTACT, skip=1, count=1, value="86400")
    again.push(code=(0, 75), what="a day")
    again.push()
    again.same("a day")


@test
def a_budget_of_refusals(k):
    """Something is wrong with all of them: no use in going on."""
    s = k.shop()
    s.hour(hour(0), pages(crowd(100)))
    s.far.fault("422", CONTACT)
    r = s.push(code=(3,))
    k.lab.check("it stopped early", s.far.calls() <= 60, s.far.calls())
    k.lab.check("and says so", "the most frequent one: " in r.err, r.err)
    s.far.control("clear")
    s.push("--retry-rejected")
    s.same("after it")


@test
def hours_of_trouble_over_tls(k):
    """Certificates are proved, and a connection that ends without goodbye is no answer."""
    tls = Tls(k.lab.new("tls") if os.makedirs(k.lab.place + "/tls", exist_ok=True) else k.lab.place + "/tls", "far")
    for kind in ("rude", "rudecut", "cut", "reset", "lost"):
        s = begun(k, tls=tls)
        s.far.fault(kind, CONTACT, skip=2, count=1)
        s.push(what="TLS, %s" % kind)
        s.same("TLS, %s" % kind)
        s.far.close()
    s = begun(k, tls=tls)
    s.set(dailystory_ca_file=None)
    s.push(code=(1, 2, 75), what="a certificate nobody vouches for")
    k.lab.equal("nothing was sent", s.far.calls(), 0)


@test
def no_endpoint_for_opt_outs(k):
    """It is not there: nobody who refuses is made reachable by email."""
    s = begun(k, "--endpoint", "off")
    s.push(code=(1, 3))
    found = [c.get("email") for c in s.far.books()["contacts"]]
    k.lab.check("who refuses email was not sent with it", not {"user3@example.com", "user5@example.com"} & set(found), found)
    k.lab.equal("no harm", s.far.harm(), [])
    s.far.switch("endpoint", "on")
    s.push("--retry-rejected", code=(0, 3))
    s.same("the endpoint is back")


@test
def an_opt_out_without_an_answer(k):
    """What is not acked holds the whole back, however often."""
    s = begun(k)
    s.far.fault("503", OPT_OUT)
    s.push(code=(75,))
    found = [c.get("email") for c in s.far.books()["contacts"]]
    k.lab.check("who refuses email was not sent with it", not {"user3@example.com", "user5@example.com"} & set(found), found)
    s.far.control("clear")
    s.push()
    s.same("after it")


@test
def the_journal_has_no_secrets(k):
    s = begun(k)
    s.far.fault("409", CONTACT, skip=3, count=2)
    s.push(code=(3,))
    s.secrets(k.name)
    text = read(s.path("push", "journal-000001.jsonl")).decode()
    k.lab.check("the reason is there", "exists already" in text, text[:500])
    told = s.run("push", "--rejected").out + s.run("push", "--status").out
    k.lab.check("addresses in it are masked", "user1@example.com" not in told and "+17205550001" not in told, told)


assert json
