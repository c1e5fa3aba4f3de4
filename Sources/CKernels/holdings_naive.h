/* What the fullest device of a plan holds, told term by term. */
#ifndef TRAINFARE_HOLDINGS_NAIVE_H
#define TRAINFARE_HOLDINGS_NAIVE_H

#include "terms_naive.h"

static double held(const question *q, int part, const char *what, const char *formula, double bytes) {
  return noted(q, (tf_term){.part = part, .is_memory = 1, .what = what, .formula = formula, .times = 1, .amount = bytes});
}

/* One moment of backward: what a stage has beside weights and states. */
typedef struct {
  double gradients, activations, loss, work;
  int accumulates;
} moment;

/* When the loss is worked out or the first layer goes back, all activations are there, and of gradients those of micro-batches before;
 * when the last layer goes back, all gradients are, and no activations. The fuller of the two, without the gradients and the work that
 * are told for themselves. */
static double on_top(moment t) {
  double beyond = t.activations + fmax(t.loss - t.work, 0) - (t.accumulates ? 0 : t.gradients);
  return fmax(beyond, 0);
}

/* What the fullest stage holds: the first, the last, and of those between the one with the most parameters and bytes kept, with as many
 * micro-batches in flight as the second. */
static double memory(const question *q, const tf_results *r, size_t i, held_by dense_held, held_by experts_held) {
  const tf_block *s = q->s;
  const tf_machine *g = q->g;
  double p = q->p, v = q->v, z = q->z, m = q->m, best = -1, activations = 0, logits = 0, parameters = 0, experts = 0;
  stage middle = stage_at(q, 1);
  double most = -1;
  for (int k = 1; k < (int)p - 1; k++) {
    stage one = stage_at(q, k);
    double size = dense_parameters(q, one) + expert_parameters(q, one) + kept_bytes(q, one);
    if (size > most) {
      most = size;
      middle = one;
    }
  }
  double together = dense_held.together, spread = experts_held.together;
  double weight = g->held_weight_bytes, expert_weight = g->held_weight_bytes;
  double share = g->sharded_weight_bytes / together, expert_share = g->sharded_weight_bytes / spread;
  if (z >= 3) {
    weight = share;
    expert_weight = expert_share;
  } else if (z == 2 && g->counts_whole) {
    if (together > 1) weight += share;
    if (spread > 1) expert_weight += expert_share;
  }
  double gradient = s->trained * g->gradient_bytes / (z >= 2 ? together : 1);
  double expert_gradient = experts_held.trained * g->gradient_bytes / (z >= 2 ? spread : 1);
  tf_layer widest = {0};
  for (int k = 0; k < kinds_of(q); k++) {
    tf_layer one = kind_at(q, k);
    if (one.parameters + one.expert_parameters > widest.parameters + widest.expert_parameters) widest = one;
  }
  double largest = widest.parameters + widest.expert_parameters;
  double ends = g->counts_whole && z >= 3 ? (s->embedding_parameters + s->head_parameters) * g->weight_bytes : 0;
  double work = s->workspace + (z >= 3 ? 2 * largest * g->weight_bytes : 0) + ends;
  if (g->counts_whole && z >= 2) work += largest * (g->weight_bytes + g->sharded_reduce_bytes);
  double state = s->trained * g->optimizer_state_bytes / (z >= 1 ? together : 1);
  double expert_state = experts_held.trained * g->optimizer_state_bytes / (z >= 1 ? spread : 1);
  for (int which = 0; which < (p > 2 ? 3 : 2); which++) {
    stage st = which == 0 ? stage_at(q, 0) : which == 1 ? stage_at(q, (int)p - 1) : middle;
    double k = which == 0 ? 0 : which == 1 ? p - 1 : 1;
    /* Warm-up of stage k: Megatron's schedule. */
    double flight = q->schedule == TF_INTERLEAVED ? (2 * (p - k - 1) + (v - 1) * p + 1) / v : p - k;
    double here = stages_on_a_rank(q) * dense_parameters(q, st);
    double routed = stages_on_a_rank(q) * expert_parameters(q, st), once = kept_bytes(q, st) + st.embedding * s->embedding_activation;
    double kept = once * (flight < m ? flight : m);
    double always = here * (weight + gradient + state) + routed * (expert_weight + expert_gradient + expert_state);
    double head = st.head > 0, loss = head * (s->head_logits + ends);
    moment t = {here * gradient + routed * expert_gradient, kept, loss, work, m > 1};
    double total = always + (g->by_moment ? on_top(t) : kept + head * s->head_logits);
    if (total <= best) continue;
    best = total;
    parameters = here;
    experts = routed;
    logits = g->by_moment ? fmin(on_top(t), fmax(0, loss - work)) : head * s->head_logits;
    activations = g->by_moment ? on_top(t) - logits : kept;
  }

  r->held_weights[i] = held(q, TF_MEMORY_weights, "weights", g->counts_whole
                                ? "parameters × bytes; ÷ sharing ranks under zero 3; whole and a share of them under zero 2"
                                : "parameters × bytes; ÷ sharing ranks under zero 3",
                            parameters * weight + experts * expert_weight + s->table_weights / q->D);
  r->held_gradients[i] = held(q, TF_MEMORY_gradients, "gradients",
                              "parameters × bytes; ÷ sharing ranks from zero 2",
                              parameters * gradient + experts * expert_gradient);
  r->held_optimizer[i] = held(q, TF_MEMORY_optimizer, "optimizer",
                              "parameters × bytes of master copy and moments; ÷ sharing ranks from zero 1",
                              parameters * state + experts * expert_state + s->table_states / q->D);
  r->held_activations[i] = held(q, TF_MEMORY_activations, "activations",
                                g->by_moment ? "what layers keep for backward, beyond the gradients that take its place"
                                             : "what layers keep for backward × micro-batches in flight",
                                activations);
  r->held_logits[i] = held(q, TF_MEMORY_logits, "logits", g->by_moment ? "the head's inputs and its logits in the loss, beyond a layer's work"
                                                                     : "the head's inputs and fp32 logits, on the last stage",
                           logits);
  r->held_workspace[i] = held(q, TF_MEMORY_workspace, "workspace",
                              g->counts_whole ? "alive only inside one layer; gathered weights of two layers and the ends under "
                                             "zero 3, a layer's gradients from zero 2"
                                           : "alive only inside one layer; two layers' gathered weights under zero 3",
                              work);
  r->held_reserve[i] = held(q, TF_MEMORY_reserve, "reserve",
                            "held back by runtime, allocator and communication library", g->memory_reserve);
  return r->held_weights[i] + r->held_gradients[i] + r->held_optimizer[i] + r->held_activations[i] +
         r->held_logits[i] + r->held_workspace[i] + r->held_reserve[i];
}

#endif
