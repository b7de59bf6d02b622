#include "account/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"

#define KEY_MOST 4096

/* Neither a core file nor a debugger of the same user gets to see the key. */
static void
forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

/* The room is reserved first: a buffer that grows leaves a copy of the secret behind. */
static void
put_trimmed(struct buf *b, const char *p, size_t n)
{
	struct str s = str_trim(str_of(p, n));

	buf_reserve(b, KEY_MOST + 1);
	buf_str(b, s.n <= KEY_MOST ? s : str_of(s.p, KEY_MOST));
}

static void
read_environment(struct buf *b, const char *name)
{
	char *value = getenv(name);

	if (value == NULL || *value == '\0')
		return;
	put_trimmed(b, value, strlen(value));
	/* What /proc shows of it goes, too. */
	explicit_bzero(value, strlen(value));
	(void)unsetenv(name);
}

static int
fail_file(const char *path, struct err *e, const char *what)
{
	err_set(e, ERR_SETTINGS, "the key file '%s' %s", path, what);
	return err_advise(e,
	    "It must hold the key and nothing else, and only you may read it: "
	    "chmod 600 '%s'.",
	    path);
}

static int
read_key(struct buf *b, const char *path, struct err *e)
{
	char text[KEY_MOST + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) != 0) {
		err_sys(e, errno, "cannot read the key file '%s'", path);
		e->kind = ERR_SETTINGS;
		if (fd >= 0)
			close(fd);
		return err_advise(e, "See 'api_key_file' in flowstory.json.");
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
		n = read(fd, text, sizeof(text));
	close(fd);
	if (!S_ISREG(st.st_mode))
		return fail_file(path, e, "is not a regular file");
	if ((st.st_mode & 077) != 0)
		return fail_file(path, e, "can be read by others");
	if (n < 0 || n > KEY_MOST)
		return fail_file(path, e, "does not hold a key");
	put_trimmed(b, text, (size_t)n);
	explicit_bzero(text, sizeof(text));
	return b->n > 0 ? 0 : fail_file(path, e, "is empty");
}

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
	int rc = 0;

	*c = (struct account_credentials){ 0 };
	forbid_dumps();
	read_environment(&c->client_id, "FLOWHUB_CLIENT_ID");
	read_environment(&c->key, "FLOWHUB_API_KEY");
	if (c->client_id.n == 0)
		put_trimmed(&c->client_id, settings->client_id.p, settings->client_id.n);
	if (c->key.n == 0 && settings->api_key_file.n > 0)
		rc = read_key(&c->key, path_of(&a, account, settings->api_key_file), e);
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
	if (c->client_id.p != NULL)
		explicit_bzero(c->client_id.p, c->client_id.cap);
	if (c->key.p != NULL)
		explicit_bzero(c->key.p, c->key.cap);
	buf_release(&c->client_id);
	buf_release(&c->key);
	mem_free(c->ca_file);
	*c = (struct account_credentials){ 0 };
}
