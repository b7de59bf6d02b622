/* cmd_version.c -- flowstory version: the program's version, and those of its libraries. */
#include <stdio.h>

#include "command/command.h"
#include "command/json_out.h"
#include "lib/csv.h"
#include "lib/gz.h"
#include "lib/hash.h"
#include "lib/http.h"
#include "lib/json_writer.h"
#include "lib/kv.h"
#include "lib/sha256.h"

static const char help[] =
    "Prints the program's version and those of the libraries it uses. Include them in\n"
    "a bug report.\n";

struct version_options {
	bool json;
};

static const struct option options[] = {
	OPTION(struct version_options, json, "--json", .help = "print JSON"),
	{ 0 },
};

/* A line for each: its name, a space, its version. */
static void
list_versions(struct buf *b)
{
	buf_printf(b, "flowstory %s\n", FLOWSTORY_VERSION);
	doc_version(b);
	csv_version(b);
	gz_version(b);
	kv_version(b);
	hash_version(b);
	sha256_version(b);
	http_version(b);
}

static void
print_json(struct str lines)
{
	struct doc *list = doc_array();

	while (lines.n > 0) {
		const char *space = memchr(lines.p, ' ', lines.n);
		const char *end = memchr(lines.p, '\n', lines.n);
		struct doc *d = doc_in_object(list, NULL);

		doc_text(d, "name", str_of(lines.p, (size_t)(space - lines.p)));
		doc_text(d, "version", str_of(space + 1, (size_t)(end - space - 1)));
		lines = str_from(lines, (size_t)(end + 1 - lines.p));
	}
	json_out_print(list);
}

static int
run(struct invocation *x, struct err *e)
{
	const struct version_options *own = x->own;
	struct buf b = { 0 };

	(void)e;
	list_versions(&b);
	if (own->json)
		print_json(buf_view(&b));
	else
		fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
	return STATUS_DONE;
}

const struct command cmd_version = {
	.name = "version",
	.synopsis = "[--json]",
	.summary = "show the version of the program and its libraries",
	.help = help,
	.options = options,
	.size = sizeof(struct version_options),
	.run = run,
};
