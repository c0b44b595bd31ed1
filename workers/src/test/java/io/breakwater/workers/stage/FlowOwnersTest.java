package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.AllocatedBytes;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.OwnAddresses;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FlowOwnersTest {

  private static final String CLIENT = "198.18.5.7";
  private static final String SERVER = "203.0.113.9";
  private static final String CLIENT6 = "2001:db8:c::7";
  private static final String SERVER6 = "2001:db8:acc::9";
  private static final String REMOTE = "192.0.2.200";
  private static final String ENDPOINT = "198.51.100.1";
  private static final String REMOTE6 = "2001:db8:77::1";
  private static final String ENDPOINT6 = "2001:db8:a::1";

  private static final int WORKERS = 64;

  /** No flow of these tests belongs to it: 64 workers share the flows. */
  private static final int SELF = 999;

  private static final OwnAddresses OWN =
      new OwnAddresses(
          new int[] {Frames.ipv4(ENDPOINT)},
          new long[] {Frames.high(ENDPOINT6)},
          new long[] {Frames.low(ENDPOINT6)});

  private final TestBatch test = new TestBatch();
  private final FlowOwners owners =
      new FlowOwners(32, SELF, new FlowSpread(WORKERS, FlowSpread.PLACES_MAX));

  private static Frames ethernet() {
    return Frames.ethernet(TestPort.MAC, "02:00:00:00:00:09");
  }

  private static Frames tunnelled() {
    return ethernet().ipv4(REMOTE, ENDPOINT).gre();
  }

  private int owner(byte[] frame) {
    test.begin(frame);
    owners.process(test.memory, test.batch, OWN);
    int owner = owners.owners[0];
    owners.processTunnelled(test.memory, test.batch, OWN);
    ownerTunnelled = owners.owners[0];
    return owner;
  }

  private int ownerTunnelled;

  /** A flow's packet from the Internet, and one of its replies in each way it may come. */
  static Stream<Arguments> replies() {
    byte[] tcp = ethernet().ipv4(CLIENT, SERVER).tcp(40_000, 443, 2).bytes();
    byte[] udp6 = ethernet().ipv6(CLIENT6, SERVER6).udp(40_000, 53).payload(8).bytes();
    byte[] ping = ethernet().ipv4(CLIENT, SERVER).icmp(8, 0, 1).payload(16).bytes();
    byte[] fragment =
        ethernet().ipv4(CLIENT, SERVER).flagsAndOffset(0x2000).udp(1, 2).payload(16).bytes();
    return Stream.of(
        reply("plain", tcp, ethernet().ipv4(SERVER, CLIENT).tcp(443, 40_000, 18)),
        reply("tunnelled", tcp, tunnelled().ipv4(SERVER, CLIENT).tcp(443, 40_000, 18)),
        reply(
            "tunnelled with a key",
            tcp,
            ethernet().ipv4(REMOTE, ENDPOINT).gre(7).ipv4(SERVER, CLIENT).tcp(443, 40_000, 18)),
        reply(
            "tunnelled over IPv6",
            tcp,
            ethernet().ipv6(REMOTE6, ENDPOINT6).gre(7).ipv4(SERVER, CLIENT).tcp(443, 40_000, 18)),
        reply(
            "tunnelled over IPv6 behind destination options",
            tcp,
            ethernet()
                .ipv6(REMOTE6, ENDPOINT6)
                .extension(60, Frames.hex("04 01 04 01 01 00"))
                .gre()
                .ipv4(SERVER, CLIENT)
                .tcp(443, 40_000, 18)),
        reply(
            "tagged and tunnelled",
            tcp,
            ethernet()
                .vlan(5)
                .vlan(6)
                .ipv4(REMOTE, ENDPOINT)
                .gre()
                .ipv4(SERVER, CLIENT)
                .tcp(443, 40_000, 18)),
        reply("tagged", tcp, ethernet().vlan(5).ipv4(SERVER, CLIENT).tcp(443, 40_000, 18)),
        reply(
            "with options",
            tcp,
            ethernet().ipv4(SERVER, CLIENT).options("01010101").tcp(443, 40_000, 18)),
        reply("IPv6", udp6, ethernet().ipv6(SERVER6, CLIENT6).udp(53, 40_000).payload(8)),
        reply("IPv6 in IPv4", udp6, tunnelled().ipv6(SERVER6, CLIENT6).udp(53, 40_000).payload(8)),
        reply("ping", ping, tunnelled().ipv4(SERVER, CLIENT).icmp(0, 0, 1).payload(16)),
        reply(
            "last fragment",
            fragment,
            tunnelled().ipv4(SERVER, CLIENT).flagsAndOffset(0x0010).protocol(17).payload(32)));
  }

  private static Arguments reply(String name, byte[] packet, Frames reply) {
    return Arguments.of(name, packet, reply.bytes());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("replies")
  void shouldSendBothDirectionsToOneWorker(String name, byte[] packet, byte[] reply) {
    int owner = owner(packet);
    assertNotEquals(SELF, owner);
    assertEquals(SELF, ownerTunnelled, "not tunnelled, and so the NIC's business");

    assertEquals(owner, owner(reply));
    boolean inTunnel = name.contains("tunnel") || name.contains("in IPv4");
    if (inTunnel || name.equals("ping") || name.equals("last fragment")) {
      assertEquals(owner, ownerTunnelled);
    } else {
      assertEquals(SELF, ownerTunnelled);
    }
  }

  static Stream<Arguments> kept() {
    byte[] inner = Frames.packet().ipv4(SERVER, CLIENT).tcp(443, 1, 2).bytes();
    return Stream.of(
        Arguments.of(
            "ARP", ethernet().arp(1, "02:00:00:00:00:09", CLIENT, TestPort.MAC, SERVER).bytes()),
        Arguments.of("nothing", new byte[0]),
        Arguments.of("half an Ethernet header", new byte[13]),
        Arguments.of("three tags", ethernet().vlan(1).vlan(2).vlan(3).ipv4(CLIENT, SERVER).bytes()),
        Arguments.of(
            "half an IPv4 header", Arrays.copyOf(ethernet().ipv4(CLIENT, SERVER).bytes(), 14 + 19)),
        Arguments.of(
            "GRE without its header",
            ethernet().ipv4(REMOTE, ENDPOINT).protocol(47).payload(3).bytes()),
        Arguments.of(
            "GRE with half an inner header",
            ethernet().ipv4(REMOTE, ENDPOINT).protocol(47).payload("00000800 45000014").bytes()),
        Arguments.of(
            "GRE of Ethernet",
            ethernet()
                .ipv4(REMOTE, ENDPOINT)
                .protocol(47)
                .payload(Frames.hex("00006558" + Frames.hex(inner)))
                .bytes()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kept")
  void shouldKeepWhatItCannotTell(String name, byte[] frame) {
    assertEquals(SELF, owner(frame), name);
    assertEquals(SELF, ownerTunnelled, name);
  }

  @Test
  void shouldTakeGreForOthersAsAnyPacket() {
    byte[] one = ethernet().ipv4(CLIENT, SERVER).gre().ipv4("10.0.0.1", "10.0.0.2").bytes();
    byte[] other = ethernet().ipv4(CLIENT, SERVER).gre().ipv4("10.0.7.1", "10.0.0.2").bytes();
    assertEquals(owner(one), owner(other));
    assertEquals(SELF, ownerTunnelled);
  }

  @Test
  void shouldNotKeepMuchMoreThanItsShareAtAnyWorker() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FlowOwners two = new FlowOwners(32, 0, new FlowSpread(2, 512));
    int own = 0;
    for (int turn = 0; turn < 500; turn++) {
      byte[][] frames = new byte[32][];
      for (int i = 0; i < frames.length; i++) {
        String client = "198.18.%d.%d".formatted(random.nextInt(256), random.nextInt(256));
        Frames to = i % 2 == 0 ? tunnelled() : ethernet();
        frames[i] = to.ipv4(SERVER, client).tcp(443, 1_024 + random.nextInt(60_000), 2).bytes();
      }
      test.begin(frames);
      two.process(test.memory, test.batch, OWN);
      own += (int) Arrays.stream(two.owners).filter(owner -> owner == 0).count();
    }
    assertTrue(Math.abs(own / 16_000.0 - 0.5) < 0.03, "seed=%d own=%d".formatted(seed, own));
  }

  /**
   * Whatever the bytes are, and wherever a frame ends: an answer, which depends on the frame only.
   */
  @Test
  void shouldAnswerForAnyBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    TestBatch otherFiller = new TestBatch(32, 0x11);
    byte[][] good = replies().map(arguments -> (byte[]) arguments.get()[2]).toArray(byte[][]::new);
    for (int i = 0; i < 50_000; i++) {
      byte[] frame = good[random.nextInt(good.length)];
      frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && frame.length > 12; flips--) {
        frame[12 + random.nextInt(frame.length - 12)] = (byte) random.nextInt();
      }
      int owner = owner(frame);
      String message = "seed=%d i=%d frame=%s".formatted(seed, i, Frames.hex(frame));
      assertTrue(owner == SELF || owner >= 0 && owner < WORKERS, message);
      otherFiller.begin(frame);
      owners.process(otherFiller.memory, otherFiller.batch, OWN);
      assertEquals(owner, owners.owners[0], message);
    }
  }

  @Test
  void shouldAllocateNothing() {
    byte[][] frames =
        replies().map(arguments -> (byte[]) arguments.get()[2]).toArray(byte[][]::new);
    test.begin(frames);
    long allocated =
        AllocatedBytes.of(() -> {
          for (int turn = 0; turn < 10_000; turn++) {
            owners.process(test.memory, test.batch, OWN);
          }
        });
    // The measurement itself takes about 1,200; one object in each turn would be 160,000.
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
  }
}
