package io.breakwater.config.source;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** The two JSON Schemas as tests see them: a judge of documents, and a list of keys. */
final class ConfigurationSchemas {

  static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A key of the language.
   *
   * @param pointer where a value of it stands in a document, as a JSON pointer; the first item of a
   *     list, the tenant {@code acme}
   */
  record Key(String name, String pointer, JsonNode schema) {}

  private final JsonNode appliance = read("appliance");
  private final JsonNode tenant = read("tenant");

  /** The location stands for the directory in which an editor finds both. */
  private final Schema judge =
      SchemaRegistry.withDefaultDialect(
              SpecificationVersion.DRAFT_2020_12,
              builder ->
                  builder.schemas(
                      Map.of(
                          "file:///schema/appliance.schema.json", appliance.toString(),
                          "file:///schema/tenant.schema.json", tenant.toString())))
          .getSchema(SchemaLocation.of("file:///schema/appliance.schema.json"));

  private static JsonNode read(String name) {
    String resource = "/schema/" + name + ".schema.json";
    try (InputStream in = ConfigurationSchemas.class.getResourceAsStream(resource)) {
      return JSON.readTree(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean accepts(JsonNode document) {
    return judge.validate(document).isEmpty();
  }

  /** Every key of both schemas. */
  List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    collect(appliance, appliance, "", keys);
    collect(tenant, tenant, "/tenants/acme", keys);
    return keys;
  }

  /** Each mapping: the pointer of a document's mapping, and the schema of it. */
  List<Key> mappings() {
    List<Key> mappings = new ArrayList<>();
    mappings.add(new Key("", "", appliance));
    mappings.add(new Key("acme", "/tenants/acme", tenant));
    for (Key key : keys()) {
      JsonNode resolved = key.schema();
      if (resolved.has("items")) {
        resolved = resolve(resolved.get("items"));
      }
      if (resolved.has("properties")) {
        String item = key.schema().has("items") ? "/0" : "";
        mappings.add(new Key(key.name(), key.pointer() + item, resolved));
      }
    }
    return mappings;
  }

  private void collect(JsonNode mapping, JsonNode root, String pointer, List<Key> keys) {
    ObjectNode properties = (ObjectNode) mapping.get("properties");
    for (var property : properties.properties()) {
      JsonNode schema = resolve(property.getValue());
      String at = pointer + "/" + property.getKey();
      keys.add(new Key(property.getKey(), at, schema));
      if (schema.has("properties")) {
        collect(schema, root, at, keys);
      } else if (schema.has("items")) {
        JsonNode items = resolve(schema.get("items"));
        if (items.has("properties")) {
          collect(items, root, at + "/0", keys);
        }
      }
    }
  }

  /** Follows a reference into {@code $defs}; what it says beside the reference is not needed. */
  private JsonNode resolve(JsonNode schema) {
    if (!schema.has("$ref")) {
      return schema;
    }
    String name = schema.get("$ref").asString().replace("#/$defs/", "");
    JsonNode own = appliance.get("$defs").get(name);
    return own != null ? own : tenant.get("$defs").get(name);
  }
}
