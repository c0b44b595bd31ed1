/**
 * DPDK for Breakwater: the only Java that touches native code.
 *
 * <p><b>Order.</b> {@link io.breakwater.dpdk.Eal} first, then a {@link
 * io.breakwater.dpdk.PacketPool}, then {@link io.breakwater.dpdk.Port}s, {@link
 * io.breakwater.dpdk.PortPair}s and {@link io.breakwater.dpdk.PacketRing}s; closed the other way
 * round. A pool refuses to close while one of its packets is out, so that memory which a driver
 * still uses is never given back.
 *
 * <p><b>Threads.</b> One control thread makes and closes things. A queue, and each single end of a
 * ring, belongs to one worker thread, which is pinned ({@link io.breakwater.dpdk.CpuAffinity}) and
 * registered ({@link io.breakwater.dpdk.DpdkThread}). Statistics may be read by any thread.
 *
 * <p><b>Ownership.</b> A packet is a buffer of the pool with one owner: who received, dequeued or
 * allocated it owns it, until it is transmitted, enqueued or freed. What a driver or ring did not
 * take stays with the caller. Packets travel in a {@link io.breakwater.dpdk.PacketBurst}, three
 * ints each; their bytes are in {@link io.breakwater.dpdk.PacketPool#memory}, one bounded segment.
 *
 * <p><b>Cost.</b> One native call for each burst and direction, no allocation in it. Errors of
 * set-up are {@link io.breakwater.dpdk.DpdkException}s whose message is for the operator.
 */
package io.breakwater.dpdk;
