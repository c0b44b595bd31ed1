#!/usr/bin/env bash
# Full-size segments in the direction that is encapsulated: 100 MB from the client to the tenant, over a
# tenant with two tunnels, one of them with a key.
. "$(dirname -- "$0")/../lib.sh"

build_network
write_main
write_acme 2
start_appliance
start_http_server
check_upload "$acme_ipv4"
check_upload "[$acme_ipv6]"
check_router acme
stop_appliance
