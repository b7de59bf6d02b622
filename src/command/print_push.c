#include "command/print_push.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/message.h"
#include "dailystory/opt_outs.h"
#include "lib/json_writer.h"
#include "push/former.h"
#include "push/letter_whose.h"
#include "push/push_judge.h"
#include "push/push_waits.h"
#include "push/tally.h"

#define ULL(n) ((unsigned long long)(n))
#define NAMES_MOST 8 /* of fields in one line */

static uint64_t
seconds_of(const struct push *p)
{
	return (p->plan.calls * p->present.push.interval_ms + 999) / 1000;
}

/* The names, the most frequent first. */
static size_t
sort_counts(const struct push_counts *c, uint32_t *order, size_t most)
{
	size_t n = 0;

	for (uint32_t i = 1; i < c->names.n; i++) {
		size_t at = n < most ? n++ : most;

		while (at > 0 &&
		       (c->n[order[at - 1]] < c->n[i] ||
		           (c->n[order[at - 1]] == c->n[i] &&
		               str_cmp(c->names.texts[order[at - 1]], c->names.texts[i]) > 0))) {
			if (at < most)
				order[at] = order[at - 1];
			at--;
		}
		if (at < most)
			order[at] = i;
	}
	return n;
}

/* ---- The plan as text */

static void
print_counts(const struct push_counts *c, bool number_first)
{
	uint32_t order[NAMES_MOST];
	size_t n = sort_counts(c, order, NAMES_MOST);

	for (size_t i = 0; i < n; i++) {
		struct str name = c->names.texts[order[i]];

		if (number_first)
			printf(
			    "%s%llu %.*s", i > 0 ? ", " : "", ULL(c->n[order[i]]), STR_ARG(name));
		else
			printf(
			    "%s%.*s %llu", i > 0 ? ", " : "", STR_ARG(name), ULL(c->n[order[i]]));
	}
	if (c->names.n > n + 1)
		printf(", ...");
	putchar('\n');
}

static void
print_head(struct push *p)
{
	struct str as_of = timestamp_text(&p->a, p->source.last.as_of);
	const char *whole = push_waits_whole(&p->a, p->account);

	printf("as of        %.*s, snapshot %.*s\n", STR_ARG(as_of), STR_ARG(p->source.last.id));
	printf("acked up to  %s\n", whole == NULL ? "nothing" : whole);
}

static void
print_rows(struct push *p)
{
	const struct push_plan *x = &p->plan;

	printf("opt-outs     %llu email, %llu text", ULL(x->emails), ULL(x->texts));
	if (x->held > 0)
		printf(" (%llu held: push_text_opt_out is not set)", ULL(x->held));
	printf("\ngone         ");
	if (x->of_kind[PUSH_GONE_ITEM] == 0)
		puts("none");
	else
		print_counts(&x->gone, true);
	if (x->deleted > 0)
		printf("deleted      %llu of these, in DailyStory\n", ULL(x->deleted));
	printf("changed      %llu contact%s", ULL(x->of_kind[PUSH_CHANGED]),
	    say_plural(x->of_kind[PUSH_CHANGED]));
	if (x->fields.names.n > 1) {
		printf(": ");
		print_counts(&x->fields, false);
	} else {
		putchar('\n');
	}
	printf("new          %llu contact%s", ULL(x->of_kind[PUSH_NEW]),
	    say_plural(x->of_kind[PUSH_NEW]));
	if (x->opted_out > 0)
		printf(" (%llu refuse%s every channel and %s not created)", ULL(x->opted_out),
		    x->opted_out == 1 ? "s" : "", x->opted_out == 1 ? "is" : "are");
	putchar('\n');
	if (x->of_kind[PUSH_SEGMENT] > 0)
		printf("segments     %llu to be added to\n", ULL(x->of_kind[PUSH_SEGMENT]));
	printf("rejected     %llu wait for a change, %llu to be tried again\n", ULL(x->waiting),
	    ULL(x->retried));
}

static struct str
shown(struct arena *a, struct str address, bool shows)
{
	if (shows || address.n < 2)
		return address;
	return str_printf(a, "%.1s***", address.p);
}

static bool
is_private(struct str key)
{
	return !str_starts(key, STR("fh_"));
}

/* What was acked is known by its hash alone, but some fields have few values. */
static void
print_acked(struct push *p, const struct acked *acked, struct str key)
{
	static const char *const words[] = { "True", "False", "Active", "Inactive", "" };
	const uint64_t *hash = acked_field(acked, key);
	size_t i = 0, n = sizeof(words) / sizeof(*words);

	if (hash == NULL)
		return;
	while (i < n && books_hash(&p->books, key, str_c(words[i])) != *hash)
		i++;
	if (i < n)
		printf("\"%s\" -> ", words[i]);
	else
		printf("(not kept) -> ");
}

static void
print_status(
    struct push *p, const struct push_item *item, const struct acked *acked, const char *kind)
{
	bool is_inactive = item->step == STANDING_MAKE_INACTIVE;

	if (!is_inactive && item->step != STANDING_MAKE_ACTIVE)
		return;
	printf("%s %.*s status ", kind, STR_ARG(item->fh_id));
	print_acked(p, acked, STR("status"));
	puts(is_inactive ? "\"Inactive\"" : "\"Active\"");
}

static int
print_contact(
    struct push *p, const struct push_item *item, const char *kind, bool shows, struct err *e)
{
	struct arena a = { 0 };
	struct acked acked;
	struct wanted w;
	bool is_deleted;
	int rc = books_contact(&p->books, &a, item->fh_id, &acked, e);

	if (rc >= 0)
		rc = wanted_make(&a, &p->source, item->fh_id, &acked, &w, e);
	is_deleted = rc == 0 && item->has_row && wanted_deletes(&p->source, &w);
	if (is_deleted)
		printf("%s %.*s deleted\n", kind, STR_ARG(item->fh_id));
	for (size_t i = 0; rc == 0 && item->has_row && !is_deleted && i < w.fields_n; i++) {
		const struct wanted_field *f = &w.fields[i];
		struct str value = is_private(f->key) ? shown(&a, f->value, shows) : f->value;

		if (!f->is_changed || f->is_quiet)
			continue;
		printf("%s %.*s %.*s ", kind, STR_ARG(item->fh_id), STR_ARG(f->key));
		print_acked(p, &acked, f->key);
		printf("\"%.*s\"\n", STR_ARG(value));
	}
	if (rc == 0)
		print_status(p, item, &acked, kind);
	arena_release(&a);
	return rc < 0 ? -1 : 0;
}

static int
print_item(struct push *p, const struct push_item *item, bool shows, struct err *e)
{
	static const char *const kinds[] = { "opt-out", "gone", "changed", "new" };
	struct str address;

	if (item->kind == PUSH_SEGMENT) {
		printf("segment %.*s\n", STR_ARG(item->address));
		return 0;
	}
	if (item->kind != PUSH_OPT_OUT)
		return print_contact(p, item, kinds[item->kind], shows, e);
	address = shown(&p->a, item->address, shows);
	printf("opt-out %.*s%s%s %.*s\n", STR_ARG(item->fh_id), item->fh_id.n > 0 ? " " : "",
	    item->channel == OPT_OUT_EMAIL ? "email" : "text", STR_ARG(address));
	return 0;
}

static int
print_text(struct push *p, const struct print_push_options *o, bool stops, struct err *e)
{
	print_head(p);
	print_rows(p);
	printf("calls        %llu, about %llu s\n", ULL(p->plan.calls), ULL(seconds_of(p)));
	printf("breaker      %s\n", stops ? "stops it" : "lets it pass");
	printf("plan         %s\n", p->plan.hash);
	for (size_t i = 0; o->rows && i < p->plan.items.n; i++)
		if (print_item(p, &p->plan.items.list[i], o->shows_addresses, e) < 0)
			return -1;
	return 0;
}

/* ---- As JSON */

static void
add_counts(struct doc *d, struct arena *a, const struct push_counts *c)
{
	uint32_t n, *sorted = intern_sorted(&c->names, &n);

	for (uint32_t i = 0; i < n; i++)
		doc_u64(d, str_z(a, c->names.texts[sorted[i]]), c->n[sorted[i]]);
	mem_free(sorted);
}

static void
add_plan(struct doc *d, struct push *p)
{
	const struct push_plan *x = &p->plan;
	const char *whole = push_waits_whole(&p->a, p->account);
	struct doc *part;

	doc_time(d, "as_of", p->source.last.as_of);
	doc_text(d, "snapshot", p->source.last.id);
	doc_text(d, "acked_up_to", str_c(whole == NULL ? "" : whole));
	part = doc_in_object(d, "opt_outs");
	doc_u64(part, "email", x->emails);
	doc_u64(part, "text", x->texts);
	doc_u64(part, "held", x->held);
	add_counts(doc_in_object(d, "gone"), &p->a, &x->gone);
	doc_u64(d, "deleted", x->deleted);
	part = doc_in_object(d, "changed");
	doc_u64(part, "contacts", x->of_kind[PUSH_CHANGED]);
	add_counts(doc_in_object(part, "fields"), &p->a, &x->fields);
	doc_u64(d, "new", x->of_kind[PUSH_NEW]);
	doc_u64(d, "not_created", x->opted_out);
}

static void
print_json(struct push *p, bool stops)
{
	struct doc *d = doc_object(), *part;

	add_plan(d, p);
	part = doc_in_object(d, "rejected");
	doc_u64(part, "waiting", p->plan.waiting);
	doc_u64(part, "tried_again", p->plan.retried);
	doc_u64(d, "calls", p->plan.calls);
	doc_u64(d, "seconds", seconds_of(p));
	doc_text(d, "breaker", stops ? STR("stops") : STR("passes"));
	doc_text(d, "plan", str_c(p->plan.hash));
	json_out_print(d);
}

int
print_push_plan(struct push *p, const struct print_push_options *o, struct err *e)
{
	struct err why = ERR_INIT;
	bool stops = push_judge(&p->plan, p->present.push.percent, &why) < 0;

	if (o->json)
		print_json(p, stops);
	else if (print_text(p, o, stops, e) < 0)
		return -1;
	return stops ? STATUS_BREAKER : STATUS_DONE;
}

/* ---- Dead letters */

static const char *
advice_of(struct str reason, enum journal_op op, struct str message)
{
	if (op == JOURNAL_SEGMENT_NEW || op == JOURNAL_SEGMENT_ADD)
		return "Read the message; it is tried again once a week, and by 'flowstory push "
		       "--retry-rejected'.";
	if (str_eq(message, FORMER_ERASED))
		return "In DailyStory, look for this customer's address: if a contact that was "
		       "deleted has it, remove that for good, then run 'flowstory push "
		       "--retry-rejected'; or give the customer another address in Flowhub.";
	if (str_eq(reason, STR("same-contact")))
		return "In DailyStory, one contact stands for both: give each an address of its "
		       "own.";
	if (str_eq(reason, STR("identity-taken")))
		return "In DailyStory, another contact has the address: merge or correct the two.";
	if (op == JOURNAL_STATUS && str_eq(reason, STR("deleted-in-dailystory")))
		return "A look did not find the contact; it is looked at again within a day. If "
		       "somebody deleted or merged it, 'flowstory push --check --all --repair' "
		       "sends it anew.";
	if (op == JOURNAL_STATUS)
		return "Read the message; who may not be active is tried again within a day, who "
		       "may be once a week.";
	if (str_eq(reason, STR("deleted-in-dailystory")))
		return "Somebody deleted the contact in DailyStory, or merged it into another; it "
		       "is not created again unless 'flowstory push --check --all --repair' says "
		       "so.";
	if (str_eq(reason, ACKED_LOST))
		return "Look in DailyStory for a contact that was made before that time, without "
		       "an fh_id.";
	if (op == JOURNAL_DELETE)
		return "Read the message; of who was erased it is tried again within a day, of "
		       "others once a week.";
	return "Read the message; it is tried again when the contact changes, and once a week.";
}

struct letters {
	struct doc *list; /* NULL: text */
	struct letter_whose whose;
	struct arena a;
};

static void
print_letter(struct letters *g, struct str fh_id, struct str segment, const struct acked_letter *x)
{
	struct str first = timestamp_text(&g->a, x->first), last = timestamp_text(&g->a, x->last);
	const char *advice = advice_of(x->reason, x->op, x->message);
	struct doc *d;

	if (g->list == NULL) {
		struct str of = segment.n > 0 ? segment : fh_id.n > 0 ? fh_id : STR("nobody");

		printf("%.*s: %s: %.*s%s%.*s (%llu time%s, %.*s to %.*s)\n  %s\n", STR_ARG(of),
		    journal_line_op(x->op), STR_ARG(x->reason), x->message.n > 0 ? ": " : "",
		    STR_ARG(x->message), ULL(x->tries), say_plural(x->tries), STR_ARG(first),
		    STR_ARG(last), advice);
		return;
	}
	d = doc_in_object(g->list, NULL);
	doc_text(d, "fh_id", fh_id);
	if (segment.n > 0)
		doc_text(d, "segment", segment);
	doc_text(d, "op", str_c(journal_line_op(x->op)));
	doc_text(d, "reason", x->reason);
	doc_text(d, "message", x->message);
	doc_text(d, "first", first);
	doc_text(d, "last", last);
	doc_u64(d, "tries", x->tries);
	doc_text(d, "advice", str_c(advice));
}

static int
walk_letters(struct letters *g, struct books *b, struct err *e)
{
	struct view_cursor c = view_all(&b->view, VIEW_LETTERS, e);
	struct acked_letter letter = { 0 };
	struct str key, row, fh_id;
	int rc;

	while ((rc = view_next(&c, &key, &row, e)) > 0) {
		key = str_copy(&g->a, key);
		rc = tally_letter(b, &g->a, key, &letter, e);
		if (rc == 0)
			rc = letter_whose_find(&g->whose, &g->a, key, &fh_id, e);
		if (rc < 0)
			break;
		print_letter(g, fh_id, key.p[0] == 's' ? str_from(key, 1) : STR(""), &letter);
		arena_reset(&g->a);
	}
	view_end(&c);
	return rc;
}

int
print_push_rejected(struct push *p, bool json, struct err *e)
{
	struct letters g = { .list = json ? doc_array() : NULL, .whose.x = &p->source };
	int rc = walk_letters(&g, &p->books, e);

	if (rc == 0 && json)
		json_out_print(g.list);
	else
		doc_free(g.list);
	letter_whose_release(&g.whose);
	arena_release(&g.a);
	return rc < 0 ? -1 : STATUS_DONE;
}

/* ---- Where it stands */

static void
print_erased(const struct push_plan *x, int64_t now)
{
	int64_t wait = x->erased_at > now ? x->erased_at - now : 0;

	if (x->erased == 0)
		return;
	printf("erased       %llu contact%s of erased people still to be deleted", ULL(x->erased),
	    say_plural(x->erased));
	if (x->erased_refused > 0)
		printf("; DailyStory refused %llu", ULL(x->erased_refused));
	if (wait > 0)
		printf(",\n             tried again by a push in %llu min",
		    ULL((wait / TIMESTAMP_SECOND + 59) / 60));
	putchar('\n');
}

static void
print_status_text(struct push *p, const struct push_counts *letters)
{
	const struct push_plan *x = &p->plan;
	int64_t now = p->host->now(p->host->context),
	        since = x->n > 0 ? push_waits_since(p->account, &p->s, &p->plan) : 0;

	print_head(p);
	printf("acked        %llu contact%s in DailyStory, %llu of them by their id there\n",
	    ULL(x->there), say_plural(x->there), ULL(x->bound));
	printf("pending      %llu: %llu opt-outs, %llu gone, %llu changed, %llu new", ULL(x->n),
	    ULL(x->of_kind[PUSH_OPT_OUT]), ULL(x->of_kind[PUSH_GONE_ITEM]),
	    ULL(x->of_kind[PUSH_CHANGED]), ULL(x->of_kind[PUSH_NEW]));
	if (x->of_kind[PUSH_SEGMENT] > 0)
		printf(", %llu static segment%s", ULL(x->of_kind[PUSH_SEGMENT]),
		    say_plural(x->of_kind[PUSH_SEGMENT]));
	putchar('\n');
	if (since > 0 && since < now)
		printf(
		    "oldest       %llu min at most\n", ULL((now - since) / TIMESTAMP_SECOND / 60));
	printf("rejected     ");
	if (letters->names.n <= 1)
		puts("none");
	else
		print_counts(letters, false);
	print_erased(x, now);
	if (x->held > 0)
		printf("held         %llu mobile number%s of who refuses texts: push_text_opt_out "
		       "is not set,\n             so they are not sent\n",
		    ULL(x->held), say_plural(x->held));
	printf("rate         a call every %llu ms\n", ULL(p->present.push.interval_ms));
}

static void
print_status_json(struct push *p, const struct push_counts *letters)
{
	const struct push_plan *x = &p->plan;
	int64_t now = p->host->now(p->host->context),
	        since = x->n > 0 ? push_waits_since(p->account, &p->s, &p->plan) : 0;
	struct doc *d = doc_object(), *part;

	add_plan(d, p);
	doc_u64(d, "contacts", x->there);
	doc_u64(d, "bound", x->bound);
	doc_u64(d, "pending", x->n);
	doc_u64(d, "oldest_pending_seconds",
	    since > 0 && since < now ? (uint64_t)((now - since) / TIMESTAMP_SECOND) : 0);
	add_counts(doc_in_object(d, "rejected"), &p->a, letters);
	doc_u64(d, "held", x->held);
	part = doc_in_object(d, "erased");
	doc_u64(part, "to_delete", x->erased);
	doc_u64(part, "refused", x->erased_refused);
	if (x->erased_at > 0)
		doc_time(part, "tried_again_at", x->erased_at);
	doc_u64(d, "interval_ms", p->present.push.interval_ms);
	json_out_print(d);
}

int
print_push_status(struct push *p, bool json, struct err *e)
{
	struct push_counts letters = { 0 };
	int rc = tally_letters(&p->books, &letters, e);

	if (rc == 0 && json)
		print_status_json(p, &letters);
	else if (rc == 0)
		print_status_text(p, &letters);
	intern_release(&letters.names);
	mem_free(letters.n);
	return rc < 0 ? -1 : STATUS_DONE;
}
