#include "kv_internal.h"

void
kv_share_begin(struct kv_txn *t)
{
	if (t->writable && t->own == NULL && t->writes == 0)
		t->own = kv_overlay_new();
}

bool
kv_share(struct kv_txn *t)
{
	return kv_overlay_share(t->own);
}

struct kv_txn *
kv_view(struct kv_txn *t, struct err *e)
{
	struct kv_txn *view = kv_begin(t->kv, false, e);

	if (view != NULL)
		view->under = t->own;
	return view;
}

uint64_t
kv_written(const struct kv_txn *t)
{
	return t->written;
}
