package io.breakwater.appliance.control;

import io.breakwater.appliance.CommandException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a running appliance, through its control socket. */
public final class ControlClient {

  private ControlClient() {}

  /**
   * Returns the snapshot's JSON.
   *
   * @throws CommandException where nobody answers
   */
  public static String snapshot(Path socket) {
    return ask(socket, ControlServer.SNAPSHOT);
  }

  /**
   * Returns the answer to a request, which is one line without its end.
   *
   * @throws CommandException where nobody answers
   */
  public static String ask(Path socket, String request) {
    // Ready before the server begins to wait for it: who says nothing has asked for a snapshot.
    ByteBuffer line = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      String text =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      if (text.isEmpty()) {
        throw CommandException.failure("the appliance is stopping: socket=" + socket);
      }
      return text;
    } catch (IOException | IllegalArgumentException e) {
      throw CommandException.failure(
          "no appliance answers: socket=%s reason=%s".formatted(socket, e.getMessage()), e);
    }
  }
}
