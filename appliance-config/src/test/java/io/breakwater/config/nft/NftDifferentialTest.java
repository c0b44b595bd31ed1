package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random rulesets through the real nft and kernel, in a network namespace, and through our reader:
 * both accept or both refuse, and a rule that is accepted has the text that {@code nft list
 * ruleset} prints. Needs root and nft; without them it is skipped, and says so.
 */
class NftDifferentialTest {

  private static final int RULESETS =
      Integer.parseInt(System.getenv().getOrDefault("NFT_RULESETS", "300"));

  /**
   * What we print as it was written: raw payload and th, of which nft finds out what they are;
   * matches that it leaves out before a TCP option or reset and around meta protocol though they
   * say something; sets of families and protocols, sets of flags, and flags beside the window,
   * whose order is that of a little-endian machine.
   */
  private static final Pattern PRINTED_OTHERWISE =
      Pattern.compile(
          "@[nt]h|\\bth |tcp option|meta protocol|tcp flags (!= )?\\{|tcp window|nfproto.* tcp reset|proto(col)? \\{");

  /** Loads each file into an empty ruleset and prints what came of it. */
  private static final String SCRIPT =
      """
      for f in "$1"/*.nft; do
        nft flush ruleset
        echo "=== $f"
        if nft -f "$f" 2>"$f.err"; then nft -s list ruleset; else echo REFUSED; head -1 "$f.err"; fi
      done
      """;

  @TempDir Path directory;

  @Test
  void shouldAcceptAndPrintWhatNftDoes() throws IOException, InterruptedException {
    assumeNft();
    long seed = RandomRuleset.seed();
    System.out.println("NftDifferentialTest: NFT_SEED=" + seed);
    RandomRuleset generator = new RandomRuleset(new Random(seed));
    List<String> rulesets = new ArrayList<>();
    for (int i = 0; i < RULESETS; i++) {
      rulesets.add(generator.ruleset());
      Files.writeString(directory.resolve(String.format("%06d.nft", i)), rulesets.get(i));
    }
    List<String> theirs =
        List.of(run("unshare", "-n", "sh", "-c", SCRIPT, "sh", directory + "").split("=== .*\n"));
    assertEquals(RULESETS + 1, theirs.size());
    int accepted = 0;
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < RULESETS; i++) {
      String their = theirs.get(i + 1);
      accepted += their.startsWith("REFUSED") ? 0 : 1;
      difference(rulesets.get(i), their).ifPresent(differences::add);
    }
    System.out.println("NftDifferentialTest: nft accepted " + accepted + " of " + RULESETS);
    assertTrue(accepted > RULESETS / 10 && accepted < RULESETS, "the corpus proves little");
    assertEquals(List.of(), differences, "seed=" + seed);
  }

  private static Optional<String> difference(String ruleset, String their) {
    Problems problems = new Problems();
    Optional<Firewall> ours =
        FirewallReader.read(ruleset, Position.startOf(Path.of("x.nft")), problems);
    List<String> lines = ruleset.lines().toList();
    String rule = lines.get(lines.size() - 3).strip();
    if (their.startsWith("REFUSED")) {
      return ours.isEmpty()
          ? Optional.empty()
          : Optional.of("only we accept: " + rule + "\n  " + their.strip());
    }
    if (ours.isEmpty()) {
      return Optional.of(
          "only nft accepts: "
              + rule
              + "\n  "
              + problems.all().stream().map(Problem::toString).collect(Collectors.joining("; ")));
    }
    String text = ours.get().rules().stream().map(Rule::text).collect(Collectors.joining("\n"));
    String listed =
        their
            .substring(their.indexOf("policy accept;") + "policy accept;".length())
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.equals("}"))
            .collect(Collectors.joining("\n"));
    // Neighbouring fields that are compared for equality are merged, in the order of the header.
    return words(text).equals(words(listed)) || PRINTED_OTHERWISE.matcher(rule).find()
        ? Optional.empty()
        : Optional.of("nft prints: " + listed + "\n  we print:  " + text);
  }

  private static List<String> words(String text) {
    return Stream.of(text.split(" ")).sorted().toList();
  }

  private static void assumeNft() throws InterruptedException {
    boolean there;
    try {
      there = run("unshare", "-n", "nft", "list", "ruleset").isEmpty();
    } catch (IOException e) {
      there = false;
    }
    if (!there) {
      System.err.println("NftDifferentialTest: SKIPPED: needs root, unshare and nft");
    }
    Assumptions.assumeTrue(there, "needs root, unshare and nft");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(10, TimeUnit.MINUTES));
    return output;
  }
}
