package io.breakwater.workers.nftables;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Options of TCP (RFC 9293 3.1): every kind that rules name, in any order, sometimes twice, and
 * sometimes with lengths that cannot be.
 */
final class RandomTcpOptions {

  private static final int BYTES_MAX = 40;

  private final Draw draw;
  private final Constants constants;

  RandomTcpOptions(Draw draw, Constants constants) {
    this.draw = draw;
    this.constants = constants;
  }

  /** A multiple of four bytes, at most 40. */
  byte[] next() {
    ByteBuffer options = ByteBuffer.allocate(BYTES_MAX);
    for (int count = draw.between(1, 5); count > 0; count--) {
      byte[] option = option();
      if (option.length <= options.remaining()) {
        options.put(option);
      }
    }
    int used = options.position();
    // What fills the last word is the end of the list, or something.
    byte[] all = Arrays.copyOf(options.array(), used + 3 & ~3);
    if (draw.chance(10)) {
      Arrays.fill(all, used, all.length, (byte) draw.of(1, 2, 8, 0xff).intValue());
    }
    return all;
  }

  private byte[] option() {
    return switch (draw.below(13)) {
      case 0 -> new byte[] {1};
      case 1 -> new byte[] {1, 1};
      case 2, 3 -> option(2, 4, 2, constants.ofPacket(Slot.SEGMENT_SIZE));
      case 4 -> option(3, 3, 1, constants.ofPacket(Slot.WINDOW_SCALE));
      case 5 -> option(4, 2, 0, 0);
      case 6 -> blocks(5, 1 + draw.below(4));
      case 7 -> blocks(8, 1);
      case 8 -> option(19, 18, 0, 0);
      case 9 -> option(30, 12, 1, draw.below(256));
      case 10 -> option(34, draw.of(2, 10), 0, 0);
      case 11 -> option(253, draw.between(2, 8), 0, 0);
      default -> broken();
    };
  }

  /** Pairs of numbers of 32 bits, as selective acknowledgements and timestamps have them. */
  private byte[] blocks(int kind, int pairs) {
    ByteBuffer option =
        ByteBuffer.allocate(2 + 8 * pairs).put((byte) kind).put((byte) (2 + 8 * pairs));
    while (option.hasRemaining()) {
      option.putInt((int) constants.ofPacket(Slot.TIMESTAMP));
    }
    return option.array();
  }

  private static byte[] option(int kind, int length, int valueBytes, long value) {
    byte[] option = new byte[length];
    option[0] = (byte) kind;
    option[1] = (byte) length;
    for (int i = 0; i < valueBytes; i++) {
      option[2 + i] = (byte) (value >>> 8 * (valueBytes - 1 - i));
    }
    return option;
  }

  /** A length of nothing, or one that leads out of the header, or too short for its kind. */
  private byte[] broken() {
    byte[] option = option(draw.of(2, 5, 8, 253), 4, 0, 0);
    option[1] = (byte) draw.of(0, 1, 2, 3, 60, 255).intValue();
    return option;
  }
}
