// The tab Case: one person, answered with many virtual patients like them.

import { capital } from "../core/format.js";
import {
  causeField,
  covariateField,
  doseField,
  labelIn,
  patientsField,
  patientsOption,
  treatmentFields,
  treatmentOf,
} from "./fields.js";

const ROWS = ["treatment_1", "treatment_2", "treatment_3", "treatment_4"];
const doseOf = (row) => row.replace("treatment", "dose");
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
  return [
    {
      title: "What happened",
      fields: [
        causeField(library),
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
        covariateField(library, "age_years", { name: "age", empty: "unknown" }),
        covariateField(library, "weight_kg", { name: "weight", empty: "unknown" }),
        covariateField(library, "renal_clearance_mL_min", {
          name: "renal",
          empty: "unknown",
          half: false,
        }),
      ],
    },
    {
      title: "Treatments to compare",
      fields: treatmentFields(library, ROWS).flatMap((field) => [
        // Another treatment has another dose.
        { ...field, then: (values) => (values[doseOf(field.name)] = null) },
        doseField(library, doseOf(field.name), field.name, {
          label: `Dose of ${field.label.toLowerCase()}`,
        }),
      ]),
    },
    {
      title: "How far to look",
      fields: [
        { name: "horizon", label: "Months ahead", kind: "number", low: 1, high: 60, step: 1 },
        patientsField(),
      ],
    },
  ];
}

function treatmentsOf(values, library) {
  const region = library.regions.find(({ name }) => name === values.region);
  const chosen = new Map();
  for (const row of ROWS)
    if (values[row] && !chosen.has(values[row])) chosen.set(values[row], values[doseOf(row)]);
  return [...chosen].map(([name, own]) => {
    const treatment = treatmentOf(library, name);
    const dose = own ?? treatment?.dose?.usual;
    return {
      name,
      dose: dose && treatment?.dose ? `${dose} ${treatment.dose.unit}` : null,
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
    ...Object.fromEntries(
      ROWS.flatMap((row, i) => [
        [row, chosen[i]?.[0] ?? ""],
        [doseOf(row), chosen[i]?.[1].dose ?? null],
      ]),
    ),
  };
}

const NOTHING = Object.fromEntries(
  ["burning", "electric", "tingling", "numbness", "touch_evoked", "cold_evoked"].map((name) => [
    `felt_${name}`,
    "",
  ]),
);

export const CASE = {
  tab: "case",
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
    ...Object.fromEntries(
      ROWS.flatMap((row) => [
        [row, ""],
        [doseOf(row), null],
      ]),
    ),
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
  options: patientsOption,
  fromPain,
  titleOf: (values, library) =>
    `${labelIn(library.causes, values.cause)}, ${values.onset} ${values.onsetUnit}`,
};
