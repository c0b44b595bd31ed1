/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C reference: the appliance's job on one core as a C programmer would write it with DPDK,
 * the measure of the Java pipeline. Only the fast path: what the appliance answers (ARP, ICMP
 * errors) is counted as dropped here and does not occur in the benchmark's frames.
 *
 * A profile takes a burst through its steps, each a loop over the burst, so that the cache misses
 * of neighbouring packets overlap.
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdint.h>
#include <time.h>

#include <rte_mbuf.h>

#include "check.h"
#include "filter.h"
#include "lpm.h"
#include "tunnels.h"
#include "workload.h"

#define BURST 64

struct counter {
	uint64_t packets;
	uint64_t bytes;
};

struct reference {
	uint64_t own_mac; /* as check_ethernet wants it */
	struct rte_ether_hdr next_hop; /* the Ethernet header of everything that we send */
	struct lpm *lpm; /* prefix to tenant */
	const struct filter *filter;
	uint64_t credit_per_tick; /* of an allowance to send, by 2^20 */
	struct tunnels tunnels;
	struct counter *tenants;
	uint64_t drops[DROP_COUNT];
};

/*
 * What a profile is: takes `n` packets, changes them in place, leaves those to send in front of
 * `packets` in their order, frees the others, and returns how many are to be sent.
 */
typedef uint16_t profile(struct reference *reference, struct rte_mbuf **packets, uint16_t n);

profile forward, gre_encap, gre_decap, firewall, blocklist;
profile syn_flood, rst_flood, ack_flood, signature_drop;

/* Of packets of these tenants: chooses one of the tunnels by the flow, encapsulates. */
uint16_t encapsulate_burst(struct reference *reference, struct rte_mbuf **packets, uint16_t n,
                           const uint16_t *tenants);

/* The packet pool of all ports, or NULL. */
struct rte_mempool *create_pool(void);

/*
 * Starts a net_null port with a queue for each lcore, and gives each its part of the flows; or ends
 * the program with a sentence. Without a workload packets come as net_null makes them. Returns the
 * port.
 */
uint16_t open_port(const char *name, const char *arguments, struct rte_mempool *pool,
                   const struct workload *workload);

/* Of the core's time that the calling thread got. */
static inline double core_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec + 1e-9 * time.tv_nsec;
}

/*
 * Polls a port on which nothing arrives for `seconds`, then the other for as long, and prints the
 * times between two turns as one line of JSON. On the calling lcore, with queue 0 of each.
 */
void poll_gaps(profile *process, struct reference *reference, uint16_t empty, uint16_t port,
               double seconds);

static inline void drop(struct reference *reference, struct rte_mbuf *packet, enum drop why)
{
	reference->drops[why]++;
	rte_pktmbuf_free(packet);
}

static inline void drop_burst(struct reference *reference, struct rte_mbuf **packets, uint16_t n,
                              enum drop why)
{
	reference->drops[why] += n;
	rte_pktmbuf_free_bulk(packets, n);
}

/* Ethernet to transport; leaves the good packets in front and their destinations, in host order. */
static inline uint16_t check_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                                   uint32_t *destinations)
{
	uint64_t own_mac = r->own_mac;
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		const uint8_t *frame = rte_pktmbuf_mtod(packet, const uint8_t *);
		const struct rte_ipv4_hdr *ip = (const void *)(frame + RTE_ETHER_HDR_LEN);
		enum drop why = check_ethernet(frame, packet->data_len, own_mac);

		if (likely(why == PASS))
			why = check_ipv4(ip, packet->data_len - RTE_ETHER_HDR_LEN);
		if (likely(why == PASS))
			why = unlikely(ip->time_to_live <= 1) ? DROP_TTL : check_transport(ip);
		if (unlikely(why != PASS)) {
			drop(r, packet, why);
			continue;
		}
		destinations[good] = rte_be_to_cpu_32(ip->dst_addr);
		packets[good++] = packet;
	}
	return good;
}

/* Looks the tenants up; leaves the packets that have one in front, counted for it. */
static inline uint16_t tenant_burst(struct reference *r, struct rte_mbuf **packets, uint16_t n,
                                    const uint32_t *destinations, uint16_t *tenants)
{
	uint16_t found[BURST];
	uint16_t good = 0;

	for (uint16_t i = 0; i < n; i++)
		found[i] = lpm_lookup(r->lpm, destinations[i]);
	for (uint16_t i = 0; i < n; i++) {
		struct rte_mbuf *packet = packets[i];
		struct counter *counter;

		if (unlikely(found[i] == LPM_NONE)) {
			drop(r, packet, DROP_NO_TENANT);
			continue;
		}
		counter = &r->tenants[found[i]];
		counter->packets++;
		counter->bytes += packet->data_len;
		tenants[good] = found[i];
		packets[good++] = packet;
	}
	return good;
}

#endif
