package io.breakwater.appliance.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.journal.JournalEvent.AttackEnded;
import io.breakwater.appliance.journal.JournalEvent.AttackStarted;
import io.breakwater.appliance.journal.JournalEvent.AttackUpdated;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationRejected;
import io.breakwater.appliance.journal.JournalEvent.DistributionChanged;
import io.breakwater.appliance.journal.JournalEvent.FirewallLogged;
import io.breakwater.appliance.journal.JournalEvent.MitigationExpired;
import io.breakwater.appliance.journal.JournalEvent.MitigationInstalled;
import io.breakwater.appliance.journal.JournalEvent.MitigationPinned;
import io.breakwater.appliance.journal.JournalEvent.MitigationReleased;
import io.breakwater.appliance.journal.JournalEvent.NeighbourLost;
import io.breakwater.appliance.journal.JournalEvent.NeighbourResolved;
import io.breakwater.appliance.journal.JournalEvent.PortDown;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import io.breakwater.appliance.journal.JournalEvent.Started;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.journal.JournalEvent.TunnelDegraded;
import io.breakwater.appliance.journal.JournalEvent.TunnelDown;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuLowered;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuRestored;
import io.breakwater.appliance.journal.JournalEvent.TunnelRecovered;
import io.breakwater.appliance.journal.JournalEvent.Unrecognised;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final long SIZE_MAX = 4 << 20;
  private static final Instant NOW = Instant.parse("2026-11-23T01:02:03.000000004Z");

  @TempDir private Path directory;

  private static List<JournalEvent> everyEvent() {
    return List.of(
        new Started("edge-1", "1.0", 42, "/etc/breakwater/appliance.yaml"),
        new PortUp("uplink", "0000:3b:00.0", 10_000),
        new PortDown("uplink", "0000:3b:00.0"),
        new ConfigurationApplied(List.of("tenant added: acme", "tenant changed: zoë")),
        new ConfigurationApplied(List.of()),
        new ConfigurationRejected(List.of("appliance.yaml:3:1: unknown key: key=prots")),
        new DistributionChanged("uplink", "0000:3b:00.0", "software", "disagrees (12 of 1000)"),
        new NeighbourResolved("uplink", "2001:db8::1", "02:00:00:00:00:01"),
        new NeighbourLost("uplink", "192.0.2.1"),
        new TunnelMtuLowered("acme", "chicago-1", 1_376),
        new TunnelMtuRestored("acme", "chicago-1", 1_476),
        new TunnelDegraded("acme", "chicago-1", 2, 1_200, 8_000),
        new TunnelDown("acme", "chicago-1", 6, 1_200, 0),
        new TunnelRecovered("acme", "chicago-1", 6, 1_200, 9_000),
        new FirewallLogged(
            "acme", "acme.nft:12", "ssh: ", "198.51.100.9", "203.0.113.9", "tcp", 4_242, 22, 60, 3),
        new AttackStarted("acme-20261124-163012-udp", "acme", "udp", 50_000, 1_000, 8_000),
        new AttackUpdated(
            "acme-20261124-163012-udp",
            "acme",
            "udp",
            "udp sport 123",
            50_000,
            60_000,
            900,
            List.of("acme-20261124-163012-1 active drop")),
        new AttackEnded(
            "acme-20261124-163012-udp", "acme", "udp", "udp", 60_000, 1L << 40, 86, 900, List.of()),
        new MitigationInstalled(
            "acme-20261124-163012-1",
            "acme-20261124-163012-udp",
            "acme",
            "drop",
            "udp sport 123 drop",
            "98.4%",
            "0.4%"),
        new MitigationExpired("acme-20261124-163012-1", "acme", "udp sport 123 drop", 1L << 40),
        new MitigationPinned("acme-20261124-163012-1", "acme", "udp sport 123 drop"),
        new MitigationReleased("acme-20261124-163012-1", "acme", "udp sport 123 drop", 0),
        new Stopped("SIGTERM", 0, Long.MAX_VALUE, 7),
        new Unrecognised(
            "moon-risen", new TreeMap<>(java.util.Map.of("lines", List.of("a"), "phase", 3L))));
  }

  @Test
  void shouldReadEveryEventAsWritten() throws IOException {
    write(everyEvent());

    List<JournalEntry> entries = readAll();

    assertEquals(everyEvent(), entries.stream().map(JournalEntry::event).toList());
    assertEquals(
        NOW.getEpochSecond() * 1_000_000_000L + NOW.getNano(), entries.getFirst().timeNs());
  }

  @Test
  void shouldContinueSequenceAfterRestart() throws IOException {
    for (int start = 0; start < 3; start++) {
      write(everyEvent());
    }

    List<Long> sequences = readAll().stream().map(JournalEntry::sequence).toList();

    assertEquals(Stream.iterate(1L, n -> n + 1).limit(sequences.size()).toList(), sequences);
    assertEquals(3 * everyEvent().size(), sequences.size());
  }

  @Test
  void shouldStayUnderSizeLimitAndKeepNewestEvents() throws IOException {
    long sizeMax = JournalFiles.SIZE_MIN_BYTES;
    int events = 15_000;
    long largest = 0;
    try (JournalWriter writer = JournalWriter.open(directory, sizeMax, () -> NOW)) {
      for (int i = 0; i < events; i++) {
        writer.append(new PortUp("uplink", "0000:3b:00.0", i));
        if (i % 16 == 0) {
          largest = Math.max(largest, size());
        }
      }
    }

    assertTrue(largest <= sizeMax, "size=" + largest + " limit=" + sizeMax);
    List<JournalEntry> kept = readAll();
    assertEquals(events, kept.getLast().sequence());
    assertTrue(kept.size() > 1_000, "kept=" + kept.size());
    assertTrue(kept.getFirst().sequence() > 1, "nothing was removed");
    assertEquals(kept.getFirst().sequence() + kept.size() - 1, kept.getLast().sequence());
  }

  @Test
  void shouldStayUnderSizeLimitWithLargestEvents() throws IOException {
    long sizeMax = JournalFiles.SIZE_MIN_BYTES;
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.add("€".repeat(1_000));
    }
    try (JournalWriter writer = JournalWriter.open(directory, sizeMax, () -> NOW)) {
      for (int i = 0; i < 100; i++) {
        writer.append(new ConfigurationApplied(lines));
        assertTrue(size() <= sizeMax, "size=" + size() + " limit=" + sizeMax);
      }
    }
  }

  @Test
  void shouldStayUnderSizeLimitOverRestarts() throws IOException {
    for (int start = 0; start < 30; start++) {
      try (JournalWriter writer =
          JournalWriter.open(directory, JournalFiles.SIZE_MIN_BYTES, () -> NOW)) {
        for (int i = 0; i < 40; i++) {
          writer.append(new ConfigurationApplied(Collections.nCopies(60, "x".repeat(200))));
        }
        assertTrue(size() <= JournalFiles.SIZE_MIN_BYTES, "size=" + size());
      }
    }
    assertEquals(30 * 40, readAll().getLast().sequence());
  }

  @Test
  void shouldFollowWriterAcrossFiles() throws IOException {
    long sizeMax = JournalFiles.SIZE_MIN_BYTES;
    long last = 0;
    try (JournalWriter writer = JournalWriter.open(directory, sizeMax, () -> NOW)) {
      writer.append(new PortDown("uplink", "x"));
      try (JournalReader reader = JournalReader.open(directory)) {
        for (int i = 0; i < 8_000; i++) {
          writer.append(new PortUp("uplink", "0000:3b:00.0", i));
          Optional<JournalEntry> entry = reader.next();
          assertEquals(last + 1, entry.orElseThrow().sequence());
          last++;
        }
        assertEquals(8_001, reader.next().orElseThrow().sequence());
        assertEquals(Optional.empty(), reader.next());
      }
    }
  }

  @Test
  void shouldGoOnAtOldestKeptEventWhenReaderWasOvertaken() throws IOException {
    long sizeMax = JournalFiles.SIZE_MIN_BYTES;
    try (JournalWriter writer = JournalWriter.open(directory, sizeMax, () -> NOW)) {
      writer.append(new PortDown("uplink", "x"));
      try (JournalReader reader = JournalReader.open(directory)) {
        assertEquals(1, reader.next().orElseThrow().sequence());
        for (int i = 0; i < 15_000; i++) {
          writer.append(new PortUp("uplink", "0000:3b:00.0", i));
        }
        long last = 1;
        long read = 1;
        for (Optional<JournalEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
          assertTrue(e.get().sequence() > last);
          last = e.get().sequence();
          read++;
        }
        assertTrue(read < last, "nothing was removed");
        assertEquals(15_001, last);
      }
    }
  }

  @Test
  void shouldRefuseSecondWriter() throws IOException {
    try (JournalWriter writer = JournalWriter.open(directory, SIZE_MAX, () -> NOW)) {
      writer.append(new PortDown("uplink", "x"));

      JournalException e =
          assertThrows(
              JournalException.class, () -> JournalWriter.open(directory, SIZE_MAX, () -> NOW));

      assertEquals(
          directory
              + ": another appliance writes this journal; give each its own journal.directory",
          e.getMessage());
    }
  }

  @Test
  void shouldRefuseLimitTooSmallForTwoFiles() {
    assertThrows(JournalException.class, () -> JournalWriter.open(directory, 1_000, () -> NOW));
  }

  @Test
  void shouldSayThatThereIsNoJournal() throws IOException {
    Path absent = directory.resolve("absent");
    Path file = Files.writeString(directory.resolve("file"), "x");
    Path empty = Files.createDirectory(directory.resolve("empty"));

    assertEquals(absent + ": no journal here: no such directory", openError(absent));
    assertEquals(file + ": a journal must be a directory", openError(file));
    assertEquals(empty + ": no journal here: no appliance has written to it", openError(empty));
  }

  @Test
  void shouldRefuseDirectoryWithForeignMetadata() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("metadata.cq4t"), "this is no queue at all".repeat(10));

    String message = foreign + ": not a journal: foreign file metadata.cq4t";
    assertEquals(message, openError(foreign));
    assertEquals(
        message,
        assertThrows(JournalException.class, () -> JournalWriter.open(foreign, SIZE_MAX, () -> NOW))
            .getMessage());
  }

  @Test
  void shouldBoundListsOfEvent() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      lines.add("x".repeat(i));
    }

    List<String> bounded = new ConfigurationApplied(lines).changes();

    assertEquals(65, bounded.size());
    assertEquals("and 936 more", bounded.getLast());
    assertEquals(bounded, new ConfigurationApplied(bounded).changes());
    assertEquals(256, new ConfigurationApplied(List.of("y".repeat(999))).changes().get(0).length());
  }

  private void write(List<JournalEvent> events) throws IOException {
    try (JournalWriter writer = JournalWriter.open(directory, SIZE_MAX, () -> NOW)) {
      for (JournalEvent event : events) {
        writer.append(event);
      }
    }
  }

  private List<JournalEntry> readAll() throws IOException {
    List<JournalEntry> entries = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory)) {
      for (Optional<JournalEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        entries.add(e.get());
      }
    }
    return entries;
  }

  private long size() throws IOException {
    long total = 0;
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        total += Files.size(file);
      }
    }
    return total;
  }

  private static String openError(Path journal) {
    return assertThrows(JournalException.class, () -> JournalReader.open(journal)).getMessage();
  }
}
