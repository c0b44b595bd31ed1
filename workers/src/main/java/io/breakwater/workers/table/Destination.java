package io.breakwater.workers.table;

/**
 * What a destination address means to us, as the value of a {@link PrefixTable}: a tenant's slot,
 * or one of our own kinds.
 *
 * <p>One lookup so decides between the tenant's way, decapsulation and the packets that are for
 * ourselves.
 */
public final class Destination {

  /** Nobody's. */
  public static final int NONE = 0;

  /** Slots of tenants are 1..{@link #TENANT_MAX}. */
  public static final int TENANT_MAX = 0xf_ffff;

  /** An own address of a port, or the broadcast address of its subnet, or a group we listen to. */
  public static final int OWN = 0x10_0000;

  /** An anycast endpoint: our end of GRE tunnels. */
  public static final int ENDPOINT = 0x10_0001;

  private Destination() {}

  public static boolean isTenant(int destination) {
    return destination > NONE && destination <= TENANT_MAX;
  }
}
