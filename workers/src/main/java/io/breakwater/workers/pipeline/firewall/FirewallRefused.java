package io.breakwater.workers.pipeline.firewall;

/** A firewall that would cost more than a tenant may use; the message says of what. */
public final class FirewallRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  FirewallRefused(String message) {
    super(message);
  }
}
