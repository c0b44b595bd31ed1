package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.Signature;

/** Where mitigations take effect: the workers' table of signatures. Control thread only. */
public interface Rules {

  /**
   * Installs a rule, in place of the one with the same id if there is one. It takes effect with
   * {@link #publish}.
   *
   * @return whether the tenant had room for it
   */
  boolean install(String tenant, Signature signature);

  /** The same: takes a rule away. */
  void remove(String tenant, String id);

  /** Packets that have fitted a rule since it was first installed. */
  long matched(String tenant, String id);

  /** Puts into effect what was installed and removed. */
  void publish();
}
