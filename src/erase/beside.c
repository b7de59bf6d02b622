#include "erase/beside.h"

#include "base/timestamp.h"
#include "flowhub/hints.h"
#include "flowhub/staging.h"

int
beside_forget(const char *account, int64_t now, bool (*is_gone)(void *context, struct str id),
    void *context, struct err *e)
{
	struct hints hints;
	int rc = staging_clean(account, TIMESTAMP_NONE, e);

	if (rc < 0)
		return -1;
	hints_load(&hints, account, now);
	if (hints_forget(&hints, is_gone, context) > 0)
		rc = hints_save(&hints, account, e);
	hints_release(&hints);
	return rc;
}
