#!/usr/bin/env bash
# A tenant with two tunnels to two far ends, and 100 flows over both. One far end goes dark: its flows move, the
# others' do not notice, and nothing goes to the dead tunnel any more. It comes back, and its flows return when it
# has proved itself. Then both go dark, and traffic still tries. Answers of one tunnel's probes come straight,
# those of the other inside it, though the tenant has no egress.
. "$(dirname -- "$0")/../lib.sh"

second_end=100.64.7.4

# A far end that is stopped takes nothing out of its tunnel, and answers nothing.
darken() { local pid=router_$1_pid; kill -STOP "${!pid}"; }
light() { local pid=router_$1_pid; kill -CONT "${!pid}"; }

# A healthy tunnel is one whose probes were answered, not one that was not probed yet.
has_answered() { # has_answered TUNNEL PROBES
  show_tunnels probes
  (($(field probes "$1" probes) - $(field probes "$1" probes-lost) >= $2))
}

has_sent_since() { # has_sent_since FILE TUNNEL
  show_tunnels now
  (($(field now "$2" tx-packets) > $(field "$1" "$2" tx-packets)))
}

logged() { grep -qE "$1" "$work/appliance.log"; }
logged_twice() { (($(grep -cE "$1" "$work/appliance.log") >= 2)); }
logged_after() { sed "1,/$1/d" "$work/appliance.log" | grep -qE "$2"; } # logged_after BEFORE WHAT
now() { date +%s.%N; }

# The tunnels as the appliance shows them, into a file; and a field of it.
show_tunnels() { "$root/breakwater" show tunnels --json --name edge-test >"$work/$1.json"; }
field() { # field FILE TUNNEL FIELD
  "$python" -c 'import json, sys
print(next(row[sys.argv[3]] for row in json.load(open(sys.argv[1])) if row["tunnel"] == sys.argv[2]))' \
    "$work/$1.json" "$2" "$3"
}

build_network
ip -n "$customer" address add "$second_end/32" dev lo
start_router second "$second_end" -
ip -n "$customer" route add default dev second0 table 104
ip -n "$customer" rule add from "$second_end" to 100.64.1.2 priority 500 table 104
write_main
cat >"$work/tenants.d/acme.yaml" <<YAML
prefixes: [203.0.113.0/24]
tunnels:
  - {name: acme-1, local: 198.51.100.1, remote: 100.64.7.1}
  - {name: acme-2, local: 198.51.100.1, remote: $second_end}
YAML
start_appliance
ip netns exec "$customer" "$python" "$tests/flow.py" echo "$acme_ipv4" >"$work/echo.log" 2>&1 &
background_pids+=($!)
await "the echo host listens" grep -q listening "$work/echo.log"
ip netns exec "$client" "$python" "$tests/flow.py" spread "$acme_ipv4" --source "$client_ipv4" --flows 100 \
  --rate 1000 >"$work/flows.txt" 2>"$work/flows.log" &
flows_pid=$!
background_pids+=("$flows_pid")
for tunnel in acme-1 acme-2; do await "$tunnel answers its probes" has_answered "$tunnel" 8; done
! logged 'tunnel-(down|degraded)' || fail "a tunnel that answers is not healthy"

dark=$(now)
darken second
await "the dark tunnel is down" logged 'tunnel-down: acme-2 '
down=$(now)
show_tunnels down
show_tunnels down-later
[[ $(field down acme-2 state) == down ]] || fail "show tunnels does not say that acme-2 is down"
[[ $(field down acme-2 tx-packets) == "$(field down-later acme-2 tx-packets)" ]] ||
  fail "packets went to the dead tunnel"

lit=$(now)
light second
await "the tunnel answers again" logged_after 'tunnel-down: acme-2 ' 'tunnel-degraded: acme-2 '
await "the tunnel is healthy again" logged 'tunnel-recovered: acme-2 '
kill -TERM "$flows_pid"
wait "$flows_pid" || fail "the flows: $(cat "$work/flows.log")"

darken acme
darken second
await "the one tunnel is down" logged 'tunnel-down: acme-1 '
await "the other is down too" logged_twice 'tunnel-down: acme-2 '
show_tunnels both-down
on_client bash -c "for ((i = 0; i < 100; i++)); do echo try >/dev/udp/$acme_ipv4/9; done"
for tunnel in acme-1 acme-2; do
  await "with all tunnels down traffic tries $tunnel" has_sent_since both-down "$tunnel"
done
light acme
await "traffic goes by the tunnel that answers" on_client ping -c 1 -W 1 "$acme_ipv4"
light second

events >"$work/events"
"$python" - "$work/flows.txt" "$work/events" "$dark" "$down" "$lit" <<'PYTHON' || fail "the flows"
import datetime, json, sys
dark, down, lit = map(float, sys.argv[3:])
flows = {}  # by flow: time sent, time echoed, device
for line in open(sys.argv[1]):
    flow, sent, echoed, device = line.split()
    flows.setdefault(flow, []).append((float(sent), float("inf") if echoed == "-" else float(echoed), device))
events = [event for event in map(json.loads, open(sys.argv[2])) if event.get("tunnel") == "acme-2"]
first_down = next(event for event in events if event["type"] == "tunnel-down")
degraded = next(event for event in events[events.index(first_down):] if event["type"] == "tunnel-degraded")
recovered = next(event for event in events if event["type"] == "tunnel-recovered")
seconds = lambda event: datetime.datetime.fromisoformat(event["time"][:26] + "+00:00").timestamp()

# What went into the dark tunnel waits there for the light, and is echoed then, much too late: that is lost.
def is_lost(sent, echoed, device):
    return sent < lit < echoed and device != "acme0"

home = {flow: packets[0][2] for flow, packets in flows.items()}
others = [flow for flow in flows if home[flow] == "acme0"]
own = [flow for flow in flows if home[flow] == "second0"]
print(f"flows: {len(others)} by acme-1, {len(own)} by acme-2")
unmoved = sum(all(device == "acme0" for _, _, device in flows[flow]) for flow in others)
print(f"flows of acme-1 without a lost or a moved datagram: {unmoved} of {len(others)}")
lost = [packet[0] for flow in own for packet in flows[flow] if is_lost(*packet)]
print(f"acme-2 went dark: {len(lost)} datagrams lost, the last after {max(lost) - dark:.3f} s; down seen after {down - dark:.3f} s")
away = sum(all(device == "acme0" for sent, _, device in flows[flow] if down < sent < lit) for flow in own)
print(f"flows of acme-2 that moved, all of them, before it was seen to be down: {away} of {len(own)}")
back = [sent for flow in own for sent, _, device in flows[flow] if sent > lit and device == "second0"]
print(f"acme-2 came back: degraded after {seconds(degraded) - lit:.3f} s, its first datagram after {min(back) - lit:.3f} s;"
      f" {recovered['probes'] - degraded['probes']} probes in between")
home_again = sum(flows[flow][-1][2] == "second0" for flow in own)
print(f"flows of acme-2 that are back: {home_again} of {len(own)}")
sys.exit(not (20 <= len(own) <= 80 and len(own) + len(others) == 100 and unmoved == len(others)
              and lost and max(lost) < down and away == len(own) and home_again == len(own)
              and first_down["lost"] >= 3 and min(back) > seconds(degraded)
              and recovered["probes"] - degraded["probes"] >= 30))
PYTHON

note "the journal: $(grep -o '"type":"tunnel-.*' "$work/events" | tr -d '{}"' | paste -sd ' ')"
for story in 'down acme-2' 'degraded acme-2' 'recovered acme-2' 'down acme-1'; do
  grep -q "\"type\":\"tunnel-${story% *}\",\"tenant\":\"acme\",\"tunnel\":\"${story#* }\"" "$work/events" ||
    fail "the journal does not tell: $story"
done
for router in acme second; do check_router "$router"; done
stop_appliance
