package io.breakwater.appliance.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CaptureReaderTest {

  private static final byte[] FRAME = {1, 2, 3, 4, 5};
  private static final byte[] OTHER = {9, 8};

  record Read(long timeNs, boolean nanoseconds, boolean capturedShort, List<Byte> frame) {}

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pcapKinds")
  void shouldReadPcapOfBothByteOrdersAndResolutions(ByteOrder order, int magic, long expectedNs)
      throws IOException {
    byte[] file =
        new CaptureBytes(order)
            .pcapHeader(magic, 1)
            .pcapRecord(0xf000_0000L, 999_999, 5, FRAME)
            .pcapRecord(1, 2, 100, OTHER)
            .toBytes();

    List<Read> read = readAll(file);

    boolean nanoseconds = magic == PcapReader.MAGIC_NANOSECONDS;
    assertEquals(
        List.of(
            read(0xf000_0000L * 1_000_000_000L + expectedNs, nanoseconds, false, FRAME),
            read(1_000_000_000L + (nanoseconds ? 2 : 2_000), nanoseconds, true, OTHER)),
        read);
  }

  static Stream<Arguments> pcapKinds() {
    return Stream.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)
        .flatMap(order ->
            Stream.of(
                Arguments.of(order, PcapReader.MAGIC_MICROSECONDS, 999_999_000L),
                Arguments.of(order, PcapReader.MAGIC_NANOSECONDS, 999_999L)));
  }

  @Test
  void shouldReadEveryKindOfPcapngPacketAndSkipOtherBlocks() throws IOException {
    byte[] file =
        concat(
            new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
                .section()
                .interfaceDescription(1, 4)
                .interfaceWithTime(9, 100)
                .block(5, new CaptureBytes(ByteOrder.LITTLE_ENDIAN).u64(7))
                .enhancedPacket(0, 1_500_000, 5, FRAME)
                .enhancedPacket(1, 7, 2, OTHER)
                .obsoletePacket(1, 8, OTHER)
                .simplePacket(5, Arrays.copyOf(FRAME, 4))
                .toBytes(),
            new CaptureBytes(ByteOrder.BIG_ENDIAN)
                .section()
                .interfaceDescription(1, 0)
                .enhancedPacket(0, 3, 5, FRAME)
                .toBytes());

    assertEquals(
        List.of(
            read(1_500_000_000L, false, false, FRAME),
            read(100_000_000_007L, true, false, OTHER),
            read(100_000_000_008L, true, false, OTHER),
            read(100_000_000_008L, false, true, Arrays.copyOf(FRAME, 4)),
            read(3_000, false, false, FRAME)),
        readAll(file));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 3, 3000000000",
    "3, 0, 3, 3000000",
    "9, 0, 3, 3",
    "12, 0, 3999, 3",
    "9, -1, 2000000000, 1000000000",
    // 2^-20 seconds, and 2^-64: half a second is 2^63 of them.
    "148, 0, 1048576, 1000000000",
    "192, 0, -9223372036854775808, 500000000",
  })
  void shouldScaleTimesOfPcapng(int resolution, long offset, long units, long expectedNs)
      throws IOException {
    byte[] file =
        new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
            .section()
            .interfaceWithTime(resolution, offset)
            .enhancedPacket(0, units, 5, FRAME)
            .toBytes();

    assertEquals(expectedNs, readAll(file).getFirst().timeNs());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongFiles")
  void shouldNameOffsetAndRuleOfWrongFile(String message, byte[] file) {
    CaptureException e = assertThrows(CaptureException.class, () -> readAll(file));

    assertEquals("in.pcap:offset " + message, e.getMessage());
  }

  static Stream<Arguments> wrongFiles() {
    ByteOrder little = ByteOrder.LITTLE_ENDIAN;
    int micro = PcapReader.MAGIC_MICROSECONDS;
    return Stream.of(
        Arguments.of(
            "0: not a capture: shorter than the 4 bytes of a pcap or pcapng magic number",
            new byte[0]),
        Arguments.of("0: neither pcap nor pcapng: magic=0x61626364", "abcdefgh".getBytes()),
        Arguments.of(
            "20: the link type must be Ethernet (1): link-type=101",
            new CaptureBytes(little).pcapHeader(micro, 101).toBytes()),
        Arguments.of(
            "24: the time's fraction is a second or more: fraction=1000000",
            new CaptureBytes(little)
                .pcapHeader(micro, 1)
                .pcapRecord(0, 1_000_000, 5, FRAME)
                .toBytes()),
        Arguments.of(
            "24: a frame must have at most 262144 bytes: captured=262145",
            new CaptureBytes(little)
                .pcapHeader(micro, 1)
                .pcapRecord(0, 0, 262_145, new byte[262_145])
                .toBytes()),
        Arguments.of(
            "44: the file ends inside a record: at least 1 more byte expected",
            Arrays.copyOf(
                new CaptureBytes(little).pcapHeader(micro, 1).pcapRecord(0, 0, 5, FRAME).toBytes(),
                44)),
        Arguments.of(
            "28: a packet must name an interface of its section: interface=0 interfaces=0",
            new CaptureBytes(little).section().enhancedPacket(0, 0, 5, FRAME).toBytes()),
        Arguments.of(
            "48: the link type must be Ethernet (1): interface=0 link-type=113",
            new CaptureBytes(little)
                .section()
                .interfaceDescription(113, 0)
                .enhancedPacket(0, 0, 5, FRAME)
                .toBytes()),
        Arguments.of(
            "28: a block's two lengths must be equal: length=12 trailing-length=16",
            new CaptureBytes(little).section().u32(99).u32(12).u32(16).toBytes()),
        Arguments.of(
            "28: a block's length must be a multiple of 4 and at least 12: length=10",
            new CaptureBytes(little).section().u32(99).u32(10).u32(10).toBytes()),
        Arguments.of(
            "60: the time is outside 1970..2262: units=18446744073709551615 resolution=0x09",
            new CaptureBytes(little)
                .section()
                .block(
                    1,
                    new CaptureBytes(little)
                        .u16(1)
                        .u16(0)
                        .u32(0)
                        .u16(9)
                        .u16(1)
                        .raw((byte) 9, (byte) 0, (byte) 0, (byte) 0)
                        .u16(0)
                        .u16(0))
                .enhancedPacket(0, -1, 5, FRAME)
                .toBytes()));
  }

  @Test
  void shouldReadFramesThatAreWholeBeforeTruncation() throws IOException {
    byte[] file =
        new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
            .pcapHeader(PcapReader.MAGIC_MICROSECONDS, 1)
            .pcapRecord(1, 2, 5, FRAME)
            .pcapRecord(3, 4, 5, FRAME)
            .toBytes();

    try (CaptureReader reader = open(Arrays.copyOf(file, file.length - 1))) {
      assertTrue(reader.next());
      assertArrayEquals(FRAME, Arrays.copyOf(reader.frame(), reader.length()));
      assertThrows(CaptureException.class, reader::next);
    }
  }

  @Test
  void shouldReadNothingFromCaptureWithoutFrames() throws IOException {
    byte[] file =
        new CaptureBytes(ByteOrder.BIG_ENDIAN)
            .pcapHeader(PcapReader.MAGIC_MICROSECONDS, 1)
            .toBytes();

    try (CaptureReader reader = open(file)) {
      assertFalse(reader.next());
      assertFalse(reader.next());
    }
  }

  @Test
  void shouldNameMissingFile() {
    CaptureException e =
        assertThrows(CaptureException.class, () -> CaptureReader.open(Path.of("absent.pcap")));

    assertEquals("absent.pcap: no such file", e.getMessage());
  }

  static List<Read> readAll(byte[] file) throws IOException {
    List<Read> frames = new ArrayList<>();
    try (CaptureReader reader = open(file)) {
      while (reader.next()) {
        frames.add(
            read(
                reader.timeNs(),
                reader.nanoseconds(),
                reader.capturedShort(),
                Arrays.copyOf(reader.frame(), reader.length())));
      }
    }
    return frames;
  }

  static CaptureReader open(byte[] file) throws IOException {
    return CaptureReader.open("in.pcap", new ByteArrayInputStream(file));
  }

  private static Read read(long timeNs, boolean nanoseconds, boolean cut, byte[] frame) {
    List<Byte> bytes = new ArrayList<>();
    for (byte b : frame) {
      bytes.add(b);
    }
    return new Read(timeNs, nanoseconds, cut, bytes);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
