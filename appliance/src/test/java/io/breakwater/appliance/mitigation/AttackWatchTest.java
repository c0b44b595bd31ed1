package io.breakwater.appliance.mitigation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.AttackEnded;
import io.breakwater.appliance.journal.JournalEvent.AttackStarted;
import io.breakwater.appliance.journal.JournalEvent.AttackUpdated;
import io.breakwater.appliance.journal.JournalEvent.MitigationExpired;
import io.breakwater.appliance.journal.JournalEvent.MitigationInstalled;
import io.breakwater.appliance.journal.JournalEvent.MitigationPinned;
import io.breakwater.appliance.journal.JournalEvent.MitigationReleased;
import io.breakwater.config.protection.Protection.Automatic;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Detection and mitigation from counters and samples to rules, in virtual time. */
class AttackWatchTest {

  private final VirtualEdge edge = new VirtualEdge(7);

  private static <T extends JournalEvent> List<T> of(Class<T> type, List<JournalEvent> events) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T extends JournalEvent> List<T> events(Class<T> type) {
    return of(type, edge.events);
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldFindAndDropEachAttackOfTheCatalogueWithinThreeSeconds(Attack attack) {
    edge.start(Automatic.ENFORCE);
    edge.run(400, null, 0);
    assertEquals(List.of(), edge.events);
    edge.run(3, attack, 60_000);
    assertEquals(1, events(AttackStarted.class).size(), edge.events.toString());
    AttackStarted started = events(AttackStarted.class).getFirst();
    assertEquals(attack.traffic().name().toLowerCase(), started.traffic());
    assertTrue(started.id().matches("acme-\\d{8}-\\d{6}-" + started.traffic()), started.id());
    assertEquals(attack.hasFingerprint(), !events(MitigationInstalled.class).isEmpty());
    if (attack.hasFingerprint()) {
      assertTrue(edge.droppedShare(attack, 1_000) >= 0.95, edge.events.toString());
      assertTrue(edge.droppedCleanShare(attack.traffic(), 5_000) <= 0.015, edge.events.toString());
    }
  }

  @Test
  void shouldTellAnAttackFromItsStartToItsEnd() {
    edge.start(Automatic.ENFORCE);
    edge.run(180, null, 0);
    edge.run(70, Attack.NTP, 50_000);
    edge.run(40, null, 0);
    AttackStarted started = events(AttackStarted.class).getFirst();
    MitigationInstalled installed = events(MitigationInstalled.class).getFirst();
    AttackEnded ended = events(AttackEnded.class).getFirst();
    assertEquals(started.id(), installed.attack());
    assertEquals("drop", installed.action());
    assertTrue(installed.rule().startsWith("udp sport 123"), installed.rule());
    assertTrue(installed.id().matches("acme-\\d{8}-\\d{6}-1"), installed.id());
    assertTrue(events(AttackUpdated.class).size() >= 2);
    assertEquals(started.id(), ended.id());
    assertTrue(ended.peakRate() >= 50_000 && ended.peakRate() < 55_000, ended.toString());
    assertTrue(ended.packets() > 60 * 50_000 && ended.packets() < 75 * 51_000, ended.toString());
    assertTrue(ended.sources() > 1_000, ended.toString());
    assertTrue(ended.seconds() >= 95 && ended.seconds() <= 105, ended.toString());
    assertEquals(List.of(installed.id() + " active drop"), ended.done());
  }

  @Test
  void shouldRenewARuleWhilePacketsFitItAndExpireItTwoMinutesAfter() {
    edge.start(Automatic.ENFORCE);
    edge.run(180, null, 0);
    edge.run(400, Attack.NTP, 50_000);
    assertEquals("active", edge.mitigations.rows().getFirst().state());
    assertTrue(edge.mitigations.rows().getFirst().packets() > 390 * 49_000L);
    edge.run(125, null, 0);
    assertEquals("expired", edge.mitigations.rows().getFirst().state());
    assertEquals(1, events(MitigationExpired.class).size());
    assertTrue(edge.rules.isEmpty());
  }

  @Test
  void shouldOnlyReportWhereTheTenantOnlyObserves() {
    edge.start(Automatic.OBSERVE);
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    assertEquals("observe", events(MitigationInstalled.class).getFirst().action());
    assertEquals(0, edge.droppedShare(Attack.SSDP, 100));
    assertEquals("observe", edge.mitigations.rows().getFirst().action());
  }

  @Test
  void shouldOnlyTellOfTheAttackWhereAutomaticIsOff() {
    edge.start(Automatic.OFF);
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    assertEquals(1, events(AttackStarted.class).size());
    assertTrue(events(MitigationInstalled.class).isEmpty());
  }

  @Test
  void shouldDropWhatAnOperatorPinsUntilItIsReleased() {
    edge.start(Automatic.OBSERVE);
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    String id = edge.mitigations.rows().getFirst().id();
    edge.mitigations.pin(id);
    assertEquals(1, events(MitigationPinned.class).size());
    edge.run(600, null, 0);
    edge.start(Automatic.OBSERVE);
    assertEquals("pinned", edge.mitigations.rows().getFirst().state());
    assertTrue(edge.droppedShare(Attack.SSDP, 100) > 0.9);
    edge.mitigations.release(id, edge.nowNs);
    assertEquals(0, edge.droppedShare(Attack.SSDP, 100));
    assertEquals(id, events(MitigationReleased.class).getFirst().id());
  }

  @Test
  void shouldNotMitigateAgainWhatAnOperatorHasReleased() {
    edge.start(Automatic.ENFORCE);
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    edge.mitigations.release(edge.mitigations.rows().getFirst().id(), edge.nowNs);
    edge.run(120, Attack.SSDP, 50_000);
    assertEquals(1, edge.mitigations.rows().size());
    assertEquals(0, edge.droppedShare(Attack.SSDP, 100));
    // Another vector is another matter.
    edge.run(15, Attack.NTP, 80_000);
    assertTrue(edge.droppedShare(Attack.NTP, 100) > 0.9, edge.mitigations.rows().toString());
  }

  @Test
  void shouldAddARuleWhenTheVectorChanges() {
    edge.start(Automatic.ENFORCE);
    edge.run(180, null, 0);
    edge.run(20, Attack.SSDP, 50_000);
    edge.run(20, Attack.CHARGEN, 50_000);
    assertEquals(1, events(AttackStarted.class).size());
    assertEquals(2, edge.mitigations.rows().size(), edge.mitigations.rows().toString());
    assertTrue(edge.droppedShare(Attack.CHARGEN, 1_000) >= 0.95);
  }

  @Test
  void shouldSayWhatIsWrongWithAnOperatorsWord() {
    edge.start(Automatic.ENFORCE);
    assertThrows(IllegalArgumentException.class, () -> edge.mitigations.pin("acme-1"));
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    String id = edge.mitigations.rows().getFirst().id();
    edge.mitigations.release(id, edge.nowNs);
    assertThrows(IllegalArgumentException.class, () -> edge.mitigations.release(id, edge.nowNs));
    edge.mitigations.pin(id);
    assertThrows(IllegalArgumentException.class, () -> edge.mitigations.pin(id));
  }

  @Test
  void shouldTakeRulesAwayFromATenantThatIsGone() {
    edge.start(Automatic.ENFORCE);
    edge.run(180, null, 0);
    edge.run(5, Attack.SSDP, 50_000);
    assertFalse(edge.rules.isEmpty());
    edge.watch.configure(List.of(), edge.nowNs);
    assertTrue(edge.rules.isEmpty());
    assertEquals(List.of(), edge.watch.rows());
  }

  @Test
  void shouldCountSourcesWithinAFewPercent() {
    for (int sources : new int[] {1, 10, 500, 20_000, 1_000_000}) {
      var estimate = new SourceEstimate();
      for (int i = 0; i < sources; i++) {
        byte[] packet = new byte[20];
        packet[0] = 0x45;
        packet[12] = (byte) (i >>> 16);
        packet[13] = (byte) (i >>> 8);
        packet[14] = (byte) i;
        Sample sample = new Sample(packet, 20);
        estimate.add(sample.sourceHash());
        estimate.add(sample.sourceHash());
      }
      assertEquals(sources, estimate.count(), Math.max(1, 0.1 * sources));
    }
  }
}
