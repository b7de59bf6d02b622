"""Segment rules (section 6): is this profile a member at this time?"""
import calendar
import datetime
import re
from decimal import Decimal

from exact import Num
from meaning import EPOCH, exact_value, lower, micros

BUILT_IN = '''[
{"name":"Customers that haven't ordered in past 60 days","slug":"not-ordered-60-days","where":{"all":[
  {"field":"fh_total_orders","op":">=","value":1},{"field":"fh_last_orderdate","op":"<","value":"-60d"}]}},
{"name":"New customers in past 30 days","slug":"new-30-days","where":{"field":"first_order_date","op":">=","value":"-30d"}},
{"name":"Customers that have ordered more than once","slug":"ordered-more-than-once","where":{"field":"fh_total_orders","op":">","value":1}},
{"name":"Customers that have spent more than $100","slug":"spent-more-than-100","where":{"field":"fh_total_spent","op":">","value":100}}
]'''

NUMBERS = ('fh_points', 'fh_total_spent', 'fh_total_orders', 'age', 'days_to_birthday')
TIMES = ('fh_last_orderdate', 'first_order_date', 'birthdate')
LISTS = ('fh_products', 'fh_categories', 'stores')
SPAN = re.compile(r'([0-9]+)(h|d|w|mo|y)')
SECONDS = {'h': 3600, 'd': 86400, 'w': 7 * 86400}
COMPARE = {'=': lambda a, b: a == b, '!=': lambda a, b: a != b, '<': lambda a, b: a < b, '<=': lambda a, b: a <= b,
           '>': lambda a, b: a > b, '>=': lambda a, b: a >= b}


def back(now, span):
    """So long before now: exact spans, or the same day and time of an earlier month, its last day where there is no such day."""
    number, unit = SPAN.fullmatch(span).groups()
    if unit in SECONDS:
        return now - int(number) * SECONDS[unit] * 1000000
    moment = EPOCH + datetime.timedelta(microseconds=now)
    months = moment.year * 12 + moment.month - 1 - int(number) * (12 if unit == 'y' else 1)
    year, month = months // 12, months % 12 + 1
    moment = moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def operand(field, value, now):
    """The value a rule names, in the type of its field."""
    if field in NUMBERS:
        return exact_value(value)
    if field in TIMES:
        return back(now, value[1:]) if value.startswith('-') else micros(value)
    if field == 'fh_isloyal' and isinstance(value, str):
        return lower(value) == 'true'
    return value


def compare(where, profile, now):
    """One comparison; with an absent field it is false, and so is its !=."""
    field, op, value = where['field'], where['op'], where['value']
    have = profile['within'](field, back(now, where['within'])) if 'within' in where else profile[field]
    absent = have is None or have == '' or have == []
    if op == 'exists':
        return value != absent
    if absent:
        return False
    if op == 'contains':
        return lower(value) in [lower(v) for v in have] if field in LISTS else lower(value) in lower(have)
    if op == 'in':
        return any(have == operand(field, v, now) for v in value)
    return COMPARE[op](have, operand(field, value, now))


def holds(where, profile, now, rules):
    """The rule over one profile, as of now. rules are all segments by slug, for references."""
    if 'all' in where:
        return all(holds(w, profile, now, rules) for w in where['all'])
    if 'any' in where:
        return any(holds(w, profile, now, rules) for w in where['any'])
    if 'not' in where:
        return not holds(where['not'], profile, now, rules)
    if 'segment' in where:
        return holds(rules[where['segment']]['where'], profile, now, rules)
    return compare(where, profile, now)


def references(where):
    """Slugs a rule names."""
    if 'segment' in where:
        return {where['segment']}
    inner = where.get('all') or where.get('any') or ([where['not']] if 'not' in where else [])
    return set().union(*[references(w) for w in inner]) if inner else set()


def meaning(slug, rules):
    """Everything a segment's members depend on: its rule and those it refers to, or None if there is no such segment."""
    if slug not in rules:
        return None
    where = rules[slug]['where']
    return where, {s: meaning(s, rules) for s in references(where)}


def numbers_of(values):
    """Orders and spent as rules compare them."""
    out = dict(values)
    if 'fh_total_orders' in values:
        out['fh_total_orders'] = Decimal(values['fh_total_orders'])
    if 'fh_total_spent' in values:
        out['fh_total_spent'] = exact_value(Num('%de-2' % values['fh_total_spent']))
    return out


def rule_values(profile, age, days, recent):
    """The profile as rules see it; recent(since) are the values of the orders since then."""
    seen = numbers_of(profile)
    seen['age'] = None if age is None else Decimal(age)
    seen['days_to_birthday'] = None if days is None else Decimal(days)
    seen['birthdate'] = micros(profile['birthdate']) if profile['birthdate'] else None
    seen['within'] = lambda field, since: numbers_of(recent(since))[field]
    return seen
