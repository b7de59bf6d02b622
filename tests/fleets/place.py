"""A fleet of accounts on one stand-in Flowhub, in the present."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from fetching.place import CLIENT_ID, KEY, Standin, differences

# Little history: a first read is some ten calls, an hour four.
WORLD = ("--customers", 20, "--days", 3, "--orders", 6, "--locations", 1, "--hidden", 0)

STATUSES = (0, 1, 2, 3, 4, 5, 75)


class Server(Standin):
    """A stand-in whose time is now, and which answers 429 above so many calls a second."""

    def __init__(self, binary, limit=0, world=WORLD, seed=1, tls=None):
        super().__init__(binary, "--now", int(time.time()), "--seed", seed, "--limit", limit, *world, tls=tls)

    def times(self):
        return [int(call[0]) for call in self.calls()]

    def busiest(self):
        """The most calls within one second."""
        times, first, most = self.times(), 0, 0
        for i, t in enumerate(times):
            while t - times[first] >= 1000:
                first += 1
            most = max(most, i - first + 1)
        return most

    def seconds(self):
        times = self.times()
        return (times[-1] - times[0]) / 1000 if times else 0


class Member:
    """One account of a fleet; what fetching.place.differences wants of one."""

    def __init__(self, fleet, name, **settings):
        self.program, self.name, self.dir = fleet.program, name, os.path.join(fleet.dir, name)
        os.makedirs(self.dir)
        self.settings = {"base_url": fleet.url, "client_id": CLIENT_ID, "api_key_file": "key", "history_start": fleet.history, "min_interval_ms": 0,
                         "retries": 6, "timeout_s": 10}
        self.set(**settings)
        self.key(KEY)

    def set(self, **settings):
        self.settings.update(settings)
        with open(os.path.join(self.dir, "flowstory.json"), "w", encoding="utf-8") as f:
            json.dump({k: v for k, v in self.settings.items() if v is not None}, f)

    def key(self, text, mode=0o600):
        path = os.path.join(self.dir, "key")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        os.chmod(path, mode)

    plain = None    # as in an Account: no other program says what the account holds

    def run(self, *words, by=None):
        return run([by or self.program, "-C", self.dir, *words])

    def snapshots(self):
        place = os.path.join(self.dir, "snapshots")
        return sorted(n for n in os.listdir(place) if n[0] == "2") if os.path.isdir(place) else []

    # profiles() of an Account, for differences()
    def profiles(self):
        from fetching.place import Account
        return Account.profiles(self)


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FLOWHUB_", "DAILYSTORY_", "FLOWSTORY_"))}
    if "LD_PRELOAD" in more:
        env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    return {**env, **more}


def run(words, **more):
    p = subprocess.run(words, env=environment(**more), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)
    p.out, p.err = p.stdout, p.stderr
    assert KEY not in p.out + p.err, "the key was told"
    return p


class Fleet:
    def __init__(self, program, url, n=0, rate=None, **settings):
        self.program, self.url = os.path.abspath(program), url
        self.history = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 3 * 86400))
        self.dir = tempfile.mkdtemp(prefix="flowstory-fleet-")
        if rate:
            self.write("fleet.json", json.dumps({"calls_per_second": rate}))
        self.members = [Member(self, "shop%03d" % i, **settings) for i in range(n)]

    def add(self, name, **settings):
        self.members.append(Member(self, name, **settings))
        return self.members[-1]

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def words(self, *words):
        return [self.program, "fleet", "-f", self.dir, *words]

    def run(self, *words, **env):
        return run(self.words(*words), **env)

    def rows(self, *words, **env):
        """(exit status, {account: row}, totals) of one command with --json."""
        p = self.run(*words, "--json", **env)
        try:
            d = json.loads(p.out)
        except ValueError as e:
            raise AssertionError(f"no JSON: {p.out[:200]} {p.err[-400:]}") from e
        return p.returncode, {r["account"]: r for r in d["accounts"]}, d["totals"]

    def start(self, *words):
        return subprocess.Popen(self.words(*words), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, start_new_session=True)

    def children(self, pid):
        """The processes that a fleet has started and that are at work."""
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(p) for p in f.read().split()]

    def wrong(self, server, members=None):
        """Whose books are not the server's: texts."""
        found = []
        for m in self.members if members is None else members:
            found += [f"{m.name}: {d}" for d in differences(m, server)[:2]]
        return found

    def metrics(self):
        with open(os.path.join(self.dir, "fleet.prom"), encoding="utf-8") as f:
            return f.read()

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def wait_gone(pids, seconds=20):
    """Orphans end by themselves."""
    end = time.time() + seconds
    while time.time() < end and any(os.path.exists(f"/proc/{p}") and not is_dead(p) for p in pids):
        time.sleep(0.02)


def is_dead(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def value(text, name):
    m = re.search(r"^%s (\S+)$" % re.escape(name), text, re.M)
    return None if m is None else float(m[1])
