/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floods: SYNs that are answered with a cookie, resets and acknowledgements that are nobody's,
 * answers of abused video recorders. Each profile takes the burst through its reads first, so that the
 * misses of neighbouring packets overlap.
 */
#include "flood.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <rte_cycles.h>
#include <rte_debug.h>
#include <rte_hash_crc.h>
#include <rte_prefetch.h>

#include "reference.h"

#define VERIFIED_BUCKETS (1 << 17) /* 8 MiB */
#define FLOW_BUCKETS (1 << 18) /* 16 MiB */
#define CANDIDATE_BUCKETS (1 << 16) /* 4 MiB */
#define ALLOWANCES (1 << 16)
#define ELAPSED_MAX (1ULL << 34) /* some seconds: then it is full */
#define CREDIT_MAX (2000ULL * 1000000) /* packets at once to a /24 */

#define TCP_ACK 0x10
#define TCP_RST 0x04
#define RECORDER BIG_ENDIAN_16(37810)

/* 0x20000000 and "DHIP", as they are loaded */
#define RECORDER_BEGIN 0x5049484400000020ULL

static void *memory(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		rte_exit(1, "no memory for the tables against floods: bytes=%zu\n", bytes);
	madvise(at, bytes, MADV_HUGEPAGE);
	memset(at, 0, bytes);
	return at;
}

static struct table table_of(uint32_t buckets)
{
	struct table table = {buckets - 1, memory(buckets * sizeof(struct bucket))};

	return table;
}

void flood_load(struct filter *filter, const char *folder)
{
	FILE *file = open_in(folder, "flood.txt");
	struct flood *flood = calloc(1, sizeof(*flood));

	if (flood == NULL || fscanf(file, "%u", &filter->dropped_frames) != 1)
		rte_exit(2, "flood.txt does not hold a count\n");
	fclose(file);
	for (int i = 0; i < 3; i++)
		flood->keys[i] = (struct siphash_key){0x0706050403020100ULL + i, 0x0f0e0d0c0b0a0908ULL};
	flood->verified = table_of(VERIFIED_BUCKETS);
	flood->flows = table_of(FLOW_BUCKETS);
	flood->candidates = table_of(CANDIDATE_BUCKETS);
	flood->allowances = memory(ALLOWANCES * sizeof(*flood->allowances));
	flood->seconds = 1;
	filter->flood = flood;
}

static inline const struct rte_ipv4_hdr *ip_of(struct rte_mbuf *packet)
{
	return rte_pktmbuf_mtod_offset(packet, const void *, RTE_ETHER_HDR_LEN);
}

static inline const struct rte_tcp_hdr *tcp_of(const struct rte_ipv4_hdr *ip)
{
	return (const void *)((const uint8_t *)ip + (ip->version_ihl & 0xf) * 4);
}

/* Two CRCs are 64 bits that a flood cannot steer without the seeds, well enough for a table. */
static inline uint64_t source_hash(const struct rte_ipv4_hdr *ip, uint16_t tenant)
{
	uint64_t key = (uint64_t)ip->src_addr << 16 | tenant;

	return (uint64_t)rte_hash_crc_8byte(key, 0x5bd1e995) << 32 | rte_hash_crc_8byte(key, 1);
}

static inline uint64_t flow_hash64(const struct rte_ipv4_hdr *ip)
{
	uint64_t addresses = load64(&ip->src_addr);
	uint32_t ports = load32(tcp_of(ip));

	return (uint64_t)rte_hash_crc_4byte(ports, rte_hash_crc_8byte(addresses, 7)) << 32 |
	       rte_hash_crc_4byte(ports, rte_hash_crc_8byte(addresses, 1));
}

static inline struct bucket *bucket_of(const struct table *table, uint64_t hash)
{
	return &table->buckets[hash & table->mask];
}

/* The tag is the upper 40 bits, the time the lower 24. */
static inline int is_in(const struct bucket *bucket, uint64_t hash, uint32_t now)
{
	int found = 0;

	for (int i = 0; i < ENTRIES; i++) {
		uint64_t entry = bucket->entries[i];

		found |= ((entry ^ hash) >> 24 == 0) & ((entry & 0xffffff) >= now);
	}
	return found;
}

static inline uint32_t cookie_of(const struct siphash_key key, const struct rte_ipv4_hdr *ip)
{
	return siphash_2_4(key, load64(&ip->src_addr), load32(tcp_of(ip)));
}

/* Of the /24 of an address. */
static inline struct allowance *allowance_of(struct flood *flood, uint32_t address)
{
	return &flood->allowances[rte_hash_crc_4byte(address & 0x00ffffff, 3) & (ALLOWANCES - 1)];
}

/* Whether one more packet may be sent. */
static inline int is_allowed(struct allowance *allowance, uint64_t now, uint64_t per_tick)
{
	uint64_t elapsed = RTE_MIN(now - allowance->updated, ELAPSED_MAX);
	uint64_t credit = allowance->credit + (elapsed * per_tick >> 20);
	int allowed;

	credit = RTE_MIN(credit, CREDIT_MAX);
	allowed = credit >= 1000000;
	allowance->credit = credit - (allowed ? 1000000 : 0);
	allowance->updated = now;
	return allowed;
}

/* RFC 1071: the checksum of words that were added up. */
static inline uint16_t folded(uint64_t sum)
{
	sum = (uint32_t)sum + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static inline void store32(void *to, uint32_t value)
{
	memcpy(to, &value, sizeof(value));
}

/*
 * Turns a SYN into the SYN-ACK with this acknowledgement number: 40 bytes, no options. The headers are
 * put together and summed as words in registers (in the machine's order, which is little-endian), since
 * to read what was just written in smaller parts is slow.
 */
static inline void answer(struct reference *r, struct rte_mbuf *packet, uint32_t cookie)
{
	uint8_t *frame = rte_pktmbuf_mtod(packet, uint8_t *);
	uint8_t *ip = frame + RTE_ETHER_HDR_LEN;
	uint8_t *tcp = ip + sizeof(struct rte_ipv4_hdr);
	uint64_t addresses = load64(ip + 12);
	uint32_t ports = load32(tcp_of((const void *)ip));
	uint32_t length = sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_tcp_hdr);
	uint32_t first = 0x45 | BIG_ENDIAN_16(40) << 16;
	uint32_t second = 0x40 << 16; /* DF */
	uint32_t third = 64 | IPPROTO_TCP << 8;
	uint32_t control = 0x1250 | 0xffff0000; /* SYN, ACK, 5 words; window */
	uint32_t sequence = cookie ^ 0x5a5a5a5a;
	uint64_t both = (uint32_t)addresses + (addresses >> 32);
	uint64_t pseudo = both + BIG_ENDIAN_16(IPPROTO_TCP) + BIG_ENDIAN_16(20);

	ports = ports << 16 | ports >> 16;
	memcpy(frame, &r->next_hop, RTE_ETHER_HDR_LEN);
	store32(ip, first);
	store32(ip + 4, second);
	store32(ip + 8, third | folded((uint64_t)first + second + third + both) << 16);
	addresses = addresses << 32 | addresses >> 32;
	memcpy(ip + 12, &addresses, sizeof(addresses));
	store32(tcp, ports);
	store32(tcp + 4, sequence);
	store32(tcp + 8, cookie);
	store32(tcp + 12, control);
	store32(tcp + 16, folded(pseudo + ports + sequence + cookie + control));
	packet->data_len = RTE_ETHER_HDR_LEN + length;
	packet->pkt_len = RTE_ETHER_HDR_LEN + length;
}

/* SYNs of sources that are not known: each is answered with its cookie. */
uint16_t syn_flood(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	struct flood *flood = r->filter->flood;
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];
	uint64_t hashes[BURST];
	uint64_t now = rte_rdtsc();
	uint64_t per_tick = r->credit_per_tick;
	uint16_t good = 0;

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	for (uint16_t i = 0; i < n; i++) {
		hashes[i] = source_hash(ip_of(packets[i]), tenants[i]);
		rte_prefetch0(bucket_of(&flood->verified, hashes[i]));
		rte_prefetch0(allowance_of(flood, ip_of(packets[i])->src_addr));
	}
	for (uint16_t i = 0; i < n; i++) {
		const struct rte_ipv4_hdr *ip = ip_of(packets[i]);

		if (is_in(bucket_of(&flood->verified, hashes[i]), hashes[i], flood->seconds)) {
			drop(r, packets[i], DROP_NO_TUNNEL); /* not in this benchmark's frames */
			continue;
		}
		if (!is_allowed(allowance_of(flood, ip->src_addr), now, per_tick)) {
			drop(r, packets[i], DROP_NO_TUNNEL);
			continue;
		}
		answer(r, packets[i], cookie_of(flood->keys[0], ip));
		packets[good++] = packets[i];
	}
	r->drops[DROP_FILTERED] += good;
	return good;
}

/* Resets that carry no cookie of ours. */
uint16_t rst_flood(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	struct flood *flood = r->filter->flood;
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];
	struct rte_mbuf *dropped[BURST];
	uint16_t good = 0, bad = 0;

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	for (uint16_t i = 0; i < n; i++) {
		const struct rte_ipv4_hdr *ip = ip_of(packets[i]);
		uint32_t sequence = tcp_of(ip)->sent_seq;
		int right = cookie_of(flood->keys[0], ip) == sequence;

		right |= cookie_of(flood->keys[1], ip) == sequence;
		if (unlikely(right))
			packets[good++] = packets[i];
		else
			dropped[bad++] = packets[i];
	}
	drop_burst(r, dropped, bad, DROP_FILTERED);
	return good;
}

/* Acknowledgements of flows that are not known: noted, since a real one comes again, and dropped. */
uint16_t ack_flood(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	struct flood *flood = r->filter->flood;
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];
	uint64_t hashes[BURST];
	struct rte_mbuf *dropped[BURST];
	uint16_t good = 0, bad = 0;

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	for (uint16_t i = 0; i < n; i++) {
		hashes[i] = flow_hash64(ip_of(packets[i]));
		rte_prefetch0(bucket_of(&flood->flows, hashes[i]));
		rte_prefetch0(bucket_of(&flood->candidates, hashes[i] >> 8));
	}
	for (uint16_t i = 0; i < n; i++) {
		uint64_t hash = hashes[i];
		struct bucket *candidate = bucket_of(&flood->candidates, hash >> 8);
		uint64_t seen = hash ^ tcp_of(ip_of(packets[i]))->sent_seq;

		if (unlikely(is_in(bucket_of(&flood->flows, hash), hash, flood->seconds) ||
		             is_in(candidate, seen, flood->seconds))) {
			packets[good++] = packets[i];
			continue;
		}
		candidate->entries[hash >> 61] = (seen & ~0xffffffULL) | (flood->seconds - 1);
		dropped[bad++] = packets[i];
	}
	drop_burst(r, dropped, bad, DROP_FILTERED);
	return good;
}

/* Answers of video recorders that nobody asked: known by their port and their first bytes. */
uint16_t signature_drop(struct reference *r, struct rte_mbuf **packets, uint16_t n)
{
	uint32_t destinations[BURST];
	uint16_t tenants[BURST];
	struct rte_mbuf *dropped[BURST];
	uint16_t good = 0, bad = 0;

	n = check_burst(r, packets, n, destinations);
	n = tenant_burst(r, packets, n, destinations, tenants);
	for (uint16_t i = 0; i < n; i++) {
		const struct rte_ipv4_hdr *ip = ip_of(packets[i]);
		const uint8_t *udp = (const void *)tcp_of(ip);
		uint32_t bytes = rte_be_to_cpu_16(ip->total_length) - (ip->version_ihl & 0xf) * 4;

		if (ip->next_proto_id == IPPROTO_UDP && (uint16_t)load32(udp) == RECORDER &&
		    bytes >= 16 && load64(udp + 8) == RECORDER_BEGIN)
			dropped[bad++] = packets[i];
		else {
			tenants[good] = tenants[i];
			packets[good++] = packets[i];
		}
	}
	drop_burst(r, dropped, bad, DROP_FILTERED);
	return encapsulate_burst(r, packets, good, tenants);
}
