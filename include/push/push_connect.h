/* push_connect.h -- the token, and the connection to DailyStory that it opens. */
#ifndef PUSH_PUSH_CONNECT_H
#define PUSH_PUSH_CONNECT_H

#include <stdbool.h>

#include "account/settings_push.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/host.h"
#include "push/caller.h"

/* push_connect_is_meant(settings): somebody pushes this account, or is about to: by 'run', or with
 * a token of the settings or of the environment, as long as that was not loaded. */
bool push_connect_is_meant(const struct push_settings *settings);

/* push_connect(a, account, settings, c, token, host, e): the token is loaded, and calls can be
 * made; nothing is sent yet.  Texts lie in ${a}.  push_connect_end(token): it is wiped; after
 * caller_close. */
int push_connect(struct arena *a, const char *account, const struct push_settings *settings,
    struct caller *c, struct buf *token, const struct host *host, struct err *e) ERR_MUST;
void push_connect_end(struct buf *token);

/* push_connect_check(account, settings, host, e): without a call, whether one could be made. */
int push_connect_check(const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e) ERR_MUST;

/*
 * push_connect_about(account, settings, host, e):
 * One call that asks for nothing.  Returns: 1 DailyStory answered; 0 no token is set; -1.
 */
int push_connect_about(const char *account, const struct push_settings *settings,
    const struct host *host, struct err *e) ERR_MUST;

#endif /* PUSH_PUSH_CONNECT_H */
