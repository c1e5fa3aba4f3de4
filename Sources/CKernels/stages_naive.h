/* How the naive twin deals layers to stages, and what a stage has: walked layer by layer. */
#ifndef TRAINFARE_STAGES_NAIVE_H
#define TRAINFARE_STAGES_NAIVE_H

#include "naive.h"

#include <math.h>

/* One plan being worked out: what it is, and where terms are noted. */
typedef struct {
  const tf_block *s;
  const tf_machine *g;
  double p, v, D, z, shard, schedule, m;
  tf_trace *trace; /* NULL: nobody asks */
} question;

typedef struct {
  int index, other;               /* of the stage, and of the second one that its rank holds, or the same again */
  double layers, embedding, head; /* what a stage holds: layers, and 0 or 1 of the ends; of two the mean */
} stage;

static stage single_stage(const question *q, int index) {
  double p = q->p, base = ceil(q->s->layers / (p * q->v)), missing = base * p * q->v - q->s->layers;
  stage st = {index, index, base * q->v, index == 0, index == (int)p - 1};
  if (index == (int)p - 1) {
    if (missing > 0) st.layers -= 1;
  } else if (index == 0) {
    if (missing > 1) st.layers -= 1;
  } else if (missing - 2 >= index) {
    st.layers -= 1; /* the deficit left goes to stages 1, 2, … */
  }
  return st;
}

/* Stages of a pipeline that each rank holds. */
static int stages_on_a_rank(const question *q) { return q->g->dual > 0 && q->p > 1 ? 2 : 1; }

/* What a rank holds: a stage, or one from each end, through either of which half of the micro-batches go. */
static stage stage_at(const question *q, int index) {
  stage st = single_stage(q, index);
  if (stages_on_a_rank(q) == 1) return st;
  stage other = single_stage(q, (int)q->p - 1 - index);
  return (stage){index, other.index, (st.layers + other.layers) / 2, (st.embedding + other.embedding) / 2,
                 (st.head + other.head) / 2};
}

/* Kinds of layers: one, unless the block says otherwise. */
static int kinds_of(const question *q) { return q->s->mixture ? (int)q->s->mixture->kind_count : 1; }

static tf_layer kind_at(const question *q, int kind) {
  return q->s->mixture ? q->s->mixture->kinds[kind] : q->s->layer;
}

/* How many layers of a kind a stage has, of two the mean. Layers are dealt to chunks in order, chunks to stages in turn. */
static double layers_of(const question *q, stage st, int kind) {
  const tf_mixture *mixture = q->s->mixture;
  if (!mixture) return st.layers;
  int chunks = (int)(q->p * q->v), layers = (int)q->s->layers, next = 0, found = 0;
  int base = (int)ceil((double)layers / chunks), missing = base * chunks - layers;
  double first = (double)mixture->ends.first, last = (double)mixture->ends.last;
  int by_hand = chunks > 1 && first + last <= layers; /* TF_EVEN is more than all layers */
  for (int chunk = 0; chunk < chunks; chunk++) {
    int size = base;
    if (by_hand) {
      size = (int)(chunk == 0 ? first : chunk == chunks - 1 ? last : floor((layers - first - last) / (chunks - 2)));
    } else if (chunk == chunks - 1) {
      if (missing > 0) size--;
    } else if (chunk == 0) {
      if (missing > 1) size--;
    } else if (chunk <= missing - 2) {
      size--;
    }
    for (int i = 0; i < size; i++, next++) {
      int own = mixture->order[next] + (i < (int)mixture->recomputed ? 0 : mixture->spared);
      if (own == kind) found += (chunk % (int)q->p == st.index) + (chunk % (int)q->p == st.other);
    }
  }
  return found / 2.0;
}

static double layer_time(tf_layer l) {
  return l.forward + l.backward + l.recompute + l.tensor + l.context + l.exchange + l.host_forward + l.host_backward;
}

/* What a stage takes more for a micro-batch with no other beside it. */
static double alone_time(const question *q, stage st) {
  double time = 0;
  for (int k = 0; k < kinds_of(q); k++) time += layers_of(q, st, k) * kind_at(q, k).exchange_alone;
  return time;
}

static double stage_time(const question *q, stage st) {
  const tf_block *s = q->s;
  double time = st.embedding * (s->embedding_forward + s->embedding_backward + s->embedding_tensor) +
                st.head * (s->head_forward + s->head_backward + s->head_tensor);
  for (int k = 0; k < kinds_of(q); k++) time += layers_of(q, st, k) * layer_time(kind_at(q, k));
  return time;
}

static double dense_parameters(const question *q, stage st) {
  const tf_block *s = q->s;
  double sum = st.embedding * s->embedding_parameters +
               st.head * (s->head_parameters + (q->p > 1 ? s->tied_parameters : 0));
  for (int k = 0; k < kinds_of(q); k++) sum += layers_of(q, st, k) * kind_at(q, k).parameters;
  return sum;
}

static double expert_parameters(const question *q, stage st) {
  double sum = 0;
  for (int k = 0; k < kinds_of(q); k++) sum += layers_of(q, st, k) * kind_at(q, k).expert_parameters;
  return sum;
}

static double kept_bytes(const question *q, stage st) {
  double sum = 0;
  for (int k = 0; k < kinds_of(q); k++) sum += layers_of(q, st, k) * kind_at(q, k).activation;
  return sum;
}

typedef struct {
  stage slow;
  double time, alone, all; /* of the slowest stage; what it takes more by itself; of all */
  double parameters, experts; /* of the fullest */
} stages;

/* Later stages win ties of edges over the middle, as the kernel's do. */
static stages stages_of(const question *q) {
  stages st = {.slow = stage_at(q, (int)q->p - 1)};
  if (stage_time(q, stage_at(q, 0)) > stage_time(q, st.slow)) st.slow = stage_at(q, 0);
  double most = -1;
  for (int k = 0; k < (int)q->p; k++) {
    stage one = stage_at(q, k);
    double time = stage_time(q, one), dense = dense_parameters(q, one), experts = expert_parameters(q, one);
    st.all += time;
    if (time > stage_time(q, st.slow)) st.slow = one;
    if (dense + experts > most) {
      most = dense + experts;
      st.parameters = dense;
      st.experts = experts;
    }
  }
  st.time = stage_time(q, st.slow);
  st.alone = alone_time(q, st.slow);
  return st;
}

/* Parameters that some ranks hold copies of, and what their gradients may hide behind. */
typedef struct {
  double parameters, trained; /* of the fullest stage, on a device; the share that is trained */
  double ranks, together;     /* that hold the same, and of them those that share one sharded copy */
  double stride, share;       /* between them; of the time that all gradients may hide behind */
} held_by;

#endif
