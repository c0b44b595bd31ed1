package io.breakwater.config.nft;

import java.util.Set;

/** What may be the name of a table, a chain, a set ...: no word of the language. */
final class Names {

  /** NFT_NAME_MAXLEN of the kernel, without the zero byte at the end. */
  private static final int LENGTH_MAX = 255;

  /** The words that nft's scanner knows everywhere. */
  private static final Set<String> RESERVED =
      Set.of(
          ("include define redefine undefine describe hook device devices table tables chain chains"
                  + " rule rules sets set element map flowtable handle ruleset trace socket tproxy"
                  + " accept drop continue jump goto return inet netdev add replace update create"
                  + " insert delete get list reset flush rename import export monitor position"
                  + " index comment constant interval dynamic auto-merge timeout gc-interval"
                  + " elements expires policy size flow offload meter counter log queue limit quota"
                  + " hour day reject snat dnat masquerade redirect random th bridge ether type"
                  + " typeof vlan arp ip ecn time icmp icmpv6 igmp ip6 priority ah esp comp flags"
                  + " udp udplite tcp dccp sctp rt rt0 rt2 srh hbh frag dst mh meta mark iif iifname"
                  + " iiftype oif oifname oiftype skuid skgid nftrace rtclassid ibriport ibrname"
                  + " obriport obrname pkttype cpu iifgroup oifgroup cgroup ct numgen jhash symhash"
                  + " dup fwd fib osf synproxy notrack all exists missing exthdr ipsec secmark xt"
                  + " vmap")
              .split(" "));

  private Names() {}

  static void check(Token name) {
    if (RESERVED.contains(name.text())) {
      throw new Refusal(name, "a word of the language cannot be a name: " + name.shown());
    }
    if (name.text().length() > LENGTH_MAX) {
      throw new Refusal(name, "name is too long: at most " + LENGTH_MAX + " characters");
    }
    if (name.text().endsWith("*") || Character.isDigit(name.text().charAt(0))) {
      throw Refusal.unexpected(name, "a name");
    }
  }
}
