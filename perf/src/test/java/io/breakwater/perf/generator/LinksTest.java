package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinksTest {

  private static final Workload WORKLOAD = Workload.of(1, 1, 1);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "carrier-pigeon | no such link: link=carrier-pigeon; there are memif,",
        "0000:3b:00.0 | no such link: link=0000:3b:00.0; there are memif,",
        "0000:3b:00.0,3b:00.0 | a link needs two NICs: link=0000:3b:00.0 twice",
        // No machine has this bus.
        "fffe:ff:1f.6,fffe:ff:1f.7 | the link cannot be used: device=fffe:ff:1f.6: ",
      })
  void shouldSayInOneSentenceWhyThereIsNoSuchLink(String link, String sentence) {
    CommandException refused = assertThrows(CommandException.class, () -> Links.of(link, folder));

    assertEquals(ExitStatus.WRONG_INPUT, refused.exitStatus(), refused::getMessage);
    assertTrue(refused.getMessage().startsWith(sentence), refused::getMessage);
    assertEquals(1, refused.getMessage().lines().count(), refused::getMessage);
  }

  @Test
  void shouldRefuseAnMtuThatTheLinkCannotDo() {
    CommandException refused =
        assertThrows(
            CommandException.class,
            () -> TestBed.start(WORKLOAD, "memif", List.of(0), 9_000, List.of()));

    assertEquals(ExitStatus.WRONG_INPUT, refused.exitStatus());
    assertTrue(
        refused.getMessage().startsWith("the link does not do this MTU: mtu=9000 most=1500"),
        refused::getMessage);
  }

  @Test
  void shouldRefuseFramesThatTheLinkDoesNotCarry() throws Exception {
    Link memif = Links.of("memif", folder);
    TrafficProfile jumbo =
        new TrafficProfile(WORKLOAD, 1, TrafficProfile.Popularity.UNIFORM, FrameSizes.of(8_000));

    CommandException refused =
        assertThrows(
            CommandException.class,
            () -> Generators.start(GeneratorChoice.DEFAULT, jumbo, memif, 0));

    assertEquals(ExitStatus.WRONG_INPUT, refused.exitStatus());
    assertTrue(refused.getMessage().contains("bytes=8000 most=1486"), refused::getMessage);
  }

  @Test
  void shouldSayThatNobodyIsAtTheOtherEnd() throws Exception {
    Link memif = Links.of("memif", folder);
    TrafficProfile profile =
        new TrafficProfile(WORKLOAD, 1, TrafficProfile.Popularity.UNIFORM, FrameSizes.of(64));

    CommandException refused =
        assertThrows(
            CommandException.class,
            () -> Generators.start(GeneratorChoice.DEFAULT, profile, memif, 0));

    assertTrue(
        refused.getMessage().startsWith("the generator cannot use its end of the link: "),
        refused::getMessage);
  }
}
