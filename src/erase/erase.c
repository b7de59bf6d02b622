#include "erase/erase.h"

#include <stdlib.h>

#include "account/settings_load.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "erase/beside.h"
#include "erase/each_page.h"
#include "erase/erase_room.h"
#include "erase/folded_gather.h"
#include "erase/push_lines.h"
#include "erase/rewrite.h"
#include "erase/swap.h"
#include "lib/sha256.h"

/* ---- Who it is about */

static bool
is_named(const struct erase *g, struct str id)
{
	struct sha256 name;

	if (intern_find(&g->given, id) != 0)
		return true;
	if (g->note.customers_n == 0 || g->tombstones.key.n == 0)
		return false;
	name = tombstones_name(&g->tombstones, TOMBSTONE_ID, id);
	for (size_t i = 0; i < g->note.customers_n; i++)
		if (str_eq(g->note.customers[i], str_c(name.hex)))
			return true;
	return false;
}

static enum redact_fate
fate_of(enum tombstones_orders orders)
{
	return orders == ORDERS_REMOVE ? REDACT_REMOVE : REDACT_GUEST;
}

/* Of those who are erased now. */
static enum redact_fate
fate_now(void *context, struct str id)
{
	const struct erase *g = context;

	return is_named(g, id) ? fate_of(g->orders) : REDACT_NOT;
}

/* Of whoever was ever erased: a page that is read may be out of an old backup. */
static enum redact_fate
fate_ever(void *context, struct str id)
{
	const struct erase *g = context;
	const struct tombstone *t;

	if (is_named(g, id))
		return fate_of(g->orders);
	t = tombstones_find(&g->tombstones, id);
	return t == NULL ? REDACT_NOT : fate_of(t->orders);
}

static bool
is_gone(void *context, struct str id)
{
	return fate_ever(context, id) != REDACT_NOT;
}

/* ---- The plan */

static struct rebuild
deriving(const struct erase *g)
{
	return (struct rebuild){ g->account, g->jobs, g->host, g->pages_done };
}

/* Out of all pages, and of folded history. */
static int
gather(struct erase *g, bool is_aside, struct err *e)
{
	const char *derived = file_join(&g->arena, g->account, DERIVE_DIR);

	g->gather.account = g->account;
	g->gather.fate = fate_now;
	g->gather.context = g;
	g->gather.settings = &g->settings.records;
	g->gather.knows_all = g->given.n > 1;
	for (uint32_t i = 1; i < g->given.n; i++)
		gather_id(&g->gather, g->given.texts[i]);
	g->folded.account = g->account;
	g->folded.jobs = g->jobs;
	g->folded.gather = &g->gather;
	g->folded.is_removal = g->orders == ORDERS_REMOVE;
	if (gather_pages(&g->gather, is_aside, e) < 0 || folded_find(&g->folded, e) < 0)
		return -1;
	return folded_gather_texts(&g->folded, is_aside, derived, e);
}

/* Whether each id is long enough to be searched for. */
static bool
has_all_ids(const struct erase *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->gather.search.n; i++)
		n += g->gather.search.list[i].kind == SEARCH_ID;
	return n > 0 && n == g->gather.ids.n - 1;
}

static int
make_plan(struct erase *g, struct err *e)
{
	if (gather(g, false, e) < 0)
		return -1;
	g->redactor.fate = fate_ever;
	g->redactor.context = g;
	g->redactor.search = &g->gather.search;
	g->plan.account = g->account;
	g->plan.redactor = &g->redactor;
	/* a page without any of the texts can be passed over */
	g->plan.looks_first = has_all_ids(g);
	g->is_planned = true;
	return erase_plan_make(&g->plan, e) < 0 ? -1 : folded_plan(&g->folded, e);
}

void
erase_add(struct erase *g, struct str id)
{
	(void)intern_add(&g->given, id);
}

void
erase_exported(struct erase *g, struct str address, struct str id)
{
	(void)gather_pair(&g->exported, address, id);
}

int
erase_prepare(struct erase *g, struct err *e)
{
	const struct rebuild d = deriving(g);

	if (push_lines_check(g->account, e) < 0 || swap_check(g->account, e) < 0 ||
	    settings_load_file(&g->settings, g->account, e) < 0 || rebuild_check(&d, e) < 0 ||
	    tombstones_load(&g->tombstones, g->account, e) < 0 ||
	    rebuild_head(&g->arena, g->account, "", &g->head_before, e) < 0 ||
	    check_reach(g->account, e) < 0 || make_plan(g, e) < 0)
		return -1;
	return erase_room_check(g->account, &g->plan, e);
}

int
erase_load(struct erase *g, struct err *e)
{
	int rc = erase_note_load(&g->arena, g->account, &g->note, e);

	if (rc <= 0)
		return rc;
	g->orders = g->note.orders;
	if (settings_load_file(&g->settings, g->account, e) < 0 ||
	    tombstones_load(&g->tombstones, g->account, e) < 0)
		return -1;
	return 1;
}

/* ---- The tombstones */

static void
add_names(
    struct erase *g, const struct intern *texts, enum tombstones_kind kind, struct tombstone *t)
{
	for (uint32_t i = 1; i < texts->n; i++) {
		struct sha256 name = tombstones_name(&g->tombstones, kind, texts->texts[i]);

		t->addresses[t->addresses_n++] = str_copy(&g->arena, str_c(name.hex));
	}
}

/* Of several who are erased at once each has the addresses of all. */
static void
add_tombstones(struct erase *g)
{
	struct tombstone t = { .at = g->note.at,
		.orders = g->orders,
		.records = g->plan.kinds[REDACTED_CUSTOMER] + g->folded.kinds[REDACTED_CUSTOMER],
		.order_records = g->plan.kinds[REDACTED_ORDER] + g->folded.kinds[REDACTED_ORDER],
		.pages = g->plan.n,
		.head_before = g->head_before,
		.tool = STR("flowstory " FLOWSTORY_VERSION) };

	t.addresses = arena_array(
	    &g->arena, g->gather.emails.n + g->gather.mobiles.n + 1, sizeof(*t.addresses));
	add_names(g, &g->gather.emails, TOMBSTONE_EMAIL, &t);
	add_names(g, &g->gather.mobiles, TOMBSTONE_MOBILE, &t);
	qsort(t.addresses, t.addresses_n, sizeof(*t.addresses), str_order);
	for (size_t i = 0; i < g->note.customers_n; i++) {
		t.customer = g->note.customers[i];
		(void)tombstones_add(&g->tombstones, &t);
	}
}

/* ---- The steps */

static int
set_step(struct erase *g, enum erase_step step, struct err *e)
{
	g->note.step = step;
	return erase_note_save(&g->note, g->account, e);
}

/* The note before the tombstones: whoever goes on makes them. */
static int
begin(struct erase *g, struct err *e)
{
	struct buf pages = { 0 };

	erase_plan_pages(&g->plan, &pages);
	g->note.pages = str_copy(&g->arena, buf_view(&pages));
	buf_release(&pages);
	g->note.snapshots = g->plan.snapshots;
	g->note.snapshots_n = g->plan.snapshots_n;
	g->note.orders = g->orders;
	if (set_step(g, ERASE_REWRITE, e) < 0)
		return -1;
	add_tombstones(g);
	return tombstones_save(&g->tombstones, g->account, e);
}

static int
step_rewrite(struct erase *g, struct err *e)
{
	struct rewrite w = { .account = g->account, .redactor = &g->redactor, .plan = &g->plan };

	if (!g->is_planned && (rebuild_head(&g->arena, g->account, "", &g->head_before, e) < 0 ||
	                          make_plan(g, e) < 0))
		return -1;
	w.at = timestamp_text(&g->arena, g->note.at);
	if (begin(g, e) < 0 || beside_forget(g->account, g->note.at, is_gone, g, e) < 0)
		return -1;
	return rewrite_snapshots(&w, e) < 0 ? -1 : folded_write(&g->folded, e);
}

static int
step_swap(struct erase *g, struct err *e)
{
	char *snapshots = file_join(&g->arena, g->account, "snapshots");
	char *aside = file_join(&g->arena, snapshots, EACH_PAGE_ASIDE);

	for (size_t i = 0; i < g->note.snapshots_n; i++) {
		const char *id = str_z(&g->arena, g->note.snapshots[i]);

		if (swap_dirs(file_join(&g->arena, aside, id), file_join(&g->arena, snapshots, id),
		        e) < 0)
			return -1;
	}
	return folded_swap(g->account, e);
}

static int
step_derive(struct erase *g, struct err *e)
{
	const struct rebuild d = deriving(g);

	return rebuild_make(&d, e) < 0 ? -1 : 0;
}

static int
step_exchange(struct erase *g, struct err *e)
{
	return rebuild_swap(g->account, e);
}

/* Of those whose contact is not known to be in DailyStory nothing has to stay. */
static int
settle_push(struct erase *g, struct err *e)
{
	struct push_lines lines = { .account = g->account,
		.host = g->host,
		.is_gone = is_gone,
		.context = g,
		.gathered = &g->gather };
	int rc = push_lines_settle(&lines, e);

	intern_release(&g->bound);
	g->bound = lines.bound;
	g->lost = lines.lost;
	return rc;
}

/* Ids too short to be searched for are looked for in the records, and in what folded history says
 * of whom. */
static int
find_records(struct erase *g, bool *found, struct err *e)
{
	struct gather again = { .account = g->account,
		.fate = fate_ever,
		.context = g,
		.settings = &g->settings.records };
	const struct folded_gather folded = {
		.bases = g->account, .diffs = g->account, .start = g->folded.start, .out = &again
	};
	int rc = 0;

	if (!has_all_ids(g)) {
		rc = gather_pages(&again, false, e);
		if (rc == 0 && g->folded.start.n > 0)
			rc = folded_gather_all(&folded, e);
	}
	*found = again.ids.n > 1;
	gather_release(&again);
	return rc;
}

static int
conclude(struct erase *g, struct err *e)
{
	if (rebuild_head(&g->arena, g->account, "", &g->head_after, e) < 0)
		return -1;
	for (size_t i = 0; i < g->note.customers_n; i++) {
		struct tombstone *t = tombstones_at(&g->tombstones, g->note.customers[i]);

		if (t == NULL)
			continue;
		t->head_after = g->head_after;
		t->left = check_places(&g->check);
	}
	return tombstones_save(&g->tombstones, g->account, e);
}

/* Returns: 0; 1 something is left; -1. */
static int
step_search(struct erase *g, struct err *e)
{
	bool found;

	if (!g->is_planned && gather(g, true, e) < 0)
		return -1;
	g->check.account = g->account;
	g->check.search = &g->gather.search;
	g->check.is_final = true;
	g->check.is_gone = is_gone;
	g->check.context = g;
	g->check.folded = &g->folded;
	if (settle_push(g, e) < 0)
		return -1;
	g->check.passes_push = g->bound.n > 1;
	if (find_records(g, &found, e) < 0 || check_run(&g->check, e) < 0)
		return -1;
	if (found)
		return err_set(e, ERR_INTERNAL, "a record of an erased customer is still there");
	if (check_places(&g->check) > 0 && !g->is_left)
		return 1;
	return conclude(g, e);
}

static int
step_remove(struct erase *g, struct err *e)
{
	if (dir_remove(file_join(&g->arena, g->account, "snapshots/" EACH_PAGE_ASIDE), e) < 0)
		return -1;
	return dir_remove(file_join(&g->arena, g->account, DERIVE_DIR), e);
}

static void
name_all(struct erase *g, const struct intern *ids, struct str **out, size_t *n)
{
	*n = 0;
	*out = arena_array(&g->arena, ids->n + 1, sizeof(**out));
	for (uint32_t i = 1; i < ids->n; i++) {
		struct sha256 name = tombstones_name(&g->tombstones, TOMBSTONE_ID, ids->texts[i]);

		(*out)[(*n)++] = str_copy(&g->arena, str_c(name.hex));
	}
}

static int
name_customers(struct erase *g, struct err *e)
{
	if (tombstones_make_key(&g->tombstones, g->account, e) < 0)
		return -1;
	g->note.at = g->host->now(g->host->context);
	g->note.at -= g->note.at % TIMESTAMP_SECOND;
	name_all(g, &g->given, &g->note.customers, &g->note.customers_n);
	name_all(g, &g->exported, &g->note.exported, &g->note.exported_n);
	return 0;
}

int
erase_run(struct erase *g, struct err *e)
{
	static int (*const steps[ERASE_REMOVE])(struct erase * g, struct err * e) = {
		[ERASE_REWRITE] = step_rewrite,
		[ERASE_SWAP] = step_swap,
		[ERASE_DERIVE] = step_derive,
		[ERASE_EXCHANGE] = step_exchange,
		[ERASE_SEARCH] = step_search,
	};

	if (g->note.customers_n == 0 && name_customers(g, e) < 0)
		return -1;
	while (g->note.step < ERASE_REMOVE) {
		int rc = steps[g->note.step](g, e);

		if (rc != 0)
			return rc;
		g->note.step++;
		if (g->note.step < ERASE_REMOVE && erase_note_save(&g->note, g->account, e) < 0)
			return -1;
	}
	return 0;
}

static bool
is_by_hand(const struct erase *g, uint32_t i, struct str *address)
{
	struct sha256 name;
	struct str id;

	gather_owned(&g->gather, i, address, &id);
	if (intern_find(&g->bound, id) != 0)
		return false;
	name = tombstones_name(&g->tombstones, TOMBSTONE_ID, g->gather.owned.texts[i]);
	for (size_t k = 0; k < g->note.exported_n; k++)
		if (str_eq(g->note.exported[k], str_c(name.hex)))
			return true;
	return false;
}

bool
erase_by_hand(const struct erase *g, uint32_t i, struct str *address)
{
	struct str before;

	if (!is_by_hand(g, i, address))
		return false;
	for (uint32_t k = 1; k < i; k++)
		if (is_by_hand(g, k, &before) && str_eq(before, *address))
			return false;
	return true;
}

int
erase_finish(struct erase *g, struct err *e)
{
	if (set_step(g, ERASE_REMOVE, e) < 0 || step_remove(g, e) < 0)
		return -1;
	return erase_note_remove(g->account, e);
}

void
erase_release(struct erase *g)
{
	intern_release(&g->given);
	intern_release(&g->exported);
	intern_release(&g->bound);
	tombstones_release(&g->tombstones);
	gather_release(&g->gather);
	redact_release(&g->redactor);
	erase_plan_release(&g->plan);
	folded_release(&g->folded);
	check_release(&g->check);
	settings_release(&g->settings);
	arena_release(&g->arena);
}
