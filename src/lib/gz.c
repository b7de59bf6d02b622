#include "lib/gz.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include <libdeflate.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/arena.h"

#define GZIP_ONLY (MAX_WBITS + 16)
/* Header, an empty deflate block, trailer. */
#define MEMBER_MIN 20
#define HEADER 10
#define FLAGS_AT 3
#define FLAG_EXTRA 0x04
#define MEMBER_BEGIN "\x1f\x8b\x08"
#define FLAG_NAME 0x08
#define TRAILER 4 /* bytes of its checksum, and of its size */
/* What one byte of deflate can become: 258 bytes out of two bits. */
#define RATIO_MAX 1032
#define ROOM ((size_t)1 << 16)
/* The extra field: its length, then one subfield with a name and a length; numbers are little
 * endian. */
#define LIST_AT 16
#define LIST_ENTRY 16
#define LIST_NAME "FB"

/* The strict machine; gz_reader falls back to the same one. */
struct gz_stream {
	z_stream z;
	uint64_t limit, out; /* bytes allowed, bytes that came out */
	uint64_t in;         /* bytes taken, over all members */
	uint64_t start;      /* where the member at hand begins */
	bool inside;         /* a member is unfinished */
	bool any;            /* a member was finished */
	unsigned char spare; /* the room for the first byte past the limit */
};

struct gz_reader {
	struct libdeflate_decompressor *whole;
	struct gz_stream strict;
};

static void *
z_alloc(void *opaque, unsigned count, unsigned size)
{
	(void)opaque;
	return mem_zero(count, size);
}

static void
z_free(void *opaque, void *p)
{
	(void)opaque;
	mem_free(p);
}

static void
stream_init(struct gz_stream *s, uint64_t limit)
{
	int rc;

	*s = (struct gz_stream){ .limit = limit, .z = { .zalloc = z_alloc, .zfree = z_free } };
	rc = inflateInit2(&s->z, GZIP_ONLY);
	assert(rc == Z_OK);
	(void)rc;
}

static void
stream_restart(struct gz_stream *s, uint64_t limit)
{
	s->limit = limit;
	s->out = s->in = s->start = 0;
	s->inside = s->any = false;
}

static int
refuse(struct err *e, uint64_t at, const char *what)
{
	err_set(e, ERR_DAMAGED, "%s", what);
	return err_byte(e, at);
}

static int
refuse_more(const struct gz_stream *s, struct err *e)
{
	err_set(e, ERR_DAMAGED, "it has more than %ju bytes when inflated", (uintmax_t)s->limit);
	return err_byte(e, s->start);
}

static int
refuse_start(const struct gz_stream *s, struct err *e)
{
	return refuse(
	    e, s->start, s->any ? "bytes after the end of the gzip data" : "not a gzip file");
}

/* zlib tells its refusals apart by their text alone. */
static int
refuse_data(const struct gz_stream *s, struct err *e)
{
	const char *why = s->z.msg == NULL ? "" : s->z.msg;

	if (strcmp(why, "incorrect header check") == 0)
		return refuse_start(s, e);
	if (strcmp(why, "incorrect data check") == 0 || strcmp(why, "incorrect length check") == 0)
		return refuse(e, s->in - TRAILER, "the gzip checksum is wrong");
	return refuse(e, s->in - 1, "the gzip data is damaged");
}

/*
 * The first byte is looked at here, for zlib judges two at once: a lone byte
 * after the end would else pass for a member that is cut.
 */
static int
begin_member(struct gz_stream *s, unsigned char first, struct err *e)
{
	s->start = s->in;
	if (first != 0x1f)
		return refuse_start(s, e);
	inflateReset(&s->z);
	s->inside = true;
	return 0;
}

/*
 * One call of zlib, into the free room of ${out}.  At the limit there is none:
 * the spare byte shows whether more would come.
 */
static int
step(struct gz_stream *s, struct buf *out)
{
	uint64_t left = s->limit - s->out;
	unsigned taking = s->z.avail_in, room = 1;
	int rc;

	s->z.next_out = &s->spare;
	if (left > 0) {
		buf_reserve(out, left < ROOM ? (size_t)left : ROOM);
		s->z.next_out = (unsigned char *)out->p + out->n;
		if (left > out->cap - out->n)
			left = out->cap - out->n;
		room = left < UINT_MAX ? (unsigned)left : UINT_MAX;
	}
	s->z.avail_out = room;
	rc = inflate(&s->z, Z_NO_FLUSH);
	s->in += taking - s->z.avail_in;
	s->out += room - s->z.avail_out;
	if (s->out <= s->limit)
		out->n += room - s->z.avail_out;
	return rc;
}

/* Until the input is used up and all that it gives is out, or a member ends. */
static int
inflate_piece(struct gz_stream *s, struct buf *out, struct err *e)
{
	int rc;

	do {
		rc = step(s, out);
		if (s->out > s->limit)
			return refuse_more(s, e);
	} while (rc == Z_OK && (s->z.avail_in > 0 || s->z.avail_out == 0));
	if (rc == Z_STREAM_END) {
		s->inside = false;
		s->any = true;
		return 0;
	}
	/* Z_BUF_ERROR: the room was filled exactly and nothing comes after. */
	return rc == Z_OK || rc == Z_BUF_ERROR ? 0 : refuse_data(s, e);
}

struct gz_stream *
gz_stream_new(uint64_t limit)
{
	struct gz_stream *s = mem_alloc(sizeof(*s));

	stream_init(s, limit);
	return s;
}

void
gz_stream_free(struct gz_stream *s)
{
	if (s == NULL)
		return;
	inflateEnd(&s->z);
	mem_free(s);
}

int
gz_stream_put(struct gz_stream *s, const void *p, size_t n, struct buf *out, struct err *e)
{
	const unsigned char *next = p;

	while (n > 0) {
		unsigned piece = n < UINT_MAX ? (unsigned)n : UINT_MAX;

		if (!s->inside && begin_member(s, *next, e) < 0)
			return -1;
		s->z.next_in = next;
		s->z.avail_in = piece;
		if (inflate_piece(s, out, e) < 0)
			return -1;
		piece -= s->z.avail_in;
		next += piece;
		n -= piece;
	}
	return 0;
}

int
gz_stream_end(struct gz_stream *s, struct err *e)
{
	if (s->inside || !s->any)
		return refuse(e, s->in, "the gzip data ends too early");
	return 0;
}

struct gz_reader *
gz_reader_new(void)
{
	struct gz_reader *r = mem_alloc(sizeof(*r));

	r->whole = mem_got(libdeflate_alloc_decompressor());
	stream_init(&r->strict, 0);
	return r;
}

void
gz_reader_free(struct gz_reader *r)
{
	if (r == NULL)
		return;
	libdeflate_free_decompressor(r->whole);
	inflateEnd(&r->strict.z);
	mem_free(r);
}

bool
gz_is(struct str s)
{
	return s.n >= 2 && memcmp(s.p, "\x1f\x8b", 2) == 0;
}

static uint32_t
number_at(struct str s, size_t at, size_t bytes)
{
	uint32_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | (unsigned char)s.p[at + bytes];
	return v;
}

/* The size that the last four bytes promise, or 0 if they are not worth a try.  Headers with more
 * than a name go to zlib: libdeflate does not check the checksum that they can carry. */
static size_t
promised_size(struct str in, uint64_t limit)
{
	uint32_t size;

	if (in.n < MEMBER_MIN || (in.p[FLAGS_AT] & ~FLAG_NAME) != 0)
		return 0;
	size = number_at(in, in.n - TRAILER, TRAILER);
	return size <= limit && size / RATIO_MAX <= in.n ? size : 0;
}

/* As in promised_size; the list in the first member is such a field. */
static bool
is_member(struct str stored, uint32_t text)
{
	return stored.n >= MEMBER_MIN && (stored.p[FLAGS_AT] & ~FLAG_EXTRA) == 0 && text > 0 &&
	       text / RATIO_MAX <= stored.n;
}

bool
gz_inflate_block(struct gz_reader *r, struct str stored, uint32_t text, struct buf *out)
{
	size_t taken, got;

	if (!is_member(stored, text))
		return false;
	buf_reserve(out, text);
	if (libdeflate_gzip_decompress_ex(r->whole, stored.p, stored.n, out->p + out->n, text,
	        &taken, &got) != LIBDEFLATE_SUCCESS ||
	    taken != stored.n || got != text)
		return false;
	out->n += text;
	return true;
}

bool
gz_inflate_start(struct gz_reader *r, struct str stored, uint32_t n, struct buf *out)
{
	if (!is_member(stored, n))
		return false;
	buf_reserve(out, n);
	memset(out->p + out->n, 0, n);
	if (libdeflate_gzip_decompress(r->whole, stored.p, stored.n, out->p + out->n, n, NULL) !=
	    LIBDEFLATE_INSUFFICIENT_SPACE)
		return false;
	out->n += n;
	return true;
}

static void
add_number(struct buf *b, uint32_t v, size_t bytes)
{
	for (; bytes > 0; bytes--, v >>= 8)
		buf_char(b, (char)(v & 0xff));
}

size_t
gz_blocks(struct str head)
{
	uint32_t size;

	if (head.n < LIST_AT || memcmp(head.p, "\x1f\x8b\x08", 3) != 0 ||
	    head.p[FLAGS_AT] != FLAG_EXTRA || memcmp(head.p + HEADER + 2, LIST_NAME, 2) != 0)
		return 0;
	size = number_at(head, LIST_AT - 2, 2);
	if (number_at(head, HEADER, 2) != size + 4 || size % LIST_ENTRY != 0 ||
	    size > head.n - LIST_AT)
		return 0;
	return size / LIST_ENTRY;
}

struct gz_block
gz_block(struct str head, size_t i)
{
	size_t at = LIST_AT + i * LIST_ENTRY;

	return (struct gz_block){
		.stored = number_at(head, at, 4),
		.text = number_at(head, at + 4, 4),
		.at = number_at(head, at + 8, 4),
		.index = number_at(head, at + 12, 4),
	};
}

static bool
inflate_blocks(struct gz_reader *r, struct str in, uint64_t limit, struct buf *out)
{
	size_t n = gz_blocks(in), at = 0;
	uint64_t stored = 0, size = 0;

	for (size_t i = 0; i < n; i++) {
		stored += gz_block(in, i).stored;
		size += gz_block(in, i).text;
	}
	if (n == 0 || stored != in.n || size > limit || size / RATIO_MAX > in.n)
		return false;
	buf_reserve(out, (size_t)size);
	for (size_t i = 0; i < n; i++) {
		struct gz_block b = gz_block(in, i);

		if (!gz_inflate_block(r, str_of(in.p + at, b.stored), b.text, out))
			break;
		at += b.stored;
	}
	if (at < in.n)
		buf_reset(out);
	return at == in.n;
}

static bool
inflate_whole(struct gz_reader *r, struct str in, uint64_t limit, struct buf *out)
{
	size_t size = promised_size(in, limit), taken, got;

	if (size == 0)
		return false;
	buf_reserve(out, size);
	if (libdeflate_gzip_decompress_ex(r->whole, in.p, in.n, out->p, size, &taken, &got) !=
	        LIBDEFLATE_SUCCESS ||
	    taken != in.n || got != size)
		return false;
	out->n = size;
	return true;
}

int
gz_inflate(struct gz_reader *r, struct str in, uint64_t limit, struct buf *out, struct err *e)
{
	buf_reset(out);
	if (inflate_whole(r, in, limit, out) || inflate_blocks(r, in, limit, out))
		return 0;
	stream_restart(&r->strict, limit);
	if (gz_stream_put(&r->strict, in.p, in.n, out, e) < 0)
		return -1;
	return gz_stream_end(&r->strict, e);
}

int
gz_rescue(struct str in, size_t *at, uint64_t limit, struct buf *out)
{
	const char *begin =
	    *at < in.n ? memmem(in.p + *at, in.n - *at, MEMBER_BEGIN, strlen(MEMBER_BEGIN)) : NULL;
	size_t from = begin == NULL ? in.n : (size_t)(begin - in.p), left = in.n - from;
	struct err ignored = ERR_INIT;
	struct gz_stream s;
	bool is_whole;

	buf_reset(out);
	if (begin == NULL)
		return -1;
	stream_init(&s, limit);
	s.inside = true;
	s.z.next_in = (const unsigned char *)begin;
	s.z.avail_in = left < UINT_MAX ? (unsigned)left : UINT_MAX;
	is_whole = inflate_piece(&s, out, &ignored) == 0 && !s.inside;
	/* One that is damaged may have swallowed the beginning of the next. */
	*at = from + (is_whole ? (size_t)s.in : 1);
	inflateEnd(&s.z);
	return is_whole;
}

static size_t
deflate_member(struct libdeflate_compressor *c, struct str in, struct buf *out)
{
	size_t room = libdeflate_gzip_compress_bound(c, in.n);
	size_t n;

	buf_reserve(out, room);
	n = libdeflate_gzip_compress(c, in.n > 0 ? in.p : "", in.n, out->p + out->n, room);
	assert(n > 0);
	out->n += n;
	return n;
}

void
gz_deflate(struct str in, int level, struct buf *out)
{
	struct libdeflate_compressor *c = mem_got(libdeflate_alloc_compressor(level));

	(void)deflate_member(c, in, out);
	libdeflate_free_compressor(c);
}

/* The header of a member without extra field becomes one that lists the blocks. */
static void
put_list(struct str header, const struct gz_block *list, size_t n, struct buf *out)
{
	size_t size = n * LIST_ENTRY;

	buf_str(out, str_of(header.p, HEADER));
	out->p[out->n - HEADER + FLAGS_AT] = FLAG_EXTRA;
	add_number(out, (uint32_t)size + 4, 2);
	buf_z(out, LIST_NAME);
	add_number(out, (uint32_t)size, 2);
	for (size_t i = 0; i < n; i++) {
		add_number(out, list[i].stored, 4);
		add_number(out, list[i].text, 4);
		add_number(out, list[i].at, 4);
		add_number(out, list[i].index, 4);
	}
}

void
gz_deflate_blocks(struct str in, int level, struct gz_block *list, size_t n, struct buf *out)
{
	struct libdeflate_compressor *c;
	struct buf members = { 0 };
	size_t at = 0;

	assert(n > 0 && n <= GZ_BLOCKS);
	if (n == 1) {
		size_t before = out->n;

		gz_deflate(in, level, out);
		list[0].stored = (uint32_t)(out->n - before);
		return;
	}
	c = mem_got(libdeflate_alloc_compressor(level));
	for (size_t i = 0; i < n; i++) {
		assert(list[i].text > 0 && list[i].text <= in.n - at);
		list[i].stored =
		    (uint32_t)deflate_member(c, str_of(in.p + at, list[i].text), &members);
		at += list[i].text;
	}
	assert(at == in.n);
	libdeflate_free_compressor(c);
	list[0].stored += (uint32_t)(LIST_AT - HEADER + n * LIST_ENTRY);
	put_list(buf_view(&members), list, n, out);
	buf_add(out, members.p + HEADER, members.n - HEADER);
	buf_release(&members);
}

void
gz_version(struct buf *b)
{
	buf_printf(b, "zlib %s\nlibdeflate %s\n", zlibVersion(), LIBDEFLATE_VERSION_STRING);
}
