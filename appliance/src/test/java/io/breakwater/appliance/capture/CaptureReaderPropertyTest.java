package io.breakwater.appliance.capture;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes, reading ends in frames or in a {@link CaptureException}. */
class CaptureReaderPropertyTest {

  private static final int MUTATIONS = 5_000;
  private static final byte[] FRAME = new byte[61];

  private static List<byte[]> validFiles() {
    return List.of(pcap(ByteOrder.LITTLE_ENDIAN), pcapng(ByteOrder.BIG_ENDIAN));
  }

  private static byte[] pcap(ByteOrder order) {
    return new CaptureBytes(order)
        .pcapHeader(PcapReader.MAGIC_NANOSECONDS, 1)
        .pcapRecord(1, 2, 61, FRAME)
        .pcapRecord(3, 4, 61, FRAME)
        .toBytes();
  }

  private static byte[] pcapng(ByteOrder order) {
    return new CaptureBytes(order)
        .section()
        .interfaceDescription(1, 0)
        .interfaceWithTime(0x85, 3)
        .enhancedPacket(0, 7, 61, FRAME)
        .obsoletePacket(1, 8, FRAME)
        .simplePacket(61, FRAME)
        .toBytes();
  }

  @Test
  void shouldEndInFramesOrErrorOnEveryPrefix() throws IOException {
    for (byte[] file : validFiles()) {
      int whole = frames(file, -1);
      for (int length = 0; length < file.length; length++) {
        int count = frames(Arrays.copyOf(file, length), length);
        assertTrue(count <= whole, "length=" + length + " frames=" + count);
      }
    }
  }

  @Test
  void shouldEndInFramesOrErrorOnRandomMutations() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (byte[] file : validFiles()) {
      for (int i = 0; i < MUTATIONS; i++) {
        byte[] mutated = file.clone();
        for (int n = random.nextInt(1, 5); n > 0; n--) {
          mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        frames(mutated, seed);
      }
    }
  }

  private static int frames(byte[] file, long hint) throws IOException {
    int count = 0;
    try (CaptureReader reader = CaptureReaderTest.open(file)) {
      while (reader.next()) {
        count++;
        assertTrue(reader.timeNs() >= 0, "time is negative: hint=" + hint);
      }
    } catch (CaptureException e) {
      assertTrue(e.getMessage().startsWith("in.pcap:offset "), e.getMessage());
    } catch (RuntimeException e) {
      fail("hint=" + hint + " file=" + Arrays.toString(file), e);
    }
    return count;
  }
}
