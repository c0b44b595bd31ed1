package io.breakwater.dpdk;

/** Turns a negative return value of the shim into a {@link DpdkException}. */
final class NativeError {
  private NativeError() {}

  /**
   * Passes a result on unless it is negative.
   *
   * @param result what the shim returned: -errno when it failed
   * @param function the DPDK function behind it
   * @param arguments its values as {@code name=value}
   * @param advice what to do, or an empty string
   */
  static int check(int result, String function, String arguments, String advice) {
    if (result >= 0) {
      return result;
    }
    throw of(-result, function, arguments, advice);
  }

  static int check(int result, String function, String arguments) {
    return check(result, function, arguments, "");
  }

  static DpdkException of(int errno, String function, String arguments, String advice) {
    String log = Shim.takeLog().strip().replaceAll("\\s*\\R\\s*", " | ");
    String said = log.isEmpty() ? arguments : arguments + " (DPDK said: " + log + ")";
    return new DpdkException(function, errno, Shim.errorText(errno), said, advice);
  }
}
