package io.breakwater.workers.protection;

/** A check of {@link StaticTable}, in the order of its evaluation. */
public enum PacketCheck {
  TCP_FLAGS,
  TINY_FRAGMENT,
  OVERLAPPING_FRAGMENT,
  SOURCE_PORT_ZERO,
  OWN_SOURCE
}
