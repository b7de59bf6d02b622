#include "flowhub/response.h"

#include "base/num.h"
#include "record/field.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Where the list may be, by resource. */
static const char *const lists[][4] = {
	[RESOURCE_LOCATIONS] = { "data", "locations", NULL },
	[RESOURCE_CUSTOMERS] = { "customers", "data", NULL },
	[RESOURCE_CUSTOMER] = { "customer", "data", NULL },
	[RESOURCE_ORDERS] = { "orders", "data", NULL },
};

struct body_reader {
	struct response *v;
	struct str body;
	size_t start; /* its first byte that is no white space */
	enum resource resource;
	struct err *e;
};

static int
refuse(const struct body_reader *l, const char *what)
{
	return err_set(l->e, ERR_FAILED, "%s", what);
}

/* The value of a member of the body, an object.  0: there is none, or it is null or an empty
 * list. */
static int
get_member(const struct body_reader *l, const char *name, struct str *value)
{
	const char *const names[] = { name, NULL };
	struct split *s = &l->v->scan;

	if (split_page(s, l->body, names, NULL, l->e) < 0)
		return -1;
	if (s->n == 0 || s->records[0].at == l->start)
		return 0;
	*value = str_of(l->body.p + s->records[0].at, s->records[0].len);
	return 1;
}

/* Whether there is such a member. */
static int
has_member(const struct body_reader *l, const char *name)
{
	const char *const none[] = { NULL };

	if (split_page(&l->v->scan, l->body, none, name, l->e) < 0)
		return -1;
	return l->v->scan.n == 0;
}

/* "status" as a number, as its text, or as a word. */
static bool
is_bad_status(struct str value)
{
	uint64_t status;

	if (value.n > 2 && value.p[0] == '"')
		value = str_of(value.p + 1, value.n - 2);
	if (num_u64(value, &status))
		return status < 200 || status > 299;
	return value.n >= 4 && (str_eq_nocase(str_of(value.p, 4), STR("fail")) ||
	                           str_eq_nocase(str_of(value.p, 4), STR("erro")));
}

/* The bodies of errors: {"error":["Unauthorized"],"message":"Invalid
 * key","status":401}. */
static int
refuse_error(const struct body_reader *l)
{
	static const char *const names[] = { "error", "errors" };
	struct str value;
	bool is_error = false;
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < COUNT(names); i++) {
		rc = get_member(l, names[i], &value);
		is_error = is_error ||
		           (rc > 0 && !str_eq(value, STR("\"\"")) && !str_eq(value, STR("false")));
	}
	if (rc >= 0 && (rc = get_member(l, "status", &value)) > 0)
		is_error = is_error || is_bad_status(value);
	if (rc >= 0 && (rc = get_member(l, "success", &value)) > 0)
		is_error = is_error || str_eq(value, STR("false"));
	if (rc < 0)
		return -1;
	return is_error ? refuse(l, "the answer is an error message, although its status is 200")
	                : 0;
}

/* Next to a message an empty list proves nothing. */
static int
refuse_message(const struct body_reader *l)
{
	struct str value;
	int rc = l->v->n > 0 ? 0 : get_member(l, "message", &value);

	if (rc > 0 && value.n > 2 && value.p[0] == '"')
		return refuse(l, "the answer holds a message but no records");
	return rc < 0 ? -1 : 0;
}

static int
read_total(const struct body_reader *l)
{
	struct response *v = l->v;
	struct str value;
	int rc = get_member(l, "total", &value);

	if (rc <= 0)
		return rc;
	if (value.n > 2 && value.p[0] == '"')
		value = str_of(value.p + 1, value.n - 2);
	v->has_total = num_u64(value, &v->total);
	return v->has_total ? 0 : refuse(l, "the total in the answer is not a number");
}

/* An object is an answer if it holds the list that was asked for, or is the one record. */
static int
check_object(const struct body_reader *l)
{
	const char *const *names = lists[l->resource];
	int rc = refuse_error(l);

	if (rc == 0 && l->resource == RESOURCE_ORDERS)
		rc = read_total(l);
	for (size_t i = 0; rc == 0 && names[i] != NULL; i++)
		rc = has_member(l, names[i]);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (l->resource == RESOURCE_CUSTOMER || (l->resource == RESOURCE_ORDERS && l->v->has_total))
		return 0;
	return refuse(l, "the answer does not hold the list that was requested");
}

/* The first of the members that is there; empty if it cannot be read as an id. */
static struct str
first_id(struct response *v, const char *const *chain, size_t n)
{
	struct str out = { 0 };

	for (size_t i = 0; i < n; i++) {
		uint32_t node = json_find(&v->json, 0, str_c(chain[i]));
		int rc = field_id(&v->arena, &v->json, node, &out);

		if (rc != 0)
			return rc > 0 ? out : STR("");
	}
	return out;
}

static struct response_record
read_record(const struct body_reader *l, struct str text)
{
	static const char *const record[] = { "id", "_id", "orderId" };
	static const char *const customer[] = { "customerId" };
	static const char *const location[] = { "importId", "locationId" };
	static const char *const name[] = { "locationName" };
	struct response *v = l->v;
	struct response_record out = { 0 };
	struct json_fault fault;

	if (!json_read(&v->json, text, &fault) || v->json.nodes[0].kind != JSON_OBJECT)
		return out;
	if (l->resource == RESOURCE_LOCATIONS) {
		out.id = first_id(v, location, COUNT(location));
		out.name = first_id(v, name, COUNT(name));
		return out;
	}
	out.id = first_id(v, record, l->resource == RESOURCE_ORDERS ? 3 : 2);
	if (l->resource == RESOURCE_ORDERS)
		out.customer = first_id(v, customer, COUNT(customer));
	return out;
}

/* The member holds a single value, not a list: the text before the record ends in a colon. */
static bool
is_lone(const struct body_reader *l)
{
	size_t at = l->v->scan.records[0].at;

	while (at > l->start && memchr(" \t\r\n", l->body.p[at - 1], 4) != NULL)
		at--;
	return at > l->start && l->body.p[at - 1] == ':';
}

static int
read_records(const struct body_reader *l)
{
	struct response *v = l->v;
	const struct split *s = &v->scan;

	if (split_page(&v->scan, l->body, lists[l->resource],
	        l->resource == RESOURCE_ORDERS ? "total" : NULL, l->e) < 0)
		return -1;
	if (v->cap < s->n) {
		v->cap = s->n;
		v->records = mem_resize(v->records, v->cap, sizeof(*v->records));
	}
	for (size_t i = 0; i < s->n; i++)
		v->records[v->n++] =
		    read_record(l, str_of(l->body.p + s->records[i].at, s->records[i].len));
	if (l->resource == RESOURCE_CUSTOMER && (v->n != 1 || v->records[0].id.n == 0))
		return refuse(l, "the answer is not a single customer");
	if (l->resource != RESOURCE_CUSTOMER && v->n == 1 && v->records[0].id.n == 0 && is_lone(l))
		return refuse(l, "the answer does not hold the list that was requested");
	return 0;
}

int
response_read(struct response *v, struct str body, enum resource resource, struct err *e)
{
	struct body_reader l = { .v = v, .body = body, .resource = resource, .e = e };

	v->n = 0;
	v->has_total = false;
	v->total = 0;
	arena_reset(&v->arena);
	while (l.start < body.n && memchr(" \t\r\n", body.p[l.start], 4) != NULL)
		l.start++;
	if (l.start == body.n)
		return refuse(&l, "the answer is empty");
	if (body.p[l.start] != '[' && body.p[l.start] != '{')
		return refuse(&l, "the answer is not JSON");
	if (body.p[l.start] == '{' && check_object(&l) < 0)
		return -1;
	if (read_records(&l) < 0)
		return -1;
	return body.p[l.start] == '{' ? refuse_message(&l) : 0;
}

void
response_release(struct response *v)
{
	mem_free(v->records);
	arena_release(&v->arena);
	split_release(&v->scan);
	json_release(&v->json);
	*v = (struct response){ 0 };
}
