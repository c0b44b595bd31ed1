package io.breakwater.workers.pipeline;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What each stage of one worker's pipeline did: packets that entered it, packets that it dropped,
 * and the cycles it took.
 *
 * <p>Cycles are measured in one turn of {@link #SAMPLE_TURNS}, since reading the clock after each
 * stage of each turn would cost more than some stages; their ratio to the packets of the same turns
 * is what a packet costs.
 *
 * <p>Threading: written by the worker, read by any thread, each long whole.
 */
public final class StageMeters {

  /** The stages, in the packet's order. */
  public enum Stage {
    RECEIVE,
    DISTRIBUTION,
    TAKE_OVER,
    PLAIN_INPUT,
    ETHERNET_INPUT,
    ARP_INPUT,
    IPV4_INPUT,
    IPV6_INPUT,
    DESTINATION_LOOKUP,
    GRE_DECAPSULATION,
    EGRESS,
    OWN_INPUT,
    FAIR_SHARE,
    PACKET_FACTS,
    STATIC_CHECK,
    SIGNATURE_CHECK,
    RATE_CHECK,
    SYN_GUARD,
    TCP_STATE,
    FIREWALL,
    SYN_ANSWER,
    TUNNEL_SELECTION,
    FIT,
    GRE_ENCAPSULATION,
    ICMP_ERROR_OUTPUT,
    TRANSMIT;

    private static final int COUNT = values().length;
  }

  /**
   * One turn in so many is measured. A prime: what takes turns with others, such as ports and the
   * rings of other workers, is measured as often as these.
   */
  public static final int SAMPLE_TURNS = 61;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int PACKETS = 0;
  private static final int DROPS = Stage.COUNT;
  private static final int SAMPLED_PACKETS = 2 * Stage.COUNT;
  private static final int SAMPLED_CYCLES = 3 * Stage.COUNT;

  private final CycleClock clock;
  private final long[] longs = new long[4 * Stage.COUNT];
  private int turn;
  private boolean sampled;
  private long lastCycles;

  public StageMeters(CycleClock clock) {
    this.clock = clock;
  }

  /** Begins a turn. */
  public void begin() {
    sampled = ++turn == SAMPLE_TURNS;
    if (sampled) {
      turn = 0;
      lastCycles = clock.now();
    }
  }

  /** A stage has ended: so many packets entered it, and so many of them ended there as dropped. */
  public void end(Stage stage, int packets, int drops) {
    int at = stage.ordinal();
    longs[PACKETS + at] += packets;
    longs[DROPS + at] += drops;
    if (sampled) {
      long now = clock.now();
      longs[SAMPLED_PACKETS + at] += packets;
      longs[SAMPLED_CYCLES + at] += now - lastCycles;
      lastCycles = now;
    }
  }

  public long packets(Stage stage) {
    return (long) LONGS.getOpaque(longs, PACKETS + stage.ordinal());
  }

  public long drops(Stage stage) {
    return (long) LONGS.getOpaque(longs, DROPS + stage.ordinal());
  }

  /** Packets of the measured turns. */
  public long sampledPackets(Stage stage) {
    return (long) LONGS.getOpaque(longs, SAMPLED_PACKETS + stage.ordinal());
  }

  /** Cycles of the measured turns. */
  public long sampledCycles(Stage stage) {
    return (long) LONGS.getOpaque(longs, SAMPLED_CYCLES + stage.ordinal());
  }
}
