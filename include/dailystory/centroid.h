/* centroid.h -- where a US postal code lies, by a table inside the program.
 *
 * The table is the CSV file beside the source, embedded as it is (src/dailystory/centroid_table.S)
 * and searched in place.  Derived from the GeoNames postal code data set (geonames.org), CC BY 4.0.
 */
#ifndef DAILYSTORY_CENTROID_H
#define DAILYSTORY_CENTROID_H

#include <stdbool.h>

#include "base/str.h"

struct arena;

#define CENTROID_ATTRIBUTION "postal code centroids derived from GeoNames (geonames.org), CC BY 4.0"

/* centroid_find(a, postal, lat, lon): degrees WGS 84 with four decimals ("40.7320"), borrowed from
 * the table or in a. Returns: false, ${lat} and ${lon} untouched, if the code is unknown. */
bool centroid_find(struct arena *a, struct str postal_code, struct str *lat, struct str *lon);

#endif /* DAILYSTORY_CENTROID_H */
