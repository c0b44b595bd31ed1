package io.breakwater.appliance.mitigation;

/**
 * How many different sources the samples of an attack had: a lower bound of how many the attack
 * has, since most packets are not sampled.
 *
 * <p>HyperLogLog (Flajolet and others 2007) with 1,024 registers: a standard error of 3.3%; up to
 * 2,560 by linear counting, which is better there. 1 KB.
 */
final class SourceEstimate {

  private static final int INDEX_BITS = 10;
  private static final int REGISTERS = 1 << INDEX_BITS;
  private static final double ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

  private final byte[] registers = new byte[REGISTERS];

  /**
   * @param hash of a source: see {@link Sample#sourceHash}
   */
  void add(long hash) {
    int index = (int) (hash >>> Long.SIZE - INDEX_BITS);
    int rank = Math.min(Long.numberOfLeadingZeros(hash << INDEX_BITS), 53) + 1;
    registers[index] = (byte) Math.max(registers[index], rank);
  }

  long count() {
    double sum = 0;
    int empty = 0;
    for (byte register : registers) {
      sum += Math.scalb(1.0, -register);
      empty += register == 0 ? 1 : 0;
    }
    double estimate = ALPHA * REGISTERS * REGISTERS / sum;
    boolean isFew = estimate <= 2.5 * REGISTERS && empty > 0;
    return Math.round(isFew ? REGISTERS * Math.log((double) REGISTERS / empty) : estimate);
  }
}
