#include "command/print_prune.h"

#include <stdio.h>

#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"

#define ULL(v) ((unsigned long long)(v))

/* "11.2 GB"; a text of the caller's. */
static const char *
size_of(uint64_t bytes, char *out, size_t n)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB" };
	uint64_t tenths = bytes * 10;
	size_t unit = 0;

	while (tenths >= 10000 && unit < 4) {
		tenths /= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(out, n, "%llu B", ULL(bytes));
	else
		snprintf(out, n, "%llu.%llu %s", ULL(tenths / 10), ULL(tenths % 10), units[unit]);
	return out;
}

static void
line(const char *what, const char *why, const char *frees)
{
	printf(frees[0] == '\0' ? "%-22s  %s\n" : "%-22s  %-34s  %s\n", what, why, frees);
}

static void
print_snapshots(const struct prune_plan *p)
{
	const struct prune_list *d = &p->drops;
	char what[64], why[64], frees[80], size[32];

	if (d->snapshots_n == 0)
		return;
	snprintf(what, sizeof(what), "%.*s%s", STR_ARG(d->snapshots[0]),
	    d->snapshots_n > 1 ? " ..." : "");
	snprintf(why, sizeof(why), "folded into base %.*s", STR_ARG(p->list[p->horizon - 1].id));
	snprintf(frees, sizeof(frees), "%s in %zu snapshot%s",
	    size_of(p->snapshots_bytes, size, sizeof(size)), d->snapshots_n,
	    say_plural(d->snapshots_n));
	line(what, why, frees);
}

static void
print_bases(const struct prune_plan *p)
{
	for (size_t i = 0; i < p->bases_n; i++) {
		const struct prune_base *b = &p->bases[i];
		char what[64], why[96], frees[96] = "", size[32], shared[32];

		snprintf(what, sizeof(what), "base %.*s", STR_ARG(b->id));
		snprintf(why, sizeof(why), "%.*s%s", STR_ARG(b->why),
		    b->is_made      ? " (made)"
		    : b->is_removed ? "removed"
		                    : "");
		if (b->is_removed)
			snprintf(frees, sizeof(frees), "%s",
			    size_of(b->bytes - b->shared, size, sizeof(size)));
		else if (!b->is_made)
			snprintf(frees, sizeof(frees), "(%s, %s of it shared)",
			    size_of(b->bytes, size, sizeof(size)),
			    size_of(b->shared, shared, sizeof(shared)));
		line(what, why, frees);
	}
}

static void
print_kept(const struct prune_plan *p)
{
	size_t n = p->n - p->horizon;
	const char *more = p->floor < p->asked ? ", because what is read again needs them" : "";
	char what[64], why[96];

	if (n == 0)
		return;
	snprintf(
	    what, sizeof(what), "%.*s%s", STR_ARG(p->list[p->horizon].id), n > 1 ? " ..." : "");
	snprintf(why, sizeof(why), "kept: %zu snapshot%s%s", n, say_plural(n), more);
	line(what, why, "");
}

static void
print_others(const struct prune_plan *p)
{
	const struct prune_list *d = &p->drops;
	char why[64], size[32];

	if (d->diffs_n > 0) {
		snprintf(why, sizeof(why), "%zu deleted", d->diffs_n);
		line("diffs", why, size_of(p->diffs_bytes, size, sizeof(size)));
	}
	if (d->exports_n > 0) {
		snprintf(why, sizeof(why), "%zu thinned", d->exports_n);
		line("exports", why, size_of(p->exports_bytes, size, sizeof(size)));
	}
}

static void
print_text(const struct prune_plan *p, bool is_dry)
{
	char size[32], free_size[32];

	if (prune_list_is_empty(&p->drops) && prune_plan_makes(p) == 0) {
		puts("nothing to do");
		return;
	}
	line("snapshot / base", "kept because", "frees");
	print_snapshots(p);
	print_bases(p);
	print_kept(p);
	print_others(p);
	if (is_dry && p->needed > 0)
		printf("needs about %s beside everything else; %s are free\n",
		    size_of(p->needed, size, sizeof(size)),
		    size_of(p->free, free_size, sizeof(free_size)));
}

static void
print_json(const struct prune_plan *p, bool is_dry)
{
	const struct prune_list *d = &p->drops;
	struct doc *root = doc_object(), *list, *folded;

	doc_bool(root, "dry_run", is_dry);
	folded = doc_in_object(root, "folded");
	doc_u64(folded, "snapshots", d->snapshots_n);
	doc_u64(folded, "bytes", p->snapshots_bytes);
	if (d->snapshots_n > 0) {
		doc_text(folded, "from", d->snapshots[0]);
		doc_text(folded, "until", d->snapshots[d->snapshots_n - 1]);
	}
	list = doc_in_array(root, "bases");
	for (size_t i = 0; i < p->bases_n; i++) {
		const struct prune_base *b = &p->bases[i];
		struct doc *x = doc_in_object(list, NULL);

		doc_text(x, "id", b->id);
		doc_text(x, "kept_because", b->why);
		doc_bool(x, "made", b->is_made);
		doc_bool(x, "removed", b->is_removed);
		doc_u64(x, "bytes", b->bytes);
		doc_u64(x, "shared_bytes", b->shared);
	}
	doc_u64(root, "kept_snapshots", p->n - p->horizon);
	if (p->horizon < p->n)
		doc_text(root, "kept_from", p->list[p->horizon].id);
	doc_bool(root, "kept_more_than_asked", p->floor < p->asked);
	doc_u64(root, "exports_thinned", d->exports_n);
	doc_u64(root, "exports_bytes", p->exports_bytes);
	doc_u64(root, "diffs_deleted", d->diffs_n);
	doc_u64(root, "diffs_bytes", p->diffs_bytes);
	doc_u64(root, "needed_bytes", p->needed);
	json_out_print(root);
}

void
print_prune(const struct prune_plan *p, bool is_dry, bool is_json)
{
	if (is_json)
		print_json(p, is_dry);
	else
		print_text(p, is_dry);
}
