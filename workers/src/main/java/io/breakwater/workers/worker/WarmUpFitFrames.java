package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.FRAGMENT;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.PAD;
import static io.breakwater.workers.worker.WarmUpPackets.TCP;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.checksummed;
import static io.breakwater.workers.worker.WarmUpPackets.concat;
import static io.breakwater.workers.worker.WarmUpPackets.extension;
import static io.breakwater.workers.worker.WarmUpPackets.fragment;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.greKeyed;
import static io.breakwater.workers.worker.WarmUpPackets.icmpError;
import static io.breakwater.workers.worker.WarmUpPackets.icmpv6;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.keyedTunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.syn;
import static io.breakwater.workers.worker.WarmUpPackets.tcp;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelledOverIpv6;
import static io.breakwater.workers.worker.WarmUpPackets.udp;
import static io.breakwater.workers.worker.WarmUpPackets.withOptions;

import java.util.Arrays;
import java.util.List;

/**
 * Frames of {@link WarmUp} that are made to fit: SYNs, what is cut; and the ICMP errors of others
 * about tenants' flows.
 */
final class WarmUpFitFrames {

  private WarmUpFitFrames() {}

  /** Connections that are opened: in both directions and families, by a clamp of each kind. */
  static void addSyns(WarmUpKind kind) {
    for (int padding = 0; padding < 4; padding++) {
      byte[] syn = syn(1024 + padding, 443, padding);
      kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, syn));
      kind.add(0x0800, ipv4(CLIENT, "198.18.0.5", 64, TCP, syn));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, syn));
      kind.add(0x0800, tunnelled(gre(0x0800, ipv4(TENANT, CLIENT, 64, TCP, syn))));
      byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, TCP, syn);
      kind.add(0x0800, tunnelled(gre(0x0800, toTenant)));
      byte[] answer = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, TCP, syn);
      kind.add(0x0800, keyedTunnelled(greKeyed(0x86dd, answer)));
      kind.add(0x0800, ipv4(CLIENT, FOURTH, 64, TCP, syn));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, TCP, syn));
      byte[] overIpv6 = ipv4(FOURTH, CLIENT, 64, TCP, syn);
      kind.add(0x86dd, tunnelledOverIpv6(gre(0x0800, overIpv6)));
      byte[] ipv6OverIpv6 = ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, TCP, syn);
      kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, ipv6OverIpv6)));
      byte[] extended = concat(extension(TCP, PAD, 0), syn);
      kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, 60, extended));
    }
    kind.add(0x0800, withOptions(CLIENT, TENANT, TCP, 0x0101_0101, syn(1024, 443, 1)));
    addSynsWithoutMss(kind);
    byte[] malformed = syn(1024, 443, 0);
    malformed[21] = 0;
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, malformed));
    malformed[20] = 0;
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, malformed));
  }

  /** As floods have them: without options, with others, with data, in a first fragment. */
  private static void addSynsWithoutMss(WarmUpKind kind) {
    byte[] bare = tcp(1024, 443, 0);
    bare[13] = 0x02;
    byte[] other = syn(1024, 443, 0);
    other[20] = 8;
    byte[] odd = syn(1024, 443, 0);
    odd[21] = 3;
    byte[] withData = tcp(1024, 443, 6);
    withData[13] = 0x02;
    byte[] padding = syn(1024, 443, 0);
    Arrays.fill(padding, 20, padding.length, (byte) 1);
    int identification = 0;
    for (byte[] syn : List.of(bare, withData, other, odd, padding)) {
      kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, syn));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, syn));
      kind.add(0x0800, tunnelled(gre(0x0800, ipv4(TENANT, CLIENT, 64, TCP, syn))));
      byte[] reply = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, TCP, syn);
      kind.add(0x0800, keyedTunnelled(greKeyed(0x86dd, reply)));
      addFirstFragment(kind, TENANT, ++identification, syn);
      // Here fragments that come again are not dropped.
      addFirstFragment(kind, "198.18.0.5", identification, syn);
    }
    byte[] firstIpv6 = concat(extension(TCP, 1, 7), wholeUnits(bare));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, FRAGMENT, firstIpv6));
  }

  private static void addFirstFragment(
      WarmUpKind kind, String tenant, int identification, byte[] syn) {
    byte[] first = ipv4(CLIENT, tenant, 64, TCP, wholeUnits(syn));
    first[5] = (byte) identification;
    first[6] = 0x20;
    kind.add(0x0800, checksummed(first));
  }

  /** RFC 791 3.1: fragments but the last are of units of eight bytes. */
  private static byte[] wholeUnits(byte[] payload) {
    return Arrays.copyOf(payload, payload.length + 7 & ~7);
  }

  /** Too big for tunnels or ports: cut inside, outside, again, on the way out. */
  static void addTooBig(WarmUpKind kind) {
    byte[] large = udp(1024, 53, 1472);
    kind.add(0x0800, fragment(UDP, 0, large));
    kind.add(0x0800, fragment(UDP, 0x2000, large));
    kind.add(0x0800, fragment(UDP, 0x00b9, large));
    byte[] options = withOptions(CLIENT, TENANT, UDP, 0x9404_0000, udp(1024, 53, 1460));
    kind.add(0x0800, mayBeCut(options));
    kind.add(0x0800, mayBeCut(ipv4(CLIENT, "198.18.0.5", 64, UDP, large)));
    for (int flow = 0; flow < 16; flow++) {
      byte[] small = udp(1024 + flow, 53, 1_220);
      kind.add(0x86dd, ipv6(CLIENT_IPV6, "2001:db8:ace::1", 64, UDP, small));
    }
    byte[] jumbo = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 1_490));
    kind.add(0x0800, tunnelled(gre(0x0800, jumbo)));
    kind.add(0x0800, tunnelled(gre(0x0800, mayBeCut(jumbo))));
    byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, UDP, large);
    kind.add(0x0800, tunnelled(gre(0x0800, mayBeCut(toTenant))));
  }

  /**
   * The same for tunnels over IPv6, which cut inside or outside: as many flows as find each of the
   * tenant's tunnels.
   */
  static void addTooBigOverIpv6(WarmUpKind kind) {
    for (int flow = 0; flow < 16; flow++) {
      byte[] large = ipv4(CLIENT, FOURTH, 64, UDP, udp(1024 + flow, 53, 1_472));
      kind.add(0x0800, mayBeCut(large));
      kind.add(0x0800, large);
      byte[] smallestMtu = udp(1024 + flow, 53, 1_232);
      kind.add(0x86dd, ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, smallestMtu));
      byte[] largest = udp(1024 + flow, 53, 1_452);
      kind.add(0x86dd, ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, largest));
    }
    byte[] jumbo = ipv4(FOURTH, CLIENT, 64, UDP, udp(53, 1024, 1_490));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x0800, jumbo)));
    kind.add(0x86dd, tunnelledOverIpv6(gre(0x0800, mayBeCut(jumbo))));
  }

  private static byte[] mayBeCut(byte[] packet) {
    byte[] changed = packet.clone();
    changed[6] = 0;
    return checksummed(changed);
  }

  /** ICMP errors about tenants' flows, with quotes of all lengths that matter. */
  static void addErrorsAboutFlows(WarmUpKind kind) {
    byte[] reply = ipv4(TENANT, CLIENT, 63, TCP, tcp(443, 1024, 100));
    byte[] replyIpv6 = ipv6(TENANT_IPV6, CLIENT_IPV6, 63, TCP, tcp(443, 1024, 100));
    for (int quoteBytes : new int[] {8, 20, 28, 48, 100}) {
      byte[] error = icmpError(3, 4, 1_400, reply, quoteBytes);
      kind.add(0x0800, ipv4("10.9.9.9", TENANT, 64, ICMP, error));
      byte[] errorIpv6 = icmpError(2, 0, 1_400, replyIpv6, quoteBytes);
      kind.add(0x86dd, icmpv6("2001:db8:d::9", TENANT_IPV6, 64, errorIpv6));
    }
  }
}
