package io.breakwater.dpdk;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory of this host is in free hugepages, of all sizes together. */
final class FreeHugepages {
  private static final Path SIZES = Path.of("/sys/kernel/mm/hugepages");

  private FreeHugepages() {}

  static long mebibytes() {
    return mebibytes(SIZES);
  }

  /** Reads directories named as {@code hugepages-2048kB}; a host without them has none. */
  static long mebibytes(Path sizes) {
    long kibibytes = 0;
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(sizes, "hugepages-*kB")) {
      for (Path directory : directories) {
        String name = directory.getFileName().toString();
        long pageKiB =
            Long.parseLong(name.substring("hugepages-".length(), name.length() - "kB".length()));
        String free = Files.readString(directory.resolve("free_hugepages")).strip();
        kibibytes += pageKiB * Long.parseLong(free);
      }
    } catch (IOException e) {
      return 0;
    }
    return kibibytes / 1024;
  }
}
