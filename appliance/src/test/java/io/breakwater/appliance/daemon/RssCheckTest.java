package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.PacketSample.Packet;
import io.breakwater.dpdk.PortRss;
import io.breakwater.dpdk.PortRss.Function;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.table.SymmetricHash;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RssCheckTest {

  private static final Set<Function> ALL = EnumSet.allOf(Function.class);

  private final FlowSpread spread = new FlowSpread(2, 128);
  private final int[] table = RssCheck.table(512, spread);
  private final RssCheck check = new RssCheck(table);
  private final Random random = new Random(1);

  @Test
  void shouldFindNoObstacleWhereTheDriverSaysWhatIsWanted() {
    assertEquals(Optional.empty(), obstacle(2, ALL, key(0x6d5a), table));
    assertEquals(Optional.empty(), obstacle(2, ALL, new byte[0], table));
  }

  @Test
  void shouldNameTheObstacle() {
    assertEquals("one receive queue", obstacle(1, ALL, key(0x6d5a), table).orElseThrow());
    assertEquals(
        "fewer receive queues than workers",
        RssCheck.obstacle(2, 3, Optional.empty(), spread).orElseThrow());
    assertEquals(
        "the driver has no RSS", RssCheck.obstacle(2, 2, Optional.empty(), spread).orElseThrow());
    assertEquals(
        "the driver does not hash [IPV4_UDP, IPV6_UDP]",
        obstacle(
                2,
                EnumSet.complementOf(EnumSet.of(Function.IPV4_UDP, Function.IPV6_UDP)),
                key(0x6d5a),
                table)
            .orElseThrow());
    assertEquals("the driver has another key", obstacle(2, ALL, key(0x6d5b), table).orElseThrow());
    int[] other = table.clone();
    other[7] ^= 1;
    assertEquals(
        "the indirection table is not ours", obstacle(2, ALL, key(0x6d5a), other).orElseThrow());
    assertEquals(
        "the indirection table is not ours",
        obstacle(2, ALL, key(0x6d5a), new int[0]).orElseThrow());
  }

  private Optional<String> obstacle(int queues, Set<Function> active, byte[] key, int[] entries) {
    return RssCheck.obstacle(
        queues, 2, Optional.of(new PortRss(ALL, active, key, entries)), spread);
  }

  private static byte[] key(int word) {
    ByteBuffer key = ByteBuffer.allocate(52);
    while (key.hasRemaining()) {
      key.putShort((short) word);
    }
    return key.array();
  }

  @Test
  void shouldMakeNoTableThatCanNotSayTheSame() {
    assertEquals(0, RssCheck.table(64, spread).length);
    assertEquals(0, RssCheck.table(384, spread).length);
    assertEquals(1, RssCheck.table(512, spread)[129]);
  }

  @Test
  void shouldVerifyHashAndQueue() {
    for (int i = 0; i < RssCheck.PACKETS; i++) {
      assertEquals("measuring (%d of 1000)".formatted(i), check.verdict());
      add(i % 2 == 0, true, 0, 0);
    }
    assertEquals("verified", check.verdict());
    assertEquals(1_000, check.hashed());
    assertFalse(check.refutes());
  }

  @Test
  void shouldVerifyByTheQueueWhereNoHashComes() {
    for (int i = 0; i < RssCheck.PACKETS; i++) {
      add(i % 2 == 0, false, 0, 0);
    }
    assertEquals("verified", check.verdict());
    assertEquals(0, check.hashed());
  }

  @Test
  void shouldDisagreeOnAWrongHashOrQueue() {
    for (int i = 0; i < 200; i++) {
      add(true, true, i % 50 == 0 ? 1 : 0, i % 40 == 0 ? 1 : 0);
    }
    // 4 wrong hashes and 5 wrong queues, one of them both.
    assertEquals("disagrees (8 of 200)", check.verdict());
    assertTrue(check.refutes());
  }

  /** One odd packet in a thousand is no reason to do it all ourselves. */
  @Test
  void shouldRefuteOnlyWhatIsFrequent() {
    for (int i = 0; i < 1_000; i++) {
      add(true, true, i == 500 ? 1 : 0, 0);
    }
    assertEquals("disagrees (1 of 1000)", check.verdict());
    assertFalse(check.refutes());
  }

  @Test
  void shouldNotCompareWhatDriversTreatInManyWays() {
    byte[] fragment = frame(true, 1, 2, 3);
    fragment[20] = 0x20;
    byte[] icmp = frame(true, 1, 2, 3);
    icmp[23] = 1;
    byte[] options = frame(true, 1, 2, 3);
    options[14] = 0x46;
    byte[] extended = frame(false, 1, 2, 3);
    extended[20] = 44;
    for (byte[] frame : new byte[][] {fragment, icmp, options, extended}) {
      check.add(0, new Packet(true, 12345, frame));
    }
    assertEquals(0, check.compared());
  }

  private void add(boolean ipv4, boolean hashed, int hashError, int queueError) {
    int source = random.nextInt();
    int destination = random.nextInt();
    int ports = random.nextInt();
    int words =
        ipv4
            ? SymmetricHash.ipv4(source, destination, ports)
            : SymmetricHash.ipv6(source, 0, destination, 0, ports);
    int half = SymmetricHash.half(words);
    byte[] frame = frame(ipv4, source, destination, ports);
    check.add(
        spread.worker(half) ^ queueError,
        new Packet(hashed, SymmetricHash.whole(words) ^ hashError, frame));
  }

  private static byte[] frame(boolean ipv4, int source, int destination, int ports) {
    ByteBuffer frame = ByteBuffer.allocate(64);
    if (ipv4) {
      return frame
          .putShort(12, (short) 0x0800)
          .put(14, (byte) 0x45)
          .put(23, (byte) 17)
          .putInt(26, source)
          .putInt(30, destination)
          .putInt(34, ports)
          .array();
    }
    return frame
        .putShort(12, (short) 0x86dd)
        .put(14, (byte) 0x60)
        .put(20, (byte) 6)
        .putLong(22, source)
        .putLong(38, destination)
        .putInt(54, ports)
        .array();
  }
}
