#include "command/init_account.h"

#include "base/file.h"
#include "command/message.h"
#include "command/warn.h"
#include "lib/json_writer.h"

#define NAME "flowstory.json"

/* null stands for the default; only what an owner may want to set is named. */
static struct doc *
template_of(struct str client_id, struct str key_file)
{
	struct doc *d = doc_object();

	if (client_id.n > 0)
		doc_text(d, "client_id", client_id);
	else
		doc_null(d, "client_id");
	if (key_file.n > 0)
		doc_text(d, "api_key_file", key_file);
	else
		doc_null(d, "api_key_file");
	doc_null(d, "history_start");
	doc_null(d, "min_age");
	doc_null(d, "suppress");
	return d;
}

int
init_account(const struct options *o, struct arena *a, const char *dir, struct str client_id,
    struct str key_file, struct err *e)
{
	bool is_new;

	if (dir_make_all(dir, e) < 0 || dir_make(file_join(a, dir, "snapshots"), e) < 0)
		return -1;
	is_new = !file_exists(file_join(a, dir, NAME));
	if (is_new && doc_save(template_of(client_id, key_file), dir, NAME, e) < 0)
		return -1;
	warn_network(o, dir);
	if (!is_new)
		say(o, SAY_INFO, "'%s' is already an account", dir);
	else if (client_id.n > 0 && key_file.n > 0)
		say(o, SAY_INFO, "made '%s'", dir);
	else
		say(o, SAY_INFO,
		    "made '%s'; next, set client_id and api_key_file in "
		    "'%s/flowstory.json', or adopt exported files",
		    dir, dir);
	return 0;
}
