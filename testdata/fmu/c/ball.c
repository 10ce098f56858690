/* What can be told in closed form: a ball that bounces (state events that set
   states anew), a ramp whose slope turns every second (time events), and a
   count of steps of the integrator beyond which it asks for an event (step
   events). Its parameter trouble
   makes it a bad neighbour; with -DMISSING it needs a library that is missing. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "fmi2.h"

enum { TIME, H, V, X, D_H, D_V, D_X, RESTITUTION, TROUBLE_AT, NR };
enum { BOUNCES, STEP_EVENTS, TROUBLE, NI }; /* trouble: 1 crash, 2 endless, 3 exit, 4 discard, 5 noise, 6 odd log, 7 chatter */

typedef struct {
  double r[NR];
  int i[NI], steps, falling, slope;
  const fmi2CallbackFunctions *cb;
} Ball;

#ifdef MISSING
extern int glasstwin_absent(void);
int (*needed)(void) = glasstwin_absent;
#endif

/* As exporters do that link a SUNDIALS of their own: it must be this one that is
   called, whatever the importer has loaded. */
API int CVode(int answer) { return answer + 1; }

static void trouble(Ball *b) {
  if (b->i[TROUBLE] == 0 || b->r[TIME] < b->r[TROUBLE_AT]) return;
  switch (b->i[TROUBLE]) {
  case 1: b->cb->logger(b->cb->environment, "ball", fmi2Error, "last words", "about to fall through the floor"); *(volatile int *)8 = 1; break;
  case 2: for (volatile long k = 0;; k++); break;
  case 3: exit(7);
  case 5: for (int k = 0; k < 1000; k++) printf("%0200d noise on standard output\n", k); fflush(stdout); break;
  case 6: b->cb->logger(b->cb->environment, "ball", fmi2Warning, "odd", "%s and %s and %d %5.2f %n %z %*d", (char *)16, "text", -3, 2.5); b->i[TROUBLE] = 0; break;
  }
}

static void derive(Ball *b) {
  trouble(b);
  b->r[D_H] = CVode(41) == 42 ? b->r[V] : 1e9;
  b->r[D_V] = -9.81;
  b->r[D_X] = b->slope;
}

API const char *fmi2GetTypesPlatform(void) { return "default"; }
API const char *fmi2GetVersion(void) { return "2.0"; }
API fmi2Status fmi2SetDebugLogging(fmi2Component c, fmi2Boolean on, size_t n, const fmi2String categories[]) { return fmi2OK; }
API fmi2Component fmi2Instantiate(fmi2String name, int kind, fmi2String guid, fmi2String resources, const fmi2CallbackFunctions *cb, fmi2Boolean visible, fmi2Boolean log) {
  if (strcmp(guid, "ball") != 0) { cb->logger(NULL, name, fmi2Error, "logStatusError", "wrong guid %s", guid); return NULL; }
  Ball *b = cb->allocateMemory(1, sizeof *b);
  b->cb = cb;
  b->r[H] = 1; b->r[RESTITUTION] = 0.7; b->slope = 1;
  /* The resources folder is where it is said to be. */
  char path[4096];
  snprintf(path, sizeof path, "%s/table.txt", strncmp(resources, "file://", 7) ? resources : resources + 7);
  if (access(path, R_OK) != 0) { cb->logger(NULL, name, fmi2Error, "logStatusError", "no table at %s", path); return NULL; }
  return b;
}
API void fmi2FreeInstance(fmi2Component c) { ((Ball *)c)->cb->freeMemory(c); }
API fmi2Status fmi2SetupExperiment(fmi2Component c, fmi2Boolean td, fmi2Real tol, fmi2Real t0, fmi2Boolean sd, fmi2Real t1) { ((Ball *)c)->r[TIME] = t0; return fmi2OK; }
API fmi2Status fmi2EnterInitializationMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2ExitInitializationMode(fmi2Component c) { ((Ball *)c)->falling = 1; derive(c); return fmi2OK; }
API fmi2Status fmi2Terminate(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2Reset(fmi2Component c) { return fmi2OK; }

#define ACCESS(NAME, TYPE, FIELD, MOST)                                                                        \
  API fmi2Status fmi2Get##NAME(fmi2Component c, const fmi2ValueReference vr[], size_t n, TYPE v[]) {           \
    for (size_t k = 0; k < n; k++) { if (vr[k] >= MOST) return fmi2Error; v[k] = ((Ball *)c)->FIELD[vr[k]]; }  \
    return fmi2OK;                                                                                             \
  }                                                                                                            \
  API fmi2Status fmi2Set##NAME(fmi2Component c, const fmi2ValueReference vr[], size_t n, const TYPE v[]) {     \
    for (size_t k = 0; k < n; k++) { if (vr[k] >= MOST) return fmi2Error; ((Ball *)c)->FIELD[vr[k]] = v[k]; }  \
    return fmi2OK;                                                                                             \
  }
ACCESS(Real, fmi2Real, r, NR)
ACCESS(Integer, fmi2Integer, i, NI)
API fmi2Status fmi2GetBoolean(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2Boolean v[]) { return n ? fmi2Error : fmi2OK; }
API fmi2Status fmi2SetBoolean(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2Boolean v[]) { return n ? fmi2Error : fmi2OK; }
API fmi2Status fmi2GetString(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2String v[]) { return n ? fmi2Error : fmi2OK; }
API fmi2Status fmi2SetString(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2String v[]) { return n ? fmi2Error : fmi2OK; }

API fmi2Status fmi2EnterEventMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2NewDiscreteStates(fmi2Component c, fmi2EventInfo *e) {
  Ball *b = c;
  memset(e, 0, sizeof *e);
  if (b->r[H] <= 1e-9 && b->r[V] < 0) {
    b->r[H] = 0;
    b->r[V] = -b->r[RESTITUTION] * b->r[V];
    b->i[BOUNCES]++;
    e->valuesOfContinuousStatesChanged = 1;
    e->newDiscreteStatesNeeded = 1; /* to see that iteration keeps the flag of a round before */
  }
  if (b->steps >= 50) { b->steps = 0; b->i[STEP_EVENTS]++; }
  b->slope = (long)floor(b->r[TIME] + 1e-9) % 2 ? -1 : 1;
  e->nextEventTimeDefined = 1;
  e->nextEventTime = floor(b->r[TIME] + 1e-9) + 1;
  if (b->i[TROUBLE] == 7 && b->r[TIME] >= b->r[TROUBLE_AT]) e->nextEventTime = b->r[TIME];
  return fmi2OK;
}
API fmi2Status fmi2EnterContinuousTimeMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2CompletedIntegratorStep(fmi2Component c, fmi2Boolean prior, fmi2Boolean *event, fmi2Boolean *end) {
  Ball *b = c;
  *event = ++b->steps >= 50;
  *end = 0;
  return fmi2OK;
}
API fmi2Status fmi2SetTime(fmi2Component c, fmi2Real t) { ((Ball *)c)->r[TIME] = t; return fmi2OK; }
API fmi2Status fmi2SetContinuousStates(fmi2Component c, const fmi2Real x[], size_t n) { memcpy(((Ball *)c)->r + H, x, n * sizeof *x); return fmi2OK; }
API fmi2Status fmi2GetContinuousStates(fmi2Component c, fmi2Real x[], size_t n) { memcpy(x, ((Ball *)c)->r + H, n * sizeof *x); return fmi2OK; }
API fmi2Status fmi2GetDerivatives(fmi2Component c, fmi2Real d[], size_t n) { derive(c); memcpy(d, ((Ball *)c)->r + D_H, n * sizeof *d); return fmi2OK; }
API fmi2Status fmi2GetEventIndicators(fmi2Component c, fmi2Real z[], size_t n) { Ball *b = c; z[0] = b->r[H] + (b->r[H] == 0 && b->r[V] > 0 ? 1e-12 : 0); return fmi2OK; }
API fmi2Status fmi2GetNominalsOfContinuousStates(fmi2Component c, fmi2Real x[], size_t n) { for (size_t k = 0; k < n; k++) x[k] = 1; return fmi2OK; }

API fmi2Status fmi2DoStep(fmi2Component c, fmi2Real t, fmi2Real size, fmi2Boolean prior) {
  Ball *b = c;
  double end = t + size;
  b->r[TIME] = t;
  derive(b);
  if (b->i[TROUBLE] == 4 && t < b->r[TROUBLE_AT] && end > b->r[TROUBLE_AT]) { b->r[TIME] = b->r[TROUBLE_AT]; b->r[X] += b->slope * (b->r[TROUBLE_AT] - t); return fmi2Discard; }
  b->r[X] += b->slope * size;
  b->r[TIME] = end;
  return fmi2OK;
}
API fmi2Status fmi2CancelStep(fmi2Component c) { return fmi2Error; }
API fmi2Status fmi2GetStatus(fmi2Component c, int kind, fmi2Status *v) { return fmi2Discard; }
API fmi2Status fmi2GetRealStatus(fmi2Component c, int kind, fmi2Real *v) { *v = ((Ball *)c)->r[TIME]; return fmi2OK; }
API fmi2Status fmi2GetBooleanStatus(fmi2Component c, int kind, fmi2Boolean *v) { *v = 0; return fmi2OK; }
