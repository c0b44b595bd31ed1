package io.breakwater.perf.stall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.report.PageSection;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class StallReportTest {

  private static StallReport report() {
    List<StallSeries> series = new ArrayList<>();
    List<StallVerdict> verdicts = new ArrayList<>();
    for (StallLoad load : StallLoad.values()) {
      StallSeries c = SampleGaps.series(StallSide.REFERENCE, load, 20, 22, 24);
      StallSeries java = SampleGaps.series(StallSide.STEADY, load, 20, 30, 40);
      StallSeries reloading = SampleGaps.series(StallSide.RELOADING, load, 90, 80, 70);
      series.addAll(List.of(c, java, reloading));
      verdicts.add(StallVerdict.of(c, java));
      verdicts.add(StallVerdict.of(c, reloading));
    }
    return new StallReport(5, series, verdicts);
  }

  private static Document parsed(PageSection section) throws Exception {
    String xml = "<section>" + section.body() + "</section>";
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void shouldPrintEverySideWithItsVerdictAndWhatTheGapsWere() {
    StringWriter out = new StringWriter();
    report().print(new PrintWriter(out, true));
    String text = out.toString();
    for (String expected :
        List.of(
            "3 rounds of 5.0 s for each load",
            "Java, reloading, empty: p99.9999 is 3.6",
            "(at most 1.5): missed; gaps over 100 us (no more than C's): met",
            "safepoint",
            StallReport.NOTHING,
            "36 reloads of all tenants: median 300 ms, longest 300 ms.")) {
      assertTrue(text.contains(expected), () -> expected + " is not in:\n" + text);
    }
  }

  @Test
  void shouldDrawACurveForEachSideAndALineForEachEvent() throws Exception {
    List<PageSection> sections = report().sections();
    List<String> titles = sections.stream().map(PageSection::title).toList();
    assertTrue(titles.contains("Poll gaps by percentile: traffic"), titles::toString);
    assertTrue(titles.contains("Longest gaps and the JVM: Java, reloading, empty"));
    for (PageSection section : sections) {
      Document document = parsed(section);
      if (section.title().startsWith("Poll gaps by percentile")) {
        assertEquals(3, document.getElementsByTagName("polyline").getLength());
      }
      if (section.title().startsWith("Longest gaps")) {
        assertEquals(2, document.getElementsByTagName("circle").getLength());
        long events = 0;
        var lines = document.getElementsByTagName("line");
        for (int i = 0; i < lines.getLength(); i++) {
          String style = lines.item(i).getAttributes().getNamedItem("class").getNodeValue();
          events += style.startsWith("event-") ? 1 : 0;
        }
        assertEquals(3, events);
      }
    }
  }

  @Test
  void shouldNamePercentilesByTheirNines() {
    assertEquals("0%", StallPlots.percent(1));
    assertEquals("90%", StallPlots.percent(10));
    assertEquals("99.9999%", StallPlots.percent(1_000_000));
  }
}
