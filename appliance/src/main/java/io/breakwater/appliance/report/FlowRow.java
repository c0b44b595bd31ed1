package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * The way of one flow that comes in by one port.
 *
 * @param port by which it would come in
 * @param queue by which it is received; {@code any} where the driver decides in its own way
 * @param hash symmetric Toeplitz, in hexadecimal: of the inner flow if it is in a tunnel
 * @param worker that processes it; {@code any} where it is the receiving one, and that is not known
 * @param handedOver whether another worker has received it
 * @param tenant whose it is; empty: nobody's
 * @param tunnel that it leaves through, or has come out of; empty: none
 */
@JsonPropertyOrder({"port", "queue", "hash", "worker", "handed-over", "tenant", "tunnel"})
public record FlowRow(
    String port,
    String queue,
    String hash,
    String worker,
    @JsonProperty("handed-over") String handedOver,
    String tenant,
    String tunnel) {}
