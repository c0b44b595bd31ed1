package io.breakwater.config.nft;

import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.nft.Draft.Chain;
import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.Negative;
import io.breakwater.config.nft.Token.Kind;
import java.util.Map;
import java.util.Optional;

/** Parses what makes a chain a base chain: type, hook, device, priority and policy. */
final class ChainSpecParser {

  /** NF_IP_PRI_* of linux/netfilter_ipv4.h, as far as they are for chains of type filter. */
  private static final Map<String, Integer> PRIORITIES =
      Map.of("raw", -300, "mangle", -150, "dstnat", -100, "filter", 0, "security", 50);

  private final Tokens tokens;
  private final ExpressionParser expressions;

  ChainSpecParser(Tokens tokens, Scope scope) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, scope);
  }

  /** {@code type filter hook prerouting priority 0}. */
  void hook(TableFamily family, Chain chain) {
    chain.baseRefused = true;
    Token at = tokens.next();
    Token type = tokens.expect(Kind.WORD, "filter");
    if (type.is("nat") || type.is("route")) {
      throw new Refusal(
          type,
          "not supported: chains of type "
              + type.text()
              + ": a tenant's ruleset decides and changes no packet");
    }
    if (!type.is("filter")) {
      throw Refusal.unexpected(type, "filter");
    }
    tokens.expect("hook");
    Hook hook = hook(family);
    boolean device = device();
    boolean needsDevice = hook == Hook.INGRESS;
    if (needsDevice && !device) {
      throw Refusal.unexpected(tokens.peek(), "device");
    }
    if (device && !needsDevice) {
      throw new Refusal(at, "a chain at " + hook + " has no device");
    }
    tokens.expect("priority");
    Draft.Base base = new Draft.Base(at, hook, priority(family, hook));
    chain.base.ifPresent(first -> {
      if (first.hook() != base.hook() || first.priority() != base.priority()) {
        throw new Refusal(at, "chain has another hook or priority already");
      }
    });
    chain.base = Optional.of(base);
    chain.baseRefused = false;
  }

  private Hook hook(TableFamily family) {
    Token name = tokens.expect(Kind.WORD, "prerouting, forward or ingress");
    Hook hook =
        switch (name.text()) {
          case "prerouting" -> Hook.PREROUTING;
          case "forward" -> Hook.FORWARD;
          case "ingress" -> Hook.INGRESS;
          case "input", "output" ->
              throw new Refusal(
                  name,
                  "not supported: hook "
                      + name.text()
                      + ": a tenant's traffic is not for this host; use prerouting or forward");
          case "postrouting", "egress" ->
              throw new Refusal(
                  name, "not supported: hook " + name.text() + ": use prerouting or forward");
          default -> throw Refusal.unexpected(name, "prerouting, forward or ingress");
        };
    boolean possible =
        switch (family) {
          case NETDEV -> hook == Hook.INGRESS;
          case INET -> true;
          case IP, IP6 -> hook != Hook.INGRESS;
        };
    if (!possible) {
      throw new Refusal(name, "a table of family " + family + " has no hook " + hook);
    }
    return hook;
  }

  /** Read and without effect: a ruleset sees what arrives for its tenant, at whatever port. */
  private boolean device() {
    if (tokens.accept("device")) {
      name();
      return true;
    }
    if (!tokens.accept("devices")) {
      return false;
    }
    tokens.expect("=");
    if (tokens.at("$")) {
      expressions.operand();
      return true;
    }
    tokens.expect("{");
    do {
      tokens.skipNewlines();
      name();
      tokens.skipNewlines();
    } while (tokens.accept(","));
    tokens.expect("}");
    return true;
  }

  private void name() {
    if (tokens.at("$")) {
      expressions.operand();
    } else {
      expressions.text();
    }
  }

  private int priority(TableFamily family, Hook hook) {
    if (tokens.at("$")) {
      Token at = tokens.peek();
      return switch (expressions.operand()) {
        case Atom(Token number) when number.kind() == Kind.NUMBER -> priority(number);
        case Negative(Token minus, Token number) -> -priority(number);
        case Atom(Token name) -> named(name, family, hook);
        default -> throw new Refusal(at, "the variable must be a priority");
      };
    }
    if (tokens.accept("-")) {
      return -priority(tokens.expect(Kind.NUMBER, "a number"));
    }
    if (tokens.at(Kind.NUMBER)) {
      return priority(tokens.next());
    }
    int priority = named(tokens.expect(Kind.WORD, "a priority such as filter or 0"), family, hook);
    if (tokens.accept("+")) {
      return priority + priority(tokens.expect(Kind.NUMBER, "a number"));
    }
    if (tokens.accept("-")) {
      return priority - priority(tokens.expect(Kind.NUMBER, "a number"));
    }
    return priority;
  }

  private static int priority(Token number) {
    return (int) Numbers.parse(number, "priority", 0, Integer.MAX_VALUE / 2);
  }

  private static int named(Token name, TableFamily family, Hook hook) {
    Integer priority = PRIORITIES.get(name.text());
    boolean possible =
        priority != null
            && switch (name.text()) {
              case "filter" -> true;
              case "dstnat" -> family != TableFamily.NETDEV && hook == Hook.PREROUTING;
              default -> family != TableFamily.NETDEV;
            };
    if (!possible) {
      throw Refusal.unexpected(name, "a priority of this hook such as filter or 0");
    }
    return priority;
  }

  /** {@code policy drop}. */
  void policy(Chain chain) {
    Token at = tokens.next();
    Token policy = policy();
    if (!policy.is("accept") && !policy.is("drop")) {
      throw Refusal.unexpected(policy, "accept or drop");
    }
    if (chain.dropsByDefault.isPresent() && chain.dropsByDefault.get() != policy.is("drop")) {
      throw new Refusal(at, "chain has another policy already");
    }
    chain.policyAt = at;
    chain.dropsByDefault = Optional.of(policy.is("drop"));
  }

  private Token policy() {
    if (tokens.at("$")) {
      return expressions.operand().at();
    }
    return tokens.next();
  }
}
