#include "command/warn_network.h"

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
