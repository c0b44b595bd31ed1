package io.breakwater.appliance.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.function.Supplier;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.TailerDirection;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LegacyRollCycles;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Appends events to the journal, a Chronicle Queue in a directory of its own.
 *
 * <p>One appliance writes a journal, which a lock on {@code journal.lock} ensures; the lock dies
 * with the process. Readers need no lock. All files together stay under the configured size: when
 * the present file has its share, the next event goes to a new one, after the oldest have been
 * removed to make room ({@link JournalFiles}). An event that the disk has no room for is lost and
 * counted; the sequence shows the gap. Called from the control thread only; costs microseconds, and
 * milliseconds at a new file.
 */
public final class JournalWriter implements AutoCloseable {

  /** Writing through a map to a full disk kills the process, so some room must be left. */
  private static final long DISK_FREE_MIN_BYTES = 4 << 20;

  /** How long an event that a killed process left half-written is waited for. */
  private static final long HALF_WRITTEN_TIMEOUT_MS = 1_000;

  private final Path directory;
  private final FileChannel lock;
  private final JournalFiles files;
  private final RollClock rollClock;
  private final SingleChronicleQueue queue;
  private final ExcerptAppender appender;
  private final Supplier<Instant> wallClock;
  private long position;
  private long sequence;
  private long lostEvents;

  private JournalWriter(
      Path directory, FileChannel lock, long sizeMaxBytes, Supplier<Instant> wallClock)
      throws IOException {
    this.directory = directory;
    this.lock = lock;
    this.wallClock = wallClock;
    this.files = new JournalFiles(directory, sizeMaxBytes);
    ChronicleSettings.apply();
    this.rollClock = new RollClock(wallClock.get().toEpochMilli() / RollClock.CYCLE_MS);
    this.queue =
        SingleChronicleQueueBuilder.binary(directory)
            .rollCycle(LegacyRollCycles.MINUTELY)
            .blockSize(JournalFiles.BLOCK_BYTES)
            .timeProvider(rollClock)
            .timeoutMS(HALF_WRITTEN_TIMEOUT_MS)
            .build();
    if (queue.lastCycle() >= 0) {
      rollClock.continueAt(queue.lastCycle());
      readLastEvent();
    }
    files.makeRoomForNewest();
    queue.refreshDirectoryListing();
    this.appender = queue.createAppender();
  }

  /**
   * Opens the journal in a directory, made if absent.
   *
   * @param wallClock the time of the events
   * @throws JournalException where another process writes it, or it can't be written
   */
  public static JournalWriter open(Path directory, long sizeMaxBytes, Supplier<Instant> wallClock)
      throws JournalException {
    FileChannel lock = null;
    try {
      Files.createDirectories(directory);
      lock =
          FileChannel.open(
              directory.resolve(JournalFiles.LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (!locked(lock)) {
        throw new JournalException(
            directory
                + ": another appliance writes this journal; give each its own journal.directory");
      }
      JournalFiles.checkMetadata(directory);
      return new JournalWriter(directory, lock, sizeMaxBytes, wallClock);
    } catch (JournalException e) {
      closeQuietly(lock);
      throw e;
    } catch (FileAlreadyExistsException e) {
      closeQuietly(lock);
      throw new JournalException(directory + ": the journal must be a directory", e);
    } catch (AccessDeniedException e) {
      closeQuietly(lock);
      throw new JournalException(
          directory + ": no permission to write the journal; set journal.directory", e);
    } catch (IOException | RuntimeException | AssertionError e) {
      closeQuietly(lock);
      throw new JournalException(
          directory + ": the journal cannot be opened; move it away to begin a new one: " + e, e);
    }
  }

  private static boolean locked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it.
      }
    }
  }

  /** Finds where an earlier process ended: its last sequence number and place in the file. */
  private void readLastEvent() throws JournalException {
    try (ExcerptTailer tailer = queue.createTailer()) {
      tailer.direction(TailerDirection.BACKWARD).toEnd();
      try (DocumentContext document = tailer.readingDocument()) {
        if (document.isPresent()) {
          position = document.wire().bytes().readPosition();
          sequence = JournalWire.read(document.wire()).sequence();
        }
      }
    }
  }

  /** Appends an event under the next sequence number and the present time. */
  public void append(JournalEvent event) throws JournalException {
    Instant now = wallClock.get();
    sequence++;
    try {
      if (Files.getFileStore(directory).getUsableSpace() < DISK_FREE_MIN_BYTES) {
        lostEvents++;
        return;
      }
      if (position >= files.rollBytes()) {
        rollClock.roll(now.toEpochMilli());
        files.makeRoomForNew();
        queue.refreshDirectoryListing();
      }
    } catch (IOException e) {
      throw new JournalException(directory + ": the journal cannot be written: " + e, e);
    }
    long timeNs = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    try (DocumentContext document = appender.writingDocument()) {
      JournalWire.write(document.wire(), new JournalEntry(sequence, timeNs, event));
      position = document.wire().bytes().writePosition();
    }
  }

  /** Events that found the disk full. */
  public long lostEvents() {
    return lostEvents;
  }

  @Override
  public void close() {
    appender.close();
    queue.close();
    closeQuietly(lock);
  }
}
