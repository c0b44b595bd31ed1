#!/usr/bin/env bash
# The running appliance explains packets: by the rules, tunnels and neighbours that it has at that moment. What it
# says of a ping is what becomes of one; what it explains is neither sent nor counted; and it goes by the rules that
# run, not by the file that a reload has refused.
. "$(dirname -- "$0")/../lib.sh"

write_firewall() { # write_firewall RULES
  printf 'table inet filter {\n  chain prerouting {\n    type filter hook prerouting priority filter; policy accept;\n%s\n  }\n}\n' \
    "$1" >"$work/tenants.d/acme.nft"
}

explain() { "$root/breakwater" explain --name edge-test --tenant acme "$@" >"$work/explained.txt" 2>&1; }

says() { grep -qE "$1" "$work/explained.txt" || fail "not said: $1"; }

# Packets that the rule on a line of acme.nft has counted.
counted() { # counted LINE
  "$root/breakwater" show firewall acme --json --name edge-test |
    "$python" -c 'import json, sys
print(next(row["packets"] for row in json.load(sys.stdin)["rules"] if f"acme.nft:{sys.argv[1]}:" in row["place"]))' "$1"
}

rejected() { (($(count_events configuration-rejected) >= 1)); }

ping_of_56="$client_ipv4 > $acme_ipv4 icmp echo-request payload 56"

build_network
write_main
write_acme 2
echo "firewall: acme.nft" >>"$work/tenants.d/acme.yaml"
write_firewall $'    icmp type echo-request counter accept\n    tcp dport 81 drop'
start_appliance
check_ping "$acme_ipv4"
pings=$(counted 4)

note "what becomes of a ping, by the tables that run"
explain "$ping_of_56"
cat "$work/explained.txt"
says 'acme.nft:4 icmp type echo-request counter accept: matched: accept'
says '^tunnel +acme-[12]: place [0-9]+ of [0-9]+ in the tenant.s row'
says '^sent +(122|126) bytes by port '
says '^fate +delivered'
[[ $(counted 4) == "$pings" ]] || fail "what was explained was counted"

note "what is dropped, and what would let it through"
explain --why "$client_ipv4:9 > $acme_ipv4:81 tcp syn"
says 'acme.nft:4 meta l4proto icmp: the packet has tcp'
says '^why +accepted if the rule at .*acme.nft:5 were absent'
says '^fate +dropped, firewall-deny'

note "a firewall that is refused leaves the one that runs"
write_firewall '    tcp dport nonsense drop'
reload_appliance
await "the refusal is in the journal" rejected
explain "$client_ipv4:9 > $acme_ipv4:81 tcp syn"
says '^fate +dropped, firewall-deny'

note "a change is explained as soon as it is live"
write_firewall '    tcp dport 82 drop'
reload_appliance
delivered() { explain "$client_ipv4:9 > $acme_ipv4:81 tcp syn" && grep -q '^fate  *delivered' "$work/explained.txt"; }
await "port 81 passes" delivered

note "who is no tenant, and who has no firewall, is told in one sentence"
! "$root/breakwater" explain --name edge-test --tenant nobody "$ping_of_56" 2>"$work/explained.txt" ||
  fail "an unknown tenant is taken"
says 'no tenant of this name: tenant=nobody'
! "$root/breakwater" show firewall nobody --name edge-test 2>"$work/explained.txt" || fail "nobody has a firewall"
says 'no tenant of this name runs: tenant=nobody'

check_router acme
stop_appliance
