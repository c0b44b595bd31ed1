#!/usr/bin/env bash
# Two workers, each with a queue of its own on each port: replies through the tunnel, 100 MB bit-exact, and
# the neighbours that the second worker learns reach the first one, which keeps them.
. "$(dirname -- "$0")/../lib.sh"

export BREAKWATER_TEST_CORES="0, 1" BREAKWATER_TEST_QUEUES=2
build_network
write_main
write_acme 2
start_appliance
start_http_server
reply_by tunnel
check_download "$acme_ipv4"
check_download "[$acme_ipv6]"
check_router acme
stop_appliance
