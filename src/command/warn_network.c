#include "command/warn_network.h"

#include "base/dir.h"
#include "command/message.h"

void
warn_network(const struct options *o, const char *account)
{
	if (dir_is_network(account))
		say(o, SAY_WARNING,
		    "'%s' lies on a file system of the network, which is not supported: two "
		    "machines "
		    "would not see each other's lock, and the state may be damaged",
		    account);
}
