/*
 * The least that keeping bridge.json costs: write a file beside it, rename it over.
 * Usage: bridge_write PATH DATA_FILE WARM_UP COUNT PAUSE_US; prints the nanoseconds of each of COUNT
 * writes, with a pause before each.
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static long long now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void replace(const char *path, const char *temporary, const char *data, size_t size)
{
	int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file < 0)
		fail("open");
	if (write(file, data, size) != (ssize_t)size)
		fail("write");
	if (close(file) != 0)
		fail("close");
	if (rename(temporary, path) != 0)
		fail("rename");
}

int main(int argc, char **argv)
{
	static char data[1 << 20];
	char temporary[4096];
	if (argc != 6) {
		fprintf(stderr, "usage: bridge_write PATH DATA_FILE WARM_UP COUNT PAUSE_US\n");
		return 2;
	}
	snprintf(temporary, sizeof temporary, "%s.tmp", argv[1]);
	FILE *source = fopen(argv[2], "rb");
	if (!source)
		fail(argv[2]);
	size_t size = fread(data, 1, sizeof data, source);
	fclose(source);

	int warm_up = atoi(argv[3]), count = atoi(argv[4]), pause_us = atoi(argv[5]);
	for (int i = 0; i < warm_up; i++)
		replace(argv[1], temporary, data, size);
	long long *times = malloc(sizeof *times * (size_t)count);
	if (!times)
		fail("malloc");
	for (int i = 0; i < count; i++) {
		if (pause_us > 0)
			usleep((useconds_t)pause_us);
		long long before = now_ns();
		replace(argv[1], temporary, data, size);
		times[i] = now_ns() - before;
	}
	for (int i = 0; i < count; i++)
		printf("%lld\n", times[i]);
	return 0;
}
