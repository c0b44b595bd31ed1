/* SPDX-License-Identifier: Apache-2.0 */
#include "breakwater_counter.h"

#include <errno.h>
#include <unistd.h>

#include <linux/perf_event.h>
#include <sys/syscall.h>

static const struct {
	uint32_t type;
	uint64_t config;
} events[BW_COUNTER_EVENTS] = {
	[BW_COUNTER_INSTRUCTIONS] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS},
	[BW_COUNTER_CORE_CYCLES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES},
	[BW_COUNTER_CACHE_MISSES] = {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CACHE_MISSES},
	[BW_COUNTER_TASK_CLOCK] = {PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK},
};

int bw_counter_open(uint32_t thread, uint32_t event)
{
	struct perf_event_attr attributes = {
	    .size = sizeof(attributes),
	    .exclude_kernel = 1,
	    .exclude_hv = 1,
	    .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
	};
	long counter;

	if (event >= BW_COUNTER_EVENTS)
		return -EINVAL;
	attributes.type = events[event].type;
	attributes.config = events[event].config;
	counter = syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return counter < 0 ? -errno : (int)counter;
}

int bw_counter_read(int counter, uint64_t *count)
{
	struct {
		uint64_t value, enabled, running;
	} counted;

	if (read(counter, &counted, sizeof(counted)) != (ssize_t)sizeof(counted))
		return -errno;
	if (counted.running == counted.enabled) {
		*count = counted.value;
		return 0;
	}
	if (counted.running == 0)
		return -EAGAIN;
	*count = (uint64_t)((double)counted.value * counted.enabled / counted.running);
	return 0;
}

void bw_counter_close(int counter)
{
	close(counter);
}
