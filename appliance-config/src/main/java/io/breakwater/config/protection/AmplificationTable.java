package io.breakwater.config.protection;

import io.breakwater.config.protection.AmplificationSignature.PayloadMatch;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads signatures from a table of text: a line for each, columns separated by tabulators, {@code
 * #} for comments. What the columns are is said at the head of {@code amplification.tsv}.
 *
 * <p>The table is the appliance's own, so the first mistake ends it: what would fit everything,
 * what is there twice, what no packet can fit.
 */
final class AmplificationTable {

  private static final int COLUMNS = 6;
  private static final int MATCHES_MAX = 4;
  private static final int OFFSET_MAX = 63;
  private static final int PORT_MAX = 65_535;
  private static final int PAYLOAD_MAX_BYTES = 65_507;
  private static final int UDP = 17;
  private static final int TCP = 6;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final Pattern MEANING = Pattern.compile("[A-Z0-9].* \\([^()]+\\)\\.");
  private static final Pattern MATCH =
      Pattern.compile(
          "(?<offset>[0-9]{1,2}):(?:'(?<text>[!-&(-~]{1,8})'"
              + "|(?<value>(?:[0-9a-f]{2}){1,8})(?:/(?<mask>(?:[0-9a-f]{2}){1,8}))?)");

  /** Keys that stand beside the names in the configuration. */
  private static final Set<String> TAKEN = Set.of("default", "limit");

  private final TreeMap<String, AmplificationSignature> signatures = new TreeMap<>();

  private AmplificationTable() {}

  /**
   * The signatures in the order of their names.
   *
   * @throws IllegalArgumentException with the number of the line, if one is wrong
   */
  static List<AmplificationSignature> parse(String text) {
    AmplificationTable table = new AmplificationTable();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          table.add(signature(line));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
        }
      }
    }
    return List.copyOf(table.signatures.values());
  }

  private void add(AmplificationSignature signature) {
    require(!signatures.containsKey(signature.name()), "duplicate name", signature.name());
    for (AmplificationSignature other : signatures.values()) {
      require(
          !fitsAllOf(signature, other) && !fitsAllOf(other, signature),
          signature.name() + " and another signature fit the same packets",
          other.name());
    }
    signatures.put(signature.name(), signature);
  }

  /** Whether {@code wide} says nothing that {@code narrow} does not say too. */
  private static boolean fitsAllOf(AmplificationSignature wide, AmplificationSignature narrow) {
    return wide.protocol() == narrow.protocol()
        && wide.sourcePort() == narrow.sourcePort()
        && wide.payloadMinBytes() <= narrow.payloadMinBytes()
        && narrow.matches().containsAll(wide.matches());
  }

  private static AmplificationSignature signature(String line) {
    String[] columns = line.split("\t", -1);
    require(columns.length == COLUMNS, "columns must be " + COLUMNS, columns.length);
    String name = columns[0];
    require(NAME.matcher(name).matches(), "not a name", name);
    require(!TAKEN.contains(name), "a key of its own", name);
    int payloadMinBytes = number(columns[3], 0, PAYLOAD_MAX_BYTES);
    List<PayloadMatch> matches =
        columns[4].equals("-")
            ? List.of()
            : Stream.of(columns[4].split(" ", -1)).map(AmplificationTable::match).toList();
    require(matches.size() <= MATCHES_MAX, "at most " + MATCHES_MAX + " matches", columns[4]);
    require(
        payloadMinBytes > 0 || !matches.isEmpty(),
        "fits everything from its port: give a length or bytes",
        name);
    require(
        MEANING.matcher(columns[5]).matches(), "must be a sentence with (its sources)", columns[5]);
    return new AmplificationSignature(
        name,
        columns[5],
        protocol(columns[1]),
        number(columns[2], 1, PORT_MAX),
        payloadMinBytes,
        matches);
  }

  private static int protocol(String text) {
    require(text.equals("udp") || text.equals("tcp"), "protocol must be udp or tcp", text);
    return text.equals("udp") ? UDP : TCP;
  }

  private static PayloadMatch match(String text) {
    Matcher matcher = MATCH.matcher(text);
    require(matcher.matches(), "not a match of payload bytes", text);
    int offset = number(matcher.group("offset"), 0, OFFSET_MAX);
    String value = hexadecimal(matcher);
    String mask =
        matcher.group("mask") == null ? "ff".repeat(value.length() / 2) : matcher.group("mask");
    require(mask.length() == value.length(), "value and mask must be of one length", text);
    PayloadMatch match =
        new PayloadMatch(
            offset,
            value.length() / 2,
            Long.parseUnsignedLong(mask, 16),
            Long.parseUnsignedLong(value, 16));
    require(match.mask() != 0, "fits everything: its mask is 0", text);
    require((match.value() & ~match.mask()) == 0, "no packet fits a value beyond its mask", text);
    return match;
  }

  private static String hexadecimal(Matcher matcher) {
    if (matcher.group("value") != null) {
      return matcher.group("value");
    }
    StringBuilder hexadecimal = new StringBuilder();
    matcher.group("text").chars().forEach(c -> hexadecimal.append("%02x".formatted(c)));
    return hexadecimal.toString();
  }

  private static int number(String text, int min, int max) {
    int value = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
    require(value >= min && value <= max, "must be an integer in " + min + ".." + max, text);
    return value;
  }

  private static void require(boolean rule, String broken, Object value) {
    if (!rule) {
      throw new IllegalArgumentException(broken + ": " + value);
    }
  }
}
