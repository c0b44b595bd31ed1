package io.breakwater.workers.nftables;

import io.breakwater.workers.Frames;
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
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;

/**
 * The Linux kernel: {@code kernel.py} in a network namespace of its own, of which a ruleset and its
 * frames are asked at a time.
 */
final class Kernel implements Judge, AutoCloseable {

  private static final List<String> FILES = List.of("kernel.py", "libnftables.py", "nftnetlink.py");

  private static final String WANTED = "needs root, unshare, /usr/bin/python3, ip and nft";
  private static final String PROBE = "nft list ruleset && ip link && /usr/bin/python3 -c ''";

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
   * Starts it; where that is not possible the test that called is skipped.
   *
   * @param directory for its files; it leaves nothing else behind
   */
  static Kernel startOrSkip(Path directory) {
    try {
      boolean possible = isPossible();
      if (!possible) {
        System.err.println("SKIPPED: no comparison with the kernel's nftables: it " + WANTED);
      }
      Assumptions.assumeTrue(possible, WANTED);
      return start(directory);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the kernel's side does not start", e);
    }
  }

  private static boolean isPossible() throws IOException, InterruptedException {
    try {
      Process probe =
          new ProcessBuilder("unshare", "--net", "sh", "-c", PROBE)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static Kernel start(Path directory) throws IOException {
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
    return new Kernel(process);
  }

  /**
   * Whether it takes what is in a fragment other than the first for a transport header. Kernels do,
   * for fields of 1, 2 and 4 bytes, that lack "netfilter: nf_tables: skip L4 header parsing for
   * non-first fragments" (netfilter-devel, 1 May 2026).
   */
  boolean looksIntoLaterFragments() {
    String ruleset =
        """
        table inet t {
          chain c {
            type filter hook prerouting priority 0; policy accept;
            udp dport 80 counter drop
          }
        }
        """;
    byte[] fragment =
        Frames.ethernet("02:00:00:00:00:02", "02:00:5e:00:00:01")
            .ipv4("10.1.0.1", "203.0.113.9")
            .flagsAndOffset(1)
            .udp(5, 80)
            .bytes();
    return judge(ruleset, List.of(fragment)).count("dropped") > 0;
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
