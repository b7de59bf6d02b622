#include "account/run_log_check.h"

#include "account/run_log_push.h"
#include "json/read.h"
#include "lib/json_writer.h"

static const char *const names[] = {
#define X(count, name) name,
	RUN_LOG_CHECK_COUNTS(X)
#undef X
};

const char *
run_log_check_name(enum run_log_check_count count)
{
	return names[count];
}

void
run_log_check_print(const struct run_log_check *x, struct doc *d)
{
	struct doc *check = doc_in_object(d, "check");

	for (size_t i = 0; i < RUN_LOG_CHECK_COUNT; i++)
		doc_u64(check, names[i], x->n[i]);
}

bool
run_log_check_parse(const struct json *j, struct run_log_check *out)
{
	uint32_t check = json_find(j, 0, STR("check"));
	bool has_all = check != 0 && j->nodes[check].kind == JSON_OBJECT;

	for (size_t i = 0; has_all && i < RUN_LOG_CHECK_COUNT; i++) {
		uint32_t node = json_find(j, check, str_c(names[i]));

		has_all = node != 0 && run_log_push_number(json_raw(j, node), &out->n[i]);
	}
	return has_all;
}
