package io.breakwater.workers.pipeline.firewall;

/** Adds up what the tables of one firewall take. */
final class FirewallBudget {

  /** Entries of one set of concatenations, after ranges became prefixes. */
  static final int KEY_ENTRIES_MAX = 4_194_304;

  /** Lookups that one set of concatenations may take. */
  static final int KEY_MASKS_MAX = 256;

  private long tableBytes;
  private String largestTable = "";
  private long largestBytes;

  void table(String name, long bytes) {
    tableBytes += bytes;
    if (bytes > largestBytes) {
      largestBytes = bytes;
      largestTable = name;
    }
  }

  long tableBytes() {
    return tableBytes;
  }

  /** The name of the table that takes most. */
  String largestTable() {
    return largestTable;
  }
}
