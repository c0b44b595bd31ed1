package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.protection.Reaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of protected tenants as the control thread is shown them. */
class PipelineSamplingTest {

  private static final int ETHERNET_BYTES = 14;
  private static final int SAMPLE_BYTES = 96;
  private static final long SECOND_NS = 1_000_000_000L;

  private final PipelineBench bench =
      new PipelineBench(ProtectedTenants.withChecks(Reaction.DROP), 32);
  private final List<byte[]> samples = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();

  private void drain() {
    bench
        .protection
        .sampling()
        .drainTo((tenant, first, length) -> {
          assertEquals(bench.tenant("acme"), tenant);
          samples.add(first);
          lengths.add(length);
        });
  }

  private static byte[] packet(byte[] frame, int bytes) {
    return Arrays.copyOfRange(frame, ETHERNET_BYTES, ETHERNET_BYTES + bytes);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 60, 67, 68, 69, 1000})
  void shouldShowTheFirstBytesAndTheLengthOfAPacket(int payload) {
    byte[] frame = fromUplink().ipv4(CLIENT, "203.0.113.9").udp(53, 4242).payload(payload).bytes();
    bench.process(TestAppliance.UPLINK, frame);
    drain();
    int length = 28 + payload;
    assertEquals(List.of(length), lengths);
    assertArrayEquals(packet(frame, Math.min(length, SAMPLE_BYTES)), samples.getFirst());
  }

  @Test
  void shouldShowWhatChecksDropAndIpv6() {
    byte[] nullScan = fromUplink().ipv4(CLIENT, "203.0.113.9").tcp(4242, 80, 0).bytes();
    byte[] six = fromUplink().ipv6(CLIENT6, "2001:db8:acc::9").tcp(4242, 80, 16).bytes();
    bench.process(TestAppliance.UPLINK, nullScan);
    bench.nowNs += SECOND_NS;
    bench.process(TestAppliance.UPLINK, six);
    bench.nowNs += SECOND_NS;
    bench.process(TestAppliance.UPLINK, six);
    drain();
    assertTrue(samples.stream().anyMatch(sample -> sample[0] >>> 4 == 4));
    assertTrue(samples.stream().anyMatch(sample -> sample[0] >>> 4 == 6));
  }

  @Test
  void shouldShowNothingOfTenantsWithoutProtection() {
    byte[] frame = fromUplink().ipv4(CLIENT, "198.51.100.9").tcp(4242, 80, 16).bytes();
    bench.process(TestAppliance.UPLINK, frame);
    drain();
    assertEquals(List.of(), lengths);
  }

  @Test
  void shouldShowAboutTwoASecondOfAStreamAndManyWhereItIsWatchedClosely() {
    byte[] frame = fromUplink().ipv4(CLIENT, "203.0.113.9").tcp(4242, 80, 16).bytes();
    byte[][] burst = new byte[32][];
    Arrays.fill(burst, frame);
    int[] counts = new int[3];
    for (int second = 0; second < 60; second++) {
      if (second == 40) {
        bench.protection.sampling().watch(bench.tenant("acme"), true);
      }
      for (int i = 0; i < 500; i++) {
        bench.process(TestAppliance.UPLINK, burst);
        bench.nowNs += SECOND_NS / 500;
      }
      samples.clear();
      drain();
      counts[second / 20] += samples.size();
    }
    assertTrue(counts[0] < 400, Arrays.toString(counts));
    assertTrue(counts[1] > 10 && counts[1] < 80, Arrays.toString(counts));
    assertTrue(counts[2] > 20 * 50 && counts[2] < 20 * 500, Arrays.toString(counts));
  }
}
