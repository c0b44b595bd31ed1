package io.breakwater.config.nft;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names of values. Where a value has several, the first is the one that is printed.
 *
 * <p>nft asks /etc/services and /etc/protocols for ports and protocols, whose contents differ from
 * machine to machine; a ruleset must mean the same on all, so ours come with us: IANA's registries
 * as far as Debian 12 lists them.
 */
final class Symbols {

  static final Map<String, Integer> SERVICES = resource("services.txt");
  static final Map<String, Integer> PROTOCOLS = resource("protocols.txt");

  /** IANA's EtherTypes (RFC 9542). */
  static final Map<String, Integer> ETHER_TYPES =
      of("ip 0x0800, arp 0x0806, ip6 0x86dd, 8021q 0x8100, vlan 0x8100, 8021ad 0x88a8");

  /** Linux's AF_INET and AF_INET6. */
  static final Map<String, Integer> FAMILIES = of("ipv4 2, ipv6 10");

  /** RFC 2474, 2597, 3246, 5865, 8622. */
  static final Map<String, Integer> DSCP =
      of(
          "cs0 0, cs1 8, cs2 16, cs3 24, cs4 32, cs5 40, cs6 48, cs7 56, df 0, be 0, lephb 1,"
              + " af11 10, af12 12, af13 14, af21 18, af22 20, af23 22, af31 26, af32 28, af33 30,"
              + " af41 34, af42 36, af43 38, va 44, ef 46");

  /** RFC 3168 section 5. */
  static final Map<String, Integer> ECN = of("not-ect 0, ect1 1, ect0 2, ce 3");

  /** RFC 9293 section 3.1; ecn is ECE. */
  static final Map<String, Integer> TCP_FLAGS =
      of("fin 1, syn 2, rst 4, psh 8, ack 16, urg 32, ecn 64, cwr 128");

  /** RFC 792, 950, 1256. */
  static final Map<String, Integer> ICMP_TYPES =
      of(
          "echo-reply 0, destination-unreachable 3, source-quench 4, redirect 5, echo-request 8,"
              + " router-advertisement 9, router-solicitation 10, time-exceeded 11,"
              + " parameter-problem 12, timestamp-request 13, timestamp-reply 14, info-request 15,"
              + " info-reply 16, address-mask-request 17, address-mask-reply 18");

  /** RFC 792 and RFC 1812 5.2.7.1: of type 3. */
  static final Map<String, Integer> ICMP_CODES =
      of(
          "net-unreachable 0, host-unreachable 1, prot-unreachable 2, port-unreachable 3,"
              + " net-prohibited 9, host-prohibited 10, admin-prohibited 13, frag-needed 4");

  /** RFC 4443, 2710, 4861, 2894, 3122, 3810. */
  static final Map<String, Integer> ICMPV6_TYPES =
      of(
          "destination-unreachable 1, packet-too-big 2, time-exceeded 3, parameter-problem 4,"
              + " echo-request 128, echo-reply 129, mld-listener-query 130,"
              + " mld-listener-report 131, mld-listener-done 132, mld-listener-reduction 132,"
              + " nd-router-solicit 133, nd-router-advert 134, nd-neighbor-solicit 135,"
              + " nd-neighbor-advert 136, nd-redirect 137, router-renumbering 138,"
              + " ind-neighbor-solicit 141, ind-neighbor-advert 142, mld2-listener-report 143");

  /** RFC 4443 section 3.1: of type 1. */
  static final Map<String, Integer> ICMPV6_CODES =
      of(
          "no-route 0, admin-prohibited 1, addr-unreachable 3, port-unreachable 4,"
              + " policy-fail 5, reject-route 6");

  /** NFT_REJECT_ICMPX_* of linux/netfilter/nf_tables.h. */
  static final Map<String, Integer> ICMPX_CODES =
      of("port-unreachable 1, admin-prohibited 3, no-route 0, host-unreachable 2");

  static final Map<String, Integer> BOOLEANS = of("exists 1, missing 0");

  private Symbols() {}

  private static Map<String, Integer> of(String list) {
    Map<String, Integer> symbols = new LinkedHashMap<>();
    for (String symbol : list.split(", *")) {
      String[] parts = symbol.split(" ");
      symbols.put(parts[0], Integer.decode(parts[1]));
    }
    return Collections.unmodifiableMap(symbols);
  }

  private static Map<String, Integer> resource(String name) {
    Map<String, Integer> symbols = new LinkedHashMap<>();
    try (InputStream in = Symbols.class.getResourceAsStream(name);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(parts -> symbols.put(parts[0], Integer.valueOf(parts[1])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Collections.unmodifiableMap(symbols);
  }
}
