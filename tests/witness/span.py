"""What `export` writes (section 8): everything, or whatever changed after a snapshot; each row in its latest form, segments as the net of the span.

Only the files whose rows the contract settles: contacts, opt-outs, gone, moved, skipped, segments' lists and fields.csv.
"""
from meaning import clean
from segments import fields_of
from written import MEMBERS, PASSED, Files, contact_json, contact_values, field_rows, guard, guarded, opt_out_rows


def by_bytes(ids):
    return sorted(ids, key=str.encode)


def contacts(oracle, files, ids):
    values = [contact_values(oracle.profiles[i], oracle.held[i], oracle.config.separator) for i in by_bytes(ids)]
    documents = [contact_json(v, oracle.ever[i]) for v, i in zip(values, by_bytes(ids))]
    files.contacts([guarded(v) for v in values], documents)


def skipped(oracle, files, ids):
    files.csv('skipped.csv', [[guard(clean(i)), oracle.skipped[i][0], guard(clean(oracle.skipped[i][1]))] for i in by_bytes(ids)])


def common(oracle, folder, ids, owed, left_out):
    """The files that both exports have."""
    files = Files(folder, oracle.config.values['csv_bom'])
    contacts(oracle, files, ids)
    files.csv('opt-outs.csv', opt_out_rows(owed))
    skipped(oracle, files, left_out)
    files.csv('fields.csv', field_rows(set().union(*[fields_of(r['where'], oracle.config.rules) for r in oracle.config.rules_list])))
    return files


def full(oracle, folder):
    """Everything as of the last snapshot."""
    files = common(oracle, folder, oracle.held, oracle.owed, oracle.skipped)
    for slug, ids in oracle.members.items():
        files.csv('segments/%s.csv' % slug, [[*map(guard, oracle.held[i]), guard(clean(i))] for i in by_bytes(ids & set(oracle.held))], MEMBERS)
    files.write({})


def since(oracle, snapshot, folder):
    """Rows written after the snapshot and still true; gone, moved and segments as two points of time differ."""
    at = next(n for n, h in enumerate(oracle.history) if h['snapshot'] == snapshot)
    before, later = oracle.history[at], oracle.history[at + 1:]
    union = lambda name: set().union(*[h[name] for h in later])
    files = common(oracle, folder, union('written') & set(oracle.held), union('begun') & oracle.owed, union('left_out') & set(oracle.skipped))
    held, old = oracle.held, before['held']
    why = lambda i: oracle.skipped[i][0] if i in oracle.profiles else 'removed'
    files.csv('gone.csv', [[*map(guard, old[i]), guard(clean(i)), why(i)] for i in by_bytes(old) if i not in held])
    moved = {i for i in held if i in old and held[i] != old[i]}
    files.csv('moved.csv', [[guard(clean(i)), *map(guard, old[i]), *map(guard, held[i])] for i in by_bytes(moved)])
    for slug in set(oracle.members) | set(before['members']):
        first, last = before['members'].get(slug, set()) & set(old), oracle.members.get(slug, set()) & set(held)
        both = moved & first & last
        for kind, ids, source in (('entered', (last - first) | both, held), ('left', (first - last) | both, old)):
            rows = [[*map(guard, source[i]), guard(clean(i)), *passage(later, slug, kind, i, i in both)] for i in by_bytes(ids)]
            files.csv('segments/%s-%s.csv' % (slug, kind), rows, PASSED)
    files.write({})


def passage(later, slug, kind, ident, moved):
    """(cause, at) of the last time it happened in the span."""
    found = [h['passed'][slug, kind, ident] for h in later if (slug, kind, ident) in h['passed']]
    return [p for p in found if moved or p[0] != 'moved'][-1] if not moved else ('moved', found[-1][1])
