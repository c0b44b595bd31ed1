/** Packets by their descriptions, and descriptions of packets. */
package io.breakwater.appliance.explain.packet;
