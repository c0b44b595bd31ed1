package io.breakwater.workers.protection;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A TCP client (RFC 9293) as far as its segments show, behind a network that loses, repeats and
 * reorders them: handshakes, data, retransmissions, probes, keep-alives, half-close, idleness,
 * RSTs, and the same ports again.
 *
 * <p>What it sends comes to {@link Receiver}; what the receiver has seen of a connection's SYN is
 * what the server answers.
 */
final class TcpClientModel {

  static final int FIN = 0x01;
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PSH = 0x08;
  static final int ACK = 0x10;

  /** Where segments come by. */
  interface Receiver {
    void take(int flags, int sequence, boolean data, double seconds);
  }

  private record Segment(int flags, int sequence, boolean data) {}

  private static final int MSS = 60_000;
  private static final int[] WINDOWS = {1 << 16, 1 << 19, 32 << 20};

  private final SplittableRandom random;
  private final Receiver receiver;
  private final List<Segment> delayed = new ArrayList<>();
  private final int windowMax;
  private final double loss;

  private double seconds;
  private int next;
  private int unacknowledged;
  private int window;

  /** The highest sequence number that came by: the server acknowledges no more. */
  private int passed;

  private boolean finished;

  /** Whether an acknowledgement came by: without one the server repeats its SYN-ACK. */
  private boolean opened;

  TcpClientModel(long seed, Receiver receiver) {
    random = new SplittableRandom(seed);
    this.receiver = receiver;
    windowMax = WINDOWS[random.nextInt(WINDOWS.length)];
    loss = random.nextInt(4) * 0.1;
    seconds = 1_000 + random.nextInt(100_000);
  }

  /** Some connections, one after another. */
  void run(int connections, int steps) {
    for (int connection = 0; connection < connections; connection++) {
      open();
      boolean open = true;
      for (int step = 0; step < steps && open; step++) {
        open = step();
      }
      // All that is under way arrives, or is lost, before the ports are used again.
      release();
      seconds += random.nextInt(200);
    }
  }

  private void open() {
    int initial = random.nextInt();
    next = initial + 1;
    unacknowledged = next;
    passed = next;
    window = 1 << 16;
    finished = false;
    opened = false;
    boolean fastOpen = random.nextInt(10) == 0;
    int lost = random.nextInt(4);
    for (int retry = 0; retry <= lost; retry++) {
      boolean seen = retry == lost || random.nextBoolean();
      if (seen) {
        pass(new Segment(SYN, initial, fastOpen));
      }
      seconds += retry == lost ? 0.1 : 1 << retry;
    }
    if (random.nextInt(8) == 0) {
      // Simultaneous open: its answer repeats the SYN.
      pass(new Segment(SYN | ACK, initial, false));
    }
    if (random.nextInt(4) > 0) {
      send(new Segment(ACK, next, false));
    }
    if (random.nextInt(8) == 0) {
      // A SYN that was late, behind the ACK.
      pass(new Segment(ACK, next, false));
      pass(new Segment(SYN, initial, fastOpen));
    }
  }

  /** Whether the connection is still open. */
  private boolean step() {
    seconds += random.nextDouble();
    switch (random.nextInt(16)) {
      case 0, 1, 2, 3 -> sendData();
      case 4, 5 -> retransmit();
      case 6, 7 -> acknowledged();
      case 8, 9, 10 -> send(new Segment(ACK, next, false));
      case 11 -> send(new Segment(ACK, next - 1, random.nextBoolean() && !finished));
      case 12 -> release();
      case 13 -> idle();
      case 14 -> {
        if (random.nextInt(6) == 0 && !finished) {
          send(new Segment(FIN | ACK, next, false));
          finished = true;
          next++;
        }
      }
      default -> {
        if (random.nextInt(20) == 0 && windowMax <= 1 << 19) {
          boolean answer = random.nextBoolean();
          pass(new Segment(RST, answer ? unacknowledged : next, false));
          return false;
        }
      }
    }
    return true;
  }

  private void sendData() {
    int burst = random.nextInt(1, 40);
    for (int n = 0; n < burst && !finished && next - unacknowledged + MSS <= window; n++) {
      int length = random.nextInt(1, MSS);
      send(new Segment(ACK | PSH, next, true));
      next += length;
    }
  }

  private void retransmit() {
    if (next != unacknowledged) {
      // Somewhere among what is not acknowledged; the last may be the FIN.
      boolean fin = finished && (next - unacknowledged == 1 || random.nextInt(4) == 0);
      int at = fin ? next - 1 : unacknowledged + random.nextInt(next - unacknowledged);
      boolean last = finished && at == next - 1;
      send(new Segment(last ? FIN | ACK : ACK | PSH, at, !last));
    }
  }

  private void acknowledged() {
    if (!opened) {
      return;
    }
    // What is late is so by a window at most.
    release();
    unacknowledged = passed - (random.nextBoolean() ? 0 : (passed - unacknowledged) / 2);
    window = Math.min(windowMax, 2 * window);
  }

  private void idle() {
    release();
    pass(new Segment(ACK, next, false));
    seconds += random.nextDouble() * (finished ? 60 : 7_000);
  }

  private void send(Segment segment) {
    if (random.nextDouble() < loss) {
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> delayed.add(segment);
      case 1 -> {
        pass(segment);
        delayed.add(segment);
      }
      default -> pass(segment);
    }
    if (delayed.size() > 20) {
      release();
    }
  }

  private void release() {
    while (!delayed.isEmpty()) {
      pass(delayed.remove(random.nextInt(delayed.size())));
    }
  }

  private void pass(Segment segment) {
    if (segment.sequence() - passed > 0) {
      passed = segment.sequence();
    }
    opened |= (segment.flags() & (SYN | ACK)) == ACK;
    receiver.take(segment.flags(), segment.sequence(), segment.data(), seconds);
  }
}
