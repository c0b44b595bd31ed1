package io.breakwater.appliance.mitigation;

import io.breakwater.appliance.mitigation.Pattern.Range;
import io.breakwater.appliance.mitigation.Pattern.Word;
import io.breakwater.workers.protection.Signature;
import io.breakwater.workers.protection.SignatureBuilder;

/** Turns a pattern into the signature that workers look for. */
final class PatternSignature {

  private static final int TTL_MAX = 255;

  private PatternSignature() {}

  /**
   * @param expiresNs on the workers' clock, or {@link Signature#NEVER}
   */
  static Signature of(String id, Pattern pattern, Signature.Reaction reaction, long expiresNs) {
    SignatureBuilder builder =
        Signature.of(id, pattern.protocol())
            .lengths(pattern.lengths().first(), pattern.lengths().last())
            .ttls(pattern.ttls().first(), Math.min(TTL_MAX, pattern.ttls().last()))
            .reaction(reaction)
            .expires(expiresNs);
    if (!pattern.sourcePorts().equals(Range.ALL)) {
      builder.sourcePorts(pattern.sourcePorts().first(), pattern.sourcePorts().last());
    }
    if (!pattern.destinationPorts().equals(Range.ALL)) {
      builder.destinationPorts(
          pattern.destinationPorts().first(), pattern.destinationPorts().last());
    }
    if (pattern.flagsMask() != 0) {
      builder.tcpFlags(pattern.flagsMask(), pattern.flags());
    }
    for (Word word : pattern.words()) {
      builder.word(word.offset(), word.bytes(), -1L >>> Long.SIZE - 8 * word.bytes(), word.value());
    }
    return builder.build();
  }
}
