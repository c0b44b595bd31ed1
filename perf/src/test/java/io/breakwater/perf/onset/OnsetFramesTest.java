package io.breakwater.perf.onset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.traffic.Workload;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnsetFramesTest {

  private static final Workload WORKLOAD = Workload.of(10, 100, 1);

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldFitItsPlaceAndBeAnotherFrameEachTime(Attack attack) {
    OnsetFrames frames = new OnsetFrames(WORKLOAD, 7);
    Set<String> different = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      byte[] frame = frames.next(attack);
      assertTrue(
          frame.length > 0 && frame.length <= OnsetFrames.lengthMax(attack),
          () -> attack.label() + " length=" + frame.length);
      different.add(Arrays.toString(frame));
    }
    assertTrue(different.size() > 500, () -> attack.label() + ": " + different.size());
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldBeTheSameInEveryRun(Attack attack) {
    OnsetFrames first = new OnsetFrames(WORKLOAD, 7);
    OnsetFrames second = new OnsetFrames(WORKLOAD, 7);
    for (int i = 0; i < 100; i++) {
      assertTrue(Arrays.equals(first.next(attack), second.next(attack)));
    }
  }

  @ParameterizedTest
  @EnumSource(Attack.class)
  void shouldBeKnownByItsLabel(Attack attack) {
    assertEquals(attack, Attack.named(attack.label()));
  }
}
