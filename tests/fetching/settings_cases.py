"""Cases: the credentials, the plan, and what is told."""

import contextlib
import json
import os
import pty
import re
import shutil
import subprocess
import time

from fetching.kit import CUSTOMERS, HOUR, ORDERS, SMALL, TOLD, cases, ok, plan, runs_right, test, told_truly
from fetching.place import KEY

# -- setting up --------------------------------------------------

@test
def a_new_account_needs_client_id_and_key_alone(k):
    s, a = k.pair()
    p = ok(a.run("check"))
    assert "import-100: Shop 1" in p.out and "2 of 2 locations" in p.err
    runs_right(a, s)
    assert a.status()["applied"] == 1
    for root, _, files in os.walk(a.dir):
        for name in files:
            path = os.path.join(root, name)
            if name not in ("flowstory.json", "metrics.prom"):
                assert os.stat(path).st_mode & 0o077 == 0, path
            if name != "key":
                with open(path, "rb") as f:
                    assert KEY.encode() not in f.read(), path


@test
def the_environment_goes_before_the_settings(k):
    s, a = k.pair()
    p = ok(a.run("check", env={"FLOWHUB_API_KEY": "wrong"}), 2)
    assert "refused the key" in p.err and "FLOWHUB_API_KEY" in p.err
    p = ok(a.run("check", env={"FLOWHUB_CLIENT_ID": "wrong"}), 2)
    assert "refused the client id" in p.err
    a.set(client_id=None, api_key_file=None)
    ok(a.run("check", env={"FLOWHUB_API_KEY": KEY, "FLOWHUB_CLIENT_ID": "client-1"}))
    p = ok(a.run("fetch", env={"FLOWHUB_API_KEY": KEY}), 2)
    assert "client id is missing" in p.err
    ok(a.run("fetch"), 2)
    assert "Flowhub: not called" in ok(a.run("check")).err


@test
def the_key_is_wiped_where_others_could_look(k):
    s, r, a = k.relayed(lambda n, path: ("stall", 1) if n == 0 else None, api_key_file=None, timeout_s=4)
    p = a.start("fetch", env={"FLOWHUB_API_KEY": KEY})
    time.sleep(0.3)
    for name in ("environ", "cmdline"):
        with open(f"/proc/{p.pid}/{name}", "rb") as f:
            assert KEY.encode() not in f.read(), name
    with open(f"/proc/{p.pid}/limits") as f:
        core = [l for l in f if l.startswith("Max core file size")][0]
    assert core.split()[4:6] == ["0", "0"], core
    _, err = p.communicate()
    assert p.returncode == 0 and KEY not in err


@test
def a_key_file_others_can_read_is_refused(k):
    s, a = k.pair()
    os.chmod(os.path.join(a.dir, "key"), 0o640)
    p = ok(a.run("run"), 2)
    assert "read by others" in p.err and "chmod 600" in p.err
    assert s.calls() == []


@test
def a_key_no_header_can_hold_is_refused(k):
    s, a = k.pair()
    for bad in ("a\r\nX-Other: 1", "two words", "caf\u00e9"):
        ok(a.run("fetch", env={"FLOWHUB_API_KEY": bad}), 2)
    assert s.calls() == []


@test
def plain_http_is_for_this_machine_alone(k):
    a = k.account("http://example.com")
    for url in ("http://example.com", "http://127.0.0.1.example.com",
                "http://localhost.example.com", "ftp://127.0.0.1",
                "https://u:p@127.0.0.1", "http://127.0.0.1@example.com"):
        a.set(base_url=url)
        ok(a.run("fetch"), 2)


@test
def a_location_that_is_not_there_is_named(k):
    s, a = k.pair(locations=["import-101", "nowhere"])
    assert "'nowhere'" in ok(a.run("fetch"), 2).err
    a.set(locations=["import-101"])
    ok(a.run("fetch"))
    places = {p.get("location") for p in a.manifest()["pages"]}
    assert places == {None, "import-101"}


@test
def a_location_named_twice_is_read_once(k):
    s, a = k.pair(locations=["import-101", "import-101"])
    ok(a.run("run"))
    paths = [p["path"] for p in a.manifest()["pages"]]
    assert len(paths) == len(set(paths)), paths
    ok(a.run("verify"))


@test
def only_what_speaks_with_flowhub_needs_libcurl(k):
    s, a = k.pair()
    ok(a.run("fetch"))
    before, calls = a.snapshots(), s.calls()
    with open(os.path.join(a.dir, "libcurl.so.4"), "w"):
        pass  # found before the system's, and no library
    without = {"LD_LIBRARY_PATH": a.dir}
    ok(a.run("process", env=without))
    ok(a.run("check", "--offline", env=without))
    for command in ("check", "fetch", "run"):
        p = ok(a.run(command, env=without), 1)
        assert "libcurl cannot be loaded" in p.err, p.err
        assert "Install libcurl" in p.err, p.err
    assert a.snapshots() == before and s.calls() == calls


# -- the plan ----------------------------------------------------

@test
def the_plan_reads_nothing_and_says_what_is_due(k):
    s, a = k.pair(history_start="2025-06-01")
    first = plan(a)
    assert first["first"] and s.calls() == [] and not a.snapshots()
    assert first["steps"][0]["scope"] == "all"
    ok(a.run("fetch"))
    began = a.time
    hourly = plan(a)["steps"]
    assert [x["scope"] for x in hourly] == ["updated", "created", "created"]
    assert hourly[0]["after"] == "2025-11-30"
    assert hourly[1]["from"] == "2025-11-28T00:00:00Z"
    a.time = began + 24 * HOUR
    daily = plan(a)["steps"]
    assert daily[0]["scope"] == "all"
    assert min(x["from"] for x in daily[1:]) == "2025-10-28T00:00:00Z"
    a.time = began + 7 * 24 * HOUR
    weekly = plan(a)["steps"]
    assert min(x["from"] for x in weekly[1:]) == "2025-06-01T00:00:00Z"
    days = sum(1 for x in weekly[1:] if x["location"] == "import-100")
    assert days < 32, f"{days} windows"


@test
def days_asked_are_wider_than_days_claimed(k):
    s, a = k.settled()
    ok(a.run("fetch"))
    page = [p for p in a.manifest()["pages"] if p["resource"] == "orders"][0]
    assert page["scope"]["from"] == "2025-11-28T00:00:00Z"
    assert page["scope"]["to"] == a.manifest()["taken_at"]
    assert "created_after=2025-11-27&created_before=2025-12-03" in page["request"]


@cases((-720, False), (-420, True), (0, False), (0, True), (600, False))
def either_time_zone_of_the_filter_gives_the_same(k, zone, inclusive):
    more = ["--inclusive"] if inclusive else []
    s, a = k.settled(*SMALL, "--zone", zone, *more)
    runs_right(a, s)


@test
def both_generations_of_the_api(k):
    s, a = k.settled(*SMALL, "--old", page_size=7)
    runs_right(a, s)


# -- what is told ------------------------------------------------

@test
def every_line_of_log_json_is_an_object(k):
    s, a = k.settled()
    s.fault("500", ORDERS, count=1)
    lines = [json.loads(l) for l in ok(a.run("--log-json", "-v", "run")).err.splitlines()]
    last = [l for l in lines if "calls" in l]
    assert len(last) == 1
    assert set(last[0]) == {"time", "level", "account", "command", "run", "message", "calls", "retries", "bytes",
                            "records", "duration_ms"}
    assert last[0]["retries"] == 1 and last[0]["calls"] == 6


@test
def metrics_are_for_the_textfile_collector(k):
    s, a = k.settled()
    good = a.metrics()
    assert good["flowstory_exit_code"] == "0"
    assert int(good['flowstory_records{kind="customers"}']) > 20
    with open(os.path.join(a.dir, "metrics.prom")) as f:
        for line in f:
            assert re.fullmatch(
                r'# (HELP|TYPE) flowstory_\w+ .+\n|'
                r'flowstory_\w+\{account="/[^"]+"(,(kind|segment|cause)="[\w-]+"){0,2}\} [0-9.]+\n', line), line
    s.fault("401", "/v0")
    ok(a.run("run"), 2)
    bad = a.metrics()
    name = "flowstory_last_success_timestamp_seconds"
    assert bad["flowstory_exit_code"] == "2" and bad[name] == good[name]


@test
def no_person_is_in_a_message_or_a_file_name(k):
    s, a = k.settled(*SMALL, "--hidden", 50)
    s.fault("500", CUSTOMERS, count=2)
    p = ok(a.run("-v", "run"))
    names = " ".join(n for _, _, f in os.walk(a.dir) for n in f)
    for text in (p.out, p.err, names):
        assert "example.com" not in text and "Pat " not in text


@test
def a_bar_on_a_terminal_shows_how_far_it_is(k):
    s, a = k.pair(min_interval_ms=40, history_start="2025-09-01")
    ours, theirs = pty.openpty()
    p = subprocess.Popen([a.program, "-C", a.dir, "run"], stderr=theirs, env=a.environment())
    os.close(theirs)
    text = b""
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096):
            text += piece
    os.close(ours)
    assert p.wait() == 0
    text = re.sub(rb"\x1b\[\d*m", b"", text)    # it is coloured
    assert re.search(rb"\[#+-+\] list \d+ of \d+, \d+ pages, \d+ records, "
                     rb"\d+/s, \d+ min left", text), text[-2000:]
    assert KEY.encode() not in text


# -- what status takes from the last fetch -----------------------

def spoil(account):
    """The newest manifest in place: whoever reads it fails."""
    path = os.path.join(account.dir, "snapshots", account.snapshots()[-1], "manifest.json")
    with open(path, "r+") as f:
        f.truncate(20)


@test
def status_reads_no_manifest_after_a_fetch(k):
    s, a = k.settled()
    full = a.status()
    assert full["next_full_customers"] > full["as_of"] < full["next_full_orders"], full
    spoil(a)
    assert a.status() == dict(full, age_seconds=full["age_seconds"] + 10)
    os.utime(os.path.join(a.dir, "snapshots"))
    p = ok(a.run("status"), 4)
    assert "manifest.json" in p.err, p.err


@cases(("a setting", lambda a: a.set(full_orders_every="9d")), ("another day", lambda a: setattr(a, "time", a.time + 24 * HOUR)),
       ("no log", lambda a: os.remove(os.path.join(a.dir, "runs.jsonl"))),
       ("a snapshot less", lambda a: shutil.rmtree(os.path.join(a.dir, "snapshots", a.snapshots()[0]))))
def a_note_that_does_not_hold_is_not_taken(k, name, change):
    s, a = k.settled()
    runs_right(a, s)
    before = a.status()
    change(a)
    told_truly(a) if name != "no log" else None
    assert name == "no log" or [a.status()[x] for x in TOLD] != [before[x] for x in TOLD], before
    spoil(a)
    ok(a.run("status"), 4)


@test
def the_disk_is_what_a_run_of_the_last_day_measured(k):
    s, a = k.settled()
    told = a.status()
    assert told["disk_as_of"] == told["as_of"], told
    with open(os.path.join(a.dir, "exports", "more"), "w") as f:
        f.write("x" * 100000)
    assert a.status()["disk_bytes"] == told["disk_bytes"]
    text = a.run("status").out
    assert f"as of {told['disk_as_of']}\n" in text, text
    os.makedirs(os.path.join(a.dir, "bases"))
    os.utime(os.path.join(a.dir, "bases"), (a.time, a.time))
    now = a.status()
    assert now["disk_bytes"]["exports"] >= told["disk_bytes"]["exports"] + 100000 and now["disk_as_of"] > told["as_of"], now
    assert "as of" not in a.run("status").out
