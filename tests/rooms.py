#!/usr/bin/env python3
"""Rooms only look down, libraries stay behind their walls, and banned functions stay out.

Usage: rooms.py [ROOT].  Prints each breach; ends with 'N passed, M failed'.
"""
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
MAY_USE['flowhub'] = MAY_USE['segment'] + ' delta'
MAY_USE['account'] = MAY_USE['dailystory'] + ' dailystory flowhub'
MAY_USE['timemachine'] = MAY_USE['account'] + ' account'
MAY_USE['command'] = MAY_USE['timemachine'] + ' timemachine'
MAY_USE = {room: set(others.split()) for room, others in MAY_USE.items()}
# What still runs up or twice; a line that is no longer needed is a failure.
STILL_UP = set()
STILL_TWICE = set()
LIBRARIES = {
    'zlib.h': 'gz', 'libdeflate.h': 'gz', 'cJSON.h': 'json_writer', 'cjson/cJSON.h': 'json_writer', 'csv.h': 'csv',
    'lmdb.h': 'kv', 'xxhash.h': 'sha256', 'openssl/evp.h': 'sha256', 'openssl/sha.h': 'sha256', 'curl/curl.h': 'http',
}
# The two halves of one reader, which call each other.
CIRCLE = {'json/read', 'json/text'}
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
    """The code without comments and string literals."""
    text = re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\])*"', '""', text)


def module_of(name, room):
    """A file's module; a private header belongs to the module whose inside it shows."""
    base = os.path.basename(name)
    return os.path.join(room, base[:-len('_internal')] if base.endswith('_internal') else base)


def examine(root, path, edges):
    room = path.split(os.sep)[1]
    module = module_of(path[:-2], room)
    with open(os.path.join(root, path), encoding='utf-8') as f:
        text = f.read()
    for line in text.split('\n'):
        m = INCLUDE.match(line)
        if not m:
            continue
        quote, target = m.groups()
        if quote == '"' and '/' not in target:
            target = room + '/' + target  # a private header beside its sources
        if quote == '"':
            other = target.split('/')[0]
            arrow = (path, target)
            up = other != room and other not in MAY_USE.get(room, ())
            ups.add(arrow) if up else None
            check(not up or arrow in STILL_UP, '%s looks up: %s' % arrow)
            known = module_of(target[:-2], other)
            if other == room and known != module:
                edges.setdefault(module, set()).add(known)
        if target in LIBRARIES:
            wall = 'lib/' + LIBRARIES[target]
            check(module == wall,
                  '%s includes %s, which belongs behind %s.c' % (path, target, wall))
    for m in BANNED.finditer(bare(text)):
        check(False, '%s uses %s' % (path, m.group(1)))
    lines = text.count('\n')
    check(lines <= LONGEST, '%s has %d lines' % (path, lines))


def twice(paths):
    """Base names that two rooms have."""
    rooms = {}
    for path in paths:
        _, room, name = path.split(os.sep)
        rooms.setdefault(name[:-2], set()).add(room)
    return {name for name, where in rooms.items() if len(where) > 1}


def cycle(edges):
    """A cycle among the files of a room, or None."""
    state = {}

    def visit(node, way):
        state[node] = 'open'
        for nxt in sorted(edges.get(node, ())):
            if state.get(nxt) == 'open':
                return way + [node, nxt]
            if nxt not in state:
                found = visit(nxt, way + [node])
                if found:
                    return found
        state[node] = 'done'
        return None

    for node in sorted(edges):
        if node not in state:
            found = visit(node, [])
            if found:
                return found
    return None


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..')
    edges = {}
    paths = list(sources(root))
    for path in paths:
        examine(root, path, edges)
    for name in sorted(twice(paths) ^ STILL_TWICE):
        check(False, 'two rooms have a file %s' % name)
    for arrow in sorted(STILL_UP - ups):
        check(False, '%s no longer looks up to %s: take it off the list' % arrow)
    found = cycle(edges)
    check(found is None, 'files that know each other both ways: %s' % ' -> '.join(found or ()))
    for line in failures:
        print(line)
    print('%d passed, %d failed' % (checked - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())
