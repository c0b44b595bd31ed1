/* SPDX-License-Identifier: Apache-2.0 */
/* Rings that hand packets from one thread to another. */
#include "breakwater.h"
#include "packets.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_ring.h>

int bw_ring_create(const char *name, uint32_t packets, uint32_t flags, struct rte_ring **ring)
{
	unsigned int ring_flags = RING_F_EXACT_SZ;

	if (flags & BW_RING_SINGLE_PRODUCER)
		ring_flags |= RING_F_SP_ENQ;
	if (flags & BW_RING_SINGLE_CONSUMER)
		ring_flags |= RING_F_SC_DEQ;
	*ring = rte_ring_create(name, packets, (int)rte_socket_id(), ring_flags);
	return *ring == NULL ? -rte_errno : 0;
}

void bw_ring_free(struct rte_ring *ring)
{
	void *mbuf;

	while (rte_ring_dequeue(ring, &mbuf) == 0)
		rte_pktmbuf_free(mbuf);
	rte_ring_free(ring);
}

uint32_t bw_ring_count(const struct rte_ring *ring)
{
	return rte_ring_count(ring);
}

uint32_t bw_enqueue(struct rte_ring *ring, const void *pool_start, const struct bw_packet *packets,
                    uint32_t count)
{
	struct rte_mbuf *mbufs[BW_BURST_MAX];

	write_back(mbufs, count, pool_start, packets);
	return rte_ring_enqueue_burst(ring, (void *const *)mbufs, count, NULL);
}

uint32_t bw_dequeue(struct rte_ring *ring, const void *pool_start, struct bw_packet *packets,
                    uint32_t capacity)
{
	struct rte_mbuf *mbufs[BW_BURST_MAX];
	const uint32_t count = rte_ring_dequeue_burst(ring, (void **)mbufs, capacity, NULL);

	describe(mbufs, count, pool_start, packets);
	return count;
}
