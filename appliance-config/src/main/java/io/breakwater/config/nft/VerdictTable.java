package io.breakwater.config.nft;

import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.nft.Expression.Element;
import io.breakwater.config.nft.Expression.VerdictSyntax;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The verdicts of a verdict map, each once and by number, as a million elements may share them. */
final class VerdictTable {

  private final RulesetNames names;
  private final int visible;
  private final Map<Verdict, Integer> numbers = new HashMap<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();

  /**
   * @param visible up to where chains are declared
   */
  VerdictTable(RulesetNames names, int visible) {
    this.names = names;
    this.visible = visible;
  }

  int number(Element element) {
    VerdictSyntax syntax =
        element
            .verdict()
            .orElseThrow(() ->
                Refusal.unexpected(element.data().orElseThrow().at(), "a verdict such as accept"));
    Verdict verdict = names.verdict(syntax, visible);
    return numbers.computeIfAbsent(
        verdict,
        v -> {
          verdicts.add(v);
          texts.add(show(syntax));
          return verdicts.size() - 1;
        });
  }

  /** The verdict of each element. */
  List<Verdict> verdicts(int[] numbers) {
    List<Verdict> result = new ArrayList<>(numbers.length);
    for (int number : numbers) {
      result.add(verdicts.get(number));
    }
    return result;
  }

  String show(int number) {
    return texts.get(number);
  }

  static String show(VerdictSyntax verdict) {
    return verdict.at().text() + verdict.chain().map(chain -> " " + chain.text()).orElse("");
  }
}
