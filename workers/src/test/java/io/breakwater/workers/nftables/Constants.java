package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The values that a ruleset compares fields with, kept so that packets can have them: a port that
 * was drawn without regard to the rules would hardly ever match one.
 *
 * <p>Packets are given a constant, one of its two neighbours, or another typical value of the
 * field.
 */
final class Constants {

  private final Random random;
  private final Map<Slot, List<Long>> known = new HashMap<>();

  Constants(Random random) {
    this.random = random;
  }

  /** For a rule: one that was used before, or a new one. */
  long ofRule(Slot slot) {
    List<Long> values = known.computeIfAbsent(slot, s -> new ArrayList<>());
    if (!values.isEmpty() && random.nextInt(5) < 3) {
      return values.get(random.nextInt(values.size()));
    }
    long value = slot.typical(random);
    values.add(value);
    return value;
  }

  /** For a packet. */
  long ofPacket(Slot slot) {
    List<Long> values = known.getOrDefault(slot, List.of());
    if (values.isEmpty() || random.nextInt(5) == 0) {
      return slot.typical(random);
    }
    long value = values.get(random.nextInt(values.size()));
    long neighbour =
        switch (random.nextInt(8)) {
          case 0 -> value + 1;
          case 1 -> value - 1;
          default -> value;
        };
    return slot.isPossible(neighbour) ? neighbour : value;
  }
}
