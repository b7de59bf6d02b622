/* daemon.h -- what the stand-ins share: a server on 127.0.0.1 that ends with its standard input. */
#ifndef SUPPORT_DAEMON_H
#define SUPPORT_DAEMON_H

#include <microhttpd.h>

#define DAEMON_FILE_MOST 65536

/* Zero-initialisable. */
struct daemon {
	MHD_AccessHandlerCallback on_call;
	MHD_RequestCompletedCallback on_end; /* NULL: none */
	void *context;
	char cert[DAEMON_FILE_MOST], key[DAEMON_FILE_MOST]; /* PEM; empty: plain http */
};

/* A file of at most DAEMON_FILE_MOST - 1 bytes into ${out}, with a zero behind it. */
void daemon_load(const char *path, char *out);

/* Answer on a free port, print "port N", and go on until standard input ends.  All calls come on
 * one thread, so what they work on needs no lock. */
void daemon_run(const struct daemon *d);

#endif /* SUPPORT_DAEMON_H */
