package io.breakwater.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketStampTest {

  private static final int GRE_WITH_KEY_BYTES = 28;

  private final byte[] packet = new byte[64];
  private final MemorySegment memory = MemorySegment.ofArray(packet);

  @Test
  void shouldBeReadAgainBehindATunnelHeader() {
    long seed = 11;
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      long due = random.nextLong() >>> 2;
      long age = random.nextLong(10_000_000_000L);
      int kind = random.nextInt(TrafficKind.values().length);
      PacketStamp.write(memory, packet.length, kind, due);
      byte[] tunnelled = new byte[packet.length + GRE_WITH_KEY_BYTES];
      System.arraycopy(packet, 0, tunnelled, GRE_WITH_KEY_BYTES, packet.length);
      MemorySegment received = MemorySegment.ofArray(tunnelled);

      assertEquals(kind, PacketStamp.kind(received, tunnelled.length), () -> "seed=" + seed);
      long measured = PacketStamp.ageTicks(received, tunnelled.length, due + age);
      assertTrue(Math.abs(measured - age) < 8, () -> "seed=" + seed);
    }
  }

  @Test
  void shouldSumToAConstantOfItsKind() {
    long seed = 12;
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      int kind = random.nextInt(TrafficKind.values().length);
      PacketStamp.write(memory, packet.length, kind, random.nextLong());
      ByteBuffer stamp = ByteBuffer.wrap(packet, packet.length - PacketStamp.BYTES, 6);
      int sum = 0;
      while (stamp.hasRemaining()) {
        sum += Short.toUnsignedInt(stamp.getShort());
      }
      while (sum >>> 16 != 0) {
        sum = (sum & 0xffff) + (sum >>> 16);
      }
      assertEquals(PacketStamp.sum(kind), sum, () -> "seed=" + seed);
    }
  }

  @Test
  void shouldNotTakeOtherBytesForAStamp() {
    assertEquals(-1, PacketStamp.kind(memory, packet.length));
    Arrays.fill(packet, (byte) 0xff);
    assertEquals(-1, PacketStamp.kind(memory, packet.length));
    for (int i = 0; i < packet.length; i++) {
      packet[i] = (byte) i;
    }
    assertEquals(-1, PacketStamp.kind(memory, packet.length));
  }
}
