package io.breakwater.config.nft;

import io.breakwater.config.firewall.Step.Reject;
import io.breakwater.config.firewall.Step.Reject.With;
import io.breakwater.config.firewall.TableFamily;
import java.util.Optional;

/**
 * Finds out what {@code reject} answers in this table and rule (nft's {@code
 * stmt_evaluate_reject}).
 */
final class RejectBuilder {

  private static final int ICMP_PORT_UNREACHABLE = 3;
  private static final int ICMPV6_PORT_UNREACHABLE = 4;
  private static final int ICMPX_PORT_UNREACHABLE = 1;

  private final Statement.Reject statement;
  private final TableFamily family;
  private final ProtocolContext protocols;

  RejectBuilder(Statement.Reject statement, TableFamily family, ProtocolContext protocols) {
    this.statement = statement;
    this.family = family;
    this.protocols = protocols;
  }

  /**
   * @param needs the header that has to be matched at the beginning of the rule
   * @param implied the header that the answer is for
   */
  record Result(Reject step, String text, Optional<Header> needs, Header implied) {}

  Result build() {
    With with = statement.with().orElseGet(this::byDefault);
    if (family == TableFamily.NETDEV && isOfUnknownNetwork()) {
      throw cannotAnswer();
    }
    return switch (with) {
      case TCP_RESET -> reset();
      case ICMP -> unreachable(with, DataType.ICMP_CODE, ICMP_PORT_UNREACHABLE, Header.IP);
      case ICMPV6 -> unreachable(with, DataType.ICMPV6_CODE, ICMPV6_PORT_UNREACHABLE, Header.IP6);
      case ICMPX -> anyFamily();
    };
  }

  private With byDefault() {
    if (isOfUnknownNetwork()) {
      throw cannotAnswer();
    }
    if (protocols.isNetwork(Header.IP)) {
      return With.ICMP;
    }
    return protocols.isNetwork(Header.IP6) ? With.ICMPV6 : With.ICMPX;
  }

  private boolean isOfUnknownNetwork() {
    return protocols.knowsNetwork()
        && !protocols.isNetwork(Header.IP)
        && !protocols.isNetwork(Header.IP6);
  }

  private Refusal cannotAnswer() {
    return new Refusal(statement.at(), "reject does not know how to answer this protocol");
  }

  private Result reset() {
    if (protocols.knowsTransport() && !protocols.isTransport(Header.TCP)) {
      throw new Refusal(
          statement.at(), "tcp reset is for TCP, and the rule matches another protocol");
    }
    return new Result(
        new Reject(With.TCP_RESET, 0),
        "reject with tcp reset",
        protocols.knowsTransport() ? Optional.empty() : Optional.of(Header.TCP),
        Header.TCP);
  }

  private Result unreachable(With with, DataType codes, int byDefault, Header header) {
    int code = code(codes, byDefault);
    boolean known = protocols.knowsNetwork();
    if (known && !protocols.isNetwork(header)) {
      throw new Refusal(
          statement.at(),
          "conflicting protocols: the rule is not for " + header + ", and the answer is");
    }
    String name = with == With.ICMP ? "icmp" : "icmpv6";
    // Where there is only one family, nft leaves out what it would answer anyhow.
    boolean silent = code == byDefault && (family == TableFamily.IP || family == TableFamily.IP6);
    String text = silent ? "reject" : "reject with " + name + " " + codes.show(Bits128.of(code));
    return new Result(
        new Reject(with, code), text, known ? Optional.empty() : Optional.of(header), header);
  }

  private Result anyFamily() {
    if (family == TableFamily.IP || family == TableFamily.IP6) {
      throw new Refusal(statement.at(), "icmpx is for tables of both families: use icmp or icmpv6");
    }
    int code = code(DataType.ICMPX_CODE, ICMPX_PORT_UNREACHABLE);
    String text =
        code == ICMPX_PORT_UNREACHABLE
            ? "reject"
            : "reject with icmpx " + DataType.ICMPX_CODE.show(Bits128.of(code));
    return new Result(new Reject(With.ICMPX, code), text, Optional.empty(), Header.NONE);
  }

  private int code(DataType codes, int byDefault) {
    if (statement.code().isEmpty()) {
      return byDefault;
    }
    int code = (int) ValueReader.single(statement.code().get(), codes).low();
    if (codes == DataType.ICMPX_CODE && code > 3) {
      throw new Refusal(statement.code().get().at(), "ICMPX code must be 0..3: " + code);
    }
    return code;
  }
}
