package io.breakwater.appliance.explain;

/** What is known of tunnels' health, by their slots. */
public interface TunnelStates {

  /** Nothing: as at the start, and in a replay. */
  TunnelStates UNKNOWN =
      new TunnelStates() {
        @Override
        public String stateName(int tunnel) {
          return "not-probed";
        }

        @Override
        public int penalty(int tunnel) {
          return 0;
        }
      };

  /** As {@code show tunnels} prints it. */
  String stateName(int tunnel);

  /** What it adds to the priority. */
  int penalty(int tunnel);
}
