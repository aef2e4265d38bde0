/*
 * Stands between a process and the files directly in one directory (LD_PRELOAD): records what is done to them, and makes
 * their disk fail on demand. The file "marks" is recorded too, but never fails.
 *
 *   WATCHED_DIRECTORY  the directory, as an absolute path without symbolic links
 *   WATCHED_RECORDING  a file outside it; every operation that changes something is appended (recording.ts reads it)
 *   WATCHED_FAULT      a file outside it; while it exists it says how the disk fails: "<operation> <fault> <times>"
 *       operation  "write", "fsync", or "any": both, and creating, shortening, renaming and removing files
 *       fault      "EIO", "ENOSPC", "short" (only half is written) or "kill" (the process dies before it)
 *       times      "once" (the fault file is then removed), "always", or "until-room" (until a file with content is removed)
 *
 * Records are in the order of the operations: a lock is held around both. Bound: descriptors below MAX_FILES; a watched file
 * with a higher one ends the process. Calls it does not intercept (mmap, writev, fallocate) would be missing from the
 * recording, so its reader compares the outcome with the real directory.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FILES 4096
#define NEVER_FAILS "never"
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, SYNC_FAILED, RENAME, UNLINK, SYNC_DIRECTORY };
enum kind { UNWATCHED = 0, WATCHED_FILE, MARKS, THE_DIRECTORY };

/* As it stands in the recording, in the byte order of the machine; the names (ended by NUL) and the data follow. */
struct record {
  uint32_t operation;
  uint32_t names_length;
  uint32_t data_length;
  uint32_t unused;
  uint64_t inode;
  uint64_t offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
  enum kind kind;
  uint64_t inode;
} files[MAX_FILES];
static const char *directory, *fault_file;
static int recording = -1;

__attribute__((constructor)) static void begin(void) {
  directory = getenv("WATCHED_DIRECTORY");
  fault_file = getenv("WATCHED_FAULT");
  const char *file = getenv("WATCHED_RECORDING");
  if (file != NULL) recording = REAL(open)(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void give_up(const char *why) {
  fprintf(stderr, "watched-disk: %s\n", why);
  abort();
}

static enum kind kind_of_path(const char *path) {
  size_t length = directory == NULL ? 0 : strlen(directory);
  if (length == 0 || strncmp(path, directory, length) != 0) return UNWATCHED;
  if (path[length] == '\0' || strcmp(path + length, "/") == 0) return THE_DIRECTORY;
  if (path[length] != '/' || strchr(path + length + 1, '/') != NULL) return UNWATCHED;
  return strcmp(path + length, "/marks") == 0 ? MARKS : WATCHED_FILE;
}

static const char *name_of(const char *path) { return path + strlen(directory) + 1; }

static enum kind kind_of(int fd) { return fd >= 0 && fd < MAX_FILES ? files[fd].kind : UNWATCHED; }

static void record(struct record head, const char *name, const char *other, const void *data) {
  if (recording < 0) return;
  head.names_length = (name ? strlen(name) + 1 : 0) + (other ? strlen(other) + 1 : 0);
  struct iovec parts[] = {
      {&head, sizeof head},
      {(void *)name, name ? strlen(name) + 1 : 0},
      {(void *)other, other ? strlen(other) + 1 : 0},
      {(void *)data, head.data_length},
  };
  ssize_t whole = sizeof head + head.names_length + head.data_length;
  if (writev(recording, parts, 4) != whole) give_up("the recording cannot be written");
}

/* What the fault file asks of this operation: 0 nothing, an errno, or -1 for "short". */
static int fault_for(const char *operation) {
  char text[64] = "", which[16] = "", fault[16] = "", times[16] = "";
  if (fault_file == NULL) return 0;
  int fd = REAL(open)(fault_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  REAL(close)(fd);
  if (length <= 0 || sscanf(text, "%15s %15s %15s", which, fault, times) != 3) return 0;
  int any = strcmp(which, "any") == 0 && strcmp(operation, NEVER_FAILS) != 0;
  if (!any && strcmp(which, operation) != 0) return 0;
  if (strcmp(times, "once") == 0) REAL(unlink)(fault_file);
  if (strcmp(fault, "kill") == 0) raise(SIGKILL);
  if (strcmp(fault, "short") == 0) return strcmp(operation, "write") == 0 ? -1 : 0;
  return strcmp(fault, "ENOSPC") == 0 ? ENOSPC : EIO;
}

/* Runs `call` under the lock unless the disk is to fail; `then` records what it has done. */
#define GUARDED(type, operation, call, then)  \
  pthread_mutex_lock(&lock);                  \
  int wrong = fault_for(operation);           \
  type result = -1;                           \
  if (wrong > 0) errno = wrong;               \
  else result = call;                         \
  int outcome = errno;                        \
  then;                                       \
  pthread_mutex_unlock(&lock);                \
  errno = outcome;                            \
  return result;

static int note_opened(int fd, const char *path, int flags, int existed) {
  struct stat now;
  if (fd < 0 || fstat(fd, &now) != 0) return fd;
  if (fd >= MAX_FILES) give_up("a watched file got too high a descriptor");
  files[fd].kind = kind_of_path(path);
  files[fd].inode = now.st_ino;
  if (files[fd].kind == THE_DIRECTORY) return fd;
  if (!existed) record((struct record){.operation = CREATE, .inode = now.st_ino}, name_of(path), NULL, NULL);
  else if (flags & O_TRUNC) record((struct record){.operation = TRUNCATE, .inode = now.st_ino}, NULL, NULL, NULL);
  return fd;
}

#define DEFINE_OPEN(function, parameters, arguments)                                                         \
  int function parameters {                                                                                  \
    va_list more;                                                                                            \
    va_start(more, flags);                                                                                   \
    int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, int) : 0;                                      \
    va_end(more);                                                                                            \
    if (kind_of_path(path) == UNWATCHED) return REAL(function) arguments;                                    \
    struct stat before;                                                                                      \
    int existed = stat(path, &before) == 0;                                                                  \
    GUARDED(int, !existed && (flags & O_CREAT) ? "create" : NEVER_FAILS,                                 \
            REAL(function) arguments, note_opened(result, path, flags, existed))                             \
  }
DEFINE_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
DEFINE_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
DEFINE_OPEN(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode))
DEFINE_OPEN(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode))

int close(int fd) {
  if (kind_of(fd) != UNWATCHED) files[fd].kind = UNWATCHED;
  return REAL(close)(fd);
}

static void note_written(int fd, const void *bytes, ssize_t length, off64_t offset) {
  if (length <= 0) return;
  struct record head = {.operation = WRITE, .data_length = length, .inode = files[fd].inode, .offset = offset};
  record(head, NULL, NULL, bytes);
}

static size_t half_if(int wrong, size_t length) { return wrong == -1 && length > 1 ? length / 2 : length; }

ssize_t write(int fd, const void *bytes, size_t length) {
  enum kind kind = kind_of(fd);
  if (kind != WATCHED_FILE && kind != MARKS) return REAL(write)(fd, bytes, length);
  GUARDED(ssize_t, kind == MARKS ? NEVER_FAILS : "write", REAL(write)(fd, bytes, half_if(wrong, length)),
          note_written(fd, bytes, result, lseek(fd, 0, SEEK_CUR) - result))
}

#define DEFINE_PWRITE(function, offset_type)                                                   \
  ssize_t function(int fd, const void *bytes, size_t length, offset_type offset) {             \
    if (kind_of(fd) != WATCHED_FILE) return REAL(function)(fd, bytes, length, offset);         \
    GUARDED(ssize_t, "write", REAL(function)(fd, bytes, half_if(wrong, length), offset),       \
            note_written(fd, bytes, result, offset))                                           \
  }
DEFINE_PWRITE(pwrite, off_t)
DEFINE_PWRITE(pwrite64, off64_t)

static void note_truncated(int fd, int result, off64_t length) {
  struct record head = {.operation = TRUNCATE, .inode = files[fd].inode, .offset = length};
  if (result == 0) record(head, NULL, NULL, NULL);
}

#define DEFINE_TRUNCATE(function, offset_type)                                                               \
  int function(int fd, offset_type length) {                                                                 \
    if (kind_of(fd) != WATCHED_FILE) return REAL(function)(fd, length);                                      \
    GUARDED(int, "truncate", REAL(function)(fd, length), note_truncated(fd, result, length))                 \
  }
DEFINE_TRUNCATE(ftruncate, off_t)
DEFINE_TRUNCATE(ftruncate64, off64_t)

static void note_synced(int fd, int result) {
  struct record head = {.operation = result == 0 ? SYNC : SYNC_FAILED, .inode = files[fd].inode};
  if (files[fd].kind == WATCHED_FILE) record(head, NULL, NULL, NULL);
  else if (result == 0) record((struct record){.operation = SYNC_DIRECTORY}, NULL, NULL, NULL);
}

#define DEFINE_SYNC(function)                                                           \
  int function(int fd) {                                                                \
    if (kind_of(fd) == UNWATCHED) return REAL(function)(fd);                            \
    GUARDED(int, "fsync", REAL(function)(fd), note_synced(fd, result))                  \
  }
DEFINE_SYNC(fsync)
DEFINE_SYNC(fdatasync)

static void note_renamed(int result, const char *from, const char *to) {
  if (result == 0) record((struct record){.operation = RENAME}, name_of(from), name_of(to), NULL);
}

int rename(const char *from, const char *to) {
  if (kind_of_path(from) != WATCHED_FILE) return REAL(rename)(from, to);
  if (kind_of_path(to) != WATCHED_FILE) give_up("a watched file is moved away");
  GUARDED(int, "rename", REAL(rename)(from, to), note_renamed(result, from, to))
}

static void note_removed(int result, const char *path) {
  if (result == 0) record((struct record){.operation = UNLINK}, name_of(path), NULL, NULL);
}

static void make_room(void) {
  char text[64] = "";
  int fd = fault_file == NULL ? -1 : REAL(open)(fault_file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t length = read(fd, text, sizeof text - 1);
  REAL(close)(fd);
  if (length > 0 && strstr(text, "until-room") != NULL) REAL(unlink)(fault_file);
}

int unlink(const char *path) {
  if (kind_of_path(path) != WATCHED_FILE) return REAL(unlink)(path);
  struct stat before;
  if (stat(path, &before) == 0 && before.st_size > 0) make_room();
  GUARDED(int, "unlink", REAL(unlink)(path), note_removed(result, path))
}
