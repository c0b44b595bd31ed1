#!/usr/bin/env bash
# Against the kernel's own GRE over IPv6, where it has it.
. "$(dirname -- "$0")/../kernel-gre.sh"
check_kernel_gre ipv6
