package io.breakwater.workers.nftables;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Extension headers of IPv6 (RFC 8200 4), in a possible order.
 *
 * @param types their protocol numbers
 * @param contents each whole, of which the first byte, the next header, is still to be set
 * @param fragmentWord offset and flags of the fragment header; 0: there is none, or it is atomic
 */
record Extensions(List<Integer> types, List<byte[]> contents, int fragmentWord) {

  static final Extensions NONE = new Extensions(List.of(), List.of(), 0);

  /** RFC 8200 4.7: no next header. */
  static final int NOTHING = 59;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;

  /** Whether a protocol number is that of an extension header that another one follows. */
  static boolean isOne(int protocol) {
    return switch (protocol) {
      case HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS -> true;
      default -> false;
    };
  }

  static Extensions random(Draw draw, Constants constants, boolean laterFragments) {
    List<Integer> types = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    if (draw.chance(35)) {
      add(types, contents, HOP_BY_HOP, options(draw));
    }
    if (draw.chance(30)) {
      add(types, contents, DESTINATION_OPTIONS, options(draw));
    }
    if (draw.chance(25)) {
      // RFC 4727: a type for experiments, with nothing left to do.
      add(types, contents, ROUTING, new byte[] {0, 0, (byte) 253, 0, 0, 0, 0, 0});
    }
    int word = 0;
    if (draw.chance(50)) {
      long offset =
          !laterFragments || draw.chance(50) ? 0 : constants.ofPacket(Slot.FRAGMENT) & 0x1fff;
      word = (int) (offset << 3) | draw.of(0, 1, 1);
      byte[] header = {0, 0, (byte) (word >>> 8), (byte) word, 0, 0, 0, (byte) draw.below(256)};
      add(types, contents, FRAGMENT, header);
      if (word >>> 3 == 0 && draw.chance(20)) {
        add(types, contents, DESTINATION_OPTIONS, options(draw));
      }
    }
    return new Extensions(types, contents, word);
  }

  private static void add(List<Integer> types, List<byte[]> contents, int type, byte[] content) {
    types.add(type);
    contents.add(content);
  }

  /** RFC 8200 4.2: padding, and an option that who does not know it skips. */
  private static byte[] options(Draw draw) {
    return draw.chance(70)
        ? new byte[] {0, 0, 1, 4, 0, 0, 0, 0}
        : new byte[] {0, 1, 0x1e, 6, 1, 2, 3, 4, 5, 6, 1, 4, 0, 0, 0, 0};
  }

  boolean isFragment() {
    return (fragmentWord & 0xfff9) != 0;
  }

  boolean isLaterFragment() {
    return (fragmentWord & 0xfff8) != 0;
  }

  /** What the IP header says comes next. */
  int first(int protocol) {
    return types.isEmpty() ? protocol : types.getFirst();
  }

  /** All headers, of which the last one says that the protocol comes next. */
  byte[] bytes(int protocol) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < types.size(); i++) {
      byte[] header = contents.get(i).clone();
      header[0] = (byte) (i + 1 < types.size() ? types.get(i + 1) : protocol);
      bytes.writeBytes(header);
    }
    return bytes.toByteArray();
  }
}
