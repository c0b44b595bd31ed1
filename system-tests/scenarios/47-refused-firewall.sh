#!/usr/bin/env bash
# One tenant's firewall is broken at a reload: it keeps its old rules, with their counters and what its limits
# have left, while another tenant's change of the same reload goes live. The journal tells both.
. "$(dirname -- "$0")/../lib.sh"

write_firewall() { # write_firewall TENANT RULE...
  {
    printf 'table inet filter {\n  chain prerouting {\n    type filter hook prerouting priority filter; policy accept;\n'
    printf '    %s\n' "${@:2}"
    printf '  }\n}\n'
  } >"$work/tenants.d/$1.nft"
}

answers() { on_client ping -n -q -c 1 -W "${2:-1}" "$1"; }

rejected_with() { events | grep '"type":"configuration-rejected"' | grep -E -q "$1"; }

applied_with() { events | grep '"type":"configuration-applied"' | grep -E -q "$1"; }

build_network
write_main
write_acme 1
write_beta
echo "firewall: acme.nft" >>"$work/tenants.d/acme.yaml"
echo "firewall: beta.nft" >>"$work/tenants.d/beta.yaml"
write_firewall acme 'udp dport 9000 counter accept' 'icmp type echo-request drop'
write_firewall beta 'udp dport 9000 counter accept' 'icmp type echo-request drop'
start_appliance
start_flow acme "$acme_ipv4" 200
start_flow beta "$beta_ipv4" 200
for host in "$acme_ipv4" "$beta_ipv4"; do
  ! answers "$host" >/dev/null || fail "pings to $host should be dropped"
done

note "acme's firewall is broken, beta's lets pings by"
before=$(rule_packets acme 'udp dport 9000')
write_firewall acme 'udp dport 9000 counter accept' 'icmp type nonsense drop'
write_firewall beta 'udp dport 9000 counter accept' 'icmp type echo-request accept'
reload_appliance
await "beta's change is live" answers "$beta_ipv4"
await "the refusal is in the journal" rejected_with 'acme.nft:5:'
await "the change is in the journal" applied_with 'tenant beta: firewall'
! applied_with 'tenant acme' || fail "the journal says that acme's change went live"
! answers "$acme_ipv4" >/dev/null || fail "acme's old rules are gone"
(($(rule_packets acme 'udp dport 9000') > before)) || fail "acme's counters were lost"

note "acme's firewall is mended"
write_firewall acme 'udp dport 9000 counter accept' 'icmp type echo-request accept'
reload_appliance
await "acme's change is live" answers "$acme_ipv4"
(($(rule_packets acme 'udp dport 9000') > before)) || fail "the counter of a rule that stayed was lost"

check_flow acme
check_flow beta
for tenant in acme beta; do
  sent=$(sed -n 's/.*"sent": \([0-9]*\).*/\1/p' "$work/flow-$tenant.json")
  check_rule "$tenant" 'udp dport 9000' "$sent"
  check_router "$tenant"
done
stop_appliance
