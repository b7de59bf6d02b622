#include "command/fleet_init.h"

#include <stdlib.h>
#include <string.h>

#include "account/settings_load.h"
#include "base/file.h"
#include "base/status.h"
#include "command/init_account.h"
#include "fleet/roster.h"

/* All that a fleet has, also those that are left out. */
struct others {
	const struct roster_account *list;
	size_t n;
};

/* An account in an account is not found, nor is one below a new one. */
static int
check_place(const struct fleet_init *x, struct others o, struct str name, struct err *e)
{
	const char *slash = memchr(name.p, '/', name.n);
	struct str above = str_of(name.p, slash == NULL ? 0 : (size_t)(slash - name.p));

	for (size_t i = 0; i < o.n; i++) {
		struct str other = o.list[i].name;
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
check_client(const struct fleet_init *x, struct others o, struct err *e)
{
	for (size_t i = 0; x->client_id != NULL && i < o.n; i++) {
		struct err ignored = ERR_INIT;
		struct settings s = { 0 };
		bool is_same = settings_load_file(&s, o.list[i].path, &ignored) == 0 &&
		               str_eq(s.flowhub.client_id, str_c(x->client_id));

		settings_release(&s);
		if (is_same)
			return err_set(e, ERR_USAGE, "'%.*s' has this client id already",
			    STR_ARG(o.list[i].name));
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
check_others(const struct fleet_init *x, struct others o, struct err *e)
{
	for (size_t i = 0; i < x->n; i++)
		if (check_place(x, o, str_c(x->names[i]), e) < 0)
			return -1;
	return check_client(x, o, e);
}

static int
check(const struct fleet_init *x, const char *key, struct err *e)
{
	struct err none = ERR_INIT;
	struct roster r = { 0 };

	/* a new fleet has no account yet, or none that is not left out */
	if (dir_exists(x->fleet))
		(void)!roster_load(x->a, x->fleet, &r, &none);
	for (size_t i = 0; i < x->n; i++)
		if (roster_check_name(x->names[i], e) < 0)
			return -1;
	if (check_texts(x, key, e) < 0 || check_others(x, (struct others){ r.list, r.n }, e) < 0)
		return -1;
	return check_others(x, (struct others){ r.disabled, r.disabled_n }, e);
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
