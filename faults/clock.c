/* The wall clock of whoever loads this first (LD_PRELOAD), as many seconds ahead as the file CLOCK_FILE says
   in eight bytes. What waits goes by another clock, and waits as before. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long *ahead;

__attribute__((constructor)) static void begin(void)
{
    const char *name = getenv("CLOCK_FILE");
    int file = name ? open(name, O_RDONLY) : -1;
    if (file < 0)
        return;
    void *found = mmap(NULL, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (found != MAP_FAILED)
        ahead = found;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec is;
    int failed = clock_gettime(CLOCK_REALTIME, &is);
    now->tv_sec = is.tv_sec;
    now->tv_usec = is.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *where)
{
    struct timespec is;
    clock_gettime(CLOCK_REALTIME, &is);
    if (where)
        *where = is.tv_sec;
    return is.tv_sec;
}
