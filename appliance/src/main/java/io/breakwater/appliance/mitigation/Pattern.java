package io.breakwater.appliance.mitigation;

import java.util.ArrayList;
import java.util.List;

/**
 * What packets may have in common: a {@code Signature} in the making, which the search narrows
 * field by field.
 *
 * @param protocol of IP, or the last one in a chain of IPv6 headers
 * @param lengths of the IP packet in bytes
 * @param ttls TTL, or hop limit
 * @param flagsMask which TCP flags are looked at
 * @param words of the payload: all must be there
 */
record Pattern(
    int protocol,
    Range sourcePorts,
    Range destinationPorts,
    Range lengths,
    Range ttls,
    int flagsMask,
    int flags,
    List<Word> words) {

  static final int WORDS_MAX = 4;

  Pattern {
    words = List.copyOf(words);
  }

  /** Numbers from the first to the last. */
  record Range(int first, int last) {

    static final Range ALL = new Range(0, 0xffff);

    static Range of(int only) {
      return new Range(only, only);
    }

    boolean contains(int value) {
      return value >= first && value <= last;
    }

    boolean isOne() {
      return first == last;
    }

    int width() {
      return last - first + 1;
    }
  }

  /**
   * Bytes of the payload.
   *
   * @param offset from the end of the TCP or UDP header on; of other protocols from the begin of
   *     their header
   * @param bytes 1..8
   * @param value in network byte order
   */
  record Word(int offset, int bytes, long value) {}

  /** All packets of a protocol. */
  static Pattern of(int protocol) {
    return new Pattern(protocol, Range.ALL, Range.ALL, Range.ALL, Range.ALL, 0, 0, List.of());
  }

  Pattern withSourcePorts(Range ports) {
    return new Pattern(protocol, ports, destinationPorts, lengths, ttls, flagsMask, flags, words);
  }

  Pattern withDestinationPorts(Range ports) {
    return new Pattern(protocol, sourcePorts, ports, lengths, ttls, flagsMask, flags, words);
  }

  Pattern withLengths(Range bytes) {
    return new Pattern(
        protocol, sourcePorts, destinationPorts, bytes, ttls, flagsMask, flags, words);
  }

  Pattern withTtls(Range values) {
    return new Pattern(
        protocol, sourcePorts, destinationPorts, lengths, values, flagsMask, flags, words);
  }

  Pattern withFlags(int mask, int value) {
    return new Pattern(protocol, sourcePorts, destinationPorts, lengths, ttls, mask, value, words);
  }

  Pattern withWord(Word word) {
    List<Word> more = new ArrayList<>(words);
    more.add(word);
    return new Pattern(
        protocol, sourcePorts, destinationPorts, lengths, ttls, flagsMask, flags, more);
  }

  boolean isPorted() {
    return protocol == Protocols.TCP || protocol == Protocols.UDP;
  }

  /** Whether a packet fits, as {@code SignatureCheck} would say. */
  boolean fits(Sample sample) {
    return protocol == sample.protocol()
        && lengths.contains(sample.lengthBytes())
        && ttls.contains(sample.ttl())
        && (sourcePorts.equals(Range.ALL) || sourcePorts.contains(sample.sourcePort()))
        && (destinationPorts.equals(Range.ALL)
            || destinationPorts.contains(sample.destinationPort()))
        && (sample.tcpFlags() & flagsMask) == flags
        && !sample.isLaterFragment()
        && fitsWords(sample);
  }

  private boolean fitsWords(Sample sample) {
    for (Word word : words) {
      long value = 0;
      for (int i = 0; i < word.bytes; i++) {
        int next = sample.word(word.offset + i);
        if (next == Sample.UNKNOWN) {
          return false;
        }
        value = value << 8 | next;
      }
      if (value != word.value) {
        return false;
      }
    }
    return true;
  }

  int count(List<Sample> samples) {
    int count = 0;
    for (Sample sample : samples) {
      if (fits(sample)) {
        count++;
      }
    }
    return count;
  }
}
