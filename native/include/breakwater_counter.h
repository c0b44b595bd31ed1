/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the CPU counts of one thread, for benchmarks: perf_event_open(2), the system call that perf
 * stands on. Counts are of user space only, which an unprivileged process may ask for where
 * /proc/sys/kernel/perf_event_paranoid is 2 or less. A virtual machine often has no such counters:
 * then opening fails with -ENOENT.
 */
#ifndef BREAKWATER_COUNTER_H
#define BREAKWATER_COUNTER_H

#include <stdint.h>

enum bw_counter_event {
	BW_COUNTER_INSTRUCTIONS,
	BW_COUNTER_CORE_CYCLES, /* of the core's own clock, not of the time stamp counter */
	BW_COUNTER_CACHE_MISSES, /* of the last level */
	BW_COUNTER_TASK_CLOCK, /* nanoseconds on a CPU: counted by the kernel, so it is always there */
	BW_COUNTER_EVENTS
};

/*
 * Begins to count. `thread` is the kernel's thread id, 0 for the calling thread; any of the same
 * process will do, others if ptrace(2) would be allowed. The counter is the caller's until
 * bw_counter_close.
 * Returns the counter (0 or more), or -errno; -EINVAL for an event that is not listed above.
 */
int bw_counter_open(uint32_t thread, uint32_t event);

/*
 * What was counted so far: an estimate where the kernel had to share the hardware's counters among
 * more events than it has. 0; -EAGAIN when the counter never got its turn; or -errno.
 */
int bw_counter_read(int counter, uint64_t *count);

void bw_counter_close(int counter);

#endif
