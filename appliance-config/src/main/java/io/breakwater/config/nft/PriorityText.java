package io.breakwater.config.nft;

import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.TableFamily;
import java.util.LinkedHashMap;
import java.util.Map;

/** The priority of a base chain as nft prints it: by a name, or near one (its src/rule.c). */
final class PriorityText {

  /** Values up to here from a named one are printed by its name and the difference. */
  private static final int NEAR = 10;

  private PriorityText() {}

  static String of(TableFamily family, Hook hook, int priority) {
    for (Map.Entry<String, Integer> name : names(family, hook).entrySet()) {
      int offset = priority - name.getValue();
      if (offset == 0) {
        return name.getKey();
      }
      if (Math.abs(offset) <= NEAR) {
        return name.getKey() + (offset < 0 ? " - " : " + ") + Math.abs(offset);
      }
    }
    return Integer.toString(priority);
  }

  private static Map<String, Integer> names(TableFamily family, Hook hook) {
    Map<String, Integer> names = new LinkedHashMap<>();
    if (family == TableFamily.NETDEV) {
      names.put("filter", 0);
      return names;
    }
    names.put("raw", -300);
    names.put("mangle", -150);
    if (hook == Hook.PREROUTING) {
      names.put("dstnat", -100);
    }
    names.put("filter", 0);
    names.put("security", 50);
    return names;
  }
}
