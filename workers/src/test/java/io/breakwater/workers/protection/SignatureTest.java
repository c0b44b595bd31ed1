package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.protection.SignatureTable.TenantFingerprints;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SignatureTest {

  @Test
  void shouldSayItInTheWordsOfNftables() {
    assertEquals(
        "udp sport 53 meta length 512-1500 @th,80,16 & 0x8000 == 0x8000 drop",
        Signature.of("f", 17)
            .sourcePorts(53, 53)
            .lengths(512, 1500)
            .word(2, 2, 0x8000, 0x8000)
            .build()
            .toNft());
    assertEquals(
        "tcp dport 80-443 ip ttl 128 tcp flags & (syn|ack) == syn counter",
        Signature.of("f", 6)
            .destinationPorts(80, 443)
            .ttls(128, 128)
            .tcpFlags(0x12, 2)
            .reaction(Signature.Reaction.OBSERVE)
            .build()
            .toNft());
    assertEquals(
        "meta l4proto icmp @th,0,8 0x8 limit rate over 100/second drop",
        Signature.of("f", 1).word(0, 1, 0xff, 8).limit(100).build().toNft());
    assertEquals(
        "meta l4proto tcp @ih,72,8 >= 0x0 @ih,0,64 0x4142434445464748 drop",
        Signature.of("f", 6).payloadMin(10).word(0, 8, -1L, 0x4142434445464748L).build().toNft());
    assertEquals(
        "meta l4proto udp udp length >= 18 drop",
        Signature.of("f", 17).payloadMin(10).build().toNft());
    assertEquals("meta length 0-60 drop", Signature.of("f", -1).lengths(0, 60).build().toNft());
  }

  @Test
  void shouldRefuseWhatContradictsItself() {
    SignatureBuilder icmpPorts = Signature.of("f", 1).sourcePorts(1, 1);
    assertThrows(IllegalArgumentException.class, icmpPorts::build);
    SignatureBuilder udpFlags = Signature.of("f", 17).tcpFlags(2, 2);
    assertThrows(IllegalArgumentException.class, udpFlags::build);
    SignatureBuilder anyWord = Signature.of("f", -1).word(0, 1, 1, 1);
    assertThrows(IllegalArgumentException.class, anyWord::build);
    SignatureBuilder noLimit = Signature.of("f", 6).limit(0);
    assertThrows(IllegalArgumentException.class, noLimit::build);
    SignatureBuilder builder = Signature.of("f", 6);
    assertThrows(IllegalArgumentException.class, () -> builder.word(0, 2, 0x10000, 0));
    assertThrows(IllegalArgumentException.class, () -> builder.word(0, 2, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> builder.word(-1, 2, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.word(0, 9, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> builder.sourcePorts(5, 4));
  }

  @Test
  void shouldRefuseToInstallWhatFitsEverything() {
    Fingerprints fingerprints = new Fingerprints();
    Signature all = Signature.of("f", -1).lengths(20, 65_535).ttls(1, 255).build();
    assertThrows(IllegalArgumentException.class, () -> fingerprints.install("a", all));
    assertTrue(Signature.of("f", -1).build().matchesEverything());
    assertFalse(Signature.of("f", 17).build().matchesEverything());
  }

  @Test
  void shouldGiveATenantEightPlacesAndReuseThem() {
    Fingerprints fingerprints = new Fingerprints();
    for (int n = 0; n < Fingerprints.PER_TENANT; n++) {
      assertEquals(n, fingerprints.install("a", udp("f-" + n)).orElseThrow().place());
    }
    assertTrue(fingerprints.install("a", udp("g")).isEmpty());
    assertEquals(0, fingerprints.install("b", udp("g")).orElseThrow().place());
    assertEquals(3, fingerprints.install("a", udp("f-3")).orElseThrow().place());
    assertEquals(5, fingerprints.remove("a", "f-5").orElseThrow().place());
    assertTrue(fingerprints.remove("a", "f-5").isEmpty());
    assertEquals(5, fingerprints.install("a", udp("g")).orElseThrow().place());
  }

  private static Signature udp(String id) {
    return Signature.of(id, 17).build();
  }

  /** The packed form against the fields, at values around their bounds. */
  @RepeatedTest(50)
  void shouldFitTheSamePacketsInThePackedForm(RepetitionInfo repetition) {
    SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
    int[] protocols = {-1, 0, 6, 17, 1, 255};
    int protocol = protocols[random.nextInt(protocols.length)];
    boolean ported = protocol == 6 || protocol == 17;
    SignatureBuilder builder = Signature.of("f", protocol);
    int[] source = ported && random.nextBoolean() ? range(random, 0xffff) : new int[] {0, 0xffff};
    int[] port = ported && random.nextBoolean() ? range(random, 0xffff) : new int[] {0, 0xffff};
    int[] length = range(random, 0xffff);
    int[] ttl = range(random, 0xff);
    int mask = protocol == 6 ? random.nextInt(256) : 0;
    int flags = random.nextInt(256) & mask;
    builder.sourcePorts(source[0], source[1]).destinationPorts(port[0], port[1]);
    builder.lengths(length[0], length[1]).ttls(ttl[0], ttl[1]).tcpFlags(mask, flags);
    Signature signature = builder.build();
    SignatureTable table =
        new SignatureTable.Builder(2, List.of())
            .build()
            .withFingerprints(
                List.of(
                    new TenantFingerprints(1, List.of(new Fingerprints.Installed(0, signature)))));
    for (int n = 0; n < 2_000; n++) {
      int sent = random.nextInt(4) == 0 ? protocols[1 + random.nextInt(5)] : Math.max(0, protocol);
      boolean hasPorts = sent == 6 || sent == 17;
      int from = hasPorts ? near(random, source, 0xffff) : 0;
      int to = hasPorts ? near(random, port, 0xffff) : 0;
      int bytes = near(random, length, 0xffff);
      int hops = near(random, ttl, 0xff);
      int sentFlags = sent == 6 ? random.nextBoolean() ? flags : random.nextInt(256) : 0;
      boolean expected =
          (protocol == -1 || protocol == sent)
              && within(source, from)
              && within(port, to)
              && within(length, bytes)
              && within(ttl, hops)
              && (sentFlags & mask) == flags;
      assertEquals(
          expected,
          SignatureTable.fits(
              table.fingerprints(), 0, sent, from << 16 | to, bytes, hops, sentFlags),
          signature.toNft());
    }
  }

  private static int[] range(SplittableRandom random, int max) {
    int first = random.nextInt(max + 1);
    return new int[] {first, random.nextInt(first, max + 1)};
  }

  private static int near(SplittableRandom random, int[] range, int max) {
    int value = range[random.nextInt(2)] + random.nextInt(-1, 2);
    return Math.clamp(value, 0, max);
  }

  private static boolean within(int[] range, int value) {
    return value >= range[0] && value <= range[1];
  }
}
