: A potassium channel that calcium alone opens: a Hill curve and a time constant that calcium
: shortens. Numbers invented for the tests of Causalgia.
NEURON { SUFFIX sk  USEION ca READ cai  USEION k READ ek WRITE ik  RANGE gbar, half, hill }
PARAMETER { gbar = 0.001 (S/cm2)  half = 0.00033 (mM)  hill = 4.7  taumax = 6 (ms) }
ASSIGNED { v (mV) ek (mV) cai (mM) ik (mA/cm2) oinf otau }
STATE { o }
INITIAL { gating(cai) o = oinf }
BREAKPOINT { SOLVE s METHOD cnexp  ik = gbar*o*(v - ek) }
DERIVATIVE s { gating(cai) o' = (oinf - o)/otau }
PROCEDURE gating(c (mM)) {
    oinf = 1/(1 + (half/c)^hill)
    otau = taumax/(1 + sqrt(c/half)) + 1
}
