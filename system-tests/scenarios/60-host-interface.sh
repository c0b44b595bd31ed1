#!/usr/bin/env bash
. "$(dirname -- "$0")/../lib.sh"
build_network
write_main
write_acme 1
sed -i 's/^    mtu: 1500$/&\n    host: {interface: bw-HOST}/' "$work/appliance.yaml"
sed -i '0,/bw-HOST/s//bw-uplink/; 0,/bw-HOST/s//bw-inside/' "$work/appliance.yaml"
cat "$work/appliance.yaml"
nft_drop() { on_edge nft -f - <<NFT
table netdev breakwater {
  chain $1 { type filter hook ingress device $1 priority 0; policy drop;
  }
}
NFT
}
nft_drop ve0; nft_drop ve1
start_appliance
on_edge ip addr
cat "$work/appliance.log"
check_ping "$edge_ipv4"
on_edge ping -c 3 -W 1 192.0.2.1 || true
on_edge ping -c 3 -W 1 2001:db8:1::1 || true
"$root/breakwater" show host; "$root/breakwater" show ports; "$root/breakwater" show workers;
stop_appliance
on_edge ip addr
tail -5 $work/appliance.log
