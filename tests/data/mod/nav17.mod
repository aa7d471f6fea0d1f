: Nav1.7 with slow inactivation: the rates of Tigerholm et al. (2014), in opening and closing
: rates and with a Q10. Written for the tests of Causalgia.
NEURON {
    SUFFIX nav17
    USEION na READ ena WRITE ina
    RANGE gbar, g, ina
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (pS) = (picosiemens) (um) = (micron) }
PARAMETER {
    gbar = 1000 (pS/um2)
    q10 = 2.5
    tref = 21 (degC)
}
ASSIGNED { v (mV) ena (mV) celsius (degC) ina (mA/cm2) g (pS/um2) phi am bm ah bh as bs (/ms) }
STATE { m h s }
INITIAL {
    phi = q10^((celsius - tref)/10(degC))
    rates(v)
    m = am/(am + bm)
    h = ah/(ah + bh)
    s = as/(as + bs)
}
BREAKPOINT {
    SOLVE kin METHOD cnexp
    g = gbar*pow(m, 3)*h*s
    ina = (1e-4)*g*(v - ena)
}
DERIVATIVE kin {
    rates(v)
    m' = phi*(am*(1 - m) - bm*m)
    h' = phi*(ah*(1 - h) - bh*h)
    s' = phi*(as*(1 - s) - bs*s)
}
PROCEDURE rates(u (mV)) {
    am = 15.5/(1 + exp(-(u - 5)/12.08(mV)))
    bm = 35.2/(1 + exp((u + 72.7)/16.7(mV)))
    ah = 0.38685/(1 + exp((u + 122.35)/15.29))
    bh = -0.00283 + 2.00283/(1 + exp(-(u + 5.5266)/12.70195))
    as = 0.00003 + 0.00092/(1 + exp((u + 93.9)/16.6))
    bs = 132.05 - 132.05/(1 + exp((u - 384.9)/28.5))
}
