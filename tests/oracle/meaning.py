"""What a record means (sections 3 and 4): readable fields of customers and orders, and the values of a contact.

Money is in whole cents and times are in microseconds since 1970, both plain integers; nothing passes through a float.
"""
import datetime
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from exact import Num

WIDE = Context(prec=200)
WHITE = '\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
CONTROL = {c: ' ' for c in list(range(0x20)) + list(range(0x7F, 0xA0))}
LOWER = {c: c + 32 for c in range(65, 91)}
UPPER = {c + 32: c for c in range(65, 91)}
EPOCH = datetime.datetime(1970, 1, 1)


class Unreadable(Exception):
    """A field that cannot be read quarantines its record."""


def lower(text):
    """Case is changed in ASCII letters only (section 4)."""
    return text.translate(LOWER)


def upper(text):
    return text.translate(UPPER)


def clean(text):
    """Control characters become spaces, ends are trimmed."""
    return text.translate(CONTROL).strip(WHITE)


# ---------------------------------------------------------------- fields

def text_of(record, name):
    """A text field: text, or a number by its digits; '' if it is missing."""
    value = record.get(name)
    if value is None:
        return ''
    if isinstance(value, Num):
        return clean(value.text)
    if isinstance(value, str):
        return clean(value)
    raise Unreadable(name)


def flag_of(record, name):
    """True, False, or None if it is missing."""
    value = record.get(name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = lower(value.strip(WHITE))
        if word in ('', 'true', 'false'):
            return {'': None, 'true': True, 'false': False}[word]
    raise Unreadable(name)


NUMERIC = re.compile(r'[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')


def number_text(value):
    """The literal of a number or of numeric text; None if it is missing."""
    if value is None:
        return None
    if isinstance(value, Num):
        return value.text
    if isinstance(value, str):
        text = value.strip(WHITE)
        if not text:
            return None
        if NUMERIC.fullmatch(text):
            return text
    raise Unreadable('no number')


def plain_length(key):
    """How many digits the plain decimal form needs."""
    _, digits, power = key
    if power >= 0:
        return len(digits) + power
    return max(len(digits), -power + (1 if -power >= len(digits) else 0))


def number_of(record, name):
    """The exact value, or None."""
    text = number_text(record.get(name))
    if text is None:
        return None
    num = Num(text)
    if plain_length(num.key) > 64:
        raise Unreadable(name)
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
    text = number_text(value)
    if text is None:
        return None
    num = Num(text)
    sign, digits, power = num.key
    if digits != '0' and len(digits) + power > 12 or plain_length(num.key) > 64:
        raise Unreadable('money')
    amount = exact_value(num).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP, context=WIDE)
    return int(amount.scaleb(2, context=WIDE))


def money(cents):
    return '%s%d.%02d' % ('-' if cents < 0 else '', abs(cents) // 100, abs(cents) % 100)


TIME = re.compile(r'(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?', re.A)


def micros(text):
    """Microseconds since 1970 of a time of section 3."""
    found = TIME.fullmatch(text)
    if not found:
        raise Unreadable('time')
    year, month, day, hour, minute, second, part, zone = found.groups()
    try:
        moment = datetime.datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        raise Unreadable('time') from None
    total = (moment - EPOCH) // datetime.timedelta(seconds=1)
    if zone and zone != 'Z':
        digits = zone[1:].replace(':', '').ljust(4, '0')
        if int(digits[:2]) > 23 or int(digits[2:]) > 59:
            raise Unreadable('time')
        ahead = int(digits[:2]) * 3600 + int(digits[2:]) * 60
        total -= ahead if zone[0] == '+' else -ahead
    return total * 1000000 + int((part or '0')[:6].ljust(6, '0'))


def time_of(record, name):
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(name)
    text = value.strip(WHITE)
    return micros(text) if text else None


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
    if isinstance(value, Num) and re.fullmatch(r'-?[0-9]+', value.text):
        text = value.text
    elif isinstance(value, str):
        text = value.strip(WHITE)
    else:
        raise Unreadable('id')
    if len(text.encode()) > 240:
        raise Unreadable('id')
    return text


def record_id(record, entity):
    """The first of the chain that is there; a value there that is no id ends the chain."""
    for name in ('id', '_id') + (('orderId',) if entity == 'order' else ()):
        text = id_text(record.get(name))
        if text:
            return text
    raise Unreadable('id')


# ---------------------------------------------------------------- records

CUSTOMER_TEXTS = ('type', 'medId', 'firstName', 'lastName', 'name', 'email', 'phone', 'streetAddress1', 'streetAddress2', 'city', 'state', 'zip')


def read_customer(record):
    """The fields of a customer, or Unreadable."""
    out = {name: text_of(record, name) for name in CUSTOMER_TEXTS}
    out['isLoyal'] = flag_of(record, 'isLoyal')
    out['points'] = number_of(record, 'loyaltyPoints')
    out['mail_ok'] = flag_of(record, 'consentsToPromotionalEmail')
    out['text_ok'] = flag_of(record, 'consentsToPromotionalSMS')
    out['birthDate'] = record.get('birthDate')
    try:
        out['created'] = time_of(record, 'createdAt')
    except Unreadable:
        out['created'] = None
    return out


def read_items(value):
    """(voided, product, category) of every item."""
    if value is None or isinstance(value, str) and not value.strip(WHITE):
        return []
    if not isinstance(value, list):
        raise Unreadable('itemsInCart')
    out = []
    for item in value:
        if item is None:
            continue
        if not isinstance(item, dict):
            raise Unreadable('itemsInCart')
        names = {k: text_of(item, k) for k in ('productName', 'title1', 'category', 'type')}
        out.append((flag_of(item, 'voided') is True, names['productName'] or names['title1'], names['category'] or names['type']))
    return out


def read_total(record):
    """finalTotal in cents, or None."""
    totals = record.get('totals')
    if totals is None or isinstance(totals, str) and not totals.strip(WHITE):
        return None
    if not isinstance(totals, dict):
        raise Unreadable('totals')
    first = cents_of(totals.get('finalTotal'))
    return first if first is not None else cents_of(totals.get('FinalTotal'))


def place_of(record):
    """locationId; it decides nothing, so what cannot be read is missing."""
    try:
        return id_text(record.get('locationId'))
    except Unreadable:
        return ''


def location_names(record):
    """(ids, name) of one element of a page of locations; none of one that cannot be read."""
    if not isinstance(record, dict):
        return [], ''
    try:
        ids = [id_text(record.get(name)) for name in ('importId', 'locationId')]
        return [i for i in ids if i], text_of(record, 'locationName')
    except Unreadable:
        return [], ''


def read_order(record, completed):
    """The fields of an order, or Unreadable; completed is the set of lower-case statuses that count."""
    created, done = time_of(record, 'createdAt'), time_of(record, 'completedOn')
    if created is None and done is None:
        raise Unreadable('no time')
    out = {'created': done if created is None else created, 'time': created if done is None else done,
           'customer': id_text(record.get('customerId')), 'status': lower(text_of(record, 'orderStatus')),
           'type': lower(text_of(record, 'orderType')), 'budtender': text_of(record, 'budtender'),
           'original': text_of(record, 'originalSaleId'), 'flag': flag_of(record, 'voided'),
           'place': place_of(record), 'total': read_total(record), 'items': read_items(record.get('itemsInCart'))}
    if is_completed(out, completed) and out['total'] is None:
        raise Unreadable('totals')
    return out


def is_voided(order):
    return order['flag'] is True or order['status'] == 'voided'


def is_completed(order, completed):
    return not is_voided(order) and order['status'] in completed


def is_purchase(order, completed):
    """Completed and no refund."""
    return is_completed(order, completed) and not order['original'] and (order['total'] or 0) >= 0


# ---------------------------------------------------------------- standard fields

LABEL = r'[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = re.compile(r'(%s(?:\.%s)*)@(%s(?:\.%s)+)' % (ATOM, ATOM, LABEL, LABEL))


def email_of(text, placeholders):
    """(email, reason it was dropped)."""
    if not text:
        return '', None
    email = lower(text)
    found = EMAIL.fullmatch(email)
    if not found or len(found.group(1)) > 64 or len(email) > 254 or any(len(p) > 63 for p in found.group(2).split('.')):
        return '', 'email-invalid'
    if email in placeholders:
        return '', 'email-placeholder'
    return email, None


US = re.compile(r'[2-9][0-9]{2}[2-9][0-9]{6}')


def mobile_of(text):
    """(E.164, reason it was dropped)."""
    if not text:
        return '', None
    plus = text.startswith('+')
    rest = text[1:] if plus else text
    digits = re.sub(r'[ ().\-/]', '', rest)
    if re.fullmatch(r'[0-9]+', digits):
        local = digits[1:] if len(digits) == 11 and digits[0] == '1' else digits
        if len(local) == 10 and US.fullmatch(local) and (not plus or len(digits) == 11):
            return '+1' + local, None
        if plus and 8 <= len(digits) <= 15 and digits[0] not in '01':
            return '+' + digits, None
    return '', 'mobile-invalid'


STATES = dict(pair.split('=') for pair in (
    'alabama=AL,alaska=AK,arizona=AZ,arkansas=AR,california=CA,colorado=CO,connecticut=CT,delaware=DE,florida=FL,georgia=GA,'
    'hawaii=HI,idaho=ID,illinois=IL,indiana=IN,iowa=IA,kansas=KS,kentucky=KY,louisiana=LA,maine=ME,maryland=MD,massachusetts=MA,'
    'michigan=MI,minnesota=MN,mississippi=MS,missouri=MO,montana=MT,nebraska=NE,nevada=NV,new hampshire=NH,new jersey=NJ,'
    'new mexico=NM,new york=NY,north carolina=NC,north dakota=ND,ohio=OH,oklahoma=OK,oregon=OR,pennsylvania=PA,rhode island=RI,'
    'south carolina=SC,south dakota=SD,tennessee=TN,texas=TX,utah=UT,vermont=VT,virginia=VA,washington=WA,west virginia=WV,'
    'wisconsin=WI,wyoming=WY,district of columbia=DC,puerto rico=PR').split(','))


def state_of(text):
    if re.fullmatch(r'[A-Za-z]{2}', text):
        return upper(text)
    return STATES.get(lower(text), text)


def postal_of(text):
    found = re.fullmatch(r'([0-9]{5})(?:-?[0-9]{4})?', text)
    if found:
        return found.group(1)
    if re.fullmatch(r'[0-9]{3,4}', text):
        return text.zfill(5)
    return upper(text)


def names_of(fields):
    """(first name, last name)."""
    if fields['firstName'] or fields['lastName']:
        return fields['firstName'], fields['lastName']
    name = ' '.join(w for w in re.split('[%s]+' % WHITE, fields['name']) if w)
    if ',' in name:
        last, _, first = name.partition(',')
        return first.strip(WHITE), last.strip(WHITE)
    first, _, last = name.partition(' ')
    return first, last


def birthdate_of(value, today):
    """(YYYY-MM-DD, reason it was dropped)."""
    if value is None or isinstance(value, str) and not value.strip(WHITE):
        return '', None
    if not isinstance(value, str):
        return '', 'birthdate-unreadable'
    text = value.strip(WHITE)
    american = re.fullmatch(r'([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})', text)
    if american:
        month, day, year = american.groups()
        text = '%s-%s-%s' % (year, month.zfill(2), day.zfill(2))
    try:
        micros(text[:10])
        micros(text)
    except Unreadable:
        return '', 'birthdate-unreadable'
    if len(text) > 10 and not re.match(r'\d{4}-\d\d-\d\d[T ]', text):
        return '', 'birthdate-unreadable'
    day = text[:10]
    if day < '1900-01-01':
        return '', 'birthdate-before-1900'
    if day > today.isoformat():
        return '', 'birthdate-in-future'
    return day, None


def age_of(birthdate, today):
    """Whole years; who was born on 29 February is a year older on 1 March of other years."""
    if not birthdate:
        return None
    year, month, day = map(int, birthdate.split('-'))
    return today.year - year - ((today.month, today.day) < (month, day))


def days_to_birthday(birthdate, today):
    """0 on the day; 29 February counts as 1 March in other years."""
    if not birthdate:
        return None
    _, month, day = map(int, birthdate.split('-'))
    for year in (today.year, today.year + 1):
        try:
            when = today.replace(year=year, month=month, day=day)
        except ValueError:
            when = today.replace(year=year, month=3, day=1)
        if when >= today:
            return (when - today).days
    raise AssertionError
