#include "push/rebuild_acked.h"

#include "base/intern.h"
#include "dailystory/opt_outs.h"
#include "json/read.h"
#include "push/ask.h"
#include "push/owed.h"
#include "record/normalize.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")
#define STATUS STR("status")
#define ID STR("fh_id")
#define OURS STR("fh_")

struct remaking {
	struct push *p;
	struct rebuild_acked *d;
	struct intern told; /* without the salt: channel and dsid of whoever was told */
	struct str *since;  /* by number */
	size_t cap;
	struct arena kept;
	struct err *e;
};

/* A contact at work. */
struct found {
	struct remaking *g;
	struct arena *a;
	struct str fh_id;
	struct acked now; /* as it was read from the books, and is to be */
	struct wanted w;
	const struct json *j;
	uint32_t there; /* the contact, in ${j} */
	struct journal_field *fields;
	size_t n, cap;
};

/* ---- Without the salt */

static void
keep_told(struct remaking *g, char channel, struct str dsids, struct str since)
{
	struct arena a = { 0 };

	while (dsids.n > 0) {
		const char *space = memchr(dsids.p, ' ', dsids.n);
		size_t n = space == NULL ? dsids.n : (size_t)(space - dsids.p);
		uint32_t i =
		    intern_add(&g->told, str_printf(&a, "%c%.*s", channel, (int)n, dsids.p));

		g->since = mem_reach(g->since, i, &g->cap, sizeof(*g->since));
		g->since[i] = str_copy(&g->kept, since);
		dsids = str_from(dsids, space == NULL ? n : n + 1);
	}
	arena_release(&a);
}

static int
list_keys(struct remaking *g, struct arena *a, enum view_table table, struct str **list, size_t *n)
{
	struct view_cursor c = view_all(&g->p->books.view, table, g->e);
	struct str key, row;
	size_t cap = 0;
	int rc;

	*list = NULL;
	*n = 0;
	while ((rc = view_next(&c, &key, &row, g->e)) > 0) {
		*list = arena_grow(a, *list, *n, &cap, sizeof(**list));
		(*list)[(*n)++] = str_copy(a, key);
	}
	view_end(&c);
	return rc;
}

/* Which address it was nobody can say; which contacts were told, the row does. */
static int
forget_opt_out(struct remaking *g, struct arena *a, struct str key)
{
	struct view *v = &g->p->books.view;
	struct acked_opt_out x;
	struct str row;
	int rc = view_get(v, VIEW_OPT_OUTS, key, &row, g->e);

	if (rc <= 0)
		return rc;
	if (!acked_opt_out_unpack(row, &x))
		return fold_broken(g->e);
	if (x.is_acked)
		keep_told(
		    g, str_starts(key, EMAIL) ? OPT_OUT_EMAIL : OPT_OUT_TEXT, x.dsids, x.since);
	view_del(v, VIEW_OPT_OUTS, key);
	view_del(v, VIEW_LETTERS, str_printf(a, "o%.*s", STR_ARG(key)));
	return 0;
}

/* Who was imported by hand is found by what was imported. */
static int
forget_fields(struct remaking *g, struct arena *a, struct str fh_id)
{
	struct acked x;

	if (books_contact(&g->p->books, a, fh_id, &x, g->e) < 0)
		return -1;
	x.fields_n = 0;
	g->d->imported += x.is_imported;
	x.is_imported = false;
	return fold_set(&g->p->books.fold, fh_id, &x, g->e);
}

static int
forget_hashes(struct remaking *g)
{
	struct arena a = { 0 };
	struct str *list;
	size_t n;
	int rc = list_keys(g, &a, VIEW_OPT_OUTS, &list, &n);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = forget_opt_out(g, &a, list[i]);
	if (rc == 0)
		rc = list_keys(g, &a, VIEW_ADDRESSES, &list, &n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		view_del(&g->p->books.view, VIEW_ADDRESSES, list[i]);
	if (rc == 0)
		rc = list_keys(g, &a, VIEW_CONTACTS, &list, &n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = forget_fields(g, &a, list[i]);
	arena_release(&a);
	return rc;
}

/* ---- Whose contact it is */

/* Nothing is known of them any more: they are found by their address, as if new. */
static int
unbind(struct remaking *g, struct str fh_id)
{
	const struct acked nothing = { 0 };

	g->d->unbound++;
	return fold_set(&g->p->books.fold, fh_id, &nothing, g->e);
}

/* A line that is missing may have given the contact to another: the later one has it. */
static int
unbind_doubles(struct remaking *g)
{
	struct arena a = { 0 };
	struct str *list;
	size_t n;
	int rc = list_keys(g, &a, VIEW_CONTACTS, &list, &n);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct acked x;
		struct str owner;

		rc = books_contact(&g->p->books, &a, list[i], &x, g->e) < 0 ? -1 : 0;
		if (rc < 0 || x.dsid.n == 0)
			continue;
		rc = books_owner(&g->p->books, &a, x.dsid, &owner, g->e) < 0 ? -1 : 0;
		if (rc == 0 && !str_eq(owner, list[i]))
			rc = unbind(g, list[i]);
	}
	arena_release(&a);
	return rc;
}

/* DailyStory has another customer's id on the contact.  Returns: 1, 0, -1. */
static int
is_others(const struct found *f)
{
	struct str its = answer_value(f->a, f->j, f->there, ID), row;
	struct push *p = f->g->p;
	struct acked ignored;
	int rc;

	if (its.n == 0 || str_eq(its, f->fh_id))
		return 0;
	rc = kv_get(p->s.txn, TABLE_CONTACT_STATUS, its, &row, f->g->e);
	return rc != 0 ? rc : books_contact(&p->books, f->a, its, &ignored, f->g->e);
}

/* ---- Fields */

static struct str
value_there(const struct found *f, struct str key)
{
	return answer_value(f->a, f->j, f->there, key);
}

static const struct wanted_field *
find_wanted(const struct found *f, struct str key)
{
	for (size_t i = 0; i < f->w.fields_n; i++)
		if (str_eq(f->w.fields[i].key, key))
			return &f->w.fields[i];
	return NULL;
}

/* DailyStory may write an address in a way of its own. */
static struct str
plain(const struct found *f, struct str key, struct str value)
{
	struct str text = str_clean(f->a, value), same = { 0 };
	unsigned ignored = 0;

	if (str_eq(key, EMAIL))
		same = normalize_email(f->a, text, NULL, 0, &ignored);
	if (str_eq(key, MOBILE))
		same = normalize_mobile(f->a, text, &ignored);
	return same.n > 0 ? same : value;
}

static uint64_t
hash_there(const struct found *f, struct str key, struct str there)
{
	struct books *b = &f->g->p->books;
	const struct wanted_field *w = find_wanted(f, key);
	const uint64_t *before = acked_field(&f->now, key);
	uint64_t kept = books_hash(b, key, STR(ACKED_KEPT));

	if (before != NULL && *before == kept && there.n > 0)
		return kept;
	there = plain(f, key, there);
	/* It is theirs to change the case of letters. */
	return books_hash(b, key, w != NULL && str_eq_nocase(w->value, there) ? w->value : there);
}

static void
add(struct found *f, struct str key, uint64_t hash)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->fields[i].key, key))
			return;
	f->fields = arena_grow(f->a, f->fields, f->n, &f->cap, sizeof(*f->fields));
	f->fields[f->n++] = (struct journal_field){ key, hash };
}

static void
add_value(struct found *f, struct str key)
{
	add(f, key, hash_there(f, key, value_there(f, key)));
}

/* Whose an inactive status is only the books can say. */
static void
add_status(struct found *f)
{
	uint64_t active = books_hash(&f->g->p->books, STATUS, STR("Active"));
	const uint64_t *before = acked_field(&f->now, STATUS);
	bool is_inactive = str_eq_nocase(value_there(f, STATUS), STR("Inactive"));

	if (before != NULL && (!is_inactive || *before != active))
		add(f, STATUS, is_inactive ? *before : active);
	else
		f->g->d->inactive += is_inactive && f->w.gone.n == 0;
}

/* What we may ever have sent: as the books have it, as it is wanted, as it is there. */
static void
add_fields(struct found *f)
{
	const struct json_node *n = f->j->nodes;
	uint32_t custom = json_find(f->j, f->there, STR("extendedProperties"));

	add_status(f);
	for (size_t i = 0; i < f->now.fields_n; i++)
		if (!str_eq(f->now.fields[i].key, STATUS))
			add_value(f, f->now.fields[i].key);
	for (size_t i = 0; i < f->w.fields_n; i++)
		if (!str_eq(f->w.fields[i].key, STATUS) &&
		    (!f->w.fields[i].is_quiet || value_there(f, f->w.fields[i].key).n > 0))
			add_value(f, f->w.fields[i].key);
	if (value_there(f, EMAIL).n > 0)
		add_value(f, EMAIL);
	if (value_there(f, MOBILE).n > 0)
		add_value(f, MOBILE);
	if (custom == 0 || n[custom].kind != JSON_OBJECT)
		return;
	for (uint32_t i = custom + 1; i < n[custom].next; i = n[n[i].next].next) {
		struct str key = json_text(f->a, f->j, i);

		if (str_starts(key, OURS) && value_there(f, key).n > 0)
			add_value(f, key);
	}
}

static int
take_fields(struct found *f)
{
	add_fields(f);
	f->now.fields_n = 0;
	acked_merge(f->a, &f->now, f->fields, f->n, STR(""));
	f->now.gone = value_there(f, WANTED_GONE);
	f->now.is_started = false;
	f->now.checked = f->g->p->host->now(f->g->p->host->context);
	return fold_set(&f->g->p->books.fold, f->fh_id, &f->now, f->g->e);
}

/* ---- Opt-outs */

/* Since when it is owed: as the books have it, or the account, or the books had it. */
static int
find_since(struct found *f, unsigned channel, struct str address, uint32_t told, struct str *since)
{
	struct push *p = f->g->p;
	struct str key = owed_key(channel);
	struct acked_opt_out before;
	struct applied applied;
	uint32_t number;
	int rc = books_opt_out(
	    &p->books, f->a, key, books_hash(&p->books, key, address), &before, f->g->e);

	*since = told > 0 ? f->g->since[told] : STR("");
	if (rc > 0 && before.is_acked) {
		*since = before.since;
		return 0;
	}
	if (rc < 0 || (rc = owed_find(&p->source, channel, address, &number, f->g->e)) <= 0)
		return rc < 0 ? -1 : 0;
	if (state_applied_must(&p->s, number, &applied, f->g->e) < 0)
		return -1;
	*since = applied.id;
	return 0;
}

/* The flag stands on the contact, or it was told before the salt was lost: so the address it has is
 * one that refused. */
static int
take_opt_out(struct found *f, unsigned channel)
{
	struct push *p = f->g->p;
	struct str key = owed_key(channel), flag = owed_flag(&p->source, channel);
	struct str address = plain(f, key, value_there(f, key));
	struct journal_field field = { key, books_hash(&p->books, key, address) };
	struct journal_line x = { .n = p->books.last,
		.op = channel == OPT_OUT_EMAIL ? JOURNAL_OPT_OUT_EMAIL : JOURNAL_OPT_OUT_TEXT,
		.dsid = f->now.dsid,
		.fields = &field,
		.fields_n = 1 };
	uint32_t told = intern_find(
	    &f->g->told, str_printf(f->a, "%c%.*s", (char)channel, STR_ARG(f->now.dsid)));
	bool is_out = flag.n > 0 && str_eq_nocase(value_there(f, flag), STR("true")), needs;

	if (address.n == 0 || (!is_out && told == 0))
		return 0;
	if (find_since(f, channel, address, told, &x.since) < 0 ||
	    owed_needs(&p->source, f->a, channel, address, x.since, x.dsid, &needs, f->g->e) < 0)
		return -1;
	if (!needs)
		return 0;
	f->g->d->opted_out++;
	return fold_line(&p->books.fold, &x, f->g->e);
}

/* ---- One contact */

/* It is sent whole. */
static int
take_unknown(struct found *f)
{
	f->g->d->unknown++;
	acked_merge(f->a, &f->now, NULL, 0, ID);
	return fold_set(&f->g->p->books.fold, f->fh_id, &f->now, f->g->e);
}

static int
take_there(struct found *f)
{
	int rc = is_others(f);

	if (rc != 0)
		return rc < 0 ? -1 : unbind(f->g, f->fh_id);
	f->g->d->contacts++;
	if (wanted_make(f->a, &f->g->p->source, f->fh_id, &f->now, &f->w, f->g->e) < 0 ||
	    take_fields(f) < 0 || take_opt_out(f, OPT_OUT_EMAIL) < 0)
		return -1;
	return take_opt_out(f, OPT_OUT_TEXT);
}

static int
take_answer(void *context, struct arena *a, struct str fh_id, const struct acked *x,
    const struct answer *answer)
{
	struct found f = { .g = context, .a = a, .fh_id = fh_id, .now = *x };
	struct json j = JSON_INIT;
	struct json_fault ignored;
	int rc = 0;

	if (answer != NULL && ask_is_gone(answer)) {
		f.g->d->gone++;
		return 0;
	}
	f.j = &j;
	if (answer != NULL && json_read(&j, answer->body, &ignored))
		f.there = json_find(&j, 0, STR("Response"));
	/* One that was merged into another is told by that one's id. */
	if (f.there == 0 || j.nodes[f.there].kind != JSON_OBJECT ||
	    (answer->id.n > 0 && !str_eq(answer->id, x->dsid)))
		rc = take_unknown(&f);
	else
		rc = take_there(&f);
	json_release(&j);
	if (rc == 0 && f.g->p->books.view.changed > VIEW_FLUSH_ROWS)
		rc = view_flush(&f.g->p->books.view, f.g->e);
	return rc;
}

/* ---- Of whom nothing is known any more */

/* Returns: 1 they were a contact once, are none now, and no line says of which one; 0; -1. */
static int
is_lost(struct remaking *g, struct arena *a, struct str fh_id, struct str row)
{
	struct exported last;
	struct acked x;

	if (!row_exported_unpack(row, &last))
		return state_broken(g->e, "what was exported last");
	if (last.row_snapshot > 0 || last.addresses.n == 0)
		return 0;
	if (books_contact(&g->p->books, a, fh_id, &x, g->e) < 0)
		return -1;
	return x.dsid.n == 0 && !x.is_imported && !x.is_deleted;
}

/* Who is a contact is found by their address; who is none is not looked for. */
static int
list_lost(struct remaking *g)
{
	struct rebuild_acked *d = g->d;
	struct kv_cursor *c = kv_all(g->p->s.txn, TABLE_EXPORTED, g->e);
	struct arena a = { 0 };
	struct str fh_id, row;
	size_t cap = 0;
	int rc;

	while ((rc = kv_next(c, &fh_id, &row, g->e)) > 0) {
		rc = is_lost(g, &a, fh_id, row);
		if (rc < 0)
			break;
		if (rc > 0) {
			d->lost = arena_grow(&g->p->a, d->lost, d->lost_n, &cap, sizeof(*d->lost));
			d->lost[d->lost_n++] = str_copy(&g->p->a, fh_id);
		}
		arena_reset(&a);
	}
	kv_cursor_close(c);
	arena_release(&a);
	return rc;
}

/* They would all be sent whole. */
static int
check_answered(const struct rebuild_acked *d, struct err *e)
{
	if (d->unknown == 0 || d->contacts + d->gone > 0)
		return 0;
	return err_set(e, ERR_BUSY, "DailyStory did not answer");
}

int
rebuild_acked(struct push *p, struct salvage *salvage, struct rebuild_acked *d, struct err *e)
{
	struct remaking g = { .p = p, .d = d, .e = e };
	int rc;

	*d = (struct rebuild_acked){ 0 };
	rc = salvage->has_salt ? 0 : forget_hashes(&g);
	if (rc == 0)
		rc = unbind_doubles(&g);
	if (rc == 0)
		rc = ask_contacts(p, 0, take_answer, &g, e);
	if (rc == 0)
		rc = check_answered(d, e);
	if (rc < 0 && e->kind == ERR_BUSY)
		err_advise(e, "Nothing was changed. Try again later.");
	if (rc == 0 && salvage->damaged + salvage->missing > 0)
		rc = list_lost(&g);
	if (rc == 0)
		rc = salvage_replace(salvage, &p->books, e);
	intern_release(&g.told);
	mem_free(g.since);
	arena_release(&g.kept);
	return rc;
}
