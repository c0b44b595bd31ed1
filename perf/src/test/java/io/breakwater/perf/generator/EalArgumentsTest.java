package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EalArgumentsTest {

  private static List<Arguments> cases() {
    return List.of(
        Arguments.of(
            "both threads on one CPU",
            new EalArguments("p", SampleLinks.MEMIF, 3, 3, 64, false),
            "--lcores 3@3,0@3 --main-lcore 3 --no-pci --no-huge -m 64 --file-prefix p"
                + " --vdev net_memif0,role=client,socket=/tmp/x"),
        Arguments.of(
            "both threads on CPU 0",
            new EalArguments("p", SampleLinks.MEMIF, 0, 0, 64, true),
            "--lcores 0@0,1@0 --main-lcore 0 --no-pci --huge-unlink -m 64 --file-prefix p"
                + " --vdev net_memif0,role=client,socket=/tmp/x"),
        Arguments.of(
            "a link that cannot do with hugepages",
            new EalArguments("p", SampleLinks.VIRTIO_USER, 2, 1, 64, false),
            "--lcores 1@1,2@2 --main-lcore 1 --no-pci --no-huge -m 64 --file-prefix p"
                + " --vdev net_virtio_user0,path=/tmp/x"),
        Arguments.of(
            "a NIC",
            new EalArguments("p", SampleLinks.PCI, 2, 1, 64, true),
            "--lcores 1@1,2@2 --main-lcore 1 --huge-unlink -m 64 --file-prefix p"
                + " --allow 0000:3b:00.1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void shouldSayLcoresMemoryAndDevice(String description, EalArguments eal, String expected) {
    assertEquals(expected, String.join(" ", eal.list()));
  }

  @Test
  void shouldGiveEachProcessAFilePrefixOfItsOwn() {
    EalArguments one = EalArguments.of("x", SampleLinks.MEMIF, 0, 0, 64);
    EalArguments other = EalArguments.of("x", SampleLinks.MEMIF, 0, 0, 64);

    assertNotEquals(one.filePrefix(), other.filePrefix());
  }
}
