#!/usr/bin/env bash
# The laboratory itself, without Breakwater: kernel forwarding and a second gre-router stand in its place,
# so that a failure of the other scenarios is not a fault of the network, the routers or the tools.
. "$(dirname -- "$0")/../lib.sh"

build_network
on_edge sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
addresses "$edge" ve0 "$edge_ipv4/24" "$edge_ipv6/64"
addresses "$edge" ve1 100.64.1.2/24
addresses "$edge" lo 198.51.100.1/32
ip -n "$edge" route add 100.64.7.0/24 via 100.64.1.1
ip netns exec "$edge" "$work/gre-router" edge0 198.51.100.1 100.64.7.1 >"$work/router-edge.json" &
background_pids+=($!)
await "the edge's router makes its device" ip -n "$edge" link show edge0
ip -n "$edge" link set edge0 mtu 1476 txqueuelen 10000 up
ip -n "$edge" route add 203.0.113.0/24 dev edge0
ip -n "$edge" route add 2001:db8:acc::/48 dev edge0
ip -n "$edge" route add "$client_ipv4/32" via 192.0.2.1
ip -n "$edge" route add "$client_ipv6/128" via 2001:db8:1::1

start_http_server
for way in direct tunnel; do
  note "replies go by: $way"
  reply_by "$way"
  check_ping "$acme_ipv4"
  check_ping "$acme_ipv6"
  check_download "$acme_ipv4"
  check_download "[$acme_ipv6]"
  check_upload "$acme_ipv4"
done
start_flow acme "$acme_ipv4" 500
await_echoes acme 1000
check_flow acme
check_traceroute "$acme_ipv4" "$client_ipv4" "$edge_ipv4 $acme_ipv4"

note "a datagram in another tenant's tunnel is noticed"
reply_by direct
ip -n "$edge" route add "$beta_ipv4/32" dev edge0
start_flow beta "$beta_ipv4" 100
if end_flow beta; then fail "misdelivered datagrams went unnoticed"; fi
grep -E '"lost": 0,.*"misdelivered": [1-9]' "$work/flow-beta.json"
check_router acme
