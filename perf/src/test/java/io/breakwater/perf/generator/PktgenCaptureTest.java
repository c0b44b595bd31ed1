package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.ProfileFrames;
import io.breakwater.perf.traffic.TrafficKind;
import io.breakwater.perf.traffic.TrafficMix;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PktgenCaptureTest {

  private static final TrafficProfile UNIFORM = profile(500, Popularity.UNIFORM, FrameSizes.of(64));

  @TempDir private Path folder;

  private static List<TrafficProfile> profiles() {
    return List.of(
        UNIFORM,
        profile(1, Popularity.UNIFORM, FrameSizes.of(512)),
        profile(500, Popularity.ZIPF, FrameSizes.IMIX),
        UNIFORM.withMix(TrafficMix.attack(TrafficKind.SYN_FLOOD, 400)));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void shouldHoldTheFramesOfTheBuiltInGenerator(TrafficProfile profile) throws Exception {
    Path file = folder.resolve("profile.pcap");
    new PktgenCapture(1_000).write(profile, SampleLinks.MEMIF, file);

    ProfileFrames frames =
        new ProfileFrames(profile, SampleLinks.APPLIANCE_MAC, SampleLinks.GENERATOR_MAC);
    byte[] expected = new byte[2_048];
    try (CaptureReader reader = CaptureReader.open(file)) {
      for (int i = 0; i < 1_000; i++) {
        int length = frames.write(MemorySegment.ofArray(expected), 0, 0);
        assertTrue(reader.next());
        assertArrayEquals(
            Arrays.copyOf(expected, length), Arrays.copyOf(reader.frame(), reader.length()));
      }
      assertFalse(reader.next());
    }
  }

  @Test
  void shouldGoFromTheLinksOneEndToTheOther() throws Exception {
    Path file = folder.resolve("profile.pcap");
    new PktgenCapture(1).write(UNIFORM, SampleLinks.MEMIF, file);

    try (CaptureReader reader = CaptureReader.open(file)) {
      assertTrue(reader.next());
      assertArrayEquals(
          new byte[] {2, 0, 0, 0, 0, 0x0A, 2, 0, 0, 0, 0, 0x0B, 8, 0},
          Arrays.copyOf(reader.frame(), 14));
    }
  }

  @ParameterizedTest(name = "{0} flows: {1} packets")
  @CsvSource({"1, 65536", "100000, 200000", "10000000, 4194304"})
  void shouldBeLongEnoughForMostFlows(int flows, int packets) {
    TrafficProfile profile = profile(flows, Popularity.UNIFORM, FrameSizes.of(64));

    assertEquals(packets, PktgenCapture.of(profile).packets());
  }

  private static TrafficProfile profile(int flows, Popularity popularity, FrameSizes frames) {
    return new TrafficProfile(Workload.of(2, 4, 1), flows, popularity, frames);
  }
}
