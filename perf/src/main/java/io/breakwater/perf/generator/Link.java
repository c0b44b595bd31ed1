package io.breakwater.perf.generator;

import java.util.List;

/**
 * The wire between the appliance's process and the generator's: two DPDK devices that see each
 * other.
 *
 * @param applianceDevice for {@code device:} in the configuration
 * @param generatorDevice for {@code --vdev} or {@code --allow} of the generator's EAL
 * @param generatorPci whether the generator's is a PCI address
 * @param ealOptions that both processes need
 */
public record Link(
    String applianceDevice,
    String generatorDevice,
    boolean generatorPci,
    List<String> ealOptions) {}
