"""The stand-in Flowhub, certificates, and an account directory with the program that works on it."""

import csv
import glob
import json
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import urllib.parse
import urllib.request

CLIENT_ID = "client-1"
KEY = "secret-key-0123456789"
BASE = 1764554400  # 2025-12-01T02:00:00Z: where simulated time begins


class Standin:
    """One stand-in Flowhub, ended with its standard input."""

    def __init__(self, binary, *options, tls=None):
        command = [binary, "--now", str(BASE), *map(str, options)]
        if tls:
            command += ["--cert", tls.cert, "--key", tls.key]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline().split()[1])
        self.tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"

    def control(self, what, **query):
        url = f"{self.url}/control/{what}?{urllib.parse.urlencode(query)}"
        context = None
        if self.tls:
            context = ssl.create_default_context(cafile=self.tls.ca)
            context.check_hostname = False
        with urllib.request.urlopen(url, context=context) as answer:
            return answer.read().decode()

    def fault(self, kind, path="/v", **query):
        self.control("fault", kind=kind, path=path, **query)

    def books(self):
        return json.loads(self.control("books"))

    def calls(self):
        """(ms, connection, path, rest) of every call since the last clear."""
        lines = self.control("log").splitlines()
        return [line.split(" ", 3) for line in lines]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Tls:
    """A certificate made on the spot, and the authority that vouches for it."""

    def __init__(self, place, name, host="IP:127.0.0.1"):
        make = lambda what: os.path.join(place, f"{name}-{what}.pem")
        self.ca, self.cert, self.key = make("ca"), make("cert"), make("key")
        ca_key, request, extra = make("cakey"), make("req"), make("ext")
        with open(extra, "w") as f:
            f.write(f"subjectAltName={host}\n")
        run = lambda *a: subprocess.run(["openssl", *a], check=True, capture_output=True)
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        run("req", "-x509", *curve, "-keyout", ca_key, "-out", self.ca,
            "-subj", f"/CN={name} authority", "-days", "30")
        run("req", "-new", *curve, "-keyout", self.key, "-out", request, "-subj", f"/CN={name}")
        run("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key,
            "-CAcreateserial", "-out", self.cert, "-days", "30", "-extfile",
            extra)


class Account:
    """An account directory and the program that works on it."""

    shim = None
    plain = None    # says what the account holds, where the program under test has sanitizers

    def __init__(self, program, url, **settings):
        self.program = program
        self.time = BASE
        self.dir = tempfile.mkdtemp(prefix="flowstory-fetch-")
        self.settings = {
            "base_url": url, "client_id": CLIENT_ID, "api_key_file": "key",
            "history_start": "2025-11-20", "min_interval_ms": 0,
            "retries": 3, "timeout_s": 10, "breaker_percent": 100,
        }
        self.set(**settings)
        path = os.path.join(self.dir, "key")
        with open(path, "w") as f:
            f.write(KEY + "\n")
        os.chmod(path, 0o600)

    def set(self, **settings):
        self.settings.update(settings)
        with open(os.path.join(self.dir, "flowstory.json"), "w") as f:
            json.dump({k: v for k, v in self.settings.items() if v is not None}, f)

    def environment(self):
        """Every call is ten seconds later than the one before."""
        self.time += 10
        env = {k: v for k, v in os.environ.items() if not k.startswith("FLOWHUB_")}
        asan = env.get("ASAN_OPTIONS", "")
        env["ASAN_OPTIONS"] = f"{asan}:verify_asan_link_order=0"
        return {**env, "LD_PRELOAD": self.shim, "STANDIN_CLOCK": str(self.time)}

    def start(self, *arguments, env=None, by=None):
        return subprocess.Popen(
            [by or self.program, "-C", self.dir, *arguments],
            env={**self.environment(), **(env or {})},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments, env=None, by=None):
        p = self.start(*arguments, env=env, by=by)
        p.out, p.err = p.communicate(timeout=120)
        assert KEY not in p.out + p.err, "the key was told"
        return p

    def snapshots(self):
        return sorted(os.path.basename(p) for p in
                      glob.glob(os.path.join(self.dir, "snapshots", "2*")))

    def hidden(self):
        place = os.path.join(self.dir, "snapshots")
        if not os.path.isdir(place):
            return []
        return [n for n in os.listdir(place) if n.startswith(".")]

    def manifest(self, snapshot=None):
        snapshot = snapshot or self.snapshots()[-1]
        with open(os.path.join(self.dir, "snapshots", snapshot, "manifest.json")) as f:
            return json.load(f)

    def status(self):
        return json.loads(self.run("status", "--json").out)

    def profiles(self):
        """(spent, orders) by fh_id, as a full export has them, and its sums."""
        out = os.path.join(self.dir, "full")
        shutil.rmtree(out, ignore_errors=True)
        p = self.run("export", "--full", "--out", out, by=self.plain)
        assert p.returncode == 0, p.err
        rows = {}
        for path in glob.glob(os.path.join(out, "contacts-*.csv")):
            with open(path, newline="", encoding="utf-8") as f:
                rows.update((r["fh_id"], (r["fh_total_spent"], int(r["fh_total_orders"]))) for r in csv.DictReader(f))
        with open(os.path.join(out, "manifest.json")) as f:
            return rows, json.load(f)["sums"]

    def metrics(self):
        """The values by name and labels, without the label that every one has."""
        with open(os.path.join(self.dir, "metrics.prom")) as f:
            lines = [line.replace(f'account="{os.path.realpath(self.dir)}"', "", 1) for line in f if not line.startswith("#")]
        return dict(line.replace("{,", "{").replace("{}", "").split() for line in lines)

    def kill(self, process):
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def close(self):
        shutil.rmtree(self.dir)


def differences(account, standin):
    """What the state says otherwise than the server's own books: none, or texts."""
    books = standin.books()
    rows, sums = account.profiles()
    found = []
    for name in ("guest", "unattributed", "completed"):
        if sums[name] != books[name]:
            found.append(f"{name}: {sums[name]}, not {books[name]}")
    for id, want in books["customers"].items():
        if id not in rows:
            if not want["hidden"] or want["seen"] > 0:
                found.append(f"{id} is missing")
        elif rows[id] != (want["spent"], want["orders"]):
            found.append(f"{id}: {rows[id]}, not {want}")
    for id in rows:
        if id not in books["customers"]:
            found.append(f"{id} should be gone")
    return found
