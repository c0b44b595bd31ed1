/**
 * The language of nftables: from text to {@code io.breakwater.config.firewall}.
 *
 * <p>{@code Lexer} and {@code Tokens} cut the text, {@code RulesetParser} and the parsers it calls
 * make a {@code Draft} of it, in which names are names and values have no type yet; {@code
 * FirewallBuilder}, {@code RuleBuilder} and {@code ElementBuilder} make the model of that. The
 * names and offsets of fields are in {@code Fields}, those of values in {@code Symbols}, what is
 * not supported and why in {@code Unsupported}.
 *
 * <p>Where something is not as in the manual, nft 1.0.6 and its kernel are the reference.
 */
package io.breakwater.config.nft;
