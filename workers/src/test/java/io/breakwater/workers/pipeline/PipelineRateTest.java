package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.protection.TrafficRates;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.protection.TrafficClass;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Rates of classes and of sources, on the way to a protected tenant. */
class PipelineRateTest {

  private static final String ACME = "203.0.113.9";
  private static final String ACME6 = "2001:db8:acc::9";
  private static final OptionalInt ANY = OptionalInt.empty();
  private static final int SYN = 2;

  private PipelineBench bench;

  private static TrafficRates rates(OptionalInt syn, OptionalInt udp, OptionalInt source) {
    return new TrafficRates(syn, ANY, udp, ANY, ANY, ANY, source);
  }

  private void start(TrafficRates rates) {
    bench = new PipelineBench(ProtectedTenants.withRates(rates), 32);
  }

  private void send(int times, byte[]... frames) {
    for (int n = 0; n < times; n++) {
      bench.process(TestAppliance.UPLINK, frames);
    }
  }

  private long delivered() {
    return bench.counted("acme", Fate.DELIVERED.name());
  }

  private long dropped(DropReason reason) {
    return bench.counted("acme", reason.name());
  }

  private static byte[] udp(String source) {
    return fromUplink().ipv4(source, ACME).udp(1, 53).bytes();
  }

  /** A bucket holds what a tenth of a second lets by. */
  @Test
  void shouldLimitAClassOfBothFamiliesTogether() {
    start(rates(OptionalInt.of(1_000), ANY, ANY));
    byte[] syn = fromUplink().ipv4(CLIENT, ACME).tcp(4242, 80, SYN).bytes();
    byte[] syn6 = fromUplink().ipv6(CLIENT6, ACME6).tcp(4242, 80, SYN).bytes();
    send(100, syn, syn6, udp(CLIENT));
    assertEquals(100, dropped(DropReason.RATE_LIMITED));
    assertEquals(200, delivered());
    bench.nowNs += 50_000_000;
    send(100, syn);
    assertEquals(150, dropped(DropReason.RATE_LIMITED));
  }

  @Test
  void shouldLimitEachSourceByItself() {
    start(rates(ANY, OptionalInt.of(2_000), OptionalInt.of(200)));
    send(100, udp("8.8.4.1"));
    assertEquals(20, delivered());
    assertEquals(80, dropped(DropReason.SOURCE_RATE_LIMITED));
    // Who is over his own rate has taken nothing from the others.
    for (int host = 1; host < 10; host++) {
      send(20, udp("8.8.5." + host));
    }
    assertEquals(200, delivered());
    send(1, udp("8.8.6.1"));
    assertEquals(1, dropped(DropReason.RATE_LIMITED));
  }

  @Test
  void shouldTakeTheFirstHalfOfAnIpv6AddressForTheSource() {
    start(rates(ANY, ANY, OptionalInt.of(10)));
    send(
        1,
        fromUplink().ipv6("2600::1:0:0:8", ACME6).udp(1, 2).bytes(),
        fromUplink().ipv6("2600::2:0:0:9", ACME6).udp(1, 2).bytes(),
        fromUplink().ipv6("2600::3:0:0:9", ACME6).udp(1, 2).bytes(),
        fromUplink().ipv6("2600:0:0:1::9", ACME6).udp(1, 2).bytes());
    assertEquals(1, dropped(DropReason.SOURCE_RATE_LIMITED));
    assertEquals(3, delivered());
  }

  @Test
  void shouldLetByWhatHasNoRate() {
    start(TrafficRates.NONE);
    send(1_000, udp(CLIENT));
    assertEquals(1_000, delivered());
  }

  @Test
  void shouldBeginAnewWithTheNextTenantOfASlot() {
    start(rates(ANY, OptionalInt.of(1_000), ANY));
    send(200, udp(CLIENT));
    int acme = bench.tenant("acme");
    assertEquals(200, bench.protection.checks().packets(acme, TrafficClass.UDP));
    bench.protection.reassignTenant(acme, 0);
    assertEquals(0, bench.protection.checks().packets(acme, TrafficClass.UDP));
    send(200, udp(CLIENT));
    assertEquals(200, delivered());
  }
}
