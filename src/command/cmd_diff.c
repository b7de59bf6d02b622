#include <stdio.h>
#include <unistd.h>

#include "account/account.h"
#include "base/arena.h"
#include "command/command.h"
#include "command/print_changes.h"
#include "delta/diff_line.h"
#include "timemachine/diff_snapshots.h"

static const char help[] =
    "What differs between the records of snapshots A and B, field by field,\n"
    "straight from their pages: JSON lines as in diffs/, or a listing on a\n"
    "terminal. A record that only one of them holds is added or removed only\n"
    "if the other was read so that it had to hold it; otherwise it is listed\n"
    "as unknown.\n"
    "\n"
    "  --id ID          this record alone\n"
    "  --entity KIND    'customer' or 'order' alone\n"
    "  --path POINTER   changed records alone, and of them what lies at or\n"
    "                   below this place, /totals/finalTotal for one\n"
    "  --json, --text   one or the other, whatever standard output is\n";

struct question {
	struct diff_snapshots d;
	struct str path;
	bool has_path, is_text;
};

static struct diff_line_place
place_of(const struct diff_snapshots_side *side, const struct seen *s)
{
	if (s == NULL)
		return (struct diff_line_place){ 0 };
	return (struct diff_line_place){ diff_snapshots_page(side, s), s->index };
}

static void
put_record(struct buf *b, struct diff_snapshots *d, const struct diff_snapshots_record *x)
{
	struct diff_line_parts line = {
		.entity = x->entity,
		.id = x->id,
		.op = diff_snapshots_op_name(x->op),
		.now = place_of(&d->sides[1], x->after),
		.previous = place_of(&d->sides[0], x->before),
		.previous_snapshot = d->sides[0].snapshot,
		.why = str_c(x->why),
	};
	struct arena_mark m = arena_mark(&d->a);

	if (x->op == SNAPSHOT_DIFF_CHANGED)
		line.changes = diff_records_json(&d->a, &x->changes);
	diff_line_write(b, &line);
	arena_back(&d->a, m);
}

static void
print_place(const struct diff_snapshots_side *side, const struct seen *s)
{
	if (s != NULL)
		printf("  in %.*s: %.*s, record %u\n", STR_ARG(side->snapshot),
		    STR_ARG(diff_snapshots_page(side, s)), (unsigned)s->index);
}

static void
print_record(struct diff_snapshots *d, const struct diff_snapshots_record *x)
{
	printf("%s %.*s %s\n", record_entity_name(x->entity), STR_ARG(str_clean(&d->a, x->id)),
	    diff_snapshots_op_name(x->op));
	print_place(&d->sides[0], x->before);
	print_place(&d->sides[1], x->after);
	if (x->op == SNAPSHOT_DIFF_UNKNOWN)
		printf("  %s\n", x->why);
	print_changes(&x->changes, 2);
	putchar('\n');
}

static void
put_counts(struct buf *b, const char *name, const uint64_t *counts)
{
	buf_printf(b, ",\"%s\":{", name);
	for (size_t i = 0; i < SNAPSHOT_DIFF_OPS; i++)
		buf_printf(b, "%s\"%s\":%llu", i == 0 ? "" : ",",
		    diff_snapshots_op_name((enum diff_snapshots_op)i),
		    (unsigned long long)counts[i]);
	buf_char(b, '}');
}

static void
put_head(struct buf *b, const struct diff_snapshots *d)
{
	buf_z(b, "{\"type\":\"diff\",\"format\":1,\"snapshot\":");
	buf_json(b, d->sides[1].snapshot);
	buf_z(b, ",\"previous\":");
	buf_json(b, d->sides[0].snapshot);
	buf_z(b, ",\"manifest_sha256\":");
	buf_json(b, str_c(d->sides[1].manifest.sha256.hex));
	buf_z(b, ",\"previous_manifest_sha256\":");
	buf_json(b, str_c(d->sides[0].manifest.sha256.hex));
	buf_z(b, "}\n");
}

static void
put_end(struct buf *b, const struct diff_snapshots *d)
{
	buf_z(b, "{\"type\":\"end\"");
	put_counts(b, "customers", d->counts[ENTITY_CUSTOMER]);
	put_counts(b, "orders", d->counts[ENTITY_ORDER]);
	buf_z(b, "}\n");
}

static void
print_end(const struct diff_snapshots *d)
{
	static const char *const words[] = { "customers", "orders" };

	for (size_t x = 0; x < ENTITIES; x++) {
		if (d->has_entity && d->entity != x)
			continue;
		printf("%-10s", words[x]);
		for (size_t i = 0; i < SNAPSHOT_DIFF_OPS; i++)
			printf(" %8llu %s", (unsigned long long)d->counts[x][i],
			    diff_snapshots_op_name((enum diff_snapshots_op)i));
		putchar('\n');
	}
}

static bool
is_listed(const struct question *g, struct diff_snapshots_record *x)
{
	if (!g->has_path)
		return true;
	diff_records_keep(&x->changes, g->path);
	return x->op == SNAPSHOT_DIFF_CHANGED && x->changes.n > 0;
}

static void
print_lines(struct question *g)
{
	struct diff_snapshots *d = &g->d;
	struct buf b = { 0 };

	put_head(&b, d);
	for (size_t i = 0; i < d->n; i++) {
		if (!is_listed(g, &d->list[i]))
			continue;
		put_record(&b, d, &d->list[i]);
		fwrite(b.p, 1, b.n, stdout);
		buf_reset(&b);
	}
	put_end(&b, d);
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
}

static void
print_listing(struct question *g)
{
	for (size_t i = 0; i < g->d.n; i++)
		if (is_listed(g, &g->d.list[i]))
			print_record(&g->d, &g->d.list[i]);
	print_end(&g->d);
}

static int
choose_entity(struct diff_snapshots *d, const char *word, struct err *e)
{
	if (word == NULL)
		return 0;
	for (size_t x = 0; x < ENTITIES; x++) {
		if (strcmp(word, record_entity_name((enum entity)x)) != 0)
			continue;
		d->has_entity = true;
		d->entity = (enum entity)x;
		return 0;
	}
	return err_set(e, ERR_USAGE, "--entity takes 'customer' or 'order', not '%s'", word);
}

static int
choose_path(struct question *g, const char *path, struct err *e)
{
	g->has_path = path != NULL;
	g->path = str_c(path);
	if (path == NULL || path[0] == '\0' || path[0] == '/')
		return 0;
	err_set(e, ERR_USAGE, "--path takes a place in a record, not '%s'", path);
	return err_advise(e, "Begin it with a slash: /totals/finalTotal.");
}

static int
run(const struct options *given, int argc, char **argv, struct err *e)
{
	struct options o = *given;
	const char *id = NULL, *entity = NULL, *path = NULL;
	bool text = false;
	const struct arg own[] = {
		{ "--id", NULL, NULL, &id },
		{ "--entity", NULL, NULL, &entity },
		{ "--path", NULL, NULL, &path },
		{ "--json", NULL, &o.json, NULL },
		{ "--text", NULL, &text, NULL },
	};
	struct question g = { 0 };
	int rc = command_args("diff", own, 5, &o, argc, argv, e);

	if (rc < 0)
		return -1;
	if (rc != 2) {
		err_set(e, ERR_USAGE, "diff takes two snapshots");
		return err_advise(e, "'flowstory audit' lists them.");
	}
	g.d.account = o.account;
	g.d.jobs = o.jobs;
	g.d.only = str_c(id);
	g.is_text = !o.json && (text || isatty(STDOUT_FILENO));
	rc = account_check(o.account, e);
	if (rc == 0)
		rc = choose_entity(&g.d, entity, e);
	if (rc == 0)
		rc = choose_path(&g, path, e);
	if (rc == 0)
		rc = diff_snapshots_make(&g.d, argv[1], argv[2], e);
	if (rc == 0)
		(g.is_text ? print_listing : print_lines)(&g);
	diff_snapshots_release(&g.d);
	return rc;
}

const struct command cmd_diff = {
	.name = "diff",
	.synopsis = "A B [--id ID] [--entity KIND] [--path POINTER] "
	            "[--json|--text]",
	.summary = "what differs between the records of two snapshots",
	.help = help,
	.run = run,
};
