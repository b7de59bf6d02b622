#include "command/fleet_init.h"

#include <stdlib.h>
#include <string.h>

#include "account/settings_load.h"
#include "base/file.h"
#include "base/status.h"
#include "command/init_account.h"
#include "fleet/roster.h"

/* An account in an account is not found, nor is one below a new one. */
static int
check_place(const struct fleet_init *x, const struct roster *r, struct str name, struct err *e)
{
	const char *slash = memchr(name.p, '/', name.n);
	struct str above = str_of(name.p, slash == NULL ? 0 : (size_t)(slash - name.p));

	for (size_t i = 0; i < r->n; i++) {
		struct str other = r->list[i].name;
		bool is_below =
		    other.n > name.n && str_starts(other, name) && other.p[name.n] == '/';

		if ((above.n > 0 && str_eq(other, above)) || is_below)
			return err_set(e, ERR_USAGE, "'%.*s' and '%.*s' cannot both be accounts",
			    STR_ARG(name), STR_ARG(other));
		if (str_eq(other, name) && (x->client_id != NULL || x->key_file != NULL)) {
			err_set(e, ERR_USAGE, "'%.*s' is an account already", STR_ARG(name));
			return err_advise(e, "Change its flowstory.json.");
		}
	}
	return 0;
}

/* The same client read twice is two lists of the same people. */
static int
check_client(const struct fleet_init *x, const struct roster *r, struct err *e)
{
	for (size_t i = 0; x->client_id != NULL && i < r->n; i++) {
		struct err ignored = ERR_INIT;
		struct settings s = { 0 };
		bool is_same = settings_load_file(&s, r->list[i].path, &ignored) == 0 &&
		               str_eq(s.flowhub.client_id, str_c(x->client_id));

		settings_release(&s);
		if (is_same)
			return err_set(e, ERR_USAGE, "'%.*s' has this client id already",
			    STR_ARG(r->list[i].name));
	}
	return 0;
}

static int
check_texts(const struct fleet_init *x, const char *key, struct err *e)
{
	if (x->n > 1 && (x->client_id != NULL || x->key_file != NULL))
		return err_set(e, ERR_USAGE, "a client id and a key belong to one account");
	if (x->key_file != NULL && (key == NULL || !file_exists(key)))
		return err_set(e, ERR_USAGE, "--key-file: there is no file '%s'", x->key_file);
	if ((x->client_id != NULL && !utf8_valid(str_c(x->client_id))) ||
	    (key != NULL && !utf8_valid(str_c(key))))
		return err_set(e, ERR_USAGE, "--client-id and --key-file take text in UTF-8");
	return 0;
}

static int
check(const struct fleet_init *x, const char *key, struct err *e)
{
	struct err none = ERR_INIT;
	struct roster r = { 0 };

	/* a new fleet has no account yet */
	if (dir_exists(x->fleet) && roster_load(x->a, x->fleet, &r, &none) < 0)
		r.n = 0;
	for (size_t i = 0; i < x->n; i++)
		if (roster_check_name(x->names[i], e) < 0 ||
		    check_place(x, &r, str_c(x->names[i]), e) < 0)
			return -1;
	return check_texts(x, key, e) < 0 ? -1 : check_client(x, &r, e);
}

int
fleet_init(const struct fleet_init *x, struct err *e)
{
	char *key = x->key_file == NULL ? NULL : realpath(x->key_file, NULL);
	int rc = check(x, key, e);

	for (size_t i = 0; rc == 0 && i < x->n; i++)
		rc = init_account(x->o, x->a, file_join(x->a, x->fleet, x->names[i]),
		    str_c(x->client_id), str_c(key), e);
	free(key);
	return rc < 0 ? -1 : STATUS_DONE;
}
