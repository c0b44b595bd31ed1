/* SPDX-License-Identifier: Apache-2.0 */
/* The first packets of a queue, with what the driver said of them: a receive callback. */
#include "breakwater.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#define TYPE_OFFSET 12
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd

struct bw_sample {
	uint16_t port;
	uint16_t queue;
	uint32_t capacity;
	uint32_t count; /* written by the queue's thread, read by others */
	const struct rte_eth_rxtx_callback *callback;
	struct bw_sampled packets[];
};

static int is_ip(const uint8_t *frame, uint32_t length)
{
	uint16_t type;

	if (length < TYPE_OFFSET + sizeof(type))
		return 0;
	type = (uint16_t)(frame[TYPE_OFFSET] << 8 | frame[TYPE_OFFSET + 1]);
	return type == TYPE_IPV4 || type == TYPE_IPV6;
}

static uint16_t on_receive(uint16_t port, uint16_t queue, struct rte_mbuf **mbufs, uint16_t n,
                           uint16_t capacity, void *argument)
{
	struct bw_sample *sample = argument;
	uint32_t count = sample->count;

	(void)port, (void)queue, (void)capacity;
	for (uint16_t i = 0; i < n && count < sample->capacity; i++) {
		const struct rte_mbuf *mbuf = mbufs[i];
		const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
		struct bw_sampled *kept = &sample->packets[count];

		if (!is_ip(frame, mbuf->data_len))
			continue;
		kept->hashed = (mbuf->ol_flags & RTE_MBUF_F_RX_RSS_HASH) != 0;
		kept->hash = kept->hashed ? mbuf->hash.rss : 0;
		memcpy(kept->frame, frame, RTE_MIN(mbuf->data_len, (uint16_t)BW_SAMPLE_BYTES));
		count++;
	}
	__atomic_store_n(&sample->count, count, __ATOMIC_RELEASE);
	return n;
}

int bw_sample_start(uint32_t port, uint32_t queue, uint32_t capacity, struct bw_sample **started)
{
	struct bw_sample *sample = calloc(1, sizeof(*sample) + capacity * sizeof(struct bw_sampled));

	if (sample == NULL)
		return -ENOMEM;
	sample->port = (uint16_t)port;
	sample->queue = (uint16_t)queue;
	sample->capacity = capacity;
	sample->callback = rte_eth_add_rx_callback(sample->port, sample->queue, on_receive, sample);
	if (sample->callback == NULL) {
		free(sample);
		return rte_errno != 0 ? -rte_errno : -EINVAL;
	}
	*started = sample;
	return 0;
}

uint32_t bw_sample_count(const struct bw_sample *sample)
{
	return __atomic_load_n(&sample->count, __ATOMIC_ACQUIRE);
}

void bw_sample_read(const struct bw_sample *sample, uint32_t first, uint32_t count,
                    struct bw_sampled *packets)
{
	memcpy(packets, &sample->packets[first], count * sizeof(*packets));
}

int bw_sample_end(struct bw_sample *sample)
{
	int error = 0;

	if (sample->callback != NULL)
		error = rte_eth_remove_rx_callback(sample->port, sample->queue, sample->callback);
	if (error == 0)
		sample->callback = NULL;
	return error;
}

void bw_sample_free(struct bw_sample *sample)
{
	free(sample);
}
