#!/usr/bin/env python3
"""witness.py ACCOUNT --out DIR [--centroids FILE] [--spans]

A second, slow and plain reading of the contract (sections 2 to 7): applies all snapshots of ACCOUNT oldest first and writes
DIR/diffs/<id>.jsonl, DIR/exports/<id>/ and DIR/terms/. What is remembered from one snapshot to the next is what the contract says is
remembered; everything else is worked out anew from all records each time. If ACCOUNT/steps.json is there, it says which
segments and settings are in force when a snapshot is processed, and whether its mass change is accepted. With --spans DIR/full/ and DIR/since/<id>/
are what `export --full` and `export --since` would write after the last snapshot.
"""
import argparse
import glob
import hashlib
import json
import os
import re

import segments as rulebook
import span
from differences import changes, diff_line, unknown_fields  # noqa: F401 (changes: for others)
from exact import Num, dump, parse, pretty
from meaning import UNCLEAR, clean, date_of, is_completed, lower, money, stamp
from owners import REASONS, linked, owners
from person import age_of, days_to_birthday, drops_of, email_of, mobile_of
from profiles import profile_of, read_centroids, status_of, totals_of
from reading import PARSED, Page, Reading, Refused, inflate, judge, records_of  # noqa: F401
from suppress import read_list
from written import (FH, HEADERS, MEMBERS, PASSED, STANDARD, Files, contact_json, contact_values, field_rows, guard,  # noqa: F401
                     guarded, join, opt_out_rows, too_long, write)

HERE = os.path.dirname(os.path.abspath(__file__))
CENTROIDS = next(iter(sorted(glob.glob(os.path.join(HERE, '..', '..', 'src', '*', 'us_zip_centroids.csv')))), '')
DEFAULTS = {'completed_statuses': ['sold', 'completed'], 'placeholder_emails': ['none@none.com', 'noemail@noemail.com', 'no@email.com', 'na@na.com',
                                                                               'test@test.com'],
            'placeholder_mobiles': [], 'min_age': 0, 'suppress': None, 'list_separator': ';', 'csv_bom': False, 'segment_lists': False, 'breaker_percent': 10}
OPS = ('added', 'changed', 'removed', 'unchanged')


class Config:
    """Settings and rules in force for one snapshot."""

    def __init__(self, account, settings, rules, centroids, accepted=False):
        self.values = dict(DEFAULTS)
        if settings:
            self.values.update(parse_file(os.path.join(account, settings)))
        self.rules_list = parse_file(os.path.join(account, rules)) if rules else parse(rulebook.BUILT_IN.encode())
        self.rules = {r['slug']: r for r in self.rules_list}
        self.completed = {lower(clean(s)) for s in self.values['completed_statuses']}
        self.placeholder_emails = {email_of(clean(e))[0] for e in self.values['placeholder_emails']} - {''}
        self.placeholder_mobiles = {mobile_of(clean(m))[0] for m in self.values['placeholder_mobiles']} - {''}
        self.counting = (self.completed, self.placeholder_emails, self.placeholder_mobiles)
        self.separator = self.values['list_separator']
        self.min_age = int(str(self.values['min_age']))
        self.suppressed = read_list(account, self.values['suppress'])
        self.choosing = (self.counting, self.min_age, self.suppressed or set())
        self.centroids = centroids
        self.accepted = accepted
        self.today = None

    def terms(self):
        """(text of terms/<id>.json as a value, text of the list or None)."""
        settings = {k: self.values[k] for k in DEFAULTS if self.values[k] is not None}
        rules = [{k: r[k] for k in ('name', 'slug', 'where')} for r in self.rules_list]
        listed = None if self.suppressed is None else ''.join(a + '\n' for a in sorted(self.suppressed, key=str.encode))
        return {'format': 1, 'settings': settings, 'rules': rules}, listed


def parse_file(path):
    with open(path, 'rb') as f:
        return parse(f.read())


class Applied:
    """What came of one snapshot, for those who check exit statuses."""

    def __init__(self, snapshot, quarantined, new, broke):
        self.snapshot, self.quarantined, self.broke = snapshot, quarantined, broke
        self.codes = {3} if new else {0, 3} if quarantined else {0}


class Witness:
    """What is known, and what was exported last."""

    def __init__(self, account, out, centroids):
        self.account = account
        self.out = out
        self.centroids = centroids
        self.known = {'customer': {}, 'order': {}}
        self.previous = None          # id of the snapshot before
        self.digest = None            # of its diff
        self.config = None            # the one in force then
        self.terms = None
        self.answers = {}             # (customer, channel) -> the last answer that could be read
        self.names = {}               # location -> name
        self.stores = {}              # order -> where it was made
        self.members = {}             # slug -> ids
        self.held = {}                # contact -> (email, mobile)
        self.profiles = {}
        self.skipped = {}
        self.rows = {}                # contact row exported last
        self.ever = {}                # columns that were once exported with a value
        self.exported = {}            # customer -> addresses that they were ever exported with
        self.owed = set()             # (channel, address)
        self.faulty = set()
        self.history = []             # what each snapshot's export held, for exports of a span

    def apply(self, snapshot, config):
        self.folder = os.path.join(self.account, 'snapshots', snapshot)
        reading = Reading(self.folder, snapshot, config.completed)
        config.today = date_of(reading.taken)
        self.now, self.at = reading.taken, stamp(reading.taken)
        broke = self.break_if_needed(reading, config)
        self.write_terms(snapshot, config, broke)
        self.diff(snapshot, reading)
        self.locate(reading)
        files = Files(os.path.join(self.out, 'exports', snapshot), config.values['csv_bom'])
        profiles = self.rebuild(config)
        held, skipped = owners(profiles, config, self.now)
        self.exclude_long(profiles, held, skipped, config, files.mark)
        members = self.evaluate(profiles, config)
        events = self.transitions(profiles, members, held, skipped, config)
        self.write_contacts(files, profiles, held, skipped, config)
        self.write_opt_outs(files, profiles, held)
        self.write_skipped(files, skipped)
        self.write_dropped(files, config)
        self.write_segments(files, profiles, members, held, events, config)
        if self.previous is None:
            files.csv('fields.csv', field_rows(set().union(*[rulebook.fields_of(r['where'], config.rules) for r in config.rules_list])))
        files.lines('events.jsonl', events)
        files.lines('quarantine.jsonl', reading.quarantine)
        files.write(self.manifest(snapshot, reading, profiles, held, skipped, files))
        self.history.append({'snapshot': snapshot, 'held': held, 'members': members, 'written': self.written, 'begun': self.begun, 'passed': self.passed,
                             'left_out': {i for i in skipped if self.skipped.get(i) != skipped[i]}})
        done = Applied(snapshot, len(reading.quarantine) + len(reading.two_locations), bool((reading.faulty | reading.two_locations) - self.faulty), broke)
        self.previous, self.config, self.members, self.held = snapshot, config, members, held
        self.profiles, self.skipped, self.faulty = profiles, skipped, reading.faulty | reading.two_locations
        return done

    # ---- terms and breaker

    def write_terms(self, snapshot, config, broke):
        """A new pair only when one of the two changed, or a mass change is accepted."""
        terms, listed = config.terms()
        if broke or (dump(terms), listed) != self.terms:
            note = {'accepted_mass_change': snapshot} if broke else {}
            write(os.path.join(self.out, 'terms', snapshot + '.json'), pretty({**terms, **note}) + '\n')
            if listed is not None:
                write(os.path.join(self.out, 'terms', snapshot + '.suppress.txt'), listed)
        self.terms = dump(terms), listed

    def break_if_needed(self, reading, config):
        """The breaker counts against what was known before the snapshot. True if it broke and that is accepted."""
        percent, broke = int(str(config.values['breaker_percent'])), False
        for entity, known in self.known.items():
            lost = sum(1 for i, v in known.items() if i not in reading.present[entity] and reading.proves_absent(entity, v))
            if lost * 100 > len(known) * percent and (lost >= 10 or lost == len(known)):
                broke = True
                if not config.accepted:
                    raise Refused('breaker: %d of %d %ss' % (lost, len(known), entity))
        return broke

    # ---- section 5

    def diff(self, snapshot, reading):
        """Writes the diff and brings what is known up to date."""
        lines, unknown, self.counts = [], set(), {}
        self.touched, self.gone, self.new, self.fresh = set(), set(), set(), []
        self.held_back = {}
        for entity in ('customer', 'order'):
            known, count = self.known[entity], dict.fromkeys(OPS, 0)
            self.held_back[entity + 's'] = 0
            for ident in sorted(set(known) | set(reading.best[entity]), key=str.encode):
                old, now = known.get(ident), reading.best[entity].get(ident)
                if now is None and (ident in reading.present[entity] or not reading.proves_absent(entity, old)):
                    self.held_back[entity + 's'] += ident not in reading.present[entity] and reading.proves_absent(entity, old, doubt=True)
                    continue
                line, op = diff_line(entity, ident, old, now)
                count[op] += 1
                if op == 'unchanged':
                    old.location = now.location
                    continue
                lines.append(line)
                self.touched |= {ident} if entity == 'customer' else {v.fields['customer'] for v in (old, now) if v}
                if op == 'removed':
                    del known[ident]
                else:
                    self.learn(entity, ident, now)
                    unknown |= unknown_fields(now.record, entity)
                if entity == 'customer':
                    self.gone |= {ident} if op == 'removed' else set()
                    self.new |= {ident} if op == 'added' else set()
            self.counts[entity + 's'] = count
        with open(os.path.join(self.folder, 'manifest.json'), 'rb') as f:
            self.manifest_digest = hashlib.sha256(f.read()).hexdigest()
        head = {'type': 'diff', 'format': 1, 'snapshot': snapshot, 'previous': self.previous, 'manifest_sha256': self.manifest_digest,
                'previous_diff_sha256': self.digest}
        tail = {'type': 'end', **self.counts, 'quarantined': len(reading.quarantine), 'unknown_fields': sorted(unknown, key=str.encode)}
        text = ''.join(dump(x) + '\n' for x in [head] + lines + [tail]).encode()
        self.digest = hashlib.sha256(text).hexdigest()
        write(os.path.join(self.out, 'diffs', snapshot + '.jsonl'), text)

    def learn(self, entity, ident, version):
        """A new version is known; a consent flag that cannot be read keeps its last known answer."""
        self.known[entity][ident] = version
        self.fresh.append((entity, ident, version))
        for name in ('mail_ok', 'text_ok') if entity == 'customer' else ():
            if version.fields[name] == UNCLEAR:
                version.fields[name] = self.answers.get((ident, name))
            elif version.fields[name] is not None:
                self.answers[ident, name] = version.fields[name]

    def locate(self, reading):
        """Where each order was made; who bought where that is another place, or has another name, counts as changed."""
        for ids, name in reading.locations:
            self.names.update({i: name for i in ids[1:]})
        for ids, name in reading.locations:
            self.names.update({i: name for i in ids[:1]})
        stores = {}
        for ident, version in self.known['order'].items():
            where = version.location or version.fields['place']
            stores[ident] = clean(self.names.get(where) or where)
            if stores[ident] != self.stores.get(ident, stores[ident]):
                self.touched.add(version.fields['customer'])
        self.stores = stores

    # ---- section 4

    def rebuild(self, config):
        """Profiles of all customers from all orders, and the sums that must agree."""
        self.by_customer = {}
        for ident, version in self.known['order'].items():
            self.by_customer.setdefault(version.fields['customer'], []).append((ident, version.fields, self.stores[ident]))
        customers, by_customer = self.known['customer'], self.by_customer
        profiles = {i: profile_of(i, v.fields, by_customer.get(i, []), config) for i, v in customers.items()}
        spent = lambda orders: sum(o['total'] or 0 for _, o, _ in orders if is_completed(o, config.completed))
        self.sums = {'completed': sum(spent(o) for o in by_customer.values()),
                     'profiles': sum(p['fh_total_spent'] for p in profiles.values()), 'guest': spent(by_customer.get('', [])),
                     'unattributed': sum(spent(o) for c, o in by_customer.items() if c and c not in customers)}
        assert self.sums['completed'] == self.sums['profiles'] + self.sums['guest'] + self.sums['unattributed']
        return profiles

    def exclude_long(self, profiles, held, skipped, config, mark):
        """A row that is longer than a file may be is left out; its addresses stay with it."""
        for ident in list(held):
            values = contact_values(profiles[ident], held[ident], config.separator)
            if too_long(guarded(values), contact_json(values, self.ever.get(ident, ())), mark):
                del held[ident]
                skipped[ident] = ('row-too-long', '')

    def evaluate(self, profiles, config):
        """slug -> ids of its members, every rule over every profile."""
        seen = {}
        for ident, p in profiles.items():
            recent = lambda since, i=ident: totals_of([o for o in self.by_customer.get(i, []) if o[1]['time'] >= since], config.completed)
            seen[ident] = rulebook.rule_values(p, age_of(p['birthdate'], config.today), days_to_birthday(p['birthdate'], config.today), recent)
        return {slug: {i for i, s in seen.items() if rulebook.holds(r['where'], s, self.now, config.rules)} for slug, r in config.rules.items()}

    # ---- section 6

    def cause(self, slug, ident, config):
        """Why somebody entered or left: the first that holds."""
        if self.previous is None:
            return 'baseline'
        if ident in self.gone:
            return 'removed'
        if ident in self.touched:
            return 'data'
        changed = rulebook.meaning(slug, config.rules) != rulebook.meaning(slug, self.config.rules)
        return 'definition' if changed or config.counting != self.config.counting else 'clock'

    def contact_cause(self, ident, config):
        """Why somebody became, or ceased to be, a contact."""
        if self.chains[ident] & self.touched:
            return 'data'
        return 'definition' if config.choosing != self.config.choosing else 'clock'

    def moved(self, held):
        """Contacts of both snapshots whose email or mobile is another."""
        return {i for i in held if i in self.held and held[i] != self.held[i]}

    def transitions(self, profiles, members, held, skipped, config):
        """All events, sorted by fh_id, event and segment, each with the addresses that DailyStory knows."""
        out = []
        for slug in set(members) | set(self.members):
            before, after = self.members.get(slug, set()), members.get(slug, set())
            out += [(i, 'segment_entered', slug) for i in after - before] + [(i, 'segment_left', slug) for i in before - after]
        out += [(i, 'customer_added', '') for i in self.new] + [(i, 'customer_removed', '') for i in self.gone]
        out += [(i, 'contact_gone', '') for i in self.held if i not in held] + [(i, 'contact_moved', '') for i in self.moved(held)]
        events = []
        for ident, event, slug in sorted(out, key=lambda e: (e[0].encode(), e[1], e[2])):
            source = held if event in ('segment_entered', 'customer_added', 'contact_moved') else self.held
            email, mobile = source.get(ident, ('', ''))
            line = {'event': event, **({'segment': slug} if slug else {}), 'fh_id': clean(ident), 'email': email, 'mobile': mobile, 'at': self.at}
            if event == 'contact_gone':
                line['reason'] = 'removed' if ident in self.gone else skipped[ident][0]
            elif event == 'contact_moved':
                line['old_email'], line['old_mobile'] = self.held[ident]
            else:
                fixed = {'customer_added': 'data' if self.previous else 'baseline', 'customer_removed': 'removed'}
                line['cause'] = fixed.get(event) or self.cause(slug, ident, config)
            events.append(line)
        return events

    # ---- section 7

    def write_contacts(self, files, profiles, held, skipped, config):
        """Rows that differ from the ones exported last; who is gone; who moved."""
        rows, documents, before = [], [], dict(self.rows)
        for ident in by_bytes(held):
            values = contact_values(profiles[ident], held[ident], config.separator)
            row = guarded(values)
            ever = self.ever.setdefault(ident, set())
            if self.rows.get(ident) == row:
                continue
            ever |= {k for k, v in values.items() if v}
            rows.append(row)
            documents.append(contact_json(values, ever))
            self.rows[ident] = row
        files.contacts(rows, documents)
        gone = [i for i in by_bytes(self.held) if i not in held]
        for ident in gone:
            del self.rows[ident]
        why = lambda i: 'removed' if i in self.gone else skipped[i][0]
        files.csv('gone.csv', [[*map(guard, self.held[i]), guard(clean(i)), why(i)] for i in gone])
        files.csv('moved.csv', [[guard(clean(i)), *map(guard, self.held[i]), *map(guard, held[i])] for i in by_bytes(self.moved(held))])
        self.written = {i for i in held if i not in before or before[i] != self.rows[i]}

    def write_opt_outs(self, files, profiles, held):
        """An address is owed its line as long as anybody who refuses has it, or was ever exported with it."""
        for ident, addresses in held.items():
            self.exported.setdefault(ident, set()).update(a for a in zip(('mail_ok', 'text_ok'), addresses) if a[1])
        owed = set()
        for ident, p in profiles.items():
            has = {('mail_ok', p['email']), ('text_ok', p['mobile'])} | self.exported.get(ident, set())
            owed |= {(channel, address) for channel, address in has if address and p[channel] is False}
        self.begun = owed - self.owed
        files.csv('opt-outs.csv', opt_out_rows(self.begun))
        self.owed = owed

    def write_skipped(self, files, skipped):
        rows = [[guard(clean(i)), skipped[i][0], guard(clean(skipped[i][1]))] for i in by_bytes(skipped) if self.skipped.get(i) != skipped[i]]
        files.csv('skipped.csv', rows)

    def write_dropped(self, files, config):
        """Fields of records added or changed that could not be used."""
        self.drops = dict.fromkeys(('unreadable', 'placeholder', 'out-of-range'), 0)
        rows = []
        for entity, ident, version in self.fresh:
            found = list(version.fields.dropped)
            if entity == 'customer':
                found += [(name, version.record[name], reason) for name, reason in
                          drops_of(version.fields, config.today, config.placeholder_emails, config.placeholder_mobiles)]
            for path, value, reason in found:
                self.drops[reason] += 1
                text = clean(value if isinstance(value, str) else dump(value))[:80]
                rows.append((entity, ident, path, [entity, guard(clean(ident)), path, guard(text), reason]))
        files.csv('dropped.csv', [row for *_, row in sorted(rows, key=lambda r: (r[0], r[1].encode(), r[2].encode()))])

    def write_segments(self, files, profiles, members, held, events, config):
        """Lists hold contacts only; the counts of entered and left are those of the events."""
        self.chains = linked(self.profiles, profiles)
        self.passed = {}      # (slug, kind, id) -> (cause, at)
        causes = {(e['event'], e['segment'], e['fh_id']): e['cause'] for e in events if 'segment' in e}
        for slug in set(members) | set(self.members):
            before = self.members.get(slug, set()) & set(self.held)
            after = members.get(slug, set()) & set(held)
            moved = self.moved(held) & before & after
            if self.previous is not None:
                for kind, ids, source in (('entered', (after - before) | moved, held), ('left', (before - after) | moved, self.held)):
                    rows = []
                    for ident in by_bytes(ids):
                        why = causes.get(('segment_' + kind, slug, clean(ident))) or ('moved' if ident in moved else self.contact_cause(ident, config))
                        rows.append([*map(guard, source[ident]), guard(clean(ident)), why, self.at])
                        self.passed[slug, kind, ident] = why, self.at
                    files.csv('segments/%s-%s.csv' % (slug, kind), rows, PASSED)
            if self.previous is None or config.values['segment_lists']:
                files.csv('segments/%s.csv' % slug, [[*map(guard, held[i]), guard(clean(i))] for i in by_bytes(after)], MEMBERS)
        count = lambda slug, event: sum(1 for e in events if e['event'] == event and e['segment'] == slug)
        table = [{'name': r['name'], 'slug': s, 'rule': '', 'members': len(members[s]), 'contacts': len(members[s] & set(held)),
                  'entered': count(s, 'segment_entered'), 'left': count(s, 'segment_left')} for s, r in config.rules.items()]
        files.put('segments.json', (pretty(table) + '\n').encode(), len(table))

    def manifest(self, snapshot, reading, profiles, held, skipped, files):
        orders = [v.fields for v in self.known['order'].values()]
        statuses = {}
        for order in orders:
            statuses.setdefault(status_of(order), []).append(order['total'] or 0)
        rows = lambda name: files.made[name][1] if name in files.made else 0
        counts = {
            'customers': len(profiles), 'contacts': len(held), 'skipped': {r: sum(1 for s, _ in skipped.values() if s == r) for r in REASONS},
            'dropped': self.drops, 'orders': len(orders), 'guest_orders': sum(1 for o in orders if not o['customer']),
            'unattributed_orders': sum(1 for o in orders if o['customer'] and o['customer'] not in profiles),
            'orders_in_two_locations': len(reading.two_locations), 'held_back': self.held_back, 'exported': len(self.written),
            'gone': rows('gone.csv'), 'moved': rows('moved.csv'), 'opt_outs': rows('opt-outs.csv'), 'events': rows('events.jsonl'),
            'quarantined': len(reading.quarantine), 'changes': self.counts}
        return {'format': 1, 'snapshot': snapshot, 'as_of': self.at, 'tool': 'flowstory 0.1.0',
                'attribution': 'postal code centroids derived from GeoNames (geonames.org), CC BY 4.0',
                'snapshot_manifest_sha256': self.manifest_digest, 'diff_sha256': self.digest, 'sums': {k: money(v) for k, v in self.sums.items()},
                'statuses': {s: {'orders': len(v), 'dollars': money(sum(v))} for s, v in sorted(statuses.items(), key=lambda i: i[0].encode())},
                'counts': counts}


def by_bytes(ids):
    return sorted(ids, key=str.encode)


def snapshots_of(account):
    root = os.path.join(account, 'snapshots')
    return sorted(n for n in os.listdir(root) if re.fullmatch(r'[0-9]{8}T[0-9]{6}Z', n) and os.path.exists(os.path.join(root, n, 'manifest.json')))


def step_list(account):
    path = os.path.join(account, 'steps.json')
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as f:
        return json.load(f)


def steps_of(account):
    """(snapshot, rules file or None, settings file or None), oldest first."""
    have = lambda name: name if os.path.exists(os.path.join(account, name)) else None
    steps = step_list(account)
    if steps is None:
        return [(n, have('segments.json'), have('flowstory.json')) for n in snapshots_of(account)]
    return [(s['snapshot'], s['segments'], s['settings']) for s in steps]


def accepted_of(account):
    """Snapshots whose mass change somebody accepts."""
    return {s['snapshot'] for s in step_list(account) or [] if s.get('accept')}


def run(account, out, centroids=None, accept_all=False, spans=False):
    """Applies everything; returns what came of each snapshot (Applied). accept_all: whatever the breaker stops is accepted.
    spans: also out/full and out/since/<id> of every snapshot but the last."""
    PARSED.clear()
    table = centroids if isinstance(centroids, dict) else read_centroids(centroids or CENTROIDS)
    witness = Witness(account, out, table)
    accepted = accepted_of(account)
    done = [witness.apply(snapshot, Config(account, settings, rules, table, accept_all or snapshot in accepted)) for snapshot, rules, settings in steps_of(account)]
    if spans:
        span.full(witness, os.path.join(out, 'full'))
        for before in witness.history[:-1]:
            span.since(witness, before['snapshot'], os.path.join(out, 'since', before['snapshot']))
    return done


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument('account')
    ap.add_argument('--out', required=True)
    ap.add_argument('--centroids')
    ap.add_argument('--spans', action='store_true', help='also DIR/full and DIR/since/<id>, as export --full and --since <id> would write them')
    a = ap.parse_args()
    run(a.account, a.out, a.centroids, spans=a.spans)


if __name__ == '__main__':
    main()
