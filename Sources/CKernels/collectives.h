/* Cost of a collective as latency + bytes × inverse rate, branch-free so that a vector of groups takes one pass. */
#ifndef TRAINFARE_COLLECTIVES_H
#define TRAINFARE_COLLECTIVES_H

#include <stdint.h>
#include <string.h>

#include "dispatch.h"
#include "include/plans.h"

/* ⌈log2 x⌉ for integers x ≥ 1: the exponent of x − ½, read from its bits and turned back into a number without an
 * integer conversion, which AVX2 lacks. */
TF_INLINE double ceil_log2(double x) {
  double y = x - 0.5, d;
  uint64_t bits;
  memcpy(&bits, &y, sizeof bits);
  bits = (bits >> 52) | 0x4330000000000000u;
  memcpy(&d, &bits, sizeof d);
  return d - 4503599627370496.0 - 1022.0;
}

/* Unused tiers come first and hold nobody: where their number is known at compile time, they cost nothing.
 *
 * A buffer goes through the tiers in pieces, one piece outside while the next is inside: latencies add up, and of the
 * transfers the slowest is waited for.
 *
 * latency[0], inverse[0]: reduce-scatter (or all-gather), hierarchical: inside a tier first, the slice across.
 * latency[1], inverse[1]: half of an all-reduce by trees, which trades bandwidth for fewer steps.
 * latency[2]: what ranks wait for each other before a call, which both others have in them. */
TF_INLINE void scatter_cost(double n, double stride, const tf_tier *restrict tiers, const int unused,
                            double *restrict latency, double *restrict inverse) {
  double have = 1, a = 0, b = 0, tree_a = 0, tree_b = 0, wait = 0;
#pragma clang loop unroll(full)
  for (int k = unused; k < TF_TIERS; k++) {
    const tf_tier *t = &tiers[k];
    double fits = __builtin_floor(t->span / stride);
    double reach = TF_MIN(n, TF_MAX(have, fits));
    double here = __builtin_ceil(reach / have);
    double extent = reach * stride;
    double share = extent <= t->row ? t->row_share : extent <= t->plane ? t->plane_share : 1.0;
    double halvings = ceil_log2(here);
    double steps = t->logarithmic > 0 ? halvings : here - 1;
    double slice = 1 / (have * (t->rate * share));
    double moves = here > 1 ? slice : 0;
    a += steps * t->latency;
    tree_a += halvings * t->latency;
    wait = here > 1 ? t->wait : wait;
    b = TF_MAX(b, (here - 1) / here * moves);
    tree_b = TF_MAX(tree_b, moves);
    have = reach;
  }
  wait *= ceil_log2(__builtin_ceil(n));
  latency[0] = a + wait;
  inverse[0] = b;
  latency[1] = tree_a + wait;
  inverse[1] = tree_b;
  latency[2] = wait;
}

/* The cheaper of ring and tree. Both halves are one call, so ranks wait once. */
TF_INLINE double all_reduce_time(double bytes, const double *latency, const double *inverse) {
  double ring = latency[0] + bytes * inverse[0], tree = latency[1] + bytes * inverse[1];
  return 2 * TF_MIN(ring, tree) - latency[2];
}

/* From each rank of a group to the next: the innermost tier that holds the whole group, since the slowest pair
 * sets the pace. latency + bytes × inverse. */
TF_INLINE void send_cost(double n, double stride, const tf_tier *restrict tiers, const int unused,
                         double *restrict latency, double *restrict inverse) {
  double a = 0, b = 0, extent = n * stride;
#pragma clang loop unroll(full)
  for (int k = TF_TIERS - 1; k >= unused; k--) {
    int holds = tiers[k].span >= extent;
    double inv = 1 / tiers[k].rate;
    a = holds ? tiers[k].latency : a;
    b = holds ? inv : b;
  }
  *latency = a;
  *inverse = b;
}

/* Of `copies` of a token for as many members, the part that travels between `machines` where a machine gets it once and
 * hands it on: expected number of machines among those that it may go to (`within`, a part of all), drawn evenly. */
TF_INLINE double once_a_machine(double machines, double copies, double within) {
  const double open = TF_MAX(1.0, machines * within);
  double missed = 1;
  for (int i = 0; i < (int)copies; i++) missed *= 1 - 1 / open;
  return TF_MIN(1.0, open * (1 - missed) / copies);
}

/* Each member to every other: what stays within a tier goes by its links, all tiers at the same time, so the slowest sets
 * the pace; messages go out in as many rounds as it has doublings. latency + bytes × inverse, the whole buffer of a rank.
 * With `copies` above 0 the buffer is copies of tokens, and what crosses tiers does so once for each machine. */
TF_INLINE void exchange_cost(double n, double stride, double copies, double within, const tf_tier *restrict tiers,
                             double *restrict latency, double *restrict inverse) {
  double have = 1, a = 0, b = 0, wait = 0;
  for (int k = 0; k < TF_TIERS; k++) {
    const tf_tier *t = &tiers[k];
    const double fits = __builtin_floor(t->span / stride);
    const double reach = TF_MIN(n, TF_MAX(have, fits));
    const double extent = reach * stride;
    const double share = extent <= t->row ? t->row_share : extent <= t->plane ? t->plane_share : 1.0;
    double part = reach > have ? (reach - have) / n : 0.0;
    if (copies > 0 && reach > have) {
      part = have > 1 ? part * once_a_machine(n / have, copies, within) : (reach - 1) / reach;
    }
    const double inv = part / (t->rate * t->exchange * share);
    a += ceil_log2(__builtin_ceil(reach / have)) * t->latency;
    wait = reach > have ? t->wait : wait;
    b = TF_MAX(b, inv);
    have = reach;
  }
  *latency = a + wait * ceil_log2(__builtin_ceil(n));
  *inverse = b;
}

#endif
