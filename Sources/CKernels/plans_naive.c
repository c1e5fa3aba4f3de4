/* The step and the memory of one plan, told in branches. Shares no code with plans.c and collectives.h: it is
 * what they are held to. */
#include "dispatch.h"

#include <math.h>

#include "include/plans.h"

static double tier_share(const tf_tier *t, double extent) {
  if (extent <= t->row) return t->row_share;
  if (extent <= t->plane) return t->plane_share;
  return 1;
}

/* Reduce-scatter, or one half of a tree all-reduce, of a buffer over n ranks. */
static double scatter(double n, double stride, double bytes, const tf_tier *tiers, int tree) {
  double time = 0, have = 1;
  for (int k = 0; k < TF_TIERS; k++) {
    double reach = floor(tiers[k].span / stride);
    if (reach < have) reach = have;
    if (reach > n) reach = n;
    double here = ceil(reach / have);
    if (here > 1) {
      double rate = tiers[k].rate * tier_share(&tiers[k], reach * stride);
      double steps = tree || tiers[k].logarithmic > 0 ? ceil(log2(here)) : here - 1;
      double moved = tree ? 1 : (here - 1) / here;
      time += steps * tiers[k].latency + moved * bytes / have / rate;
    }
    have = reach;
  }
  return time;
}

static double all_reduce(double n, double stride, double bytes, const tf_tier *tiers) {
  double ring = 2 * scatter(n, stride, bytes, tiers, 0), tree = 2 * scatter(n, stride, bytes, tiers, 1);
  return ring < tree ? ring : tree;
}

static const tf_tier *holding(double extent, const tf_tier *tiers) {
  for (int k = 0; k < TF_TIERS; k++)
    if (tiers[k].span >= extent) return &tiers[k];
  return &tiers[TF_TIERS - 1];
}

void tf_collective_times_naive(double *times, const int *collective, const double *group, const double *stride,
                               const double *bytes, size_t count, const tf_tier tiers[TF_TIERS]) {
  for (size_t i = 0; i < count; i++) {
    times[i] = 0;
    if (group[i] <= 1 || bytes[i] <= 0) continue;
    if (collective[i] == TF_ALL_REDUCE) {
      times[i] = all_reduce(group[i], stride[i], bytes[i], tiers);
    } else if (collective[i] == TF_SEND) {
      const tf_tier *t = holding(group[i] * stride[i], tiers);
      times[i] = t->latency + bytes[i] / t->rate;
    } else {
      times[i] = scatter(group[i], stride[i], bytes[i], tiers, 0);
    }
  }
}

typedef struct {
  double layers, embedding, head; /* what a stage holds: layers, and 0 or 1 of the ends */
} stage;

static stage stage_at(int index, const tf_block *s, double p, double v) {
  double base = ceil(s->layers / (p * v)), missing = base * p * v - s->layers;
  stage st = {base * v, index == 0, index == (int)p - 1};
  if (index == (int)p - 1) {
    if (missing > 0) st.layers -= 1;
  } else if (index == 0) {
    if (missing > 1) st.layers -= 1;
  } else if (missing - 2 >= index) {
    st.layers -= 1; /* the deficit left goes to stages 1, 2, … */
  }
  return st;
}

static double stage_time(stage st, const tf_block *s) {
  double layer = s->layer_forward + s->layer_backward + s->layer_recompute + s->layer_tensor + s->layer_context +
                 s->layer_host_forward + s->layer_host_backward;
  return st.layers * layer + st.embedding * (s->embedding_forward + s->embedding_backward + s->embedding_tensor) +
         st.head * (s->head_forward + s->head_backward + s->head_tensor);
}

static double stage_parameters(stage st, const tf_block *s, double p) {
  return st.layers * s->layer_parameters + st.embedding * s->embedding_parameters +
         st.head * (s->head_parameters + (p > 1 ? s->tied_parameters : 0));
}

static double hidden_behind(double time, double window, double contention) {
  return time > window ? time - window + contention * window : contention * time;
}

/* Gradients and parameters over `ranks`, of which `together` share one sharded copy. */
static double data_time(const tf_block *s, const tf_machine *g, stage slow, double parameters, double ranks,
                        double together, double z, double m, double drain) {
  if (ranks <= 1) return 0;
  double wait_backward = s->layer_tensor + s->layer_context - s->layer_wait_forward;
  double forward = slow.layers * (s->layer_forward + s->layer_wait_forward + s->layer_host_forward) +
                   slow.embedding * s->embedding_forward + slow.head * s->head_forward;
  double backward = slow.layers * (s->layer_backward + s->layer_recompute + wait_backward + s->layer_host_backward) +
                    slow.embedding * s->embedding_backward + slow.head * s->head_backward;
  double gradients = parameters * s->trained * g->reduce_bytes;
  double weights = parameters * (z > 2 ? 1 : s->trained) * g->weight_bytes;
  double last = g->data_overlap * (backward + drain);
  if (z == 0) return hidden_behind(all_reduce(ranks, s->tensor, gradients, g->tiers), last, g->contention);
  double reduce = scatter(together, s->tensor, gradients, g->tiers, 0);
  double gather = scatter(together, s->tensor, weights, g->tiers, 0);
  double copies = ceil(ranks / together), between = 0;
  if (copies > 1) between = all_reduce(copies, s->tensor * together, gradients / together, g->tiers);
  double gather_once = hidden_behind(gather, g->data_overlap * forward, g->contention);
  double between_once = hidden_behind(between, last, g->contention);
  if (z == 1) return hidden_behind(reduce + between, last, g->contention) + gather_once;
  double each_forward = g->shard_overlap * forward, each_backward = g->shard_overlap * backward;
  if (z == 2) return m * hidden_behind(reduce, each_backward, g->contention) + between_once + gather_once;
  return m * (hidden_behind(gather, each_forward, g->contention) +
              hidden_behind(gather + reduce, each_backward, g->contention)) + between_once;
}

static void evaluate_one(const tf_results *r, size_t i, double p, double v, double D, double z, const tf_block *s,
                         const tf_machine *g) {
  double m = floor(s->global_batch / (s->micro_batch * D)), ranks = D * s->context;
  double together = ranks < g->shard_ranks ? ranks : g->shard_ranks;

  /* Slowest stage, all stages, fullest stage. Later stages win ties of edges over the middle, as the kernel's do. */
  stage first = stage_at(0, s, p, v), last = stage_at((int)p - 1, s, p, v), slow = last;
  if (stage_time(first, s) > stage_time(slow, s)) slow = first;
  double parameters = fmax(stage_parameters(first, s, p), stage_parameters(last, s, p)), all = 0;
  for (int k = 0; k < (int)p; k++) {
    stage st = stage_at(k, s, p, v);
    all += stage_time(st, s);
    if (stage_time(st, s) > stage_time(slow, s)) slow = st;
    parameters = fmax(parameters, stage_parameters(st, s, p));
  }

  const tf_tier *hop_tier = holding(p * s->tensor * s->context * D, g->tiers);
  double hop = hop_tier->latency + s->boundary_bytes / hop_tier->rate + s->boundary_gather;
  double boundary = p > 1 ? 2 * v * (hop * (1 - g->pipeline_overlap) + g->send_time) : 0;

  r->compute[i] = m * (slow.layers * (s->layer_forward + s->layer_backward) +
                       slow.embedding * (s->embedding_forward + s->embedding_backward) +
                       slow.head * (s->head_forward + s->head_backward));
  r->recompute[i] = m * slow.layers * s->layer_recompute;
  r->tensor[i] = m * (slow.layers * s->layer_tensor + slow.embedding * s->embedding_tensor + slow.head * s->head_tensor);
  r->context[i] = m * slow.layers * s->layer_context;
  r->pipeline[i] = m * boundary;
  r->bubble[i] = fmax(0, (all + p * boundary) - (stage_time(slow, s) + boundary)) / v;
  r->data[i] = data_time(s, g, slow, parameters, ranks, together, z, m, v > 1 ? r->bubble[i] : 0);
  if (p > 1 && s->tied_parameters * s->trained > 0)
    r->data[i] += 2 * hop_tier->latency + s->tied_parameters * s->trained * g->reduce_bytes / hop_tier->rate;
  if (s->table_weights > 0 && D > 1) {
    /* Embedding rows to the ranks of their samples, and gradients back. */
    const tf_tier *tier = holding(D, g->tiers);
    double volume = fmin(s->exchange_pooled * D, s->exchange_rows);
    r->data[i] += 2 * m * (ceil(log2(D)) * tier->latency + volume * (D - 1) / D / tier->rate);
  }
  r->optimizer[i] = parameters * s->trained / (z >= 1 ? together : 1) * g->optimizer_traffic_bytes / g->optimizer_rate;
  r->host[i] = m * (slow.layers * (s->layer_host_forward + s->layer_host_backward) + g->micro_batch_time) + g->step_time;
  double doublings = ceil(log2(ceil(p * s->tensor * s->context * D / g->unit_devices)));
  r->straggling[i] = g->straggling * doublings * m * (stage_time(slow, s) + boundary + g->micro_batch_time);
  r->step[i] = r->compute[i] + r->recompute[i] + r->tensor[i] + r->context[i] + r->pipeline[i] + r->data[i] +
               r->bubble[i] + r->optimizer[i] + r->host[i] + r->straggling[i];

  double best = -1;
  stage middle = {ceil(s->layers / (p * v)) * v, 0, 0};
  /* First, last, and the second stage if there is one between. Warm-up of stage k: Megatron's schedule. */
  for (int which = 0; which < (p > 2 ? 3 : 2); which++) {
    stage st = which == 0 ? first : which == 1 ? last : middle;
    double k = which == 0 ? 0 : which == 1 ? p - 1 : 1;
    double flight = v > 1 ? (2 * (p - k - 1) + (v - 1) * p + 1) / v : p - k;
    if (flight > m) flight = m;
    double held = stage_parameters(st, s, p);
    double weights = held * g->weight_bytes / (z >= 3 ? together : 1);
    double gradients = held * s->trained * g->gradient_bytes / (z >= 2 ? together : 1);
    double states = held * s->trained * g->optimizer_state_bytes / (z >= 1 ? together : 1);
    double activations = (st.layers * s->layer_activation + st.embedding * s->embedding_activation) * flight;
    double logits = st.head * s->head_logits;
    double total = weights + gradients + states + activations + logits;
    if (total <= best) continue;
    best = total;
    r->weights[i] = weights;
    r->gradients[i] = gradients;
    r->states[i] = states;
    r->activations[i] = activations;
    r->logits[i] = logits;
  }
  best += (s->table_weights + s->table_states) / D;
  r->weights[i] += s->table_weights / D;
  r->states[i] += s->table_states / D;
  r->workspace[i] = s->workspace + (z >= 3 ? 2 * s->layer_parameters * g->weight_bytes : 0);
  r->memory[i] = best + r->workspace[i] + g->memory_reserve;
}

void tf_evaluate_plans_naive(const tf_results *results, const tf_plans *plans, size_t count, const tf_block *block,
                             const tf_machine *machine) {
  for (size_t i = 0; i < count; i++)
    evaluate_one(results, i, plans->pipeline[i], plans->interleave[i], plans->data[i], plans->zero[i], block, machine);
}
