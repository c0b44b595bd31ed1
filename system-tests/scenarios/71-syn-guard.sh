#!/usr/bin/env bash
# Real TCP stacks open connections by the thousand, each from another address, with data both ways, while a flood
# of SYNs from random sources goes on: in each mode of the SYN guard, IPv4 and IPv6, whatever TCP options the client
# has. Every one of them succeeds. What answers SYNs, challenge and reset, lets none of the flood's begin a
# connection; retransmit does, since this flood repeats itself.
. "$(dirname -- "$0")/../lib.sh"

port=9000
sources_ipv4=198.18.64.0/18
sources_ipv6=2001:db8:6::/48
connections=${BREAKWATER_TEST_CONNECTIONS:-1000}
flood_per_second=${BREAKWATER_TEST_FLOOD:-20000}
first=1

# Every address of these is the client's, and the way back to them is the direct one.
add_sources() {
  ip -n "$client" route add local "$sources_ipv4" dev lo
  ip -n "$client" -6 route add local "$sources_ipv6" dev lo
  ip -n "$customer" route add "$sources_ipv4" via 10.9.0.1
  ip -n "$customer" -6 route add "$sources_ipv6" via fd09::1
  on_customer sysctl -qw net.ipv4.tcp_max_syn_backlog=4096 net.core.somaxconn=4096
}

write_protection() { # write_protection MODE
  write_acme 1
  cat >>"$work/tenants.d/acme.yaml" <<YAML
protection:
  syn-flood: {mode: $1, when: attack, threshold: 2000/second, destination-threshold: 2000/second, hold: 30s}
YAML
}

start_server() {
  ip netns exec "$customer" "$python" "$tests/handshakes.py" serve "$port" >"$work/server.log" 2>&1 &
  background_pids+=($!)
  await "the server listens" grep -q listening "$work/server.log"
}

start_flood() { # start_flood ADDRESS
  local mac
  mac=$(on_edge cat /sys/class/net/ve0/address)
  ip netns exec "$client" "$python" "$tests/syn-flood.py" c0 --to "$mac" --address "$1" \
    --rate "$flood_per_second" >"$work/flood.log" 2>&1 &
  flood_pid=$!
  background_pids+=("$flood_pid")
  await "the flood flows" grep -q flooding "$work/flood.log"
  # What it is before the guard engages is the server's.
  await "the guard is engaged" is_engaged
}

stop_flood() {
  kill -TERM "$flood_pid"
  wait "$flood_pid" || fail "the flood: $(cat "$work/flood.log")"
  note "flood: $(grep sent "$work/flood.log")"
}

counted() { # counted PART WHAT: 0 if it has not happened
  "$root/breakwater" show protection --name edge-test --json | "$python" -c '
import json, sys
part, what = sys.argv[1:]
print(sum(row["count"] for row in json.load(sys.stdin) if (row["part"], row["what"]) == (part, what)))' "$1" "$2"
}

is_engaged() { [[ $(counted syn-flood engaged) == 1 ]]; }

connect() { # connect ADDRESS COUNT [OPTION...]
  local sources=$sources_ipv4 results status=0
  if [[ $1 == *:* ]]; then sources=$sources_ipv6; fi
  results=$(on_client "$python" "$tests/handshakes.py" connect "$1" "$port" --sources "$sources" \
    --first "$first" --count "$2" "${@:3}") || status=$?
  note "$mode, $1 ${*:3}: $results"
  ((status == 0)) || fail "connections failed"
  first=$((first + $2))
}

options() { # options TIMESTAMPS SACK WINDOW-SCALING
  note "client: timestamps $1, SACK $2, window scaling $3"
  on_client sysctl -qw "net.ipv4.tcp_timestamps=$1" "net.ipv4.tcp_sack=$2" "net.ipv4.tcp_window_scaling=$3"
}

check_mode() { # check_mode MODE [OPTION...]
  mode=$1
  write_protection "$mode"
  reload_appliance
  await "the mode is $mode" applied "$mode"
  for address in "$acme_ipv4" "$acme_ipv6"; do
    start_flood "$address"
    begun=$(counted tcp-state begun)
    options 1 1 1
    connect "$address" "$connections" "${@:2}"
    options 0 0 0
    connect "$address" "$((connections / 2))" --mss 536 "${@:2}"
    options 0 1 1
    connect "$address" "$((connections / 4))" --mss 1220 "${@:2}"
    options 1 0 0
    connect "$address" "$((connections / 4))" --mss 1460 "${@:2}"
    begun=$(($(counted tcp-state begun) - begun))
    stop_flood
    note "$mode, $address: $begun connections begun, of $((2 * connections)) clients"
    [[ $mode == retransmit ]] || ((begun < 3 * connections)) || fail "the flood began connections: $begun"
  done
}

applied() { [[ $(count_events configuration-applied) -ge $applied_before ]] && grep -q "mode: $1" "$work/tenants.d/acme.yaml"; }

build_network
add_sources
write_main
echo 'syn-cookies: {secret: cookie.secret}' >>"$work/appliance.yaml"
mode=challenge
write_protection challenge
start_appliance
start_server
applied_before=0
check_mode challenge
[[ $(stat -c %a "$work/cookie.secret") == 600 ]] || fail "the secret is not its owner's alone"
(($(counted syn-flood challenges-sent) > 3 * connections)) || fail "the flood was not challenged"
(($(counted syn-flood cookies-valid) >= 4 * connections)) || fail "the clients were not verified by their cookies"
applied_before=1
check_mode reset --again 1
applied_before=2
check_mode retransmit
note "protection: $("$root/breakwater" show protection --name edge-test | grep -v traffic | tr -s ' ' | paste -sd ';')"
check_router acme
stop_appliance
