package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Nothing that a client may send is out of state, once its SYN came by or it was learned. */
class TcpFlowsPropertyTest {

  private static final int CLIENTS = 2_000;

  private final TcpFlows flows = new TcpFlows(1 << 16);

  @Test
  void shouldKnowEverySegmentOfAClientWhoseSynCameBy() {
    for (int seed = 0; seed < CLIENTS; seed++) {
      var receiver = new Enforcing(seed, false);
      new TcpClientModel(seed, receiver).run(3, 150);
      assertTrue(receiver.segments > 20);
    }
  }

  /**
   * The first connection's begin is not seen: it is learned by two segments, five seconds apart.
   */
  @Test
  void shouldKnowEverySegmentOfAClientThatWasLearned() {
    for (int seed = 0; seed < CLIENTS; seed++) {
      var receiver = new Enforcing(seed, true);
      new TcpClientModel(seed, receiver).run(2, 150);
    }
  }

  private final class Enforcing implements TcpClientModel.Receiver {

    private final int seed;
    private final long hash;
    private boolean learning;
    private int segments;

    Enforcing(int seed, boolean learning) {
      this.seed = seed;
      this.learning = learning;
      hash = new SplittableRandom(seed + 1_000_000L).nextLong();
    }

    @Override
    public void take(int flags, int sequence, boolean data, double seconds) {
      boolean opens = (flags & TcpClientModel.SYN) != 0;
      int tick = TcpFlows.tickOf((long) (seconds * 1e9));
      if (learning) {
        if (!opens) {
          learn(flags, sequence, data, tick);
        }
        return;
      }
      int answer = flows.follow(hash, flags, sequence, data, tick, false);
      segments++;
      assertTrue(
          answer != TcpFlows.UNKNOWN && answer != TcpFlows.PLAUSIBLE,
          () ->
              "seed=%d segment=%d flags=%x sequence=%d seconds=%f"
                  .formatted(seed, segments, flags, sequence, seconds));
    }

    private void learn(int flags, int sequence, boolean data, int tick) {
      int answer = flows.follow(hash, flags, sequence, data, tick, true);
      if (answer == TcpFlows.KNOWN) {
        learning = false;
      }
    }
  }
}
