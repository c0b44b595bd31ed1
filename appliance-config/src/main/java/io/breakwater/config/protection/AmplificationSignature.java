package io.breakwater.config.protection;

import java.util.List;

/**
 * How the answers of a service are known that attackers abuse: one row of the catalogue.
 *
 * @param name of the configuration and of reports: "dns"
 * @param meaning a sentence for operators, with the source
 * @param protocol of IP: 17, or 6
 * @param sourcePort of what comes in; 1..65535
 * @param payloadMinBytes behind the transport header; 0: any
 * @param matches all of them must hold; of bytes that are there
 */
public record AmplificationSignature(
    String name,
    String meaning,
    int protocol,
    int sourcePort,
    int payloadMinBytes,
    List<PayloadMatch> matches) {

  public AmplificationSignature {
    matches = List.copyOf(matches);
  }

  /**
   * Some bytes of the payload under a mask.
   *
   * @param offset from the end of the transport header, 0..63
   * @param bytes 1..8
   * @param mask of so many bytes, in network byte order, right-aligned
   * @param value within the mask
   */
  public record PayloadMatch(int offset, int bytes, long mask, long value) {}
}
