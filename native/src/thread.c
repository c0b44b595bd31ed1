/* SPDX-License-Identifier: Apache-2.0 */
/* The calling thread: where it runs, and what DPDK knows of it. */
#include "breakwater.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

int bw_thread_pin(uint32_t cpu)
{
	cpu_set_t set;

	if (cpu >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0 ? 0 : -errno;
}

int bw_thread_affinity(uint64_t *words, uint32_t word_count)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return -errno;
	memset(words, 0, word_count * sizeof(*words));
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		if (cpu / 64 >= word_count)
			return -ERANGE;
		words[cpu / 64] |= UINT64_C(1) << (cpu % 64);
	}
	return 0;
}

int bw_thread_set_affinity(uint32_t thread, const uint64_t *words, uint32_t word_count)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (uint32_t cpu = 0; cpu < word_count * 64; cpu++) {
		if ((words[cpu / 64] >> (cpu % 64) & 1) == 0)
			continue;
		if (cpu >= CPU_SETSIZE)
			return -EINVAL;
		CPU_SET(cpu, &set);
	}
	return sched_setaffinity(thread, sizeof(set), &set) == 0 ? 0 : -errno;
}

int bw_thread_register(void)
{
	sigset_t set;

	/*
	 * DPDK's TAP driver lets the kernel tell of each packet by a real-time signal. Any thread of the
	 * process may take it: one that polls should not. (Those that the C library needs are below.)
	 */
	sigemptyset(&set);
	for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++)
		sigaddset(&set, signal);
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return -EINVAL;
	return rte_thread_register() == 0 ? (int)rte_lcore_id() : -rte_errno;
}

static void flush_cache(struct rte_mempool *pool, void *argument)
{
	(void)argument;
	rte_mempool_cache_flush(rte_mempool_default_cache(pool, rte_lcore_id()), pool);
}

void bw_thread_unregister(void)
{
	if (rte_lcore_id() == LCORE_ID_ANY)
		return;
	rte_mempool_walk(flush_cache, NULL);
	rte_thread_unregister();
}
