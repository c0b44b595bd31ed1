package io.breakwater.config.firewall;

import java.util.Locale;

/** What a rule decides; {@code chain} is an index into {@code Firewall.chains}. */
public sealed interface Verdict {

  /** The verdicts that name no chain. */
  enum Simple implements Verdict {
    /** Ends the base chain; the packet goes on to the next one. */
    ACCEPT,
    /** Final. */
    DROP,
    /** Decides nothing: the rule goes on with its next step, or the next rule's turn comes. */
    CONTINUE,
    /** Back behind the rule that jumped here; in a base chain its policy. */
    RETURN;

    /** As in a ruleset: {@code accept}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Into a chain; at its end or at {@code return} the rule after this one comes. */
  record Jump(int chain) implements Verdict {}

  /**
   * Into a chain; at its end or at {@code return} the packet goes where this chain's end would have
   * led it.
   */
  record Goto(int chain) implements Verdict {}
}
