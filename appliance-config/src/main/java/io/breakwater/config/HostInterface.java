package io.breakwater.config;

/**
 * The kernel's side of a port: a TAP interface that carries the port's addresses.
 *
 * @param name of the interface, as {@code ip link} shows it
 * @param endpoints whether it carries the anycast endpoints too, as host addresses: what comes for
 *     them and is no tunnel's is the kernel's then
 */
public record HostInterface(String name, boolean endpoints) {

  @Override
  public String toString() {
    return endpoints ? name + " with endpoints" : name;
  }
}
