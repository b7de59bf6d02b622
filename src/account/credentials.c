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

/* Reserved before anything secret goes in: growing would leave a copy behind.
 */
static void
take(struct buf *b, const char *p, size_t n)
{
	struct str s = str_trim(str_of(p, n));

	buf_reserve(b, KEY_MOST + 1);
	buf_str(b, s.n <= KEY_MOST ? s : str_of(s.p, KEY_MOST));
}

static void
take_environment(struct buf *b, const char *name)
{
	char *value = getenv(name);

	if (value == NULL || *value == '\0')
		return;
	take(b, value, strlen(value));
	/* What /proc shows of it goes as well. */
	explicit_bzero(value, strlen(value));
	(void)unsetenv(name);
}

static int
fail_file(const char *path, struct err *e, const char *what)
{
	err_set(e, ERR_SETTINGS, "the key file '%s' %s", path, what);
	return err_advise(e,
	    "It holds the key alone and is yours alone: "
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
		err_sys(e, errno, "the key file '%s'", path);
		e->kind = ERR_SETTINGS;
		if (fd >= 0)
			close(fd);
		return err_advise(e, "See 'api_key_file' in flowstory.json.");
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
		n = read(fd, text, sizeof(text));
	close(fd);
	if (!S_ISREG(st.st_mode))
		return fail_file(path, e, "is no file");
	if ((st.st_mode & 077) != 0)
		return fail_file(path, e, "can be read by others");
	if (n < 0 || n > KEY_MOST)
		return fail_file(path, e, "holds no key");
	take(b, text, (size_t)n);
	explicit_bzero(text, sizeof(text));
	return b->n > 0 ? 0 : fail_file(path, e, "is empty");
}

/* A path of the settings, seen from the account. */
static char *
path_of(struct arena *a, const char *account, struct str path)
{
	char *z = str_z(a, path);

	return z[0] == '/' ? z : file_join(a, account, z);
}

static int
need_both(const struct secrets *s, struct err *e)
{
	bool id = s->client_id.n > 0, key = s->key.n > 0;

	if (id == key)
		return id ? 1 : 0;
	err_set(e, ERR_SETTINGS, "the %s is missing", id ? "key" : "client id");
	return err_advise(e, "%s",
	    id ? "Put it into FLOWHUB_API_KEY, or into a file of mode 0600 "
	         "that 'api_key_file' in flowstory.json names."
	       : "Put it into FLOWHUB_CLIENT_ID, or into 'client_id' in "
	         "flowstory.json.");
}

int
secrets_load(
    struct secrets *s, const char *account, const struct flowhub_settings *settings, struct err *e)
{
	struct arena a = { 0 };
	int rc = 0;

	*s = (struct secrets){ 0 };
	forbid_dumps();
	take_environment(&s->client_id, "FLOWHUB_CLIENT_ID");
	take_environment(&s->key, "FLOWHUB_API_KEY");
	if (s->client_id.n == 0)
		take(&s->client_id, settings->client_id.p, settings->client_id.n);
	if (s->key.n == 0 && settings->api_key_file.n > 0)
		rc = read_key(&s->key, path_of(&a, account, settings->api_key_file), e);
	if (settings->ca_file.n > 0) {
		char *path = path_of(&a, account, settings->ca_file);

		s->ca_file = mem_alloc(strlen(path) + 1);
		memcpy(s->ca_file, path, strlen(path) + 1);
		if (rc == 0 && !file_exists(path)) {
			err_set(e, ERR_SETTINGS, "there is no file '%s'", path);
			rc = err_advise(e, "See 'ca_file' in flowstory.json.");
		}
	}
	arena_release(&a);
	return rc < 0 ? -1 : need_both(s, e);
}

struct credentials
secrets_pair(const struct secrets *s)
{
	return (struct credentials){ buf_view(&s->client_id), buf_view(&s->key) };
}

void
secrets_wipe(struct secrets *s)
{
	if (s->client_id.p != NULL)
		explicit_bzero(s->client_id.p, s->client_id.cap);
	if (s->key.p != NULL)
		explicit_bzero(s->key.p, s->key.cap);
	buf_release(&s->client_id);
	buf_release(&s->key);
	mem_free(s->ca_file);
	*s = (struct secrets){ 0 };
}
