package io.breakwater.config.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What stat(2) tells of a file or directory: another file, or another content, has another stamp.
 *
 * <p>The change time is the kernel's alone: who writes a file and sets its modification time back,
 * as {@code cp -p} and {@code rsync} do, changes it all the same.
 *
 * @param key device and inode
 * @param size -1 if there is no such file
 */
record FileStamp(
    Path path, boolean isDirectory, Object key, long size, FileTime modified, FileTime changed) {

  private static final FileTime NEVER = FileTime.from(Instant.EPOCH);

  static FileStamp of(Path path) {
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:isDirectory,fileKey,size,lastModifiedTime,ctime");
      return new FileStamp(
          path,
          (Boolean) attributes.get("isDirectory"),
          attributes.get("fileKey"),
          (Long) attributes.get("size"),
          (FileTime) attributes.get("lastModifiedTime"),
          (FileTime) attributes.get("ctime"));
    } catch (IOException e) {
      return new FileStamp(path, false, "", -1, NEVER, NEVER);
    }
  }

  boolean isCurrent() {
    return equals(of(path));
  }

  /** Whether its last change was before then. */
  boolean isBefore(Instant then) {
    return changed.toInstant().isBefore(then) && modified.toInstant().isBefore(then);
  }
}
