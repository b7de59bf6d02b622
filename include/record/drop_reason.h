/* drop_reason.h -- why a field could not be used, by the names of contract section 7.
 */
#ifndef RECORD_DROP_REASON_H
#define RECORD_DROP_REASON_H

#define DROP_REASONS(X)                                                                            \
	X(DROPPED_UNREADABLE, "unreadable")                                                        \
	X(DROPPED_PLACEHOLDER, "placeholder")                                                      \
	X(DROPPED_OUT_OF_RANGE, "out-of-range")

enum drop_reason {
#define X(name, text) name,
	DROP_REASONS(X)
#undef X
	DROPPED_REASONS /* how many; of a value that was not dropped, its reason */
};
const char *drop_reason_name(enum drop_reason r);

#endif /* RECORD_DROP_REASON_H */
