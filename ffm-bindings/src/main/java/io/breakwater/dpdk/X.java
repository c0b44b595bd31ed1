package io.breakwater.dpdk;

final class X {
  private X() {}
}
