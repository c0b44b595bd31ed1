package io.breakwater.config.nft;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads a tenant's firewall in the language of nftables: what {@code nft -f} reads, without what a
 * stateless firewall cannot do.
 *
 * <p>Whatever the text is, the result is a firewall or problems with their places, never an
 * exception.
 */
public final class FirewallReader {

  private FirewallReader() {}

  /**
   * Reads a file and those it includes.
   *
   * @return empty if there is any problem
   */
  public static Optional<Firewall> read(Path file, Problems problems) {
    SourceFiles files = new SourceFiles();
    problems.open(file);
    try {
      return read(files.read(file), files, problems);
    } catch (SourceFiles.Unreadable e) {
      problems.add(Position.startOf(file), e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Reads a text that stands within another file.
   *
   * @param start where its first character stands; all its lines are indented alike
   * @return empty if there is any problem
   */
  public static Optional<Firewall> read(String text, Position start, Problems problems) {
    return read(Source.within(start, text), new SourceFiles(), problems);
  }

  private static Optional<Firewall> read(Source source, SourceFiles files, Problems problems) {
    int before = problems.count();
    Draft draft = new RulesetParser(source, files, problems).parse();
    Firewall firewall = new FirewallBuilder(draft, problems).build();
    files.lookedAt().forEach(problems::dependsOn);
    return problems.count() == before ? Optional.of(firewall) : Optional.empty();
  }
}
