package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.AllocatedBytes;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.PortSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The state machine on a virtual clock in seconds. */
class NeighbourDiscoveryTest {

  private static final long SECOND = 1_000_000_000L;
  private static final String GATEWAY = "192.0.2.1";
  private static final String GATEWAY_V6 = "2001:db8:1::1";
  private static final long MAC = 0x0200_5e00_0001L;
  private static final long OTHER_MAC = 0x0200_5e00_0099L;
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

  private final TestBatch packets = new TestBatch().begin(new byte[128]);
  private final PacketMemory memory = packets.memory;
  private final NeighbourTable table = new NeighbourTable(4, 8);
  private final LearnedNeighbours events = new LearnedNeighbours();
  private final Sent sent = new Sent();
  private PortSettings[] ports = {TestPort.untagged(0), TestPort.untagged(1)};
  private final long startNs = Long.MAX_VALUE - 5 * SECOND;
  private final NeighbourDiscovery discovery =
      new NeighbourDiscovery(memory, table, events, startNs);

  /** Keeps what is sent; has as many buffers as a test says. */
  private final class Sent implements Originator {
    final List<String> frames = new ArrayList<>();
    int buffers = Integer.MAX_VALUE;

    @Override
    public int allocate() {
      return buffers-- > 0 ? packets.batch.frame(0) : -1;
    }

    @Override
    public void send(int frame, int lengthBytes, int port) {
      byte[] bytes = new byte[lengthBytes];
      memory.read(frame, bytes, 0, lengthBytes);
      frames.add(port + " " + Frames.hex(bytes));
    }

    List<String> take() {
      List<String> taken = List.copyOf(frames);
      frames.clear();
      return taken;
    }
  }

  private List<String> tickAt(double seconds) {
    discovery.tick(startNs + (long) (seconds * SECOND), ports, sent);
    return sent.take();
  }

  private static NeighbourKey key(String address, long pinned) {
    return address.contains(":")
        ? new NeighbourKey(0, Frames.high(address), Frames.low(address), true, pinned)
        : new NeighbourKey(0, 0, Frames.ipv4(address) & 0xffff_ffffL, false, pinned);
  }

  private static String arpRequest(String destination, String source, String target) {
    return "0 "
        + Frames.hex(
            Frames.ethernet(destination, TestPort.MAC)
                .arp(1, TestPort.MAC, source, "00:00:00:00:00:00", target)
                .payload(new byte[18])
                .bytes());
  }

  private static final String ASK_GATEWAY = arpRequest(BROADCAST, TestPort.IPV4, GATEWAY);
  private static final String VERIFY_GATEWAY =
      arpRequest("02:00:5e:00:00:01", TestPort.IPV4, GATEWAY);

  private static String solicitation(
      String destinationMac, String source, String destination, String target) {
    return "0 "
        + Frames.hex(
            Frames.ethernet(destinationMac, TestPort.MAC)
                .ipv6(source, destination)
                .ttl(255)
                .icmpv6(135, 0, 0)
                .payload(Frames.address(target))
                .payload("0101 020000000002")
                .bytes());
  }

  private void configure(String... addresses) {
    NeighbourKey[] bySlot = new NeighbourKey[addresses.length + 1];
    for (int i = 0; i < addresses.length; i++) {
      bySlot[i + 1] = addresses[i] == null ? null : key(addresses[i], -1);
    }
    discovery.configure(bySlot);
  }

  private static long low(String address) {
    return Frames.ipv4(address) & 0xffff_ffffL;
  }

  private void answered(String address, long mac) {
    discovery.answered(0, false, 0, low(address), mac);
  }

  private void asked(String address, long mac) {
    discovery.asked(0, false, 0, low(address), mac);
  }

  private void wanted(String address) {
    discovery.wanted(0, false, 0, low(address));
  }

  private long macOf(String address) {
    return NeighbourTable.mac(table.lookup(0, false, 0, low(address)));
  }

  private boolean isKnown(String address) {
    return table.find(0, false, 0, low(address)) >= 0;
  }

  // ---------------------------------------------------------------- configured neighbours

  @Test
  void shouldAskEachSecondUntilAConfiguredNeighbourAnswers() {
    configure(GATEWAY);
    for (int second = 0; second < 20; second++) {
      assertEquals(List.of(ASK_GATEWAY), tickAt(second), "second=" + second);
      assertEquals(List.of(), tickAt(second + 0.999));
    }
    assertEquals(0, table.hop(1));
    answered(GATEWAY, MAC);
    assertEquals(MAC << 16 | 1, table.hop(1));
    assertEquals(List.of("resolved 0 192.0.2.1 02005e000001"), events.calls);
    assertEquals(List.of(), tickAt(20));
  }

  @Test
  void shouldVerifyByUnicastAfterThirtySecondsAndGoOnWhenAnswered() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    for (int round = 1; round <= 3; round++) {
      assertEquals(List.of(), tickAt(round * 30 - 0.001));
      assertEquals(List.of(VERIFY_GATEWAY), tickAt(round * 30));
      answered(GATEWAY, MAC);
    }
    assertEquals(1, events.calls.size());
  }

  @Test
  void shouldLoseAConfiguredNeighbourAfterThreeProbesAndAskAgain() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    assertEquals(List.of(VERIFY_GATEWAY), tickAt(30));
    assertEquals(List.of(VERIFY_GATEWAY), tickAt(31));
    assertEquals(List.of(VERIFY_GATEWAY), tickAt(32));
    assertEquals(List.of(), tickAt(32.999));
    assertEquals(MAC << 16 | 1, table.hop(1));
    assertEquals(List.of(ASK_GATEWAY), tickAt(33));
    assertEquals(0, table.hop(1));
    assertEquals(List.of("resolved 0 192.0.2.1 02005e000001", "lost 0 192.0.2.1"), events.calls);
    assertEquals(List.of(ASK_GATEWAY), tickAt(34));
    answered(GATEWAY, OTHER_MAC);
    assertEquals(OTHER_MAC << 16 | 1, table.hop(1));
    assertEquals(3, events.calls.size());
  }

  @Test
  void shouldSolicitTheGroupOfAnIpv6NeighbourAndVerifyByUnicast() {
    configure(GATEWAY_V6, "fe80::1234:5678");
    assertEquals(
        List.of(
            solicitation("33:33:ff:00:00:01", TestPort.IPV6, "ff02::1:ff00:1", GATEWAY_V6),
            solicitation(
                "33:33:ff:34:56:78", TestPort.LINK_LOCAL, "ff02::1:ff34:5678", "fe80::1234:5678")),
        tickAt(0));
    discovery.answered(0, true, Frames.high(GATEWAY_V6), Frames.low(GATEWAY_V6), MAC);
    assertEquals(MAC << 16 | 1, table.hop(1));
    tickAt(29.999);
    assertTrue(
        tickAt(30)
            .contains(solicitation("02:00:5e:00:00:01", TestPort.IPV6, GATEWAY_V6, GATEWAY_V6)));
  }

  @ParameterizedTest
  @CsvSource({"192.0.2.1, 192.0.2.2", "10.0.0.2, 10.0.0.1", "198.51.100.1, 192.0.2.2"})
  void shouldAskWithTheAddressInTheNeighboursSubnetElseTheFirst(String target, String source) {
    configure(target);
    assertEquals(List.of(arpRequest(BROADCAST, source, target)), tickAt(0));
  }

  @Test
  void shouldTagItsFramesAsThePortSays() {
    ports = new PortSettings[] {TestPort.tagged(0, 7)};
    configure(GATEWAY);
    byte[] request =
        Frames.ethernet(BROADCAST, TestPort.MAC)
            .vlan(7)
            .arp(1, TestPort.MAC, TestPort.IPV4, "00:00:00:00:00:00", GATEWAY)
            .payload(new byte[14])
            .bytes();
    assertEquals(List.of("0 " + Frames.hex(request)), tickAt(0));
    ports = new PortSettings[] {TestPort.tagged(0, 5, 7)};
    byte[] twice =
        Frames.ethernet(BROADCAST, TestPort.MAC)
            .serviceVlan(5)
            .vlan(7)
            .arp(1, TestPort.MAC, TestPort.IPV4, "00:00:00:00:00:00", GATEWAY)
            .payload(new byte[10])
            .bytes();
    assertEquals(List.of("0 " + Frames.hex(twice)), tickAt(1));
  }

  @Test
  void shouldNotAskFromAPortWithoutAddressOrThatIsGone() {
    ports = new PortSettings[] {TestPort.withoutAddresses(0)};
    configure(GATEWAY, GATEWAY_V6);
    assertEquals(List.of(), tickAt(0));
    ports = new PortSettings[0];
    assertEquals(List.of(), tickAt(1));
    ports = new PortSettings[] {TestPort.untagged(0)};
    assertEquals(2, tickAt(2).size());
  }

  @Test
  void shouldTryAgainInTheNextTickWhenThereIsNoBuffer() {
    configure(GATEWAY, GATEWAY_V6);
    sent.buffers = 1;
    assertEquals(1, tickAt(0).size());
    sent.buffers = 0;
    assertEquals(0, tickAt(0).size());
    sent.buffers = 9;
    assertEquals(1, tickAt(0).size());
    assertEquals(0, tickAt(0).size());
  }

  @Test
  void shouldSendABoundedNumberInATick() {
    NeighbourTable large = new NeighbourTable(100, 0);
    NeighbourDiscovery many = new NeighbourDiscovery(memory, large, events, 0);
    NeighbourKey[] bySlot = new NeighbourKey[101];
    for (int i = 1; i <= 100; i++) {
      bySlot[i] = key("192.0.2." + (100 + i), -1);
    }
    many.configure(bySlot);
    int[] counts = new int[8];
    for (int i = 0; i < counts.length; i++) {
      many.tick(i, ports, sent);
      counts[i] = sent.take().size();
    }
    assertArrayEquals(new int[] {16, 16, 16, 16, 16, 16, 4, 0}, counts);
  }

  // ---------------------------------------------------------------- reloads

  @Test
  void shouldKeepWhatItKnowsOfANeighbourThatStays() {
    configure(GATEWAY, "192.0.2.7");
    tickAt(0);
    answered(GATEWAY, MAC);
    answered("192.0.2.7", OTHER_MAC);
    configure(GATEWAY, "192.0.2.8");
    assertEquals(MAC, macOf(GATEWAY));
    assertEquals(0, table.hop(2));
    assertEquals(0, macOf("192.0.2.7"));
    assertEquals(List.of(arpRequest(BROADCAST, TestPort.IPV4, "192.0.2.8")), tickAt(1));
    configure();
    assertEquals(0, table.hop(1));
    assertEquals(List.of(), tickAt(60));
  }

  @Test
  void shouldKnowAPinnedNeighbourAtOnceAndNeverChangeIt() {
    discovery.configure(new NeighbourKey[] {null, key(GATEWAY, MAC)});
    assertEquals(MAC << 16 | 1, table.hop(1));
    answered(GATEWAY, OTHER_MAC);
    asked(GATEWAY, OTHER_MAC);
    wanted(GATEWAY);
    assertEquals(MAC << 16 | 1, table.hop(1));
    assertEquals(List.of(), tickAt(1000));
    discovery.configure(new NeighbourKey[] {null, key(GATEWAY, OTHER_MAC)});
    assertEquals(OTHER_MAC << 16 | 1, table.hop(1));
    configure(GATEWAY);
    assertEquals(0, table.hop(1));
    assertEquals(List.of(ASK_GATEWAY), tickAt(1001));
    assertEquals(List.of(), events.calls);
  }

  @Test
  void shouldTakeOverWhatADynamicEntryKnew() {
    tickAt(0);
    asked(GATEWAY, MAC);
    configure(null, GATEWAY);
    assertEquals(MAC << 16 | 1, table.hop(2));
    assertEquals(2, table.find(0, false, 0, low(GATEWAY)));
    assertEquals(List.of(VERIFY_GATEWAY), tickAt(0));
  }

  @Test
  void shouldRefuseNeighboursThatTheTableHasNoSlotsForAndEqualOnes() {
    assertThrows(
        IllegalArgumentException.class, () -> discovery.configure(new NeighbourKey[4 + 2]));
    assertThrows(IllegalArgumentException.class, () -> configure(GATEWAY, GATEWAY));
  }

  // ---------------------------------------------------------------- what is told

  @Test
  void shouldTakeAChangedAddressAndVerifyItASecondLater() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    tickAt(10);
    answered(GATEWAY, OTHER_MAC);
    assertEquals(OTHER_MAC, macOf(GATEWAY));
    assertEquals("resolved 0 192.0.2.1 02005e000099", events.calls.getLast());
    assertEquals(List.of(), tickAt(10.999));
    assertEquals(List.of(arpRequest("02:00:5e:00:00:99", TestPort.IPV4, GATEWAY)), tickAt(11));
    answered(GATEWAY, OTHER_MAC);
    assertEquals(List.of(), tickAt(40.999));
  }

  @Test
  void shouldNotPutVerificationOffHoweverOftenTheAddressChanges() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    int requests = 0;
    for (double second = 1; second < 21; second += 0.1) {
      answered(GATEWAY, (int) (second * 10) % 2 == 0 ? MAC : OTHER_MAC);
      requests += tickAt(second).size();
    }
    assertTrue(requests >= 15 && requests <= 21, "requests=" + requests);
  }

  @Test
  void shouldVerifyAKnownNeighbourThatIsWanted() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    wanted(GATEWAY);
    assertEquals(List.of(VERIFY_GATEWAY), tickAt(1));
    assertEquals(MAC, macOf(GATEWAY));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 0xffff_ffff_ffffL, 0x0100_5e00_0001L, 0x0200_0000_0002L})
  void shouldRefuseGroupsZeroAndOurOwnEthernetAddress(long mac) {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, mac);
    asked(GATEWAY, mac);
    asked("192.0.2.9", mac);
    assertEquals(0, table.hop(1));
    assertEquals(-1, table.find(0, false, 0, low("192.0.2.9")));
  }

  // ---------------------------------------------------------------- dynamic neighbours

  @Test
  void shouldCreateNothingFromWhatIsToldUnasked() {
    tickAt(0);
    answered("192.0.2.9", MAC);
    assertEquals(0, macOf("192.0.2.9"));
    assertEquals(-1, table.find(0, false, 0, low("192.0.2.9")));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.9, true",
    "10.0.0.2, true",
    "10.0.0.3, false",
    "10.0.0.4, false",
    "192.0.3.1, false",
    "192.0.2.0, false",
    "192.0.2.255, false",
    "192.0.2.2, false",
    "0.0.0.0, false",
    "224.0.0.1, false",
  })
  void shouldCreateEntriesForHostsOfConnectedSubnetsOnly(String address, boolean created) {
    tickAt(0);
    asked(address, MAC);
    assertEquals(created ? MAC : 0, macOf(address));
    discovery.wanted(1, false, 0, low(address));
    assertEquals(created, table.find(1, false, 0, low(address)) >= 0);
    assertEquals(List.of(), events.calls);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1::9, true",
    "fe80::9, true",
    "2001:db8:2::9, false",
    "2001:db8:1::2, false",
    "fe80::ff:fe00:2, false",
    "ff02::1, false",
    "::, false",
  })
  void shouldCreateEntriesForIpv6HostsOfConnectedSubnetsOnly(String address, boolean created) {
    tickAt(0);
    discovery.asked(0, true, Frames.high(address), Frames.low(address), MAC);
    long hop = table.lookup(0, true, Frames.high(address), Frames.low(address));
    assertEquals(created ? MAC : 0, NeighbourTable.mac(hop));
  }

  @Test
  void shouldVerifyWhoAskedUsAfterFiveSecondsAndRemoveItWhenItDoesNotAnswer() {
    tickAt(0);
    asked("192.0.2.9", MAC);
    assertEquals(List.of(), tickAt(4.999));
    for (int second = 5; second < 8; second++) {
      assertEquals(
          List.of(arpRequest("02:00:5e:00:00:01", TestPort.IPV4, "192.0.2.9")), tickAt(second));
    }
    assertEquals(MAC, macOf("192.0.2.9"));
    assertEquals(List.of(), tickAt(8));
    assertEquals(-1, table.find(0, false, 0, low("192.0.2.9")));
    assertEquals(List.of(), tickAt(100));
  }

  @Test
  void shouldAskThreeTimesForAWantedNeighbourThenBeSilentForFiveSeconds() {
    tickAt(0);
    int[] requests = new int[17];
    for (int second = 0; second < requests.length; second++) {
      wanted("192.0.2.9");
      requests[second] = tickAt(second).size();
    }
    // FAILED from 3 on, removed in the tick at 8: wanted again at 9.
    assertArrayEquals(new int[] {1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0}, requests);
  }

  @Test
  void shouldTakeALateAnswerOfAFailedNeighbour() {
    tickAt(0);
    wanted("192.0.2.9");
    for (int second = 0; second < 5; second++) {
      tickAt(second);
    }
    answered("192.0.2.9", MAC);
    assertEquals(MAC, macOf("192.0.2.9"));
    assertEquals(List.of(), tickAt(33.999));
    assertEquals(1, tickAt(34).size());
  }

  @Test
  void shouldGiveUpTheLongestUnresolvedEntryFirstWhenTheTableIsFull() {
    tickAt(0);
    for (int host = 10; host < 16; host++) {
      asked("192.0.2." + host, MAC);
    }
    wanted("192.0.2.20");
    wanted("192.0.2.21");
    assertEquals(0, discovery.evicted());
    wanted("192.0.2.22");
    assertEquals(1, discovery.evicted());
    assertEquals(false, isKnown("192.0.2.20"));
    assertEquals(true, isKnown("192.0.2.21"));
    asked("192.0.2.23", MAC);
    asked("192.0.2.24", MAC);
    assertEquals(false, isKnown("192.0.2.21"));
    assertEquals(false, isKnown("192.0.2.22"));
    // Only resolved ones now: the one heard of longest ago is .11, after .10 asks again.
    asked("192.0.2.10", MAC);
    asked("192.0.2.25", MAC);
    assertEquals(true, isKnown("192.0.2.10"));
    assertEquals(false, isKnown("192.0.2.11"));
    assertEquals(4, discovery.evicted());
    assertEquals(MAC, macOf("192.0.2.25"));
  }

  @Test
  void shouldMakeNoStormOfQuestionsWhenASubnetIsScanned() {
    configure(GATEWAY);
    int requests = 0;
    for (int i = 0; i < 100_000; i++) {
      wanted("192.0.2." + (3 + i % 250));
      requests += tickAt(i / 100_000.0).size();
    }
    int limit =
        NeighbourDiscovery.DYNAMIC_REQUESTS_PER_SECOND + NeighbourDiscovery.DYNAMIC_REQUESTS_BURST;
    assertTrue(requests > limit / 2 && requests <= limit + 1, "requests=" + requests);
    // Nothing that waited for its turn was counted as a question without an answer.
    wanted("192.0.2.9");
    assertEquals(true, tickAt(1.2).contains(arpRequest(BROADCAST, TestPort.IPV4, "192.0.2.9")));
  }

  /** Whatever happens: slots and addresses agree, and what nobody needs ends. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldStayConsistentUnderRandomEvents(long seed) {
    Random random = new Random(seed);
    double now = 0;
    for (int step = 0; step < 20_000; step++) {
      String address = "192.0.2." + (3 + random.nextInt(6));
      long mac = random.nextInt(5) == 0 ? OTHER_MAC : MAC;
      switch (random.nextInt(24)) {
        case 0 -> configure(address, GATEWAY);
        case 1 -> configure(GATEWAY);
        case 2 -> discovery.configure(new NeighbourKey[] {null, key(address, MAC)});
        case 3, 4 -> asked(address, mac);
        case 5, 6 -> wanted(address);
        case 7 -> answered(address, mac);
        case 8 -> answered(GATEWAY, mac);
        default -> now += random.nextDouble();
      }
      tickAt(now);
      int used = 0;
      for (int slot = 1; slot < table.slots(); slot++) {
        if (table.isUsed(slot)) {
          used++;
          int found =
              table.find(
                  table.portOf(slot), table.isIpv6(slot), table.highOf(slot), table.lowOf(slot));
          assertEquals(slot, found, "seed=" + seed + " step=" + step);
        } else {
          assertEquals(0, table.hop(slot), "seed=" + seed + " step=" + step);
        }
      }
      assertTrue(used <= 4 + 8);
    }
    // Without anybody who answers or wants something, all dynamic entries end.
    discovery.configure(new NeighbourKey[0]);
    for (int second = 0; second < 60; second++) {
      now += 1;
      tickAt(now);
    }
    for (int slot = 1; slot < table.slots(); slot++) {
      assertEquals(false, table.isUsed(slot), "seed=" + seed + " slot=" + slot);
    }
  }

  @Test
  void shouldNotLoseAConfiguredNeighbourToAFloodOfOthers() {
    configure(GATEWAY);
    tickAt(0);
    answered(GATEWAY, MAC);
    for (int host = 3; host < 255; host++) {
      wanted("192.0.2." + host);
      asked("192.0.2." + host, OTHER_MAC);
    }
    assertEquals(MAC << 16 | 1, table.hop(1));
    assertEquals(252 - 8, discovery.evicted());
  }

  @Test
  void shouldWorkWithoutDynamicSlots() {
    NeighbourTable none = new NeighbourTable(1, 0);
    NeighbourDiscovery only = new NeighbourDiscovery(memory, none, events, 0);
    only.tick(0, ports, sent);
    only.wanted(0, false, 0, low("192.0.2.9"));
    only.asked(0, false, 0, low("192.0.2.9"), MAC);
    only.tick(1, ports, sent);
    assertEquals(List.of(), sent.take());
  }

  @Test
  void shouldAllocateNothingInTheSteadyState() {
    NeighbourTable own = new NeighbourTable(4, 64);
    long[] sum = new long[1];
    NeighbourEvents silent =
        new NeighbourEvents() {
          @Override
          public void resolved(int port, boolean ipv6, long high, long low, long mac) {
            sum[0] += mac;
          }

          @Override
          public void lost(int port, boolean ipv6, long high, long low) {
            sum[0]++;
          }
        };
    Originator counter =
        new Originator() {
          @Override
          public int allocate() {
            return packets.batch.frame(0);
          }

          @Override
          public void send(int frame, int lengthBytes, int port) {
            sum[0]++;
          }
        };
    NeighbourDiscovery busy = new NeighbourDiscovery(memory, own, silent, 0);
    busy.configure(new NeighbourKey[] {null, key(GATEWAY, -1), key(GATEWAY_V6, -1)});
    long subnet = low("192.0.2.0");
    long[] clock = new long[1];
    long bytes =
        AllocatedBytes.of(() -> {
          sum[0] = 0;
          for (int i = 0; i < 200_000; i++) {
            clock[0] += 10_000_000L;
            busy.tick(clock[0], ports, counter);
            long host = subnet + 3 + i % 250;
            busy.wanted(0, false, 0, host);
            busy.asked(0, false, 0, host ^ 1, OTHER_MAC);
            busy.answered(0, false, 0, subnet + 1, MAC);
          }
        });
    assertTrue(sum[0] > 1000);
    assertTrue(bytes < 10_000, "bytes=" + bytes);
  }
}
