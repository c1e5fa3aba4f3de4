/* How layers are dealt to the stages of a pipeline, and which stage sets the pace. Branch-free: a vector of plans at a
 * time. */
#ifndef TRAINFARE_STAGES_H
#define TRAINFARE_STAGES_H

#include "dispatch.h"
#include "include/plans.h"

/* Times of one micro-batch that all plans of a block share. */
typedef struct {
  double layer_work, layer_host, layer_time;   /* both ways: compute; waiting for the host; all */
  double layer_ahead, layer_back;              /* all of it, forward and backward */
  double embedding_work, embedding_time, head_work, head_time;
  double model_time;                           /* all layers and both ends */
} block_times;

TF_INLINE block_times times_of(const tf_block *s) {
  block_times t;
  t.layer_work = s->layer.forward + s->layer.backward;
  t.layer_host = s->layer.host_forward + s->layer.host_backward;
  t.layer_time = t.layer_work + s->layer.recompute + s->layer.tensor + s->layer.context + t.layer_host;
  t.embedding_work = s->embedding_forward + s->embedding_backward;
  t.embedding_time = t.embedding_work + s->embedding_tensor;
  t.head_work = s->head_forward + s->head_backward;
  t.head_time = t.head_work + s->head_tensor;
  t.layer_ahead = s->layer.forward + s->layer.wait_forward + s->layer.host_forward;
  t.layer_back = t.layer_time - t.layer_ahead;
  t.model_time = s->layers * t.layer_time + t.embedding_time + t.head_time;
  return t;
}

TF_INLINE double micro_batches(const tf_block *s, double data) {
  return __builtin_floor(s->global_batch / (s->micro_batch * data));
}

typedef struct {
  double first_layers, middle_layers, last_layers;
  double staged, alone;   /* 1: several stages; one that holds everything */
  double paired;          /* 1: each rank holds two of them, one counted from either end */
} stages;

/* What does not divide is taken from the last stage, then the first, then those between. Of pairs of stages between the ends none is whole
 * where as many are short as there are pairs. */
TF_INLINE stages stages_of(const tf_block *s, double p, double v, double dual) {
  stages st;
  st.staged = p > 1 ? 1.0 : 0.0;
  st.alone = 1 - st.staged;
  st.paired = st.staged * dual;
  const double base = __builtin_ceil(s->layers / (p * v));
  const double missing = base * p * v - s->layers;
  st.last_layers = base * v - (missing > 0 ? 1.0 : 0.0);
  st.first_layers = base * v - (missing > 1 ? 1.0 : 0.0);
  const double short_pairs = p > 2 && missing - 2 >= __builtin_ceil((p - 2) / 2) ? st.paired : 0.0;
  st.middle_layers = base * v - 0.5 * short_pairs;
  return st;
}

/* Micro-batches of a step that have no other beside them, forward or backward. The last stage waits for p − 1 of its chunks on other
 * stages, and runs (v − 1)·p + 1 of its own before one comes back; as many drain: p micro-batches, whatever v. DualPipe's first rank has
 * 3p/2 − 1, from both ends. */
TF_INLINE double alone_of(const stages *st, double p, double m) { return TF_MIN(m, p + st->paired * (0.5 * p - 1)); }

/* The stage that sets the pace. */
typedef struct {
  double time;                     /* seconds of a micro-batch */
  double layers, embedding, head;  /* what it holds: layers, and 0 or 1 of the ends; of a pair the mean */
} slowest_stage;

/* Where ranks hold two stages, every second micro-batch goes through the one and the rest through the other: in the mean a micro-batch
 * finds half of both. */
TF_INLINE double with_partner(const stages *st, double own, double other) { return own + st->paired * 0.5 * (other - own); }

TF_INLINE slowest_stage slowest_of(const stages *st, const block_times *t, double p) {
  const double first_alone = st->first_layers * t->layer_time + t->embedding_time + st->alone * t->head_time;
  const double last_alone = st->last_layers * t->layer_time + t->head_time + st->alone * t->embedding_time;
  const double first_time = with_partner(st, first_alone, last_alone);
  const double last_time = with_partner(st, last_alone, first_alone);
  const double middle_time = p > 2 ? st->middle_layers * t->layer_time : 0.0;
  const double edge_time = TF_MAX(first_time, last_time);
  const double at_edge = edge_time >= middle_time ? 1.0 : 0.0;
  const double at_last = last_time >= first_time ? at_edge : 0.0;
  const double at_first = at_edge - at_last;
  slowest_stage slow;
  slow.time = TF_MAX(edge_time, middle_time);
  slow.embedding = with_partner(st, at_first, at_last) + st->alone * at_last;
  slow.head = with_partner(st, at_last, at_first) + st->alone * at_first;
  slow.layers = at_last * with_partner(st, st->last_layers, st->first_layers) +
                at_first * with_partner(st, st->first_layers, st->last_layers) + (1 - at_edge) * st->middle_layers;
  return slow;
}

/* Parameters of the stages on one device, and of the fullest; of a pair the mean. */
typedef struct {
  double first, middle, last, fullest;
  double tie;   /* the copy of a shared embedding on the last stage */
} stage_parameters;

TF_INLINE stage_parameters parameters_of(const tf_block *s, const stages *st, double p) {
  stage_parameters n;
  n.tie = st->staged * s->tied_parameters;
  const double first = st->first_layers * s->layer.parameters + s->embedding_parameters + st->alone * s->head_parameters;
  const double last = st->last_layers * s->layer.parameters + s->head_parameters + n.tie + st->alone * s->embedding_parameters;
  n.first = with_partner(st, first, last);
  n.last = with_partner(st, last, first);
  n.middle = st->middle_layers * s->layer.parameters * (p > 2 ? 1.0 : 0.0);
  const double edge = TF_MAX(n.first, n.last);
  n.fullest = TF_MAX(edge, n.middle);
  return n;
}

#endif
