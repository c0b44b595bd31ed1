package io.breakwater.perf.startup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

class StartUpReportTest {

  private static StartUpMeasurement start(double readyMs) {
    return new StartUpMeasurement(readyMs, readyMs + 10, readyMs + 30, 2.5, 3 * readyMs);
  }

  private static final StartUpReport REPORT =
      new StartUpReport(
          List.of(
              new StartUpReport.Way(
                  "no <cache>", List.of(start(4_000), start(3_000), start(9_000))),
              new StartUpReport.Way("AOT cache", List.of(start(2_000)))));

  @Test
  void shouldShowMedianAndSpread() {
    StringWriter out = new StringWriter();
    REPORT.print(new PrintWriter(out, true));
    String text = out.toString();
    assertTrue(text.contains("4.00 (3.00-9.00)"), text);
    assertTrue(text.contains("4.01 (3.01-9.01)"), text);
    assertTrue(text.contains("2.03 (2.03-2.03)"), text);
  }

  @Test
  void shouldGiveAWellFormedPage() throws Exception {
    BenchReport bench =
        new BenchReport("machine", "workload", List.of(), Map.of("start-up", REPORT));
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(
                    new StringReader(HtmlReport.page(bench, "command", ZonedDateTime.now()))));
    assertEquals(3, document.getElementsByTagName("tr").getLength());
  }
}
