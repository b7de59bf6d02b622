#include "command/print_backtest.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "command/json_out.h"
#include "timemachine/replay_sizes.h"
#include "lib/json_writer.h"

struct table {
	bool by_snapshot;
	struct doc *json;         /* NULL: text */
	struct arena a;           /* the row's */
	struct str label;         /* a day or a snapshot */
	struct replay_size *list; /* so far */
	size_t n;
};

static void
show_row(const struct table *t, const struct replay_size *x)
{
	struct doc *d;

	if (t->json == NULL) {
		printf("%-16.*s %9llu %9llu %8llu %8llu  %.*s\n", STR_ARG(t->label),
		    (unsigned long long)x->members, (unsigned long long)x->contacts,
		    (unsigned long long)x->entered, (unsigned long long)x->left, STR_ARG(x->slug));
		return;
	}
	d = doc_in_object(t->json, NULL);
	doc_text(d, t->by_snapshot ? "snapshot" : "day", t->label);
	doc_text(d, "segment", x->slug);
	doc_u64(d, "members", x->members);
	doc_u64(d, "contacts", x->contacts);
	doc_u64(d, "entered", x->entered);
	doc_u64(d, "left", x->left);
}

static void
end_rows(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		show_row(t, &t->list[i]);
	t->n = 0;
	arena_reset(&t->a);
}

static struct str
label_of(struct table *t, struct str id)
{
	struct buf b = { 0 };
	struct str label;
	int64_t at;

	if (t->by_snapshot || !timestamp_parse_id(id, &at))
		return id;
	day_format(&b, timestamp_day(at));
	label = str_copy(&t->a, buf_view(&b));
	buf_release(&b);
	return label;
}

/* Rules may have changed since the snapshot before: new segments are added, those that are gone
 * stay in the day. */
static void
add_sizes(struct table *t, const struct replay_size *now, size_t n)
{
	struct replay_size *list = arena_zero(&t->a, t->n + n, sizeof(*list));
	size_t kept = t->n;

	for (size_t i = 0; i < t->n; i++)
		list[i] = t->list[i];
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < kept && !str_eq(list[k].slug, now[i].slug))
			k++;
		if (k == kept) {
			list[kept++] = now[i];
			continue;
		}
		list[k].members = now[i].members;
		list[k].contacts = now[i].contacts;
		list[k].entered += now[i].entered;
		list[k].left += now[i].left;
	}
	t->list = list;
	t->n = kept;
}

static int
add_snapshot(struct table *t, const char *root, struct str id, struct err *e)
{
	struct str label = label_of(t, id);
	struct replay_size *now;
	size_t n;

	if (t->n > 0 && !str_eq(label, t->label)) {
		end_rows(t);
		label = label_of(t, id);
	}
	t->label = label;
	if (replay_sizes_load(&t->a, root, id, &now, &n, e) < 0)
		return -1;
	add_sizes(t, now, n);
	return 0;
}

int
print_backtest(
    const char *root, const struct str *ids, size_t n, bool by_snapshot, bool json, struct err *e)
{
	struct table t = { .by_snapshot = by_snapshot, .json = json ? doc_array() : NULL };
	int rc = 0;

	if (!json)
		printf("%-16s %9s %9s %8s %8s  segment\n", by_snapshot ? "snapshot" : "day",
		    "members", "contacts", "entered", "left");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_snapshot(&t, root, ids[i], e);
	if (rc == 0 && t.n > 0)
		end_rows(&t);
	if (rc == 0 && json)
		json_out_print(t.json);
	else
		doc_free(t.json);
	arena_release(&t.a);
	return rc;
}
