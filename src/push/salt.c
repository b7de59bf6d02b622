#include "push/salt.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "base/arena.h"
#include "base/dir.h"
#include "base/file.h"
#include "lib/sha256.h"
#include "push/acked_file.h"
#include "push/journal.h"

#define NAME "salt"
#define PURPOSE "flowstory push salt"

static void
make_check(struct salt *s)
{
	struct buf text = { 0 };

	buf_add(&text, s->bytes, SALT_BYTES);
	buf_z(&text, PURPOSE);
	snprintf(s->check, sizeof(s->check), "%.*s", SALT_CHECK, sha256_of(buf_view(&text)).hex);
	buf_release(&text);
}

int
salt_read(struct salt *s, const char *dir, struct err *e)
{
	struct err why = ERR_INIT;
	struct arena a = { 0 };
	struct str text;
	int rc = file_load(&a, file_join(&a, dir, NAME), SALT_BYTES, &text, &why);

	*s = (struct salt){ 0 };
	if (rc == 0 && text.n == SALT_BYTES) {
		memcpy(s->bytes, text.p, SALT_BYTES);
		make_check(s);
		rc = 1;
	} else if (rc < 0 && why.kind == ERR_IO && why.sys != ENOENT) {
		*e = why;
	} else {
		rc = 0;
	}
	arena_release(&a);
	return rc;
}

int
salt_make(struct salt *s, struct err *e)
{
	*s = (struct salt){ 0 };
	if (getrandom(s->bytes, SALT_BYTES, 0) != SALT_BYTES)
		return err_sys(e, errno, "cannot get random bytes");
	make_check(s);
	return 0;
}

int
salt_save(const struct salt *s, const char *dir, struct err *e)
{
	struct arena a = { 0 };
	int rc = file_save(file_join(&a, dir, NAME), str_of(s->bytes, SALT_BYTES), e);

	arena_release(&a);
	return rc;
}

static bool
has_journal(const char *dir)
{
	struct err ignored = ERR_INIT;
	struct arena a = { 0 };
	struct str *names;
	uint32_t number;
	size_t n;
	bool has = dir_list(&a, dir, &names, &n, &ignored) < 0;

	for (size_t i = 0; !has && i < n; i++)
		has = journal_name(names[i], STR("journal-"), STR(".jsonl"), &number) ||
		      acked_file_name(names[i], &number);
	arena_release(&a);
	return has;
}

static int
advise(struct err *e)
{
	return err_advise(e,
	    "Without it the journal cannot be compared: restore push/ from a backup. Without "
	    "one, 'flowstory push --rebuild-acked' reads from DailyStory what it has.");
}

int
salt_load(struct salt *s, const char *dir, bool writable, struct err *e)
{
	int rc = salt_read(s, dir, e);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (!has_journal(dir))
		return salt_make(s, e) < 0 || (writable && salt_save(s, dir, e) < 0) ? -1 : 0;
	err_set(e, ERR_FAILED, "push/salt is missing or damaged");
	return advise(e);
}

bool
salt_is(struct salt *s, struct str check)
{
	s->is_noted = s->is_noted || check.n > 0;
	return check.n == 0 || str_eq(check, str_c(s->check));
}

int
salt_need(struct salt *s, struct str check, struct err *e)
{
	if (salt_is(s, check))
		return 0;
	err_set(e, ERR_FAILED, "push/salt is not the one of the journal");
	return advise(e);
}

struct str
salt_note(struct salt *s, bool is_first)
{
	bool needs = is_first || !s->is_noted;

	s->is_noted = true;
	return needs ? str_c(s->check) : STR("");
}
