package io.breakwater.perf.traffic;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The sizes that the frames of a benchmark have in turn, without the frame check sequence; those of
 * decapsulation are what is in the tunnel, and 24 or 28 bytes longer around it.
 */
public record FrameSizes(List<Integer> bytes) {

  /** What a tunnel with a key takes over a port with an MTU of 1,500: 1,472 and Ethernet's 14. */
  public static final int LARGEST_BYTES = 1_486;

  /**
   * Seven of 64, four of 594, and one of the largest that a tunnel takes (IMIX has 1,518 there).
   */
  public static final FrameSizes IMIX =
      new FrameSizes(List.of(64, 594, 64, 64, 594, 64, LARGEST_BYTES, 64, 594, 64, 594, 64));

  private static final int LINE_BYTES = 64;
  private static final int GRE_BYTES_MAX = 28;

  /** Ethernet's smallest frame of 64 bytes, without its check sequence. */
  public static final int SMALLEST_BYTES = 60;

  /** What a tunnel with a key takes over a port with an MTU of 9,000. */
  private static final int JUMBO_BYTES = 8_986;

  public FrameSizes {
    for (int size : bytes) {
      if (size < SMALLEST_BYTES || size > JUMBO_BYTES || size % 2 != 0) {
        throw new IllegalArgumentException(
            "a frame must have an even number of bytes in %d..%d: bytes=%d"
                .formatted(SMALLEST_BYTES, JUMBO_BYTES, size));
      }
    }
  }

  public static FrameSizes of(int bytes) {
    return new FrameSizes(List.of(bytes));
  }

  int size(int frame) {
    return bytes.get(frame % bytes.size());
  }

  public int largestBytes() {
    return bytes.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  /** The largest, in whole cache lines. */
  public int strideBytes() {
    return lines(largestBytes());
  }

  public int tunnelledStrideBytes() {
    return lines(largestBytes() + GRE_BYTES_MAX);
  }

  private static int lines(int size) {
    return (size + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
  }

  public String word() {
    return bytes.stream().map(String::valueOf).collect(Collectors.joining("+"));
  }

  public static FrameSizes parse(String word) {
    return new FrameSizes(Arrays.stream(word.split("\\+")).map(Integer::valueOf).toList());
  }
}
