package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.perf.generator.Generator.Ability;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.HtmlReport;
import io.breakwater.perf.rfc2544.Rfc2544Part.Setup;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class Rfc2544RoundsTest {

  private static final Setup SETUP =
      new Setup(
          "simulated <&>",
          "gre-encap, 64-byte frames",
          List.of("a <command>"),
          2,
          3,
          Repeated.of(List.of(2e7), List.of()));

  private final List<String> progress = new ArrayList<>();

  private Rfc2544Part run(SimulatedDevice device) throws Exception {
    AtomicLong clock = new AtomicLong();
    try (CheckedTrials trials = new CheckedTrials(() -> device, false)) {
      return new Rfc2544Rounds(trials, SETUP, progress::add, () -> clock.addAndGet(10_000_000_000L))
          .run();
    }
  }

  private static SimulatedDevice ordinary() {
    return new SimulatedDevice(9e6, 1_000, 30e6, 1).withRateError(0.003);
  }

  private static Document page(Rfc2544Part part) throws Exception {
    BenchReport report = new BenchReport("machine", "workload", List.of(), Map.of("rfc2544", part));
    String page =
        HtmlReport.page(
            report, "command", ZonedDateTime.of(2026, 11, 23, 8, 0, 0, 0, ZoneOffset.UTC));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static String printed(Rfc2544Part part) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      part.print(out);
    }
    return text.toString();
  }

  @Test
  void shouldMeasureAllOfIt() throws Exception {
    SimulatedDevice device = ordinary();
    Rfc2544Part part = run(device);
    assertEquals(9e6, part.ndr().packetsPerSecond().median(), 0.01 * 9e6);
    assertEquals(9e6 / 0.995, part.pdr().packetsPerSecond().median(), 0.01 * 9e6);
    assertEquals(30e6, part.generatorMax().median(), 0.01 * 30e6);
    assertEquals(
        List.of(10, 50, 90), part.latency().stream().map(LatencyAt::percentOfRate).toList());
    for (LatencyAt at : part.latency()) {
      assertEquals(3 * 10_000, at.histogram().getTotalCount());
      assertEquals(
          part.ndr().packetsPerSecond().median() * at.percentOfRate() / 100, at.packetsPerSecond());
    }
    assertEquals(8, part.frameLoss().stream().filter(p -> p.lossPercent().median() > 0).count());
    assertEquals(15, part.backToBack().searches());
    assertEquals(device.orders().size(), part.trials());
    assertTrue(device.closed());
  }

  @Test
  void shouldNeedNoMoreTimeThanItMay() throws Exception {
    SimulatedDevice device = ordinary();
    run(device);
    double seconds =
        device.orders().stream()
            .mapToDouble(order -> order.packets() == 0 ? order.seconds() : order.packets() / 30e6)
            .sum();
    assertTrue(seconds < 180, "seconds=" + seconds);
  }

  @Test
  void shouldSayWhatItDoesAndHowLongItWillTake() throws Exception {
    run(ordinary());
    assertEquals(12, progress.size());
    assertTrue(
        progress
            .getFirst()
            .matches(
                "throughput, round 1 of 3: NDR [89]\\.\\d{3} Mpps, PDR 9\\.\\d{3} Mpps, \\d+ trials; about \\d+ s left"),
        progress::getFirst);
    assertTrue(progress.getLast().endsWith("; about 0 s left"), progress::getLast);
  }

  @Test
  void shouldKeepHistogramsThatCanBeRead(@TempDir Path folder) throws Exception {
    Rfc2544Part part = run(ordinary());
    part.keep(folder);
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("latency-10-of-ndr.hgrm", "latency-50-of-ndr.hgrm", "latency-90-of-ndr.hgrm"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    Histogram histogram = part.latency().getLast().histogram();
    List<String> lines = Files.readAllLines(folder.resolve("latency-90-of-ndr.hgrm"));
    assertTrue(lines.getFirst().matches(" +Value +Percentile +TotalCount +1/\\(1-Percentile\\)"));
    List<String[]> rows =
        lines.stream()
            .filter(line -> line.matches(" *[0-9].*"))
            .map(line -> line.strip().split(" +"))
            .toList();
    for (String[] row : rows) {
      double us = Double.parseDouble(row[0]);
      assertEquals(
          histogram.getValueAtPercentile(100 * Double.parseDouble(row[1])),
          1_000 * us,
          0.002 * 1_000 * us + 1,
          Arrays.toString(row));
    }
    assertEquals(Long.toString(histogram.getTotalCount()), rows.getLast()[2]);
  }

  @Test
  void shouldHaveAWellFormedPageWithTablesAndPlots() throws Exception {
    Document document = page(run(ordinary()));
    assertEquals(4, document.getElementsByTagName("h2").getLength());
    assertEquals(2, document.getElementsByTagName("svg").getLength());
    // Three loads and the loss curve.
    assertEquals(4, document.getElementsByTagName("polyline").getLength());
    assertFalse(printed(run(ordinary())).contains("not measured"));
  }

  @Test
  void shouldHaveItsNumbersInTheJson() throws Exception {
    Rfc2544Part part = run(ordinary());
    JsonNode json = JsonMapper.builder().build().readTree(JsonOutput.text(part));
    assertEquals(
        part.ndr().packetsPerSecond().median(),
        json.at("/ndr/packetsPerSecond/median").doubleValue());
    assertEquals(3, json.at("/pdr/rounds").size());
    assertEquals("DEVICE", json.at("/pdr/rounds/0/limit").textValue());
    JsonNode latency = json.at("/latency/2");
    assertEquals(99.999, latency.at("/percentiles/5/percentile").doubleValue());
    assertEquals(part.latency().get(2).maxUs().median(), latency.at("/maxUs/median").doubleValue());
    assertTrue(latency.at("/curve").size() < 100);
    assertTrue(latency.at("/histogram").isMissingNode());
  }

  @Test
  void shouldSayWhyThereIsNoNumber() throws Exception {
    Map<String, SimulatedDevice> devices =
        Map.of(
            "too noisy", ordinary().withRateError(0.5),
            "the generator was lost 3 times", ordinary().withLostTrials(1_000_000),
            "% is lost even at 0.0300 Mpps", new SimulatedDevice(0, 0, 30e6, 1));
    for (Map.Entry<String, SimulatedDevice> device : devices.entrySet()) {
      Rfc2544Part part = run(device.getValue());
      String text = printed(part);
      assertFalse(part.ndr().packetsPerSecond().measured(), text);
      assertTrue(text.contains("(NDR), Mpps        not measured: "), text);
      assertTrue(text.contains(device.getKey()), text);
      assertTrue(page(part).getDocumentElement().getTextContent().contains(device.getKey()), text);
      assertTrue(JsonOutput.text(part).contains(device.getKey()), text);
    }
  }

  @Test
  void shouldSayThatTheGeneratorWasTheLimit() throws Exception {
    Rfc2544Part part = run(new SimulatedDevice(1e9, 0, 30e6, 1).withRateError(0.003));
    assertTrue(printed(part).contains("the generator's limit: the device may be faster"));
    assertTrue(
        page(part).getDocumentElement().getTextContent().contains("the device may be faster"));
  }

  @Test
  void shouldLeaveOutWhatTheGeneratorCannot() throws Exception {
    Rfc2544Part part = run(ordinary().withAbilities(EnumSet.of(Ability.RECEIVE)));
    assertTrue(part.ndr().packetsPerSecond().measured());
    assertEquals(List.of(), part.latency());
    assertEquals(List.of("the generator sends no bursts"), part.backToBack().notMeasured());
    page(part);
  }
}
