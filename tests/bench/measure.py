"""Running things and taking their time and memory; the table."""
import os, re, resource, shutil, statistics, subprocess, sys, threading, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCALE = float(os.environ.get("BENCH_SCALE", "1"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
DATA = ROOT / "build" / "bench" / f"{SCALE:g}-apart"  # pages whose heads are blocks of their own
WORK = DATA / "work"


def run(*command):
    p = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if p.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))}: exit {p.returncode}\n{p.stderr}")
    return p.stdout


def settle():
    """What was written before shall not be paid for in what is measured next."""
    os.sync()


def anonymous(pid):
    """kB of the process and of those it started that are no file's."""
    try:
        found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    return (int(found[1]) if found else 0) + sum(anonymous(child) for child in children)


def watch(pid, peak):
    """The most memory that is not a file's, looked at now and then."""
    while not peak["over"]:
        peak["kb"] = max(peak["kb"], anonymous(pid))
        time.sleep(0.01)


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command, memory=True):
    """Wall seconds, processor seconds and, unless ${memory} is false, the most memory that is not a file's, in MB."""
    settle()
    peak = {"kb": 0, "over": not memory}
    cpu, start = children_cpu(), time.monotonic()
    p = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watcher = threading.Thread(target=watch, args=(p.pid, peak))
    watcher.start()
    text = p.stderr.read()
    p.wait()
    wall = time.monotonic() - start
    cpu = children_cpu() - cpu
    peak["over"] = True
    watcher.join()
    if p.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))}: exit {p.returncode}\n{text.decode()}")
    return {"wall": wall, "cpu": cpu, "anon": peak["kb"] / 1024}


def process(program, place, jobs=2, memory=True):
    return timed([program, "-C", place, "-q", "--jobs", jobs, "process"], memory)


def fsync_time(program, place):
    """Seconds inside fsync and fdatasync and how often, under strace; None without it."""
    if shutil.which("strace") is None:
        return None
    settle()
    log = WORK / "strace"
    run("strace", "-f", "-T", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", log, program, "-C", place, "-q",
        "--jobs", 2, "process")
    spent = [float(x) for x in re.findall(r"= 0 <([\d.]+)>", log.read_text())]
    return {"seconds": sum(spent), "calls": len(spent)}


def can_count():
    return shutil.which("gdb") is not None


def count_calls(function, program, place):
    """How often the program called it; None where gdb does not find it."""
    out = run("gdb", "-q", "-nx", "-batch", "-ex", f"break {function}", "-ex", "ignore 1 2000000000", "-ex", "run",
              "-ex", "info breakpoints", "--args", program, "-C", place, "-q", "--jobs", 2, "process")
    found = re.search(r"already hit (\d+) time", out)
    return int(found[1]) if found else None


def alternate(rounds=ROUNDS, **things):
    """Each thing once a round, in turns; a list of what it gave under the name of each.  None is left out."""
    found = {name: [] for name, thing in things.items() if thing}
    for _ in range(rounds):
        for name in found:
            found[name].append(things[name]())
    return found


def each(key, list_):
    return [x[key] for x in list_]


def ratios(ours, others):
    return [o / x for o, x in zip(ours, others)]


def middle(list_):
    return statistics.median(list_)


def figure(x):
    return f"{x:.2f}" if x < 10 else f"{x:.1f}" if x < 100 else f"{x:,.0f}"


class Table:
    """Rows of Markdown, printed as they come; a goal is "<= 3" or ">= 1.7", the words after it are the reader's."""

    def __init__(self):
        self.rows = []
        print("| work | measure | median (least to most) | goal | met | |\n|---|---|---|---|---|---|", flush=True)

    def add(self, work, measure, values, goal="", note=""):
        met = None
        if goal:
            bound = float(goal.split()[1])
            met = middle(values) <= bound if goal.startswith("<=") else middle(values) >= bound
        self.put({"work": work, "measure": measure, "values": values, "median": middle(values),
                  "least": min(values), "most": max(values), "goal": goal, "met": met, "note": note})

    def missing(self, work, measure, why, goal=""):
        self.put({"work": work, "measure": measure, "values": [], "median": None, "least": None, "most": None,
                  "goal": goal, "met": None, "note": f"not measured: {why}"})

    def put(self, row):
        self.rows.append(row)
        values = "" if row["median"] is None else \
            f"{figure(row['median'])} ({figure(row['least'])} to {figure(row['most'])})"
        goal = row["goal"].replace("<=", "≤").replace(">=", "≥")
        met = {True: "yes", False: "no", None: ""}[row["met"]]
        cells = [row["work"], row["measure"], values, goal, met, row["note"]]
        print("|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|", flush=True)
