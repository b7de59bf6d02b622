"""The trials of tests/slurm.sh, which has started a Slurm: on_slurm.py PROGRAM STANDIN PLACE."""

import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "lab")]

from fleets.place import Fleet, Server, environment, kill  # noqa: E402
from lab import Lab  # noqa: E402

SCRIPT = os.path.join(HERE, "../../docs/packaging/cluster/fleet.sbatch")
PARTS, ACCOUNTS, BROKEN, LICENCES = 8, 40, ("badkey", "readable", "settings"), 3
DONE = ("COMPLETED", 0)


def submit(f, place, **more):
    """The id of an array of all parts, four at a time."""
    words = ["sbatch", "--parsable", f"--array=1-{PARTS}%4", f"--chdir={place}/log", SCRIPT]
    env = environment(FLEET=f.dir, PATH=os.path.dirname(f.program) + ":" + os.environ["PATH"], **more)
    p = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert p.returncode == 0, p.stderr
    return p.stdout.strip()


def tasks(job):
    """{part: (state, exit code)} of an array."""
    p = subprocess.run(["scontrol", "show", "job", "-o", job], capture_output=True, text=True, check=False)
    found = {}
    for line in p.stdout.splitlines():
        m = re.search(r"ArrayTaskId=(\d+) .*JobState=(\w+) .*ExitCode=(\d+):(\d+)", line)
        if m:
            found[int(m[1])] = (m[2], int(m[3]) or -int(m[4]))
    return found


def wait(job, parts=PARTS, seconds=90, running=lambda n: None):
    end = time.time() + seconds
    while time.time() < end:
        found = tasks(job)
        running(sum(s == "RUNNING" for s, _ in found.values()))
        if len(found) == parts and not any(s in ("PENDING", "RUNNING", "COMPLETING", "CONFIGURING") for s, _ in found.values()):
            return found
        time.sleep(0.3)
    for words in (["squeue", "-a", "--format=%i %j %T %r %S"], ["scontrol", "show", "licenses"]):
        print(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
    return tasks(job)


def command_lines():
    """(pid, words) of all processes, whatever others are called."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as g:
                yield int(pid), os.fsdecode(g.read()).split("\0")
        except OSError:
            continue


def processes(f, part):
    """The fleets at work on this part."""
    return [pid for pid, words in command_lines() if f.dir in words and f"{part}/{PARTS}" in words and "fleet" in words]


def left_over(f):
    """Fleets at work, and accounts whose fleet is gone."""
    return [pid for pid, words in command_lines() if f.dir in words or any(w.startswith(f"--account={f.dir}/") for w in words)]


def ready(seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        p = subprocess.run(["sinfo", "-h", "-o", "%T"], capture_output=True, text=True, check=False)
        if p.stdout.strip() == "idle":
            return True
        time.sleep(0.3)
    return False


def killed_scheduler(lab, f, place):
    """The scheduler is killed while tasks are at work, and started again; it may have forgotten them."""
    f.write("fleet.json", '{"calls_per_second": 4}')  # so that no other task begins before the kill
    job = submit(f, place)
    while sum(s == "RUNNING" for s, _ in tasks(job).values()) < LICENCES:
        time.sleep(0.3)
    began, end = time.time(), time.time() + 30
    # without the last number that it saved, it would give out one twice
    while os.path.getmtime(os.path.join(place, "ctld/job_state")) < began + 1 and time.time() < end:
        time.sleep(0.2)
    lab.check("tasks are at work", any(processes(f, part) for part in range(1, PARTS + 1)))
    with open(os.path.join(place, "slurmctld.pid"), encoding="ascii") as g:
        kill(int(g.read()))
    time.sleep(0.5)
    p = subprocess.run(["slurmctld", "-f", os.environ["SLURM_CONF"]], capture_output=True, check=False)
    lab.check("the scheduler is back", p.returncode == 0, p.stderr)
    time.sleep(1)
    subprocess.run(["scancel", job], capture_output=True, check=False)
    lab.check("and its node", ready())
    f.write("fleet.json", '{"calls_per_second": 60}')
    end = time.time() + 30
    while left_over(f) and time.time() < end:
        time.sleep(0.1)


def report_after(job, f, place):
    """As the head of the script says."""
    command = f"{f.program} fleet report -f {f.dir}; {f.program} fleet status -f {f.dir}"
    p = subprocess.run(["sbatch", "--parsable", f"--dependency=afterany:{job}", f"--chdir={place}/log", "--output=report.log", "--wrap", command],
                       env=environment(), capture_output=True, text=True, check=False)
    assert p.returncode == 0, p.stderr
    return p.stdout.strip()


def is_over(job, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        p = subprocess.run(["scontrol", "show", "job", "-o", job], capture_output=True, text=True, check=False)
        if "JobState=COMPLETED" in p.stdout:
            return True
        time.sleep(0.3)
    return False


def held(part):
    """The ids of jobs that wait for a person."""
    p = subprocess.run(["squeue", "-h", "-r", f"--name=flowstory-held-{part}", "--format=%F %T %r"], capture_output=True, text=True, check=False)
    return [x.split()[0] for x in p.stdout.splitlines() if "PENDING JobHeld" in x]


def crash(f, part, seconds=30):
    """An account of this part is killed, and its fleet not."""
    end = time.time() + seconds
    while time.time() < end:
        for pid in processes(f, part):
            if any(kill(child) for child in f.children(pid)):
                return True
        time.sleep(0.01)
    return False


def held_for_a_person(lab, f, good):
    """What failed is held once, the report does not wait for it, and released it is done."""
    for hour in (1, 2):
        job = submit(f, f.place)
        report = report_after(job, f, f.place)
        lab.check("an account was killed", crash(f, good))
        found = wait(job)
        lab.equal("its task has failed", found.get(good), ("FAILED", 1))
        lab.equal("and is held, once", len(held(good)), 1)
        lab.check("the report is written after the last", is_over(report) and os.path.exists(os.path.join(f.dir, "fleet.html")), hour)
    with open(os.path.join(f.place, "log/report.log"), encoding="utf-8") as g:
        text = g.read()
    lab.check("it names who is broken", all("\n" + name in text for name in BROKEN), text)
    job = held(good)[0]
    subprocess.run(["scontrol", "release", job], check=True)
    lab.equal("released, it is done", wait(job, 1), {1: DONE})
    lab.equal("nothing is held any more", held(good), [])


def names_of(f, part):
    p = f.run("list", "--shard", f"{part}/{PARTS}")
    return [os.path.basename(x) for x in p.out.split()]


def trial(lab, program, standin, place):
    s = Server(standin, limit=100)
    f = Fleet(program, s.url, ACCOUNTS, rate=60)
    f.add("badkey").key("not-the-key-0123456789")
    f.add("readable").key("x", mode=0o644)
    f.add("settings").set(page_size="many")
    began = time.time()
    job = submit(f, place)
    while not processes(f, 3) and time.time() - began < 30:
        time.sleep(0.02)
    struck = [pid for pid in processes(f, 3) if kill(pid)]
    lab.check("a task was killed", len(struck) > 0)
    running = []
    found = wait(job, running=running.append)
    lab.equal("licences are the limit", max(running), LICENCES)
    print(f"{ACCOUNTS + len(BROKEN)} accounts in {PARTS} tasks: {time.time() - began:.1f} s")
    bad = {part for part in range(1, PARTS + 1) if set(names_of(f, part)) & set(BROKEN)}
    want = {part: ("FAILED", 2) if part in bad else DONE for part in range(1, PARTS + 1)}
    want[3] = ("FAILED", 128 + signal.SIGKILL)
    lab.equal("what came of each task", found, want)
    left = set(names_of(f, 3))
    lab.equal("whoever was not struck is done", f.wrong(s, [m for m in f.members[:ACCOUNTS] if m.name not in left]), [])
    lab.check("no call too many", s.busiest() <= 100, s.busiest())
    f.place = place
    held_for_a_person(lab, f, min(set(range(1, PARTS + 1)) - bad - {3}))
    killed_scheduler(lab, f, place)
    found = wait(submit(f, place), seconds=240)  # whoever met a lock is requeued after two minutes
    want[3] = ("FAILED", 2) if 3 in bad else DONE
    lab.equal("the next hour", found, want)
    lab.equal("all books are equal", f.wrong(s, f.members[:ACCOUNTS]), [])
    code, rows, _ = f.rows("status")
    lab.equal("status knows all of them", {n for n, r in rows.items() if r["exit_status"] != 0}, set(BROKEN))
    f.close()
    s.close()


def main():
    lab = Lab()
    program, standin, place = sys.argv[1:]
    try:
        trial(lab, os.path.abspath(program), os.path.abspath(standin), place)
    except (AssertionError, OSError, ValueError) as e:
        lab.check("slurm", False, repr(e))
    return lab.end()


sys.exit(main())
