/* Preloaded into a process: its n-th call that touches a file under one folder fails, or kills it.
 *
 * Python arms it through ctypes with `faulty_arm`. Until then, and for every other file, each call
 * goes to the C library as if nothing were there. What it counts lies in memory shared with the
 * processes forked later, so that the parent can read how far a child came that was killed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { NONE, NO_ROOM, FULL, BROKEN, SHORT, TORN, KILL, KILL_MIDWAY, UNREADABLE };
enum call { READ, WRITE, GROW, MAKE, SYNC, NAME, OTHER };

static struct state {
    enum kind kind;
    long at;
    long seen;
    long hits;
    size_t length;
    char under[PATH_MAX];
} unarmed, *state = &unarmed; /* libraries that are loaded before us open files, too */

__attribute__((constructor)) static void begin(void)
{
    void *shared =
        mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        abort();
    state = shared;
}

void faulty_arm(int kind, long at, const char *under)
{
    state->kind = NONE;
    state->at = at;
    state->seen = state->hits = 0;
    snprintf(state->under, sizeof state->under, "%s", under);
    state->length = strlen(state->under);
    state->kind = kind;
}

long faulty_seen(void) { return state->seen; }
long faulty_hits(void) { return state->hits; }

static int ours(const char *path)
{
    return path != NULL && strncmp(path, state->under, state->length) == 0;
}

static int ours_fd(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return ours(path);
}

static int counts(enum call call)
{
    switch (state->kind) {
    case NO_ROOM:
        return call == WRITE || call == GROW || call == MAKE || call == SYNC || call == NAME;
    case FULL:
        return call == WRITE || call == GROW || call == MAKE || call == NAME;
    case SHORT:
    case TORN:
    case KILL_MIDWAY:
        return call == WRITE;
    case UNREADABLE:
        return call == READ;
    case BROKEN:
    case KILL:
        return call != READ;
    default:
        return 0;
    }
}

/* Says what is to happen to a call: the kind of fault, or NONE. */
static enum kind fate(enum call call)
{
    if (!counts(call))
        return NONE;
    long number = __sync_add_and_fetch(&state->seen, 1);
    int lasting = state->kind == FULL || state->kind == TORN;
    if (number < state->at || (number > state->at && !lasting))
        return NONE;
    __sync_add_and_fetch(&state->hits, 1);
    if (state->kind == KILL)
        kill(getpid(), SIGKILL);
    if (state->kind == TORN && number > state->at)
        return FULL;
    return state->kind;
}

static int refused(enum call call, int is_ours)
{
    if (state->kind == NONE || !is_ours)
        return 0;
    int saved = errno;
    enum kind kind = fate(call);
    errno = saved;
    if (kind == NONE || kind == SHORT || kind == TORN || kind == KILL_MIDWAY)
        return 0;
    errno = kind == BROKEN || kind == UNREADABLE ? EIO : ENOSPC;
    return 1;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (real == NULL) \
        real = (__typeof__(&name)) dlsym(RTLD_NEXT, #name)

/* How much of a write gets through: all, half, or -1 for none; `dies` where it is the last. */
static ssize_t share(int fd, size_t size, int *dies)
{
    *dies = 0;
    if (state->kind == NONE || !ours_fd(fd))
        return (ssize_t) size;
    switch (fate(WRITE)) {
    case NONE:
        return (ssize_t) size;
    case KILL_MIDWAY:
        *dies = 1; /* fall through */
    case SHORT:
    case TORN:
        return (ssize_t) (size > 1 ? size / 2 : size);
    case BROKEN:
        errno = EIO;
        return -1;
    default:
        errno = ENOSPC;
        return -1;
    }
}

ssize_t write(int fd, const void *data, size_t size)
{
    REAL(write);
    int dies;
    ssize_t part = share(fd, size, &dies);
    if (part < 0)
        return -1;
    ssize_t done = real(fd, data, (size_t) part);
    if (dies)
        kill(getpid(), SIGKILL);
    return done;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset)
{
    REAL(pwrite64);
    int dies;
    ssize_t part = share(fd, size, &dies);
    if (part < 0)
        return -1;
    ssize_t done = real(fd, data, (size_t) part, offset);
    if (dies)
        kill(getpid(), SIGKILL);
    return done;
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset)
{
    return pwrite64(fd, data, size, offset);
}

ssize_t read(int fd, void *data, size_t size)
{
    REAL(read);
    if (state->kind == UNREADABLE && refused(READ, ours_fd(fd)))
        return -1;
    return real(fd, data, size);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t offset)
{
    REAL(pread64);
    if (state->kind == UNREADABLE && refused(READ, ours_fd(fd)))
        return -1;
    return real(fd, data, size, offset);
}

ssize_t pread(int fd, void *data, size_t size, off_t offset)
{
    return pread64(fd, data, size, offset);
}

#define ON_FD(name, call, parameters, arguments) \
    int name parameters \
    { \
        REAL(name); \
        return refused(call, state->kind != NONE && ours_fd(fd)) ? -1 : real arguments; \
    }

ON_FD(fsync, SYNC, (int fd), (fd))
ON_FD(fdatasync, SYNC, (int fd), (fd))
ON_FD(ftruncate, GROW, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, GROW, (int fd, off64_t size), (fd, size))
ON_FD(fallocate, GROW, (int fd, int mode, off_t from, off_t size), (fd, mode, from, size))
ON_FD(fallocate64, GROW, (int fd, int mode, off64_t from, off64_t size), (fd, mode, from, size))
ON_FD(fchmod, OTHER, (int fd, mode_t mode), (fd, mode))

#define ON_PATH(name, call, parameters, arguments) \
    int name parameters \
    { \
        REAL(name); \
        return refused(call, state->kind != NONE && ours(path)) ? -1 : real arguments; \
    }

ON_PATH(unlink, OTHER, (const char *path), (path))
ON_PATH(rename, NAME, (const char *path, const char *to), (path, to))
ON_PATH(link, NAME, (const char *path, const char *to), (path, to))
ON_PATH(mkdir, MAKE, (const char *path, mode_t mode), (path, mode))
ON_PATH(chmod, OTHER, (const char *path, mode_t mode), (path, mode))
ON_PATH(renameat, NAME, (int f, const char *path, int t, const char *to), (f, path, t, to))
ON_PATH(linkat, NAME, (int f, const char *path, int t, const char *to, int how),
        (f, path, t, to, how))
ON_PATH(unlinkat, OTHER, (int f, const char *path, int how), (f, path, how))
ON_PATH(mkdirat, MAKE, (int f, const char *path, mode_t mode), (f, path, mode))
ON_PATH(fchmodat, OTHER, (int f, const char *path, mode_t mode, int how), (f, path, mode, how))

/* Opening to read makes nothing, and needs no room. */
#define OPENING(name, parameters, arguments) \
    int name parameters \
    { \
        REAL(name); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        int writes = (flags & O_ACCMODE) != O_RDONLY; \
        int makes = (flags & O_CREAT) && access(path, F_OK) != 0; \
        int room = state->kind == FULL || state->kind == TORN || state->kind == NO_ROOM; \
        if (state->kind != NONE && (room ? makes : writes) && refused(MAKE, ours(path))) \
            return -1; \
        return real arguments; \
    }

OPENING(open, (const char *path, int flags, ...), (path, flags, mode))
OPENING(open64, (const char *path, int flags, ...), (path, flags, mode))
OPENING(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
OPENING(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset)
{
    REAL(mmap64);
    if (state->kind != NONE && fd >= 0 && (protection & PROT_WRITE)
        && refused(OTHER, ours_fd(fd)))
        return MAP_FAILED;
    return real(at, size, protection, flags, fd, offset);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    return mmap64(at, size, protection, flags, fd, offset);
}
