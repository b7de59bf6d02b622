/* send_segment.h -- a static segment is made once, and whoever entered is added to it. */
#ifndef PUSH_SEND_SEGMENT_H
#define PUSH_SEND_SEGMENT_H

#include "push/send.h"

/* send_segment(g, item): Returns and errors: as send_item. */
int send_segment(struct send *g, const struct push_item *item) ERR_MUST;

#endif /* PUSH_SEND_SEGMENT_H */
