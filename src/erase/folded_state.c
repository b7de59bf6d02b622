#include "erase/folded_state.h"

#include "base/pack.h"
#include "base/timestamp.h"
#include "segment/membership.h"
#include "state/membership_history.h"
#include "state/rows.h"
#include "state/state_statuses.h"

/* ---- Records */

static int
find_place(const struct folded_state_record *x, struct known_record *known, struct state *s,
    int64_t *as_of, struct err *e)
{
	if (state_record_must(s->txn, x->r->entity, x->r->id, known, e) < 0)
		return -1;
	if (!timestamp_parse_id(x->r->snapshot, as_of))
		return state_broken(e, "the snapshot of a record");
	return 0;
}

/* No field is read from what changed: the text is another, and nothing else. */
static int
follow_text(
    struct state *s, const struct folded_state_record *x, struct known_record *known, struct err *e)
{
	struct buf fields = { 0 }, row = { 0 };
	int rc;

	buf_str(&fields, known->fields);
	known->fields = buf_view(&fields);
	known->hash = hash_of(x->text);
	row_record_pack(&row, x->r->entity, known);
	rc = kv_put(s->txn, state_record_table(x->r->entity), x->r->id, buf_view(&row), e);
	buf_release(&fields);
	buf_release(&row);
	return rc;
}

static int
drop_customer(struct state *s, struct str id, struct err *e)
{
	if (kv_del(s->txn, TABLE_CUSTOMERS, id, e) < 0)
		return -1;
	s->totals.customers--;
	return 0;
}

/* The order goes out of every table. */
static int
drop_order(struct state *s, struct str id, const struct known_record *known, struct sale *sale,
    struct err *e)
{
	struct buf key = { 0 };
	struct str row;
	int rc = kv_get(
	    s->txn, TABLE_SALES, row_key_sale(&key, known->buyer, known->created, id), &row, e);

	if (rc == 0 || (rc > 0 && !row_sale_unpack(row, known->created, sale)))
		rc = state_broken(e, "a sale's row");
	sale->items = (struct str){ 0 };
	if (rc >= 0)
		rc = kv_del(s->txn, TABLE_SALES, buf_view(&key), e);
	if (rc >= 0)
		rc = kv_del(s->txn, TABLE_CREATED,
		    row_key_created(&key, known->location, known->created, id), e);
	if (rc >= 0)
		rc = kv_del(s->txn, TABLE_ORDERS, id, e);
	buf_release(&key);
	return rc < 0 ? -1 : 0;
}

static int
drop_versions(struct state *s, struct str order, struct err *e)
{
	struct buf prefix = { 0 }, gone = { 0 };
	struct kv_cursor *c;
	struct str key, row;
	int rc;

	buf_char(&prefix, ENTITY_ORDER);
	pack_key_text(&prefix, order);
	c = kv_scan(s->txn, TABLE_VERSIONS, buf_view(&prefix), e);
	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		buf_reset(&gone);
		buf_str(&gone, key);
		if (kv_del(s->txn, TABLE_VERSIONS, buf_view(&gone), e) < 0) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	buf_release(&prefix);
	buf_release(&gone);
	return rc;
}

/* A status without an order has no row. */
static int
uncount(struct state *s, struct str id, const struct sale *sale, struct err *e)
{
	struct state_statuses c = { 0 };
	int rc;

	s->totals.orders--;
	state_statuses_note(&c, sale->status, sale->voided, sale->total, -1);
	rc = state_statuses_write(&c, s, e);
	state_statuses_release(&c);
	return rc < 0 ? -1 : drop_versions(s, id, e);
}

/* As a guest's it has other keys. */
static int
put_order(struct state *s, struct derive *d, const struct folded_state_record *x,
    const struct known_record *known, int64_t as_of, struct err *e)
{
	struct fold_record r = *x->r;

	r.text = x->text;
	r.hash = hash_of(x->text);
	if (derive_record(d, &r, known->place, as_of, NULL, e) < 0 ||
	    kv_put(s->txn, TABLE_ORDERS, r.id, buf_view(&d->out.known), e) < 0 ||
	    kv_put(s->txn, TABLE_SALES, buf_view(&d->out.sale_key), buf_view(&d->out.sale), e) < 0)
		return -1;
	s->totals.guest_orders += known->buyer != 0;
	return kv_put(s->txn, TABLE_CREATED, buf_view(&d->out.created_key), STR(""), e);
}

int
folded_state_record(
    struct state *s, struct derive *d, const struct folded_state_record *x, struct err *e)
{
	struct known_record known;
	struct sale sale;
	int64_t as_of;

	if (find_place(x, &known, s, &as_of, e) < 0)
		return -1;
	if (!x->is_theirs)
		return follow_text(s, x, &known, e);
	if (x->r->entity == ENTITY_CUSTOMER)
		return drop_customer(s, x->r->id, e);
	if (drop_order(s, x->r->id, &known, &sale, e) < 0)
		return -1;
	return str_eq(x->text, STR("null")) ? uncount(s, x->r->id, &sale, e)
	                                    : put_order(s, d, x, &known, as_of, e);
}

/* ---- Files */

static int
follow_digest(struct state *s, uint32_t number, const struct folded_digests *digests, struct err *e)
{
	const struct folded_digest *x;
	struct applied applied;

	if (state_applied_must(s, number, &applied, e) < 0)
		return -1;
	x = folded_digests_find(digests, applied.id);
	if (x == NULL)
		return 0;
	if (x->diff.n > 0)
		applied.diff_sha256 = x->diff;
	if (x->export.n > 0)
		applied.export_sha256 = x->export;
	return state_applied_put(s, number, &applied, e);
}

/* The page with that key, if it is called otherwise now. */
static int
follow_page(struct state *s, const struct folded_names *names, struct str key, struct err *e)
{
	struct unpack u = unpack_of(key);
	uint32_t snapshot = unpack_key_u32(&u), number = unpack_key_u32(&u);
	struct applied_page page;
	struct applied applied;
	struct buf row = { 0 };
	struct str now;
	int rc = 0;

	if (state_applied_must(s, snapshot, &applied, e) < 0 ||
	    state_page(s, snapshot, number, &page, e) < 0)
		return -1;
	now = folded_names_page(names, applied.id, page.path);
	if (str_eq(now, page.path))
		return 0;
	pack_text(&row, now);
	pack_text(&row, page.sha256);
	pack_u64(&row, page.resource);
	pack_text(&row, page.location);
	rc = kv_put(s->txn, TABLE_PAGES, key, buf_view(&row), e);
	buf_release(&row);
	return rc;
}

static int
follow_pages(struct state *s, const struct folded_names *names, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, TABLE_PAGES, e);
	struct buf at = { 0 };
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0) {
		buf_reset(&at);
		buf_str(&at, key);
		if (follow_page(s, names, buf_view(&at), e) < 0) {
			rc = -1;
			break;
		}
	}
	kv_cursor_close(c);
	buf_release(&at);
	return rc;
}

int
folded_state_files(struct state *s, const struct folded_names *names,
    const struct folded_digests *digests, struct err *e)
{
	for (uint32_t i = 1; i <= s->totals.applied; i++)
		if (follow_digest(s, i, digests, e) < 0)
			return -1;
	if (names->pages.n > 1 && follow_pages(s, names, e) < 0)
		return -1;
	/* they hold hashes of records as they were, and are only there to save time */
	if (kv_clear(s->txn, TABLE_BLOCK_CACHE, e) < 0 ||
	    kv_clear(s->txn, TABLE_PAGE_LENGTHS, e) < 0)
		return -1;
	return kv_clear(s->txn, TABLE_PAGE_CACHE, e);
}

/* ---- Words */

static bool
use_sale(bool *used, struct str key, struct str row)
{
	struct item_words item;
	struct sale sale;

	(void)key;
	if (!row_sale_unpack(row, 0, &sale))
		return false;
	used[sale.status] = used[sale.type] = used[sale.budtender] = true;
	used[sale.page_location] = used[sale.own_location] = true;
	while (row_item_next(&sale.items, &item) > 0)
		used[item.product] = used[item.category] = true;
	return true;
}

static bool
use_location_name(bool *used, struct str key, struct str row)
{
	struct unpack k = unpack_of(key), u = unpack_of(row);
	uint32_t location = unpack_key_u32(&k);
	uint64_t name = unpack_u64(&u);

	if (k.bad || u.bad)
		return false;
	used[location] = used[name] = true;
	return true;
}

static bool
use_memberships(bool *used, struct str key, struct str row)
{
	struct contact_status status;
	struct membership m;

	(void)key;
	if (!row_contact_status_unpack(row, &status))
		return false;
	while (row_membership_next(&status.memberships, &m) > 0)
		used[m.slug] = true;
	return true;
}

static int
use_table(struct state *s, enum state_table table,
    bool (*use)(bool *used, struct str key, struct str row), bool *used, struct err *e)
{
	struct kv_cursor *c = kv_all(s->txn, table, e);
	struct str key, row;
	int rc;

	while ((rc = kv_next(c, &key, &row, e)) > 0)
		if (!use(used, key, row)) {
			rc = state_broken(e, "a row that names words");
			break;
		}
	kv_cursor_close(c);
	return rc;
}

/* Slugs that somebody was in, or that are counted. */
static int
use_slugs(struct state *s, bool *used, struct err *e)
{
	struct membership_counts counts;
	struct arena a = { 0 };
	uint32_t *past;
	size_t n;
	int rc = membership_history_slugs(&a, s, 0, &past, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		used[past[i]] = true;
	if (rc == 0)
		rc = membership_counts_read(&a, s, &counts, e) < 0 ? -1 : 0;
	for (size_t i = 0; rc == 0 && i < counts.n; i++)
		used[counts.list[i].number] = true;
	arena_release(&a);
	return rc;
}

/* The numbers of words that any row has; those of profiles and statuses are sales' too. */
static int
list_used(struct state *s, bool *used, struct err *e)
{
	if (use_table(s, TABLE_SALES, use_sale, used, e) < 0 ||
	    use_table(s, TABLE_LOCATION_NAMES, use_location_name, used, e) < 0 ||
	    use_table(s, TABLE_CONTACT_STATUS, use_memberships, used, e) < 0)
		return -1;
	return use_slugs(s, used, e);
}

static int
rename_unused(struct state *s, struct redactor *r, struct err *e)
{
	struct arena a = { 0 };
	bool *used = arena_zero(&a, s->words.last + 1, sizeof(*used));
	int rc = list_used(s, used, e);

	for (uint32_t i = 1; rc == 0 && i <= s->words.last; i++) {
		struct str text;

		rc = dictionary_text(&s->words, s->txn, i, &text, e);
		if (rc == 0 && !used[i] && redact_tells(r, text))
			rc = dictionary_rename(
			    &s->words, s->txn, i, str_printf(&a, " erased %u", i), e);
	}
	arena_release(&a);
	return rc;
}

int
folded_state_words(struct state *s, struct redactor *r, struct err *e)
{
	bool tells = false;

	for (uint32_t i = 1; i <= s->words.last && !tells; i++) {
		struct str text;

		if (dictionary_text(&s->words, s->txn, i, &text, e) < 0)
			return -1;
		tells = redact_tells(r, text);
	}
	return tells ? rename_unused(s, r, e) : 0;
}
