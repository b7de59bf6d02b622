#include "http/url.h"

#define NO_PLACE "'%s' takes a scheme and a host only, like %s"

/* "http://127.0.0.1:8080": plain http is allowed only within this machine. */
static bool
is_loopback(struct str url)
{
	static const char *const hosts[] = { "http://localhost", "http://[::1]" };
	struct str v4 = STR("http://127.");

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct str host = str_c(hosts[i]);

		if (str_starts(url, host) &&
		    (url.n == host.n || url.p[host.n] == ':' || url.p[host.n] == '/'))
			return true;
	}
	if (!str_starts(url, v4))
		return false;
	for (size_t i = v4.n; i < url.n; i++) {
		if (url.p[i] == ':' || url.p[i] == '/')
			return true;
		if (!ascii_digit(url.p[i]) && url.p[i] != '.')
			return false;
	}
	return true;
}

/* What follows the scheme. */
static bool
has_host(struct str rest)
{
	return rest.n > 0 && rest.p[0] != '/' && rest.p[0] != ':';
}

int
url_check(struct str url, const char *setting, const char *example, bool *is_plain, struct err *e)
{
	*is_plain = str_starts(url, STR("http://"));
	for (size_t i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '@' || url.p[i] == '?' ||
		    url.p[i] == '#')
			return err_set(e, ERR_SETTINGS, NO_PLACE, setting, example);
	if (*is_plain && !is_loopback(url)) {
		err_set(e, ERR_SETTINGS,
		    "'%s' is plain http, which is accepted for this machine only", setting);
		return err_advise(e, "Your key would be sent unencrypted. Use https.");
	}
	if (!*is_plain && !str_starts(url, STR("https://")))
		return err_set(e, ERR_SETTINGS, "'%s' must begin with https://", setting);
	if (!*is_plain && !has_host(str_from(url, sizeof("https://") - 1)))
		return err_set(e, ERR_SETTINGS, NO_PLACE, setting, example);
	return 0;
}
