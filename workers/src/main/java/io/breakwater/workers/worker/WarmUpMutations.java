package io.breakwater.workers.worker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Frames that differ from given ones in one place: cut off, a bit turned, a byte replaced. They
 * take the branches that no list of frames foresees.
 *
 * <p>Of most of them the checksums are right again, so that they get past the first check: those of
 * the IPv4 header, and of ICMPv6 without extension headers. From a seed: every start is warmed up
 * by the same frames.
 */
final class WarmUpMutations {

  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  /** Headers are here; what is behind them is of no interest. */
  private static final int CHANGED_BYTES_MAX = 120;

  private final Random random = new Random(2_784);

  /** So many of each frame. */
  List<byte[]> of(List<byte[]> frames, int each) {
    List<byte[]> mutations = new ArrayList<>(frames.size() * each);
    for (byte[] frame : frames) {
      for (int i = 0; i < each; i++) {
        mutations.add(mutation(frame));
      }
    }
    return mutations;
  }

  private byte[] mutation(byte[] frame) {
    byte[] changed = frame.clone();
    int at = random.nextInt(Math.min(frame.length, CHANGED_BYTES_MAX));
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(frame, at);
      }
      case 1 -> changed[at] = (byte) random.nextInt();
      default -> changed[at] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(4) != 0) {
      repair(changed);
    }
    return changed;
  }

  private static void repair(byte[] frame) {
    var buffer = ByteBuffer.wrap(frame);
    int type = frame.length < ETHERNET_BYTES ? 0 : buffer.getShort(12) & 0xffff;
    if (type == 0x0800 && frame.length >= ETHERNET_BYTES + IPV4_BYTES) {
      int bytes = Math.clamp((frame[ETHERNET_BYTES] & 0xf) * 4, IPV4_BYTES, frame.length - 14);
      buffer.putShort(24, (short) 0);
      buffer.putShort(24, WarmUpPackets.checksum(frame, ETHERNET_BYTES, bytes, 0));
    } else if (type == 0x86dd
        && frame.length >= ETHERNET_BYTES + IPV6_BYTES + 4
        && frame[20] == WarmUpPackets.ICMPV6) {
      int message = frame.length - ETHERNET_BYTES - IPV6_BYTES;
      buffer.putShort(56, (short) 0);
      buffer.putShort(
          56,
          WarmUpPackets.checksum(
              frame, ETHERNET_BYTES + 8, message + 32, WarmUpPackets.ICMPV6 + message));
    }
  }
}
