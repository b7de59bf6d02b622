"""Whom a customer record describes (section 4): names, addresses, numbers, dates, each with the reason it was dropped for."""
import re

from meaning import ENDS, WHITE, Unreadable, clean, lower, micros, upper

UNREADABLE, PLACEHOLDER, RANGE = 'unreadable', 'placeholder', 'out-of-range'

# ---------------------------------------------------------------- names

SUFFIXES = {'jr', 'sr', 'ii', 'iii', 'iv', 'v', 'md', 'do', 'phd', 'dds', 'dvm', 'esq'}


def is_suffix(word):
    return lower(word).replace('.', '') in SUFFIXES


def names_of(fields):
    """(first name, last name)."""
    if fields['firstName'] or fields['lastName']:
        return fields['firstName'], fields['lastName']
    parts = [[w for w in re.split('[%s]+' % WHITE, part) if w] for part in fields['name'].split(',')]
    parts = parts[:1] + [p for p in parts[1:] if p]
    behind = [p for p in parts[1:] if all(map(is_suffix, p))]
    kept = parts[:1] + [p for p in parts[1:] if not all(map(is_suffix, p))]
    if not kept[0] and len(kept) == 1 and behind:      # not all of the name: nothing but suffixes, behind a comma
        kept, behind = [behind[0]], behind[1:]
    end = []
    while kept[-1] and is_suffix(kept[-1][-1]) and sum(map(len, kept)) > 1:
        end.insert(0, kept[-1].pop())
    suffixes = in_order(parts, behind, end)
    kept = kept[:1] + [p for p in kept[1:] if p]
    if len(kept) > 1:
        last, first = ' '.join(kept[0]), ', '.join(' '.join(p) for p in kept[1:])
    else:
        first, last = ' '.join(kept[0][:1]), ' '.join(kept[0][1:])
    return first, ' '.join([last] * bool(last) + suffixes)


def in_order(parts, behind, end):
    """The suffixes as they stood: those at the end of a part before or after the parts that were nothing else."""
    if not behind or not end:
        return [w for p in behind for w in p] + end
    places = {id(p): n for n, p in enumerate(parts)}      # two parts may be equal
    last = max(n for key, n in places.items() if all(key != id(p) for p in behind))
    before = [p for p in behind if places[id(p)] < last]
    after = [p for p in behind if places[id(p)] > last]
    return [w for p in before for w in p] + end + [w for p in after for w in p]


# ---------------------------------------------------------------- email

LABEL = r'[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
EMAIL = re.compile(r'(%s(?:\.%s)*)@(%s(?:\.%s)+)' % (ATOM, ATOM, LABEL, LABEL))


def sound_email(text):
    """Is this an address, as section 4 wants it?"""
    found = EMAIL.fullmatch(text)
    if not found or len(text) > 254 or len(found.group(1)) > 64:
        return False
    labels = found.group(2).split('.')
    return all(len(p) <= 63 for p in labels) and (labels[-1].isalpha() or lower(labels[-1]).startswith('xn--'))


def peel(text):
    """A candidate without what stands round an address."""
    while True:
        before, text = text, text.strip(ENDS).rstrip(',;.' + ENDS)
        if len(text) > 1 and text[0] == text[-1] and text[0] in '"\'':
            text = text[1:-1]
        if text.endswith('>') and '<' in text:
            text = text[text.rindex('<') + 1:-1]
        if lower(text).startswith('mailto:'):
            text = text[7:]
        if text == before:
            return text


def candidates(text):
    """The parts of an email field."""
    for part in re.split('[,;]', text):
        words = part.split()
        yield from words if len(words) > 1 and all('@' in w for w in words) else [part]


def email_of(text, placeholders=()):
    """(email, reason it was dropped)."""
    if not text:
        return '', None
    sound = [lower(c) for c in map(peel, candidates(text)) if sound_email(c)]
    good = [c for c in sound if c not in placeholders]
    return (good[0], None) if good else ('', PLACEHOLDER if sound else UNREADABLE)


# ---------------------------------------------------------------- mobile

DASHES = '-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d'
BETWEEN = re.escape(WHITE + DASHES + '().-/')
FRONT = re.compile(r"tel:|'")
LETTERS = '[A-Za-z%s]*[A-Za-z][A-Za-z%s]*' % (WHITE, WHITE)
BEHIND = re.compile(r'(?:(?:;ext=|extension|ext\.?|x|#)[%s]*[0-9]+|\(%s\)|\[%s\]|\{%s\}|[A-Za-z]+|[,;.])\Z' % ((WHITE,) + (LETTERS,) * 3), re.A)
US = re.compile(r'[2-9][0-9]{2}[2-9][0-9]{6}')
NORTH = {'us', 'usa', 'united states', 'united states of america', 'ca', 'can', 'canada'}
UNITED = {'us', 'usa', 'united states', 'united states of america'}


def country_of(text):
    return lower(text.replace('.', '').strip(ENDS))


def bare_number(text):
    """The text without what may stand before and behind a number."""
    while True:
        before, text = text, text.strip(ENDS)
        front = FRONT.match(lower(text))
        text = text[front.end():] if front else text
        behind = BEHIND.search(lower(text))
        text = text[:behind.start()] if behind else text
        if text == before:
            return text


def mobile_of(text, country='', placeholders=()):
    """(E.164, reason it was dropped)."""
    if not text:
        return '', None
    text = bare_number(text)
    code = re.match(r'\+[%s]*([0-9][0-9%s]*?)[%s]*\(0\)' % (BETWEEN, BETWEEN, BETWEEN), text)
    if code:
        digits = re.sub('[%s]' % BETWEEN, '', code.group(1))
        if len(digits) <= 3 and digits != '1':
            text = '+' + digits + text[code.end():]
    plus = text.startswith('+')
    digits = re.sub('[%s]' % BETWEEN, '', text[1:] if plus else text)
    if not re.fullmatch('[0-9]+', digits):
        return '', UNREADABLE
    local = digits[1:] if len(digits) == 11 and digits[0] == '1' else digits
    if len(local) == 10 and len(set(local)) == 1:
        return '', PLACEHOLDER
    found = None
    if len(local) == 10 and US.fullmatch(local) and (len(digits) == 11 if plus else country_of(country) in NORTH | {''}):
        found = '+1' + local
    elif plus and 8 <= len(digits) <= 15 and digits[0] not in '01':
        found = '+' + digits
    if found in placeholders:
        return '', PLACEHOLDER
    return (found, None) if found else ('', UNREADABLE)


# ---------------------------------------------------------------- where

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


def in_us(country):
    return country_of(country) in UNITED | {''}


def postal_of(text, country=''):
    if not in_us(country):
        return text
    found = re.fullmatch(r'([0-9]{5})(?:-?[0-9]{4})?', text)
    if found:
        return found.group(1)
    if re.fullmatch(r'[0-9]{3,4}', text):
        return text.zfill(5)
    return upper(text)


# ---------------------------------------------------------------- when

def birthdate_of(value, today):
    """(YYYY-MM-DD, reason it was dropped)."""
    if value is None or isinstance(value, str) and not clean(value):
        return '', None
    if not isinstance(value, str):
        return '', UNREADABLE
    text = value.strip(ENDS)
    american = re.fullmatch(r'([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})', text)
    if american:
        month, day, year = american.groups()
        text = '%s-%s-%s' % (year, month.zfill(2), day.zfill(2))
    try:
        micros(text)
    except Unreadable:
        return '', UNREADABLE
    day = text[:10]
    return (day, None) if '1900-01-01' <= day <= today.isoformat() else ('', RANGE)


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


def drops_of(fields, today, placeholder_emails, placeholder_mobiles):
    """What the fields hold and nobody can use: (field, reason)."""
    reasons = {'email': email_of(fields['email'], placeholder_emails)[1],
               'phone': mobile_of(fields['phone'], fields['country'], placeholder_mobiles)[1], 'birthDate': birthdate_of(fields['birthDate'], today)[1]}
    return [(name, reason) for name, reason in reasons.items() if reason]
