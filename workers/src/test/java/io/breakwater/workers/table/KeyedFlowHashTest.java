package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyedFlowHashTest {

  private static final long ADDRESSES = 0x0808_0404_cb00_7109L;
  private static final int PORTS = 4000 << 16 | 80;
  private static final long[] IPV6 = {0x2600L << 48, 8, 0x2001_0db8_0acc_0000L, 9};

  private final KeyedFlowHash hash =
      new KeyedFlowHash(
          0x243f_6a88_85a3_08d3L,
          0x1319_8a2e_0370_7344L,
          0xa409_3822_299f_31d0L,
          0x082e_fa98_ec4e_6c89L);

  private long ipv6(long[] words, int ports) {
    return hash.ipv6(words[0], words[1], words[2], words[3], ports);
  }

  @Test
  void shouldDifferInEveryBitOfTheFlow() {
    Set<Long> seen = new HashSet<>();
    seen.add(hash.ipv4(ADDRESSES, PORTS));
    seen.add(ipv6(IPV6, PORTS));
    seen.add(hash.with(7, 0));
    for (int bit = 0; bit < 32; bit++) {
      assertTrue(seen.add(hash.ipv4(ADDRESSES, PORTS ^ 1 << bit)));
      assertTrue(seen.add(ipv6(IPV6, PORTS ^ 1 << bit)));
      assertTrue(seen.add(hash.with(7, 1 << bit)));
    }
    for (int bit = 0; bit < 64; bit++) {
      assertTrue(seen.add(hash.ipv4(ADDRESSES ^ 1L << bit, PORTS)));
      for (int word = 0; word < 4; word++) {
        long[] words = IPV6.clone();
        words[word] ^= 1L << bit;
        assertTrue(seen.add(ipv6(words, PORTS)));
      }
    }
    assertTrue(seen.add(hash.ipv4(Long.rotateLeft(ADDRESSES, 32), PORTS)));
    assertTrue(seen.add(hash.ipv6(IPV6[2], IPV6[3], IPV6[0], IPV6[1], PORTS)));
  }

  @Test
  void shouldDependOnTheKey() {
    assertNotEquals(
        KeyedFlowHash.withRandomKey(new SplittableRandom(1)).ipv4(ADDRESSES, PORTS),
        KeyedFlowHash.withRandomKey(new SplittableRandom(2)).ipv4(ADDRESSES, PORTS));
  }

  /** Neighbouring addresses and ports: buckets of 1,000 on average, 6 deviations of 32. */
  @Test
  void shouldSpreadFlowsThatDifferLittle() {
    int[] low = new int[1_024];
    int[] high = new int[1_024];
    int[] lowIpv6 = new int[1_024];
    for (int n = 0; n < 1_024_000; n++) {
      long flow = hash.ipv4(ADDRESSES + ((long) (n >>> 12) << 32), PORTS + (n << 20));
      low[(int) flow & 1_023]++;
      high[(int) (flow >>> 54)]++;
      lowIpv6[(int) hash.ipv6(IPV6[0], n, IPV6[2], IPV6[3], PORTS) & 1_023]++;
    }
    for (int[] buckets : new int[][] {low, high, lowIpv6}) {
      for (int bucket : buckets) {
        assertEquals(1_000, bucket, 200);
      }
    }
  }
}
