package io.breakwater.appliance.explain.packet;

/** Bytes as {@code hexdump -C} prints them, without the text beside them: sixteen in a line. */
public final class HexDump {

  private static final int LINE_BYTES = 16;

  private HexDump() {}

  /**
   * @param maxBytes what is beyond is only counted
   */
  public static String of(byte[] bytes, int maxBytes, String indent) {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(bytes.length, maxBytes);
    for (int at = 0; at < shown; at++) {
      if (at % LINE_BYTES == 0) {
        text.append(at == 0 ? "" : "\n").append(indent).append("%04x ".formatted(at));
      }
      text.append(at % LINE_BYTES == LINE_BYTES / 2 ? "  " : " ")
          .append("%02x".formatted(bytes[at]));
    }
    return shown < bytes.length
        ? text + "\n" + indent + "... and " + (bytes.length - shown) + " bytes more"
        : text.toString();
  }
}
