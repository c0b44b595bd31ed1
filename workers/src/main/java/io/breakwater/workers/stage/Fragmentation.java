package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Cuts an IPv4 packet into fragments (RFC 791 2.3 and 3.2); outer packets of IPv6 are {@link
 * Ipv6Fragmentation}'s.
 *
 * <pre>
 * before | link | header, options | data ..................................... |
 * after  | link | header, options | data, a multiple of 8 |
 *        | link | header, copied options | data, a multiple of 8 |     further frames
 *        | link | header, copied options | the rest |
 * </pre>
 *
 * <p>The first fragment stays in the packet's buffer; the others get new ones, all or none, and go
 * to {@link Fragments}. A packet that is a fragment itself is cut again: offsets go on from its
 * own, and its last piece says "more fragments" if it did. The link header, whatever it is, goes in
 * front of each. No piece is ever without the others: a packet that can't be cut whole is dropped.
 *
 * <p>An outer packet gets an identification of its own. RFC 6864 4.3 wants none used twice while a
 * packet may live; 16 bits are used up faster than that on a fast link, and servers with the same
 * anycast address can't share a count: so the worker's sequence only makes it as late as can be,
 * and inner fragments, which keep the sender's identification, are the default.
 *
 * <p>Called only from the worker's thread. Not for the fast path: data is copied.
 */
public final class Fragmentation {

  private static final int NO_BUFFER = DropReason.NO_BUFFER.code();
  private static final int MTU_EXCEEDED = DropReason.MTU_EXCEEDED.code();

  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_COPIED = 0x80;

  private final FrameBuffers source;
  private final int identificationStep;
  private final int[] buffers = new int[FrameBuffers.COUNT_MAX];
  private final int[] frames = new int[FrameBuffers.COUNT_MAX];
  private final Ipv6Fragmentation ipv6;
  private int identification;

  /**
   * @param identification of the first outer packet: another for each worker
   * @param identificationStep to the next one's: as many as there are workers
   */
  public Fragmentation(FrameBuffers source, int identification, int identificationStep) {
    this.source = source;
    this.identification = identification;
    this.identificationStep = identificationStep;
    ipv6 = new Ipv6Fragmentation(source, identification, identificationStep);
  }

  /**
   * Cuts an outer packet that was written whole and atomic: it gets an identification, and DF goes.
   * One of IPv6 gets fragment headers, for which there must be 8 bytes of headroom.
   *
   * @see #cut
   */
  public boolean cutOuter(
      PacketMemory memory, Batch batch, int packet, int mtuBytes, Fragments into) {
    int network = batch.network(packet);
    if (memory.u8(network) >>> 4 == 6) {
      return ipv6.cut(memory, batch, packet, mtuBytes, into);
    }
    memory.setI32(network + 4, (identification & 0xffff) << 16);
    identification += identificationStep;
    return cut(memory, batch, packet, mtuBytes, into);
  }

  /**
   * Cuts a validated packet that is larger than {@code mtuBytes}, which is 576 at least, and has DF
   * clear. Its tenant, tunnel and outcome are also its fragments'.
   *
   * @return whether it was cut; else the packet is as it was, and has its fate
   */
  public boolean cut(PacketMemory memory, Batch batch, int packet, int mtuBytes, Fragments into) {
    int network = batch.network(packet);
    int headerBytes = Ipv4.headerBytes(memory, network);
    int dataBytes = Ipv4.totalLength(memory, network) - headerBytes;
    int firstBytes = mtuBytes - headerBytes & ~7;
    int laterHeaderBytes = laterHeaderBytes(memory, network, headerBytes);
    int laterBytes = mtuBytes - laterHeaderBytes & ~7;
    int further = 1;
    for (int rest = dataBytes - firstBytes; rest > mtuBytes - laterHeaderBytes; further++) {
      rest -= laterBytes;
    }
    int word = Ipv4.flagsAndOffset(memory, network);
    if ((word & Ipv4.OFFSET_MASK) + (dataBytes >>> 3) > Ipv4.OFFSET_MASK) {
      // Beyond 65,535 bytes when put together: no such datagram exists.
      batch.setFate(packet, MTU_EXCEEDED);
      return false;
    }
    if (further > FrameBuffers.COUNT_MAX
        || !into.hasRoom(further)
        || !source.allocate(buffers, frames, further)) {
      batch.setFate(packet, NO_BUFFER);
      return false;
    }
    int done = firstBytes;
    for (int n = 0; n < further; n++) {
      boolean last = n == further - 1;
      int bytes = last ? dataBytes - done : laterBytes;
      int fragment = into.add(packet);
      int start = write(memory, batch, packet, frames[n], laterHeaderBytes, done, bytes);
      int laterWord = word + (done >>> 3) | (last ? 0 : Ipv4.MORE_FRAGMENTS);
      seal(memory, start, laterHeaderBytes + bytes, laterWord);
      copyRecord(batch, packet, into.batch, fragment);
      into.batch.setBuffer(fragment, buffers[n]);
      into.batch.setFrame(fragment, frames[n]);
      into.batch.setNetwork(fragment, start);
      into.batch.setLength(fragment, start - frames[n] + laterHeaderBytes + bytes);
      done += bytes;
    }
    seal(memory, network, headerBytes + firstBytes, word | Ipv4.MORE_FRAGMENTS);
    batch.setLength(packet, network - batch.frame(packet) + headerBytes + firstBytes);
    return true;
  }

  static void copyRecord(Batch from, int packet, Batch to, int fragment) {
    System.arraycopy(
        from.records, packet << Batch.SHIFT, to.records, fragment << Batch.SHIFT, Batch.STRIDE);
  }

  /**
   * Writes a later fragment, but for length, flags and checksum; returns where its header is.
   *
   * @param from of the packet's data
   */
  private static int write(
      PacketMemory memory,
      Batch batch,
      int packet,
      int frame,
      int headerBytes,
      int from,
      int bytes) {
    int oldFrame = batch.frame(packet);
    int old = batch.network(packet);
    int network = frame + old - oldFrame;
    int oldHeaderBytes = Ipv4.headerBytes(memory, old);
    memory.move(oldFrame, frame, old - oldFrame + Ipv4.HEADER_BYTES);
    memory.setU8(network, 4 << 4 | headerBytes >>> 2);
    if (oldHeaderBytes > Ipv4.HEADER_BYTES) {
      writeCopiedOptions(memory, old, oldHeaderBytes, network);
    }
    memory.move(old + oldHeaderBytes + from, network + headerBytes, bytes);
    return network;
  }

  private static void seal(PacketMemory memory, int network, int totalLength, int word) {
    memory.setU16(network + 2, totalLength);
    memory.setU16(network + 6, word);
    Ipv4.writeChecksum(memory, network);
  }

  /** Of a header whose options have been validated: only those with the copy bit go on. */
  private static int laterHeaderBytes(PacketMemory memory, int network, int headerBytes) {
    int copied = 0;
    int at = network + Ipv4.HEADER_BYTES;
    int end = network + headerBytes;
    while (at < end && memory.u8(at) != OPTION_END) {
      int bytes = optionBytes(memory, at);
      copied += isCopied(memory, at) ? bytes : 0;
      at += bytes;
    }
    return Ipv4.HEADER_BYTES + (copied + 3 & ~3);
  }

  private static void writeCopiedOptions(
      PacketMemory memory, int network, int headerBytes, int to) {
    int at = network + Ipv4.HEADER_BYTES;
    int end = network + headerBytes;
    int target = to + Ipv4.HEADER_BYTES;
    while (at < end && memory.u8(at) != OPTION_END) {
      int bytes = optionBytes(memory, at);
      if (isCopied(memory, at)) {
        memory.move(at, target, bytes);
        target += bytes;
      }
      at += bytes;
    }
    // To a multiple of four, with "end of option list"; the data is written over the rest.
    memory.setI32(target, 0);
  }

  private static int optionBytes(PacketMemory memory, int at) {
    return memory.u8(at) == OPTION_NOP ? 1 : memory.u8(at + 1);
  }

  private static boolean isCopied(PacketMemory memory, int at) {
    return (memory.u8(at) & OPTION_COPIED) != 0;
  }
}
