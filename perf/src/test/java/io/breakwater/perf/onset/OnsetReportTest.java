package io.breakwater.perf.onset;

import static io.breakwater.perf.onset.SampleOnsets.dip;
import static io.breakwater.perf.onset.SampleOnsets.round;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.HtmlReport;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class OnsetReportTest {

  private static final OnsetReport REPORT =
      OnsetReport.of(
          List.of(
              OnsetResult.of(Attack.SYN_FLOOD, List.of(round(null, dip(0, 0.95)))),
              OnsetResult.of(
                  Attack.MALFORMED,
                  List.of(round(null, dip(0, 0.2), "A.<init>()V trap_bci=2 unstable_if")))));

  @Test
  void shouldGiveAWellFormedPageWithARowAndAPlotForEachAttack() throws Exception {
    BenchReport bench = new BenchReport("machine", "workload", List.of(), Map.of("onset", REPORT));
    String page = HtmlReport.page(bench, "command", ZonedDateTime.now());
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(page)));
    assertEquals(2, document.getElementsByTagName("svg").getLength());
    assertEquals(2, document.getElementsByTagName("polyline").getLength());
    assertEquals(3, document.getElementsByTagName("tr").getLength());
  }

  @Test
  void shouldSayInTheTerminalWhatDippedAndWhatWasLeft() {
    StringWriter out = new StringWriter();
    REPORT.print(new PrintWriter(out, true));
    String text = out.toString();
    assertTrue(text.lines().anyMatch(line -> line.matches("syn-flood .* holds")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches("malformed .* dips")), text);
    assertTrue(text.contains("malformed: A.<init>()V trap_bci=2 unstable_if"), text);
  }

  @Test
  void shouldKeepAllRoundsInJson() {
    String json = JsonOutput.text(REPORT);
    assertTrue(json.contains("\"controlRatio\""), json);
    assertTrue(json.contains("\"DIPS\""), json);
  }
}
