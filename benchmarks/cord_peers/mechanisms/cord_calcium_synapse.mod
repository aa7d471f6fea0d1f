TITLE Receptor that carries calcium, with or without a magnesium block (Aguiar 2010)
: g as in CordSynapse; I = g B (V - e), B = 1 / (1 + exp(-0.062 V) mg / 3.57), 1 where mg is 0;
: `share` of the current is calcium's

NEURON {
    THREADSAFE
    POINT_PROCESS CordCalciumSynapse
    USEION ca WRITE ica
    NONSPECIFIC_CURRENT i
    RANGE rise, decay, e, mg, share
}

UNITS { (mV) = (millivolt) (nA) = (nanoamp) (uS) = (microsiemens) (mM) = (milli/liter) }

PARAMETER {
    rise = 2 (ms)
    decay = 100 (ms)
    e = 0 (mV)
    mg = 1 (mM)
    share = 0.1
}

ASSIGNED { v (mV) i (nA) ica (nA) scale }

STATE { a (uS) b (uS) }

INITIAL {
    LOCAL peak
    peak = rise * decay / (decay - rise) * log(decay / rise)
    scale = 1 / (exp(-peak / decay) - exp(-peak / rise))
    a = 0
    b = 0
}

BREAKPOINT {
    LOCAL total
    SOLVE states METHOD cnexp
    total = (b - a) * (v - e)
    if (mg > 0) { total = total / (1 + exp(-0.062 * v) * mg / 3.57) }
    ica = share * total
    i = (1 - share) * total
}

DERIVATIVE states {
    a' = -a / rise
    b' = -b / decay
}

NET_RECEIVE(weight (uS)) {
    a = a + weight * scale
    b = b + weight * scale
}
