package io.breakwater.appliance.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * The appliance's control socket: who connects and sends a line gets its answer as JSON, and the
 * connection ends. Who sends nothing for a second, or ends its side, has asked for a {@value
 * #SNAPSHOT}.
 *
 * <p>Only the owner may connect: the directory is made with mode 0700 and the socket has 0600. One
 * thread serves one connection after the other; a client that reads slowly holds up other clients
 * and nothing else. All that a request can change is a mitigation: see {@code MitigationReport}.
 */
public final class ControlServer implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger("breakwater");
  private static final int BACKLOG = 16;

  /** The request for a snapshot. */
  public static final String SNAPSHOT = "snapshot";

  /** A frame of 9,000 bytes in hexadecimal, and some words. */
  private static final int REQUEST_BYTES_MAX = 64 << 10;

  private static final long REQUEST_TIMEOUT_MS = 1_000;

  /** What answers requests, on the socket's thread. */
  @FunctionalInterface
  public interface Answerer {
    String answer(String request) throws Exception;
  }

  private final Path path;
  private final ServerSocketChannel server;
  private final Answerer answerer;

  private ControlServer(Path path, ServerSocketChannel server, Answerer answerer) {
    this.path = path;
    this.server = server;
    this.answerer = answerer;
  }

  /**
   * Opens the socket and serves it on a thread of its own.
   *
   * @param answerer called on that thread, once for each connection
   * @throws IOException where the socket can't be made, or an appliance serves it already
   */
  public static ControlServer start(Path path, Answerer answerer) throws IOException {
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
    ControlServer control = new ControlServer(path, server, answerer);
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
        String answer = answerer.answer(request(client));
        ByteBuffer text = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
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

  /** What the client asks for: a line, or what has come of it when the time is over. */
  private static String request(SocketChannel client) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(REQUEST_BYTES_MAX);
    long endNs = System.nanoTime() + REQUEST_TIMEOUT_MS * 1_000_000;
    client.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      client.register(selector, SelectionKey.OP_READ);
      while (bytes.hasRemaining() && !endsLine(bytes)) {
        long leftMs = (endNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0 || selector.select(leftMs) > 0 && client.read(bytes) < 0) {
          break;
        }
        selector.selectedKeys().clear();
      }
    }
    client.configureBlocking(true);
    String line = text(bytes).strip();
    return line.isEmpty() ? SNAPSHOT : line;
  }

  private static boolean endsLine(ByteBuffer bytes) {
    return bytes.position() > 0 && bytes.get(bytes.position() - 1) == '\n';
  }

  private static String text(ByteBuffer bytes) {
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
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
