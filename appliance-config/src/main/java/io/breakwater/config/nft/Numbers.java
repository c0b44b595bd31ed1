package io.breakwater.config.nft;

/** Numbers as nft's scanner reads them: decimal, octal with a leading 0, hexadecimal with 0x. */
final class Numbers {

  private Numbers() {}

  /** An unsigned number of 64 bits. */
  static long parse(Token token) {
    String text = token.text();
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return Long.parseUnsignedLong(text, 2, text.length(), 16);
      }
      return text.length() > 1 && text.startsWith("0")
          ? Long.parseUnsignedLong(text, 8)
          : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new Refusal(token, "not a number of 64 bits: " + token.shown());
    }
  }

  /** A number in {@code min..max}, both at least 0. */
  static long parse(Token token, String what, long min, long max) {
    long value = parse(token);
    if (value < min || value > max) {
      throw new Refusal(token, what + " must be " + min + ".." + max + ": " + token.shown());
    }
    return value;
  }

  static long multiply(Token token, long value, long factor) {
    try {
      if (value < 0) {
        throw new ArithmeticException();
      }
      return Math.multiplyExact(value, factor);
    } catch (ArithmeticException e) {
      throw new Refusal(token, "number is too large: " + token.shown());
    }
  }
}
