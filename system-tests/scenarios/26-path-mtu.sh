#!/usr/bin/env bash
# Nothing is lost to an MTU. Real TCP through tunnels of 1,500, 1,476, 1,400 and 1,280 bytes, IPv4 and IPv6
# inside, up and down, once with the MSS clamp and once without, where path MTU discovery has to do it. Hosts
# announce the segments of their 1,500-byte links; the tenant's router and a router on the way are apart:
#
#     client  ──  ve0 [Breakwater] ve1  ──  p0 [path] p1  ──  k0 [customer] h0  ──  h1 hosts
#     1500                                       │               acme0: the tunnel's MTU   1500
#                                      a link that gets narrower
#
# Then datagrams that may be fragmented, cut inside and outside; and a link on the way that carries less than
# anyone configured: its router's ICMP errors lower the tunnel's MTU.
. "$(dirname -- "$0")/../lib.sh"

path=bw$$-path
hosts=bw$$-hosts
namespaces+=("$path" "$hosts")
download_bytes=$((20 << 20))

# The laboratory's network, with a router on the way and the tenant's hosts behind its router.
widen_network() {
  ip -n "$edge" link delete ve1
  ip netns exec "$path" sysctl -qw net.ipv4.ip_forward=1
  ip netns exec "$customer" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  join "$edge" ve1 "$path" p0
  join "$path" p1 "$customer" k0
  join "$customer" h0 "$hosts" h1
  set_link_mtu 1550
  ip -n "$path" link set p0 mtu 1550
  addresses "$path" p0 100.64.1.1/24
  addresses "$path" p1 100.64.2.1/24
  addresses "$customer" k0 100.64.2.2/24
  addresses "$customer" h0 203.0.113.1/24 2001:db8:acc::1/64
  ip -n "$path" route add 100.64.7.0/24 via 100.64.2.2
  ip -n "$path" route add 198.51.100.1/32 via 100.64.1.2
  ip -n "$customer" route replace 198.51.100.1/32 via 100.64.2.1
  ip -n "$customer" address delete "$acme_ipv4/32" dev lo
  ip -n "$customer" address delete "$acme_ipv6/128" dev lo
  addresses "$hosts" h1 "$acme_ipv4/24" "$acme_ipv6/64"
  ip -n "$hosts" route add default via 203.0.113.1
  ip -n "$hosts" -6 route add default via 2001:db8:acc::1
  # What the router itself tells the hosts does not go into the tunnel.
  ip -n "$customer" rule add to 203.0.113.0/24 priority 900 table main
  ip -n "$customer" -6 rule add to 2001:db8:acc::/48 priority 900 table main
  ip -n "$customer" rule add from 203.0.113.0/24 priority 1000 table 100
  ip -n "$customer" -6 rule add from 2001:db8:acc::/48 priority 1000 table 100
  # The router of the usual network ended when it could not send any more.
  kill "$router_acme_pid" 2>/dev/null || true
  wait "$router_acme_pid" 2>/dev/null || true
  start_router acme 100.64.7.1
  ip -n "$customer" route replace default dev acme0 table 100
  ip -n "$customer" -6 route replace default dev acme0 table 100
}

set_link_mtu() { # set_link_mtu BYTES: of the link between path and customer
  ip -n "$path" link set p1 mtu "$1"
  ip -n "$customer" link set k0 mtu "$1"
}

set_tunnel() { # set_tunnel MTU MSS FRAGMENT: on both sides
  local applied
  ip -n "$customer" link set acme0 mtu "$1"
  cat >"$work/tenants.d/acme.yaml" <<YAML
prefixes: [203.0.113.0/24, "2001:db8:acc::/48"]
tunnels:
  - {name: acme-1, local: 198.51.100.1, remote: 100.64.7.1, mtu: $1, mss: $2, fragment: $3}
egress: true
YAML
  if [[ -n $appliance_pid ]]; then
    applied=$(count_applied)
    reload_appliance
    await "the reload" eval "((\$(count_applied) > $applied))"
  fi
  forget_path_mtus
}

count_applied() { grep -c "reload: applied" "$work/appliance.log" || true; }

forget_path_mtus() {
  local namespace
  for namespace in "$client" "$hosts"; do
    ip -n "$namespace" route flush cache
    ip -n "$namespace" -6 route flush cache
  done
}

# ICMP errors that say "too big", to client and hosts together.
count_too_big() {
  local namespace
  for namespace in "$client" "$hosts"; do
    ip netns exec "$namespace" cat /proc/net/snmp6 | awk '$1 == "Icmp6InPktTooBigs" {print $2}'
    ip netns exec "$namespace" awk '$1 == "Icmp:" {n++; for (i = 2; i <= NF; i++) {
      if (n == 1) name[i] = $i; else if (name[i] == "InDestUnreachs") print $i}}' /proc/net/snmp
  done | awk '{sum += $1} END {print sum}'
}

check_tcp() { # check_tcp MTU MSS
  local too_big host
  set_tunnel "$1" "$2" inner
  too_big=$(count_too_big)
  for host in "$acme_ipv4" "[$acme_ipv6]"; do
    check_download "$host"
    check_upload "$host"
  done
  too_big=$(($(count_too_big) - too_big))
  note "tunnel MTU $1, mss $2: $too_big ICMP errors"
  if [[ $2 == auto || $1 == 1500 ]]; then
    ((too_big == 0)) || fail "the clamp did not do it: tunnel MTU $1"
  else
    ((too_big > 0)) || fail "nobody was told of the tunnel's MTU: $1"
  fi
}

check_datagrams() { # check_datagrams BYTES...
  local bytes host
  for bytes in "$@"; do
    for host in "$acme_ipv4" "$acme_ipv6"; do
      on_client "$python" "$tests/datagram.py" send "$host" "$bytes" || fail "a datagram of $bytes bytes to $host"
    done
  done
}

start_servers() {
  head -c "$download_bytes" /dev/urandom >"$work/blob"
  ip netns exec "$hosts" "$python" "$tests/http-server.py" "$work/blob" >"$work/http-server.log" 2>&1 &
  background_pids+=($!)
  ip netns exec "$hosts" "$python" "$tests/datagram.py" echo >"$work/datagrams.log" 2>&1 &
  background_pids+=($!)
  await "the web server answers" on_client curl -s -o /dev/null --max-time 5 --head "http://$acme_ipv4/"
  await "the datagrams' echo listens" grep -q listening "$work/datagrams.log"
}

build_network
widen_network
write_main
set_tunnel 1476 auto inner
start_appliance
# DPDK's AF_PACKET driver knows no larger MTU than 1,500, and gives it to the link; it carries what the link
# does: 1,524 bytes with a tunnel of 1,500.
ip -n "$edge" link set ve1 mtu 1550
start_servers

for mss in auto off; do
  for mtu in 1500 1476 1400 1280; do check_tcp "$mtu" "$mss"; done
done

set_tunnel 1400 auto inner
check_datagrams 1380 1472 1473 1500
set_tunnel 1400 auto outer
check_datagrams 1380 1472 1473 1500

note "a link on the way carries 1320 bytes"
set_tunnel 1476 off inner
set_link_mtu 1320
ip -n "$customer" link set acme0 mtu 1296
check_download "$acme_ipv4"
check_upload "$acme_ipv4"
check_upload "[$acme_ipv6]"
lowered=$(events | grep '"type":"tunnel-mtu-lowered"' | tail -n 1)
note "$lowered"
[[ $lowered == *'"mtu":1296'* ]] || fail "the tunnel's MTU was not lowered to 1296"
check_router acme
stop_appliance
