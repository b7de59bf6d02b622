"""What `export` writes (section 8): everything, or whatever changed after a snapshot; each row in its latest form, segments as the net of the span.

Only the files whose rows the contract settles: contacts, opt-outs, gone, moved, skipped, segments' lists and fields.csv.
"""
from meaning import clean
from segments import fields_of
from written import MEMBERS, PASSED, Files, contact_json, contact_values, field_rows, guard, guarded, opt_out_rows


def by_bytes(ids):
    return sorted(ids, key=str.encode)


def contacts(witness, files, ids):
    values = [contact_values(witness.profiles[i], witness.held[i], witness.config.separator) for i in by_bytes(ids)]
    documents = [contact_json(v, witness.ever[i]) for v, i in zip(values, by_bytes(ids))]
    files.contacts([guarded(v) for v in values], documents)


def skipped(witness, files, ids):
    files.csv('skipped.csv', [[guard(clean(i)), witness.skipped[i][0], guard(clean(witness.skipped[i][1]))] for i in by_bytes(ids)])


def common(witness, folder, ids, owed, left_out):
    """The files that both exports have."""
    files = Files(folder, witness.config.values['csv_bom'])
    contacts(witness, files, ids)
    files.csv('opt-outs.csv', opt_out_rows(owed))
    skipped(witness, files, left_out)
    files.csv('fields.csv', field_rows(set().union(*[fields_of(r['where'], witness.config.rules) for r in witness.config.rules_list])))
    return files


def full(witness, folder):
    """Everything as of the last snapshot."""
    files = common(witness, folder, witness.held, witness.owed, witness.skipped)
    for slug, ids in witness.members.items():
        files.csv('segments/%s.csv' % slug, [[*map(guard, witness.held[i]), guard(clean(i))] for i in by_bytes(ids & set(witness.held))], MEMBERS)
    files.write({})


def since(witness, snapshot, folder):
    """Rows written after the snapshot and still true; gone, moved and segments as two points of time differ."""
    at = next(n for n, h in enumerate(witness.history) if h['snapshot'] == snapshot)
    before, later = witness.history[at], witness.history[at + 1:]
    union = lambda name: set().union(*[h[name] for h in later])
    files = common(witness, folder, union('written') & set(witness.held), union('begun') & witness.owed, union('left_out') & set(witness.skipped))
    held, old = witness.held, before['held']
    why = lambda i: witness.skipped[i][0] if i in witness.profiles else 'removed'
    files.csv('gone.csv', [[*map(guard, old[i]), guard(clean(i)), why(i)] for i in by_bytes(old) if i not in held])
    moved = {i for i in held if i in old and held[i] != old[i]}
    files.csv('moved.csv', [[guard(clean(i)), *map(guard, old[i]), *map(guard, held[i])] for i in by_bytes(moved)])
    for slug in set(witness.members) | set(before['members']):
        first, last = before['members'].get(slug, set()) & set(old), witness.members.get(slug, set()) & set(held)
        both = moved & first & last
        for kind, ids, source in (('entered', (last - first) | both, held), ('left', (first - last) | both, old)):
            rows = [[*map(guard, source[i]), guard(clean(i)), *passage(later, slug, kind, i, i in both)] for i in by_bytes(ids)]
            files.csv('segments/%s-%s.csv' % (slug, kind), rows, PASSED)
    files.write({})


def passage(later, slug, kind, ident, moved):
    """(cause, at) of the last time it happened in the span."""
    found = [h['passed'][slug, kind, ident] for h in later if (slug, kind, ident) in h['passed']]
    return [p for p in found if moved or p[0] != 'moved'][-1] if not moved else ('moved', found[-1][1])
