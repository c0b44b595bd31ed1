package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.TCP;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.echo;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.greKeyed;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.keyedTunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.syn;
import static io.breakwater.workers.worker.WarmUpPackets.tcp;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelledOverIpv6;
import static io.breakwater.workers.worker.WarmUpPackets.udp;

import io.breakwater.workers.table.OwnAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The frames of {@link WarmUp}: clean packets of every kind, and each way to end otherwise, which
 * are {@link WarmUpInputFrames}, {@link WarmUpOwnFrames}, {@link WarmUpTunnelFrames} and {@link
 * WarmUpFitFrames}.
 *
 * <p>What no list can foresee, {@link WarmUpMutations} makes of them. {@link WarmUpBursts} puts
 * them together.
 */
final class WarmUpFrames {

  private final long own;
  private final List<List<byte[]>> cleanByKind = new ArrayList<>();
  private final List<List<byte[]>> othersByKind = new ArrayList<>();

  /**
   * @param own Ethernet address of the port that they are for
   * @param ownAddresses the appliance's IP addresses
   * @param answer ICMP message of an answer to a tunnel probe
   * @param answerIpv6 the same of ICMPv6
   */
  WarmUpFrames(long own, OwnAddresses ownAddresses, byte[] answer, byte[] answerIpv6) {
    this.own = own;
    addClean(WarmUpFrames::addToTenant);
    addClean(WarmUpFrames::addReplies);
    addClean(WarmUpFrames::addToTenantIpv6);
    addClean(WarmUpFrames::addKeyedReplies);
    addClean(WarmUpFrames::addEchoes);
    addClean(WarmUpFrames::addIntoIpv6);
    addClean(WarmUpFrames::addOutOfIpv6);
    addOthers(WarmUpInputFrames::addUnusual);
    addOthers(WarmUpInputFrames::addExtended);
    addOthers(WarmUpInputFrames::addTagged);
    addOthers(WarmUpOwnFrames::addPings);
    addOthers(WarmUpOwnFrames::addForOurselves);
    addOthers(WarmUpOwnFrames::addForTheKernel);
    addOthers(kind -> WarmUpOwnFrames.addAnswers(kind, answer, answerIpv6));
    addOthers(WarmUpOwnFrames::addNeighbours);
    addOthers(WarmUpInputFrames::addRefused);
    addOthers(WarmUpInputFrames::addImpossible);
    addOthers(WarmUpTunnelFrames::addForged);
    addOthers(WarmUpFitFrames::addSyns);
    addOthers(WarmUpFitFrames::addTooBig);
    addOthers(WarmUpFitFrames::addTooBigOverIpv6);
    addOthers(WarmUpTunnelFrames::addErrors);
    addOthers(WarmUpTunnelFrames::addErrorsOverIpv6);
    addOthers(WarmUpFitFrames::addErrorsAboutFlows);
    addOthers(WarmUpTunnelFrames::addOverIpv6);
    addOthers(WarmUpTunnelFrames::addMarked);
    addOthers(kind -> WarmUpInputFrames.addSourcesLikeOurs(kind, ownAddresses));
  }

  private void addClean(Consumer<WarmUpKind> frames) {
    add(cleanByKind, frames);
  }

  private void addOthers(Consumer<WarmUpKind> frames) {
    add(othersByKind, frames);
  }

  private void add(List<List<byte[]>> kinds, Consumer<WarmUpKind> frames) {
    var kind = new WarmUpKind(own);
    frames.accept(kind);
    kinds.add(kind.frames());
  }

  /**
   * Clean frames, of one kind in each list: to tenants and out of tunnels, each with IPv4 and IPv6,
   * and echo requests to tenants.
   */
  List<List<byte[]>> cleanByKind() {
    return cleanByKind;
  }

  /** Each another way to end otherwise, or to get where clean packets get by a longer way. */
  List<List<byte[]>> othersByKind() {
    return othersByKind;
  }

  /** As in real traffic: a connection is opened now and then. */
  private static void addToTenant(WarmUpKind kind) {
    for (int flow = 0; flow < 32; flow++) {
      kind.add(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024 + flow, 53, 18)));
      kind.add(0x0800, ipv4(CLIENT, TENANT, 57, TCP, tcp(1024 + flow, 443, 100)));
    }
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, syn(1024, 443, 2)));
  }

  private static void addReplies(WarmUpKind kind) {
    for (int flow = 0; flow < 32; flow++) {
      byte[] reply = ipv4(TENANT, CLIENT, 64, TCP, tcp(443, 1024 + flow, 512));
      kind.add(0x0800, tunnelled(gre(0x0800, reply)));
    }
    byte[] answer = ipv4(TENANT, CLIENT, 64, TCP, syn(443, 1024, 0));
    kind.add(0x0800, tunnelled(gre(0x0800, answer)));
  }

  private static void addToTenantIpv6(WarmUpKind kind) {
    for (int flow = 0; flow < 8; flow++) {
      kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, tcp(1024 + flow, 443, 100)));
    }
  }

  private static void addKeyedReplies(WarmUpKind kind) {
    for (int flow = 0; flow < 8; flow++) {
      byte[] reply = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, UDP, udp(443, 1024 + flow, 300));
      kind.add(0x0800, keyedTunnelled(greKeyed(0x86dd, reply)));
    }
  }

  private static void addEchoes(WarmUpKind kind) {
    for (int flow = 0; flow < 8; flow++) {
      kind.add(0x0800, ipv4(CLIENT, "198.18.0.5", 64, ICMP, echo(8)));
    }
  }

  private static void addIntoIpv6(WarmUpKind kind) {
    for (int flow = 0; flow < 8; flow++) {
      kind.add(0x0800, ipv4(CLIENT, FOURTH, 64, TCP, tcp(1024 + flow, 443, 100)));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, TCP, tcp(1024 + flow, 443, 100)));
    }
  }

  private static void addOutOfIpv6(WarmUpKind kind) {
    for (int flow = 0; flow < 8; flow++) {
      byte[] reply = ipv4(FOURTH, CLIENT, 64, TCP, tcp(443, 1024 + flow, 512));
      kind.add(0x86dd, tunnelledOverIpv6(gre(0x0800, reply)));
      byte[] replyIpv6 = ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, TCP, tcp(443, 1024 + flow, 512));
      kind.add(0x86dd, tunnelledOverIpv6(gre(0x86dd, replyIpv6)));
    }
  }
}
