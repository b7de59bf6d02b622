/* json_out.h -- what the commands print alike with --json. */
#ifndef COMMAND_JSON_OUT_H
#define COMMAND_JSON_OUT_H

struct doc;
struct record_version;

/* json_out_print(d): to standard output; d is freed. */
void json_out_print(struct doc *d);

/* json_out_place(d, x): where a version of a record lies, as members of d. */
void json_out_place(struct doc *d, const struct record_version *x);

#endif /* COMMAND_JSON_OUT_H */
