#!/usr/bin/env bash
# The tenant's replies come back through its tunnel and leave through Breakwater (egress: true), which
# decapsulates them. 100 MB bit-exact, IPv4 and IPv6 inside.
. "$(dirname -- "$0")/../lib.sh"

build_network
write_main
write_acme 1
start_appliance
start_http_server
reply_by tunnel
check_download "$acme_ipv4"
check_download "[$acme_ipv6]"
check_router acme
stop_appliance
