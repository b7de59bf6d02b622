#include "command/warn.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/dir.h"
#include "command/message.h"

void
warn_network(const struct options *o, const char *account)
{
	if (dir_is_network(account))
		say(o, SAY_WARNING,
		    "'%s' is on a network file system, which is not supported: two machines would "
		    "not see each other's lock, and the state could be damaged",
		    account);
}

void
warn_owner(const struct options *o, const char *account)
{
	struct stat st;

	if (geteuid() == 0 && stat(account, &st) == 0 && st.st_uid != 0)
		say(o, SAY_WARNING,
		    "you are root, but '%s' belongs to another user, who cannot read what is "
		    "written now; give it back with: chown -R --reference='%s' '%s'",
		    account, account, account);
}

void
warn_suppress(const struct options *o, const struct settings *s, bool with_heading)
{
	const struct suppress_unread *u = &s->export.suppress_unread;
	bool may_be_heading = u->lines == 1 && u->first == 1 && s->export.suppressed.n > 1;

	if (u->lines == 0 || (may_be_heading && !with_heading))
		return;
	say(o, SAY_WARNING,
	    "suppression list: no email or mobile number found in %zu line%s, first in line %zu",
	    u->lines, say_plural(u->lines), u->first);
}
