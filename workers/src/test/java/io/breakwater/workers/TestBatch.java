package io.breakwater.workers;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * A batch over plain memory, for tests of stages: put frames in, run the stage on {@link #all},
 * take fates and frames out.
 *
 * <p>Each buffer has {@link #HEADROOM} bytes before the frame as a packet buffer has, and all bytes
 * around a frame hold {@code filler}: a stage that reads beyond the frame gives other results with
 * another filler.
 */
public final class TestBatch {

  public static final int HEADROOM = 128;
  public static final int BUFFER_BYTES = 10_240;

  /** There is one for each process: batches take their buffers from it in turn. */
  public static final int MEMORY_BYTES = 64 << 20;

  private static final PacketMemory MEMORY =
      PacketMemory.install(Arena.global().allocate(MEMORY_BYTES));
  private static int claimed;

  public final PacketMemory memory = MEMORY;
  public final Batch batch;
  public final PacketList all;

  private final int first;
  private final byte[] blank = new byte[BUFFER_BYTES];

  public TestBatch() {
    this(32, 0xa5);
  }

  public TestBatch(int capacity, int filler) {
    first = claim(capacity * BUFFER_BYTES);
    batch = new Batch(capacity);
    all = new PacketList(capacity);
    Arrays.fill(blank, (byte) filler);
  }

  static synchronized int claim(int bytes) {
    int at = claimed + bytes <= MEMORY_BYTES ? claimed : 0;
    claimed = at + bytes;
    return at;
  }

  /** Begins a turn with these frames; {@link #all} lists them. */
  public TestBatch begin(byte[]... frames) {
    all.clear();
    for (int i = 0; i < frames.length; i++) {
      int buffer = first + i * BUFFER_BYTES;
      memory.write(buffer, blank, 0, BUFFER_BYTES);
      memory.write(buffer + HEADROOM, frames[i], 0, frames[i].length);
      batch.setBuffer(i, buffer);
      batch.setFrame(i, buffer + HEADROOM);
      batch.setLength(i, frames[i].length);
      batch.setNetwork(i, 0);
      all.add(i);
    }
    batch.begin(frames.length);
    return this;
  }

  /**
   * Sets {@code network} of every frame, behind the Ethernet header and its tags, and {@code
   * destination} as if it were IPv4.
   */
  public TestBatch atNetwork() {
    for (int i = 0; i < batch.count(); i++) {
      int type = batch.frame(i) + 12;
      while (memory.u16(type) == 0x8100 || memory.u16(type) == 0x88a8) {
        type += 4;
      }
      batch.setNetwork(i, type + 2);
      batch.destinations[i] = memory.i32(type + 18);
    }
    return this;
  }

  /** The frame as it is now. */
  public byte[] frame(int packet) {
    byte[] bytes = new byte[batch.length(packet)];
    memory.read(batch.frame(packet), bytes, 0, bytes.length);
    return bytes;
  }

  /** The fate's name: {@code ANSWERED}, a drop reason's, or {@code UNDECIDED}. */
  public String fate(int packet) {
    int code = batch.fate(packet);
    if (code == Fate.UNDECIDED) {
      return "UNDECIDED";
    }
    return code < DropReason.CODE_MIN
        ? Fate.values()[code - 1].name()
        : DropReason.ofCode(code).name();
  }
}
