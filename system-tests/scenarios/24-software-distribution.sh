#!/usr/bin/env bash
# Two workers and ports with one queue, which the first worker polls: flows are spread in software, what
# comes through the tunnel by its inner flow. 100 MB bit-exact each way, both workers do work, and both
# directions of a flow meet on the worker that `show rss --flow` names.
. "$(dirname -- "$0")/../lib.sh"

export BREAKWATER_TEST_CORES="0, 1" BREAKWATER_TEST_QUEUES=1
build_network
write_main
write_acme 2
start_appliance
start_http_server
reply_by tunnel

show() { "$root/breakwater" show "$@" --name edge-test; }

# The field of a row of `show rss --flow`, for the port the flow comes in by.
way() { # way PORT FIELD FLOW
  show rss --json --flow "$3" | "$python" -c '
import json, sys
print(next(row[sys.argv[2]] for row in json.load(sys.stdin) if row["port"] == sys.argv[1]))' "$1" "$2"
}

# Packets that each worker has put into tunnels and taken out of them.
tunnel_packets() {
  show stages --json | "$python" -c '
import json, sys
count = {}
for row in json.load(sys.stdin):
    count[row["worker"], row["stage"]] = row["packets"]
print(*(count[worker, stage] for worker in (0, 1) for stage in ("gre-encapsulation", "gre-decapsulation")))'
}

note "$(show rss)"
[[ $(show rss --json | grep -c '"spread-by" : "software"') == 2 ]] || fail "both ports are spread in software"
[[ $(show rss --json | grep -c '"hardware" : "unsupported"') == 2 ]] || fail "neither port has RSS"

# One flow at a time, by its source port: all its packets, both ways, are one worker's.
# A source port is used once, as the kernel keeps it for a while.
port=41000
for address in "$acme_ipv4" "[$acme_ipv6]"; do
  for worker in 0 1; do
    source=$client_ipv4
    if [[ $address == \[* ]]; then source=[$client_ipv6]; fi
    for ((port++; port < 41400; port++)); do
      flow="tcp $source:$port $address:80"
      if [[ $(way uplink worker "$flow") == "$worker" ]]; then break; fi
    done
    reply="tcp $address:80 $source:$port"
    [[ $(way inside worker "gre 100.64.7.1 198.51.100.1 $reply") == "$worker" ]] ||
      fail "the replies of $flow should meet it on worker $worker"
    read -r encap0 decap0 encap1 decap1 < <(tunnel_packets)
    on_client curl -sS --globoff --fail --max-time "$patience_s" --local-port "$port" -o /dev/null --range 0-9999999 \
      "http://$address/blob" || fail "the download from $address"
    read -r encap0b decap0b encap1b decap1b < <(tunnel_packets)
    note "$flow: tunnel $(way uplink tunnel "$flow"); worker 0 $((encap0b - encap0)) in, $((decap0b - decap0)) out;" \
      "worker 1 $((encap1b - encap1)) in, $((decap1b - decap1)) out"
    mine=$((encap0b - encap0)) replies=$((decap0b - decap0)) others=$((encap1b - encap1 + decap1b - decap1))
    if ((worker == 1)); then
      mine=$((encap1b - encap1)) replies=$((decap1b - decap1)) others=$((encap0b - encap0 + decap0b - decap0))
    fi
    # The router's kernel now and then sends a packet of its own through the tunnel.
    ((mine > 100 && replies > 5000 && others < 20)) || fail "all packets of $flow should be worker $worker's"
  done
done

check_download "$acme_ipv4"
check_download "[$acme_ipv6]"
check_upload "$acme_ipv4"
check_ping "$acme_ipv4" -I "$client_ipv4"
show workers
show drops
check_router acme
# Status 0: every packet has one fate, and every buffer came back.
stop_appliance
