package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a ruleset in the model; the texts of rules have tests of their own. */
class FirewallReaderTest {

  private static final Payload DPORT = new Payload(Base.TRANSPORT, 16, 16);
  private static final Payload FLAGS = new Payload(Base.TRANSPORT, 104, 8);

  @TempDir Path directory;

  private static Firewall read(String ruleset) {
    Problems problems = new Problems();
    return FirewallReader.read(ruleset, Position.startOf(Path.of("x.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all()));
  }

  private static List<Step> steps(String rule) {
    return read("table inet t {\nchain c {\n" + rule + "\n}\n}\n").rules().getFirst().steps();
  }

  private static Step match(Meta field, long value) {
    return new Step.Match(Key.of(field), Intervals.of(field.bits(), value, value), false);
  }

  private static Step match(Payload field, long mask, long first, long last, boolean negated) {
    Key key = new Key(List.of(new Key.Part(field, 0, mask)));
    return new Step.Match(key, Intervals.of(field.bits(), first, last), negated);
  }

  @Test
  void shouldPutTheLastAddedOfChainsOfOnePriorityFirst() {
    Firewall firewall =
        read(
            """
            table inet t {
              chain a { type filter hook prerouting priority 0; policy accept; }
              chain b { type filter hook forward priority -300; policy accept; }
              chain c { type filter hook prerouting priority 0; policy accept; }
            }
            table ip u {
              chain d { type filter hook prerouting priority 0; policy accept; }
              chain e { type filter hook prerouting priority -10; policy accept; }
            }
            add chain inet t f { type filter hook prerouting priority 0; policy accept; }
            """);
    assertEquals(
        List.of("e", "f", "d", "c", "a", "b"),
        firewall.baseChains().stream()
            .map(base -> firewall.chains().get(base.chain()).name().name())
            .toList());
  }

  @Test
  void shouldCompareFlagsForEqualityBesideTheWindow() {
    Step equal = match(FLAGS, 0xff, 2, 2, false);
    assertTrue(steps("tcp flags syn tcp window 5").contains(equal));
    assertTrue(steps("tcp window 5 ip saddr 1.2.3.4 counter tcp flags syn").contains(equal));
    assertTrue(!steps("tcp flags syn tcp window != 5").contains(equal));
  }

  @Test
  void shouldAddTheMatchesThatAFieldNeeds() {
    assertEquals(
        List.of(
            match(Meta.L4PROTO, 6),
            match(DPORT, 0xffff, 80, 80, false),
            new Step.Count(0, 0),
            match(Meta.NFPROTO, 2),
            match(new Payload(Base.NETWORK, 96, 32), 0xffff_ffffL, 0x01020304, 0x01020304, false),
            new Step.Decide(Verdict.Simple.ACCEPT)),
        steps("tcp dport 80 counter ip saddr 1.2.3.4 accept"));
  }

  @Test
  void shouldAddBothHeadersOfIcmp() {
    assertEquals(
        List.of(
            match(Meta.NFPROTO, 10),
            match(Meta.L4PROTO, 58),
            match(new Payload(Base.TRANSPORT, 0, 8), 0xff, 128, 128, false)),
        steps("icmpv6 type echo-request"));
  }

  @Test
  void shouldTurnComparisonsIntoIntervals() {
    assertEquals(match(DPORT, 0xffff, 0, 1023, false), steps("tcp dport < 1024").get(1));
    assertEquals(match(DPORT, 0xffff, 1024, 65_535, false), steps("tcp dport >= 1024").get(1));
    assertEquals(match(DPORT, 0xffff, 20, 21, true), steps("tcp dport != 20-21").get(1));
  }

  @Test
  void shouldTakeFlagsWithoutOperatorForAnyOfThem() {
    assertEquals(match(FLAGS, 0x12, 0, 0, true), steps("tcp flags syn,ack").get(1));
    assertEquals(match(FLAGS, 0x02, 0, 0, true), steps("tcp flags { syn }").get(1));
    assertEquals(match(FLAGS, 0xff, 2, 2, false), steps("tcp flags == syn").get(1));
    assertEquals(match(FLAGS, 0xff, 2, 2, true), steps("tcp flags != syn").get(1));
    assertEquals(match(FLAGS, 0x02, 0, 0, false), steps("tcp flags ! syn").get(1));
    assertEquals(match(FLAGS, 0x17, 2, 2, false), steps("tcp flags syn / fin,syn,rst,ack").get(1));
  }

  @Test
  void shouldCompareFlagsForEqualityWhereNftMergesThemWithTheWindow() {
    assertEquals(match(FLAGS, 0xff, 2, 2, false), steps("tcp flags syn tcp window 5").get(1));
    assertEquals(match(FLAGS, 0xff, 2, 2, false), steps("tcp window 5 tcp flags syn").get(2));
  }

  @Test
  void shouldTakeAMaskOfLeadingOnesForAPrefix() {
    assertEquals(
        match(new Payload(Base.NETWORK, 96, 32), 0xffff_ffffL, 0xc0000200L, 0xc00002ffL, false),
        steps("ip saddr & 255.255.255.0 == 192.0.2.0").get(1));
  }

  @Test
  void shouldPutWhatRejectNeedsAtTheBeginning() {
    assertEquals(
        List.of(
            match(Meta.L4PROTO, 6),
            new Step.Log("x"),
            new Step.Reject(Step.Reject.With.TCP_RESET, 0)),
        steps("log prefix \"x\" reject with tcp reset"));
  }

  @Test
  void shouldPutInsertedRulesFirstAndCountThemAsTheyStand() {
    Firewall firewall =
        read(
            """
            add table ip t
            add chain ip t c
            add rule ip t c tcp dport 1 accept
            insert rule ip t c tcp dport 2 accept
            """);

    assertEquals(
        List.of(1, 0), firewall.chains().getFirst().rules().stream().map(Rule::index).toList());
    assertEquals("tcp dport 1 accept", firewall.rules().getFirst().text());
  }

  @Test
  void shouldJoinWhatOverlapsInASetWithAutoMerge() {
    Firewall firewall =
        read(
            """
            table ip t {
              set s {
                type inet_service; flags interval; auto-merge
                elements = { 1-5, 3-9, 10, 20 }
              }
            }
            """);

    assertEquals(
        Intervals.builder(16, 2).add(0, 1, 0, 10).add(0, 20, 0, 20).build(),
        firewall.sets().getFirst().elements());
  }

  @Test
  void shouldIncludeFilesInTheOrderOfTheirNames() throws IOException {
    Files.createDirectory(directory.resolve("rules"));
    Files.writeString(directory.resolve("rules/b.nft"), "tcp dport 2 accept");
    Files.writeString(directory.resolve("rules/a.nft"), "tcp dport $port accept\n");
    Path main = directory.resolve("main.nft");
    Files.writeString(
        main,
        """
        define port = 1
        table ip t {
          chain c {
            include "rules/*.nft"
            tcp dport 3 accept
          }
        }
        """);
    Problems problems = new Problems();

    Firewall firewall = FirewallReader.read(main, problems).orElseThrow();

    assertEquals(
        "tcp dport 1 accept, tcp dport 2 accept, tcp dport 3 accept",
        firewall.rules().stream().map(Rule::text).collect(Collectors.joining(", ")));
    assertTrue(firewall.rules().getFirst().place().source().endsWith("rules/a.nft"));
  }

  @Test
  void shouldEndFilesThatIncludeThemselves() throws IOException {
    Path main = directory.resolve("main.nft");
    Files.writeString(main, "include \"main.nft\"\n");
    Problems problems = new Problems();

    FirewallReader.read(main, problems);

    assertEquals(
        List.of("included too deep: at most 16 levels"),
        problems.all().stream().map(Problem::message).toList());
  }

  /** Through a variable and an included file, as operators have them, in compact memory. */
  @Test
  void shouldReadAMillionPrefixes() throws IOException {
    StringBuilder list = new StringBuilder("define BLOCKED = {\n");
    for (int i = 0; i < 1_000_000; i++) {
      // Bit-reversed, so that they are not in order and do not touch.
      int address = Integer.reverse(i) & ~0xff | 1 << 8;
      list.append(address >>> 24)
          .append('.')
          .append(address >>> 16 & 0xff)
          .append('.')
          .append(address >>> 8 & 0xff)
          .append('.')
          .append(i & 0x80)
          .append("/25,\n");
    }
    Files.writeString(directory.resolve("list.nft"), list.append("}\n"));
    Path main = directory.resolve("main.nft");
    Files.writeString(
        main,
        """
        include "list.nft"
        table inet t {
          set blocked {
            type ipv4_addr
            flags interval
            auto-merge
            elements = $BLOCKED
          }
        }
        """);
    Problems problems = new Problems();

    Firewall firewall = FirewallReader.read(main, problems).orElseThrow();

    Intervals elements = assertInstanceOf(Intervals.class, firewall.sets().getFirst().elements());
    assertTrue(elements.count() > 100_000, elements.toString());
    assertTrue(elements.indexOf(0, 0x0000_0180) >= 0 || elements.indexOf(0, 0x0000_0100) >= 0);
    assertEquals(-1, elements.indexOf(0, 0x0000_0000));
  }
}
