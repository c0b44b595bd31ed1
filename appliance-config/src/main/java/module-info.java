/**
 * The operator's language: the configuration model, the YAML reader with exact positions, and the
 * sources a configuration comes from. Knows nothing of DPDK.
 */
module io.breakwater.config {
  requires org.snakeyaml.engine;

  exports io.breakwater.config;
  exports io.breakwater.config.firewall;
  exports io.breakwater.config.nft;
  exports io.breakwater.config.protection;
  exports io.breakwater.config.source;
  exports io.breakwater.config.text;
  exports io.breakwater.config.yaml;
}
