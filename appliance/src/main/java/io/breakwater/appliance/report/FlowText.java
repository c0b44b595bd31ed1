package io.breakwater.appliance.report;

import io.breakwater.config.IpAddress;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A flow as an operator names it.
 *
 * <pre>
 * tcp|udp SOURCE:PORT DESTINATION:PORT       IPv6 addresses with a port in brackets
 * icmp|NUMBER SOURCE DESTINATION             any protocol without ports, by its number
 * gre REMOTE LOCAL [key N] FLOW              a packet of this flow in a tunnel
 * </pre>
 *
 * @param protocol its number
 * @param ports source port in the upper, destination port in the lower 16 bits; 0 without
 * @param outer the tunnel that it is in, if any
 */
public record FlowText(
    int protocol, IpAddress source, IpAddress destination, int ports, Optional<Outer> outer) {

  /** What stands before a flow in a request to the control socket. */
  public static final String REQUEST = "flow ";

  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** The ends of a tunnel as a packet that came through it shows them, and its key. */
  public record Outer(IpAddress remote, IpAddress local, OptionalLong key) {}

  /**
   * @throws IllegalArgumentException saying what is wrong with the text
   */
  public static FlowText parse(String text) {
    Deque<String> words = new ArrayDeque<>(Arrays.asList(text.strip().split("\\s+")));
    Optional<Outer> outer = Optional.empty();
    if (words.peek().equals("gre")) {
      words.poll();
      outer = Optional.of(outer(words));
    }
    FlowText flow = flow(words, outer);
    if (!words.isEmpty()) {
      throw new IllegalArgumentException("nothing may follow a flow: " + words.peek());
    }
    return flow;
  }

  private static Outer outer(Deque<String> words) {
    IpAddress remote = address(next(words, "the tunnel's remote"));
    IpAddress local = address(next(words, "the tunnel's local"));
    checkFamilies(remote, local);
    OptionalLong key = OptionalLong.empty();
    if ("key".equals(words.peek())) {
      words.poll();
      key = OptionalLong.of(number(next(words, "the key"), 0xffff_ffffL));
    }
    return new Outer(remote, local, key);
  }

  private static FlowText flow(Deque<String> words, Optional<Outer> outer) {
    String name = next(words, "tcp, udp, icmp or the number of a protocol");
    String source = next(words, "a source");
    String destination = next(words, "a destination");
    boolean hasPorts = name.equals("tcp") || name.equals("udp");
    if (!hasPorts) {
      IpAddress from = address(source);
      return of(protocol(name, from), from, address(destination), 0, outer);
    }
    Endpoint from = Endpoint.parse(source);
    Endpoint to = Endpoint.parse(destination);
    int protocol = name.equals("tcp") ? TCP : UDP;
    return of(protocol, from.address, to.address, from.port << 16 | to.port, outer);
  }

  private static FlowText of(
      int protocol, IpAddress source, IpAddress destination, int ports, Optional<Outer> outer) {
    checkFamilies(source, destination);
    return new FlowText(protocol, source, destination, ports, outer);
  }

  private static void checkFamilies(IpAddress one, IpAddress other) {
    if (one.family() != other.family()) {
      throw new IllegalArgumentException(
          "both addresses must be of one family: %s %s".formatted(one, other));
    }
  }

  private static int protocol(String name, IpAddress address) {
    if (name.equals("icmp")) {
      return address.isIpv4() ? ICMP : ICMPV6;
    }
    int protocol = (int) number(name, 255);
    if (protocol == TCP || protocol == UDP) {
      throw new IllegalArgumentException("TCP and UDP have ports: name them tcp and udp: " + name);
    }
    return protocol;
  }

  private static long number(String text, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException("must be an integer in 0..%d: %s".formatted(max, text));
  }

  private static IpAddress address(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    return IpAddress.parse(bracketed ? text.substring(1, text.length() - 1) : text);
  }

  private static String next(Deque<String> words, String what) {
    String word = words.poll();
    if (word == null || word.isEmpty()) {
      throw new IllegalArgumentException("expected " + what + " at the end of the text");
    }
    return word;
  }

  private record Endpoint(IpAddress address, int port) {

    static Endpoint parse(String text) {
      int colon = text.lastIndexOf(':');
      String host = text.substring(0, Math.max(0, colon));
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      if (colon < 0 || host.indexOf(':') >= 0 && !bracketed) {
        throw new IllegalArgumentException("must be ADDRESS:PORT or [IPV6]:PORT: " + text);
      }
      return new Endpoint(FlowText.address(host), (int) number(text.substring(colon + 1), 0xffff));
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    String tunnel =
        outer
            .map(ends ->
                "gre %s %s %s"
                    .formatted(
                        ends.remote,
                        ends.local,
                        ends.key.isPresent() ? "key " + ends.key.getAsLong() + " " : ""))
            .orElse("");
    return switch (protocol) {
      case TCP -> tunnel + withPorts("tcp");
      case UDP -> tunnel + withPorts("udp");
      case ICMP, ICMPV6 -> tunnel + "icmp " + source + " " + destination;
      default -> tunnel + protocol + " " + source + " " + destination;
    };
  }

  private String withPorts(String name) {
    String form = source.isIpv4() ? "%s %s:%d %s:%d" : "%s [%s]:%d [%s]:%d";
    return form.formatted(name, source, ports >>> 16, destination, ports & 0xffff);
  }
}
