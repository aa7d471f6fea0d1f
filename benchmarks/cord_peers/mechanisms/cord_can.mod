TITLE Calcium-activated nonspecific cation current (Aguiar 2010)
: I = gbar m^2 (V - e), which carries no calcium

NEURON {
    THREADSAFE
    SUFFIX cord_can
    USEION ca READ cai
    NONSPECIFIC_CURRENT i
    RANGE gbar, e
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (mM) = (milli/liter) }

PARAMETER {
    gbar = 0 (S/cm2)
    e = 0 (mV)
}

ASSIGNED { v (mV) i (mA/cm2) cai (mM) celsius (degC) minf mtau (ms) q }

STATE { m }

INITIAL {
    q = 3 ^ ((celsius - 22) / 10)
    rates(cai)
    m = minf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gbar * m * m * (v - e)
}

DERIVATIVE states {
    rates(cai)
    m' = (minf - m) / mtau
}

PROCEDURE rates(c (mM)) {
    LOCAL r
    r = (c / 5e-4) * (c / 5e-4)
    minf = r / (1 + r)
    mtau = 40 / (0.002 * (1 + r)) / q
    if (mtau < 0.1) { mtau = 0.1 }
}
