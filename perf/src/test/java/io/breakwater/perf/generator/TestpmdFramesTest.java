package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What testpmd really sends, in a capture: what we believe of it is nowhere documented. */
@Timeout(300)
class TestpmdFramesTest {

  private static final int CORE = CpuAffinity.current().getFirst();
  private static final int FRAMES = 2_000;
  private static final int DESTINATION = 14 + 16;

  private static final TrafficProfile PROFILE =
      new TrafficProfile(Workload.of(10, 5_000, 1), 1_000, Popularity.UNIFORM, FrameSizes.of(64));

  @TempDir private Path folder;

  @Test
  void shouldSendToTheFixedAddressesWithFlowgen() throws Exception {
    FixedTraffic fixed = FixedTraffic.of(GeneratorChoice.Kind.TESTPMD_FLOWGEN).orElseThrow();

    Set<Integer> destinations = new HashSet<>();
    for (ByteBuffer frame : frames(TestpmdMode.FLOWGEN)) {
      assertEquals(64, frame.capacity());
      assertEquals(fixed.applianceMac(), frame.getLong(0) >>> 16);
      destinations.add(frame.getInt(DESTINATION));
    }

    Workload.Prefix prefix = fixed.destinations();
    assertEquals(PROFILE.flows(), destinations.size());
    assertTrue(
        destinations.stream()
            .allMatch(address -> (address ^ prefix.address()) >>> 32 - prefix.length() == 0));
  }

  @Test
  void shouldSendToOneAddressOfATenantFrom256WithTxonly() throws Exception {
    Set<Integer> sources = new HashSet<>();
    Set<Integer> destinations = new HashSet<>();
    for (ByteBuffer frame : frames(TestpmdMode.TXONLY)) {
      assertEquals(64, frame.capacity());
      assertEquals(SampleLinks.APPLIANCE_MAC, frame.getLong(0) >>> 16);
      sources.add(frame.getInt(DESTINATION - 4));
      destinations.add(frame.getInt(DESTINATION));
    }

    assertEquals(256, sources.size());
    assertEquals(1, destinations.size());
    int destination = destinations.iterator().next();
    assertTrue(
        PROFILE.workload().prefixes().stream()
            .anyMatch(prefix -> (destination ^ prefix.address()) >>> 32 - prefix.length() == 0));
  }

  private List<ByteBuffer> frames(TestpmdMode mode) throws Exception {
    Path capture = folder.resolve("sent.pcap");
    Link link =
        new Link(
            "",
            "net_pcap0,tx_pcap=" + capture,
            false,
            SampleLinks.NOWHERE.ealOptions(),
            SampleLinks.APPLIANCE_MAC,
            SampleLinks.GENERATOR_MAC,
            1_500);
    Path program = OtherGeneratorsTest.program(GeneratorProgram.TESTPMD);
    try (TestpmdGenerator testpmd =
        TestpmdGenerator.start(TestpmdCommand.of(program, mode, link, PROFILE, CORE, CORE))) {
      // How many it sends in so short a time is the machine's affair.
      for (long sent = 0; sent < FRAMES; ) {
        sent += testpmd.run(TrialOrder.rate(Double.POSITIVE_INFINITY, 0.05)).sent();
      }
    }
    List<ByteBuffer> frames = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(capture)) {
      while (frames.size() < FRAMES && reader.next()) {
        frames.add(ByteBuffer.wrap(Arrays.copyOf(reader.frame(), reader.length())));
      }
    }
    assertEquals(FRAMES, frames.size(), "too few to judge");
    return frames;
  }
}
