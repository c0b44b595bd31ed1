package io.breakwater.perf.generator;

import io.breakwater.perf.traffic.TrafficProfile;
import java.util.Set;

/**
 * Sends a {@link TrafficProfile} to the appliance, and counts what comes back. It is a process of
 * its own on a core of its own, wired to the appliance's process by a {@link Link}; between trials
 * it stands still.
 *
 * <p>Used by one thread.
 */
public interface Generator extends AutoCloseable {

  /** What not every generator can. */
  enum Ability {
    /** Time stamps in packets: {@link Trial#latency}. */
    LATENCY,
    /** Counts what comes back. */
    RECEIVE,
    /** An exact number of packets back to back. */
    BURST
  }

  /** Its name on the command line. */
  String label();

  Set<Ability> abilities();

  /**
   * One trial (RFC 2544 section 23): sends, waits until nothing more comes, and counts.
   *
   * @throws GeneratorLostException if it ended, or no longer answers
   */
  Trial run(TrialOrder order) throws InterruptedException;

  /** The command that started it, as one could type it. */
  String commandLine();

  /** Ends it. */
  @Override
  void close();
}
