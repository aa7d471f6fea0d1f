// The tab Trial: a randomized trial in virtual patients.

import { causeField, doseField, labelIn, treatmentOf } from "./fields.js";

const PHENOTYPES = [
  ["any", "any"],
  ["irritable_nociceptor", "irritable nociceptors only"],
];
const ENDPOINTS = [
  ["change", "Change of the mean rating"],
  ["responder30", "Patients with 30 % relief"],
  ["responder50", "Patients with 50 % relief"],
];

const groups = (library) => [
  {
    title: "Who is treated",
    fields: [
      causeField(library, "Condition"),
      {
        name: "from",
        label: "In pain for at least",
        kind: "number",
        unit: "months",
        low: 1,
        high: 240,
      },
      { name: "to", label: "At most", kind: "number", unit: "years", low: 0.25, high: 20 },
      {
        name: "least",
        label: "Pain at the start, at least",
        kind: "number",
        unit: "of 10",
        low: 0,
        high: 9,
      },
      { name: "patients", label: "Patients", kind: "number", low: 10, high: 20000, step: 2 },
      { name: "phenotype", label: "Phenotype", kind: "select", options: PHENOTYPES },
    ],
  },
  {
    title: "With what",
    fields: [
      {
        name: "treatment",
        label: "Treatment, against placebo",
        kind: "select",
        options: library.treatments
          .filter(({ dose, needs_place: place }) => dose && !place)
          .map(({ name, label }) => [name, label]),
        // Another treatment has another dose.
        then: (values) => (values.dose = null),
      },
      doseField(library, "dose", "treatment"),
      { name: "weeks", label: "Weeks", kind: "number", low: 1, high: 52, step: 1 },
    ],
  },
  {
    title: "What counts",
    fields: [
      { name: "endpoint", label: "Endpoint", kind: "select", options: ENDPOINTS },
      { name: "seed", label: "Seed", kind: "number", low: 0, high: 1e6, step: 1 },
    ],
  },
];

const titleOf = (values, library) => {
  const cause = labelIn(library.causes, values.cause);
  const treatment = labelIn(library.treatments, values.treatment);
  return `${treatment} in ${cause.charAt(0).toLowerCase()}${cause.slice(1)}`;
};

function document_(values, library) {
  const treatment = treatmentOf(library, values.treatment);
  const dose = values.dose || treatment.dose.usual;
  return {
    title: titleOf(values, library),
    question: `How much relief does ${treatment.label} give over placebo in ${values.weeks} weeks?`,
    kind: "parallel",
    weeks: `${values.weeks} weeks`,
    patients: values.patients,
    seed: values.seed ?? 1,
    endpoint: values.endpoint,
    condition: [{ cause: values.cause, duration: [`${values.from} months`, `${values.to} years`] }],
    eligibility: {
      baseline: [values.least, 10],
      phenotype: values.phenotype === "any" ? null : values.phenotype,
    },
    arms: [
      { name: "placebo" },
      {
        name: values.treatment,
        treatments: [{ name: values.treatment, dose: `${dose} ${treatment.dose.unit}` }],
      },
    ],
  };
}

export const TRIAL = {
  tab: "trial",
  kind: "trial",
  noun: "Trial",
  title: "A trial",
  lead: "Randomize virtual patients, treat them, and analyze the trial as one would a real one: before spending years on it.",
  run: "Run the trial",
  takes: "Takes half a minute or more.",
  gives: [
    "The effect with its interval, as the trial would have found it.",
    "Who responded, who had side effects, who stopped.",
    "Why it worked in some and not in others.",
  ],
  start: {
    cause: "shingles",
    from: 3,
    to: 4,
    least: 4,
    phenotype: "any",
    patients: 174,
    treatment: "pregabalin",
    dose: 600,
    weeks: 8,
    endpoint: "change",
    seed: 1,
  },
  presets: [
    { label: "Pregabalin after shingles, as Dworkin 2003", values: {} },
    {
      label: "Duloxetine in diabetic neuropathy, twelve weeks",
      values: {
        cause: "diabetic_neuropathy",
        from: 6,
        to: 10,
        patients: 240,
        treatment: "duloxetine",
        dose: 60,
        weeks: 12,
      },
    },
    {
      label: "Suzetrigine where nociceptors are irritable",
      values: {
        cause: "diabetic_neuropathy",
        from: 6,
        to: 10,
        patients: 200,
        phenotype: "irritable_nociceptor",
        treatment: "suzetrigine",
        dose: 70,
        weeks: 12,
      },
    },
  ],
  groups,
  document: document_,
  titleOf: (values, library) => `${titleOf(values, library)}, ${values.patients} patients`,
};
