#include "timemachine/verify_terms.h"

#include "account/terms_history.h"
#include "base/arena.h"
#include "state/rule_terms.h"

struct terms_check {
	const struct verify_state *state;
	struct terms_history history;
	struct findings *f;
	struct arena a;
	struct str faulty; /* the file found at fault last: once is enough */
};

/* The name of the file that holds with the snapshot, or would. */
static struct str
file_of(struct terms_check *g, struct str id)
{
	return str_printf(&g->a, "terms/%.*s.json", STR_ARG(id));
}

static void
add(struct terms_check *g, struct str file, const char *what)
{
	if (!str_eq(file, g->faulty))
		finding_add(g->f, FINDING_RECORD, file, "%s", what);
	g->faulty = file;
}

/* What was in force with the snapshot, by the files and by the state. */
static void
compare(struct terms_check *g, struct str id, const struct rule_terms *row)
{
	const struct terms *t;
	struct err why = ERR_INIT;
	int rc = terms_history_at(&g->history, id, &t, &why);
	struct str file = file_of(g, rc > 0 ? g->history.loaded_id : id);

	if (rc < 0)
		return; /* read_all said so */
	if (rc == 0)
		add(g, file, "it is missing");
	else if (!str_eq(t->settings_text, row->settings))
		add(g, file, "its settings are not those that were in force");
	else if (!str_eq(t->rules.text, row->rules))
		add(g, file, "its rules are not those that were in force");
	else if (!str_eq(t->settings.suppress_sha256, row->suppress_sha256))
		add(g, str_printf(&g->a, "terms/%.*s.suppress.txt", STR_ARG(g->history.loaded_id)),
		    "it is not the list that was in force");
}

static void
read_all(struct terms_check *g)
{
	for (size_t i = 0; i < g->history.n; i++) {
		const struct terms *ignored;
		struct err why = ERR_INIT;
		struct str id = g->history.ids[i];

		if (terms_history_at(&g->history, id, &ignored, &why) < 0)
			finding_error(g->f, FINDING_RECORD, file_of(g, id), &why);
	}
}

/* Wherever one of the two begins to say something else. */
static void
compare_all(struct terms_check *g)
{
	const struct verify_state *s = g->state;
	size_t file = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct rule_terms *row = rule_terms_at(s->terms, s->terms_n, (uint32_t)i + 1);
		bool is_begin = row->since == i + 1;

		while (file < g->history.n && str_cmp(g->history.ids[file], s->list[i].id) <= 0) {
			is_begin = true;
			file++;
		}
		if (is_begin)
			compare(g, s->list[i].id, row);
	}
}

int
verify_terms(
    const char *account, const struct verify_state *state, struct findings *f, struct err *e)
{
	struct terms_check g = { .state = state, .f = f };
	int rc = terms_history_open(&g.history, account, e);

	if (rc == 0) {
		read_all(&g);
		if (state->terms_n > 0)
			compare_all(&g);
	}
	terms_history_release(&g.history);
	arena_release(&g.a);
	return rc;
}
