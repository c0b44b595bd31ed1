package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.breakwater.workers.Frames;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToeplitzTest {

  /** The key of Microsoft's "Verifying the RSS hash calculation". */
  private static final byte[] MICROSOFT =
      Frames.hex(
          "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");

  /** The vectors of the same page: destination, source, hash of addresses, and with ports. */
  @ParameterizedTest
  @CsvSource({
    "161.142.100.80, 1766, 66.9.149.187, 2794, 323e8fc2, 51ccc178",
    "65.69.140.83, 4739, 199.92.111.2, 14230, d718262a, c626b0ea",
    "12.22.207.184, 38024, 24.19.198.95, 12898, d2d0a5de, 5c2b394a",
    "209.142.163.6, 2217, 38.27.205.30, 48228, 82989176, afc7327f",
    "202.188.127.2, 1303, 153.39.163.191, 44251, 5d1809c5, 10e828a2",
    "3ffe:2501:200:3::1, 1766, 3ffe:2501:200:1fff::7, 2794, 2cc18cd5, 40207d3d",
    "ff02::1, 4739, 3ffe:501:8::260:97ff:fe40:efab, 14230, 0f0c461c, dde51bbf",
    "fe80::200:f8ff:fe21:67cf, 38024, 3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251,"
        + " 4b61e985, 02d1feef"
  })
  void shouldHashAsMicrosoftPublished(
      String destination,
      int destinationPort,
      String source,
      int sourcePort,
      String addressHash,
      String flowHash) {
    byte[] from = Frames.address(source);
    byte[] to = Frames.address(destination);
    ByteBuffer addresses = ByteBuffer.allocate(2 * from.length).put(from).put(to);
    ByteBuffer flow =
        ByteBuffer.allocate(2 * from.length + 4)
            .put(from)
            .put(to)
            .putShort((short) sourcePort)
            .putShort((short) destinationPort);

    Toeplitz hash = new Toeplitz(MICROSOFT);

    assertEquals(addressHash, "%08x".formatted(hash.hash(addresses.array())));
    assertEquals(flowHash, "%08x".formatted(hash.hash(flow.array())));
  }

  @Test
  void shouldRefuseAnInputThatTheKeyDoesNotCover() {
    Toeplitz hash = new Toeplitz(MICROSOFT);
    assertEquals(0, hash.hash(new byte[36]));
    assertThrows(IllegalArgumentException.class, () -> hash.hash(new byte[37]));
  }

  /** The fast hash is Toeplitz with the key of native/src/port.c, in both directions. */
  @Test
  void shouldGiveTheFastHashWithTheSymmetricKey() {
    byte[] key = new byte[40];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (i % 2 == 0 ? 0x6d : 0x5a);
    }
    Toeplitz toeplitz = new Toeplitz(key);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      int ports = i % 3 == 0 ? 0 : random.nextInt();
      int turnedPorts = ports << 16 | ports >>> 16;
      int source = random.nextInt();
      int destination = random.nextInt();
      int expected =
          toeplitz.hash(
              ByteBuffer.allocate(12).putInt(source).putInt(destination).putInt(ports).array());
      String message = "seed=" + seed + " i=" + i;
      int forth = SymmetricHash.ipv4(source, destination, ports);
      int back = SymmetricHash.ipv4(destination, source, turnedPorts);
      assertEquals(expected, SymmetricHash.whole(forth), message);
      assertEquals(expected, SymmetricHash.whole(back), message);

      long[] longs = random.longs(4).toArray();
      ByteBuffer input = ByteBuffer.allocate(36);
      for (long eight : longs) {
        input.putLong(eight);
      }
      int expected6 = toeplitz.hash(input.putInt(ports).array());
      int forth6 = SymmetricHash.ipv6(longs[0], longs[1], longs[2], longs[3], ports);
      int back6 = SymmetricHash.ipv6(longs[2], longs[3], longs[0], longs[1], turnedPorts);
      assertEquals(expected6, SymmetricHash.whole(forth6), message);
      assertEquals(expected6, SymmetricHash.whole(back6), message);
    }
  }

  @Test
  void shouldMapFoldedWordsOneToOne() {
    boolean[] seen = new boolean[1 << 16];
    for (int words = 0; words < seen.length; words++) {
      int half = SymmetricHash.half(words);
      assertEquals(false, seen[half], "words=" + words);
      seen[half] = true;
    }
  }
}
