"""Who is gone, or whose opt-out has to wait, and must not be written to all the same."""

from pushing.guard_cases import NO_MAIL, NO_TEXT, OPT_OUT, status_of
from pushing.kit import cases, crowd, hour, pages, test


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
