/**
 * Compiles the configuration's model of a firewall into what workers run.
 *
 * <p>{@link io.breakwater.workers.pipeline.firewall.FirewallRegistry} keeps all tenants' over
 * reloads; {@link io.breakwater.workers.pipeline.firewall.FirewallCompiler} makes one of them: code
 * for each rule ({@code RuleAssembler}), the part of all packets that each can match ({@code
 * RuleRegion}), and from these a tree for each chain ({@code TreeBuilder}).
 */
package io.breakwater.workers.pipeline.firewall;
