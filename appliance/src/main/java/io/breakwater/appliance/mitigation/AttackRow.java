package io.breakwater.appliance.mitigation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * An attack that lasts, as {@code show attacks} prints it.
 *
 * @param traffic the class: syn, tcp, udp, icmp, fragment, other
 * @param vector what it looks like in nft's terms; the class, as long as that is not known
 * @param peak packets a second
 * @param sources seen in samples: there are at least so many
 */
@JsonPropertyOrder({"id", "tenant", "class", "peak", "seconds", "sources", "vector"})
public record AttackRow(
    String id,
    String tenant,
    @JsonProperty("class") String traffic,
    String vector,
    long peak,
    long seconds,
    long sources) {}
