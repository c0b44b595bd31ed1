package io.breakwater.config.firewall;

import java.util.Arrays;
import java.util.List;

/**
 * A named map: {@code values.get(i)} is what element i of {@code keys} stands for.
 *
 * @param fieldBits the width of each field of a key
 */
public record ElementMap(
    ObjectName name,
    List<Integer> fieldBits,
    boolean intervals,
    Elements keys,
    Data data,
    Declaration declaration) {

  public ElementMap {
    fieldBits = List.copyOf(fieldBits);
  }

  /** One that is declared nowhere. */
  public ElementMap(
      ObjectName name, List<Integer> fieldBits, boolean intervals, Elements keys, Data data) {
    this(name, fieldBits, intervals, keys, data, Declaration.NONE);
  }

  /** What the elements of a map stand for, by their index. */
  public sealed interface Data {

    /** Of a verdict map. */
    record Verdicts(List<Verdict> verdicts) implements Data {

      public Verdicts {
        verdicts = List.copyOf(verdicts);
      }
    }

    /** Of a map to packet marks. The array is not copied, and nobody writes to it. */
    record Marks(int[] marks) implements Data {

      @Override
      public boolean equals(Object other) {
        return other instanceof Marks(int[] others) && Arrays.equals(marks, others);
      }

      @Override
      public int hashCode() {
        return Arrays.hashCode(marks);
      }
    }
  }
}
