package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MssClampTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final int SYN = 2;
  private static final int SYN_ACK = 0x12;
  private static final int TUNNEL = 3;

  private final TestBatch packets = new TestBatch();

  private static Frames ipv4() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv4("8.8.4.4", "203.0.113.9");
  }

  private static Frames ipv6() {
    return Frames.ethernet(TestPort.MAC, PEER).ipv6("2600::8", "2001:db8:acc::9");
  }

  /** The frame after the clamp, in both of its ways, which do the same. */
  private byte[] clamped(byte[] frame, int mss) {
    MssClamp clamp = new MssClamp(Frames.u16(frame, 12) == 0x86dd);
    packets.begin(frame).atNetwork();
    packets.batch.setTunnel(0, TUNNEL);
    int[] mssByTunnel = {0, 0, 0, mss};
    clamp.intoTunnels(packets.memory, packets.batch, packets.all, mssByTunnel);
    byte[] into = packets.frame(0);
    packets.begin(frame).atNetwork();
    packets.batch.setOrigin(0, TUNNEL);
    clamp.outOfTunnels(packets.memory, packets.batch, packets.all, mssByTunnel);
    assertArrayEquals(into, packets.frame(0));
    return into;
  }

  private static byte[] mss(int value) {
    return new byte[] {2, 4, (byte) (value >>> 8), (byte) value};
  }

  @ParameterizedTest(name = "MSS {0}, clamp {1}: {2}")
  @CsvSource({
    "1460, 1436, 1436",
    "1437, 1436, 1436",
    "1436, 1436, 1436",
    "1435, 1436, 1435",
    "536, 1436, 536",
    "0, 1436, 0",
    "65535, 1436, 1436",
    "65535, 65535, 65535",
    "1460, 536, 536",
    "256, 255, 255",
  })
  void shouldLowerAndNeverRaise(int announced, int clamp, int expected) {
    for (int flags : new int[] {SYN, SYN_ACK}) {
      assertArrayEquals(
          ipv4().tcp(1, 2, flags, mss(expected)).bytes(),
          clamped(ipv4().tcp(1, 2, flags, mss(announced)).bytes(), clamp));
      assertArrayEquals(
          ipv6().tcp(1, 2, flags, mss(expected)).payload(3).bytes(),
          clamped(ipv6().tcp(1, 2, flags, mss(announced)).payload(3).bytes(), clamp));
    }
  }

  /** RFC 1624 on every value, at an even and at an odd place: the checksum stays right. */
  @Test
  void shouldUpdateTheChecksumOfEveryValue() {
    for (int value = 537; value < 65_536; value++) {
      byte[] even = clamped(ipv4().tcp(1, 2, SYN, mss(value)).bytes(), 536);
      assertTrue(Frames.upperChecksumHolds(even, 14), () -> "even " + Frames.hex(even));
      byte[] options = {1, 2, 4, (byte) (value >>> 8), (byte) value, 1, 1, 0};
      byte[] odd = clamped(ipv4().tcp(1, 2, SYN, options).bytes(), 536);
      assertTrue(Frames.upperChecksumHolds(odd, 14), () -> "odd " + Frames.hex(odd));
      assertEquals(536, Frames.u16(odd, 14 + 20 + 20 + 3));
    }
  }

  /** With the place of the MSS among the options, or -1 where none is found. */
  @ParameterizedTest(name = "{0}: found at {1}")
  @CsvSource({
    "020405b4, 0",
    "0101020405b40000, 2",
    "01020405b4000000, 1",
    "0402080a0000000100000000020405b4, 12",
    "fe040102020405b4, 4",
    // Behind the end of the list; with a length that is none; that is too long; that is not 4.
    "00000000020405b4, -1",
    "fe000000020405b4, -1",
    "fe010000020405b4, -1",
    "fe090000020405b4, -1",
    "0206000005b40000, -1",
    // The MSS itself is cut off by the header's end.
    "01010102, -1",
    "01010204, -1",
  })
  void shouldWalkTheOptions(String hex, int found) {
    byte[] frame = ipv4().tcp(1, 2, SYN, Frames.hex(hex)).payload(mss(1460)).bytes();
    byte[] out = clamped(frame, 1436);
    if (found < 0) {
      assertArrayEquals(frame, out);
    } else {
      assertEquals(1436, Frames.u16(out, 14 + 20 + 20 + found + 2));
      assertTrue(Frames.upperChecksumHolds(out, 14));
    }
  }

  @Test
  void shouldLeaveAloneWhatIsNoSyn() {
    for (int flags = 0; flags < 256; flags++) {
      byte[] frame = ipv4().tcp(1, 2, flags, mss(1460)).bytes();
      boolean changed = !Arrays.equals(frame, clamped(frame, 1400));
      assertEquals((flags & SYN) != 0, changed, "flags=" + flags);
    }
    byte[] none = ipv4().tcp(1, 2, SYN).payload(mss(1460)).bytes();
    assertArrayEquals(none, clamped(none, 1400), "data is no option");
    byte[] udp = ipv4().udp(1, 2).payload(new byte[64]).bytes();
    assertArrayEquals(udp, clamped(udp, 1400));
  }

  @Test
  void shouldLeaveAloneFragments() {
    for (int word : new int[] {0x2000, 1, 0x2001}) {
      byte[] frame = ipv4().flagsAndOffset(word).tcp(1, 2, SYN, mss(1460)).bytes();
      assertArrayEquals(frame, clamped(frame, 1400), "word=" + word);
    }
    for (int word : new int[] {1, 8, 9}) {
      byte[] fragment = {0, 0, (byte) word, 0, 0, 0, 7};
      byte[] frame = ipv6().extension(44, fragment).tcp(1, 2, SYN, mss(1460)).bytes();
      assertArrayEquals(frame, clamped(frame, 1400), "word=" + word);
    }
  }

  /** IPv4 options, IPv6 extension headers, RFC 6946's atomic fragments. */
  @Test
  void shouldFindTcpBehindWhateverIsInFront() {
    assertArrayEquals(
        ipv4().options("01010100").tcp(1, 2, SYN, mss(1400)).bytes(),
        clamped(ipv4().options("01010100").tcp(1, 2, SYN, mss(1460)).bytes(), 1400));
    byte[] padding = {1, 4, 0, 0, 0, 0};
    for (int type : new int[] {0, 60, 43}) {
      byte[] data = type == 43 ? new byte[] {4, 0, 0, 0, 0, 0} : padding;
      assertArrayEquals(
          ipv6().extension(type, data).tcp(1, 2, SYN, mss(1400)).bytes(),
          clamped(ipv6().extension(type, data).tcp(1, 2, SYN, mss(1460)).bytes(), 1400));
    }
    byte[] atomic = new byte[7];
    assertArrayEquals(
        ipv6().extension(44, atomic).tcp(1, 2, SYN, mss(1400)).bytes(),
        clamped(ipv6().extension(44, atomic).tcp(1, 2, SYN, mss(1460)).bytes(), 1400));
  }

  /** Whatever the options: only an MSS and the checksum change, and a right one stays right. */
  @Test
  void shouldSurviveRandomOptions() {
    long seed = 9_293;
    Random random = new Random(seed);
    int changed = 0;
    for (int n = 0; n < 200_000; n++) {
      byte[] options = new byte[4 * random.nextInt(11)];
      for (int at = 0; at < options.length; at++) {
        options[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(6));
      }
      Frames start = random.nextBoolean() ? ipv4() : ipv6();
      byte[] frame = start.tcp(1, 2, SYN, options).payload(random.nextInt(9)).bytes();
      byte[] out = clamped(frame, 536);
      boolean ipv6 = Frames.u16(frame, 12) == 0x86dd;
      int tcp = ipv6 ? 54 : 34;
      int expected = firstMss(options);
      String context = "seed=" + seed + " frame=" + Frames.hex(frame);
      if (expected >= 0 && Frames.u16(options, expected) > 536) {
        changed++;
        byte[] restored = out.clone();
        System.arraycopy(frame, tcp + 16, restored, tcp + 16, 2);
        System.arraycopy(frame, tcp + 20 + expected, restored, tcp + 20 + expected, 2);
        assertArrayEquals(frame, restored, context);
        assertEquals(536, Frames.u16(out, tcp + 20 + expected), context);
        assertTrue(Frames.upperChecksumHolds(out, 14), context);
      } else {
        assertArrayEquals(frame, out, context);
      }
    }
    assertTrue(changed > 1_000, "changed=" + changed);
  }

  /** Where the value of the first MSS option is, or -1: RFC 9293 3.1 in a few lines. */
  private static int firstMss(byte[] options) {
    int at = 0;
    while (at < options.length && options[at] != 0) {
      if (options[at] == 1) {
        at++;
      } else if (at + 1 == options.length
          || (options[at + 1] & 0xff) < 2
          || at + (options[at + 1] & 0xff) > options.length) {
        return -1;
      } else if (options[at] == 2 && options[at + 1] == 4) {
        return at + 2;
      } else {
        at += options[at + 1] & 0xff;
      }
    }
    return -1;
  }
}
