"""What is asked of the command, and what it says: an option that it would not look at, a token that cannot be used, and no answer, which has a reason."""

import json
import os

from lab.lab import customer, read, write
from pushing.guard_cases import CONTACT
from pushing.kit import cases, crowd, hour, pages, test
from pushing.receiver import TOKEN

HASH = "0" * 64


@cases(("--json",), ("--show",), ("--status", "--show"), ("--plan", "--expect", HASH), ("--plan", "--limit", "1"), ("--plan", "--accept-mass-change"),
       ("--rejected", "--only", "c00001"), ("--check", "--only", "c00001", "--repair"), ("--check", "--limit", "1"), ("--check", "--retry-rejected"),
       ("--mark-imported", "20261123T040000Z", "--only", "c00001"), ("--mark-imported", "20261123T040000Z", "--json"), ("--rebuild-acked", "--limit", "1"),
       ("--sample", "5"), ("--all",), ("--repair",), ("--expect", "0123"), ("--plan", "--only", "nobody"), ("--status", "--only", "nobody"))
def an_option_of_something_else(k, *words):
    """It would be taken for one that is obeyed: of everybody, where one was named; sent, where a look was meant."""
    people = crowd(3)
    s = k.settled(people)
    people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.control("forget")
    r = s.push(*words, code=(2,), what=k.name)
    k.lab.check("it says which", any(w in r.err for w in words), r.err)
    k.lab.equal("no call", s.far.calls(), 0)


@cases((TOKEN.encode("utf-16-le"),), (TOKEN.encode() + b"\n" + TOKEN.encode(),), (b"two words",), (b"\n",), (TOKEN.encode() * 200,))
def a_token_that_cannot_be_used(k, text):
    """It is told at once, with nothing to send too, and where it comes from; not what it is."""
    s = k.settled(crowd(2))
    for what in ("nothing to send", "a contact to send"):
        write(s.path("token"), text)
        r = s.push(code=(2,), what=what)
        k.lab.check(what + ": it says where it is", "dailystory_token_file" in r.err or "token file" in r.err, r.err)
        s.token(TOKEN)
        s.hour(hour(1), pages(crowd(3)))


@cases((b"", b"\r\n"), (b" ", b" \n\n"), (b"", b""), (b"\xef\xbb\xbf", b"\r\n"))
def a_token_and_what_editors_leave_around_it(k, before, after):
    s = k.settled(crowd(2))
    write(s.path("token"), before + TOKEN.encode() + after)
    s.hour(hour(1), pages(crowd(3)))
    s.push(what="sent")
    s.same("sent")


@cases(("503", "status 503"), ("reset", "POST /contact: "), ("html", "not DailyStory's"))
def no_answer_has_a_reason(k, kind, said):
    """Of a few, of ten in a row, and of those that are compared: a job that ends with 75 says why."""
    people = crowd(14)
    s = k.settled(people, push_retries=0)
    people[0]["lastName"] = people[1]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault(kind, CONTACT)
    r = s.push("-q", code=(75,), what="two")
    k.lab.check("two: why", "2 rows are left to the next push: DailyStory refused, or did not answer; the last time: POST /contact: " in r.err and said in r.err, r.err)
    for p in people:
        p["lastName"] = "Dee"
    s.hour(hour(2), pages(people))
    r = s.push("-q", code=(75,), what="all")
    k.lab.check("all: why", "did not answer 10 times in a row, the last time: POST /contact: " in r.err and said in r.err, r.err)
    s.far.control("clear")
    s.push(what="up again")
    s.same("up again")


@test
def compared_without_an_answer(k):
    """It is not said that all is well, and what was found before stays; a wait that is asked for is kept to."""
    people = crowd(4)
    s = k.settled(people, push_retries=0)
    s.far.edit("change", email="user1@example.com", field="lastName", value="Other")
    s.push("--check", code=(3,), what="one differs")
    note = read(s.path("push", "check.json"))
    for kind, said in (("503", "status 503"), ("400", "status 400")):
        s.far.fault(kind, "GET")
        r = s.push("-q", "--check", code=(75,), what=kind)
        k.lab.check(kind + ": why", "did not answer what it has of 4 contacts; the last time: GET /contact/: " in r.err and said in r.err, r.err)
        s.far.control("clear")
    k.lab.equal("what was found before", read(s.path("push", "check.json")), note)
    line = json.loads(read(s.path("runs.jsonl")).decode().splitlines()[-1])
    k.lab.equal("in the log", (line["status"], line["check"]["contacts"], line["check"]["unanswered"]), (75, 0, 4))
    s.far.fault("503", "GET", count=1)
    s.push("--check", code=(75,), what="one has none")
    k.lab.equal("the others are compared", json.loads(read(s.path("push", "check.json")))["contacts"], 3)
    s.far.fault("429", "GET", value="86400")
    s.far.control("forget")
    r = s.push("--check", code=(75,), what="a day")
    k.lab.equal("a wait is kept to", s.far.calls(), 1)
    k.lab.check("and told", "asks for a wait" in r.err, r.err)
    s.far.control("clear")
    s.push("--check", code=(3,), what="up again")


@test
def a_wrong_id_and_what_was_rejected(k):
    """Nothing is said of rows when nobody was asked for."""
    people = crowd(2)
    s = k.settled(people)
    people[0]["lastName"] = "Cee"
    s.hour(hour(1), pages(people))
    s.far.fault("422", CONTACT)
    s.push(code=(3,))
    r = s.push("--only", "nobody", code=(2,), what="nobody")
    k.lab.check("one thing is said", "there is no customer 'nobody'" in r.err and "did not take" not in r.err, r.err)


@test
def a_salt_that_cannot_be_read(k):
    """It is there, so nothing is to be made again without it: no other one takes its place."""
    s = k.settled(crowd(2))
    os.rename(s.path("push", "salt"), s.path("push", "kept"))
    os.mkdir(s.path("push", "salt"))
    for words in ([], ["--plan"], ["--rebuild-acked"]):
        r = s.push(*words, code=(1,), what=k.name)
        k.lab.check("the system's reason, and no advice to do without", "salt': Is a directory" in r.err and "rebuild-acked" not in r.err, r.err)
    os.rmdir(s.path("push", "salt"))
    os.rename(s.path("push", "kept"), s.path("push", "salt"))
    s.quiet("back again")


@test
def a_flag_that_is_taken_back(k):
    """DailyStory refused it, and nothing is asked of it any more: no dead letter stays behind."""
    people = [customer(0, consentsToPromotionalSMS=False), customer(1)]
    s = k.settled(people)
    s.set(push_text_opt_out="noSuchFlag")
    s.push(code=(3,), what="refused")
    s.set(push_text_opt_out=None)
    s.push(what="taken back")
    k.lab.equal("no dead letter", s.rejected(), {})
    s.same("taken back")
    s.quiet("taken back")


@cases(("https://",), ("https:///x",), ("https://:443",))
def an_address_without_a_host(k, url):
    s = k.settled(crowd(1))
    s.set(dailystory_url=url)
    r = s.push(code=(2,))
    k.lab.check("it names the setting", "'dailystory_url' takes a scheme and a host only" in r.err, r.err)
