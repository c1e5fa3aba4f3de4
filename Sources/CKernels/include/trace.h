/* How a naive twin came to a step and its memory, term by term. Kernels are held equal to their twins, so a trace says
 * what was done, not what somebody thinks is done. */
#ifndef TRAINFARE_TRACE_H
#define TRAINFARE_TRACE_H

#include <stddef.h>

enum { TF_TIERS = 4 };

/* Ranks that exchange `bytes` each, `stride` ranks apart, and the seconds spent in each tier of links, innermost first.
 * In how many calls, each with the latency of all; 0 is one. Copies of a token, and the part of the machines that they
 * may go to, where it is sent once to each. A group of 0: no exchange. */
typedef struct {
  double group, stride, bytes, calls, copies, within;
  double tier[TF_TIERS];
} tf_path;

/* Whose operators a term is made of; of none, where it is worked out whole. */
enum { TF_OF_NONE = 0, TF_OF_LAYERS, TF_OF_EMBEDDING, TF_OF_HEAD, TF_OF_BOUNDARY };

/* One term of a part. What happens at the same time as other work costs what does not hide behind it, and slows that
 * work a little: amount = times × (raw − hidden + contention × hidden). */
typedef struct {
  int part;             /* its place in parts.h */
  int is_memory;        /* 1: of memory, in bytes; 0: of a step, in seconds */
  int of;               /* TF_OF_… */
  int kind;             /* of TF_OF_LAYERS: which kind of layer, where there are several */
  const char *what;     /* in words */
  const char *formula;  /* of one, in the symbols of docs/Model.md */
  double times;         /* how often a step has it */
  double raw;           /* of one by itself */
  double window;        /* seconds of other work that one can hide behind; 0 where it cannot hide */
  double hidden;        /* of `raw` */
  double contention;    /* slow-down of that other work per second hidden */
  double amount;        /* what all of them add to the part */
  tf_path path;
} tf_term;

/* Terms in the order in which they were worked out; those beyond `capacity` are counted, not kept. */
typedef struct {
  tf_term *terms;
  size_t capacity, count;
} tf_trace;

#endif
