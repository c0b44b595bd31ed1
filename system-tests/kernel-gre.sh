# shellcheck shell=bash
# The tenant's router is the kernel's own GRE device, an implementation that shares nothing with ours: with and
# without key, checksum and sequence numbers, `ping` up to the tunnel's MTU and TCP both ways, bit-exact, IPv4
# and IPv6 inside. The two scenarios that source this are skipped where the kernel has no such device.
#
# BREAKWATER_TEST_GRE=user puts the user-space router in its place, so that the scenario itself can be tried
# where there is none: it sends no checksums and no sequence numbers.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# shellcheck disable=SC2034 # the laboratory uses it
download_bytes=$((20 << 20))
tenant_ipv4=198.19.70.10 tenant_ipv6=2001:db8:777::10

# type_of_device OVER: what `ip link` calls the device
type_of_device() { if [[ $1 == ipv6 ]]; then echo ip6gre; else echo gre; fi; }

far_end() { if [[ $1 == ipv6 ]]; then echo 2001:db8:7::1; else echo 100.64.7.4; fi; } # far_end OVER
endpoint() { if [[ $1 == ipv6 ]]; then echo "$endpoint_ipv6"; else echo 198.51.100.1; fi; } # endpoint OVER

# Lines of words that `ip link add` takes, for each variant: a name, then options.
variants() { # variants OVER
  local limit=
  # By default it sends a destination option in front of GRE (RFC 2473 4.1.1); one variant does.
  if [[ $1 == ipv6 ]]; then limit="encaplimit none"; fi
  echo "plain $limit"
  echo "key key 7 $limit"
  echo "checksum icsum ocsum $limit"
  echo "sequence oseq $limit"
  echo "all key 7 icsum ocsum oseq"
}

has() { [[ " $1 " == *" $2 "* ]]; } # has OPTIONS WORD

# The largest inner packet in both directions: only the kernel sends sequence numbers.
fit() { # fit OVER OPTIONS
  local bytes=$((1500 - 20 - 4))
  if [[ $1 == ipv6 ]]; then bytes=$((bytes - 20)); fi
  if has "$2" key; then bytes=$((bytes - 4)); fi
  if has "$2" ocsum; then bytes=$((bytes - 4)); fi
  if has "$2" oseq; then bytes=$((bytes - 4)); fi
  if [[ $1 == ipv6 ]] && ! has "$2" encaplimit; then bytes=$((bytes - 8)); fi
  echo "$bytes"
}

write_tenant() { # write_tenant OVER OPTIONS MTU
  local key="" checksum=""
  if has "$2" key; then key=", key: 7"; fi
  if has "$2" icsum; then checksum=", checksum: true"; fi
  cat >"$work/tenants.d/kernel.yaml" <<YAML
prefixes: [198.19.70.0/24, "2001:db8:777::/48"]
tunnels:
  - {name: kernel-1, local: "$(endpoint "$1")", remote: "$(far_end "$1")", mtu: $3$key$checksum, health: {probe: off}}
egress: true
YAML
}

# shellcheck disable=SC2086 # several words
add_device() { # add_device OVER OPTIONS MTU
  if [[ ${BREAKWATER_TEST_GRE:-kernel} == user ]]; then
    start_router kernel "$(far_end "$1")" "$(if has "$2" key; then echo 7; else echo -; fi)"
  else
    ip -n "$customer" link add kernel0 type "$(type_of_device "$1")" local "$(far_end "$1")" \
      remote "$(endpoint "$1")" ttl 64 $2
  fi
  ip -n "$customer" link set kernel0 mtu "$3" txqueuelen 10000 up
}

# What the device refused is a fault of the encapsulation: a checksum, a key, a length.
remove_device() {
  if [[ ${BREAKWATER_TEST_GRE:-kernel} == user ]]; then
    check_router kernel
    return
  fi
  ip -n "$customer" -s -j link show kernel0 | "$python" -c '
import json, sys
received = json.load(sys.stdin)[0]["stats64"]["rx"]
print("kernel:", received)
sys.exit(received["packets"] == 0 or any(received[name] for name in ("errors", "dropped", "over_errors", "crc_errors", "frame_errors") if name in received))' ||
    fail "the kernel refused packets"
  ip -n "$customer" link delete kernel0
}

count_applied() { grep -c "reload: applied" "$work/appliance.log" || true; }

check_variant() { # check_variant OVER NAME OPTIONS
  local applied
  inner_mtu=$(fit "$1" "$3")
  note "variant $2 over $1: $3, $inner_mtu bytes inside"
  write_tenant "$1" "$3" "$inner_mtu"
  if [[ -z $appliance_pid ]]; then
    start_appliance
    start_http_server_of_kernel
  else
    applied=$(count_applied)
    reload_appliance
    await 10 "the reload" eval "((\$(count_applied) > $applied))"
  fi
  # Now: the device is to see nothing of the variant before, whose key it would refuse.
  add_device "$1" "$3" "$inner_mtu"
  reply_by direct
  tunnel_rule kernel 103 198.19.70.0/24 2001:db8:777::/48
  ip -n "$client" route flush cache
  ip -n "$client" -6 route flush cache
  check_ping "$tenant_ipv4" -s $((inner_mtu - 28)) -M "do"
  check_ping "$tenant_ipv6" -s $((inner_mtu - 48)) -M "do"
  local host
  for host in "$tenant_ipv4" "[$tenant_ipv6]"; do
    check_download "$host"
    check_upload "$host"
  done
  remove_device
}

start_http_server_of_kernel() {
  acme_ipv4=$tenant_ipv4 start_http_server
}

check_kernel_gre() { # check_kernel_gre OVER
  local why name options
  build_network
  if [[ ${BREAKWATER_TEST_GRE:-kernel} == kernel ]]; then
    why=$(ip -n "$customer" link add kernel0 type "$(type_of_device "$1")" local "$(far_end "$1")" \
      remote "$(endpoint "$1")" 2>&1) || skip "this kernel has no $(type_of_device "$1") device: $why"
    ip -n "$customer" link delete kernel0
  fi
  write_main
  add_ipv6_link
  addresses "$customer" lo 100.64.7.4/32 "$tenant_ipv6/128"
  ip -n "$client" route add 2001:db8:777::/48 via "$edge_ipv6" src "$client_ipv6"
  while read -r name options <&3; do check_variant "$1" "$name" "$options"; done 3< <(variants "$1")
  check_router acme
  stop_appliance
}
