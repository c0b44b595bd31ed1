package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TrafficRates;
import io.breakwater.config.protection.When;
import io.breakwater.workers.AllocatedBytes;
import io.breakwater.workers.Frames;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.protection.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The packet path makes no objects, whatever the traffic. */
class PipelineAllocationTest {

  private static final int PACKETS = 1_000_000;
  private static final int BATCH = 32;

  private static final String FIREWALL =
      """
      table inet f {
        set seen { type ipv4_addr . inet_service; size 100; flags dynamic,timeout; timeout 1s; }
        set pairs { type ipv4_addr . inet_service; flags interval; elements = { 225.0.0.0/8 . 1-9 } }
        map marks { type inet_service : mark; elements = { 80 : 1, 4000 : 2 } }
        chain sub {
          meta mark set tcp dport map @marks
          meta mark 77 drop
        }
        chain c {
          type filter hook prerouting priority 0; policy accept;
          counter
          ip saddr . th dport @pairs drop
          ip6 saddr 2001:db8:9::/48 drop
          @nh,51,13 77 drop
          tcp option maxseg size 1 drop
          exthdr mh exists drop
          limit rate over 1 mbytes/second burst 2 mbytes counter
          update @seen { ip saddr . th dport limit rate over 100/second } counter
          meta l4proto vmap { tcp : jump sub, icmp : continue }
        }
        chain g {
          type filter hook forward priority 0; policy accept;
          ip ttl 200 drop
          udp dport 7 reject
        }
      }
      """;

  @Test
  void shouldAllocateNothingForAMillionPacketsOfEveryKind() {
    List<byte[]> samples = SampleFrames.all();
    PipelineBench bench = new PipelineBench();
    bench.learned.silent = true;
    // All kinds in turn, so that a batch holds some of each.
    long allocated = AllocatedBytes.of(new Turns(bench, samples.toArray(byte[][]::new), BATCH));
    // The measurement itself takes about 1,200; one object in each batch would be 500,000.
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    assertEquals(bench.counters.received(), bench.allCounted());
    assertTrue(bench.counters.received() >= 2 * PACKETS);
    assertTrue(bench.counted("acme", Fate.DELIVERED.name()) > PACKETS / 10);
  }

  /** Every kind of rule, on packets that trees decide and on those that run through programs. */
  @Test
  void shouldAllocateNothingInFirewalls() {
    PipelineBench bench = new PipelineBench(PipelineFirewallTest.withFirewall(FIREWALL), BATCH);
    bench.learned.silent = true;
    byte[][] samples = SampleFrames.all().toArray(byte[][]::new);
    long allocated = AllocatedBytes.of(new Turns(bench, samples, BATCH));
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    assertTrue(bench.slots.firewalls().count("acme", 2).packets() > PACKETS / 20);
    assertTrue(bench.slots.firewalls().count("acme", 9).packets() > PACKETS / 100);
  }

  /** SYNs, segments of no connection and others: first learned, then enforced. */
  @Test
  void shouldAllocateNothingInTcpState() {
    Appliance enforcing = PipelineTcpStateTest.withTcpState(TcpState.Mode.ENFORCE, When.ALWAYS);
    PipelineBench bench = new PipelineBench(enforcing, BATCH);
    bench.learned.silent = true;
    Turns turns = new Turns(bench, PipelineTcpStateTest.samples(), BATCH);
    // So long that what comes again is no retransmission.
    turns.stepNs = 10_000_000_000L;
    long allocated = AllocatedBytes.of(turns);
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    assertTrue(bench.counted("acme", DropReason.TCP_OUT_OF_STATE.name()) > PACKETS / 10);
    assertTrue(bench.counted("acme", Fate.DELIVERED.name()) > PACKETS / 10);
  }

  /** Samples, with a ring that is never emptied, and with a tenant that is watched closely. */
  @Test
  void shouldAllocateNothingForSamples() {
    PipelineBench bench = new PipelineBench(ProtectedTenants.withChecks(Reaction.OBSERVE), BATCH);
    bench.learned.silent = true;
    bench.protection.sampling().watch(bench.tenant("acme"), true);
    byte[][] samples = SampleFrames.all().toArray(byte[][]::new);
    long allocated = AllocatedBytes.of(new Turns(bench, samples, BATCH));
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
  }

  /** All kinds of packets, and each mode's SYNs and cookies, to a tenant with a SYN guard. */
  @ParameterizedTest
  @EnumSource(
      value = SynFlood.Mode.class,
      names = {"CHALLENGE", "RESET", "RETRANSMIT"})
  void shouldAllocateNothingInTheSynGuard(SynFlood.Mode mode) {
    GuardedBench guard = new GuardedBench(GuardedBench.always(mode));
    guard.bench.learned.silent = true;
    List<byte[]> samples = new ArrayList<>(SampleFrames.all());
    for (int i = 0; i < 100; i++) {
      for (int flags : new int[] {GuardedBench.SYN, GuardedBench.RST, GuardedBench.ACK}) {
        samples.add(GuardedBench.segment(GuardedBench.ipv4("8.8.4." + i), 9, flags, i, i));
        samples.add(GuardedBench.segment(GuardedBench.ipv6("2600::" + i), 9, flags, i, i));
      }
    }
    guard.nowNs = 0;
    byte[][] frames = samples.toArray(byte[][]::new);
    long allocated = AllocatedBytes.of(new Turns(guard.bench, frames, BATCH));
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
  }

  /** Checks, signatures, rates, and fair shares, with something for each to find. */
  @Test
  void shouldAllocateNothingInProtection() {
    OptionalInt some = OptionalInt.of(100_000);
    var rates = new TrafficRates(some, some, some, some, some, some, OptionalInt.of(20_000));
    PipelineBench bench = new PipelineBench(ProtectedTenants.withRates(rates), BATCH);
    bench.learned.silent = true;
    bench
        .compiler
        .fingerprints()
        .install("acme", Signature.of("f", 17).word(0, 1, 0xff, 0).limit(1_000).build());
    bench.tables = bench.compiler.refingerprint(bench.tables);
    List<byte[]> samples = new ArrayList<>(SampleFrames.all());
    for (int host = 1; host < 250; host++) {
      Frames ip = fromUplink().ipv4("8.8.4." + host, "203.0.113." + host);
      switch (host % 5) {
        case 0 -> ip.tcp(host, 80, host);
        case 1 -> ip.udp(host % 2, 53).payload(host % 3);
        case 2 -> ip.id(host).protocol(17).flagsAndOffset(0x2000 | host).payload(80);
        case 3 -> ip.protocol(6).flagsAndOffset(1).payload(80);
        default -> ip.icmp(8, 0, 0);
      }
      samples.add(ip.bytes());
    }
    Turns turns = new Turns(bench, samples.toArray(byte[][]::new), BATCH);
    turns.overloaded = true;
    long allocated = AllocatedBytes.of(turns);
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    for (DropReason reason :
        List.of(
            DropReason.TCP_FLAGS,
            DropReason.TINY_FRAGMENT,
            DropReason.OVERLAPPING_FRAGMENT,
            DropReason.SOURCE_PORT_ZERO,
            DropReason.SIGNATURE_LIMITED,
            DropReason.RATE_LIMITED,
            DropReason.SOURCE_RATE_LIMITED,
            DropReason.FAIR_SHARE)) {
      assertTrue(bench.counted("acme", reason.name()) > 0, reason.name());
    }
  }

  /** A million packets, in turns of a batch. */
  private static final class Turns implements Runnable {

    private final PipelineBench bench;
    private final byte[][] samples;
    private final int batchPackets;
    private final int[] frameOf;
    private long nowNs;
    private long stepNs = 10_000;
    private boolean overloaded;

    Turns(PipelineBench bench, byte[][] samples, int batchPackets) {
      this.bench = bench;
      this.samples = samples;
      this.batchPackets = batchPackets;
      bench.packets.begin(new byte[batchPackets][64]);
      frameOf = IntStream.range(0, batchPackets).map(bench.packets.batch::frame).toArray();
    }

    @Override
    public void run() {
      Batch batch = bench.packets.batch;
      PacketMemory memory = bench.packets.memory;
      int next = 0;
      for (int sent = 0; sent < PACKETS; sent += batchPackets) {
        for (int i = 0; i < batchPackets; i++) {
          byte[] sample = samples[next];
          next = next + 1 == samples.length ? 0 : next + 1;
          memory.write(frameOf[i], sample, 0, sample.length);
          batch.setFrame(i, frameOf[i]);
          batch.setLength(i, sample.length);
        }
        batch.begin(batchPackets);
        nowNs += stepNs;
        bench.meters.begin();
        if (overloaded) {
          bench.pipeline.noteBurst(batchPackets, batchPackets, bench.tables, nowNs);
        }
        bench.pipeline.process(batch, TestAppliance.UPLINK, bench.tables, nowNs);
        bench.counters.count(batch);
      }
    }
  }
}
