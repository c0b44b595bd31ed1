package io.breakwater.config.yaml;

import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** What the reading of one file shares: its name, and where problems and positions are noted. */
record Reading(Path file, Problems problems, Positions positions) {

  Position positionOf(Node node) {
    return positionOf(node.getStartMark());
  }

  /** YAML marks count from 0. */
  Position positionOf(Optional<Mark> mark) {
    return mark.map(m -> new Position(file, m.getLine() + 1, m.getColumn() + 1))
        .orElse(Position.startOf(file));
  }
}
