#include "command/print_rebuilt.h"

#include <stdio.h>

#include "command/json_out.h"
#include "command/message.h"
#include "lib/json_writer.h"

#define ULL(n) ((unsigned long long)(n))

static void
print_json(const struct salvage *s, const struct rebuild_acked *d)
{
	struct doc *out = doc_object();

	doc_u64(out, "damaged", s->damaged);
	doc_u64(out, "missing", s->missing);
	doc_bool(out, "salt_lost", !s->has_salt);
	doc_u64(out, "contacts", d->contacts);
	doc_u64(out, "gone", d->gone);
	doc_u64(out, "unknown", d->unknown);
	doc_u64(out, "bound", d->bound);
	doc_u64(out, "unbound", d->unbound);
	doc_u64(out, "inactive", d->inactive);
	doc_u64(out, "opted_out", d->opted_out);
	doc_u64(out, "imported", d->imported);
	doc_u64(out, "erased", d->erased);
	doc_u64(out, "unrecognised", d->unrecognised);
	doc_texts(out, "lost", d->lost.list, d->lost.n);
	doc_texts(out, "moved", d->moved.list, d->moved.n);
	json_out_print(out);
}

static void
print_row(const char *name, uint64_t n, const char *what)
{
	if (n > 0)
		printf("%-12s %llu %s\n", name, ULL(n), what);
}

static void
print_text(const struct salvage *s, const struct rebuild_acked *d)
{
	printf("damaged      %llu lines, %llu records missing%s\n", ULL(s->damaged),
	    ULL(s->missing), s->has_salt ? "" : "; the salt was lost");
	printf("read         %llu contact%s in DailyStory\n", ULL(d->contacts),
	    say_plural(d->contacts));
	print_row("no answer", d->unknown, "to be sent whole");
	print_row("gone", d->gone, "deleted in DailyStory; see 'push --check --repair'");
	print_row("bound", d->bound, "of them again, as DailyStory says whose they are");
	print_row("unbound", d->unbound, "to be found by their address");
	print_row("inactive", d->inactive, "in DailyStory, and nothing says by whom; they stay so");
	print_row("opted out", d->opted_out, "told before, as DailyStory shows");
	print_row("lost", d->lost.n,
	    "who are no contacts any more may be in DailyStory; --json names them");
	print_row(
	    "moved", d->moved.n, "may have a contact with their former address; --json names them");
	print_row("imported", d->imported, "by hand; say 'push --mark-imported' again");
	print_row("erased", d->erased,
	    "may be in DailyStory; delete the contacts of the addresses in push/lost.json by hand");
	print_row("unrecognised", d->unrecognised,
	    "contacts of who was erased, deleted: should DailyStory find one again by its "
	    "address, it is the next customer's; remove them there for good");
}

void
print_rebuilt(
    const struct options *o, const struct salvage *s, const struct rebuild_acked *d, bool json)
{
	if (json)
		print_json(s, d);
	else
		print_text(s, d);
	say(o, SAY_INFO,
	    "what DailyStory has acknowledged is known again; 'flowstory push --plan' shows "
	    "what is left to send");
}
