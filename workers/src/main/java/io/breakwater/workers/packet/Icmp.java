package io.breakwater.workers.packet;

/**
 * ICMP (RFC 792, RFC 1191) and the common part of ICMPv6 (RFC 4443): type, code, checksum, then
 * four bytes by type.
 */
public final class Icmp {

  public static final int HEADER_BYTES = 8;

  public static final int ECHO_REPLY = 0;
  public static final int DESTINATION_UNREACHABLE = 3;
  public static final int SOURCE_QUENCH = 4;
  public static final int REDIRECT = 5;
  public static final int ECHO_REQUEST = 8;
  public static final int TIME_EXCEEDED = 11;
  public static final int PARAMETER_PROBLEM = 12;

  /** Codes of {@link #DESTINATION_UNREACHABLE}. */
  public static final int CODE_NET_UNREACHABLE = 0;

  public static final int CODE_HOST_UNREACHABLE = 1;

  public static final int CODE_PORT_UNREACHABLE = 3;
  public static final int CODE_SOURCE_ROUTE_FAILED = 5;

  /** RFC 1812 5.2.7.1. */
  public static final int CODE_ADMINISTRATIVELY_PROHIBITED = 13;

  /** Code of {@link #TIME_EXCEEDED}, and of ICMPv6's: on the way, not in reassembly. */
  public static final int CODE_IN_TRANSIT = 0;

  /**
   * Code of {@link #DESTINATION_UNREACHABLE}: fragmentation needed and DF set; the next hop's MTU
   * in bytes 6-7.
   */
  public static final int CODE_FRAGMENTATION_NEEDED = 4;

  private Icmp() {}

  public static int type(PacketMemory memory, int icmp) {
    return memory.u8(icmp);
  }

  /**
   * Whether an ICMP message of this type is an error, which must not be answered with another (RFC
   * 1812 4.3.2.7).
   */
  public static boolean isError(int type) {
    return type == DESTINATION_UNREACHABLE
        || type == SOURCE_QUENCH
        || type == REDIRECT
        || type == TIME_EXCEEDED
        || type == PARAMETER_PROBLEM;
  }
}
