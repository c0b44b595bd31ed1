package io.breakwater.dpdk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EalTest {
  private static final String EXCHANGED = "received 32\nin use 0\naffinity kept true\nclock true\n";

  @Test
  void shouldRefuseToStartTwiceInAProcess() {
    assertFalse(Dpdk.EAL.hugepages());

    DpdkException refused =
        assertThrows(DpdkException.class, () -> Eal.start(EalOptions.of("second", 64)));

    assertEquals(
        "DPDK can be started once in a process: filePrefix=second; use the Eal that was started"
            + " before, or another process",
        refused.getMessage());
  }

  @Test
  void shouldTellVersionAndClock() {
    assertTrue(Dpdk.EAL.version().startsWith("DPDK "), Dpdk.EAL.version());
    assertTrue(Dpdk.EAL.cyclesPerSecond() > 100_000_000, "slower than any CPU with DPDK");
    assertEquals(Dpdk.EAL.cyclesPerSecond(), Cycles.perSecond());
    long before = Cycles.now();
    assertTrue(Cycles.now() > before);
  }

  @Test
  void shouldRunBesideAnotherAndLeaveTheCallersAffinityAlone() throws Exception {
    assertEquals(0, Dpdk.POOL.inUse());

    assertEquals(
        new ChildJvm.Result(0, EXCHANGED), new ChildJvm().runInModule(StartAndExchange.class));
  }

  @Test
  void shouldRunAsAnOrdinaryUser() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "all tests run as an ordinary user already");
    String[] asNobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    List<String> readShim = new ArrayList<>(List.of(asNobody));
    readShim.addAll(List.of("test", "-r", System.getProperty(ShimLibrary.PROPERTY)));
    assumeTrue(
        new ProcessBuilder(readShim).start().waitFor() == 0,
        "SKIPPED: this working tree is closed to ordinary users");

    assertEquals(
        new ChildJvm.Result(0, EXCHANGED),
        new ChildJvm(asNobody).runInModule(StartAndExchange.class));
  }

  @Test
  void shouldSayInOneSentenceThatTheShimIsMissing(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("libbreakwater.so");

    ChildJvm.Result result = new ChildJvm().shim(missing.toString()).runInModule(StartOnly.class);

    assertEquals(
        "the C shim is not there: breakwater.shim="
            + missing
            + "; build it with native/build (Debian packages: libdpdk-dev, meson, gcc)\n",
        result.output());
  }

  @Test
  void shouldSayInOneSentenceThatADpdkLibraryIsMissing(@TempDir Path folder) throws Exception {
    String output = startWith(folder, "librte_mempool.so", "librte_missing.so");

    assertTrue(
        output.matches(
            "the C shim or a DPDK library cannot be loaded: .*: librte_missing\\.so\\S*: cannot open"
                + " shared object file: No such file or directory; install the Debian package dpdk,"
                + " then build the shim again with native/build\n"),
        output);
  }

  @Test
  void shouldRefuseAShimThatLacksAFunction(@TempDir Path folder) throws Exception {
    assertEquals(
        "the C shim lacks a function: function=bw_receive; build it from the same source with"
            + " native/build\n",
        startWith(folder, "\0bw_receive\0", "\0bw_recei0e\0"));
  }

  @Test
  void shouldRefuseAShimWithOtherStructs(@TempDir Path folder) throws Exception {
    String offsets = "\u0020\0\0\0\0\0\0\0\u0004\0\0\0\u0008\0\0\0";

    assertEquals(
        "the C shim and the Java bindings differ: bw_packet.rest: c=16 java=12; build both from"
            + " the same source\n",
        startWith(folder, offsets + "\u000c\0\0\0", offsets + "\u0010\0\0\0"));
  }

  /** Starts DPDK with a copy of the shim in which some bytes are others, and returns its words. */
  private static String startWith(Path folder, String bytes, String others) throws Exception {
    String elf = Files.readString(Path.of(System.getProperty(ShimLibrary.PROPERTY)), ISO_8859_1);
    assertEquals(bytes.length(), others.length());
    assertTrue(elf.contains(bytes), "the shim contains: " + bytes);
    Path changed = folder.resolve("libbreakwater.so");
    Files.writeString(changed, elf.replace(bytes, others), ISO_8859_1);
    return new ChildJvm().shim(changed.toString()).runInModule(StartOnly.class).output();
  }

  @Test
  void shouldNameDevicesAndLeaveTheRestOfPciAlone() {
    List<String> none = Eal.arguments(EalOptions.of("edge", 64));
    assertTrue(none.contains("--no-pci"), none.toString());

    List<String> one =
        Eal.arguments(
            EalOptions.of("edge", 64)
                .withPciDevices(List.of("0000:3b:00.0"))
                .withVdevs(List.of("net_null7")));
    assertFalse(one.contains("--no-pci"), one.toString());
    assertTrue(one.contains("--allow=0000:3b:00.0"), one.toString());
    assertTrue(one.contains("--vdev=net_null7"), one.toString());
  }

  @Test
  void shouldRefuseImpossibleOptions() {
    assertEquals(
        "file prefix must be 1..32 letters, digits, dots, underscores or dashes: filePrefix=a b",
        assertThrows(IllegalArgumentException.class, () -> EalOptions.of("a b", 64)).getMessage());
    assertEquals(
        "memory must be 16 MiB or more: memoryMiB=8",
        assertThrows(IllegalArgumentException.class, () -> EalOptions.of("a", 8)).getMessage());
  }

  @Test
  void shouldCountFreeHugepagesOfAllSizes(@TempDir Path sizes) throws Exception {
    assertEquals(0, FreeHugepages.mebibytes(sizes.resolve("none")));
    write(sizes, "hugepages-2048kB", "3\n");
    write(sizes, "hugepages-1048576kB", "2\n");

    assertEquals(3 * 2 + 2 * 1024, FreeHugepages.mebibytes(sizes));
  }

  private static void write(Path sizes, String directory, String free) throws Exception {
    Path created = Files.createDirectory(sizes.resolve(directory));
    Files.writeString(created.resolve("free_hugepages"), free);
  }
}
