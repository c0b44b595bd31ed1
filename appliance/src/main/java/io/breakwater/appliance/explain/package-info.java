/**
 * {@code explain}: a packet by its description, its way through the packet path, and the words for
 * it.
 *
 * <p>{@link io.breakwater.appliance.explain.Explainer} is where to begin.
 */
package io.breakwater.appliance.explain;
