package io.breakwater.workers.protection;

/**
 * The protection of all tenants: a table for each stage, of which each may be empty. Immutable, a
 * part of the tables that workers pick up.
 */
public record ProtectionTable(
    StaticTable statics,
    SignatureTable signatures,
    RateTable rates,
    SynGuardTable synGuard,
    TcpStateTable tcpState) {

  private static final ProtectionTable NONE =
      new ProtectionTable(
          StaticTable.none(),
          SignatureTable.none(),
          RateTable.none(),
          SynGuardTable.none(),
          TcpStateTable.none());

  /** No tenant has any. */
  public static ProtectionTable none() {
    return NONE;
  }

  /** The same with other signatures. */
  public ProtectionTable withSignatures(SignatureTable others) {
    return new ProtectionTable(statics, others, rates, synGuard, tcpState);
  }
}
