TITLE Sodium current of the superficial dorsal horn with its opening and closing rates shifted
: I = gbar m^3 h (V - ena); the kinetics of cord_bna, a table of which a shift would outdate

NEURON {
    THREADSAFE
    SUFFIX cord_bna_shifted
    USEION na READ ena WRITE ina
    RANGE gbar, alpha_shift, beta_shift
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER {
    gbar = 0 (S/cm2)
    alpha_shift = 0 (mV)
    beta_shift = 0 (mV)
}

ASSIGNED {
    v (mV) ena (mV) ina (mA/cm2)
    minf hinf mspeed (/ms) hspeed (/ms)
}

STATE { m h }

INITIAL {
    rates(v)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ina = gbar * m * m * m * h * (v - ena)
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m) * mspeed
    h' = (hinf - h) * hspeed
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b
    a = 0.182 * linoid(-v - 28 + alpha_shift, 9)
    b = 0.124 * linoid(v + 28 + beta_shift, 9)
    minf = a / (a + b)
    mspeed = a + b
    a = 0.061 * linoid(-v - 35 + alpha_shift, 3) + 0.0166
    b = 0.0018 * linoid(v + 71 + beta_shift, 18)
    hinf = 1 / (1 + exp((v + 64) / 9))
    hspeed = a + b
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
