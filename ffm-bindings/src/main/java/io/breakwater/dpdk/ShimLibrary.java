package io.breakwater.dpdk;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds and loads {@code libbreakwater.so}, and with it the DPDK libraries.
 *
 * <p>The path comes from the system property {@value #PROPERTY}.
 */
final class ShimLibrary {
  static final String PROPERTY = "breakwater.shim";

  private ShimLibrary() {}

  /**
   * Loads the library; again is harmless.
   *
   * @throws DpdkException one sentence that says what is missing and how to get it
   */
  static void load() {
    String path = System.getProperty(PROPERTY, "");
    if (path.isEmpty()) {
      throw new DpdkException(
          "the path of the C shim is not set: start Java with -D"
              + PROPERTY
              + "=/path/to/libbreakwater.so");
    }
    Path file = Path.of(path).toAbsolutePath();
    if (!Files.isReadable(file)) {
      throw new DpdkException(
          "the C shim is not there: "
              + PROPERTY
              + "="
              + file
              + "; build it with native/build (Debian packages: libdpdk-dev, meson, gcc)");
    }
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      throw new DpdkException(
          "the C shim or a DPDK library cannot be loaded: "
              + e.getMessage()
              + "; install the Debian package dpdk, then build the shim again with native/build");
    }
  }
}
