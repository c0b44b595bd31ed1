package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SipHashTest {

  /**
   * What CPython 3.11, which hashes bytes by SipHash-1-3, says of the 16 bytes 0, 1, ... 15: {@code
   * PYTHONHASHSEED=42 python3 -c 'print(hex(hash(bytes(range(16)))))'}. Its key of the seed is made
   * by {@code lcg_urandom} in Python/bootstrap_hash.c.
   */
  @Test
  void shouldHashAsCPythonDoes() {
    long first = 0x0706_0504_0302_0100L;
    long second = 0x0f0e_0d0c_0b0a_0908L;
    assertEquals(
        0x3391_76f3_ac59_ce05L,
        SipHash.of(0xdc50_4fd3_68cd_90afL, 0xb920_bb9f_fe99_e9c1L, first, second));
    assertEquals(0x8972_1884_33a5_c5b7L, SipHash.of(0, 0, first, second));
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
