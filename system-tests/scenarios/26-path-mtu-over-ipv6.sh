#!/usr/bin/env bash
# A tunnel over IPv6 whose path gets narrower than anyone configured: a real router's ICMPv6 "packet too big"
# about the outer packets lowers the tunnel's MTU, and nothing is lost. Real TCP without the MSS clamp, so
# that path MTU discovery has to do it; then a path of 1,280 bytes, through which IPv6 packets of 1,280 go as
# outer fragments that the tenant's router reassembles (RFC 2473 section 7), and datagrams with them. At the
# end the path ends: who sends into the tunnel is told (RFC 2473 section 8).
#
#     client  ──  ve0 [Breakwater] ve1  ──  p0 [path] p1  ──  k0 customer, lo 2001:db8:7::1: the GRE end
#                                               │
#                                a link that gets narrower
. "$(dirname -- "$0")/../lib.sh"

path=bw$$-path
namespaces+=("$path")
# shellcheck disable=SC2034 # the laboratory uses it
download_bytes=$((20 << 20))
sixth_ipv4=198.19.60.10 sixth_ipv6=2001:db8:666::10

widen_network() {
  ip -n "$edge" link delete ve1
  ip netns exec "$path" sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv6.icmp.ratelimit=0
  join "$edge" ve1 "$path" p0
  join "$path" p1 "$customer" k0
  addresses "$path" p0 2001:db8:2::1/64
  addresses "$path" p1 2001:db8:3::1/64
  addresses "$customer" k0 2001:db8:3::2/64
  addresses "$customer" lo 2001:db8:7::1/128 "$sixth_ipv6/128"
  ip -n "$path" route add 2001:db8:7::/64 via 2001:db8:3::2
  ip -n "$path" route add "$endpoint_ipv6/128" via 2001:db8:2::2
  ip -n "$customer" route add "$endpoint_ipv6/128" via 2001:db8:3::1
  ip -n "$client" route add 2001:db8:666::/48 via "$edge_ipv6" src "$client_ipv6"
  start_router sixth 2001:db8:7::1
}

write_configuration() {
  write_main
  sed -i -e 's,addresses: \[100.64.1.2/24\],addresses: ["2001:db8:2::2/64"],' \
    -e 's,^      - {address: 100.64.1.1.*,      - {address: "2001:db8:2::1"\, routes: ["2001:db8:7::/64"]},' \
    -e "s,endpoints: \[198.51.100.1\],endpoints: [\"$endpoint_ipv6\"]," "$work/appliance.yaml"
  cat >"$work/tenants.d/sixth.yaml" <<YAML
prefixes: [198.19.60.0/24, "2001:db8:666::/48"]
tunnels:
  - {name: sixth-1, local: "$endpoint_ipv6", remote: "2001:db8:7::1", mss: off, fragment: outer}
egress: true
YAML
}

# The hosts announce the segments of a path of 1,500 bytes; what they send themselves fits.
reply_by_tunnel() { # reply_by_tunnel INNER-MTU
  ip -n "$customer" rule flush
  ip -n "$customer" -6 rule flush
  local family headers
  for family in -4 -6; do
    headers=$([[ $family == -4 ]] && echo 40 || echo 60)
    ip -n "$customer" "$family" rule add priority 32766 table main
    ip -n "$customer" "$family" route replace default dev sixth0 mtu "$1" advmss $((1456 - headers)) table 102
  done
  ip -n "$customer" rule add from 198.19.60.0/24 priority 1000 table 102
  ip -n "$customer" -6 rule add from 2001:db8:666::/48 priority 1000 table 102
}

narrow_link() { # narrow_link BYTES
  note "a link on the way carries $1 bytes"
  ip -n "$path" link set p1 mtu "$1"
  ip -n "$customer" link set k0 mtu "$1"
  ip -n "$client" route flush cache
  ip -n "$client" -6 route flush cache
}

check_lowered() { # check_lowered INNER-MTU
  local lowered
  lowered=$(events | grep '"type":"tunnel-mtu-lowered"' | tail -n 1)
  note "$lowered"
  [[ $lowered == *"\"mtu\":$1"* ]] || fail "the tunnel's MTU was not lowered to $1"
}

# What the router on the way says of the outer packet, the sender of the inner one hears.
check_unreachable() { # check_unreachable ADDRESS TEXT
  local said
  said=$(on_client ping -n -c 1 -W 2 "$1" || true)
  note "ping $1: $(sed -n 2p <<<"$said")"
  [[ $said == *"$2"* ]] || fail "the client was not told: $2"
}

count_reassembled() {
  on_customer cat /proc/net/snmp6 | awk '$1 == "Ip6ReasmOKs" {print $2}'
}

build_network
widen_network
write_configuration
reply_by_tunnel 1456
start_appliance
start_http_server
check_upload "$sixth_ipv4"
check_upload "[$sixth_ipv6]"
(($(count_events tunnel-mtu-lowered) == 0)) || fail "the MTU was lowered on a path that carries it"

narrow_link 1380
reply_by_tunnel 1336
check_upload "$sixth_ipv4"
check_upload "[$sixth_ipv6]"
check_download "$sixth_ipv4"
check_download "[$sixth_ipv6]"
check_lowered 1336

narrow_link 1280
# Its own IPv6 packets of 1,280 bytes would need fragments from the tenant's router, which no edge takes.
reply_by direct
reassembled=$(count_reassembled)
check_upload "$sixth_ipv4"
check_lowered 1236
check_upload "[$sixth_ipv6]"
check_ping "$sixth_ipv6" -s 1232 -M "do"
check_ping "$sixth_ipv4" -s 1208 -M "do"
check_ping "$sixth_ipv4" -s 1400 -M dont
reassembled=$(($(count_reassembled) - reassembled))
note "the tenant's router reassembled $reassembled outer packets"
((reassembled > 1000)) || fail "no IPv6 went as outer fragments"

note "the path ends"
ip -n "$path" -6 route replace unreachable 2001:db8:7::/64
check_unreachable "$sixth_ipv4" "Destination Host Unreachable"
check_unreachable "$sixth_ipv6" "Destination unreachable: Address unreachable"
check_router sixth
stop_appliance
