/* control.c -- what the test asks of the stand-in: no token is needed at /control/. */
#include <stdlib.h>
#include <string.h>

#include "server.h"
#include "support/text.h"

static void
add_fault(struct server *s, struct MHD_Connection *c)
{
	struct fault f = { .skip = strtoul(server_arg(c, "skip", "0"), NULL, 10),
		.count = strtoul(server_arg(c, "count", "1000000"), NULL, 10) };

	snprintf(f.kind, sizeof(f.kind), "%s", server_arg(c, "kind", ""));
	snprintf(f.call, sizeof(f.call), "%s", server_arg(c, "call", ""));
	snprintf(f.value, sizeof(f.value), "%s", server_arg(c, "value", ""));
	if (s->faults_n == FAULTS_MOST)
		die("too many faults");
	s->faults[s->faults_n++] = f;
}

static struct contact *
named(struct server *s, struct MHD_Connection *c, const char *id)
{
	const char *email = server_arg(c, "email", NULL);

	return email != NULL && strcmp(id, "dsid") == 0
	           ? contacts_by_email(&s->contacts, email)
	           : contacts_by_dsid(&s->contacts, server_arg(c, id, NULL));
}

static void
change(struct server *s, struct contact *c, const char *field, const char *value)
{
	cJSON *all = cJSON_Parse(c->fields),
	      *custom = cJSON_GetObjectItem(all, "extendedProperties");
	cJSON *into = strncmp(field, "fh_", 3) == 0 ? custom : all;

	if (strcmp(field, "email") == 0 || strcmp(field, "mobilePhone") == 0) {
		contacts_move(&s->contacts, c, field[0] == 'e' ? EMAIL : TEXT, value);
	} else {
		cJSON_DeleteItemFromObjectCaseSensitive(into, field);
		cJSON_AddStringToObject(into, field, value);
		free(c->fields);
		c->fields = cJSON_PrintUnformatted(all);
	}
	cJSON_Delete(all);
}

/* A person at DailyStory's own screen. */
static unsigned
edit(struct server *s, struct MHD_Connection *c)
{
	struct contact *who = named(s, c, "dsid"), *into = named(s, c, "into");
	const char *what = server_arg(c, "what", ""), *value = server_arg(c, "value", "");

	if (who == NULL)
		return 404;
	if (strcmp(what, "change") == 0)
		change(s, who, server_arg(c, "field", ""), value);
	else if (strcmp(what, "delete") == 0)
		contacts_delete(&s->contacts, who);
	else if (strcmp(what, "status") == 0)
		contacts_status(&s->contacts, who, value);
	else if (strcmp(what, "opt-out") == 0)
		contacts_opt_out(&s->contacts, who, value[0] == 'e' ? EMAIL : TEXT, true);
	else if (strcmp(what, "merge") == 0 && into != NULL)
		contacts_merge(&s->contacts, who, into);
	else
		return 400;
	return 200;
}

/* The most calls in any second: times only grow. */
static uint32_t
most_in_a_second(const struct server *s)
{
	uint32_t most = 0, from = 0;

	for (uint32_t i = 0; i < s->calls_n; i++) {
		while (s->calls[i] - s->calls[from] >= 1000)
			from++;
		most = i - from + 1 > most ? i - from + 1 : most;
	}
	return most;
}

static void
print_calls(struct server *s, FILE *f)
{
	int64_t span = s->calls_n == 0 ? 0 : s->calls[s->calls_n - 1] - s->calls[0];

	fprintf(f, "{\"calls\":%u,\"ms\":%lld,\"most_in_a_second\":%u,\"connections\":%u}\n",
	    s->calls_n, (long long)span, most_in_a_second(s), s->changes);
}

static void
print_segments(struct server *s, FILE *f)
{
	fputs("\"segments\":[", f);
	for (uint32_t i = 0; i < s->segments_n; i++) {
		cJSON *o = cJSON_CreateObject();
		cJSON *in = cJSON_AddArrayToObject(o, "dsids");
		char *text;

		cJSON_AddStringToObject(o, "name", s->segments[i].name);
		for (uint32_t n = 0; n < s->segments[i].n; n++)
			cJSON_AddItemToArray(in, cJSON_CreateString(s->segments[i].dsids[n]));
		text = cJSON_PrintUnformatted(o);
		fprintf(f, "%s\n%s", i == 0 ? "" : ",", text);
		free(text);
		cJSON_Delete(o);
	}
	fputs("]", f);
}

static void
print_books(struct server *s, FILE *f)
{
	fputs("{", f);
	contacts_print(&s->contacts, f);
	fputs(",\n", f);
	print_segments(s, f);
	fputs("}\n", f);
}

static void
forget_calls(struct server *s)
{
	s->calls_n = 0;
	s->changes = 0;
	s->port = 0;
	fclose(s->log_file);
	free(s->log);
	s->log_file = open_memstream(&s->log, &s->log_n);
}

static unsigned
control(struct server *s, struct MHD_Connection *c, const char *what, FILE *f)
{
	if (strcmp(what, "fault") == 0)
		add_fault(s, c);
	else if (strcmp(what, "clear") == 0)
		s->faults_n = 0;
	else if (strcmp(what, "switch") == 0)
		return switches_set(
		           &s->contacts.is, server_arg(c, "name", ""), server_arg(c, "value", ""))
		           ? 200
		           : 400;
	else if (strcmp(what, "token") == 0)
		snprintf(s->token, sizeof(s->token), "%s", server_arg(c, "value", ""));
	else if (strcmp(what, "delay") == 0)
		s->delay_ms = strtoul(server_arg(c, "ms", "0"), NULL, 10);
	else if (strcmp(what, "edit") == 0)
		return edit(s, c);
	else if (strcmp(what, "books") == 0)
		print_books(s, f);
	else if (strcmp(what, "calls") == 0)
		print_calls(s, f);
	else if (strcmp(what, "log") == 0)
		fflush(s->log_file), fwrite(s->log, 1, s->log_n, f);
	else if (strcmp(what, "forget") == 0)
		forget_calls(s);
	else if (strcmp(what, "harm") == 0)
		fflush(s->contacts.harm), fwrite(s->harm, 1, s->harm_n, f);
	else if (strcmp(what, "faults") == 0)
		for (size_t i = 0; i < s->faults_n; i++)
			fprintf(f, "%s %lu %lu %s\n", s->faults[i].kind, s->faults[i].skip,
			    s->faults[i].count, s->faults[i].call);
	else
		return 404;
	return 200;
}

void
control_answer(struct server *s, struct MHD_Connection *c, const char *what, struct answer *a)
{
	FILE *f = open_memstream(&a->body, &a->n);

	a->type = "application/json";
	a->status = control(s, c, what, f);
	fclose(f);
}
