#include "command/print_members.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/timestamp.h"
#include "command/json_out.h"
#include "command/print_table.h"
#include "dailystory/contact.h"
#include "dailystory/identity.h"
#include "lib/csv.h"
#include "lib/json_writer.h"
#include "profile/profile.h"
#include "segment/membership.h"

struct printing {
	struct state *s;
	uint32_t slug; /* its number */
	enum members_form form;
	struct doc *doc;
	struct arena scratch;
	struct buf line;
	struct err *e;
};

/* Name, addresses and id as they are exported. */
struct member {
	struct str name, email, mobile, id, since;
	const char *cause;
	bool is_contact;
};

static void
print_json(struct printing *g, const struct member *m)
{
	struct doc *x = doc_in_object(g->doc, NULL);

	doc_text(x, "fh_id", m->id);
	doc_text(x, "name", m->name);
	doc_text(x, "email", m->email);
	doc_text(x, "mobile", m->mobile);
	doc_bool(x, "contact", m->is_contact);
	doc_text(x, "since", m->since);
	doc_text(x, "cause", str_c(m->cause));
}

static void
print_csv(struct printing *g, const struct member *m)
{
	const struct str cells[] = { m->id, m->name, m->email, m->mobile,
		m->is_contact ? STR("yes") : STR(""), m->since, str_c(m->cause) };

	buf_reset(&g->line);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		if (i > 0)
			buf_char(&g->line, ',');
		contact_cell(&g->line, cells[i]);
	}
	printf("%.*s\r\n", STR_ARG(buf_view(&g->line)));
}

static const struct print_table_column columns[] = {
	{ NULL, "since", -10, NULL },
	{ NULL, "cause", -10, NULL },
	{ NULL, "customer", -24, NULL },
	{ NULL, "name", 0, NULL },
	{ 0 },
};

static void
print_one(struct printing *g, const struct member *m)
{
	if (g->form == MEMBERS_JSON)
		print_json(g, m);
	else if (g->form == MEMBERS_CSV)
		print_csv(g, m);
	else
		print_table_row(columns, NULL,
		    (const struct print_table_cell[]){ CELL_TEXT(str_of(m->since.p, 10)),
		        CELL_TEXT(str_c(m->cause)), CELL_TEXT(m->id), CELL_TEXT(m->name) });
}

static int
print_profile(struct printing *g, struct str id, const struct membership *in,
    const struct contact_status *status)
{
	struct arena *a = &g->scratch;
	struct profile p;
	struct applied since;
	struct member m = { .is_contact = row_is_contact(status) };
	struct identity_addresses exported;
	int rc = profile_stored_brief(a, g->s, id, &p, g->e);

	if (rc <= 0)
		return rc < 0 ? -1 : state_broken(g->e, "a customer's profile");
	if (in->cause >= CAUSE_COUNT)
		return state_broken(g->e, "a customer's memberships");
	if (state_applied_must(g->s, in->since, &since, g->e) < 0)
		return -1;
	exported = identity_exported(status, &p);
	m.id = contact_id(a, id);
	m.name = str_trim(str_printf(a, "%.*s %.*s", STR_ARG(p.first_name), STR_ARG(p.last_name)));
	m.email = exported.email;
	m.mobile = exported.mobile;
	m.since = timestamp_text(a, since.as_of);
	m.cause = membership_cause_name((enum cause)in->cause);
	print_one(g, &m);
	return 0;
}

static int
print_row(struct printing *g, struct str id, struct str row)
{
	struct contact_status standing;
	struct membership m;
	int more;

	if (!row_contact_status_unpack(row, &standing))
		return state_broken(g->e, "a customer's standing");
	while ((more = row_membership_next(&standing.memberships, &m)) > 0)
		if (m.slug == g->slug)
			return print_profile(g, id, &m, &standing);
	return more < 0 ? state_broken(g->e, "a customer's memberships") : 0;
}

static int
print_all(struct printing *g)
{
	struct kv_cursor *c = kv_all(g->s->txn, TABLE_CONTACT_STATUS, g->e);
	struct str id, row;
	int rc;

	while ((rc = kv_next(c, &id, &row, g->e)) > 0) {
		if (print_row(g, id, row) < 0) {
			rc = -1;
			break;
		}
		arena_reset(&g->scratch);
	}
	kv_cursor_close(c);
	return rc;
}

/* A slug is known as long as a rule is in force for it. */
static int
find_slug(struct printing *g, struct str slug)
{
	struct membership_counts t;

	if (membership_counts_read(&g->scratch, g->s, &t, g->e) < 0)
		return -1;
	for (size_t i = 0; i < t.n; i++)
		if (str_eq(t.list[i].slug, slug))
			g->slug = t.list[i].number;
	if (g->slug != 0)
		return 0;
	err_set(g->e, ERR_USAGE, "there is no segment '%.*s'", STR_ARG(slug));
	return err_advise(g->e, "'flowstory segments' lists all of them, the slug in brackets.");
}

int
print_members(struct state *s, struct str slug, enum members_form form, struct err *e)
{
	struct printing g = { .s = s, .form = form, .e = e };
	int rc = find_slug(&g, slug);

	if (rc == 0 && form == MEMBERS_JSON)
		g.doc = doc_array();
	else if (rc == 0 && form == MEMBERS_CSV)
		printf("fh_id,Name,Email address,Mobile number,Contact,Since,Cause\r\n");
	else if (rc == 0)
		print_table_headings(columns);
	if (rc == 0)
		rc = print_all(&g);
	if (rc == 0 && g.doc != NULL)
		json_out_print(g.doc);
	else
		doc_free(g.doc);
	buf_release(&g.line);
	arena_release(&g.scratch);
	return rc;
}
