#include "erase/gather.h"

#include "erase/each_page.h"
#include "record/email.h"
#include "record/normalize.h"
#include "record/phone.h"

void
gather_id(struct gather *g, struct str id)
{
	(void)intern_add(&g->ids, id);
	search_add(&g->search, SEARCH_ID, id);
}

static bool
is_placeholder(const struct str *list, size_t n, struct str text)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i], text))
			return true;
	return false;
}

uint32_t
gather_pair(struct intern *pairs, struct str address, struct str id)
{
	struct buf b = { 0 };
	uint32_t i;

	buf_str(&b, address);
	buf_char(&b, '\0');
	buf_str(&b, id);
	i = intern_add(pairs, buf_view(&b));
	buf_release(&b);
	return i;
}

void
gather_owned(const struct gather *g, uint32_t i, struct str *address, struct str *id)
{
	struct str s = g->owned.texts[i];
	const char *end = memchr(s.p, '\0', s.n);

	*address = str_of(s.p, (size_t)(end - s.p));
	*id = str_from(s, address->n + 1);
}

bool
gather_is_last(const struct gather *g, uint32_t i)
{
	for (size_t k = 0; k < g->last_n; k++)
		if (g->last[k].email == i || g->last[k].mobile == i)
			return true;
	return false;
}

/* Of two in one snapshot that differ none is certain. */
static void
note_last(struct gather *g, struct gather_last now)
{
	struct gather_last *x = NULL;

	for (size_t k = 0; k < g->last_n && x == NULL; k++)
		x = g->last[k].id == now.id ? &g->last[k] : NULL;
	if (x == NULL) {
		g->last = mem_grow(g->last, g->last_n, &g->last_cap, sizeof(*g->last));
		g->last[g->last_n++] = now;
	} else if (x->at < now.at) {
		*x = now;
	} else if (x->at == now.at) {
		x->email = x->email == now.email ? now.email : 0;
		x->mobile = x->mobile == now.mobile ? now.mobile : 0;
	}
}

/* Whose it is decides about opt-outs, which name nobody.  Returns: its number in owned, or 0. */
static uint32_t
note_address(struct gather *g, struct intern *theirs, struct str address, struct str id)
{
	if (id.n == 0) {
		(void)intern_add(&g->others, address);
		return 0;
	}
	(void)intern_add(theirs, address);
	if (g->is_folded)
		(void)intern_add(&g->past, address);
	return gather_pair(&g->owned, address, id);
}

static uint32_t
add_email(struct gather *g, struct str email, struct str id)
{
	const struct record_settings *s = g->settings;

	if (email.n == 0)
		return 0;
	email = str_lower(&g->arena, email);
	if (str_starts(email, STR("mailto:")))
		email = str_from(email, 7);
	if (memchr(email.p, '@', email.n) == NULL ||
	    is_placeholder(s->placeholder_emails, s->placeholder_n, email))
		return 0;
	if (id.n > 0)
		search_add(&g->search, SEARCH_EMAIL, email);
	return note_address(g, &g->emails, email, id);
}

/* Quotes round it and a full stop after it are no part of an address; an apostrophe within is. */
static struct str
cut_ends(struct str s)
{
	while (s.n > 0 && s.p[0] == '\'')
		s = str_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == '\'' || s.p[s.n - 1] == '.'))
		s.n--;
	return s;
}

/* Each address in the field, sound or not: the text was theirs. */
static void
add_emails(struct gather *g, struct str text, struct str id)
{
	size_t from = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && strchr(",;<>\"() \t", text.p[i]) == NULL)
			continue;
		(void)add_email(g, cut_ends(str_of(text.p + from, i - from)), id);
		from = i + 1;
	}
}

/* One digit over and over is nobody's number. */
static bool
is_number(struct str s)
{
	char first = 0;
	bool varies = false;

	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_digit(s.p[i]))
			continue;
		varies = varies || (first != 0 && s.p[i] != first);
		first = s.p[i];
	}
	return varies;
}

static uint32_t
add_phone(struct gather *g, struct str text, struct str id)
{
	const struct record_settings *s = g->settings;
	const struct phone_rules rules = { .is_abroad = false };
	enum drop_reason why;
	struct str number = phone_read(&g->arena, text, &rules, &why);

	if (is_placeholder(s->placeholder_mobiles, s->placeholder_mobiles_n, number) ||
	    !is_number(text))
		return 0;
	if (id.n > 0)
		search_add(&g->search, SEARCH_PHONE, number.n > 0 ? number : text);
	return number.n > 0 ? note_address(g, &g->mobiles, number, id) : 0;
}

void
gather_address(struct gather *g, struct str id, struct str text)
{
	if (memchr(text.p, '@', text.n) != NULL)
		add_emails(g, text, id);
	else
		(void)add_phone(g, text, id);
}

static void
add_name(struct gather *g, struct str first, struct str last, struct str whole)
{
	if (first.n > 0 && last.n > 0)
		search_add(&g->search, SEARCH_NAME,
		    str_printf(&g->arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)));
	search_add(&g->search, SEARCH_NAME, whole);
}

static void
add_customer(struct gather *g, struct str text)
{
	struct gather_last last = { .at = g->redactor.reader.taken_at };
	struct record_fault fault;
	enum drop_reason why;
	struct customer c;

	if (!record_read_customer(&g->redactor.reader, &g->arena, text, &c, &fault))
		return;
	gather_id(g, c.id);
	/* as the state and the exports have it, and whatever else there is */
	last.email = add_email(g,
	    email_read(&g->arena, str_clean(&g->arena, c.email), g->settings->placeholder_emails,
	        g->settings->placeholder_n, &why),
	    c.id);
	add_emails(g, c.email, c.id);
	last.mobile = add_phone(g, c.phone, c.id);
	last.id = intern_find(&g->ids, c.id);
	note_last(g, last);
	search_add(&g->search, SEARCH_MED_ID, c.med_id);
	add_name(g, c.first_name, c.last_name, c.name);
}

/* What an order of theirs says of the buyer. */
static void
add_order(struct gather *g, const struct json *j, struct str id)
{
	gather_id(g, id);
	search_add(&g->search, SEARCH_NAME, json_find_text(&g->arena, j, 0, "fullName"));
	search_add(&g->search, SEARCH_NAME, json_find_text(&g->arena, j, 0, "name"));
}

bool
gather_record(struct gather *g, bool is_order, struct str text)
{
	const struct json *j = &g->redactor.json;
	struct json_fault fault;
	struct str id;

	arena_reset(&g->arena);
	if (!json_read(&g->redactor.json, text, &fault) || j->nodes[0].kind != JSON_OBJECT)
		return false;
	if (!(is_order ? redact_buyer(&g->arena, j, &id) : redact_id(&g->arena, j, false, &id)) ||
	    g->fate(g->context, id) == REDACT_NOT)
		return false;
	(void)intern_add(&g->seen, id);
	if (is_order)
		add_order(g, j, id);
	else
		add_customer(g, text);
	return true;
}

/* Whether every id that is known can be searched for. */
static bool
can_look(const struct gather *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->search.n; i++)
		n += g->search.list[i].kind == SEARCH_ID;
	return g->knows_all && g->ids.n > 1 && n == g->ids.n - 1;
}

static int
gather_page(void *context, const struct each_page *p, struct err *e)
{
	struct gather *g = context;
	const struct page_reader *r = p->reader;
	bool is_order = p->manifest->pages[p->page].resource == RESOURCE_ORDERS;

	(void)e;
	g->redactor.reader.taken_at = p->manifest->taken_at;
	if (can_look(g) && !search_has_telling(&g->search, r->text))
		return 0;
	for (size_t i = 0; i < r->scan.n; i++)
		(void)gather_record(
		    g, is_order, str_of(r->text.p + r->scan.records[i].at, r->scan.records[i].len));
	return 0;
}

void
gather_ready(struct gather *g)
{
	g->redactor.fate = g->fate;
	g->redactor.context = g->context;
	redact_ready(&g->redactor);
}

int
gather_pages(struct gather *g, bool is_aside, struct err *e)
{
	gather_ready(g);
	return each_page(g->account, is_aside, gather_page, g, e);
}

void
gather_release(struct gather *g)
{
	intern_release(&g->ids);
	intern_release(&g->seen);
	intern_release(&g->emails);
	intern_release(&g->mobiles);
	intern_release(&g->owned);
	mem_free(g->last);
	intern_release(&g->folded);
	intern_release(&g->orders);
	intern_release(&g->past);
	intern_release(&g->others);
	intern_release(&g->unseen);
	search_release(&g->search);
	redact_release(&g->redactor);
	arena_release(&g->arena);
}
