TITLE L-type calcium current (Aguiar 2010)
: I = pbar m^2 times the Goldman-Hodgkin-Katz flux for a permeability of 1 cm/s

NEURON {
    THREADSAFE
    SUFFIX cord_cal
    USEION ca READ cai, cao WRITE ica
    RANGE pbar
    RANGE minf, mspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (mM) = (milli/liter) }

PARAMETER { pbar = 0 (cm/s) }

ASSIGNED {
    v (mV) ica (mA/cm2) cai (mM) cao (mM) celsius (degC)
    minf mspeed (/ms)
}

STATE { m }

INITIAL {
    rates(v)
    m = minf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = pbar * m * m * flux(v, cai, cao)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m) * mspeed
}

PROCEDURE rates(v (mV)) {
    TABLE minf, mspeed DEPEND celsius FROM -130 TO 120 WITH 2500
    minf = 1 / (1 + exp(-(v + 10) / 10))
    mspeed = 3 ^ ((celsius - 23.5) / 10) * (1.6 / (1 + exp(-0.072 * (v - 5))) + 0.02 * linoid(v - 1.31, 5.36))
}

: the flux (mA/cm2), outward positive; w / (1 - exp(-w)) is taken by its series near 0
FUNCTION flux(v (mV), inside (mM), outside (mM)) {
    LOCAL w, share
    w = 1e-3 * v * 2 * 96480 / (8.314 * (celsius + 273.16))
    share = linoid(w, 1)
    flux = -1e-3 * 2 * 96480 * (outside - inside * exp(w)) * share
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
