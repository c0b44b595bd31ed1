package io.breakwater.appliance.explain.packet;

/** A description of a packet that is not one: says where, and what was expected. */
public final class PacketSyntaxException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int column;

  PacketSyntaxException(int column, String message) {
    super("column " + column + ": " + message);
    this.column = column;
  }

  /** From 1, in characters. */
  public int column() {
    return column;
  }
}
