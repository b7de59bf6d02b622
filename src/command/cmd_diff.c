/* cmd_diff.c -- flowstory diff: what differs between the records of two snapshots. */
#include <stdio.h>

#include "command/command.h"
#include "command/print_changes.h"
#include "delta/diff_line.h"
#include "timemachine/diff_snapshots.h"

static const char help[] =
    "Prints what differs between the records of snapshots A and B, field by field,\n"
    "straight from their pages: JSON lines as in diffs/, or on a terminal a listing.\n"
    "A record that only one of them holds counts as added or removed only if the\n"
    "other was read in a way that had to include it; otherwise it is unknown. Of a\n"
    "snapshot that was pruned, the base that is kept tells what was known with it.\n";

struct diff_options {
	const char *id, *entity, *path;
	bool json, text;
};

static const struct option options[] = {
	OPTION(struct diff_options, id, "--id", .value = "ID", .help = "only this record"),
	OPTION(struct diff_options, entity, "--entity", .value = "KIND",
	    .help = "only 'customer' or only 'order'"),
	OPTION(struct diff_options, path, "--path", .value = "POINTER",
	    .help = "only changes at or below this place in a record, such as\n"
	            "/totals/finalTotal"),
	OPTION(struct diff_options, json, "--json", .help = "print JSON lines, even on a terminal"),
	OPTION(struct diff_options, text, "--text", .help = "print a listing, even into a file"),
	{ 0 },
};

struct question {
	struct diff_snapshots d;
	struct str path;
	bool has_path;
};

static struct diff_line_place
place_of(const struct diff_side *side, const struct diff_side_record *r)
{
	if (r == NULL)
		return (struct diff_line_place){ 0 };
	return (struct diff_line_place){ diff_side_page(side, r), r->index };
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
print_place(const struct diff_side *side, const struct diff_side_record *r)
{
	if (r != NULL)
		printf("  in %s%.*s: %.*s, record %u\n", side->is_base ? "base " : "",
		    STR_ARG(side->snapshot), STR_ARG(diff_side_page(side, r)), (unsigned)r->index);
}

static void
print_record(struct diff_snapshots *d, const struct diff_snapshots_record *x)
{
	printf("%s %.*s %s\n", record_entity_name(x->entity), STR_ARG(str_clean(&d->a, x->id)),
	    diff_snapshots_op_name(x->op));
	print_place(&d->sides[0], x->before);
	print_place(&d->sides[1], x->after);
	if (x->why != NULL)
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
	buf_json(b, d->sides[1].manifest_sha256);
	buf_z(b, ",\"previous_manifest_sha256\":");
	buf_json(b, d->sides[0].manifest_sha256);
	buf_z(b, d->sides[1].is_base ? ",\"base\":true" : "");
	buf_z(b, d->sides[0].is_base ? ",\"previous_base\":true" : "");
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
check(struct invocation *x, struct err *e)
{
	const struct diff_options *own = x->own;
	const char *kind = own->entity, *path = own->path;

	if (kind != NULL && strcmp(kind, record_entity_name(ENTITY_CUSTOMER)) != 0 &&
	    strcmp(kind, record_entity_name(ENTITY_ORDER)) != 0)
		return err_set(
		    e, ERR_USAGE, "--entity takes 'customer' or 'order', not '%s'", kind);
	if (path == NULL || path[0] == '\0' || path[0] == '/')
		return 0;
	err_set(e, ERR_USAGE, "--path takes a place in a record, not '%s'", path);
	return err_advise(e, "Begin it with a slash: /totals/finalTotal.");
}

static int
run(struct invocation *x, struct err *e)
{
	const struct diff_options *own = x->own;
	const char *kind = own->entity;
	struct question g = {
		.d = { .account = x->o->account,
		    .jobs = x->o->jobs,
		    .only = str_c(own->id),
		    .has_entity = kind != NULL,
		    .entity = kind != NULL && strcmp(kind, record_entity_name(ENTITY_ORDER)) == 0
		                  ? ENTITY_ORDER
		                  : ENTITY_CUSTOMER },
		.path = str_c(own->path),
		.has_path = own->path != NULL,
	};
	bool is_text = !own->json && (own->text || x->o->to_terminal);
	int rc = diff_snapshots_make(&g.d, x->operands[0], x->operands[1], e);

	if (rc == 0)
		(is_text ? print_listing : print_lines)(&g);
	diff_snapshots_release(&g.d);
	return rc;
}

const struct command cmd_diff = {
	.name = "diff",
	.synopsis = "A B [--id ID] [--entity KIND] [--path POINTER]\n"
	            "[--json | --text]",
	.summary = "show what differs between the records of two snapshots",
	.help = help,
	.options = options,
	.size = sizeof(struct diff_options),
	.needs = NEEDS_ACCOUNT,
	.is_paged = true,
	.least = 2,
	.most = 2,
	.operands = "the ids of two snapshots; 'flowstory audit' lists them",
	.exits = { [4] = "a snapshot is damaged" },
	.check = check,
	.run = run,
};
