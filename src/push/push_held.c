#include "push/push_held.h"

#include "push/guard.h"

#define MOBILE STR("mobilePhone")

bool
push_held_protects(const struct wanted_source *x, const struct wanted *w, const struct acked *acked)
{
	if (w->is_status_alone || w->makes_inactive || (w->exposed > 0 && !guard_is_done(x, acked)))
		return true;
	for (size_t i = 0; i < w->fields_n; i++)
		if (str_eq(w->fields[i].key, MOBILE) && w->fields[i].is_changed)
			return w->fields[i].value.n == 0;
	return false;
}
