/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference [EAL arguments] -- PROFILE FOLDER SECONDS
 *
 * Runs one profile (see the table below) on the workload in FOLDER for SECONDS, on each
 * lcore with a queue of its own of one net_null port that a traffic source fills, and prints one line
 * of JSON. The flows are dealt out to the queues in equal parts. The same loop without a profile in it
 * is the ceiling that packet I/O and the source leave. Seconds are of the cores' time that the threads
 * got, cycles are TSC ticks of it.
 *
 * reference [EAL arguments] -- poll-gaps PROFILE FOLDER SECONDS
 *
 * The time between two turns of the same loop, on one lcore: see poll_gaps.c.
 */
#include "reference.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "breakwater_counter.h"

#define COUNTERS (BW_COUNTER_CACHE_MISSES + 1) /* of the CPU's own */

struct measured {
	uint64_t packets;
	uint64_t filtered; /* of these, dropped by the filter */
	double seconds; /* of the core's time */
	double share; /* of the time that went by */
	int counted; /* 0 where the machine has no counters */
	uint64_t counts[COUNTERS];
};

/* What one lcore works with. Nothing in it that is written is shared. */
struct lane {
	struct reference reference;
	uint16_t port;
	uint16_t queue;
	profile *process;
	double seconds;
	struct measured measured;
} __rte_cache_aligned;

struct job {
	const char *name;
	profile *process;
	void (*load)(struct filter *filter, const char *folder); /* or NULL */
};

static const struct job jobs[] = {
	{"forward", forward, NULL},
	{"gre-encap", gre_encap, NULL},
	{"gre-decap", gre_decap, NULL},
	/* The same as gre-encap: here the NIC has spread the flows. */
	{"distribution", gre_encap, NULL},
	{"firewall", firewall, firewall_load},
	/* Other flows, and the yardstick of what firewall adds. */
	{"firewall-off", gre_encap, NULL},
	{"blocklist", blocklist, blocklist_load},
	{"syn-flood", syn_flood, flood_load},
	{"rst-flood", rst_flood, flood_load},
	{"ack-flood", ack_flood, flood_load},
	{"signature-drop", signature_drop, flood_load},
};

static uint16_t nothing(struct reference *reference, struct rte_mbuf **packets, uint16_t n)
{
	(void)reference, (void)packets;
	return n;
}

static void open_counters(int *counters)
{
	for (uint32_t event = 0; event < COUNTERS; event++)
		counters[event] = bw_counter_open(0, event);
}

static void close_counters(const int *counters, struct measured *measured)
{
	measured->counted = 1;
	for (uint32_t event = 0; event < COUNTERS; event++) {
		if (counters[event] < 0) {
			measured->counted = 0;
			continue;
		}
		if (bw_counter_read(counters[event], &measured->counts[event]) != 0)
			measured->counted = 0;
		bw_counter_close(counters[event]);
	}
}

/* Looks at the clock once in 1,024 bursts, so that the clock costs nothing. */
static int run(void *lanes)
{
	struct lane *lane = (struct lane *)lanes + rte_lcore_index(-1);
	struct reference *reference = &lane->reference;
	profile *process = lane->process;
	uint16_t port = lane->port, queue = lane->queue;
	struct rte_mbuf *packets[BURST];
	struct measured measured = {0};
	int counters[COUNTERS];
	uint64_t wanted = lane->seconds * rte_get_tsc_hz();
	uint64_t filtered = reference->drops[DROP_FILTERED];
	double start_seconds = core_seconds();
	uint64_t start = rte_rdtsc_precise();
	uint64_t elapsed;

	open_counters(counters);
	do {
		for (int i = 0; i < 1024; i++) {
			uint16_t received = rte_eth_rx_burst(port, queue, packets, BURST);
			uint16_t kept = process(reference, packets, received);
			uint16_t sent = rte_eth_tx_burst(port, queue, packets, kept);

			rte_pktmbuf_free_bulk(packets + sent, kept - sent);
			measured.packets += received;
		}
		elapsed = rte_rdtsc_precise() - start;
	} while (elapsed < wanted);
	measured.seconds = core_seconds() - start_seconds;
	measured.share = measured.seconds * rte_get_tsc_hz() / elapsed;
	close_counters(counters, &measured);
	measured.filtered = reference->drops[DROP_FILTERED] - filtered;
	lane->measured = measured;
	return 0;
}

/* All lcores at once. */
static void run_all(struct lane *lanes, profile *process, double seconds)
{
	for (uint32_t i = 0; i < rte_lcore_count(); i++) {
		lanes[i].process = process;
		lanes[i].seconds = seconds;
	}
	rte_eal_mp_remote_launch(run, lanes, CALL_MAIN);
	rte_eal_mp_wait_lcore();
}

static const struct job *job_named(const char *name)
{
	for (size_t i = 0; i < RTE_DIM(jobs); i++)
		if (strcmp(name, jobs[i].name) == 0)
			return &jobs[i];
	rte_exit(2, "no such profile: name=%s\n", name);
}

static void prepare(struct reference *reference, const struct workload *workload, struct lpm *lpm,
                    const struct filter *filter)
{
	/* The frames come from the router and are for us: what we send goes back to it. */
	memcpy(&reference->own_mac, workload->frames, RTE_ETHER_ADDR_LEN);
	memcpy(&reference->next_hop.src_addr, workload->frames, RTE_ETHER_ADDR_LEN);
	memcpy(&reference->next_hop.dst_addr, workload->frames + 6, RTE_ETHER_ADDR_LEN);
	reference->next_hop.ether_type = BIG_ENDIAN_16(RTE_ETHER_TYPE_IPV4);
	reference->lpm = lpm;
	reference->filter = filter;
	/* A thousand packets a second, in the units of struct allowance, by 2^20. */
	reference->credit_per_tick = (1000ULL * 1000000 << 20) / rte_get_tsc_hz();
	reference->tenants = calloc(workload->tenant_count, sizeof(*reference->tenants));
	if (reference->tenants == NULL)
		rte_exit(1, "no memory for the tenants: count=%u\n", workload->tenant_count);
	tunnels_build(&reference->tunnels, workload, &reference->next_hop);
}

static struct lane *create_lanes(const struct workload *workload, const struct filter *filter,
                                 struct rte_mempool *pool)
{
	uint32_t count = rte_lcore_count();
	struct lane *lanes = aligned_alloc(RTE_CACHE_LINE_SIZE, count * sizeof(*lanes));
	struct lpm *lpm = lpm_build(workload->prefixes, workload->prefix_count);
	uint16_t port = open_port("net_null0", "size=64", pool, workload);

	if (lanes == NULL)
		rte_exit(1, "no memory for the lcores: count=%u\n", count);
	memset(lanes, 0, count * sizeof(*lanes));
	for (uint32_t i = 0; i < count; i++) {
		prepare(&lanes[i].reference, workload, lpm, filter);
		lanes[i].port = port;
		lanes[i].queue = i;
	}
	return lanes;
}

static double cycles_per_packet(const struct lane *lanes)
{
	double seconds = 0;
	uint64_t packets = 0;

	for (uint32_t i = 0; i < rte_lcore_count(); i++) {
		seconds += lanes[i].measured.seconds;
		packets += lanes[i].measured.packets;
	}
	return seconds * rte_get_tsc_hz() / packets;
}

/*
 * How many of so many packets met another fate than they should: the frames come in order, over and
 * over, so that what the filter must have dropped is known to one round of them.
 */
static uint64_t wrongly_filtered(uint64_t packets, uint64_t filtered, uint32_t frames,
                                 uint32_t dropped_frames)
{
	uint64_t least = packets / frames * dropped_frames;

	if (filtered < least)
		return least - filtered;
	return filtered > least + dropped_frames ? filtered - least - dropped_frames : 0;
}

/* Sums of all lcores; the share is that of the core that gave least. */
static void print(const char *name, const struct lane *lanes, uint32_t frames, double io_cycles)
{
	uint64_t dropped = 0, filtered = 0, packets = 0, counts[COUNTERS] = {0};
	double seconds = 0, share = 1, rate = 0;
	int counted = 1;

	for (uint32_t i = 0; i < rte_lcore_count(); i++) {
		const struct measured *measured = &lanes[i].measured;

		packets += measured->packets;
		seconds += measured->seconds;
		share = RTE_MIN(share, measured->share);
		rate += measured->packets / measured->seconds;
		counted &= measured->counted;
		for (uint32_t event = 0; event < COUNTERS; event++)
			counts[event] += measured->counts[event];
		for (int why = 0; why < DROP_COUNT; why++)
			dropped += why == DROP_FILTERED ? 0 : lanes[i].reference.drops[why];
		filtered += measured->filtered;
	}
	dropped += wrongly_filtered(packets, filtered, frames,
	                            lanes[0].reference.filter->dropped_frames);
	printf("{\"profile\": \"%s\", \"packets\": %" PRIu64 ", \"seconds\": %.3f, "
	       "\"coreShare\": %.3f, \"mpps\": %.2f, "
	       "\"cyclesPerPacket\": %.1f, \"ioCyclesPerPacket\": %.1f, \"dropped\": %" PRIu64
	       ", \"filteredShare\": %.4f",
	       name, packets, seconds, share, rate * 1e-6, cycles_per_packet(lanes), io_cycles,
	       dropped, (double)filtered / packets);
	if (counted)
		printf(", \"counted\": {\"instructions\": %.2f, \"coreCycles\": %.2f, "
		       "\"cacheMisses\": %.4f}",
		       (double)counts[BW_COUNTER_INSTRUCTIONS] / packets,
		       (double)counts[BW_COUNTER_CORE_CYCLES] / packets,
		       (double)counts[BW_COUNTER_CACHE_MISSES] / packets);
	printf("}\n");
	fflush(stdout);
}

static void measure_throughput(const struct job *job, struct lane *lanes, uint32_t frames,
                               double seconds)
{
	double io_cycles;

	run_all(lanes, job->process, seconds / 4); /* caches, pages, clock frequency */
	run_all(lanes, nothing, seconds / 4);
	io_cycles = cycles_per_packet(lanes);
	run_all(lanes, job->process, seconds);
	print(job->name, lanes, frames, io_cycles);
}

int main(int argc, char **argv)
{
	struct workload workload;
	struct filter filter = {0};
	struct rte_mempool *pool;
	struct lane *lanes;
	const struct job *job;
	double seconds;
	int gaps, eal = rte_eal_init(argc, argv);

	if (eal < 0)
		rte_exit(1, "DPDK does not start: %s\n", rte_strerror(rte_errno));
	argc -= eal;
	argv += eal;
	gaps = argc > 1 && strcmp(argv[1], "poll-gaps") == 0;
	if (argc != 4 + gaps)
		rte_exit(2, "usage: reference [EAL arguments] -- [poll-gaps] PROFILE FOLDER SECONDS\n");
	argv += gaps;
	job = job_named(argv[1]);
	workload_read(&workload, argv[2]);
	if (job->load != NULL)
		job->load(&filter, argv[2]);
	seconds = atof(argv[3]);
	pool = create_pool();
	lanes = create_lanes(&workload, &filter, pool);
	if (gaps) {
		uint16_t empty = open_port("net_null1", "no-rx=1", pool, NULL);

		poll_gaps(job->process, &lanes[0].reference, empty, lanes[0].port, seconds);
		rte_eth_dev_stop(empty);
	} else {
		measure_throughput(job, lanes, workload.frame_count, seconds);
	}
	rte_eth_dev_stop(lanes[0].port);
	rte_eal_cleanup();
	return 0;
}
