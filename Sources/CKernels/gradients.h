/* What data-parallel ranks send each other: gradients, and the parameters of sharded copies. Branch-free. */
#ifndef TRAINFARE_GRADIENTS_H
#define TRAINFARE_GRADIENTS_H

#include "collectives.h"
#include "stages.h"

/* Exposed time of communication behind a window of compute, and the slow-down it causes there. */
TF_INLINE double exposed(double time, double window, double contention) {
  double left = time > window ? time - window : 0.0;
  return left + contention * (time - left);
}

/* What a second of hidden communication slows other work by. Its bytes come and go through the device's memory and are summed by its
 * units, so they keep it busy for as long as the fastest links take for them, however long they are on their way. */
TF_INLINE double slowing(const tf_machine *g, double bytes, double time) {
  const double nearest = bytes * g->fastest_byte;
  return g->contention * (time > nearest ? nearest / time : 1.0);
}

/* How many ranks hold a copy together. */
typedef struct {
  double ranks;      /* data and context ranks, over which gradients are summed */
  double together;   /* of them, those that share one sharded copy */
  double shards;     /* 1 where nothing is sharded */
} copies;

/* `grouped` is known where it is inlined: few plans share less than all ranks. */
TF_INLINE copies copies_of(double ranks, double zero, double shard, const int grouped) {
  copies c;
  c.ranks = ranks;
  c.together = grouped ? TF_MIN(c.ranks, shard) : c.ranks;
  c.shards = zero > 0 ? c.together : 1.0;
  return c;
}

/* Calls in which gradients or weights of `parameters` go: of every layer its own where all is sharded, else of a bucket its own, which is
 * Megatron's, of 40 M parameters and of a million for each rank (docs/Model.md, "Communication"). */
TF_INLINE double calls_of(double parameters, double layers, const copies *c, double zero) {
  const double buckets = parameters / TF_MAX(40e6, 1e6 * c->ranks);
  return TF_MAX(1.0, zero > 2 && c->together > 1 ? layers : buckets);
}

/* A collective in so many calls waits in each for latencies and for its ranks. */
TF_INLINE void called(double calls, double *latency) {
  latency[0] *= calls;
  latency[1] *= calls;
  latency[2] *= calls;
}

/* Exposed time of gradients and parameters in a step.
 *
 * They travel while the device computes and while it waits for other communication or for its host, so that nothing is
 * hidden twice behind the same time. What is reduced once a step hides behind the last micro-batch, and where stages
 * are interleaved behind the bubble that follows (`drain`); what is gathered for every micro-batch hides behind each.
 * forward, backward: seconds of a micro-batch on the slowest stage. m: micro-batches. stride: ranks from one copy to the
 * next. share: of the parameters that is trained. */
TF_INLINE double gradient_time(const tf_machine *g, const copies *c, double stride, double share, double z, double m,
                               double parameters, double layers, double forward, double backward, double drain,
                               const int grouped, const int unused) {
  double latency[3], inverse[2];
  scatter_cost(c->together, stride, g->tiers, unused, latency, inverse);
  const double trained = parameters * share, calls = calls_of(trained, layers, c, z);
  called(calls, latency);
  const double gradient_volume = trained * (z > 1 ? g->sharded_reduce_bytes : g->reduce_bytes);
  const double weight_volume = z > 2 ? parameters * g->gathered_weight_bytes : trained * g->weight_bytes;
  const double reduce_scatter = latency[0] + gradient_volume * inverse[0];
  const double all_gather = latency[0] + weight_volume * inverse[0];
  double all_reduce = all_reduce_time(gradient_volume, latency, inverse), between = 0;
  const double slow_scattered = slowing(g, gradient_volume, reduce_scatter);
  const double slow_gathered = slowing(g, weight_volume, all_gather);
  double slow_between = 0;
  if (grouped) {
    double whole_latency[3], whole_inverse[2], copy_latency[3], copy_inverse[2];
    scatter_cost(c->ranks, stride, g->tiers, unused, whole_latency, whole_inverse);
    called(calls, whole_latency);
    all_reduce = all_reduce_time(gradient_volume, whole_latency, whole_inverse);
    /* Replicas of a sharded copy sum their slices. */
    const double replicas = __builtin_ceil(c->ranks / c->together);
    scatter_cost(replicas, stride * c->together, g->tiers, unused, copy_latency, copy_inverse);
    called(calls, copy_latency);
    between = replicas > 1 ? all_reduce_time(gradient_volume / c->together, copy_latency, copy_inverse) : 0.0;
    slow_between = slowing(g, 2 * gradient_volume / c->together, between);
  }
  const double slow_reduced = slowing(g, 2 * gradient_volume, all_reduce);
  const double forward_window = g->gather_overlap * forward, backward_window = g->data_overlap * (backward + drain);
  const double forward_each = g->shard_overlap * forward, backward_each = g->shard_overlap * backward;
  const double once_reduced = exposed(all_reduce, backward_window, slow_reduced);
  const double once_scattered = exposed(reduce_scatter, backward_window, slow_scattered);
  /* Replicas have what the slices, or the last micro-batch, leave of that window. */
  const double each_sent = z > 2 ? all_gather + reduce_scatter : reduce_scatter;
  const double before = z > 1 ? TF_MIN(each_sent, backward_each) : reduce_scatter;
  const double window_left = backward_window - before;
  const double once_between = exposed(between, window_left > 0 ? window_left : 0.0, slow_between);
  const double once_gathered = exposed(all_gather, forward_window, slow_gathered);
  const double each_gathered = exposed(all_gather, forward_each, slow_gathered);
  /* Weights first, then gradients behind what is left of the time. */
  const double again = z > 2 ? all_gather : 0.0;
  const double rest = backward_each > again ? backward_each - again : 0.0;
  const double each_back = exposed(again, backward_each, slow_gathered) + exposed(reduce_scatter, rest, slow_scattered);
  const double sharded = z > 2   ? m * (each_gathered + each_back) + once_between
                         : z > 1 ? m * each_back + once_between + once_gathered
                                 : once_scattered + once_between + once_gathered;
  return c->ranks > 1 ? (z > 0 ? sharded : once_reduced) : 0.0;
}

/* What was looked up in spread tables goes to the rank whose sample it is, and gradients back: all to all, by the links
 * of the tier that holds the group, with nothing to hide behind. */
TF_INLINE double lookup_time(const tf_block *s, const tf_machine *g, double data, double m) {
  double latency, inverse;
  send_cost(data, 1, g->tiers, 0, &latency, &inverse);
  const double volume = TF_MIN(data * s->exchange_pooled, s->exchange_rows);
  return 2 * m * (ceil_log2(data) * latency + (data - 1) / data * volume * inverse);
}

#endif
