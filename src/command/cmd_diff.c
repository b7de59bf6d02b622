#include <stdio.h>
#include <unistd.h>

#include "account/account.h"
#include "command/command.h"
#include "timemachine/diff_snapshots.h"

static const char help[] =
    "What differs between the records of snapshot A and those of snapshot B,\n"
    "field by field, straight from their pages: JSON lines as in diffs/, or a\n"
    "listing on a terminal. What one of them holds and the other does not is\n"
    "added or removed only if the other was read so that it had to hold it;\n"
    "otherwise it is unknown, and said to be.\n"
    "\n"
    "  --id ID          this record alone\n"
    "  --entity KIND    'customer' or 'order' alone\n"
    "  --path POINTER   changed records alone, and of them what lies at or\n"
    "                   below this place, /totals/finalTotal for one\n"
    "  --json, --text   one or the other, whatever standard output is\n";

struct diffing {
	struct diff_snapshots d;
	struct str path;
	bool has_path, is_text;
};

static void
put_place(struct buf *b, const struct diff_side *side, const struct seen *s)
{
	buf_z(b, "\"page\":");
	buf_json(b, diff_snapshots_page(side, s));
	buf_z(b, ",\"index\":");
	buf_u64(b, s->index);
}

static void
line_json(struct buf *b, const struct diff_snapshots *d, const struct diff_line *l)
{
	buf_printf(b, "{\"entity\":\"%s\",\"id\":", record_entity_name(l->entity));
	buf_json(b, l->id);
	buf_printf(b, ",\"op\":\"%s\"", diff_snapshots_op_name(l->op));
	if (l->after != NULL) {
		buf_char(b, ',');
		put_place(b, &d->sides[1], l->after);
	}
	if (l->before != NULL) {
		buf_z(b, ",\"previous\":{\"snapshot\":");
		buf_json(b, d->sides[0].snapshot);
		buf_char(b, ',');
		put_place(b, &d->sides[0], l->before);
		buf_char(b, '}');
	}
	if (l->op == SNAPSHOT_DIFF_CHANGED) {
		buf_z(b, ",\"changes\":");
		diff_records_json(b, &l->compared);
	}
	if (l->op == SNAPSHOT_DIFF_UNKNOWN) {
		buf_z(b, ",\"why\":");
		buf_json(b, str_c(l->why));
	}
	buf_z(b, "}\n");
}

static void
line_text(struct diff_snapshots *d, const struct diff_line *l)
{
	printf("%s %.*s %s\n", record_entity_name(l->entity), STR_ARG(str_clean(&d->a, l->id)),
	    diff_snapshots_op_name(l->op));
	if (l->before != NULL)
		printf("  in %.*s: %.*s, record %u\n", STR_ARG(d->sides[0].snapshot),
		    STR_ARG(diff_snapshots_page(&d->sides[0], l->before)),
		    (unsigned)l->before->index);
	if (l->after != NULL)
		printf("  in %.*s: %.*s, record %u\n", STR_ARG(d->sides[1].snapshot),
		    STR_ARG(diff_snapshots_page(&d->sides[1], l->after)),
		    (unsigned)l->after->index);
	if (l->op == SNAPSHOT_DIFF_UNKNOWN)
		printf("  %s\n", l->why);
	diff_records_text(&l->compared, 2);
	putchar('\n');
}

static void
put_counts(struct buf *b, const char *name, const uint64_t *counts)
{
	buf_printf(b, ",\"%s\":{", name);
	for (size_t i = 0; i < SNAPSHOT_DIFF_OPS; i++)
		buf_printf(b, "%s\"%s\":%llu", i == 0 ? "" : ",",
		    diff_snapshots_op_name((enum diff_op)i), (unsigned long long)counts[i]);
	buf_char(b, '}');
}

static void
head_json(struct buf *b, const struct diff_snapshots *d)
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
end_json(struct buf *b, const struct diff_snapshots *d)
{
	buf_z(b, "{\"type\":\"end\"");
	put_counts(b, "customers", d->counts[ENTITY_CUSTOMER]);
	put_counts(b, "orders", d->counts[ENTITY_ORDER]);
	buf_z(b, "}\n");
}

static void
end_text(const struct diff_snapshots *d)
{
	static const char *const words[] = { "customers", "orders" };

	for (size_t x = 0; x < ENTITIES; x++) {
		if (d->has_entity && d->entity != x)
			continue;
		printf("%-10s", words[x]);
		for (size_t i = 0; i < SNAPSHOT_DIFF_OPS; i++)
			printf(" %8llu %s", (unsigned long long)d->counts[x][i],
			    diff_snapshots_op_name((enum diff_op)i));
		putchar('\n');
	}
}

static bool
is_listed(const struct diffing *g, struct diff_line *l)
{
	if (!g->has_path)
		return true;
	diff_records_keep(&l->compared, g->path);
	return l->op == SNAPSHOT_DIFF_CHANGED && l->compared.n > 0;
}

static void
print(struct diffing *g)
{
	struct diff_snapshots *d = &g->d;
	struct buf b = { 0 };

	if (!g->is_text)
		head_json(&b, d);
	for (size_t i = 0; i < d->n; i++) {
		if (!is_listed(g, &d->list[i]))
			continue;
		if (g->is_text) {
			line_text(d, &d->list[i]);
			continue;
		}
		line_json(&b, d, &d->list[i]);
		fwrite(b.p, 1, b.n, stdout);
		buf_reset(&b);
	}
	if (g->is_text)
		end_text(d);
	else
		end_json(&b, d);
	if (!g->is_text)
		fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
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
choose_path(struct diffing *g, const char *path, struct err *e)
{
	g->has_path = path != NULL;
	g->path = str_c(path);
	if (path == NULL || path[0] == '\0' || path[0] == '/')
		return 0;
	err_set(e, ERR_USAGE, "--path takes a place in the record, not '%s'", path);
	return err_advise(e, "It begins with a slash: /totals/finalTotal.");
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
	struct diffing g = { 0 };
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
		print(&g);
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
