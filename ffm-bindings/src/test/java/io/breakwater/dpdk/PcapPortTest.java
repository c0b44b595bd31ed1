package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * net_pcap puts a frame larger than a buffer into a chain of buffers: real multi-segment packets.
 */
class PcapPortTest {
  private static final int ROOM_BYTES = 512;

  @TempDir Path folder;

  static {
    assertEquals(0, Dpdk.POOL.inUse());
  }

  @Test
  void shouldMarkAChainThatIsNotContiguousAndFreeAllOfIt() throws Exception {
    byte[][] frames = {frame(60), frame(ROOM_BYTES), frame(ROOM_BYTES + 1), frame(9000), frame(61)};
    Path out = folder.resolve("out.pcap");
    try (PacketPool pool = PacketPool.create("chains", 255, ROOM_BYTES, 0)) {
      String device = "net_pcap0,rx_pcap=%s,tx_pcap=%s".formatted(capture(frames), out);
      try (Port port = Port.open(device, PortOptions.of(pool).withMtuBytes(9000))) {
        assertTrue(port.blocking());
        port.start();
        PacketBurst burst = new PacketBurst(32);
        assertEquals(5, port.rxQueue(0).receive(burst));

        assertEquals(60, burst.length(0));
        assertEquals(ROOM_BYTES, burst.length(1));
        assertEquals(~(ROOM_BYTES + 1), burst.length(2));
        assertEquals(~9000, burst.length(3));
        assertEquals(61, burst.length(4));
        for (int i : new int[] {0, 1, 4}) {
          assertArrayEquals(
              frames[i], pool.memory().asSlice(burst.frame(i), burst.length(i)).toArray(JAVA_BYTE));
        }
        assertTrue(pool.inUse() > 3 + 9000 / 1024, "these are chains: " + pool.inUse());

        pool.free(burst, 2, 2);
        assertEquals(3, pool.inUse());
        burst.set(2, burst.buffer(4), burst.frame(4), 61);
        assertEquals(3, port.txQueue(0).transmit(burst, 3));
        assertEquals(0, pool.inUse());
      }
    }
    assertFrames(List.of(frames[0], frames[1], frames[4]), out);
  }

  @Test
  void shouldSendOnlyTheFirstBufferWhenTheCallerCutsAChain() throws Exception {
    byte[][] frames = {frame(2000)};
    Path out = folder.resolve("cut.pcap");
    try (PacketPool pool = PacketPool.create("cut", 255, ROOM_BYTES, 0)) {
      String device = "net_pcap1,rx_pcap=%s,tx_pcap=%s".formatted(capture(frames), out);
      try (Port port = Port.open(device, PortOptions.of(pool))) {
        port.start();
        PacketBurst burst = new PacketBurst(32);
        assertEquals(1, port.rxQueue(0).receive(burst));
        burst.set(0, burst.buffer(0), burst.frame(0), 100);
        assertEquals(1, port.txQueue(0).transmit(burst, 1));
        assertEquals(0, pool.inUse(), "the rest of the chain is freed");
      }
    }
    assertFrames(List.of(java.util.Arrays.copyOf(frames[0], 100)), out);
  }

  private static byte[] frame(int length) {
    byte[] frame = new byte[length];
    for (int i = 0; i < length; i++) {
      frame[i] = (byte) (i + length);
    }
    return frame;
  }

  private Path capture(byte[][] frames) throws IOException {
    ByteBuffer pcap = ByteBuffer.allocate(100_000).order(ByteOrder.LITTLE_ENDIAN);
    pcap.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
    pcap.putInt(0).putInt(0).putInt(65535).putInt(1);
    for (byte[] frame : frames) {
      pcap.putInt(1).putInt(0).putInt(frame.length).putInt(frame.length).put(frame);
    }
    byte[] bytes = new byte[pcap.position()];
    pcap.flip().get(bytes);
    return Files.write(folder.resolve("in.pcap"), bytes);
  }

  private static void assertFrames(List<byte[]> expected, Path capture) throws IOException {
    ByteBuffer pcap =
        ByteBuffer.wrap(Files.readAllBytes(capture)).order(ByteOrder.LITTLE_ENDIAN).position(24);
    List<byte[]> frames = new ArrayList<>();
    while (pcap.hasRemaining()) {
      byte[] frame = new byte[pcap.getInt(pcap.position() + 8)];
      pcap.position(pcap.position() + 16).get(frame);
      frames.add(frame);
    }
    assertEquals(expected.size(), frames.size());
    for (int i = 0; i < frames.size(); i++) {
      assertArrayEquals(expected.get(i), frames.get(i));
    }
  }
}
