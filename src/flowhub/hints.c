#include "flowhub/hints.h"

#include "base/file.h"
#include "json/read.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "lib/json_writer.h"

#define FILE_NAME ".fetch.json"
#define FILE_LIMIT (UINT64_C(1) << 26)
#define SIZE_DAYS 1   /* then the full page size is tried again */
#define ABSENT_DAYS 7 /* then the id is asked for again */
#define SIZE_MOST 10000

struct hints_reader {
	struct arena a;
	struct json json;
	struct hints *h;
	int64_t now;
};

static int64_t
time_of(struct hints_reader *r, uint32_t object, const char *name)
{
	uint32_t i = json_find(&r->json, object, str_c(name));
	int64_t us;

	if (i == 0 || r->json.nodes[i].kind != JSON_STRING ||
	    !timestamp_parse(json_text(&r->a, &r->json, i), &us) || us > r->now)
		return TIMESTAMP_NONE;
	return us;
}

static void
read_sizes(struct hints_reader *r)
{
	int64_t at = time_of(r, 0, "sized_at");
	struct hints *h = r->h;

	if (at == TIMESTAMP_NONE || r->now - at >= SIZE_DAYS * TIMESTAMP_DAY)
		return;
	h->sized_at = at;
	for (int i = 0; i <= RESOURCE_ORDERS; i++) {
		uint32_t k = json_find(&r->json, 0, str_c(manifest_resource((enum resource)i)));
		uint64_t size;

		if (k != 0 && num_u64(json_raw(&r->json, k), &size) && size > 0 &&
		    size <= SIZE_MOST)
			h->size[i] = size;
	}
}

static void
read_absent(struct hints_reader *r)
{
	uint32_t list = json_find(&r->json, 0, STR("absent"));
	const struct json_node *n = r->json.nodes;

	if (list == 0 || n[list].kind != JSON_ARRAY)
		return;
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next) {
		uint32_t id;
		int64_t at;

		if (n[i].kind != JSON_OBJECT)
			continue;
		id = json_find(&r->json, i, STR("id"));
		at = time_of(r, i, "asked");
		if (id != 0 && n[id].kind == JSON_STRING && at != TIMESTAMP_NONE &&
		    r->now - at < ABSENT_DAYS * TIMESTAMP_DAY)
			hints_add_absent(r->h, json_text(&r->a, &r->json, id), at);
	}
}

static void
read_texts(struct hints_reader *r, const char *name, struct intern *out)
{
	uint32_t list = json_find(&r->json, 0, str_c(name));
	const struct json_node *n = r->json.nodes;

	if (list == 0 || n[list].kind != JSON_ARRAY)
		return;
	for (uint32_t i = list + 1; i < n[list].next; i = n[i].next)
		if (n[i].kind == JSON_STRING)
			(void)intern_add(out, json_text(&r->a, &r->json, i));
}

void
hints_load(struct hints *h, const char *account, int64_t now)
{
	struct hints_reader r = { .h = h, .now = now };
	struct err ignored = ERR_INIT;
	struct json_fault fault;
	struct str text;

	*h = (struct hints){ .silent_since = TIMESTAMP_NONE };
	if (file_load(&r.a, file_join(&r.a, account, FILE_NAME), FILE_LIMIT, &text, &ignored) ==
	        0 &&
	    json_read(&r.json, text, &fault) && r.json.nodes[0].kind == JSON_OBJECT) {
		read_sizes(&r);
		read_absent(&r);
		read_texts(&r, "waiting", &h->waiting);
		read_texts(&r, "told", &h->told);
		h->silent_since = time_of(&r, 0, "silent_since");
	}
	json_release(&r.json);
	arena_release(&r.a);
}

bool
hints_is_absent(const struct hints *h, struct str id)
{
	return intern_find(&h->absent, id) != 0;
}

void
hints_add_absent(struct hints *h, struct str id, int64_t now)
{
	uint32_t i = intern_add(&h->absent, id);

	h->asked = mem_grow(h->asked, i, &h->asked_cap, sizeof(*h->asked));
	h->asked[i] = now;
}

bool
hints_tell(struct hints *h, struct str what)
{
	(void)intern_add(&h->telling, what);
	return intern_find(&h->told, what) == 0;
}

size_t
hints_forget(struct hints *h, bool (*is_gone)(void *context, struct str id), void *context)
{
	struct intern absent = h->absent, waiting = h->waiting;
	int64_t *asked = h->asked;
	size_t n = 0;

	h->absent = h->waiting = (struct intern){ 0 };
	h->asked = NULL;
	h->asked_cap = 0;
	for (uint32_t i = 1; i < absent.n; i++) {
		bool is_kept = !is_gone(context, absent.texts[i]);

		n += !is_kept;
		if (is_kept)
			hints_add_absent(h, absent.texts[i], asked[i]);
	}
	for (uint32_t i = 1; i < waiting.n; i++) {
		bool is_kept = !is_gone(context, waiting.texts[i]);

		n += !is_kept;
		if (is_kept)
			(void)intern_add(&h->waiting, waiting.texts[i]);
	}
	intern_release(&absent);
	intern_release(&waiting);
	mem_free(asked);
	return n;
}

void
hints_complete(struct hints *h)
{
	intern_release(&h->told);
	h->told = h->telling;
	h->telling = (struct intern){ 0 };
	intern_release(&h->waiting);
	h->waiting = h->later;
	h->later = (struct intern){ 0 };
	h->silent_since = TIMESTAMP_NONE;
}

static void
put_texts(struct doc *d, const char *name, const struct intern *texts)
{
	struct doc *list = doc_in_array(d, name);

	for (uint32_t i = 1; i < texts->n; i++)
		doc_text(list, NULL, texts->texts[i]);
}

int
hints_save(const struct hints *h, const char *account, struct err *e)
{
	struct doc *d = doc_object(), *list;

	for (int i = 0; i <= RESOURCE_ORDERS; i++)
		if (h->size[i] > 0)
			doc_u64(d, manifest_resource((enum resource)i), h->size[i]);
	doc_time(d, "sized_at", h->sized_at);
	list = doc_in_array(d, "absent");
	for (uint32_t i = 1; i < h->absent.n; i++) {
		struct doc *one = doc_in_object(list, NULL);

		doc_text(one, "id", h->absent.texts[i]);
		doc_time(one, "asked", h->asked[i]);
	}
	put_texts(d, "waiting", &h->waiting);
	put_texts(d, "told", &h->told);
	if (h->silent_since != TIMESTAMP_NONE)
		doc_time(d, "silent_since", h->silent_since);
	return doc_save(d, account, FILE_NAME, e);
}

void
hints_judge_silence(struct hints *h, int64_t since, int64_t now, int64_t most, struct err *e)
{
	struct arena a = { 0 };

	if (h->silent_since == TIMESTAMP_NONE)
		h->silent_since = now;
	if (since == TIMESTAMP_NONE)
		since = h->silent_since;
	if (now - since > most) {
		e->kind = ERR_FAILED;
		err_advise(e,
		    "No fetch has been completed since %.*s, which is longer ago than "
		    "'stale_after' allows. Check the network and Flowhub's status; the next run "
		    "will try again.",
		    STR_ARG(timestamp_text(&a, since)));
	}
	arena_release(&a);
}

void
hints_release(struct hints *h)
{
	intern_release(&h->absent);
	mem_free(h->asked);
	intern_release(&h->waiting);
	intern_release(&h->later);
	intern_release(&h->told);
	intern_release(&h->telling);
	*h = (struct hints){ 0 };
}
