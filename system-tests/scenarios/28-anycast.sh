#!/usr/bin/env bash
# Two appliances with one anycast endpoint: in mid-connection half of a tenant's flows move to the other
# server on their way in, then the tenant's tunnel does on the way back. Every TCP connection goes on, bit-exact.
#
#     client c1 192.0.3.1  ────  we0 [second] we1  ────  k1 100.64.2.1 customer
. "$(dirname -- "$0")/../lib.sh"

second=bw$$-second
namespaces+=("$second")
second_ipv4=192.0.3.2
flows=8
first_port=41000
# shellcheck disable=SC2034 # the laboratory uses it
download_bytes=$((16 << 20))
flow_bytes_per_second=$((1 << 20))

write_second() {
  mkdir -p "$work/second"
  sed -e 's/appliance: edge-test/appliance: edge-test-second/' -e "s/iface=ve0/iface=we0/; s/iface=ve1/iface=we1/" \
    -e 's/cores: .*\]/cores: [0]/' -e "s/192\.0\.2\./192.0.3./; s/2001:db8:1::/2001:db8:3::/" \
    -e 's/100\.64\.1\./100.64.2./' -e 's,tenants: .*,tenants: ../tenants.d/,' \
    "$work/appliance.yaml" >"$work/second/appliance.yaml"
}

start_second() {
  on_second sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
  join "$second" we0 "$client" c1
  join "$second" we1 "$customer" k1
  addresses "$client" c1 192.0.3.1/24 2001:db8:3::1/64
  addresses "$customer" k1 100.64.2.1/24
  note "starting the second appliance"
  ip netns exec "$second" "$root/breakwater" run -c "$work/second/appliance.yaml" >"$work/second.log" 2>&1 &
  second_pid=$!
  background_pids+=("$second_pid")
  await "the second appliance answers" on_client ping -c 1 -W 1 "$second_ipv4"
}

on_second() { ip netns exec "$second" "$@"; }

start_downloads() {
  local i
  for ((i = 0; i < flows; i++)); do
    ip netns exec "$client" curl -sS --fail --max-time "$patience_s" --interface "$client_ipv4" \
      --local-port "$((first_port + i))" --limit-rate "$flow_bytes_per_second" \
      -o "$work/downloaded-$i" "http://$acme_ipv4/blob" &
    download_pids+=($!)
  done
}

all_downloads_begun() {
  local i
  for ((i = 0; i < flows; i++)); do
    [[ -s $work/downloaded-$i ]] || return 1
  done
}

check_downloads() {
  local i
  for ((i = 0; i < flows; i++)); do
    wait "${download_pids[$i]}" || fail "download $i broke off"
    cmp "$work/blob" "$work/downloaded-$i" || fail "download $i differs"
    rm "$work/downloaded-$i"
  done
  note "all $flows downloads are bit-exact"
}

# Packets that the second appliance has sent to the customer, and to the client.
second_sent() { on_second cat "/sys/class/net/$1/statistics/tx_packets"; }

# Far more than the probes of its tunnels, eight a second, would be while we wait.
took_way_in() { (($(second_sent we1) - idle > 2000)); }
took_way_back() { (($(second_sent we0) - back > 5000)); }

build_network
write_main
write_acme 2
write_second
start_appliance
start_second
start_http_server
reply_by tunnel
download_pids=()
start_downloads
await "the downloads have begun" all_downloads_begun
idle=$(second_sent we1)

note "half of the flows take the other server on their way in"
ip -n "$client" route add 203.0.113.0/24 via "$second_ipv4" src "$client_ipv4" table 200
ip -n "$client" rule add ipproto tcp sport "$((first_port + flows / 2))-$((first_port + flows - 1))" table 200
await "flows take the second server on their way in" took_way_in
back=$(second_sent we0)
note "packets into the tunnel by the second server: $(($(second_sent we1) - idle))"

note "the tunnel takes the other server on its way back"
ip -n "$customer" route replace 198.51.100.1/32 via 100.64.2.2
await "the tunnel takes the second server on its way back" took_way_back
note "packets out of the tunnel by the second server: $(($(second_sent we0) - back))"
check_downloads

kill -TERM "$second_pid"
wait "$second_pid" || fail "the second appliance ended badly: $(tail -n 20 "$work/second.log")"
check_router acme
stop_appliance
