package io.breakwater.perf.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What {@code bench} says while it measures: what runs now, and about how long it will take, from
 * the time that rounds have taken so far. On a terminal that line stands below the results and is
 * written over; elsewhere there are only lines that stay.
 */
final class Progress implements Consumer<String> {

  private static final String CLEAR_LINE = "\r\033[K";

  private final PrintWriter out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final int rounds;
  private int finished;
  private int skipped;
  private long startNs;
  private long inRoundsNs;

  /**
   * @param rounds that will be measured in all
   * @param nanoTime the clock
   */
  Progress(PrintWriter out, boolean terminal, int rounds, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.rounds = rounds;
    this.nanoTime = nanoTime;
  }

  /** Whether standard error is one: {@link System#console} looks at the other two. */
  static boolean standardErrorIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** A round begins. */
  void begin(String round) {
    startNs = nanoTime.getAsLong();
    now(round);
  }

  /** Something of the round that is being measured begins. */
  void now(String what) {
    if (terminal) {
      out.print(CLEAR_LINE + what + left());
      out.flush();
    }
  }

  /** The round that began last has ended. */
  void end(String result) {
    finished++;
    inRoundsNs += nanoTime.getAsLong() - startNs;
    accept(result + (terminal ? "" : left()));
  }

  /** Rounds of this profile that will not be measured. */
  void skip(int count) {
    skipped += count;
  }

  /** A line that stays. */
  @Override
  public void accept(String line) {
    out.println(terminal ? CLEAR_LINE + line : line);
    out.flush();
  }

  /** Nothing before the first round has ended: it would be a guess. */
  private String left() {
    int left = rounds - skipped - finished;
    if (finished == 0 || left <= 0) {
      return "";
    }
    double seconds = inRoundsNs * 1e-9 / finished * left;
    return seconds < 90
        ? ", about %.0f s left".formatted(seconds)
        : ", about %.0f min left".formatted(seconds / 60);
  }
}
