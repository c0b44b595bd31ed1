package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.AllocatedBytes;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketMemory;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

  /** A million packets, in turns of a batch. */
  private static final class Turns implements Runnable {

    private final PipelineBench bench;
    private final byte[][] samples;
    private final int batchPackets;
    private final int[] frameOf;
    private long nowNs;

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
        nowNs += 10_000;
        bench.meters.begin();
        bench.pipeline.process(batch, TestAppliance.UPLINK, bench.tables, nowNs);
        bench.counters.count(batch);
      }
    }
  }
}
