package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.TableFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a rule as {@code nft list ruleset} prints it: without a match that a later one
 * implies, such as {@code meta l4proto tcp} before {@code tcp dport 80}.
 */
final class RuleText {

  private final TableFamily family;
  private final List<String> parts = new ArrayList<>();
  private int networkPart = -1;
  private Header network = Header.NONE;
  private int transportPart = -1;
  private Header transport = Header.NONE;
  private int implied = -1;

  /** Whether there is anything but matches so far. */
  private boolean other;

  RuleText(TableFamily family) {
    this.family = family;
  }

  /** A match of a field. */
  void addMatch(String part) {
    parts.add(part);
  }

  /** Something else, over which nft looks for no match that is implied. */
  void add(String part) {
    parts.add(part);
    other = true;
    networkPart = -1;
    transportPart = -1;
  }

  /** A match of this header that nft adds at the beginning of the rule. */
  void implyFirst(Header header) {
    boolean matchesOnly = !other;
    parts.addFirst(impliedText(header));
    networkPart += networkPart < 0 ? 0 : 1;
    transportPart += transportPart < 0 ? 0 : 1;
    implied += implied < 0 ? 0 : 1;
    if (matchesOnly && header.isTransport()) {
      transportPart = 0;
      transport = header;
      nameTransport(header);
    } else if (matchesOnly) {
      networkPart = 0;
      network = header;
    }
  }

  /** Ports of whatever transport turn out to be of this one. */
  private void nameTransport(Header header) {
    List<String> named =
        parts.stream().map(part -> part.replaceFirst("^th (?=[sd]port )", header + " ")).toList();
    if (!named.equals(parts)) {
      parts.clear();
      parts.addAll(named);
      reads(header);
    }
  }

  private String impliedText(Header header) {
    if (header.isTransport()) {
      return "meta l4proto " + header;
    }
    boolean link = family == TableFamily.NETDEV;
    return link
        ? "meta protocol " + header
        : "meta nfproto " + (header == Header.IP ? "ipv4" : "ipv6");
  }

  /** An answer implies its header too; that it is for TCP only where there is one family. */
  void readsForReject(Header header) {
    if (!header.isTransport() || isOfOneFamily()) {
      reads(header);
    }
  }

  /** A match of a field that names the next header. */
  void addProtocol(String part, FieldSpec field, List<Bits128> values) {
    parts.add(part);
    if (values.size() != 1) {
      return;
    }
    int at = parts.size() - 1;
    if (field.field() == Meta.PROTOCOL && isOfOneFamily()) {
      // A table of one family sees nothing else, so it is printed only if nothing follows.
      boolean own = values.getFirst().equals(Bits128.of(ownHeader().etherType()));
      implied = own ? at : implied;
      networkPart = own ? networkPart : at;
      network = ownHeader();
      return;
    }
    if (field.field() == Meta.NFPROTO) {
      networkPart = at;
      network = Header.ofFamily(values.getFirst()).orElse(Header.NONE);
    } else if (field.field() == Meta.PROTOCOL) {
      networkPart = at;
      network = Header.ofEtherType(values.getFirst()).orElse(Header.NONE);
    } else if (field.field() == Meta.L4PROTO || isOfOneFamily()) {
      transportPart = at;
      transport = Header.NONE;
      for (Header header : Header.values()) {
        if (header.isTransport() && values.getFirst().equals(Bits128.of(header.number()))) {
          transport = header;
        }
      }
    }
  }

  private Header ownHeader() {
    return family == TableFamily.IP6 ? Header.IP6 : Header.IP;
  }

  /** {@code ip protocol} says more than the protocol where there is IPv6 too, and stays. */
  private boolean isOfOneFamily() {
    return family == TableFamily.IP || family == TableFamily.IP6;
  }

  /** A field of this header is read: what implied only the header is not printed. */
  void reads(Header header) {
    if (header == Header.NONE) {
      return;
    }
    Header networkNeeded =
        switch (header) {
          case EXTENSION, ICMPV6 -> Header.IP6;
          case ICMP -> Header.IP;
          default -> header;
        };
    if (networkPart >= 0 && network == networkNeeded) {
      parts.set(networkPart, "");
      networkPart = -1;
    }
    if (transportPart >= 0 && transport == header) {
      parts.set(transportPart, "");
      transportPart = -1;
    }
  }

  @Override
  public String toString() {
    if (implied >= 0 && parts.size() > 1) {
      parts.set(implied, "");
    }
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(" "));
  }
}
