/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_mbuf.h>

#include "reference.h"

/* Check, find the tenant, send to the next hop. */
uint16_t forward(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	struct rte_ether_hdr next_hop = r->next_hop;
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	for (uint16_t i = 0; i < n; i++) {
		uint8_t *frame = rte_pktmbuf_mtod(packets[i], uint8_t *);

		decrement_ttl((struct rte_ipv4_hdr *)(frame + RTE_ETHER_HDR_LEN));
		memcpy(frame, &next_hop, RTE_ETHER_HDR_LEN);
	}
	return n;
}
