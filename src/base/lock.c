#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_MODE 0600
#define HOLDER_MAX 160 /* as much of the holder's text as fits a message */

static int
busy(int fd, struct err *e)
{
	char text[HOLDER_MAX];
	ssize_t n = pread(fd, text, sizeof(text), 0);
	struct str holder = str_trim(str_of(text, n > 0 ? (size_t)n : 0));

	if (holder.n > 0)
		err_set(e, ERR_BUSY, "another run holds the lock: %.*s", STR_ARG(holder));
	else
		err_set(e, ERR_BUSY, "another run holds the lock");
	return err_advise(e, "Try again when it has finished. The lock ends with its process; "
	                     "there is no file to delete.");
}

/* Only tells others who holds the lock; the lock itself is the kernel's. */
static int
name_holder(int fd, struct str text)
{
	if (fchmod(fd, LOCK_MODE) != 0 || ftruncate(fd, 0) != 0)
		return -1;
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text.p += n;
		text.n -= (size_t)n;
	}
	return 0;
}

int
lock_take(struct lock *l, const char *path, struct str text, struct err *e)
{
	int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, LOCK_MODE);
	int rc = 0;

	if (fd < 0)
		return err_sys(e, errno, "cannot open the lock '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		rc = errno == EWOULDBLOCK ? busy(fd, e)
		                          : err_sys(e, errno, "cannot lock '%s'", path);
	else if (name_holder(fd, text) != 0)
		rc = err_sys(e, errno, "cannot write the lock '%s'", path);
	if (rc != 0)
		close(fd);
	else
		l->fd = fd;
	return rc;
}

void
lock_release(struct lock *l)
{
	int rc;

	if (l->fd < 0)
		return;
	/* So that no later message names a holder that is gone. */
	rc = ftruncate(l->fd, 0);
	(void)rc;
	close(l->fd);
	l->fd = -1;
}
