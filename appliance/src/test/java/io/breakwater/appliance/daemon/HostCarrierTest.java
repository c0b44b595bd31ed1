package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostCarrierTest {

  private static final String ON = "link set dev bw0 carrier on";
  private static final String OFF = "link set dev bw0 carrier off";

  private final List<String> told = new ArrayList<>();
  private boolean refusing;

  private final HostCarrier carrier = new HostCarrier("bw0", this::run);

  private void run(List<String> commands) throws IOException {
    told.addAll(commands);
    if (refusing) {
      throw new IOException("RTNETLINK answers: Operation not permitted");
    }
  }

  @Test
  void shouldTellTheKernelOfEachChangeOnce() {
    carrier.follow(true);
    assertEquals(List.of(), told, "it has carrier as it is made");
    carrier.follow(false);
    carrier.follow(false);
    carrier.follow(true);
    carrier.follow(true);
    carrier.follow(false);
    assertEquals(List.of(OFF, ON, OFF), told);
  }

  @Test
  void shouldTellAgainWhatWasRefused() {
    refusing = true;
    carrier.follow(false);
    carrier.follow(false);
    refusing = false;
    carrier.follow(false);
    carrier.follow(false);
    assertEquals(List.of(OFF, OFF, OFF), told);
  }

  @Test
  void shouldForgetARefusedChangeThatIsOver() {
    refusing = true;
    carrier.follow(false);
    carrier.follow(true);
    assertEquals(List.of(OFF), told);
  }
}
