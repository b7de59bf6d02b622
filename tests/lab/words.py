"""What the commands take and say: usage, help, JSON, settings and rules with line and column, streams, locks, permissions.
"""
import fcntl
import json
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import termios
import time

from lab import Page, customer, files, leftovers, order, put_snapshot, read, results, small, tree, write

COMMANDS = ['init', 'check', 'fetch', 'adopt', 'process', 'run', 'segments', 'fields', 'status', 'push', 'export', 'replay', 'prune', 'verify', 'diff', 'audit', 'explain', 'report', 'erase', 'fleet', 'help', 'version']
ID = '20261123T020000Z'
ADVISED = r'\nSee .flowstory'


# Command lines with a mistake; @ is a good --taken-at.
USAGE = (';nonsense;-C;--jobs 0 status;--jobs x status;--jobs 257 status;--jobs=-1 status;--what;-z status;status --what;status x;status --max-age;'
         'status --max-age soon;check x;check --offline=yes;process x;process --out x;segments x;segments --csv;segments --members a --due;fields x;fields --values city --csv;fields --values nothing;fields --values age;segments --at a --rules b;segments --at ../x;'
         'segments --at 20200101T000000Z;export;export --full;export --full --since x --out o;export --out o;export --full --out ACCOUNT;'
         'export --full --full;adopt;adopt f;adopt @;adopt f --taken-at now;adopt f --taken-at 2026-11-23T04:00:00.5Z;adopt f @ --created 2026-01-01;'
         'init a b;init --force;adopt f @ --created 2026-01-02..2026-01-01;adopt f @ --created 2026-01-01..2026-01-01;'
         'adopt f @ --created 2026-01-01..2026-01-02 --partial;adopt f @ --location ../x;--log-json=1 status;-q -q=1 status;'
         'status --max-age --json;push --limit 0;push --limit x;push --plan --status;push --token x;push x;export --full --out -q;erase;erase --list x;erase --leave c;erase --orders x c;erase --resume --list;erase --forget abc;erase c;-q -v status;-qz status;-C a status -C b;-j1 status -j 2;help nonsense;help a b;version x;status --max-age=;-C= status;'
         'prune x;prune --keep-all soon;prune --keep-daily -1;prune --keep-monthly x;prune --exports never;prune --keep monday;prune --keep-daily 0')


# Each command of an account but init, as it is called rightly.
WORDS_OF_ALL = [w.split() for w in ('check;fetch;adopt f --taken-at 2026-11-23;process;run;segments;fields --values city;status;push;export --full --out o;replay --out o;prune;verify;'
                                    'diff A B;audit;explain c;report;erase c --yes').split(';')]


def usage(lab, program):
    """Exit 2, one clause and what to do; nothing on standard output, nothing made."""
    account = lab.new('usage')
    small(account, 1)
    before = tree(account)
    for words in map(str.split, USAGE.replace('@', '--taken-at 2026-11-23T04:00:00Z').replace('ACCOUNT', account).split(';')):
        run = program(account, *words)
        lab.check('usage %s' % words, run.code == 2 and run.out == '' and run.err.startswith('flowstory: '), '%d %s' % (run.code, run.err))
        lab.check('usage %s: advice' % words, run.err.count('\n') == 2, run.err)
    for words in (['status'], ['check'], ['process'], ['segments'], ['export', '--full', '--out', 'o'], ['adopt', 'f', '--taken-at', '2026-11-23']):
        lab.ran('no such account: %s' % words, program(os.path.join(account, 'no', 'such'), *words), 2, 'no such account', 'init')
        run = program(os.path.join(account, 'snapshots', ID[:8] + 'T000000Z', 'manifest.json'), *words)
        lab.check('a file for an account: %s' % words, run.code == 2 and run.err.count('\n') == 2, '%d %s' % (run.code, run.err))
    nothing = lab.new('no-account')
    os.mkdir(nothing)
    for words in [*WORDS_OF_ALL, ['fields']]:
        lab.ran('not an account: %s' % words, program(nothing, *words), 2, 'is not an account', 'init')
    lab.equal('not an account: nothing is made', os.listdir(nothing), [])
    lab.equal('not an account: every command', sorted({w[0] for w in WORDS_OF_ALL} | {'init', 'fleet', 'help', 'version'}), sorted(COMMANDS))
    for words in (['segments'], ['segments', '--rules', '/dev/null'], ['export', '--full', '--out', account + '-o'], ['export', '--since', ID, '--out', account + '-o']):
        run = program(account, *words)
        lab.check('nothing applied: %s' % words, run.code in (1, 2) and run.err.count('\n') == 2, '%d %s' % (run.code, run.err))
    lab.same('usage: nothing changed', tree(account), before)


def helped(lab, program):
    lab.equal('every command is tested', re.findall(r'^  ([a-z]+) ', program(None, '--help').out.split('COMMANDS')[1].split('OPTIONS')[0], re.M), COMMANDS)
    for words in [[c] for c in COMMANDS] + [[]]:
        for flag in ('--help', '-h'):
            run = program(None, *words, flag)
            lab.check('%s %s' % (words, flag), run.code == 0 and run.err == '' and run.out.startswith('usage: flowstory') and '--jobs' in run.out, run.err)
            lab.check('%s %s: width' % (words, flag), max(map(len, run.out.split('\n'))) <= 80, max(run.out.split('\n'), key=len))
    run = program(None, '--version')
    lab.check('--version', run.code == 0 and re.fullmatch(r'flowstory \d+\.\d+\.\d+\n', run.out), run.out)
    run = program(None, 'version')
    lab.check('version names the libraries', run.code == 0 and all(re.search(r'^%s \S+$' % n, run.out, re.M) for n in ('flowstory', 'zlib', 'LMDB', 'libcurl', 'cJSON')), run.out)
    lab.check('version --json', [r['name'] for r in json.loads(program(None, 'version', '--json').out)][0] == 'flowstory')
    for c in COMMANDS:
        lab.equal('help %s' % c, program(None, 'help', c).out, program(None, c, '--help').out)
    lab.equal('help', program(None, 'help').out, program(None, '--help').out)
    for word, near in (('stauts', 'status'), ('segment', 'segments'), ('hepl', 'help'), ('PROCESS', 'process'), ('adpot', 'adopt'), ('x' * 5000, '')):
        run = program(None, word)
        lab.check('the nearest command of %s' % word[:9], run.code == 2 and 'unknown command' in run.err and "command is '%s" % near in run.err, run.err)
    place = lab.new('place')
    os.makedirs(os.path.join(place, 'shop'))
    lab.ran('an account in the place of a command', program(None, 'shop', 'status', cwd=place), 2, "unknown command 'shop'", "'flowstory -C shop status'")
    lab.ran('an empty account', program(None, '-C', '', 'status'), 2, 'is empty')
    for words in (['--bogus', '--log-json'], ['--log-json', '--bogus', 'status'], ['status', '--bogus', '--log-json'], ['-z', 'x', '--log-json']):
        lab.equal('%s' % words, json.loads(program(None, *words).err)['error'], 'usage')
    run = program(None, '--help')
    lab.equal('--help lists every command', [c for c in COMMANDS if '\n  %s ' % c not in run.out], [])
    full = {'stdout': open('/dev/full', 'wb')}
    for words in (['--help'], ['--version'], ['check', '--help']):
        lab.ran('%s into a full device' % words, program(None, *words, **full), 1, 'standard output')


def tables(lab, program):
    """--json parses, streams that fail are told, and the account stays as it is."""
    account = lab.new('tables')
    small(account, 3)
    run = program(account, '-q', 'process')
    lab.equal('quiet says nothing when all is well', (run.code, run.out, run.err), (0, '', ''))
    before = tree(account)
    rules = os.path.join(lab.new('rules'), 'r.json')
    write(rules, json.dumps([{'name': 'All', 'slug': 'all', 'where': {'not': {'field': 'fh_total_orders', 'op': '<', 'value': 0}}}]))
    kinds = (['status'], ['segments'], ['segments', '--at', ID], ['segments', '--rules', rules], ['segments', '--members', 'spent-more-than-100'], ['fields'], ['fields', '--values', 'fh_id'])
    for words in kinds:
        run = program(account, *words, '--json')
        lab.check('%s --json' % words, run.code == 0 and run.err == '' and isinstance(json.loads(run.out), (dict, list)) and run.out.endswith('\n'), run.err)
    for words in kinds + (['segments', '--members', 'spent-more-than-100', '--csv'], ['check', '--offline'], ['segments', '--json']):
        run = program(account, *words)
        lab.check('%s prints' % words, run.code == 0 and run.out.endswith('\n'), run.err)
        for how, told in (('full', {'stdout': open('/dev/full', 'wb')}), ('closed', {'before': lambda: os.close(1)})):
            lab.ran('%s with %s output' % (words, how), program(account, *words, **told), 1, 'standard output')
    seen = json.loads(program(account, 'segments', '--rules', rules, '--json').out)[0]
    lab.ran('no such segment', program(account, 'segments', '--members', 'nobody'), 2, "no segment 'nobody'", 'flowstory segments')
    lab.equal('a preview', (seen['members'], seen['contacts'], seen['entered'], seen['left']), (29, 29, 29, 0))
    lab.equal('status --max-age', [program(account, 'status', '--max-age', s).code for s in ('1h', '90000d')], [1 if late() else 0, 0])
    lab.same('looking changes nothing', tree(account), before)
    run = program(account, 'process')
    lab.equal('nothing to do', (run.code, run.err, run.out), (0, 'flowstory: nothing to apply\n', ''))
    lab.ran('nothing there yet', program(lab.account(), 'process'), 0, 'there is no snapshot yet', 'flowstory fetch')
    for gone in ('exports', 'diffs'):
        os.rename(os.path.join(account, gone), os.path.join(account, 'away'))
        run = program(account, 'process')
        lab.check('nothing to do, but %s was deleted' % gone, run.code == 0 and 'nothing to apply, but %s/' % gone in run.err and 'process --rebuild' in run.err, run.err)
        os.rename(os.path.join(account, 'away'), os.path.join(account, gone))
    run = program(account, '-q', 'process')
    lab.equal('nothing to do, quietly', (run.code, run.err), (0, ''))
    lab.same('nothing to do changes nothing', tree(account), before)
    closed(lab, program, account)


def pty_of(program, account, words, size=(24, 80), env=None):
    """What a terminal of that size gets to see: (exit status, text)."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(dict({'TERM': 'xterm', 'PAGER': 'cat'}, **(env or {})))
        os.execv(program.path, [program.path, '-C', account] + words)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', *size, 0, 0))
    seen = b''
    while True:
        try:
            more = os.read(fd, 65536)
        except OSError:
            break
        if not more:
            break
        seen += more
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode('utf-8', 'replace').replace('\r\n', '\n')


def coloured(lab, program, account):
    """On a terminal, where it is wanted, the first word of an error and "warning:" have colours; nowhere else."""
    error, warning = ['no-such-command'], ['status', '--max-age', '1h']
    code, seen = pty_of(program, account, error)
    lab.check('an error is red', code == 2 and '\x1b[31mflowstory:\x1b[0m unknown command' in seen, repr(seen))
    code, seen = pty_of(program, account, warning)
    lab.check('a warning is yellow', code == 1 and 'flowstory: \x1b[33mwarning:\x1b[0m stale' in seen, repr(seen))
    for env in ({'NO_COLOR': '1'}, {'TERM': 'dumb'}, {'TERM': ''}):
        for words in (error, warning):
            code, seen = pty_of(program, account, words, env=env)
            lab.check('%s: no colour with %s' % (words[0], env), '\x1b[3' not in seen and 'flowstory: ' in seen, repr(seen))
        code, seen = pty_of(program, account, ['process', '--rebuild'], env=env)
        lab.check('no green bar with %s' % env, code in (0, 3) and '\x1b[3' not in seen, repr(seen))
    for words in (error, ['--log-json'] + warning):
        lab.check('%s: no colour in a pipe' % words[0], '\x1b' not in program(account, *words).err)
    code, seen = pty_of(program, account, ['--log-json'] + warning)
    lab.check('no colour in a log', '\x1b[3' not in seen, repr(seen))
    code, seen = pty_of(program, account, error, env={'NO_COLOR': ''})
    lab.check('an empty NO_COLOR is none', '\x1b[31m' in seen, repr(seen))


def paged(lab, program):
    """On a terminal what is to be read goes through PAGER, and the exit status stays; tables are at most 80 wide; a bar never wraps."""
    account = lab.new('paged')
    names = ['Wolfeschlegelsteinhausenbergerdorff' * 3, 'Żółć ' * 20, 'Bo']
    write(os.path.join(account, 'segments.json'), json.dumps([{'name': 'N' * 90, 'slug': 's' * 60, 'where': {'not': {'field': 'fh_id', 'op': '=', 'value': 'x y ' * 30}}}]))
    put_snapshot(account, ID, [Page('customers', {'customers': [customer(n, lastName=name, id='%d' % n * (60 * n + 1)) for n, name in enumerate(names)]}),
                               Page('orders', {'orders': [order(1, 0)]}, location='L1')])
    code, seen = pty_of(program, account, ['process'], size=(24, 20))
    lab.check('a narrow bar', code == 0 and max(len(part) for part in re.split('\r\\x1b\\[K|\n', re.sub('\x1b\\[\\d+m', '', seen)) if 'flowstory' not in part) < 20, repr(seen))
    # A run of a few milliseconds may be over before its bar is drawn once.
    seen = [pty_of(program, account, ['process', '--rebuild'])[1] for _ in range(5)]
    lab.check('a green bar', any('[\x1b[32m' in one for one in seen), repr(seen))
    coloured(lab, program, account)
    kinds = (['status'], ['segments'], ['segments', '--due'], ['segments', '--members', 's' * 60], ['fields'], ['fields', '--values', 'last_name'], ['audit'], ['version'], ['help'])
    for words in kinds:
        wide = max(program(account, *words).out.split('\n'), key=len)
        lab.check('%s is at most 80 wide' % words, len(wide) <= 80, wide)
    for words in kinds[:-2] + (['help'], ['--help'], ['status', '--help']):
        code, seen = pty_of(program, account, words, env={'PAGER': 'sed s/^/P:/'})
        lab.check('%s is paged' % words, code == 0 and all(line.startswith('P:') for line in seen.split('\n')[:-1]), '%d %r' % (code, seen))
        code, seen = pty_of(program, account, words, env={'PAGER': ''})
        lab.check('%s is not paged' % words, code == 0 and 'P:' not in seen and '\x1b[' not in seen, seen)
    lab.equal('paged: the exit status', [pty_of(program, account, w, env={'PAGER': 'sed s/^/P:/'})[0] for w in (['status', '--max-age', '1s'], ['explain', 'nobody'], ['nonsense'])], [1, 1, 2])


def wanting(lab, program):
    """status names whatever needs attention, as text and as JSON, and nothing where nothing does."""
    account = lab.new('wanting')
    small(account, 2)
    hours = sorted(os.listdir(os.path.join(account, 'snapshots')))
    status = lambda *words: (program(account, 'status', *words).out, json.loads(program(account, 'status', '--json').out))
    text, told = status()
    lab.check('status: pending', '2 snapshots pending, first %s' % hours[0] in text and (told['pending'], told['last_applied']) == (2, None), text)
    program(account, '-q', 'process')
    text, told = status()
    lab.check('status: all is well', 'attention' not in text and told['disk_bytes']['snapshots'] > 0 and 'snapshots' in text, text)
    lab.equal('status: by status', [(s['status'], s['orders']) for s in told['statuses']], [('sold', 61)])
    put_snapshot(account, '20261122T010000Z', [Page('customers', {'customers': [customer(1)]}, scope={'kind': 'updated'})])
    put_snapshot(account, '20261123T060000Z', [Page('customers', {'customers': [{'x': 1}]})])
    os.makedirs(os.path.join(account, 'snapshots', '.fetch-20261123T070000Z'))
    write(os.path.join(account, 'runs.jsonl'), b'{"at":"2026-11-23T06:30:00Z","command":"process","status":5,"stopped":"20261123T060000Z"}\n')
    text, told = status()
    lab.check('status: late, breaker, unfinished', all(w in text for w in ('needs attention', '1 late snapshot, first 20261122T010000Z', 'stopped by the mass-change breaker: snapshot 20261123T060000Z',
                                                                          '1 snapshot pending', 'unfinished first read, begun 2026-11-23T07:00:00Z')), text)
    lab.equal('status: the same as JSON', (told['late'], told['pending'], told['stopped_by_breaker'], told['unfinished_first_read']), (1, 1, True, '2026-11-23T07:00:00Z'))
    shutil.rmtree(os.path.join(account, 'snapshots', '20261122T010000Z'))
    program(account, '-q', 'process')
    text, told = status()
    lab.check('status: quarantined, held back', '1 record quarantined: exports/20261123T060000Z/quarantine.jsonl' in text and '30 customers held back' in text, text)
    lab.equal('status: quarantined as JSON', (told['quarantined'], told['held_back_customers'], told['stopped_by_breaker']), (1, 30, False))
    future = lab.new('future')
    put_snapshot(future, '20620501T040000Z', [Page('customers', {'customers': [customer(1)]})])
    for how in ('pending', 'applied'):
        run = program(future, 'status', '--max-age', '2h')
        lab.check('status: a %s snapshot of the future is stale' % how, run.code == 1 and 'in the future' in run.err and json.loads(program(future, 'status', '--json').out)['in_future'], run.err)
        program(future, '-q', 'process')


def late():
    return time.time() > 1795402800 + 3600       # an hour after 2026-11-23T02:00Z


def closed(lab, program, account):
    """Standard streams that are not open must not become the state's file."""
    want = results(account)
    for fds in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        shut = lambda fds=fds: [os.close(fd) for fd in fds]
        run = program(account, 'process', '--rebuild', before=shut)
        lab.equal('process with %s closed' % (fds,), run.code, 1 if 1 in fds and run.code else 0)
        lab.same('process with %s closed: results' % (fds,), results(account), want)
        lab.equal('process with %s closed: state' % (fds,), program(account, 'segments').code, 0)
        for words in (['status'], ['-v', 'process'], ['nonsense']):
            program(account, *words, before=shut)
        lab.check('commands with %s closed leave the state alone' % (fds,), program(account, '-q', 'segments').code == 0
                  and b'flowstory' not in read(os.path.join(account, 'state', 'lock.mdb')) and b'customers  ' not in read(os.path.join(account, 'state', 'data.mdb')))


# ---------------------------------------------------------------- settings and rules

SETTINGS = [  # text, line, column, part of the message
    (b'{"what": 1}', 1, 2, 'what'), (b'{\n "min_age": "18"\n}', 2, 13, 'min_age'), (b'{"min_age": -1}', 1, 13, 'min_age'), (b'{"min_age": 1.5}', 1, 13, 'min_age'),
    (b'{"min_age": 1,\n"min_age": 2}', 2, 1, 'repeated'), (b'{"min_age": 1,}', 1, 14, 'a comma before a closing bracket'), (b'{"suppress": "\xff"}', 1, 15, 'UTF-8'),
    (b'', 1, 1, ''), (b'[]', 1, 1, 'object'), (b'{} x', 1, 4, ''), (b'{"csv_bom": 1}', 1, 13, 'csv_bom'), (b'{"csv_bom": "true"}', 1, 13, 'csv_bom'),
    (b'{"completed_statuses": []}', 1, 24, 'completed_statuses'), (b'{"completed_statuses": "sold"}', 1, 24, 'completed_statuses'),
    (b'{"completed_statuses": [1]}', 1, 24, 'completed_statuses'), (b'{"placeholder_emails": [null]}', 1, 24, 'placeholder_emails'),
    (b'{"list_separator": ""}', 1, 20, 'list_separator'), (b'{"breaker_percent": "x"}', 1, 21, 'breaker_percent'), (b'{"breaker_percent": 101}', 1, 21, 'breaker_percent'),
    (b'{"breaker_percent": -1}', 1, 21, 'breaker_percent'), (b'{"history_start": "soon"}', 1, 19, 'history_start'), (b'{"history_start": "2026-02-30"}', 1, 19, 'history_start'),
    (b'{"deep_every": 24}', 1, 16, 'deep_every'), (b'{"page_size": 0}', 1, 15, 'page_size'), (b'{"retention": "soon"}', 1, 15, 'retention'),
    (b'{"locations": {}}', 1, 15, 'locations'), (b'{"suppress_sha256": "ab"}', None, None, 'suppress_sha256'), (b'{"min_age": 01}', 1, 13, ''),
    (b'\xef\xbb\xbf{}', 1, 1, ''), (b'{"csv_bom": tru}', 1, 13, ''), (b'// mine\n{}', 1, 1, ''), (b'{"min_age"\n:\n nope}', 3, 2, ''), (b'{"Min_Age": 1}', 1, 2, 'Min_Age')]

RULES = [
    (b'{}', 1, 1, ''), (b'[{"name":"a","slug":"a"}]', 1, 2, 'where'), (b'[{"name":"a","slug":"A b","where":{"field":"age","op":"=","value":1}}]', 1, 21, 'slug'),
    (b'[{"name":"a","slug":"a","where":{"field":"agee","op":"=","value":1}}]', 1, 42, 'agee'),
    (b'[{"name":"a","slug":"a","where":\n{"field":"age","op":"==","value":1}}]', 2, 21, '=='),
    (b'[{"name":"a","slug":"a","where":{"field":"age","op":"=","value":"x"}}]', 1, 65, 'number'),
    (b'[{"name":"a","slug":"a","where":{"field":"age","op":"=","value":1,"more":1}}]', 1, 67, 'more'),
    (b'[{"name":"a","slug":"a","where":{"segment":"b"}}]', 1, 44, 'b'), (b'[{"name":"a","slug":"a","where":{"segment":"a"}}]', 1, 33, 'cycle'),
    (b'[{"name":"a","slug":"a","where":{"segment":"b"}},\n{"name":"b","slug":"b","where":{"not":{"segment":"a"}}}]', 2, 39, 'cycle'),
    (b'[{"name":"a","slug":"a","where":{"all":[]}},]', 1, 44, 'a comma before a closing bracket'), (b'[{"name":"a","slug":"a","where":{"all":{}}}]', 1, 40, ''),
    (b'[{"name":"a","slug":"a","where":{"field":"age","op":"=","value":1}},{"name":"b","slug":"a","where":{"field":"age","op":"=","value":1}}]', 1, 88, 'slug'),
    (b'[{"name":"\xff","slug":"a","where":{}}]', 1, 11, 'UTF-8'), (b'[{"name":"a","name":"b","slug":"a","where":{}}]', 1, 14, 'repeated'), (b'', 1, 1, ''),
    (b'[{"name":"a","slug":"a","where":{"field":"fh_last_orderdate","op":"<","value":"-60x"}}]', 1, 79, '')]


def faulty_files(lab, program):
    """Exit 2 with file:line:column for each, by check and by process; nothing is written."""
    account = lab.new('faulty')
    small(account, 1)
    program(account, '-q', 'process')
    before = tree(account)
    for name, cases in (('flowstory.json', SETTINGS), ('segments.json', RULES)):
        path = os.path.join(account, name)
        for text, line, column, says in cases:
            write(path, text)
            place = '%s:%s:%s: ' % (name, line, column) if line else name
            for words in (['check', '--offline'], ['process']):
                run = program(account, *words)
                lab.check('%s in %s: %r' % (words, name, text), run.code == 2 and run.err.startswith('flowstory: ' + place) and says in run.err,
                          'wanted %s…%s; %d %s' % (place, says, run.code, run.err))
            os.unlink(path)
        lab.same(name + ': nothing changed', tree(account), before)
        os.mkdir(path)
        lab.ran(name + ' is a directory', program(account, 'check', '--offline'), 2, name)
        os.rmdir(path)
    write(os.path.join(account, 'flowstory.json'), '{"suppress": "not-there.txt", "client_id": null}')
    for words in (['check', '--offline'], ['process']):
        run = program(account, *words)
        lab.check('%s: suppress file missing' % words, run.code == 2 and 'not-there.txt' in run.err and run.err.count('\n') == 2, run.err)
    write(os.path.join(account, 'flowstory.json'), '{"suppress": "list.csv"}')
    write(os.path.join(account, 'list.csv'), 'email\nann@example.com\nbob at example.com\n')
    hourly = lab.account(('20261123T000000Z', [Page('customers', {'customers': []})]), settings={'suppress': 'list.csv'})
    write(os.path.join(hourly, 'list.csv'), read(os.path.join(account, 'list.csv')))
    lab.ran('a line that suppresses nobody is warned of', program(hourly, 'process'), 0, 'in 2 lines, first in line 1')
    put_snapshot(hourly, '20261123T010000Z', [Page('customers', {'customers': []})])
    write(os.path.join(hourly, 'list.csv'), 'email\nann@example.com\n')
    lab.check('a heading is not, hour by hour', 'suppression list' not in program(hourly, 'process').err)
    write(os.path.join(account, 'list.csv'), b'a@example.com\n\0\n')
    for words in (['check', '--offline'], ['process']):
        lab.ran('%s: suppression list that is no text' % words, program(account, *words), 2, 'is not text', 'UTF-8')
    write(os.path.join(account, 'list.csv'), b'email;phone\r\n\r\na@example.com;\rnobody\n')
    run = program(account, 'check', '--offline')
    lab.check('check: lines without an address', run.code == 0 and 'in 2 lines, first in line 1' in run.err, '%d %s' % (run.code, run.err))
    os.unlink(os.path.join(account, 'list.csv'))
    os.unlink(os.path.join(account, 'flowstory.json'))
    rules = os.path.join(account, 'r.json')
    write(rules, RULES[3][0])
    lab.ran('segments --rules names line and column', program(account, 'segments', '--rules', rules), 2, 'r.json:1:42')
    lab.ran('segments --rules of no file', program(account, 'segments', '--rules', rules + 'x'), 2, 'r.jsonx')


def same_name(lab, program):
    """Slugs whose lists would be the same file: a and a-entered."""
    account = lab.new('slugs')
    small(account, 2)
    rule = {'field': 'fh_points', 'op': '>=', 'value': 10}
    other = {'field': 'fh_points', 'op': '<', 'value': 3}
    write(os.path.join(account, 'flowstory.json'), '{"segment_lists": true}')
    write(os.path.join(account, 'segments.json'), json.dumps([{'name': 'A', 'slug': 'a', 'where': rule}, {'name': 'B', 'slug': 'a-entered', 'where': other}]))
    run = program(account, '-q', 'process')
    if run.code == 2:
        lab.check('slugs that would share a file are refused with a place', 'segments.json:1:' in run.err, run.err)
        return
    folder = os.path.join(account, 'exports', '20261123T000000Z')
    listed = [f['path'] for f in json.loads(read(os.path.join(folder, 'manifest.json')))['files']]
    lab.equal('slugs that share a file: each listed once', (run.code, sorted(set(listed)), len(listed)), (0, sorted(listed), len(set(listed))))


# ---------------------------------------------------------------- lock, permissions, log

def locked(lab, program):
    """The holder is named; the lock goes with its process."""
    account = lab.new('locked')
    small(account, 1)
    fifo = os.path.join(lab.place, 'fifo')
    os.mkfifo(fifo)
    holder = subprocess.Popen([program.path, '-C', account, 'adopt', fifo, '--taken-at', '2026-11-23T09:00:00Z'], stderr=subprocess.PIPE)
    for _ in range(200):
        if b'pid' in (read(os.path.join(account, '.lock')) if os.path.exists(os.path.join(account, '.lock')) else b''):
            break
        time.sleep(0.02)
    for words in (['process'], ['adopt', fifo, '--taken-at', '2026-11-23T10:00:00Z']):
        run = program(account, *words)
        lab.check('locked: %s' % words[0], run.code == 75 and 'flowstory adopt, pid %d' % holder.pid in run.err and run.err.count('\n') == 2, '%d %s' % (run.code, run.err))
    lab.equal('locked: looking is allowed', [program(account, *w).code for w in (['status'], ['check', '--offline'])], [0, 0])
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    run = program(account, '-q', 'process')
    lab.equal('the lock dies with its process', (run.code, run.err), (0, ''))
    lab.equal('and what it left half-made is swept away', leftovers(account), [])
    with open(os.path.join(account, '.lock'), 'r+', encoding='utf-8') as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        lab.equal('locked by somebody without a name', program(account, 'process').code, 75)


def forbidden(lab, program):
    """Somebody else's account: exit 1 and which file; nothing changed. (Only root can try.)"""
    if os.geteuid() != 0:
        return
    account = lab.new('forbidden')
    small(account, 1)
    program(account, '-q', 'process')
    os.chmod(lab.place, 0o755)
    tool = os.path.join(lab.place, 'flowstory')
    shutil.copyfile(program.path, tool)
    os.chmod(tool, 0o755)
    nobody = type(program)(tool)
    leave = lambda: (os.setgid(65534), os.setuid(65534))
    for mode in (0o700, 0o755):
        os.chmod(account, mode)
        before = tree(account)
        for words in (['process'], ['adopt', '/dev/null', '--taken-at', '2026-11-23T10:00:00Z'], ['segments'], ['status'], ['export', '--full', '--out', '/nowhere/x']):
            run = nobody(account, *words, before=leave)
            lab.check('forbidden: %s at %o' % (words[0], mode), run.code == 1 and run.err.startswith('flowstory: ') and 'ermission' in run.err, '%d %s' % (run.code, run.err))
        lab.same('forbidden: nothing changed', tree(account), before)
    theirs = lab.new('theirs')
    small(theirs, 1)
    for place, dirs, names in os.walk(theirs):
        for name in ['.'] + dirs + names:
            os.chown(os.path.join(place, name), 65534, 65534)
    remedy = "chown -R --reference='%s' '%s'" % (theirs, theirs)
    lab.check('root at an account of somebody else, looking', program(theirs, 'check', '--offline').err.count('warning') == 0)
    lab.ran('root at an account of somebody else', program(theirs, 'process'), 0, 'warning: you are root', remedy)
    lab.ran('root was there', nobody(theirs, 'process', before=leave), 1, 'ermission', remedy)
    subprocess.run(remedy, shell=True, check=True)
    lab.ran('root gave it back', nobody(theirs, 'process', '--rebuild', before=leave), 0)
    run = nobody(os.path.join(account, 'mine'), 'init', before=leave)
    lab.check('forbidden: init', run.code == 1 and 'ermission' in run.err, run.err)


def logged(lab, program):
    """--log-json: every line of standard error is one JSON object, whatever happens."""
    account = lab.new('logged')
    ids = small(account, 2)
    put_snapshot(account, '20261123T060000Z', [Page('customers', {'customers': [customer(1), {'id': True}]}, scope={'kind': 'updated'})])
    good = (['process'], ['process'], ['status'], ['segments'])
    bad = (['nonsense'], ['segments', '--at', 'x\x01"y'], ['adopt', 'no\nsuch', '--taken-at', 'now'], ['process', '--what'])
    levels = []
    for words in good + bad:
        run = program(account, '--log-json', *words)
        told = [json.loads(line) for line in run.err.split('\n') if line]
        lab.check('--log-json %s' % words, all({'time', 'level', 'account', 'command', 'run', 'message'} <= set(t) for t in told) and bool(told) == (words[0] == 'process' or words in bad), run.err)
        levels.append([t['level'] for t in told])
        if words in bad:
            lab.check('--log-json %s: an error with its name' % words, told[-1]['level'] == 'error' and told[-1].get('error') == 'usage', run.err)
    lab.equal('--log-json: levels', levels[0], ['info'] * 3 + ['warning'])
    write(os.path.join(account, 'segments.json'), b'[\n{}]')
    told = json.loads(program(account, 'check', '--offline', '--log-json').err)
    lab.equal('--log-json: line and column', (told.get('file'), told.get('line'), told.get('column')), ('segments.json', 2, 1))
    put_snapshot(account, '20261123T070000Z', [Page('customers', b'[{]')])
    os.unlink(os.path.join(account, 'segments.json'))
    told = json.loads(program(account, 'process', '--log-json').err)
    lab.equal('--log-json: file, byte, advice', (told.get('file'), told.get('byte'), 'advice' in told, told['error']),
              ('snapshots/20261123T070000Z/customers-0001.json.gz', 2, True, 'damaged'))
    lab.equal('--log-json: ids', len(ids), 2)
    wild = b'bo\x1b[31mgus\xc2\x9b\xff'
    for words in ([wild], ['--log-json', wild], ['init', os.path.join(account.encode(), wild)]):
        told = program(account, *words).stderr
        lab.check('a wild name drives no terminal: %s' % words, b'gus' in told and not set(told) & set(b'\x1b\x9b\xff\xc2'), told)


def begun(lab, program):
    """init: makes, and makes nothing twice; the settings it writes are fine."""
    account = os.path.join(lab.new('begun'), 'deep', 'er')
    run = program(None, 'init', account, umask=0)
    lab.equal('init', run.code, 0)
    made = tree(os.path.dirname(account))
    lab.equal('init: modes', sorted((k, oct(m)) for k, (m, _) in made.items()), [('er', '0o700'), ('er/flowstory.json', '0o600'), ('er/snapshots', '0o700')])
    write(os.path.join(account, 'flowstory.json'), '{"min_age":\n 21}')
    lab.equal('init again', program(account, 'init').code, 0)
    lab.equal('init again changes nothing', read(os.path.join(account, 'flowstory.json')), b'{"min_age":\n 21}')
    for words in (['check', '--offline'], ['process'], ['status']):
        run = program(account, *words)
        lab.equal('init, then %s' % words, run.code, 0)
    run = program(None, 'check', '--offline', cwd=account)
    lab.check('check says each rule in English', run.code == 0 and run.out.count('\n') == 8, run.out)
    write(os.path.join(account, 'file'), b'')
    run = program(None, 'init', os.path.join(account, 'file'))
    lab.equal('init over a file', (run.code, run.err.count('\n') >= 1), (1, True))


def exported(lab, program):
    """export: a new directory or nothing at all."""
    account = lab.new('exported')
    small(account, 3)
    program(account, '-q', 'process')
    before = tree(account)
    place = lab.new('out')
    os.makedirs(place)
    for out in (os.path.join(place, 'a'), os.path.join(place, 'b') + '/', os.path.relpath(os.path.join(place, 'c'), account)):
        lab.ran('export --out %s' % out, program(account, 'export', '--full', '--out', out, cwd=account), 0)
    lab.equal('export: modes', {oct(m) for m, d in tree(place).values() if d}, {'0o600'})
    lab.equal('export: alike', [files(os.path.join(place, n)) for n in sorted(os.listdir(place))], [files(os.path.join(place, 'a'))] * 3)
    for out in (place, os.path.join(place, 'a'), os.path.join(place, 'no', 'such', 'x'), ''):
        seen = tree(place)
        run = program(account, 'export', '--full', '--out', out)
        lab.check('export --out %r is refused' % out, run.code in (1, 2) and run.err.startswith('flowstory: '), '%d %s' % (run.code, run.err))
        lab.same('export --out %r leaves nothing' % out, tree(place), seen)
    lab.same('export: the account is as it was', tree(account), before)
    run = program(account, 'export', '--since', '20200101T000000Z', '--out', os.path.join(place, 'd'))
    lab.check('export --since nothing', run.code == 2 and '20200101T000000Z' in run.err and not os.path.exists(os.path.join(place, 'd')), run.err)
    lab.equal('orders are there', order(1, 1)['id'], 'o00001')


def run_all(lab, program):
    for part in (usage, helped, tables, paged, wanting, faulty_files, same_name, locked, forbidden, logged, begun, exported):
        part(lab, program)
