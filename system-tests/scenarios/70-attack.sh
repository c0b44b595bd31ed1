#!/usr/bin/env bash
# A flood of datagrams upon a tenant's usual ones: it is found, a rule drops it and nothing else, an operator's word
# takes the rule away and brings it back, and the journal tells all of it. The first two minutes are learned.
. "$(dirname -- "$0")/../lib.sh"

rule_state() { # rule_state: of the first rule against an attack
  "$root/breakwater" show mitigations --name edge-test --json | "$python" -c \
    'import json, sys; rows = json.load(sys.stdin); print(rows[0]["id"], rows[0]["state"], rows[0]["action"])'
}

has_rule() { # has_rule STATE ACTION
  [[ $(rule_state | cut -d ' ' -f 2-) == "$1 $2" ]]
}

rule_fits() { # rule_fits PACKETS: so many at least, once the next second is over
  "$root/breakwater" show mitigations --name edge-test --json | "$python" -c \
    'import json, sys; sys.exit(json.load(sys.stdin)[0]["packets"] < int(sys.argv[1]))' "$1"
}

build_network
write_main
write_acme 1
echo 'protection: {syn-flood: {mode: "off"}, automatic: enforce}' >>"$work/tenants.d/acme.yaml"
start_appliance
start_flow acme "$acme_ipv4" 100
await_echoes acme 100
note "what is usual is learned"
patience_s=300 await "two minutes of usual datagrams" grep -qx 'echoed 10000' "$work/flow-acme.log"
sleep 30

note "the flood begins"
ip netns exec "$client" "$python" "$tests/flood.py" "$acme_ipv4" --source "$client_ipv4" --rate 8000 \
  >"$work/flood.json" &
flood_pid=$!
background_pids+=("$flood_pid")
await "a rule drops the flood" has_rule active drop
"$root/breakwater" show attacks --name edge-test
"$root/breakwater" show mitigations --name edge-test
await "the flood fits it" rule_fits 10000

id=$(rule_state | cut -d ' ' -f 1)
"$root/breakwater" mitigation release "$id" --name edge-test
has_rule released none || fail "the rule should be released: $(rule_state)"
"$root/breakwater" mitigation pin "$id" --name edge-test
has_rule pinned drop || fail "the rule should be pinned: $(rule_state)"

end_flow acme || note "before there was a rule, and while it was released, the flood took some of the usual datagrams"

kill -TERM "$flood_pid"
await "the attack ends" eval '(($(count_events attack-ended) == 1))'
for event in attack-started mitigation-installed mitigation-released mitigation-pinned; do
  (($(count_events "$event") == 1)) || fail "one event is missing: $event"
done
events | grep -E '"type":"(attack|mitigation)'
stop_appliance
check_router acme
