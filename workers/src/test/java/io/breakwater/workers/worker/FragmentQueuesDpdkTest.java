package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortPair;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.PacketMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets that were cut, on a port in memory that takes as many frames as it has room for. */
@Tag("dpdk")
class FragmentQueuesDpdkTest {

  private static final int CAPACITY = 32;
  private static final int ROOM = 64;
  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int REFUSED = DropReason.TX_QUEUE_FULL.code();
  private static final int ENDED = DropReason.TTL_EXPIRED.code();

  private static Eal eal;
  private static PacketPool pool;
  private static PacketMemory memory;
  private static int tests;

  private PortPair wire;
  private TransmitQueues queues;
  private final Batch batch = new Batch(CAPACITY);
  private final Fragments fragments = new Fragments(CAPACITY);
  private final PacketBurst burst = new PacketBurst(64);

  @BeforeAll
  static void startDpdk() {
    eal = Eal.start(EalOptions.of("bw-fragments-test", 128));
    pool = PacketPool.create("fragments-test", 1_023, 256, 0);
    memory = PacketMemory.install(pool.memory());
  }

  @AfterAll
  static void stopDpdk() {
    pool.close();
    eal.close();
  }

  @BeforeEach
  void open() {
    wire = PortPair.create("wire" + tests++, 1, ROOM, pool);
    wire.first().start();
    wire.second().start();
    TxQueue[] queue = {wire.first().txQueue(0)};
    queues = new TransmitQueues(pool, queue, null, HostQueues.none(pool), CAPACITY);
  }

  @AfterEach
  void shouldHaveAllBuffersBack() {
    atPeer();
    wire.first().stop();
    wire.second().stop();
    wire.close();
    assertEquals(0, pool.inUse());
  }

  /** A batch whose packets have this many fragments beside their first, marked by their owner. */
  private void cut(int... furtherByPacket) {
    fragments.clear();
    for (int i = 0; i < furtherByPacket.length; i++) {
      fill(batch, i, i, 0);
    }
    batch.begin(furtherByPacket.length);
    for (int i = 0; i < furtherByPacket.length; i++) {
      batch.setFate(i, DELIVERED);
      for (int n = 0; n < furtherByPacket[i]; n++) {
        fill(fragments.batch, fragments.add(i), i, n + 1);
      }
    }
  }

  private static void fill(Batch into, int index, int packet, int number) {
    int buffer = pool.allocate();
    assertTrue(buffer >= 0, "the pool is empty");
    int frame = pool.frame(buffer);
    memory.setU16(frame, packet);
    memory.setU16(frame + 2, number);
    into.setBuffer(index, buffer);
    into.setFrame(index, frame);
    into.setLength(index, 60);
  }

  private int send() {
    return queues.process(batch, burst, fragments);
  }

  /** What arrived, as {@code packet.number}. */
  private List<String> atPeer() {
    List<String> frames = new ArrayList<>();
    for (int count = receive(); count > 0; count = receive()) {
      for (int i = 0; i < count; i++) {
        frames.add(memory.u16(burst.frame(i)) + "." + memory.u16(burst.frame(i) + 2));
      }
      pool.free(burst, 0, count);
    }
    return frames;
  }

  private int receive() {
    return wire.second().rxQueue(0).receive(burst);
  }

  private static int[] twoEach(int packets) {
    int[] further = new int[packets];
    Arrays.fill(further, 2);
    return further;
  }

  @Test
  void shouldSendEachPacketsFramesInOrder() {
    cut(0, 2, 1);
    assertEquals(0, send());
    assertEquals(List.of("0.0", "1.0", "1.1", "1.2", "2.0", "2.1"), atPeer());
  }

  /** 96 frames in three bursts of 32, of which the port takes two: it stops behind 21.0. */
  @Test
  void shouldDropThePacketsOfWhichThePortRefusesAFrame() {
    cut(twoEach(CAPACITY));
    assertEquals(11, send());
    for (int i = 0; i < CAPACITY; i++) {
      assertEquals(i < 21 ? DELIVERED : REFUSED, batch.fate(i), "packet=" + i);
    }
    List<String> sent = atPeer();
    assertEquals(ROOM, sent.size());
    assertEquals("20.2", sent.get(62));
    assertEquals("21.0", sent.get(63));
  }

  /** The frame at which a burst is full is refused with what was gathered before it. */
  @Test
  void shouldNotSendTheRestOfAPacketThatWasRefusedInBetween() {
    cut(twoEach(CAPACITY));
    send();
    cut(30, 31, 0);
    assertEquals(3, send(), "the port has no room at all");
    for (int i = 0; i < 3; i++) {
      assertEquals(REFUSED, batch.fate(i), "packet=" + i);
    }
    assertEquals(ROOM, atPeer().size());
  }

  @Test
  void shouldFreeWhatIsNotToBeSent() {
    cut(2, 0, 1);
    batch.setFate(0, ENDED);
    batch.setFate(1, Fate.CONSUMED.code());
    assertEquals(0, send());
    assertEquals(List.of("2.0", "2.1"), atPeer());
    assertEquals(ENDED, batch.fate(0));
  }
}
