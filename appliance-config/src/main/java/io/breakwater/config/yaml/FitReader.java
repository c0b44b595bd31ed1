package io.breakwater.config.yaml;

import io.breakwater.config.Fit;
import io.breakwater.config.Fit.Fragment;
import io.breakwater.config.Fit.Mss;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the keys of a tunnel that say how packets are made to fit it. */
final class FitReader {

  private static final int MSS_MIN = 536;
  private static final int MSS_MAX = 8_960;

  private record Clamp(Mss mss, OptionalInt bytes) {}

  private static final Clamp AUTO = new Clamp(Mss.AUTO, OptionalInt.empty());

  private FitReader() {}

  static Fit read(YamlMapping tunnel) {
    Clamp clamp = tunnel.value("mss").flatMap(FitReader::clamp).orElse(AUTO);
    Fragment fragment =
        tunnel.value("fragment").flatMap(FitReader::fragment).orElse(Fit.DEFAULT.fragment());
    return new Fit(clamp.mss, clamp.bytes, fragment);
  }

  private static Optional<Clamp> clamp(YamlValue value) {
    if (value.isText("auto")) {
      return Optional.of(AUTO);
    }
    if (value.isText("off")) {
      return Optional.of(new Clamp(Mss.OFF, OptionalInt.empty()));
    }
    if (value.isText()) {
      return value.wrongType("auto, off or an integer in " + MSS_MIN + ".." + MSS_MAX);
    }
    return value
        .integer(MSS_MIN, MSS_MAX)
        .map(bytes -> new Clamp(Mss.FIXED, OptionalInt.of(bytes)));
  }

  private static Optional<Fragment> fragment(YamlValue value) {
    if (value.isText("inner")) {
      return Optional.of(Fragment.INNER);
    }
    return value.isText("outer") ? Optional.of(Fragment.OUTER) : value.wrongType("inner or outer");
  }
}
