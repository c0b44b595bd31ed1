#!/usr/bin/env bash
# Breakwater answers for its own addresses, passes pings to the tenant's hosts, and shows itself as the
# first hop of a traceroute.
. "$(dirname -- "$0")/../lib.sh"

build_network
write_main
write_acme 1
start_appliance
check_ping "$edge_ipv4"
check_ping "$edge_ipv6"
check_ping "$edge_ipv4" -s 1472
check_ping "$edge_ipv6" -s 1452
for way in direct tunnel; do
  note "replies go by: $way"
  reply_by "$way"
  check_ping "$acme_ipv4"
  check_ping "$acme_ipv6"
  check_ping "$acme_ipv4" -s 1400
  check_traceroute "$acme_ipv4" "$client_ipv4" "$edge_ipv4 $acme_ipv4"
  check_traceroute "$acme_ipv6" "$client_ipv6" "$edge_ipv6 $acme_ipv6"
done
check_router acme
stop_appliance
