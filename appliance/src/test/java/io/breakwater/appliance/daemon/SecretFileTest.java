package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

  @TempDir private Path directory;

  @Test
  void shouldMakeSecretThatOnlyOwnerReads() throws IOException {
    Path file = directory.resolve("cookie.secret");

    SecretFile.Secret made = SecretFile.readOrCreate(file);
    SecretFile.Secret read = SecretFile.readOrCreate(file);

    assertTrue(made.created());
    assertFalse(read.created());
    assertEquals(32, made.bytes().length);
    assertArrayEquals(made.bytes(), read.bytes());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rwxrwxrwx"})
  void shouldRefuseSecretThatIsOpenToEverybody(String permissions) throws IOException {
    Path file = directory.resolve("cookie.secret");
    SecretFile.readOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    IOException e = assertThrows(IOException.class, () -> SecretFile.readOrCreate(file));

    assertEquals(
        "syn-cookies.secret must not be open to everybody: file="
            + file
            + " permissions="
            + permissions
            + "; chmod 600 it",
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c2hvcnQ=", "not base64 at all, is it?", "\u00e9"})
  void shouldRefuseWrongContent(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("cookie.secret"), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    IOException e = assertThrows(IOException.class, () -> SecretFile.readOrCreate(file));

    assertTrue(
        e.getMessage().startsWith("syn-cookies.secret must be base64 text of at least 32 bytes"),
        e.getMessage());
  }

  @Test
  void shouldNameDirectoryThatIsMissing() {
    Path file = directory.resolve("absent/cookie.secret");

    IOException e = assertThrows(IOException.class, () -> SecretFile.readOrCreate(file));

    assertEquals(
        "syn-cookies.secret cannot be made: no such directory: file=" + file, e.getMessage());
  }
}
