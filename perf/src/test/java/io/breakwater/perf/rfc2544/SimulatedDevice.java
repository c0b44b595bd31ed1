package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Generator;
import io.breakwater.perf.generator.GeneratorLostException;
import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * A generator and a device behind it that forwards so many packets a second and has a queue; both
 * can be disturbed. The same seed gives the same trials.
 */
class SimulatedDevice implements Generator {

  private final double capacity;
  private final double queue;
  private final double generatorMax;
  private final Random random;
  private final List<TrialOrder> orders = new ArrayList<>();

  private double rateError;
  private double stallsPerSecond;
  private double stallSeconds;
  private double lossRatioBelow;
  private double lossBelowRate;
  private double overloaded = Double.MAX_VALUE;
  private boolean virtualLink;
  private int lostTrials;
  private Set<Ability> abilities = EnumSet.allOf(Ability.class);
  private boolean closed;

  /**
   * A device without disturbances.
   *
   * @param capacity packets a second
   * @param queue packets
   * @param generatorMax packets a second
   */
  SimulatedDevice(double capacity, double queue, double generatorMax, long seed) {
    this.capacity = capacity;
    this.queue = queue;
    this.generatorMax = generatorMax;
    this.random = new Random(seed);
  }

  /** Sends up to this part more or less than ordered. */
  SimulatedDevice withRateError(double part) {
    rateError = part;
    return this;
  }

  /** Now and then forwards nothing for a time. */
  SimulatedDevice withStalls(double perSecond, double seconds) {
    stallsPerSecond = perSecond;
    stallSeconds = seconds;
    return this;
  }

  /** Loses this part of slow traffic, which no real device does. */
  SimulatedDevice withLossBelow(double packetsPerSecond, double lossRatio) {
    lossBelowRate = packetsPerSecond;
    lossRatioBelow = lossRatio;
    return this;
  }

  /** Forwards only so many a second while it gets more than it can take. */
  SimulatedDevice withCollapse(double packetsPerSecond) {
    overloaded = packetsPerSecond;
    return this;
  }

  /** Takes no more than the device does: the rest is refused, or waits if there is no rate. */
  SimulatedDevice withVirtualLink() {
    virtualLink = true;
    return this;
  }

  /** Ends in the middle of the first trials. */
  SimulatedDevice withLostTrials(int count) {
    lostTrials = count;
    return this;
  }

  SimulatedDevice withAbilities(Set<Ability> can) {
    abilities = can;
    return this;
  }

  List<TrialOrder> orders() {
    return orders;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public String label() {
    return "simulated";
  }

  @Override
  public Set<Ability> abilities() {
    return abilities;
  }

  @Override
  public Trial run(TrialOrder order) {
    orders.add(order);
    if (lostTrials > 0) {
      lostTrials--;
      throw new GeneratorLostException("the simulated generator ended");
    }
    double rate = Math.min(order.packetsPerSecond(), generatorMax);
    if (virtualLink && order.packets() == 0 && Double.isInfinite(order.packetsPerSecond())) {
      rate = Math.min(rate, capacity);
    }
    if (order.packets() == 0) {
      rate *= 1 + rateError * (2 * random.nextDouble() - 1);
    }
    double seconds = order.packets() == 0 ? order.seconds() : order.packets() / rate;
    double sent = rate * seconds;
    double forwards = rate > capacity ? Math.min(overloaded, capacity) : capacity;
    double lost = Math.max(0, (rate - forwards) * seconds - queue);
    if (random.nextDouble() < stallsPerSecond * seconds) {
      lost += Math.max(0, rate * stallSeconds - queue);
    }
    if (rate < lossBelowRate) {
      lost += sent * lossRatioBelow;
    }
    long sentPackets = Math.round(sent);
    long lostPackets = (long) Math.min(sentPackets, lost);
    long refused = virtualLink ? lostPackets : 0;
    return new Trial(
        sentPackets - refused,
        sentPackets - lostPackets,
        seconds,
        order.latency() ? Optional.of(latency(rate)) : Optional.empty(),
        new Trial.Detail(Map.of(), Map.of(), 0, refused, 0));
  }

  /** About 5 us, longer the nearer the rate is to what the device can. */
  private Histogram latency(double rate) {
    Histogram latency = new Histogram(60_000_000_000L, 3);
    double meanNs = 1_000 / (1 - Math.min(0.99, rate / capacity));
    for (int i = 0; i < 10_000; i++) {
      latency.recordValue(5_000 + (long) (-meanNs * Math.log(1 - random.nextDouble())));
    }
    return latency;
  }

  @Override
  public String commandLine() {
    return "simulated --capacity '<&>'";
  }

  @Override
  public void close() {
    closed = true;
  }
}
