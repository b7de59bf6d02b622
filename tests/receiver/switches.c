/* switches.c -- by name, from the list in the header. */
#include "switches.h"

#include <stddef.h>
#include <stdio.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *name, *words;
	size_t at;
} list[] = {
#define X(name, words) { #name, words, offsetof(struct switches, name) },
	SWITCHES(X)
#undef X
};

static bool
knows(const char *words, const char *value)
{
	size_t n = strlen(value);

	if (words[0] == '\0')
		return true;
	for (const char *w = words; *w != '\0'; w += strcspn(w, " ") + (w[strcspn(w, " ")] != '\0'))
		if (strcspn(w, " ") == n && strncmp(w, value, n) == 0)
			return true;
	return false;
}

bool
switches_set(struct switches *s, const char *name, const char *value)
{
	for (size_t i = 0; i < COUNT(list); i++) {
		if (strcmp(list[i].name, name) != 0)
			continue;
		if (!knows(list[i].words, value))
			return false;
		snprintf((char *)s + list[i].at, sizeof(s->match), "%s", value);
		return true;
	}
	return false;
}

void
switches_init(struct switches *s)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < COUNT(list); i++)
		snprintf((char *)s + list[i].at, sizeof(s->match), "%.*s",
		    (int)strcspn(list[i].words, " "), list[i].words);
}
