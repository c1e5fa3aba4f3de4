/* Stages of a pipeline whose layers are not all alike: what the arithmetic of plans needs of them, summed layer by layer once
 * for each pipeline and number of chunks. */
#ifndef TRAINFARE_MIXTURE_H
#define TRAINFARE_MIXTURE_H

#include "stages.h"

/* Whose plans they are, known where it is inlined. Few plans share less than all ranks (`grouped`), and for those that do not
 * the costs of two of three collectives fall away; few models have tables (`tabled`); most machines have two tiers
 * (`unused`); layers of many models are all alike and dense, those of others are summed stage by stage (`mixed`). */
typedef struct {
  int grouped, tabled, mixed, unused;
} specialty;

/* Sums over layers: of the slowest stage (its time with its ends), then of the fullest, then of the first, of the fullest
 * between and of the last. Where ranks hold two stages, a stage is the mean of both. */
#define TF_SUMS(SUM) \
  SUM(time) SUM(work) SUM(recompute) SUM(tensor) SUM(context) SUM(exchange) SUM(alone) SUM(host) SUM(ahead) SUM(back) \
  SUM(embedding) SUM(head) SUM(all) SUM(fullest) SUM(fullest_experts) \
  SUM(first) SUM(first_experts) SUM(first_kept) SUM(middle) SUM(middle_experts) SUM(middle_kept) \
  SUM(last) SUM(last_experts) SUM(last_kept) SUM(widest) SUM(widest_experts)

#define TF_SUM_FIELD(name) double name;
typedef struct {
  TF_SUMS(TF_SUM_FIELD)
} stage_sums;
#undef TF_SUM_FIELD

/* Plans that are worked on at a time; their sums lie in columns. */
enum { TF_SUMMED = 128 };
#define TF_SUM_COLUMN(name) double name[TF_SUMMED];
typedef struct {
  TF_SUMS(TF_SUM_COLUMN)
} summed;
#undef TF_SUM_COLUMN

TF_INLINE void add_layer(stage_sums *to, const tf_layer *l) {
  const double host = l->host_forward + l->host_backward;
  const double wait = l->tensor + l->context + l->exchange;
  const double ahead = l->forward + l->wait_forward + l->host_forward;
  const double time = l->forward + l->backward + l->recompute + wait + host;
  to->time += time;
  to->work += l->forward + l->backward;
  to->recompute += l->recompute;
  to->tensor += l->tensor;
  to->context += l->context;
  to->exchange += l->exchange;
  to->alone += l->exchange_alone;
  to->host += host;
  to->ahead += ahead;
  to->back += time - ahead;
  to->first += l->parameters;
  to->first_experts += l->expert_parameters;
  to->first_kept += l->activation;
}

/* tf_chunk_start, to be inlined. */
TF_INLINE size_t chunk_start(size_t chunk, size_t chunks, size_t layers, tf_ends ends) {
  if (chunk == chunks) return layers;
  if (ends.first <= layers && ends.last <= layers - ends.first) {
    const size_t between = chunks > 2 ? (layers - ends.first - ends.last) / (chunks - 2) : 0;
    return chunk == 0 ? 0 : ends.first + (chunk - 1) * between;
  }
  const size_t base = (layers + chunks - 1) / chunks, missing = base * chunks - layers;
  const size_t before = chunk == 0 || missing < 2 ? 0 : TF_MIN(chunk, missing - 1);
  return chunk * base - before;
}

/* How far the kind of a layer stands behind that of those that recompute, by its place in its chunk. */
TF_INLINE int32_t spared_by(const tf_mixture *mixture, size_t place) {
  return place < mixture->recomputed ? 0 : mixture->spared;
}

/* `partly` is known where it is inlined: of few plans only some layers of each chunk recompute. */
TF_INLINE stage_sums one_stage(const tf_block *s, size_t stage, size_t p, size_t v, const int partly) {
  stage_sums sums = {0};
  const size_t layers = (size_t)s->layers, chunks = p * v;
  const tf_ends ends = s->mixture->ends;
  for (size_t chunk = stage; chunk < chunks; chunk += p) {
    const size_t start = chunk_start(chunk, chunks, layers, ends), until = chunk_start(chunk + 1, chunks, layers, ends);
    for (size_t i = start; i < until; i++)
      add_layer(&sums, &s->mixture->kinds[s->mixture->order[i] + (partly ? spared_by(s->mixture, i - start) : 0)]);
  }
  sums.embedding = stage == 0 ? 1 : 0;
  sums.head = stage + 1 == p ? 1 : 0;
  return sums;
}

#define TF_SUM_MEAN(name) one.name = 0.5 * (one.name + other.name);
/* What a rank has of a micro-batch in the mean: its stage, or half of both. */
TF_INLINE stage_sums on_a_rank(const tf_block *s, size_t stage, size_t p, size_t v, double dual, const int partly) {
  stage_sums one = one_stage(s, stage, p, v, partly);
  if (dual > 0 && p > 1) {
    const stage_sums other = one_stage(s, p - 1 - stage, p, v, partly);
    TF_SUMS(TF_SUM_MEAN)
  }
  return one;
}
#undef TF_SUM_MEAN

/* Parameters and kept bytes of every stage are summed as if it were the first; here they are dealt to where they belong. */
TF_INLINE stage_sums sums_of(const tf_block *s, double pipeline, double interleave, double dual, const int partly) {
  const size_t p = (size_t)pipeline, v = (size_t)interleave;
  const double embedding = s->embedding_forward + s->embedding_backward + s->embedding_tensor;
  const double head = s->head_forward + s->head_backward + s->head_tensor;
  stage_sums slow = {.time = -1};
  double all = 0, fullest = -1, fullest_dense = 0, fullest_experts = 0, middle_size = -1;
  stage_sums first = {0}, middle = {0}, last = {0};
  for (size_t k = 0; k < p; k++) {
    stage_sums one = on_a_rank(s, k, p, v, dual, partly);
    one.time += one.embedding * embedding + one.head * head;
    all += one.time;
    const double dense = one.first + one.embedding * s->embedding_parameters +
                         one.head * (s->head_parameters + (p > 1 ? s->tied_parameters : 0.0));
    if (one.time >= slow.time) slow = one;
    if (dense + one.first_experts > fullest) {
      fullest = dense + one.first_experts;
      fullest_dense = dense;
      fullest_experts = one.first_experts;
    }
    one.first = dense;
    if (k == 0) first = one;
    if (k + 1 == p) last = one;
    /* Between the ends a stage with more parameters, or else with more to keep, stands for all. */
    if (k > 0 && k + 1 < p && dense + one.first_experts + one.first_kept > middle_size) {
      middle_size = dense + one.first_experts + one.first_kept;
      middle = one;
    }
  }
  stage_sums sums = slow;
  sums.all = all;
  sums.fullest = fullest_dense;
  sums.fullest_experts = fullest_experts;
  sums.first = first.first, sums.first_experts = first.first_experts, sums.first_kept = first.first_kept;
  sums.middle = middle.first, sums.middle_experts = middle.first_experts, sums.middle_kept = middle.first_kept;
  sums.last = last.first, sums.last_experts = last.first_experts, sums.last_kept = last.first_kept;
  for (size_t i = 0; i < s->mixture->kind_count; i++) {
    const tf_layer *l = &s->mixture->kinds[i];
    if (l->parameters + l->expert_parameters > sums.widest + sums.widest_experts) {
      sums.widest = l->parameters;
      sums.widest_experts = l->expert_parameters;
    }
  }
  return sums;
}

/* Left to the compiler whether they are inlined: made to be, either takes longer. */
static stage_sums sums_of_all(const tf_block *s, double p, double v, double dual) { return sums_of(s, p, v, dual, 0); }
static stage_sums sums_of_part(const tf_block *s, double p, double v, double dual) { return sums_of(s, p, v, dual, 1); }

/* Sums that were worked out before: plans of a batch have few pipelines, which come again and again. */
enum { TF_KNOWN = 64 };
typedef struct {
  double p[TF_KNOWN], v[TF_KNOWN];
  stage_sums sums[TF_KNOWN];
} known_sums;

TF_INLINE const stage_sums *sums_for(known_sums *known, const tf_block *s, double p, double v, double dual) {
  const size_t place = ((size_t)p * 13 + (size_t)v) % TF_KNOWN;
  if (known->p[place] != p || known->v[place] != v) {
    known->p[place] = p;
    known->v[place] = v;
    if (s->mixture->spared > 0) {
      known->sums[place] = sums_of_part(s, p, v, dual);
    } else {
      known->sums[place] = sums_of_all(s, p, v, dual);
    }
  }
  return &known->sums[place];
}

#define TF_SUM_STORE(name) to->name[i - from] = sums->name;
/* Columns of sums for plans `from` to `until`. */
static void sum_stages(summed *to, known_sums *known, const tf_plans *plans, size_t from, size_t until,
                       const tf_block *s, double dual) {
  for (size_t i = from; i < until; i++) {
    const stage_sums *sums = sums_for(known, s, plans->pipeline[i], plans->interleave[i], dual);
    TF_SUMS(TF_SUM_STORE)
  }
}
#undef TF_SUM_STORE

#endif
