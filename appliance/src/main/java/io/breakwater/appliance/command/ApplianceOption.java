package io.breakwater.appliance.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.control.ControlClient;
import io.breakwater.appliance.control.ControlSocketPath;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which running appliance is asked: the only one, unless it is said. */
public final class ApplianceOption {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The appliance's name; needed where several run.")
  private String name;

  @Option(names = "--socket", paramLabel = "PATH", description = "The control socket itself.")
  private Path socket;

  /** Whether one was named. */
  boolean isGiven() {
    return name != null || socket != null;
  }

  /**
   * What the appliance answers.
   *
   * @throws CommandException if nobody does, or with what it finds wrong with the request
   */
  JsonNode ask(String request) {
    Path path = socket;
    if (path == null) {
      path = name == null ? ControlSocketPath.ofTheOnly() : ControlSocketPath.of(name);
    }
    try {
      JsonNode answer = MAPPER.readTree(ControlClient.ask(path, request));
      if (answer.has("error")) {
        throw CommandException.wrongInput(answer.get("error").asText());
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw CommandException.failure("not an answer of an appliance: socket=" + path, e);
    }
  }
}
