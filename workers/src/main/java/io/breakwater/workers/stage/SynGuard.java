package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.protection.SynCookies;
import io.breakwater.workers.protection.SynGuardCounters;
import io.breakwater.workers.protection.SynGuardCounters.Event;
import io.breakwater.workers.protection.SynGuardState;
import io.breakwater.workers.protection.SynGuardTable;
import io.breakwater.workers.protection.SynRates;
import io.breakwater.workers.protection.VerifiedSources;
import io.breakwater.workers.table.PortSettings;

/**
 * Lets connections be opened only by sources that are where they say (docs/decisions/0014).
 *
 * <pre>
 *                    not engaged: passes
 * SYN  ------------- verified source: passes
 *                    unknown: challenge, reset: noted, and answered behind the firewall
 *                             retransmit: dropped, or passes if it has come before
 * RST  - challenge - with a good cookie: verifies the source, CONSUMED
 *                    without, of an unknown source: dropped
 * ACK  - reset ----- of a good cookie: verifies the source, answered with a RST
 * all else --------- passes
 * </pre>
 *
 * <p>A SYN with data, or with ECN's bits, is a SYN; data is not acknowledged, and ECN not agreed
 * to. SYN-ACKs, and so simultaneous open, pass. A fragment with a SYN is not answered; later
 * fragments have no flags, and pass.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
public final class SynGuard {

  private static final int CONSUMED = Fate.CONSUMED.code();
  private static final int UNVERIFIED = DropReason.SYN_UNVERIFIED.code();
  private static final int COOKIE_INVALID = DropReason.SYN_COOKIE_INVALID.code();

  private static final int CONTROL = Tcp.SYN | Tcp.RST | Tcp.ACK;
  private static final int SEQUENCE = 4;
  private static final int ACKNOWLEDGEMENT = 8;

  /** Packets that go on. */
  public final PacketList passed;

  /** SYNs that go to the firewall, and then to {@link #answer}, past the stages between. */
  public final PacketList noted;

  /** Packets that go on behind {@link #answer}. */
  public final PacketList unanswered;

  private final boolean ipv6;
  private final SynGuardState state;
  private final SynGuardCounters counters;
  private final SynCookies cookies = new SynCookies();
  private final SynAnswer answers;

  /** While engaged: SYNs, and segments that may bring a cookie. */
  private final PacketList syns;

  private final PacketList segments;

  /** Of those, what {@link TcpSegment} found. */
  private final int[] transports;

  private int dropped;

  /**
   * @param protection shared by all workers
   */
  public SynGuard(int batchCapacity, boolean ipv6, ProtectionState protection, int worker) {
    this.ipv6 = ipv6;
    state = protection.synGuard();
    counters = state.counters(worker);
    answers = new SynAnswer(batchCapacity, ipv6, cookies, counters, state.newGovernor());
    passed = new PacketList(batchCapacity);
    noted = new PacketList(batchCapacity);
    unanswered = new PacketList(batchCapacity);
    syns = new PacketList(batchCapacity);
    segments = new PacketList(batchCapacity);
    transports = new int[batchCapacity];
  }

  /**
   * Before the firewall: gives cookies that come back and forged segments their fates, and notes
   * which SYNs are to be answered if the firewall lets them by.
   */
  public void judge(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      SynGuardTable table,
      PortSettings port,
      long nowNs) {
    passed.clear();
    noted.clear();
    syns.clear();
    segments.clear();
    answers.forget();
    dropped = 0;
    sort(memory, batch, in, table, nowNs);
    if (!syns.isEmpty() || !segments.isEmpty()) {
      cookies.begin(state.keys(), nowNs);
      meetSyns(memory, batch, table, nowNs);
      meetSegments(memory, batch, table, port, nowNs);
    }
  }

  /** How many packets the last call of {@link #judge} or {@link #answer} has dropped. */
  public int dropped() {
    return dropped;
  }

  /** Whether some of the batch's packets are to be answered. */
  public boolean isAnswering() {
    return !noted.isEmpty();
  }

  /** Behind the firewall: answers those that were noted, of {@code in}; the others go on. */
  public void answer(
      PacketMemory memory, Batch batch, PacketList in, PortSettings port, long nowNs) {
    dropped = answers.answer(memory, batch, in, transports, port, unanswered, nowNs);
  }

  // ---------------------------------------------------------------- what is looked at

  /** Passes what the guard has nothing to do with, and tells the rest apart. */
  private void sort(
      PacketMemory memory, Batch batch, PacketList in, SynGuardTable table, long nowNs) {
    int[] records = batch.records;
    int[] index = in.index;
    int[] kinds = table.kinds();
    int[] pass = passed.index;
    int passing = 0;
    for (int k = 0; k < in.count; k++) {
      int i = index[k];
      int kind = kinds[records[(i << Batch.SHIFT) + Batch.TENANT]];
      if (kind == 0 || isOrdinary(memory, batch, i, table, kind, nowNs)) {
        pass[passing++] = i;
      }
    }
    passed.count = passing;
  }

  /** Whether a packet passes; else it is in one of the lists. */
  private boolean isOrdinary(
      PacketMemory memory, Batch batch, int i, SynGuardTable table, int kind, long nowNs) {
    int network = batch.network(i);
    int found =
        ipv6
            ? TcpSegment.ipv6(memory, network, batch.frame(i) + batch.length(i))
            : TcpSegment.ipv4(memory, network);
    if (found == TcpSegment.NONE) {
      return true;
    }
    int control = Tcp.flags(memory, found < 0 ? ~found : found) & CONTROL;
    if (control == Tcp.ACK && (kind & SynGuardTable.RESETS) == 0) {
      return true;
    }
    transports[i] = found;
    if (control == Tcp.SYN) {
      if (isEngagedBySyn(memory, batch, i, table, kind, nowNs)) {
        syns.add(i);
        return false;
      }
      return true;
    }
    // A reset is one whatever else it says, but for a SYN; a SYN-ACK opens nothing here.
    boolean bringsCookie = (control & Tcp.SYN) == 0 && control != 0;
    if (bringsCookie && isEngaged(memory, batch, i, kind, nowNs)) {
      segments.add(i);
      return false;
    }
    return true;
  }

  private boolean isEngagedBySyn(
      PacketMemory memory, Batch batch, int i, SynGuardTable table, int kind, long nowNs) {
    if ((kind & SynGuardTable.ALWAYS) != 0) {
      return true;
    }
    int tenant = batch.tenant(i);
    long holdNs = table.holdNs(tenant);
    int found = state.tenants().count(tenant, table.periodNs(tenant), holdNs, nowNs);
    if (found == SynRates.RESTING) {
      int place = destinationPlace(memory, batch, i, tenant);
      found = state.destinations().count(place, table.destinationPeriodNs(tenant), holdNs, nowNs);
      if (found == SynRates.ENGAGED_NOW) {
        counters.count(tenant, Event.DESTINATION_ENGAGED);
      }
    } else if (found == SynRates.ENGAGED_NOW) {
      counters.count(tenant, Event.TENANT_ENGAGED);
    }
    return found != SynRates.RESTING;
  }

  private boolean isEngaged(PacketMemory memory, Batch batch, int i, int kind, long nowNs) {
    int tenant = batch.tenant(i);
    return (kind & SynGuardTable.ALWAYS) != 0
        || state.tenants().isEngaged(tenant, nowNs)
        || state.destinations().isEngaged(destinationPlace(memory, batch, i, tenant), nowNs);
  }

  private int destinationPlace(PacketMemory memory, Batch batch, int i, int tenant) {
    int network = batch.network(i);
    return ipv6
        ? state.destinationPlace(
            tenant, Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network))
        : state.destinationPlace(tenant, 0, batch.destinations[i]);
  }

  private int mode(PacketMemory memory, Batch batch, int i, SynGuardTable table, int tcp) {
    int network = batch.network(i);
    int port = Tcp.destinationPort(memory, tcp);
    return ipv6
        ? table.mode(
            batch.tenant(i),
            true,
            Ipv6.destinationHigh(memory, network),
            Ipv6.destinationLow(memory, network),
            port)
        : table.mode(batch.tenant(i), false, 0, batch.destinations[i] & 0xffff_ffffL, port);
  }

  private long tenant(Batch batch, int i) {
    long key = state.tenantKey(batch.tenant(i));
    return ipv6 ? VerifiedSources.ipv6(key) : key;
  }

  private long source(PacketMemory memory, Batch batch, int i) {
    int network = batch.network(i);
    return ipv6 ? Ipv6.sourceHigh(memory, network) : Ipv4.source(memory, network) & 0xffff_ffffL;
  }

  // ---------------------------------------------------------------- SYNs while engaged

  private void meetSyns(PacketMemory memory, Batch batch, SynGuardTable table, long nowNs) {
    VerifiedSources sources = state.sources();
    for (int k = 0; k < syns.count; k++) {
      int i = syns.index[k];
      int met = sources.meetSyn(tenant(batch, i), source(memory, batch, i), nowNs);
      if (met == VerifiedSources.VERIFIED) {
        counters.count(batch.tenant(i), Event.SYNS_PASSED);
        passed.add(i);
      } else {
        if (met == VerifiedSources.REVOKED) {
          counters.count(batch.tenant(i), Event.SOURCES_REVOKED);
        }
        meetUnknown(memory, batch, i, table, nowNs);
      }
    }
  }

  private void meetUnknown(
      PacketMemory memory, Batch batch, int i, SynGuardTable table, long nowNs) {
    int found = transports[i];
    int mode = mode(memory, batch, i, table, found < 0 ? ~found : found);
    if (mode == SynGuardTable.OFF) {
      passed.add(i);
    } else if (found < 0) {
      drop(batch, i, UNVERIFIED);
    } else if (mode == SynGuardTable.RETRANSMIT) {
      meetAgain(memory, batch, i, nowNs);
    } else {
      noted.add(i);
      answers.note(i, mode);
    }
  }

  private void meetAgain(PacketMemory memory, Batch batch, int i, long nowNs) {
    int tenant = batch.tenant(i);
    if (state.firstSyns().isRetransmission(synHash(memory, batch, i), nowNs)) {
      counters.count(tenant, Event.RETRANSMISSIONS);
      state.sources().verify(tenant(batch, i), source(memory, batch, i), nowNs);
      passed.add(i);
    } else {
      counters.count(tenant, Event.FIRST_SYNS);
      drop(batch, i, UNVERIFIED);
    }
  }

  /** Of what a retransmission has in common with the first SYN. */
  private long synHash(PacketMemory memory, Batch batch, int i) {
    int network = batch.network(i);
    int tcp = transports[i];
    long tuple = memory.i32(tcp) & 0xffff_ffffL;
    int isn = memory.i32(tcp + SEQUENCE);
    return ipv6
        ? state
            .firstSyns()
            .hashIpv6(
                Ipv6.sourceHigh(memory, network),
                Ipv6.sourceLow(memory, network),
                Ipv6.destinationHigh(memory, network),
                Ipv6.destinationLow(memory, network),
                tuple << 32 | isn & 0xffff_ffffL)
        : state.firstSyns().hashIpv4(memory.i64(network + 12), tuple << 32 | isn & 0xffff_ffffL);
  }

  // ---------------------------------------------------------------- what may bring a cookie

  private void meetSegments(
      PacketMemory memory, Batch batch, SynGuardTable table, PortSettings port, long nowNs) {
    for (int k = 0; k < segments.count; k++) {
      int i = segments.index[k];
      int found = transports[i];
      int tcp = found < 0 ? ~found : found;
      int mode = mode(memory, batch, i, table, tcp);
      boolean reset = (Tcp.flags(memory, tcp) & Tcp.RST) != 0;
      if (reset && mode == SynGuardTable.CHALLENGE) {
        meetReset(memory, batch, i, tcp, nowNs);
      } else if (!reset && mode == SynGuardTable.RESET) {
        meetAcknowledgement(memory, batch, i, tcp, port, nowNs);
      } else {
        passed.add(i);
      }
    }
  }

  /** RFC 9293 3.10.7.3: a reset has the sequence number that was acknowledged. */
  private void meetReset(PacketMemory memory, Batch batch, int i, int tcp, long nowNs) {
    int cookie = memory.i32(tcp + SEQUENCE);
    if (isGood(memory, batch.network(i), memory.i32(tcp), 0, cookie)) {
      verify(memory, batch, i, nowNs);
      batch.setFate(i, CONSUMED);
    } else if (state.sources().contains(tenant(batch, i), source(memory, batch, i), nowNs)) {
      passed.add(i);
    } else {
      counters.count(batch.tenant(i), Event.COOKIES_INVALID);
      drop(batch, i, COOKIE_INVALID);
    }
  }

  /** The third segment of a handshake acknowledges the cookie, and is what comes after the ISN. */
  private void meetAcknowledgement(
      PacketMemory memory, Batch batch, int i, int tcp, PortSettings port, long nowNs) {
    int isn = memory.i32(tcp + SEQUENCE) - 1;
    int cookie = memory.i32(tcp + ACKNOWLEDGEMENT) - 1;
    if (isGood(memory, batch.network(i), memory.i32(tcp), isn, cookie)) {
      verify(memory, batch, i, nowNs);
      dropped += answers.reset(memory, batch, i, tcp, port, nowNs) ? 0 : 1;
    } else {
      passed.add(i);
    }
  }

  private boolean isGood(PacketMemory memory, int network, int ports, int isn, int cookie) {
    return ipv6
        ? cookies.verify(
            Ipv6.sourceHigh(memory, network),
            Ipv6.sourceLow(memory, network),
            Ipv6.destinationHigh(memory, network),
            Ipv6.destinationLow(memory, network),
            ports,
            isn,
            cookie)
        : cookies.verify(
            Ipv4.source(memory, network), Ipv4.destination(memory, network), ports, isn, cookie);
  }

  private void verify(PacketMemory memory, Batch batch, int i, long nowNs) {
    counters.count(batch.tenant(i), Event.COOKIES_VALID);
    state.sources().verify(tenant(batch, i), source(memory, batch, i), nowNs);
  }

  private void drop(Batch batch, int i, int reason) {
    batch.setFate(i, reason);
    dropped++;
  }
}
