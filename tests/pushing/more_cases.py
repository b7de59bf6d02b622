"""--probe, which asks a person at a terminal; and what becomes of people where no empty text may be sent."""

import os
import pty
import shutil
import signal
import subprocess
import time

from lab.lab import customer, write
from pushing.guard_cases import put
from pushing.kit import cases, crowd, hour, pages, test


def at_terminal(k, s, answer, *words):
    """Each question gets the answer; returns what was printed, and the exit status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(k.program.path, [k.program.path, "-C", s.dir, *words])
    out = b""
    while True:
        try:
            piece = os.read(fd, 4096)
        except OSError:
            break
        out += piece
        if out.endswith(b"[y/N] "):
            os.write(fd, answer)
    os.close(fd)
    return out.decode().replace("\r", ""), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@cases(("clear", "empty"), ("keep", "omit"))
def probed(k, way, setting):
    s = k.shop("--empty", way, "--text_flag", "smsOptOut")
    out, code = at_terminal(k, s, b"y\n", "push", "--probe", "me@example.com")
    k.lab.equal("exit", code, 0)
    for words in ('sent "red;green", there "red;green"', "dateBirth", '"push_clear": "%s"' % setting, '"push_text_opt_out": "smsOptOut"'):
        k.lab.check("says %s" % words, words in out, out)
    k.lab.equal("one contact, opted out and deleted", [(c["status"], c["out_of_texts"]) for c in s.far.books()["contacts"]], [("Deleted", True)])
    s.secrets(k.name)


@test
def nothing_without_a_yes(k):
    s = k.shop()
    out, code = at_terminal(k, s, b"n\n", "push", "--probe", "me@example.com")
    k.lab.equal("nothing was called", (code, s.far.calls()), (0, 0))
    s.push("--probe", "me@example.com", code=(2,), what="no terminal")
    s.push("--probe", "me", code=(2,), what="no address")
    k.lab.equal("nor then", s.far.calls(), 0)


@test
def a_customer_is_not_tried(k):
    """Neither by an address of the account's, before any call, nor by that of a contact that is a customer's in DailyStory."""
    s = k.settled(crowd(2))
    put(s, email="me@example.com", extendedProperties={"fh_id": "another"})
    s.far.control("forget")
    out, code = at_terminal(k, s, b"y\n", "push", "--probe", " User0@Example.com")
    k.lab.check("of the account", code == 2 and "customer 'c00000' has this address" in out, (code, out))
    k.lab.equal("no call", s.far.calls(), 0)
    out, code = at_terminal(k, s, b"y\n", "push", "--probe", "me@example.com")
    k.lab.check("of DailyStory", code == 1 and "is that of customer 'another'" in out, (code, out))
    k.lab.equal("found and looked at", [c[1] for c in s.far.log()], ["POST", "GET"])
    k.lab.equal("all are there", {c["status"] for c in s.far.books()["contacts"]}, {"Active"})


@cases(("503", 0, 75), ("503", 1, 75), ("503", 2, 0))
def a_probe_without_an_answer(k, kind, skip, code):
    """It says what came instead."""
    s = k.shop(push_retries=0)
    s.far.fault(kind, skip=skip, count=1)
    out, status = at_terminal(k, s, b"y\n", "push", "--probe", "me@example.com")
    k.lab.check(k.name, status == code and "status 503" in out and "(status 503)" not in out and "not taken: status 503" not in out, (status, out))


@test
def nothing_empty_is_sent(k):
    """push_clear omit, where an empty text is refused: who returns is updated, and who refuses texts is not reachable by them."""
    people = crowd(4)
    s = k.shop("--empty", "refuse", push_clear="omit")
    s.hour(hour(0), pages(people))
    s.push()
    people[1]["consentsToPromotionalSMS"] = False
    s.hour(hour(1), pages(people[:3]))
    s.push(what="one is gone, one refuses texts")
    status = {c["extendedProperties"]["fh_id"]: c["status"] for c in s.far.books()["contacts"]}
    k.lab.equal("who refuses is inactive, for the number cannot be taken away", status["c00001"], "Inactive")
    people[1]["consentsToPromotionalSMS"] = True
    people[3]["lastName"] = "Cee"
    s.hour(hour(2), pages(people))
    s.push(what="both are back")
    rows = {c["extendedProperties"]["fh_id"]: c for c in s.far.books()["contacts"]}
    k.lab.equal("both are active", (rows["c00001"]["status"], rows["c00003"]["status"], rows["c00003"]["lastName"]), ("Active", "Active", "Cee"))
    k.lab.equal("no dead letter", s.rejected(), {})
    s.quiet(k.name)


@cases((signal.SIGINT,), (signal.SIGTERM,))
def asked_to_stop(k, number):
    """A push stops before its next call, says what is kept, and dies by the signal; run does the same."""
    people = crowd(12)
    s = k.shop("--delay", 60)
    s.hour(hour(0), pages(people))
    for words in (["push"], ["run"]):
        s.set(push=True, base_url="http://127.0.0.1:9", client_id="x", api_key_file="key", retries=0, min_interval_ms=0)
        write(s.path("key"), "secret\n")
        os.chmod(s.path("key"), 0o600)
        before = s.far.calls()
        p = subprocess.Popen([k.program.path, "-C", s.dir, *words], stderr=subprocess.PIPE)
        while s.far.calls() < before + 3:
            assert p.poll() is None, p.stderr.read()
            time.sleep(0.01)
        p.send_signal(number)
        said = p.communicate(timeout=20)[1].decode()
        k.lab.equal("%s dies by the signal" % words, p.returncode, -number)
        k.lab.check("%s says what is kept" % words, "what DailyStory acknowledged is kept" in said, said)
    calls = s.far.calls()
    s.push(what="the rest")
    s.same("the rest")
    k.lab.check("little is sent twice", s.far.calls() <= 2 * len(people) + 2, (calls, s.far.calls()))
    s.quiet(k.name)


@cases(("refuse",), ("move",))
def an_address_that_was_opted_out_first(k, taken):
    """Nobody had it when DailyStory was told, so a contact was made of it: that one becomes theirs."""
    no = {"consentsToPromotionalEmail": False, "consentsToPromotionalSMS": False}
    people = [customer(0, **no), customer(1)]
    s = k.shop("--text_flag", "optOutText", "--taken", taken)
    s.hour(hour(0), pages(people))
    s.push()
    people[0]["consentsToPromotionalEmail"] = True
    k.next(s, 1, people)
    s.quiet(k.name)
    people[0]["consentsToPromotionalSMS"] = True
    k.next(s, 2, people)


@cases((), ("--optouts", "contact", "--text_flag", "optOutText", "--email_flag", "optOutEmail"))
def two_machines_push_one_account(k, *way):
    """A copy that goes on beside the original: rows are sent twice, and nothing else comes of it; a copy that gets nothing new sends nothing."""
    settings = {"push_email_opt_out": "optOutEmail"} if "--email_flag" in way else {}
    people = crowd(5)
    s = k.settled(people, (), *way, **settings)
    first, second = s.dir, s.lab.new("copy")
    shutil.copytree(first, second, dirs_exist_ok=True)

    def push_there(folder, n, what):
        s.dir = folder
        s.hour(hour(n), pages(people))
        s.push(what=what)
        s.same(what)
    people[0].update(consentsToPromotionalEmail=False)
    push_there(first, 1, "the original")
    s.dir = second
    s.quiet("a copy from before")
    s.dir = first
    s.same("a copy from before")
    push_there(second, 1, "the copy, too")
    people[1]["email"], people[2]["lastName"] = "new@example.com", "Cee"
    people.append(customer(6, consentsToPromotionalSMS=False))
    push_there(second, 2, "now the copy first")
    push_there(first, 2, "then the original")
    del people[3]
    push_there(first, 3, "one is gone")
    people.append(customer(3))
    s.dir = second
    s.hour(hour(4), pages(people))
    s.push(what="the original was moved for good; for the copy nobody was ever gone")
    k.lab.equal("the copy does not know", s.differences(), ["c00003: fh_gone is 'removed', not ''"])
    s.push("--rebuild-acked", what="the copy reads what is there")
    s.push(what="and makes it right")
    s.same("the end")
    s.quiet("the end")
    k.lab.equal("no second contact of anybody", sorted(c["extendedProperties"].get("fh_id", "") for c in s.far.books()["contacts"]), ["c%05d" % n for n in (0, 1, 2, 3, 4, 6)])
