#include "snapshot/page_blocks.h"

#include <fcntl.h>
#include <unistd.h>

#include "lib/gz.h"
#include "snapshot/page.h"

/* One call reads the list of 8 MiB of customers or 40 MiB of orders; more is read whole. */
#define HEAD GZ_BLOCKS_HEAD(256)
#define SPARE 4096 /* bytes of text that are taken beyond what should do */
#define MATCH 258  /* bytes that deflate repeats at most: so many may be missing at the end */

static bool
begin(struct page_blocks *b, struct str head)
{
	b->head = head;
	b->n = gz_blocks(head);
	b->block = b->n;
	if (b->n > 0 && b->gz == NULL)
		b->gz = gz_reader_new();
	return b->n > 0;
}

bool
page_blocks_open(struct page_blocks *b, const char *path)
{
	ssize_t got;

	/* anything but a file, a pipe say, could keep us waiting for ever */
	b->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	b->has_file = b->fd >= 0;
	if (!b->has_file)
		return false;
	buf_reset(&b->read);
	buf_reserve(&b->read, HEAD);
	got = pread(b->fd, b->read.p, HEAD, 0);
	if (got > 0 && begin(b, str_of(b->read.p, (size_t)got)))
		return true;
	page_blocks_close(b);
	return false;
}

bool
page_blocks_view(struct page_blocks *b, struct str stored)
{
	b->stored = stored;
	return begin(b, stored);
}

/* The member that lies there, as far as the file goes. */
static struct str
member_at(struct page_blocks *b, uint64_t at, uint32_t size)
{
	ssize_t got;

	if (!b->has_file)
		return at + size <= b->stored.n ? str_of(b->stored.p + at, size) : STR("");
	if (size > PAGE_LIMIT)
		return STR("");
	buf_reset(&b->member);
	buf_reserve(&b->member, size);
	got = pread(b->fd, b->member.p, size, (off_t)at);
	return str_of(b->member.p, got < 0 ? 0 : (size_t)got);
}

/* How much of the block's text to take for that record, or 0 for all of it: as far as the next but
 * one would end if all were equally long, and a tenth. */
static uint32_t
enough(const struct page_blocks *b, size_t block, uint32_t index)
{
	struct gz_block x = gz_block(b->head, block);
	uint64_t n, most;

	if (block + 1 == b->n)
		return 0;
	n = gz_block(b->head, block + 1).index - x.index;
	if (n == 0 || index - x.index >= n)
		return 0;
	most = (uint64_t)x.text * (index - x.index + 2) / n;
	most += most / 10 + SPARE;
	return most < x.text ? (uint32_t)most : 0;
}

/* The text of a block, at least so much of it; 0: all. */
static bool
inflate(struct page_blocks *b, size_t block, uint32_t most)
{
	struct gz_block x = gz_block(b->head, block);
	struct str member;
	uint64_t at = 0;

	b->block = b->n;
	b->is_split = false;
	for (size_t i = 0; i < block; i++)
		at += gz_block(b->head, i).stored;
	member = member_at(b, at, x.stored);
	/* the byte before the first record becomes a bracket; there is one in any case */
	buf_reset(&b->text);
	buf_char(&b->text, '[');
	if (x.text > PAGE_LIMIT || x.at >= x.text)
		return false;
	b->is_start = most > x.at && gz_inflate_start(b->gz, member, most, &b->text);
	if (!b->is_start && !gz_inflate_block(b->gz, member, x.text, &b->text))
		return false;
	b->text.p[x.at] = '[';
	b->block = block;
	return true;
}

/* The records of a block, at least up to that one if they are there: a list without its end. */
static bool
read_block(struct page_blocks *b, size_t block, uint32_t most)
{
	struct gz_block x = gz_block(b->head, block);

	if (!inflate(b, block, most))
		return false;
	split_part(&b->scan, str_from(buf_view(&b->text), x.at), x.index);
	b->is_split = true;
	return true;
}

static size_t
block_of(const struct page_blocks *b, uint32_t index)
{
	size_t i = b->n - 1;

	while (i > 0 && gz_block(b->head, i).index > index)
		i--;
	return i;
}

bool
page_blocks_record(struct page_blocks *b, uint32_t index, struct str *out)
{
	size_t block = block_of(b, index);
	const struct split_record *found = NULL;
	uint32_t at;

	if (block == b->block && b->is_split)
		found = split_find(&b->scan, index);
	else if (read_block(b, block, enough(b, block, index)))
		found = split_find(&b->scan, index);
	if (found == NULL && b->block == block && b->is_start && read_block(b, block, 0))
		found = split_find(&b->scan, index);
	if (found == NULL)
		return false;
	at = gz_block(b->head, block).at;
	*out = str_of(b->text.p + at + found->at, found->len);
	return true;
}

/* So many bytes of its text are there for certain. */
static size_t
inflated(const struct page_blocks *b)
{
	return b->text.n - 1 - (b->is_start ? MATCH : 0);
}

uint32_t
page_blocks_first(const struct page_blocks *b, uint32_t index)
{
	return gz_block(b->head, block_of(b, index)).index;
}

bool
page_blocks_bytes(struct page_blocks *b, uint32_t index, uint32_t at, uint32_t n, struct str *out)
{
	size_t block = block_of(b, index);
	struct gz_block x = gz_block(b->head, block);
	uint64_t end = (uint64_t)x.at + at + n;
	uint32_t most = end + MATCH < x.text ? (uint32_t)end + MATCH : 0;

	if (end > x.text)
		return false;
	if ((block != b->block || inflated(b) < end) && !inflate(b, block, most))
		return false;
	*out = str_of(b->text.p + 1 + x.at + at, n);
	return true;
}

void
page_blocks_close(struct page_blocks *b)
{
	if (b->has_file)
		close(b->fd);
	b->has_file = false;
	b->stored = b->head = (struct str){ 0 };
	b->n = b->block = 0;
}

void
page_blocks_release(struct page_blocks *b)
{
	gz_reader_free(b->gz);
	buf_release(&b->read);
	buf_release(&b->member);
	buf_release(&b->text);
	split_release(&b->scan);
	*b = (struct page_blocks){ 0 };
}
