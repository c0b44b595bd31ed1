#!/usr/bin/env bash
# SIGTERM under traffic: exit status 0, every packet buffer back in the pool, nothing of it left running.
. "$(dirname -- "$0")/../lib.sh"

build_network
write_main
write_acme 1
start_appliance
start_flow acme "$acme_ipv4" 1000
await_echoes acme 1000
stop_appliance
abandon_flow acme
events | tail -n 1 >"$work/last-event"
grep '"type":"stopped"' "$work/last-event" | grep '"mbufs-outstanding":0[,}]' ||
  fail "the journal does not end with a stop that returned every buffer: $(cat "$work/last-event")"
[[ -z $(ip netns pids "$edge") ]] || fail "processes left in the edge's namespace: $(ip netns pids "$edge")"
