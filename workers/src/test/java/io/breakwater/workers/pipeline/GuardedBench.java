package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.fromUplink;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.TrafficRates;
import io.breakwater.config.protection.When;
import io.breakwater.workers.Frames;
import io.breakwater.workers.protection.CookieKeys;
import io.breakwater.workers.protection.SynGuardCounters.Event;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A pipeline whose tenant acme has a SYN guard and no other protection, and its time. */
final class GuardedBench {

  static final String SERVER = "203.0.113.7";
  static final String SERVER6 = "2001:db8:acc::7";
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int ACK = 0x10;
  static final int SYN_ACK = SYN | ACK;

  static final long SECOND_NS = 1_000_000_000L;

  final PipelineBench bench;
  long nowNs = 3_600 * SECOND_NS;

  GuardedBench(SynFlood flood) {
    this(guarded(flood, Optional.empty()));
  }

  GuardedBench(Appliance configuration) {
    bench = new PipelineBench(configuration, 32);
    bench.protection.synGuard().setKeys(CookieKeys.derive(new byte[32], nowNs, 0));
  }

  /** Always engaged. */
  static SynFlood always(SynFlood.Mode mode, SynFlood.Exception... exceptions) {
    return new SynFlood(mode, When.ALWAYS, 20_000, 5_000, 0, 30, List.of(exceptions));
  }

  static Appliance guarded(SynFlood flood, Optional<Firewall> firewall) {
    Appliance standard = TestAppliance.standard();
    Map<String, Tenant> tenants = new TreeMap<>(standard.tenants());
    Tenant acme = tenants.get("acme");
    var checks =
        new StaticChecks(Reaction.OFF, Reaction.OFF, Reaction.OFF, Reaction.OFF, Reaction.OFF);
    var protection =
        new Protection(
            flood,
            new TcpState(TcpState.Mode.OFF, When.NEVER),
            checks,
            new Amplification(Reaction.OFF, new TreeMap<>(), 1_000),
            TrafficRates.NONE,
            Protection.Automatic.OFF);
    tenants.put(
        "acme",
        new Tenant(
            acme.name(),
            acme.prefixes(),
            acme.tunnels(),
            acme.egress(),
            firewall,
            Optional.of(protection)));
    return TestAppliance.with(standard, new TreeMap<>(tenants));
  }

  static Frames ipv4(String client) {
    return fromUplink().ipv4(client, SERVER);
  }

  static Frames ipv6(String client) {
    return fromUplink().ipv6(client, SERVER6);
  }

  static byte[] segment(Frames ip, int source, int flags, int sequence, int acknowledgement) {
    return segment(ip, source, 443, flags, sequence, acknowledgement);
  }

  /** A segment without data behind an IP layer that was begun, with ports and numbers. */
  static byte[] segment(
      Frames ip, int source, int destination, int flags, int sequence, int acknowledgement) {
    byte[] frame = ip.tcp(source, destination, flags).bytes();
    return withNumbers(frame, frame.length - 20, sequence, acknowledgement);
  }

  /** The same with options or data, whose TCP header is at a position. */
  static byte[] withNumbers(byte[] frame, int tcp, int sequence, int acknowledgement) {
    ByteBuffer.wrap(frame).putInt(tcp + 4, sequence).putInt(tcp + 8, acknowledgement);
    return frame;
  }

  /** The fate of a frame that comes in now. */
  String fate(byte[] frame) {
    bench.process(TestAppliance.UPLINK, nowNs, frame);
    return bench.packets.fate(0);
  }

  /** The frame that was sent because of the last one. */
  Answer answer() {
    return new Answer(bench.packets.frame(0));
  }

  long count(Event event) {
    return bench.protection.synGuard().count(bench.tenant("acme"), event);
  }

  void pass(double seconds) {
    nowNs += (long) (seconds * SECOND_NS);
  }

  /** What was sent, by its fields. */
  record Answer(byte[] frame) {

    int network() {
      int type = 12;
      while (Frames.u16(frame, type) == 0x8100 || Frames.u16(frame, type) == 0x88a8) {
        type += 4;
      }
      return type + 2;
    }

    int tcp() {
      return network() + (Frames.u8(frame, network()) >>> 4 == 4 ? 20 : 40);
    }

    boolean isTcp() {
      int at = network();
      return Frames.u8(frame, Frames.u8(frame, at) >>> 4 == 4 ? at + 9 : at + 6) == 6;
    }

    int flags() {
      return Frames.u8(frame, tcp() + 13);
    }

    int sequence() {
      return ByteBuffer.wrap(frame).getInt(tcp() + 4);
    }

    int acknowledgement() {
      return ByteBuffer.wrap(frame).getInt(tcp() + 8);
    }

    boolean checksumsHold() {
      boolean ipv6 = Frames.u8(frame, network()) >>> 4 == 6;
      return (ipv6 || Frames.ipv4ChecksumHolds(frame, network()))
          && Frames.upperChecksumHolds(frame, network());
    }
  }
}
