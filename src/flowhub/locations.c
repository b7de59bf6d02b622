#include "flowhub/locations.h"

#include "flowhub/request.h"
#include "snapshot/page.h"

/* The first of each id, copied; without an id a location cannot be asked for orders. */
static void
keep_unique(struct arena *a, const struct response *v, struct response_record **list, size_t *n)
{
	*list = arena_zero(a, v->n + 1, sizeof(**list));
	*n = 0;
	for (size_t i = 0; i < v->n; i++) {
		bool is_new = v->records[i].id.n > 0;

		for (size_t k = 0; k < *n && is_new; k++)
			is_new = !str_eq((*list)[k].id, v->records[i].id);
		if (!is_new)
			continue;
		(*list)[*n].id = str_copy(a, v->records[i].id);
		(*list)[(*n)++].name = str_copy(a, v->records[i].name);
	}
}

int
locations_get(
    struct arena *a, struct client *c, struct response_record **list, size_t *n, struct err *e)
{
	struct client_call call = { .resource = RESOURCE_LOCATIONS };

	if (client_get(c, &call, STR(REQUEST_LOCATIONS), e) < 0)
		return -1;
	keep_unique(a, &c->response, list, n);
	if (*n > 0)
		return 0;
	err_set(e, ERR_FAILED, "Flowhub lists no locations for your client id");
	return err_advise(e, "Ask Flowhub which locations your client id may read.");
}

int
locations_choose(struct arena *a, const struct flowhub_settings *settings,
    const struct response_record *list, size_t n, struct str **ids, size_t *ids_n, struct err *e)
{
	size_t wanted = settings->locations_n;

	*ids = arena_zero(a, n + wanted, sizeof(**ids));
	*ids_n = 0;
	for (size_t i = 0; wanted == 0 && i < n; i++)
		(*ids)[(*ids_n)++] = list[i].id;
	for (size_t i = 0; i < wanted; i++) {
		size_t k = 0, twice = 0;

		while (k < n && !str_eq(list[k].id, settings->locations[i]))
			k++;
		if (k == n) {
			err_set(e, ERR_SETTINGS,
			    "Flowhub has no location '%.*s' for your client id",
			    STR_ARG(settings->locations[i]));
			return err_advise(e,
			    "Run 'flowstory check' to see which locations there are, then correct "
			    "'locations' in flowstory.json.");
		}
		while (twice < *ids_n && !str_eq((*ids)[twice], list[k].id))
			twice++;
		if (twice == *ids_n)
			(*ids)[(*ids_n)++] = list[k].id;
	}
	return 0;
}

void
locations_known(struct arena *a, const char *account, const struct coverage *coverage,
    const struct flowhub_settings *settings, struct str **ids, size_t *n)
{
	struct page_reader r = { 0 };
	struct response v = { 0 };
	struct err ignored = ERR_INIT;
	struct str name = coverage->newest_locations;
	struct response_record *list;
	size_t slash = 0;

	*ids = arena_zero(a, settings->locations_n + 1, sizeof(**ids));
	*n = settings->locations_n;
	if (*n > 0)
		memcpy(*ids, settings->locations, *n * sizeof(**ids));
	while (slash < name.n && name.p[slash] != '/')
		slash++;
	if (*n == 0 && slash < name.n &&
	    page_load(&r, account, str_of(name.p, slash),
	        str_of(name.p + slash + 1, name.n - slash - 1), coverage->newest_locations_sha256,
	        &ignored) == 0 &&
	    response_read(&v, r.text, RESOURCE_LOCATIONS, &ignored) == 0) {
		keep_unique(a, &v, &list, n);
		*ids = arena_zero(a, *n + 1, sizeof(**ids));
		for (size_t i = 0; i < *n; i++)
			(*ids)[i] = list[i].id;
	}
	response_release(&v);
	page_reader_release(&r);
}
