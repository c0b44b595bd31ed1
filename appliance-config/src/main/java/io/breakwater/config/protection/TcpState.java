package io.breakwater.config.protection;

/** What is done with TCP segments that belong to no connection that is known. */
public record TcpState(Mode mode, When when) {

  public static final TcpState DEFAULT = new TcpState(Mode.OBSERVE, When.ATTACK);

  /** Whether connections are followed, and what others' segments meet. */
  public enum Mode {
    OFF,

    /** Connections are learned, what belongs to none is counted. */
    OBSERVE,
    ENFORCE
  }
}
