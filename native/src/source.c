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
	uint64_t selected; /* first << 32 | count, one word: stored whole by another thread */
	uint64_t current;  /* the one that first and end are of */
	uint32_t first;
	uint32_t end;
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
		next = next + 1 == source->end ? source->first : next + 1;
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
		next = next + 1 == source->end ? source->first : next + 1;
	}
	source->next = next;
	return n;
}

static void begin(struct bw_source *source, uint64_t selected)
{
	source->current = selected;
	source->first = (uint32_t)(selected >> 32);
	source->end = source->first + (uint32_t)selected;
	source->next = source->first;
}

static uint16_t on_receive(uint16_t port, uint16_t queue, struct rte_mbuf **packets, uint16_t n,
                           uint16_t capacity, void *argument)
{
	struct bw_source *source = argument;
	const uint64_t selected = __atomic_load_n(&source->selected, __ATOMIC_RELAXED);

	(void)port, (void)queue, (void)capacity;
	if (selected != source->current)
		begin(source, selected);
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
	    .selected = count,
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

int bw_source_select(struct bw_source *source, uint32_t first, uint32_t count)
{
	if (count == 0 || first > source->count || count > source->count - first)
		return -EINVAL;
	__atomic_store_n(&source->selected, (uint64_t)first << 32 | count, __ATOMIC_RELAXED);
	return 0;
}

int bw_source_remove(struct bw_source *source)
{
	int error = rte_eth_remove_rx_callback(source->port, source->queue, source->callback);

	if (error == 0)
		free(source);
	return error;
}
