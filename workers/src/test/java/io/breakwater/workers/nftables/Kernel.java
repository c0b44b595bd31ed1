package io.breakwater.workers.nftables;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Linux kernel: {@code kernel.py} in a network namespace of its own, of which a ruleset and its
 * frames are asked at a time.
 */
final class Kernel implements Judge, AutoCloseable {

  private static final List<String> FILES = List.of("kernel.py", "libnftables.py", "nftnetlink.py");

  private final Process process;
  private final DataOutputStream requests;
  private final DataInputStream answers;

  private Kernel(Process process) throws IOException {
    this.process = process;
    requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 20));
    answers = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    answer();
  }

  /**
   * Starts it.
   *
   * @param directory for its files; it leaves nothing else behind
   * @return empty where that is not possible: it needs root, namespaces, Python, ip and nftables
   */
  static Optional<Kernel> start(Path directory) {
    try {
      for (String file : FILES) {
        try (InputStream in = Kernel.class.getResourceAsStream(file)) {
          Files.copy(in, directory.resolve(file));
        }
      }
      String script = directory.resolve("kernel.py").toString();
      Process process =
          new ProcessBuilder("unshare", "--net", "/usr/bin/python3", "-B", script)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return Optional.of(new Kernel(process));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Outcome judge(String ruleset, List<byte[]> frames) {
    try {
      byte[] text = ruleset.getBytes(StandardCharsets.UTF_8);
      requests.writeInt(text.length);
      requests.write(text);
      requests.writeInt(frames.size());
      for (byte[] frame : frames) {
        requests.writeShort(frame.length);
        requests.write(frame);
      }
      requests.flush();
      return outcome(answer());
    } catch (IOException e) {
      throw new UncheckedIOException("the kernel's side has ended: ruleset=" + ruleset, e);
    }
  }

  private String answer() throws IOException {
    return new String(answers.readNBytes(answers.readInt()), StandardCharsets.UTF_8);
  }

  private static Outcome outcome(String answer) {
    List<String> verdicts = new ArrayList<>();
    SortedMap<String, List<String>> counters = new TreeMap<>();
    for (String line : answer.lines().toList()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "refused" -> {
          return Outcome.refused(line.substring("refused ".length()));
        }
        case "packet" -> verdicts.add(line.substring("packet ".length()));
        default -> {
          String place = String.join(" ", words[0], words[1], words[2], words[3]);
          counters.computeIfAbsent(place, p -> new ArrayList<>()).add(words[4] + " " + words[5]);
        }
      }
    }
    return new Outcome(null, verdicts, counters);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
