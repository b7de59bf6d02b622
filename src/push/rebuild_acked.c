#include "push/rebuild_acked.h"

#include "base/pack.h"
#include "dailystory/opt_outs.h"
#include "json/read.h"
#include "push/ask.h"
#include "push/begun.h"
#include "push/orphans.h"
#include "push/owed.h"
#include "push/rebuild_lost.h"
#include "push/unsalted.h"

#define EMAIL STR("email")
#define MOBILE STR("mobilePhone")
#define STATUS STR("status")
#define ID STR("fh_id")
#define OURS STR("fh_")

struct remaking {
	struct push *p;
	struct rebuild_acked *d;
	bool has_salt, is_whole;  /* is_whole: no line is damaged, nor missing */
	struct unsalted unsalted; /* without the salt */
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
	int rc = view_keys(&a, &g->p->books.view, VIEW_CONTACTS, &list, &n, g->e);

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

/* The customer whose id DailyStory has on the contact; empty: none that is known here. */
static int
find_owner(const struct found *f, struct str *its)
{
	struct push *p = f->g->p;
	struct acked ignored;
	struct str row;
	int rc;

	*its = answer_value(f->a, f->j, f->there, ID);
	if (its->n > KV_KEY_MAX)
		*its = STR("");
	rc = its->n == 0 ? 0 : kv_get(p->s.txn, TABLE_CONTACT_STATUS, *its, &row, f->g->e);
	if (rc == 0 && its->n > 0)
		rc = books_contact(&p->books, f->a, *its, &ignored, f->g->e);
	if (rc == 0)
		*its = STR("");
	return rc < 0 ? -1 : 0;
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

static uint64_t
hash_there(const struct found *f, struct str key, struct str there)
{
	struct books *b = &f->g->p->books;
	const struct wanted_field *w = find_wanted(f, key);
	const uint64_t *before = acked_field(&f->now, key);
	uint64_t kept = books_hash(b, key, STR(ACKED_KEPT));

	if (before != NULL && *before == kept && there.n > 0)
		return kept;
	there = answer_plain(f->a, key, there);
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

	if (!is_inactive)
		begun_settle_but(f->a, &f->now, STR(""));
	else if (begun_has(&f->now, STATUS))
		return;
	if (before != NULL && (!is_inactive || *before != active))
		add(f, STATUS, is_inactive ? *before : active);
	else
		f->g->d->inactive += is_inactive;
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
	begun_settle_but(f->a, &f->now, STATUS);
	begun_end_creates(
	    f->a, &f->now, &(struct journal_line){ .fields = f->fields, .fields_n = f->n });
	f->now.checked = f->g->p->host->now(f->g->p->host->context);
	return fold_set(&f->g->p->books.fold, f->fh_id, &f->now, f->g->e);
}

/* ---- Opt-outs */

/* Since when it is owed: as the books have it, or the account, or the books had it. */
static int
find_since(struct found *f, unsigned channel, struct str address, struct str *since)
{
	struct push *p = f->g->p;
	struct str key = owed_key(channel);
	struct acked_opt_out before;
	struct applied applied;
	uint32_t number;
	int rc = books_opt_out(
	    &p->books, f->a, key, books_hash(&p->books, key, address), &before, f->g->e);

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
	struct str address = answer_plain(f->a, key, value_there(f, key));
	struct journal_field field = { key, books_hash(&p->books, key, address) };
	struct journal_line x = { .n = p->books.last,
		.op = channel == OPT_OUT_EMAIL ? JOURNAL_OPT_OUT_EMAIL : JOURNAL_OPT_OUT_TEXT,
		.dsid = f->now.dsid,
		.fields = &field,
		.fields_n = 1 };
	bool was_told = unsalted_was_told(&f->g->unsalted, channel, f->now.dsid, &x.since);
	bool is_out = flag.n > 0 && str_eq_nocase(value_there(f, flag), STR("true")), needs;

	if (address.n == 0 || (!is_out && !was_told))
		return 0;
	/* Who was told is told of what was owed then, not of what is owed since. */
	if ((is_out && find_since(f, channel, address, &x.since) < 0) ||
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
	struct str owner;

	if (find_owner(f, &owner) < 0)
		return -1;
	if (owner.n > 0 && !str_eq(owner, f->fh_id))
		return unbind(f->g, f->fh_id);
	f->g->d->contacts++;
	if (wanted_make(f->a, &f->g->p->source, f->fh_id, &f->now, &f->w, f->g->e) < 0 ||
	    take_fields(f) < 0 || take_opt_out(f, OPT_OUT_EMAIL) < 0)
		return -1;
	return take_opt_out(f, OPT_OUT_TEXT);
}

/* Whoever's it is, if it is somebody's who has none. */
static int
take_orphan(struct found *f)
{
	struct str dsid = f->now.dsid;

	if (find_owner(f, &f->fh_id) < 0)
		return -1;
	if (f->fh_id.n == 0)
		return 0;
	if (books_contact(&f->g->p->books, f->a, f->fh_id, &f->now, f->g->e) < 0)
		return -1;
	if (f->now.dsid.n > 0 || f->now.is_deleted)
		return 0;
	f->now.dsid = dsid;
	f->g->d->bound++;
	return take_there(f);
}

static int
take_body(struct found *f, const struct answer *answer)
{
	bool is_orphan = f->fh_id.n == 0;
	struct json j = JSON_INIT;
	struct json_fault ignored;
	int rc = 0;

	f->j = &j;
	if (answer != NULL && json_read(&j, answer->body, &ignored))
		f->there = json_find(&j, 0, STR("Response"));
	/* One that was merged into another is told by that one's id. */
	if (f->there > 0 && j.nodes[f->there].kind == JSON_OBJECT &&
	    (answer->id.n == 0 || str_eq(answer->id, f->now.dsid)))
		rc = is_orphan ? take_orphan(f) : take_there(f);
	else if (!is_orphan)
		rc = take_unknown(f);
	json_release(&j);
	return rc;
}

static int
take_answer(void *context, struct arena *a, struct str fh_id, const struct acked *x,
    const struct answer *answer)
{
	struct found f = { .g = context, .a = a, .fh_id = fh_id, .now = *x };
	struct view *v = &f.g->p->books.view;

	if (answer != NULL && ask_is_gone(answer)) {
		f.g->d->gone += fh_id.n > 0;
		return 0;
	}
	if (take_body(&f, answer) < 0)
		return -1;
	return v->changed > VIEW_FLUSH_ROWS ? view_flush(v, f.g->e) : 0;
}

/* ---- Of whom nothing is known any more */

/* They were exported with another address than the one they are found by now. */
static bool
has_moved(const struct wanted *w, struct str addresses)
{
	unsigned channel = w->email.n > 0 ? OPT_OUT_EMAIL : OPT_OUT_TEXT;
	struct str now = w->email.n > 0 ? w->email : w->mobile;
	struct unpack u = unpack_of(addresses);
	bool found = false;

	while (!u.bad && u.p < u.end) {
		struct str text = unpack_text(&u);

		found = found || (text.n > 1 && (unsigned char)text.p[0] == channel &&
		                     !str_eq(str_from(text, 1), now));
	}
	return found;
}

/* What becomes of a customer of whom no line says which contact is theirs. */
enum fate {
	FOUND, /* by their address; or a line does say */
	LOST,  /* they were a contact once, and are none now or refuse every channel */
	MOVED  /* they are to have a contact, and it may have another address */
};

/* Returns: enum fate, or -1. */
static int
fate_of(struct remaking *g, struct arena *a, struct str fh_id, struct str row)
{
	struct exported last;
	struct acked x;
	struct wanted w;
	bool is_lost;

	if (!row_exported_unpack(row, &last))
		return state_broken(g->e, "what was exported last");
	if (last.addresses.n == 0)
		return FOUND;
	if (books_contact(&g->p->books, a, fh_id, &x, g->e) < 0)
		return -1;
	/* Without the salt nobody knows by which address a create was made that has no answer. */
	is_lost = !g->has_salt && x.started_n > 0;
	if (!is_lost && (g->is_whole || x.dsid.n > 0 || x.is_imported || x.is_deleted))
		return FOUND;
	if (last.row_snapshot == 0)
		return LOST;
	if (wanted_make(a, &g->p->source, fh_id, &x, &w, g->e) < 0)
		return -1;
	if (w.hold == WANTED_OPTED_OUT)
		return LOST;
	return w.gone.n == 0 && has_moved(&w, last.addresses) ? MOVED : FOUND;
}

static void
name(struct remaking *g, struct rebuild_acked_names *x, struct str fh_id)
{
	x->list = arena_grow(&g->p->a, x->list, x->n, &x->cap, sizeof(*x->list));
	x->list[x->n++] = str_copy(&g->p->a, fh_id);
}

/* Who is to be there is found by their address; who is not is not looked for. */
static int
list_lost(struct remaking *g)
{
	struct kv_cursor *c = kv_all(g->p->s.txn, TABLE_EXPORTED, g->e);
	struct arena a = { 0 };
	struct str fh_id, row;
	int rc;

	while ((rc = kv_next(c, &fh_id, &row, g->e)) > 0) {
		rc = fate_of(g, &a, fh_id, row);
		if (rc < 0)
			break;
		if (rc != FOUND)
			name(g, rc == LOST ? &g->d->lost : &g->d->moved, fh_id);
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
	struct remaking g = { .p = p,
		.d = d,
		.has_salt = salvage->has_salt,
		.is_whole = salvage->damaged + salvage->missing == 0,
		.e = e };
	struct str *orphans;
	size_t n = 0;
	int rc;

	*d = (struct rebuild_acked){ 0 };
	rc = unbind_doubles(&g);
	if (rc == 0)
		rc = orphans_find(&g.kept, &p->books, &orphans, &n, e);
	if (rc == 0 && !salvage->has_salt)
		rc = unsalted_forget(&g.unsalted, &p->books, e);
	if (rc == 0)
		rc = rebuild_lost(&p->books, salvage->has_salt, &d->erased, e);
	if (rc == 0)
		rc = ask_contacts(p, 0, take_answer, &g, e);
	if (rc == 0)
		rc = ask_ids(p, orphans, n, take_answer, &g, e);
	if (rc == 0)
		rc = check_answered(d, e);
	if (rc < 0 && e->kind == ERR_BUSY)
		err_advise(e, "Nothing was changed. Try again later.");
	if (rc == 0 && (!g.is_whole || !g.has_salt))
		rc = list_lost(&g);
	if (rc == 0)
		rc = salvage_replace(salvage, &p->books, e);
	d->imported = g.unsalted.imported;
	d->unrecognised = g.unsalted.unrecognised;
	unsalted_release(&g.unsalted);
	arena_release(&g.kept);
	return rc;
}
