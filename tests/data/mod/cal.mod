: A high-threshold calcium channel with the current of Goldman, Hodgkin and Katz, activation
: squared, an inactivation that calcium brings about. Numbers invented for the tests of Causalgia.
NEURON {
    SUFFIX cal
    USEION ca READ cai, cao WRITE ica
    RANGE pbar
}
UNITS {
    (mV) = (millivolt)
    (molar) = (1/liter)
    (mM) = (millimolar)
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}
PARAMETER { pbar = 1e-4 (cm/s) ki = 0.001 (mM) }
ASSIGNED { v (mV) celsius (degC) cai (mM) cao (mM) ica (mA/cm2) minf tau (ms) }
STATE { m }
INITIAL { rates(v) m = minf }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = pbar*m*m*(ki/(ki + cai))*ghk(v, cai, cao)
}
DERIVATIVE states { rates(v) m' = (minf - m)/tau }
PROCEDURE rates(v (mV)) {
    LOCAL a, b
    a = 15.69*linoid(81.5 - v, 10)
    b = 0.29*exp(-v/10.86)
    tau = 1/(a + b)
    minf = a*tau
}
FUNCTION linoid(x, y) {
    if (fabs(x/y) < 1e-5) { linoid = y*(1 - x/y/2)/10 } else { linoid = 0.1*x/(exp(x/y) - 1) }
}
FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL z
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    ghk = (1e-3)*2*FARADAY*(ci*efun(-z) - co*efun(z))
}
FUNCTION efun(z) {
    if (fabs(z) < 1e-4) { efun = 1 - z/2 } else { efun = z/(exp(z) - 1) }
}
