package io.breakwater.appliance.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The secret that the SYN cookies of a fleet are made with ({@code syn-cookies.secret}): {@value
 * #SECRET_BYTES} random bytes as base64 text in a file that only its owner reads.
 *
 * <p>The first start makes the file where there is none. All servers of a fleet need the same: an
 * anycast packet may arrive at any of them. Whoever knows the secret can pass the SYN guard, so a
 * file that everybody may read or write is refused.
 */
public final class SecretFile {

  static final int SECRET_BYTES = 32;

  private static final int FILE_BYTES_MAX = 4_096;

  private SecretFile() {}

  /** The secret, and whether the file was made just now. */
  public record Secret(byte[] bytes, boolean created) {}

  /**
   * Reads the secret, after making it where there is none.
   *
   * @throws IOException with one sentence for the operator
   */
  public static Secret readOrCreate(Path file) throws IOException {
    boolean created = false;
    if (!Files.exists(file)) {
      created = create(file);
    }
    return new Secret(read(file), created);
  }

  /** Returns false where another process was faster. */
  private static boolean create(Path file) throws IOException {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    byte[] text =
        (Base64.getEncoder().encodeToString(secret) + "\n").getBytes(StandardCharsets.US_ASCII);
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      channel.write(ByteBuffer.wrap(text));
      channel.force(true);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (NoSuchFileException e) {
      throw new IOException(
          "syn-cookies.secret cannot be made: no such directory: file=" + file, e);
    } catch (IOException e) {
      throw new IOException(
          "syn-cookies.secret cannot be made: file=" + file + " reason=" + e.getMessage(), e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          "syn-cookies.secret must not be open to everybody: file=%s permissions=%s; chmod 600 it"
              .formatted(file, PosixFilePermissions.toString(permissions)));
    }
    if (!Files.isRegularFile(file) || Files.size(file) > FILE_BYTES_MAX) {
      throw wrongContent(file);
    }
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      byte[] secret = Base64.getDecoder().decode(text);
      if (secret.length < SECRET_BYTES) {
        throw wrongContent(file);
      }
      return secret;
    } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
      throw wrongContent(file);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException("no permission to read syn-cookies.secret: file=" + file, e);
    }
  }

  private static IOException wrongContent(Path file) {
    return new IOException(
        "syn-cookies.secret must be base64 text of at least %d bytes: file=%s; copy it from another server of the fleet, or remove it to have one made"
            .formatted(SECRET_BYTES, file));
  }
}
