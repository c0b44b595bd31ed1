package io.breakwater.workers.stage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Writes down what stages learn of neighbours: {@code asked 3 192.0.2.1 02005e000001}. */
final class LearnedNeighbours implements NeighbourListener, NeighbourEvents {

  final List<String> calls = new ArrayList<>();

  @Override
  public void answered(int port, boolean ipv6, long high, long low, long mac) {
    calls.add("answered " + port + " " + text(ipv6, high, low) + String.format(" %012x", mac));
  }

  @Override
  public void asked(int port, boolean ipv6, long high, long low, long mac) {
    calls.add("asked " + port + " " + text(ipv6, high, low) + String.format(" %012x", mac));
  }

  @Override
  public void wanted(int port, boolean ipv6, long high, long low) {
    calls.add("wanted " + port + " " + text(ipv6, high, low));
  }

  @Override
  public void resolved(int port, boolean ipv6, long high, long low, long mac) {
    calls.add("resolved " + port + " " + text(ipv6, high, low) + String.format(" %012x", mac));
  }

  @Override
  public void lost(int port, boolean ipv6, long high, long low) {
    calls.add("lost " + port + " " + text(ipv6, high, low));
  }

  private static String text(boolean ipv6, long high, long low) {
    byte[] bytes =
        ipv6
            ? ByteBuffer.allocate(16).putLong(high).putLong(low).array()
            : ByteBuffer.allocate(4).putInt((int) low).array();
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
