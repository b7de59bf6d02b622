"""An account of invented customers beside a stand-in DailyStory, and what must hold between the two.

What should be there is worked out from the files of `export --full` and from the contract alone; nothing here asks the journal or the
plan what it believes.
"""

import csv
import datetime
import glob
import io
import json
import os
import re
import shutil

from lab.lab import preloaded, put_snapshot, read, write
from pushing.receiver import TOKEN, Receiver

ADDRESSES = ("email", "mobilePhone")


def injected(call, n, how):
    """What stands before the program so that its n-th call of that name is killed, or fails (a kill is lost under --seccomp-bpf)."""
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=%s:%s:when=%d" % (call, how, n)]


def shim_of(lab):
    """The clock is told, and a sleep takes no time."""
    return preloaded(lab.place, "standin/shift/clock.c")


def rows_of(path):
    """Rows of a CSV file as dictionaries; none if there is no such file."""
    if not os.path.exists(path):
        return []
    return list(csv.DictReader(io.StringIO(read(path).decode("utf-8-sig"), newline="")))


class Full:
    """What `export --full` says of everybody."""

    def __init__(self, folder):
        self.contacts, self.members = {}, {}
        for path in sorted(glob.glob(os.path.join(folder, "contacts-*.json"))):
            for body in json.loads(read(path)):
                self.contacts[body["extendedProperties"]["fh_id"]] = body
        for segment in json.loads(read(os.path.join(folder, "segments.json"))):
            rows = rows_of(os.path.join(folder, "segments", segment["slug"] + ".csv"))
            self.members[segment["slug"]] = {r["fh_id"] for r in rows}
        owed = rows_of(os.path.join(folder, "opt-outs.csv"))
        self.emails = {r["Email address"] for r in owed if r["Email opt out"] == "True"}
        self.texts = {r["Mobile number"] for r in owed if r["Text opt out"] == "True"}
        self.reasons = {r["fh_id"]: r["reason"] for r in rows_of(os.path.join(folder, "skipped.csv"))}

    def refuses_all(self, body):
        """Every channel there is to reach them by."""
        return (body.get("email", "") in self.emails | {""}) and (body.get("mobilePhone", "") in self.texts | {""})


class Shop:
    """One account, its stand-in, and both of their clocks."""

    def __init__(self, lab, program, binary, *options, tls=None, rules=None, bodies=True, **settings):
        self.lab, self.program, self.name = lab, program, ""
        self.dir = lab.new("shop")
        self.text_flag = dict(zip(options[::2], options[1::2])).get("--text_flag")
        self.far = Receiver(binary, *(["--bodies"] if bodies else []), *options, tls=tls)
        self.settings = {"dailystory_url": self.far.url, "dailystory_token_file": "token", "push_interval_ms": 0,
                         "push_timeout_s": 2, "push_retries": 2, "breaker_percent": 100, **settings}
        if self.text_flag:
            self.settings.setdefault("push_text_opt_out", self.text_flag)
        if tls:
            self.settings["dailystory_ca_file"] = tls.ca
        os.makedirs(os.path.join(self.dir, "snapshots"))
        self.set()
        if rules is not None:
            write(os.path.join(self.dir, "segments.json"), json.dumps(rules))
        self.token(TOKEN)
        self.now, self.known, self.owed = None, set(), set()
        self.imported = False   # by hand: no flag that is False was ever sent
        self.env = {"LD_PRELOAD": shim_of(lab), "STANDIN_SLEEPLESS": "1", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"}

    def set(self, **settings):
        self.settings.update(settings)
        write(os.path.join(self.dir, "flowstory.json"), json.dumps({k: v for k, v in self.settings.items() if v is not None}))

    def token(self, text):
        path = os.path.join(self.dir, "token")
        write(path, text + "\n")
        os.chmod(path, 0o600)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def run(self, *words, by=None, **how):
        env = {**self.env, **how.pop("env", {})}
        if self.now:
            env.setdefault("STANDIN_CLOCK", str(int(self.now.timestamp()) + 60))
        r = (by or self.program)(self.dir, *words, env=env, **how)
        self.lab.check("the token is not told", TOKEN not in r.out + r.err, words)
        if words[0] == "push":
            self.law_of_counts(words, r.err, env)
        return r

    def law_of_counts(self, words, said, env):
        """Who is told that nothing is pending is told so by --status, too, so that the next push of that minute makes no call; and nothing is acknowledged without a call of its own."""
        counts = [tuple(map(int, x)) for x in re.findall(r"(\d+) calls?, \d+ retr\w+, (\d+) acked, \d+ rejected, (\d+) pending", said)]
        self.lab.equal("%s: %s: more acked than called" % (self.name, words), [x for x in counts if x[1] > x[0]], [])
        if "--only" in words or not counts or counts[0][2] > 0:
            return
        r = self.program(self.dir, "push", "--status", "--json", env=env)
        self.lab.equal("%s: %s: pending after it" % (self.name, words), json.loads(r.out)["pending"] if r.code == 0 else r.err, 0)

    def hour(self, now, pages):
        """One more snapshot, applied."""
        self.now = now.replace(tzinfo=datetime.timezone.utc)
        put_snapshot(self.dir, now.strftime("%Y%m%dT%H%M%SZ"), pages)
        r = self.run("-q", "process")
        self.lab.check("process", r.code in (0, 3), r.err)

    def push(self, *words, code=(0,), what="push", **how):
        r = self.run("push", *words, **how)
        self.lab.check("%s: exit %s" % (what, code), r.code in code, "%d %s %s" % (r.code, r.out, r.err))
        return r

    def plan(self, *words):
        r = self.run("push", "--plan", "--json", *words)
        self.lab.check("--plan", r.code == 0, r.err)
        return json.loads(r.out)

    def full(self):
        out = self.lab.new("full")
        r = self.run("-q", "export", "--full", "--out", out, by=self.program.plain)
        assert r.code == 0, r.err
        try:
            return Full(out)
        finally:
            shutil.rmtree(out)

    def rejected(self):
        """{fh_id: reason} of the dead letters."""
        r = self.run("push", "--rejected", "--json")
        self.lab.check("--rejected", r.code in (0, 3), r.err)
        return {d["fh_id"]: d["reason"] for d in read_dead(r.out)}

    # ---- the comparison

    def differences(self, but=(), not_cleared=False):
        """What the books say otherwise than the account, not of these fh_ids; and each moment of harm there ever was."""
        full, books, found = self.full(), self.far.books(), []
        self.owed |= full.emails | full.texts
        mine = {}
        for c in books["contacts"]:
            ident = c["extendedProperties"].get("fh_id")
            if not c["merged"] and ident is not None and (c["status"] != "Deleted" or self.settings.get("push_gone") == "delete"):
                mine.setdefault(ident, []).append(c)
        for ident in sorted(set(full.contacts) | set(mine)):
            if ident not in but:
                found += ["%s: %s" % (ident, f) for f in self.of_one(ident, full, mine.get(ident, []), not_cleared)]
        self.known |= set(mine)
        return found + self.of_refusals(full, books) + ["harm: " + h for h in self.far.harm() if h.split()[1] in self.owed] + self.of_history()

    def of_one(self, ident, full, rows, not_cleared):
        live = [c for c in rows if c["status"] != "Deleted"]
        if len(live) > 1:
            return ["%d contacts" % len(live)]
        body = full.contacts.get(ident)
        if body is None:
            return self.of_gone(full.reasons.get(ident, "removed"), full, (live or rows)[0])
        if not live:
            return [] if full.refuses_all(body) else ["is not there"]
        if ident not in self.known and full.refuses_all(body):
            return ["was made though every channel is refused"]
        return self.of_fields(ident, body, full, live[0], not_cleared)

    def of_fields(self, ident, body, full, c, not_cleared):
        want = {k: v for k, v in body.items() if k not in ("extendedProperties", "dsId")}
        have = {k: v for k, v in c.items() if k in STANDARD}
        custom = dict(body["extendedProperties"])
        for address in ADDRESSES:           # never sent as "": what was given up stays
            if address not in want:
                have.pop(address, None)
        if want.get("mobilePhone") in full.texts and not self.settings.get("push_text_opt_out"):
            want.pop("mobilePhone")
            if "email" not in want:     # nothing else is left of them: they may not be reached
                return [] if c["status"] == "Inactive" else ["is to be inactive: refuses texts and has no email"]
        if not_cleared and "mobilePhone" not in want and not self.settings.get("push_text_opt_out") and c.get("mobilePhone") in self.owed:
            if c["status"] == "Inactive":       # it was to go and stays there: they may not be reached
                return []
        if self.settings.get("push_membership", "flags") in ("flags", "static"):
            custom.update({"fh_seg_" + slug.replace("-", "_"): str(ident in m) for slug, m in full.members.items()})
        if self.imported:
            custom = {k: v for k, v in custom.items() if v != "False" or not k.startswith("fh_seg_") or k in c["extendedProperties"]}
        found = unlike(want, have, not_cleared)
        found += unlike(custom, {k: v for k, v in c["extendedProperties"].items() if k in custom or k in OURS}, not_cleared)
        return found + ([] if c["status"] == "Active" else ["is " + c["status"]])

    def of_gone(self, reason, full, c):
        """No contact any more: never reachable through what we said of them."""
        policy, custom, found = self.settings.get("push_gone", "flag"), c["extendedProperties"], []
        if policy == "delete":
            return [] if c["status"] == "Deleted" else ["is gone (%s) and not deleted" % reason]
        if custom.get("fh_gone") != reason:
            found.append("fh_gone is %r, not %r" % (custom.get("fh_gone"), reason))
        if policy == "inactive" or reason in ("suppressed", "underage"):
            found += [] if c["status"] == "Inactive" else ["is gone (%s) and %s" % (reason, c["status"])]
        left = [k for k, v in custom.items() if k.startswith("fh_seg_") and v != "False"]
        return found + (["gone, and a member: %s" % left] if left else [])

    def of_refusals(self, full, books):
        on = {(r["channel"], r["address"]) for r in books["refusals"] if r["on"]}
        found = ["%s is owed an opt-out" % e for e in sorted(full.emails) if ("email", e) not in on]
        for c in books["contacts"]:
            if c["status"] != "Active" or c["merged"]:
                continue
            if c.get("email") in full.emails and not c["out_of_email"]:
                found.append("%s has %s, which refuses" % (c["id"], c["email"]))
            if c.get("mobilePhone") in full.texts and not c["out_of_texts"]:
                found.append("%s has %s, which refuses texts" % (c["id"], c["mobilePhone"]))
        return found

    def of_history(self):
        """Of all calls: a dsid is never sent two fh_ids; no flag is ever taken back; no empty address but a mobile."""
        found, told = [], {}
        for _, method, path, _, agent, _, text in self.far.log():
            ours = agent.startswith("flowstory/") and method == "POST" and path == "/api/v1/contact"
            body = json.loads(text) if ours else {}
            ident = body.get("extendedProperties", {}).get("fh_id")
            if "dsId" in body and ident is not None and told.setdefault(body["dsId"], ident) != ident:
                found.append("%s is sent as %s and as %s" % (body["dsId"], told[body["dsId"]], ident))
            if "dsId" not in body and all(a in body for a in ADDRESSES):
                found.append("made by two addresses: %s" % ident)
            if body.get("email") == "":
                found.append("an empty email is sent: %s" % ident)
            if self.text_flag and self.text_flag in body and str(body[self.text_flag]).lower() != "true":
                found.append("an opt-in is sent: %s" % ident)
        return found

    def same(self, what, **how):
        return self.lab.equal(what + ": the books are the account's", self.differences(**how)[:4], [])

    def quiet(self, what):
        """With nothing to send no call is made at all."""
        self.far.control("forget")
        self.push(code=(0, 3), what=what + ": nothing to send")
        self.lab.equal(what + ": no call", self.far.calls(), 0)

    def secrets(self, what):
        """No file but the token's holds the token; none of the journal holds an address."""
        for d, _, names in os.walk(self.dir):
            for name in names:
                data = read(os.path.join(d, name))
                if name != "token":
                    self.lab.check("%s: no token in %s" % (what, name), TOKEN.encode() not in data)
                if os.path.basename(d) == "push" and not name.endswith(".gz"):
                    self.lab.check("%s: no address in %s" % (what, name), not re.search(rb"@example\.com|\+1(303|720)555", data))

    def close(self):
        self.far.close()
        shutil.rmtree(self.dir, ignore_errors=True)


STANDARD = ("email", "mobilePhone", "firstName", "lastName", "address", "city", "region", "postalCode", "country", "geoCode", "dateOfBirth")
OURS = ("fh_gone",)


def unlike(want, have, not_cleared):
    """Field by field; "" and nothing are the same. not_cleared: a value that was to be cleared (fh_gone too) may still be there."""
    found = []
    for k in sorted(set(want) | set(have)):
        a, b = want.get(k, ""), have.get(k, "")
        if a != b and not (not_cleared and a == ""):
            found.append("%s is %r, not %r" % (k, b, a))
    return found


def read_dead(text):
    """--rejected --json: an array, or one object a line."""
    text = text.strip()
    if text.startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line]
