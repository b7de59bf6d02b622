#include "command/report_file.h"

#include <stdio.h>
#include <string.h>

#include "account/settings_load.h"
#include "base/arena.h"
#include "base/file.h"
#include "base/zone.h"
#include "report/html_page.h"
#include "report/report.h"

static int
put_out(struct arena *a, const struct report_file *f, struct str text, struct err *e)
{
	if (f->is_json || (f->path != NULL && strcmp(f->path, "-") == 0)) {
		fwrite(text.p, 1, text.n, stdout);
		return 0;
	}
	return file_save(
	    f->path != NULL ? f->path : file_join(a, f->account, "report.html"), text, e);
}

static int
write_report(struct arena *a, const struct report_file *f, struct state *s,
    const struct settings *settings, struct err *e)
{
	const struct report_source source = { .account = f->account,
		.s = s,
		.settings = settings,
		.zone = settings->time_zone,
		.now = f->now,
		.days = f->days };
	struct report_model model;
	struct buf b = { 0 };
	int rc;

	zone_use(source.zone);
	rc = report_gather(a, &source, &model, e);
	if (rc == 0) {
		(f->is_json ? report_json : html_page_write)(&b, &model);
		rc = put_out(a, f, buf_view(&b), e);
	}
	buf_release(&b);
	return rc;
}

int
report_file_write(const struct report_file *f, struct err *e)
{
	struct settings settings = { 0 };
	struct arena a = { 0 };
	struct state s = { 0 };
	int rc = settings_load(&settings, f->account, e);

	/* with nothing applied yet there is a page too */
	if (rc == 0 && state_open(&s, f->account, false, e) < 0)
		rc = -1;
	if (rc == 0)
		rc = write_report(&a, f, &s, &settings, e);
	state_close(&s);
	settings_release(&settings);
	arena_release(&a);
	return rc;
}
