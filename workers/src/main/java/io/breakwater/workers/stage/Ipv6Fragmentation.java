package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Cuts an outer packet of IPv6, whose source we are, into fragments (RFC 8200 4.5, RFC 2473 7).
 *
 * <pre>
 * before | link | IPv6 | GRE, the inner packet ........................ |
 * after  | link | IPv6 | fragment header | data, a multiple of 8 |
 *        | link | IPv6 | fragment header | data, a multiple of 8 |     further frames
 *        | link | IPv6 | fragment header | the rest |
 *
 * +---------------+---------------+-------------------------+-+-+-+
 * |      GRE      |   reserved    |     offset, in bytes    | 0 |M|   a fragment header
 * +---------------+---------------+-------------------------+-+-+-+
 * |                        identification                         |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>What we write has no extension headers, so all behind the IPv6 header is cut. The first
 * fragment stays in the packet's buffer, where link and IPv6 header move by the length of a
 * fragment header to the front. As with IPv4 ({@link Fragmentation}), no piece is ever without the
 * others.
 *
 * <p>Identifications count up from where the worker begins. Of 32 bits none comes again while a
 * packet may live; servers with the same anycast address begin at random places (RFC 7739 5.3).
 *
 * <p>Called only from the worker's thread. Not for the fast path: data is copied.
 */
final class Ipv6Fragmentation {

  private static final int NO_BUFFER = DropReason.NO_BUFFER.code();

  /** Bytes in front of a fragment's data, behind the link header. */
  private static final int HEADER_BYTES = Ipv6.HEADER_BYTES + Ipv6.FRAGMENT_HEADER_BYTES;

  private static final int MORE_FRAGMENTS = 1;

  private final FrameBuffers source;
  private final int identificationStep;
  private final int[] buffers = new int[FrameBuffers.COUNT_MAX];
  private final int[] frames = new int[FrameBuffers.COUNT_MAX];
  private int identification;

  /**
   * @param identification of the first packet
   * @param identificationStep to the next one's
   */
  Ipv6Fragmentation(FrameBuffers source, int identification, int identificationStep) {
    this.source = source;
    this.identification = identification;
    this.identificationStep = identificationStep;
  }

  /**
   * Cuts a packet that is larger than {@code mtuBytes}, which is 576 at least. Needs 8 bytes of
   * headroom.
   *
   * @return whether it was cut; else the packet is as it was, and has its fate
   */
  boolean cut(PacketMemory memory, Batch batch, int packet, int mtuBytes, Fragments into) {
    int network = batch.network(packet);
    int dataBytes = Ipv6.payloadLength(memory, network);
    int pieceBytes = mtuBytes - HEADER_BYTES & ~7;
    // The last piece may be as long as fits, and need not be a multiple of 8.
    int beforeLast = dataBytes - (mtuBytes - HEADER_BYTES);
    int further = (beforeLast + pieceBytes - 1) / pieceBytes;
    if (further > FrameBuffers.COUNT_MAX
        || !into.hasRoom(further)
        || !source.allocate(buffers, frames, further)) {
      batch.setFate(packet, NO_BUFFER);
      return false;
    }
    int oldFrame = batch.frame(packet);
    int linkAndIpBytes = network - oldFrame + Ipv6.HEADER_BYTES;
    int next = Ipv6.nextHeader(memory, network);
    int from = network + Ipv6.HEADER_BYTES;
    for (int n = 0; n < further; n++) {
      int done = (n + 1) * pieceBytes;
      boolean last = n == further - 1;
      int bytes = last ? dataBytes - done : pieceBytes;
      int start = frames[n] + network - oldFrame;
      memory.move(oldFrame, frames[n], linkAndIpBytes);
      memory.move(from + done, start + HEADER_BYTES, bytes);
      seal(memory, start, next, bytes, done | (last ? 0 : MORE_FRAGMENTS));
      int fragment = into.add(packet);
      Fragmentation.copyRecord(batch, packet, into.batch, fragment);
      into.batch.setBuffer(fragment, buffers[n]);
      into.batch.setFrame(fragment, frames[n]);
      into.batch.setNetwork(fragment, start);
      into.batch.setLength(fragment, start - frames[n] + HEADER_BYTES + bytes);
    }
    int frame = oldFrame - Ipv6.FRAGMENT_HEADER_BYTES;
    memory.move(oldFrame, frame, linkAndIpBytes);
    seal(memory, network - Ipv6.FRAGMENT_HEADER_BYTES, next, pieceBytes, MORE_FRAGMENTS);
    batch.setFrame(packet, frame);
    batch.setNetwork(packet, network - Ipv6.FRAGMENT_HEADER_BYTES);
    batch.setLength(packet, linkAndIpBytes + Ipv6.FRAGMENT_HEADER_BYTES + pieceBytes);
    identification += identificationStep;
    return true;
  }

  /** Completes the headers in front of {@code bytes} of data. */
  private void seal(PacketMemory memory, int network, int next, int bytes, int offsetAndFlag) {
    memory.setU16(network + 4, Ipv6.FRAGMENT_HEADER_BYTES + bytes);
    memory.setU8(network + 6, Ipv6.NEXT_FRAGMENT);
    memory.setI32(network + Ipv6.HEADER_BYTES, next << 24 | offsetAndFlag);
    memory.setI32(network + Ipv6.HEADER_BYTES + 4, identification);
  }
}
