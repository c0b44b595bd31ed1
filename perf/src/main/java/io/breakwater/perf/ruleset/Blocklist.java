package io.breakwater.perf.ruleset;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.perf.traffic.Flow;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A blocklist that every tenant has: prefixes scattered evenly over the senders' addresses, each in
 * a /24 of its own; and a flood of which {@value #BLOCKED_PERCENT} of a hundred sources are on it.
 *
 * <p>Of the prefixes 70% are single addresses, 15% are /25 to /31 and 15% are a whole /24.
 */
public final class Blocklist implements Filtering {

  static final int BLOCKED_PERCENT = 95;

  private static final int SLASH_24S = Workload.OUTSIDERS << 16;
  private static final int FIRST = Workload.OUTSIDERS_FIRST << 24;
  private static final int PORTS_MIN = 1_024;

  /** By /24, from the senders' first on; null: nothing in it is blocked. */
  private final AddressBlock[] blocks = new AddressBlock[SLASH_24S];

  private final int[] used;
  private final Workload workload;

  private Blocklist(Workload workload, int count) {
    if (count > SLASH_24S) {
      throw new IllegalArgumentException(
          "there are not as many /24s: count=%d max=%d".formatted(count, SLASH_24S));
    }
    this.workload = workload;
    used = new int[count];
    Random random = new Random(workload.seed() + 5);
    for (int i = 0; i < count; ) {
      int slash24 = random.nextInt(SLASH_24S);
      if (blocks[slash24] == null) {
        used[i++] = slash24;
        blocks[slash24] =
            new AddressBlock(FIRST + (slash24 << 8) | random.nextInt(256), length(random));
      }
    }
  }

  /**
   * @param count of prefixes
   */
  public static Blocklist of(Workload workload, int count) {
    return new Blocklist(workload, count);
  }

  private static int length(Random random) {
    int percent = random.nextInt(100);
    return percent < 70 ? 32 : percent < 85 ? 25 + random.nextInt(7) : 24;
  }

  /** By address. */
  List<AddressBlock> blocked() {
    List<AddressBlock> list = new ArrayList<>(used.length);
    for (AddressBlock block : blocks) {
      if (block != null) {
        list.add(block);
      }
    }
    return list;
  }

  @Override
  public boolean accepts(Flow flow) {
    AddressBlock block = blocks[(flow.source() >>> 8) - (FIRST >>> 8)];
    return block == null || !block.contains(flow.source());
  }

  @Override
  public List<Flow> flows(int count) {
    Random random = new Random(workload.seed() + 6);
    List<Workload.Prefix> prefixes = workload.prefixes();
    List<Flow> flows = new ArrayList<>(count);
    while (flows.size() < count) {
      boolean blocked = random.nextInt(100) < BLOCKED_PERCENT;
      Workload.Prefix prefix = prefixes.get(random.nextInt(prefixes.size()));
      int source = source(blocked, random);
      int destination = new AddressBlock(prefix.address(), prefix.length()).any(random);
      int sourcePort = PORTS_MIN + random.nextInt(65_536 - PORTS_MIN);
      int destinationPort = random.nextBoolean() ? 443 : 53;
      Flow flow =
          new Flow(
              prefix.tenant(),
              source,
              destination,
              sourcePort,
              destinationPort,
              random.nextBoolean());
      if (accepts(flow) != blocked) {
        flows.add(flow);
      }
    }
    return flows;
  }

  private int source(boolean blocked, Random random) {
    return blocked
        ? blocks[used[random.nextInt(used.length)]].any(random)
        : Workload.outsider(random);
  }

  @Override
  public Optional<Firewall> firewall(int tenant) {
    return Optional.of(NftText.read(text()));
  }

  /** In the language of nftables. */
  public String text() {
    return NftText.ofBlocklist(blocked());
  }

  /** {@code blocklist.txt}: the counts, then a line for each prefix. */
  @Override
  public void write(Path folder, int dropped) throws IOException {
    try (PrintWriter out =
        new PrintWriter(Files.newBufferedWriter(folder.resolve("blocklist.txt")))) {
      out.printf("%d %d%n", used.length, dropped);
      for (AddressBlock block : blocked()) {
        out.println(Integer.toHexString(block.address()) + " " + block.length());
      }
    }
  }
}
