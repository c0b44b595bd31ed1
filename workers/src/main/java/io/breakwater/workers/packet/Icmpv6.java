package io.breakwater.workers.packet;

/**
 * ICMPv6 (RFC 4443) and neighbour discovery (RFC 4861 4): types, option types and fixed lengths.
 */
public final class Icmpv6 {

  public static final int DESTINATION_UNREACHABLE = 1;
  public static final int PACKET_TOO_BIG = 2;
  public static final int TIME_EXCEEDED = 3;
  public static final int ECHO_REQUEST = 128;
  public static final int ECHO_REPLY = 129;
  public static final int ROUTER_SOLICITATION = 133;
  public static final int ROUTER_ADVERTISEMENT = 134;
  public static final int NEIGHBOUR_SOLICITATION = 135;
  public static final int NEIGHBOUR_ADVERTISEMENT = 136;
  public static final int REDIRECT = 137;

  /** Codes of {@link #DESTINATION_UNREACHABLE}. */
  public static final int CODE_NO_ROUTE = 0;

  public static final int CODE_ADMINISTRATIVELY_PROHIBITED = 1;

  public static final int CODE_ADDRESS_UNREACHABLE = 3;

  public static final int CODE_PORT_UNREACHABLE = 4;

  /** Length of a solicitation or advertisement without options. */
  public static final int NEIGHBOUR_BYTES = 24;

  public static final int OPTION_SOURCE_LINK_LAYER = 1;
  public static final int OPTION_TARGET_LINK_LAYER = 2;
  public static final int OPTION_LINK_LAYER_BYTES = 8;

  /** Of the first word behind the checksum of an advertisement. */
  public static final int FLAG_ROUTER = 0x8000_0000;

  public static final int FLAG_SOLICITED = 0x4000_0000;
  public static final int FLAG_OVERRIDE = 0x2000_0000;

  private Icmpv6() {}

  /** RFC 4443 2.1: error messages have the high bit of the type clear. */
  public static boolean isError(int type) {
    return type < 128;
  }
}
