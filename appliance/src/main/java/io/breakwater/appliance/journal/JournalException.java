package io.breakwater.appliance.journal;

import java.io.IOException;

/**
 * A journal that can't be opened, read or written. The message is one sentence for the operator.
 */
public final class JournalException extends IOException {

  private static final long serialVersionUID = 1L;

  public JournalException(String message) {
    super(message);
  }

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
