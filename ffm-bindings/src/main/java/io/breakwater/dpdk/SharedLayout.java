package io.breakwater.dpdk;

import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.List;

/**
 * The structs of {@code breakwater.h} as Java sees them, and the check that C sees the same.
 *
 * <p>The shim reports the size of each struct and the offset of each member ({@code bw_layout}).
 * {@link #check} compares them, so that a shim of another version is refused at start instead of
 * corrupting memory later.
 */
final class SharedLayout {
  /** Most packets in one burst: {@code BW_BURST_MAX}. */
  static final int BURST_MAX = 512;

  private static final int NAME_BYTES = 64;

  static final StructLayout PACKET =
      structLayout(
              JAVA_INT.withName("buffer"),
              JAVA_INT.withName("frame"),
              JAVA_INT.withName("length"),
              sequenceLayout(5, JAVA_INT).withName("rest"))
          .withName("bw_packet");

  static final StructLayout PORT_INFO =
      structLayout(
              sequenceLayout(NAME_BYTES, JAVA_BYTE).withName("driver"),
              JAVA_INT.withName("rx_queues_max"),
              JAVA_INT.withName("tx_queues_max"),
              JAVA_INT.withName("mtu_min"),
              JAVA_INT.withName("mtu_max"),
              JAVA_INT.withName("features"),
              JAVA_INT.withName("rss_table_entries"))
          .withName("bw_port_info");

  static final int RSS_KEY_BYTES = 64;
  static final int RSS_TABLE_MAX = 2_048;
  static final int SAMPLE_BYTES = 64;

  static final StructLayout RSS =
      structLayout(
              JAVA_INT.withName("offered"),
              JAVA_INT.withName("active"),
              JAVA_INT.withName("key_bytes"),
              JAVA_INT.withName("table_entries"),
              sequenceLayout(RSS_KEY_BYTES, JAVA_BYTE).withName("key"),
              sequenceLayout(RSS_TABLE_MAX, JAVA_SHORT).withName("table"))
          .withName("bw_rss");

  static final StructLayout SAMPLED =
      structLayout(
              JAVA_INT.withName("hashed"),
              JAVA_INT.withName("hash"),
              sequenceLayout(SAMPLE_BYTES, JAVA_BYTE).withName("frame"))
          .withName("bw_sampled");

  static final StructLayout LINK =
      structLayout(JAVA_INT.withName("up"), JAVA_INT.withName("speed_mbps")).withName("bw_link");

  static final StructLayout STATISTICS =
      structLayout(
              JAVA_LONG.withName("rx_packets"),
              JAVA_LONG.withName("tx_packets"),
              JAVA_LONG.withName("rx_bytes"),
              JAVA_LONG.withName("tx_bytes"),
              JAVA_LONG.withName("rx_missed"),
              JAVA_LONG.withName("rx_errors"),
              JAVA_LONG.withName("tx_errors"),
              JAVA_LONG.withName("rx_no_buffer"))
          .withName("bw_statistics");

  static final StructLayout XSTAT =
      structLayout(
              sequenceLayout(NAME_BYTES, JAVA_BYTE).withName("name"), JAVA_LONG.withName("value"))
          .withName("bw_xstat");

  /** In the order in which {@code bw_layout} reports them. */
  private static final List<StructLayout> REPORTED =
      List.of(PACKET, PORT_INFO, RSS, SAMPLED, LINK, STATISTICS, XSTAT);

  private SharedLayout() {}

  static long offset(StructLayout struct, String member) {
    return struct.byteOffset(PathElement.groupElement(member));
  }

  /**
   * Compares what C reports with the layouts above.
   *
   * @throws DpdkException naming the first struct or member that differs
   */
  static void check(int[] reported) {
    int next = 0;
    for (StructLayout struct : REPORTED) {
      String name = struct.name().orElseThrow();
      next = check(name + " size", struct.byteSize(), reported, next);
      for (MemoryLayout member : struct.memberLayouts()) {
        String memberName = member.name().orElseThrow();
        next = check(name + "." + memberName, offset(struct, memberName), reported, next);
      }
    }
    if (next != reported.length) {
      throw mismatch("values reported", next, reported.length);
    }
  }

  private static int check(String what, long java, int[] reported, int next) {
    if (next >= reported.length) {
      throw mismatch("values reported", next + 1, reported.length);
    }
    if (java != reported[next]) {
      throw mismatch(what, java, reported[next]);
    }
    return next + 1;
  }

  private static DpdkException mismatch(String what, long java, long c) {
    return new DpdkException(
        "the C shim and the Java bindings differ: %s: c=%d java=%d; build both from the same source"
            .formatted(what, c, java));
  }
}
