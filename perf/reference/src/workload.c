/* SPDX-License-Identifier: Apache-2.0 */
#include "workload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_debug.h>

FILE *open_in(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (file == NULL)
		rte_exit(2, "cannot read the workload: file=%s\n", path);
	return file;
}

static void read_tables(struct workload *w, FILE *file)
{
	if (fscanf(file, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNx32, &w->prefix_count,
	           &w->tunnel_count, &w->stride, &w->endpoint) != 4)
		rte_exit(2, "workload.txt does not begin with its counts\n");
	w->prefixes = calloc(w->prefix_count, sizeof(*w->prefixes));
	w->tunnels = calloc(w->tunnel_count, sizeof(*w->tunnels));
	for (uint32_t i = 0; i < w->prefix_count; i++) {
		struct prefix *p = &w->prefixes[i];

		if (fscanf(file, "%" SCNx32 " %" SCNu8 " %" SCNu16, &p->address, &p->length,
		           &p->tenant) != 3)
			rte_exit(2, "workload.txt: not a prefix: index=%u\n", i);
	}
	for (uint32_t i = 0; i < w->tunnel_count; i++) {
		struct tunnel *t = &w->tunnels[i];

		if (fscanf(file, "%" SCNu16 " %" SCNx32 " %" SCNd64, &t->tenant, &t->remote,
		           &t->key) != 3)
			rte_exit(2, "workload.txt: not a tunnel: index=%u\n", i);
		w->tenant_count = t->tenant + 1;
	}
}

static void read_frames(struct workload *w, FILE *file)
{
	fseek(file, 0, SEEK_END);
	w->frame_count = ftell(file) / w->stride;
	rewind(file);
	w->frames = aligned_alloc(64, (size_t)w->frame_count * w->stride);
	w->lengths = calloc(w->frame_count, sizeof(*w->lengths));
	if (fread(w->frames, w->stride, w->frame_count, file) != w->frame_count)
		rte_exit(2, "frames.bin is cut short: frames=%u\n", w->frame_count);
	for (uint32_t i = 0; i < w->frame_count; i++) {
		const uint8_t *frame = w->frames + (size_t)i * w->stride;

		w->lengths[i] = 14 + (frame[16] << 8 | frame[17]); /* IPv4 total length */
	}
}

void workload_read(struct workload *workload, const char *folder)
{
	FILE *tables = open_in(folder, "workload.txt");
	FILE *frames = open_in(folder, "frames.bin");

	memset(workload, 0, sizeof(*workload));
	read_tables(workload, tables);
	read_frames(workload, frames);
	fclose(tables);
	fclose(frames);
}
