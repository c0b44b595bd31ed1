package io.breakwater.appliance.explain.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTextTest {

  /** The bytes are those that scapy writes of the same packets. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "198.51.100.9:4242 > 203.0.113.100:21 tcp syn | 45000028000000004006142fc6336409cb0071641092001500000000000000005002ffff389a0000",
        "198.51.100.9:4242>203.0.113.100:21 | 45000028000000004006142fc6336409cb0071641092001500000000000000005002ffff389a0000",
        "198.51.100.9:1 > 203.0.113.100:2 tcp syn,ack seq 7 ackseq 0xffffffff window 9 mss 1460 wscale 7 sack-perm timestamp 5,6 ttl 3 df id 77 | 4500003c004d4000030610cec6336409cb0071640001000200000007ffffffffa0120009d0420000020405b40303070402080a000000050000000600",
        "198.51.100.9:53 > 203.0.113.100:5353 udp payload 3 dscp ef ecn ce | 45bb001f0000000040111372c6336409cb007164003514e9000b8418000000",
        "198.51.100.9 > 203.0.113.100 | 4500001c0000000040011440c6336409cb0071640800f7ff00000000",
        "198.51.100.9 > 203.0.113.100 icmp destination-unreachable code port-unreachable data 0102 | 4500001e000000004001143ec6336409cb0071640303fbfa000000000102",
        "198.51.100.9 > 203.0.113.100 udp frag 1480 mf data aabb | 45000016000020b94011f37cc6336409cb007164aabb",
        "198.51.100.9 > 203.0.113.100 proto gre length 30 | 4500001e00000000402f1410c6336409cb00716400000000000000000000",
        "[2001:db8::7]:1234 > [2001:db8:acc::9]:443 tcp flags 0x13 hoplimit 9 flowlabel 5 dscp cs1 | 620000050014060920010db800000000000000000000000720010db80acc0000000000000000000904d201bb00000000000000005013ffff42f70000",
        "2001:db8::7 > 2001:db8:acc::9 icmpv6 packet-too-big | 6000000000083a4020010db800000000000000000000000720010db80acc000000000000000000090200976f00000000",
        "2001:db8::7 > 2001:db8:acc::9 icmpv6 id 3 seq 4 | 6000000000083a4020010db800000000000000000000000720010db80acc000000000000000000098000196800030004",
        "[2001:db8::7]:1 > [2001:db8:acc::9]:2 udp frag 8 data 00 | 6000000000092c4020010db800000000000000000000000720010db80acc00000000000000000009110000080000000000",
      })
  void shouldWriteBytesThatScapyWrites(String text, String hex) throws PacketSyntaxException {
    assertEquals(hex, HexFormat.of().formatHex(PacketText.bytes(text)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                            | column 1: expected a source",
        "10.0.0.1                      | column 9: expected '>' between source and destination",
        "10.0.0.1 10.0.0.2             | column 10: expected '>' between source and destination",
        "10.0.0.1 >                    | column 11: expected a destination",
        "10.0.0.1:99999 > 10.0.0.2     | column 1: a port must be an integer in 0..65535",
        "10.0.0.1: > 10.0.0.2          | column 1: a port must be an integer in 0..65535",
        "10.0.0 > 10.0.0.2             | column 1: expected a source",
        "[2001:db8::1 > 10.0.0.2       | column 1: expected a source",
        "10.0.0.1 > 2001:db8::1        | column 12: source and destination must be of one family",
        "10.0.0.1 > 10.0.0.2 tcpp      | column 21: expected one of type",
        "10.0.0.1 > 10.0.0.2 tcp sym   | column 25: expected one of flags",
        "10.0.0.1 > 10.0.0.2 tcp mss   | column 28: expected mss, and the text ends",
        "10.0.0.1 > 10.0.0.2 tcp mss x | column 29: mss must be an integer in 0..65535: x",
        "10.0.0.1 > 10.0.0.2 udp mss 1 | column 25: expected one of ttl",
        "10.0.0.1:1 > 10.0.0.2 icmp    | column 23: only tcp and udp have ports",
        "10.0.0.1 > 10.0.0.2 icmpv6    | column 21: expected icmp: the addresses are IPv4",
        "10.0.0.1 > 10.0.0.2 tcp dscp ef1 | column 30: expected a DSCP, a name or an integer in 0..63 (did you mean ef?): ef1",
        "10.0.0.1 > 10.0.0.2 udp frag 7 | column 30: frag is the offset in bytes, a multiple of 8: 7",
        "10.0.0.1 > 10.0.0.2 udp length 27 | column 32: length must be at least 28",
        "10.0.0.1 > 10.0.0.2 udp data 0g | column 30: expected bytes in hexadecimal: 0g",
        "10.0.0.1 > 10.0.0.2 tcp timestamp 1,2,3 | column 35: timestamp must be VALUE,ECHO",
        "10.0.0.1 > 10.0.0.2 tcp flags x | column 31: expected flags such as syn,ack",
        "10.0.0.1 > 10.0.0.2 flowlabel 1 | column 21: expected one of type",
      })
  void shouldSayWhereTextIsWrong(String text, String message) {
    PacketSyntaxException e =
        assertThrows(PacketSyntaxException.class, () -> PacketText.bytes(text));

    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a>b", "::1>::2 tcp", "[::1]:5>[::2]:6", ":>:", "[>]", "]:1>[:2"})
  void shouldEndInPacketOrInMessageWhateverStandsThere(String text) {
    read(text);
  }

  @Test
  void shouldEndInPacketOrInMessageForRandomWords() {
    long seed = 20_261_124;
    Random random = new Random(seed);
    String[] words = {
      "10.0.0.1:1",
      ">",
      "10.0.0.2:2",
      "2001:db8::1",
      "[2001:db8::2]:9",
      "tcp",
      "udp",
      "icmp",
      "icmpv6",
      "proto",
      "syn,ack",
      "none",
      "ttl",
      "255",
      "256",
      "-1",
      "0x10",
      "08",
      "ecn",
      "ce",
      "frag",
      "mf",
      "length",
      "9000",
      "payload",
      "data",
      "00ff",
      "type",
      "echo-reply",
      "code",
      "mss",
      "timestamp",
      "1,2",
      ",",
      "",
      "\t",
      "\u00e9"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text =
          new StringBuilder("10.0.0.1:1 > 10.0.0.2:2".substring(0, random.nextInt(24)));
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(' ').append(words[random.nextInt(words.length)]);
      }
      read(text.toString());
    }
  }

  private static void read(String text) {
    try {
      assertTrue(PacketText.bytes(text).length >= 20, text);
    } catch (PacketSyntaxException e) {
      assertTrue(e.column() >= 1 && e.column() <= text.length() + 1, text + ": " + e.getMessage());
    }
  }
}
