"""DuckDB beside us: installed once into build/bench/duckdb, run by duckdb.js."""
import os, platform, shutil, subprocess, sys
from measure import ROOT, WORK, run, timed

VERSION = "1.5.6"
PACKAGE = f"{VERSION}-r.1"
SYSTEM = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
PACKAGES = (f"@duckdb/node-api@{PACKAGE}", f"@duckdb/node-bindings@{PACKAGE}",
            f"@duckdb/node-bindings-linux-{SYSTEM}@{PACKAGE}", "detect-libc@2.1.2")
MODULES = ROOT / "build" / "bench" / "duckdb"
SCRIPT = ROOT / "tests" / "bench" / "duckdb.js"


def why_not():
    """Why it cannot be measured here; None: it can, and is installed."""
    if os.environ.get("BENCH_DUCKDB") == "0":
        return "BENCH_DUCKDB=0"
    if not shutil.which("node") or not shutil.which("npm"):
        return "node is not here"
    if not (MODULES / "node_modules" / "@duckdb" / "node-api").exists():
        return install()
    return None


def install():
    print("bench: installing DuckDB for node", file=sys.stderr)
    part = MODULES.with_name("duckdb.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "package.json").write_text('{"private": true}\n')
    p = subprocess.run(["npm", "install", "--save-exact", "--no-package-lock", "--ignore-scripts", "--no-audit",
                        "--no-fund", *PACKAGES], cwd=part, capture_output=True, text=True)
    if p.returncode != 0:
        print(p.stderr, file=sys.stderr)
        return f"npm cannot install {PACKAGES[0]}"
    part.rename(MODULES)
    return None


def place_of(task):
    return WORK / f"duckdb-{task}"


def duckdb(task, *places):
    shutil.rmtree(place_of(task), ignore_errors=True)
    return timed(["node", SCRIPT, MODULES, task, *places, place_of(task)])


def hashes(snapshot):
    """What `kept` begins with."""
    run("node", SCRIPT, MODULES, "hashes", snapshot, place_of("hashes"))
    return place_of("hashes") / "hashes.parquet"
