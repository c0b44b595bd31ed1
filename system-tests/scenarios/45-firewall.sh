#!/usr/bin/env bash
# A tenant's firewall before real clients, IPv4 and IPv6: HTTP is allowed and bit-exact; one port is reset, which
# the client's kernel calls refused; others are rejected by ICMP, which it calls unreachable; the rest is dropped
# in silence, and logged. Every rule counts what it should.
. "$(dirname -- "$0")/../lib.sh"

write_firewall() {
  cat >"$work/tenants.d/acme.nft" <<'NFT'
table inet filter {
  set web { type inet_service; elements = { 80, 443 } }
  chain prerouting {
    type filter hook prerouting priority filter; policy drop;
    meta l4proto { icmp, ipv6-icmp } accept
    tcp dport @web counter accept
    tcp dport 81 counter reject with tcp reset
    tcp dport 82 counter reject with icmpx admin-prohibited
    udp dport 82 counter reject
    udp dport 83 counter reject with icmpx admin-prohibited
    ip saddr 198.18.5.5 tcp dport 83 log prefix "closed: " counter drop
    counter
  }
}
NFT
  echo "firewall: acme.nft" >>"$work/tenants.d/acme.yaml"
}

attempt() { # attempt EXPECTED tcp|udp ADDRESS PORT [OPTION...]
  local source=$client_ipv4 became
  if [[ $3 == *:* ]]; then source=$client_ipv6; fi
  became=$(on_client "$python" "$tests/connect.py" "${@:2:3}" --source "$source" "${@:5}")
  note "${*:2:3}: $became"
  [[ $became == "$1" ]] || fail "${*:2:3} should be $1: $became"
}

logged_port_83() {
  events | grep '"type":"firewall-logged"' | grep '"tenant":"acme"' | grep 'acme.nft:11"' |
    grep '"prefix":"closed: "' | grep "\"source\":\"$client_ipv4\"" | grep "\"destination\":\"$acme_ipv4\"" |
    grep '"protocol":"tcp"' | grep -q '"destination-port":83,'
}

build_network
write_main
write_acme 1
write_firewall
start_appliance
start_http_server

check_download "$acme_ipv4"
check_download "[$acme_ipv6]"
check_ping "$acme_ipv4"
check_ping "$acme_ipv6"
for address in "$acme_ipv4" "$acme_ipv6"; do
  attempt ECONNREFUSED tcp "$address" 81
  # RFC 1122 has no errno for "prohibited": Linux calls ICMP's EHOSTUNREACH, and ICMPv6's EACCES.
  if [[ $address == *:* ]]; then unreachable=EACCES; else unreachable=EHOSTUNREACH; fi
  attempt ECONNREFUSED udp "$address" 82
  attempt "$unreachable" udp "$address" 83
  attempt timeout tcp "$address" 83 --timeout 2
  attempt timeout udp "$address" 84 --timeout 0.2
done

attempt EHOSTUNREACH tcp "$acme_ipv4" 82
# No answer is longer than what it answers, and an ICMPv6 error is longer than a SYN: 96 bytes to 80.
attempt timeout tcp "$acme_ipv6" 82 --timeout 0.5

# One segment each: the first answer was taken, at once, and no SYN was sent a second time.
check_rule acme 'tcp dport 81 counter reject' 2
check_rule acme 'udp dport 83 counter reject' 2
check_rule acme 'udp dport 82 counter reject' 2
(($(rule_packets acme 'tcp dport @web ') > download_bytes / 100000)) || fail "HTTP was not counted"
(($(rule_packets acme 'tcp dport 83') >= 1)) || fail "what was dropped was not counted"
(($(rule_packets acme 'counter$') >= 3)) || fail "what came to the policy was not counted"
await "what was logged is in the journal" logged_port_83
check_router acme
stop_appliance
