package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT;
import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.KEYED_REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.MANY_REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.DESTINATION_OPTIONS;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.FRAGMENT;
import static io.breakwater.workers.worker.WarmUpPackets.GRE;
import static io.breakwater.workers.worker.WarmUpPackets.HOP_BY_HOP;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.PAD;
import static io.breakwater.workers.worker.WarmUpPackets.ROUTING;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.concat;
import static io.breakwater.workers.worker.WarmUpPackets.echo;
import static io.breakwater.workers.worker.WarmUpPackets.extension;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.greChecked;
import static io.breakwater.workers.worker.WarmUpPackets.greKeyed;
import static io.breakwater.workers.worker.WarmUpPackets.icmpError;
import static io.breakwater.workers.worker.WarmUpPackets.icmpv6;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.keyedTunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelledOverIpv6;
import static io.breakwater.workers.worker.WarmUpPackets.udp;
import static io.breakwater.workers.worker.WarmUpPackets.withTos;

import java.util.List;

/**
 * Frames of {@link WarmUp} that come out of tunnels, or pretend to: unknown ones, those over IPv6
 * that are not plain, marks of congestion; and ICMP errors about what was sent into tunnels.
 */
final class WarmUpTunnelFrames {

  private WarmUpTunnelFrames() {}

  /** Tunnels that there are not, and some that there are, from a table in which places collide. */
  static void addForged(WarmUpKind kind) {
    for (int host = 0; host < 32; host++) {
      byte[] inner = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 18));
      String remote = "198.51.100." + (190 + host);
      byte[] outer = ipv4(remote, ENDPOINT, 60, GRE, gre(0x0800, inner));
      kind.add(0x0800, outer);
      byte[] keyed = greKeyed(0x0800, host, inner);
      kind.add(0x0800, keyedTunnelled(keyed));
      kind.add(0x0800, ipv4(MANY_REMOTE, ENDPOINT, 60, GRE, keyed));
    }
  }

  /** GRE over IPv6 that is not plain, and each way that it ends. */
  static void addOverIpv6(WarmUpKind kind) {
    byte[] inner = ipv4(FOURTH, CLIENT, 64, UDP, udp(53, 1024, 60));
    byte[] innerIpv6 = ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60));
    byte[] plain = gre(0x86dd, innerIpv6);
    kind.add(0x86dd, tunnelledOverIpv6(greKeyed(0x0800, inner)));
    kind.add(0x86dd, tunnelledOverIpv6(greChecked(0x0800, inner)));
    kind.add(0x86dd, tunnelledOverIpv6(greChecked(0x86dd, innerIpv6)));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x6558, inner)));
    kind.add(0x86dd, tunnelledOverIpv6(new byte[3]));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, ENDPOINT_IPV6, 60, GRE, plain));
    byte[] back = ipv6(FOURTH_IPV6, REMOTE_IPV6, 64, UDP, udp(53, 1024, 60));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, back)));
    byte[] forged = ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, udp(53, 1024, 60));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, forged)));
    byte[] nested = ipv6(FOURTH_IPV6, ENDPOINT_IPV6, 64, GRE, plain);
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, nested)));
    byte[] nestedIpv4 = ipv4(TENANT, ENDPOINT, 64, GRE, gre(0x0800, inner));
    kind.add(0x0800, tunnelled(gre(0x0800, nestedIpv4)));
    byte[] expiring = ipv6(FOURTH_IPV6, CLIENT_IPV6, 1, UDP, udp(53, 1024, 60));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, expiring)));
    for (int next : new int[] {HOP_BY_HOP, DESTINATION_OPTIONS}) {
      for (int option : new int[] {PAD, 0x4104, 0x0109}) {
        byte[] header = extension(GRE, option, 0);
        kind.add(0x86dd, tunnelledOverIpv6(next, concat(header, plain)));
      }
    }
    for (int segments = 0; segments < 2; segments++) {
      byte[] header = extension(GRE, 0x0400 | segments, 0);
      kind.add(0x86dd, tunnelledOverIpv6(ROUTING, concat(header, plain)));
    }
    for (int offsetAndFlag : new int[] {0, 1, 0x0100}) {
      byte[] header = extension(GRE, offsetAndFlag, 7);
      kind.add(0x86dd, tunnelledOverIpv6(FRAGMENT, concat(header, plain)));
    }
    kind.add(0x86dd, ipv6(CLIENT_IPV6, ENDPOINT_IPV6, 60, UDP, udp(53, 1024, 60)));
    byte[] tooBig = ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, udp(53, 1024, 1440));
    kind.add(0x86dd, tooBig);
  }

  /** All pairs of ECN fields outside and inside (RFC 6040 4.2). */
  static void addMarked(WarmUpKind kind) {
    for (int pair = 0; pair < 16; pair++) {
      int outer = pair & 3;
      byte[] inner = withTos(ipv4(FOURTH, CLIENT, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      byte[] innerIpv6 =
          withTos(ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      kind.add(0x86dd, withTos(tunnelledOverIpv6(gre(0x0800, inner)), outer));
      kind.add(0x86dd, withTos(tunnelledOverIpv6(gre(0x86dd, innerIpv6)), outer));
      byte[] first = withTos(ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      byte[] firstIpv6 =
          withTos(ipv6(TENANT_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      kind.add(0x0800, withTos(tunnelled(gre(0x0800, first)), outer));
      kind.add(0x0800, withTos(tunnelled(gre(0x86dd, firstIpv6)), outer));
    }
  }

  /** ICMP errors about outer packets, rightly and wrongly, some of which others are told of. */
  static void addErrors(WarmUpKind kind) {
    byte[] inner = ipv4(CLIENT, TENANT, 63, UDP, udp(1024, 53, 1_448));
    byte[] sent = ipv4(ENDPOINT, REMOTE, 64, GRE, gre(0x0800, inner));
    byte[] keyed = ipv4(ENDPOINT, KEYED_REMOTE, 64, GRE, greKeyed(0x0800, inner));
    byte[] wrongKey = ipv4(ENDPOINT, KEYED_REMOTE, 64, GRE, gre(0x0800, inner));
    byte[] neverSent = ipv4(ENDPOINT, "198.51.100.99", 64, GRE, gre(0x0800, inner));
    byte[] echoed = ipv4(ENDPOINT, CLIENT, 64, ICMP, echo(0));
    for (byte[] quote : List.of(sent, keyed, wrongKey, neverSent, echoed, inner, new byte[20])) {
      for (int mtu : new int[] {0, 1_400, 1_500}) {
        kind.add(0x0800, about(icmpError(3, 4, mtu, quote, 28)));
      }
      kind.add(0x0800, about(icmpError(11, 0, 0, quote, 64)));
      for (int code : new int[] {0, 1, 2, 3, 9, 13}) {
        kind.add(0x0800, about(icmpError(3, code, 0, quote, 28)));
      }
      kind.add(0x0800, about(icmpError(11, 1, 0, quote, 28)));
      kind.add(0x0800, about(icmpError(12, 0, 0, quote, 28)));
    }
    for (byte[] lost : lost(TENANT, TENANT_IPV6, FOURTH, FOURTH_IPV6)) {
      byte[] quote = ipv4(ENDPOINT, REMOTE, 64, GRE, gre(type(lost), lost));
      kind.add(0x0800, about(icmpError(3, 1, 0, quote, 576)));
    }
  }

  private static byte[] about(byte[] error) {
    return ipv4("10.9.9.9", ENDPOINT, 64, ICMP, error);
  }

  /** The same over IPv6, where an outer packet may have been cut. */
  static void addErrorsOverIpv6(WarmUpKind kind) {
    byte[] inner = ipv4(CLIENT, FOURTH, 63, UDP, udp(1024, 53, 1_420));
    byte[] plain = gre(0x0800, inner);
    byte[] sent = ipv6(ENDPOINT_IPV6, REMOTE_IPV6, 64, GRE, plain);
    byte[] neverSent = ipv6(ENDPOINT_IPV6, "2001:db8:f::99", 64, GRE, plain);
    byte[] wrongKey = ipv6(ENDPOINT_IPV6, REMOTE_IPV6, 64, GRE, greKeyed(0x0800, inner));
    byte[] first = concat(extension(GRE, 1, 7), plain);
    byte[] later = concat(extension(GRE, 0x0100, 7), plain);
    byte[] firstSent = ipv6(ENDPOINT_IPV6, REMOTE_IPV6, 64, FRAGMENT, first);
    byte[] laterSent = ipv6(ENDPOINT_IPV6, REMOTE_IPV6, 64, FRAGMENT, later);
    byte[] echoed = icmpv6(ENDPOINT_IPV6, CLIENT_IPV6, 64, echo(129));
    for (byte[] quote :
        List.of(sent, neverSent, wrongKey, firstSent, laterSent, echoed, inner, new byte[40])) {
      for (int mtu : new int[] {0, 1_280, 1_400, 1_500}) {
        kind.add(0x86dd, aboutIpv6(icmpError(2, 0, mtu, quote, 64)));
      }
      for (int code = 0; code < 6; code++) {
        kind.add(0x86dd, aboutIpv6(icmpError(1, code, 0, quote, 48)));
        kind.add(0x86dd, aboutIpv6(icmpError(3, code & 1, 0, quote, 48)));
      }
      kind.add(0x86dd, aboutIpv6(icmpError(4, 1, 40, quote, 600)));
    }
    for (byte[] lost : lost(FOURTH, FOURTH_IPV6, TENANT, TENANT_IPV6)) {
      byte[] quote = ipv6(ENDPOINT_IPV6, REMOTE_IPV6, 64, GRE, gre(type(lost), lost));
      kind.add(0x86dd, aboutIpv6(icmpError(1, 0, 0, quote, 1_232)));
      kind.add(0x86dd, aboutIpv6(icmpError(3, 0, 0, quote, 1_232)));
    }
  }

  private static byte[] aboutIpv6(byte[] error) {
    return icmpv6("2001:db8:d::9", ENDPOINT_IPV6, 64, error);
  }

  /** Packets into a tenant's tunnel: of the Internet, of another tenant, of ours, and errors. */
  private static List<byte[]> lost(
      String tenant, String tenantIpv6, String other, String otherIpv6) {
    byte[] quote = ipv4(tenant, CLIENT, 64, UDP, udp(53, 1024, 18));
    byte[] quoteIpv6 = ipv6(tenantIpv6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 18));
    return List.of(
        ipv4(CLIENT, tenant, 63, UDP, udp(1024, 53, 60)),
        ipv4(CLIENT, tenant, 63, UDP, udp(1024, 53, 1_200)),
        ipv4(other, tenant, 63, UDP, udp(1024, 53, 60)),
        ipv4(OWN_IPV4, tenant, 63, UDP, udp(1024, 53, 60)),
        ipv4(CLIENT, other, 63, UDP, udp(1024, 53, 60)),
        ipv4(CLIENT, tenant, 63, ICMP, icmpError(11, 0, 0, quote, 28)),
        ipv6(CLIENT_IPV6, tenantIpv6, 63, UDP, udp(1024, 53, 60)),
        ipv6(CLIENT_IPV6, tenantIpv6, 63, UDP, udp(1024, 53, 1_200)),
        ipv6(otherIpv6, tenantIpv6, 63, UDP, udp(1024, 53, 60)),
        ipv6(OWN_IPV6, tenantIpv6, 63, UDP, udp(1024, 53, 60)),
        ipv6(CLIENT_IPV6, otherIpv6, 63, UDP, udp(1024, 53, 60)),
        icmpv6(CLIENT_IPV6, tenantIpv6, 63, icmpError(3, 0, 0, quoteIpv6, 48)),
        new byte[40]);
  }

  private static int type(byte[] packet) {
    return packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd;
  }
}
