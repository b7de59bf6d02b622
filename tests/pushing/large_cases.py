"""A first push of many, with its time and its memory."""

import os
import resource
import time

from lab import lab
from pushing.kit import crowd, hour, pages, sold


def megabytes(folder):
    return sum(os.path.getsize(os.path.join(folder, n)) for n in os.listdir(folder) if n.endswith((".jsonl", ".gz"))) / 1e6


def first_push(k, count, interval):
    lab.TIMEOUT = 10 * 3600
    s = k.shop(bodies=False, push_interval_ms=interval)
    s.hour(hour(0), pages(crowd(count), sold(count // 2, count)))
    began = time.monotonic()
    plan = s.plan()
    print("plan: %.1f s, %d calls" % (time.monotonic() - began, plan["calls"]), flush=True)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.monotonic()
    r = s.push(what="a first push of %d" % count)
    took, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    print("%d contacts: %d calls, %.1f s, %.0f calls/s, %.1f s of processor, no child over %d KiB, %.1f MB of journal\n%s" % (
        count, s.far.calls(), took, s.far.calls() / took, used.ru_utime - before, used.ru_maxrss, megabytes(s.path("push")), r.err.strip()))
    s.same("a first push of %d" % count)
    began = time.monotonic()
    s.quiet("a first push of %d" % count)
    print("nothing to send: %.2f s" % (time.monotonic() - began))
