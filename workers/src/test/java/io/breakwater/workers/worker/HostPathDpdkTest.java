package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortPair;
import io.breakwater.workers.Frames;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.HostClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole way between a port and the kernel, with ports in memory at both ends and time of the
 * test's own: worker, rings and the host thread's turns, all on the test's thread.
 */
@Tag("dpdk")
class HostPathDpdkTest {

  private static final String PEER_MAC = "02:00:5e:00:00:01";
  private static final String PEER = "192.0.2.1";
  private static final String OWN = WarmUpConfiguration.OWN_IPV4;
  private static final String OWN_IPV6 = WarmUpConfiguration.OWN_IPV6;
  private static final int ACK = 0x10;
  private static final int RING = 1_024;
  private static final long SECOND_NS = 1_000_000_000L;

  private static Eal eal;

  /** One for the process, as {@link PacketMemory} asks. */
  private static PacketPool pool;

  private static int tests;

  private PortPair wire;
  private PortPair kernel;
  private PacketMemory memory;
  private String ownMac;
  private HostRings rings;
  private HostPort side;
  private HostThread host;
  private WorkerGroup group;
  private Worker worker;
  private final PacketBurst burst = new PacketBurst(64);
  private long nowNs = SECOND_NS;

  @BeforeAll
  static void startDpdk() {
    eal = Eal.start(EalOptions.of("bw-host-test", 128));
    pool = PacketPool.create("host-test", 8_191, 2_048, 0);
  }

  @AfterAll
  static void stopDpdk() {
    pool.close();
    eal.close();
  }

  @BeforeEach
  void open() {
    tests++;
    memory = PacketMemory.install(pool.memory());
    wire = PortPair.create("wire" + tests, 1, 256, pool);
    kernel = PortPair.create("kernel" + tests, 1, 4_096, pool);
    for (Port port : List.of(wire.first(), wire.second(), kernel.first(), kernel.second())) {
      port.start();
    }
    begin(RING);
  }

  private void begin(int ringSize, Integer... vlanIds) {
    Appliance configuration = tagged(OnePort.ofWarmUp(), List.of(vlanIds));
    var slots = new Slots(configuration.limits());
    ForwardingTables tables =
        new ForwardingCompiler(slots, new long[] {wire.second().mac()}).compile(configuration);
    rings =
        HostRings.create(
            "t%d-%d-%d".formatted(tests, ringSize, vlanIds.length),
            pool,
            new boolean[] {true},
            1,
            ringSize);
    group =
        new WorkerGroup(
            List.of(0),
            List.of(wire.second()),
            pool,
            slots,
            configuration.limits(),
            new FlowSpread(1, FlowSpread.PLACES_MAX),
            new SpreadModes(1),
            rings);
    worker = group.workers().getFirst();
    worker.publish(tables);
    ownMac = mac(wire.second().mac());
    side = new HostPort(0, kernel.second(), wire.second().mac(), 1_500);
    host = new HostThread(rings, pool, List.of(side));
  }

  /** The same with tags on its port. */
  private static Appliance tagged(Appliance plain, List<Integer> vlanIds) {
    io.breakwater.config.Port port = plain.ports().getFirst();
    var tagged =
        new io.breakwater.config.Port(
            port.name(),
            port.device(),
            port.mtuBytes(),
            port.addresses(),
            vlanIds,
            port.gateways(),
            port.host());
    return new Appliance(
        plain.name(),
        plain.workers(),
        List.of(tagged),
        plain.endpoints(),
        plain.synCookieSecret(),
        plain.bogonsDropped(),
        plain.limits(),
        plain.journal(),
        plain.tenants());
  }

  @AfterEach
  void shouldHaveAllBuffersBack() {
    step();
    host.turn(nowNs);
    fromWire();
    atKernel();
    rings.close();
    for (PortPair pair : List.of(wire, kernel)) {
      pair.first().stop();
      pair.second().stop();
      pair.close();
    }
    assertEquals(0, pool.inUse());
  }

  private static String mac(long mac) {
    return String.format("%012x", mac).replaceAll("(..)(?!$)", "$1:");
  }

  private Frames toUs() {
    return Frames.ethernet(ownMac, PEER_MAC);
  }

  private void send(Port port, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      int buffer = pool.allocate();
      assertTrue(buffer >= 0, "the pool is empty");
      memory.write(pool.frame(buffer), frames.get(i), 0, frames.get(i).length);
      burst.set(i, buffer, pool.frame(buffer), frames.get(i).length);
    }
    assertEquals(frames.size(), port.txQueue(0).transmit(burst, frames.size()));
  }

  private void step() {
    worker.step(Cycles.now(), nowNs);
  }

  private List<byte[]> take(Port port) {
    List<byte[]> frames = new ArrayList<>();
    for (int count = port.rxQueue(0).receive(burst);
        count > 0;
        count = port.rxQueue(0).receive(burst)) {
      for (int i = 0; i < count; i++) {
        byte[] frame = new byte[burst.length(i)];
        memory.read(burst.frame(i), frame, 0, frame.length);
        frames.add(frame);
      }
      pool.free(burst, 0, count);
    }
    return frames;
  }

  private List<byte[]> fromWire() {
    return take(wire.first());
  }

  private List<byte[]> atKernel() {
    return take(kernel.first());
  }

  private long counted(int code) {
    return worker.counters().fates(0, code);
  }

  @Test
  void shouldCarryPacketsToTheKernelAndBack() {
    byte[] request = toUs().ipv4(PEER, OWN).tcp(40_000, 179, 2).bytes();
    byte[] arpReply = toUs().arp(2, PEER_MAC, PEER, ownMac, OWN).bytes();
    byte[] ping = toUs().ipv4(PEER, OWN).icmp(8, 0, 1).payload(8).bytes();
    send(wire.first(), List.of(request, arpReply, ping));
    step();
    host.turn(nowNs);

    List<byte[]> given = atKernel();
    assertEquals(2, given.size());
    assertEquals(1, fromWire().stream().filter(frame -> frame[23] == 1).count(), "our own answer");
    assertTrue(given.stream().anyMatch(frame -> Arrays.equals(frame, request)));
    assertTrue(given.stream().anyMatch(frame -> Arrays.equals(frame, arpReply)));
    assertEquals(1, counted(Fate.HOST.code()));
    assertEquals(1, counted(Fate.CONSUMED.code()));
    assertEquals(2, side.received());

    byte[] answer =
        Frames.ethernet(PEER_MAC, ownMac).ipv4(OWN, PEER).tcp(179, 40_000, 0x12).bytes();
    byte[] forged =
        Frames.ethernet(PEER_MAC, "02:00:00:00:00:99").ipv4(OWN, PEER).udp(1, 2).bytes();
    send(kernel.first(), List.of(answer, forged));
    host.turn(nowNs);
    step();

    List<byte[]> sent = fromWire();
    assertArrayEquals(answer, sent.getLast());
    assertEquals(1, group.hostDuty().sent(0));
    assertEquals(1, side.invalid());
    assertEquals(3, worker.counters().received(), "what the kernel sends is not received");
  }

  /** The interface is untagged, the port's frames are not: in both directions, one tag and two. */
  @Test
  void shouldTakeTheTagsOffAndPutThemOn() {
    for (Integer[] ids : new Integer[][] {{100}, {100, 7}}) {
      rings.close();
      begin(RING, ids);
      String what = "tags=" + ids.length;
      byte[] request = toUs().ipv4(PEER, OWN).tcp(40_000, 179, 2).bytes();
      byte[] requestIpv6 = toUs().ipv6("2001:db8:1::1", OWN_IPV6).tcp(40_000, 179, 2).bytes();
      send(wire.first(), List.of(withTags(request, ids), withTags(requestIpv6, ids)));
      step();
      host.turn(nowNs);
      List<byte[]> given = atKernel();
      assertEquals(2, given.size(), what);
      assertArrayEquals(request, given.get(0), what);
      assertArrayEquals(requestIpv6, given.get(1), what);

      byte[] answer =
          Frames.ethernet(PEER_MAC, ownMac).ipv4(OWN, PEER).tcp(179, 40_000, 0x12).bytes();
      byte[] answerIpv6 =
          Frames.ethernet(PEER_MAC, ownMac)
              .ipv6(OWN_IPV6, "2001:db8:1::1")
              .tcp(179, 40_000, 0x12)
              .bytes();
      byte[] arp = Frames.ethernet(PEER_MAC, ownMac).arp(2, ownMac, OWN, PEER_MAC, PEER).bytes();
      fromWire();
      send(kernel.first(), List.of(answer, answerIpv6, arp));
      host.turn(nowNs);
      step();
      List<byte[]> sent = fromWire();
      sent = sent.subList(sent.size() - 3, sent.size());
      assertArrayEquals(withTags(answer, ids), sent.get(0), what);
      assertArrayEquals(withTags(answerIpv6, ids), sent.get(1), what);
      assertArrayEquals(withTags(arp, ids), sent.get(2), what);
      assertEquals(3, group.hostDuty().sent(0), what);
    }
  }

  /** IEEE 802.1Q: a service tag in front of the customer's where there are two. */
  private static byte[] withTags(byte[] frame, Integer... ids) {
    byte[] tagged = new byte[frame.length + 4 * ids.length];
    System.arraycopy(frame, 0, tagged, 0, 12);
    for (int i = 0; i < ids.length; i++) {
      int type = ids.length == 2 && i == 0 ? 0x88a8 : 0x8100;
      byte[] tag = {(byte) (type >> 8), (byte) type, (byte) (ids[i] >> 8), ids[i].byteValue()};
      System.arraycopy(tag, 0, tagged, 12 + 4 * i, 4);
    }
    System.arraycopy(frame, 12, tagged, 12 + 4 * ids.length, frame.length - 12);
    return tagged;
  }

  @Test
  void shouldCarryFragmentsBothWays() {
    List<byte[]> in =
        List.of(
            toUs()
                .ipv4(PEER, OWN)
                .id(7)
                .flagsAndOffset(0x2000)
                .icmp(0, 0, 1)
                .payload(1_472)
                .bytes(),
            toUs().ipv4(PEER, OWN).id(7).flagsAndOffset(0x20b9).protocol(1).payload(1_480).bytes(),
            toUs().ipv4(PEER, OWN).id(7).flagsAndOffset(0x0172).protocol(1).payload(48).bytes());
    send(wire.first(), in);
    step();
    host.turn(nowNs);

    List<byte[]> given = atKernel();
    assertEquals(3, given.size());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(in.get(i), given.get(i));
    }

    Frames first = Frames.ethernet(PEER_MAC, ownMac).ipv4(OWN, PEER).id(7).flagsAndOffset(0x2000);
    List<byte[]> out = List.of(first.icmp(8, 0, 1).payload(1_472).bytes());
    fromWire();
    send(kernel.first(), out);
    host.turn(nowNs);
    step();
    assertArrayEquals(out.getFirst(), fromWire().getLast());
  }

  /**
   * A fifth of a second of 10 million packets a second, all for ourselves and of every class, and
   * among them 200 segments of a BGP session that the kernel is in: each of these gets through.
   */
  @Test
  void shouldKeepASessionThroughAFlood() {
    send(
        kernel.first(),
        List.of(Frames.ethernet(PEER_MAC, ownMac).ipv4(OWN, PEER).tcp(179, 40_000, ACK).bytes()));
    host.turn(nowNs);
    step();
    byte[] session = toUs().ipv4(PEER, OWN).tcp(40_000, 179, ACK).payload(19).bytes();
    List<byte[]> garbage = garbage();
    int turns = 31_250;
    int turnsPerSegment = turns / 200;
    int segments = 0;
    long given = 0;
    for (int turn = 0; turn < turns; turn++) {
      nowNs += 6_400;
      List<byte[]> frames = new ArrayList<>(64);
      for (int i = 0; i < 64; i++) {
        frames.add(garbage.get((turn * 64 + i) % garbage.size()));
      }
      boolean hasSegment = turn % turnsPerSegment == turnsPerSegment / 2;
      if (hasSegment) {
        frames.set(turn % 64, session);
      }
      send(wire.first(), frames);
      step();
      fromWire();
      // The host thread wakes up once a millisecond.
      if (turn % 156 == 0 || turn == turns - 1) {
        while (host.turn(nowNs) > 0) {}
        for (byte[] frame : atKernel()) {
          given++;
          segments += Arrays.equals(frame, session) ? 1 : 0;
        }
      }
    }
    assertEquals(200, segments);
    // Rates of a fifth of a second, and full buckets at first.
    assertTrue(given < 14_400 / 5 + 1_100, "given=" + given);
    long received = worker.counters().received();
    assertEquals(64L * turns, received);
    assertEquals(0, counted(DropReason.HOST_QUEUE_FULL.code()));
    assertTrue(counted(DropReason.HOST_RATE_LIMITED.code()) > received * 6 / 10);
    assertEquals(0, group.hostOutputs().getFirst().limited(HostClass.CONTROL));
    long decided = IntStream.range(0, Fate.CODES).mapToLong(this::counted).sum();
    assertEquals(received, decided);
  }

  /** Every class, from many sources; nothing of it is a connection's that the kernel knows. */
  private List<byte[]> garbage() {
    Random random = new Random(1);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String source = "8.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), i % 250 + 1);
      int port = 1_024 + random.nextInt(60_000);
      Frames packet = toUs().ipv4(source, OWN);
      frames.add(
          switch (i % 10) {
            case 0, 1 -> packet.tcp(port, 179, 2).bytes();
            case 2, 3 -> packet.tcp(port, 179, ACK).payload(19).bytes();
            case 4 -> packet.tcp(port, 22, 2).bytes();
            case 5 -> packet.tcp(port, 22, ACK).bytes();
            case 6 -> packet.udp(port, 53).payload(18).bytes();
            case 7 -> packet.icmp(0, 0, i).payload(8).bytes();
            case 8 -> packet.flagsAndOffset(0x2000).udp(port, 53).payload(18).bytes();
            default -> toUs().arp(2, PEER_MAC, PEER, ownMac, OWN).bytes();
          });
    }
    return frames;
  }

  @Test
  void shouldDropWhatAFullRingDoesNotTake() {
    rings.close();
    begin(32);
    byte[] segment = toUs().ipv4(PEER, OWN).udp(1, 2).bytes();
    byte[] arpReply = toUs().arp(2, PEER_MAC, PEER, ownMac, OWN).bytes();
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      frames.add(segment);
      frames.add(arpReply);
    }
    send(wire.first(), frames);
    step();

    assertEquals(64, worker.counters().received());
    assertEquals(32, counted(Fate.CONSUMED.code()), "a copy's fate stays");
    assertEquals(32, counted(Fate.HOST.code()) + counted(DropReason.HOST_QUEUE_FULL.code()));
    assertTrue(counted(DropReason.HOST_QUEUE_FULL.code()) > 0);
  }
}
