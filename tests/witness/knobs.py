"""Rules and settings of the invented account, and how they change from snapshot to snapshot.
"""
import json
import os

from spelling import DAY, Num, Style, iso


def comparison(rng, now):
    """One comparison of section 6 that fits its field's type."""
    day = lambda back: (now - DAY * back).strftime('%Y-%m-%d')
    order = lambda: rng.choice(['=', '!=', '<', '<=', '>', '>='])
    number = {'fh_points': ['0', '12.5', '100', '-3.1', '1e2', '123456789012345678901234567890.5', '0.0120'], 'fh_total_spent': ['100', '100.00', '40.255', '0', '-10', '100.26', '99.99', '100.004'],
              'fh_total_orders': ['0', '1', '2', '3', '1.0'], 'age': ['18', '21', '35', '0'], 'days_to_birthday': ['0', '7', '30', '364', '1']}
    text = {'fh_cust_type': ['Recreational', 'Medicinal', 'vip'], 'fh_last_budtender': ['Alice', 'alice', 'Zoë'],
            'fh_last_ordertype': ['in-store', 'delivery'], 'fh_last_orderstatus': ['sold', 'voided', 'pending'], 'city': ['Denver', 'DENVER'],
            'state': ['CO', 'NJ', 'PR'], 'postal_code': ['80202', '07102'], 'first_name': ['Ava', 'José', 'jane'], 'last_name': ['Smith', 'doe'],
            'email': ['user1@example.com', 'example.com', 'USER'], 'mobile': ['+17205550100', '720'], 'fh_med_id': ['MED-1', 'med'],
            'fh_id': ['1', 'a', 'not-known-1'], 'last_store': ['Downtown', 'uptown', 'L1', 'b334-2', 'Renamed']}
    times = ['fh_last_orderdate', 'first_order_date', 'birthdate']
    lists = {'fh_products': ['Blue Dream 3.5g', 'blunt', 'A', 'Gummies; 10 pack'], 'fh_categories': ['Flower', 'flower', 'Vape', 'ÉTÉ'],
             'stores': ['Downtown', 'UPTOWN', 'l1', 'B334-2', 'Söuth; side', 'renamed']}
    kind = rng.randint(0, 6)
    if kind == 6:
        return recent(rng)
    if kind == 0:
        field = rng.choice(sorted(number))
        if rng.random() < 0.15:
            return {'field': field, 'op': 'in', 'value': [Num(v) for v in number[field][:3]]}
        return {'field': field, 'op': order(), 'value': Num(rng.choice(number[field]))}
    if kind == 1:
        field = rng.choice(sorted(text))
        op = rng.choice(['=', '!=', 'in', 'contains'])
        value = text[field] if op == 'in' else rng.choice(text[field])
        return {'field': field, 'op': op, 'value': odd_case(rng, value) if op == 'contains' else value}
    if kind == 2:
        value = rng.choice(['-60d', '-30d', '-12h', '-4w', '-1d', '-400d', '-0d', '-1mo', '-6mo', '-2mo', '-1y', '-12mo', '-0mo', day(5), day(60), iso(now - DAY * 30, 0), '2026-01-01T12:00:00Z', '2026-01-02'])
        if rng.random() < 0.15:
            return {'field': rng.choice(times[:2]), 'op': 'in', 'value': [value, '2026-01-01T12:00:00Z', '2026-01-02T12:00Z', '-30d', '-60d']}
        return {'field': rng.choice(times[:2]), 'op': order(), 'value': value}
    if kind == 3:
        return {'field': 'birthdate', 'op': order(), 'value': rng.choice(['1990-05-15', '2000-01-01', '-7670d', '-900w', '-21y', '-18y', '-252mo'])}
    if kind == 4:
        field = rng.choice(sorted(lists))
        return {'field': field, 'op': 'contains', 'value': odd_case(rng, rng.choice(lists[field]))}
    fields = sorted(number) + sorted(text) + times + sorted(lists) + ['fh_isloyal']
    if rng.random() < 0.3:
        return {'field': 'fh_isloyal', 'op': rng.choice(['=', '!=']), 'value': rng.choice([True, False, 'true', 'False'])}
    return {'field': rng.choice(fields), 'op': 'exists', 'value': rng.random() < 0.6}


def odd_case(rng, text):
    """`contains` looks past the case of ASCII letters."""
    return rng.choice([text, text, text.lower(), text.upper(), ''.join(rng.choice([c.lower(), c.upper()]) if c.isascii() else c for c in text)])


def recent(rng):
    """A comparison that counts only the orders of a span."""
    span = rng.choice(['30d', '60d', '12h', '4w', '6mo', '1y', '0d', '1mo'])
    field = rng.choice(['fh_total_spent', 'fh_total_orders', 'fh_products', 'fh_categories', 'stores'])
    if field in ('fh_total_spent', 'fh_total_orders'):
        values = {'fh_total_spent': ['0', '90', '40.26', '-10', '100.00'], 'fh_total_orders': ['0', '1', '2']}[field]
        if rng.random() < 0.15:
            return {'field': field, 'op': 'in', 'value': [Num(v) for v in values], 'within': span}
        return {'field': field, 'op': rng.choice(['=', '!=', '<', '<=', '>', '>=']), 'value': Num(rng.choice(values)), 'within': span}
    if rng.random() < 0.3:
        return {'field': field, 'op': 'exists', 'value': rng.random() < 0.5, 'within': span}
    values = {'fh_products': ['Blunt', 'Vape, 1g', 'taken instead'], 'fh_categories': ['Flower', 'vape'], 'stores': ['Downtown', 'uptown', 'L1']}[field]
    return {'field': field, 'op': 'contains', 'value': odd_case(rng, rng.choice(values)), 'within': span}


def rule(rng, now, slugs, depth=0):
    kind = rng.random()
    if depth < 3 and kind < 0.35:
        return {rng.choice(['all', 'any']): [rule(rng, now, slugs, depth + 1) for _ in range(rng.randint(1, 3))]}
    if depth < 3 and kind < 0.5:
        return {'not': rule(rng, now, slugs, depth + 1)}
    if slugs and kind < 0.65:
        return {'segment': rng.choice(slugs)}
    return comparison(rng, now)


BUILT_IN = [
    {'name': "Customers that haven't ordered in past 60 days", 'slug': 'not-ordered-60-days',
     'where': {'all': [{'field': 'fh_total_orders', 'op': '>=', 'value': Num('1')}, {'field': 'fh_last_orderdate', 'op': '<', 'value': '-60d'}]}},
    {'name': 'New customers in past 30 days', 'slug': 'new-30-days', 'where': {'field': 'first_order_date', 'op': '>=', 'value': '-30d'}},
    {'name': 'Customers that have spent more than $100', 'slug': 'spent-more-than-100', 'where': {'field': 'fh_total_spent', 'op': '>', 'value': Num('100')}},
]


def rules(rng, now):
    """A segments.json; later rules may refer to earlier ones, and some earlier ones to later ones."""
    made = [dict(s) for s in BUILT_IN if rng.random() < 0.7]
    for n in range(rng.randint(1, 5)):
        slugs = [s['slug'] for s in made]
        made.append({'name': rng.choice(['Rule %d', 'Règle "%d"', '=R%d, x']) % n, 'slug': 'rule-%d' % n, 'where': rule(rng, now, slugs)})
    if rng.random() < 0.3:
        made.reverse()
    return made if rng.random() < 0.97 else []


def change_rules(rng, now, old):
    """One rule altered, taken out, added, or only renamed."""
    made = [dict(s) for s in old]
    kind = rng.randint(0, 3)
    used = json.dumps(made)
    if kind == 0 and made:
        free = [i for i, s in enumerate(made) if '"segment": "%s"' % s['slug'] not in used]
        if free:
            del made[rng.choice(free)]
    elif kind == 1:
        made.append({'name': 'Added later', 'slug': 'added-%d' % rng.randint(1, 9999), 'where': rule(rng, now, [s['slug'] for s in made])})
    elif kind == 2 and made:
        one = rng.choice(made)
        one['where'] = rule(rng, now, [])
    elif made:
        rng.choice(made)['name'] = 'Another name'
    return made


def settings(rng):
    made = {}
    if rng.random() < 0.4:
        made['completed_statuses'] = rng.choice([['sold'], ['Sold', 'completed', 'FULFILLED'], ['fulfilled', 'pending', 'sold']])
    if rng.random() < 0.3:
        made['placeholder_emails'] = rng.choice([[], ['user1@example.com', 'USER2@example.com'], ['none@none.com', "o'hara+tag@sub-domain.example.co"]])
    if rng.random() < 0.3:
        made['min_age'] = Num(rng.choice(['0', '18', '21']))
    if rng.random() < 0.2:
        made['placeholder_mobiles'] = rng.choice([[], ['+17205550100', '(720) 555-0103'], ['+447911123456', '303-555-0005 x2']])
    if rng.random() < 0.1:
        made['breaker_percent'] = Num(rng.choice(['10', '50', '100']))
    if rng.random() < 0.4:
        made['suppress'] = 'suppress.txt'
    if rng.random() < 0.3:
        made['list_separator'] = rng.choice(['|', ',', ';'])
    if rng.random() < 0.3:
        made['csv_bom'] = rng.random() < 0.5
    if rng.random() < 0.4:
        made['segment_lists'] = rng.random() < 0.7
    return made


def put_json(rng, path, value):
    style = Style(rng, rng.random() < 0.5)
    style.respell = 0
    with open(path, 'w', encoding='utf-8', newline='') as f:
        f.write(style.dump(value) + '\n')


LISTED = ['USER3@example.com', '(720) 555-0100', 'user7@example.com ', '', '+1 303 555 0005', 'not an address', 'user9@example.com', '3035550011',
          'name;address', 'Do Not Write;<USER12@example.com>;+1 303 555 0013', '"Doe, Jane","user14@example.com","(303) 555-0015 ext 3"', 'mailto:user16@example.com',
          "'user17@example.com'", 'email=user18@example.com|phone=303.555.0019', '12\t3035550020\tuser21@example.com', 'user22@example.com,user23@example.com',
          '\u201cuser24@example.com\u201d.', 'tel:+13035550025', '+49 (0)30 5550112', '303\u2013555\u20130026', 'fam@example.com', 'FAM@EXAMPLE.COM!', '7205550190 7205550192',
          'a@b', '@example.com', 'é.user27@example.com', 'user28@example.com.', '# 303-555-0029 and 303-555-0030', 'x' * 70 + '@example.com', '1-720-555-0105', '+44 20 7946 0958']


def write_suppress(rng, path):
    """A list of odd shape, in UTF-8 with or without a mark, or in UTF-16."""
    ends = rng.choice(['\n', '\r\n', '\r'])
    text = ends.join(rng.sample(LISTED, 12)) + rng.choice(['', ends])
    encoding = rng.choice(['utf-8', 'utf-8', 'utf-8-sig', 'utf-16-le', 'utf-16-be', 'broken'])
    marks = {'utf-16-le': b'\xff\xfe', 'utf-16-be': b'\xfe\xff'}
    data = text.encode('utf-8') + b'\xff\xe9 caf\xe9 user31@example.com' if encoding == 'broken' else marks.get(encoding, b'') + text.encode(encoding)
    with open(path, 'wb') as f:
        f.write(data)


def configure(world, out):
    """segments.json and flowstory.json, and perhaps a sequence of them (steps.json)."""
    rng, p = world.rng, world.p
    now = world.times[0]
    write_suppress(rng, os.path.join(out, 'suppress.txt'))
    now_rules = rules(rng, now) if rng.random() < p['settings'] else None
    now_settings = settings(rng) if rng.random() < p['settings'] else None
    if rng.random() >= p['steps']:
        if now_rules is not None:
            put_json(rng, os.path.join(out, 'segments.json'), now_rules)
        if now_settings is not None:
            put_json(rng, os.path.join(out, 'flowstory.json'), now_settings)
        return
    steps = []
    names = {'segments': None, 'settings': None}
    for n, when in enumerate(world.times, 1):
        if n > 1 and rng.random() < 0.4:
            now_rules = change_rules(rng, when, now_rules) if now_rules else rules(rng, when)
            names['segments'] = None
        if n > 1 and rng.random() < 0.25:
            now_settings = settings(rng) if rng.random() < 0.8 else None
            names['settings'] = None
        for kind, value, stem in (('segments', now_rules, 'rules'), ('settings', now_settings, 'settings')):
            if value is not None and names[kind] is None:
                names[kind] = '%s-%d.json' % (stem, n)
                put_json(rng, os.path.join(out, names[kind]), value)
        steps.append({'snapshot': when.strftime('%Y%m%dT%H%M%SZ'), 'segments': names['segments'] if now_rules is not None else None,
                      'settings': names['settings'] if now_settings is not None else None})
    with open(os.path.join(out, 'steps.json'), 'w', encoding='utf-8') as f:
        json.dump(steps, f, indent=1)
