/* What the fullest device of a plan holds. Branch-free. */
#ifndef TRAINFARE_HOLDINGS_H
#define TRAINFARE_HOLDINGS_H

#include "gradients.h"

/* Bytes by kind, of the first stage, the second or the last: whichever holds most. The first has most micro-batches in
 * flight, the last the logits; a stage between may hold more layers than the first, for one micro-batch fewer. */
#define TF_HELD(name, column, words) double name;
typedef struct {
  TF_MEMORY_PARTS(TF_HELD)
} holdings;
#undef TF_HELD

TF_INLINE holdings holdings_of(const tf_block *s, const tf_machine *g, const stages *st, const stage_parameters *n,
                               const copies *c, double p, double v, double data, double z, double m, double chunked,
                               const int tabled) {
  const double in_flight_first = TF_MIN(m, chunked > 0 ? p + (p - 1) / v : p);
  const double in_flight_last = TF_MIN(m, chunked > 0 ? ((v - 1) * p + 1) / v : 1.0);
  const double in_flight_second = TF_MIN(m, chunked > 0 ? (v * p + p - 3) / v : p - 1);
  const double first_activations = st->first_layers * s->layer_activation * in_flight_first +
                                   s->embedding_activation * in_flight_first;
  const double last_activations = st->last_layers * s->layer_activation * in_flight_last +
                                  st->alone * s->embedding_activation;
  const double second_activations = st->middle_layers * s->layer_activation * in_flight_second;
  const double held_weights = g->weight_bytes / (z > 2 ? c->together : 1.0);
  const double held_gradients = s->trained * g->gradient_bytes / (z > 1 ? c->together : 1.0);
  const double held_states = s->trained * g->optimizer_state_bytes / c->shards;
  const double per_parameter = held_weights + held_gradients + held_states;
  const double gathered = z > 2 ? 2 * s->layer_parameters * g->weight_bytes : 0.0;

  const double first_total = n->first * per_parameter + first_activations + st->alone * s->head_logits;
  const double last_total = n->last * per_parameter + last_activations + s->head_logits;
  const double second_total = p > 2 ? n->middle * per_parameter + second_activations : 0.0;
  const double edge_total = TF_MAX(first_total, last_total);
  const int fuller_middle = second_total > edge_total;
  const int fuller_last = last_total > first_total;
  const double edge_held = fuller_last ? n->last : n->first;
  const double held = fuller_middle ? n->middle : edge_held;
  const double edge_activations = fuller_last ? last_activations : first_activations;
  const double edge_logits = fuller_last ? s->head_logits : st->alone * s->head_logits;

  holdings h;
  h.weights = held * held_weights;
  h.gradients = held * held_gradients;
  h.optimizer = held * held_states;
  h.activations = fuller_middle ? second_activations : edge_activations;
  h.logits = fuller_middle ? 0.0 : edge_logits;
  h.workspace = s->workspace + gathered;
  h.reserve = g->memory_reserve;
  if (tabled) {
    h.weights += s->table_weights / data;
    h.optimizer += s->table_states / data;
  }
  return h;
}

#endif
