"""Whose row it is (section 7): each address is written for one customer only."""
from meaning import date_of
from person import age_of

REASONS = ['suppressed', 'underage', 'age-unknown', 'no-identifier', 'duplicate-email', 'duplicate-mobile', 'shared-email', 'shared-mobile', 'row-too-long']
HALF_A_DAY = 43200 * 1000000


def first_reason(p, config, as_of):
    """Why somebody takes no part, or None."""
    if {p['email'], p['mobile']} & (config.suppressed or set()) - {''}:
        return 'suppressed'
    if config.min_age:
        age = age_of(p['birthdate'], date_of(as_of - HALF_A_DAY))
        if age is not None and age < config.min_age:
            return 'underage'
        if p['born_unclear']:
            return 'age-unknown'
    return None if p['email'] or p['mobile'] else 'no-identifier'


def early(when):
    """Who has no such date comes before all others when the greatest is wanted."""
    return (0, 0) if when is None else (1, when)


def late(when):
    """... and behind all others when the least is wanted."""
    return (1, 0) if when is None else (0, when)


def sharing(profiles, ids, name):
    out = {}
    for ident in ids:
        if profiles[ident][name]:
            out.setdefault(profiles[ident][name], []).append(ident)
    return out


def owners(profiles, config, as_of):
    """({id: (email, mobile)} of contacts, {id: (reason, detail)} of who is left out or written without an address)."""
    skipped = {i: (reason, '') for i, p in profiles.items() for reason in [first_reason(p, config, as_of)] if reason}
    remain = [i for i in profiles if i not in skipped]
    mail = {address: max(ids, key=lambda i: (early(profiles[i]['last_bought']), early(profiles[i]['created']), i.encode()))
            for address, ids in sharing(profiles, remain, 'email').items()}
    holds_mail = set(mail.values())
    text = {address: min(ids, key=lambda i: (i in holds_mail, late(profiles[i]['created']), i.encode()))
            for address, ids in sharing(profiles, remain, 'mobile').items()}
    held = {}
    for ident in remain:
        email, mobile = profiles[ident]['email'], profiles[ident]['mobile']
        has = (email if email and mail[email] == ident else '', mobile if mobile and text[mobile] == ident else '')
        lost_mail, lost_text = email and not has[0], mobile and not has[1]
        if any(has):
            held[ident] = has
        if lost_mail:
            skipped[ident] = ('shared-email' if any(has) else 'duplicate-email', mail[email])
        elif lost_text:
            skipped[ident] = ('shared-mobile' if any(has) else 'duplicate-mobile', text[mobile])
    return held, skipped


def linked(old, new):
    """id -> the ids of everybody in the same chain of shared addresses, before or after."""
    chain = {}
    first = {}
    for profiles in (old, new):
        for ident, p in profiles.items():
            chain.setdefault(ident, {ident})
            for key in (('email', p['email']), ('mobile', p['mobile'])):
                other = first.setdefault(key, ident) if key[1] else ident
                if chain[other] is not chain[ident]:
                    chain[other] |= chain[ident]
                    for member in chain[ident]:
                        chain[member] = chain[other]
    return chain
