TITLE Fast sodium current of a spike, the kinetics of Traub and Miles (1991)
: I = gbar m^3 h (V - ena), rates as functions of u = V - vt

NEURON {
    THREADSAFE
    SUFFIX cord_na
    USEION na READ ena WRITE ina
    RANGE gbar, vt
    RANGE minf, hinf, mspeed, hspeed
}

UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }

PARAMETER {
    gbar = 0 (S/cm2)
    vt = -55 (mV)
}

ASSIGNED {
    v (mV) ena (mV) ina (mA/cm2) celsius (degC)
    minf hinf mspeed (/ms) hspeed (/ms)
}

STATE { m h }

INITIAL {
    rates(v - vt)
    m = minf
    h = hinf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    ina = gbar * m * m * m * h * (v - ena)
}

DERIVATIVE states {
    rates(v - vt)
    m' = (minf - m) * mspeed
    h' = (hinf - h) * hspeed
}

PROCEDURE rates(u (mV)) {
    LOCAL a, b, q
    TABLE minf, hinf, mspeed, hspeed DEPEND celsius FROM -80 TO 170 WITH 2500
    q = 3 ^ ((celsius - 36) / 10)
    a = 0.32 * linoid(13 - u, 4)
    b = 0.28 * linoid(u - 40, 5)
    minf = a / (a + b)
    mspeed = q * (a + b)
    a = 0.128 * exp((12 - u) / 18)
    b = 4 / (1 + exp((35 - u) / 5))
    hinf = a / (a + b)
    hspeed = q * (a + b)
}

FUNCTION linoid(x, y) {
    if (fabs(x / y) < 1e-6) {
        linoid = y * (1 - x / y / 2)
    } else {
        linoid = x / (exp(x / y) - 1)
    }
}
