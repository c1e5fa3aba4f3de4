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

/* Parameters and bytes kept a micro-batch on the first stage, on one between and on the last; of pairs of stages the means. */
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
  k.first_kept = with_partner(st, st->first_layers, st->last_layers) * s->layer.activation;
  k.middle_kept = st->middle_layers * s->layer.activation;
  k.last_kept = with_partner(st, st->last_layers, st->first_layers) * s->layer.activation;
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

/* What comes on top of weights, states, the gradients of all and a layer's work, by moment. Gradients of a step of one micro-batch
 * come while activations go, so that the larger counts; the loss is over before a layer works. */
TF_INLINE double beyond(double activations, double loss, double gradients, double present, double work) {
  const double first = activations + (present - 1) * gradients + TF_MAX(loss - work, 0.0);
  return TF_MAX(first, 0.0);
}

/* Bytes of weights for a parameter: under zero 3 a rank's share. Under zero 2 PyTorch gathers all weights once a step and keeps its share,
 * which the optimizer updates, beside them. */
TF_INLINE double weights_at(double z, double pieces, double whole, double shard, double together) {
  const double share = shard / together;
  return z > 2 ? share : whole + (z > 1 && together > 1 ? pieces * share : 0.0);
}

/* c: ranks that hold the same dense parameters; spread: the same experts. */
TF_INLINE holdings holdings_of(const tf_block *s, const tf_machine *g, const stages *st, const stage_contents *k,
                               const copies *c, const copies *spread, double expert_trained, double p, double v,
                               double data, double z, double m, double chunked, const specialty is) {
  const double in_flight_first = TF_MIN(m, chunked > 0 ? p + (p - 1) / v : p);
  const double in_flight_last = TF_MIN(m, chunked > 0 ? ((v - 1) * p + 1) / v : 1.0);
  const double in_flight_second = TF_MIN(m, chunked > 0 ? (v * p + p - 3) / v : p - 1);
  const double has_head = st->alone + st->paired; /* whether the first stage's rank does */
  const double first_activations = k->first_kept * in_flight_first + with_partner(st, 1, 0) * s->embedding_activation * in_flight_first;
  const double last_activations = k->last_kept * in_flight_last + with_partner(st, st->alone, in_flight_last) * s->embedding_activation;
  const double second_activations = k->middle_kept * in_flight_second;
  /* Bytes for a parameter of one stage, on each rank that holds so many. */
  const double stages_here = 1 + st->paired;
  const double pieces = g->counts_whole;
  const double whole_bytes = stages_here * g->held_weight_bytes, shard_bytes = stages_here * g->sharded_weight_bytes;
  const double gradient_bytes = stages_here * g->gradient_bytes, state_bytes = stages_here * g->optimizer_state_bytes;
  const double held_weights = weights_at(z, pieces, whole_bytes, shard_bytes, c->together);
  const double held_gradients = s->trained * gradient_bytes / (z > 1 ? c->together : 1.0);
  const double held_states = s->trained * state_bytes / c->shards;
  const double per_parameter = held_weights + held_gradients + held_states;
  double gathered = z > 2 ? 2 * k->widest * g->weight_bytes : 0.0;

  double first_held = k->first * per_parameter, last_held = k->last * per_parameter;
  double second_held = k->middle * per_parameter;
  double expert_weights = 0, expert_gradients = 0, expert_states = 0;
  if (is.mixed) {
    expert_weights = weights_at(z, pieces, whole_bytes, shard_bytes, spread->together);
    expert_gradients = expert_trained * gradient_bytes / (z > 1 ? spread->together : 1.0);
    expert_states = expert_trained * state_bytes / spread->shards;
    const double per_expert = expert_weights + expert_gradients + expert_states;
    first_held += k->first_experts * per_expert;
    last_held += k->last_experts * per_expert;
    second_held += k->middle_experts * per_expert;
    gathered += z > 2 ? 2 * k->widest_experts * g->weight_bytes : 0.0;
  }
  const double by = g->by_moment;
  /* Gathered once for the whole step, and what one layer's gradients take before they are shared out. */
  const double whole = pieces * (z > 2 ? (s->embedding_parameters + s->head_parameters) * g->weight_bytes : 0.0);
  const double unshared = pieces * (z > 1 ? (k->widest + k->widest_experts) * (g->weight_bytes + g->sharded_reduce_bytes) : 0.0);
  const double work = s->workspace + gathered + whole + unshared;
  const double present = m > 1 ? 1.0 : 0.0;
  const double loss = s->head_logits + whole, first_loss = has_head * loss;
  const double first_gradients = k->first * held_gradients + k->first_experts * expert_gradients;
  const double last_gradients = k->last * held_gradients + k->last_experts * expert_gradients;
  const double second_gradients = k->middle * held_gradients + k->middle_experts * expert_gradients;
  const double first_beyond = beyond(first_activations, first_loss, first_gradients, present, work);
  const double last_beyond = beyond(last_activations, loss, last_gradients, present, work);
  const double second_beyond = beyond(second_activations, 0.0, second_gradients, present, work);
  const double first_total = by > 0 ? first_held + first_beyond : first_held + first_activations + has_head * s->head_logits;
  const double last_total = by > 0 ? last_held + last_beyond : last_held + last_activations + s->head_logits;
  const double second_total = p > 2 ? second_held + (by > 0 ? second_beyond : second_activations) : 0.0;
  const double edge_total = TF_MAX(first_total, last_total);
  const int fuller_middle = second_total > edge_total;
  const int fuller_last = last_total > first_total;
  const double edge_held = fuller_last ? k->last : k->first;
  const double held = fuller_middle ? k->middle : edge_held;
  const double edge_activations = fuller_last ? last_activations : first_activations;
  const double edge_logits = fuller_last ? s->head_logits : has_head * s->head_logits;

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
  const double edge_beyond = fuller_last ? last_beyond : first_beyond;
  const double most = fuller_middle ? second_beyond : edge_beyond;
  const double edge_loss = fuller_last ? loss : first_loss;
  const double over = TF_MIN(most, TF_MAX((fuller_middle ? 0.0 : edge_loss) - work, 0.0));
  h.activations = by > 0 ? most - over : fuller_middle ? second_activations : edge_activations;
  h.logits = by > 0 ? over : fuller_middle ? 0.0 : edge_logits;
  h.workspace = work;
  h.reserve = g->memory_reserve;
  if (is.tabled) {
    h.weights += s->table_weights / data;
    h.optimizer += s->table_states / data;
  }
  return h;
}

#endif
