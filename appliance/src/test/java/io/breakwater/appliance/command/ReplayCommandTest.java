package io.breakwater.appliance.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.appliance.capture.PcapWriter;
import io.breakwater.appliance.replay.Frames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {

  private static final int CLIENT = 0x08080808;
  private static final int ACME = 0xcb007107;

  @TempDir private Path directory;

  private final StringWriter stdout = new StringWriter();
  private final StringWriter stderr = new StringWriter();
  private Path configuration;
  private Path in;
  private Path out;

  @BeforeEach
  void writeFiles() throws IOException {
    configuration = Files.writeString(directory.resolve("a.yaml"), CheckCommandTest.VALID);
    in = directory.resolve("in.pcap");
    out = directory.resolve("out.pcap");
    try (PcapWriter writer = PcapWriter.create(in, false)) {
      // The second frame is older than the first.
      for (long timeNs : new long[] {3_000_000_000L, 1_000_001_000L}) {
        byte[] frame = Frames.udp(CLIENT, ACME);
        writer.write(timeNs, frame, 0, frame.length);
      }
      byte[] stray = Frames.udp(CLIENT, 0x09090909);
      writer.write(4_000_000_000L, stray, 0, stray.length);
    }
  }

  @Test
  void shouldWriteFramesWithTimesOfCaptureAndSummarise() throws IOException {
    assertEquals(ExitStatus.DONE, replay());
    assertEquals("", stderr.toString());
    assertEquals(
        in
            + ": received 3 = delivered 2 + answered 0 + consumed 0 + host 0 + dropped 1; sent 2\n"
            + "  no-tenant 1\n",
        stdout.toString());
    assertEquals(List.of(3_000_000_000L, 1_000_001_000L), times(out));
  }

  @Test
  void shouldWriteReport() throws IOException {
    Path report = directory.resolve("r.json");

    assertEquals(ExitStatus.DONE, replay("--report", report.toString(), "--json"));
    String text = Files.readString(report);
    assertTrue(text.contains("\"delivered\" : 2"), text);
    assertEquals(text, stdout.toString());
  }

  @Test
  void shouldProcessWhatIsWholeOfTruncatedCapture() throws IOException {
    byte[] whole = Files.readAllBytes(in);
    Files.write(in, Arrays.copyOf(whole, whole.length - 1));

    assertEquals(ExitStatus.WRONG_INPUT, replay());
    assertEquals(
        in + ":offset 221: the file ends inside a record: at least 1 more byte expected\n",
        stderr.toString());
    assertEquals(2, times(out).size());
  }

  @Test
  void shouldSayHowManyFramesWereCapturedShort() throws IOException {
    byte[] bytes = Files.readAllBytes(in);
    // The original length of the first record.
    bytes[24 + 12] = 99;
    Files.write(in, bytes);

    assertEquals(ExitStatus.DONE, replay());
    assertEquals(
        in
            + ": warning: frames were captured short and judged by the bytes that are there:"
            + " frames=1\n",
        stderr.toString());
  }

  @Test
  void shouldRefuseToOverwriteInput() throws IOException {
    byte[] before = Files.readAllBytes(in);
    out = in;

    assertEquals(ExitStatus.WRONG_INPUT, replay());
    assertArrayEquals(before, Files.readAllBytes(in));
  }

  @Test
  void shouldRefuseUnknownPort() {
    assertEquals(ExitStatus.WRONG_INPUT, replay("--port", "no-such"));
    assertEquals(
        "breakwater replay: --port must name a port of the configuration: port=no-such"
            + " ports=uplink\n",
        stderr.toString());
  }

  @Test
  void shouldRefuseWhatIsNoCapture() throws IOException {
    Files.writeString(in, "hello, world");

    assertEquals(ExitStatus.WRONG_INPUT, replay());
    assertEquals(
        "breakwater replay: " + in + ":offset 0: neither pcap nor pcapng: magic=0x68656c6c\n",
        stderr.toString());
  }

  private int replay(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "replay",
                "-c",
                configuration.toString(),
                "--in",
                in.toString(),
                "--out",
                out.toString()));
    arguments.addAll(List.of(more));
    return Breakwater.commandLine()
        .setOut(new PrintWriter(stdout))
        .setErr(new PrintWriter(stderr, true))
        .execute(arguments.toArray(String[]::new));
  }

  private static List<Long> times(Path capture) throws IOException {
    List<Long> times = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      while (reader.next()) {
        times.add(reader.timeNs());
      }
    }
    return times;
  }
}
