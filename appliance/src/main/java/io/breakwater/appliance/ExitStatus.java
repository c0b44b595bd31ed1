package io.breakwater.appliance;

/** The exit statuses of every command. */
public final class ExitStatus {

  public static final int DONE = 0;

  /** It failed, although what was asked for was right. */
  public static final int FAILED = 1;

  /** The input, the configuration or the command line is wrong. */
  public static final int WRONG_INPUT = 2;

  private ExitStatus() {}
}
