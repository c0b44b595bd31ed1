package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalException;
import io.breakwater.appliance.journal.JournalText;
import io.breakwater.appliance.journal.JournalWriter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Where the appliance tells what happens to it: every event goes to the journal and, as its
 * sentence, to the log.
 *
 * <p>A journal that fails while the appliance runs (a full disk, a removed directory) is no reason
 * to stop forwarding: it is said once, and the log goes on. Called from the control thread only.
 */
final class EventLog implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  /** A long list is in the journal; the log shows its beginning. */
  private static final int LOG_LINES_MAX = 8;

  private final JournalWriter journal;
  private boolean failed;
  private long lostEvents;
  private boolean stopRecorded;

  EventLog(JournalWriter journal) {
    this.journal = journal;
  }

  /** Whether the journal says already that the appliance has stopped. */
  boolean stopRecorded() {
    return stopRecorded;
  }

  void record(JournalEvent event) {
    stopRecorded |= event instanceof JournalEvent.Stopped;
    LOG.info("{}", JournalText.sentence(event, LOG_LINES_MAX));
    try {
      journal.append(event);
      failed = false;
      if (journal.lostEvents() > lostEvents) {
        lostEvents = journal.lostEvents();
        LOG.warn("the disk is full: the journal has lost events: lost={}", lostEvents);
      }
    } catch (JournalException e) {
      if (!failed) {
        LOG.error("{}; events go to the log only", e.getMessage());
      }
      failed = true;
    }
  }

  @Override
  public void close() {
    journal.close();
  }
}
