package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How a port spreads packets over its receive queues, as its driver tells it. Source: DPDK
 * Programmer's Guide, "RSS"; whether it is true, only packets show ({@link PacketSample}).
 *
 * @param offered what the driver could hash
 * @param active what it hashes
 * @param key the hash's key, empty if the driver can't tell
 * @param table queues by the lowest bits of the hash, empty if the driver can't tell
 */
public record PortRss(Set<Function> offered, Set<Function> active, byte[] key, int[] table) {

  private static final StructLayout RSS = SharedLayout.RSS;

  /** What is hashed of which packets, in the order of the bits BW_RSS_*. */
  public enum Function {
    IPV4,
    IPV4_FRAGMENT,
    IPV4_TCP,
    IPV4_UDP,
    IPV6,
    IPV6_FRAGMENT,
    IPV6_TCP,
    IPV6_UDP
  }

  static Optional<PortRss> of(PortDevice device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rss = arena.allocate(RSS);
      if (Shim.portRss(device.port(), rss) < 0) {
        return Optional.empty();
      }
      byte[] key =
          rss.asSlice(offset("key"), rss.get(JAVA_INT, offset("key_bytes"))).toArray(JAVA_BYTE);
      int[] table = new int[rss.get(JAVA_INT, offset("table_entries"))];
      for (int i = 0; i < table.length; i++) {
        table[i] =
            Short.toUnsignedInt(rss.get(JAVA_SHORT, offset("table") + i * JAVA_SHORT.byteSize()));
      }
      return Optional.of(
          new PortRss(
              functions(rss.get(JAVA_INT, offset("offered"))),
              functions(rss.get(JAVA_INT, offset("active"))),
              key,
              table));
    }
  }

  static boolean setTable(PortDevice device, int[] queues) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = arena.allocate(JAVA_SHORT, queues.length);
      for (int i = 0; i < queues.length; i++) {
        table.setAtIndex(JAVA_SHORT, i, (short) queues[i]);
      }
      return Shim.portSetRssTable(device.port(), table, queues.length) == 0;
    }
  }

  private static long offset(String member) {
    return SharedLayout.offset(RSS, member);
  }

  private static Set<Function> functions(int bits) {
    Set<Function> functions = EnumSet.noneOf(Function.class);
    for (Function function : Function.values()) {
      if ((bits >>> function.ordinal() & 1) != 0) {
        functions.add(function);
      }
    }
    return functions;
  }
}
