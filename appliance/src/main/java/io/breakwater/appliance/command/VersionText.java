package io.breakwater.appliance.command;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the program, the JDK, and DPDK where it can be loaded. */
public final class VersionText implements IVersionProvider {

  /** The version in the jar's manifest; classes outside a jar have none. */
  public static String ofProgram() {
    String version = VersionText.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "breakwater " + ofProgram(),
      "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
