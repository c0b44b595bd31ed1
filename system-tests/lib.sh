# shellcheck shell=bash
# The laboratory of the system tests; every scenario sources this file. Three network namespaces with
# unique names, real kernels' traffic between them, and Breakwater in the middle on AF_PACKET ports:
#
#     client                  edge                       customer
#     c0 192.0.2.1  ────  ve0 [Breakwater] ve1  ────  k0 100.64.1.1
#     lo 198.18.5.5       192.0.2.2  100.64.1.2       lo 100.64.7.1, .2, .3   one GRE end for each tenant
#        2001:db8:5::5    2001:db8:1::2                  203.0.113.10, ...    the tenants' hosts
#     d0 10.9.0.1  ────────────── direct ───────────  d1 10.9.0.2
#
# `direct` is the rest of the Internet: a reply may take it (asymmetric) or the tunnel (symmetric).
#
# Tenants: acme 203.0.113.0/24 and 2001:db8:acc::/48, beta 198.19.1.0/24, churn 198.19.100+i.0/24. Each
# has its own gre-router with its own device in `customer`, so that a packet which comes out of another
# tenant's tunnel is seen as misdelivered.
#
# A scenario is a short script: it calls these functions in order and fails by `fail` or by any command
# that fails. Everything is removed at its end; its logs stay in target/system-tests/NAME.
set -euo pipefail

tests=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
root=$(dirname -- "$tests")
name=$(basename -- "$0" .sh)
work=$root/target/system-tests/$name
python=/usr/bin/python3

client=bw$$-client
edge=bw$$-edge
customer=bw$$-customer
namespaces=("$client" "$edge" "$customer")

client_ipv4=198.18.5.5 client_ipv6=2001:db8:5::5
edge_ipv4=192.0.2.2 edge_ipv6=2001:db8:1::2
acme_ipv4=203.0.113.10 acme_ipv6=2001:db8:acc::10
# shellcheck disable=SC2034 # scenarios use it
beta_ipv4=198.19.1.10
endpoint_ipv6=2001:db8:a::1
inner_mtu=1472
download_bytes=$((100 << 20))
# How long is waited for anything. On a busy machine a process may stand still for seconds, and an appliance
# that warms up shares its core: a bound is for what never comes, not for what comes late.
patience_s=120

appliance_pid=
background_pids=()

note() { printf '%s  %s\n' "$(date +%T.%3N)" "$*"; }
fail() { note "FAILED: $*"; exit 1; }
skip() { note "SKIPPED: $*"; exit 77; } # what this machine can't do; `run` says so loudly

# For commands that are waited for. One in the background needs its own process id, not a function's, and
# so is written out: `ip netns exec NAMESPACE COMMAND &`.
on_client() { ip netns exec "$client" "$@"; }
on_edge() { ip netns exec "$edge" "$@"; }
on_customer() { ip netns exec "$customer" "$@"; }

# await WHAT COMMAND...: polls until the command succeeds, fails when patience is at its end.
await() {
  local what=$1 deadline=$((SECONDS + patience_s))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "not within $patience_s s: $what"
    sleep 0.05
  done
}

# --- the network -------------------------------------------------------------------------------------

build_network() {
  local namespace
  rm -rf "$work" && mkdir -p "$work/tenants.d"
  trap remove_everything EXIT
  trap 'exit 1' INT TERM HUP
  for namespace in "${namespaces[@]}"; do make_namespace "$namespace"; done
  # The edge's kernel has no part in this: without addresses it answers nothing.
  on_edge sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  join "$edge" ve0 "$client" c0
  join "$edge" ve1 "$customer" k0
  join "$client" d0 "$customer" d1

  addresses "$client" c0 192.0.2.1/24 2001:db8:1::1/64
  addresses "$client" d0 10.9.0.1/30 fd09::1/64
  addresses "$client" lo "$client_ipv4/32" "$client_ipv6/128"
  ip -n "$client" route add 203.0.113.0/24 via "$edge_ipv4" src "$client_ipv4"
  ip -n "$client" route add 198.19.0.0/16 via "$edge_ipv4" src "$client_ipv4"
  ip -n "$client" route add 2001:db8:acc::/48 via "$edge_ipv6" src "$client_ipv6"

  addresses "$customer" k0 100.64.1.1/24
  addresses "$customer" d1 10.9.0.2/30 fd09::2/64
  addresses "$customer" lo 100.64.7.1/32 100.64.7.2/32 100.64.7.3/32 "$acme_ipv4/32" "$acme_ipv6/128"
  ip -n "$customer" route add local 198.19.0.0/16 dev lo
  ip -n "$customer" route add 198.51.100.1/32 via 100.64.1.2
  start_router acme 100.64.7.1 - 7
  start_router beta 100.64.7.2 22
  start_router churn 100.64.7.3 -
  reply_by direct
}

make_namespace() { # make_namespace NAMESPACE
  ip netns add "$1"
  ip netns exec "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
    net.ipv4.icmp_ratelimit=0
  ip -n "$1" link set lo up
}

# A veth pair whose packets have real checksums and real sizes: Breakwater sees them as a NIC would.
join() { # join NAMESPACE DEVICE NAMESPACE DEVICE
  ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
  local namespace device
  while read -r namespace device; do
    ip netns exec "$namespace" ethtool -K "$device" tx off rx off sg off tso off gso off gro off >/dev/null
    ip -n "$namespace" link set "$device" txqueuelen 10000 up
  done <<<"$1 $2"$'\n'"$3 $4"
}

addresses() { # addresses NAMESPACE DEVICE ADDRESS...
  local address
  for address in "${@:3}"; do
    # An IPv6 address is tentative, and no source for a route, until it was checked for duplicates.
    if [[ $address == *:* ]]; then address="$address nodad"; fi
    # shellcheck disable=SC2086 # two words
    ip -n "$1" address add $address dev "$2"
  done
}

build_router() {
  "${CC:-cc}" -std=gnu11 -O2 -Wall -Wextra -Werror -o "$work/gre-router" "$tests/gre-router.c"
}

start_router() { # start_router TENANT LOCAL KEY...: its device is TENANT0
  local endpoint=198.51.100.1 device_mtu=1476
  if [[ $2 == *:* ]]; then endpoint=$endpoint_ipv6 device_mtu=$inner_mtu; fi
  [[ -x $work/gre-router ]] || build_router
  ip netns exec "$customer" "$work/gre-router" "${1}0" "$2" "$endpoint" "${@:3}" >"$work/router-$1.json" \
    2>"$work/router-$1.log" &
  background_pids+=($!)
  declare -g "router_$1_pid=$!"
  await "the router of $1 makes its device" ip -n "$customer" link show "${1}0"
  ip -n "$customer" link set "${1}0" mtu "$device_mtu" txqueuelen 10000 up
}

# Stops a tenant's router and shows its counters; anything it refused is a fault of the encapsulation.
check_router() { # check_router TENANT
  local pid=router_$1_pid
  kill -TERM "${!pid}"
  wait "${!pid}" || fail "the router of $1 died: $(cat "$work/router-$1.log")"
  note "router of $1: $(cat "$work/router-$1.json")"
  "$python" - "$work/router-$1.json" <<'PYTHON' || fail "the router of $1 refused packets"
import json, sys
counts = json.load(open(sys.argv[1]))
sys.exit(any(counts[name] for name in counts if name not in ("encapsulated", "decapsulated")))
PYTHON
}

# How the tenants' hosts answer: straight to the Internet, or each through its own tunnel. Their segments
# fit the tunnel (1500 - 20 - 4 - 4 for a key = 1472; MSS 1432), as operators set it.
# shellcheck disable=SC2046 # several words
reply_by() { # reply_by direct | tunnel
  ip -n "$customer" rule flush
  ip -n "$customer" rule add priority 32766 table main
  ip -n "$customer" -6 rule flush
  ip -n "$customer" -6 rule add priority 32766 table main
  ip -n "$customer" route replace "$client_ipv4/32" via 10.9.0.1 $(segments_that_fit 40)
  ip -n "$customer" -6 route replace "$client_ipv6/128" via fd09::1 $(segments_that_fit 60)
  if [[ $1 == tunnel ]]; then
    tunnel_rule acme 100 203.0.113.0/24 2001:db8:acc::/48
    tunnel_rule beta 101 198.19.1.0/24
  fi
}

# A second link layer for tunnels over IPv6: edge ve1 2001:db8:2::2, customer k0 2001:db8:2::1, and the
# tenant's GRE end 2001:db8:7::1. After `write_main`.
add_ipv6_link() {
  sed -i -e 's,addresses: \[100.64.1.2/24\],addresses: [100.64.1.2/24\, "2001:db8:2::2/64"],' \
    -e 's,^      - {address: 100.64.1.1.*,&\n      - {address: "2001:db8:2::1"\, routes: ["2001:db8:7::/64"]},' \
    -e "s,endpoints: \[198.51.100.1\],endpoints: [198.51.100.1\, \"$endpoint_ipv6\"]," "$work/appliance.yaml"
  addresses "$customer" k0 2001:db8:2::1/64
  addresses "$customer" lo 2001:db8:7::1/128
  ip -n "$customer" route add "$endpoint_ipv6/128" via 2001:db8:2::2
}

segments_that_fit() { echo "mtu $inner_mtu advmss $((inner_mtu - $1))"; } # segments_that_fit HEADER-BYTES

# shellcheck disable=SC2046 # several words
tunnel_rule() { # tunnel_rule TENANT TABLE PREFIX...
  ip -n "$customer" route replace default dev "${1}0" $(segments_that_fit 40) table "$2"
  ip -n "$customer" -6 route replace default dev "${1}0" $(segments_that_fit 60) table "$2"
  local prefix family
  for prefix in "${@:3}"; do
    if [[ $prefix == *:* ]]; then family=-6; else family=-4; fi
    ip -n "$customer" "$family" rule add from "$prefix" priority 1000 table "$2"
  done
}

# --- configuration -----------------------------------------------------------------------------------

write_main() {
  cat >"$work/appliance.yaml" <<YAML
appliance: edge-test
workers: {cores: [${BREAKWATER_TEST_CORES:-1}]}
ports:
  - name: uplink
    device: "net_af_packet0,iface=ve0,qpairs=${BREAKWATER_TEST_QUEUES:-1},blocksz=4096,framesz=2048,framecnt=4096"
    mtu: 1500
    addresses: [$edge_ipv4/24, "$edge_ipv6/64"]
    gateways:
      - address: 192.0.2.1
      - address: "2001:db8:1::1"
  - name: inside
    device: "net_af_packet1,iface=ve1,qpairs=${BREAKWATER_TEST_QUEUES:-1},blocksz=4096,framesz=2048,framecnt=4096"
    mtu: 1500
    addresses: [100.64.1.2/24]
    gateways:
      - {address: 100.64.1.1, routes: [100.64.7.0/24]}
anycast:
  endpoints: [198.51.100.1]
journal: {directory: journal}
tenants: tenants.d/
YAML
}

write_acme() { # write_acme TUNNELS: one tunnel or two
  {
    echo 'prefixes: [203.0.113.0/24, "2001:db8:acc::/48"]'
    echo 'tunnels:'
    echo '  - {name: acme-1, local: 198.51.100.1, remote: 100.64.7.1, priority: 10}'
    if (($1 == 2)); then
      echo '  - {name: acme-2, local: 198.51.100.1, remote: 100.64.7.1, priority: 10, weight: 3, key: 7}'
    fi
    echo 'egress: true'
  } >"$work/tenants.d/acme.yaml"
}

write_beta() {
  cat >"$work/tenants.d/beta.yaml" <<YAML
prefixes: [198.19.1.0/24]
tunnels:
  - {name: beta-1, local: 198.51.100.1, remote: 100.64.7.2, key: 22}
egress: true
YAML
}

write_churn() { # write_churn I: the tenant whose prefix moves
  cat >"$work/tenants.d/churn.yaml" <<YAML
prefixes: [198.19.$((100 + $1)).0/24]
tunnels:
  - {name: churn-1, local: 198.51.100.1, remote: 100.64.7.3}
YAML
}

# --- the appliance -----------------------------------------------------------------------------------

start_appliance() {
  note "starting the appliance"
  # Tests that were started by nohup ignore signals, and so would it.
  ip netns exec "$edge" env --default-signal=HUP,INT "$root/breakwater" run -c "$work/appliance.yaml" \
    >"$work/appliance.log" 2>&1 &
  appliance_pid=$!
  await "the appliance answers on the wire" answers_or_died
  is_running || fail "the appliance ended at its start: $(tail -n 20 "$work/appliance.log")"
  note "the appliance answers"
}

is_running() { kill -0 "$appliance_pid" 2>/dev/null; }

answers_or_died() { ! is_running || on_client ping -c 1 -W 1 "$edge_ipv4"; }

reload_appliance() { kill -HUP "$appliance_pid"; }

# SIGTERM, and the exit status: 0 is in good order.
stop_appliance() {
  local status=0
  note "stopping the appliance"
  kill -TERM "$appliance_pid"
  await "the appliance ends after SIGTERM" eval '! is_running'
  wait "$appliance_pid" || status=$?
  appliance_pid=
  ((status == 0)) || fail "the appliance ended with status $status: $(tail -n 20 "$work/appliance.log")"
}

# The journal's events, one JSON object a line, while the appliance runs or after.
events() { "$root/breakwater" events --json --journal "$work/journal"; }

count_events() { events | grep -c "\"type\":\"$1\"" || true; }

# What the rule of a tenant's firewall has counted whose text, as `nft list ruleset` prints it, has the pattern.
rule_packets() { # rule_packets TENANT PATTERN
  "$root/breakwater" show firewall "$1" --name edge-test | rules_with "$2"
}

# The counters' values stand between `counter` and what follows; the pattern is for the line without them.
rules_with() { # rules_with PATTERN
  local line text
  while IFS= read -r line; do
    text=$(sed 's/ packets [0-9]* bytes [0-9]*//' <<<"$line")
    if grep -q -- "$1" <<<"$text"; then
      sed -n 's/.* packets \([0-9]*\) bytes .*/\1/p' <<<"$line"
      return
    fi
  done
  echo "no rule has: $1" >&2
  return 1
}

check_rule() { # check_rule TENANT PATTERN PACKETS
  local packets
  packets=$(rule_packets "$1" "$2")
  [[ $packets == "$3" ]] || fail "rule of $1 with \`$2\` should have counted $3: $packets"
}

# --- traffic -----------------------------------------------------------------------------------------

start_http_server() {
  head -c "$download_bytes" /dev/urandom >"$work/blob"
  ip netns exec "$customer" "$python" "$tests/http-server.py" "$work/blob" >"$work/http-server.log" 2>&1 &
  background_pids+=($!)
  await "the HTTP server listens" on_customer curl -s -o /dev/null --max-time 5 --head \
    "http://$acme_ipv4/"
}

check_download() { # check_download HOST
  note "download of $download_bytes bytes from $1"
  on_client curl -sS --globoff --fail --max-time "$patience_s" -o "$work/downloaded" "http://$1/blob" ||
    fail "the download from $1 broke off"
  cmp "$work/blob" "$work/downloaded" || fail "the download from $1 differs"
  rm "$work/downloaded"
}

check_upload() { # check_upload HOST
  local answer
  note "upload of $download_bytes bytes to $1"
  answer=$(on_client curl -sS --globoff --fail --max-time "$patience_s" -T "$work/blob" "http://$1/upload") ||
    fail "the upload to $1 broke off"
  [[ $answer == "$(sha256sum <"$work/blob" | cut -d ' ' -f 1)" ]] || fail "the upload to $1 differs: $answer"
}

check_ping() { check_ping_from "$client" "$@"; } # check_ping ADDRESS [OPTION...]

# Every one of five pings is answered, however late. ping's own count of what is lost is of no use here: without
# -w an answer that takes twice as long as the others is lost, and with it, it sends a sixth ping meanwhile.
check_ping_from() { # check_ping_from NAMESPACE ADDRESS [OPTION...]
  local answered
  note "ping ${*:2}"
  answered=$(ip netns exec "$1" ping -n -c 5 -i 0.2 -w "$patience_s" "${@:3}" "$2" |
    sed -n 's/.* icmp_seq=\([0-9]*\) ttl=.*/\1/p' | sort -nu | head -n 5 | paste -sd ' ') || true
  [[ $answered == "1 2 3 4 5" ]] || fail "ping ${*:2} lost packets; answered: $answered"
}

check_traceroute() { # check_traceroute HOST SOURCE EXPECTED-HOPS
  local hops
  hops=$(on_client "$python" "$tests/flow.py" trace "$1" --source "$2" | paste -sd ' ')
  note "traceroute to $1: $hops"
  [[ $hops == "$3" ]] || fail "the hops to $1 should be: $3"
}

# A steady flow of numbered datagrams to a tenant's host, which echoes each with the name of the device it
# came by; returns when it flows, `check_flow` ends it. One lost, repeated or from another tenant's tunnel is a
# failure.
start_flow() { # start_flow TENANT HOST PACKETS-PER-SECOND
  ip netns exec "$customer" "$python" "$tests/flow.py" echo "$2" >"$work/echo-$1.log" 2>&1 &
  background_pids+=($!)
  await "the echo host of $1 listens" grep -q listening "$work/echo-$1.log"
  ip netns exec "$client" "$python" "$tests/flow.py" send "$2" --source "$client_ipv4" --device "${1}0" \
    --rate "$3" >"$work/flow-$1.json" 2>"$work/flow-$1.log" &
  background_pids+=($!)
  declare -g "flow_$1_pid=$!"
  await_echoes "$1" 1
}

# It tells of each power of ten.
await_echoes() { # await_echoes TENANT COUNT
  await "datagrams to $1 are echoed: count=$2" grep -qx "echoed $2" "$work/flow-$1.log"
}

end_flow() { # end_flow TENANT: the exit status is the flow's
  local pid=flow_$1_pid status=0
  kill -TERM "${!pid}"
  wait "${!pid}" || status=$?
  note "flow to $1: $(cat "$work/flow-$1.json"; grep -v ^echoed "$work/flow-$1.log")"
  return "$status"
}

check_flow() { end_flow "$1" || fail "the flow to $1"; } # check_flow TENANT

# Where nobody echoes any more, and it would wait for it.
abandon_flow() { local pid=flow_$1_pid; kill -KILL "${!pid}"; } # abandon_flow TENANT

# --- the end -----------------------------------------------------------------------------------------

# Ends what this scenario started: by process id, and whatever else lives in its own namespaces.
remove_everything() {
  local status=$? pid namespace
  set +e
  trap - EXIT
  if [[ -n $appliance_pid ]] && is_running; then
    kill -TERM "$appliance_pid"
    for ((i = 0; i < 200; i++)); do
      is_running || break
      sleep 0.1
    done
    kill -KILL "$appliance_pid" 2>/dev/null
  fi
  for pid in "${background_pids[@]}"; do
    kill -TERM "$pid" 2>/dev/null
    kill -CONT "$pid" 2>/dev/null # where a scenario has stopped it
  done
  wait 2>/dev/null
  for namespace in "${namespaces[@]}"; do
    for pid in $(ip netns pids "$namespace" 2>/dev/null); do
      kill -KILL "$pid"
    done
    ip netns delete "$namespace" 2>/dev/null
  done
  rm -f "$work/blob" "$work/downloaded" "$work/gre-router"
  exit "$status"
}
