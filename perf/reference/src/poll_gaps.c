/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include "gaps.h"
#include "reference.h"

/* One turn after the other, each with a look at the clock, as the Java worker does. */
static void run(profile *process, struct reference *reference, uint16_t port, double seconds,
                struct gaps *gaps)
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

static void print(const char *load, double seconds, const struct gaps *gaps)
{
	printf("{\"load\": \"%s\", \"seconds\": %.3f, \"cyclesPerSecond\": %" PRIu64
	       ", \"coreShare\": %.4f, \"longestCycles\": %" PRIu64 ", \"counts\": ",
	       load, seconds, rte_get_tsc_hz(), gaps->core_seconds / seconds, gaps->longest);
	gaps_print(gaps);
	printf("}");
}

void poll_gaps(profile *process, struct reference *reference, uint16_t empty, uint16_t port,
               double seconds)
{
	static struct gaps idle, busy;

	run(process, reference, port, 1, &busy); /* caches, pages, clock frequency */
	run(process, reference, empty, seconds, &idle);
	run(process, reference, port, seconds, &busy);
	printf("[");
	print("empty", seconds, &idle);
	printf(", ");
	print("traffic", seconds, &busy);
	printf("]\n");
	fflush(stdout);
}
