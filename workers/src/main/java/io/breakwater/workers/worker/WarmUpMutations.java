package io.breakwater.workers.worker;

import io.breakwater.config.IpAddress;
import io.breakwater.workers.worker.WarmUpLayers.Layer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Frames that differ from given ones in one place: cut off, a bit turned, a byte or a word
 * replaced, or an address that means something else. They take the branches that no list of frames
 * foresees.
 *
 * <p>Of most of them lengths and checksums agree again, on the wire as in tunnels and quotes, so
 * that they get past the first check. From a seed: every start is warmed up by the same frames.
 */
final class WarmUpMutations {

  private static final int ETHERNET_TYPE = 12;
  private static final int NETWORK = 14;
  private static final int TYPE_ARP = 0x0806;
  private static final int ARP_BYTES = 28;
  private static final int ARP_SENDER_MAC = NETWORK + 8;
  private static final int[] ARP_ADDRESSES = {NETWORK + 14, NETWORK + 24};

  /** What is addressed is not told by a few bits: an IP header's bytes that are. */
  private static final int[] IPV4_BYTES = {0, 2, 3, 6, 7, 8, 9, 10};

  private static final int[] IPV6_BYTES = {0, 1, 4, 5, 6, 7};

  /** So many bytes behind an IP header tell how it goes on. */
  private static final int FURTHER_BYTES = 28;

  private static final int DISCOVERY_TARGET = 8;
  private static final int DISCOVERY_BYTES = 24;

  private static final int[] WORDS = {0, 1, 4, 0xff, 0x2000, 0x8000, 0xffff};

  /** Nobody's, a group's, everybody's; ours comes with the port. */
  private static final long[] MACS = {0, 0x0180_c200_0000L, WarmUpPackets.BROADCAST};

  private static final List<IpAddress> IPV4 =
      addresses(
          WarmUpConfiguration.OWN_IPV4,
          WarmUpConfiguration.ENDPOINT,
          WarmUpConfiguration.REMOTE,
          WarmUpConfiguration.GATEWAY_IPV4,
          WarmUpPackets.CLIENT,
          WarmUpPackets.TENANT,
          "192.0.2.0",
          "192.0.2.255",
          "0.0.0.0",
          "10.1.2.3",
          "127.0.0.1",
          "169.254.1.2",
          "224.0.0.5",
          "240.0.0.1",
          "255.255.255.255");

  private static final List<IpAddress> IPV6 =
      addresses(
          WarmUpConfiguration.OWN_IPV6,
          WarmUpConfiguration.ENDPOINT_IPV6,
          WarmUpConfiguration.REMOTE_IPV6,
          WarmUpConfiguration.GATEWAY_IPV6,
          WarmUpPackets.CLIENT_IPV6,
          WarmUpPackets.TENANT_IPV6,
          "::",
          "::1",
          "::ffff:192.0.2.9",
          "fc00::1",
          "fe80::1",
          "ff02::1",
          "ff02::1:ff00:2");

  private final long own;
  private final Random random = new Random(2_784);

  /**
   * @param own Ethernet address of the port
   */
  WarmUpMutations(long own) {
    this.own = own;
  }

  private static List<IpAddress> addresses(String... texts) {
    return Arrays.stream(texts).map(IpAddress::parse).toList();
  }

  /** So many of a kind, however many frames it has. */
  List<byte[]> of(List<byte[]> kind, int count) {
    List<byte[]> mutations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      mutations.add(mutation(kind.get(random.nextInt(kind.size()))));
    }
    return mutations;
  }

  private byte[] mutation(byte[] frame) {
    byte[] changed = frame.clone();
    int at = Math.min(place(frame), frame.length - 1);
    switch (random.nextInt(8)) {
      case 0 -> changed = Arrays.copyOf(frame, at);
      case 1 -> {
        changed = Arrays.copyOf(frame, at);
        WarmUpLayers.fitLengths(changed);
      }
      case 2 -> changed[at] = (byte) random.nextInt();
      case 3 -> setWord(changed, at & ~1);
      case 4, 5 -> setAddress(changed);
      default -> changed[at] ^= (byte) (1 << random.nextInt(8));
    }
    if (random.nextInt(8) != 0) {
      WarmUpLayers.repairChecksums(changed);
    }
    return changed;
  }

  /** A byte that decides what becomes of the packet. */
  private int place(byte[] frame) {
    List<Layer> layers = WarmUpLayers.of(frame);
    if (layers.isEmpty() || random.nextInt(16) == 0) {
      return random.nextInt(NETWORK + ARP_BYTES);
    }
    Layer layer = layers.get(random.nextInt(layers.size()));
    int[] bytes = layer.ipv6() ? IPV6_BYTES : IPV4_BYTES;
    int chosen = random.nextInt(bytes.length + FURTHER_BYTES);
    return chosen < bytes.length
        ? layer.at() + bytes[chosen]
        : layer.payload() + chosen - bytes.length;
  }

  private void setWord(byte[] frame, int at) {
    if (at + 2 <= frame.length) {
      ByteBuffer.wrap(frame).putShort(at, (short) WORDS[random.nextInt(WORDS.length)]);
    }
  }

  /** An IP header's, ARP's, the target of neighbour discovery, or one of Ethernet. */
  private void setAddress(byte[] frame) {
    List<Layer> layers = WarmUpLayers.of(frame);
    int chosen = random.nextInt(layers.size() + 1);
    if (chosen < layers.size()) {
      setAddress(frame, layers.get(chosen));
    } else if (isArp(frame) && random.nextBoolean()) {
      put(frame, ARP_ADDRESSES[random.nextInt(2)], oneOf(IPV4), false);
    } else {
      setMac(frame);
    }
  }

  private void setAddress(byte[] frame, Layer layer) {
    boolean target =
        layer.protocol() == WarmUpPackets.ICMPV6
            && layer.payload() + DISCOVERY_BYTES <= frame.length
            && random.nextInt(3) == 0;
    boolean toSource = random.nextBoolean();
    int address = toSource ? layer.source() : layer.destination();
    int at = target ? layer.payload() + DISCOVERY_TARGET : address;
    if (random.nextInt(16) == 0) {
      int other = toSource ? layer.destination() : layer.source();
      System.arraycopy(frame, other, frame, at, layer.addressBytes());
    } else {
      put(frame, at, oneOf(layer.ipv6() ? IPV6 : IPV4), layer.ipv6());
    }
  }

  private IpAddress oneOf(List<IpAddress> addresses) {
    return addresses.get(random.nextInt(addresses.size()));
  }

  private static boolean isArp(byte[] frame) {
    return frame.length >= NETWORK + ARP_BYTES
        && ByteBuffer.wrap(frame).getShort(ETHERNET_TYPE) == TYPE_ARP;
  }

  private void setMac(byte[] frame) {
    int at = isArp(frame) && random.nextBoolean() ? ARP_SENDER_MAC : 6 * random.nextInt(2);
    int chosen = random.nextInt(MACS.length + 1);
    long mac = chosen == MACS.length ? own : MACS[chosen];
    if (at + 6 <= frame.length) {
      var buffer = ByteBuffer.wrap(frame);
      buffer.putInt(at, (int) (mac >>> 16)).putShort(at + 4, (short) mac);
    }
  }

  private static void put(byte[] frame, int at, IpAddress address, boolean ipv6) {
    var buffer = ByteBuffer.wrap(frame);
    if (ipv6) {
      buffer.putLong(at, address.high()).putLong(at + 8, address.low());
    } else {
      buffer.putInt(at, (int) address.low());
    }
  }
}
