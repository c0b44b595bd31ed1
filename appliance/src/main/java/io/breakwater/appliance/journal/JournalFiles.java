package io.breakwater.appliance.journal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a journal and their bound.
 *
 * <p>A queue file is extended by the library in steps of its block size; {@link #FILE_MARGIN_BYTES}
 * covers its index, the event that crosses the border, and the last step. Sizes are the files'
 * lengths: what they take on disk is less, as they are sparse.
 */
final class JournalFiles {

  static final String METADATA = "metadata.cq4t";
  static final String LOCK = "journal.lock";

  /** The library's smallest step. */
  static final int BLOCK_BYTES = 64 << 10;

  /** A file is never longer than the position at which it is given up, plus this. */
  static final long FILE_MARGIN_BYTES = 256 << 10;

  /** Below this, two files would not fit: one being written, one to look back at. */
  static final long SIZE_MIN_BYTES = 1 << 20;

  private static final long FILE_BYTES_MAX = 4 << 20;
  private static final String SIGNATURE = "STStore";
  private static final int SIGNATURE_WITHIN_BYTES = 64;
  private static final String SUFFIX = ".cq4";

  private final Path directory;
  private final long sizeMaxBytes;
  private final long rollBytes;

  JournalFiles(Path directory, long sizeMaxBytes) throws JournalException {
    if (sizeMaxBytes < SIZE_MIN_BYTES) {
      throw new JournalException(
          "a journal needs at least %d bytes: size=%d".formatted(SIZE_MIN_BYTES, sizeMaxBytes));
    }
    this.directory = directory;
    this.sizeMaxBytes = sizeMaxBytes;
    this.rollBytes = Math.min(FILE_BYTES_MAX, sizeMaxBytes / 8);
  }

  /** Position in a file from which on the next event goes to a new one. */
  long rollBytes() {
    return rollBytes;
  }

  /** Removes the oldest files until another file, grown to its largest, fits under the limit. */
  void makeRoomForNew() throws IOException {
    removeOldest(queueFiles(), rollBytes + FILE_MARGIN_BYTES);
  }

  /** The same where no new file is wanted yet, but the newest may grow. */
  void makeRoomForNewest() throws IOException {
    List<Path> files = queueFiles();
    long newestBytes = files.isEmpty() ? 0 : Files.size(files.getLast());
    removeOldest(files, Math.max(0, rollBytes + FILE_MARGIN_BYTES - newestBytes));
  }

  private void removeOldest(List<Path> files, long roomBytes) throws IOException {
    long total = Files.size(directory.resolve(METADATA)) + roomBytes;
    for (Path file : files) {
      total += Files.size(file);
    }
    // The newest stays even if it alone is too long (a limit made smaller): it is being written.
    for (int i = 0; i < files.size() - 1 && total > sizeMaxBytes; i++) {
      total -= Files.size(files.get(i));
      Files.deleteIfExists(files.get(i));
    }
  }

  /**
   * Checks that the directory's metadata, if any, is that of a queue. The library itself would wait
   * for a foreign file to become one.
   */
  static void checkMetadata(Path directory) throws IOException {
    Path metadata = directory.resolve(METADATA);
    if (Files.exists(metadata)) {
      try (InputStream in = Files.newInputStream(metadata)) {
        String start =
            new String(in.readNBytes(SIGNATURE_WITHIN_BYTES), StandardCharsets.ISO_8859_1);
        if (!start.contains(SIGNATURE)) {
          throw new JournalException(directory + ": not a journal: foreign file " + METADATA);
        }
      }
    }
  }

  /** Oldest first: the names are times. */
  List<Path> queueFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }
}
