#!/usr/bin/env bash
# A reload that changes one tenant's firewall among 10,000, under traffic of others: not one datagram lost, the
# others' counters go on where they were, and the change is live soon. How soon is printed, and where the time goes.
. "$(dirname -- "$0")/../lib.sh"

tenants=10000
reloads=5

write_tenants() {
  "$python" - "$work/tenants.d" "$tenants" <<'PYTHON'
import sys
directory, tenants = sys.argv[1], int(sys.argv[2])
for i in range(tenants):
    name = f"{directory}/t{i:05}"
    with open(name + ".yaml", "w") as file:
        file.write(f"prefixes: [11.{i // 256}.{i % 256}.0/24]\ntunnels:\n"
                   f"  - {{name: one, local: 198.51.100.1, remote: 100.64.7.3, key: {i}, health: {{probe: off}}}}\n"
                   f"firewall: t{i:05}.nft\n")
    with open(name + ".nft", "w") as file:
        file.write("table inet filter {\n  chain prerouting {\n"
                   "    type filter hook prerouting priority filter; policy accept;\n")
        for rule in range(20):
            file.write(f"    ip saddr {20 + (i + rule) % 60}.{(i + 13 * rule) % 256}.{rule}.0/24 "
                       f"{'tcp' if rule % 2 else 'udp'} dport {1000 + (31 * i + 17 * rule) % 50000} "
                       f"{'drop' if rule % 3 else 'accept'}\n")
        file.write("  }\n}\n")
PYTHON
}

write_echo_firewall() { # write_echo_firewall TENANT
  cat >"$work/tenants.d/$1.nft" <<'NFT'
table inet filter {
  chain prerouting {
    type filter hook prerouting priority filter; policy drop;
    udp dport 9000 counter accept
    meta l4proto { icmp, ipv6-icmp } accept
  }
}
NFT
  echo "firewall: $1.nft" >>"$work/tenants.d/$1.yaml"
}

write_churn_firewall() { # write_churn_firewall VERDICT
  printf 'table ip filter { chain c { type filter hook prerouting priority 0; icmp type echo-request counter %s; }; }\n' \
    "$1" >"$work/tenants.d/churn.nft"
}

churn_answers() { on_client ping -n -q -c 1 -W "${1:-1}" 198.19.100.10; }

applied() { (($(count_events configuration-applied) > $1)); }

# From the signal to the journal's word that all workers run on the new tables.
live_ms() { # live_ms SIGNAL-NS
  events | tail -n 20 | grep configuration-applied | tail -n 1 | "$python" -c '
import datetime, json, sys
event = json.loads(sys.stdin.readline())
seconds, fraction = event["time"].rstrip("Z").split(".")
second = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc).timestamp()
print(round((int(second) * 10**9 + int(fraction) - int(sys.argv[1])) / 1e6))' "$1"
}

build_network
write_main
echo "limits: {tenants: 11000, tunnels: 11000, prefixes: 20000}" >>"$work/appliance.yaml"
write_acme 1
write_beta
write_churn 0
write_echo_firewall acme
write_echo_firewall beta
write_churn_firewall drop
echo "firewall: churn.nft" >>"$work/tenants.d/churn.yaml"
write_tenants
start_appliance
start_flow acme "$acme_ipv4" 500
start_flow beta "$beta_ipv4" 500
! churn_answers >/dev/null || fail "churn's firewall lets pings by"

for ((i = 0; i < reloads; i++)); do
  if ((i % 2 == 0)); then write_churn_firewall accept; else write_churn_firewall drop; fi
  acme_before=$(rule_packets acme 'udp dport 9000')
  beta_before=$(rule_packets beta 'udp dport 9000')
  applied_before=$(count_events configuration-applied)
  signal_ns=$(date +%s%N)
  reload_appliance
  await "reload $i is live" applied "$applied_before"
  note "reload $i: live $(live_ms "$signal_ns") ms after the signal; $(grep 'reload: ' "$work/appliance.log" | tail -n 1)"
  if ((i % 2 == 0)); then
    churn_answers "$patience_s" >/dev/null || fail "reload $i: churn's new firewall is not live"
  else
    ! churn_answers 0.5 >/dev/null || fail "reload $i: churn's old firewall is still live"
  fi
  # The flows go on: a counter that began anew would be smaller, and one that stood still would be equal.
  (($(rule_packets acme 'udp dport 9000') > acme_before)) || fail "reload $i: acme's counter was lost"
  (($(rule_packets beta 'udp dport 9000') > beta_before)) || fail "reload $i: beta's counter was lost"
done

check_flow acme
check_flow beta
for tenant in acme beta; do
  sent=$(sed -n 's/.*"sent": \([0-9]*\).*/\1/p' "$work/flow-$tenant.json")
  check_rule "$tenant" 'udp dport 9000' "$sent"
done
[[ $(count_events configuration-rejected) == 0 ]] || fail "the journal shows a refused configuration"
for tenant in acme beta churn; do check_router "$tenant"; done
stop_appliance
