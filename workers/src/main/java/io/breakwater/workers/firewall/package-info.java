/**
 * A tenant's firewall as workers run it: programs, the trees that lead to them, and what they keep
 * from packet to packet. Compiled from the configuration by {@code pipeline.firewall}; knows no
 * configuration itself.
 *
 * <p>{@link io.breakwater.workers.firewall.FirewallProgram} is one ruleset, {@link
 * io.breakwater.workers.firewall.FirewallEngine} runs it on a packet, and {@link
 * io.breakwater.workers.firewall.RuleTree} tells for most packets at once what would come of that.
 */
package io.breakwater.workers.firewall;
