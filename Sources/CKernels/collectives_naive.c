/* Collectives told in branches, tier by tier. Shares no code with collectives.h: it is what that is held to. */
#include "dispatch.h"

#include "naive.h"

#include <math.h>

static double tier_share(const tf_tier *t, double extent) {
  if (extent <= t->row) return t->row_share;
  if (extent <= t->plane) return t->plane_share;
  return 1;
}

/* The time of a path whose tiers have the latencies of one call, and work side by side: of their transfers only the slowest
 * is waited for, and told beside its latency. Before each call ranks wait for each other, the longer the more there are,
 * which is told with the outermost tier. */
static double side_by_side(tf_path *path, const tf_tier *tiers, int outermost, const double transfer[TF_TIERS]) {
  double latency = 0;
  int slowest = 0;
  if (outermost >= 0) path->tier[outermost] += ceil(log2(path->group)) * tiers[outermost].wait;
  for (int k = 0; k < TF_TIERS; k++) {
    if (path->calls > 1) path->tier[k] *= path->calls;
    latency += path->tier[k];
    if (transfer[k] > transfer[slowest]) slowest = k;
  }
  path->tier[slowest] += transfer[slowest];
  return latency + transfer[slowest];
}

/* Reduce-scatter, or one half of a tree all-reduce; `halves` of them. Pieces of the buffer are in all tiers at once. */
static double scatter(tf_path *path, const tf_tier *tiers, int tree, double halves) {
  double transfer[TF_TIERS] = {0}, have = 1;
  int outermost = -1;
  for (int k = 0; k < TF_TIERS; k++) {
    double reach = floor(tiers[k].span / path->stride);
    if (reach < have) reach = have;
    if (reach > path->group) reach = path->group;
    double here = ceil(reach / have);
    path->tier[k] = 0;
    if (here > 1) {
      double rate = tiers[k].rate * tier_share(&tiers[k], reach * path->stride);
      double steps = tree || tiers[k].logarithmic > 0 ? ceil(log2(here)) : here - 1;
      double moved = tree ? 1 : (here - 1) / here;
      transfer[k] = halves * moved * path->bytes / have / rate;
      path->tier[k] = halves * steps * tiers[k].latency;
      outermost = k;
    }
    have = reach;
  }
  return side_by_side(path, tiers, outermost, transfer);
}

double tf_scatter_naive(tf_path *path, const tf_tier *tiers) { return scatter(path, tiers, 0, 1); }

double tf_all_reduce_naive(tf_path *path, const tf_tier *tiers) {
  tf_path other = *path;
  double ring = scatter(path, tiers, 0, 2), tree = scatter(&other, tiers, 1, 2);
  if (ring < tree) return ring;
  *path = other;
  return tree;
}

/* From each rank to the next, at the pace of the slowest pair. */
double tf_send_naive(tf_path *path, const tf_tier *tiers) {
  int holds = 0;
  while (holds < TF_TIERS - 1 && tiers[holds].span < path->group * path->stride) holds++;
  for (int k = 0; k < TF_TIERS; k++) path->tier[k] = 0;
  path->tier[holds] = tiers[holds].latency + path->bytes / tiers[holds].rate;
  return path->tier[holds];
}

/* Machines that a token with so many copies goes to, of those open to it: 1 − 1/m is the chance that one copy misses one. */
static double machines_reached(double machines, double copies, double within) {
  double open = machines * within < 1 ? 1 : machines * within;
  return open * (1 - pow(1 - 1 / open, copies));
}

/* From each rank to all others: every tier carries what goes to members that it is the first to reach. */
double tf_exchange_naive(tf_path *path, const tf_tier *tiers) {
  double transfer[TF_TIERS] = {0}, have = 1;
  int outermost = -1;
  for (int k = 0; k < TF_TIERS; k++) {
    double reach = floor(tiers[k].span / path->stride);
    if (reach < have) reach = have;
    if (reach > path->group) reach = path->group;
    path->tier[k] = 0;
    if (reach > have) {
      double rate = tiers[k].rate * tiers[k].exchange * tier_share(&tiers[k], reach * path->stride);
      double part = (reach - have) / path->group;
      if (path->copies > 0) {
        /* All copies are handed on inside; across goes one for each machine. */
        double machines = machines_reached(path->group / have, path->copies, path->within);
        if (have == 1) part = (reach - 1) / reach;
        else if (machines < path->copies) part *= machines / path->copies;
      }
      transfer[k] = path->bytes * part / rate;
      path->tier[k] = ceil(log2(ceil(reach / have))) * tiers[k].latency;
      outermost = k;
    }
    have = reach;
  }
  return side_by_side(path, tiers, outermost, transfer);
}

void tf_trace_collectives(tf_path *paths, const int *collective, size_t count, const tf_tier tiers[TF_TIERS]) {
  for (size_t i = 0; i < count; i++) {
    for (int k = 0; k < TF_TIERS; k++) paths[i].tier[k] = 0;
    if (paths[i].group <= 1 || paths[i].bytes <= 0) continue;
    if (collective[i] == TF_ALL_REDUCE) {
      tf_all_reduce_naive(&paths[i], tiers);
    } else if (collective[i] == TF_SEND) {
      tf_send_naive(&paths[i], tiers);
    } else if (collective[i] == TF_ALL_TO_ALL) {
      tf_exchange_naive(&paths[i], tiers);
    } else {
      tf_scatter_naive(&paths[i], tiers);
    }
  }
}

void tf_collective_times_naive(double *times, const int *collective, const double *group, const double *stride,
                               const double *bytes, const double *copies, const double *within, size_t count,
                               const tf_tier tiers[TF_TIERS]) {
  for (size_t i = 0; i < count; i++) {
    tf_path path = {
        .group = group[i], .stride = stride[i], .bytes = bytes[i], .copies = copies[i], .within = within[i]};
    tf_trace_collectives(&path, &collective[i], 1, tiers);
    times[i] = 0;
    for (int k = 0; k < TF_TIERS; k++) times[i] += path.tier[k];
  }
}
