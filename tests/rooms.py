#!/usr/bin/env python3
"""Rooms only look down, libraries stay behind their walls, and banned functions stay out.

Usage: rooms.py [ROOT].  Prints each breach; ends with 'N passed, M failed'.
"""
import fnmatch
import glob
import os
import re
import sys

# Each room and the rooms it may use: the arrows of docs/architecture.md.
MAY_USE = {'base': ''}
MAY_USE['json'] = MAY_USE['lib'] = 'base'
MAY_USE['snapshot'] = MAY_USE['record'] = 'base json lib'
MAY_USE['state'] = 'base json lib snapshot record'
MAY_USE['profile'] = MAY_USE['state'] + ' state'
MAY_USE['segment'] = MAY_USE['delta'] = MAY_USE['profile'] + ' profile'
MAY_USE['dailystory'] = MAY_USE['segment'] + ' delta segment'
MAY_USE['http'] = 'base json lib'
MAY_USE['flowhub'] = MAY_USE['segment'] + ' delta http'
MAY_USE['bases'] = MAY_USE['dailystory'] + ' dailystory flowhub http'
MAY_USE['account'] = MAY_USE['bases'] + ' bases'
MAY_USE['push'] = MAY_USE['account'] + ' account'
MAY_USE['timemachine'] = MAY_USE['account'] + ' account push'
MAY_USE['erase'] = MAY_USE['timemachine'] + ' timemachine'
MAY_USE['report'] = MAY_USE['erase'] + ' erase'
MAY_USE['fleet'] = MAY_USE['report'] + ' report'
MAY_USE['command'] = MAY_USE['fleet'] + ' fleet'
MAY_USE = {room: set(others.split()) for room, others in MAY_USE.items()}
# What still runs up or twice; a line that is no longer needed is a failure.
STILL_UP = set()
STILL_TWICE = set()
# Each library is included by this file of lib/ alone.
LIBRARIES = {
    'zlib.h': 'gz', 'libdeflate.h': 'gz', 'cjson/cJSON.h': 'json_writer', 'csv.h': 'csv', 'lmdb.h': 'kv', 'xxhash.h': 'hash',
    'nettle/sha2.h': 'sha256', 'nettle/version.h': 'sha256', 'nettle/hmac.h': 'hmac', 'curl/curl.h': 'http',
}
SYSTEM = set((
    'assert.h dirent.h dlfcn.h elf.h emmintrin.h endian.h errno.h fcntl.h fnmatch.h immintrin.h libgen.h limits.h malloc.h poll.h pthread.h sched.h signal.h '
    'stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h sys/file.h sys/ioctl.h sys/mman.h sys/prctl.h '
    'sys/random.h sys/resource.h sys/signalfd.h sys/stat.h sys/statfs.h sys/statvfs.h sys/types.h sys/wait.h termios.h time.h unistd.h').split())
# Functions are called after their file, or begin with one of these words.
PREFIXES = {
    'base/arena': 'mem malloc calloc realloc aligned posix',  # memory that outlives an arena; the C library's
    'base/num': 'decimal money',              # the two kinds of numbers
    'base/pack': 'unpack',                    # the way back
    'base/str': 'ascii buf',                  # bytes alone; buffers are declared there
    'base/timestamp': 'day span',             # the other units of time
    'command/message': 'say',                 # the verb is what its callers do
    'json/read': 'json', 'json/text': 'json', # two halves of one reader
    'lib/kv_cursor': 'kv',                    # the walks of kv.h
    'lib/kv_share': 'kv',                     # what other threads see of a transaction of kv.h
    'lib/json_writer': 'doc',                 # a document being written
    'state/rows': 'row',                      # one row each
    'state/tables': 'table state skipped',    # a table, a broken state, why a customer is skipped
}
# The two halves of one reader, which call each other.
CIRCLE = {'json/read', 'json/text'}
# Called after the header that declares them, segment/segment.h (decision 0016); one that is gone is a failure.
AFTER_HEADER = set('segment_builtin segment_eval segment_parse segment_reason segment_sentence'.split())
# What is still to be untied, renamed and written; a line that is no longer needed is a failure.
STILL_CIRCLES = set()
STILL_SHADOWED = set()
STILL_NO_README = set(''.split())
BANNED = re.compile(r'\b(strtok|strcpy|strcat|sprintf|vsprintf|atoi|atol|gets|strncpy|strncat|localtime|gmtime|'
                    r'setlocale|rand|srand|strtod|alloca|float|double)\b')
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LONGEST = 500

failures = []
checked = 0
ups = set()


def check(good, what):
    global checked
    checked += 1
    if not good:
        failures.append(what)


def sources(root):
    for top in ('include', 'src'):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith(('.h', '.c')):
                    yield os.path.relpath(os.path.join(folder, name), root)


def bare(text):
    """The code without comments, strings and characters; whichever begins first may hold what begins another."""
    def blank(m):
        return ' ' if m.group()[0] == '/' else m.group()[0] * 2
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'", blank, text, flags=re.S)


def module_of(path):
    """A file's module; a private header belongs to the module whose inside it shows."""
    room, base = path.split(os.sep)[-2:]
    base = base[:-2]
    return '%s/%s' % (room, base[:-len('_internal')] if base.endswith('_internal') else base)


def functions(path, code):
    """The functions a file gives to others; their names begin a line, below their type."""
    for m in re.finditer(r'^([^\n]*)\n(\w+)\(', code, re.M):
        if not re.match(r'static\b(?! inline)' if path.endswith('.h') else r'.*\bstatic\b', m.group(1)) and m.group(1).strip():
            yield m.group(2)


def examine(path, text, edges):
    room = path.split(os.sep)[1]
    module = module_of(path)
    for line in text.split('\n'):
        m = INCLUDE.match(line)
        if not m:
            continue
        quote, target = m.groups()
        if quote == '<':
            wall = LIBRARIES.get(target)
            check(target in SYSTEM or module == 'lib/%s' % wall,
                  '%s includes %s, which belongs behind lib/%s.c' % (path, target, wall))
            continue
        if '/' not in target:
            target = room + '/' + target  # a private header beside its sources
        other = target.split('/')[0]
        arrow = (path, target)
        up = other != room and other not in MAY_USE.get(room, ())
        ups.add(arrow) if up else edges.setdefault(module, set()).add(module_of(target))
        check(not up or arrow in STILL_UP, '%s looks up: %s' % arrow)
    for m in BANNED.finditer(bare(text)):
        check(False, '%s uses %s' % (path, m.group(1)))
    lines = text.count('\n')
    check(lines <= LONGEST, '%s has %d lines' % (path, lines))


def check_names(texts, edges):
    """Functions are called after their file; and whoever calls one knows its file."""
    home = {}
    unlike = set()
    for path, text in texts.items():
        module = module_of(path)
        words = [module.split('/')[1]] + PREFIXES.get(module, '').split()
        for name in functions(path, bare(text)):
            home[name] = module
            fits = name == 'main' or name.isupper() or any(name == w or name.startswith(w + '_') for w in words)
            unlike.add(name) if not fits else None
            check(fits or name in AFTER_HEADER, '%s: %s is not called after its file' % (path, name))
    for name in sorted(AFTER_HEADER - unlike):
        check(False, '%s is named well, or gone: take it off the list' % name)
    for path in [p for p in texts if p.endswith('.c')]:
        code = bare(texts[path])
        own = set(re.findall(r'^[^\n]*\bstatic\b[^\n]*\n(\w+)\(', code, re.M))
        used = set(re.findall(r'(?<![.>\w])\w+\b', code)) - own
        edges.setdefault(module_of(path), set()).update(home[name] for name in used & set(home))


def check_structs(texts):
    """A struct that a header gives to others is the only one of its name: who searches for it finds it alone."""
    found = {True: [], False: []}
    for path, text in texts.items():
        public = path.startswith('include' + os.sep)
        found[public] += [(m.group(2), path) for m in re.finditer(r'^(struct|enum|union) (\w+) \{', bare(text), re.M)]
    public = [name for name, _ in found[True]]
    for name in sorted(set(public)):
        check(public.count(name) == 1, 'headers give two things called %s' % name)
    shadowed = set()
    for name, path in found[False]:
        shadowed |= {name} & set(public)
        check(name not in public or name in STILL_SHADOWED, '%s: a header gives another %s' % (path, name))
    for name in sorted(STILL_SHADOWED - shadowed):
        check(False, '%s is shadowed no more: take it off the list' % name)


def check_callers(room, readme, edges):
    """Where a README says who calls its room, these are the rooms that include it."""
    told = re.search(r'^(?:Called by|Used by|Callers:) (.*?)(?:\n\n|\Z)', readme, re.M | re.S)
    if not told or 'all rooms above' in told.group(1):
        return
    said = set(re.findall(r'`(\w+)/', told.group(1))) & set(MAY_USE)
    callers = {module.split('/')[0] for module, others in edges.items() if any(o.split('/')[0] == room for o in others)} - {room}
    check(said == callers, 'src/%s/README.md: of its callers it lacks %s, and %s is none' % (room, sorted(callers - said), sorted(said - callers)))


def check_readmes(root, edges):
    for room in sorted(MAY_USE):
        path = os.path.join('src', room, 'README.md')
        has = os.path.exists(os.path.join(root, path))
        lines = open(os.path.join(root, path), encoding='utf-8').read().count('\n') if has else 0
        check(10 <= lines <= 20 or (room in STILL_NO_README and not has), '%s has %d lines, not 10 to 20' % (path, lines))
        check(not has or room not in STILL_NO_README, '%s is there: take its room off the list' % path)
        if has:
            check_named(root, room, path)
            check_callers(room, open(os.path.join(root, path), encoding='utf-8').read(), edges)


def check_tables(root):
    """The two pages that list the rooms, as a chain and as a table, have each room once, behind those it uses."""
    for page in ('docs/architecture.md', 'src/README.md'):
        text = open(os.path.join(root, page), encoding='utf-8').read()
        chain = re.split(r' → |, ', re.search(r'^    (base → .*)$', text, re.M).group(1))
        table = re.findall(r'^\| `(\w+)/` \| ', text, re.M)[:len(chain)]
        for rooms, what in ((chain, 'chain'), (table, 'table')):
            check(sorted(rooms) == sorted(MAY_USE), '%s: the %s does not have each room once' % (page, what))
            for i, room in enumerate(rooms):
                check(not MAY_USE.get(room, set()) & set(rooms[i:]), '%s: in the %s, %s stands before a room it uses' % (page, what, room))


def check_named(root, room, readme):
    """A README names each file of its room, or a group of them (`cmd_<name>.c`), and none that is gone."""
    text = open(os.path.join(root, readme), encoding='utf-8').read()
    files = {top: [name for name in sorted(os.listdir(os.path.join(root, top, room))) if name != 'README.md']
             for top in ('src', 'include')}
    named = [(re.sub(r'<\w+>', '*', name), kind) for name, kind in re.findall(r'`([\w/<>*]+)\.(\w+)`', text)]
    own = [name.split('/')[-1] for name, _ in named if name.split('/')[0] in (room, name)]
    for stem in sorted({name.split('.')[0] for names in files.values() for name in names}):
        check(any(fnmatch.fnmatch(stem, name) for name in own), '%s does not name %s' % (readme, stem))
    for name in sorted({name for name, kind in named if kind in ('c', 'h')}):
        where = name if '/' in name else room + '/' + name
        check(any(glob.glob(os.path.join(root, top, where + '.[ch]')) for top in ('src', 'include')),
              '%s names %s, which is gone' % (readme, name))


def twice(paths):
    """Base names that two rooms have."""
    rooms = {}
    for path in paths:
        _, room, name = path.split(os.sep)
        rooms.setdefault(name[:-2], set()).add(room)
    return {name for name, where in rooms.items() if len(where) > 1}


def circles(edges):
    """The groups of files that know each other both ways, directly or through others (Tarjan)."""
    number, low, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in number:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == number[node]:
            group = set()
            while node not in group:
                group.add(stack.pop())
            found.append(group)

    for node in sorted(edges):
        if node not in number:
            visit(node)
    return {' '.join(sorted(group)) for group in found if len(group) > 1 and group != CIRCLE}


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
    edges = {}
    texts = {}
    for path in sources(root):
        with open(os.path.join(root, path), encoding='utf-8') as f:
            texts[path] = f.read()
    for path, text in texts.items():
        examine(path, text, edges)
    for name in sorted(twice(texts) ^ STILL_TWICE):
        check(False, 'two rooms have a file %s' % name)
    for arrow in sorted(STILL_UP - ups):
        check(False, '%s no longer looks up to %s: take it off the list' % arrow)
    check_names(texts, edges)
    check_structs(texts)
    check_readmes(root, edges)
    check_tables(root)
    for group in sorted(circles(edges) ^ STILL_CIRCLES):
        check(False, 'files that know each other both ways: %s' % group)
    for line in failures:
        print(line)
    print('%d passed, %d failed' % (checked - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())
