"""Reading JSON strictly and keeping every digit.

Section 3 judges structure and content apart: split() follows a page to its end without looking into its records, parse()
reads one record and refuses whatever JSON, or the contract, does not allow.
"""
import re

DEPTH = 64          # section 3: nesting over 64; the record itself is the first
BLANK = b' \t\r\n'


class Num:
    """A number by the digits it was written with. Equal if the values are equal, however they are spelled."""
    __slots__ = ('text', 'key')

    def __init__(self, text):
        self.text = text
        self.key = value_key(text)

    def __eq__(self, other):
        return isinstance(other, Num) and self.key == other.key

    def __hash__(self):
        return hash(self.key)

    def __repr__(self):
        return self.text


def value_key(text):
    """(sign, digits without zeros at either end, power of ten): the same for 1, 1.0 and 10e-1, however large the power."""
    sign = '-' if text[0] == '-' else ''
    mantissa, _, power = text.lstrip('+-').lower().partition('e')
    whole, _, part = mantissa.partition('.')
    digits = (whole + part).lstrip('0')
    shift = int(power or '0') - len(part)
    short = digits.rstrip('0')
    if not short:
        return '', '0', 0
    return sign, short, shift + len(digits) - len(short)


class Structure(Exception):
    """A page that cannot be followed to its end: the whole snapshot is refused."""


class Content(Exception):
    """A text that is not one JSON value as section 3 wants it."""


# ---------------------------------------------------------------- structure

CLOSER = {0x7B: 0x7D, 0x5B: 0x5D}
# Strings, and what is no mark, are read over; inside an inner container commas and colons are none.
WHOLE = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
OWN = re.compile(rb'(?:[^"\[\]{},:]*%s)*[^"\[\]{},:]*' % WHOLE, re.S)
INNER = re.compile(rb'(?:[^"\[\]{}]*%s)*[^"\[\]{}]*' % WHOLE, re.S)
STRING = re.compile(WHOLE, re.S)


def container(data, start):
    """(end, marks): the place after the container that begins at start, and the commas and colons of its own level."""
    stack = []
    marks = []
    pos = start
    while True:
        pos = (OWN if len(stack) == 1 else INNER).match(data, pos).end()
        if pos == len(data):
            raise Structure('brackets do not close, byte %d' % len(data))
        ch = data[pos]
        if ch == 0x22:
            raise Structure('a string does not close, byte %d' % pos)
        if ch in CLOSER:
            stack.append(CLOSER[ch])
        elif ch in (0x7D, 0x5D):
            if stack.pop() != ch:
                raise Structure('brackets do not match, byte %d' % pos)
            if not stack:
                return pos + 1, marks
        else:
            marks.append(pos)
        pos += 1


def split(data):
    """The page's outer container: ('[', [element spans]) or ('{', [(name, value span)])."""
    start = len(data) - len(data.lstrip(BLANK))
    if data[start:start + 1] not in (b'[', b'{'):
        raise Structure('no JSON container, byte %d' % start)
    end, marks = container(data, start)
    if data[end:].strip(BLANK):
        raise Structure('bytes after the end, byte %d' % end)
    if data[start:start + 1] == b'[':
        return '[', elements(data, start, end, marks)
    return '{', members(data, start, end, marks)


def elements(data, start, end, marks):
    """The texts between the commas of one array; an array of nothing but white space has none."""
    commas = [p for p in marks if data[p] == 0x2C]
    edges = [start] + commas + [end - 1]
    texts = [data[a + 1:b] for a, b in zip(edges, edges[1:])]
    if len(texts) == 1 and not texts[0].strip(BLANK):
        return []
    return texts


def members(data, start, end, marks):
    """The envelope's members by name; an envelope that is no list of members is damage."""
    edges = [start] + [p for p in marks if data[p] == 0x2C] + [end - 1]
    out = []
    for a, b in zip(edges, edges[1:]):
        text = data[a + 1:b]
        name = STRING.match(text.lstrip(BLANK))
        if not name:
            if len(edges) == 2 and not text.strip(BLANK):
                return []
            raise Structure('no member name, byte %d' % (a + 1))
        rest = text.lstrip(BLANK)[name.end():].lstrip(BLANK)
        if rest[:1] != b':' or not rest[1:].strip(BLANK):
            raise Structure('no member value, byte %d' % (a + 1))
        try:
            key = parse(name.group())
        except Content:
            key = None
        out.append((key, rest[1:]))
    return out


# ---------------------------------------------------------------- content

SPACE = re.compile(r'[ \t\r\n]*')
PLAIN = re.compile(r'"([^"\\\x00-\x1f]*)"')
CHUNK = re.compile(r'[^"\\\x00-\x1f]*')
NUMBER = re.compile(r'-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?')
HEX = re.compile(r'[0-9a-fA-F]{4}')
HALF = '\ufffd'     # what half a surrogate pair is read as
SHORT = {'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
WORDS = {'t': ('true', True), 'f': ('false', False), 'n': ('null', None)}


def parse(data, depth=DEPTH):
    """One JSON value from bytes: dict, list, str, Num, True, False or None."""
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError:
        raise Content('invalid UTF-8') from None
    value, pos = read(text, SPACE.match(text, 0).end(), depth)
    if SPACE.match(text, pos).end() != len(text):
        raise Content('more than one value')
    return value


def read(text, pos, depth):
    """The value at pos and the place after it."""
    ch = text[pos:pos + 1]
    if ch == '"':
        return read_string(text, pos)
    if ch in ('{', '['):
        if depth == 0:
            raise Content('nesting over 64')
        return read_object(text, pos + 1, depth - 1) if ch == '{' else read_array(text, pos + 1, depth - 1)
    if ch in WORDS:
        word, value = WORDS[ch]
        if not text.startswith(word, pos):
            raise Content('no JSON value')
        return value, pos + len(word)
    found = NUMBER.match(text, pos)
    if not found:
        raise Content('no JSON value')
    return Num(found.group()), found.end()


def read_object(text, pos, depth):
    out = {}
    pos = SPACE.match(text, pos).end()
    if text[pos:pos + 1] == '}':
        return out, pos + 1
    while True:
        if text[pos:pos + 1] != '"':
            raise Content('a key is no string')
        key, pos = read_string(text, pos)
        pos = SPACE.match(text, pos).end()
        if text[pos:pos + 1] != ':':
            raise Content('a colon is missing')
        value, pos = read(text, SPACE.match(text, pos + 1).end(), depth)
        if key in out:
            raise Content('a repeated key')
        out[key] = value
        pos = SPACE.match(text, pos).end()
        ch = text[pos:pos + 1]
        if ch == '}':
            return out, pos + 1
        if ch != ',':
            raise Content('a comma is missing')
        pos = SPACE.match(text, pos + 1).end()


def read_array(text, pos, depth):
    out = []
    pos = SPACE.match(text, pos).end()
    if text[pos:pos + 1] == ']':
        return out, pos + 1
    while True:
        value, pos = read(text, pos, depth)
        out.append(value)
        pos = SPACE.match(text, pos).end()
        ch = text[pos:pos + 1]
        if ch == ']':
            return out, pos + 1
        if ch != ',':
            raise Content('a comma is missing')
        pos = SPACE.match(text, pos + 1).end()


def read_string(text, pos):
    found = PLAIN.match(text, pos)
    if found:
        return found.group(1), found.end()
    out = []
    pos += 1
    while True:
        chunk = CHUNK.match(text, pos)
        out.append(chunk.group())
        pos = chunk.end()
        ch = text[pos:pos + 1]
        if ch == '"':
            return ''.join(out), pos + 1
        if ch != '\\':
            raise Content('a control character in a string, or a string that does not close')
        char, pos = read_escape(text, pos + 1)
        out.append(char)


def read_escape(text, pos):
    ch = text[pos:pos + 1]
    if ch in SHORT and ch:
        return SHORT[ch], pos + 1
    if ch != 'u' or not HEX.match(text, pos + 1):
        raise Content('a bad escape')
    code = int(text[pos + 1:pos + 5], 16)
    pos += 5
    if not 0xD800 <= code < 0xE000:
        return chr(code), pos
    if code < 0xDC00 and text.startswith('\\u', pos) and HEX.match(text, pos + 2):
        low = int(text[pos + 2:pos + 6], 16)
        if 0xDC00 <= low < 0xE000:
            return chr(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00), pos + 6
    return HALF, pos


# ---------------------------------------------------------------- writing

ESCAPE = re.compile(r'["\\\x00-\x1f]')


def quote(text):
    """The two characters that contacts may hold are escaped shortly, as the worked example has them."""
    return '"' + ESCAPE.sub(lambda m: '\\' + m.group() if m.group() in '"\\' else '\\u%04x' % ord(m.group()), text) + '"'


def dump(value):
    """JSON text, keys in the order they have, numbers with their own digits."""
    if isinstance(value, Num):
        return value.text
    if value is None:
        return 'null'
    if value is True:
        return 'true'
    if value is False:
        return 'false'
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, (list, tuple)):
        return '[' + ','.join(dump(v) for v in value) + ']'
    return '{' + ','.join(quote(k) + ':' + dump(v) for k, v in value.items()) + '}'


def pretty(value, indent=0):
    """JSON text indented by two spaces."""
    pad, inner = ' ' * indent, ' ' * (indent + 2)
    if isinstance(value, dict) and value:
        return '{\n' + ',\n'.join(inner + quote(k) + ': ' + pretty(v, indent + 2) for k, v in value.items()) + '\n' + pad + '}'
    if isinstance(value, (list, tuple)) and value:
        return '[\n' + ',\n'.join(inner + pretty(v, indent + 2) for v in value) + '\n' + pad + ']'
    return dump(value)
