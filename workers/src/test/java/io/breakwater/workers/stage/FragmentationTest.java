package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestBuffers;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.packet.Fragments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FragmentationTest {

  private static final String PEER = "02:00:5e:00:00:01";

  private final TestBatch packets = new TestBatch();
  private final TestBuffers buffers = new TestBuffers();
  private final Fragmentation fragmentation = new Fragmentation(buffers, 7, 2);
  private final Fragments fragments = new Fragments(32);

  private static Frames ipv4() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv4("8.8.4.4", "203.0.113.9").id(0x1234);
  }

  /** The frames that a packet becomes; none if it was not cut. */
  private List<byte[]> cut(byte[] frame, int mtu) {
    packets.begin(frame).atNetwork();
    packets.batch.setTenant(0, 3);
    packets.batch.setTunnel(0, 4);
    fragments.clear();
    buffers.reset();
    if (!fragmentation.cut(packets.memory, packets.batch, 0, mtu, fragments)) {
      assertEquals(0, fragments.count());
      assertArrayEquals(frame, packets.frame(0));
      return List.of();
    }
    return frames();
  }

  private List<byte[]> frames() {
    List<byte[]> frames = new ArrayList<>(List.of(packets.frame(0)));
    assertEquals(fragments.count(), fragments.countOf(0));
    for (int n = 0; n < fragments.count(); n++) {
      assertEquals(0, fragments.owner(n));
      assertEquals(3, fragments.batch.tenant(n));
      assertEquals(4, fragments.batch.tunnel(n));
      int at = fragments.batch.frame(n);
      assertEquals(
          packets.batch.network(0) - packets.batch.frame(0), fragments.batch.network(n) - at);
      byte[] bytes = new byte[fragments.batch.length(n)];
      packets.memory.read(at, bytes, 0, bytes.length);
      frames.add(bytes);
    }
    return frames;
  }

  private static int headerBytes(byte[] frame, int at) {
    return (frame[at] & 0xf) * 4;
  }

  /** RFC 791 3.2, the other way round: the data of fragments that come in order. */
  private static byte[] reassembled(
      List<byte[]> frames, int at, int mtu, int firstOffset, int more) {
    byte[] data = new byte[9_216];
    int end = 0;
    for (byte[] frame : frames) {
      boolean last = frame == frames.getLast();
      int headerBytes = headerBytes(frame, at);
      int bytes = frame.length - at - headerBytes;
      int word = Frames.u16(frame, at + 6);
      assertTrue(frame.length - at <= mtu, () -> Frames.hex(frame));
      assertEquals(frame.length - at, Frames.u16(frame, at + 2));
      assertTrue(Frames.ipv4ChecksumHolds(frame, at));
      assertEquals(firstOffset + end / 8, word & 0x1fff);
      assertEquals(last ? more : 0x2000, word & 0xe000);
      assertTrue(last || bytes % 8 == 0);
      // No smaller than it has to be.
      assertTrue(last || frame.length - at + 8 > mtu);
      System.arraycopy(frame, at + headerBytes, data, end, bytes);
      end += bytes;
    }
    return Arrays.copyOf(data, end);
  }

  @Test
  void shouldCutEverySizeIntoPiecesThatMakeTheWhole() {
    for (int mtu : new int[] {576, 577, 583, 584, 1_280, 1_400, 1_476}) {
      for (int length = mtu + 1; length < mtu + 130; length++) {
        byte[] data = Frames.counting(length - 20);
        List<byte[]> frames = cut(ipv4().protocol(17).payload(data).bytes(), mtu);
        assertEquals(2, frames.size());
        assertArrayEquals(data, reassembled(frames, 14, mtu, 0, 0));
        for (byte[] frame : frames) {
          // Ethernet, version to identification but for the length, TTL and protocol, addresses.
          byte[] whole = ipv4().protocol(17).payload(data).bytes();
          assertArrayEquals(Arrays.copyOf(whole, 16), Arrays.copyOf(frame, 16));
          assertEquals(0x1234, Frames.u16(frame, 18));
          assertEquals(Frames.u16(whole, 22), Frames.u16(frame, 22));
          assertArrayEquals(Arrays.copyOfRange(whole, 26, 34), Arrays.copyOfRange(frame, 26, 34));
        }
      }
    }
  }

  @Test
  void shouldCutALargePacketIntoMany() {
    byte[] data = Frames.counting(8_980);
    List<byte[]> frames = cut(ipv4().payload(data).bytes(), 576);
    assertEquals(17, frames.size());
    assertArrayEquals(data, reassembled(frames, 14, 576, 0, 0));
  }

  /** RFC 791 3.1: options with the copy bit are in all fragments, others in the first only. */
  @Test
  void shouldCopyOptionsByTheirCopyBit() {
    byte[] data = Frames.counting(2_000);
    String options = "07070400000000" + "01" + "94040000" + "820b010203040506070809" + "00";
    List<byte[]> frames = cut(ipv4().options(options).payload(data).bytes(), 600);
    assertArrayEquals(data, reassembled(frames, 14, 600, 0, 0));
    for (byte[] frame : frames) {
      String expected =
          frame == frames.getFirst() ? options : "94040000" + "820b010203040506070809" + "00";
      int end = 14 + headerBytes(frame, 14);
      assertEquals(expected, Frames.hex(Arrays.copyOfRange(frame, 34, end)));
    }
  }

  @Test
  void shouldNotCopyOptionsWithoutTheBitOrBehindTheEnd() {
    for (String options :
        List.of("07070400000000" + "01", "01010101", "00000000", "0094040000000000")) {
      byte[] data = Frames.counting(1_200);
      List<byte[]> frames = cut(ipv4().options(options).payload(data).bytes(), 576);
      assertArrayEquals(data, reassembled(frames, 14, 576, 0, 0));
      assertEquals(20, headerBytes(frames.getLast(), 14), options);
      assertEquals(20 + options.length() / 2, headerBytes(frames.getFirst(), 14), options);
    }
  }

  /** RFC 791 3.2: offsets go on from the fragment's own, and only its last may say "no more". */
  @Test
  void shouldCutFragmentsAgain() {
    byte[] data = Frames.counting(1_480);
    for (int more : new int[] {0, 0x2000}) {
      for (int offset : new int[] {0, 1, 185, 7_000, 8_191 - 185}) {
        byte[] frame = ipv4().flagsAndOffset(offset | more).payload(data).bytes();
        assertArrayEquals(data, reassembled(cut(frame, 1_000), 14, 1_000, offset, more));
      }
    }
  }

  @Test
  void shouldKeepTheReservedFlag() {
    List<byte[]> frames = cut(ipv4().flagsAndOffset(0x8000).payload(1_000).bytes(), 600);
    assertEquals(0xa000, Frames.u16(frames.getFirst(), 20));
    assertEquals(0x8000, Frames.u16(frames.getLast(), 20) & 0xe000);
  }

  /** A fragment whose end lies beyond any datagram's must not wrap around to its beginning. */
  @Test
  void shouldNotCutBeyondTheLargestDatagram() {
    byte[] frame = ipv4().flagsAndOffset(8_191 - 184).payload(1_480).bytes();
    assertEquals(List.of(), cut(frame, 1_000));
    assertEquals("MTU_EXCEEDED", packets.fate(0));
  }

  @Test
  void shouldDropThePacketWholeWithoutBuffersForAll() {
    byte[] frame = ipv4().payload(3_000).bytes();
    packets.begin(frame).atNetwork();
    fragments.clear();
    buffers.left = 4;
    assertFalse(fragmentation.cut(packets.memory, packets.batch, 0, 576, fragments));
    assertEquals("NO_BUFFER", packets.fate(0));
    assertEquals(4, buffers.left, "what is not used is not taken");
    assertEquals(0, fragments.count());
    packets.begin(frame).atNetwork();
    buffers.left = 5;
    assertTrue(fragmentation.cut(packets.memory, packets.batch, 0, 576, fragments));
    assertEquals(5, fragments.count());
    assertEquals(0, buffers.left);
  }

  @Test
  void shouldDropThePacketWholeWhenABatchHasTooManyFragments() {
    byte[][] frames = new byte[32][];
    Arrays.fill(frames, ipv4().payload(8_900).bytes());
    packets.begin(frames).atNetwork();
    fragments.clear();
    int cut = 0;
    for (int i = 0; i < 32; i++) {
      buffers.reset();
      cut += fragmentation.cut(packets.memory, packets.batch, i, 576, fragments) ? 1 : 0;
      assertEquals(i < 32 ? cut * 16 : 0, fragments.count());
    }
    assertEquals(32, cut);
    buffers.reset();
    assertFalse(fragmentation.cut(packets.memory, packets.batch, 0, 560, fragments));
    assertEquals("NO_BUFFER", packets.fate(0));
  }

  /** RFC 6864: an outer packet that is cut has an identification, another each time. */
  @Test
  void shouldNumberOuterPackets() {
    for (int n = 0; n < 3; n++) {
      byte[] data = Frames.counting(1_480);
      byte[] frame = ipv4().id(0).flagsAndOffset(0x4000).protocol(47).payload(data).bytes();
      packets.begin(frame).atNetwork();
      packets.batch.setTenant(0, 3);
      packets.batch.setTunnel(0, 4);
      fragments.clear();
      buffers.reset();
      assertTrue(fragmentation.cutOuter(packets.memory, packets.batch, 0, 1_000, fragments));
      List<byte[]> frames = frames();
      assertArrayEquals(data, reassembled(frames, 14, 1_000, 0, 0));
      for (byte[] piece : frames) {
        assertEquals(7 + 2 * n, Frames.u16(piece, 18));
      }
    }
  }
}
