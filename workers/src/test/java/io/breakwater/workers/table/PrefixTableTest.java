package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The trie against a search through all prefixes, in arithmetic that shares nothing with it. */
class PrefixTableTest {

  private static final BigInteger LONG = BigInteger.ONE.shiftLeft(64);

  /** A prefix as text books have it: the first {@code length} bits of a number. */
  private record Naive(BigInteger address, int bits, int length, int value) {
    boolean covers(BigInteger other) {
      int free = bits - length;
      return address.shiftRight(free).equals(other.shiftRight(free));
    }
  }

  private static int longestMatch(List<Naive> prefixes, BigInteger address) {
    Naive best = null;
    for (Naive prefix : prefixes) {
      if (prefix.covers(address) && (best == null || prefix.length >= best.length)) {
        best = prefix;
      }
    }
    return best == null ? 0 : best.value;
  }

  private static BigInteger unsigned(long high, long low) {
    BigInteger upper = BigInteger.valueOf(high).mod(LONG).shiftLeft(64);
    return upper.add(BigInteger.valueOf(low).mod(LONG));
  }

  private static BigInteger unsigned(int address) {
    return BigInteger.valueOf(Integer.toUnsignedLong(address));
  }

  @Test
  void shouldFindTheLongestIpv4PrefixAsASearchDoes() {
    for (long seed = 1; seed <= 12; seed++) {
      Random random = new Random(seed);
      PrefixTable.Builder builder = new PrefixTable.Builder();
      List<Naive> naive = new ArrayList<>();
      List<Integer> probes = new ArrayList<>(List.of(0, -1, 1, 0x8000_0000, 0x7fff_ffff));
      int address = random.nextInt();
      for (int i = 0; i < 120; i++) {
        // Near the one before in half of the cases, so that prefixes nest and repeat.
        address = random.nextBoolean() ? random.nextInt() : address ^ random.nextInt(1 << 12);
        int length = random.nextInt(33);
        builder.add(address, length, i);
        naive.add(new Naive(unsigned(address), 32, length, i));
        int free = length == 32 ? 0 : -1 >>> length;
        int first = address & ~free;
        int last = address | free;
        probes.addAll(List.of(address, first, last, first - 1, last + 1, random.nextInt()));
      }
      PrefixTable table = builder.build();
      for (int probe : probes) {
        assertEquals(
            longestMatch(naive, unsigned(probe)),
            table.find(probe),
            "seed=" + seed + " address=" + Integer.toHexString(probe));
      }
    }
  }

  @Test
  void shouldFindTheLongestIpv6PrefixAsASearchDoes() {
    for (long seed = 1; seed <= 12; seed++) {
      Random random = new Random(seed);
      PrefixTable.Builder builder = new PrefixTable.Builder();
      List<Naive> naive = new ArrayList<>();
      List<long[]> probes = new ArrayList<>(List.of(new long[] {0, 0}, new long[] {-1, -1}));
      long high = random.nextLong();
      long low = random.nextLong();
      for (int i = 0; i < 120; i++) {
        if (random.nextBoolean()) {
          high = random.nextLong();
        }
        low = random.nextBoolean() ? random.nextLong() : low ^ random.nextInt(1 << 20);
        int length = random.nextInt(129);
        builder.add(high, low, length, i);
        naive.add(new Naive(unsigned(high, low), 128, length, i));
        long freeHigh = length >= 64 ? 0 : -1L >>> length;
        long freeLow = length <= 64 ? -1 : length == 128 ? 0 : -1L >>> length - 64;
        probes.add(new long[] {high, low});
        probes.add(new long[] {high & ~freeHigh, low & ~freeLow});
        probes.add(new long[] {high | freeHigh, low | freeLow});
        probes.add(new long[] {high & ~freeHigh, (low & ~freeLow) - 1});
        probes.add(new long[] {high | freeHigh, (low | freeLow) + 1});
        probes.add(new long[] {high ^ 1L << random.nextInt(64), low});
        probes.add(new long[] {high, low ^ 1L << random.nextInt(64)});
      }
      PrefixTable table = builder.build();
      for (long[] probe : probes) {
        assertEquals(
            longestMatch(naive, unsigned(probe[0], probe[1])),
            table.find(probe[0], probe[1]),
            () -> "address=%016x%016x".formatted(probe[0], probe[1]));
      }
    }
  }

  @Test
  void shouldFindEachOfNestedPrefixesOfEveryLength() {
    PrefixTable.Builder ipv4 = new PrefixTable.Builder();
    for (int length = 32; length >= 0; length--) {
      ipv4.add(0xcb00_7155, length, length + 1);
    }
    PrefixTable ipv4Table = ipv4.build();
    assertEquals(33, ipv4Table.find(0xcb00_7155));
    for (int length = 0; length < 32; length++) {
      // The address that differs in the bit behind the prefix, and so in no bit of it.
      assertEquals(length + 1, ipv4Table.find(0xcb00_7155 ^ 1 << 31 - length));
    }
    PrefixTable.Builder ipv6 = new PrefixTable.Builder();
    long high = 0x2001_0db8_0acc_5555L;
    long low = 0xaaaa_5555_aaaa_5555L;
    for (int length = 128; length >= 0; length--) {
      ipv6.add(high, low, length, length + 1);
    }
    PrefixTable ipv6Table = ipv6.build();
    assertEquals(129, ipv6Table.find(high, low));
    for (int length = 0; length < 64; length++) {
      assertEquals(length + 1, ipv6Table.find(high ^ 1L << 63 - length, low));
      assertEquals(length + 65, ipv6Table.find(high, low ^ 1L << 63 - length));
    }
  }

  @Test
  void shouldFindNothingInAnEmptyTable() {
    PrefixTable empty = new PrefixTable.Builder().build();
    assertEquals(0, empty.find(0xcb00_7101));
    assertEquals(0, empty.find(-1L, -1L));
    assertEquals(65_536 * 4, empty.sizeBytes());
  }

  @Test
  void shouldLetTheLaterOfTwoEqualPrefixesWin() {
    PrefixTable table =
        new PrefixTable.Builder().add(0x0a000000, 8, 1).add(0x0affffff, 8, 2).build();
    assertEquals(2, table.find(0x0a01_0203));
  }

  @Test
  void shouldLetAValueOfZeroHideAShorterPrefix() {
    PrefixTable table =
        new PrefixTable.Builder().add(0x0a00_0000, 8, 5).add(0x0a01_0000, 16, 0).build();
    assertEquals(0, table.find(0x0a01_0001));
    assertEquals(5, table.find(0x0a02_0001));
  }

  @Test
  void shouldRefuseANegativeValue() {
    PrefixTable.Builder builder = new PrefixTable.Builder();
    var refused = assertThrows(IllegalArgumentException.class, () -> builder.add(0, 8, -1));
    assertTrue(refused.getMessage().contains("value=-1"), refused.getMessage());
  }

  /** 256 contiguous /24s share one node behind the root; /32s of one /24 share two. */
  @Test
  void shouldTakeOneNodeForEachOccupiedBlock() {
    PrefixTable.Builder builder = new PrefixTable.Builder();
    for (int i = 0; i < 256; i++) {
      builder.add(0xcb00_0000 | i << 8, 24, 1 + i);
    }
    assertEquals((65_536 + 256) * 4, builder.build().sizeBytes());
    for (int i = 0; i < 256; i++) {
      builder.add(0xcb00_7100 | i, 32, 1 + i);
    }
    assertEquals((65_536 + 512) * 4, builder.build().sizeBytes());
  }

  /** In a quarter of a second; a way that looks at all others for each would take hours. */
  @Test
  void shouldBuildAMillionPrefixesWithinMinutesAndMegabytes() {
    int count = 1_000_000;
    PrefixTable table =
        assertTimeout(
            Duration.ofMinutes(3),
            () -> {
              PrefixTable.Builder builder = new PrefixTable.Builder();
              for (int i = 0; i < count; i++) {
                builder.add(scattered24(i), 24, 1 + i);
              }
              return builder.build();
            });
    // At most one node for each /16: 65,536 of 1 KiB.
    assertTrue(table.sizeBytes() <= 65 << 20, "bytes=" + table.sizeBytes());
    for (int i = 0; i < count; i += 997) {
      assertEquals(1 + i, table.find(scattered24(i) | 77), "prefix " + i);
    }
  }

  /** An odd multiplier modulo 2^24 visits every /24 once. */
  private static int scattered24(int i) {
    return i * 0x9e_3779 << 8;
  }

  @Test
  void shouldRefusePrefixesThatNeedMoreThanItsBound() {
    var builder = new PrefixTable.Builder();
    for (int i = 0; i < 100_000; i++) {
      builder.add(i * 0x9e37_79b9_7f4a_7c15L, 0, 48, 1);
    }
    var refused = assertThrows(IllegalStateException.class, builder::build);
    assertTrue(refused.getMessage().contains("bytesMax=268435456"), refused.getMessage());
  }
}
