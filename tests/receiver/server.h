/* server.h -- what the stand-in DailyStory holds beside its contacts. */
#ifndef RECEIVER_SERVER_H
#define RECEIVER_SERVER_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "contacts.h"
#include "support/daemon.h"

#define FAULTS_MOST 64
#define BODY_MOST (4 << 20) /* bytes */

/* Waits for calls "METHOD /path" that begin so (a "$" after it: that are so), lets some pass, and
 * strikes so many times. */
struct fault {
	char kind[32], call[160], value[256];
	unsigned long skip, count;
};

struct segment {
	char name[200];
	char **dsids; /* owned; each once */
	uint32_t n, size;
};

struct server {
	struct contacts contacts;
	struct segment *segments; /* its id is its place, from 1 */
	uint32_t segments_n, segments_size;
	char token[128];
	struct fault faults[FAULTS_MOST];
	size_t faults_n;
	unsigned long delay_ms;
	bool keeps_bodies;
	int64_t *calls; /* ms, by a clock that never goes back */
	uint32_t calls_n, calls_size;
	unsigned port;    /* of the last call's client */
	uint32_t changes; /* of it: a connection more for each, since the last forget */
	char *log, *harm; /* one line a call; one line each harm */
	size_t log_n, harm_n;
	FILE *log_file;
	struct daemon daemon;
};

/* One call, while its body comes and until it is answered. */
struct call {
	const char *method, *url;
	char *body; /* owned, ends in a zero */
	size_t n;
	struct fault *fault; /* NULL: none */
};

struct answer {
	unsigned status;
	char *body; /* owned */
	size_t n;
	const char *type, *extra, *extra_value;
};

/* The argument, or ${otherwise}. */
const char *server_arg(struct MHD_Connection *c, const char *name, const char *otherwise);

/* An answer of this text. */
void server_say(struct answer *a, unsigned status, const char *type, const char *body);

/* The answer of /control/${what}. */
void control_answer(struct server *s, struct MHD_Connection *c, const char *what, struct answer *a);

/* The answer of a path of the API; the call may act, and where it cannot it says why. */
void api_answer(struct server *s, struct MHD_Connection *c, struct call *call, struct answer *a);

#endif /* RECEIVER_SERVER_H */
