package io.breakwater.perf.stall;

/** Whose loop is polled. */
public enum StallSide {
  /** The C reference: what it shows is the machine's own noise. */
  REFERENCE("C", "c"),
  /** The appliance's worker in its steady state. */
  STEADY("Java", "java"),
  /** The same while all tenants are reloaded once a second. */
  RELOADING("Java, reloading", "reloading");

  private final String label;
  private final String style;

  StallSide(String label, String style) {
    this.label = label;
    this.style = style;
  }

  public String label() {
    return label;
  }

  /** Its class in the page's style sheet. */
  String style() {
    return style;
  }
}
