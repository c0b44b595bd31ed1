package io.breakwater.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.BenchReport.Point;
import java.io.IOException;
import java.io.StringReader;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class HtmlReportTest {

  private static final String MACHINE = "a <&> \"machine\"";
  private static final String COMMAND = "./breakwater bench --json '<&>'";
  private static final ZonedDateTime DATE =
      ZonedDateTime.of(2026, 3, 9, 8, 5, 0, 0, ZoneOffset.ofHours(1));

  private static Comparison profile(String name) {
    return SampleReports.comparison(name, 5, 1, 1, 0.02, new Random(name.hashCode()));
  }

  private static String page(Comparison... comparisons) {
    return HtmlReport.page(
        new BenchReport(MACHINE, "the workload", List.of(comparisons), Map.of()), COMMAND, DATE);
  }

  private static Comparison[] allKinds() {
    return new Comparison[] {
      profile("forward"),
      profile("gre-encap"),
      profile("<b>&"),
      SampleReports.at(new Point("prefixes", 100), profile("prefixes")),
      SampleReports.at(new Point("prefixes", 10_000), profile("prefixes")),
      SampleReports.at(new Point("prefixes", 1_000), profile("prefixes"))
    };
  }

  private static Document parsed(String page)
      throws ParserConfigurationException, IOException, SAXException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> texts(Document document, String name) {
    return elements(document, name).stream().map(Element::getTextContent).toList();
  }

  private static long ofClass(Document document, String name, String style) {
    return elements(document, name).stream()
        .filter(element -> element.getAttribute("class").equals(style))
        .count();
  }

  @Test
  void shouldBeWellFormedAndSayWhatWasMeasuredWhereAndWhen() throws Exception {
    Document document = parsed(page(allKinds()));
    assertEquals(
        List.of(MACHINE, "the workload", COMMAND, "2026-03-09 08:05 +01:00"),
        texts(document, "dd"));
  }

  @Test
  void shouldHaveEveryProfileInTheTableAndInThePlots() throws Exception {
    Document document = parsed(page(allKinds()));
    List<String> cells = texts(document, "td");
    List<String> labels = texts(document, "text");
    for (String profile : List.of("forward", "gre-encap", "<b>&")) {
      assertEquals(1, cells.stream().filter(profile::equals).count(), profile);
      assertEquals(2, labels.stream().filter(profile::equals).count(), profile);
    }
    for (String point : List.of("100 prefixes", "1,000 prefixes", "10,000 prefixes")) {
      assertEquals(1, cells.stream().filter(point::equals).count(), point);
    }
  }

  @Test
  void shouldDrawABarForEachSideAndASegmentForEachStage() throws Exception {
    Document document = parsed(page(allKinds()));
    assertEquals(3, ofClass(document, "rect", "java"));
    assertEquals(3, ofClass(document, "rect", "c"));
    for (int stage = 0; stage < 3; stage++) {
      assertEquals(6, ofClass(document, "rect", BenchPlots.stageStyle(stage)));
    }
  }

  @Test
  void shouldDrawBarsAsLongAsTheRates() throws Exception {
    Document document = parsed(page(profile("forward")));
    List<Element> bars = elements(document, "rect");
    double java = Double.parseDouble(bars.get(0).getAttribute("width"));
    double reference = Double.parseDouble(bars.get(1).getAttribute("width"));
    assertEquals(profile("forward").ratio(), java / reference, 0.001);
  }

  @Test
  void shouldListStagesInThePacketsOrder() throws Exception {
    assertEquals(
        List.of("Java", "C", "receive", "gre-encapsulation", "transmit"),
        texts(parsed(page(profile("forward"))), "li"));
  }

  @Test
  void shouldDrawTheCurvesOfAScaleFromLeftToRight() throws Exception {
    Document document = parsed(page(allKinds()));
    List<Element> lines = elements(document, "polyline");
    assertEquals(4, lines.size());
    for (Element line : lines) {
      List<Double> xs = new ArrayList<>();
      for (String point : line.getAttribute("points").split(" ")) {
        xs.add(Double.valueOf(point.split(",")[0]));
      }
      assertEquals(3, xs.size());
      assertTrue(xs.get(0) < xs.get(1), xs::toString);
      // Equal factors are equal steps.
      assertEquals(xs.get(1) - xs.get(0), xs.get(2) - xs.get(1), 0.11, xs::toString);
    }
  }

  @Test
  void shouldDoWithoutPlotsThatHaveNothingToShow() throws Exception {
    Comparison point = SampleReports.at(new Point("prefixes", 100), profile("prefixes"));
    Document document = parsed(page(point));
    assertEquals(List.of("Results", "Java's cycles by stage"), texts(document, "h2"));
  }

  @Test
  void shouldGiveTheReasonInPlaceOfNumbers() throws Exception {
    Comparison noisy =
        Comparison.notMeasured("gre-encap", null, "too noisy: <why>", List.of(), List.of());
    Document document = parsed(page(noisy, profile("forward")));
    assertTrue(texts(document, "td").contains("not measured: too noisy: <why>"));
    assertEquals(1, ofClass(document, "rect", "java"));
    // With nothing measured there is nothing to draw.
    assertEquals(0, elements(parsed(page(noisy)), "svg").size());
  }

  @Test
  void shouldLoadNothingAndRunNothing() {
    String page = page(allKinds());
    for (String outside : List.of("<script", "<link", "<img", "src=", "href=", "url(", "@import")) {
      assertFalse(page.contains(outside), outside);
    }
    assertTrue(page.contains("prefers-color-scheme: dark"));
  }
}
