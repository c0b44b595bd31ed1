package io.breakwater.perf.demo;

import static io.breakwater.perf.traffic.FrameWriter.GRE;
import static io.breakwater.perf.traffic.FrameWriter.ICMP;
import static io.breakwater.perf.traffic.FrameWriter.TCP;
import static io.breakwater.perf.traffic.FrameWriter.TYPE_IPV4;
import static io.breakwater.perf.traffic.FrameWriter.TYPE_IPV6;
import static io.breakwater.perf.traffic.FrameWriter.UDP;

import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.workers.packet.DropReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * What the demo's generator sends, by kind: the frames of each, what is to become of them, and how
 * often they come.
 *
 * <p>The last four bytes of every packet name its kind, so that what comes back is known again:
 * {@link #tag}. The addresses are those of {@code demo.yaml}.
 */
final class DemoTraffic {

  static final int INTERNET = 0;
  static final int CUSTOMERS = 1;

  /** Of the routers at the other ends of the two ports. */
  static final long[] ROUTER_MACS = {0x02_00_00_00_01_01L, 0x02_00_00_00_02_01L};

  static final int[] ROUTER_ADDRESSES = {0xc000_0201, 0xc612_0001}; // 192.0.2.1, 198.18.0.1
  static final int[] OWN_ADDRESSES = {0xc000_0202, 0xc612_0002}; // 192.0.2.2, 198.18.0.2
  static final int ENDPOINT = 0xc633_6401; // 198.51.100.1
  static final int CHICAGO_1 = 0xc612_0a01; // 198.18.10.1
  static final int CHICAGO_2 = 0xc612_0a02;
  static final int LISBON = 0xc612_1401;
  static final long CHICAGO_2_KEY = 7;
  static final int TTL = 64;

  private static final int TAG = 0xb4ea_0000;
  private static final int FLOWS = 256;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int ACME = 0xcb00_7100; // 203.0.113.0/25
  private static final int GLOBEX = 0xcb00_7180; // 203.0.113.128/25
  private static final int NOBODY = 0xcb00_7200; // 203.0.114.0: no tenant's
  private static final long[] ACME_IPV6 = {0x2001_0db8_0acc_0000L, 1};

  /** What becomes of a frame. */
  enum Outcome {
    /** Into a tunnel of {@link Kind#tenant}. */
    TUNNEL,
    /** Out of a tunnel, to the Internet. */
    EGRESS,
    /** Answered, up to a rate; dropped above it. */
    ANSWER,
    DROP
  }

  /**
   * One kind of traffic.
   *
   * @param number in the tag
   * @param port where it comes in
   * @param weight of all frames on its port, so many in a round
   * @param tenant whose tunnels it goes into, or an empty string
   * @param reason of the drop, or of the drop above the rate
   */
  record Kind(
      int number,
      String name,
      int port,
      int weight,
      Outcome outcome,
      String tenant,
      Optional<DropReason> reason,
      List<byte[]> frames) {}

  private final long[] portMacs;
  private final Random random = new Random(1);
  private final List<Kind> kinds = new ArrayList<>();

  private DemoTraffic(long[] portMacs) {
    this.portMacs = portMacs;
  }

  /**
   * @param portMacs Ethernet addresses of the appliance's two ports
   */
  static List<Kind> kinds(long[] portMacs) {
    DemoTraffic traffic = new DemoTraffic(portMacs);
    traffic.addLegitimate();
    traffic.addForOurselves();
    traffic.addMalformed();
    traffic.addUnwanted();
    traffic.addForgedTunnels();
    return List.copyOf(traffic.kinds);
  }

  /** The number of a kind from the last four bytes of a packet, or -1. */
  static int kindOf(int lastBytes) {
    return (lastBytes & 0xffff_ff00) == TAG ? lastBytes & 0xff : -1;
  }

  private int tag() {
    return TAG | kinds.size();
  }

  private void addLegitimate() {
    deliver("web to acme", 24, "acme", i -> toAcme(TCP, TTL).tcp(port(), 443, 0x10));
    deliver("new connections to acme", 6, "acme", i -> toAcme(TCP, TTL).tcp(port(), 443, 0x02));
    deliver("IPv6 to acme", 6, "acme", i -> ipv6ToAcme().udp(port(), 443));
    deliver(
        "DNS to globex",
        12,
        "globex",
        i -> internet().ipv4(outsider(), GLOBEX | i & 0x7f, UDP, TTL, 0).udp(port(), 53));
    deliver(
        "later fragments to globex",
        2,
        "globex",
        i -> internet().ipv4(outsider(), GLOBEX | i & 0x7f, UDP, TTL, 0x0010).zeros(16));
    add(
        "replies of acme",
        CUSTOMERS,
        16,
        Outcome.EGRESS,
        "",
        null,
        i -> reply(CHICAGO_1, -1, ACME | i & 0x7f));
    add(
        "replies of acme, keyed tunnel",
        CUSTOMERS,
        6,
        Outcome.EGRESS,
        "",
        null,
        i -> reply(CHICAGO_2, CHICAGO_2_KEY, ACME | i & 0x7f));
  }

  private void addForOurselves() {
    add(
        "ping to the appliance",
        INTERNET,
        1,
        Outcome.ANSWER,
        "",
        DropReason.ICMP_RATE_LIMITED,
        i -> internet().ipv4(outsider(), OWN_ADDRESSES[0], ICMP, TTL, 0).echoRequest(i, 1));
    add(
        "traceroute to acme",
        INTERNET,
        1,
        Outcome.ANSWER,
        "",
        DropReason.TTL_EXPIRED,
        i -> toAcme(UDP, 1).udp(port(), 33_434));
  }

  private void addMalformed() {
    attack(
        "wrong header checksum",
        4,
        DropReason.IPV4_BAD_CHECKSUM,
        frame -> frame[FrameWriter.ETHERNET_BYTES + 10] ^= 0x55,
        i -> toAcme(TCP, TTL).tcp(port(), 443, 0x02));
    attack(
        "longer than received",
        2,
        DropReason.IPV4_BAD_LENGTH,
        frame -> frame[FrameWriter.ETHERNET_BYTES + 2] = 4,
        i -> toAcme(TCP, TTL).tcp(port(), 443, 0x02));
    attack(
        "header length below 5",
        2,
        DropReason.IPV4_BAD_HEADER_LENGTH,
        frame -> frame[FrameWriter.ETHERNET_BYTES] = 0x44,
        i -> toAcme(UDP, TTL).udp(port(), 53));
    attack(
        "fragments within the TCP header",
        2,
        DropReason.TCP_TRUNCATED,
        frame -> {},
        i -> internet().ipv4(outsider(), ACME | i & 0x7f, TCP, TTL, 0x2000).zeros(4));
  }

  private void addUnwanted() {
    attack(
        "spoofed source 127/8",
        6,
        DropReason.MARTIAN_SOURCE,
        frame -> {},
        i -> from(0x7f00_0001 + i).udp(port(), 53));
    attack(
        "spoofed source 224/4",
        2,
        DropReason.MARTIAN_SOURCE,
        frame -> {},
        i -> from(0xe000_0005 + i).udp(port(), 53));
    attack(
        "land: source is destination",
        4,
        DropReason.LAND,
        frame -> {},
        i -> internet().ipv4(ACME | 1, ACME | 1, TCP, TTL, DONT_FRAGMENT).tcp(443, 443, 0x02));
    attack(
        "scan of nobody's addresses",
        4,
        DropReason.NO_TENANT,
        frame -> {},
        i -> internet().ipv4(outsider(), NOBODY | i & 0xff, TCP, TTL, 0).tcp(port(), 22, 0x02));
    attack(
        "frames for somebody else",
        1,
        DropReason.ETHERNET_NOT_OURS,
        frame -> frame[5] ^= 0x55,
        i -> toAcme(UDP, TTL).udp(port(), 53));
  }

  private void addForgedTunnels() {
    attack(
        "GRE from an unknown router",
        3,
        DropReason.GRE_UNKNOWN_TUNNEL,
        frame -> {},
        i -> tunnel(INTERNET, outsider(), -1).ipv4(ACME | 1, outsider(), TCP, TTL, 0).tcp(1, 2, 2));
    attack(
        "GRE with the wrong key",
        3,
        DropReason.GRE_WRONG_KEY,
        frame -> {},
        i -> tunnel(INTERNET, CHICAGO_2, 8).ipv4(ACME | 1, outsider(), TCP, TTL, 0).tcp(1, 2, 2));
    add(
        "inner source not acme's",
        CUSTOMERS,
        3,
        Outcome.DROP,
        "",
        DropReason.SPOOFED_INNER_SOURCE,
        i -> reply(CHICAGO_1, -1, outsider()));
    add(
        "replies of globex, no egress",
        CUSTOMERS,
        2,
        Outcome.DROP,
        "",
        DropReason.EGRESS_DISABLED,
        i -> reply(LISBON, -1, GLOBEX | i & 0x7f));
  }

  private void deliver(String name, int weight, String tenant, IntFunction<FrameWriter> frame) {
    add(name, INTERNET, weight, Outcome.TUNNEL, tenant, null, frame);
  }

  /** What is done to a finished frame, its checksums included. */
  private interface Damage {
    void to(byte[] frame);
  }

  private void attack(
      String name, int weight, DropReason reason, Damage damage, IntFunction<FrameWriter> frame) {
    add(name, INTERNET, weight, Outcome.DROP, "", reason, frame);
    kinds.getLast().frames().forEach(damage::to);
  }

  private void add(
      String name,
      int port,
      int weight,
      Outcome outcome,
      String tenant,
      DropReason reason,
      IntFunction<FrameWriter> frame) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      frames.add(frame.apply(i).int32(tag()).finish());
    }
    kinds.add(
        new Kind(
            kinds.size(),
            name,
            port,
            weight,
            outcome,
            tenant,
            Optional.ofNullable(reason),
            frames));
  }

  private FrameWriter on(int port, int type) {
    return new FrameWriter().ethernet(portMacs[port], ROUTER_MACS[port], type);
  }

  private FrameWriter internet() {
    return on(INTERNET, TYPE_IPV4);
  }

  private FrameWriter toAcme(int protocol, int ttl) {
    return internet().ipv4(outsider(), ACME | random.nextInt(1, 127), protocol, ttl, DONT_FRAGMENT);
  }

  private FrameWriter from(int source) {
    return internet().ipv4(source, ACME | random.nextInt(1, 127), UDP, TTL, 0);
  }

  private FrameWriter ipv6ToAcme() {
    long[] client = {0x2a00_0000_0000_0000L | random.nextInt() & 0xffff_ffffL, random.nextLong()};
    return on(INTERNET, TYPE_IPV6).ipv6(client, ACME_IPV6, UDP, TTL);
  }

  private FrameWriter tunnel(int port, int remote, long key) {
    return on(port, TYPE_IPV4).ipv4(remote, ENDPOINT, GRE, TTL, DONT_FRAGMENT).gre(TYPE_IPV4, key);
  }

  private FrameWriter reply(int remote, long key, int source) {
    return tunnel(CUSTOMERS, remote, key)
        .ipv4(source, outsider(), TCP, TTL, DONT_FRAGMENT)
        .tcp(443, port(), 0x10);
  }

  private int outsider() {
    return 185 << 24 | random.nextInt(1 << 24);
  }

  private int port() {
    return random.nextInt(1_024, 65_536);
  }
}
