: A hyperpolarization-activated current of two components with its own reversal potential, an
: instantaneous factor, and a bell of a time constant. Numbers invented for the tests of Causalgia.
NEURON { SUFFIX hcn NONSPECIFIC_CURRENT ih RANGE gfast, gslow, eh }
PARAMETER { gfast = 1e-4 (S/cm2) gslow = 3e-4 (S/cm2) eh = -30 (mV) half = -87.2 (mV) }
ASSIGNED { v (mV) ih (mA/cm2) celsius (degC) }
STATE { f s }
INITIAL { f = level(v)  s = level(v) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ih = (gfast*f + gslow*s)*block(v)*(v - eh)
}
DERIVATIVE states {
    f' = (level(v) - f)/(10 + 40*exp(-((v + 80)/30)^2))
    s' = (level(v) - s)/(300 + 542*exp(0.11*(v + 60))/(1 + exp(0.22*(v + 60))))
}
FUNCTION level(v (mV)) { level = 1/(1 + exp((v - half)/9.7)) }
FUNCTION block(v (mV)) { block = 1/(1 + log(1 + exp((v + 20)/10))) }
