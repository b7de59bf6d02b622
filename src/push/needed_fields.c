#include "push/needed_fields.h"

#include "base/arena.h"
#include "push/push_connect.h"
#include "push/wanted.h"

size_t
needed_fields(struct arena *a, const struct push_settings *push, const struct segment_set *rules,
    struct needed_field **list)
{
	unsigned how = push->membership;
	size_t n = 0;

	*list = NULL;
	if (!push_connect_is_meant(push))
		return 0;
	*list = arena_array(a, rules->n + 2, sizeof(**list));
	(*list)[n++] = (struct needed_field){ WANTED_GONE, "Text" };
	if (how == PUSH_LIST)
		(*list)[n++] = (struct needed_field){ WANTED_LIST, "List" };
	for (size_t i = 0; (how == PUSH_FLAGS || how == PUSH_STATIC) && i < rules->n; i++)
		(*list)[n++] =
		    (struct needed_field){ wanted_flag(a, rules->list[i].slug), "True/False" };
	return n;
}

struct str
needed_fields_rows(
    struct arena *a, const struct push_settings *push, const struct segment_set *rules)
{
	struct needed_field *list;
	size_t n = needed_fields(a, push, rules, &list);
	struct buf b = { 0 };
	struct str text;

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, ",%.*s,%.*s,%s,yes\r\n", STR_ARG(list[i].key), STR_ARG(list[i].key),
		    list[i].type);
	text = str_copy(a, buf_view(&b));
	buf_release(&b);
	return text;
}
