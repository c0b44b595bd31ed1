package io.breakwater.workers.protection;

import io.breakwater.workers.packet.Ipv4;
import java.util.List;

/**
 * A pattern of packets and what is done with those that fit: a row of the catalogue of amplifiers,
 * or the fingerprint of an attack.
 *
 * <p>All of it must hold. Only whole datagrams and first fragments fit, since others show no
 * transport header.
 *
 * @param id of reports and of the journal: unique within the tenant
 * @param protocol of IP, or the last one in a chain of IPv6 headers; {@link #ANY_PROTOCOL}: any
 * @param sourcePorts of TCP and UDP; not {@link Range#PORTS} only with one of them
 * @param destinationPorts the same
 * @param lengths of the IP packet, in bytes with its header
 * @param ttls TTL, or hop limit
 * @param payloadMinBytes behind the TCP or UDP header, 0: any
 * @param tcpFlagsMask which flags are looked at; not 0 only with TCP
 * @param tcpFlags their values
 * @param words of the payload, at most {@link #WORDS_MAX}
 * @param reaction to a packet that fits
 * @param limitPerSecond packets that LIMIT lets by, 1..10^9; else 0
 * @param expiresNs on the workers' clock; {@link #NEVER}: it stays
 */
public record Signature(
    String id,
    int protocol,
    Range sourcePorts,
    Range destinationPorts,
    Range lengths,
    Range ttls,
    int payloadMinBytes,
    int tcpFlagsMask,
    int tcpFlags,
    List<Word> words,
    Reaction reaction,
    int limitPerSecond,
    long expiresNs) {

  public static final int ANY_PROTOCOL = -1;
  public static final int WORDS_MAX = 4;
  public static final long NEVER = Long.MAX_VALUE;

  public Signature {
    words = List.copyOf(words);
    boolean ported = protocol == Ipv4.PROTOCOL_TCP || protocol == Ipv4.PROTOCOL_UDP;
    boolean portsAsked = !sourcePorts.equals(Range.PORTS) || !destinationPorts.equals(Range.PORTS);
    if (portsAsked && !ported) {
      throw new IllegalArgumentException("ports are of TCP and UDP: protocol=" + protocol);
    }
    if (payloadMinBytes < 0 || payloadMinBytes > 0xffff || payloadMinBytes > 0 && !ported) {
      throw new IllegalArgumentException(
          "a payload's length must be in 0..65535, and is of TCP and UDP: bytes="
              + payloadMinBytes);
    }
    if (tcpFlagsMask != 0 && protocol != Ipv4.PROTOCOL_TCP) {
      throw new IllegalArgumentException("flags are of TCP: protocol=" + protocol);
    }
    if (!words.isEmpty() && protocol == ANY_PROTOCOL) {
      throw new IllegalArgumentException("words of the payload are of a protocol: id=" + id);
    }
    if (words.size() > WORDS_MAX) {
      throw new IllegalArgumentException(
          "a signature has at most 4 words: words=" + words.size() + " id=" + id);
    }
    if ((tcpFlags & ~tcpFlagsMask) != 0 || (tcpFlagsMask & ~0xff) != 0) {
      throw new IllegalArgumentException(
          "flags must be within their mask, and the mask in 0..255: flags=%d mask=%d"
              .formatted(tcpFlags, tcpFlagsMask));
    }
    if (reaction == Reaction.LIMIT && limitPerSecond < 1) {
      throw new IllegalArgumentException("a limit must be at least 1: id=" + id);
    }
  }

  /** What is done with a packet that fits. */
  public enum Reaction {
    OFF,
    OBSERVE,
    LIMIT,
    DROP
  }

  /**
   * Numbers that fit.
   *
   * @param first 0..65535
   * @param last first..65535
   */
  public record Range(int first, int last) {

    public static final Range PORTS = new Range(0, 0xffff);
    public static final Range LENGTHS = new Range(0, 0xffff);
    public static final Range TTLS = new Range(0, 0xff);

    public Range {
      if (first < 0 || last > 0xffff || first > last) {
        throw new IllegalArgumentException(
            "a range must be within 0..65535: first=" + first + " last=" + last);
      }
    }

    public static Range of(int only) {
      return new Range(only, only);
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + "-" + last;
    }
  }

  /**
   * Some bytes of the payload under a mask.
   *
   * @param offset from the end of the TCP or UDP header on; of other protocols from the begin of
   *     their header, so that ICMP's type is at 0; 0..255
   * @param bytes 1..8
   * @param mask of so many bytes, in network byte order, right-aligned
   * @param value within the mask
   */
  public record Word(int offset, int bytes, long mask, long value) {
    public Word {
      boolean fits = bytes == 8 || bytes > 0 && bytes < 8 && (mask >>> 8 * bytes) == 0;
      if (offset < 0 || offset > 0xff || !fits || (value & ~mask) != 0) {
        throw new IllegalArgumentException(
            "a word must be of 1..8 bytes at 0..255, its value within its mask:"
                + " offset=%d bytes=%d mask=0x%x value=0x%x".formatted(offset, bytes, mask, value));
      }
    }
  }

  /** Begins with what any packet of a protocol fits. */
  public static SignatureBuilder of(String id, int protocol) {
    return new SignatureBuilder(id, protocol);
  }

  /** The rule in the words of nftables: see {@link SignatureText}. */
  public String toNft() {
    return SignatureText.of(this);
  }

  /** Whether it takes no packet from any other: then nobody may have it. */
  public boolean matchesEverything() {
    return protocol == ANY_PROTOCOL
        && lengths.first() <= 20
        && lengths.last() == 0xffff
        && ttls.first() <= 1
        && ttls.last() == 0xff;
  }
}
