package io.breakwater.appliance.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The appliance's control socket: who connects gets a snapshot as JSON, and the connection ends.
 *
 * <p>Only the owner may connect: the directory is made with mode 0700 and the socket has 0600. One
 * thread serves one connection after the other; a client that reads slowly holds up other clients
 * and nothing else. The socket says nothing that changes the appliance.
 */
public final class ControlServer implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger("breakwater");
  private static final int BACKLOG = 16;

  private final Path path;
  private final ServerSocketChannel server;
  private final Callable<String> snapshot;

  private ControlServer(Path path, ServerSocketChannel server, Callable<String> snapshot) {
    this.path = path;
    this.server = server;
    this.snapshot = snapshot;
  }

  /**
   * Opens the socket and serves it on a thread of its own.
   *
   * @param snapshot called on that thread, once for each connection
   * @throws IOException where the socket can't be made, or an appliance serves it already
   */
  public static ControlServer start(Path path, Callable<String> snapshot) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent().getParent());
    if (!Files.isDirectory(path.toAbsolutePath().getParent())) {
      Files.createDirectory(
          path.toAbsolutePath().getParent(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    removeStale(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    ControlServer control = new ControlServer(path, server, snapshot);
    Thread.ofPlatform().daemon().name("control-socket").start(control::serve);
    return control;
  }

  /** A killed process leaves its socket behind; one that is answered belongs to somebody. */
  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try {
      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    } catch (ConnectException e) {
      Files.deleteIfExists(path);
      return;
    }
    throw new IOException("another appliance of this name serves the socket: socket=" + path);
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        ByteBuffer text = ByteBuffer.wrap(snapshot.call().getBytes(StandardCharsets.UTF_8));
        while (text.hasRemaining()) {
          client.write(text);
        }
      } catch (AsynchronousCloseException e) {
        return;
      } catch (Exception e) {
        // A client that has gone, or an appliance that is stopping: nobody is left to tell.
        LOG.debug("control socket", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.debug("control socket", e);
    }
  }
}
