#include "dispatch.h"

#include "collectives.h"

double tf_sent_once(double places, double copies, double within) { return once_a_machine(places, copies, within); }

void tf_collective_times(double *times, const int *collective, const double *group, const double *stride,
                         const double *bytes, const double *copies, const double *within, size_t count,
                         const tf_tier tiers[TF_TIERS]) {
  for (size_t i = 0; i < count; i++) {
    double latency[3], inverse[2], time = 0;
    if (group[i] > 1 && bytes[i] > 0) {
      if (collective[i] == TF_SEND) {
        send_cost(group[i], stride[i], tiers, 0, latency, inverse);
        time = latency[0] + bytes[i] * inverse[0];
      } else if (collective[i] == TF_ALL_TO_ALL) {
        exchange_cost(group[i], stride[i], copies[i], within[i], tiers, latency, inverse);
        time = latency[0] + bytes[i] * inverse[0];
      } else {
        scatter_cost(group[i], stride[i], tiers, 0, latency, inverse);
        time = collective[i] == TF_ALL_REDUCE ? all_reduce_time(bytes[i], latency, inverse)
                                              : latency[0] + bytes[i] * inverse[0];
      }
    }
    times[i] = time;
  }
}
