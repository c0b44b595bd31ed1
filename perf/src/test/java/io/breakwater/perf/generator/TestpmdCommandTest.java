package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficKind;
import io.breakwater.perf.traffic.TrafficMix;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TestpmdCommandTest {

  private static final Path PROGRAM = Path.of("/usr/bin/dpdk-testpmd");
  private static final TrafficProfile PROFILE = profile(FrameSizes.of(128));

  @Test
  void shouldMakeFlowsOfItsOwnWithFlowgen() {
    assertEquals(
        "-i --nb-cores=1 --burst=32 --total-num-mbufs=16384 --forward-mode=flowgen --txpkts=132"
            + " --flowgen-flows=1000",
        own(TestpmdMode.FLOWGEN));
  }

  /** Of the prefixes' third bytes, the one with the fewest bits. */
  @Test
  void shouldSendToATenantWithTxonly() {
    int bits =
        PROFILE.workload().prefixes().stream()
            .mapToInt(prefix -> Integer.bitCount(prefix.address() & 0xff00))
            .min()
            .orElseThrow();
    String own = own(TestpmdMode.TXONLY);

    Matcher matcher =
        Pattern.compile(
                "-i --nb-cores=1 --burst=32 --total-num-mbufs=16384 --forward-mode=txonly"
                    + " --txpkts=128 --eth-peer=0,02:00:00:00:00:0a"
                    + " --tx-ip=(\\d+\\.\\d+\\.(\\d+)\\.\\d+),\\1 --txonly-multi-flow")
            .matcher(own);
    assertTrue(matcher.matches(), own);
    assertEquals(bits, Integer.bitCount(Integer.parseInt(matcher.group(2))));
  }

  private static List<TrafficProfile> impossible() {
    return List.of(
        profile(FrameSizes.IMIX), PROFILE.withMix(TrafficMix.attack(TrafficKind.UDP_FLOOD, 100)));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void shouldRefuseWhatTestpmdCannotSend(TrafficProfile profile) {
    CommandException thrown =
        assertThrows(
            CommandException.class,
            () ->
                TestpmdCommand.of(PROGRAM, TestpmdMode.FLOWGEN, SampleLinks.MEMIF, profile, 0, 0));

    assertEquals(ExitStatus.WRONG_INPUT, thrown.exitStatus());
  }

  private static String own(TestpmdMode mode) {
    List<String> list = TestpmdCommand.of(PROGRAM, mode, SampleLinks.MEMIF, PROFILE, 1, 0).list();
    assertEquals(List.of("stdbuf", "-oL", PROGRAM.toString()), list.subList(0, 3));
    return String.join(" ", list.subList(list.indexOf("--") + 1, list.size()));
  }

  private static TrafficProfile profile(FrameSizes frames) {
    return new TrafficProfile(Workload.of(2, 4, 1), 1_000, Popularity.UNIFORM, frames);
  }
}
