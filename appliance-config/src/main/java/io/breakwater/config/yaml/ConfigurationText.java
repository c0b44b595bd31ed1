package io.breakwater.config.yaml;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * From the bytes of a file to the tree of YAML nodes (YAML 1.2, the JSON schema: {@code yes} is a
 * text, {@code 1:30} is a text, {@code true} is a boolean).
 *
 * <p>Whatever the bytes are, the result is a tree or a problem with its place, never an exception.
 * A file has at most {@link #LENGTH_MAX} bytes, is UTF-8 without control characters and holds one
 * document.
 */
final class ConfigurationText {

  static final int LENGTH_MAX = 16 << 20;

  private static final int BYTE_ORDER_MARK = 0xfeff;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setCodePointLimit(LENGTH_MAX)
          .setMaxAliasesForCollections(BoundedParser.ALIASES_MAX)
          .setAllowRecursiveKeys(false)
          // YamlMapping refuses them, with their place.
          .setAllowNonScalarKeys(true)
          .build();

  private ConfigurationText() {}

  /** The document's root; empty if there is none, and then a problem says why. */
  static Optional<Node> read(Reading reading) {
    reading.problems().open(reading.file());
    return bytes(reading)
        .flatMap(bytes -> decode(bytes, reading))
        .flatMap(text -> {
          reading.text(text);
          return compose(text, reading);
        });
  }

  private static Optional<byte[]> bytes(Reading reading) {
    Path file = reading.file();
    try {
      // A pipe or a device would block or never end.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        return refuse(reading, "not a regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(LENGTH_MAX + 1);
        return bytes.length <= LENGTH_MAX
            ? Optional.of(bytes)
            : refuse(reading, "file is too large: at most " + (LENGTH_MAX >> 20) + " MiB");
      }
    } catch (NoSuchFileException e) {
      return refuse(reading, "no such file");
    } catch (AccessDeniedException e) {
      return refuse(reading, "permission denied");
    } catch (IOException e) {
      return refuse(reading, "cannot be read: " + e.getMessage());
    }
  }

  private static Optional<String> decode(byte[] bytes, Reading reading) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), decoded, true);
    String text = decoded.flip().toString();
    if (result.isError()) {
      reading.problems().add(positionAt(text.length(), text, reading), "not UTF-8");
      return Optional.empty();
    }
    String body = text.startsWith("\ufeff") ? text.substring(1) : text;
    for (int i = 0; i < body.length(); i += Character.charCount(body.codePointAt(i))) {
      int codePoint = body.codePointAt(i);
      if (codePoint == BYTE_ORDER_MARK || !StreamReader.isPrintable(codePoint)) {
        String name = String.format("U+%04X", codePoint);
        reading.problems().add(positionAt(i, body, reading), "character is not allowed: " + name);
        return Optional.empty();
      }
    }
    return Optional.of(body);
  }

  private static Optional<Node> compose(String text, Reading reading) {
    StreamReader characters = new StreamReader(SETTINGS, text);
    try {
      BoundedParser parser = new BoundedParser(new ParserImpl(SETTINGS, characters));
      Optional<Node> root = new Composer(SETTINGS, parser).getSingleNode();
      return root.isPresent() ? root : refuse(reading, "file is empty: expected a mapping");
    } catch (MarkedYamlEngineException e) {
      Position at = reading.positionOf(e.getProblemMark().or(e::getContextMark));
      reading.problems().add(at, "not YAML: " + oneLine(e));
      return Optional.empty();
    } catch (RuntimeException e) {
      // The engine's own errors without a mark, and what escapes it, such as the
      // NumberFormatException of "\\UFFFFFFFF": the place is where its reader stands.
      Position at =
          new Position(reading.file(), characters.getLine() + 1, characters.getColumn() + 1);
      reading.problems().add(at, "not YAML: " + Shown.line(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private static String oneLine(MarkedYamlEngineException e) {
    String problem = e.getProblem() == null ? "" : e.getProblem();
    String context =
        e.getContext() == null || e.getContext().isEmpty() ? "" : e.getContext() + ": ";
    return Shown.line(context + problem);
  }

  private static <T> Optional<T> refuse(Reading reading, String message) {
    reading.problems().add(Position.startOf(reading.file()), message);
    return Optional.empty();
  }

  private static Position positionAt(int index, String text, Reading reading) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < index; i++) {
      char c = text.charAt(i);
      boolean carriageReturnOfPair =
          c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (c == '\n' || c == '\r' && !carriageReturnOfPair) {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(reading.file(), line, text.codePointCount(lineStart, index) + 1);
  }
}
