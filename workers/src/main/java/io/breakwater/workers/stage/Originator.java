package io.breakwater.workers.stage;

/**
 * Sends frames that no received packet caused: ARP requests, neighbour solicitations.
 *
 * <p>Called only from the thread of the worker that owns it. Bounded: when no buffer is free the
 * frame is not sent, and the caller's timer tries again.
 */
public interface Originator {

  /**
   * @return position of an empty frame with room for at least 128 bytes, or -1 when there is no
   *     buffer
   */
  int allocate();

  /**
   * Sends the frame last allocated, of {@code lengthBytes} bytes, by the port of that index, and
   * gives up its buffer.
   */
  void send(int frame, int lengthBytes, int port);
}
