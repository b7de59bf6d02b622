/* err.h -- an error is a value with an address.
 *
 * It is filled where the fault is found, given context on the way up, and
 * printed once, by command/.  Every function that can fail takes one as its
 * last parameter, returns -1 (or NULL) and has filled it; success leaves it
 * alone.  Nothing of a person's data goes into a message: positions, ids and
 * field names do.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* kind, exit status, what it is called in --log-json */
#define ERR_KINDS(X)                                                                               \
	X(ERR_NONE, STATUS_DONE, "none")                                                           \
	X(ERR_FAILED, STATUS_FAILED, "failed") /* nothing was changed */                           \
	X(ERR_IO, STATUS_FAILED, "io")         /* the system said no; sys is errno */              \
	X(ERR_MEMORY, STATUS_FAILED, "memory")                                                     \
	X(ERR_INTERNAL, STATUS_FAILED, "internal") /* one of our own laws is broken */             \
	X(ERR_DIFFERS, STATUS_FAILED, "differs")   /* what should be equal is not */               \
	X(ERR_USAGE, STATUS_USAGE, "usage")                                                        \
	X(ERR_SETTINGS, STATUS_USAGE, "settings")                                                  \
	X(ERR_DAMAGED, STATUS_REFUSED, "damaged") /* a snapshot is refused */                      \
	X(ERR_LATE, STATUS_REFUSED, "late")       /* older than what is applied */                 \
	X(ERR_BREAKER, STATUS_BREAKER, "breaker")                                                  \
	X(ERR_BUSY, STATUS_BUSY, "busy")                                                           \
	X(ERR_INTERRUPTED, 130, "interrupted") /* base/interrupt.h */

enum err_kind {
#define X(kind, status, name) kind,
	ERR_KINDS(X)
#undef X
};

#define ERR_NOWHERE UINT64_MAX

struct err {
	enum err_kind kind;
	int sys;          /* errno or a library's code, or 0 */
	char file[256];   /* the file at fault, relative to the account; "" */
	int64_t record;   /* its index in the page, 0-based; -1: none */
	uint64_t at;      /* byte in the file, 0-based; ERR_NOWHERE */
	unsigned line;    /* 1-based, of settings and rules; 0: none */
	unsigned column;  /* 1-based, in bytes */
	char msg[320];    /* one clause: lower case, no full stop */
	char advice[256]; /* what to do about it: a sentence, or "" */
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		.record = -1, .at = ERR_NOWHERE                                                    \
	}

#define ERR_PRINTF(a, b) __attribute__((format(printf, a, b)))
#define ERR_MUST __attribute__((warn_unused_result))

/*
 * err_set(e, kind, fmt, ...):
 * Start a new error; everything said before is forgotten.  Control bytes in the text
 * become '?', so that data cannot drive a terminal.
 * Returns: -1, so that "return err_set(...)" is the exit.
 */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...) ERR_PRINTF(3, 4);

/* err_sys(e, errnum, fmt, ...): ERR_IO with ": <strerror>" after the text.  ENOMEM is mem_out. */
int err_sys(struct err *e, int errnum, const char *fmt, ...) ERR_PRINTF(3, 4);

/* err_wrap(e, fmt, ...): put "<text>: " before the message. */
int err_wrap(struct err *e, const char *fmt, ...) ERR_PRINTF(2, 3);

/* The address, each only if none is known yet.  All return -1. */
int err_file(struct err *e, const char *file);
int err_record(struct err *e, int64_t record);
int err_byte(struct err *e, uint64_t at);
int err_place(struct err *e, unsigned line, unsigned column);

/* err_advise(e, fmt, ...): what the reader can do; replaces an earlier one. */
int err_advise(struct err *e, const char *fmt, ...) ERR_PRINTF(2, 3);

/* err_status(kind), err_name(kind): the columns of ERR_KINDS. */
int err_status(enum err_kind kind);
const char *err_name(enum err_kind kind);

/*
 * err_format(e, out, cap):
 * The whole error as text: "<file>: record 3: byte 17: <msg>\n<advice>"
 * or "<file>:12:5: <msg>"; parts that are not known are left out; the advice
 * is a second line.  Always terminated.
 * Returns: the length written.
 */
size_t err_format(const struct err *e, char *out, size_t cap);

#endif /* BASE_ERR_H */
