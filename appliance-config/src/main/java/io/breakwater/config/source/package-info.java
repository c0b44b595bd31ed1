/**
 * Where a configuration comes from, and what becomes of it: files at start ({@code
 * ConfigurationFiles}), files while the appliance runs ({@code Reload}).
 *
 * <p>Here are the rules that concern more than one mapping: {@code PrefixRules} (overlaps, loops),
 * {@code TunnelRules}, {@code ProtectionRules}, {@code LimitRules}, {@code RestartRules}.
 */
package io.breakwater.config.source;
