#include "http/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MOST 4096

void
secret_forbid_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
}

void
secret_put(struct buf *b, struct str s)
{
	s = str_trim(s);
	buf_reserve(b, SECRET_MOST + 1);
	buf_str(b, s.n <= SECRET_MOST ? s : str_of(s.p, SECRET_MOST));
}

bool
secret_is_given(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0';
}

void
secret_environment(struct buf *b, const char *variable)
{
	char *value = getenv(variable);

	if (!secret_is_given(variable))
		return;
	secret_put(b, str_c(value));
	/* What /proc shows of it goes, too. */
	explicit_bzero(value, strlen(value));
	(void)unsetenv(variable);
}

static int
fail_file(const struct secret_name *name, const char *path, const char *what, struct err *e)
{
	err_set(e, ERR_SETTINGS, "the %s file '%s' %s", name->what, path, what);
	return err_advise(e,
	    "It must hold the %s and nothing else, and only you may read it: chmod 600 '%s'.",
	    name->what, path);
}

static int
read_file(struct buf *b, const struct secret_name *name, const char *path, struct err *e)
{
	char text[SECRET_MOST + 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0 || fstat(fd, &st) != 0) {
		err_sys(e, errno, "cannot read the %s file '%s'", name->what, path);
		e->kind = ERR_SETTINGS;
		if (fd >= 0)
			close(fd);
		return err_advise(e, "See '%s' in flowstory.json.", name->setting);
	}
	if (S_ISREG(st.st_mode) && (st.st_mode & 077) == 0)
		n = read(fd, text, sizeof(text));
	close(fd);
	if (!S_ISREG(st.st_mode))
		return fail_file(name, path, "is not a regular file", e);
	if ((st.st_mode & 077) != 0)
		return fail_file(name, path, "can be read by others", e);
	if (n < 0 || n > SECRET_MOST)
		return fail_file(name, path, "holds something else", e);
	secret_put(b, str_of(text, (size_t)n));
	explicit_bzero(text, sizeof(text));
	return b->n > 0 ? 0 : fail_file(name, path, "is empty", e);
}

int
secret_load(struct buf *b, const struct secret_name *name, const char *path, struct err *e)
{
	secret_environment(b, name->variable);
	return b->n > 0 || path == NULL ? 0 : read_file(b, name, path, e);
}

int
secret_check(struct str s, const char *what, struct err *e)
{
	bool is_fine = s.n > 0 && s.n <= SECRET_MOST;

	for (size_t i = 0; i < s.n; i++)
		is_fine = is_fine && s.p[i] > ' ' && s.p[i] <= '~';
	return is_fine
	           ? 0
	           : err_set(e, ERR_SETTINGS,
	                 "the %s must be a single line of ASCII characters without spaces", what);
}

void
secret_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}
