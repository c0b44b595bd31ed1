#!/usr/bin/env bash
# The normal case of an anycast edge: requests come through Breakwater and the tunnel, replies go straight
# back to the client. 100 MB bit-exact, IPv4 and IPv6 inside.
. "$(dirname -- "$0")/../lib.sh"

build_network
write_main
write_acme 1
start_appliance
start_http_server
check_download "$acme_ipv4"
check_download "[$acme_ipv6]"
check_router acme
stop_appliance
