TITLE Receptor whose conductance rises and falls with two exponentials
: after an event g = w (exp(-t/decay) - exp(-t/rise)) / peak; events add

NEURON {
    THREADSAFE
    POINT_PROCESS CordSynapse
    NONSPECIFIC_CURRENT i
    RANGE rise, decay, e
}

UNITS { (mV) = (millivolt) (nA) = (nanoamp) (uS) = (microsiemens) }

PARAMETER {
    rise = 0.1 (ms)
    decay = 5 (ms)
    e = 0 (mV)
}

ASSIGNED { v (mV) i (nA) scale }

STATE { a (uS) b (uS) }

INITIAL {
    LOCAL peak
    peak = rise * decay / (decay - rise) * log(decay / rise)
    scale = 1 / (exp(-peak / decay) - exp(-peak / rise))
    a = 0
    b = 0
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = (b - a) * (v - e)
}

DERIVATIVE states {
    a' = -a / rise
    b' = -b / decay
}

NET_RECEIVE(weight (uS)) {
    a = a + weight * scale
    b = b + weight * scale
}
