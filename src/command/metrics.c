#include "command/metrics.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/num.h"
#include "base/timestamp.h"
#include "command/command.h"

#define FILE_NAME "metrics.prom"
#define FILE_LIMIT (UINT64_C(1) << 16)
#define LAST_SUCCESS "flowstory_last_success_timestamp_seconds"

static void
add_head(struct buf *b, const char *name, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void
add(struct buf *b, const char *name, const char *help, uint64_t value)
{
	add_head(b, name, help);
	buf_printf(b, "%s %llu\n", name, (unsigned long long)value);
}

/* The last success by the file so far, or 0. */
static uint64_t
last_success(struct arena *a, const char *path)
{
	struct err ignored = ERR_INIT;
	struct str text, name = STR("\n" LAST_SUCCESS " ");
	uint64_t value;
	const char *at;
	size_t n = 0;

	if (file_load(a, path, FILE_LIMIT, &text, &ignored) < 0)
		return 0;
	at = memmem(text.p, text.n, name.p, name.n);
	if (at == NULL)
		return 0;
	at += name.n;
	while (at + n < text.p + text.n && ascii_digit(at[n]))
		n++;
	return num_u64(str_of(at, n), &value) ? value : 0;
}

static void
add_fetch(struct buf *b, const struct fetch_result *r)
{
	static const char name[] = "flowstory_records";

	add_head(b, name, "Records in the snapshot that the last run fetched.");
	for (int i = 0; i <= RESOURCE_ORDERS; i++)
		buf_printf(b, "%s{kind=\"%s\"} %llu\n", name, manifest_resource((enum resource)i),
		    (unsigned long long)r->records[i]);
	add(b, "flowstory_calls", "Calls to Flowhub in the last run.", r->calls);
	add(b, "flowstory_retries", "Calls that were retried.", r->retries);
	add(b, "flowstory_received_bytes", "Bytes of bodies received.", r->received);
	add(b, "flowstory_lists_in_doubt", "Lists the last run could not prove complete.",
	    r->doubts);
	add(b, "flowstory_locations_left_out", "Locations that Flowhub refused to read.",
	    r->left_out);
	add(b, "flowstory_unknown_customers",
	    "Customers named by orders that are left for the next run.", r->unknown_left);
	add(b, "flowstory_waiting_customers",
	    "Known customers missing from the list of all that are left for the next runs.",
	    r->waiting_left);
}

int
metrics_write(const char *account, const struct metrics *m, struct err *e)
{
	struct arena a = { 0 };
	char *path = file_join(&a, account, FILE_NAME);
	uint64_t finished = (uint64_t)(m->finished_at / TIMESTAMP_SECOND);
	uint64_t ms = (uint64_t)(m->duration / 1000);
	bool is_success = m->status == STATUS_DONE || m->status == STATUS_QUARANTINED;
	struct buf b = { 0 };
	int rc;

	add(&b, LAST_SUCCESS, "When a run last succeeded.",
	    is_success ? finished : last_success(&a, path));
	add(&b, "flowstory_last_run_timestamp_seconds", "When the last run ended.", finished);
	add_head(&b, "flowstory_run_duration_seconds", "How long the last run took.");
	buf_printf(&b, "flowstory_run_duration_seconds %llu.%03llu\n",
	    (unsigned long long)(ms / 1000), (unsigned long long)(ms % 1000));
	add(&b, "flowstory_exit_code", "Exit code of the last run.", (uint64_t)m->status);
	add(&b, "flowstory_quarantined_records",
	    "Records quarantined from the last snapshot applied.", m->quarantined);
	add_fetch(&b, &m->fetch);
	rc = file_save(path, buf_view(&b), e);
	buf_release(&b);
	arena_release(&a);
	return rc;
}
