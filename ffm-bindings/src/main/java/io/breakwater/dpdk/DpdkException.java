package io.breakwater.dpdk;

/**
 * DPDK, the shim or the host refused something.
 *
 * <p>The message is for the operator: which function failed, with which values, what the system
 * said, and what to do where that is known. Mistakes of the calling code are {@link
 * IllegalArgumentException} and {@link IllegalStateException} instead.
 */
public final class DpdkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * The native function that failed, or an empty string if none was called.
   *
   * @serial a name of the C API
   */
  private final String function;

  /**
   * The positive errno value, or 0 if there is none.
   *
   * @serial an errno value
   */
  private final int errno;

  DpdkException(String message) {
    super(message);
    this.function = "";
    this.errno = 0;
  }

  DpdkException(String function, int errno, String errnoText, String arguments, String advice) {
    super(message(function, errno, errnoText, arguments, advice));
    this.function = function;
    this.errno = errno;
  }

  private static String message(
      String function, int errno, String errnoText, String arguments, String advice) {
    String text = function + " failed: " + errnoText + " (errno=" + errno + "): " + arguments;
    return advice.isEmpty() ? text : text + "; " + advice;
  }

  /** The native function that failed, or an empty string if none was called. */
  public String function() {
    return function;
  }

  /** The positive errno value, or 0 if there is none. */
  public int errno() {
    return errno;
  }
}
