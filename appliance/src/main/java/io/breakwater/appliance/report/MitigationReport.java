package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.appliance.mitigation.AttackRow;
import io.breakwater.appliance.mitigation.AttackWatch;
import io.breakwater.appliance.mitigation.MitigationRow;
import io.breakwater.appliance.mitigation.Mitigations;
import java.util.List;

/**
 * Attacks that last, and rules against attacks: what {@code show attacks} and {@code show
 * mitigations} print.
 */
@JsonPropertyOrder({"attacks", "mitigations"})
public record MitigationReport(List<AttackRow> attacks, List<MitigationRow> mitigations) {

  /** What a request to the control socket begins with. */
  public static final String REQUEST = "mitigation ";

  /** The request for the report. */
  public static final String LIST = REQUEST + "list";

  private static final String PIN = "pin ";
  private static final String RELEASE = "release ";

  /**
   * Answers a request: the report, or the rule that was pinned or released. Control thread only.
   *
   * @param words of the request behind {@link #REQUEST}
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Object answer(
      String words, AttackWatch attacks, Mitigations mitigations, long nowNs) {
    if (words.startsWith(PIN)) {
      return mitigations.pin(words.substring(PIN.length()).strip());
    }
    if (words.startsWith(RELEASE)) {
      return mitigations.release(words.substring(RELEASE.length()).strip(), nowNs);
    }
    return new MitigationReport(attacks.rows(), mitigations.rows());
  }
}
