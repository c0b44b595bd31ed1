package io.breakwater.appliance;

/**
 * Ends a command with a message for the operator and an exit status, and no stack trace.
 *
 * <p>{@link #wrongInput} is what the operator gave (exit status 2), {@link #failure} is everything
 * else that can be foreseen (1). The message says what is wrong and what to do.
 */
public final class CommandException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitStatus;

  private CommandException(int exitStatus, String message, Throwable cause) {
    super(message, cause);
    this.exitStatus = exitStatus;
  }

  public static CommandException failure(String message, Throwable cause) {
    return new CommandException(ExitStatus.FAILED, message, cause);
  }

  public static CommandException failure(String message) {
    return failure(message, null);
  }

  public static CommandException wrongInput(String message, Throwable cause) {
    return new CommandException(ExitStatus.WRONG_INPUT, message, cause);
  }

  public static CommandException wrongInput(String message) {
    return wrongInput(message, null);
  }

  public int exitStatus() {
    return exitStatus;
  }
}
