package io.breakwater.appliance.capture;

import java.io.IOException;

/**
 * A capture that can't be read or written as the formats say. The message is one sentence for the
 * operator and begins with the file and, where it was read, the offset of the record in question.
 */
public final class CaptureException extends IOException {

  private static final long serialVersionUID = 1L;

  public CaptureException(String message) {
    super(message);
  }
}
