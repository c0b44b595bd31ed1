/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of 16 bytes, as two words: the cookie of a connection
 * over IPv4.
 */
#ifndef REFERENCE_SIPHASH_H
#define REFERENCE_SIPHASH_H

#include <stdint.h>

struct siphash_key {
	uint64_t k0, k1;
};

static inline uint64_t rotate_left(uint64_t value, int bits)
{
	return value << bits | value >> (64 - bits);
}

#define SIP_ROUND \
	do { \
		v0 += v1; v1 = rotate_left(v1, 13) ^ v0; v0 = rotate_left(v0, 32); \
		v2 += v3; v3 = rotate_left(v3, 16) ^ v2; \
		v0 += v3; v3 = rotate_left(v3, 21) ^ v0; \
		v2 += v1; v1 = rotate_left(v1, 17) ^ v2; v2 = rotate_left(v2, 32); \
	} while (0)

static inline uint64_t siphash_2_4(struct siphash_key key, uint64_t first, uint64_t second)
{
	uint64_t words[3] = {first, second, 16ULL << 56};
	uint64_t v0 = key.k0 ^ 0x736f6d6570736575ULL;
	uint64_t v1 = key.k1 ^ 0x646f72616e646f6dULL;
	uint64_t v2 = key.k0 ^ 0x6c7967656e657261ULL;
	uint64_t v3 = key.k1 ^ 0x7465646279746573ULL;

	for (int i = 0; i < 3; i++) {
		v3 ^= words[i];
		SIP_ROUND;
		SIP_ROUND;
		v0 ^= words[i];
	}
	v2 ^= 0xff;
	SIP_ROUND;
	SIP_ROUND;
	SIP_ROUND;
	SIP_ROUND;
	return v0 ^ v1 ^ v2 ^ v3;
}

#endif
