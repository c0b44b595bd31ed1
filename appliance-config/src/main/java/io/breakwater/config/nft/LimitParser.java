package io.breakwater.config.nft;

import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Limit.Unit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.nft.Token.Kind;
import java.util.Map;

/** Parses limits and quotas, behind their first word, and prints them. */
final class LimitParser {

  /** nft's own: of packets five, of bytes none. */
  private static final long BURST_PACKETS_DEFAULT = 5;

  private static final long BURST_MAX = 0xffff_ffffL;

  private static final Map<String, Long> PERIODS_SECONDS =
      Map.of("second", 1L, "minute", 60L, "hour", 3_600L, "day", 86_400L, "week", 604_800L);

  private static final Map<String, Long> UNITS_BYTES =
      Map.of("bytes", 1L, "kbytes", 1L << 10, "mbytes", 1L << 20);

  private final Tokens tokens;

  LimitParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /** {@code rate over 10/second burst 5 packets}. */
  Limit limit() {
    tokens.expect("rate");
    boolean over = mode();
    Token number = tokens.expect(Kind.NUMBER, "a rate such as 10/second");
    long amount = Numbers.parse(number);
    Limit limit = tokens.at("/") ? packets(amount, over) : bytes(number, amount, over);
    check(number, limit);
    return limit;
  }

  private boolean mode() {
    if (tokens.accept("over")) {
      return true;
    }
    tokens.accept("until");
    return false;
  }

  private Limit packets(long rate, boolean over) {
    tokens.expect("/");
    long period = period(tokens.next());
    long burst = BURST_PACKETS_DEFAULT;
    if (tokens.accept("burst")) {
      Token number = tokens.expect(Kind.NUMBER, "a number of packets");
      burst = Numbers.parse(number, "burst", 1, BURST_MAX);
      tokens.expect("packets");
    }
    return new Limit(rate, Unit.PACKETS, period, burst, over);
  }

  /** nft's scanner takes {@code mbytes/second} for one word. */
  private Limit bytes(Token number, long amount, boolean over) {
    Token word = tokens.expect(Kind.WORD, "/second, or bytes/second");
    int slash = word.text().indexOf('/');
    String unit = slash < 0 ? word.text() : word.text().substring(0, slash);
    if (!UNITS_BYTES.containsKey(unit)) {
      throw Refusal.unexpected(word, "/second, or bytes, kbytes or mbytes and /second");
    }
    long rate = Numbers.multiply(number, amount, UNITS_BYTES.get(unit));
    long period;
    if (slash < 0) {
      tokens.expect("/");
      period = period(tokens.next());
    } else {
      period = period(word, word.text().substring(slash + 1));
    }
    long burst = tokens.accept("burst") ? sizeBytes("a number of bytes") : 0;
    return new Limit(rate, Unit.BYTES, period, burst, over);
  }

  private static long period(Token token) {
    return period(token, token.text());
  }

  private static long period(Token token, String name) {
    Long seconds = PERIODS_SECONDS.get(name);
    if (seconds == null) {
      throw Refusal.unexpected(token, "second, minute, hour, day or week");
    }
    return seconds;
  }

  private long sizeBytes(String expected) {
    Token number = tokens.expect(Kind.NUMBER, expected);
    Token unit = tokens.expect(Kind.WORD, "bytes, kbytes or mbytes");
    Long factor = UNITS_BYTES.get(unit.text());
    if (factor == null) {
      throw Refusal.unexpected(unit, "bytes, kbytes or mbytes");
    }
    return Numbers.multiply(number, Numbers.parse(number), factor);
  }

  /** The kernel's own bounds (nft_limit_init): it computes in nanoseconds of 64 bits. */
  private static void check(Token number, Limit limit) {
    long periodNs = limit.periodSeconds() * 1_000_000_000;
    if (limit.rate() == 0) {
      throw new Refusal(number, "rate must be at least 1: " + number.shown());
    }
    boolean fits =
        limit.rate() > 0
            && limit.burst() >= 0
            && (limit.unit() == Unit.PACKETS
                ? Math.multiplyHigh(periodNs / limit.rate(), limit.burst()) == 0
                : limit.rate() + limit.burst() > 0
                    && Math.multiplyHigh(periodNs, limit.rate() + limit.burst()) == 0);
    if (!fits || limit.burst() > BURST_MAX) {
      throw new Refusal(
          number, "rate and burst are too large: rate=" + limit.rate() + " burst=" + limit.burst());
    }
  }

  /** {@code over 25 mbytes used 1 mbytes}. */
  Quota quota() {
    boolean over = mode();
    long bytes = sizeBytes("a size such as 25 mbytes");
    long used = tokens.accept("used") ? sizeBytes("a number of bytes") : 0;
    return new Quota(bytes, used, over);
  }

  static String show(Limit limit) {
    boolean packets = limit.unit() == Unit.PACKETS;
    StringBuilder text = new StringBuilder("limit rate ").append(limit.over() ? "over " : "");
    text.append(packets ? "" + limit.rate() : size(limit.rate()))
        .append('/')
        .append(periodName(limit.periodSeconds()));
    if (packets && limit.burst() != BURST_PACKETS_DEFAULT) {
      text.append(" burst ").append(limit.burst()).append(" packets");
    } else if (!packets && limit.burst() != 0) {
      text.append(" burst ").append(size(limit.burst()));
    }
    return text.toString();
  }

  static String show(Quota quota) {
    return "quota " + (quota.over() ? "over " : "") + size(quota.bytes());
  }

  private static String periodName(long seconds) {
    return PERIODS_SECONDS.entrySet().stream()
        .filter(period -> period.getValue() == seconds)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** In the largest unit that leaves no rest. */
  private static String size(long bytes) {
    if (bytes == 0 || bytes % (1L << 10) != 0) {
      return bytes + " bytes";
    }
    return bytes % (1L << 20) == 0 ? (bytes >> 20) + " mbytes" : (bytes >> 10) + " kbytes";
  }
}
