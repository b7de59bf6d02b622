#include "support/daemon.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "support/text.h"

void
daemon_load(const char *path, char *out)
{
	FILE *f = fopen(path, "r");

	if (f == NULL)
		die(path);
	out[fread(out, 1, DAEMON_FILE_MOST - 1, f)] = '\0';
	fclose(f);
}

void
daemon_run(const struct daemon *d)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)d->cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)d->key },
		{ MHD_OPTION_END, 0, NULL },
	};
	bool is_plain = d->cert[0] == '\0';
	struct MHD_Daemon *daemon = MHD_start_daemon(
	    MHD_USE_INTERNAL_POLLING_THREAD | (is_plain ? 0 : MHD_USE_TLS), 0, NULL, NULL,
	    d->on_call, d->context, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_NOTIFY_COMPLETED,
	    d->on_end, NULL, MHD_OPTION_ARRAY, is_plain ? &tls[2] : tls, MHD_OPTION_END);
	char byte;

	if (daemon == NULL)
		die("cannot listen");
	printf("port %u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	MHD_stop_daemon(daemon);
}
