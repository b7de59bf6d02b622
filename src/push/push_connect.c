#include "push/push_connect.h"

#include "base/file.h"
#include "http/secret.h"

static const struct secret_name token_name = { "token", "dailystory_token_file",
	"DAILYSTORY_TOKEN" };

bool
push_connect_is_meant(const struct push_settings *s)
{
	return s->is_on || s->token_file.n > 0 || secret_is_given(token_name.variable);
}

/* A relative path starts at the account; NULL: none is set. */
static char *
path_of(struct arena *a, const char *account, struct str path)
{
	char *z = path.n == 0 ? NULL : str_z(a, path);

	return z == NULL || z[0] == '/' ? z : file_join(a, account, z);
}

/* Returns: 1; 0 none is set; -1. */
static int
load_token(const char *account, const struct push_settings *s, struct buf *token, struct err *e)
{
	struct arena a = { 0 };
	int rc;

	secret_forbid_dumps();
	rc = secret_load(token, &token_name, path_of(&a, account, s->token_file), e);
	arena_release(&a);
	return rc < 0 ? -1 : token->n > 0;
}

static int
need_token(int rc, struct err *e)
{
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	err_set(e, ERR_SETTINGS, "no DailyStory token is set");
	return err_advise(e,
	    "In flowstory.json, set 'dailystory_token_file' to a file of mode 0600 "
	    "with the token; or set DAILYSTORY_TOKEN.");
}

static int
open_caller(struct arena *a, const char *account, const struct push_settings *s, struct caller *c,
    const struct buf *token, const struct host *host, struct err *e)
{
	char *ca_file = path_of(a, account, s->ca_file);

	if (ca_file != NULL && !file_exists(ca_file)) {
		err_set(e, ERR_SETTINGS, "there is no file '%s'", ca_file);
		return err_advise(e, "See 'dailystory_ca_file' in flowstory.json.");
	}
	return caller_open(c, s, buf_view(token), ca_file, host, e);
}

int
push_connect(struct arena *a, const char *account, const struct push_settings *s, struct caller *c,
    struct buf *token, const struct host *host, struct err *e)
{
	if (need_token(load_token(account, s, token, e), e) < 0)
		return -1;
	return open_caller(a, account, s, c, token, host, e);
}

static int
ask_about(struct caller *c, struct err *e)
{
	struct caller_answer x;

	if (caller_call(c,
	        &(struct caller_request){ .method = HTTP_GET, .path = "/about", .is_known = true },
	        &x, e) < 0)
		return -1;
	if (x.answer.class == ANSWER_ACKED)
		return 1;
	err_set(e, x.answer.class == ANSWER_UNKNOWN ? ERR_BUSY : ERR_FAILED,
	    "DailyStory did not answer as expected (status %ld)", x.answer.status);
	return err_advise(e, "Check 'dailystory_url'.");
}

int
push_connect_about(const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e)
{
	struct caller c = { 0 };
	struct buf token = { 0 };
	struct arena a = { 0 };
	int rc = load_token(account, settings, &token, e);

	if (rc > 0)
		rc = open_caller(&a, account, settings, &c, &token, host, e) < 0 ? -1
		                                                                 : ask_about(&c, e);
	caller_close(&c);
	push_connect_end(&token);
	arena_release(&a);
	return rc;
}

void
push_connect_end(struct buf *token)
{
	secret_wipe(token);
}

int
push_connect_check(const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e)
{
	struct caller c = { 0 };
	struct buf token = { 0 };
	struct arena a = { 0 };
	int rc = push_connect(&a, account, settings, &c, &token, host, e);

	caller_close(&c);
	push_connect_end(&token);
	arena_release(&a);
	return rc;
}
