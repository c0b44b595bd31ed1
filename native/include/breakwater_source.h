/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A traffic source for benchmarks: real frames on a net_null port.
 *
 * net_null hands out packets of a fixed length whose bytes are whatever the buffer held before. A
 * source is a receive callback (DPDK programmer's guide, "rte_eth_add_rx_callback") that writes
 * prepared frames into them, round robin: one copy of `stride` bytes for each packet, the same for a
 * program in C and for Java, and measured by receiving and freeing without work in between.
 *
 * Not for ports that carry traffic: what arrived is overwritten.
 */
#ifndef BREAKWATER_SOURCE_H
#define BREAKWATER_SOURCE_H

#include <stdint.h>

struct bw_source;

/*
 * Fills every packet received on `queue` of `port` from `count` frames that lie `stride` bytes apart
 * at `frames`; frame i is `lengths[i]` bytes long. `stride` is a multiple of 64. The memory stays
 * the caller's and must stay valid until bw_source_remove. Call it before the port starts.
 *
 * 0; -EINVAL if count, stride or a length does not fit; -ENOMEM; or DPDK's error as -errno.
 */
int bw_source_install(uint32_t port, uint32_t queue, const void *frames, const uint16_t *lengths,
                      uint32_t stride, uint32_t count, struct bw_source **source);

/*
 * From the next burst on, only frames `first` to `first + count - 1` are sent, `first` first. Until it
 * is called, all are. One store: any thread may call it while the port is polled.
 *
 * 0; -EINVAL if the source has no such frames.
 */
int bw_source_select(struct bw_source *source, uint32_t first, uint32_t count);

/* Takes the source off its queue and frees it. The port must be stopped. 0 or -errno. */
int bw_source_remove(struct bw_source *source);

#endif
