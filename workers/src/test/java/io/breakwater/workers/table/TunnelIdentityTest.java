package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TunnelIdentityTest {

  @Test
  void shouldTellTunnelsApartByEachEndAndByKey() {
    Set<Long> identities = new HashSet<>();
    for (int local = 0; local < 8; local++) {
      for (int remote = 0; remote < 64; remote++) {
        for (int key = -1; key < 64; key++) {
          long identity =
              TunnelIdentity.of(
                  0, 0xc633_6401L + local, 0, 0xc000_02c8L + remote, key >= 0, Math.max(key, 0));
          assertTrue(identities.add(identity), local + " " + remote + " " + key);
        }
      }
    }
    assertTrue(identities.add(TunnelIdentity.of(1, 0xc633_6401L, 0, 0xc000_02c8L, false, 0)));
    assertTrue(identities.add(TunnelIdentity.of(0, 0xc633_6401L, 1, 0xc000_02c8L, false, 0)));
  }
}
