package io.breakwater.perf.generator;

/** A generator ended, or stopped answering, in the middle of a run: there is no result. */
public final class GeneratorLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public GeneratorLostException(String message) {
    super(message);
  }
}
