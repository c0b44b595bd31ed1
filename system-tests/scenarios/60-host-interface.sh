#!/usr/bin/env bash
# The host's own traffic over the host interface: the edge's kernel serves and connects, IPv4 and IPv6; its
# TCP sessions, and a real BGP session where BIRD is installed, go on under a flood to the edge's own
# addresses; the interface follows a reload and is gone at the end.
. "$(dirname -- "$0")/../lib.sh"

device=bw-uplink
download_bytes=$((5 << 20))

# On AF_PACKET ports the edge's kernel receives every packet a second time, by the port's own device: it
# must not take part there. A NIC that DPDK has taken, or AF_XDP, leaves it nothing.
keep_kernel_off_ports() {
  on_edge nft -f - <<NFT
table netdev breakwater {
  chain ve0 {
    type filter hook ingress device ve0 priority 0; policy drop;
  }
  chain ve1 {
    type filter hook ingress device ve1 priority 0; policy drop;
  }
}
NFT
}

interface_is_up() { on_edge ip -br link show dev "$device" up | grep -q "$device"; }

edge_addresses() { on_edge ip -o address show dev "$device" | awk '{print $4}' | sort | paste -sd ' '; }

check_addresses() { # check_addresses ADDRESS...: exactly these, and the link-local one
  local link_local expected
  link_local=$(edge_addresses | tr ' ' '\n' | grep ^fe80)
  expected=$(printf '%s\n' "$@" "$link_local" | sort | paste -sd ' ')
  [[ $(edge_addresses) == "$expected" ]]
}

check_fetch() { # check_fetch NAMESPACE HOST
  note "download of $download_bytes bytes in ${1#bw*-} from $2"
  ip netns exec "$1" curl -sS --globoff --fail --max-time "$patience_s" -o "$work/downloaded" "http://$2/blob" ||
    fail "the download from $2 broke off"
  cmp "$work/blob" "$work/downloaded" || fail "the download from $2 differs"
}

start_servers() {
  local namespace
  head -c "$download_bytes" /dev/urandom >"$work/blob"
  for namespace in "$client" "$edge"; do
    ip netns exec "$namespace" "$python" "$tests/http-server.py" "$work/blob" >"$work/http-$namespace.log" 2>&1 &
    background_pids+=($!)
  done
  ip netns exec "$edge" "$python" "$tests/host-traffic.py" serve 22 1179 >"$work/serve.log" 2>&1 &
  background_pids+=($!)
  await "the echo server listens" grep -q listening "$work/serve.log"
}

start_session() { # start_session NAME ADDRESS PORT
  ip netns exec "$client" "$python" "$tests/host-traffic.py" talk "$2" "$3" --until "$work/flood-over" \
    >"$work/session-$1.json" 2>"$work/session-$1.log" &
  background_pids+=($!)
  declare -g "session_$1_pid=$!"
  await "session $1 connects" grep -q connected "$work/session-$1.log"
}

check_session() { # check_session NAME
  local pid=session_$1_pid status=0
  wait "${!pid}" || status=$?
  note "session $1: $(cat "$work/session-$1.json"; grep -vxE 'connected|answers: .*' "$work/session-$1.log")"
  ((status == 0)) || fail "session $1 did not live through the flood"
}

# --- BIRD: a real BGP session for each family; the client learns the way to acme by it ----------------

write_bird() { # write_bird NAME AS IPV4 IPV6 PEER-AS PEER-IPV4 PEER-IPV6 IPV4-ROUTE IPV6-ROUTE
  cat >"$work/bird-$1.conf" <<BIRD
router id $3;
protocol device {}
protocol static { ipv4; route $8 unreachable; }
protocol static { ipv6; route $9 unreachable; }
template bgp peer { hold time 9; keepalive time 3; connect retry time 1; error wait time 1, 2; }
protocol bgp bgp4 from peer {
  local $3 as $2; neighbor $6 as $5;
  ipv4 { import all; export where source = RTS_STATIC; next hop self; };
}
protocol bgp bgp6 from peer {
  local $4 as $2; neighbor $7 as $5;
  ipv6 { import all; export where source = RTS_STATIC; next hop self; };
}
protocol kernel { ipv4 { export where source = RTS_BGP; }; }
protocol kernel { ipv6 { export where source = RTS_BGP; }; }
BIRD
}

start_bird() { # start_bird NAMESPACE NAME
  ip netns exec "$1" bird -f -c "$work/bird-$2.conf" -s "$work/bird-$2.ctl" -P "$work/bird-$2.pid" \
    >"$work/bird-$2.log" 2>&1 &
  background_pids+=($!)
}

bird_protocols() { birdc -s "$work/bird-edge.ctl" show protocols | awk '$2 == "BGP" {print $1, $4, $5, $6}'; }

# Since when each session is up, as seconds of the day. BIRD reckons it anew from two clocks each time it is
# asked, so the last digit changes by itself; a session that broke comes up again seconds later.
bgp_up_since() {
  bird_protocols | awk '{split($3, t, ":"); print $1, int(t[1] * 3600 + t[2] * 60 + t[3] + 0.5)}'
}

same_sessions() { # same_sessions BEFORE NOW
  paste -d ' ' "$1" "$2" | awk '$1 != $3 || $4 - $2 > 1 || $2 - $4 > 1 {exit 1}'
}

bgp_established() { [[ $(bird_protocols | grep -c Established) == 2 ]]; }

learns_way() {
  on_client ip route get "$acme_ipv4" | grep -q "$edge_ipv4" &&
    on_client ip -6 route get "$acme_ipv6" | grep -q "dev c0"
}

bring_up_bgp() {
  ip -n "$client" route del 203.0.113.0/24
  ip -n "$client" route del 2001:db8:acc::/48
  write_bird edge 64500 "$edge_ipv4" "$edge_ipv6" 64501 192.0.2.1 2001:db8:1::1 203.0.113.0/24 2001:db8:acc::/48
  write_bird client 64501 192.0.2.1 2001:db8:1::1 64500 "$edge_ipv4" "$edge_ipv6" 198.18.64.0/24 2001:db8:5::/48
  start_bird "$client" client
  start_bird "$edge" edge
  await "both BGP sessions are established" bgp_established
  await "the client learns the way to acme" learns_way
  bird_protocols
  bgp_up_since >"$work/bgp-before"
}

# --- what the appliance says of interfaces that it cannot make -----------------------------------------

check_refused() { # check_refused EXPECTED COMMAND...
  local expected=$1 status=0 said
  shift
  said=$("$@" "$root/breakwater" run -c "$work/refused.yaml" 2>&1) || status=$?
  said=$(tail -n 1 <<<"$said")
  note "status $status: $said"
  [[ $status == 1 && $said == "breakwater run: port uplink: host interface $device $expected"* ]] ||
    fail "this should be status 1 and: $expected"
}

check_refusals() {
  sed -e 's/device: "net_af_packet\(.\).*/device: net_null\1/' -e 's/^appliance: .*/appliance: refused/' \
    -e 's/journal: {.*/journal: {directory: journal-refused}/' "$work/appliance.yaml" >"$work/refused.yaml"
  check_refused "exists already" ip netns exec "$edge"
  check_refused "can't be made; it takes root or CAP_NET_ADMIN" \
    setpriv --bounding-set=-net_admin --inh-caps=-net_admin
}

# --- the scenario --------------------------------------------------------------------------------------

build_network
write_main
sed -i "0,/^    mtu: 1500/s//    mtu: 1500\n    host: {interface: $device}/" "$work/appliance.yaml"
write_acme 1
keep_kernel_off_ports
start_appliance
grep "port inside: no host interface" "$work/appliance.log" || fail "the log does not say what has no interface"
await "the interface is up" interface_is_up
await "the interface has the port's addresses" check_addresses "$edge_ipv4/24" "$edge_ipv6/64"
on_edge ip address show dev "$device"
[[ $(on_edge cat "/sys/class/net/$device/address") == $(on_edge cat /sys/class/net/ve0/address) ]] ||
  fail "the interface has not the port's Ethernet address"

start_servers
check_ping "$edge_ipv4"
check_ping "$edge_ipv6"
note "the edge's kernel pings"
check_ping_from "$edge" 192.0.2.1
check_ping_from "$edge" 192.0.2.1 -s 1472
check_ping_from "$edge" 2001:db8:1::1
hops=$(on_edge "$python" "$tests/flow.py" trace 192.0.2.1 --source "$edge_ipv4" | paste -sd ' ')
[[ $hops == 192.0.2.1 ]] || fail "the kernel's traceroute: $hops"
check_fetch "$client" "$edge_ipv4"
check_fetch "$client" "[$edge_ipv6]"
check_fetch "$edge" 192.0.2.1
check_fetch "$edge" "[2001:db8:1::1]"

if command -v bird >/dev/null; then
  bring_up_bgp
  check_ping "$acme_ipv4" -I "$client_ipv4"
  check_ping "$acme_ipv6" -I "$client_ipv6"
else
  note "SKIPPED: BIRD is not installed (apt-get install bird2): no BGP session is tested"
fi

start_session management4 "$edge_ipv4" 22
start_session other6 "$edge_ipv6" 1179
ip netns exec "$client" "$python" "$tests/host-traffic.py" flood c0 --to "$(on_edge cat /sys/class/net/ve0/address)" \
  --ipv4 "$edge_ipv4" --ipv6 "$edge_ipv6" >"$work/flood.json" &
flood_pid=$!
background_pids+=("$flood_pid")
note "a flood to the edge's own addresses"
# Longer than BGP's hold time, and until each session has had most of its answers under it.
sleep 10
for session in management4 other6; do
  await "session $session is answered under the flood" grep -qx "answers: 100" "$work/session-$session.log"
done
: >"$work/flood-over"
check_session management4
check_session other6
kill -TERM "$flood_pid"
wait "$flood_pid" || true
note "flood: $(cat "$work/flood.json")"
"$root/breakwater" show host
"$root/breakwater" show drops
"$root/breakwater" show drops --json | grep -q host-rate-limited || fail "nothing was over a rate"
if command -v bird >/dev/null; then
  bgp_established || fail "a BGP session broke: $(bird_protocols)"
  bgp_up_since >"$work/bgp-after"
  same_sessions "$work/bgp-before" "$work/bgp-after" || fail "a BGP session broke and came again: $(bird_protocols)"
  check_ping "$acme_ipv4" -I "$client_ipv4"
fi

note "a reload changes addresses"
sed -i "s|$edge_ipv4/24, |$edge_ipv4/24, 192.0.2.3/24, |" "$work/appliance.yaml"
reload_appliance
await "the interface has the new address" check_addresses "$edge_ipv4/24" 192.0.2.3/24 "$edge_ipv6/64"
check_ping 192.0.2.3
check_fetch "$client" 192.0.2.3
sed -i "s|$edge_ipv4/24, 192.0.2.3/24, |192.0.2.3/24, |" "$work/appliance.yaml"
reload_appliance
await "the interface has lost the old address" check_addresses 192.0.2.3/24 "$edge_ipv6/64"

check_refusals
"$root/breakwater" show ports
stop_appliance
if on_edge ip link show dev "$device" 2>/dev/null; then fail "the interface is still there"; fi
tail -n 1 "$work/appliance.log"
