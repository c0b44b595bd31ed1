/* SPDX-License-Identifier: Apache-2.0 */
/* Receive-side scaling: what a driver says of it, and its indirection table. */
#include "breakwater.h"

#include <errno.h>
#include <string.h>

#include <rte_ethdev.h>

static const struct {
	uint64_t dpdk;
	uint32_t ours;
} functions[] = {
	{RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER, BW_RSS_IPV4},
	{RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4, BW_RSS_IPV4_FRAGMENT},
	{RTE_ETH_RSS_NONFRAG_IPV4_TCP, BW_RSS_IPV4_TCP},
	{RTE_ETH_RSS_NONFRAG_IPV4_UDP, BW_RSS_IPV4_UDP},
	{RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_NONFRAG_IPV6_OTHER, BW_RSS_IPV6},
	{RTE_ETH_RSS_IPV6 | RTE_ETH_RSS_FRAG_IPV6, BW_RSS_IPV6_FRAGMENT},
	{RTE_ETH_RSS_NONFRAG_IPV6_TCP, BW_RSS_IPV6_TCP},
	{RTE_ETH_RSS_NONFRAG_IPV6_UDP, BW_RSS_IPV6_UDP},
};

static uint32_t translate(uint64_t dpdk)
{
	uint32_t ours = 0;

	for (unsigned int i = 0; i < RTE_DIM(functions); i++)
		if (dpdk & functions[i].dpdk)
			ours |= functions[i].ours;
	return ours;
}

static void query_table(uint16_t port, uint16_t entries, struct bw_rss *rss)
{
	struct rte_eth_rss_reta_entry64 groups[BW_RSS_TABLE_MAX / RTE_ETH_RETA_GROUP_SIZE];

	if (entries == 0 || entries > BW_RSS_TABLE_MAX)
		return;
	memset(groups, 0, sizeof(groups));
	for (unsigned int i = 0; i < RTE_DIM(groups); i++)
		groups[i].mask = UINT64_MAX;
	if (rte_eth_dev_rss_reta_query(port, groups, entries) != 0)
		return;
	for (unsigned int i = 0; i < entries; i++)
		rss->table[i] = groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
	rss->table_entries = entries;
}

int bw_port_rss(uint32_t port, struct bw_rss *rss)
{
	struct rte_eth_dev_info device;
	struct rte_eth_rss_conf conf = {.rss_key = rss->key, .rss_key_len = BW_RSS_KEY_BYTES};
	int error = rte_eth_dev_info_get((uint16_t)port, &device);

	if (error != 0)
		return error;
	memset(rss, 0, sizeof(*rss));
	rss->offered = translate(device.flow_type_rss_offloads);
	if (rss->offered == 0 || device.hash_key_size > BW_RSS_KEY_BYTES)
		return -ENOTSUP;
	error = rte_eth_dev_rss_hash_conf_get((uint16_t)port, &conf);
	if (error != 0)
		return error;
	rss->active = translate(conf.rss_hf);
	rss->key_bytes = conf.rss_key_len > device.hash_key_size ? device.hash_key_size
	                                                         : conf.rss_key_len;
	query_table((uint16_t)port, device.reta_size, rss);
	return 0;
}

int bw_port_set_rss_table(uint32_t port, const uint16_t *queues, uint32_t entries)
{
	struct rte_eth_rss_reta_entry64 groups[BW_RSS_TABLE_MAX / RTE_ETH_RETA_GROUP_SIZE];

	if (entries == 0 || entries > BW_RSS_TABLE_MAX)
		return -EINVAL;
	memset(groups, 0, sizeof(groups));
	for (unsigned int i = 0; i < entries; i++) {
		struct rte_eth_rss_reta_entry64 *group = &groups[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask |= UINT64_C(1) << (i % RTE_ETH_RETA_GROUP_SIZE);
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] = queues[i];
	}
	return rte_eth_dev_rss_reta_update((uint16_t)port, groups, (uint16_t)entries);
}
