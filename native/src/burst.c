/* SPDX-License-Identifier: Apache-2.0 */
/* Receive and transmit: the two hottest calls of Breakwater. */
#include "breakwater.h"
#include "packets.h"

#include <rte_ethdev.h>

uint32_t bw_receive(uint32_t port, uint32_t queue, const void *pool_start,
                    struct bw_packet *packets, uint32_t capacity)
{
	struct rte_mbuf *mbufs[BW_BURST_MAX];
	const uint32_t count = rte_eth_rx_burst((uint16_t)port, (uint16_t)queue, mbufs,
	                                        (uint16_t)capacity);

	describe(mbufs, count, pool_start, packets);
	return count;
}

uint32_t bw_transmit(uint32_t port, uint32_t queue, const void *pool_start,
                     const struct bw_packet *packets, uint32_t count)
{
	struct rte_mbuf *mbufs[BW_BURST_MAX];

	write_back(mbufs, count, pool_start, packets);
	return rte_eth_tx_burst((uint16_t)port, (uint16_t)queue, mbufs, (uint16_t)count);
}
