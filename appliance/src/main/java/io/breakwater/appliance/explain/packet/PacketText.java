package io.breakwater.appliance.explain.packet;

import static io.breakwater.appliance.explain.packet.PacketDraft.ICMP;
import static io.breakwater.appliance.explain.packet.PacketDraft.ICMPV6;
import static io.breakwater.appliance.explain.packet.PacketDraft.TCP;
import static io.breakwater.appliance.explain.packet.PacketDraft.UDP;
import static io.breakwater.appliance.explain.packet.PacketDraft.UNSET;

import io.breakwater.config.IpAddress;
import io.breakwater.config.nft.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads a packet's description in one line.
 *
 * <pre>
 * packet   = end ">" end [protocol] {word}
 * end      = ADDRESS | ADDRESS:PORT | [IPV6] | [IPV6]:PORT
 * protocol = tcp {flag} | udp | icmp [TYPE] | icmpv6 [TYPE] | proto NUMBER-OR-NAME
 * flag     = fin | syn | rst | psh | ack | urg | ece | cwr | none, or several: syn,ack
 *
 * of any packet   ttl N (hoplimit N), dscp V, ecn V, length BYTES, payload BYTES, data HEX
 * of IPv4         id N, df
 * of IPv6         flowlabel N
 * of fragments    frag BYTES (the offset), mf
 * of tcp          flags V, seq N, ackseq N, window N, urgptr N, mss N, wscale N, sack-perm,
 *                 timestamp VALUE,ECHO
 * of icmp         type V, code V, id N (the echo's), seq N
 * </pre>
 *
 * <p>Values have the names that they have in nftables. Without a protocol, ports mean TCP. TCP
 * without flags is a SYN, ICMP without a type an echo request.
 */
public final class PacketText {

  private static final int LENGTH_MAX = 2_000;
  private static final int PACKET_BYTES_MAX = 9_000;
  private static final long U32_MAX = 0xffff_ffffL;
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "icmp", "icmpv6", "proto");

  private static final List<String> WORDS_OF_ALL =
      List.of("ttl", "hoplimit", "dscp", "ecn", "length", "payload", "data", "frag", "mf");

  private static final List<String> WORDS_OF_IPV4 = List.of("id", "df");
  private static final List<String> WORDS_OF_IPV6 = List.of("flowlabel");

  private static final List<String> WORDS_OF_TCP =
      List.of(
          "flags", "seq", "ackseq", "window", "urgptr", "mss", "wscale", "sack-perm", "timestamp");

  private static final List<String> WORDS_OF_ICMP = List.of("type", "code", "id", "seq");

  private final PacketWords words;
  private final PacketDraft packet = new PacketDraft();

  private PacketText(String text) {
    words = new PacketWords(text);
  }

  /**
   * The bytes of the packet, from its IP header on.
   *
   * @throws PacketSyntaxException saying where the text is wrong, and what was expected
   */
  public static byte[] bytes(String text) throws PacketSyntaxException {
    if (text.length() > LENGTH_MAX) {
      throw new PacketSyntaxException(LENGTH_MAX, "a description has at most 2000 characters");
    }
    return PacketBytes.of(new PacketText(text).read());
  }

  private PacketDraft read() throws PacketSyntaxException {
    packet.source = end("a source such as 198.51.100.9:4242", true);
    if (!words.accept(">")) {
      words.next("'>' between source and destination");
      throw words.wrong("expected '>' between source and destination");
    }
    packet.destination = end("a destination such as 203.0.113.100:21", false);
    if (packet.source.family() != packet.destination.family()) {
      throw words.wrong(
          "source and destination must be of one family: the source is " + packet.source.family());
    }
    protocol();
    while (!words.atEnd()) {
      word();
    }
    complete();
    return packet;
  }

  // ---------------------------------------------------------------- the ends

  private IpAddress end(String what, boolean source) throws PacketSyntaxException {
    String word = words.next(what);
    int colon = word.lastIndexOf(':');
    boolean bracketed = word.startsWith("[");
    // An IPv6 address without brackets has colons of its own, and no port.
    boolean hasPort =
        colon >= 0 && (bracketed ? word.charAt(colon - 1) == ']' : word.indexOf(':') == colon);
    String host = hasPort ? word.substring(0, colon) : word;
    if (hasPort) {
      int port = port(word.substring(colon + 1));
      packet.sourcePort = source ? port : packet.sourcePort;
      packet.destinationPort = source ? packet.destinationPort : port;
    }
    boolean closed = host.startsWith("[") && host.endsWith("]");
    try {
      return IpAddress.parse(closed ? host.substring(1, host.length() - 1) : host);
    } catch (IllegalArgumentException e) {
      throw words.wrong("expected " + what + ", with IPv6 addresses in brackets before a port");
    }
  }

  private int port(String text) throws PacketSyntaxException {
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 0xffff) {
      return Integer.parseInt(text);
    }
    throw words.wrong("a port must be an integer in 0..65535");
  }

  // ---------------------------------------------------------------- the protocol

  private void protocol() throws PacketSyntaxException {
    boolean hasPorts = packet.sourcePort != UNSET || packet.destinationPort != UNSET;
    if (!PROTOCOLS.contains(words.peek())) {
      packet.protocol = hasPorts ? TCP : packet.isIpv6() ? ICMPV6 : ICMP;
      if (hasPorts) {
        flags();
      }
      return;
    }
    switch (words.next("a protocol")) {
      case "tcp" -> {
        packet.protocol = TCP;
        flags();
      }
      case "udp" -> packet.protocol = UDP;
      case "icmp" -> icmp(ICMP);
      case "icmpv6" -> icmp(ICMPV6);
      default -> packet.protocol = words.named("a protocol", Vocabulary.protocols(), 255);
    }
    if (hasPorts && !packet.hasPorts()) {
      throw words.wrong("only tcp and udp have ports");
    }
  }

  /** As many words as there are flags; {@code ecn} alone is the field of the IP header. */
  private void flags() throws PacketSyntaxException {
    while (!words.peek().equals("ecn") && flagBits(words.peek()) != UNSET) {
      packet.tcpFlags = Math.max(packet.tcpFlags, 0) | flagBits(words.next("flags"));
    }
  }

  /** Of {@code syn}, or of several as nft writes them: {@code syn,ack}. */
  private static int flagBits(String word) {
    if (word.equals("none")) {
      return 0;
    }
    int bits = 0;
    for (String flag : word.split("[,|]", -1)) {
      Integer bit = Vocabulary.tcpFlags().get(flag.equals("ece") ? "ecn" : flag);
      if (bit == null) {
        return UNSET;
      }
      bits |= bit;
    }
    return bits;
  }

  private void icmp(int protocol) throws PacketSyntaxException {
    if (packet.isIpv6() != (protocol == ICMPV6)) {
      throw words.wrong(
          "expected "
              + (packet.isIpv6() ? "icmpv6" : "icmp")
              + ": the addresses are "
              + packet.source.family());
    }
    packet.protocol = protocol;
    String type = words.peek();
    boolean isType =
        Vocabulary.icmpTypes(packet.isIpv6()).containsKey(type) || type.matches("\\d+");
    if (isType) {
      icmpType();
    }
  }

  private void icmpType() throws PacketSyntaxException {
    packet.icmpType = words.named("an ICMP type", Vocabulary.icmpTypes(packet.isIpv6()), 255);
  }

  // ---------------------------------------------------------------- the words

  private void word() throws PacketSyntaxException {
    List<String> known = known();
    String word = words.next("a word");
    if (!known.contains(word)) {
      List<String> meant = new ArrayList<>(known);
      if (packet.protocol == TCP) {
        meant.addAll(Vocabulary.tcpFlags().keySet());
      }
      throw words.wrong("expected one of " + String.join(", ", known) + words.near(meant));
    }
    boolean ofIcmp = packet.protocol == ICMP || packet.protocol == ICMPV6;
    if (packet.protocol == TCP && WORDS_OF_TCP.contains(word)) {
      tcp(word);
    } else if (ofIcmp && WORDS_OF_ICMP.contains(word)) {
      icmp(word);
    } else {
      ip(word);
    }
  }

  /** What may follow, by the protocol and the family. */
  private List<String> known() {
    List<String> known = new ArrayList<>();
    switch (packet.protocol) {
      case TCP -> known.addAll(WORDS_OF_TCP);
      case ICMP, ICMPV6 -> known.addAll(WORDS_OF_ICMP);
      default -> {}
    }
    known.addAll(WORDS_OF_ALL);
    known.addAll(packet.isIpv6() ? WORDS_OF_IPV6 : WORDS_OF_IPV4);
    return known;
  }

  private void tcp(String word) throws PacketSyntaxException {
    switch (word) {
      case "flags" -> packet.tcpFlags = flagsWord();
      case "seq" -> packet.sequence = words.number("seq", 0, U32_MAX);
      case "ackseq" -> packet.acknowledgement = words.number("ackseq", 0, U32_MAX);
      case "window" -> packet.window = (int) words.number("window", 0, 0xffff);
      case "urgptr" -> packet.urgentPointer = (int) words.number("urgptr", 0, 0xffff);
      case "mss" -> packet.mss = (int) words.number("mss", 0, 0xffff);
      case "wscale" -> packet.windowScale = (int) words.number("wscale", 0, 255);
      case "sack-perm" -> packet.sackPermitted = true;
      default -> timestamp();
    }
  }

  private int flagsWord() throws PacketSyntaxException {
    String word = words.peek();
    if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
      return (int) words.number("flags", 0, 255);
    }
    int bits = flagBits(words.next("flags such as syn,ack"));
    if (bits == UNSET) {
      throw words.wrong("expected flags such as syn,ack, or an integer in 0..255");
    }
    return bits;
  }

  private void timestamp() throws PacketSyntaxException {
    String[] values = words.next("timestamp VALUE,ECHO").split(",", -1);
    for (String value : values) {
      if (values.length > 2 || !value.matches("\\d{1,10}") || Long.parseLong(value) > U32_MAX) {
        throw words.wrong("timestamp must be VALUE,ECHO, integers in 0..4294967295");
      }
    }
    packet.timestamp = Long.parseLong(values[0]);
    packet.timestampEcho = values.length == 2 ? Long.parseLong(values[1]) : 0;
  }

  private void icmp(String word) throws PacketSyntaxException {
    switch (word) {
      case "type" -> icmpType();
      case "code" ->
          packet.icmpCode = words.named("an ICMP code", Vocabulary.icmpCodes(packet.isIpv6()), 255);
      case "id" -> packet.icmpId = (int) words.number("id", 0, 0xffff);
      default -> packet.icmpSequence = (int) words.number("seq", 0, 0xffff);
    }
  }

  private void ip(String word) throws PacketSyntaxException {
    switch (word) {
      case "ttl", "hoplimit" -> packet.ttl = (int) words.number(word, 0, 255);
      case "dscp" -> packet.dscp = words.named("a DSCP", Vocabulary.dscp(), 63);
      case "ecn" -> packet.ecn = words.named("an ECN codepoint", Vocabulary.ecn(), 3);
      case "id" -> packet.id = (int) words.number("id", 0, 0xffff);
      case "df" -> packet.dontFragment = true;
      case "mf" -> packet.moreFragments = true;
      case "frag" -> fragmentOffset();
      case "flowlabel" -> packet.flowLabel = (int) words.number("flowlabel", 0, 0xf_ffff);
      case "length" -> packet.lengthBytes = (int) words.number("length", 20, PACKET_BYTES_MAX);
      case "payload" ->
          packet.payload = new byte[(int) words.number("payload", 0, PACKET_BYTES_MAX - 100)];
      default -> data();
    }
  }

  private void fragmentOffset() throws PacketSyntaxException {
    packet.fragmentOffsetBytes = (int) words.number("frag", 0, 65_528);
    if (packet.fragmentOffsetBytes % 8 != 0) {
      throw words.wrong("frag is the offset in bytes, a multiple of 8");
    }
  }

  private void data() throws PacketSyntaxException {
    try {
      packet.payload = HexFormat.of().parseHex(words.next("bytes in hexadecimal"));
    } catch (IllegalArgumentException e) {
      throw words.wrong("expected bytes in hexadecimal");
    }
  }

  /** What follows from all that was said. */
  private void complete() throws PacketSyntaxException {
    if (packet.protocol == TCP && packet.tcpFlags == UNSET) {
      packet.tcpFlags = Vocabulary.tcpFlags().get("syn");
    }
    if (packet.icmpType == UNSET) {
      packet.icmpType = Vocabulary.icmpTypes(packet.isIpv6()).get("echo-request");
    }
    int bytes = PacketBytes.lengthBytes(packet);
    if (packet.lengthBytes == UNSET) {
      return;
    }
    if (packet.lengthBytes < bytes) {
      throw words.wrong(
          "length must be at least %d, of the headers and the payload: length=%d"
              .formatted(bytes, packet.lengthBytes));
    }
    packet.payload =
        Arrays.copyOf(packet.payload, packet.payload.length + packet.lengthBytes - bytes);
  }
}
