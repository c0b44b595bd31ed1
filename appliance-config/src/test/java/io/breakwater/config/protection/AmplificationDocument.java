package io.breakwater.config.protection;

import io.breakwater.config.protection.AmplificationSignature.PayloadMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * Renders docs/amplification.md from {@link AmplificationCatalogue}.
 *
 * <p>{@link #COMMAND} writes the file.
 */
final class AmplificationDocument {

  static final String COMMAND =
      "mvn -q -pl appliance-config test -Dtest=AmplificationDocumentTest -Dbreakwater.docs=write";

  private static final String HEAD =
      """
      # Signatures of amplification

      Generated from `amplification.tsv`: don't edit. To write it anew:

      ```
      %s
      ```

      A request with a forged source, the victim's, brings the victim the answer of a service that answers anybody, and with
      more bytes than the request had. The answers of each such service are known by their source port and by bytes of their
      payload. What is done with them a tenant says by these names, or for all: see
      [configuration](configuration.md#protection).

      A match `2:8000/8000` are the bytes from offset 2 of the payload (behind the UDP header) under the mask behind the slash.
      All of them must hold. Fragments behind the first have no ports, and fit none.

      | signature | source port | payload bytes at least | matches | meaning |
      |---|---|---|---|---|
      """;

  private static final int UDP = 17;

  private AmplificationDocument() {}

  static String render() {
    StringBuilder text = new StringBuilder(HEAD.formatted(COMMAND));
    for (AmplificationSignature signature : AmplificationCatalogue.signatures()) {
      text.append(
          "| `%s` | %s %d | %s | %s | %s |%n"
              .formatted(
                  signature.name(),
                  signature.protocol() == UDP ? "UDP" : "TCP",
                  signature.sourcePort(),
                  signature.payloadMinBytes() == 0 ? "" : "" + signature.payloadMinBytes(),
                  signature.matches().stream()
                      .map(AmplificationDocument::match)
                      .collect(Collectors.joining(" ")),
                  signature.meaning()));
    }
    return text.toString();
  }

  private static String match(PayloadMatch match) {
    int digits = 2 * match.bytes();
    String value = ("%0" + digits + "x").formatted(match.value());
    String mask = ("%0" + digits + "x").formatted(match.mask());
    String text = new String(HexFormat.of().parseHex(value), StandardCharsets.ISO_8859_1);
    if (!mask.matches("f+")) {
      value += "/" + mask;
    } else if (match.bytes() > 2 && text.matches("[!-&(-~]+")) {
      value = "'" + text + "'";
    }
    return "`" + match.offset() + ":" + value + "`";
  }

  static void write(Path file) throws IOException {
    Files.writeString(file, render());
  }
}
