TITLE Delayed-rectifier potassium current of a spike, the kinetics of Traub and Miles (1991)
: I = gbar n^4 (V - ek), rates as functions of u = V - vt

NEURON {
    THREADSAFE
    SUFFIX cord_k
    USEION k READ ek WRITE ik
    RANGE gbar, vt
    RANGE ninf, nspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER {
    gbar = 0 (S/cm2)
    vt = -55 (mV)
}

ASSIGNED {
    v (mV) ek (mV) ik (mA/cm2) celsius (degC)
    ninf nspeed (/ms)
}

STATE { n }

INITIAL {
    rates(v - vt)
    n = ninf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * n * n * n * n * (v - ek)
}

DERIVATIVE states {
    rates(v - vt)
    n' = (ninf - n) * nspeed
}

PROCEDURE rates(u (mV)) {
    LOCAL a, b
    TABLE ninf, nspeed DEPEND celsius FROM -80 TO 170 WITH 2500
    a = 0.032 * linoid(15 - u, 5)
    b = 0.5 * exp((10 - u) / 40)
    ninf = a / (a + b)
    nspeed = 3 ^ ((celsius - 36) / 10) * (a + b)
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
