package io.breakwater.appliance.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapWriterTest {

  @TempDir private Path directory;

  @Test
  void shouldWriteBytesOfFormat() throws IOException {
    Path file = directory.resolve("out.pcap");
    try (PcapWriter writer = PcapWriter.create(file, false)) {
      writer.write(0xffff_ffffL * 1_000_000_000L + 5_999, new byte[] {0, 1, 2, 3}, 1, 2);
    }

    byte[] expected =
        new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
            .u32(0xa1b2c3d4)
            .u16(2)
            .u16(4)
            .u64(0)
            .u32(262_144)
            .u32(1)
            .pcapRecord(0xffff_ffffL, 5, 2, (byte) 1, (byte) 2)
            .toBytes();
    assertArrayEquals(expected, Files.readAllBytes(file));
  }

  @Test
  void shouldKeepNanoseconds() throws IOException {
    Path file = directory.resolve("out.pcap");
    try (PcapWriter writer = PcapWriter.create(file, true)) {
      writer.write(1_999_999_999L, new byte[] {7}, 0, 1);
    }

    List<CaptureReaderTest.Read> frames = CaptureReaderTest.readAll(Files.readAllBytes(file));
    assertEquals(
        List.of(new CaptureReaderTest.Read(1_999_999_999L, true, false, List.of((byte) 7))),
        frames);
  }

  @Test
  void shouldRefuseTimeAfterEndOfFormat() throws IOException {
    try (PcapWriter writer = PcapWriter.create(directory.resolve("out.pcap"), false)) {
      assertThrows(
          CaptureException.class,
          () -> writer.write(0x1_0000_0000L * 1_000_000_000L, new byte[1], 0, 1));
    }
  }

  @Test
  void shouldNameFileThatCannotBeWritten() {
    CaptureException e =
        assertThrows(
            CaptureException.class,
            () -> PcapWriter.create(directory.resolve("absent/out.pcap"), false));

    assertEquals(
        directory + "/absent/out.pcap: cannot be written: " + directory + "/absent/out.pcap",
        e.getMessage());
  }
}
