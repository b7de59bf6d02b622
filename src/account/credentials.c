#include "account/credentials.h"

#include "base/arena.h"
#include "base/file.h"
#include "http/secret.h"

static const struct secret_name api_key = { "key", "api_key_file", "FLOWHUB_API_KEY" };

/* A relative path starts at the account. */
static char *
path_of(struct arena *a, const char *account, struct str path)
{
	char *z = str_z(a, path);

	return z[0] == '/' ? z : file_join(a, account, z);
}

static int
need_both(const struct account_credentials *c, struct err *e)
{
	bool id = c->client_id.n > 0, key = c->key.n > 0;

	if (id == key)
		return id ? 1 : 0;
	err_set(e, ERR_SETTINGS, "the %s is missing", id ? "key" : "client id");
	return err_advise(e, "%s",
	    id ? "Set FLOWHUB_API_KEY, or 'api_key_file' in flowstory.json "
	         "to the path of a file of mode 0600."
	       : "Set FLOWHUB_CLIENT_ID, or 'client_id' in flowstory.json.");
}

int
credentials_load(struct account_credentials *c, const char *account,
    const struct flowhub_settings *settings, struct err *e)
{
	struct arena a = { 0 };
	char *key_file = NULL;
	int rc;

	*c = (struct account_credentials){ 0 };
	secret_forbid_dumps();
	secret_environment(&c->client_id, "FLOWHUB_CLIENT_ID");
	if (c->client_id.n == 0)
		secret_put(&c->client_id, settings->client_id);
	if (settings->api_key_file.n > 0)
		key_file = path_of(&a, account, settings->api_key_file);
	rc = secret_load(&c->key, &api_key, key_file, e);
	if (settings->ca_file.n > 0) {
		char *path = path_of(&a, account, settings->ca_file);

		c->ca_file = mem_alloc(strlen(path) + 1);
		memcpy(c->ca_file, path, strlen(path) + 1);
		if (rc == 0 && !file_exists(path)) {
			err_set(e, ERR_SETTINGS, "there is no file '%s'", path);
			rc = err_advise(e, "See 'ca_file' in flowstory.json.");
		}
	}
	arena_release(&a);
	return rc < 0 ? -1 : need_both(c, e);
}

struct client_credentials
credentials_view(const struct account_credentials *c)
{
	return (struct client_credentials){ buf_view(&c->client_id), buf_view(&c->key) };
}

void
credentials_wipe(struct account_credentials *c)
{
	secret_wipe(&c->client_id);
	secret_wipe(&c->key);
	mem_free(c->ca_file);
	*c = (struct account_credentials){ 0 };
}
