package io.breakwater.appliance.explain.packet;

import io.breakwater.config.IpAddress;

/**
 * A packet as it was described: what is not said is as an ordinary sender would have it. Made by
 * {@link PacketText}, turned into bytes by {@link PacketBytes}; nothing else holds one.
 */
final class PacketDraft {

  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMP = 1;
  static final int ICMPV6 = 58;

  /** Not said. */
  static final int UNSET = -1;

  IpAddress source;
  IpAddress destination;
  int sourcePort = UNSET;
  int destinationPort = UNSET;
  int protocol = UNSET;

  int ttl = 64;
  int dscp;
  int ecn;
  int id;
  boolean dontFragment;
  boolean moreFragments;
  int fragmentOffsetBytes;
  int flowLabel;

  /** Of the IP packet; {@link #UNSET}: as long as its parts. */
  int lengthBytes = UNSET;

  byte[] payload = {};

  int tcpFlags = UNSET;
  long sequence;
  long acknowledgement;
  int window = 65_535;
  int urgentPointer;
  int mss = UNSET;
  int windowScale = UNSET;
  boolean sackPermitted;
  long timestamp = UNSET;
  long timestampEcho;

  int icmpType = UNSET;
  int icmpCode;
  int icmpId;
  int icmpSequence;

  boolean isIpv6() {
    return source.isIpv6();
  }

  boolean hasPorts() {
    return protocol == TCP || protocol == UDP;
  }

  public boolean isFragment() {
    return moreFragments || fragmentOffsetBytes > 0;
  }
}
