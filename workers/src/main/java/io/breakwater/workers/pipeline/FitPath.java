package io.breakwater.workers.pipeline;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.stage.Fragmentation;
import io.breakwater.workers.table.PortSettings;

/**
 * What becomes of packets that are too big for where they go: which are cut, and where.
 *
 * <pre>
 * too big --+-- may be fragmented --+-- fragment: inner --> cut, then each piece is encapsulated
 *           |                       +-- fragment: outer --> encapsulated, then cut
 *           +-- IPv6 of up to 1,280 bytes ----------------> encapsulated, then cut
 *           +-- others --> an ICMP error
 * </pre>
 *
 * <p>IPv6 asks of every link that it carries 1,280 bytes (RFC 8200 5), so a tunnel whose path
 * carries less cuts outside (RFC 2473 7.1), and no sender is told less.
 *
 * <p>Out of the fast path: called only when a stage has found something too big. Belongs to one
 * {@link IpPath}.
 */
final class FitPath {

  static final int IPV6_MTU_MIN = 1_280;

  private static final int DELIVERED = Fate.DELIVERED.code();

  private final boolean ipv6;
  private final PacketMemory memory;
  private final Fragmentation fragmentation;
  private final Fragments fragments;

  /** Encapsulated whole, and then cut. */
  final PacketList outer;

  /** Fragments that are to be encapsulated: of the fragments' batch. */
  final PacketList inner = new PacketList(Fragments.CAPACITY);

  FitPath(
      boolean ipv6,
      PacketMemory memory,
      int batchCapacity,
      Fragmentation fragmentation,
      Fragments fragments) {
    this.ipv6 = ipv6;
    this.memory = memory;
    this.fragmentation = fragmentation;
    this.fragments = fragments;
    outer = new PacketList(batchCapacity);
  }

  /** Begins what is for tunnels. */
  void clear() {
    outer.clear();
    inner.clear();
  }

  /**
   * Sorts what is too big for its tunnel: cut packets join {@code selected}, and their other pieces
   * {@link #inner}; those to be cut later are in {@link #outer}; what stays in {@code tooBig} is to
   * be answered.
   */
  void sort(Batch batch, PacketList tooBig, PacketList selected, ForwardingTables tables) {
    int answered = 0;
    for (int k = 0; k < tooBig.count; k++) {
      int i = tooBig.index[k];
      int network = batch.network(i);
      int tunnel = batch.tunnel(i);
      if (ipv6) {
        if (batch.frame(i) + batch.length(i) - network <= IPV6_MTU_MIN) {
          outer.add(i);
        } else {
          tooBig.index[answered++] = i;
        }
      } else if (!mayBeCut(network)) {
        tooBig.index[answered++] = i;
      } else if (tables.fit().cutsOuter(tunnel)) {
        outer.add(i);
      } else {
        cutInner(batch, i, tables.tunnels().mtuBytes(tunnel), selected);
      }
    }
    tooBig.count = answered;
  }

  private void cutInner(Batch batch, int i, int mtuBytes, PacketList selected) {
    if (fragmentation.cut(memory, batch, i, mtuBytes, fragments)) {
      selected.add(i);
      addFragments(i, inner);
    }
  }

  /** Lists the further pieces of a packet. */
  private void addFragments(int i, PacketList into) {
    int first = fragments.firstOf(i);
    for (int n = 0; n < fragments.countOf(i); n++) {
      into.add(first + n);
    }
  }

  /** Cuts the encapsulated packets of {@link #outer} that can leave, which have this fate. */
  void cutOuter(Batch batch, ForwardingTables tables, int fate) {
    for (int k = 0; k < outer.count; k++) {
      int i = outer.index[k];
      if (batch.fate(i) == fate) {
        int mtuBytes = tables.tunnels().outerMtuBytes(batch.tunnel(i));
        fragmentation.cutOuter(memory, batch, i, mtuBytes, fragments);
      }
    }
  }

  /** Pieces and the packet they are of leave together or not at all. */
  void unite(Batch batch) {
    for (int k = 0; k < inner.count; k++) {
      int fragment = inner.index[k];
      int owner = fragments.owner(fragment);
      int fate = fragments.batch.fate(fragment);
      if (batch.fate(owner) == DELIVERED && fate != DELIVERED) {
        batch.setFate(owner, fate);
      }
    }
  }

  /** Cuts packets that came out of tunnels and are ready to leave, but too big for their port. */
  void cutForPorts(Batch batch, PacketList oversize, PortSettings[] ports) {
    for (int k = 0; k < oversize.count; k++) {
      int i = oversize.index[k];
      fragmentation.cut(memory, batch, i, ports[batch.port(i)].mtuBytes(), fragments);
    }
  }

  private boolean mayBeCut(int network) {
    return (Ipv4.flagsAndOffset(memory, network) & Ipv4.DONT_FRAGMENT) == 0;
  }

  /** What the sender of a packet that is too big is told. */
  int toldMtuBytes(int mtuBytes) {
    return ipv6 ? Math.max(mtuBytes, IPV6_MTU_MIN) : mtuBytes;
  }
}
