TITLE A-type potassium current of the superficial dorsal horn (Medlock 2022)
: I = gbar n l (V - ek)

NEURON {
    THREADSAFE
    SUFFIX cord_ka
    USEION k READ ek WRITE ik
    RANGE gbar
    RANGE ninf, linf, nspeed, lspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER { gbar = 0 (S/cm2) }

ASSIGNED {
    v (mV) ek (mV) ik (mA/cm2) celsius (degC)
    ninf linf nspeed (/ms) lspeed (/ms)
}

STATE { n l }

INITIAL {
    rates(v)
    n = ninf
    l = linf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * n * l * (v - ek)
}

DERIVATIVE states {
    rates(v)
    n' = (ninf - n) * nspeed
    l' = (linf - l) * lspeed
}

PROCEDURE rates(v (mV)) {
    LOCAL kappa, q, e
    TABLE ninf, linf, nspeed, lspeed DEPEND celsius FROM -130 TO 120 WITH 2500
    kappa = 1e-3 * 96480 / (8.315 * (celsius + 273.16))
    q = 3 ^ ((celsius - 30) / 10)
    ninf = 1 / (1 + exp(-5 * kappa * (v + 45)))
    nspeed = 0.04 * q * (1 + exp(-4 * kappa * (v + 45))) / exp(-1.8 * kappa * (v + 45))
    linf = 1 / (1 + exp(4 * kappa * (v + 67)))
    e = exp(2 * kappa * (v + 67))
    lspeed = 0.023 * q * (1 + e) / e
}
