package io.breakwater.workers;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import io.breakwater.workers.packet.Batch;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The directions that docs/architecture.md draws inside this module, held. */
class ModuleDirectionTest {

  private static final String HERE = "io.breakwater.workers.";

  private static final JavaClasses CLASSES = mainClasses();

  /** Where {@link Batch} was loaded from: the module's own classes, without the tests'. */
  private static JavaClasses mainClasses() {
    var batch = Batch.class.getResource("Batch.class").toString();
    String root =
        batch.substring(0, batch.length() - "io/breakwater/workers/packet/Batch.class".length());
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains("/test-classes/"))
        .importLocations(Set.of(Location.of(URI.create(root))));
  }

  @Test
  void shouldSeeTheClassesItJudges() {
    assertTrue(CLASSES.contain(HERE + "packet.Ipv4"));
    assertTrue(CLASSES.contain(HERE + "table.PrefixTable"));
    assertTrue(CLASSES.contain(HERE + "stage.Ipv4Input"));
    assertTrue(CLASSES.contain(HERE + "pipeline.Pipeline"));
    assertTrue(CLASSES.contain(HERE + "worker.Worker"));
  }

  @Test
  void shouldLetEachPackageUseOnlyThoseBeforeIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("packet")
        .definedBy(HERE + "packet..")
        .layer("table")
        .definedBy(HERE + "table..")
        .layer("firewall")
        .definedBy(HERE + "firewall..")
        .layer("protection")
        .definedBy(HERE + "protection..")
        .layer("stage")
        .definedBy(HERE + "stage..")
        .layer("pipeline")
        .definedBy(HERE + "pipeline..")
        .layer("worker")
        .definedBy(HERE + "worker..")
        .whereLayer("worker")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("pipeline")
        .mayOnlyBeAccessedByLayers("worker")
        .whereLayer("stage")
        .mayOnlyBeAccessedByLayers("pipeline", "worker")
        .whereLayer("firewall")
        .mayOnlyBeAccessedByLayers("stage", "pipeline", "worker")
        .whereLayer("protection")
        .mayOnlyBeAccessedByLayers("stage", "pipeline", "worker")
        .whereLayer("table")
        .mayOnlyBeAccessedByLayers("firewall", "protection", "stage", "pipeline", "worker")
        .check(CLASSES);
  }

  @Test
  void shouldUseTheBindingsOnlyInTheWorker() {
    noClasses()
        .that(not(resideInAPackage(HERE + "worker..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.breakwater.dpdk..")
        .check(CLASSES);
  }

  @Test
  void shouldUseTheConfigurationModelOnlyWhereItIsCompiled() {
    noClasses()
        .that(not(resideInAnyPackage(HERE + "pipeline..", HERE + "worker..")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.breakwater.config..")
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.breakwater.config.yaml..", "io.breakwater.config.source..")
        .check(CLASSES);
  }

  @Test
  void shouldUseNothingButTheJdkAndOurModules() {
    classes()
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage("java..", "javax.crypto..", "io.breakwater.."))
        .check(CLASSES);
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.util.logging..", "org.apache.logging..", "org.slf4j..", "java.io..")
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  /** Tables are built with streams by the control thread; what reads them per packet has none. */
  @Test
  void shouldNotUseStreamsPerPacket() {
    noClasses()
        .that(
            resideInAnyPackage(
                HERE + "packet..", HERE + "stage..", HERE + "table..", HERE + "firewall.."))
        .and(not(builder()))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.stream..", "java.util.function..")
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> builder() {
    return simpleName("Builder");
  }
}
