package io.breakwater.appliance.daemon;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code ip} of iproute2, which tells the kernel what its side of a port is like. One
 * process for a batch of commands; a few milliseconds.
 */
final class IpCommand {

  private static final long TIMEOUT_S = 10;

  private IpCommand() {}

  /**
   * Runs all commands, also those behind one that fails.
   *
   * @param commands such as {@code link set dev bw0 up}
   * @throws IOException saying what the first failure was
   */
  static void run(List<String> commands) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder("ip", "-force", "-batch", "-").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException("the command ip is missing: install iproute2", e);
    }
    try {
      try (Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
        for (String command : commands) {
          in.write(command + "\n");
        }
      }
      if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the command ip does not end: commands=" + commands);
      }
      if (process.exitValue() != 0) {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException("ip: " + said.lines().findFirst().orElse("no reason given"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
