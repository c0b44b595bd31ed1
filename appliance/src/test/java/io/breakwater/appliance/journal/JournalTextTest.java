package io.breakwater.appliance.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.appliance.journal.JournalEvent.AttackEnded;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationRejected;
import io.breakwater.appliance.journal.JournalEvent.FirewallLogged;
import io.breakwater.appliance.journal.JournalEvent.MitigationInstalled;
import io.breakwater.appliance.journal.JournalEvent.PortUp;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.journal.JournalEvent.TunnelDegraded;
import io.breakwater.appliance.journal.JournalEvent.TunnelDown;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTextTest {

  private static final long TIME_NS = 1_795_395_723_000_000_004L;

  @Test
  void shouldPrintOneLineForPeople() {
    assertEquals(
        "2026-11-23T01:02:03.000000004Z port-up: uplink (net_null0) 10000 Mbit/s",
        human(new PortUp("uplink", "net_null0", 10_000)));
    assertEquals(
        "2026-11-23T01:02:03.000000004Z stopped: SIGTERM; received 5, sent 4, packet buffers"
            + " outstanding 0",
        human(new Stopped("SIGTERM", 0, 5, 4)));
    assertEquals(
        "2026-11-23T01:02:03.000000004Z tunnel-degraded: chicago-1 of acme: 2 of 1200 probes lost"
            + " in 5 minutes, round trip 8000 us",
        human(new TunnelDegraded("acme", "chicago-1", 2, 1_200, 8_000)));
    assertEquals(
        "2026-11-23T01:02:03.000000004Z tunnel-down: chicago-1 of acme: 3 of 3 probes lost in 5"
            + " minutes, never answered",
        human(new TunnelDown("acme", "chicago-1", 3, 3, 0)));
  }

  @Test
  void shouldPrintAnAttackWithWhatWasDone() {
    assertEquals(
        "2026-11-23T01:02:03.000000004Z mitigation-installed: acme-20261123-010203-1 on acme: udp"
            + " sport 123 drop (covers 98.4% of the attack, 0.4% of what is usual)",
        human(
            new MitigationInstalled(
                "acme-20261123-010203-1",
                "acme-20261123-010203-udp",
                "acme",
                "drop",
                "udp sport 123 drop",
                "98.4%",
                "0.4%")));
    assertEquals(
        "2026-11-23T01:02:03.000000004Z attack-ended: acme-20261123-010203-udp on acme: udp sport"
            + " 123; 4000000 packets in 80 s, peak 60000 packets/s, from at least 900 sources\n"
            + "  acme-20261123-010203-1 active drop",
        human(
            new AttackEnded(
                "acme-20261123-010203-udp",
                "acme",
                "udp",
                "udp sport 123",
                60_000,
                4_000_000,
                80,
                900,
                List.of("acme-20261123-010203-1 active drop"))));
  }

  @Test
  void shouldPrintALoggedPacketAsAFlow() {
    assertEquals(
        "2026-11-23T01:02:03.000000004Z firewall-logged: acme.nft:12 of acme: ssh: "
            + " 198.51.100.9:4242 > 203.0.113.9:22 tcp length 60 (3 before it left out)",
        human(
            new FirewallLogged(
                "acme",
                "acme.nft:12",
                "ssh: ",
                "198.51.100.9",
                "203.0.113.9",
                "tcp",
                4_242,
                22,
                60,
                3)));
    assertEquals(
        "2026-11-23T01:02:03.000000004Z firewall-logged: acme.nft:1 of acme:"
            + " [2001:db8::9]:4242 > [2001:db8:acc::9]:53 udp length 60",
        human(
            new FirewallLogged(
                "acme",
                "acme.nft:1",
                "",
                "2001:db8::9",
                "2001:db8:acc::9",
                "udp",
                4_242,
                53,
                60,
                0)));
  }

  @Test
  void shouldIndentProblemsAndEscapeControlCharacters() {
    assertEquals(
        """
        2026-11-23T01:02:03.000000004Z configuration-rejected: 2 problems
          a.yaml:1:2: wrong
          \\u001b[31m\\u000ax\
        """,
        human(new ConfigurationRejected(List.of("a.yaml:1:2: wrong", "\u001b[31m\nx"))));
  }

  @Test
  void shouldCountLinesThatWereCut() {
    List<String> lines = Collections.nCopies(1_000, "tenant changed");

    String text = JournalText.sentence(new ConfigurationApplied(lines), 1);

    assertEquals("configuration-applied: 1000 changes\n  tenant changed", text);
  }

  @Test
  void shouldPrintOneObjectForPrograms() {
    assertEquals(
        "{\"sequence\":3,\"time\":\"2026-11-23T01:02:03.000000004Z\",\"type\":\"port-up\","
            + "\"port\":\"uplink\",\"device\":\"net_null0\",\"speed-mbps\":10000}",
        JournalText.json(new JournalEntry(3, TIME_NS, new PortUp("uplink", "net_null0", 10_000))));
  }

  @Test
  void shouldKeepJournalWhereStateOfUserBelongs() {
    Path state = Path.of("/home/u/.local/state/breakwater/journal");

    assertEquals(
        Path.of("/var/lib/breakwater/journal"), JournalDirectory.of("root", "/root", Map.of()));
    assertEquals(state, JournalDirectory.of("u", "/home/u", Map.of()));
    assertEquals(state, JournalDirectory.of("u", "/home/u", Map.of("XDG_STATE_HOME", "relative")));
    assertEquals(
        Path.of("/s/breakwater/journal"),
        JournalDirectory.of("u", "/home/u", Map.of("XDG_STATE_HOME", "/s")));
  }

  private static String human(JournalEvent event) {
    return JournalText.human(new JournalEntry(3, TIME_NS, event));
  }
}
