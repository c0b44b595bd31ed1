/* SPDX-License-Identifier: Apache-2.0 */
/* The environment: start, stop, clock, and DPDK's log, kept to explain failures. */
#include "breakwater.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_version.h>

#define LOG_BYTES 4096

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static char log_text[LOG_BYTES];
static size_t log_length;

/* Keeps the newest text: what explains a failure was said last. */
static ssize_t log_write(void *cookie, const char *text, size_t length)
{
	const size_t written = length;

	(void)cookie;
	if (length > LOG_BYTES) {
		text += length - LOG_BYTES;
		length = LOG_BYTES;
	}
	pthread_mutex_lock(&log_lock);
	if (log_length + length > LOG_BYTES) {
		const size_t kept = LOG_BYTES - length;

		memmove(log_text, log_text + log_length - kept, kept);
		log_length = kept;
	}
	memcpy(log_text + log_length, text, length);
	log_length += length;
	pthread_mutex_unlock(&log_lock);
	return (ssize_t)written;
}

uint32_t bw_log_take(char *text, uint32_t capacity)
{
	size_t length;

	if (capacity == 0)
		return 0;
	pthread_mutex_lock(&log_lock);
	length = log_length < capacity - 1 ? log_length : capacity - 1;
	memcpy(text, log_text + log_length - length, length);
	log_length = 0;
	pthread_mutex_unlock(&log_lock);
	text[length] = '\0';
	return (uint32_t)length;
}

int bw_eal_start(int argc, char **argv)
{
	const cookie_io_functions_t functions = { .write = log_write };
	FILE *stream = fopencookie(NULL, "w", functions);

	if (stream == NULL)
		return -errno;
	setvbuf(stream, NULL, _IONBF, 0);
	rte_openlog_stream(stream);
	if (rte_eal_init(argc, argv) < 0)
		return -rte_errno;
	/* Empty and of no use when nothing is shared with other processes; else it stays. */
	rmdir(rte_eal_get_runtime_dir());
	return 0;
}

int bw_eal_stop(void)
{
	return rte_eal_cleanup();
}

int bw_eal_hugepages(void)
{
	return rte_eal_has_hugepages();
}

const char *bw_version(void)
{
	return rte_version();
}

const char *bw_error_text(int error)
{
	return rte_strerror(error);
}

uint64_t bw_cycles(void)
{
	return rte_rdtsc();
}

uint64_t bw_cycles_per_second(void)
{
	return rte_get_tsc_hz();
}
