/**
 * The YAML of the operator: from bytes to the model, with the line and column of every mistake.
 *
 * <p>{@code ConfigurationText} turns a file into a tree of nodes, {@code YamlValue} and {@code
 * YamlMapping} walk it and record what is wrong, and one reader for each kind of mapping says which
 * keys there are: {@code ApplianceReader}, {@code PortReader}, {@code GatewayReader}, {@code
 * TenantReader}.
 */
package io.breakwater.config.yaml;
