TITLE Inactivating delayed rectifier of the superficial dorsal horn (Melnick 2004)
: I = gbar n^4 h (V - ek); `speed` is the factor of temperature

NEURON {
    THREADSAFE
    SUFFIX cord_kdri
    USEION k READ ek WRITE ik
    RANGE gbar, speed
    RANGE ninf, hinf, nspeed, hspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER {
    gbar = 0 (S/cm2)
    speed = 1
}

ASSIGNED {
    v (mV) ek (mV) ik (mA/cm2)
    ninf hinf nspeed (/ms) hspeed (/ms)
}

STATE { n h }

INITIAL {
    rates(v)
    n = ninf
    h = hinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * n * n * n * n * h * (v - ek)
}

DERIVATIVE states {
    rates(v)
    n' = (ninf - n) * nspeed * speed
    h' = (hinf - h) * hspeed * speed
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b
    TABLE ninf, hinf, nspeed, hspeed FROM -130 TO 120 WITH 2500
    a = 0.035 * linoid(-v - 15, 9)
    b = 0.014 * exp((12 - v) / 46)
    ninf = a / (a + b)
    nspeed = a + b
    a = 0.0083 * (1 + 1 / (exp((v + 20) / 10) + 1))
    b = 0.0083 / (exp(-(v + 20) / 10) + 1)
    hinf = a / (a + b)
    hspeed = a + b
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
