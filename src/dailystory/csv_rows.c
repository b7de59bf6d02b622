#include "dailystory/csv_rows.h"

#include "base/arena.h"
#include "base/timestamp.h"

#define BOM "\xef\xbb\xbf"
#define ARRAY_END "\n]\n"

/* A CSV file begins with its header, and before that, if asked for, with the byte order mark. */
static struct export_file *
open_csv(struct files *f, struct str path, const char *header, struct err *e)
{
	struct export_file *file = export_dir_open(f->out, path);

	if ((f->csv_bom && export_dir_text(f->out, file, STR(BOM), e) < 0) ||
	    export_dir_text(f->out, file, str_c(header), e) < 0)
		return NULL;
	return file;
}

int
files_begin(struct files *f, struct export_dir *out, const struct membership_counts *t,
    bool csv_bom, struct err *e)
{
	*f = (struct files){ .out = out,
		.tallies = t,
		.csv_bom = csv_bom,
		.csv = { .suffix = ".csv" },
		.json = { .suffix = ".json" } };
	f->entered = mem_zero(t->n + 1, sizeof(*f->entered));
	f->left = mem_zero(t->n + 1, sizeof(*f->left));
	f->members = mem_zero(t->n + 1, sizeof(*f->members));
	f->events = export_dir_open(out, STR("events.jsonl"));
	f->quarantine = export_dir_open(out, STR("quarantine.jsonl"));
	f->opt_outs = open_csv(f, STR("opt-outs.csv"),
	    "Email address,Mobile number,Email opt out,Text opt out\r\n", e);
	f->skipped = open_csv(f, STR("skipped.csv"), "fh_id,reason,detail\r\n", e);
	return f->opt_outs == NULL || f->skipped == NULL ? -1 : 0;
}

static int
end_series(struct files *f, struct series *s, struct err *e)
{
	struct export_file *file = s->file;

	s->file = NULL;
	if (file == NULL || s != &f->json)
		return 0;
	return export_dir_text(f->out, file, STR(ARRAY_END), e);
}

/* The file of the series that has room for the row. */
static int
room(struct files *f, struct series *s, size_t row, struct err *e)
{
	size_t end = s == &f->json ? sizeof(ARRAY_END) + 1 : 0;
	struct str path;
	struct buf head = { 0 };
	int rc = 0;

	if (s->file != NULL && s->file->bytes + row + end <= EXPORT_FILE_LIMIT)
		return 0;
	if (end_series(f, s, e) < 0)
		return -1;
	path = str_printf(&f->out->arena, "contacts-%04u%s", ++s->number, s->suffix);
	if (s == &f->json) {
		s->file = export_dir_open(f->out, path);
		return export_dir_text(f->out, s->file, STR("["), e);
	}
	contact_header(&head);
	buf_char(&head, '\0');
	s->file = open_csv(f, path, head.p, e);
	rc = s->file == NULL ? -1 : 0;
	buf_release(&head);
	return rc;
}

int
files_contact(struct files *f, struct str csv, struct str json, struct err *e)
{
	if (room(f, &f->csv, csv.n, e) < 0 || export_dir_row(f->out, f->csv.file, csv, e) < 0 ||
	    room(f, &f->json, json.n, e) < 0)
		return -1;
	f->csv.rows++;
	f->json.rows++;
	if (export_dir_text(
	        f->out, f->json.file, f->json.file->rows == 0 ? STR("\n") : STR(",\n"), e) < 0)
		return -1;
	return export_dir_row(f->out, f->json.file, json, e);
}

void
segment_row(struct buf *b, const struct contact *c)
{
	contact_cell(b, c->cells[COLUMN_EMAIL]);
	buf_char(b, ',');
	contact_cell(b, c->cells[COLUMN_MOBILE]);
	buf_char(b, ',');
	contact_cell(b, c->cells[COLUMN_ID]);
	buf_z(b, "\r\n");
}

int
files_segment(struct files *f, enum segment_file which, size_t tally, struct str row, struct err *e)
{
	static const char *const suffix[] = { "-entered.csv", "-left.csv", ".csv" };
	struct export_file **file = which == SEGMENT_ENTERED ? &f->entered[tally]
	                            : which == SEGMENT_LEFT  ? &f->left[tally]
	                                                     : &f->members[tally];

	if (*file == NULL)
		*file = open_csv(f,
		    str_printf(&f->out->arena, "segments/%.*s%s",
		        STR_ARG(f->tallies->list[tally].slug), suffix[which]),
		    "Email address,Mobile number,fh_id\r\n", e);
	if (*file == NULL)
		return -1;
	return export_dir_row(f->out, *file, row, e);
}

void
event_whose(struct buf *b, const struct event_whose *w)
{
	buf_z(b, ",\"fh_id\":");
	buf_json(b, w->id);
	buf_z(b, ",\"email\":");
	buf_json(b, w->email);
	buf_z(b, ",\"mobile\":");
	buf_json(b, w->mobile);
	buf_z(b, ",\"at\":\"");
	timestamp_format(b, w->at);
	buf_char(b, '"');
}

void
event_row(struct buf *b, const struct event *v)
{
	buf_z(b, "{\"event\":");
	buf_json(b, str_c(v->event));
	if (v->segment.n > 0) {
		buf_z(b, ",\"segment\":");
		buf_json(b, v->segment);
	}
	buf_str(b, v->whose);
	buf_z(b, ",\"cause\":");
	buf_json(b, str_c(membership_cause_name(v->cause)));
	buf_z(b, "}\n");
}

int
files_events(struct files *f, struct str rows, size_t n, struct err *e)
{
	f->events->rows += n;
	return export_dir_text(f->out, f->events, rows, e);
}

void
opt_out_row(struct buf *b, const struct contact *c, bool email, bool text)
{
	contact_cell(b, c->cells[COLUMN_EMAIL]);
	buf_char(b, ',');
	contact_cell(b, c->cells[COLUMN_MOBILE]);
	buf_z(b, email ? ",True" : ",");
	buf_z(b, text ? ",True\r\n" : ",\r\n");
}

int
files_opt_out(struct files *f, struct str row, struct err *e)
{
	return export_dir_row(f->out, f->opt_outs, row, e);
}

int
files_skipped(
    struct files *f, struct str id, enum standing_reason reason, struct str detail, struct err *e)
{
	struct arena *a = &f->out->arena;
	struct arena_mark m = arena_mark(a);

	buf_reset(&f->row);
	contact_cell(&f->row, contact_id(a, id));
	buf_char(&f->row, ',');
	buf_z(&f->row, standing_name(reason));
	buf_char(&f->row, ',');
	contact_cell(&f->row, contact_id(a, detail));
	buf_z(&f->row, "\r\n");
	arena_back(a, m);
	return export_dir_row(f->out, f->skipped, buf_view(&f->row), e);
}

int
files_quarantined(
    struct files *f, const struct manifest *m, const struct quarantined *q, struct err *e)
{
	struct buf *b = &f->row;

	buf_reset(b);
	buf_z(b, "{\"page\":");
	buf_json(b, m->pages[q->page].path);
	buf_z(b, ",\"index\":");
	buf_u64(b, q->index);
	buf_z(b, ",\"entity\":");
	buf_json(b, str_c(entity_name(q->entity)));
	if (q->has_id) {
		buf_z(b, ",\"id\":");
		buf_json(b, q->id);
	}
	buf_z(b, ",\"reason\":");
	buf_json(b, q->reason);
	buf_z(b, "}\n");
	return export_dir_row(f->out, f->quarantine, buf_view(b), e);
}

int
files_text(struct files *f, const char *path, struct str text, uint64_t rows, struct err *e)
{
	struct export_file *file = export_dir_open(f->out, str_c(path));

	file->rows = rows;
	return export_dir_text(f->out, file, text, e);
}

int
files_end(struct files *f, struct err *e)
{
	if (end_series(f, &f->csv, e) < 0)
		return -1;
	return end_series(f, &f->json, e);
}

void
files_release(struct files *f)
{
	mem_free(f->entered);
	mem_free(f->left);
	mem_free(f->members);
	buf_release(&f->row);
}
