TITLE Calcium-activated potassium current (Aguiar 2010)
: I = gbar m^3 (V - ek)

NEURON {
    THREADSAFE
    SUFFIX cord_kca
    USEION ca READ cai
    USEION k READ ek WRITE ik
    RANGE gbar
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) (mM) = (milli/liter) }

PARAMETER { gbar = 0 (S/cm2) }

ASSIGNED { v (mV) ek (mV) ik (mA/cm2) cai (mM) celsius (degC) minf mtau (ms) q }

STATE { m }

INITIAL {
    q = 3 ^ ((celsius - 22) / 10)
    rates(cai)
    m = minf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * m * m * m * (v - ek)
}

DERIVATIVE states {
    rates(cai)
    m' = (minf - m) / mtau
}

PROCEDURE rates(c (mM)) {
    LOCAL r
    r = (c / 1e-3) * (c / 1e-3)
    minf = r / (1 + r)
    mtau = 1 / (0.03 * (1 + r)) / q
    if (mtau < 0.1) { mtau = 0.1 }
}
