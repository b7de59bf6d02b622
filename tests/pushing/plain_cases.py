"""Trials without trouble: what is sent, in which order, and that no more is sent than that."""

import glob
import json
import os
import shutil
import subprocess

from fetching.place import Tls
from lab.lab import Page, customer, order, read
from pushing.kit import cases, crowd, hour, pages, sold, test
from pushing.receiver import TOKEN
from pushing.shop import rows_of

# Every way that DailyStory may be, one after the other.
WAYS = [(), ("--match", "mobile"), ("--match", "conflict"), ("--taken", "move"), ("--empty", "keep"), ("--deleted", "status"),
        ("--deleted", "revive"), ("--names", "title"), ("--custom", "title"), ("--by_email", "on")]
NO_MAIL, NO_TEXT = {"consentsToPromotionalEmail": False}, {"consentsToPromotionalSMS": False}


@cases(*WAYS)
def some_hours(k, *way):
    """Bought, renamed, cleared, gone, come, under each switch."""
    people = crowd(6) + [customer(6, email="", city="Denver"), customer(7, phone="", city="Denver")]
    s = k.shop(*way)
    s.hour(hour(0), pages(people, sold(5, 6)))
    s.push(what=k.name + ": the first push")
    recased = "title" in way
    same = lambda what: None if recased else s.same(k.name + what, not_cleared="keep" in way)
    same(": the first push")
    s.quiet(k.name)
    people[6]["city"] = people[7]["city"] = ""
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people[:5] + people[6:], sold(9, 6)))
    s.push(what=k.name + ": an hour")
    same(": an hour")
    people.append(customer(9))
    s.hour(hour(2), pages(people, sold(9, 6)))
    s.push(what=k.name + ": one came, one returned")
    same(": one came, one returned")
    s.quiet(k.name)
    s.secrets(k.name)


@test
def the_plan_is_what_is_sent(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(5), sold(5, 5)))
    plan = s.plan()
    k.lab.equal("the plan calls nobody", s.far.calls(), 0)
    k.lab.equal("the plan writes nothing", os.path.exists(s.path("push", "journal-000001.jsonl")), False)
    s.push("--expect", "0" * 64, code=(1, 2, 5), what="another plan is expected")
    k.lab.equal("another plan is expected: nothing is sent", s.far.calls(), 0)
    s.push("--expect", plan["plan"], what="this plan is expected")
    k.lab.equal("as many calls as planned", s.far.calls(), plan["calls"])
    k.lab.equal("two for each new contact", s.far.calls(), 10)
    noted = {json.loads(line)["n"] for line in read(s.path("push", "journal-000001.jsonl")).splitlines() if b'"result":"acked"' in line and b'"op":"whole"' not in line}
    k.lab.equal("a call has the number of its line", {int(c[3]) for c in s.far.log()}, noted)
    s.same("the plan")


@test
def each_row_of_a_plan(k):
    """-v: what is wanted, and what was acked where that is one of few values."""
    people = crowd(2) + [customer(2, city="Denver")]
    s = k.settled(people, sold(1, 3))
    people[1]["lastName"], people[2]["city"] = "Cee", ""
    s.hour(hour(1), pages(people[1:], sold(6, 3)))
    rows = [line for line in s.run("-v", "push", "--plan").out.splitlines() if line.startswith(("changed c", "gone c"))]
    wanted = ['changed c00001 lastName (not kept) -> "C***"', 'changed c00001 fh_seg_ordered_more_than_once "False" -> "True"',
              'changed c00002 city (not kept) -> ""', 'gone c00000 fh_gone "removed"']
    k.lab.equal("rows", [w for w in wanted if w not in rows], [])
    rows = s.run("-v", "push", "--plan", "--show").out
    k.lab.check("--show", 'changed c00001 lastName (not kept) -> "Cee"' in rows, rows)
    s.push()
    people[2]["city"] = "Denver"
    s.hour(hour(2), pages(people, sold(6, 3)))
    rows = s.run("-v", "push", "--plan", "--show").out
    k.lab.check("nothing was acked, and gone is undone", 'changed c00002 city "" -> "Denver"' in rows and 'changed c00000 fh_gone (not kept) -> ""' in rows, rows)


@test
def the_plan_is_the_same_everywhere(k):
    """No locale, no time zone, no thread and no umask is in it."""
    s = k.shop()
    s.hour(hour(0), pages(crowd(9), sold(5, 9)))
    plans = {s.plan()["plan"]}
    for env in ({"LC_ALL": "C"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"}, {"LC_ALL": "C.UTF-8", "TZ": "America/Denver"}):
        plans.add(json.loads(s.run("push", "--plan", "--json", env=env).out)["plan"])
    plans.add(json.loads(s.run("--jobs", "4", "push", "--plan", "--json", umask=0).out)["plan"])
    k.lab.equal("one plan", len(plans), 1)
    s.push(umask=0, what="without a umask")
    k.lab.equal("files are for their owner", [n for n in os.listdir(s.path("push")) if os.stat(s.path("push", n)).st_mode & 0o077], [])


@test
def the_end_is_told(k):
    """One line for people, or one object for programs."""
    s = k.shop()
    s.hour(hour(0), pages(crowd(3)))
    r = s.push("--limit", "1")
    k.lab.check("one line", r.err.count("pushed 20261123T040000Z: 2 calls, 0 retries, 2 acked, 0 rejected, ") == 1, r.err)
    told = [json.loads(line) for line in s.run("--log-json", "push").err.splitlines()]
    k.lab.check("as members", any(t.get("calls") == 4 and t.get("acked") == 4 and t.get("rejected") == 0 and t.get("pending") == 0 for t in told), told)


@test
def protection_comes_first(k):
    """Opt-outs, who is gone, changed, new: in this order."""
    people = crowd(6)
    s = k.settled(people)
    s.far.control("forget")
    people[4].update(NO_MAIL)
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people[:2] + people[3:] + [customer(7)]))
    s.push()
    kinds = [kind(call) for call in s.far.log()]
    wanted = ["opt-out", "gone", "changed", "new"]
    k.lab.equal("in order", [w for w in kinds if w in wanted], sorted((w for w in kinds if w in wanted), key=wanted.index))
    k.lab.equal("each of them", sorted(set(kinds) & set(wanted)), sorted(wanted))
    s.same("protection comes first")


def kind(call):
    _, method, path, _, _, _, text = call
    body = json.loads(text) if text else {}
    if "optout" in path:
        return "opt-out"
    if "fh_gone" in body.get("extendedProperties", {}) and body["extendedProperties"]["fh_gone"]:
        return "gone"
    if method == "POST" and "dsId" not in body:
        return "new"
    return "changed" if method == "POST" and body.get("lastName") == "Cee" else method


@cases((), ("--text_flag", "optOutText"), ("--email_flag", "optOutEmail"), ("--optouts", "contact", "--text_flag", "optOutText", "--email_flag", "optOutEmail"))
def who_refuses(k, *way):
    """From the beginning, and later; one channel, or both; consent back and forth."""
    people = [customer(0), customer(1, **NO_MAIL), customer(2, **NO_TEXT), customer(3, **NO_MAIL, **NO_TEXT), customer(4, email="", **NO_TEXT),
              customer(5, phone="", **NO_MAIL), customer(6, email=""), customer(7), customer(8)]
    settings = {"push_email_opt_out": "optOutEmail"} if "--email_flag" in way else {}
    s = k.shop(*way, **settings)
    s.hour(hour(0), pages(people))
    s.push()
    s.same(k.name + ": from the beginning")
    s.quiet(k.name)
    for n, flags in enumerate((NO_MAIL, NO_TEXT, {"consentsToPromotionalEmail": True, "consentsToPromotionalSMS": True}, {**NO_MAIL, **NO_TEXT})):
        people[6].update(flags)
        people[7].update(flags)
        k.next(s, n + 1, people)
        s.quiet(k.name)


@test
def an_endpoint_that_forgets(k):
    """An opt-out of an email that no contact has is forgotten there: it is told again once one has it, who is inactive until then."""
    people = [customer(0), customer(1, **NO_MAIL), customer(2, phone="", **NO_MAIL)]
    s = k.shop("--optouts", "contact")
    s.hour(hour(0), pages(people))
    s.push()
    s.same("at first")
    people[0].update(NO_MAIL)
    s.hour(hour(1), pages(people))
    s.push()
    s.same("later")
    s.quiet(k.name)


@test
def the_flag_becomes_known(k):
    """Texts were held back until the flag had a name."""
    people = [customer(0, **NO_TEXT), customer(1, email="", **NO_TEXT), customer(2), customer(3, email="")]
    s = k.settled(people)
    people[2].update(NO_TEXT)
    people[3].update(NO_TEXT)
    k.next(s, 1, people)
    s.far.switch("text_flag", "optOutText")
    s.text_flag = "optOutText"
    s.set(push_text_opt_out="optOutText")
    s.push(what="the flag is set")
    s.same("the flag is set")
    s.quiet("the flag is set")


@cases(("flag",), ("inactive",), ("delete",))
def gone(k, policy):
    people = crowd(5)
    s = k.settled(people, push_gone=policy, min_age=21)
    people[0]["birthDate"] = "2015-01-01"
    with open(s.path("suppress.txt"), "w", encoding="utf-8") as f:
        f.write("user1@example.com\n")
    s.set(suppress="suppress.txt")
    k.next(s, 1, people[:4])
    s.quiet(k.name)
    people[0]["birthDate"] = "1990-01-01"
    s.set(suppress=None)
    k.next(s, 2, people, code=(0, 3), but=s_rejected(s) if policy == "delete" else ())
    s.quiet(k.name)


def s_rejected(s):
    """After DELETE a person may come back as a contact of their own, or wait: both are right."""
    return {c["extendedProperties"].get("fh_id") for c in s.far.books()["contacts"] if c["status"] == "Deleted"}


@test
def a_status_changed_by_others_is_left_alone(k):
    people = crowd(3)
    s = k.settled(people, push_gone="flag")
    s.far.edit("status", email="user1@example.com", value="Inactive")
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people[:1] + people[2:]))
    s.push()
    s.hour(hour(2), pages(people))
    s.push()
    row = [c for c in s.far.books()["contacts"] if c.get("email") == "user1@example.com"][0]
    k.lab.equal("still inactive", (row["status"], row["lastName"], row["extendedProperties"].get("fh_gone", "")), ("Inactive", "Cee", ""))


@cases(("flags",), ("list",), ("static",), ("none",))
def membership(k, way):
    s = k.settled(crowd(4), sold(3, 4), push_membership=way)
    r = k.next(s, 1, crowd(4), sold(9, 4))
    books = s.far.books()
    full = s.full()
    by_id = {c["extendedProperties"]["fh_id"]: c["extendedProperties"] for c in books["contacts"]}
    if way == "list":
        slugs = sorted(full.members)
        wanted = {i: ";".join(g for g in slugs if i in full.members[g]) for i in by_id}
        k.lab.equal("list", {i: c.get("fh_segments", "") for i, c in by_id.items()}, wanted)
    if way == "static":
        of = {c["id"]: c["extendedProperties"]["fh_id"] for c in books["contacts"]}
        k.lab.check("the segments are there", len(books["segments"]) > 0 and all(g["name"].startswith("flowstory: ") for g in books["segments"]), books["segments"])
        k.lab.equal("each once", len({g["name"] for g in books["segments"]}), len(books["segments"]))
        everybody = set().union(*[m for m in full.members.values()])
        k.lab.check("members are in", {of[d] for g in books["segments"] for d in g["dsids"]} <= everybody and any(g["dsids"] for g in books["segments"]), books["segments"])
    if way == "none":
        k.lab.check("none", not any(n.startswith("fh_seg") for c in by_id.values() for n in c), by_id)
    s.quiet(k.name)
    assert r is not None


@test
def many_members_of_a_static_segment(k):
    """At most 500 go into a call, and each of them once."""
    count = 10 if k.o.sanitized else 502
    rule = {"name": "Everybody", "slug": "everybody", "where": {"field": "fh_total_orders", "op": ">=", "value": 0}}
    s = k.shop(push_membership="static", rules=[rule])
    s.hour(hour(0), pages(crowd(count)))
    plan = s.plan()
    s.push()
    added = [json.loads(c[6]) for c in s.far.log() if "/segment/contacts/" in c[2]]
    k.lab.equal("as many as may be", [len(x) for x in added], [10] if k.o.sanitized else [500, 2])
    k.lab.equal("each once", len(set(sum(added, []))), count)
    k.lab.equal("as many calls as planned", s.far.calls(), plan["calls"])


@test
def no_core_holds_the_token(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(3)))
    s.far.control("delay", ms=300)
    p = subprocess.Popen([s.program.path, "-q", "-C", s.dir, "push"], env={**os.environ, **s.env})
    while s.far.calls() < 1:
        assert p.poll() is None
    limits = [line.split() for line in read("/proc/%d/limits" % p.pid).decode().splitlines() if line.startswith("Max core file size")]
    p.kill()
    p.wait()
    k.lab.equal("nothing is dumped", limits[0][4:6], ["0", "0"])


@cases(("flags",), ("list",), ("static",), ("none",))
def fields_to_make(k, way):
    """fields.csv of an export and `check` name each custom field that is sent, those of no column with the right type; without a push nothing is added."""
    people = crowd(4)
    s = k.shop(push_membership=way)
    s.hour(hour(0), pages(people, sold(3, 4)))
    s.push()
    s.hour(hour(1), pages(people[1:], sold(3, 4)))
    s.push()
    sent = {name for c in s.far.books()["contacts"] for name in c["extendedProperties"]}

    def listed(*words, **how):
        out = s.lab.new("fields")
        assert s.run("-q", "export", *words, "--out", out, **how).code == 0
        rows = rows_of(os.path.join(out, "fields.csv"))
        shutil.rmtree(out)
        return rows
    rows = listed("--full")
    more = {r["dailystory_field"]: (r["label"], r["type"], r["index"]) for r in rows if r["column"] == ""}
    k.lab.equal("each field that is sent is there", sorted(sent - {r["dailystory_field"] for r in rows}), [])
    slugs = sorted(s.full().members)
    wanted = {"fh_gone": "Text"}
    wanted.update({"flags": {"fh_seg_" + g.replace("-", "_"): "True/False" for g in slugs}, "list": {"fh_segments": "List"}}.get("flags" if way == "static" else way, {}))
    k.lab.equal("those of no column", more, {name: (name, kind, "yes") for name, kind in wanted.items()})
    out = s.run("check", "--offline").out
    k.lab.equal("check", {line.split()[2].rstrip(":"): line.split(": ")[1] for line in out.splitlines() if line.startswith("DailyStory field")},
                {name: kind + ", indexed" for name, kind in wanted.items()})
    first = rows_of(glob.glob(s.path("exports", "*", "fields.csv"))[0])
    s.set(dailystory_token_file=None)
    given = {"DAILYSTORY_TOKEN": TOKEN}
    k.lab.equal("with the token in the environment", (listed("--full", env=given), s.run("check", "--offline", env=given).out), (rows, out))
    k.lab.equal("without a push, and in what history makes again, nothing more", (listed("--full"), first), ([r for r in rows if r["column"]],) * 2)


@test
def only_and_limit(k):
    s = k.shop()
    s.hour(hour(0), pages(crowd(6)))
    s.push("--only", "c00003")
    k.lab.equal("--only", [c["extendedProperties"]["fh_id"] for c in s.far.books()["contacts"]], ["c00003"])
    s.push("--limit", "2", code=(0, 75))
    count = len(s.far.books()["contacts"])
    k.lab.check("--limit", count in (2, 3), count)
    s.push(what="the rest")
    s.same("the rest")


@test
def begun_with_files(k):
    """What was imported by hand is not sent again; who changes is found and bound first."""
    people = crowd(6)
    s = k.shop()
    s.hour(hour(0), pages(people, sold(4, 6)))
    full = s.full()
    import_by_hand(s, full)
    s.imported = True
    s.push("--mark-imported", hour(0).strftime("%Y%m%dT%H%M%SZ"))
    k.lab.equal("no call for it", s.far.calls(), s.marked)
    s.push()
    k.lab.check("flags at most are sent for whom nothing changed", s.far.calls() - s.marked <= 3 * len(people), s.far.calls())
    people[2]["lastName"] = "Cee"
    k.next(s, 1, people, sold(4, 6))
    s.quiet(k.name)


def import_by_hand(s, full):
    """As the import screen would: the rows of the files, and nothing of membership."""
    import urllib.request
    for body in full.contacts.values():
        text = json.dumps(body).encode()
        head = {"Authorization": "Bearer ds-token-0123456789abcdef-us-1", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(s.far.url + "/api/v1/contact", text, head)).read()
    s.marked = s.far.calls()


@test
def without_push_state(k):
    """The view is rebuilt from the journal, and no call is made for it."""
    people = crowd(5)
    s = k.settled(people)
    shutil.rmtree(s.path("push", "state"))
    s.quiet(k.name)
    people[1]["lastName"] = "Cee"
    shutil.rmtree(s.path("push", "state"))
    s.far.control("forget")
    k.next(s, 1, people)
    k.lab.equal("one call for one change", s.far.calls(), 1)


@test
def without_state(k):
    """state/, diffs/ and exports/ are derived: made again, nothing is sent for it."""
    s = k.settled(crowd(5), sold(5, 5))
    for name in ("state", "diffs", "exports"):
        shutil.rmtree(s.path(name))
    s.run("-q", "process")
    s.quiet(k.name)


@test
def run_ends_with_a_push(k):
    s = k.settled(crowd(3), push=True, base_url="http://127.0.0.1:9", client_id="x", api_key_file="key", retries=0)
    with open(s.path("key"), "w", encoding="utf-8") as f:
        f.write("secret\n")
    os.chmod(s.path("key"), 0o600)
    from lab.lab import put_snapshot
    put_snapshot(s.dir, hour(1).strftime("%Y%m%dT%H%M%SZ"), pages(crowd(4)))
    r = s.run("run")
    k.lab.check("the fetch failed", r.code in (1, 75), (r.code, r.err))
    k.lab.check("nothing is printed below it but what was done", "pushed" in r.err or len(s.far.books()["contacts"]) in (3, 4), r.err)


@test
def two_at_once(k):
    """The second is told to come again; process goes on beside a push."""
    import subprocess
    s = k.shop("--delay", 100)
    s.hour(hour(0), pages(crowd(10)))
    first = subprocess.Popen([k.program.path, "-C", s.dir, "push"], stderr=subprocess.PIPE)
    while s.far.calls() < 2:
        pass
    s.push(code=(75,), what="a second push")
    s.hour(hour(1), pages(crowd(11)))
    _, err = first.communicate()
    k.lab.equal("the first is whole", (first.returncode, err[-300:] if first.returncode else b""), (0, b""))
    s.push()
    s.same("after both")


@test
def accounts_and_tokens(k):
    """Who may read the token, and where it may be."""
    s = k.settled(crowd(2))
    os.chmod(s.path("token"), 0o644)
    s.push(code=(2,), what="others can read the token")
    os.chmod(s.path("token"), 0o600)
    s.push("--token", "x", code=(2,), what="no token on the command line")
    s.set(dailystory_token_file=None)
    s.push(code=(2,), what="no token")
    r = s.push(env={"DAILYSTORY_TOKEN": "ds-token-0123456789abcdef-us-1"}, what="the token of the environment")
    k.lab.check("nothing to do", r.code == 0, r.err)
    s.set(dailystory_token_file="token", dailystory_url="http://192.0.2.1")
    s.push(code=(2,), what="plain http to elsewhere")
    k.lab.equal("files are for their owner", [n for n in os.listdir(s.path("push")) if os.stat(s.path("push", n)).st_mode & 0o077], [])
    journal = read(s.path("push", "journal-000001.jsonl")).decode()
    k.lab.check("each line of the journal is an object with a number and a crc", all({"n", "crc"} <= set(json.loads(l)) for l in journal.splitlines()), journal[:300])


assert Page and order


def place_of_keys(k):
    place = os.path.join(k.lab.place, "keys")
    os.makedirs(place, exist_ok=True)
    return place


@cases(("http", "flags"), ("https", "flags"), ("http", "static"))
def one_connection(k, how, membership):
    """All calls of a push, of each kind, go over one connection; but the call that makes a segment, which may not be sent twice, opens its own, and the rest goes over that."""
    people = crowd(6, **NO_MAIL)
    s = k.shop(tls=Tls(place_of_keys(k), "far") if how == "https" else None, push_membership=membership, push_gone="delete")
    s.hour(hour(0), pages(people, sold(9, 6)))
    s.push()
    k.lab.equal("the first push", (s.far.rate()["connections"], {c[1] for c in s.far.log()}), (2 if membership == "static" else 1, {"POST", "GET"}))
    people[1]["email"] = "other@example.com"
    s.hour(hour(1), pages(people[1:], sold(12, 6)))
    s.far.control("forget")
    s.push()
    k.lab.equal("another one", (s.far.rate()["connections"], {c[1] for c in s.far.log()}), (1, {"POST", "GET", "DELETE"}))
