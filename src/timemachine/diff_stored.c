#include "timemachine/diff_stored.h"

#include "base/arena.h"
#include "base/file.h"
#include "lib/gz.h"
#include "lib/sha256.h"
#include "state/origins.h"

/* Bytes of a diff, packed and unpacked: ten million records. */
#define DIFF_LIMIT (UINT64_C(1) << 32)

/* The diff must have the digest that the state and the next diff give. */
static int
load_diff(struct diff_stored *d, const struct applied *at, struct err *e)
{
	struct str name = str_printf(&d->file, "diffs/%.*s.jsonl.gz", STR_ARG(at->id));
	struct str packed;

	if (d->gz == NULL)
		d->gz = gz_reader_new();
	if (file_load(&d->file, file_join(&d->file, d->account, str_z(&d->file, name)), DIFF_LIMIT,
	        &packed, e) < 0 ||
	    gz_inflate(d->gz, packed, DIFF_LIMIT, &d->text, e) < 0) {
		e->kind = ERR_DAMAGED;
	} else if (!str_eq(str_c(sha256_of(buf_view(&d->text)).hex), at->diff_sha256)) {
		err_set(e, ERR_DAMAGED, "the diff was modified");
	} else {
		d->rest = buf_view(&d->text);
		return 0;
	}
	err_file(e, str_z(&d->file, name));
	return err_advise(e, "Run 'flowstory verify'.");
}

/* Old diffs may be pruned with the snapshots they tell of. */
static bool
is_pruned(struct diff_stored *d, const struct applied *at)
{
	struct str path =
	    str_printf(&d->file, "%s/diffs/%.*s.jsonl.gz", d->account, STR_ARG(at->id));
	struct err ignored = ERR_INIT;
	struct origins_base base;

	return origins_base(d->s, &base, &ignored) > 0 && d->number <= base.number &&
	       !file_exists(str_z(&d->file, path));
}

static int
open_next(struct diff_stored *d, struct err *e)
{
	struct applied at;

	if (state_applied_must(d->s, ++d->number, &at, e) < 0)
		return -1;
	arena_reset(&d->file);
	if (is_pruned(d, &at))
		return 0;
	d->record.snapshot = str_copy(&d->file, at.id);
	return load_diff(d, &at, e);
}

/* Returns 1 if the line is of a record in which the place changed. */
static int
parse_line(struct diff_stored *d, struct str line, struct err *e)
{
	static const char mark[] = "\"op\":\"changed\"";
	struct diff_stored_record *r = &d->record;
	struct json_fault fault;
	uint32_t index;

	/* a first diff has a million lines of records that were added */
	if (memmem(line.p, line.n, mark, sizeof(mark) - 1) == NULL)
		return 0;
	if (!json_read(&d->json, line, &fault)) {
		err_set(e, ERR_DAMAGED, "a line of a diff is not valid JSON");
		return err_advise(e, "Run 'flowstory verify'.");
	}
	arena_reset(&d->scratch);
	diff_records_parse(
	    &d->scratch, &d->json, json_find(&d->json, 0, STR("changes")), &r->changes);
	diff_records_keep(&r->changes, d->path);
	index = json_find(&d->json, 0, STR("index"));
	r->entity = json_find_text(&d->scratch, &d->json, 0, "entity");
	r->id = json_find_text(&d->scratch, &d->json, 0, "id");
	r->page = json_find_text(&d->scratch, &d->json, 0, "page");
	r->index = index == 0 ? (struct str){ 0 } : json_raw(&d->json, index);
	return r->changes.n > 0;
}

int
diff_stored_next(struct diff_stored *d, struct err *e)
{
	int rc = 0;

	while (rc == 0) {
		struct str rest = d->rest;
		const char *end = rest.n == 0 ? NULL : memchr(rest.p, '\n', rest.n);
		size_t n = end == NULL ? rest.n : (size_t)(end - rest.p) + 1;

		if (rest.n > 0) {
			d->rest = str_of(rest.p + n, rest.n - n);
			rc = parse_line(d, str_of(rest.p, n - (end != NULL)), e);
		} else if (d->number == d->s->totals.applied) {
			return 0;
		} else {
			rc = open_next(d, e);
		}
	}
	return rc;
}

void
diff_stored_release(struct diff_stored *d)
{
	gz_reader_free(d->gz);
	json_release(&d->json);
	buf_release(&d->text);
	arena_release(&d->file);
	arena_release(&d->scratch);
}
