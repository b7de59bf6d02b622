#!/usr/bin/env python3
"""Rooms only look down, libraries stay behind their walls, and banned functions stay out.

Usage: rooms.py [ROOT].  Prints each breach; ends with 'N passed, M failed'.
"""
import os
import re
import sys

MAY_USE = {
    'base': set(),
    'wall': {'base'},
    'snapshot': {'base', 'wall'},
    'flowhub': {'base', 'wall', 'snapshot'},
    'ledger': {'base', 'wall', 'snapshot'},
    'segment': {'base', 'wall', 'ledger'},
    'dailystory': {'base', 'wall', 'ledger', 'segment'},
}
MAY_USE['command'] = set(MAY_USE)
LIBRARIES = {
    'zlib.h': 'gz', 'libdeflate.h': 'gz', 'cJSON.h': 'doc', 'cjson/cJSON.h': 'doc', 'csv.h': 'sheet', 'lmdb.h': 'kv',
    'xxhash.h': 'digest', 'openssl/evp.h': 'digest', 'openssl/sha.h': 'digest', 'curl/curl.h': 'http',
}
BANNED = re.compile(r'\b(strtok|strcpy|strcat|sprintf|vsprintf|atoi|atol|gets|strncpy|strncat|localtime|gmtime|'
                    r'setlocale|rand|srand|strtod|alloca|float|double)\b')
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LONGEST = 500

failures = []
checked = 0


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
            check(other == room or other in MAY_USE.get(room, ()), '%s looks up: %s' % (path, target))
            known = module_of(target[:-2], other)
            if other == room and known != module:
                edges.setdefault(module, set()).add(known)
        if target in LIBRARIES:
            wall = 'wall/' + LIBRARIES[target]
            check(module == wall or module == wall + '_table',
                  '%s includes %s, which belongs behind %s.c' % (path, target, wall))
    for m in BANNED.finditer(bare(text)):
        check(False, '%s uses %s' % (path, m.group(1)))
    lines = text.count('\n')
    check(lines <= LONGEST, '%s has %d lines' % (path, lines))


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
    for path in sources(root):
        examine(root, path, edges)
    found = cycle(edges)
    check(found is None, 'files that know each other both ways: %s' % ' -> '.join(found or ()))
    for line in failures:
        print(line)
    print('%d passed, %d failed' % (checked - len(failures), len(failures)))
    return 1 if failures else 0


sys.exit(main())
