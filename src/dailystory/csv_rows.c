#include "dailystory/csv_rows.h"

#include "base/arena.h"
#include "dailystory/contact.h"

#define BOM "\xef\xbb\xbf"
#define ARRAY_BEGIN "[\n"
#define ARRAY_BETWEEN ",\n"
#define ARRAY_END "\n]\n"

#define FILE_OF(name, path, header)                                                                \
	[CSV_ROWS_##name] = { { path, sizeof(path) - 1 }, { header, sizeof(header) - 1 } }

static const struct {
	struct str path, header; /* no header: JSON lines */
} files[CSV_ROWS_FILES] = {
	FILE_OF(
	    OPT_OUTS, "opt-outs.csv", "Email address,Mobile number,Email opt out,Text opt out\r\n"),
	FILE_OF(GONE, "gone.csv", "Email address,Mobile number,fh_id,reason\r\n"),
	FILE_OF(MOVED, "moved.csv",
	    "fh_id,Old email address,Old mobile number,New email address,New mobile number\r\n"),
	FILE_OF(SKIPPED, "skipped.csv", "fh_id,reason,detail\r\n"),
	FILE_OF(DROPPED, "dropped.csv", "entity,id,field,value,reason\r\n"),
	FILE_OF(FIELDS, "fields.csv", "column,dailystory_field,label,type,index\r\n"),
	FILE_OF(EVENTS, "events.jsonl", ""),
	FILE_OF(QUARANTINE, "quarantine.jsonl", ""),
};

void
csv_rows_begin(
    struct csv_rows *f, struct export_dir *dir, const struct membership_counts *t, bool csv_bom)
{
	*f = (struct csv_rows){ .dir = dir,
		.counts = t,
		.csv_bom = csv_bom,
		.csv = { .suffix = ".csv" },
		.json = { .suffix = ".json" } };
	f->segments = mem_zero(t->n * CSV_ROWS_SEGMENT_FILES + 1, sizeof(*f->segments));
}

/* A CSV file begins with the byte order mark, if it is set, and its header. */
static struct export_file *
open_csv(struct csv_rows *f, struct str path, struct str header, struct err *e)
{
	struct export_file *file = export_dir_open(f->dir, path);

	if ((f->csv_bom && export_dir_text(f->dir, file, STR(BOM), e) < 0) ||
	    export_dir_text(f->dir, file, header, e) < 0)
		return NULL;
	return file;
}

/* So many rows of a file, which is opened with the first. */
static int
add(struct csv_rows *f, enum csv_rows_file which, struct str rows, uint64_t n, struct err *e)
{
	struct export_file **file = &f->files[which];

	if (n == 0)
		return 0;
	if (*file == NULL)
		*file = files[which].header.n == 0
		            ? export_dir_open(f->dir, files[which].path)
		            : open_csv(f, files[which].path, files[which].header, e);
	if (*file == NULL)
		return -1;
	(*file)->rows += n;
	return export_dir_text(f->dir, *file, rows, e);
}

uint64_t
csv_rows_count(const struct csv_rows *f, enum csv_rows_file file)
{
	return f->files[file] == NULL ? 0 : f->files[file]->rows;
}

bool
csv_rows_is_too_long(struct str csv, struct str json, bool csv_bom)
{
	struct buf head = { 0 };
	size_t before;

	/* No header is that long; hardly any row is. */
	if (csv.n < EXPORT_FILE_LIMIT / 2 && json.n < EXPORT_FILE_LIMIT / 2)
		return false;
	contact_header(&head);
	before = head.n + (csv_bom ? sizeof(BOM) - 1 : 0);
	buf_release(&head);
	return before + csv.n > EXPORT_FILE_LIMIT ||
	       sizeof(ARRAY_BEGIN) - 1 + json.n + sizeof(ARRAY_END) - 1 > EXPORT_FILE_LIMIT;
}

static int
end_series(struct csv_rows *f, struct csv_rows_series *s, struct err *e)
{
	struct export_file *file = s->file;

	s->file = NULL;
	if (file == NULL || s != &f->json)
		return 0;
	return export_dir_text(f->dir, file, STR(ARRAY_END), e);
}

/* s->file has room for the row. */
static int
make_room(struct csv_rows *f, struct csv_rows_series *s, size_t row, struct err *e)
{
	size_t more = s == &f->json ? sizeof(ARRAY_BETWEEN) - 1 + sizeof(ARRAY_END) - 1 : 0;
	struct str path;
	struct buf head = { 0 };
	int rc = 0;

	if (s->file != NULL && s->file->bytes + row + more <= EXPORT_FILE_LIMIT)
		return 0;
	if (end_series(f, s, e) < 0)
		return -1;
	path = str_printf(&f->dir->arena, "contacts-%04u%s", ++s->number, s->suffix);
	if (s == &f->json) {
		s->file = export_dir_open(f->dir, path);
		return 0;
	}
	contact_header(&head);
	s->file = open_csv(f, path, buf_view(&head), e);
	rc = s->file == NULL ? -1 : 0;
	buf_release(&head);
	return rc;
}

int
csv_rows_contact(struct csv_rows *f, struct str csv, struct str json, struct err *e)
{
	f->contacts++;
	if (make_room(f, &f->csv, csv.n, e) < 0 ||
	    export_dir_row(f->dir, f->csv.file, csv, e) < 0 ||
	    make_room(f, &f->json, json.n, e) < 0 ||
	    export_dir_text(f->dir, f->json.file,
	        f->json.file->rows == 0 ? STR(ARRAY_BEGIN) : STR(ARRAY_BETWEEN), e) < 0)
		return -1;
	return export_dir_row(f->dir, f->json.file, json, e);
}

static int
add_segment_row(
    struct csv_rows *f, enum csv_rows_segment which, size_t count, struct str row, struct err *e)
{
	static const char *const suffixes[] = { "-entered.csv", "-left.csv", ".csv" };
	struct export_file **file = &f->segments[count * CSV_ROWS_SEGMENT_FILES + which];

	if (*file == NULL)
		*file = open_csv(f,
		    str_printf(&f->dir->arena, "segments/%.*s%s",
		        STR_ARG(f->counts->list[count].slug), suffixes[which]),
		    which == CSV_ROWS_MEMBERS
		        ? STR("Email address,Mobile number,fh_id\r\n")
		        : STR("Email address,Mobile number,fh_id,Cause,At\r\n"),
		    e);
	return *file == NULL ? -1 : export_dir_row(f->dir, *file, row, e);
}

int
csv_rows_segment(struct csv_rows *f, size_t count, struct str row, struct err *e)
{
	return add_segment_row(f, CSV_ROWS_MEMBERS, count, row, e);
}

static void
put_addresses(struct buf *b, const struct identity_addresses *x)
{
	contact_cell(b, x->email);
	buf_char(b, ',');
	contact_cell(b, x->mobile);
}

static void
put_id(struct csv_rows *f, struct str id)
{
	struct arena *a = &f->dir->arena;
	struct arena_mark m = arena_mark(a);

	contact_cell(&f->row, contact_id(a, id));
	arena_back(a, m);
}

int
csv_rows_passage(struct csv_rows *f, enum csv_rows_segment which, size_t count, struct str id,
    const struct identity_addresses *x, enum cause cause, struct str at, struct err *e)
{
	buf_reset(&f->row);
	put_addresses(&f->row, x);
	buf_char(&f->row, ',');
	put_id(f, id);
	buf_char(&f->row, ',');
	buf_z(&f->row, membership_cause_name(cause));
	buf_char(&f->row, ',');
	buf_str(&f->row, at);
	buf_z(&f->row, "\r\n");
	return add_segment_row(f, which, count, buf_view(&f->row), e);
}

int
csv_rows_gone(struct csv_rows *f, struct str id, const struct identity_addresses *last,
    const char *reason, struct err *e)
{
	buf_reset(&f->row);
	put_addresses(&f->row, last);
	buf_char(&f->row, ',');
	put_id(f, id);
	buf_char(&f->row, ',');
	buf_z(&f->row, reason);
	buf_z(&f->row, "\r\n");
	return add(f, CSV_ROWS_GONE, buf_view(&f->row), 1, e);
}

int
csv_rows_moved(struct csv_rows *f, struct str id, const struct identity_addresses *last,
    const struct identity_addresses *now, struct err *e)
{
	buf_reset(&f->row);
	put_id(f, id);
	buf_char(&f->row, ',');
	put_addresses(&f->row, last);
	buf_char(&f->row, ',');
	put_addresses(&f->row, now);
	buf_z(&f->row, "\r\n");
	return add(f, CSV_ROWS_MOVED, buf_view(&f->row), 1, e);
}

int
csv_rows_events(struct csv_rows *f, struct str rows, size_t n, struct err *e)
{
	return add(f, CSV_ROWS_EVENTS, rows, n, e);
}

int
csv_rows_opt_out(struct csv_rows *f, struct str row, struct err *e)
{
	return add(f, CSV_ROWS_OPT_OUTS, row, 1, e);
}

int
csv_rows_dropped(struct csv_rows *f, const struct apply_drop *d, struct err *e)
{
	struct arena *a = &f->dir->arena;
	struct arena_mark m = arena_mark(a);

	buf_reset(&f->row);
	buf_z(&f->row, record_entity_name(d->entity));
	buf_char(&f->row, ',');
	contact_cell(&f->row, contact_id(a, d->id));
	buf_char(&f->row, ',');
	contact_cell(&f->row, d->drop.field);
	buf_char(&f->row, ',');
	contact_cell(&f->row, d->drop.value);
	buf_char(&f->row, ',');
	buf_z(&f->row, drop_reason_name(d->drop.reason));
	buf_z(&f->row, "\r\n");
	arena_back(a, m);
	f->dropped[d->drop.reason]++;
	return add(f, CSV_ROWS_DROPPED, buf_view(&f->row), 1, e);
}

int
csv_rows_fields(struct csv_rows *f, const struct segment_set *rules, struct str more, struct err *e)
{
	uint64_t rows = COLUMN_COUNT;

	buf_reset(&f->row);
	contact_fields(&f->row, rules);
	buf_str(&f->row, more);
	for (size_t i = 0; i < more.n; i++)
		rows += more.p[i] == '\n';
	return add(f, CSV_ROWS_FIELDS, buf_view(&f->row), rows, e);
}

int
csv_rows_skipped(
    struct csv_rows *f, struct str id, enum skipped_reason reason, struct str detail, struct err *e)
{
	struct arena *a = &f->dir->arena;
	struct arena_mark m = arena_mark(a);

	buf_reset(&f->row);
	contact_cell(&f->row, contact_id(a, id));
	buf_char(&f->row, ',');
	buf_z(&f->row, skipped_name(reason));
	buf_char(&f->row, ',');
	contact_cell(&f->row, contact_id(a, detail));
	buf_z(&f->row, "\r\n");
	arena_back(a, m);
	return add(f, CSV_ROWS_SKIPPED, buf_view(&f->row), 1, e);
}

int
csv_rows_quarantined(
    struct csv_rows *f, const struct manifest *m, const struct quarantined *q, struct err *e)
{
	struct buf *b = &f->row;

	buf_reset(b);
	buf_z(b, "{\"page\":");
	buf_json(b, m->pages[q->page].path);
	buf_z(b, ",\"index\":");
	buf_u64(b, q->index);
	buf_z(b, ",\"entity\":");
	buf_json(b, str_c(record_entity_name(q->entity)));
	if (q->has_id) {
		buf_z(b, ",\"id\":");
		buf_json(b, q->id);
	}
	buf_z(b, ",\"reason\":");
	buf_json(b, q->reason);
	buf_z(b, "}\n");
	return add(f, CSV_ROWS_QUARANTINE, buf_view(b), 1, e);
}

int
csv_rows_text(struct csv_rows *f, const char *path, struct str text, uint64_t rows, struct err *e)
{
	struct export_file *file = export_dir_open(f->dir, str_c(path));

	file->rows = rows;
	return export_dir_text(f->dir, file, text, e);
}

int
csv_rows_end(struct csv_rows *f, struct err *e)
{
	if (end_series(f, &f->csv, e) < 0)
		return -1;
	return end_series(f, &f->json, e);
}

void
csv_rows_release(struct csv_rows *f)
{
	mem_free(f->segments);
	buf_release(&f->row);
}
