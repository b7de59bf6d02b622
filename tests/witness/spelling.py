"""How the invented account is spelled: JSON with every freedom it allows, times, ids.
"""
import datetime

UTC = datetime.timezone.utc
DAY = datetime.timedelta(days=1)
SECOND = datetime.timedelta(seconds=1)
MICRO = datetime.timedelta(microseconds=1)
GONE = object()     # "this field is missing", where None would be null


class Num(str):
    """A JSON number by its literal text."""


class TextNum(Num):
    """A number in a text field: its spelling is its value, so it is never respelled."""


class Style:
    """How one record is spelled: white space, key order, escapes, number formats. All of it means the same."""

    def __init__(self, rng, wild):
        self.rng = rng
        self.wild = wild
        self.gap = rng.choice(['', ' ', '\n', '\r\n\t']) if wild else ''
        self.shuffle = wild and rng.random() < 0.5
        self.escape = rng.choice([0, 0, 0.05, 0.5]) if wild else 0
        self.respell = rng.choice([0, 0, 0.5]) if wild else 0

    def string(self, text):
        """A JSON string; any character may be spelled as an escape."""
        out = []
        short = {'"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f'}
        for ch in text:
            escape = self.escape and self.rng.random() < self.escape
            if ch in short and not escape:
                out.append(short[ch])
            elif ord(ch) < 32 or 0xD800 <= ord(ch) < 0xE000 or escape:
                out.append(self.units(ch))
            elif ch == '/' and self.escape:
                out.append('\\/')
            else:
                out.append(ch)
        return '"' + ''.join(out) + '"'

    def units(self, ch):
        """Its UTF-16 units as escapes, so that one beyond U+FFFF becomes a pair."""
        form = '\\u%04x' if self.rng.random() < 0.5 else '\\u%04X'
        code = ord(ch)
        if code < 0x10000:
            return form % code
        code -= 0x10000
        return form % (0xD800 + (code >> 10)) + form % (0xDC00 + (code & 0x3FF))

    def number(self, num):
        """The same number in other digits: section 5 calls that no change."""
        if isinstance(num, TextNum) or not self.respell or self.rng.random() >= self.respell:
            return str(num)
        if num in ('0', '1e400', '-0'):
            return self.rng.choice({'1e400': ['10E399', '0.1e+401', '1.00e400']}.get(num, ['0.0', '-0', '0e7', '0', '-0.00E-3']))
        if 'e' in num or 'E' in num or len(num) > 20:
            return str(num)
        if '.' in num:
            return self.rng.choice([num + '0', num + 'e0', num + 'E+00'])
        return self.rng.choice([num + '.0', num + '.000', num + 'e0', num + '0e-1'])

    def dump(self, value):
        gap = self.gap
        if value is None:
            return 'null'
        if value is True:
            return 'true'
        if value is False:
            return 'false'
        if isinstance(value, Num):
            return self.number(value)
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, list):
            return '[' + gap + (',' + gap).join(self.dump(v) for v in value) + gap + ']'
        keys = list(value)
        if self.shuffle:
            self.rng.shuffle(keys)
        return '{' + gap + (',' + gap).join(
            self.string(k) + gap + ':' + gap + self.dump(value[k]) for k in keys) + gap + '}'


def iso(moment, digits=6, zone='Z', gap='T'):
    """A time in one of the spellings of section 3."""
    text = moment.strftime('%Y-%m-%d') + gap + moment.strftime('%H:%M:%S')
    if digits:
        text += '.' + ('%06d' % moment.microsecond + '987')[:digits]
    return text + zone


def deep(levels):
    """So many arrays in one another. A record that holds 63 of them is as deep as section 3 allows."""
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def strip(value):
    """White space of section 3 cut from both ends."""
    if not isinstance(value, str) or isinstance(value, Num):
        return value
    return value.strip('\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000')


def record_id(record, names):
    for name in names:
        value = strip(record.get(name))
        if value not in (None, ''):
            return value
    raise AssertionError('a record without id')
