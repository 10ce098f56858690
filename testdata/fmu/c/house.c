/* A house of two zones with a heat pump, for model exchange and co-simulation.
   Each zone has its air and its mass; two-point thermostats with hysteresis
   (state events) follow set points of a schedule (time events), unless the pair
   conTSetN_u / conTSetN_activate overwrites them. Weather and tariff are
   functions of time. SI units: K, W, J, s. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "fmi2.h"

enum { /* value references of Real */
  TIME, T1, W1, T2, W2, ENERGY, DISCOMFORT, D_T1, D_W1, D_T2, D_W2, D_ENERGY, D_DISCOMFORT,
  C_AIR, C_MASS, UA_AIR, UA_MASS, UA_IN, UA_ZONES, HYS, T_DAY, T_NIGHT, Q_MAX,
  SET1_U, SET2_U, T_OUT, SUN, P_EL, Q1, Q2, PRICE, SET1, SET2, LOWER, NR
};
enum { ACT1, ACT2, ON1, ON2, NB };
enum { MODE, EVENTS, NI };
enum { STATES = 6, INDICATORS = 2, DAY = 86400 };

typedef struct {
  double r[NR];
  int b[NB], i[NI];
  char label[64];
  double next; /* time event */
  const fmi2CallbackFunctions *cb;
  char name[64];
  int exchange;
} House;

static double hour(double t) { return fmod(t, DAY) / 3600; }
static int day(double t) { double h = hour(t); return h >= 5.5 && h < 22; }

static double next_change(double t) {
  static const double at[] = {5.5 * 3600, 6 * 3600, 7 * 3600, 17 * 3600, 21 * 3600, 22 * 3600, 23 * 3600, DAY};
  double midnight = floor(t / DAY) * DAY;
  for (int k = 0; k < 8; k++)
    if (midnight + at[k] > t + 1e-6) return midnight + at[k];
  return midnight + DAY + at[0];
}

static double outside(double t) {
  double d = t / DAY;
  return 275.15 + 4.5 * sin(6.28318530718 * (d - 0.375)) + 3.0 * sin(6.28318530718 * d / 3.3) + 2.0 * sin(6.28318530718 * d / 7.1 + 1);
}

static double sun(double t) {
  double clear = 0.55 + 0.45 * sin(6.28318530718 * (t / DAY) / 2.7 + 2), high = sin(3.14159265359 * (hour(t) - 8) / 8.5);
  return hour(t) > 8 && hour(t) < 16.5 ? 420 * clear * high : 0;
}

/* What follows from the time and the discrete state within event mode. */
static void schedule(House *h) {
  double t = h->r[TIME], o = hour(t);
  h->r[PRICE] = o >= 17 && o < 21 ? 0.45 : o >= 23 || o < 6 ? 0.12 : 0.28;
  h->r[LOWER] = o >= 7 && o < 22 ? 294.15 : 289.15;
  h->i[MODE] = day(t) ? 2 : 1;
  double set = day(t) ? h->r[T_DAY] : h->r[T_NIGHT];
  h->r[SET1] = h->b[ACT1] ? h->r[SET1_U] : set;
  h->r[SET2] = h->b[ACT2] ? h->r[SET2_U] : set;
  h->next = next_change(t);
}

static double indicator(const House *h, int zone) {
  double band = h->b[ON1 + zone] ? h->r[HYS] : -h->r[HYS];
  return h->r[zone ? T2 : T1] - (h->r[SET1 + zone] + band);
}

static int thermostats(House *h) {
  int changed = 0;
  for (int z = 0; z < 2; z++) {
    double t = h->r[z ? T2 : T1], set = h->r[SET1 + z], hys = h->r[HYS];
    int on = h->b[ON1 + z] ? t < set + hys - 1e-9 : t <= set - hys + 1e-9;
    changed |= on != h->b[ON1 + z];
    h->b[ON1 + z] = on;
  }
  return changed;
}

static void derive(House *h) {
  double *r = h->r, t = r[TIME];
  r[T_OUT] = outside(t);
  r[SUN] = sun(t);
  r[Q1] = h->b[ON1] ? r[Q_MAX] : 0;
  r[Q2] = h->b[ON2] ? 0.8 * r[Q_MAX] : 0;
  double cop = 3.2 + 0.07 * (r[T_OUT] - 273.15);
  cop = cop < 1.8 ? 1.8 : cop > 5 ? 5 : cop;
  r[P_EL] = (r[Q1] + r[Q2]) / cop + 25;
  double gain = hour(t) >= 7 && hour(t) < 22 ? 250 : 90, between = r[UA_ZONES] * (r[T2] - r[T1]);
  r[D_T1] = (r[Q1] + gain + 1.6 * r[SUN] + between + r[UA_AIR] * (r[T_OUT] - r[T1]) + r[UA_IN] * (r[W1] - r[T1])) / r[C_AIR];
  r[D_W1] = (r[UA_IN] * (r[T1] - r[W1]) + r[UA_MASS] * (r[T_OUT] - r[W1]) + 1.2 * r[SUN]) / r[C_MASS];
  r[D_T2] = (r[Q2] + 0.5 * gain + 0.6 * r[SUN] - between + 0.8 * r[UA_AIR] * (r[T_OUT] - r[T2]) + 0.8 * r[UA_IN] * (r[W2] - r[T2])) / (0.8 * r[C_AIR]);
  r[D_W2] = (0.8 * r[UA_IN] * (r[T2] - r[W2]) + r[UA_MASS] * (r[T_OUT] - r[W2]) + 0.5 * r[SUN]) / (0.8 * r[C_MASS]);
  double cold1 = r[LOWER] - r[T1], cold2 = r[LOWER] - r[T2];
  r[D_DISCOMFORT] = (cold1 > 0 ? cold1 : 0) + (cold2 > 0 ? cold2 : 0);
  r[D_ENERGY] = r[P_EL];
}

API const char *fmi2GetTypesPlatform(void) { return "default"; }
API const char *fmi2GetVersion(void) { return "2.0"; }
API fmi2Status fmi2SetDebugLogging(fmi2Component c, fmi2Boolean on, size_t n, const fmi2String categories[]) { return fmi2OK; }

API fmi2Component fmi2Instantiate(fmi2String name, int kind, fmi2String guid, fmi2String resources, const fmi2CallbackFunctions *cb, fmi2Boolean visible, fmi2Boolean log) {
  if (strcmp(guid, "{2f1c4c1e-two-zones}") != 0) {
    cb->logger(cb->environment, name, fmi2Error, "logStatusError", "the guid %s is not that of this house (%d zones, %.1f m2)", guid, 2, 96.0);
    return NULL;
  }
  House *h = cb->allocateMemory(1, sizeof *h);
  if (!h) return NULL;
  h->cb = cb;
  strncpy(h->name, name, sizeof h->name - 1);
  strcpy(h->label, "two zones");
  h->exchange = kind == 0;
  double start[] = {0, 293.65, 293.15, 293.65, 293.15};
  memcpy(h->r, start, sizeof start);
  h->r[C_AIR] = 4e6; h->r[C_MASS] = 3e7; h->r[UA_AIR] = 55; h->r[UA_MASS] = 22; h->r[UA_IN] = 380; h->r[UA_ZONES] = 70;
  h->r[HYS] = 0.4; h->r[T_DAY] = 294.65; h->r[T_NIGHT] = 291.15; h->r[Q_MAX] = 5000;
  h->r[SET1_U] = h->r[SET2_U] = 294.65;
  return h;
}

API void fmi2FreeInstance(fmi2Component c) { if (c) ((House *)c)->cb->freeMemory(c); }
API fmi2Status fmi2SetupExperiment(fmi2Component c, fmi2Boolean td, fmi2Real tol, fmi2Real t0, fmi2Boolean sd, fmi2Real t1) { ((House *)c)->r[TIME] = t0; return fmi2OK; }
API fmi2Status fmi2EnterInitializationMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2ExitInitializationMode(fmi2Component c) {
  House *h = c;
  schedule(h);
  thermostats(h);
  derive(h);
  h->cb->logger(h->cb->environment, h->name, fmi2OK, "logAll", "#r%d# starts at %.2f K in %s", T1, h->r[T1], h->label);
  return fmi2OK;
}
API fmi2Status fmi2Terminate(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2Reset(fmi2Component c) { return fmi2OK; }

#define ACCESS(NAME, TYPE, FIELD, MOST)                                                                            \
  API fmi2Status fmi2Get##NAME(fmi2Component c, const fmi2ValueReference vr[], size_t n, TYPE v[]) {               \
    for (size_t k = 0; k < n; k++) { if (vr[k] >= MOST) return fmi2Error; v[k] = ((House *)c)->FIELD[vr[k]]; }     \
    return fmi2OK;                                                                                                 \
  }                                                                                                                \
  API fmi2Status fmi2Set##NAME(fmi2Component c, const fmi2ValueReference vr[], size_t n, const TYPE v[]) {         \
    for (size_t k = 0; k < n; k++) { if (vr[k] >= MOST) return fmi2Error; ((House *)c)->FIELD[vr[k]] = v[k]; }     \
    return fmi2OK;                                                                                                 \
  }
ACCESS(Integer, fmi2Integer, i, NI)
ACCESS(Boolean, fmi2Boolean, b, NB)

API fmi2Status fmi2GetReal(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2Real v[]) {
  derive(c);
  for (size_t k = 0; k < n; k++) { if (vr[k] >= NR) return fmi2Error; v[k] = ((House *)c)->r[vr[k]]; }
  return fmi2OK;
}
API fmi2Status fmi2SetReal(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2Real v[]) {
  for (size_t k = 0; k < n; k++) { if (vr[k] >= NR) return fmi2Error; ((House *)c)->r[vr[k]] = v[k]; }
  return fmi2OK;
}
API fmi2Status fmi2GetString(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2String v[]) {
  for (size_t k = 0; k < n; k++) v[k] = ((House *)c)->label;
  return fmi2OK;
}
API fmi2Status fmi2SetString(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2String v[]) {
  for (size_t k = 0; k < n; k++) strncpy(((House *)c)->label, v[k], sizeof ((House *)c)->label - 1);
  return fmi2OK;
}

/* Model exchange. */
API fmi2Status fmi2EnterEventMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2NewDiscreteStates(fmi2Component c, fmi2EventInfo *e) {
  House *h = c;
  schedule(h);
  memset(e, 0, sizeof *e);
  e->newDiscreteStatesNeeded = thermostats(h);
  e->nextEventTimeDefined = 1;
  e->nextEventTime = h->next;
  h->i[EVENTS]++;
  derive(h);
  return fmi2OK;
}
API fmi2Status fmi2EnterContinuousTimeMode(fmi2Component c) { return fmi2OK; }
API fmi2Status fmi2CompletedIntegratorStep(fmi2Component c, fmi2Boolean prior, fmi2Boolean *event, fmi2Boolean *end) { *event = *end = 0; return fmi2OK; }
API fmi2Status fmi2SetTime(fmi2Component c, fmi2Real t) { ((House *)c)->r[TIME] = t; return fmi2OK; }
API fmi2Status fmi2SetContinuousStates(fmi2Component c, const fmi2Real x[], size_t n) { memcpy(((House *)c)->r + T1, x, n * sizeof *x); return fmi2OK; }
API fmi2Status fmi2GetContinuousStates(fmi2Component c, fmi2Real x[], size_t n) { memcpy(x, ((House *)c)->r + T1, n * sizeof *x); return fmi2OK; }
API fmi2Status fmi2GetDerivatives(fmi2Component c, fmi2Real d[], size_t n) { derive(c); memcpy(d, ((House *)c)->r + D_T1, n * sizeof *d); return fmi2OK; }
API fmi2Status fmi2GetEventIndicators(fmi2Component c, fmi2Real z[], size_t n) { for (size_t k = 0; k < n; k++) z[k] = indicator(c, (int)k); return fmi2OK; }
API fmi2Status fmi2GetNominalsOfContinuousStates(fmi2Component c, fmi2Real x[], size_t n) {
  static const double nominal[STATES] = {300, 300, 300, 300, 1e7, 1e4};
  memcpy(x, nominal, n * sizeof *x);
  return fmi2OK;
}

/* Co-simulation: explicit steps of ten seconds, events between them. */
API fmi2Status fmi2DoStep(fmi2Component c, fmi2Real t, fmi2Real size, fmi2Boolean prior) {
  House *h = c;
  double end = t + size;
  h->r[TIME] = t;
  while (h->r[TIME] < end - 1e-9) {
    double now = h->r[TIME], dt = end - now < 10 ? end - now : 10;
    schedule(h);
    thermostats(h);
    derive(h);
    for (int k = 0; k < STATES; k++) h->r[T1 + k] += dt * h->r[D_T1 + k];
    h->r[TIME] = now + dt;
  }
  h->r[TIME] = end;
  schedule(h);
  thermostats(h);
  derive(h);
  return fmi2OK;
}
API fmi2Status fmi2CancelStep(fmi2Component c) { return fmi2Error; }
API fmi2Status fmi2GetStatus(fmi2Component c, int kind, fmi2Status *v) { return fmi2Discard; }
API fmi2Status fmi2GetRealStatus(fmi2Component c, int kind, fmi2Real *v) { return fmi2Discard; }
API fmi2Status fmi2GetBooleanStatus(fmi2Component c, int kind, fmi2Boolean *v) { return fmi2Discard; }
