package io.breakwater.appliance.journal;

/**
 * Silences what Chronicle does beside keeping a queue: banner and disk-space watcher thread.
 *
 * <p>The library reads these system properties once, in static initialisers, so {@link #apply} must
 * run before any of its classes is used: {@link JournalWriter} and {@link JournalReader} do. A
 * property that the operator has set is left alone.
 */
final class ChronicleSettings {

  private ChronicleSettings() {}

  static void apply() {
    setUnlessSet("chronicle.announcer.disable", "true");
    setUnlessSet("chronicle.disk.monitor.disable", "true");
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
