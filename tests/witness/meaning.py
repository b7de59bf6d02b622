"""What a record means (section 3): the readable fields of customers and orders, and those that are dropped.

Money is in whole cents and times are in microseconds since 1970, both plain integers; nothing passes through a float.
"""
import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from exact import Num

WIDE = Context(prec=200)
WHITE = '\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
MARKS = ''.join(map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF, 0x061C]))
ENDS = WHITE + MARKS
CONTROL = {c: ' ' for c in list(range(0x20)) + list(range(0x7F, 0xA0))}
LOWER = {c: c + 32 for c in range(65, 91)}
UPPER = {c + 32: c for c in range(65, 91)}
EPOCH = datetime.datetime(1970, 1, 1)
DAY = 86400 * 1000000
YEAR_2000 = 946684800 * 1000000


class Unreadable(Exception):
    """A value that cannot be read: it quarantines the record if it decides, else it is dropped."""


def lower(text):
    """Case is changed in ASCII letters only (section 4)."""
    return text.translate(LOWER)


def upper(text):
    return text.translate(UPPER)


def clean(text):
    """Control characters become spaces, ends are trimmed of white space and of marks that nobody sees."""
    return text.translate(CONTROL).strip(ENDS)


# ---------------------------------------------------------------- values

def empty(value):
    """Missing, null and "" mean the same."""
    return value is None or isinstance(value, str) and not clean(value)


def text_of(value):
    """A text field: text, or a number by its digits, as an id would be where it is an integer; '' if it is missing."""
    if value is None:
        return ''
    if isinstance(value, Num):
        return re.sub(r'\.0+\Z', '', value.text)
    if isinstance(value, str):
        return clean(value)
    raise Unreadable


WORDS = {'true': True, 'false': False, 'yes': True, 'no': False, 'y': True, 'n': False, '0': False, '1': True}


def flag_of(value):
    """True, False, or None if it is missing."""
    if empty(value) or isinstance(value, bool):
        return value if isinstance(value, bool) else None
    if isinstance(value, Num) and value in (Num('0'), Num('1')):
        return value == Num('1')
    if isinstance(value, str) and lower(value.strip(ENDS)) in WORDS:
        return WORDS[lower(value.strip(ENDS))]
    raise Unreadable


NUMERIC = re.compile(r'[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
DOLLARS = re.compile(r'([+-]?)(\$?)([+-]?)((?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)')


def number_text(value):
    """The literal of a number or of numeric text; None if it is missing."""
    if empty(value):
        return None
    if isinstance(value, Num):
        return value.text
    if isinstance(value, str) and NUMERIC.fullmatch(value.strip(ENDS)):
        return value.strip(ENDS)
    raise Unreadable


def money_text(value):
    """The same for money: a dollar sign and commas between groups of three are read over."""
    if empty(value) or not isinstance(value, str):
        return number_text(value)
    found = DOLLARS.fullmatch(value.strip(ENDS))
    if not found:
        raise Unreadable
    before, dollar, behind, digits = found.groups()
    if before and behind or behind and not dollar or before == '+' and dollar:
        raise Unreadable
    return before + behind + digits.replace(',', '')


def plain_length(key):
    """How many digits the plain decimal form needs."""
    _, digits, power = key
    if power >= 0:
        return len(digits) + power
    return max(len(digits), -power + (1 if -power >= len(digits) else 0))


def number_of(value):
    """The exact value, or None."""
    text = number_text(value)
    if text is None:
        return None
    num = Num(text)
    if plain_length(num.key) > 64:
        raise Unreadable
    return exact_value(num)


def exact_value(num):
    sign, digits, power = num.key
    return Decimal((1 if sign else 0, tuple(map(int, digits)), power))


def plain(value):
    """Plain decimal without trailing zeros: 12, 12.5."""
    text = '{:f}'.format(value)
    if '.' in text:
        text = text.rstrip('0').rstrip('.')
    return '0' if text in ('-0', '') else text


def cents_of(value):
    """Whole cents, half away from zero; None if it is missing."""
    text = money_text(value)
    if text is None:
        return None
    num = Num(text)
    _, digits, power = num.key
    if digits != '0' and len(digits) + power > 12 or plain_length(num.key) > 64:
        raise Unreadable
    amount = exact_value(num).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP, context=WIDE)
    return int(amount.scaleb(2, context=WIDE))


def money(cents):
    return '%s%d.%02d' % ('-' if cents < 0 else '', abs(cents) // 100, abs(cents) % 100)


TIME = re.compile(r'(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?', re.A)


def micros(text):
    """Microseconds since 1970 of a time of section 3."""
    found = TIME.fullmatch(text)
    if not found:
        raise Unreadable
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        raise Unreadable from None
    total = (moment - EPOCH) // datetime.timedelta(seconds=1)
    if zone and zone != 'Z':
        digits = zone[1:].replace(':', '').ljust(4, '0')
        if int(digits[:2]) > 23 or int(digits[2:]) > 59:
            raise Unreadable
        ahead = int(digits[:2]) * 3600 + int(digits[2:]) * 60
        total -= ahead if zone[0] == '+' else -ahead
    return total * 1000000 + int((part or '0')[:6].ljust(6, '0'))


def time_of(value):
    if empty(value):
        return None
    if not isinstance(value, str):
        raise Unreadable
    return micros(value.strip(ENDS))


def date_of(when):
    return (EPOCH + datetime.timedelta(microseconds=when)).date()


def stamp(when):
    """Whole seconds, truncated."""
    return (EPOCH + datetime.timedelta(seconds=when // 1000000)).strftime('%Y-%m-%dT%H:%M:%SZ').rjust(20, '0')


# ---------------------------------------------------------------- ids

def id_text(value):
    """The id's text, '' if missing, or Unreadable if it is no id."""
    if value is None:
        return ''
    found = re.fullmatch(r'(-?[0-9]+)(?:\.0+)?', value.text) if isinstance(value, Num) else None
    if found:
        text = found.group(1)
    elif isinstance(value, str):
        text = value.strip(ENDS)
    else:
        raise Unreadable
    if len(text.encode()) > 240:
        raise Unreadable
    return text


def record_id(record, entity):
    """The first of the chain that is there; a value there that is no id ends the chain."""
    for name in ('id', '_id') + (('orderId',) if entity == 'order' else ()):
        text = id_text(record.get(name))
        if text:
            return text
    raise Unreadable


# ---------------------------------------------------------------- records

class Fields(dict):
    """Fields by name, and what was dropped: (path, value as it came, reason)."""

    def __init__(self):
        super().__init__()
        self.dropped = []

    def read(self, record, name, work, nothing=None, path=''):
        """The value of a field that decides nothing."""
        try:
            return work(record.get(name))
        except Unreadable:
            self.dropped.append((path + name, record[name], 'unreadable'))
            return nothing


CUSTOMER_TEXTS = ('type', 'medId', 'firstName', 'lastName', 'name', 'email', 'phone', 'streetAddress1', 'streetAddress2', 'city', 'state', 'zip', 'country')
UNCLEAR = 'unclear'      # a consent flag that is there and cannot be read


def read_customer(record):
    """The fields of a customer. What can only be judged with settings and a day (email, phone, birthdate) stays as text here."""
    out = Fields()
    for name in CUSTOMER_TEXTS:
        out[name] = out.read(record, name, text_of, '')
    out['isLoyal'] = out.read(record, 'isLoyal', flag_of)
    out['points'] = out.read(record, 'loyaltyPoints', number_of)
    out['mail_ok'] = out.read(record, 'consentsToPromotionalEmail', flag_of, UNCLEAR)
    out['text_ok'] = out.read(record, 'consentsToPromotionalSMS', flag_of, UNCLEAR)
    out['created'] = out.read(record, 'createdAt', time_of)
    out['birthDate'] = record.get('birthDate')
    return out


def read_items(out, value):
    """(product, category, totalPrice in cents, is it goods) of every item that is not voided."""
    if empty(value):
        return []
    if not isinstance(value, list) or not all(item is None or isinstance(item, dict) for item in value):
        raise Unreadable
    items = []
    for n, item in enumerate(value):
        if item is None:
            continue
        path = 'itemsInCart/%d/' % n
        names = {k: out.read(item, k, text_of, '', path) for k in ('productName', 'title1', 'category', 'type')}
        voided = out.read(item, 'voided', flag_of, None, path)
        price = out.read(item, 'totalPrice', cents_of, None, path)
        count = out.read(item, 'quantity', number_of, None, path)
        back = price is not None and price < 0 or count is not None and count < 0
        if voided is not True:
            items.append((names['productName'] or names['title1'], names['category'] or names['type'], price, not back))
    return items


def read_total(out, value):
    """finalTotal in cents, or None."""
    if empty(value):
        return None
    if not isinstance(value, dict):
        raise Unreadable
    first = out.read(value, 'finalTotal', cents_of, None, 'totals/')
    return first if first is not None else out.read(value, 'FinalTotal', cents_of, None, 'totals/')


def read_time(out, record, name, taken):
    """A time of an order: unreadable quarantines, out of range is dropped."""
    when = time_of(record.get(name))
    if when is not None and (when < YEAR_2000 or when > taken + DAY):
        out.dropped.append((name, record[name], 'out-of-range'))
        return None
    return when


def original_of(value):
    """The sale that is undone: an id, or whatever text stands there."""
    try:
        return id_text(value)
    except Unreadable:
        return text_of(value)


def read_order(record, completed, taken):
    """The fields of an order, or Unreadable; completed is the set of lower-case statuses that count."""
    out = Fields()
    created, done = read_time(out, record, 'createdAt', taken), read_time(out, record, 'completedOn', taken)
    if created is None and done is None:
        raise Unreadable('no time')
    out['created'], out['time'] = done if created is None else created, created if done is None else done
    out['customer'] = id_text(record.get('customerId'))
    out['status'] = lower(text_of(record.get('orderStatus')))
    out['flag'] = flag_of(record.get('voided'))
    out['type'] = lower(out.read(record, 'orderType', text_of, ''))
    out['budtender'] = out.read(record, 'budtender', text_of, '')
    out['original'] = clean(out.read(record, 'originalSaleId', original_of, ''))
    out['place'] = out.read(record, 'locationId', id_text, '')
    out['total'] = read_total(out, record.get('totals'))
    out['items'] = read_items(out, record.get('itemsInCart'))
    out['id'] = record_id(record, 'order')
    if is_completed(out, completed) and out['total'] is None:
        raise Unreadable('totals')
    return out


def is_voided(order):
    return order['flag'] is True or order['status'] == 'voided'


def is_completed(order, completed):
    return not is_voided(order) and order['status'] in completed


def is_refund(order, completed):
    """Money or goods that came back, and nothing sold."""
    if not is_completed(order, completed):
        return False
    names_a_sale = order['original'] and lower(order['original']) not in ('0', 'null', 'none') and order['original'] != clean(order['id'])
    sells = any(good and price is not None and price > 0 for _, _, price, good in order['items'])
    return (order['total'] or 0) < 0 or bool(names_a_sale) and not sells


def is_purchase(order, completed):
    return is_completed(order, completed) and not is_refund(order, completed)
