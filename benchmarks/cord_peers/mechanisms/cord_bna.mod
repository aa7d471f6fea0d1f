TITLE Sodium current of the superficial dorsal horn (Melnick 2004)
: I = gbar m^3 h (V - ena); `speed` is the factor of temperature

NEURON {
    THREADSAFE
    SUFFIX cord_bna
    USEION na READ ena WRITE ina
    RANGE gbar, speed
    RANGE minf, hinf, mspeed, hspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER {
    gbar = 0 (S/cm2)
    speed = 1
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
    m' = (minf - m) * mspeed * speed
    h' = (hinf - h) * hspeed * speed
}

PROCEDURE rates(v (mV)) {
    LOCAL a, b
    TABLE minf, hinf, mspeed, hspeed FROM -130 TO 120 WITH 2500
    a = 0.182 * linoid(-v - 28, 9)
    b = 0.124 * linoid(v + 28, 9)
    minf = a / (a + b)
    mspeed = a + b
    hinf = 1 / (1 + exp((v + 64) / 9))
    hspeed = 0.061 * linoid(-v - 35, 3) + 0.0166 + 0.0018 * linoid(v + 71, 18)
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
