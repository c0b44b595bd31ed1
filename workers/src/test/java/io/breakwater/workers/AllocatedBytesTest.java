package io.breakwater.workers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The measure itself: it sees an allocation, and hardly sees itself. */
class AllocatedBytesTest {

  private byte[] kept = {};

  @Test
  void shouldSeeWhatIsAllocatedAndLittleElse() {
    long bytes = AllocatedBytes.of(() -> kept = new byte[1 << 20]);
    assertTrue(bytes >= kept.length && bytes < kept.length + 10_000, "bytes=" + bytes);
    assertTrue(AllocatedBytes.of(() -> {}) < 10_000);
  }
}
