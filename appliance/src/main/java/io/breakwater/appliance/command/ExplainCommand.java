package io.breakwater.appliance.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.capture.CaptureException;
import io.breakwater.appliance.capture.CaptureReader;
import io.breakwater.appliance.explain.ExplainRequest;
import io.breakwater.appliance.explain.Explanation;
import io.breakwater.appliance.explain.ExplanationText;
import io.breakwater.appliance.explain.FileExplainer;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.config.Appliance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: a packet's way through the packet path, stage by stage. */
@Command(
    name = "explain",
    description = {
      "Tell a packet's way through the appliance, stage by stage, and the bytes sent.",
      "With -c it goes through the packet path of this command, as in a replay: no NIC, all"
          + " tunnels healthy, all rates unused. Without -c the running appliance is asked, with"
          + " the configuration and the tunnels' health it has now; nothing is sent or counted.",
      "A packet is 'SOURCE > DESTINATION [PROTOCOL] [WORDS]', in quotes because of the >:",
      "  '198.51.100.9:4242 > 203.0.113.100:21 tcp syn mss 1460'",
      "  '[2001:db8::7]:53 > [2001:db8:acc::9]:5353 udp payload 100 ttl 3'",
      "  '198.51.100.9 > 203.0.113.100 icmp destination-unreachable code port-unreachable'",
      "Words of any packet: ttl N, dscp NAME, ecn NAME, length BYTES, payload BYTES, data HEX,"
          + " frag OFFSET, mf; of IPv4: id N, df; of IPv6: flowlabel N. Of tcp: flags such as syn"
          + " or syn,ack (without any: syn), seq N, ackseq N, window N, urgptr N, mss N, wscale N,"
          + " sack-perm, timestamp VALUE,ECHO. Of icmp and icmpv6: a type (without: echo-request),"
          + " code V, id N, seq N. Any other protocol: proto NAME or NUMBER."
    })
public final class ExplainCommand implements Callable<Integer> {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Spec private CommandSpec spec;

  @Mixin private ApplianceOption appliance;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration's main file, instead of the running appliance.")
  private Path file;

  @Parameters(paramLabel = "PACKET", arity = "0..1", description = "A packet by its description.")
  private String packet;

  @Option(
      names = "--hex",
      paramLabel = "FRAME",
      description = "An Ethernet frame in hexadecimal, instead of a description.")
  private String hex;

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = {
        "A frame of a capture, instead of a description. With -c those before it go the same way"
            + " first, as in a replay of the capture."
      })
  private Path capture;

  @Option(
      names = "--packet",
      paramLabel = "N",
      defaultValue = "1",
      description = "Which frame of the capture, from ${DEFAULT-VALUE}.")
  private long number;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose the destination has to be; by default whoever's it is.")
  private String tenant;

  @Option(
      names = "--port",
      paramLabel = "NAME",
      description = "The port on which the packet arrives; by default the first.")
  private String port;

  @Option(
      names = "--why",
      description = "Look for the smallest change that would flip the firewall's verdict.")
  private boolean why;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    check();
    try {
      Optional<Explanation> explanation = file == null ? ofRunning() : ofFiles();
      explanation.ifPresent(this::print);
      return explanation.isPresent() ? ExitStatus.DONE : ExitStatus.WRONG_INPUT;
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongInput(e.getMessage(), e);
    } catch (CaptureException e) {
      throw CommandException.wrongInput(e.getMessage(), e);
    } catch (IOException e) {
      throw CommandException.failure("reading failed: " + e, e);
    }
  }

  private void check() {
    long sources = Arrays.asList(packet, hex, capture).stream().filter(s -> s != null).count();
    if (sources != 1) {
      throw CommandException.wrongInput(
          "one packet is needed: a description such as"
              + " '198.51.100.9:4242 > 203.0.113.100:21 tcp syn', or --hex, or --pcap");
    }
    if (file != null && appliance.isGiven()) {
      throw CommandException.wrongInput(
          "-c is for a configuration's files, --name and --socket are for a running appliance");
    }
    if (number < 1) {
      throw CommandException.wrongInput("--packet counts from 1: packet=" + number);
    }
  }

  private Optional<Explanation> ofFiles() throws IOException {
    Optional<Appliance> configuration = ConfigurationOption.load(file, spec.commandLine().getErr());
    if (configuration.isEmpty()) {
      return Optional.empty();
    }
    var replay = new FileExplainer(configuration.get());
    return Optional.of(
        capture == null
            ? replay.explain(request(hex))
            : replay.explain(request(null), capture, number));
  }

  private Optional<Explanation> ofRunning() throws IOException {
    String frame = capture == null ? hex : frameOfCapture();
    JsonNode answer = appliance.ask(request(frame).line());
    try {
      return Optional.of(MAPPER.treeToValue(answer, Explanation.class));
    } catch (JsonProcessingException e) {
      throw CommandException.failure("not an answer of an appliance: " + e.getMessage(), e);
    }
  }

  private ExplainRequest request(String frame) {
    return new ExplainRequest(port, tenant, packet, frame, why);
  }

  private String frameOfCapture() throws IOException {
    try (CaptureReader reader = CaptureReader.open(capture)) {
      for (long i = 0; i < number; i++) {
        if (!reader.next()) {
          throw new IllegalArgumentException(FileExplainer.tooFew(capture, i, number));
        }
      }
      return HexFormat.of().formatHex(reader.frame(), 0, reader.length());
    }
  }

  private void print(Explanation explanation) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonOutput.text(explanation) : ExplanationText.of(explanation));
    out.flush();
  }
}
