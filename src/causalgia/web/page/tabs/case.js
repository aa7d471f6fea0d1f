// The tab Case: one person, answered with many virtual patients like them.

import { capital } from "../core/format.js";

const ROWS = [1, 2, 3, 4];
const UNITS = ["days", "weeks", "months", "years"].map((unit) => [unit, `${unit} ago`]);
const ANSWERS = [
  ["", "not asked"],
  ["yes", "yes"],
  ["no", "no"],
];
const ENOUGH_years_days = 700;

/** Where a treatment is put, in the words of a region; null where there is nothing to say. */
function siteOf(treatment, region) {
  const [place] = treatment?.places ?? [];
  return place ? (region?.sites[place] ?? null) : null;
}

function groups(library) {
  const offered = [["", "none"], ...library.treatments.map(({ name, label }) => [name, label])];
  return [
    {
      title: "What happened",
      fields: [
        {
          name: "cause",
          label: "Cause",
          kind: "select",
          options: library.causes.map(({ name, label }) => [name, label]),
        },
        { name: "onset", label: "It began", kind: "number", low: 1 },
        { name: "onsetUnit", label: "Unit of time", kind: "select", options: UNITS, half: true },
        {
          name: "severity",
          label: "How badly it struck",
          kind: "select",
          options: [
            ["", "not known"],
            ["mild", "mild"],
            ["moderate", "moderate"],
            ["severe", "severe"],
          ],
          half: true,
        },
      ],
    },
    {
      title: "The pain",
      fields: [
        {
          name: "region",
          label: "Where it is felt",
          kind: "select",
          options: library.regions.map(({ name, label }) => [name, capital(label)]),
          half: true,
        },
        {
          name: "now",
          label: "Without touch",
          kind: "number",
          unit: "of 10",
          low: 0,
          high: 10,
          step: 0.1,
        },
        ...library.qualities.map(({ name, label }) => ({
          name: `felt_${name}`,
          label,
          kind: "select",
          options: ANSWERS,
          half: true,
        })),
      ],
    },
    {
      title: "The person",
      fields: [
        {
          name: "age",
          label: "Age",
          kind: "number",
          unit: "years",
          low: 18,
          high: 100,
          empty: "unknown",
        },
        {
          name: "weight",
          label: "Weight",
          kind: "number",
          unit: "kg",
          low: 35,
          high: 250,
          empty: "unknown",
        },
        {
          name: "renal",
          label: "Kidney clearance",
          kind: "number",
          unit: "mL/min",
          low: 5,
          high: 200,
          empty: "unknown",
        },
      ],
    },
    {
      title: "Treatments to compare",
      fields: ROWS.map((row) => ({
        name: `treatment_${row}`,
        label: `Treatment ${row}`,
        kind: "select",
        options: offered,
      })),
    },
    {
      title: "How far to look",
      fields: [
        { name: "horizon", label: "Months ahead", kind: "number", low: 1, high: 60, step: 1 },
        {
          name: "patients",
          label: "Virtual patients",
          kind: "number",
          low: 10,
          high: 2000,
          step: 10,
        },
      ],
    },
  ];
}

function treatmentsOf(values, library) {
  const region = library.regions.find(({ name }) => name === values.region);
  const chosen = [...new Set(ROWS.map((row) => values[`treatment_${row}`]).filter(Boolean))];
  return chosen.map((name) => {
    const treatment = library.treatments.find((one) => one.name === name);
    const dose = values.doses?.[name] ?? treatment?.dose?.usual;
    return {
      name,
      dose: dose && treatment.dose ? `${dose} ${treatment.dose.unit}` : null,
      site: siteOf(treatment, region),
    };
  });
}

function document_(values, library) {
  const quantity = (value, unit) =>
    value === null || value === undefined || value === "" ? null : `${value} ${unit}`;
  const felt = library.qualities
    .filter(({ name }) => values[`felt_${name}`])
    .map(({ name }) => [name, values[`felt_${name}`] === "yes"]);
  return {
    patient: {
      age: quantity(values.age, "years"),
      weight: quantity(values.weight, "kg"),
      renal_clearance: quantity(values.renal, "mL/min"),
    },
    cause: {
      name: values.cause,
      onset: `${values.onset} ${values.onsetUnit} ago`,
      severity: values.severity || null,
    },
    pain: {
      region: values.region,
      now: values.now,
      symptoms: felt.length > 0 ? Object.fromEntries(felt) : null,
    },
    treatments: treatmentsOf(values, library),
    forecast: { horizon: `${values.horizon} months` },
  };
}

function fromPain(model) {
  const { values } = model;
  const [untreated] = values.points ?? [];
  const known = { ...values.covariates };
  const years = values.days >= ENOUGH_years_days;
  const chosen = [...values.treatments];
  return {
    cause: values.cause,
    region: model.region() ?? model.cause().region,
    onset: years ? Number((values.days / 365.25).toFixed(1)) : values.days,
    onsetUnit: years ? "years" : "days",
    severity:
      known.severity === undefined
        ? ""
        : known.severity < 0.35
          ? "mild"
          : known.severity < 0.65
            ? "moderate"
            : "severe",
    now: untreated ? Number(untreated.rating.rest.toFixed(1)) : 5,
    age: known.age_years ?? null,
    renal: known.renal_clearance_mL_min ?? null,
    doses: Object.fromEntries(chosen.map(([name, { dose }]) => [name, dose])),
    ...Object.fromEntries(ROWS.map((row) => [`treatment_${row}`, chosen[row - 1]?.[0] ?? ""])),
  };
}

const NOTHING = Object.fromEntries(
  ["burning", "electric", "tingling", "numbness", "touch_evoked", "cold_evoked"].map((name) => [
    `felt_${name}`,
    "",
  ]),
);

export const CASE = {
  kind: "case",
  noun: "Case",
  title: "One case",
  lead: "Why is this pain difficult to treat, what would work, and can it go away? A person, answered with many virtual patients who are like them.",
  run: "Run the case",
  takes: "Takes a minute or so.",
  gives: [
    "Where the pain is born, and why it is difficult to treat.",
    "What each treatment would do, with intervals.",
    "Whether it can go away, and what would have to happen.",
  ],
  start: {
    ...NOTHING,
    severity: "moderate",
    age: null,
    weight: null,
    renal: null,
    horizon: 12,
    patients: 200,
    doses: {},
    treatment_1: "",
    treatment_2: "",
    treatment_3: "",
    treatment_4: "",
  },
  presets: [
    {
      label: "A pinched nerve in the neck, felt in the hand",
      values: {
        cause: "cervical_radiculopathy",
        onset: 5,
        onsetUnit: "months",
        region: "hand",
        now: 6,
        age: 54,
        weight: 78,
        felt_burning: "yes",
        felt_electric: "yes",
        felt_touch_evoked: "no",
        treatment_1: "ibuprofen",
        treatment_2: "gabapentin",
        treatment_3: "local_anesthetic_block",
        treatment_4: "decompression",
      },
    },
    {
      label: "Diabetic feet",
      values: {
        cause: "diabetic_neuropathy",
        onset: 3,
        onsetUnit: "years",
        region: "foot",
        now: 5,
        age: 61,
        weight: 92,
        renal: 75,
        felt_burning: "yes",
        felt_tingling: "yes",
        felt_numbness: "yes",
        felt_touch_evoked: "no",
        treatment_1: "duloxetine",
        treatment_2: "gabapentin",
        treatment_3: "capsaicin_patch_8",
        treatment_4: "glucose_control",
      },
    },
    {
      label: "After shingles on the chest",
      values: {
        cause: "shingles",
        onset: 4,
        onsetUnit: "months",
        severity: "severe",
        region: "chest",
        now: 6,
        age: 72,
        weight: 68,
        renal: 58,
        felt_burning: "yes",
        felt_touch_evoked: "yes",
        felt_electric: "no",
        treatment_1: "gabapentin",
        treatment_2: "nortriptyline",
        treatment_3: "lidocaine_patch",
        treatment_4: "capsaicin_patch_8",
      },
    },
  ],
  groups,
  document: document_,
  options: ({ patients }) => (patients ? { patients } : {}),
  fromPain,
  titleOf: (values, library) =>
    `${library.causes.find(({ name }) => name === values.cause).label}, ${values.onset} ${values.onsetUnit}`,
};
