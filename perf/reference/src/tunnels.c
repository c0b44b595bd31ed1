/* SPDX-License-Identifier: Apache-2.0 */
#include "tunnels.h"

#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>
#include <rte_gre.h>
#include <rte_ip.h>

#include "reference.h"

/* What a port with an MTU of 1,500 leaves for the inner packet. */
#define PORT_MTU 1500

static void build_encap(struct encap *encap, const struct tunnel *tunnel, uint32_t endpoint,
                        const struct rte_ether_hdr *next_hop)
{
	uint32_t key = rte_cpu_to_be_32((uint32_t)tunnel->key);
	uint32_t gre_length = tunnel->key < 0 ? 4 : 8;
	uint8_t *ethernet = encap->header + 8 - gre_length;
	struct rte_ipv4_hdr ip = {
	    .version_ihl = RTE_IPV4_VHL_DEF,
	    .fragment_offset = BIG_ENDIAN_16(RTE_IPV4_HDR_DF_FLAG),
	    .time_to_live = 64,
	    .next_proto_id = IPPROTO_GRE,
	    .src_addr = rte_cpu_to_be_32(endpoint),
	    .dst_addr = rte_cpu_to_be_32(tunnel->remote),
	};
	struct rte_gre_hdr gre = {
	    .k = tunnel->key >= 0,
	    .proto = BIG_ENDIAN_16(RTE_ETHER_TYPE_IPV4),
	};

	encap->sum = ~rte_ipv4_cksum(&ip);
	encap->header_length = RTE_ETHER_HDR_LEN + sizeof(ip) + gre_length;
	encap->mtu = PORT_MTU - sizeof(ip) - gre_length;
	memcpy(ethernet, next_hop, RTE_ETHER_HDR_LEN);
	memcpy(ethernet + RTE_ETHER_HDR_LEN, &ip, sizeof(ip));
	memcpy(ethernet + RTE_ETHER_HDR_LEN + sizeof(ip), &gre, sizeof(gre));
	if (tunnel->key >= 0)
		memcpy(ethernet + RTE_ETHER_HDR_LEN + sizeof(ip) + sizeof(gre), &key, sizeof(key));
}

static void add_decap(struct tunnels *tunnels, const struct tunnel *tunnel, uint32_t endpoint,
                      uint16_t index)
{
	uint64_t remote = rte_cpu_to_be_32(tunnel->remote);
	uint64_t local = rte_cpu_to_be_32(endpoint);
	struct decap entry = {
	    .addresses = local << 32 | remote, /* source first in memory */
	    .key = tunnel->key < 0 ? 0 : rte_cpu_to_be_32((uint32_t)tunnel->key),
	    .keyed = tunnel->key >= 0,
	    .tunnel = index + 1,
	};
	uint32_t i = decap_hash(entry.addresses, entry.key) & tunnels->decap_mask;

	while (tunnels->decap[i].tunnel != 0)
		i = (i + 1) & tunnels->decap_mask;
	tunnels->decap[i] = entry;
}

static void build_rows(struct tunnels *tunnels, const struct workload *workload)
{
	uint32_t words = 0;

	for (uint32_t i = 0; i < workload->tenant_count; i++)
		words += maglev_layout(&tunnels->of_tenant[i], words);
	tunnels->rows = calloc(words, sizeof(*tunnels->rows));
	if (tunnels->rows == NULL)
		rte_exit(1, "no memory for the choice of tunnels: words=%u\n", words);
	for (uint32_t i = 0; i < workload->tenant_count; i++) {
		const struct choice *choice = &tunnels->of_tenant[i];
		uint64_t identities[MAGLEV_TUNNELS_MAX];

		for (uint32_t k = 0; k < choice->count; k++)
			identities[k] = workload->tunnels[choice->first + k].remote;
		maglev_fill(choice, tunnels->rows, identities);
	}
}

void tunnels_build(struct tunnels *tunnels, const struct workload *workload,
                   const struct rte_ether_hdr *next_hop)
{
	uint32_t entries = rte_align32pow2(workload->tunnel_count * 2);

	tunnels->encap = aligned_alloc(64, workload->tunnel_count * sizeof(*tunnels->encap));
	tunnels->decap = aligned_alloc(64, entries * sizeof(*tunnels->decap));
	tunnels->of_tenant = calloc(workload->tenant_count, sizeof(*tunnels->of_tenant));
	tunnels->tenant_of = calloc(workload->tunnel_count, sizeof(*tunnels->tenant_of));
	tunnels->received = calloc(workload->tunnel_count, sizeof(*tunnels->received));
	tunnels->decap_mask = entries - 1;
	if (!tunnels->encap || !tunnels->decap || !tunnels->of_tenant || !tunnels->tenant_of ||
	    !tunnels->received)
		rte_exit(1, "no memory for the tunnels: count=%u\n", workload->tunnel_count);
	memset(tunnels->encap, 0, workload->tunnel_count * sizeof(*tunnels->encap));
	memset(tunnels->decap, 0, entries * sizeof(*tunnels->decap));

	for (uint32_t i = 0; i < workload->tunnel_count; i++) {
		const struct tunnel *tunnel = &workload->tunnels[i];
		struct choice *choice = &tunnels->of_tenant[tunnel->tenant];

		if (choice->count++ == 0)
			choice->first = i;
		tunnels->tenant_of[i] = tunnel->tenant;
		build_encap(&tunnels->encap[i], tunnel, workload->endpoint, next_hop);
		add_decap(tunnels, tunnel, workload->endpoint, i);
	}
	build_rows(tunnels, workload);
}
