package io.breakwater.perf.traffic;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * What a benchmark runs on: the tenants' prefixes and tunnels, and the frames of many flows to
 * them. Made from a seed, so every run measures the same work; written to files, so the C reference
 * measures the same work as Java.
 *
 * <p>Prefixes are scattered over the unicast space like those of real networks, most of them /24,
 * because that is what costs: it is the size of the lookup table's touched part, not the number of
 * tenants, that misses the cache. Every tenant has two tunnels, the second with a key, so that the
 * choice between tunnels is a real one. Flows are half TCP, half UDP, evenly over the prefixes and
 * in random order; all checksums are right.
 *
 * @param prefixes disjoint
 * @param tunnels by tenant: the tunnels of tenant {@code t} stand together
 */
public record Workload(List<Prefix> prefixes, List<Tunnel> tunnels, int endpoint, long seed) {

  public static final long ROUTER_MAC = 0x02_00_00_00_00_01L;
  public static final long OWN_MAC = 0x02_00_00_00_00_02L;

  /** The first byte of the senders' addresses, and how many there are of it. */
  public static final int OUTSIDERS_FIRST = 128;

  public static final int OUTSIDERS = 41;

  private static final int LINE_BYTES = 64;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int PROTOCOL_GRE = 47;

  private static final List<Integer> LENGTHS = List.of(24, 24, 24, 24, 24, 24, 23, 22, 21, 20);

  /** Half of all there are for tenants: beyond it, prefixes are sought in smaller blocks. */
  private static final int BLOCKS_OF_20_MAX = 200_000;

  /** An IPv4 prefix and the number of its tenant. */
  public record Prefix(int address, int length, int tenant) {
    int host(Random random) {
      return address | (random.nextInt() & (int) (0xFFFF_FFFFL >>> length));
    }
  }

  /** A tunnel; {@code key} is -1 when it has none. */
  public record Tunnel(int tenant, int remote, long key) {
    private int greBytes() {
      return key < 0 ? 4 : 8;
    }
  }

  /** What is measured unless something else is said. */
  public static final int USUAL_TENANTS = 1_000;

  public static final int USUAL_PREFIXES = 10_000;
  public static final int USUAL_FLOWS = 100_000;
  public static final int SEED = 42;

  /** The same on every run. */
  public static Workload usual() {
    return of(USUAL_TENANTS, USUAL_PREFIXES, SEED);
  }

  public static Workload of(int tenantCount, int prefixCount, long seed) {
    Random random = new Random(seed);
    int blockBits = prefixCount <= BLOCKS_OF_20_MAX ? 20 : 22;
    Set<Integer> blocks = new HashSet<>();
    List<Prefix> prefixes = new ArrayList<>();
    while (prefixes.size() < prefixCount) {
      int block = random.nextInt(1 << blockBits);
      int firstByte = block >>> blockBits - 8;
      // One prefix in each block at most, so none overlap. 100/8 to 191/8 are left to the senders.
      if (firstByte < 1 || firstByte > 99 || firstByte == 10 || !blocks.add(block)) {
        continue;
      }
      int length = Math.max(blockBits, LENGTHS.get(random.nextInt(LENGTHS.size())));
      int address =
          (block << 32 - blockBits | random.nextInt(1 << 32 - blockBits))
              & (int) (-1L << 32 - length);
      prefixes.add(new Prefix(address, length, prefixes.size() % tenantCount));
    }
    List<Tunnel> tunnels = new ArrayList<>();
    for (int tenant = 0; tenant < tenantCount; tenant++) {
      int remote = 0xC3_00_00_00 | tenant << 1; // 195.0.0.0
      tunnels.add(new Tunnel(tenant, remote, -1));
      tunnels.add(new Tunnel(tenant, remote | 1, 7_000 + tenant));
    }
    return new Workload(prefixes, tunnels, 0xC6_33_64_01, seed);
  }

  /** With one more prefix, which no frame goes to. */
  public Workload withPrefix(Prefix prefix) {
    List<Prefix> all = new ArrayList<>(prefixes);
    all.add(prefix);
    return new Workload(List.copyOf(all), tunnels, endpoint, seed);
  }

  /** Frames from the Internet to the tenants: {@code count} flows. */
  public ByteBuffer framesToTenants(int count, FrameSizes sizes) {
    Random random = new Random(seed + 1);
    int stride = sizes.strideBytes();
    ByteBuffer frames = aligned(Math.multiplyExact(count, stride));
    for (int i = 0; i < count; i++) {
      int offset = i * stride;
      putEthernet(frames, offset);
      int destination = prefixes.get(random.nextInt(prefixes.size())).host(random);
      putFlow(
          frames, offset + ETHERNET_BYTES, sizes.size(i), outsider(random), destination, random);
    }
    return frames;
  }

  /** Makes a frame of so many bytes. */
  interface FrameMaker {
    byte[] make(Random random, int bytes);
  }

  /** Frames that are made elsewhere, in the same order on every run. */
  ByteBuffer framesMadeBy(int count, FrameSizes sizes, FrameMaker maker) {
    Random random = new Random(seed + 4);
    int stride = sizes.strideBytes();
    ByteBuffer frames = aligned(Math.multiplyExact(count, stride));
    for (int i = 0; i < count; i++) {
      byte[] frame = maker.make(random, sizes.size(i));
      frames.put(i * stride, frame);
    }
    return frames;
  }

  /** Frames of these flows, in their order. */
  public ByteBuffer framesOf(List<Flow> flows, FrameSizes sizes) {
    Random random = new Random(seed + 3);
    int stride = sizes.strideBytes();
    ByteBuffer frames = aligned(Math.multiplyExact(flows.size(), stride));
    for (int i = 0; i < flows.size(); i++) {
      putEthernet(frames, i * stride);
      putFlow(frames, i * stride + ETHERNET_BYTES, sizes.size(i), flows.get(i), random);
    }
    return frames;
  }

  /** Frames of the tenants' replies, in their tunnels. */
  public ByteBuffer framesFromTenants(int count, FrameSizes sizes) {
    Random random = new Random(seed + 2);
    int stride = sizes.tunnelledStrideBytes();
    ByteBuffer frames = aligned(Math.multiplyExact(count, stride));
    for (int i = 0; i < count; i++) {
      int offset = i * stride;
      putEthernet(frames, offset);
      Prefix prefix = prefixes.get(random.nextInt(prefixes.size()));
      Tunnel tunnel = tunnels.get(prefix.tenant() * 2 + random.nextInt(2));
      int outer = offset + ETHERNET_BYTES;
      int gre = outer + IPV4_BYTES;
      int inner = gre + tunnel.greBytes();
      int length = inner + sizes.size(i) - ETHERNET_BYTES - outer;
      putIpv4(frames, outer, length, PROTOCOL_GRE, tunnel.remote(), endpoint);
      frames.putInt(gre, (tunnel.key() < 0 ? 0 : 0x2000_0000) | 0x0800);
      if (tunnel.key() >= 0) {
        frames.putInt(gre + 4, (int) tunnel.key());
      }
      putFlow(frames, inner, sizes.size(i), prefix.host(random), outsider(random), random);
    }
    return frames;
  }

  /** From the start of a cache line on, as frames lie that a NIC has written. */
  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + LINE_BYTES).alignedSlice(LINE_BYTES).slice(0, bytes);
  }

  /** The length of the frame at {@code offset}, as its IPv4 header says. */
  public static int frameLength(ByteBuffer frames, int offset) {
    return ETHERNET_BYTES + Short.toUnsignedInt(frames.getShort(offset + ETHERNET_BYTES + 2));
  }

  /**
   * Writes what the C reference reads: {@code workload.txt}, and the frames of one profile as they
   * lie in memory in {@code frames.bin}.
   */
  public void write(Path folder, ByteBuffer frames, int strideBytes) throws IOException {
    try (PrintWriter out =
        new PrintWriter(Files.newBufferedWriter(folder.resolve("workload.txt")))) {
      out.printf("%d %d %d %08x%n", prefixes.size(), tunnels.size(), strideBytes, endpoint);
      for (Prefix prefix : prefixes) {
        out.printf("%08x %d %d%n", prefix.address(), prefix.length(), prefix.tenant());
      }
      for (Tunnel tunnel : tunnels) {
        out.printf("%d %08x %d%n", tunnel.tenant(), tunnel.remote(), tunnel.key());
      }
    }
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve("frames.bin"),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer rest = frames.duplicate();
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }
  }

  /** Removes what {@link #write} and others have written, and the folder. */
  public static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** An address of the senders': 128/8 to 168/8, no tenant's, no private range. */
  public static int outsider(Random random) {
    int firstByte = OUTSIDERS_FIRST + random.nextInt(OUTSIDERS);
    return firstByte << 24 | random.nextInt(1 << 24);
  }

  private static void putEthernet(ByteBuffer frames, int offset) {
    frames.putLong(offset, OWN_MAC << 16 | ROUTER_MAC >>> 32);
    frames.putInt(offset + 8, (int) ROUTER_MAC);
    frames.putShort(offset + 12, (short) 0x0800);
  }

  private static void putIpv4(
      ByteBuffer frames, int offset, int length, int protocol, int source, int destination) {
    frames.putShort(offset, (short) 0x4500);
    frames.putShort(offset + 2, (short) length);
    frames.putShort(offset + 6, (short) 0x4000);
    frames.put(offset + 8, (byte) 64);
    frames.put(offset + 9, (byte) protocol);
    frames.putInt(offset + 12, source);
    frames.putInt(offset + 16, destination);
    frames.putShort(offset + 10, checksum(frames, offset, IPV4_BYTES, 0));
  }

  private static void putFlow(
      ByteBuffer frames, int offset, int frameBytes, int source, int destination, Random random) {
    boolean tcp = random.nextBoolean();
    int sourcePort = 1024 + random.nextInt(64_512);
    int destinationPort = random.nextBoolean() ? 443 : 53;
    Flow flow = new Flow(0, source, destination, sourcePort, destinationPort, tcp);
    putFlow(frames, offset, frameBytes, flow, random);
  }

  private static void putFlow(
      ByteBuffer frames, int offset, int frameBytes, Flow flow, Random random) {
    int length = frameBytes - ETHERNET_BYTES;
    int protocol = flow.protocol();
    int source = flow.source();
    int destination = flow.destination();
    putIpv4(frames, offset, length, protocol, source, destination);
    int transport = offset + IPV4_BYTES;
    int bytes = length - IPV4_BYTES;
    frames.putShort(transport, (short) flow.sourcePort());
    frames.putShort(transport + 2, (short) flow.destinationPort());
    if (flow.tcp()) {
      frames.putInt(transport + 4, random.nextInt());
      frames.putInt(transport + 8, random.nextInt());
      frames.putShort(transport + 12, (short) 0x5010);
      frames.putShort(transport + 14, (short) 0xFFFF);
    } else {
      frames.putShort(transport + 4, (short) bytes);
    }
    long pseudo = (source >>> 16) + (source & 0xFFFF) + (destination >>> 16);
    pseudo += (destination & 0xFFFF) + protocol + bytes;
    int field = transport + (flow.tcp() ? 16 : 6);
    frames.putShort(field, checksum(frames, transport, bytes, pseudo));
  }

  /** RFC 1071, with the field itself still zero. */
  private static short checksum(ByteBuffer frames, int offset, int bytes, long sum) {
    for (int i = 0; i < bytes; i += 2) {
      sum += Short.toUnsignedInt(frames.getShort(offset + i));
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
