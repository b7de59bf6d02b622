#!/bin/bash
# A fleet as a Slurm array, on a Slurm of its own: slurm.sh PROGRAM STANDIN.
# Everything lies in a temporary directory; what cannot be started is said, and the test is skipped.
# Ends with 'N passed, M failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
skip() {
	echo "skipped: $*"
	echo "0 passed, 0 failed"
	exit 0
}
for tool in munged munge slurmctld slurmd sbatch scontrol; do
	command -v $tool >/dev/null || [ -x /usr/sbin/$tool ] || skip "$tool is not installed (Debian packages slurm-wlm and munge)"
done
[ "$(id -u)" -eq 0 ] || skip "Slurm's daemons are started as root"
PATH=$PATH:/usr/sbin

place=$(mktemp -d /tmp/flowstory-slurm-XXXXXX)
chmod 755 "$place"
mkdir -p "$place"/{ctld,spool,munge,log}
pids() {
	cat "$place"/*.pid 2>/dev/null
}
stop() {
	local p
	# tasks that a trial left behind would outlive the daemons
	timeout 5 scancel --signal=KILL --full --user=root 2>/dev/null && sleep 1
	for p in $(pids); do kill "$p" 2>/dev/null; done
	for _ in {1..50}; do
		alive=
		for p in $(pids); do kill -0 "$p" 2>/dev/null && alive=yes; done
		[ -n "$alive" ] || break
		sleep 0.1
	done
	for p in $(pids); do kill -9 "$p" 2>/dev/null; done
	rm -rf "$place"
}
trap stop EXIT

host=$(hostname -s)
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
cpus=$(nproc)
cat >"$place/slurm.conf" <<END
ClusterName=fleet
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$place/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
StateSaveLocation=$place/ctld
SlurmdSpoolDir=$place/spool
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd.pid
SlurmctldLogFile=$place/log/slurmctld.log
SlurmdLogFile=$place/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=1,sched_interval=2
ReturnToService=2
JobRequeue=1
Licenses=flowhub:3
JobCompType=jobcomp/filetxt
JobCompLoc=$place/jobcomp.txt
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus SocketsPerBoard=1 CoresPerSocket=$cpus ThreadsPerCore=1 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
END
export SLURM_CONF=$place/slurm.conf
dd if=/dev/urandom of="$place/munge/key" bs=128 count=1 2>/dev/null
chmod 400 "$place/munge/key"
munged --force --key-file="$place/munge/key" --socket="$place/munge/socket" --pid-file="$place/munged.pid" \
    --log-file="$place/munge/log" --seed-file="$place/munge/seed" >"$place/log/munged" 2>&1 || skip "munged: $(tail -n 1 "$place/log/munged")"
munge -S "$place/munge/socket" -n | unmunge -S "$place/munge/socket" >/dev/null || skip "munge does not answer"
slurmctld -f "$SLURM_CONF" >"$place/log/ctld" 2>&1 || skip "slurmctld: $(tail -n 1 "$place/log/ctld")"
slurmd -f "$SLURM_CONF" >"$place/log/d" 2>&1 || skip "slurmd: $(tail -n 1 "$place/log/d")"
for _ in {1..100}; do
	sinfo -h -o %T 2>/dev/null | grep -q idle && break
	sleep 0.2
done
sinfo -h -o %T 2>/dev/null | grep -q idle || skip "the node does not come up: $(tail -n 2 "$place/log/slurmd.log" | tr '\n' ' ')"
python3 tests/fleets/on_slurm.py "$1" "$2" "$place"
