package io.breakwater.perf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.breakwater.perf.bench.BenchCommand;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The directions that docs/architecture.md draws inside this module, held. */
class PackageDirectionTest {

  private static final String HERE = "io.breakwater.perf.";

  /** What every other package may use, and what uses none of them. */
  private static final List<String> GROUND = List.of("traffic", "process", "report");

  private static final JavaClasses CLASSES = mainClasses();

  /** Where {@link BenchCommand} was loaded from: the module's own classes, without the tests'. */
  private static JavaClasses mainClasses() {
    String command = BenchCommand.class.getResource("BenchCommand.class").toString();
    String root =
        command.substring(
            0, command.length() - "io/breakwater/perf/bench/BenchCommand.class".length());
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("/test-classes/"))
        .importLocations(Set.of(Location.of(URI.create(root))));
  }

  @Test
  void shouldSeeTheClassesItJudges() {
    assertTrue(CLASSES.contain(HERE + "traffic.Workload"));
    assertTrue(CLASSES.contain(HERE + "generator.Generator"));
    assertTrue(CLASSES.contain(HERE + "study.Study"));
    assertTrue(CLASSES.contain(HERE + "bench.BenchCommand"));
  }

  @Test
  void shouldHaveNoCycleOfPackages() {
    slices().matching(HERE + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void shouldKeepTheGroundFreeOfWhatStandsOnIt() {
    for (String ground : GROUND) {
      noClasses()
          .that()
          .resideInAPackage(HERE + ground + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              Stream.of(
                      "generator",
                      "study",
                      "rfc2544",
                      "stall",
                      "onset",
                      "startup",
                      "compare",
                      "bench",
                      "demo")
                  .map(name -> HERE + name + "..")
                  .toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void shouldLetOnlyTheCommandKnowTheStudies() {
    noClasses()
        .that()
        .resideInAnyPackage(HERE + "generator..", HERE + "study..", HERE + "compare..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            HERE + "rfc2544..",
            HERE + "stall..",
            HERE + "onset..",
            HERE + "startup..",
            HERE + "bench..",
            HERE + "demo..")
        .check(CLASSES);
  }
}
