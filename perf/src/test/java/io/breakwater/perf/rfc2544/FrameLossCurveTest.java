package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.breakwater.perf.generator.TrialOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameLossCurveTest {

  private static List<FrameLossCurve.Point> curve(SimulatedDevice device, int rounds)
      throws Exception {
    FrameLossCurve curve = new FrameLossCurve(10e6, 1);
    for (int round = 0; round < rounds; round++) {
      curve.run(new CheckedTrials(() -> device, false));
    }
    return curve.points();
  }

  private static List<Integer> percents(List<FrameLossCurve.Point> points) {
    return points.stream().map(FrameLossCurve.Point::percentOfMax).toList();
  }

  @Test
  void shouldStopAfterTwoTrialsWithoutLoss() throws Exception {
    SimulatedDevice device = new SimulatedDevice(7.5e6, 0, 10e6, 1);
    List<FrameLossCurve.Point> points = curve(device, 2);
    assertEquals(List.of(100, 90, 80, 70, 60), percents(points));
    List<Double> expected = List.of(25.0, 100 * 1.5 / 9, 100 * 0.5 / 8, 0.0, 0.0);
    for (int i = 0; i < points.size(); i++) {
      assertEquals(expected.get(i), points.get(i).lossPercent().median(), 1e-4);
      assertEquals(2, points.get(i).lossPercent().values().size());
    }
    assertEquals(TrialOrder.rate(10e6, 1), device.orders().getFirst());
    assertEquals(TrialOrder.rate(6e6, 1), device.orders().getLast());
    assertEquals(10, device.orders().size());
  }

  @Test
  void shouldMakeTwoTrialsWhenNothingIsLost() throws Exception {
    assertEquals(List.of(100, 90), percents(curve(new SimulatedDevice(1e9, 0, 10e6, 1), 1)));
  }

  @Test
  void shouldGoDownToTheLastStepWhenEverythingIsLost() throws Exception {
    List<FrameLossCurve.Point> points = curve(new SimulatedDevice(0, 0, 10e6, 1), 1);
    assertEquals(List.of(100, 90, 80, 70, 60, 50, 40, 30, 20, 10), percents(points));
    points.forEach(point -> assertEquals(100, point.lossPercent().median()));
  }

  @Test
  void shouldSayWhatWasNotMeasured() throws Exception {
    List<FrameLossCurve.Point> points =
        curve(new SimulatedDevice(1e9, 0, 10e6, 1).withLostTrials(1_000), 1);
    assertEquals(10, points.size());
    points.forEach(point -> assertFalse(point.lossPercent().measured()));
  }
}
