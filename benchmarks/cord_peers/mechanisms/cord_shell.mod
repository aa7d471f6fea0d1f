TITLE Calcium in a shell below the membrane, which forgets (Aguiar 2010)
: cai' = max(0, -1e4 ica / (2 F depth)) + (rest - cai) / tau

NEURON {
    THREADSAFE
    SUFFIX cord_shell
    USEION ca READ ica WRITE cai
    RANGE depth, tau, rest
}

UNITS { (mA) = (milliamp) (mM) = (milli/liter) (um) = (micron) }

PARAMETER {
    depth = 0.1 (um)
    tau = 2 (ms)
    rest = 5e-5 (mM)
}

ASSIGNED { ica (mA/cm2) drive (mM/ms) }

STATE { cai (mM) }

INITIAL { cai = rest }

BREAKPOINT { SOLVE states METHOD cnexp }

DERIVATIVE states {
    drive = -1e4 * ica / (2 * 96480 * depth)
    if (drive < 0) { drive = 0 }
    cai' = drive + (rest - cai) / tau
}
