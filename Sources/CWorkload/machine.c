#include "../CKernels/dispatch.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../COpenBLAS/shim.h"
#include "include/machine.h"

double tw_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double tw_worked(void) {
  struct timespec worked;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
  return (double)worked.tv_sec + 1e-9 * (double)worked.tv_nsec;
}

double tw_preemptions(void) {
  struct rusage used;
  return getrusage(RUSAGE_SELF, &used) == 0 ? (double)used.ru_nivcsw : 0;
}

double tw_waited(void) {
  /* Time worked, time waited, turns: Documentation/scheduler/sched-stats of the kernel. Nanoseconds. */
  DIR *threads = opendir("/proc/self/task");
  if (!threads) return 0;
  double sum = 0;
  for (struct dirent *entry; (entry = readdir(threads));) {
    char path[300];
    unsigned long long worked, waited;
    snprintf(path, sizeof path, "/proc/self/task/%s/schedstat", entry->d_name);
    FILE *file = entry->d_name[0] == '.' ? NULL : fopen(path, "r");
    if (!file) continue;
    if (fscanf(file, "%llu %llu", &worked, &waited) == 2) sum += 1e-9 * (double)waited;
    fclose(file);
  }
  closedir(threads);
  return sum;
}

const char *tw_blas_build(void) { return openblas_get_config(); }
const char *tw_blas_core(void) { return openblas_get_corename(); }
void tw_set_threads(int threads) { openblas_set_num_threads(threads); }
int tw_threads(void) { return openblas_get_num_threads(); }

static CBLAS_TRANSPOSE turn(int turned) { return turned ? CblasTrans : CblasNoTrans; }

void tw_multiply(float *c, const float *a, const float *b, float beta, const tw_product *p) {
  cblas_sgemm(CblasRowMajor, turn(p->turned_a), turn(p->turned_b), p->m, p->n, p->k, 1, a, p->lda, b, p->ldb, beta, c,
              p->ldc);
}

void tw_multiply_double(double *c, const double *a, const double *b, double beta, const tw_product *p) {
  cblas_dgemm(CblasRowMajor, turn(p->turned_a), turn(p->turned_b), p->m, p->n, p->k, 1, a, p->lda, b, p->ldb, beta, c,
              p->ldc);
}

/* Looked up at run time: the header declares it whether or not the library has it. */
typedef void (*sbgemm)(int order, int turn_a, int turn_b, int m, int n, int k, float alpha, const unsigned short *a,
                       int lda, const unsigned short *b, int ldb, float beta, float *c, int ldc);

static sbgemm found_sbgemm(void) {
  void *symbol = dlsym(RTLD_DEFAULT, "cblas_sbgemm");
  sbgemm function;
  memcpy(&function, &symbol, sizeof function);
  return function;
}

int tw_has_bf16(void) { return found_sbgemm() != NULL; }

int tw_multiply_bf16(float *c, const unsigned short *a, const unsigned short *b, float beta, const tw_product *p) {
  sbgemm multiply = found_sbgemm();
  if (!multiply) return 0;
  multiply(CblasRowMajor, turn(p->turned_a), turn(p->turned_b), p->m, p->n, p->k, 1, a, p->lda, b, p->ldb, beta, c,
           p->ldc);
  return 1;
}
