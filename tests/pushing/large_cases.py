"""A first push of many, with its time and its memory."""

import contextlib
import os
import random
import subprocess
import time

from lab import lab
from pushing.kit import crowd, hour, pages, sold


def megabytes(folder):
    return sum(os.path.getsize(os.path.join(folder, n)) for n in os.listdir(folder) if n.endswith((".jsonl", ".gz"))) / 1e6


def own_memory(pid):
    """Bytes that are no file's."""
    with contextlib.suppress(OSError), open("/proc/%d/smaps_rollup" % pid) as f:
        return max([int(line.split()[1]) * 1024 for line in f if line.startswith("Anonymous:")], default=0)
    return 0


def watched(p):
    """Waits for it; returns its exit status, what it used, its own memory at most."""
    most, status = 0, None
    while not status or status[0] == 0:
        most = max(most, own_memory(p.pid))
        time.sleep(0.05)
        status = os.wait4(p.pid, os.WNOHANG)
    return status[1], status[2], most


def killed(k, count, kills):
    """A first push of many, killed so often at any moment: the journal is folded meanwhile, and nothing is lost."""
    rng = random.Random("large")
    s = k.shop(bodies=False)
    s.hour(hour(0), pages(crowd(count), sold(count // 2, count)))
    done = 0
    while done < kills:
        p = subprocess.Popen([s.program.path, "-q", "-C", s.dir, "push"], env={**os.environ, **s.env})
        time.sleep(rng.random() * 4)
        if p.poll() is not None:
            break
        p.kill()
        p.wait()
        done += 1
    names = sorted(n for n in os.listdir(s.path("push")) if n.endswith((".jsonl", ".gz")))
    s.push(what="%d contacts, %d kills" % (count, done))
    print("%d contacts, %d kills: %d calls; then %s, in the end %s" % (count, done, s.far.calls(), names, sorted(os.listdir(s.path("push")))))
    k.lab.check("calls", s.far.calls() <= 2 * count + 21 * done, s.far.calls())
    s.same("%d contacts, %d kills" % (count, done))
    s.quiet("%d contacts, %d kills" % (count, done))


def first_push(k, count, interval):
    lab.TIMEOUT = 10 * 3600
    s = k.shop(bodies=False, push_interval_ms=interval)
    s.hour(hour(0), pages(crowd(count), sold(count // 2, count)))
    began = time.monotonic()
    plan = s.plan()
    print("plan: %.1f s, %d calls" % (time.monotonic() - began, plan["calls"]), flush=True)
    began = time.monotonic()
    p = subprocess.Popen([s.program.path, "-q", "-C", s.dir, "push"], env=dict(os.environ, STANDIN_CLOCK=str(int(s.now.timestamp()) + 60), LD_PRELOAD=s.env["LD_PRELOAD"]))
    status, used, own = watched(p)
    took = time.monotonic() - began
    k.lab.equal("a first push of %d: exit" % count, status, 0)
    print("%d contacts: %d calls, %.1f s, %.0f calls/s, %.1f s of processor, %d KiB of memory at most, %.1f MB of it its own, %.1f MB of journal" % (
        count, s.far.calls(), took, s.far.calls() / took, used.ru_utime + used.ru_stime, used.ru_maxrss, own / 1e6, megabytes(s.path("push"))), flush=True)
    k.lab.check("the interval is kept", interval == 0 or took >= s.far.calls() * interval / 1000, took)
    s.same("a first push of %d" % count)
    began = time.monotonic()
    s.quiet("a first push of %d" % count)
    print("nothing to send: %.2f s" % (time.monotonic() - began))
