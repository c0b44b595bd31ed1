package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.appliance.journal.JournalEvent.DistributionChanged;
import io.breakwater.appliance.report.Snapshot.RssRow;
import org.junit.jupiter.api.Test;

class DistributionTest {

  @Test
  void shouldTellTheJournalWhoSpreadsNowAndWhatWasFound() {
    var row =
        new RssRow("uplink", "net_ice", 2, "disagrees (12 of 1000)", 1_000, 1_000, "software", "");
    assertEquals(
        new DistributionChanged("uplink", "0000:3b:00.0", "software", "disagrees (12 of 1000)"),
        Distribution.changed(row, "0000:3b:00.0"));
  }
}
