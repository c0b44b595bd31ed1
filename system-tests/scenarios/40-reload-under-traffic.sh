#!/usr/bin/env bash
# 100 SIGHUPs with changing tenants while UDP and TCP flow: not one datagram lost, repeated or delivered to
# another tenant, every download bit-exact, and each reload visible on the wire.
. "$(dirname -- "$0")/../lib.sh"

reloads=100

churn_answers() { on_client ping -n -q -c 1 -W "${2:-1}" "198.19.$((100 + $1)).10"; }

# Downloads until told to stop; the rate leaves room, so that a lost packet is Breakwater's doing.
download_on_and_on() {
  trap 'exit 0' TERM
  while :; do
    ip netns exec "$client" curl -sS --fail --max-time "$patience_s" --limit-rate 5M \
      -o "$work/downloaded" "http://$acme_ipv4/blob" &
    wait $! || exit 1
    cmp "$work/blob" "$work/downloaded" || exit 1
    echo whole >>"$work/downloads"
  done
}

build_network
write_main
write_acme 1
write_beta
start_appliance
download_bytes=$((10 << 20))
start_http_server
start_flow acme "$acme_ipv4" 500
start_flow beta "$beta_ipv4" 500
download_on_and_on &
downloads_pid=$!
background_pids+=("$downloads_pid")

applied_before=$(count_events configuration-applied)
for ((i = 0; i < reloads; i++)); do
  write_churn "$i"
  if ((i % 2 == 0)); then write_acme 2; else write_acme 1; fi
  reload_appliance
  await "reload $i: the new prefix is delivered" churn_answers "$i"
  if ((i % 10 == 9)); then
    ! churn_answers "$((i - 1))" 0.3 >/dev/null || fail "reload $i: the prefix of before is still delivered"
  fi
done
note "$reloads reloads"
check_flow acme
check_flow beta
is_running || fail "the appliance died"
kill -0 "$downloads_pid" 2>/dev/null || fail "a download under reloads broke off or differs"
[[ -s $work/downloads ]] || fail "no download was whole"
note "whole downloads: $(wc -l <"$work/downloads")"
kill -TERM "$downloads_pid"

applied=$(($(count_events configuration-applied) - applied_before))
((applied == reloads)) || fail "the journal shows $applied applied configurations, not $reloads"
[[ $(count_events configuration-rejected) == 0 ]] || fail "the journal shows a refused configuration"
for tenant in acme beta churn; do check_router "$tenant"; done
stop_appliance
