package io.breakwater.appliance.mitigation;

import static io.breakwater.appliance.mitigation.TestPackets.ACK;
import static io.breakwater.appliance.mitigation.TestPackets.FIN;
import static io.breakwater.appliance.mitigation.TestPackets.RST;
import static io.breakwater.appliance.mitigation.TestPackets.SYN;
import static io.breakwater.appliance.mitigation.TestPackets.bytes;
import static io.breakwater.appliance.mitigation.TestPackets.icmp;
import static io.breakwater.appliance.mitigation.TestPackets.ip;
import static io.breakwater.appliance.mitigation.TestPackets.tcp;
import static io.breakwater.appliance.mitigation.TestPackets.udp;

import io.breakwater.workers.protection.TrafficClass;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The catalogue of attacks that the detector is tested with: what each sends.
 *
 * <p>Amplifiers are many hosts with the TTLs of the whole Internet; floods are one tool's, with one
 * initial TTL and paths of some hops, or a random TTL.
 */
enum Attack {
  DNS(TrafficClass.UDP, r -> dns(r)),
  NTP(TrafficClass.UDP, r -> answer(r, 123, 440, 440, 0xd7, 0x00, 0x03, 0x2a, 0x00, 0x06, 0, 0x48)),
  MEMCACHED(
      TrafficClass.UDP,
      r -> answer(r, 11211, 1400, 1400, -1, -1, 0, -1, 0, 0x40, 0, 0, 'V', 'A', 'L', 'U')),
  SSDP(
      TrafficClass.UDP,
      r -> text(r, 1900, "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\n", 250, 400)),
  CLDAP(
      TrafficClass.UDP,
      r -> answer(r, 389, 1400, 3000 - 1552, 0x30, 0x84, 0, 0, -1, -1, 0x02, 0x01, 7, 0x64)),
  CHARGEN(
      TrafficClass.UDP, r -> text(r, 19, " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJ", 74, 1022)),
  SNMP(
      TrafficClass.UDP,
      r -> answer(r, 161, 400, 1400, 0x30, 0x82, -1, -1, 0x02, 0x01, 0x01, 0x04, 6)),
  MDNS(TrafficClass.UDP, r -> answer(r, 5353, 100, 500, -1, -1, 0x84, 0, 0, 1, 0, -1)),
  WS_DISCOVERY(
      TrafficClass.UDP,
      r -> text(r, 3702, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", 600, 1400)),
  UDP_RANDOM_PORTS(TrafficClass.UDP, r -> udp(r, flood(r), port(r), port(r), bytes(r, 512))),
  UDP_FIXED_PAYLOAD(
      TrafficClass.UDP,
      r ->
          udp(
              r,
              r.nextInt(30, 255),
              port(r),
              443,
              text("getstatus-getstatus", r.nextInt(40, 1300)))),
  UDP_NOTHING_IN_COMMON(
      TrafficClass.UDP,
      r -> udp(r, r.nextInt(30, 250), port(r), port(r), bytes(r, r.nextInt(20, 1400)))),
  SYN_FLOOD(
      TrafficClass.SYN,
      r ->
          tcp(
              r,
              flood(r),
              port(r),
              443,
              SYN,
              64240,
              new byte[] {2, 4, 5, (byte) 180},
              new byte[0])),
  SYN_FLOOD_WITHOUT_OPTIONS(
      TrafficClass.SYN,
      r -> tcp(r, r.nextInt(30, 255), port(r), port(r), SYN, 512, new byte[0], new byte[0])),
  ACK_FLOOD(
      TrafficClass.TCP, r -> tcp(r, flood(r), port(r), 80, ACK, 1024, new byte[0], new byte[0])),
  SYN_ACK_REFLECTION(
      TrafficClass.TCP,
      r ->
          tcp(
              r,
              r.nextInt(30, 250),
              TestPackets.pick(r, 80, 443, 22, 179),
              port(r),
              SYN | ACK,
              65535,
              new byte[] {2, 4, 5, (byte) 180},
              new byte[0])),
  RST_FLOOD(
      TrafficClass.TCP, r -> tcp(r, flood(r), port(r), port(r), RST, 0, new byte[0], new byte[0])),
  XMAS_FLOOD(
      TrafficClass.TCP,
      r -> tcp(r, r.nextInt(30, 250), port(r), 80, FIN | 8 | 32, 0, new byte[0], new byte[0])),
  ICMP_FLOOD(TrafficClass.ICMP, r -> icmp(r, r.nextInt(30, 250), 8, bytes(r, 1000))),
  FRAGMENT_FLOOD(
      TrafficClass.FRAGMENT, r -> ip(r, 17, r.nextInt(30, 250), 0x2000 | 185, bytes(r, 1480))),
  GRE_FLOOD(
      TrafficClass.OTHER,
      r -> {
        byte[] rest = bytes(r, 540);
        System.arraycopy(new byte[] {0, 0, 8, 0, 0x45, 0}, 0, rest, 0, 6);
        return ip(r, 47, r.nextInt(30, 250), 0, rest);
      }),
  UNKNOWN_PROTOCOL_FLOOD(TrafficClass.OTHER, r -> ip(r, 253, r.nextInt(30, 250), 0, bytes(r, 100)));

  private final TrafficClass traffic;
  private final Function<SplittableRandom, byte[]> sender;

  Attack(TrafficClass traffic, Function<SplittableRandom, byte[]> sender) {
    this.traffic = traffic;
    this.sender = sender;
  }

  TrafficClass traffic() {
    return traffic;
  }

  /** Whether its packets have something in common that the usual ones have not. */
  boolean hasFingerprint() {
    return this != FRAGMENT_FLOOD && this != UDP_NOTHING_IN_COMMON;
  }

  byte[] next(SplittableRandom random) {
    return sender.apply(random);
  }

  private static int port(SplittableRandom random) {
    return random.nextInt(1, 65536);
  }

  /** Of one tool's packets, from many places. */
  private static int flood(SplittableRandom random) {
    return 255 - random.nextInt(6, 20);
  }

  private static byte[] dns(SplittableRandom random) {
    byte[] payload = bytes(random, random.nextInt(1200, 1440));
    System.arraycopy(new byte[] {(byte) 0x81, (byte) 0x80, 0, 1, 0}, 0, payload, 2, 5);
    return udp(random, random.nextInt(30, 250), 53, port(random), payload);
  }

  /** From an amplifier's port; a byte of -1 is drawn by lot. */
  private static byte[] answer(
      SplittableRandom random, int port, int bytesMin, int bytesMax, int... begin) {
    byte[] payload = bytes(random, random.nextInt(bytesMin, Math.max(bytesMin, bytesMax) + 1));
    for (int i = 0; i < begin.length; i++) {
      if (begin[i] >= 0) {
        payload[i] = (byte) begin[i];
      }
    }
    return udp(random, random.nextInt(30, 250), port, port(random), payload);
  }

  private static byte[] text(
      SplittableRandom random, int port, String text, int bytesMin, int bytesMax) {
    byte[] payload = text(text, random.nextInt(bytesMin, bytesMax + 1));
    return udp(random, random.nextInt(30, 250), port, port(random), payload);
  }

  private static byte[] text(String text, int bytes) {
    byte[] begin = text.getBytes(StandardCharsets.US_ASCII);
    byte[] payload = new byte[bytes];
    System.arraycopy(begin, 0, payload, 0, Math.min(bytes, begin.length));
    return payload;
  }
}
