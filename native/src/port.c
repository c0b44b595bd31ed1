/* SPDX-License-Identifier: Apache-2.0 */
/* Ports: from a device's name to running queues, and what they count. */
#include "breakwater.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_version.h>

#define RSS_KEY_BYTES_MAX 64
#define RSS_FUNCTIONS (RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP)

_Static_assert(BW_NAME_BYTES == RTE_ETH_NAME_MAX_LEN, "a port's name fits");
_Static_assert(BW_NAME_BYTES == RTE_ETH_XSTATS_NAME_SIZE, "a statistic's name fits");

int bw_port_plug(const char *name, const char *arguments)
{
	return rte_eal_hotplug_add("vdev", name, arguments);
}

int bw_port_unplug(const char *name)
{
	return rte_eal_hotplug_remove("vdev", name);
}

int bw_port_find(const char *name)
{
	uint16_t port;
	const int error = rte_eth_dev_get_port_by_name(name, &port);

	return error == 0 ? port : error;
}

int bw_port_name(uint32_t port, char *name)
{
	return rte_eth_dev_get_name_by_port((uint16_t)port, name);
}

int bw_port_info(uint32_t port, struct bw_port_info *info)
{
	struct rte_eth_dev_info device;
	const int error = rte_eth_dev_info_get((uint16_t)port, &device);

	if (error != 0)
		return error;
	memset(info, 0, sizeof(*info));
	strncpy(info->driver, device.driver_name, sizeof(info->driver) - 1);
	info->rx_queues_max = device.max_rx_queues;
	info->tx_queues_max = device.max_tx_queues;
	info->mtu_min = device.min_mtu;
	info->mtu_max = device.max_mtu;
	info->rss_table_entries = device.reta_size;
	if (device.flow_type_rss_offloads & RSS_FUNCTIONS && device.hash_key_size <= RSS_KEY_BYTES_MAX)
		info->features |= BW_PORT_RSS;
	if (device.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE)
		info->features |= BW_PORT_FAST_FREE;
	if (device.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER)
		info->features |= BW_PORT_SCATTER;
	return 0;
}

int bw_port_configure(uint32_t port, uint32_t rx_queues, uint32_t tx_queues, uint32_t mtu_bytes,
                      uint32_t features)
{
	uint8_t key[RSS_KEY_BYTES_MAX];
	struct rte_eth_dev_info device;
	struct rte_eth_conf conf;
	const int error = rte_eth_dev_info_get((uint16_t)port, &device);

	if (error != 0)
		return error;
	memset(&conf, 0, sizeof(conf));
	conf.rxmode.mtu = mtu_bytes;
	if (features & BW_PORT_RSS) {
		/* A key that repeats every 16 bits gives both directions of a flow the same hash. */
		for (unsigned int i = 0; i < sizeof(key); i++)
			key[i] = i % 2 == 0 ? 0x6d : 0x5a;
		conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf.rx_adv_conf.rss_conf.rss_key = key;
		conf.rx_adv_conf.rss_conf.rss_key_len = device.hash_key_size;
		conf.rx_adv_conf.rss_conf.rss_hf = device.flow_type_rss_offloads & RSS_FUNCTIONS;
		if (device.hash_key_size == 0)
			conf.rx_adv_conf.rss_conf.rss_key = NULL;
		conf.rxmode.offloads |= device.rx_offload_capa & RTE_ETH_RX_OFFLOAD_RSS_HASH;
#if RTE_VERSION >= RTE_VERSION_NUM(23, 11, 0, 0)
		/* Some drivers' default is another function. */
		if (device.rss_algo_capa & RTE_ETH_HASH_ALGO_TO_CAPA(RTE_ETH_HASH_FUNCTION_TOEPLITZ))
			conf.rx_adv_conf.rss_conf.algorithm = RTE_ETH_HASH_FUNCTION_TOEPLITZ;
#endif
	}
	if (features & BW_PORT_FAST_FREE)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE;
	if (features & BW_PORT_SCATTER)
		conf.rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
	return rte_eth_dev_configure((uint16_t)port, (uint16_t)rx_queues, (uint16_t)tx_queues, &conf);
}

int bw_port_adjust_descriptors(uint32_t port, uint16_t *rx_descriptors, uint16_t *tx_descriptors)
{
	return rte_eth_dev_adjust_nb_rx_tx_desc((uint16_t)port, rx_descriptors, tx_descriptors);
}

int bw_port_setup_rx(uint32_t port, uint32_t queue, uint32_t descriptors, struct rte_mempool *pool)
{
	return rte_eth_rx_queue_setup((uint16_t)port, (uint16_t)queue, (uint16_t)descriptors,
	                              (unsigned int)rte_eth_dev_socket_id((uint16_t)port), NULL, pool);
}

int bw_port_setup_tx(uint32_t port, uint32_t queue, uint32_t descriptors)
{
	return rte_eth_tx_queue_setup((uint16_t)port, (uint16_t)queue, (uint16_t)descriptors,
	                              (unsigned int)rte_eth_dev_socket_id((uint16_t)port), NULL);
}

int bw_port_set_mtu(uint32_t port, uint32_t mtu_bytes)
{
	return rte_eth_dev_set_mtu((uint16_t)port, (uint16_t)mtu_bytes);
}

int bw_port_mtu(uint32_t port)
{
	uint16_t mtu_bytes;
	const int error = rte_eth_dev_get_mtu((uint16_t)port, &mtu_bytes);

	return error == 0 ? mtu_bytes : error;
}

int bw_port_receive_multicast(uint32_t port)
{
	return rte_eth_allmulticast_enable((uint16_t)port);
}

int bw_port_start(uint32_t port)
{
	return rte_eth_dev_start((uint16_t)port);
}

int bw_port_stop(uint32_t port)
{
	return rte_eth_dev_stop((uint16_t)port);
}

int bw_port_close(uint32_t port)
{
	return rte_eth_dev_close((uint16_t)port);
}

int64_t bw_port_mac(uint32_t port)
{
	struct rte_ether_addr address;
	int64_t mac = 0;
	const int error = rte_eth_macaddr_get((uint16_t)port, &address);

	if (error != 0)
		return error;
	for (unsigned int i = 0; i < RTE_ETHER_ADDR_LEN; i++)
		mac = mac << 8 | address.addr_bytes[i];
	return mac;
}

int bw_port_link(uint32_t port, struct bw_link *link)
{
	struct rte_eth_link state;
	const int error = rte_eth_link_get_nowait((uint16_t)port, &state);

	if (error != 0)
		return error;
	link->up = state.link_status == RTE_ETH_LINK_UP;
	link->speed_mbps = link->up ? state.link_speed : 0;
	return 0;
}

int bw_port_statistics(uint32_t port, struct bw_statistics *statistics)
{
	struct rte_eth_stats stats;
	const int error = rte_eth_stats_get((uint16_t)port, &stats);

	if (error != 0)
		return error;
	statistics->rx_packets = stats.ipackets;
	statistics->tx_packets = stats.opackets;
	statistics->rx_bytes = stats.ibytes;
	statistics->tx_bytes = stats.obytes;
	statistics->rx_missed = stats.imissed;
	statistics->rx_errors = stats.ierrors;
	statistics->tx_errors = stats.oerrors;
	statistics->rx_no_buffer = stats.rx_nombuf;
	return 0;
}

int bw_port_xstats(uint32_t port, struct bw_xstat *xstats, uint32_t capacity)
{
	const int count = rte_eth_xstats_get_names((uint16_t)port, NULL, 0);
	struct rte_eth_xstat_name *names;
	struct rte_eth_xstat *values;
	int written = -ENOMEM;

	if (count <= 0 || (uint32_t)count > capacity)
		return count;
	names = calloc((size_t)count, sizeof(*names));
	values = calloc((size_t)count, sizeof(*values));
	if (names != NULL && values != NULL) {
		written = rte_eth_xstats_get_names((uint16_t)port, names, (unsigned int)count);
		if (written == count)
			written = rte_eth_xstats_get((uint16_t)port, values, (unsigned int)count);
		for (int i = 0; i < written && i < count; i++) {
			memcpy(xstats[i].name, names[values[i].id].name, sizeof(xstats[i].name));
			xstats[i].value = values[i].value;
		}
	}
	free(names);
	free(values);
	return written;
}

int bw_port_from_rings(const char *name, struct rte_ring **rx_rings, struct rte_ring **tx_rings,
                       uint32_t queues)
{
	const int port = rte_eth_from_rings(name, rx_rings, queues, tx_rings, queues, rte_socket_id());

	return port >= 0 ? port : rte_errno != 0 ? -rte_errno : -EINVAL;
}
