package io.breakwater.perf.onset;

import static io.breakwater.perf.traffic.FrameWriter.ETHERNET_BYTES;
import static io.breakwater.perf.traffic.FrameWriter.GRE;
import static io.breakwater.perf.traffic.FrameWriter.ICMP;
import static io.breakwater.perf.traffic.FrameWriter.ICMPV6;
import static io.breakwater.perf.traffic.FrameWriter.IPV4_BYTES;
import static io.breakwater.perf.traffic.FrameWriter.TCP;
import static io.breakwater.perf.traffic.FrameWriter.TYPE_ARP;
import static io.breakwater.perf.traffic.FrameWriter.TYPE_IPV4;
import static io.breakwater.perf.traffic.FrameWriter.TYPE_IPV6;
import static io.breakwater.perf.traffic.FrameWriter.UDP;

import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.perf.traffic.Workload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * The frames of an {@link Attack}, for the addresses of {@link OnsetConfiguration}: each call makes
 * another one, from a seed.
 *
 * <p>A kind of several variants draws one for each frame, so that no branch can be foretold. Plain
 * code: all frames are made before traffic starts.
 */
final class OnsetFrames {

  private static final int TTL = 64;
  private static final int SYN = 0x02;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int TYPE_VLAN = 0x8100;
  private static final int TYPE_SERVICE_VLAN = 0x88a8;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int PAD_4 = 0x0104;

  /** Types and codes. */
  private static final int[][] ICMP_ERRORS = {
    {3, 0}, {3, 1}, {3, 3}, {3, 4}, {3, 13}, {4, 0}, {11, 0}, {11, 1}, {12, 0}
  };

  /** The headers, but for the longest. */
  private static final int GARBLED_BYTES_MAX = 96;

  private final Workload workload;
  private final Random random;

  OnsetFrames(Workload workload, long seed) {
    this.workload = workload;
    random = new Random(seed);
  }

  /** One frame, another one with each call. */
  byte[] next(Attack attack) {
    return switch (attack) {
      case SYN_FLOOD -> toTenant(TCP, TTL, DONT_FRAGMENT).tcp(port(), port(), SYN).finish();
      case UDP_FLOOD -> padded(toTenant(UDP, TTL, 0).udp(port(), port()).zeros(18));
      case FRAGMENTS -> fragment();
      case MALFORMED -> malformed();
      case TTL_EXPIRING -> expiring();
      case TOO_BIG -> tooBig();
      case UNKNOWN_DESTINATIONS -> unknownDestination();
      case PINGS -> ping();
      case NEIGHBOURS -> neighbour();
      case GRE_FORGED -> forged();
      case VLAN_TAGS -> tagged();
      case IPV6_EXTENSIONS -> extended();
      case ICMP_ERRORS -> icmpError();
      case GARBLED -> garbled();
    };
  }

  /** The longest there is, which decides the frames' distance in memory. */
  static int lengthMax(Attack attack) {
    boolean large = attack == Attack.TOO_BIG || attack == Attack.GARBLED;
    return large ? ETHERNET_BYTES + 1_500 : 128;
  }

  private byte[] fragment() {
    return switch (random.nextInt(4)) {
      case 0 -> padded(toTenant(UDP, TTL, MORE_FRAGMENTS).udp(port(), 53).zeros(16));
      case 1 -> padded(toTenant(TCP, TTL, MORE_FRAGMENTS).zeros(8)); // within the TCP header
      default -> padded(toTenant(UDP, TTL, 1 + random.nextInt(0xfff)).zeros(24));
    };
  }

  private byte[] malformed() {
    byte[] frame =
        random.nextBoolean()
            ? toTenant(TCP, TTL, DONT_FRAGMENT).tcp(port(), 443, SYN).zeros(6).finish()
            : padded(toTenant(UDP, TTL, 0).udp(port(), 53).zeros(18));
    switch (random.nextInt(8)) {
      case 0, 1 -> frame[ETHERNET_BYTES + 10] ^= (byte) (1 + random.nextInt(255));
      case 2 -> frame[ETHERNET_BYTES] = 0x55; // version
      case 3 -> frame[ETHERNET_BYTES] = 0x43; // header length
      case 4 -> frame[ETHERNET_BYTES + 2] = 5; // total length beyond the frame
      case 5 -> frame[ETHERNET_BYTES + 24] = 4; // UDP length, or TCP sequence
      case 6 -> frame = padded(from(0x7f00_0000 | random.nextInt(1 << 24)).udp(port(), 53));
      default -> frame = Arrays.copyOf(frame, ETHERNET_BYTES + random.nextInt(34));
    }
    return frame;
  }

  private byte[] expiring() {
    if (random.nextInt(4) == 0) {
      return ipv6ToTenant(UDP, 1).udp(port(), 33_434).zeros(18).finish();
    }
    return padded(toTenant(UDP, 1, 0).udp(port(), 33_434).zeros(18));
  }

  private byte[] tooBig() {
    if (random.nextInt(4) == 0) {
      return ipv6ToTenant(UDP, TTL).udp(port(), 443).zeros(1_452).finish();
    }
    int flags = random.nextBoolean() ? DONT_FRAGMENT : 0;
    return toTenant(UDP, TTL, flags).udp(port(), 443).zeros(1_472).finish();
  }

  private byte[] unknownDestination() {
    int nobody = 0xAA00_0000 | random.nextInt(1 << 24); // 170/8: above the tenants and the senders
    return on(TYPE_IPV4).ipv4(sender(), nobody, TCP, TTL, 0).tcp(port(), 23, SYN).zeros(6).finish();
  }

  private byte[] ping() {
    int identifier = random.nextInt(1 << 16);
    return switch (random.nextInt(3)) {
      case 0 ->
          on(TYPE_IPV6)
              .ipv6(ipv6Sender(), OnsetConfiguration.OWN_IPV6, ICMPV6, TTL)
              .icmp(128, identifier)
              .zeros(16)
              .finish();
      case 1 -> padded(pingTo(workload.endpoint(), identifier));
      default -> padded(pingTo(OnsetConfiguration.OWN_IPV4, identifier));
    };
  }

  private FrameWriter pingTo(int destination, int identifier) {
    return on(TYPE_IPV4)
        .ipv4(sender(), destination, ICMP, TTL, 0)
        .echoRequest(identifier, random.nextInt(1 << 16))
        .zeros(18);
  }

  private byte[] neighbour() {
    return switch (random.nextInt(4)) {
      case 0 -> arp(BROADCAST, 1);
      case 1 -> arp(Workload.OWN_MAC, 2);
      case 2 -> solicitation(135, new long[] {0xff02_0000_0000_0000L, 0x0001_ff00_0002L});
      default -> solicitation(136, OnsetConfiguration.OWN_IPV6);
    };
  }

  private byte[] arp(long to, int operation) {
    long mac = 0x0200_0000_0000L | random.nextInt() & 0xffff_ffffL;
    int sender = OnsetConfiguration.SUBNET | random.nextInt(3, 255);
    return padded(
        new FrameWriter()
            .ethernet(to, mac, TYPE_ARP)
            .int32(0x0001_0800)
            .int32(0x0604_0000 | operation)
            .int32((int) (mac >>> 16))
            .int32((int) mac << 16 | sender >>> 16)
            .int32(sender << 16)
            .int32(0)
            .int32(OnsetConfiguration.OWN_IPV4));
  }

  /** Or an advertisement: both are type, flags, target, and one option with an Ethernet address. */
  private byte[] solicitation(int type, long[] destination) {
    long[] source = {OnsetConfiguration.OWN_IPV6[0], random.nextInt(3, 1 << 16)};
    long[] target = type == 135 ? OnsetConfiguration.OWN_IPV6 : source;
    long to = type == 135 ? 0x3333_ff00_0002L : Workload.OWN_MAC;
    return new FrameWriter()
        .ethernet(to, Workload.ROUTER_MAC, TYPE_IPV6)
        .ipv6(source, destination, ICMPV6, 255)
        .icmp(type, 0)
        .int32((int) (target[0] >>> 32))
        .int32((int) target[0])
        .int32((int) (target[1] >>> 32))
        .int32((int) target[1])
        .int32((type == 135 ? 1 : 2) << 24 | 1 << 16 | 0x0200)
        .int32(random.nextInt())
        .finish();
  }

  private byte[] forged() {
    Workload.Prefix prefix = prefix();
    Workload.Tunnel tunnel = workload.tunnels().get(prefix.tenant() * 2 + random.nextInt(2));
    int source = host(prefix);
    FrameWriter writer =
        switch (random.nextInt(8)) {
          case 0, 1 -> gre(sender(), TYPE_IPV4, -1); // from an unknown router
          case 2, 3 -> gre(tunnel.remote(), TYPE_IPV4, random.nextInt(1 << 24)); // wrong key
          case 4 -> gre(tunnel.remote(), 0x6558, tunnel.key()); // Ethernet inside
          case 5 ->
              on(TYPE_IPV4)
                  .ipv4(tunnel.remote(), workload.endpoint(), GRE, TTL, 0)
                  .int32(random.nextInt()); // odd flags
          default -> {
            source = sender(); // not the tenant's
            yield gre(tunnel.remote(), TYPE_IPV4, tunnel.key());
          }
        };
    return writer.ipv4(source, sender(), UDP, TTL, 0).udp(port(), 443).zeros(18).finish();
  }

  private FrameWriter gre(int remote, int type, long key) {
    return on(TYPE_IPV4).ipv4(remote, workload.endpoint(), GRE, TTL, 0).gre(type, key);
  }

  private byte[] tagged() {
    int tags = 1 + random.nextInt(3);
    FrameWriter writer = on(tags > 1 ? TYPE_SERVICE_VLAN : TYPE_VLAN);
    for (int left = tags; left > 0; left--) {
      writer.int32((1 + random.nextInt(4_094)) << 16 | (left > 1 ? TYPE_VLAN : TYPE_IPV4));
    }
    return padded(writer.ipv4(sender(), host(prefix()), UDP, TTL, 0).udp(port(), port()).zeros(18));
  }

  private byte[] extended() {
    return switch (random.nextInt(6)) {
      case 0 -> udp(ipv6ToTenant(HOP_BY_HOP, TTL).extension(UDP, PAD_4, 0));
      case 1 ->
          udp(
              ipv6ToTenant(HOP_BY_HOP, TTL)
                  .extension(DESTINATION_OPTIONS, PAD_4, 0)
                  .extension(UDP, PAD_4, 0));
      case 2 -> udp(ipv6ToTenant(ROUTING, TTL).extension(UDP, 0, 0)); // type 0
      case 3 -> udp(ipv6ToTenant(FRAGMENT, TTL).extension(UDP, 1, random.nextInt()));
      case 4 -> ipv6ToTenant(FRAGMENT, TTL).extension(UDP, 0x0100, 7).zeros(16).finish();
      default -> {
        FrameWriter writer = ipv6ToTenant(DESTINATION_OPTIONS, TTL);
        int headers = 1 + random.nextInt(9); // one more than is let through
        for (int i = 1; i < headers; i++) {
          writer.extension(DESTINATION_OPTIONS, PAD_4, 0);
        }
        yield headers > 8
            ? writer.extension(UDP, PAD_4, 0).finish()
            : random.nextBoolean()
                ? writer.extension(UDP, PAD_4, 0).udp(port(), 443).finish()
                : writer.finish(); // ends before the header that was announced
      }
    };
  }

  /** Of a router on the way, about what we may have sent into a tunnel. */
  private byte[] icmpError() {
    Workload.Prefix prefix = prefix();
    Workload.Tunnel tunnel = workload.tunnels().get(prefix.tenant() * 2 + random.nextInt(2));
    int[] type = ICMP_ERRORS[random.nextInt(ICMP_ERRORS.length)];
    int remote = random.nextBoolean() ? tunnel.remote() : sender();
    byte[] quote =
        new FrameWriter()
            .ipv4(workload.endpoint(), remote, GRE, TTL, 0)
            .gre(TYPE_IPV4, tunnel.key())
            .ipv4(sender(), host(prefix), UDP, TTL - 1, 0)
            .udp(port(), 443)
            .zeros(random.nextInt(18))
            .finish();
    return padded(
        on(TYPE_IPV4)
            .ipv4(sender(), workload.endpoint(), ICMP, TTL, 0)
            .icmp(type[0], type[1], random.nextInt(1_600))
            .copy(quote, random.nextInt(20, quote.length)));
  }

  /** Of any other attack. What is behind the headers is left as it is. */
  private byte[] garbled() {
    byte[] frame = next(Attack.values()[random.nextInt(Attack.GARBLED.ordinal())]);
    int at = random.nextInt(Math.min(frame.length, GARBLED_BYTES_MAX));
    if (random.nextInt(4) == 0) {
      return Arrays.copyOf(frame, Math.max(at, 1)); // of no bytes there is none
    }
    frame[at] = (byte) random.nextInt();
    if (random.nextInt(4) != 0 && frame.length >= ETHERNET_BYTES + IPV4_BYTES) {
      repairChecksum(frame);
    }
    return frame;
  }

  /** Of an IPv4 header without options; where there is none it is one more place to be garbled. */
  private static void repairChecksum(byte[] frame) {
    var buffer = ByteBuffer.wrap(frame).putShort(ETHERNET_BYTES + 10, (short) 0);
    int sum = 0;
    for (int at = ETHERNET_BYTES; at < ETHERNET_BYTES + IPV4_BYTES; at += 2) {
      sum += buffer.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    buffer.putShort(ETHERNET_BYTES + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
  }

  private byte[] udp(FrameWriter writer) {
    return writer.udp(port(), 443).zeros(18).finish();
  }

  private FrameWriter on(int type) {
    return new FrameWriter().ethernet(Workload.OWN_MAC, Workload.ROUTER_MAC, type);
  }

  private FrameWriter toTenant(int protocol, int ttl, int flagsAndOffset) {
    return on(TYPE_IPV4).ipv4(sender(), host(prefix()), protocol, ttl, flagsAndOffset);
  }

  private FrameWriter from(int source) {
    return on(TYPE_IPV4).ipv4(source, host(prefix()), UDP, TTL, 0);
  }

  private FrameWriter ipv6ToTenant(int protocol, int hopLimit) {
    long[] destination = {OnsetConfiguration.TENANT_IPV6, random.nextLong()};
    return on(TYPE_IPV6).ipv6(ipv6Sender(), destination, protocol, hopLimit);
  }

  private long[] ipv6Sender() {
    return new long[] {0x2a00_0000_0000_0000L | random.nextInt() & 0xffff_ffffL, random.nextLong()};
  }

  private Workload.Prefix prefix() {
    return workload.prefixes().get(random.nextInt(workload.prefixes().size()));
  }

  private int host(Workload.Prefix prefix) {
    return prefix.address() | random.nextInt() & (int) (0xffff_ffffL >>> prefix.length());
  }

  /** 128/8 to 168/8: no tenant's, no private range. */
  private int sender() {
    return 128 + random.nextInt(41) << 24 | random.nextInt(1 << 24);
  }

  private int port() {
    return 1_024 + random.nextInt(64_512);
  }

  /** An Ethernet frame has 60 bytes at least. */
  private static byte[] padded(FrameWriter writer) {
    byte[] frame = writer.finish();
    return frame.length < 60 ? Arrays.copyOf(frame, 60) : frame;
  }
}
