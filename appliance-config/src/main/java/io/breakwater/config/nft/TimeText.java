package io.breakwater.config.nft;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as nft writes them: {@code 1d2h3m4s5ms}, any part of which may be missing. */
final class TimeText {

  private static final Pattern PATTERN =
      Pattern.compile(
          "(?:(\\d{1,5})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private static final long[] UNITS_MS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final Map<Integer, String> NAMES = Map.of(0, "d", 1, "h", 2, "m", 3, "s", 4, "ms");

  /** What a kernel holds in jiffies of a millisecond is far more; this is a hundred years. */
  private static final long MAX_MS = 36_500L * 86_400_000;

  private TimeText() {}

  static long parseNs(Token token) {
    String text = token.text();
    long ms = text.matches("\\d{1,12}") ? 1_000 * Long.parseLong(text) : parts(text);
    if (ms < 0) {
      throw Refusal.unexpected(token, "a time such as 1h30m");
    }
    if (ms == 0 || ms > MAX_MS) {
      throw new Refusal(token, "time must be 1ms..36500d: " + token.shown());
    }
    return 1_000_000 * ms;
  }

  private static long parts(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      return -1;
    }
    long ms = 0;
    for (int i = 0; i < UNITS_MS.length; i++) {
      String part = matcher.group(i + 1);
      ms += part == null ? 0 : Long.parseLong(part) * UNITS_MS[i];
    }
    return ms;
  }

  static String format(long ns) {
    StringBuilder text = new StringBuilder();
    long ms = ns / 1_000_000;
    for (int i = 0; i < UNITS_MS.length; i++) {
      long amount = ms / UNITS_MS[i];
      if (amount > 0) {
        text.append(amount).append(NAMES.get(i));
      }
      ms %= UNITS_MS[i];
    }
    return text.toString();
  }
}
