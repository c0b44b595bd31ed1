package io.breakwater.config;

/**
 * What is taken at start and never grows.
 *
 * @param tenants most tenants, over all reloads live at one time
 * @param tunnels most tunnels of all tenants together
 * @param prefixes most prefixes of all tenants together
 * @param neighbours most entries of the neighbour table
 * @param packets packet buffers in the pool
 */
public record Limits(int tenants, int tunnels, int prefixes, int neighbours, int packets) {

  public static final Limits DEFAULT = new Limits(4_096, 16_384, 1_000_000, 4_096, 32_768);

  @Override
  public String toString() {
    return "tenants="
        + tenants
        + " tunnels="
        + tunnels
        + " prefixes="
        + prefixes
        + " neighbours="
        + neighbours
        + " packets="
        + packets;
  }
}
