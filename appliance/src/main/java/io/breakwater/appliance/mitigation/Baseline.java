package io.breakwater.appliance.mitigation;

import java.util.Arrays;

/**
 * What is usual: for each tenant and class a level in packets a second, close to the busy hours'
 * rate, that attackers can lift only slowly.
 *
 * <p>The first two minutes with traffic are learned: the level is the median of twelve windows of
 * ten seconds. From then on each minute's mean draws the level, with seconds above twice the level
 * counted as twice the level, and with bounds: it rises by at most {@value #GROWTH_PER_HOUR} times
 * an hour and {@value #GROWTH_PER_DAY} times a day, and falls by at most 5% an hour, so that it
 * stays near the day's peak over a night, and a tenant that comes back after an outage is no
 * attack. What comes while the tenant is under attack is not learned at all.
 *
 * <p>So a ramp of 1% a minute, 82% an hour, lifts the level by 10% an hour. Whoever starts the
 * appliance in the middle of an attack has it learned as usual: only the guard's and the rates' own
 * thresholds help then.
 *
 * <p>Threading: control thread only. Memory: 64 bytes a tenant and class, taken at the start; an
 * observation is a handful of reads and allocates nothing.
 */
final class Baseline {

  static final double GROWTH_PER_HOUR = 1.1;
  static final double GROWTH_PER_DAY = 2;
  static final int LEARNING_SECONDS = 120;

  private static final double FALL_PER_HOUR = 0.95;
  private static final int WINDOW_SECONDS = 60;
  private static final int DAY_WINDOWS = 24 * 60;
  private static final float RISE = (float) Math.pow(GROWTH_PER_HOUR, 1 / 60.0);
  private static final float FALL = (float) Math.pow(FALL_PER_HOUR, 1 / 60.0);

  private static final int LEARNING_WINDOW_SECONDS = 10;
  private static final int LEARNING_WINDOWS = LEARNING_SECONDS / LEARNING_WINDOW_SECONDS;

  /** Seconds learned: up to {@link #LEARNING_SECONDS}; the level is known from there on. */
  private final byte[] learnedSeconds;

  private final float[] learningMeans;

  /** Packets a second. */
  private final float[] levels;

  /** Of the present window. */
  private final float[] sums;

  private final byte[] seconds;

  /** What the level was when the present day of windows began, and how many have passed since. */
  private final float[] dayLevels;

  private final short[] dayWindows;

  private final float[] sorted = new float[LEARNING_WINDOWS];

  /**
   * @param series how many rates are followed; the caller numbers them from 0
   */
  Baseline(int series) {
    learnedSeconds = new byte[series];
    learningMeans = new float[series * LEARNING_WINDOWS];
    levels = new float[series];
    sums = new float[series];
    seconds = new byte[series];
    dayLevels = new float[series];
    dayWindows = new short[series];
  }

  /** Begins anew: the series is another tenant's. */
  void forget(int series) {
    learnedSeconds[series] = 0;
    levels[series] = 0;
    sums[series] = 0;
    seconds[series] = 0;
    dayLevels[series] = 0;
    dayWindows[series] = 0;
  }

  /** Whether the level is known. */
  boolean isLearned(int series) {
    return learnedSeconds[series] == LEARNING_SECONDS;
  }

  /** Packets a second; 0 before it is learned. */
  float level(int series) {
    return levels[series];
  }

  /**
   * Takes a second's rate that is no attack's.
   *
   * @param floor packets a second that the level may rise to at once
   */
  void learn(int series, float rate, float floor) {
    if (!isLearned(series)) {
      learnFirst(series, rate);
      return;
    }
    sums[series] += Math.min(rate, 2 * Math.max(levels[series], floor));
    if (++seconds[series] == WINDOW_SECONDS) {
      endWindow(series, sums[series] / WINDOW_SECONDS, floor);
      sums[series] = 0;
      seconds[series] = 0;
    }
  }

  private void learnFirst(int series, float rate) {
    sums[series] += rate;
    int learned = ++learnedSeconds[series];
    if (learned % LEARNING_WINDOW_SECONDS != 0) {
      return;
    }
    int window = learned / LEARNING_WINDOW_SECONDS - 1;
    learningMeans[series * LEARNING_WINDOWS + window] = sums[series] / LEARNING_WINDOW_SECONDS;
    sums[series] = 0;
    if (learned == LEARNING_SECONDS) {
      System.arraycopy(learningMeans, series * LEARNING_WINDOWS, sorted, 0, LEARNING_WINDOWS);
      Arrays.sort(sorted);
      levels[series] = sorted[LEARNING_WINDOWS / 2];
      dayLevels[series] = levels[series];
    }
  }

  private void endWindow(int series, float mean, float floor) {
    float level = levels[series];
    // What stays below the floor is no attack's, and a series that begins at 0 could not grow.
    float riseMax = Math.max(level * RISE, floor);
    float dayMax = Math.max(dayLevels[series] * (float) GROWTH_PER_DAY, floor);
    levels[series] =
        Math.clamp(mean, level * FALL, Math.max(level * FALL, Math.min(riseMax, dayMax)));
    if (++dayWindows[series] == DAY_WINDOWS) {
      dayWindows[series] = 0;
      dayLevels[series] = levels[series];
    }
  }
}
