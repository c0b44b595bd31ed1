package io.breakwater.appliance.mitigation;

import static io.breakwater.appliance.mitigation.TestPackets.ACK;
import static io.breakwater.appliance.mitigation.TestPackets.FIN;
import static io.breakwater.appliance.mitigation.TestPackets.PSH;
import static io.breakwater.appliance.mitigation.TestPackets.RST;
import static io.breakwater.appliance.mitigation.TestPackets.SYN;
import static io.breakwater.appliance.mitigation.TestPackets.bytes;
import static io.breakwater.appliance.mitigation.TestPackets.icmp;
import static io.breakwater.appliance.mitigation.TestPackets.ip;
import static io.breakwater.appliance.mitigation.TestPackets.pick;
import static io.breakwater.appliance.mitigation.TestPackets.tcp;
import static io.breakwater.appliance.mitigation.TestPackets.udp;

import io.breakwater.workers.protection.TrafficClass;
import java.util.SplittableRandom;

/**
 * What a tenant with web servers, a resolver, QUIC, NTP, a VPN and GRE receives on a usual day: the
 * services that attackers abuse are in use as well.
 */
final class CleanTraffic {

  private static final byte[] LINUX_SYN = {
    2, 4, 5, (byte) 180, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7
  };
  private static final byte[] WINDOWS_SYN = {2, 4, 5, (byte) 180, 1, 3, 3, 8, 1, 1, 4, 2};
  private static final byte[] APPLE_SYN = {
    2, 4, 5, (byte) 180, 1, 3, 3, 6, 1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 4, 2, 0, 0
  };

  private final SplittableRandom random;

  CleanTraffic(SplittableRandom random) {
    this.random = random;
  }

  byte[] next(TrafficClass traffic) {
    return switch (traffic) {
      case SYN -> syn();
      case TCP -> segment();
      case UDP -> datagram();
      case ICMP -> message();
      case FRAGMENT -> fragment();
      default -> other();
    };
  }

  private int ttl() {
    int initial = random.nextInt(20) == 0 ? 255 : pick(random, 64, 64, 128);
    return initial - 4 - random.nextInt(20);
  }

  private int client() {
    return random.nextInt(1024, 65536);
  }

  private int service() {
    return pick(random, 443, 443, 443, 80, 25, 22);
  }

  private byte[] syn() {
    byte[] options =
        switch (random.nextInt(8)) {
          case 0 -> new byte[] {2, 4, 5, (byte) 180};
          case 1, 2 -> WINDOWS_SYN;
          case 3, 4 -> APPLE_SYN;
          default -> LINUX_SYN;
        };
    int window = pick(random, 64240, 65535, 29200, 8192);
    return tcp(random, ttl(), client(), service(), SYN, window, options, new byte[0]);
  }

  private byte[] segment() {
    byte[] options = new byte[random.nextInt(3) == 0 ? 0 : 12];
    int payload = random.nextInt(3) == 0 ? random.nextInt(50, 1400) : 0;
    int flags =
        payload > 0
            ? ACK | PSH
            : switch (random.nextInt(20)) {
              case 0 -> ACK | FIN;
              case 1 -> RST;
              default -> ACK;
            };
    // Some are answers to the tenant's own connections.
    boolean answer = random.nextInt(10) == 0;
    return tcp(
        random,
        ttl(),
        answer ? 443 : client(),
        answer ? client() : service(),
        flags,
        random.nextInt(200, 65536),
        options,
        bytes(random, payload));
  }

  private byte[] datagram() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> dnsAnswer();
      case 3 -> {
        byte[] ntp = bytes(random, 48);
        ntp[0] = 0x24;
        yield udp(random, ttl(), 123, pick(random, 123, client()), ntp);
      }
      case 4 -> udp(random, ttl(), client(), 53, bytes(random, random.nextInt(29, 60)));
      case 5, 6, 7 -> {
        byte[] quic = bytes(random, pick(random, 1200, 1250, random.nextInt(30, 1350)));
        yield udp(random, ttl(), client(), 443, quic);
      }
      default -> udp(random, ttl(), client(), 51820, bytes(random, random.nextInt(32, 1400)));
    };
  }

  private byte[] dnsAnswer() {
    byte[] dns = bytes(random, random.nextInt(60, 500));
    System.arraycopy(new byte[] {(byte) 0x81, (byte) 0x80, 0, 1, 0}, 0, dns, 2, 5);
    return udp(random, ttl(), 53, client(), dns);
  }

  private byte[] message() {
    int type = pick(random, 8, 8, 8, 0, 3, 11);
    return icmp(random, ttl(), type, bytes(random, pick(random, 56, 32, 36, 100)));
  }

  private byte[] fragment() {
    boolean first = random.nextBoolean();
    int fragment = first ? 0x2000 : 185;
    return ip(random, 17, ttl(), fragment, bytes(random, first ? 1480 : random.nextInt(20, 700)));
  }

  private byte[] other() {
    byte[] rest = bytes(random, random.nextInt(60, 1400));
    if (random.nextInt(3) == 0) {
      System.arraycopy(new byte[] {0, 0, 8, 0, 0x45}, 0, rest, 0, 5);
      return ip(random, 47, ttl(), 0, rest);
    }
    return ip(random, 50, ttl(), 0, rest);
  }
}
