// Words for what the model has names for.

export const QUANTITIES = {
  fiber_survival: "Fibers that survive",
  myelin: "Myelin",
  nav1_3: "Sodium channel Nav1.3",
  persistent_sodium: "Persistent sodium current",
  nav1_7: "Sodium channel Nav1.7",
  nav1_8: "Sodium channel Nav1.8",
  potassium: "Potassium channels",
  sodium_availability: "Sodium channels that can open",
  prostaglandin: "Inflammation (prostaglandins)",
  trpv1: "Heat receptor TRPV1",
  alpha2delta: "Calcium channels (α2δ-1)",
  ampa_gain: "AMPA synapses",
  nmda_gain: "NMDA synapses",
  kcc2: "Chloride transport (KCC2)",
  interneuron_survival: "Inhibitory interneurons",
  microglia: "Active microglia",
  noradrenergic_inhibition: "Descending inhibition (noradrenaline)",
  serotonergic_facilitation: "Descending facilitation (serotonin)",
  central_generator: "Generator in tract or thalamus",
  affective_gain: "Unpleasantness",
  sleep_quality: "Sleep",
  activity: "Activity",
};

export const FIBERS = { c: "C", a_delta: "A-delta", a_beta: "A-beta" };

export const TESTS = {
  rest: "At rest",
  brush: "Brush",
  pinprick: "Pinprick",
  heat: "Heat",
  cold: "Cold",
};

export const KINDS = {
  oral: "By mouth",
  patch: "On the skin",
  injection: "Injections",
  infusion: "Infusions",
  block: "Nerve blocks",
  stimulation: "Stimulation",
  surgery: "Surgery",
  rehabilitation: "Rehabilitation",
  psychological: "Psychological",
  cause_control: "Against the cause",
};

/** What a mechanism is called, its fiber included. */
export function nameOf(entry) {
  const name = QUANTITIES[entry.quantity] ?? entry.quantity.replaceAll("_", " ");
  return entry.fiber ? `${name}, ${FIBERS[entry.fiber]}` : name;
}

/** A value of a mechanism with its unit, as one reads it. */
export function valueOf(entry, value) {
  if (entry.unit === "1") return `${Math.round(100 * value)} %`;
  if (entry.unit === "fold") return `×${value.toFixed(2)}`;
  return `${value.toFixed(1)} ${entry.unit}`;
}
