#include "command/warn.h"

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
