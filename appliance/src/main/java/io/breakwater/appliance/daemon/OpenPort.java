package io.breakwater.appliance.daemon;

import io.breakwater.config.Port;

/**
 * A port of the configuration with the DPDK port that was opened for it.
 *
 * @param settings as at start: name, device and MTU never change while it runs
 * @param device owned by {@link OpenPorts}
 */
record OpenPort(Port settings, io.breakwater.dpdk.Port device) implements LinkWatch.Link {

  @Override
  public String port() {
    return settings.name();
  }

  @Override
  public String deviceName() {
    return settings.device();
  }

  @Override
  public boolean up() {
    return device.linkUp();
  }

  @Override
  public long speedMbps() {
    return device.linkSpeedMbps();
  }
}
