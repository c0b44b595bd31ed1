package io.breakwater.perf.generator;

import java.util.List;

/**
 * The wire between the appliance's process and the generator's: two DPDK devices that see each
 * other. {@link Links} makes them.
 *
 * @param applianceDevice for {@code device:} in the configuration
 * @param generatorDevice for {@code --vdev} or {@code --allow} of the generator's EAL
 * @param generatorPci whether the generator's is a PCI address
 * @param ealOptions that a generator's process needs, beside a {@code --file-prefix} of its own and
 *     the amount of memory
 * @param applianceMac destination of every frame that the generator sends
 * @param generatorMac source of these frames, and the next hop of what the appliance sends
 * @param mtuBytesMax largest layer-3 packet that the devices can do
 */
public record Link(
    String applianceDevice,
    String generatorDevice,
    boolean generatorPci,
    List<String> ealOptions,
    long applianceMac,
    long generatorMac,
    int mtuBytesMax) {

  public Link {
    ealOptions = List.copyOf(ealOptions);
  }

  /** The same, once the appliance has said which address its port has. */
  Link withApplianceMac(long mac) {
    return new Link(
        applianceDevice, generatorDevice, generatorPci, ealOptions, mac, generatorMac, mtuBytesMax);
  }
}
