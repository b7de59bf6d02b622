#include "timemachine/diff_stored.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/file.h"
#include "json/read.h"
#include "timemachine/diff_records.h"
#include "lib/sha256.h"
#include "lib/gz.h"

/* Bytes of a diff, packed and unpacked: ten million records. */
#define DIFF_LIMIT (UINT64_C(1) << 32)

struct reading {
	const char *account;
	struct str path;
	bool is_json;
	uint64_t printed;
	struct arena file, scratch;
	struct gz_reader *gz;
	struct buf text;
	struct json j;
	struct err *e;
};

/* The diff with the digest that the state and the next diff have for it. */
static int
load(struct reading *g, const struct applied *at)
{
	struct str name = str_printf(&g->file, "diffs/%.*s.jsonl.gz", STR_ARG(at->id));
	struct str packed;

	if (file_load(&g->file, file_join(&g->file, g->account, str_z(&g->file, name)), DIFF_LIMIT,
	        &packed, g->e) < 0 ||
	    gz_inflate(g->gz, packed, DIFF_LIMIT, &g->text, g->e) < 0) {
		g->e->kind = ERR_DAMAGED;
	} else if (!str_eq(str_c(sha256_of(buf_view(&g->text)).hex), at->diff_sha256)) {
		err_set(g->e, ERR_DAMAGED, "it is not the diff that was written");
	} else {
		return 0;
	}
	err_file(g->e, str_z(&g->file, name));
	return err_advise(g->e, "Run 'flowstory verify'.");
}

static struct str
text_at(struct reading *g, uint32_t object, const char *name)
{
	uint32_t i = json_find(&g->j, object, str_c(name));

	return i != 0 && g->j.nodes[i].kind == JSON_STRING ? json_text(&g->scratch, &g->j, i)
	                                                   : (struct str){ 0 };
}

static struct str
raw_at(struct reading *g, uint32_t object, const char *name)
{
	uint32_t i = json_find(&g->j, object, str_c(name));

	return i == 0 ? (struct str){ 0 } : json_raw(&g->j, i);
}

/* The changes of a diff's line. */
static struct diff_records
list_changes(struct reading *g)
{
	struct diff_records c = { 0 };
	uint32_t list = json_find(&g->j, 0, STR("changes"));

	if (list == 0 || g->j.nodes[list].kind != JSON_ARRAY)
		return c;
	c.list = arena_array(&g->scratch, g->j.nodes[list].count, sizeof(*c.list));
	for (uint32_t i = list + 1; i < g->j.nodes[list].next; i = g->j.nodes[i].next)
		if (g->j.nodes[i].kind == JSON_OBJECT)
			c.list[c.n++] = (struct diff_records_line){ text_at(g, i, "path"),
				raw_at(g, i, "before"), raw_at(g, i, "after") };
	return c;
}

static void
print_json(struct reading *g, const struct applied *at, const struct diff_records *c)
{
	struct buf b = { 0 };

	buf_z(&b, g->printed == 0 ? "\n" : ",\n");
	buf_z(&b, "  {\"snapshot\":");
	buf_json(&b, at->id);
	buf_printf(&b, ",\"diff\":\"diffs/%.*s.jsonl.gz\",\"entity\":", STR_ARG(at->id));
	buf_json(&b, text_at(g, 0, "entity"));
	buf_z(&b, ",\"id\":");
	buf_json(&b, text_at(g, 0, "id"));
	buf_z(&b, ",\"page\":");
	buf_json(&b, text_at(g, 0, "page"));
	buf_z(&b, ",\"index\":");
	buf_str(&b, raw_at(g, 0, "index"));
	buf_z(&b, ",\"changes\":");
	diff_records_json(&b, c);
	buf_char(&b, '}');
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

static void
print_text(struct reading *g, const struct applied *at, const struct diff_records *c)
{
	printf("%.*s  %.*s %.*s  %.*s, record %.*s\n", STR_ARG(at->id),
	    STR_ARG(text_at(g, 0, "entity")), STR_ARG(str_clean(&g->scratch, text_at(g, 0, "id"))),
	    STR_ARG(text_at(g, 0, "page")), STR_ARG(raw_at(g, 0, "index")));
	diff_records_text(c, 2);
}

static int
take_line(struct reading *g, const struct applied *at, struct str line)
{
	static const char mark[] = "\"op\":\"changed\"";
	struct json_fault fault;
	struct diff_records c;

	/* a first diff has a million lines of records that were added */
	if (memmem(line.p, line.n, mark, sizeof(mark) - 1) == NULL)
		return 0;
	if (!json_read(&g->j, line, &fault)) {
		err_set(g->e, ERR_DAMAGED, "a line of a diff is no JSON");
		return err_advise(g->e, "Run 'flowstory verify'.");
	}
	arena_reset(&g->scratch);
	c = list_changes(g);
	diff_records_keep(&c, g->path);
	if (c.n == 0)
		return 0;
	(g->is_json ? print_json : print_text)(g, at, &c);
	g->printed++;
	return 0;
}

static int
take_diff(struct reading *g, const struct applied *at)
{
	struct str rest;

	if (load(g, at) < 0)
		return -1;
	rest = buf_view(&g->text);
	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end == NULL ? rest.n : (size_t)(end - rest.p);

		if (take_line(g, at, str_of(rest.p, n)) < 0)
			return -1;
		n += end != NULL;
		rest = str_of(rest.p + n, rest.n - n);
	}
	arena_reset(&g->file);
	return 0;
}

int
diff_stored_print(
    const char *account, struct state *s, struct str path, bool is_json, struct err *e)
{
	struct reading g = {
		.account = account, .path = path, .is_json = is_json, .gz = gz_reader_new(), .e = e
	};
	int rc = 0;

	if (is_json)
		putchar('[');
	for (uint32_t i = 1; rc == 0 && i <= s->totals.applied; i++) {
		struct applied at;

		rc = state_applied_must(s, i, &at, e);
		if (rc == 0 && take_diff(&g, &at) < 0)
			rc = -1;
	}
	if (is_json && rc == 0)
		puts(g.printed == 0 ? "]" : "\n]");
	gz_reader_free(g.gz);
	json_release(&g.j);
	buf_release(&g.text);
	arena_release(&g.file);
	arena_release(&g.scratch);
	return rc;
}
