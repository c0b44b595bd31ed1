package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.TrafficClass;
import java.util.SplittableRandom;

/**
 * Clean rates of a tenant by the second: a level by class, a day's swing, bursts and noise, and
 * crowds.
 *
 * <p>A flash crowd is: all classes of the mix times three to five, risen within half a minute, for
 * some minutes, with each handshake completed: TCP segments grow with the SYNs.
 */
final class TrafficModel {

  private static final int DAY_SECONDS = 86_400;

  private final SplittableRandom random;
  private final float[] mix;
  private final double swing;
  private double crowd = 1;
  private double crowdGoal = 1;
  private int crowdEnd;

  /**
   * @param mix packets a second by class at the day's mean
   * @param swing the day's: 0.5 is a half less at night, and a half more at noon
   */
  TrafficModel(SplittableRandom random, float[] mix, double swing) {
    this.random = random;
    this.mix = mix;
    this.swing = swing;
  }

  /** From tens to a hundred thousand packets a second, of any mix. */
  static TrafficModel ofRandom(SplittableRandom random) {
    double packets = Math.pow(10, 1 + 4 * random.nextDouble());
    float[] mix = new float[TrafficClass.COUNT];
    double tcp = random.nextInt(3) == 0 ? 0 : packets * random.nextDouble(0.3, 1);
    mix[TrafficClass.SYN.ordinal()] = (float) (tcp * random.nextDouble(0.02, 0.15));
    mix[TrafficClass.TCP.ordinal()] = (float) tcp;
    mix[TrafficClass.UDP.ordinal()] = (float) (packets - tcp);
    mix[TrafficClass.ICMP.ordinal()] = (float) (packets * 0.002 * random.nextInt(3));
    mix[TrafficClass.FRAGMENT.ordinal()] = (float) (packets * 0.01 * random.nextInt(2));
    mix[TrafficClass.OTHER.ordinal()] = (float) (packets * 0.05 * random.nextInt(2));
    return new TrafficModel(random, mix, random.nextDouble(0.7));
  }

  /** Begins a crowd. */
  void crowd(double times, int second, int seconds) {
    crowdGoal = times;
    crowdEnd = second + seconds;
  }

  /** The rates of a second. */
  void next(int second, float[] rates) {
    if (second >= crowdEnd) {
      crowdGoal = 1;
    }
    crowd += (crowdGoal - crowd) / 10;
    double day = 1 + swing * Math.sin(2 * Math.PI * second / DAY_SECONDS);
    // Now and then a second is half as busy again as its neighbours.
    double burst = random.nextInt(60) == 0 ? 1.5 : 1 + 0.1 * random.nextDouble(-1, 1);
    for (int i = 0; i < rates.length; i++) {
      double mean = mix[i] * day * crowd * burst;
      rates[i] = (float) Math.max(0, mean + Math.sqrt(mean) * random.nextGaussian());
    }
  }
}
