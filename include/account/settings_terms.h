/* settings_terms.h -- the settings that decide a result, as texts that tell what of them changed.
 *
 * Where two of these texts are equal, nothing has to be redone: lists are in one order, and values
 * are those that count, however they were written.
 */
#ifndef ACCOUNT_SETTINGS_TERMS_H
#define ACCOUNT_SETTINGS_TERMS_H

#include "account/settings.h"
#include "base/str.h"

struct arena;

/* settings_terms_of_profiles: what changes profiles; settings_terms_of_choice: who may be exported;
 * settings_terms_of_contacts: that, and how.  Texts in ${a}. */
struct str settings_terms_of_profiles(const struct settings *s, struct arena *a);
struct str settings_terms_of_choice(const struct settings *s, struct arena *a);
struct str settings_terms_of_contacts(const struct settings *s, struct arena *a);

#endif /* ACCOUNT_SETTINGS_TERMS_H */
