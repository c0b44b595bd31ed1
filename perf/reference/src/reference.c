/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference [EAL arguments] -- PROFILE FOLDER SECONDS
 *
 * Runs one profile (forward, gre-encap, gre-decap) on the workload in FOLDER for SECONDS on the
 * main lcore, over a net_null port that a traffic source fills, and prints one line of JSON. The
 * same loop without a profile in it is the ceiling that packet I/O and the source leave. Seconds are
 * of the core's time that this thread got, cycles are TSC ticks of it.
 *
 * reference [EAL arguments] -- poll-gaps PROFILE FOLDER SECONDS
 *
 * The time between two turns of the same loop: for SECONDS on a port on which nothing arrives, then
 * for SECONDS under traffic. Prints one line of JSON with a histogram of each.
 */
#include "reference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_eal.h>
#include <rte_ethdev.h>

#include "breakwater_source.h"
#include "gaps.h"

#define POOL_PACKETS 32768
#define POOL_CACHE 512
#define RING_PACKETS 1024

struct measured {
	uint64_t packets;
	double seconds; /* of the core's time */
	double share; /* of the time that went by */
};

static uint16_t nothing(struct reference *reference, struct rte_mbuf **packets, uint16_t n)
{
	(void)reference, (void)packets;
	return n;
}

static double core_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + 1e-9 * time.tv_nsec;
}

/* Looks at the clock once in 1,024 bursts, so that the clock costs nothing. */
static struct measured run(profile *process, struct reference *reference, uint16_t port,
                           double seconds)
{
	struct rte_mbuf *packets[BURST];
	struct measured measured = {0};
	double start_seconds = core_seconds();
	uint64_t start = rte_rdtsc_precise();
	uint64_t wanted = seconds * rte_get_tsc_hz();
	uint64_t elapsed;

	do {
		for (int i = 0; i < 1024; i++) {
			uint16_t received = rte_eth_rx_burst(port, 0, packets, BURST);
			uint16_t kept = process(reference, packets, received);
			uint16_t sent = rte_eth_tx_burst(port, 0, packets, kept);

			rte_pktmbuf_free_bulk(packets + sent, kept - sent);
			measured.packets += received;
		}
		elapsed = rte_rdtsc_precise() - start;
	} while (elapsed < wanted);
	measured.seconds = core_seconds() - start_seconds;
	measured.share = measured.seconds * rte_get_tsc_hz() / elapsed;
	return measured;
}

/* One turn after the other, each with a look at the clock, as the Java worker does. */
static void run_for_gaps(profile *process, struct reference *reference, uint16_t port,
                         double seconds, struct gaps *gaps)
{
	double start_seconds = core_seconds();
	struct rte_mbuf *packets[BURST];
	uint64_t start = rte_rdtsc(), last = start, now;
	uint64_t wanted = seconds * rte_get_tsc_hz();

	memset(gaps, 0, sizeof(*gaps));
	do {
		uint16_t received = rte_eth_rx_burst(port, 0, packets, BURST);

		if (received > 0) {
			uint16_t kept = process(reference, packets, received);
			uint16_t sent = rte_eth_tx_burst(port, 0, packets, kept);

			rte_pktmbuf_free_bulk(packets + sent, kept - sent);
		}
		now = rte_rdtsc();
		gaps_add(gaps, now - last);
		last = now;
	} while (now - start < wanted);
	gaps->core_seconds = core_seconds() - start_seconds;
}

static double cycles_per_packet(struct measured measured)
{
	return measured.seconds * rte_get_tsc_hz() / measured.packets;
}

static profile *profile_named(const char *name)
{
	if (strcmp(name, "forward") == 0)
		return forward;
	if (strcmp(name, "gre-encap") == 0)
		return gre_encap;
	if (strcmp(name, "gre-decap") == 0)
		return gre_decap;
	rte_exit(2, "no such profile: name=%s\n", name);
}

/*
 * Like rte_pktmbuf_pool_create, but packed without regard to pages. With --no-huge that function
 * puts one buffer in each 4 KB page, where all headers fall into one set of the L1 cache: receiving
 * and freeing alone then takes twice the time. These ports do no DMA, so a buffer may cross pages.
 */
static struct rte_mempool *create_pool(void)
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

/* `workload`: what fills the packets that it receives, or NULL. */
static uint16_t open_port(const char *name, const char *arguments, struct rte_mempool *pool,
                          const struct workload *workload)
{
	struct rte_eth_conf conf = {0};
	struct bw_source *source;
	uint16_t port;
	int error;

	if (pool == NULL || rte_eal_hotplug_add("vdev", name, arguments) != 0 ||
	    rte_eth_dev_get_port_by_name(name, &port) != 0)
		rte_exit(1, "no net_null port: name=%s: %s\n", name, rte_strerror(rte_errno));
	error = rte_eth_dev_configure(port, 1, 1, &conf);
	if (error == 0)
		error = rte_eth_rx_queue_setup(port, 0, RING_PACKETS, SOCKET_ID_ANY, NULL, pool);
	if (error == 0)
		error = rte_eth_tx_queue_setup(port, 0, RING_PACKETS, SOCKET_ID_ANY, NULL);
	if (error == 0 && workload != NULL)
		error = bw_source_install(port, 0, workload->frames, workload->lengths,
		                          workload->stride, workload->frame_count, &source);
	if (error == 0)
		error = rte_eth_dev_start(port);
	if (error != 0)
		rte_exit(1, "cannot start the port: %s\n", rte_strerror(-error));
	return port;
}

static void prepare(struct reference *reference, const struct workload *workload)
{
	memset(reference, 0, sizeof(*reference));
	/* The frames come from the router and are for us: what we send goes back to it. */
	memcpy(&reference->own_mac, workload->frames, RTE_ETHER_ADDR_LEN);
	memcpy(&reference->next_hop.src_addr, workload->frames, RTE_ETHER_ADDR_LEN);
	memcpy(&reference->next_hop.dst_addr, workload->frames + 6, RTE_ETHER_ADDR_LEN);
	reference->next_hop.ether_type = BIG_ENDIAN_16(RTE_ETHER_TYPE_IPV4);
	reference->lpm = lpm_build(workload->prefixes, workload->prefix_count);
	reference->tenants = calloc(workload->tenant_count, sizeof(*reference->tenants));
	if (reference->tenants == NULL)
		rte_exit(1, "no memory for the tenants: count=%u\n", workload->tenant_count);
	tunnels_build(&reference->tunnels, workload, &reference->next_hop);
}

static void measure_throughput(profile *process, const char *name, struct reference *reference,
                               uint16_t port, double seconds)
{
	struct measured io, work;
	uint64_t dropped = 0;

	run(process, reference, port, seconds / 4); /* caches, pages, clock frequency */
	io = run(nothing, reference, port, seconds / 4);
	work = run(process, reference, port, seconds);
	for (int i = 0; i < DROP_COUNT; i++)
		dropped += reference->drops[i];

	printf("{\"profile\": \"%s\", \"packets\": %" PRIu64 ", \"seconds\": %.3f, "
	       "\"coreShare\": %.3f, \"mpps\": %.2f, "
	       "\"cyclesPerPacket\": %.1f, \"ioCyclesPerPacket\": %.1f, \"dropped\": %" PRIu64
	       "}\n",
	       name, work.packets, work.seconds, work.share, work.packets * 1e-6 / work.seconds,
	       cycles_per_packet(work), cycles_per_packet(io), dropped);
}

static void print_gaps(const char *load, double seconds, const struct gaps *gaps)
{
	printf("{\"load\": \"%s\", \"seconds\": %.3f, \"cyclesPerSecond\": %" PRIu64
	       ", \"coreShare\": %.4f, \"longestCycles\": %" PRIu64 ", \"counts\": ",
	       load, seconds, rte_get_tsc_hz(), gaps->core_seconds / seconds, gaps->longest);
	gaps_print(gaps);
	printf("}");
}

static void measure_gaps(profile *process, struct reference *reference, uint16_t empty,
                         uint16_t port, double seconds)
{
	static struct gaps idle, busy;

	run(process, reference, port, 1); /* caches, pages, clock frequency */
	run_for_gaps(process, reference, empty, seconds, &idle);
	run_for_gaps(process, reference, port, seconds, &busy);
	printf("[");
	print_gaps("empty", seconds, &idle);
	printf(", ");
	print_gaps("traffic", seconds, &busy);
	printf("]\n");
}

int main(int argc, char **argv)
{
	struct reference reference;
	struct workload workload;
	struct rte_mempool *pool;
	profile *process;
	double seconds;
	uint16_t port, empty = 0;
	int gaps, eal = rte_eal_init(argc, argv);

	if (eal < 0)
		rte_exit(1, "DPDK does not start: %s\n", rte_strerror(rte_errno));
	argc -= eal;
	argv += eal;
	gaps = argc > 1 && strcmp(argv[1], "poll-gaps") == 0;
	if (argc != 4 + gaps)
		rte_exit(2, "usage: reference [EAL arguments] -- [poll-gaps] PROFILE FOLDER SECONDS\n");
	argv += gaps;
	process = profile_named(argv[1]);
	workload_read(&workload, argv[2]);
	seconds = atof(argv[3]);
	prepare(&reference, &workload);
	pool = create_pool();
	port = open_port("net_null0", "size=64", pool, &workload);
	if (gaps)
		empty = open_port("net_null1", "no-rx=1", pool, NULL);

	if (gaps)
		measure_gaps(process, &reference, empty, port, seconds);
	else
		measure_throughput(process, argv[1], &reference, port, seconds);
	fflush(stdout);
	if (gaps)
		rte_eth_dev_stop(empty);
	rte_eth_dev_stop(port);
	rte_eal_cleanup();
	return 0;
}
