package io.breakwater.config.firewall;

import java.util.List;

/**
 * What is compared or looked up: one field, or several in a concatenation ({@code ip saddr . tcp
 * dport}).
 */
public record Key(List<Part> parts) {

  public Key {
    parts = List.copyOf(parts);
  }

  /** A key of one whole field. */
  public static Key of(Field field) {
    return new Key(List.of(Part.of(field)));
  }

  /** Whether it is one field and no concatenation. */
  public boolean isSingle() {
    return parts.size() == 1;
  }

  /**
   * A field of which some bits count: {@code value & mask}.
   *
   * @param maskHigh bits 64..127 of the mask, 0 for fields that are not wider than 64
   * @param maskLow bits 0..63 of the mask
   */
  public record Part(Field field, long maskHigh, long maskLow) {

    /** A field of which all bits count. */
    public static Part of(Field field) {
      return new Part(field, highOnes(field.bits()), lowOnes(field.bits()));
    }

    /** Whether all bits count. */
    public boolean isWhole() {
      return maskHigh == highOnes(field.bits()) && maskLow == lowOnes(field.bits());
    }

    private static long highOnes(int bits) {
      return bits <= 64 ? 0 : -1L >>> (128 - bits);
    }

    private static long lowOnes(int bits) {
      return bits >= 64 ? -1 : (1L << bits) - 1;
    }
  }
}
