package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.breakwater.config.Appliance;
import io.breakwater.config.protection.Reaction;
import io.breakwater.workers.protection.Fingerprints.Installed;
import io.breakwater.workers.protection.Signature;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fingerprints in the pipeline: installed, expired, removed, and kept over reloads. */
class PipelineSignatureTest {

  private static final String ACME = "203.0.113.9";
  private static final String ACME6 = "2001:db8:acc::9";

  private final Appliance configuration = ProtectedTenants.withChecks(Reaction.OFF);
  private final PipelineBench bench = new PipelineBench(configuration, 32);

  private List<String> fates(byte[]... frames) {
    bench.process(TestAppliance.UPLINK, frames);
    List<String> fates = new ArrayList<>();
    for (int i = 0; i < frames.length; i++) {
      fates.add(bench.packets.fate(i));
    }
    return fates;
  }

  private Installed install(Signature signature) {
    Installed installed = bench.compiler.fingerprints().install("acme", signature).orElseThrow();
    bench.tables = bench.compiler.refingerprint(bench.tables);
    return installed;
  }

  private static byte[] udp(int source, int length, String destination) {
    return fromUplink().ipv4(CLIENT, destination).udp(source, 80).payload(length).bytes();
  }

  @Test
  void shouldDropWhatFitsAFingerprint() {
    Installed installed =
        install(Signature.of("f-1", 17).sourcePorts(53, 53).lengths(100, 200).build());
    assertEquals(
        List.of("DELIVERED", "SIGNATURE", "SIGNATURE", "DELIVERED", "DELIVERED", "SIGNATURE"),
        fates(
            udp(53, 71, ACME),
            udp(53, 72, ACME),
            udp(53, 172, ACME),
            udp(53, 173, ACME),
            udp(54, 100, ACME),
            fromUplink().ipv6(CLIENT6, ACME6).udp(53, 80).payload(60).bytes()));
    assertEquals(List.of("DELIVERED"), fates(udp(53, 100, "100.64.0.1")));
    int acme = bench.tenant("acme");
    assertEquals(3, bench.protection.checks().matchedFingerprint(acme, installed.place()));
  }

  @Test
  void shouldLookAtWordsOfThePayload() {
    // A DNS answer: the first bit of the flags.
    install(Signature.of("f-1", 17).word(2, 2, 0x8000, 0x8000).build());
    install(Signature.of("f-2", 6).word(0, 8, -1L, 0x4142434445464748L).build());
    install(Signature.of("f-3", 1).word(0, 1, 0xff, 8).build());
    assertEquals(
        List.of(
            "SIGNATURE",
            "DELIVERED",
            "DELIVERED",
            "SIGNATURE",
            "DELIVERED",
            "DELIVERED",
            "SIGNATURE",
            "DELIVERED"),
        fates(
            fromUplink().ipv4(CLIENT, ACME).udp(53, 80).payload("0001 8180").bytes(),
            fromUplink().ipv4(CLIENT, ACME).udp(53, 80).payload("0001 0180").bytes(),
            // Not there.
            fromUplink().ipv4(CLIENT, ACME).udp(53, 80).payload("0001 81").bytes(),
            fromUplink()
                .ipv4(CLIENT, ACME)
                .tcp(53, 80, 16, new byte[] {1, 1, 1, 1})
                .payload("4142434445464748")
                .bytes(),
            fromUplink().ipv4(CLIENT, ACME).tcp(53, 80, 16).payload("41424344454647").bytes(),
            fromUplink().ipv4(CLIENT, ACME).tcp(53, 80, 16).payload("4142434445464749").bytes(),
            fromUplink().ipv4(CLIENT, ACME).icmp(8, 0, 0).bytes(),
            fromUplink().ipv4(CLIENT, ACME).icmp(0, 0, 0).bytes()));
  }

  @Test
  void shouldStopWhenAFingerprintExpiresOrIsRemoved() {
    install(Signature.of("f-1", 17).sourcePorts(53, 53).expires(bench.nowNs + 10).build());
    install(Signature.of("f-2", 17).sourcePorts(54, 54).build());
    assertEquals(List.of("SIGNATURE", "SIGNATURE"), fates(udp(53, 9, ACME), udp(54, 9, ACME)));
    bench.nowNs += 10;
    assertEquals(List.of("DELIVERED", "SIGNATURE"), fates(udp(53, 9, ACME), udp(54, 9, ACME)));
    bench.compiler.fingerprints().expire(bench.nowNs);
    assertEquals(1, bench.compiler.fingerprints().of("acme").size());
    bench.compiler.fingerprints().remove("acme", "f-2");
    bench.tables = bench.compiler.refingerprint(bench.tables);
    assertEquals(List.of("DELIVERED"), fates(udp(54, 9, ACME)));
  }

  @Test
  void shouldLimitAndObserve() {
    install(Signature.of("f-1", 17).sourcePorts(53, 53).limit(100).build());
    Installed observed =
        install(
            Signature.of("f-2", 17)
                .sourcePorts(54, 54)
                .reaction(Signature.Reaction.OBSERVE)
                .build());
    for (int n = 0; n < 30; n++) {
      fates(udp(53, 9, ACME), udp(54, 9, ACME));
    }
    assertEquals(20, bench.counted("acme", "SIGNATURE_LIMITED"));
    assertEquals(40, bench.counted("acme", "DELIVERED"));
    int acme = bench.tenant("acme");
    assertEquals(30, bench.protection.checks().matchedFingerprint(acme, observed.place()));
  }

  @Test
  void shouldKeepFingerprintsOverReloadsAndForgetThoseOfUnprotectedTenants() {
    install(Signature.of("f-1", 17).sourcePorts(53, 53).build());
    bench.tables = bench.compiler.compile(configuration);
    assertEquals(List.of("SIGNATURE"), fates(udp(53, 9, ACME)));
    bench.tables = bench.compiler.compile(TestAppliance.standard());
    assertEquals(List.of("DELIVERED"), fates(udp(53, 9, ACME)));
    bench.tables = bench.compiler.compile(configuration);
    assertEquals(List.of("DELIVERED"), fates(udp(53, 9, ACME)));
  }

  @Test
  void shouldChangeNothingElseWithAFingerprint() {
    ForwardingTables before = bench.tables;
    install(Signature.of("f-1", 17).sourcePorts(53, 53).build());
    assertSame(before.tunnels(), bench.tables.tunnels());
    assertSame(before.protection().statics(), bench.tables.protection().statics());
    assertNotSame(before.protection().signatures(), bench.tables.protection().signatures());
    assertEquals(before.generation() + 1, bench.tables.generation());
  }
}
