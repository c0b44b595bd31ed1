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

  /** An unsigned number of 128 bits. */
  static Bits128 wide(Token token) {
    String text = token.text();
    boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
    if (!hexadecimal || text.length() <= 2 + 16) {
      return Bits128.of(parse(token));
    }
    String digits = text.substring(2).replaceFirst("^0+(?=.)", "");
    if (digits.length() > 32) {
      throw new Refusal(token, "not a number of 128 bits: " + token.shown());
    }
    int lowFrom = Math.max(0, digits.length() - 16);
    return new Bits128(
        lowFrom == 0 ? 0 : Long.parseUnsignedLong(digits, 0, lowFrom, 16),
        Long.parseUnsignedLong(digits, lowFrom, digits.length(), 16));
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
