package io.breakwater.workers.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.TestPort;
import io.breakwater.workers.table.PortSettings;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ethernet II, IEEE 802.1Q and 802.1ad. */
class EthernetInputTest {

  private static final String PEER = "02:00:5e:00:00:01";
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";

  private final TestBatch packets = new TestBatch();
  private final EthernetInput input = new EthernetInput(32);

  /** The list that the frame is in, with the offset of layer 3, or its fate. */
  private String judge(PortSettings port, byte[] frame) {
    packets.begin(frame);
    return judge(port);
  }

  private String judge(PortSettings port) {
    input.process(packets.memory, packets.batch, packets.all, port);
    int lists =
        input.ipv4.count
            + input.ipv6.count
            + input.arp.count
            + input.groupIpv4.count
            + input.groupIpv6.count;
    assertEquals(lists, input.passed());
    assertEquals(lists == 0, packets.batch.fate(0) != 0, "in one list, or with a fate");
    if (lists == 0) {
      return packets.fate(0);
    }
    assertEquals(1, lists);
    String list =
        input.ipv4.count == 1
            ? "ipv4"
            : input.ipv6.count == 1
                ? "ipv6"
                : input.arp.count == 1
                    ? "arp"
                    : input.groupIpv4.count == 1 ? "groupIpv4" : "groupIpv6";
    return list + "@" + (packets.batch.network(0) - packets.batch.frame(0));
  }

  private String judge(byte[] frame) {
    return judge(TestPort.untagged(0), frame);
  }

  private static byte[] frame(String destination, String source, String rest) {
    return Frames.hex(destination + source + rest);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IPv4 to us                       | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 0800 45000000 | ipv4@14
          IPv4 to us, next to no bytes     | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 0800          | ipv4@14
          IPv6 to us                       | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 86dd 60000000 | ipv6@14
          ARP to us                        | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 0806 00010800 | arp@14
          ARP to all                       | ff:ff:ff:ff:ff:ff | 02:00:5e:00:00:01 | 0806 00010800 | arp@14
          IPv4 to all                      | ff:ff:ff:ff:ff:ff | 02:00:5e:00:00:01 | 0800 45000000 | groupIpv4@14
          IPv4 to a group                  | 01:00:5e:00:00:01 | 02:00:5e:00:00:01 | 0800 45000000 | groupIpv4@14
          IPv6 to a group                  | 33:33:00:00:00:01 | 02:00:5e:00:00:01 | 86dd 60000000 | groupIpv6@14
          one tag                          | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 0007 0800 45000000 | ipv4@18
          a service tag                    | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 88a8 0007 86dd 60000000 | ipv6@18
          two tags                         | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 88a8 0005 8100 0007 0800 4500 | ipv4@22
          two inner tags                   | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 0005 8100 0007 0800 4500 | ipv4@22
          two tags to a group              | 33:33:00:00:00:01 | 02:00:5e:00:00:01 | 88a8 0005 8100 0007 86dd 6000 | groupIpv6@22
          three tags                       | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 0005 8100 0007 8100 0009 0800 | VLAN_TOO_MANY
          ends within a tag                | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 00       | VLAN_TRUNCATED
          ends behind a tag                | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 0007     | VLAN_TRUNCATED
          ends within the second tag       | 02:00:00:00:00:02 | 02:00:5e:00:00:01 | 8100 0007 8100 00 | VLAN_TRUNCATED
          to another station               | 02:00:00:00:00:03 | 02:00:5e:00:00:01 | 0800 45000000 | ETHERNET_NOT_OURS
          to zero                          | 00:00:00:00:00:00 | 02:00:5e:00:00:01 | 0800 45000000 | ETHERNET_NOT_OURS
          from a group                     | 02:00:00:00:00:02 | 03:00:5e:00:00:01 | 0800 45000000 | ETHERNET_BAD_SOURCE
          from all                         | 02:00:00:00:00:02 | ff:ff:ff:ff:ff:ff | 0800 45000000 | ETHERNET_BAD_SOURCE
          from zero                        | 02:00:00:00:00:02 | 00:00:00:00:00:00 | 0800 45000000 | ETHERNET_BAD_SOURCE
          from zero, IPv6                  | 02:00:00:00:00:02 | 00:00:00:00:00:00 | 86dd 60000000 | ETHERNET_BAD_SOURCE
          """)
  void shouldSort(
      String description, String destination, String source, String rest, String expected) {
    assertEquals(expected, judge(frame(destination, source, rest)));
  }

  /** Only with just the port's own tags: neither fewer nor more, and in their order. */
  @ParameterizedTest(name = "{0}: {1} | {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                  | VLAN_UNKNOWN | VLAN_UNKNOWN
          8100 0007           | ipv4@18      | VLAN_UNKNOWN
          88a8 0007           | ipv4@18      | VLAN_UNKNOWN
          8100 e007           | ipv4@18      | VLAN_UNKNOWN
          8100 0000           | VLAN_UNKNOWN | VLAN_UNKNOWN
          8100 0008           | VLAN_UNKNOWN | VLAN_UNKNOWN
          88a8 0005 8100 0007 | VLAN_UNKNOWN | ipv4@22
          88a8 0007 8100 0005 | VLAN_UNKNOWN | VLAN_UNKNOWN
          88a8 0007 8100 0007 | VLAN_UNKNOWN | VLAN_UNKNOWN
          88a8 0005 8100 0008 | VLAN_UNKNOWN | VLAN_UNKNOWN
          """)
  void shouldAcceptOnlyTheTagsOfThePort(String tags, String ofSeven, String ofFiveAndSeven) {
    byte[] frame = frame(TestPort.MAC, PEER, tags + "0800 4500 0014");
    assertEquals(ofSeven, judge(TestPort.tagged(0, 7), frame));
    assertEquals(ofFiveAndSeven, judge(TestPort.tagged(0, 5, 7), frame));
  }

  @Test
  void shouldJudgeEveryType() {
    for (int type = 0; type < 65_536; type++) {
      String expected =
          switch (type) {
            case 0x0800 -> "ipv4@14";
            case 0x86dd -> "ipv6@14";
            case 0x0806 -> "arp@14";
            // The eight bytes behind hold another tag and IPv4's type.
            case 0x8100, 0x88a8 -> "ipv4@18";
            default -> "ETHERTYPE_UNSUPPORTED";
          };
      byte[] frame = frame(TestPort.MAC, PEER, "%04x 0001 0800 45000000".formatted(type));
      assertEquals(expected, judge(frame), "type=" + type);
    }
  }

  @Test
  void shouldDropEveryTruncationBelowAHeader() {
    byte[] whole = frame(TestPort.MAC, PEER, "0800 4500 0014");
    for (int length = 0; length <= whole.length; length++) {
      assertEquals(
          length < 14 ? "ETHERNET_TRUNCATED" : "ipv4@14",
          judge(Arrays.copyOf(whole, length)),
          "length=" + length);
    }
  }

  /** A negative length is ~total of a frame that no buffer holds: its bytes are not there. */
  @ParameterizedTest
  @CsvSource({"-1", "-15", "-10000", "-2147483648"})
  void shouldDropAFrameOfNegativeLength(int length) {
    packets.begin(frame(TestPort.MAC, PEER, "0800 4500 0014"));
    packets.batch.setLength(0, length);
    assertEquals("FRAME_OVERSIZE", judge(TestPort.untagged(0)));
  }

  @Test
  void shouldSortAWholeBatch() {
    packets.begin(
        frame(TestPort.MAC, PEER, "0800 45000000"),
        frame(BROADCAST, PEER, "0806 00010800"),
        frame(TestPort.MAC, PEER, "8100 0007 0800 45000000"),
        frame(TestPort.MAC, PEER, "1234 45000000"),
        frame(TestPort.MAC, PEER, "0800 45000000"));
    input.process(packets.memory, packets.batch, packets.all, TestPort.untagged(0));
    assertEquals(3, input.ipv4.count);
    assertEquals("[0, 2, 4]", Arrays.toString(Arrays.copyOf(input.ipv4.index, 3)));
    assertEquals(1, input.arp.index[0]);
    assertEquals("ETHERTYPE_UNSUPPORTED", packets.fate(3));
    assertEquals(4, input.passed());
  }
}
