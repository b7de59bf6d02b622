#include "bases/fold_manifest.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "json/read.h"
#include "lib/json_writer.h"
#include "snapshot/store.h"

#define LIMIT (UINT64_C(1) << 30)

struct fold_parser {
	struct arena *a;
	struct json j;
	const char *name;
	struct err *e;
};

static int
fail(struct fold_parser *r, const char *what)
{
	err_set(r->e, ERR_DAMAGED, "%s", what);
	return err_file(r->e, r->name);
}

static struct str
text_of(struct fold_parser *r, uint32_t object, const char *name)
{
	return str_copy(r->a, json_find_text(r->a, &r->j, object, name));
}

static uint64_t
count_of(struct fold_parser *r, uint32_t object, const char *name)
{
	uint32_t at = json_find(&r->j, object, str_c(name));
	uint64_t v = 0;

	if (at != 0 && r->j.nodes[at].kind == JSON_NUMBER && num_u64(json_raw(&r->j, at), &v))
		return v;
	return 0;
}

static int64_t
money_of(struct fold_parser *r, uint32_t object, const char *name)
{
	int64_t cents = 0;

	(void)!money_parse(text_of(r, object, name), &cents);
	return cents;
}

/* A file name alone: nothing outside the base is ever named. */
static bool
is_name(struct str s)
{
	return s.n > 0 && s.p[0] != '.' && memchr(s.p, '/', s.n) == NULL &&
	       memchr(s.p, '\0', s.n) == NULL;
}

static int
parse_files(struct fold_parser *r, struct fold_manifest *out)
{
	uint32_t list = json_find(&r->j, 0, STR("files")), at;

	if (list == 0 || r->j.nodes[list].kind != JSON_ARRAY)
		return fail(r, "it has no list of files");
	out->n = r->j.nodes[list].count;
	out->files = arena_zero(r->a, out->n, sizeof(*out->files));
	at = list + 1;
	for (size_t i = 0; i < out->n; i++, at = r->j.nodes[at].next) {
		struct fold_file *f = &out->files[i];

		if (r->j.nodes[at].kind != JSON_OBJECT)
			return fail(r, "a file that is not an object");
		*f = (struct fold_file){ .path = text_of(r, at, "path"),
			.sha256 = text_of(r, at, "sha256"),
			.records = count_of(r, at, "records"),
			.bytes = count_of(r, at, "bytes") };
		if (!is_name(f->path) || f->sha256.n != SHA256_HEX)
			return fail(r, "a file without a name or a sha256");
	}
	return 0;
}

/* Of a base in the making, too. */
static struct str
id_of(struct str name)
{
	struct str id = str_starts(name, STR(".")) ? str_from(name, 1) : name;

	return str_of(id.p, id.n > SNAPSHOT_ID_LEN ? SNAPSHOT_ID_LEN : id.n);
}

static int
parse_root(struct fold_parser *r, struct fold_manifest *out)
{
	struct str id = id_of(out->name);
	uint32_t sums = json_find(&r->j, 0, STR("sums"));

	if (count_of(r, 0, "format") != 1)
		return fail(r, "its format is not 1");
	out->id = text_of(r, 0, "snapshot");
	if (!str_eq(out->id, id) || !timestamp_parse_id(id, &out->as_of))
		return fail(r, "it is the manifest of another base");
	out->number = count_of(r, 0, "number");
	out->manifest_sha256 = text_of(r, 0, "manifest_sha256");
	out->diff_sha256 = text_of(r, 0, "diff_sha256");
	out->state_version = count_of(r, 0, "state_version");
	out->state_digest = text_of(r, 0, "state_digest");
	out->counts.customers = count_of(r, 0, "customers");
	out->counts.orders = count_of(r, 0, "orders");
	if (sums != 0 && r->j.nodes[sums].kind == JSON_OBJECT) {
		out->counts.completed = money_of(r, sums, "completed");
		out->counts.profiles = money_of(r, sums, "profiles");
		out->counts.guest = money_of(r, sums, "guest");
		out->counts.unattributed = money_of(r, sums, "unattributed");
	}
	if (out->number == 0 || out->state_version == 0)
		return fail(r, "it does not say which snapshot it is made at");
	return parse_files(r, out);
}

int
fold_manifest_load(
    struct arena *a, const char *account, struct str dir, struct fold_manifest *out, struct err *e)
{
	struct str name = str_printf(a, "bases/%.*s/manifest.json", STR_ARG(dir)), text;
	struct fold_parser r = { .a = a, .e = e };
	struct json_fault fault;
	int rc;

	*out = (struct fold_manifest){ .name = str_copy(a, dir) };
	r.name = str_z(a, name);
	if (file_load(a, file_join(a, account, r.name), LIMIT, &text, e) < 0)
		return err_file(e, r.name);
	out->sha256 = sha256_of(text);
	if (!json_read(&r.j, text, &fault) || r.j.nodes[0].kind != JSON_OBJECT)
		rc = fail(&r, "it is not a base's manifest");
	else
		rc = parse_root(&r, out);
	json_release(&r.j);
	return rc;
}

static void
add_money(struct doc *d, const char *name, int64_t cents)
{
	struct buf b = { 0 };

	money_format(&b, cents);
	doc_text(d, name, buf_view(&b));
	buf_release(&b);
}

void
fold_manifest_format(const struct fold_manifest *m, struct buf *b)
{
	struct doc *d = doc_object(), *sums, *files;

	doc_u64(d, "format", 1);
	doc_text(d, "snapshot", m->id);
	doc_time(d, "as_of", m->as_of);
	doc_u64(d, "number", m->number);
	doc_text(d, "tool", STR("flowstory " FLOWSTORY_VERSION));
	doc_text(d, "manifest_sha256", m->manifest_sha256);
	doc_text(d, "diff_sha256", m->diff_sha256);
	doc_u64(d, "state_version", m->state_version);
	doc_text(d, "state_digest", m->state_digest);
	doc_u64(d, "customers", m->counts.customers);
	doc_u64(d, "orders", m->counts.orders);
	sums = doc_in_object(d, "sums");
	add_money(sums, "completed", m->counts.completed);
	add_money(sums, "profiles", m->counts.profiles);
	add_money(sums, "guest", m->counts.guest);
	add_money(sums, "unattributed", m->counts.unattributed);
	files = doc_in_array(d, "files");
	for (size_t i = 0; i < m->n; i++) {
		struct doc *f = doc_in_object(files, NULL);

		doc_text(f, "path", m->files[i].path);
		doc_u64(f, "records", m->files[i].records);
		doc_u64(f, "bytes", m->files[i].bytes);
		doc_text(f, "sha256", m->files[i].sha256);
	}
	doc_print(d, b);
	doc_free(d);
}

const struct fold_file *
fold_manifest_find(const struct fold_manifest *m, struct str path)
{
	for (size_t i = 0; i < m->n; i++)
		if (str_eq(m->files[i].path, path))
			return &m->files[i];
	return NULL;
}

int
fold_manifest_list(struct arena *a, const char *account, struct str **ids, size_t *n, struct err *e)
{
	char *dir = file_join(a, account, "bases");
	struct str *names;
	size_t names_n;
	int64_t when;

	if (dir_list(a, dir, &names, &names_n, e) < 0)
		return -1;
	*ids = arena_array(a, names_n, sizeof(**ids));
	*n = 0;
	for (size_t i = 0; i < names_n; i++) {
		char *one = file_join(a, dir, str_z(a, names[i]));

		if (timestamp_parse_id(names[i], &when) &&
		    file_exists(file_join(a, one, "manifest.json")))
			(*ids)[(*n)++] = names[i];
	}
	return 0;
}

int
fold_manifest_start(struct arena *a, const char *account, struct str *id, struct err *e)
{
	struct str *ids;
	size_t n;

	if (fold_manifest_list(a, account, &ids, &n, e) < 0)
		return -1;
	for (size_t i = n; i > 0; i--) {
		struct str path =
		    str_printf(a, "%s/snapshots/%.*s/manifest.json", account, STR_ARG(ids[i - 1]));

		*id = ids[i - 1];
		if (!file_exists(str_z(a, path)))
			return 1;
	}
	*id = (struct str){ 0 };
	return 0;
}
