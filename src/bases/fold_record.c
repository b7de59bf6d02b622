#include "bases/fold_record.h"

#include "base/arena.h"
#include "base/num.h"
#include "json/read.h"

void
fold_record_write(struct buf *b, const struct fold_record *r)
{
	buf_printf(b, "{\"entity\":\"%s\",\"id\":", record_entity_name(r->entity));
	buf_json(b, r->id);
	buf_z(b, ",\"snapshot\":");
	buf_json(b, r->snapshot);
	buf_z(b, ",\"page\":");
	buf_json(b, r->page);
	buf_printf(b, ",\"index\":%lu,\"page_sha256\":", (unsigned long)r->index);
	buf_json(b, r->page_sha256);
	buf_printf(b, ",\"text\":\"%016llx%016llx\"", (unsigned long long)r->hash.hi,
	    (unsigned long long)r->hash.lo);
	if (r->location.n > 0) {
		buf_z(b, ",\"location\":");
		buf_json(b, r->location);
	}
	buf_z(b, "}\n");
}

static bool
half(struct str s, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!ascii_digit(c) && (c < 'a' || c > 'f'))
			return false;
		*out = *out << 4 | (unsigned)(ascii_digit(c) ? c - '0' : c - 'a' + 10);
	}
	return s.n == 16;
}

static struct str
member(struct arena *a, const struct json *j, const char *name)
{
	return str_copy(a, json_find_text(a, j, 0, name));
}

static bool
read_members(struct arena *a, const struct json *j, struct fold_record *out)
{
	struct str entity = member(a, j, "entity"), hash = member(a, j, "text");
	uint32_t index = json_find(j, 0, STR("index"));
	uint64_t v = 0;

	out->entity = str_eq(entity, str_c(record_entity_name(ENTITY_ORDER))) ? ENTITY_ORDER
	                                                                      : ENTITY_CUSTOMER;
	out->id = member(a, j, "id");
	out->snapshot = member(a, j, "snapshot");
	out->page = member(a, j, "page");
	out->page_sha256 = member(a, j, "page_sha256");
	out->location = member(a, j, "location");
	if (index == 0 || !num_u64(json_raw(j, index), &v) || v > UINT32_MAX || hash.n != 32)
		return false;
	out->index = (uint32_t)v;
	return out->id.n > 0 && out->snapshot.n > 0 && out->page.n > 0 &&
	       half(str_of(hash.p, 16), &out->hash.hi) && half(str_from(hash, 16), &out->hash.lo);
}

bool
fold_record_read(struct arena *a, struct str line, struct fold_record *out)
{
	struct json j = JSON_INIT;
	struct json_fault fault;
	bool ok;

	*out = (struct fold_record){ .index = 0 };
	ok = json_read(&j, line, &fault) && j.nodes[0].kind == JSON_OBJECT &&
	     read_members(a, &j, out);
	json_release(&j);
	return ok;
}
