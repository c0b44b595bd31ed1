package io.breakwater.workers.packet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Renders docs/drop-reasons.md from {@link DropReason} and {@link Fate}.
 *
 * <p>{@link #COMMAND} writes the file.
 */
final class DropReasonsDocument {

  static final String COMMAND =
      "mvn -q -pl workers -am test -Dtest=DropReasonsDocumentTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dbreakwater.docs=write";

  private DropReasonsDocument() {}

  static String render() {
    StringBuilder text = new StringBuilder();
    text.append("# Fates and drop reasons\n\n");
    text.append("Generated from `DropReason` and `Fate`: don't edit. To write it anew:\n\n");
    text.append("```\n").append(COMMAND).append("\n```\n\n");
    text.append(
        "Every frame that is received has exactly one fate, in the report, the metrics and");
    text.append(
        " the journal:\n`received = delivered + answered + consumed + host + dropped`.\n\n");
    text.append("| fate | meaning |\n|---|---|\n");
    for (Fate fate : Fate.values()) {
      row(text, fate.name().toLowerCase(Locale.ROOT), fate.meaning());
    }
    row(text, "dropped", "Ended here, for one of the reasons below.");
    text.append("\n## Severities\n\n| severity | meaning |\n|---|---|\n");
    for (DropReason.Severity severity : DropReason.Severity.values()) {
      row(text, name(severity), severity.meaning());
    }
    text.append("\n## Reasons\n\nIn the order of the checks. Names are stable.\n\n");
    text.append("| reason | severity | meaning |\n|---|---|---|\n");
    for (DropReason reason : DropReason.values()) {
      row(text, "`" + reason.kebabName() + "`", name(reason.severity()), reason.meaning());
    }
    return text.toString();
  }

  static void write(Path file) throws IOException {
    Files.writeString(file, render());
  }

  private static String name(DropReason.Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  private static void row(StringBuilder text, String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
