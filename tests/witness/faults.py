"""Records at fault by themselves, of every kind section 3 names, that leave their page's structure whole.
"""
from pools import BAD_TIMES, SPOILED
from spelling import GONE, Num, Style

# Fields that decide, of orders. Of a customer only the id decides.
UNREADABLE = {
    'customerId': [True, Num('1.5'), {}, [], 'x' * 241, Num('1e3'), Num('1.0e1')],
    'createdAt': BAD_TIMES, 'completedOn': BAD_TIMES,
    'orderStatus': [{}, [], True, False],
    'voided': [Num('2'), Num('0.5'), 'maybe', 'tru', {}, [], 'on', '1.0'],
    'totals': [[], Num('5'), 'x', True],
    'itemsInCart': [{}, 'x', Num('1'), True, [Num('5')], ['x'], [[]], [True], [None, {}, 'x']],
}

BAD_IDS = [GONE, None, '', '   ', True, Num('1.5'), Num('1e3'), {}, [], 'y' * 241, Num('1.5e1'), False, 'é' * 121, Num('9' * 241)]

BAD_BYTES = [b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"', b'"\xe2\x82"', b'"\x80"', b'"\xfe"', b'"\xf0\x80\x80\x80"',
             b'"\\x41"', b'"\\u12G4"', b'"\\u12"', b'"\\U0041"', b'"\\\'"', b'"\\ud83"', b'"\x01"', b'"a\tb"', b'"a\nb"', b'"\x00"', b'"\x1f"',
             b'01', b'1.', b'.5', b'+1', b'1e', b'1e+', b'-', b'--1', b'NaN', b'Infinity', b'-Infinity', b'0x10', b'1_000', b'tru', b'True', b'nul',
             b'-01', b'1.e5', b'1 2', b'', b'"a" "b"', b'{"k" 1}', b'{"k":1 "l":2}', b'{"k":1,}', b'[1,]', b'[,1]', b'{,}', b'{"k"}', b'{k:1}', b"'x'",
             b'{"k":1,"k":1}', b'{"k":1,"\\u006b":2}', b'{"":1,"":2}', b'[1 2]', b'\xc3\xa9', b'{1:2}', b'/**/1', b'\xa0', b'{"k":}', b'[:]', b'1\xff', b'\x0b1',
             b'[' * 64 + b']' * 64, b'{"a":' * 64 + b'1' + b'}' * 64, b'truefalse', b'"a"1', b'nullnull', b'1-', b'\x00']

NOT_RECORDS = [b'5', b'"x"', b'[]', b'true', b'[{"id":"inner"}]', b'""', b'-0', b'false', b'', b' ', b'nul', b'"id"', b'[[[]]]', b'\xef\xbb\xbf{}', b'{}{}',
               b'{"id":"z1"} {"id":"z2"}', b'"\\ud800"', b'\xff']


def faulty(world, entity, record, readable=False):
    """The bytes of a faulty version of a record; readable: one whose id can be read all the same."""
    rng = world.rng
    kind = rng.uniform(0.5 if readable else 0.0, 1.0 if entity == 'order' else 0.5)
    names = ['id', '_id'] + (['orderId'] if entity == 'order' else [])
    if kind < 0.3:
        return faulty_bytes(rng, entity, record)
    if kind < 0.42:
        bad = {k: v for k, v in record.items() if k not in names}
        value = rng.choice(BAD_IDS)
        name = rng.choice(names)
        if value is not GONE:
            bad[name] = value
            if value not in (None, '', '   '):      # an id that is no id ends the chain, whatever comes after it
                for later in names[names.index(name) + 1:]:
                    bad[later] = 'later'
        return Style(rng, False).dump(bad).encode()
    if kind < 0.5:
        return rng.choice(NOT_RECORDS)
    bad = dict(record)
    field = rng.choice(sorted(UNREADABLE))
    bad[field] = rng.choice(UNREADABLE[field])
    if rng.random() < 0.2:
        bad['createdAt'], bad['completedOn'] = rng.choice([(None, ''), ('0001-01-01T00:00:00Z', None), ('1999-12-31', '9999-12-31T00:00:00Z')])
    if rng.random() < 0.3:
        bad['orderStatus'], bad['voided'] = 'Sold', False
        bad['totals'] = rng.choice([None, {}, '', {'finalTotal': None}, {'subTotal': Num('1')}] + SPOILED['order']['totals'][:6])
    return Style(rng, False).dump(bad).encode()


def faulty_bytes(rng, entity, record):
    """A record that is not valid JSON by itself, though the page round it stays whole."""
    text = Style(rng, False).dump(record).encode()
    where = rng.random()
    bad = rng.choice(BAD_BYTES)
    if where < 0.5:
        return text[:-1] + b',"bad":' + bad + b'}'
    if where < 0.7:
        return b'{"bad":' + bad + b',' + text[1:]
    if where < 0.8:
        key = rng.choice([b'"\\ud80"', b'"\xff"', b'"\\q"', b'"\x02"', b'"a\\u00"', b'5', b'nope', b'null', b''])
        return text[:-1] + b',' + key + b':1}'
    first = text[1:text.index(b':')]
    if where < 0.9:
        return text[:-1] + b',' + first + b':"again"}'
    return text[:-1] + rng.choice([b',}', b',"x"}', b',"x":}', b' 5}', b':1}', b',,"x":1}', b'"x":1}', b',"items":[1,{"a":1,"a":2}]}'])
