package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Firewall;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Firewalls that were compiled to know what they cost, until they go live: none is compiled twice.
 *
 * <p>Several threads may ask at one time. What does not go live is forgotten by the next {@link
 * FirewallRegistry#compile}.
 */
public final class PreparedFirewalls {

  /** By identity: who judges a firewall and who puts it into effect have the same object. */
  private final Map<Firewall, FirewallCode> codes =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** None yet. */
  public PreparedFirewalls() {}

  /**
   * Reckons what a firewall will cost, and keeps what was compiled for that.
   *
   * @throws FirewallRefused if it can't be compiled within any bounds
   */
  public FirewallCost cost(Firewall firewall) {
    FirewallCode code = new FirewallCompiler(firewall).compile();
    codes.put(firewall, code);
    return code.cost();
  }

  /**
   * What was compiled of a firewall, or is now.
   *
   * @throws FirewallRefused if it can't be compiled within any bounds
   */
  FirewallCode take(Firewall firewall) {
    FirewallCode code = codes.remove(firewall);
    return code == null ? new FirewallCompiler(firewall).compile() : code;
  }

  int count() {
    return codes.size();
  }

  void clear() {
    codes.clear();
  }
}
