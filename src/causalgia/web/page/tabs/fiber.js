// The tab Fiber: one nerve fiber with all its channels, stimulated.

const LABELS = {
  tigerholm_2014: "C fiber, nociceptor (Tigerholm 2014)",
  sundt_2015: "C fiber with its ganglion branch (Sundt 2015)",
  sundt_2015_axon: "C fiber, axon only (Sundt 2015)",
  mcintyre_2002: "Myelinated fiber (McIntyre 2002)",
  rattay_1993: "Unmyelinated fiber (Rattay 1993)",
  schild_1994: "Visceral C fiber (Schild 1994)",
  schild_1997: "Visceral C fiber (Schild 1997)",
  thio_2024_cutaneous: "C fiber of the skin (Thio 2024)",
  thio_2024_autonomic: "Autonomic C fiber (Thio 2024)",
  verma_2020: "Pain neuron of the ganglion (Verma 2020)",
  c_polymodal: "C fiber, polymodal",
  c_silent: "C fiber, silent",
  c_cold: "C fiber for cold",
  c_touch: "C fiber for touch",
  a_delta: "A-delta fiber",
  a_beta: "A-beta fiber",
};
const DRUGS = [
  ["", "none"],
  ["lidocaine", "Lidocaine"],
  ["carbamazepine", "Carbamazepine"],
  ["lamotrigine", "Lamotrigine"],
  ["mexiletine", "Mexiletine"],
  ["suzetrigine", "Suzetrigine"],
];
const SIZES = { length: "mm", diameter: "um" };

const allows = (library, type, option) =>
  library.fiber_models.find(({ name }) => name === type)?.options.includes(option);

function groups(library) {
  const fits = (option) => (values) => allows(library, values.type, option);
  return [
    {
      title: "Which fiber",
      fields: [
        {
          name: "type",
          label: "Fiber",
          kind: "select",
          options: library.fiber_models.map(({ name }) => [name, LABELS[name] ?? name]),
        },
        {
          name: "length",
          label: "Length",
          kind: "number",
          unit: "mm",
          low: 1,
          high: 100,
          when: fits("length"),
          empty: "usual",
        },
        {
          name: "diameter",
          label: "Diameter",
          kind: "number",
          unit: "µm",
          low: 0.1,
          high: 20,
          step: 0.1,
          when: fits("diameter"),
          empty: "usual",
        },
        {
          name: "nodes",
          label: "Nodes of Ranvier",
          kind: "number",
          low: 3,
          high: 101,
          step: 1,
          when: fits("nodes"),
          empty: "usual",
        },
      ],
    },
    {
      title: "Stimulus",
      fields: [
        { name: "rate", label: "Pulses a second", kind: "number", unit: "Hz", low: 0.1, high: 400 },
        { name: "count", label: "How many", kind: "number", low: 1, high: 500, step: 1 },
        {
          name: "amplitude",
          label: "Strength",
          kind: "number",
          unit: "× threshold",
          low: 0.5,
          high: 10,
          step: 0.1,
        },
      ],
    },
    {
      title: "What is changed",
      fields: [
        { name: "drug", label: "Drug", kind: "select", options: DRUGS },
        {
          name: "concentration",
          label: "Free concentration",
          kind: "number",
          unit: "µM",
          low: 0,
          high: 1e4,
          when: (values) => values.drug !== "",
        },
        {
          name: "lesion",
          label: "A stretch without much myelin",
          kind: "check",
          when: fits("nodes"),
        },
        {
          name: "start",
          label: "From",
          kind: "number",
          unit: "mm",
          low: 0,
          when: (values) => values.lesion && fits("nodes")(values),
        },
        {
          name: "end",
          label: "To",
          kind: "number",
          unit: "mm",
          low: 0,
          when: (values) => values.lesion && fits("nodes")(values),
        },
        {
          name: "myelin",
          label: "Myelin left",
          kind: "number",
          unit: "%",
          low: 1,
          high: 100,
          when: (values) => values.lesion && fits("nodes")(values),
        },
      ],
    },
  ];
}

function document_(values, library) {
  const fits = (option) => allows(library, values.type, option);
  const sized = (name) => (fits(name) && values[name] ? `${values[name]} ${SIZES[name]}` : null);
  const lesion =
    values.lesion && fits("nodes")
      ? { start: `${values.start} mm`, end: `${values.end} mm`, myelin: values.myelin / 100 }
      : null;
  return {
    fiber: {
      type: values.type,
      length: sized("length"),
      diameter: sized("diameter"),
      nodes: fits("nodes") ? values.nodes : null,
    },
    drugs: values.drug ? [{ name: values.drug, concentration: `${values.concentration} uM` }] : [],
    lesion,
    stimulus: {
      amplitude: `${values.amplitude} x threshold`,
      rate: `${values.rate} Hz`,
      count: values.count,
    },
  };
}

export const FIBER = {
  tab: "fiber",
  kind: "fibre",
  noun: "Fiber",
  title: "One nerve fiber",
  lead: "Channels, myelin and drugs of a single fiber, solved on its membrane. Stimulate it and see which spikes arrive.",
  run: "Run the fiber",
  takes: "Takes some seconds to a minute.",
  gives: [
    "How excitable it is, how fast it conducts, what activity does to it.",
    "The membrane in space and time, spike by spike, with and without the change.",
    "Recovery after a spike, and every number with its source.",
  ],
  start: {
    type: "a_beta",
    length: null,
    diameter: null,
    nodes: null,
    rate: 100,
    count: 20,
    amplitude: 1.5,
    drug: "",
    concentration: 20,
    lesion: false,
    start: 9,
    end: 12,
    myelin: 5,
  },
  presets: [
    {
      label: "Lidocaine: the faster it fires, the more is blocked",
      values: { type: "a_beta", rate: 200, count: 40, drug: "lidocaine", concentration: 20 },
    },
    {
      label: "Lost myelin: spikes that fail to cross",
      values: {
        type: "mcintyre_2002",
        diameter: 10,
        nodes: 21,
        rate: 100,
        count: 20,
        amplitude: 2,
        lesion: true,
      },
    },
    {
      label: "A minute at 2 Hz: a C fiber slows down",
      values: { type: "tigerholm_2014", length: 10, rate: 2, count: 120 },
    },
  ],
  groups,
  document: document_,
  titleOf: (values) =>
    `${LABELS[values.type] ?? values.type}, ${values.count} pulses at ${values.rate} Hz${values.drug ? `, ${values.drug}` : ""}${values.lesion ? ", myelin lost" : ""}`,
};
