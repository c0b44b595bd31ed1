package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SipHashTest {

  /** The reference implementation's vector for the 16 bytes 0, 1, ... 15 under the key 0, 1, ... */
  @Test
  void shouldHashAsTheReferenceDoes() {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 16; i++) {
      bytes.put(i, (byte) i);
    }
    long first = bytes.getLong(0);
    long second = bytes.getLong(8);
    byte[] expected = {(byte) 0xdb, (byte) 0x9b, (byte) 0xc2, 0x57, 0x7f, (byte) 0xcc, 0x2a, 0x3f};
    assertEquals(
        ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).getLong(),
        SipHash.of(first, second, first, second));
  }

  @Test
  void shouldDependOnEveryBit() {
    Random random = new Random(1);
    long[] input = random.longs(4).toArray();
    long hash = SipHash.of(input[0], input[1], input[2], input[3]);
    for (int bit = 0; bit < 256; bit++) {
      input[bit / 64] ^= 1L << bit;
      int changed = Long.bitCount(hash ^ SipHash.of(input[0], input[1], input[2], input[3]));
      assertEquals(32, changed, 20, "bit " + bit);
      input[bit / 64] ^= 1L << bit;
    }
  }
}
