/* What a step and the memory of a device are made of: one line a part, and everywhere else follows from here. The
 * kernel's columns, the sums, the rows of reports, the columns of files and the tests walk these lists.
 *
 * PART(name, column, words): the C name; the column of result files; what it is called in a sentence. */
#ifndef TRAINFARE_PARTS_H
#define TRAINFARE_PARTS_H

/* Seconds of a step on its slowest stage. They add up to it in this order. */
#define TF_STEP_PARTS(PART)                                       \
  PART(compute, "compute_s", "compute")                           \
  PART(recompute, "recompute_s", "recompute")                     \
  PART(tensor, "tp_comm_s", "tensor communication")               \
  PART(context, "cp_comm_s", "context communication")             \
  PART(exchange, "ep_comm_s", "expert communication")             \
  PART(pipeline, "pp_comm_s", "pipeline communication")           \
  PART(data, "dp_comm_s", "data communication")                   \
  PART(bubble, "bubble_s", "pipeline bubble")                     \
  PART(optimizer, "optimizer_s", "optimizer")                     \
  PART(host, "host_s", "host")                                    \
  PART(straggling, "straggling_s", "straggling")

/* What is expected beyond the kernel's step, and what stands around it: no kernel fills these. */
#define TF_OPERATING_PARTS(PART)                                     \
  PART(own, "own_runs_s", "own runs")                             \
  PART(untried, "untried_s", "untried plan")                      \
  PART(input, "input_wait_s", "input")                            \
  PART(checkpoint, "checkpoint_stall_s", "checkpoints")

/* Bytes of the fullest device. */
#define TF_MEMORY_PARTS(PART)                                     \
  PART(weights, "memory_weights_bytes", "weights")                \
  PART(gradients, "memory_gradients_bytes", "gradients")          \
  PART(optimizer, "memory_optimizer_bytes", "optimizer")          \
  PART(activations, "memory_activations_bytes", "activations")    \
  PART(logits, "memory_logits_bytes", "logits")                   \
  PART(workspace, "memory_workspace_bytes", "workspace")          \
  PART(reserve, "memory_reserve_bytes", "reserve")

#define TF_STEP_PART(name, column, words) TF_STEP_##name,
#define TF_MEMORY_PART(name, column, words) TF_MEMORY_##name,

/* Places of the parts; those around a step follow its own. */
enum { TF_STEP_PARTS(TF_STEP_PART) TF_STEP_PART_COUNT, TF_LAST_STEP_PART = TF_STEP_PART_COUNT - 1,
       TF_OPERATING_PARTS(TF_STEP_PART) TF_ALL_STEP_PARTS };
enum { TF_MEMORY_PARTS(TF_MEMORY_PART) TF_MEMORY_PART_COUNT };

#undef TF_STEP_PART
#undef TF_MEMORY_PART

/* Of a part at its place: its name here, its column in files, what it is called. */
typedef struct {
  const char *name, *column, *words;
} tf_part;

extern const tf_part tf_step_parts[TF_ALL_STEP_PARTS];
extern const tf_part tf_memory_parts[TF_MEMORY_PART_COUNT];

#endif
