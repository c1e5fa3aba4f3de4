/* What the fullest device of a plan holds. Branch-free. */
#ifndef TRAINFARE_HOLDINGS_H
#define TRAINFARE_HOLDINGS_H

#include "gradients.h"
#include "mixture.h"

/* Bytes by kind, of the first stage, the second or the last: whichever holds most. The first has most micro-batches in
 * flight, the last the logits; a stage between may hold more layers than the first, for one micro-batch fewer. */
#define TF_HELD(name, column, words) double name;
typedef struct {
  TF_MEMORY_PARTS(TF_HELD)
} holdings;
#undef TF_HELD

/* Parameters and bytes kept a micro-batch on the first stage, on one between and on the last. */
typedef struct {
  double first, first_experts, first_kept;
  double middle, middle_experts, middle_kept;
  double last, last_experts, last_kept;
  double widest, widest_experts;   /* of the largest layer */
} stage_contents;

TF_INLINE stage_contents even_contents(const tf_block *s, const stages *st, double p) {
  const stage_parameters n = parameters_of(s, st, p);
  stage_contents k = {0};
  k.first = n.first;
  k.middle = n.middle;
  k.last = n.last;
  k.first_kept = st->first_layers * s->layer.activation;
  k.middle_kept = st->middle_layers * s->layer.activation;
  k.last_kept = st->last_layers * s->layer.activation;
  k.widest = s->layer.parameters;
  return k;
}

TF_INLINE stage_contents summed_contents(const summed *restrict sums, size_t j) {
  stage_contents k;
  k.first = sums->first[j], k.first_experts = sums->first_experts[j], k.first_kept = sums->first_kept[j];
  k.middle = sums->middle[j], k.middle_experts = sums->middle_experts[j], k.middle_kept = sums->middle_kept[j];
  k.last = sums->last[j], k.last_experts = sums->last_experts[j], k.last_kept = sums->last_kept[j];
  k.widest = sums->widest[j], k.widest_experts = sums->widest_experts[j];
  return k;
}

/* c: ranks that hold the same dense parameters; spread: the same experts. */
TF_INLINE holdings holdings_of(const tf_block *s, const tf_machine *g, const stages *st, const stage_contents *k,
                               const copies *c, const copies *spread, double expert_trained, double p, double v,
                               double data, double z, double m, double chunked, const specialty is) {
  const double in_flight_first = TF_MIN(m, chunked > 0 ? p + (p - 1) / v : p);
  const double in_flight_last = TF_MIN(m, chunked > 0 ? ((v - 1) * p + 1) / v : 1.0);
  const double in_flight_second = TF_MIN(m, chunked > 0 ? (v * p + p - 3) / v : p - 1);
  const double first_activations = k->first_kept * in_flight_first + s->embedding_activation * in_flight_first;
  const double last_activations = k->last_kept * in_flight_last + st->alone * s->embedding_activation;
  const double second_activations = k->middle_kept * in_flight_second;
  const double held_weights = g->held_weight_bytes / (z > 2 ? c->together : 1.0);
  const double held_gradients = s->trained * g->gradient_bytes / (z > 1 ? c->together : 1.0);
  const double held_states = s->trained * g->optimizer_state_bytes / c->shards;
  const double per_parameter = held_weights + held_gradients + held_states;
  double gathered = z > 2 ? 2 * k->widest * g->weight_bytes : 0.0;

  double first_held = k->first * per_parameter, last_held = k->last * per_parameter;
  double second_held = k->middle * per_parameter;
  double expert_weights = 0, expert_gradients = 0, expert_states = 0;
  if (is.mixed) {
    expert_weights = g->held_weight_bytes / (z > 2 ? spread->together : 1.0);
    expert_gradients = expert_trained * g->gradient_bytes / (z > 1 ? spread->together : 1.0);
    expert_states = expert_trained * g->optimizer_state_bytes / spread->shards;
    const double per_expert = expert_weights + expert_gradients + expert_states;
    first_held += k->first_experts * per_expert;
    last_held += k->last_experts * per_expert;
    second_held += k->middle_experts * per_expert;
    gathered += z > 2 ? 2 * k->widest_experts * g->weight_bytes : 0.0;
  }
  const double first_total = first_held + first_activations + st->alone * s->head_logits;
  const double last_total = last_held + last_activations + s->head_logits;
  const double second_total = p > 2 ? second_held + second_activations : 0.0;
  const double edge_total = TF_MAX(first_total, last_total);
  const int fuller_middle = second_total > edge_total;
  const int fuller_last = last_total > first_total;
  const double edge_held = fuller_last ? k->last : k->first;
  const double held = fuller_middle ? k->middle : edge_held;
  const double edge_activations = fuller_last ? last_activations : first_activations;
  const double edge_logits = fuller_last ? s->head_logits : st->alone * s->head_logits;

  holdings h;
  h.weights = held * held_weights;
  h.gradients = held * held_gradients;
  h.optimizer = held * held_states;
  if (is.mixed) {
    const double edge_experts = fuller_last ? k->last_experts : k->first_experts;
    const double experts = fuller_middle ? k->middle_experts : edge_experts;
    h.weights += experts * expert_weights;
    h.gradients += experts * expert_gradients;
    h.optimizer += experts * expert_states;
  }
  h.activations = fuller_middle ? second_activations : edge_activations;
  h.logits = fuller_middle ? 0.0 : edge_logits;
  h.workspace = s->workspace + gathered;
  h.reserve = g->memory_reserve;
  if (is.tabled) {
    h.weights += s->table_weights / data;
    h.optimizer += s->table_states / data;
  }
  return h;
}

#endif
