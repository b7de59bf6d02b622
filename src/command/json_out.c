#include "command/json_out.h"

#include <stdio.h>

#include "timemachine/past_records.h"
#include "lib/json_writer.h"

void
json_out_print(struct doc *d)
{
	struct buf b = { 0 };

	doc_print(d, &b);
	fwrite(b.p, 1, b.n, stdout);
	buf_release(&b);
	doc_free(d);
}

void
json_out_place(struct doc *d, const struct record_version *x)
{
	doc_text(d, "snapshot", x->from.snapshot);
	doc_text(d, "page", x->from.page.path);
	doc_u64(d, "index", x->v.place.index);
	doc_text(d, "sha256", x->from.page.sha256);
	if (!x->from.is_pruned)
		return;
	doc_bool(d, "pruned", true);
	if (record_text_is_gone(&x->from))
		return;
	doc_text(d, "base", x->from.origin.base);
	doc_text(d, "base_page", x->from.origin.path);
	doc_u64(d, "base_index", x->from.origin.index);
	doc_text(d, "base_sha256", x->from.origin.sha256);
}
