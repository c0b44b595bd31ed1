package io.breakwater.config.firewall;

/** What a key is looked up in: values written in the rule itself, or a named set. */
public sealed interface Values permits Elements, Values.SetReference {

  /** A named set; {@code set} is an index into {@code Firewall.sets}. */
  record SetReference(int set) implements Values {}
}
