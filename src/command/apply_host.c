#include "command/apply_host.h"

#include "command/message.h"

static void
note(void *context, enum note_level level, const char *text)
{
	static const enum say_level levels[] = {
		[NOTE_DETAIL] = SAY_DETAIL,
		[NOTE_INFO] = SAY_INFO,
		[NOTE_WARNING] = SAY_WARNING,
	};
	const struct apply_host *h = context;

	say(h->o, levels[level], "%s", text);
}

/* Once before each snapshot. */
static void
show_progress(void *context, const struct progress_report *p)
{
	struct apply_host *h = context;

	if (h->has_begun)
		progress_step(&h->bar);
	else
		progress_begin(&h->bar, h->o, p->steps);
	h->has_begun = true;
}

struct host
apply_host(struct apply_host *h)
{
	return (struct host){ .context = h, .note = note, .progress = show_progress };
}

void
apply_host_end(struct apply_host *h)
{
	if (h->has_begun)
		progress_end(&h->bar);
}
