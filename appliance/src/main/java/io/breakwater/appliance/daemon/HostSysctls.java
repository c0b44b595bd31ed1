package io.breakwater.appliance.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's settings of a host interface: addresses and routes come from the configuration and
 * the routing daemon, not from whoever is on the link.
 */
final class HostSysctls {

  private static final Path NET = Path.of("/proc/sys/net");

  private record Setting(String family, String key, String value) {}

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting("ipv6", "disable_ipv6", "0"),
          new Setting("ipv6", "accept_ra", "0"),
          new Setting("ipv6", "accept_redirects", "0"),
          new Setting("ipv4", "accept_redirects", "0"));

  private HostSysctls() {}

  /** Whether the kernel has an interface of this name. */
  static boolean exists(String device) {
    return Files.exists(NET.resolve("ipv4/conf").resolve(device));
  }

  /** Whether the kernel does IPv6 at all. */
  static boolean hasIpv6() {
    return Files.exists(NET.resolve("ipv6/conf"));
  }

  /**
   * Sets what is not so yet.
   *
   * @return what could not be set, as {@code sysctl} writes it: /proc/sys may be read-only
   */
  static List<String> set(String device) {
    List<String> failed = new ArrayList<>();
    for (Setting setting : SETTINGS) {
      Path file = NET.resolve(setting.family).resolve("conf").resolve(device).resolve(setting.key);
      try {
        if (Files.exists(file) && !Files.readString(file).strip().equals(setting.value)) {
          Files.writeString(file, setting.value);
        }
      } catch (IOException e) {
        failed.add(
            "net.%s.conf.%s.%s=%s".formatted(setting.family, device, setting.key, setting.value));
      }
    }
    return failed;
  }
}
