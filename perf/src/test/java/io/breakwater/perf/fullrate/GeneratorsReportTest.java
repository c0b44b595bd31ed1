package io.breakwater.perf.fullrate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.perf.fullrate.GeneratorsReport.Round;
import io.breakwater.perf.fullrate.GeneratorsReport.Setup;
import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.report.PageSection;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class GeneratorsReportTest {

  private static final Setup SETUP =
      new Setup("pktgen", "memif", "gre-encap", "run -c <file>", "pktgen -- -f a&b", true);

  private static final Round SLOW =
      new Round(2_000_000, 1_900_000, 2, 1_960_000, 1_940_000, 4_000, Map.of("tx-queue-full", 10L));
  private static final Round MIDDLE = round(4_000_000);
  private static final Round FAST = round(6_000_000);

  private static final GeneratorsReport REPORT =
      new GeneratorsReport(SETUP, 7.63, List.of(FAST, SLOW, MIDDLE), "");

  @Test
  void shouldCountWhatTheApplianceDidDuringATrial() {
    Round round =
        Round.of(
            new Trial(1_000, 800, 2, Optional.empty()),
            snapshot(5_000, 4_000, 10, Map.of("a", 7L, "b", 1L)),
            snapshot(5_990, 4_900, 15, Map.of("a", 7L, "b", 90L, "c", 1L)));

    assertEquals(new Round(1_000, 800, 2, 990, 900, 5, Map.of("b", 89L, "c", 1L)), round);
    assertEquals(5, round.unseen());
  }

  @Test
  void shouldPrintEveryRoundAndTheMedian() {
    String text = text(REPORT);

    assertTrue(text.contains("it sends 7.63 Mpps"), text);
    assertTrue(
        text.contains(
            "2           1.00          0.98       0.97     0.95   36,000  {tx-queue-full=10}"),
        text);
    assertTrue(text.contains("median      2.00          2.00"), text);
  }

  @Test
  void shouldSayThatAGeneratorWasLostInsteadOfANumber() {
    String text = text(new GeneratorsReport(SETUP, 7.63, List.of(), "the generator ended"));

    assertTrue(text.contains("Not finished: the generator ended"), text);
    assertFalse(text.contains("median"), text);
  }

  @Test
  void shouldGiveWellFormedXml() throws Exception {
    for (PageSection section : REPORT.sections()) {
      String body = "<div>" + section.body() + "</div>";
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(body)));
    }
    assertTrue(REPORT.sections().getFirst().body().contains("pktgen -- -f a&amp;b"));
  }

  @Test
  void shouldWriteCountsAndCommandsAsJson() throws Exception {
    JsonNode json = JsonMapper.builder().build().readTree(JsonOutput.text(REPORT));

    assertEquals(3, json.get("rounds").size());
    assertEquals(2_000_000, json.get("rounds").get(1).get("sent").asLong());
    assertEquals("pktgen -- -f a&b", json.get("setup").get("generatorCommand").asText());
  }

  private static Round round(long packets) {
    return new Round(packets, packets, 2, packets, packets, 0, Map.of());
  }

  private static Snapshot snapshot(
      long received, long delivered, long missed, Map<String, Long> drops) {
    return new Snapshot(
        new Snapshot.Stats("a", "v", 1, 1, 1, received, delivered, 0, 0, 0, 0, missed, 0, 0),
        List.of(),
        List.of(),
        drops.entrySet().stream()
            .map(drop -> new Snapshot.DropRow(drop.getKey(), drop.getValue(), "", ""))
            .toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static String text(GeneratorsReport report) {
    StringWriter text = new StringWriter();
    report.print(new PrintWriter(text, true));
    return text.toString();
  }
}
