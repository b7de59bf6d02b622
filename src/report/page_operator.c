#include "report/page_operator.h"

#include "report/html.h"
#include "report/layout.h"
#include "report/page_disk.h"
#include "report/page_push.h"

static void
add_verified(struct buf *b, const struct report_model *m)
{
	const struct verify_note *x = &m->verified;

	if (x->at == 0) {
		buf_z(b, "<p><code>flowstory verify</code> has not been run here yet.</p>\n");
		return;
	}
	buf_z(b, x->faults == 0 ? "<p>Verified " : "<p><strong>Faults were found</strong> ");
	html_span(b, m->now - x->at);
	buf_z(b, " ago: ");
	html_plural(b, x->snapshots, "snapshot", "snapshots");
	buf_z(b, " with ");
	html_plural(b, x->pages, "page", "pages");
	buf_z(b, ", ");
	html_plural(b, x->diffs, "diff", "diffs");
	buf_z(b, ", ");
	html_plural(b, x->exports, "export", "exports");
	buf_z(b, x->is_rebuilt ? ", and the state built again: " : ": ");
	if (x->faults == 0)
		buf_z(b, "no fault");
	else
		html_plural(b, x->faults, "fault", "faults");
	buf_z(b, ".</p>\n");
}

static void
add_chain(struct buf *b, const struct report_model *m)
{
	if (m->chain_head.n == 0) {
		buf_z(b, "<p>There is no diff yet.</p>\n");
		return;
	}
	buf_z(b, "<p>The chain of diffs ends in <code>");
	html_text(b, m->chain_head);
	buf_z(b, "</code>, the digest of snapshot ");
	html_text(b, m->last_snapshot);
	buf_z(b,
	    "\u2019s diff. Whoever keeps this page can prove later that history before it was not "
	    "changed: <code>flowstory audit --verify</code>.</p>\n");
}

static void
add_integrity(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Integrity", NULL);
	add_verified(b, m);
	add_chain(b, m);
}

static void
add_settings(struct buf *b, const struct report_model *m)
{
	layout_heading(b, "Settings", NULL);
	if (m->settings_n == 0) {
		buf_z(b, "<p>Every setting has its default: there is no "
		         "<code>flowstory.json</code>, or it sets nothing.</p>\n");
		return;
	}
	buf_z(b, "<table><caption>What <code>flowstory.json</code> sets</caption>"
	         "<thead><tr><th scope=\"col\" class=\"text\">Setting</th>"
	         "<th scope=\"col\" class=\"text\">Value</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < m->settings_n; i++) {
		buf_z(b, "<tr><th scope=\"row\"><code>");
		html_name(b, m->settings[i].name);
		buf_z(b, "</code></th><td class=\"text\">");
		html_name(b, m->settings[i].value);
		buf_z(b, "</td></tr>\n");
	}
	buf_z(b, "</tbody></table>\n");
}

void
page_operator(struct buf *b, const struct report_model *m)
{
	page_disk(b, m);
	add_integrity(b, m);
	page_push(b, m);
	add_settings(b, m);
}
