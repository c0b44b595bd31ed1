/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The benchmark's input, as io.breakwater.perf.traffic.Workload writes it: `workload.txt` (a line of counts
 * and the tunnels' near end, then a line for each prefix and tunnel) and `frames.bin`.
 * Addresses are in host order.
 */
#ifndef REFERENCE_WORKLOAD_H
#define REFERENCE_WORKLOAD_H

#include <stdint.h>
#include <stdio.h>

struct prefix {
	uint32_t address;
	uint8_t length;
	uint16_t tenant;
};

struct tunnel {
	uint16_t tenant;
	uint32_t remote;
	int64_t key; /* -1: none */
};

struct workload {
	uint32_t prefix_count;
	uint32_t tunnel_count; /* a tenant's tunnels stand together, tenants in order */
	uint32_t tenant_count;
	uint32_t endpoint;
	struct prefix *prefixes;
	struct tunnel *tunnels;

	uint32_t stride;
	uint32_t frame_count;
	uint8_t *frames;
	uint16_t *lengths;
};

/* Opens a file of the folder for reading, or ends the program with a sentence. */
FILE *open_in(const char *folder, const char *name);

/* Reads both files or ends the program with a sentence. */
void workload_read(struct workload *workload, const char *folder);

#endif
