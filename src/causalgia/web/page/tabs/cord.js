// The tab Cord: a circuit of the dorsal horn, what is done to it, and with what it lacks.

const CIRCUITS = {
  dorsal_horn: "Dorsal horn, ten populations",
  aguiar_2010: "One projection neuron and one interneuron (Aguiar 2010)",
  zhang_2014: "Projection neuron with surround (Zhang 2014)",
  medlock_2022: "Superficial dorsal horn, 209 neurons (Medlock 2022)",
};
const EXPERIMENTS = {
  windup: "Wind-up: the same volley again and again",
  gate: "The gate: touch against pain",
  stimulation: "Stimulation of the dorsal columns",
  raster: "What fires at rest",
};

function list(text) {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)
    .map((one) => (/[a-z]/i.test(one) ? one : `${one} Hz`));
}

const groups = (library) => [
  {
    title: "What is simulated",
    fields: [
      {
        name: "circuit",
        label: "Circuit",
        kind: "select",
        options: library.circuits.map(({ name }) => [name, CIRCUITS[name] ?? name]),
      },
      {
        name: "experiment",
        label: "Experiment",
        kind: "select",
        options: library.experiments.map((name) => [name, EXPERIMENTS[name] ?? name]),
      },
      {
        name: "frequencies",
        label: "Frequencies",
        kind: "text",
        hint: "In hertz, with commas between.",
        when: ({ experiment }) => experiment === "windup" || experiment === "stimulation",
      },
      {
        name: "stimuli",
        label: "Volleys at each",
        kind: "number",
        low: 1,
        high: 50,
        step: 1,
        when: ({ experiment }) => experiment === "windup",
      },
      {
        name: "columns",
        label: "Stimulation of A-beta fibers",
        kind: "number",
        unit: "Hz",
        low: 1,
        high: 500,
        when: ({ experiment }) => experiment === "gate",
      },
    ],
  },
  {
    title: "Compared with a circuit that has lost",
    fields: [
      {
        name: "kcc2",
        label: "Chloride transport left",
        kind: "number",
        unit: "%",
        low: 0,
        high: 100,
      },
      {
        name: "inhibition",
        label: "Inhibition left",
        kind: "number",
        unit: "%",
        low: 0,
        high: 100,
      },
      { name: "nmda", label: "NMDA receptors left", kind: "number", unit: "%", low: 0, high: 100 },
    ],
  },
];

function patientOf({ kcc2, inhibition, nmda }) {
  const parts = [
    [kcc2, "KCC2"],
    [inhibition, "inhibition"],
    [nmda, "NMDA"],
  ].filter(([left]) => left !== null && left !== 100);
  if (parts.length === 0) return null;
  return {
    name: parts.map(([left, name]) => `${left} % ${name}`).join(", "),
    kcc2: kcc2 === 100 || kcc2 === null ? null : kcc2 / 100,
    inhibition: inhibition === 100 || inhibition === null ? null : inhibition / 100,
    receptors: nmda === 100 || nmda === null ? null : { nmda: nmda / 100 },
  };
}

function document_(values) {
  const { experiment, circuit } = values;
  const patient = patientOf(values);
  const isGate = experiment === "gate";
  return {
    circuit: { name: circuit },
    run: {
      experiment,
      dt: circuit === "dorsal_horn" ? "100 us" : null,
      settle: isGate ? "50 ms" : null,
      duration: isGate ? "450 ms" : null,
    },
    volley:
      experiment === "windup"
        ? { frequencies: list(values.frequencies), stimuli: values.stimuli }
        : null,
    stimulation:
      experiment === "stimulation"
        ? { frequencies: list(values.frequencies) }
        : isGate
          ? { frequencies: [`${values.columns} Hz`] }
          : null,
    patients: patient ? [patient] : [],
  };
}

export const CORD = {
  tab: "cord",
  kind: "cord",
  noun: "Cord",
  title: "The spinal cord",
  lead: "Neurons of the dorsal horn, where touch and pain meet. Take away what holds them back, and see what gets through.",
  run: "Run the circuit",
  takes: "Takes some seconds to a few minutes.",
  gives: [
    "What each population fires, neuron by neuron.",
    "The answer of projection neurons, which go to the brain.",
    "The same circuit with what it lost, beside it.",
  ],
  start: {
    circuit: "aguiar_2010",
    experiment: "windup",
    frequencies: "0.5, 1, 2",
    stimuli: 6,
    columns: 50,
    kcc2: 100,
    inhibition: 100,
    nmda: 100,
  },
  presets: [
    {
      label: "Wind-up, with and without NMDA receptors",
      values: { circuit: "aguiar_2010", experiment: "windup", nmda: 0 },
    },
    {
      label: "The gate, and what happens without inhibition",
      values: { circuit: "dorsal_horn", experiment: "gate", inhibition: 0 },
    },
    {
      label: "Wind-up with chloride transport lost",
      values: { circuit: "dorsal_horn", experiment: "windup", kcc2: 30 },
    },
    {
      label: "Dorsal column stimulation, frequency by frequency",
      values: {
        circuit: "zhang_2014",
        experiment: "stimulation",
        frequencies: "10, 20, 50, 100",
        inhibition: 50,
      },
    },
  ],
  groups,
  document: document_,
  titleOf: (values) => {
    const patient = patientOf(values);
    return `${(EXPERIMENTS[values.experiment] ?? values.experiment).split(":")[0]}${patient ? `, ${patient.name}` : ""}`;
  },
};
