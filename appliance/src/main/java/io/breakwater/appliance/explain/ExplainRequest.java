package io.breakwater.appliance.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.explain.packet.PacketSyntaxException;
import io.breakwater.appliance.explain.packet.PacketText;
import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/**
 * What is to be explained; also a request to the control socket, as JSON behind {@value #REQUEST}.
 *
 * @param port on which the packet arrives; null: the first
 * @param tenant whose its destination has to be; null: anybody's
 * @param packet a description ({@link PacketText}); null if {@code frame} is given
 * @param frame an Ethernet frame in hexadecimal
 * @param why whether to look for the smallest change that would flip the firewall's verdict
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"port", "tenant", "packet", "frame", "why"})
public record ExplainRequest(String port, String tenant, String packet, String frame, boolean why) {

  /** What stands before it in a request to the control socket. */
  public static final String REQUEST = "explain ";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final long SENDER_MAC = 0x02_00_00_00_00_01L;
  private static final int TAG = 0x8100;
  private static final int OUTER_TAG = 0x88a8;
  private static final int ADDRESSES_BYTES = 12;

  /** The line that asks an appliance. */
  public String line() {
    try {
      return REQUEST + MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads {@link #line}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ExplainRequest parse(String line) {
    try {
      return MAPPER.readValue(line.substring(REQUEST.length()), ExplainRequest.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a request: " + e.getOriginalMessage(), e);
    }
  }

  ExplainRequest withFrame(String frame) {
    return new ExplainRequest(port, tenant, packet, frame, why);
  }

  /**
   * @throws IllegalArgumentException if there is no such port
   */
  public int portIndex(Appliance configuration) {
    List<String> names = configuration.ports().stream().map(Port::name).toList();
    int index = port == null ? 0 : names.indexOf(port);
    if (index < 0) {
      throw new IllegalArgumentException(
          "--port must name a port of the configuration: port=%s ports=%s"
              .formatted(port, String.join(",", names)));
    }
    return index;
  }

  /** The bytes that arrive at the port. */
  byte[] frame(Port arrival, long portMac) {
    if (packet == null) {
      return hex(frame);
    }
    try {
      return frame(PacketText.bytes(packet), arrival, portMac);
    } catch (PacketSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A frame's bytes in hexadecimal, with blanks and colons where somebody likes them. */
  private static byte[] hex(String text) {
    try {
      return HexFormat.of().parseHex(text.replaceAll("[\\s:]", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--hex must be bytes in hexadecimal, of two digits each", e);
    }
  }

  /** As a neighbour would send it: to the port's address, with the port's tags. */
  private static byte[] frame(byte[] packet, Port arrival, long portMac) {
    List<Integer> vlans = arrival.vlanIds();
    int header = ADDRESSES_BYTES + 4 * vlans.size() + 2;
    ByteBuffer frame = ByteBuffer.allocate(header + packet.length);
    frame.putLong(portMac << 16 | SENDER_MAC >>> 32).putInt((int) SENDER_MAC);
    for (int tag = 0; tag < vlans.size(); tag++) {
      frame.putShort((short) (tag < vlans.size() - 1 ? OUTER_TAG : TAG));
      frame.putShort((short) (int) vlans.get(tag));
    }
    frame.putShort((short) (packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd));
    return frame.put(packet).array();
  }
}
