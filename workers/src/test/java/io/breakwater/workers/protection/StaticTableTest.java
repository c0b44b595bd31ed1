package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StaticTableTest {

  private static final int TENANT = 3;

  /** No address of a prefix escapes the filter, whatever the prefix. */
  @Test
  void shouldTakeAllOfItsOwnAddressesForPerhapsOwn() {
    SplittableRandom random = new SplittableRandom(1);
    for (int length = 0; length <= 32; length++) {
      int address = random.nextInt();
      int mask = length == 0 ? 0 : -1 << 32 - length;
      StaticTable table =
          new StaticTable.Builder(8).protect(TENANT).ownIpv4(TENANT, address, length).build();
      for (int n = 0; n < 1_000; n++) {
        int source = address & mask | random.nextInt() & ~mask;
        assertTrue(table.isMaybeOwn(TENANT, source), "length " + length);
      }
    }
    for (int length = 1; length <= 64; length++) {
      long high = random.nextLong();
      long mask = -1L << 64 - length;
      StaticTable table =
          new StaticTable.Builder(8).protect(TENANT).ownIpv6(TENANT, high, length).build();
      for (int n = 0; n < 1_000; n++) {
        long source = high & mask | random.nextLong() & ~mask;
        assertTrue(table.isMaybeOwn(TENANT, source), "length " + length);
      }
    }
  }

  @Test
  void shouldTellMostOthersByOneBit() {
    SplittableRandom random = new SplittableRandom(2);
    StaticTable table =
        new StaticTable.Builder(8)
            .protect(TENANT)
            .ownIpv4(TENANT, 0xcb007100, 24)
            .ownIpv6(TENANT, 0x20010db80acc0000L, 48)
            .build();
    int maybe = 0;
    for (int n = 0; n < 64_000; n++) {
      maybe += table.isMaybeOwn(TENANT, random.nextInt()) ? 1 : 0;
      maybe += table.isMaybeOwn(TENANT, random.nextLong()) ? 1 : 0;
    }
    assertTrue(maybe < 3_000, "maybe " + maybe);
  }

  @Test
  void shouldKeepTheReactionsOfEachTenantAndCheck() {
    StaticTable.Builder builder = new StaticTable.Builder(8);
    for (PacketCheck check : PacketCheck.values()) {
      builder.react(TENANT, check, check.ordinal() % 3);
    }
    StaticTable table = builder.build();
    for (PacketCheck check : PacketCheck.values()) {
      int word = table.words()[TENANT];
      assertEquals(check.ordinal() % 3, StaticTable.reaction(word, check));
    }
    assertEquals(0, table.words()[TENANT + 1]);
    assertTrue(new StaticTable.Builder(8).build().isEmpty());
  }
}
