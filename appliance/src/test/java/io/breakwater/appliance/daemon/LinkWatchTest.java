package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.appliance.journal.JournalEntry;
import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.PortDown;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import io.breakwater.appliance.journal.JournalReader;
import io.breakwater.appliance.journal.JournalWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkWatchTest {

  @TempDir private Path directory;

  private static final class FakeLink implements LinkWatch.Link {
    private final String port;
    private boolean up;

    FakeLink(String port, boolean up) {
      this.port = port;
      this.up = up;
    }

    @Override
    public String port() {
      return port;
    }

    @Override
    public String deviceName() {
      return "net_" + port;
    }

    @Override
    public boolean up() {
      return up;
    }

    @Override
    public long speedMbps() {
      return -1;
    }
  }

  @Test
  void shouldRecordFirstStateAndEachChangeOnce() throws IOException {
    FakeLink a = new FakeLink("a", true);
    FakeLink b = new FakeLink("b", false);
    try (EventLog events =
        new EventLog(JournalWriter.open(directory, 4 << 20, () -> Instant.EPOCH))) {
      LinkWatch watch = new LinkWatch(List.of(a, b), events);
      watch.poll();
      watch.poll();
      b.up = true;
      watch.poll();
      a.up = false;
      watch.poll();
      watch.poll();
    }

    assertEquals(
        List.of(
            new PortUp("a", "net_a", 0),
            new PortDown("b", "net_b"),
            new PortUp("b", "net_b", 0),
            new PortDown("a", "net_a")),
        journal());
  }

  private List<JournalEvent> journal() throws IOException {
    List<JournalEvent> events = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory)) {
      for (Optional<JournalEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        events.add(e.get().event());
      }
    }
    return events;
  }
}
