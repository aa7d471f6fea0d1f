: Delayed rectifier, n^4: the steady state and the two-sided time constant of the C-fiber of
: Tigerholm et al. (2014). Written for the tests of Causalgia.
NEURON {
    SUFFIX kdr
    USEION k READ ek WRITE ik
    RANGE gbar
    GLOBAL shortest
}
PARAMETER {
    gbar = 0.018 (S/cm2)
    shortest = 0.2 (ms)
    shift = 0 (mV)
}
ASSIGNED { v (mV) ek (mV) celsius (degC) ik (mA/cm2) ninf ntau (ms) q }
STATE { n FROM 0 TO 1 }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar*n^4*(v - ek)
}
INITIAL {
    settings(v)
    n = ninf
}
DERIVATIVE states {
    settings(v)
    n' = (ninf - n)/ntau
}
PROCEDURE settings(v (mV)) {
    LOCAL w
    q = 3^((celsius - 22)/10)
    w = v - shift
    ninf = 1/(1 + exp(-(w + 45)/15.4))
    if (w > -31) {
        ntau = 0.16 + 0.8*exp(-0.0267*(w + 11))
    } else if (w > -60) {
        ntau = 1000*(0.000688 + 1/(exp((w + 75.2)/6.5) + exp(-(w - 131.5)/34.8)))
    } else {
        ntau = 2
    }
    ntau = ntau/q
    if (ntau < shortest) { ntau = shortest }
}
