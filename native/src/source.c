/* SPDX-License-Identifier: Apache-2.0 */
#include "breakwater_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

/* Frames are fetched this far ahead of the copy: a burst of 100,000 comes from the L3 cache. */
#define AHEAD 16

struct bw_source {
	const uint8_t *frames;
	const uint16_t *lengths;
	uint32_t stride;
	uint32_t count;
	uint32_t next;
	uint16_t port;
	uint16_t queue;
	const struct rte_eth_rxtx_callback *callback;
};

/* Inlined with a constant stride, so that the copy is a few vector moves. */
static inline uint16_t fill(struct bw_source *source, struct rte_mbuf **packets, uint16_t n,
                            uint32_t stride)
{
	uint32_t next = source->next;

	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *frame = source->frames + (size_t)next * stride;

		for (uint32_t line = 0; line < stride; line += 64)
			rte_prefetch0(frame + AHEAD * stride + line); /* past the end it is harmless */
		memcpy(rte_pktmbuf_mtod(packets[i], void *), frame, stride);
		packets[i]->pkt_len = packets[i]->data_len = source->lengths[next];
		next = next + 1 == source->count ? 0 : next + 1;
	}
	source->next = next;
	return n;
}

/* Frames of many sizes: only as many lines as each has. */
static inline uint16_t fill_by_length(struct bw_source *source, struct rte_mbuf **packets,
                                      uint16_t n)
{
	uint32_t next = source->next;

	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *frame = source->frames + (size_t)next * source->stride;
		const uint16_t length = source->lengths[next];

		rte_prefetch0(frame + AHEAD * (size_t)source->stride);
		memcpy(rte_pktmbuf_mtod(packets[i], void *), frame, length);
		packets[i]->pkt_len = packets[i]->data_len = length;
		next = next + 1 == source->count ? 0 : next + 1;
	}
	source->next = next;
	return n;
}

static uint16_t on_receive(uint16_t port, uint16_t queue, struct rte_mbuf **packets, uint16_t n,
                           uint16_t capacity, void *argument)
{
	struct bw_source *source = argument;

	(void)port, (void)queue, (void)capacity;
	switch (source->stride) {
	case 64:
		return fill(source, packets, n, 64);
	case 128:
		return fill(source, packets, n, 128);
	default:
		return fill_by_length(source, packets, n);
	}
}

int bw_source_install(uint32_t port, uint32_t queue, const void *frames, const uint16_t *lengths,
                      uint32_t stride, uint32_t count, struct bw_source **installed)
{
	struct bw_source *source;

	if (count == 0 || stride == 0 || stride % 64 != 0 || stride > RTE_MBUF_DEFAULT_DATAROOM)
		return -EINVAL;
	for (uint32_t i = 0; i < count; i++)
		if (lengths[i] > stride)
			return -EINVAL;

	source = malloc(sizeof(*source));
	if (source == NULL)
		return -ENOMEM;
	*source = (struct bw_source){
	    .frames = frames,
	    .lengths = lengths,
	    .stride = stride,
	    .count = count,
	    .port = (uint16_t)port,
	    .queue = (uint16_t)queue,
	};
	source->callback = rte_eth_add_rx_callback(source->port, source->queue, on_receive, source);
	if (source->callback == NULL) {
		free(source);
		return -rte_errno;
	}
	*installed = source;
	return 0;
}

int bw_source_remove(struct bw_source *source)
{
	int error = rte_eth_remove_rx_callback(source->port, source->queue, source->callback);

	if (error == 0)
		free(source);
	return error;
}
