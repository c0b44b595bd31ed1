package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FixedTrafficTest {

  private static final FixedTraffic FLOWGEN =
      FixedTraffic.of(GeneratorChoice.Kind.TESTPMD_FLOWGEN).orElseThrow();

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TESTPMD_FLOWGEN")
  void shouldBeOfFlowgenOnly(GeneratorChoice.Kind kind) {
    assertTrue(FixedTraffic.of(kind).isEmpty());
  }

  @Test
  void shouldGiveTheApplianceTheAddressThatIsSentTo() throws Exception {
    Link link = Links.of("memif", Path.of("/tmp"), FLOWGEN.applianceMac());

    assertTrue(link.applianceDevice().endsWith(",mac=00:01:02:03:04:01"), link::applianceDevice);
    assertEquals(FLOWGEN.applianceMac(), link.applianceMac());
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtio-user", "0000:3b:00.0,0000:3b:00.1"})
  void shouldRefuseALinkThatCannotHaveTheAddress(String link) {
    CommandException thrown =
        assertThrows(
            CommandException.class, () -> Links.of(link, Path.of("/tmp"), FLOWGEN.applianceMac()));

    assertEquals(ExitStatus.WRONG_INPUT, thrown.exitStatus());
    assertTrue(thrown.getMessage().contains("link=" + link), thrown::getMessage);
  }
}
