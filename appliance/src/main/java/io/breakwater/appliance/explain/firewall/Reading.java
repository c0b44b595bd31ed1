package io.breakwater.appliance.explain.firewall;

/**
 * What a packet has in a field: an unsigned number of up to 128 bits, or nothing.
 *
 * @param absence why there is nothing, as the rest of a sentence after "the packet"; empty if there
 *     is a value
 */
record Reading(long high, long low, String absence) {

  static Reading of(long value) {
    return new Reading(0, value, "");
  }

  static Reading absent(String why) {
    return new Reading(0, 0, why);
  }

  boolean isPresent() {
    return absence.isEmpty();
  }

  Reading masked(long maskHigh, long maskLow) {
    return new Reading(high & maskHigh, low & maskLow, absence);
  }
}
