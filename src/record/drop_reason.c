#include "record/drop_reason.h"

const char *
drop_reason_name(enum drop_reason r)
{
	static const char *const names[] = {
#define X(name, text) [name] = (text),
		DROP_REASONS(X)
#undef X
	};

	return names[r];
}
