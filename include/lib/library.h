/* library.h -- libraries that are loaded only when they are needed. */
#ifndef LIB_LIBRARY_H
#define LIB_LIBRARY_H

/* library_load(name, why): for dlsym; it stays loaded to the end.
 * ${why}: what the loader says, until the next call of it; NULL if the library is there. Or NULL.
 * Returns: NULL if it is not there; if memory ran out the process ends (mem_out). */
void *library_load(const char *name, const char **why);

#endif /* LIB_LIBRARY_H */
