package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.breakwater.workers.table.SipHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The vectors that the authors publish with their reference (vectors_sip64 of vectors.h): the key
 * is 00 01 .. 0f, and the message as many bytes 00 01 02 ...
 */
class SipHash24Test {

  private static final String OF_16_BYTES = "db9bc2577fcc2a3f";
  private static final String OF_40_BYTES = "d0a704536ba93e0e";

  private static long word(int number) {
    byte[] bytes = new byte[8];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (8 * number + i);
    }
    return littleEndian(bytes);
  }

  private static long littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static long published(String hex) {
    return littleEndian(HexFormat.of().parseHex(hex));
  }

  @Test
  void shouldHashTwoWordsAsTheReferenceDoes() {
    assertEquals(published(OF_16_BYTES), SipHash24.of(word(0), word(1), word(0), word(1)));
  }

  @Test
  void shouldHashFiveWordsAsTheReferenceDoes() {
    assertEquals(
        published(OF_40_BYTES),
        SipHash24.of(word(0), word(1), word(0), word(1), word(2), word(3), word(4)));
  }

  @Test
  void shouldNotBeTheHashOfTables() {
    assertNotEquals(SipHash.of(1, 2, 3, 4), SipHash24.of(1, 2, 3, 4));
  }
}
