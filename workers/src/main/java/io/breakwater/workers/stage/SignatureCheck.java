package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.packet.Udp;
import io.breakwater.workers.protection.ChecksState;
import io.breakwater.workers.protection.Signature.Reaction;
import io.breakwater.workers.protection.SignatureTable;
import io.breakwater.workers.protection.SlotCounters;
import io.breakwater.workers.protection.TokenCells;

/**
 * Signatures of amplifiers' answers and of attacks: the catalogue's by the source port, and the
 * tenant's fingerprints one after another.
 *
 * <p>Called only from the worker's thread; one object for each address family. Cost: of a packet
 * that none may fit, a load by its source port and one by its tenant.
 */
public final class SignatureCheck {

  private static final int SIGNATURE_DROP = DropReason.SIGNATURE.code();
  private static final int SIGNATURE_LIMITED = DropReason.SIGNATURE_LIMITED.code();
  private static final int IPV4_TTL = 8;
  private static final int IPV6_HOP_LIMIT = 7;

  /** Packets that go on. */
  public final PacketList passed;

  private final PacketFacts facts;
  private final SlotCounters matched;
  private final TokenCells limits;
  private final int ttlOffset;

  /**
   * @param facts of the same packets
   * @param worker whose counters are written
   */
  public SignatureCheck(
      int batchCapacity, boolean ipv6, PacketFacts facts, ChecksState checks, int worker) {
    this.facts = facts;
    matched = checks.worker(worker).matched();
    limits = checks.signatureLimits();
    ttlOffset = ipv6 ? IPV6_HOP_LIMIT : IPV4_TTL;
    passed = new PacketList(batchCapacity);
  }

  /** Gives the others of {@code in} their fates. */
  public void process(
      PacketMemory memory, Batch batch, PacketList in, SignatureTable table, long nowNs) {
    int[] index = in.index;
    int[] records = batch.records;
    int[] known = facts.facts();
    int[] transports = facts.transports();
    byte[] byPort = table.byPort();
    int[] fingerprintsOf = table.fingerprintsOf();
    int[] out = passed.index;
    int left = 0;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int fact = known[i];
      int protocol = PacketFacts.protocol(fact);
      int transport = transports[i];
      if (fact != 0 && transport != 0) {
        int ports = Transport.hasPorts(protocol) ? memory.i32(transport) : 0;
        int candidate = byPort[ports >>> 16] & 0xff;
        int fingerprints = fingerprintsOf[records[(i << Batch.SHIFT) + Batch.TENANT]];
        if ((candidate | fingerprints) != 0) {
          int reason = judge(memory, batch, i, ports, candidate, fingerprints, table, nowNs);
          if (reason != 0) {
            batch.setFate(i, reason);
            continue;
          }
        }
      }
      out[left++] = i;
    }
    passed.count = left;
  }

  /** 0, or the code of a drop reason: that of the first signature that drops. */
  private int judge(
      PacketMemory memory,
      Batch batch,
      int i,
      int ports,
      int candidate,
      int fingerprints,
      SignatureTable table,
      long nowNs) {
    int tenant = batch.tenant(i);
    long[] catalogue = table.catalogue();
    int next = candidate;
    while (next != 0) {
      int at = (next - 1) * SignatureTable.STRIDE;
      Reaction reaction = table.reaction(tenant, next - 1);
      if (reaction != Reaction.OFF && fits(memory, batch, i, ports, catalogue, at)) {
        int column = SignatureTable.column(catalogue[at + SignatureTable.KIND]);
        int reason = react(tenant, column, reaction, table.limitCost(tenant), nowNs);
        if (reason != 0) {
          return reason;
        }
      }
      next = SignatureTable.next(catalogue[at + SignatureTable.KIND]);
    }
    long[] own = table.fingerprints();
    int at = SignatureTable.first(fingerprints);
    int end = at + SignatureTable.count(fingerprints) * SignatureTable.STRIDE;
    for (; at < end; at += SignatureTable.STRIDE) {
      long kind = own[at + SignatureTable.KIND];
      Reaction reaction = SignatureTable.reaction(kind);
      if (reaction != Reaction.OFF
          && isAlive(own[at + SignatureTable.EXPIRES], nowNs)
          && fits(memory, batch, i, ports, own, at)) {
        int column = SignatureTable.column(kind);
        int reason = react(tenant, column, reaction, own[at + SignatureTable.COST], nowNs);
        if (reason != 0) {
          return reason;
        }
      }
    }
    return 0;
  }

  private static boolean isAlive(long expiresNs, long nowNs) {
    return expiresNs == Long.MAX_VALUE || expiresNs - nowNs > 0;
  }

  private int react(int tenant, int column, Reaction reaction, long cost, long nowNs) {
    matched.add(tenant, column, 1);
    if (reaction == Reaction.DROP) {
      return SIGNATURE_DROP;
    }
    boolean over =
        reaction == Reaction.LIMIT
            && !limits.take(SignatureTable.cell(tenant, column), nowNs, cost);
    return over ? SIGNATURE_LIMITED : 0;
  }

  private boolean fits(
      PacketMemory memory, Batch batch, int i, int ports, long[] signatures, int at) {
    int fact = facts.facts()[i];
    int network = batch.network(i);
    int end = batch.frame(i) + batch.length(i);
    int protocol = PacketFacts.protocol(fact);
    boolean headersFit =
        SignatureTable.fits(
            signatures,
            at,
            protocol,
            ports,
            end - network,
            memory.u8(network + ttlOffset),
            PacketFacts.tcpFlags(fact));
    long kind = signatures[at + SignatureTable.KIND];
    if (!headersFit || SignatureTable.payloadBytes(kind) == 0) {
      return headersFit;
    }
    int payload = facts.transports()[i] + headerBytes(memory, protocol, facts.transports()[i]);
    return SignatureTable.payloadBytes(kind) <= end - payload
        && wordsFit(memory, payload, signatures, at, SignatureTable.wordCount(kind));
  }

  /** What is in front of the payload: nothing of protocols other than TCP and UDP. */
  private static int headerBytes(PacketMemory memory, int protocol, int transport) {
    if (protocol == Ipv4.PROTOCOL_UDP) {
      return Udp.HEADER_BYTES;
    }
    return protocol == Ipv4.PROTOCOL_TCP ? Tcp.headerBytes(memory, transport) : 0;
  }

  /**
   * A word is read with the bytes in front of it, as 8 that end with its last, so that nothing
   * behind the packet is read: in front of any payload are 20 bytes and more of headers.
   */
  private static boolean wordsFit(
      PacketMemory memory, int payload, long[] signatures, int at, int count) {
    long places = signatures[at + SignatureTable.PLACES];
    long differing = 0;
    for (int n = 0; n < count; n++) {
      int place = (int) (places >>> 16 * n);
      int end = payload + (place >>> 8 & 0xff) + (place & 0xff);
      long word = memory.i64(end - Long.BYTES);
      int mask = at + SignatureTable.WORDS + 2 * n;
      differing |= word & signatures[mask] ^ signatures[mask + 1];
    }
    return differing == 0;
  }
}
