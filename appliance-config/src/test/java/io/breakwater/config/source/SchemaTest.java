package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.source.ConfigurationSchemas.Key;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schemas for editors say what the reader does: the same keys, the same bounds, the same
 * defaults. A document is JSON, which is YAML, so both judge the very same text.
 */
class SchemaTest {

  /** A right document in which every key stands that may. */
  private static final String DOCUMENT =
"""
      {"appliance": "edge-1",
       "workers": {"cores": [2], "distribution": "software"},
       "ports": [{"name": "uplink", "device": "net_null0", "mtu": 1500, "vlan": [100, 200],
         "addresses": ["192.0.2.2/24"],
         "gateways": [{"address": "192.0.2.1", "mac": "02:00:5e:00:00:01",
           "routes": ["0.0.0.0/0"]}], "host": {"interface": "bw-uplink", "endpoints": true}}],
       "anycast": {"endpoints": ["198.51.100.1"]},
       "syn-cookies": {"secret": "cookie.secret"},
       "bogons": "pass",
       "limits": {"tenants": 10, "tunnels": 10, "prefixes": 10, "neighbours": 16, "packets": 2048},
       "host-limits": {"control": "1/second", "control-new": "2/second", "management": "3/second",
         "management-new": "4/second", "icmp": "5/second", "neighbour": "6/second",
         "other": "9999999/second"},
       "firewall-limits": {"rules": 100, "elements": 200, "memory": "16MiB", "cycles": 5000},
       "journal": {"directory": "journal", "size": "16MiB"},
       "tenants": {"acme": {"prefixes": ["203.0.113.0/24"], "egress": true,
         "protection": {
           "syn-flood": {"mode": "reset", "when": "always", "threshold": "8000/second",
             "destination-threshold": "10/second", "completion": "40%", "hold": "1m",
             "exceptions": [{"prefix": "203.0.113.0/25", "ports": [25, "80-81"], "mode": "reset"}]},
           "tcp-state": {"mode": "enforce", "when": "always"},
           "checks": {"tcp-flags": "off", "tiny-fragments": "off", "overlapping-fragments": "off",
             "source-port-zero": "off", "own-source": "observe"},
           "amplification": {"default": "limit", "dns": "drop", "limit": "7/second"},
           "rates": {"syn": "1/second", "tcp": "2/second", "udp": "3/second", "icmp": "4/second",
             "fragments": "5/second", "other": "6/second", "source": "1000000000/second"},
           "automatic": "enforce"},
         "tunnels": [{"name": "one", "local": "198.51.100.1", "remote": "192.0.2.200",
           "priority": 1, "weight": 2, "key": 3, "mtu": 1400,
           "mss": 1300, "fragment": "outer",
            "checksum": true, "ttl": 63, "dscp": 46, "ecn": "off",
           "health": {"probe": "reply", "rate": "low", "target": "9.9.9.9", "timeout": "2s"}}]}}}
""";

  /**
   * What the reader refuses and no schema can: rules between values, and arithmetic on addresses.
   */
  private static final Pattern BEYOND_SCHEMAS =
      Pattern.compile(
          "duplicate|is exceeded|not an anycast endpoint|is our own address|would loop|covers the"
              + "|overlaps|gateway is|the (network|broadcast) address|host bits are set"
              + "|not a unicast|prefix length must be at least|link-local prefix|not a subnet"
              + "|not the Ethernet address of one host|must be at least 1280|must be of (the gateway|local)'s family"
              + "|no such directory|not an IPv4 or IPv6 address: [0-9a-fA-F:.]*:"
              + "|(size|memory|hold): must be in|ports: (ports are|the range is reversed)|no such file"
              + "|inside one of the tenant's prefixes|must be at most threshold"
              + "|sends cookies|tunnels may have one priority");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "1.5",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"X\"",
          "\"1\"",
          "\"auto\"",
          "\"off\"",
          "\"inner\"",
          "535",
          "536",
          "8960",
          "8961",
          "\"pass\"",
          "\"drop\"",
          "\"limit\"",
          "\"enforce\"",
          "\"attack\"",
          "\"challenge\"",
          "20000",
          "\"1/second\"",
          "\"1000000001/second\"",
          "\"0/second\"",
          "\"0%\"",
          "\"101%\"",
          "\"2h\"",
          "\"0s\"",
          "\"1-65536\"",
          "\"2-1\"",
          "65536",
          "\"reply\"",
          "\"high\"",
          "\"10.0.0.1\"",
          "\"10.0.0.256\"",
          "\"010.0.0.1\"",
          "\"10.0.0.0/8\"",
          "\"10.0.0.0/33\"",
          "\"10.0.0.0/08\"",
          "\"10.0.0.0/\"",
          "\"2001:db8::1\"",
          "\"2001:db8::/32\"",
          "\"2001:db8::/129\"",
          "\"::/0\"",
          "\"02:00:00:00:00:01\"",
          "\"02:00:00:00:00\"",
          "\"256MiB\"",
          "\"256MB\"",
          "\"0MiB\"",
          "\"1000000MiB\"",
          "\"a b\"",
          "\"a-b\"",
          "\"-a\"",
          "[]",
          "[1]",
          "[1, 1]",
          "[1, 2]",
          "[1, 2, 3]",
          "[\"x\"]",
          "[[]]",
          "{}",
          "{\"x\": 1}",
          "[{}]",
          "[null]");

  private final ConfigurationSchemas schemas = new ConfigurationSchemas();
  @TempDir Path directory;
  private ConfigurationDirectory files;

  @BeforeEach
  void start() {
    files = new ConfigurationDirectory(directory);
  }

  private static ObjectNode document() {
    return (ObjectNode) ConfigurationSchemas.JSON.readTree(DOCUMENT);
  }

  private List<String> problems(JsonNode document) {
    return files.main(document.toString()).problems();
  }

  @Test
  void shouldBothAcceptTheDocumentWithEveryKey() {
    assertEquals(List.of(), problems(document()));
    assertTrue(schemas.accepts(document()));
  }

  /** The reader lists its keys when it meets one that resembles none. */
  @Test
  void shouldKnowTheSameKeys() {
    Pattern known = Pattern.compile("unknown key zzzzzzzz: known keys are (.*)");
    List<Key> mappings = schemas.mappings();
    assertEquals(21, mappings.size(), "a new kind of mapping needs a place in DOCUMENT");
    for (Key mapping : mappings) {
      ObjectNode document = document();
      ((ObjectNode) document.at(mapping.pointer())).put("zzzzzzzz", 1);
      String problem = String.join("\n", problems(document));
      Matcher matcher = known.matcher(problem);
      assertTrue(matcher.find(), () -> mapping.pointer() + ": " + problem);
      assertEquals(
          knownKeys(mapping.schema()),
          new TreeSet<>(List.of(matcher.group(1).split(", "))),
          mapping.pointer());
      assertTrue(!schemas.accepts(document), mapping.pointer());
    }
  }

  /** Those of the schema; where names of a catalogue are keys, all of them are listed. */
  private static TreeSet<String> knownKeys(JsonNode mapping) {
    TreeSet<String> keys = new TreeSet<>(mapping.get("properties").propertyNames());
    if (mapping.has("propertyNames")) {
      mapping.get("propertyNames").get("enum").forEach(name -> keys.add(name.asString()));
    }
    return keys;
  }

  @Test
  void shouldHaveTheSameBoundsOfNumbers() {
    int numbers = 0;
    for (Key key : schemas.keys()) {
      if (key.schema().has("maximum")) {
        numbers++;
        long min = key.schema().get("minimum").asLong();
        long max = key.schema().get("maximum").asLong();
        for (long value : new long[] {min - 1, min, max, max + 1}) {
          ObjectNode document = document();
          parent(document, key).put(key.name(), value);
          boolean inside = value >= min && value <= max;
          String range = key.name() + ": must be an integer in " + min + ".." + max;
          String said = key.pointer() + "=" + value + " " + problems(document);
          assertEquals(inside, schemas.accepts(document), said);
          assertEquals(!inside, said.contains(range), said);
        }
      }
    }
    assertEquals(14, numbers);
  }

  @Test
  void shouldHaveTheSameDefaults() {
    int defaults = 0;
    for (Key key : schemas.keys()) {
      if (key.schema().has("default")) {
        defaults++;
        ObjectNode without = document();
        ((ObjectNode) without.at("/ports/0")).putArray("gateways");
        ObjectNode written = without.deepCopy();
        parent(without, key).remove(key.name());
        parent(written, key).set(key.name(), key.schema().get("default"));
        assertEquals(
            files.main(without.toString()).load(),
            files.main(written.toString()).load(),
            key.pointer());
      }
    }
    assertEquals(51, defaults);
  }

  @Test
  void shouldRequireTheSameKeys() {
    for (Key key : schemas.keys()) {
      ObjectNode document = document();
      parent(document, key).remove(key.name());
      assertJudgedAlike(key.pointer() + " removed", document);
    }
  }

  @Test
  void shouldJudgeEveryValueAlike() {
    for (Key key : schemas.keys()) {
      for (String value : VALUES) {
        ObjectNode document = document();
        parent(document, key).set(key.name(), ConfigurationSchemas.JSON.readTree(value));
        assertJudgedAlike(key.pointer() + " = " + value, document);
        JsonNode list = document().at(key.pointer());
        if (list instanceof ArrayNode) {
          ObjectNode other = document();
          ((ArrayNode) other.at(key.pointer())).set(0, ConfigurationSchemas.JSON.readTree(value));
          assertJudgedAlike(key.pointer() + "[0] = " + value, other);
        }
      }
    }
  }

  /** What the schema refuses the reader refuses; what only the reader refuses is beyond schemas. */
  private void assertJudgedAlike(String change, ObjectNode document) {
    List<String> problems = problems(document);
    if (!schemas.accepts(document)) {
      assertTrue(!problems.isEmpty(), () -> "only the schema refuses: " + change);
    } else {
      List<String> expressible = new ArrayList<>(problems);
      expressible.removeIf(problem -> BEYOND_SCHEMAS.matcher(problem).find());
      assertEquals(List.of(), expressible, () -> "only the reader refuses: " + change);
    }
  }

  @Test
  void shouldJudgeTenantsNamesAlike() {
    Stream.of("a", "0-", "-a", "A", "a_b", "", "a".repeat(63), "a".repeat(64), "a.b", "\u00e9")
        .forEach(name -> {
          ObjectNode document = document();
          ObjectNode tenants = (ObjectNode) document.get("tenants");
          tenants.set(name, tenants.remove("acme"));
          assertEquals(schemas.accepts(document), problems(document).isEmpty(), name);
        });
  }

  private static ObjectNode parent(ObjectNode document, Key key) {
    return (ObjectNode) document.at(JsonPointer.compile(key.pointer()).head());
  }
}
