package io.breakwater.workers.packet;

import java.util.Arrays;

/**
 * The packets of one burst on their way through the pipeline: a record of ints for each.
 *
 * <pre>
 *    int   0        1       2        3         4      5        6        7
 *      +--------+-------+--------+---------+------+--------+--------+------------------------+
 *      | buffer | frame | length | network | flow | tenant | tunnel | port (24 bits) fate (8)|
 *      +--------+-------+--------+---------+------+--------+--------+------------------------+
 * </pre>
 *
 * <ul>
 *   <li>{@code buffer}: the handle of the packet's buffer, opaque here
 *   <li>{@code frame}: position of the first byte of the Ethernet header in {@link PacketMemory}
 *   <li>{@code length}: bytes from {@code frame} on; negative (~total) for a frame that does not
 *       fit one buffer
 *   <li>{@code network}: position of the layer-3 header, once Ethernet is read; 0 before
 *   <li>{@code flow}: hash of the flow, once layer 3 is valid: the same for all packets of a flow,
 *       on every server
 *   <li>{@code tenant}: slot of the tenant that the packet is counted for, 0 for none
 *   <li>{@code tunnel}: slot of the tunnel that it leaves through, 0 for none
 *   <li>{@code port}: index of the port it leaves by
 *   <li>{@code fate}: {@link Fate#UNDECIDED}, or the code of its fate
 * </ul>
 *
 * <p>A record is half a cache line, and one array serves all fields: a hot loop holds one base and
 * one length in registers, where an array for each field made HotSpot spill most of them. Such a
 * loop takes {@link #records} into a local; all others use the accessors.
 *
 * <p>Owned by one worker; made once at start.
 */
public final class Batch {

  /** Ints of a record: 1 &lt;&lt; {@link #SHIFT}. */
  public static final int STRIDE = 8;

  /** Turns a packet's index into its record's. */
  public static final int SHIFT = 3;

  public static final int BUFFER = 0;
  public static final int FRAME = 1;
  public static final int LENGTH = 2;
  public static final int NETWORK = 3;
  public static final int FLOW = 4;
  public static final int TENANT = 5;
  public static final int TUNNEL = 6;

  /** Port and fate in one: {@code port << 8 | fate}. A dropped packet's port means nothing. */
  public static final int OUTCOME = 7;

  public static final int FATE_MASK = 0xff;
  public static final int PORT_SHIFT = 8;

  /** In place of a port, of what does not leave by one: it is handed to the host's own stack. */
  public static final int HOST_PORT = 0xff_ffff;

  /** The records of all packets, one after another. */
  public final int[] records;

  /** The IPv4 destination of each packet, once layer 3 is valid: a column beside the records. */
  public final int[] destinations;

  /**
   * The tunnel that each packet came out of, or that an ICMP error is about; 0 for none: a column
   * beside the records.
   */
  private final int[] origins;

  private final int capacity;
  private int count;
  private boolean hasOrigins;
  private boolean delivered;

  /**
   * @param capacity most packets, a power of two in 32..512
   */
  public Batch(int capacity) {
    this(new int[capacity * STRIDE], capacity);
  }

  /**
   * @param records of as many packets as it is to hold; who receives writes them there
   */
  public Batch(int[] records) {
    this(records, records.length / STRIDE);
  }

  private Batch(int[] records, int capacity) {
    if (Integer.bitCount(capacity) != 1 || capacity < 32 || capacity > 512) {
      throw new IllegalArgumentException(
          "batch capacity must be a power of two in 32..512: capacity=" + capacity);
    }
    this.records = records;
    this.capacity = capacity;
    destinations = new int[capacity];
    origins = new int[capacity];
  }

  public int capacity() {
    return capacity;
  }

  public int count() {
    return count;
  }

  /**
   * Begins a turn with records of which the receiver has set buffer, frame and length, and the rest
   * to 0, as a burst's records are.
   *
   * @param count 0..capacity
   */
  public void beginReceived(int count) {
    this.count = count;
    forgetOrigins();
  }

  /**
   * Packets were added behind those that are here, in records as {@link #beginReceived} wants them.
   *
   * @param count all, up to the capacity
   */
  public void extendReceived(int count) {
    this.count = count;
  }

  /** All packets were delivered into tunnels, and leave by one port: who did that says so. */
  public void markDelivered() {
    delivered = true;
  }

  /** Whether all of them were, and none has been given another fate since. */
  public boolean isDelivered() {
    return delivered;
  }

  private void forgetOrigins() {
    delivered = false;
    if (hasOrigins) {
      hasOrigins = false;
      Arrays.fill(origins, 0);
    }
  }

  /**
   * Begins a turn with records that may hold anything beside buffer, frame and length.
   *
   * @param count 0..capacity
   */
  public void begin(int count) {
    this.count = count;
    forgetOrigins();
    int[] fields = records;
    for (int at = 0; at < count << SHIFT; at += STRIDE) {
      fields[at + NETWORK] = 0;
      fields[at + TENANT] = 0;
      fields[at + TUNNEL] = 0;
      fields[at + OUTCOME] = Fate.UNDECIDED;
    }
  }

  /** The tunnels' slots by packet, to be written. */
  public int[] origins() {
    hasOrigins = true;
    return origins;
  }

  /** The tunnel that a packet came out of, 0 for none. */
  public int origin(int packet) {
    return origins[packet];
  }

  public void setOrigin(int packet, int tunnel) {
    hasOrigins = true;
    origins[packet] = tunnel;
  }

  public int buffer(int packet) {
    return records[(packet << SHIFT) + BUFFER];
  }

  public int frame(int packet) {
    return records[(packet << SHIFT) + FRAME];
  }

  public int length(int packet) {
    return records[(packet << SHIFT) + LENGTH];
  }

  public int network(int packet) {
    return records[(packet << SHIFT) + NETWORK];
  }

  public int flow(int packet) {
    return records[(packet << SHIFT) + FLOW];
  }

  public int tenant(int packet) {
    return records[(packet << SHIFT) + TENANT];
  }

  public int tunnel(int packet) {
    return records[(packet << SHIFT) + TUNNEL];
  }

  public int port(int packet) {
    return records[(packet << SHIFT) + OUTCOME] >>> PORT_SHIFT;
  }

  public int fate(int packet) {
    return records[(packet << SHIFT) + OUTCOME] & FATE_MASK;
  }

  public void setBuffer(int packet, int buffer) {
    records[(packet << SHIFT) + BUFFER] = buffer;
  }

  public void setFrame(int packet, int frame) {
    records[(packet << SHIFT) + FRAME] = frame;
  }

  public void setLength(int packet, int length) {
    records[(packet << SHIFT) + LENGTH] = length;
  }

  public void setNetwork(int packet, int network) {
    records[(packet << SHIFT) + NETWORK] = network;
  }

  public void setFlow(int packet, int flow) {
    records[(packet << SHIFT) + FLOW] = flow;
  }

  public void setTenant(int packet, int tenant) {
    records[(packet << SHIFT) + TENANT] = tenant;
  }

  public void setTunnel(int packet, int tunnel) {
    records[(packet << SHIFT) + TUNNEL] = tunnel;
  }

  public void setPort(int packet, int port) {
    records[(packet << SHIFT) + OUTCOME] = port << PORT_SHIFT | fate(packet);
  }

  public void setFate(int packet, int fate) {
    delivered = false;
    records[(packet << SHIFT) + OUTCOME] = port(packet) << PORT_SHIFT | fate;
  }
}
