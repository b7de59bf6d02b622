/* json_out.h -- what several commands print with --json. */
#ifndef COMMAND_JSON_OUT_H
#define COMMAND_JSON_OUT_H

struct doc;
struct record_version;

/* json_out_print(d): print the document to standard output and free it. */
void json_out_print(struct doc *d);

/* json_out_place(d, x): add where a version of a record lies, as members. */
void json_out_place(struct doc *d, const struct record_version *x);

#endif /* COMMAND_JSON_OUT_H */
