package io.breakwater.config.nft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads the files of one ruleset, of which there may be only so many bytes. */
final class SourceFiles {

  static final long FILE_MAX_BYTES = 64 << 20;
  static final long ALL_MAX_BYTES = 128 << 20;
  private static final int FILES_MAX = 1_024;

  private final Set<Path> lookedAt = new LinkedHashSet<>();
  private long bytesRead;
  private int filesRead;

  /** Why a file cannot be read. */
  static final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /** Files that were read, and directories in which patterns were looked for. */
  Set<Path> lookedAt() {
    return lookedAt;
  }

  Source read(Path file) throws Unreadable {
    lookedAt.add(file);
    if (++filesRead > FILES_MAX) {
      throw new Unreadable("too many files: at most " + FILES_MAX + " in a ruleset");
    }
    try {
      // A pipe or a device would block or never end.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new Unreadable("not a regular file");
      }
      return Source.of(file, text(bytes(file)));
    } catch (NoSuchFileException e) {
      throw new Unreadable("no such file");
    } catch (AccessDeniedException e) {
      throw new Unreadable("permission denied");
    } catch (CharacterCodingException e) {
      throw new Unreadable("not UTF-8");
    } catch (IOException e) {
      throw new Unreadable("cannot be read: " + e.getMessage());
    }
  }

  private byte[] bytes(Path file) throws IOException, Unreadable {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) FILE_MAX_BYTES + 1);
      bytesRead += bytes.length;
      if (bytes.length > FILE_MAX_BYTES) {
        throw new Unreadable("file is too large: at most " + (FILE_MAX_BYTES >> 20) + " MiB");
      }
      if (bytesRead > ALL_MAX_BYTES) {
        throw new Unreadable(
            "all files together are too large: at most " + (ALL_MAX_BYTES >> 20) + " MiB");
      }
      return bytes;
    }
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  /**
   * The files that {@code include} names, in the order of their names. A pattern may match none; a
   * file without a pattern must be there.
   *
   * @param from the file that names them
   */
  List<Path> included(Path from, String name) throws Unreadable {
    try {
      Path path = from.resolveSibling(name);
      int slash = name.lastIndexOf('/');
      String last = name.substring(slash + 1);
      if (!isPattern(last)) {
        return List.of(path);
      }
      if (isPattern(name.substring(0, slash + 1))) {
        throw new Unreadable("not supported: a pattern in the name of a directory");
      }
      Path directory = from.resolveSibling(name.substring(0, slash + 1));
      lookedAt.add(directory);
      return matching(directory, last);
    } catch (InvalidPathException e) {
      throw new Unreadable("not a path: " + e.getReason());
    }
  }

  private static boolean isPattern(String name) {
    return name.chars().anyMatch(c -> "*?[".indexOf(c) >= 0);
  }

  /** Hidden files are not matched, as the shell has it. */
  private static List<Path> matching(Path directory, String pattern) throws Unreadable {
    List<Path> files = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return files;
    }
    String escaped = pattern.replace("{", "\\{").replace("}", "\\}");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, escaped)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".")) {
          files.add(entry);
        }
        if (files.size() > FILES_MAX) {
          throw new Unreadable("too many files: at most " + FILES_MAX + " in a ruleset");
        }
      }
    } catch (IOException | DirectoryIteratorException | IllegalArgumentException e) {
      throw new Unreadable("directory cannot be read: " + e.getMessage());
    }
    files.sort(null);
    return files;
  }
}
