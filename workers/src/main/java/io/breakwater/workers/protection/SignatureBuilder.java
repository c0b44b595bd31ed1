package io.breakwater.workers.protection;

import io.breakwater.workers.protection.Signature.Range;
import io.breakwater.workers.protection.Signature.Reaction;
import io.breakwater.workers.protection.Signature.Word;
import java.util.ArrayList;
import java.util.List;

/** Narrows a {@link Signature} field by field; it drops what fits, if nothing else is said. */
public final class SignatureBuilder {

  private final String id;
  private final int protocol;
  private Range sourcePorts = Range.PORTS;
  private Range destinationPorts = Range.PORTS;
  private Range lengths = Range.LENGTHS;
  private Range ttls = Range.TTLS;
  private int payloadMinBytes;
  private int tcpFlagsMask;
  private int tcpFlags;
  private final List<Word> words = new ArrayList<>();
  private Reaction reaction = Reaction.DROP;
  private int limitPerSecond;
  private long expiresNs = Signature.NEVER;

  SignatureBuilder(String id, int protocol) {
    this.id = id;
    this.protocol = protocol;
  }

  public SignatureBuilder sourcePorts(int first, int last) {
    sourcePorts = new Range(first, last);
    return this;
  }

  public SignatureBuilder destinationPorts(int first, int last) {
    destinationPorts = new Range(first, last);
    return this;
  }

  /** Of the IP packet, in bytes. */
  public SignatureBuilder lengths(int first, int last) {
    lengths = new Range(first, last);
    return this;
  }

  public SignatureBuilder ttls(int first, int last) {
    ttls = new Range(first, last);
    return this;
  }

  /** Behind the TCP or UDP header. */
  public SignatureBuilder payloadMin(int bytes) {
    payloadMinBytes = bytes;
    return this;
  }

  public SignatureBuilder tcpFlags(int mask, int value) {
    tcpFlagsMask = mask;
    tcpFlags = value;
    return this;
  }

  /** One more word: see {@link Word}. */
  public SignatureBuilder word(int offset, int bytes, long mask, long value) {
    words.add(new Word(offset, bytes, mask, value));
    return this;
  }

  public SignatureBuilder reaction(Reaction reaction) {
    this.reaction = reaction;
    return this;
  }

  public SignatureBuilder limit(int packetsPerSecond) {
    reaction = Reaction.LIMIT;
    limitPerSecond = packetsPerSecond;
    return this;
  }

  /** On the workers' clock. */
  public SignatureBuilder expires(long ns) {
    expiresNs = ns;
    return this;
  }

  /**
   * @throws IllegalArgumentException if fields contradict each other: which
   */
  public Signature build() {
    return new Signature(
        id,
        protocol,
        sourcePorts,
        destinationPorts,
        lengths,
        ttls,
        payloadMinBytes,
        tcpFlagsMask,
        tcpFlags,
        words,
        reaction,
        limitPerSecond,
        expiresNs);
  }
}
