#!/usr/bin/env python3
"""Every message of the program is in docs/messages.md, and nothing else is.

Usage: messages.py [--list].  Reads src/ and include/ with a small lexer; ends with 'N passed, M failed'.
--list prints each message and advice as the page has to write it, with its place.

A message is the format text of a call named in CALLS, a text in a table named in TABLES, or a `what =` of WHATS.
Placeholders are written as an ellipsis, "%s" right behind a letter (a plural) as "(s)".  In the page the messages
are the code spans of the first column of the tables, what the program itself advises stands in typographic quotes.
"""
import collections
import glob
import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
PAGE = 'docs/messages.md'

# function: the index of its format; of functions that several files have, only in the file named.
CALLS = {
    'err_set': 2, 'err_sys': 2, 'err_wrap': 1, 'say': 2, 'say_numbers': 2, 'host_note': 2, 'finding_add': 3, 'reader_fault': 3,
    'src/command/cmd_status.c:warn': 1, 'src/command/print_outcome.c:snprintf': 2, 'src/command/fetch_account.c:buf_printf': 1,
    'src/account/terms.c:fail': 1, 'src/flowhub/response.c:refuse': 1, 'src/json/read.c:fail': 1, 'src/json/split.c:fault': 2,
    'src/lib/gz.c:refuse': 2, 'src/snapshot/manifest.c:fail_at': 2, 'src/timemachine/verify_snapshots.c:set_unsound': 1,
    'src/timemachine/verify_terms.c:add': 2, 'src/flowhub/paged_list.c:snprintf': 2, 'src/http/secret.c:fail_file': 2,
    'src/command/cmd_adopt.c:str_printf': 1, 'src/json/split.c:missing': 1, 'src/erase/tombstones.c:fail': 2, 'src/json/fault.c:put': 1, 'src/json/split.c:expect': 2,
    'src/bases/fold_manifest.c:fail': 1, 'src/bases/fold_reader.c:fail': 2, 'src/bases/fold_restore.c:damaged': 1, 'src/bases/pruned.c:fail': 0,
    'src/timemachine/verify_snapshots.c:read_object': (4, 5), 'src/delta/read_page.c:str_printf': 1,
}
ADVICE = {'err_advise': 1, 'reader_fault': 2, 'src/segment/parse.c:str_printf': 1, 'src/json/fault.c:put': 2}
# Texts that stand in a variable or a table: file, what begins the statement, and what its texts are, over and over.
MESSAGE, BOTH = ('message',), ('message', 'advice')
TABLES = [
    ('src/base/arena.c', 'static const char text[]', MESSAGE), ('src/command/cmd_status.c', 'return v->last == v->applied.as_of', MESSAGE),
    ('src/command/cmd_status.c', 'return v->has_state', MESSAGE), ('src/json/token.c', '*what =', MESSAGE),
    ('src/json/token.c', 't->what =', MESSAGE), ('src/record/record.c', 'g->f->what =', MESSAGE),
    ('src/record/record.c', '\tf->what =', MESSAGE), ('src/record/outline.c', '*f = (struct json_fault)', MESSAGE),
    ('src/timemachine/verify_snapshots.c', 'const char *what =', MESSAGE), ('src/timemachine/segment_sizes.c', 'struct json_fault fault =', MESSAGE),
    ('src/snapshot/adopt.c', '} marks[] =', BOTH), ('src/segment/value.c', '} expected[] =', (None, 'advice')),
    ('include/timemachine/finding.h', '#define FINDING_KINDS(X)', ('advice',)),
]
# Texts that a caller hands on: each is written out at another place that is read here.
CARRIED = {
    'what', 'why', 'x.what', 'x.advice', 'msg', 'advice', 'str_z(rd->a, advice)', 'fault.what', 'f.what', 't.what', 'why->msg', 'ignored.msg', 'e.msg', 'text',
    'b.p', 'str_z(&x->a, text)', 'marks[i].what', 'marks[i].advice', 'segment_shape', 'others', 'STR_ARG(text)', 'STR_ARG(message)', 'STR_ARG(advice)',
    "h->why[0] != '\\0' ? h->why : h->call.easy_strerror(code)", 'expected[r->field->type].advice',
}

LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"')
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'')
PLACE = re.compile(r'%[-+0#]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j)?[diuxcsp]')

passed, failures = 0, []
found = collections.defaultdict(list)  # (kind, text): places


def check(good, what):
    global passed
    passed += bool(good)
    if not good:
        failures.append(what)


def without_comments(text):
    def blank(m):
        return re.sub(r'[^\n]', ' ', m.group()) if m.group()[0] == '/' else m.group()
    return re.sub(r'//[^\n]*|/\*.*?\*/|' + TOKEN.pattern, blank, text, flags=re.S)


def split_call(text, at):
    """The arguments of the call whose bracket is at `at`."""
    args, begin, depth = [], at + 1, 0
    while True:
        quoted = TOKEN.match(text, at)
        if quoted:
            at = quoted.end()
            continue
        c = text[at]
        depth += (c in '([{') - (c in ')]}')
        if (c == ',' and depth == 1) or depth == 0:
            args.append(text[begin:at].strip())
            begin = at + 1
        if depth == 0:
            return args
        at += 1


def constant(source, name):
    m = re.search(r'\b%s\[\]\s*=\s*((?:%s\s*)+);' % (name, LITERAL.pattern), source) or re.search(
        r'#define %s ((?:%s\s*)+)' % (name, LITERAL.pattern), source)
    return m.group(1) if m else name


def alternatives(source, expression):
    """The literals that an expression can be: adjacent ones joined, branches of ?: apart, names looked up."""
    expression = re.sub(TOKEN.pattern + r'|\b[A-Za-z_]\w*\b(?![(.\[]|->)', lambda m: m.group() if m.group()[0] in '"\'' else constant(
        source, m.group()), expression)
    for part in re.finditer(r'(?:%s\s*)+' % LITERAL.pattern, expression):
        yield ''.join(LITERAL.findall(part.group()))


def plain(text, is_plural):
    """As the page writes it."""
    text = re.sub(r'\\(.)', lambda m: {'n': '', 't': ' '}.get(m.group(1), m.group(1)), text).replace('%%', '\0')
    if is_plural:
        text = re.sub(r'(?<=[a-z])%s(?![a-z%])', '(s)', text)
    text = PLACE.sub('…', text).replace('\0', '%')
    return re.sub(r'…(?:…|\.\.\.)*', '…', text).strip()


def add(kind, text, place, is_plural=False):
    text = plain(text, is_plural)
    if re.search('[A-Za-z]{2}', text.replace('…', '')):
        found[kind, text].append(place)
        return True
    return False


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def read_calls(path, text, calls, kind):
    for m in re.finditer(r'\b(\w+)\s*\(', text):
        name = m.group(1)
        index = calls.get(path + ':' + name, calls.get(name))
        for i in index if isinstance(index, tuple) else () if index is None else (index,):
            read_call(text, kind, name, split_call(text, m.end() - 1), i, '%s:%d' % (path, line_of(text, m.start())))


def read_call(text, kind, name, args, index, place):
    if len(args) <= index or args[index].startswith('const char *') or args[index] == '""':
        return  # a definition, or nothing
    is_plural = any(x.startswith('say_plural(') or x.endswith('"s"') for x in args)
    texts = list(alternatives(text, args[index]))
    named = [add(kind, t, place, is_plural) for t in texts]
    if any(named) or (texts and PLACE.sub('', ''.join(texts))):
        return  # marks alone lend a message no words
    filling = args[index + 1:] if texts else [args[index]]  # "%s": what fills it is the message
    named = [add(kind, t, place, is_plural) for x in filling for t in alternatives(text, x)]
    check(any(named) or any(x in CARRIED for x in filling),
          '%s: %s takes its text from where this test does not look: %s' % (place, name, ', '.join(filling)))


def statement(text, at):
    end = at
    while text[end] != ';' and not text.startswith('\nenum', end):
        quoted = TOKEN.match(text, end)
        end = quoted.end() if quoted else end + 1
    return text[at:end].replace('\\\n', '\n')


def read_table(path, text, begin, kinds):
    check(begin in text, '%s: there is no %r' % (path, begin))
    for m in re.finditer(re.escape(begin), text):
        texts = [t for t in alternatives(text, statement(text, m.start())) if '\\x' not in t and '\\0' not in t]
        for i, t in enumerate(texts):
            if kinds[i % len(kinds)]:
                add(kinds[i % len(kinds)], t, '%s:%d' % (path, line_of(text, m.start())))


def read_sources():
    for path in sorted(glob.glob(os.path.join(ROOT, 'src/*/*.[ch]'))) + [os.path.join(ROOT, 'include/timemachine/finding.h')]:
        name = os.path.relpath(path, ROOT)
        with open(path, encoding='utf-8') as f:
            text = without_comments(f.read())
        read_calls(name, text, CALLS, 'message')
        read_calls(name, text, ADVICE, 'advice')
        for file, begin, kinds in TABLES:
            if file == name:
                read_table(name, text, begin, kinds)


def read_page():
    """The texts of the page, by kind."""
    with open(os.path.join(ROOT, PAGE), encoding='utf-8') as f:
        page = f.read()
    written = {('advice', re.sub(r'\\(.)', r'\1', t)) for t in re.findall('“([^”]*)”', page)}  # markup's backslashes
    for number, line in enumerate(page.split('\n'), 1):
        cells = re.split(r'(?<!\\) \| ', line.strip('| '))
        if line.startswith('| `'):
            span = re.fullmatch('`([^`]+)`', cells[0])
            check(span, '%s:%d: the first column is one code span' % (PAGE, number))
            check(len(cells) == 3 and all(c.strip() for c in cells), '%s:%d: message, cause, and what to do' % (PAGE, number))
            if span:
                check(('message', span.group(1)) not in written, '%s:%d: it is there twice: %s' % (PAGE, number, span.group(1)))
                written.add(('message', span.group(1)))
    return written


def main():
    read_sources()
    if '--list' in sys.argv:
        for (kind, text), places in found.items():
            print('%s\t%s\t%s' % (places[0], kind, text))
        return 0
    written = read_page()
    for kind, text in sorted(found):
        check((kind, text) in written, '%s: the %s is not in %s: %s' % (found[kind, text][0], kind, PAGE, text))
    for kind, text in sorted(written):
        check((kind, text) in found, '%s: no source has the %s: %s' % (PAGE, kind, text))
    check(len(found) > 300, 'only %d texts were found' % len(found))
    for f in failures:
        print(f)
    print('%d passed, %d failed' % (passed, len(failures)))
    return 1 if failures else 0


sys.exit(main())
