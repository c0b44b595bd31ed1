package io.breakwater.workers.worker;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.ObjectName;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Step.MapReference;
import io.breakwater.config.firewall.Step.MarkSource;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.firewall.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The firewalls of {@link WarmUp}'s tenants: one whose trees tell all, and one that uses every
 * instruction there is. Both let most packets by.
 */
final class WarmUpFirewall {

  private static final Place PLACE = new Place("warm-up", 1, 1);

  private static final Field SOURCE = new Payload(Base.NETWORK, 96, 32);
  private static final Field DESTINATION = new Payload(Base.NETWORK, 128, 32);
  private static final Field SOURCE_IPV6 = new Payload(Base.NETWORK, 64, 128);
  private static final Field SOURCE_PORT = new Payload(Base.TRANSPORT, 0, 16);
  private static final Field DESTINATION_PORT = new Payload(Base.TRANSPORT, 16, 16);
  private static final Field FRAGMENT = new Payload(Base.NETWORK, 51, 13);
  private static final Field TTL = new Payload(Base.NETWORK, 64, 8);

  /** What few packets have: a rule for it is reached, and not taken. */
  private static final long RARE = 61_001;

  private final List<Rule> rules = new ArrayList<>();
  private int next;

  private WarmUpFirewall() {}

  // ---------------------------------------------------------------- trees

  /** Some hundred rules on addresses, protocols and ports. */
  static Firewall ofTrees() {
    var rules = new WarmUpFirewall();
    for (int i = 0; i < 120; i++) {
      long address = 0xc612_4000L + 64L * (i * 37 % 128);
      Step destination = match(DESTINATION, address, address + (i % 3 == 0 ? 63 : 7));
      Step protocol = match(Meta.L4PROTO, i % 2 == 0 ? 6 : 17, i % 2 == 0 ? 6 : 17);
      Step port = match(DESTINATION_PORT, i * 331 % 40_000, i * 331 % 40_000 + 900);
      Verdict verdict = i % 8 == 7 ? Verdict.Simple.DROP : Verdict.Simple.ACCEPT;
      rules.add(match(Meta.NFPROTO, 2, 2), destination, protocol, port, new Step.Decide(verdict));
    }
    return new Firewall(
        List.of(new Firewall.Chain(name("prerouting"), List.copyOf(rules.rules))),
        List.of(new Firewall.BaseChain(0, Hook.PREROUTING, 0, false)),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  // ---------------------------------------------------------------- programs

  private static final int BLOCKED = 0;
  private static final int CLIENTS = 1;
  private static final int SEEN = 2;
  private static final int GOING = 3;

  private static final int SUB_CHAIN = 0;
  private static final int PREROUTING = 1;
  private static final int FORWARD = 2;

  /** Every kind of step, in two base chains. */
  static Firewall ofPrograms() {
    var rules = new WarmUpFirewall();
    rules.addSub();
    List<Rule> sub = rules.take();
    rules.addMatches();
    rules.addStateful();
    rules.addMaps();
    rules.addRejects();
    List<Rule> prerouting = rules.take();
    rules.add(match(TTL, 255, 255), new Step.Decide(Verdict.Simple.DROP));
    List<Rule> forward = rules.take();
    return new Firewall(
        List.of(
            new Firewall.Chain(name("sub"), sub),
            new Firewall.Chain(name("prerouting"), prerouting),
            new Firewall.Chain(name("forward"), forward)),
        List.of(
            new Firewall.BaseChain(PREROUTING, Hook.PREROUTING, 0, false),
            new Firewall.BaseChain(FORWARD, Hook.FORWARD, 0, false)),
        sets(),
        List.of(
            new ElementMap(
                name("marks"),
                List.of(16),
                true,
                Intervals.of(16, 0, 30_000),
                new ElementMap.Data.Marks(new int[] {7}))),
        List.of(new Firewall.NamedCounter(name("all"), 0, 0)),
        List.of(),
        List.of());
  }

  private void addSub() {
    add(match(Meta.MARK, RARE, RARE), new Step.Decide(Verdict.Simple.DROP));
    add(new Step.Decide(Verdict.Simple.RETURN));
  }

  private void addMatches() {
    add(new Step.CountNamed(0));
    add(in(Key.of(SOURCE), BLOCKED), new Step.Decide(Verdict.Simple.DROP));
    Key pair = new Key(List.of(Key.Part.of(SOURCE), Key.Part.of(DESTINATION_PORT)));
    add(in(pair, CLIENTS), new Step.Decide(Verdict.Simple.DROP));
    add(in(Key.of(SOURCE), GOING), new Step.Decide(Verdict.Simple.DROP));
    add(match(SOURCE_IPV6, 0, 9), new Step.Decide(Verdict.Simple.DROP));
    add(match(FRAGMENT, RARE & 0x1fff, RARE & 0x1fff), new Step.Decide(Verdict.Simple.DROP));
    add(match(new Field.TcpOption(2, 16, 16), 1, 2), new Step.Decide(Verdict.Simple.DROP));
    add(match(new Field.TcpOptionExists(200), 1, 1), new Step.Decide(Verdict.Simple.DROP));
    add(match(new Field.ExtensionHeader(135), 1, 1), new Step.Decide(Verdict.Simple.DROP));
    add(match(Meta.LENGTH, 60_000, 65_535), new Step.Decide(Verdict.Simple.DROP));
    Key masked = new Key(List.of(new Key.Part(SOURCE_PORT, 0, 0xff00)));
    add(
        new Step.Match(masked, Intervals.of(16, RARE & 0xff00, RARE & 0xff00), false),
        new Step.Decide(Verdict.Simple.DROP));
  }

  private void addStateful() {
    Limit limit = new Limit(1_000_000, Limit.Unit.PACKETS, 1, 1_000_000, true);
    add(new Step.Limited(limit), new Step.Decide(Verdict.Simple.DROP));
    add(
        new Step.Limited(new Limit(1L << 40, Limit.Unit.BYTES, 1, 0, true)),
        new Step.Decide(Verdict.Simple.DROP));
    add(
        new Step.QuotaLimited(new Quota(Long.MAX_VALUE, 0, true)),
        new Step.Decide(Verdict.Simple.DROP));
    Key source = Key.of(SOURCE);
    add(in(source, SEEN), new Step.Count(0, 0));
    add(
        new Step.UpdateSet(
            Step.UpdateSet.Operation.UPDATE,
            SEEN,
            source,
            OptionalLong.of(1_000_000),
            List.of(new Step.Limited(limit))),
        new Step.Decide(Verdict.Simple.DROP));
    add(
        match(DESTINATION_PORT, RARE, RARE),
        new Step.UpdateSet(
            Step.UpdateSet.Operation.DELETE, SEEN, source, OptionalLong.empty(), List.of()));
  }

  private void addMaps() {
    add(new Step.Log("warm-up"));
    add(new Step.SetMark(new MarkSource.Constant(1)));
    add(new Step.SetMark(new MarkSource.Changed(0xff, 2)));
    add(
        new Step.SetMark(
            new MarkSource.FromMap(Key.of(DESTINATION_PORT), new MapReference.Named(0))));
    Intervals protocols = Intervals.builder(8, 3).add(0, 1, 0, 1).add(0, 6, 0, 17).build();
    add(
        new Step.DecideByMap(
            Key.of(Meta.L4PROTO),
            new MapReference.Anonymous(
                protocols,
                new ElementMap.Data.Verdicts(
                    List.of(Verdict.Simple.CONTINUE, new Verdict.Jump(SUB_CHAIN))))));
  }

  private void addRejects() {
    add(
        match(Meta.L4PROTO, 6, 6),
        match(DESTINATION_PORT, RARE, RARE),
        new Step.Reject(Step.Reject.With.TCP_RESET, 0));
    add(match(DESTINATION_PORT, RARE + 1, RARE + 1), new Step.Reject(Step.Reject.With.ICMPX, 1));
    add(match(Meta.L4PROTO, 6, 6), new Step.Decide(Verdict.Simple.ACCEPT));
  }

  private static List<ElementSet> sets() {
    Intervals.Builder blocked = Intervals.builder(32, 200);
    for (long i = 0; i < 200; i++) {
      blocked.add(0, 0xe100_0000L + 512 * i, 0, 0xe100_0000L + 512 * i + 255);
    }
    long[] address = {0xe100_0001L};
    long[] port = {RARE};
    Boxes pairs =
        new Boxes(
            List.of(
                new Boxes.Column(null, address, null, address),
                new Boxes.Column(null, port, null, port)));
    return List.of(
        set("blocked", List.of(32), false, blocked.build(), OptionalInt.empty()),
        set("clients", List.of(32, 16), false, pairs, OptionalInt.empty()),
        set("seen", List.of(32), true, Intervals.builder(32, 0).build(), OptionalInt.of(64)),
        new ElementSet(
            name("going"),
            List.of(32),
            true,
            false,
            Intervals.of(32, 0xe200_0000L, 0xe200_00ffL),
            List.of(),
            OptionalLong.of(1_000_000_000L),
            OptionalInt.empty()));
  }

  private static ElementSet set(
      String name, List<Integer> bits, boolean dynamic, Elements elements, OptionalInt size) {
    return new ElementSet(
        name(name), bits, !dynamic, dynamic, elements, List.of(), OptionalLong.empty(), size);
  }

  // ---------------------------------------------------------------- rules

  private void add(Step... steps) {
    rules.add(new Rule(next, "rule " + next, PLACE, Optional.empty(), List.of(steps)));
    next++;
  }

  private List<Rule> take() {
    List<Rule> taken = List.copyOf(rules);
    rules.clear();
    return taken;
  }

  private static Step match(Field field, long first, long last) {
    return new Step.Match(Key.of(field), Intervals.of(field.bits(), first, last), false);
  }

  private static Step in(Key key, int set) {
    return new Step.Match(key, new Values.SetReference(set), false);
  }

  private static ObjectName name(String name) {
    return new ObjectName(TableFamily.INET, "filter", name, PLACE);
  }
}
