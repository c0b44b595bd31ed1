package io.breakwater.config.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * What an unknown key was probably meant to be: the known key at the smallest edit distance
 * (Levenshtein), if it is close enough to be a slip.
 */
public final class NearestKey {

  /** No known key is longer; of something longer there is no nearest key worth computing. */
  private static final int LENGTH_MAX = 32;

  private NearestKey() {}

  /** The nearest of {@code knownKeys}, if any is near. */
  public static Optional<String> of(String key, Collection<String> knownKeys) {
    if (key.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    return knownKeys.stream()
        .filter(known -> distance(key, known) <= Math.max(1, known.length() / 3))
        .min(Comparator.comparingInt(known -> distance(key, known)));
  }

  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, Math.min(row[j - 1], previous[j]) + 1);
      }
      previous = row;
    }
    return previous[b.length()];
  }
}
