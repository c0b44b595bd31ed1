/* SPDX-License-Identifier: Apache-2.0 */
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

#include "breakwater_source.h"
#include "reference.h"

#define POOL_PACKETS 32768
#define POOL_CACHE 512
#define RING_PACKETS 1024

/*
 * Like rte_pktmbuf_pool_create, but packed without regard to pages. With --no-huge that function
 * puts one buffer in each 4 KB page, where all headers fall into one set of the L1 cache: receiving
 * and freeing alone then takes twice the time. These ports do no DMA, so a buffer may cross pages.
 */
struct rte_mempool *create_pool(void)
{
	struct rte_pktmbuf_pool_private layout = {.mbuf_data_room_size = RTE_MBUF_DEFAULT_BUF_SIZE};
	struct rte_mempool *pool = rte_mempool_create_empty(
	    "packets", POOL_PACKETS, sizeof(struct rte_mbuf) + layout.mbuf_data_room_size,
	    POOL_CACHE, sizeof(layout), SOCKET_ID_ANY, RTE_MEMPOOL_F_NO_IOVA_CONTIG);

	if (pool == NULL)
		return NULL;
	rte_pktmbuf_pool_init(pool, &layout);
	if (rte_mempool_populate_default(pool) < 0)
		return NULL;
	rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	return pool;
}

static int open_queue(uint16_t port, uint16_t queue, struct rte_mempool *pool,
                      const struct workload *workload)
{
	uint32_t part = workload == NULL ? 0 : workload->frame_count / rte_lcore_count();
	size_t first = (size_t)queue * part;
	struct bw_source *source;
	int error = rte_eth_rx_queue_setup(port, queue, RING_PACKETS, SOCKET_ID_ANY, NULL, pool);

	if (error == 0)
		error = rte_eth_tx_queue_setup(port, queue, RING_PACKETS, SOCKET_ID_ANY, NULL);
	if (error == 0 && workload != NULL)
		error = bw_source_install(port, queue, workload->frames + first * workload->stride,
		                          workload->lengths + first, workload->stride, part, &source);
	return error;
}

uint16_t open_port(const char *name, const char *arguments, struct rte_mempool *pool,
                   const struct workload *workload)
{
	struct rte_eth_conf conf = {0};
	uint16_t queues = rte_lcore_count();
	uint16_t port;
	int error;

	if (pool == NULL || rte_eal_hotplug_add("vdev", name, arguments) != 0 ||
	    rte_eth_dev_get_port_by_name(name, &port) != 0)
		rte_exit(1, "no net_null port: name=%s: %s\n", name, rte_strerror(rte_errno));
	error = rte_eth_dev_configure(port, queues, queues, &conf);
	for (uint16_t queue = 0; queue < queues && error == 0; queue++)
		error = open_queue(port, queue, pool, workload);
	if (error == 0)
		error = rte_eth_dev_start(port);
	if (error != 0)
		rte_exit(1, "cannot start the port: name=%s: %s\n", name, rte_strerror(-error));
	return port;
}
