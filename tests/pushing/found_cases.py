"""Whose contact an address is, when others changed it there, made the contact, or no answer said which it is."""

from lab.lab import customer
from pushing.guard_cases import NO_MAIL, put
from pushing.kit import cases, crowd, hour, pages


@cases(("email", "call"), ("email", "flag"), ("mobile", "call"))
def an_address_that_was_let_go(k, key, how):
    """Staff change it, --check --repair sees that, and Flowhub has another one by now: whoever gets the old one is told of, and not who had it."""
    people = crowd(2)
    s = k.settled(people, (), "--email_flag", "optOutEmail", **({"push_email_opt_out": "optOutEmail"} if how == "flag" else {}))
    field, value = ("email", "staff@example.com") if key == "email" else ("mobilePhone", "+17205559999")
    s.far.edit("change", email="user0@example.com", field=field, value=value)
    s.run("push", "--check", "--all", "--repair")
    people[0].update({"email": "own2@example.com"} if key == "email" else {"phone": "7205551234"})
    s.hour(hour(1), pages(people))
    s.push(what="moved on")
    other = customer(5, email="user0@example.com", phone="", **NO_MAIL) if key == "email" else customer(5, email="", phone="7205550000")
    people.append(other)
    if key == "email":
        put(s, email="user0@example.com")   # from a form
    s.hour(hour(2), pages(people))
    s.push(what="another has the old one")
    k.lab.equal("who may be written to", sorted((c.get("email"), c["out_of_email"]) for c in s.far.books()["contacts"] if c.get("email")),
                sorted([("own2@example.com", False), ("user1@example.com", False), ("user0@example.com", True)] if key == "email"
                       else [("user0@example.com", False), ("user1@example.com", False)]))
    if key == "mobile":
        k.lab.equal("the number", [c["extendedProperties"].get("fh_id") for c in s.far.books()["contacts"] if c.get("mobilePhone") == "+17205550000"], ["c00005"])
    s.quiet("another has the old one")
