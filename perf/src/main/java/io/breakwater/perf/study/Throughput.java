package io.breakwater.perf.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a counter of packets said at certain times, and the rates that follow from it.
 *
 * <p>A window starts and ends at samples and is as short as they allow, but {@link #WINDOW_NS} at
 * least. Times are those of the samples, read from the time stamp counter, and never assumed: a
 * sampler that came late makes a window longer, not a rate wrong. What is hidden inside a window
 * that is too long is told by {@link #longestGapNs}.
 *
 * @param timesNs ascending; 0 is where the caller likes
 * @param packets counted by then
 */
public record Throughput(long[] timesNs, long[] packets) {

  public static final long WINDOW_NS = 10_000_000;

  public Throughput {
    if (timesNs.length != packets.length) {
      throw new IllegalArgumentException(
          "each time needs its packets: times=%d packets=%d"
              .formatted(timesNs.length, packets.length));
    }
  }

  /** The rate between two samples. */
  public record Window(long startNs, long endNs, double mpps) {}

  /** A window from each sample on that has one within {@code fromNs..toNs}. */
  public List<Window> windows(long fromNs, long toNs) {
    List<Window> windows = new ArrayList<>();
    int end = 0;
    for (int start = first(fromNs); start < timesNs.length; start++) {
      end = Math.max(end, start);
      while (end < timesNs.length && timesNs[end] - timesNs[start] < WINDOW_NS) {
        end++;
      }
      if (end == timesNs.length || timesNs[end] > toNs) {
        break;
      }
      windows.add(window(start, end));
    }
    return windows;
  }

  private Window window(int start, int end) {
    double ns = timesNs[end] - timesNs[start];
    return new Window(timesNs[start], timesNs[end], (packets[end] - packets[start]) / ns * 1e3);
  }

  private int first(long fromNs) {
    int found = Arrays.binarySearch(timesNs, fromNs);
    return found >= 0 ? found : -found - 1;
  }

  /** The median rate of the windows in {@code fromNs..toNs}: a few bad ones do not move it. */
  public double steadyMpps(long fromNs, long toNs) {
    double[] rates = windows(fromNs, toNs).stream().mapToDouble(Window::mpps).sorted().toArray();
    if (rates.length == 0) {
      throw new IllegalStateException(
          "no window of %d ns was seen: fromNs=%d toNs=%d; measure longer"
              .formatted(WINDOW_NS, fromNs, toNs));
    }
    return rates[rates.length / 2];
  }

  /** The slowest window in {@code fromNs..toNs}. */
  public Window worst(long fromNs, long toNs) {
    return windows(fromNs, toNs).stream()
        .min((a, b) -> Double.compare(a.mpps(), b.mpps()))
        .orElseThrow(() ->
            new IllegalStateException(
                "no window of %d ns was seen: fromNs=%d toNs=%d; measure longer"
                    .formatted(WINDOW_NS, fromNs, toNs)));
  }

  /** The longest time between two samples of which one is in {@code fromNs..toNs}. */
  public long longestGapNs(long fromNs, long toNs) {
    long longest = 0;
    for (int i = 1; i < timesNs.length; i++) {
      if (timesNs[i] >= fromNs && timesNs[i - 1] <= toNs) {
        longest = Math.max(longest, timesNs[i] - timesNs[i - 1]);
      }
    }
    return longest;
  }
}
