package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.journal.JournalEntry;
import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuLowered;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuRestored;
import io.breakwater.appliance.journal.JournalReader;
import io.breakwater.appliance.journal.JournalWriter;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import io.breakwater.workers.pipeline.TunnelMtus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With time of the test's own, and tables compiled whenever they are due. */
class TunnelMtuWatchTest {

  private static final String CONFIGURATION =
      """
      appliance: edge-1
      ports:
        - name: uplink
          device: net_null0
          addresses: [192.0.2.2/24, "2001:db8:1::2/64"]
          gateways: [{address: 192.0.2.1}, {address: "2001:db8:1::1"}]
      anycast: {endpoints: [198.51.100.1, "2001:db8:a::1"]}
      tenants:
        acme:
          prefixes: [203.0.113.0/24]
          tunnels: [{name: chicago, local: 198.51.100.1, remote: 198.18.0.1}]
        six:
          prefixes: ["2001:db8:666::/48"]
          tunnels: [{name: kyoto, local: "2001:db8:a::1", remote: "2001:db8:f::1"}]
      """;

  private static final long PAUSE_NS = TunnelMtuWatch.PAUSE_NS;
  private static final long EXPIRY_NS = TunnelMtus.EXPIRY_NS;

  @TempDir private Path directory;

  private Appliance configuration;
  private Slots slots;
  private TunnelMtus mtus;
  private ForwardingCompiler compiler;
  private EventLog events;
  private TunnelMtuWatch watch;
  private ForwardingTables tables;
  private int chicago;
  private int kyoto;

  @BeforeEach
  void begin() throws IOException {
    Path file = Files.writeString(directory.resolve("appliance.yaml"), CONFIGURATION);
    ConfigurationFiles.Result result = ConfigurationFiles.load(file);
    configuration = result.configuration().orElseThrow(() -> new AssertionError(result.problems()));
    slots = new Slots(configuration.limits());
    mtus = new TunnelMtus(slots.tunnels().bound());
    compiler = new ForwardingCompiler(slots, new long[] {0x0200_0000_0002L}, mtus);
    tables = compiler.compile(configuration);
    events = new EventLog(JournalWriter.open(directory.resolve("j"), 4 << 20, () -> Instant.EPOCH));
    watch = new TunnelMtuWatch(mtus, slots, events);
    chicago = slots.tunnels().slot(new TunnelId("acme", "chicago"));
    kyoto = slots.tunnels().slot(new TunnelId("six", "kyoto"));
  }

  @AfterEach
  void end() {
    events.close();
  }

  /** What the control loop does in a round. */
  private boolean refresh(long nowNs) {
    boolean changed = watch.isChanged(nowNs);
    if (changed) {
      tables = compiler.compile(configuration);
    }
    return changed;
  }

  private List<JournalEvent> journal() throws IOException {
    List<JournalEvent> found = new ArrayList<>();
    try (JournalReader reader = JournalReader.open(directory.resolve("j"))) {
      for (Optional<JournalEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
        found.add(e.get().event());
      }
    }
    return found;
  }

  @Test
  void shouldSayNothingAsLongAsNothingChanges() throws IOException {
    assertFalse(refresh(0));
    watch.exceeded(chicago, 1_476, 0);
    watch.exceeded(kyoto, 1_456, 0);
    watch.exceeded(kyoto, 9_000, 0);
    assertFalse(refresh(0), "not less than they have");
    assertEquals(List.of(), journal());
  }

  @Test
  void shouldLowerAtOnceOverBothFamilies() throws IOException {
    watch.exceeded(chicago, 1_376, 0);
    watch.exceeded(kyoto, 1_236, 0);
    assertTrue(refresh(0));
    assertEquals(1_376, tables.tunnels().mtuBytes(chicago));
    assertEquals(1_400, tables.tunnels().outerMtuBytes(chicago));
    assertEquals(1_236, tables.tunnels().mtuBytes(kyoto));
    assertEquals(1_280, tables.tunnels().outerMtuBytes(kyoto));
    assertEquals(1_336, tables.fit().mss(false)[chicago]);
    assertEquals(1_196, tables.fit().mss(false)[kyoto]);
    assertEquals(1_220, tables.fit().mss(true)[kyoto], "1,280 bytes of IPv6 pass everywhere");
    assertFalse(refresh(0));
    assertEquals(
        List.of(
            new TunnelMtuLowered("acme", "chicago", 1_376),
            new TunnelMtuLowered("six", "kyoto", 1_236)),
        journal());
  }

  /** A flood of forged reports costs tables once a second, and an event. */
  @Test
  void shouldPauseAfterAChange() throws IOException {
    watch.exceeded(chicago, 1_400, 0);
    assertTrue(refresh(0));
    int refreshed = 0;
    for (int n = 1; n < 1_000; n++) {
      long nowNs = n * PAUSE_NS / 100;
      watch.exceeded(chicago, 1_400 - n / 2, nowNs);
      refreshed += refresh(nowNs) ? 1 : 0;
    }
    assertEquals(9, refreshed);
    assertEquals(10, journal().size());
    assertTrue(refresh(10 * PAUSE_NS));
    assertEquals(1_400 - 999 / 2, tables.tunnels().mtuBytes(chicago));
  }

  /** RFC 1191 6.3, RFC 8201 4: 10 minutes after the last decrease. */
  @Test
  void shouldRestoreWhatIsOld() throws IOException {
    watch.exceeded(chicago, 1_376, 0);
    watch.exceeded(kyoto, 1_236, 0);
    refresh(0);
    watch.exceeded(chicago, 1_300, 5 * PAUSE_NS);
    refresh(5 * PAUSE_NS);
    assertFalse(refresh(EXPIRY_NS - 1));
    assertEquals(1_236, tables.tunnels().mtuBytes(kyoto));
    assertTrue(refresh(EXPIRY_NS));
    assertEquals(1_456, tables.tunnels().mtuBytes(kyoto));
    assertEquals(1_300, tables.tunnels().mtuBytes(chicago));
    assertFalse(refresh(EXPIRY_NS + 5 * PAUSE_NS - 1));
    assertTrue(refresh(EXPIRY_NS + 5 * PAUSE_NS));
    assertEquals(1_476, tables.tunnels().mtuBytes(chicago));
    assertEquals(
        List.of(
            new TunnelMtuRestored("six", "kyoto", 1_456),
            new TunnelMtuRestored("acme", "chicago", 1_476)),
        journal().subList(3, 5));
  }

  /** The way is as narrow as it was: there is no change, and no event says that there was. */
  @Test
  void shouldNotTellOfARestoredMtuThatIsLoweredAgainInThePause() throws IOException {
    watch.exceeded(chicago, 1_376, 0);
    refresh(0);
    // So that the expiry falls into a pause.
    watch.exceeded(kyoto, 1_236, EXPIRY_NS - 1);
    assertTrue(refresh(EXPIRY_NS - 1));
    assertFalse(refresh(EXPIRY_NS));
    watch.exceeded(chicago, 1_376, EXPIRY_NS + 1);
    assertTrue(refresh(EXPIRY_NS - 1 + PAUSE_NS));
    assertEquals(1_376, tables.tunnels().mtuBytes(chicago));
    assertEquals(
        List.of(
            new TunnelMtuLowered("acme", "chicago", 1_376),
            new TunnelMtuLowered("six", "kyoto", 1_236),
            new TunnelMtuLowered("acme", "chicago", 1_376)),
        journal());
  }

  @Test
  void shouldNotNameATunnelThatIsGone() throws IOException {
    watch.exceeded(kyoto, 1_236, 0);
    configuration = configuration.withTenants(new TreeMap<>());
    slots.retain(configuration, compiler.compile(configuration));
    assertTrue(refresh(0));
    assertEquals(List.of(), journal());
  }
}
