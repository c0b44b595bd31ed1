package io.breakwater.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TenantChangeTest {

  private static final long SEED = 7;

  private static Tenant tenant(String name, String... prefixes) {
    List<IpPrefix> parsed = new ArrayList<>();
    for (String prefix : prefixes) {
      parsed.add(IpPrefix.parse(prefix));
    }
    return new Tenant(name, parsed, List.of(), false);
  }

  @Test
  void shouldFindEveryTenantThatIsAnotherObject() {
    Random random = new Random(SEED);
    for (int round = 0; round < 1_000; round++) {
      SortedMap<String, Tenant> before = new TreeMap<>();
      SortedMap<String, Tenant> after = new TreeMap<>();
      for (String name : List.of("a", "a-b", "b", "c", "d")) {
        Tenant tenant = tenant(name);
        int kind = random.nextInt(4);
        if (kind != 0) {
          before.put(name, tenant);
        }
        if (kind != 1) {
          after.put(name, kind == 2 ? tenant : tenant(name));
        }
      }
      TreeSet<String> expected = new TreeSet<>(before.keySet());
      expected.addAll(after.keySet());
      expected.removeIf(name -> before.get(name) == after.get(name));
      List<TenantChange> changes = TenantChange.between(before, after);

      String message = "seed=" + SEED + " round=" + round;
      assertEquals(
          List.copyOf(expected), changes.stream().map(TenantChange::name).toList(), message);
      for (TenantChange change : changes) {
        assertSame(before.get(change.name()), change.before(), message);
        assertSame(after.get(change.name()), change.after(), message);
      }
    }
  }

  @Test
  void shouldKeepAPartThatIsEqual() {
    Tenant before = tenant("a", "203.0.113.0/24");
    TenantChange change = new TenantChange("a", before, tenant("a", "203.0.113.0/24"));

    assertTrue(change.keeps(Tenant::prefixes));
    assertFalse(new TenantChange("a", before, tenant("a")).keeps(Tenant::prefixes));
    assertFalse(new TenantChange("a", before, null).keeps(Tenant::prefixes));
    assertFalse(new TenantChange("a", null, before).keeps(Tenant::prefixes));
  }
}
