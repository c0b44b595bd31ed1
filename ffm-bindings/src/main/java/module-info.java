/**
 * The only Java of Breakwater that touches native code: DPDK through the C shim of {@code native/}.
 */
module io.breakwater.dpdk {
  exports io.breakwater.dpdk;
}
