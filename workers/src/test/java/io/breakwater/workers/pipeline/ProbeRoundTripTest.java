package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import io.breakwater.config.TunnelHealth.Probe;
import io.breakwater.config.TunnelHealth.Rate;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.stage.ProbeFrames;
import io.breakwater.workers.stage.ProbeInput;
import io.breakwater.workers.stage.ProbeMessage;
import io.breakwater.workers.stage.ProbeSender;
import io.breakwater.workers.table.ProbeLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A probe's whole way: out of the sender, and back as an answer through the pipeline. */
class ProbeRoundTripTest {

  private static final long MS = 1_000_000L;

  private final TestBatch buffers = new TestBatch();
  private final ProbeMessage message = new ProbeMessage(1, 2);
  private final ProbeLog log = new ProbeLog(1_000);
  private final List<String> answers = new ArrayList<>();
  private final Sent sent = new Sent();
  private PipelineBench bench;
  private ProbeSender sender;

  private final class Sent implements ProbeFrames {
    final List<byte[]> frames = new ArrayList<>();
    int discarded;
    boolean hasBuffers = true;

    @Override
    public Batch allocate(int count) {
      byte[][] empty = new byte[count][256];
      buffers.begin(empty);
      return hasBuffers ? buffers.batch : null;
    }

    @Override
    public void send() {
      for (int i = 0; i < buffers.batch.count(); i++) {
        if (buffers.fate(i).equals("DELIVERED")) {
          frames.add(buffers.frame(i));
        } else {
          discarded++;
        }
      }
    }
  }

  private static Tunnel tunnel(String name, String remote, TunnelHealth health, long... key) {
    Tunnel plain = TestAppliance.tunnel(name, remote, 10, 1, key);
    return new Tunnel(
        name,
        plain.local(),
        plain.remote(),
        10,
        1,
        key.length == 0 ? OptionalLong.empty() : OptionalLong.of(key[0]),
        OptionalInt.empty(),
        OuterHeader.DEFAULT,
        Fit.DEFAULT,
        health);
  }

  private static TunnelHealth health(Probe probe, Rate rate, String target) {
    return new TunnelHealth(
        probe, rate, Optional.ofNullable(target).map(TestAppliance::address), 1_000);
  }

  private void configure(Tunnel... tunnels) {
    Appliance configuration =
        TestAppliance.appliance(
            List.of(TestAppliance.uplink(), TestAppliance.inside()),
            TestAppliance.tenant("acme", false, List.of("203.0.113.0/24"), tunnels));
    var input =
        new ProbeInput(message, (tunnel, sequence, rttNs) -> answers.add(tunnel + " #" + sequence));
    bench = new PipelineBench(configuration, 32, input);
    sender = new ProbeSender(buffers.memory, message, log, bench.neighbours);
  }

  private List<byte[]> tick(double ms) {
    sent.frames.clear();
    sender.tick(
        (long) (ms * MS),
        bench.tables.probes(),
        bench.tables.tunnels(),
        bench.tables.nextHops(),
        bench.tables.ports(),
        sent);
    return List.copyOf(sent.frames);
  }

  private byte[] firstProbe() {
    tick(0);
    List<byte[]> frames = tick(1_000);
    assertEquals(1, frames.size());
    return frames.getFirst();
  }

  /** What the tenant's router makes of an inner packet: an answer, or the packet itself. */
  private static byte[] answer(byte[] inner) {
    byte[] answer = inner.clone();
    boolean ipv6 = answer[0] >>> 4 == 6;
    int icmp = ipv6 ? 40 : 20;
    int reply = ipv6 ? 129 : 0;
    if ((answer[icmp] & 0xff) != reply) {
      int length = ipv6 ? 16 : 4;
      int at = ipv6 ? 8 : 12;
      System.arraycopy(inner, at, answer, at + length, length);
      System.arraycopy(inner, at + length, answer, at, length);
      answer[icmp] = (byte) reply;
    }
    return checksummed(answer);
  }

  private static byte[] checksummed(byte[] packet) {
    boolean ipv6 = packet[0] >>> 4 == 6;
    int icmp = ipv6 ? 40 : 20;
    packet[icmp + 2] = 0;
    packet[icmp + 3] = 0;
    byte[] message = Arrays.copyOfRange(packet, icmp, packet.length);
    byte[] addresses = ipv6 ? Arrays.copyOfRange(packet, 8, 40) : new byte[0];
    byte[] tail = ipv6 ? new byte[] {0, 0, 0, (byte) message.length, 0, 0, 0, 58} : new byte[0];
    int checksum = Frames.checksum(addresses, tail, message);
    packet[icmp + 2] = (byte) (checksum >>> 8);
    packet[icmp + 3] = (byte) checksum;
    return packet;
  }

  private static byte[] inner(byte[] frame, int outerBytes) {
    return Arrays.copyOfRange(frame, 14 + outerBytes, frame.length);
  }

  private static byte[] straight(byte[] packet) {
    int type = packet[0] >>> 4 == 6 ? 0x86dd : 0x0800;
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC, type)
        .payload(packet)
        .bytes();
  }

  private static byte[] tunnelled(byte[] packet) {
    byte[] gre = {
      0, 0, (byte) (packet[0] >>> 4 == 6 ? 0x86 : 8), (byte) (packet[0] >>> 4 == 6 ? 0xdd : 0)
    };
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC)
        .ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT)
        .protocol(47)
        .payload(gre)
        .payload(packet)
        .bytes();
  }

  private String fate(byte[] frame) {
    bench.process(TestAppliance.UPLINK, frame);
    return bench.packets.fate(0);
  }

  @Test
  void shouldAskTheRemoteInsideItsTunnelFromOurOwnAddress() {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, TunnelHealth.DEFAULT));
    byte[] frame = firstProbe();
    byte[] inner = inner(frame, 24);
    byte[] expected =
        Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC)
            .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
            .id(0)
            .flagsAndOffset(0x4000)
            .gre()
            .ipv4(TestAppliance.UPLINK_IPV4, TestAppliance.ACME_REMOTE)
            .id(0)
            .flagsAndOffset(0x4000)
            .icmp(8, 0, 0x4257_0001)
            .payload(Arrays.copyOfRange(inner, 28, inner.length))
            .bytes();
    assertEquals(Frames.hex(expected), Frames.hex(frame));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @CsvSource({
    "REQUEST, ",
    "REPLY, ",
    "REQUEST, 10.9.9.9",
    "REPLY, 10.9.9.9",
    "REQUEST, 2001:db8:77::9",
    "REPLY, 2001:db8:77::9"
  })
  void shouldKnowItsAnswersByEitherWay(Probe probe, String target) {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, health(probe, Rate.HIGH, target)));
    byte[] answer = answer(inner(firstProbe(), 24));
    assertEquals("CONSUMED", fate(straight(answer)));
    assertEquals("CONSUMED", fate(tunnelled(answer)));
    assertEquals(List.of("1 #1", "1 #1"), answers);
    assertEquals(1, bench.counted(null, "CONSUMED"));
    assertEquals(1, bench.counted("acme", "CONSUMED"));
  }

  @ParameterizedTest(name = "byte {0}")
  @ValueSource(ints = {28, 40, 43, 47, 52, 59})
  void shouldNotTakeForgedAnswers(int forged) {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, TunnelHealth.DEFAULT));
    byte[] answer = answer(inner(firstProbe(), 24));
    answer[forged] ^= 1;
    checksummed(answer);
    assertEquals("HOST", fate(straight(answer)));
    assertEquals("SPOOFED_INNER_SOURCE", fate(tunnelled(answer)));
    assertEquals(List.of(), answers);
  }

  /** The host may ping, and hears what answers it; a short or a broken reply is no answer. */
  @Test
  void shouldLeaveOtherEchoRepliesToTheHost() {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, TunnelHealth.DEFAULT));
    byte[] answer = answer(inner(firstProbe(), 24));
    byte[] request = answer.clone();
    request[20] = 8;
    assertEquals("ANSWERED", fate(straight(checksummed(request))));
    byte[] pong =
        Frames.packet().ipv4("8.8.4.4", TestAppliance.UPLINK_IPV4).icmp(0, 0, 7).payload(8).bytes();
    assertEquals("HOST", fate(straight(pong)));
    byte[] broken = answer.clone();
    broken[22] ^= 1;
    assertEquals("ICMP_BAD_CHECKSUM", fate(straight(broken)));
    assertEquals("SPOOFED_INNER_SOURCE", fate(tunnelled(broken)));
    assertEquals(List.of(), answers);
  }

  @Test
  void shouldNotProbeWhatIsOffOrHasNoAddressToAskFrom() {
    configure(
        tunnel("a", "198.18.0.1", TunnelHealth.OFF),
        tunnel("b", "198.18.0.2", health(Probe.REQUEST, Rate.LOW, null)));
    assertEquals(1, bench.tables.probes().count(0));
    assertEquals(0, bench.tables.probes().count(1));
    assertEquals(2, bench.tables.probes().tunnel(bench.tables.probes().wordsOf(0, 0)));
  }

  @Test
  void shouldSpreadProbesEvenlyOverTheInterval() {
    Tunnel[] tunnels = new Tunnel[20];
    for (int i = 0; i < tunnels.length; i++) {
      tunnels[i] = tunnel("t" + i, "198.18.0." + (i + 1), health(Probe.REQUEST, Rate.MEDIUM, null));
    }
    configure(tunnels);
    tick(0);
    int[] probes = new int[tunnels.length + 1];
    int most = 0;
    for (double ms = 1_000; ms < 2_000; ms += 0.5) {
      List<byte[]> frames = tick(ms);
      most = Math.max(most, frames.size());
      frames.forEach(frame -> probes[Frames.u16(inner(frame, 24), 28 + 8 + 2)]++);
    }
    assertEquals(1, most);
    assertEquals("[0" + ", 4".repeat(tunnels.length) + "]", Arrays.toString(probes));
  }

  @Test
  void shouldNotMakeUpForALongStall() {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, health(Probe.REQUEST, Rate.HIGH, null)));
    firstProbe();
    assertEquals(1, tick(5_000).size());
    assertEquals(0, tick(5_099).size());
    assertEquals(1, tick(5_100).size());
  }

  @Test
  void shouldWaitForABufferAndCountWhatCannotLeave() {
    configure(tunnel("a", TestAppliance.ACME_REMOTE, TunnelHealth.DEFAULT));
    tick(0);
    sent.hasBuffers = false;
    assertEquals(0, tick(1_000).size());
    assertEquals(0, log.last(1));
    sent.hasBuffers = true;
    assertEquals(1, tick(1_001).size());
    assertEquals(1, log.last(1));
    assertEquals(1_001 * MS, log.timeNs(1, 1));
    for (int slot = 1; slot < bench.tables.neighbours().length; slot++) {
      bench.neighbours.unresolve(slot);
    }
    assertEquals(0, tick(1_300).size());
    assertEquals(1, sent.discarded);
    assertEquals(2, log.last(1));
  }
}
