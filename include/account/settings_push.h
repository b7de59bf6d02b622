/* settings_push.h -- how DailyStory is reached, and what is sent there: the settings of a push. */
#ifndef ACCOUNT_SETTINGS_PUSH_H
#define ACCOUNT_SETTINGS_PUSH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* How membership in segments is sent. */
enum push_membership {
	PUSH_FLAGS,  /* one field for each segment, True or False */
	PUSH_LIST,   /* one field, the slugs joined */
	PUSH_STATIC, /* the flags, and who entered is added to a static segment */
	PUSH_NONE
};

/* What becomes of a contact that is none any more. */
enum push_gone {
	PUSH_GONE_FLAG,
	PUSH_GONE_INACTIVE,
	PUSH_GONE_DELETE
};

/* A text that is not set is empty. */
struct push_settings {
	bool is_on; /* run ends with a push */
	struct str token_file, url, ca_file;
	uint64_t interval_ms, timeout_s, retries;
	unsigned membership, gone; /* the enums above */
	unsigned clear;            /* 1: a value that was cleared is left out, else sent as "" */
	struct str text_opt_out, email_opt_out; /* names of DailyStory's flags */
	uint64_t percent;                       /* of the breaker */
	uint64_t hold;                          /* minutes */
	struct str limit_dir;                   /* of a limit that accounts share; its path */
};

/* settings_push_defaults(s): as they are without flowstory.json. */
void settings_push_defaults(struct push_settings *s);

#endif /* ACCOUNT_SETTINGS_PUSH_H */
