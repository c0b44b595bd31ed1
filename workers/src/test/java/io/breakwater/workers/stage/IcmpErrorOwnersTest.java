package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.OwnAddresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * An ICMP error is the worker's that has the flow which it is about (RFC 7690), whoever sent it: a
 * router of the Internet to the tenant, or one of the tenant's to a client, out of a tunnel.
 */
class IcmpErrorOwnersTest {

  private static final int FLOWS = 3_000;
  private static final int WORKERS = 64;
  private static final int SELF = 999;

  private static final String ENDPOINT = "198.51.100.1";
  private static final String ENDPOINT6 = "2001:db8:a::1";

  private static final OwnAddresses OWN =
      new OwnAddresses(
          new int[] {Frames.ipv4(ENDPOINT)},
          new long[] {Frames.high(ENDPOINT6)},
          new long[] {Frames.low(ENDPOINT6)});

  private static final int[] ERRORS = {3, 11, 12};
  private static final int[] ERRORS6 = {1, 2, 3, 4};

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final TestBatch test = new TestBatch();
  private final FlowOwners owners =
      new FlowOwners(32, SELF, new FlowSpread(WORKERS, FlowSpread.PLACES_MAX));

  /** Both ends of a flow; ports 0: not shown, or of a protocol that has none. */
  private record Flow(String client, String server, int protocol, int clientPort, int serverPort) {

    boolean isIpv6() {
      return client.contains(":");
    }

    Frames toServer(Frames under) {
      return upper(ip(under, client, server), clientPort, serverPort);
    }

    Frames toClient(Frames under) {
      return upper(ip(under, server, client), serverPort, clientPort);
    }

    private Frames upper(Frames ip, int source, int destination) {
      return switch (protocol) {
        case 6 -> ip.tcp(source, destination, 16).payload(20);
        case 17 -> ip.udp(source, destination).payload(20);
        default -> isIpv6() ? ip.icmpv6(128, 0, 1).payload(20) : ip.icmp(8, 0, 1).payload(20);
      };
    }
  }

  private static Frames ip(Frames under, String source, String destination) {
    return source.contains(":") ? under.ipv6(source, destination) : under.ipv4(source, destination);
  }

  private static Frames ethernet() {
    return Frames.ethernet(TestPort.MAC, "02:00:00:00:00:09");
  }

  private Flow flow(boolean ipv6) {
    int protocol = new int[] {6, 17, 1}[random.nextInt(3)];
    return new Flow(
        ipv6 ? address6("2001:db8:c") : address("198.18"),
        ipv6 ? address6("2001:db8:acc") : address("203.0"),
        protocol,
        1_024 + random.nextInt(60_000),
        1 + random.nextInt(60_000));
  }

  private String address(String prefix) {
    return "%s.%d.%d".formatted(prefix, random.nextInt(256), random.nextInt(256));
  }

  private String address6(String prefix) {
    return "%s::%x:%x".formatted(prefix, random.nextInt(65_536), random.nextInt(65_536));
  }

  /** A tunnel to us, over IPv4 or IPv6, with a key or without. */
  private Frames tunnelled() {
    Frames outer =
        random.nextBoolean()
            ? ethernet().ipv4(address("192.0"), ENDPOINT)
            : ethernet().ipv6(address6("2001:db8:77"), ENDPOINT6);
    return random.nextBoolean() ? outer.gre() : outer.gre(random.nextInt());
  }

  /** A router's error, with as much of the packet as it likes to quote, the ports at least. */
  private Frames error(Frames under, Flow about, String to, Frames quoted) {
    byte[] all = quoted.bytes();
    int headers = about.isIpv6() ? 40 : 20;
    byte[] quote = Arrays.copyOf(all, headers + 4 + random.nextInt(all.length - headers - 3));
    if (about.isIpv6()) {
      Frames ip = under.ipv6(address6("2001:db8:99"), to);
      Frames chained = random.nextInt(4) == 0 ? ip.extension(60, new byte[6]) : ip;
      int type = ERRORS6[random.nextInt(ERRORS6.length)];
      return chained.icmpv6(type, 0, 1_280).payload(quote);
    }
    Frames ip = under.ipv4(address("100.64"), to);
    Frames optioned = random.nextInt(4) == 0 ? ip.options("01010101") : ip;
    return optioned.icmp(ERRORS[random.nextInt(ERRORS.length)], 0, 1_280).payload(quote);
  }

  private int owner(Frames frame) {
    return owner(frame.bytes(), false);
  }

  /**
   * @param nic whether the hardware spreads what it can look into
   */
  private int owner(byte[] frame, boolean nic) {
    test.begin(frame);
    if (nic) {
      owners.processTunnelled(test.memory, test.batch, OWN);
    } else {
      owners.process(test.memory, test.batch, OWN);
    }
    return owners.owners[0];
  }

  private void forAllFlows(Consumer<Flow> check) {
    for (int i = 0; i < FLOWS; i++) {
      check.accept(flow(i % 2 == 1));
    }
  }

  @Test
  void shouldGiveAnErrorFromTheInternetToTheFlowsWorker() {
    forAllFlows(flow -> {
      byte[] error = error(ethernet(), flow, flow.server(), flow.toClient(Frames.packet())).bytes();
      String message = "seed=%d flow=%s error=%s".formatted(seed, flow, Frames.hex(error));
      int worker = owner(flow.toServer(ethernet()));
      assertNotEquals(SELF, worker, message);
      assertEquals(worker, owner(flow.toClient(tunnelled())), message);
      assertEquals(worker, owner(error, false), message);
      assertEquals(worker, owner(error, true), "the NIC knows no quotes: " + message);
    });
  }

  @Test
  void shouldGiveAnErrorOutOfATunnelToTheFlowsWorker() {
    forAllFlows(flow -> {
      byte[] error =
          error(tunnelled(), flow, flow.client(), flow.toServer(Frames.packet())).bytes();
      String message = "seed=%d flow=%s error=%s".formatted(seed, flow, Frames.hex(error));
      int worker = owner(flow.toServer(ethernet()));
      assertEquals(worker, owner(error, false), message);
      assertEquals(worker, owner(error, true), message);
    });
  }

  /** Else whoever forges a quote would choose among all workers, one and the same every time. */
  @Test
  void shouldNotFollowAQuoteThatTheDestinationDidNotSend() {
    forAllFlows(flow -> {
      // No flow has this server.
      String other = flow.isIpv6() ? "2001:db8:acc::1:2:3" : "203.1.113.77";
      String router = flow.isIpv6() ? "2001:db8:99::1" : "100.64.0.1";
      Frames packet = ip(ethernet(), router, other);
      Frames error = flow.isIpv6() ? packet.icmpv6(1, 0, 0) : packet.icmp(3, 1, 0);
      byte[] forged = error.payload(flow.toClient(Frames.packet()).bytes()).bytes();
      Frames plain = ip(ethernet(), router, other).protocol(99).payload(40);
      String message = "seed=%d flow=%s".formatted(seed, flow);
      assertEquals(owner(plain), owner(forged, false), message);
      assertEquals(SELF, owner(forged, true), message);
    });
  }

  @Test
  void shouldNotTakeAnEchoForAnError() {
    byte[] quote = Frames.packet().ipv4("203.0.113.9", "198.18.0.1").udp(1, 2).payload(8).bytes();
    byte[] echo = ethernet().ipv4("100.64.0.1", "203.0.113.9").icmp(8, 0, 1).payload(quote).bytes();
    Frames plain = ethernet().ipv4("100.64.0.1", "203.0.113.9").protocol(99).payload(40);
    assertEquals(owner(plain), owner(echo, false));
    assertEquals(SELF, owner(echo, true));
  }

  /** Cut anywhere, and with any byte changed: an answer, and it depends on the frame only. */
  @Test
  void shouldAnswerForBrokenErrors() {
    List<byte[]> good = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Flow flow = flow(i % 2 == 1);
      Frames under = i % 4 < 2 ? ethernet() : tunnelled();
      good.add(error(under, flow, flow.server(), flow.toClient(Frames.packet())).bytes());
    }
    TestBatch otherFiller = new TestBatch(32, 0x11);
    for (int i = 0; i < 30_000; i++) {
      byte[] frame = good.get(random.nextInt(good.size())).clone();
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
      }
      frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
      int owner = owner(frame, false);
      String message = "seed=%d i=%d frame=%s".formatted(seed, i, Frames.hex(frame));
      assertTrue(owner == SELF || owner >= 0 && owner < WORKERS, message);
      otherFiller.begin(frame);
      owners.process(otherFiller.memory, otherFiller.batch, OWN);
      assertEquals(owner, owners.owners[0], message);
    }
  }
}
