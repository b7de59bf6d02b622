#include "kv_internal.h"

/* A walk over a tree of LMDB and over what lies over it, side by side. */

static int
step_below(struct kv_walk *w, enum kv_move move, struct str from, struct err *e)
{
	int rc = kv_walk_move(w, move, from, &w->below.key, &w->below.value, e);

	w->below.is_there = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* Which of the two comes next, or both: the same key.  Returns the row above, or NULL. */
static const struct kv_overlay_row *
choose(struct kv_walk *w)
{
	const struct kv_overlay_row *above = kv_overlay_at(w->over, w->tree, w->at);
	int c = 0;

	if (above != NULL && w->below.is_there)
		c = str_cmp(w->below.key, above->key);
	w->is_below = w->below.is_there && c <= 0;
	w->is_above = above != NULL && c >= 0;
	return above;
}

static int
pass(struct kv_walk *w, struct err *e)
{
	w->at += w->is_above;
	return w->is_below ? step_below(w, KV_ON, STR(""), e) : 0;
}

int
kv_merged_move(struct kv_walk *w, enum kv_move move, struct str from, struct str *key,
    struct str *value, struct err *e)
{
	const struct kv_overlay_row *above;
	int rc;

	if (w->over == NULL)
		return kv_walk_move(w, move, from, key, value, e);
	if (move != KV_ON)
		w->at = kv_overlay_find(w->over, w->tree, move == KV_TO_KEY ? from : STR(""));
	rc = move == KV_ON ? pass(w, e) : step_below(w, move, from, e);
	above = choose(w);
	while (rc == 0 && w->is_above && above->is_gone) {
		rc = pass(w, e);
		above = choose(w);
	}
	if (rc < 0 || (!w->is_below && !w->is_above))
		return rc;
	*key = w->is_above ? above->key : w->below.key;
	*value = w->is_above ? above->value : w->below.value;
	return 1;
}
