package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.TableFamily;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The names of the model's fields, found back: what bits of the transport header are called depends
 * on the matches that come before in the rule.
 */
final class FieldText {

  private static final List<Header> TRANSPORTS =
      List.of(Header.TCP, Header.UDP, Header.ICMP, Header.ICMPV6);

  private static final Payload PROTOCOL_OF_IP = new Payload(Base.NETWORK, 72, 8);
  private static final Payload NEXT_HEADER_OF_IP6 = new Payload(Base.NETWORK, 48, 8);

  private Optional<Header> network;
  private Optional<Header> transport = Optional.empty();

  /**
   * @param before the steps of the rule before the one that reads the fields
   */
  FieldText(TableFamily family, List<Step> before) {
    network =
        switch (family) {
          case IP -> Optional.of(Header.IP);
          case IP6 -> Optional.of(Header.IP6);
          case INET, NETDEV -> Optional.empty();
        };
    before.forEach(this::follow);
  }

  private void follow(Step step) {
    if (!(step instanceof Step.Match match) || !match.key().isSingle() || match.negated()) {
      return;
    }
    Field field = match.key().parts().getFirst().field();
    OptionalInt value = single(match);
    if (value.isEmpty()) {
      return;
    }
    Bits128 number = Bits128.of(value.getAsInt());
    if (field == Meta.NFPROTO) {
      network = Header.ofFamily(number);
    } else if (field == Meta.PROTOCOL) {
      network = Header.ofEtherType(number);
    } else if (field == Meta.L4PROTO
        || field.equals(PROTOCOL_OF_IP)
        || field.equals(NEXT_HEADER_OF_IP6)) {
      transport =
          TRANSPORTS.stream().filter(header -> header.number() == value.getAsInt()).findFirst();
    }
  }

  private static OptionalInt single(Step.Match match) {
    return match.values() instanceof Intervals intervals
            && intervals.count() == 1
            && intervals.firstHigh(0) == 0
            && intervals.lastHigh(0) == 0
            && intervals.firstLow(0) == intervals.lastLow(0)
        ? OptionalInt.of((int) intervals.firstLow(0))
        : OptionalInt.empty();
  }

  /** The field with its name and type; bits that have no name are raw payload. */
  FieldSpec of(Field field) {
    return switch (field) {
      case Payload payload -> named(payload).orElseGet(() -> raw(payload));
      case Meta meta ->
          Fields.META.values().stream()
              .filter(spec -> spec.field() == meta)
              .findFirst()
              .orElseThrow();
      case Field.ExtensionHeader header ->
          Fields.EXTENSION_HEADERS.entrySet().stream()
              .filter(entry -> entry.getValue() == header.protocol())
              .map(entry -> Fields.extensionHeader(entry.getKey()))
              .findFirst()
              .orElseThrow();
      case Field.TcpOption option -> TcpOptions.of(option);
      case Field.TcpOptionExists option -> TcpOptions.of(option);
    };
  }

  private Optional<FieldSpec> named(Payload payload) {
    Optional<Header> header = payload.base() == Base.TRANSPORT ? transport : network;
    Optional<FieldSpec> found =
        header.flatMap(known ->
            Fields.of(known).values().stream()
                .filter(spec -> spec.field().equals(payload))
                .findFirst());
    return found.isPresent() || transport.isPresent()
        ? found
        : Fields.TH.values().stream().filter(spec -> spec.field().equals(payload)).findFirst();
  }

  private static FieldSpec raw(Payload payload) {
    String base =
        switch (payload.base()) {
          case LINK -> "ll";
          case NETWORK -> "nh";
          case TRANSPORT -> "th";
        };
    return new FieldSpec(
        "@%s,%d,%d".formatted(base, payload.offsetBits(), payload.bits()),
        payload,
        DataType.raw(payload.bits()),
        Header.NONE);
  }
}
