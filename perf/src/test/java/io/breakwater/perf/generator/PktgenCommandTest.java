package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PktgenCommandTest {

  private static final Path PROGRAM = Path.of("/opt/pktgen");
  private static final Path FOLDER = Path.of("/tmp/run");

  @Test
  void shouldGivePktgenItsPortCaptureAndScript() {
    PktgenCommand command =
        PktgenCommand.of(PROGRAM, SampleLinks.VIRTIO_USER, profile(1_000, 64), FOLDER, 1, 0);

    List<String> list = command.list();

    assertEquals("/opt/pktgen", list.getFirst());
    assertEquals(
        List.of("-P", "-m", "1.0", "-s", "0:/tmp/run/profile.pcap", "-f", "/tmp/run/pktgen.lua"),
        list.subList(list.indexOf("--") + 1, list.size()));
    assertTrue(list.containsAll(command.eal().list()), list::toString);
  }

  @ParameterizedTest(name = "{0} flows with {1} bytes: {2} MiB")
  @CsvSource({"1, 64, 1628", "100000, 64, 1685", "10000000, 64, 3392", "100000, 1486, 1966"})
  void shouldTakeMemoryForTheCapture(int flows, int frameBytes, int memoryMib) {
    PktgenCommand command =
        PktgenCommand.of(PROGRAM, SampleLinks.MEMIF, profile(flows, frameBytes), FOLDER, 1, 0);

    assertEquals(memoryMib, command.eal().memoryMib());
  }

  private static TrafficProfile profile(int flows, int frameBytes) {
    return new TrafficProfile(
        Workload.of(2, 4, 1), flows, Popularity.UNIFORM, FrameSizes.of(frameBytes));
  }
}
