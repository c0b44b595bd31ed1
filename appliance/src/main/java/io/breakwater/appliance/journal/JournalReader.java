package io.breakwater.appliance.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/**
 * Reads a journal from its oldest event on, also while an appliance writes it.
 *
 * <p>The queue is opened read-only: the reader needs no more than the right to read, and can't
 * disturb the writer. At the end {@link #next} answers empty, and later perhaps not. One thread.
 */
public final class JournalReader implements AutoCloseable {

  private final Path directory;
  private final ChronicleQueue queue;
  private final ExcerptTailer tailer;

  private JournalReader(Path directory) {
    this.directory = directory;
    ChronicleSettings.apply();
    this.queue = SingleChronicleQueueBuilder.binary(directory).readOnly(true).build();
    this.tailer = queue.createTailer();
  }

  /**
   * Opens the journal in a directory.
   *
   * @throws JournalException where there is none
   */
  public static JournalReader open(Path directory) throws JournalException {
    if (!Files.exists(directory)) {
      throw new JournalException(directory + ": no journal here: no such directory");
    }
    if (!Files.isDirectory(directory)) {
      throw new JournalException(directory + ": a journal must be a directory");
    }
    Path metadata = directory.resolve(JournalFiles.METADATA);
    if (!Files.exists(metadata)) {
      throw new JournalException(directory + ": no journal here: no appliance has written to it");
    }
    if (!Files.isReadable(metadata)) {
      throw new JournalException(directory + ": no permission to read the journal");
    }
    try {
      JournalFiles.checkMetadata(directory);
      return new JournalReader(directory);
    } catch (JournalException e) {
      throw e;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw foreign(directory, e);
    }
  }

  private static JournalException foreign(Path directory, Throwable cause) {
    return new JournalException(directory + ": not a journal, or a damaged one: " + cause, cause);
  }

  /**
   * The next entry, or empty where there is none at present.
   *
   * @throws JournalException where the queue is damaged or holds something else than events
   */
  public Optional<JournalEntry> next() throws JournalException {
    try (DocumentContext document = tailer.readingDocument()) {
      if (!document.isPresent()) {
        return Optional.empty();
      }
      return Optional.of(JournalWire.read(document.wire()));
    } catch (JournalException e) {
      throw new JournalException(directory + ": not a journal: " + e.getMessage(), e);
    } catch (RuntimeException | AssertionError e) {
      throw foreign(directory, e);
    }
  }

  @Override
  public void close() {
    tailer.close();
    queue.close();
  }
}
