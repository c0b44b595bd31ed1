#!/usr/bin/env bash
# Broken files while traffic flows: an error in the main file changes nothing; an error in one tenant's file
# keeps that tenant as it runs while another tenant's change goes live; of two tenants in conflict both keep
# theirs. The journal names each problem with file and line.
. "$(dirname -- "$0")/../lib.sh"

churn_answers() { on_client ping -n -q -c 1 -W "${2:-1}" "198.19.$((100 + $1)).10"; }

rejected_with() { events | grep '"type":"configuration-rejected"' | grep -E -q "$1"; }

rejected_count() { (($(count_events configuration-rejected) >= $1)); }

build_network
write_main
write_acme 1
write_beta
write_churn 0
start_appliance
start_flow acme "$acme_ipv4" 200
start_flow beta "$beta_ipv4" 200
await "churn is delivered" churn_answers 0

note "the main file is broken: nothing changes"
lines=$(wc -l <"$work/appliance.yaml")
echo 'unheard-of: true' >>"$work/appliance.yaml"
write_churn 1
reload_appliance
await "the refusal is in the journal" rejected_with "appliance.yaml:$((lines + 1)):1:"
! churn_answers 1 >/dev/null || fail "a change went live beside a broken main file"
churn_answers 0 "$patience_s" >/dev/null || fail "what ran before is gone"

note "a tenant's file is broken: it runs on, the others' changes go live"
write_main
printf 'prefixes: [198.19.1.0/24]\ntunnels: nonsense\n' >"$work/tenants.d/beta.yaml"
reload_appliance
await "the other tenant's change is live" churn_answers 1
await "the refusal is in the journal" rejected_with "beta.yaml:2:"

note "two tenants in conflict: both keep theirs"
write_beta
printf 'prefixes: [198.19.1.128/25]\ntunnels:\n  - {name: x, local: 198.51.100.1, remote: 100.64.7.3}\n' \
  >"$work/tenants.d/churn.yaml"
reload_appliance
await "the refusal is in the journal" rejected_count 3
await "churn keeps its own" churn_answers 1

check_flow acme
check_flow beta
for tenant in acme beta churn; do check_router "$tenant"; done
stop_appliance
