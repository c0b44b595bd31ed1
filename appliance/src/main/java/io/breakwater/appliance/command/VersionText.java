package io.breakwater.appliance.command;

import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import java.util.List;

/** What {@code --version} prints: the program, the JDK, and DPDK where it can be loaded. */
public final class VersionText {

  private static final int MEMORY_MIB = 16;

  private VersionText() {}

  /** The version in the jar's manifest; classes outside a jar have none. */
  public static String ofProgram() {
    String version = VersionText.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  public static List<String> lines() {
    return List.of(
        "breakwater " + ofProgram(),
        "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
        dpdk());
  }

  /** DPDK tells its version once it runs: a small one is started for it. */
  private static String dpdk() {
    String prefix = "version-" + ProcessHandle.current().pid();
    EalOptions options =
        EalOptions.of(prefix, MEMORY_MIB).withHugepages(EalOptions.Hugepages.NEVER);
    try (Eal eal = Eal.start(options)) {
      return eal.version();
    } catch (DpdkException e) {
      return "DPDK: " + e.getMessage();
    }
  }
}
