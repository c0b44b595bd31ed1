#!/usr/bin/env bash
# A tenant whose two tunnels are over IPv6, one of them with a key and a GRE checksum: 100 MB each way and
# bit-exact, IPv4 and IPv6 inside, with replies through the tunnel.
#
#     edge ve1 2001:db8:2::2  ────  k0 2001:db8:2::1 customer, lo 2001:db8:7::1: the GRE end
. "$(dirname -- "$0")/../lib.sh"

# shellcheck disable=SC2034 # the laboratory uses it: 1500 - 40 - 4 - 4 for the key - 4 for the checksum
inner_mtu=1448
sixth_ipv4=198.19.60.10 sixth_ipv6=2001:db8:666::10

add_sixth() {
  addresses "$customer" lo "$sixth_ipv6/128"
  ip -n "$client" route add 2001:db8:666::/48 via "$edge_ipv6" src "$client_ipv6"
}

write_sixth() {
  cat >"$work/tenants.d/sixth.yaml" <<YAML
prefixes: [198.19.60.0/24, "2001:db8:666::/48"]
tunnels:
  - {name: sixth-1, local: "$endpoint_ipv6", remote: "2001:db8:7::1"}
  - {name: sixth-2, local: "$endpoint_ipv6", remote: "2001:db8:7::1", key: 66, checksum: true, ttl: 255, dscp: 10}
egress: true
YAML
}

build_network
write_main
write_acme 1
add_ipv6_link
add_sixth
write_sixth
start_router sixth 2001:db8:7::1 - 66
start_appliance
start_http_server
reply_by tunnel
tunnel_rule sixth 102 198.19.60.0/24 2001:db8:666::/48
check_upload "$sixth_ipv4"
check_upload "[$sixth_ipv6]"
check_download "$sixth_ipv4"
check_download "[$sixth_ipv6]"
check_ping "$sixth_ipv4" -s 1420 -M "do"
check_ping "$sixth_ipv6" -s 1400 -M "do"
check_router sixth
check_router acme
stop_appliance
