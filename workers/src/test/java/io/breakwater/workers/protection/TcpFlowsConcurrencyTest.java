package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Workers that follow the same connections, while others send junk into the same buckets. */
class TcpFlowsConcurrencyTest {

  private static final int SYN = 0x02;
  private static final int ACK = 0x10;
  private static final int FLOWS = 200;
  private static final int ROUNDS = 2_000;
  private static final int TICK = 77;

  private final TcpFlows flows = new TcpFlows(1 << 10);
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong junkSent = new AtomicLong();
  private final AtomicInteger lost = new AtomicInteger();

  /** Two to a bucket. */
  private static long hash(int flow) {
    return (flow + 1L) * 0x0123_4567L << 32 | flow;
  }

  @Test
  void shouldLoseNoConnectionToJunkNorToEachOther() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    threads.add(new Thread(() -> sendJunk(1)));
    for (int flow = 0; flow < FLOWS; flow++) {
      open(flow);
    }
    for (int worker = 0; worker < 2; worker++) {
      threads.add(new Thread(this::sendData));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads.subList(1, threads.size())) {
      thread.join();
    }
    over.set(true);
    threads.getFirst().join();
    assertEquals(0, lost.get());
    assertTrue(junkSent.get() > 0);
  }

  private void open(int flow) {
    flows.follow(hash(flow), SYN, 1_000, false, TICK, false);
    assertEquals(TcpFlows.COMPLETED, flows.follow(hash(flow), ACK, 1_001, false, TICK, false));
  }

  /** Both workers have all flows, as if the distribution changed with each segment. */
  private void sendData() {
    for (int round = 0; round < ROUNDS; round++) {
      for (int flow = 0; flow < FLOWS; flow++) {
        int sequence = 1_001 + round * 20_000;
        int answer = flows.follow(hash(flow), ACK, sequence, true, TICK, true);
        lost.addAndGet(answer == TcpFlows.KNOWN ? 0 : 1);
      }
    }
  }

  private void sendJunk(long seed) {
    var random = new SplittableRandom(seed);
    do {
      int flags = random.nextBoolean() ? SYN : ACK;
      flows.follow(random.nextLong(), flags, random.nextInt(), false, TICK, true);
      junkSent.incrementAndGet();
    } while (!over.get());
  }
}
