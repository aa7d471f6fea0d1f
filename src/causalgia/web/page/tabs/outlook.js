// The tab Outlook: what becomes of people with a cause, and what treatment and its delay change.

import {
  causeField,
  covariateField,
  labelIn,
  patientsField,
  patientsOption,
  treatmentFields,
} from "./fields.js";

const ROWS = ["treat_1", "treat_2"];
const NO_DELAY = "";

const groups = (library) => [
  {
    title: "Who, with what",
    fields: [
      causeField(library),
      covariateField(library, "age_years", { name: "age", empty: "any" }),
      {
        name: "extent",
        label: "Extent of the cause",
        kind: "number",
        unit: "%",
        low: 0,
        high: 100,
        empty: "any",
      },
      covariateField(library, "hba1c_percent", {
        name: "hba1c",
        step: 0.1,
        empty: "any",
        when: ({ cause }) => cause === "diabetic_neuropathy",
      }),
      {
        name: "distress",
        label: "Distress",
        kind: "number",
        unit: "× usual",
        low: 0.2,
        high: 5,
        step: 0.1,
        empty: "any",
      },
      {
        name: "sleep",
        label: "Usual sleep",
        kind: "number",
        unit: "%",
        low: 5,
        high: 100,
        empty: "any",
      },
    ],
  },
  {
    title: "What is done",
    fields: [
      ...treatmentFields(library, ROWS),
      {
        name: "delays",
        label: "Begun after",
        kind: "text",
        hint: "Times after onset, with commas between: 3 days, 30 days, 6 months.",
        when: (values) => treated(values).length > 0,
      },
    ],
  },
  {
    title: "How far to look",
    fields: [
      { name: "years", label: "Years", kind: "number", low: 0.25, high: 20, step: 0.25 },
      patientsField({ empty: "usual" }),
    ],
  },
];

const treated = (values) => [...new Set(ROWS.map((row) => values[row]).filter(Boolean))];

const delaysOf = (values) =>
  treated(values).length === 0
    ? []
    : values.delays
        .split(",")
        .map((one) => one.trim())
        .filter(Boolean);

const share = (value) => (value === null || value === undefined ? null : value / 100);

function document_(values) {
  const treat = treated(values);
  const delay = delaysOf(values);
  return {
    cause: values.cause,
    age: values.age,
    extent: share(values.extent),
    hba1c: values.cause === "diabetic_neuropathy" ? values.hba1c : null,
    distress: values.distress,
    sleep: share(values.sleep),
    treat: treat.length > 0 ? treat : null,
    delay: delay.length > 0 ? delay : null,
    horizon: `${Math.round(values.years * 365.25)} days`,
  };
}

export const OUTLOOK = {
  tab: "outlook",
  kind: "prognosis",
  noun: "Outlook",
  title: "Will it go away?",
  lead: "What becomes of people with a cause: how many stay in pain, who they are, and whether treating early changes it.",
  run: "Run the outlook",
  takes: "Takes a minute or so.",
  gives: [
    "How many are in pain after weeks, months and years, with intervals.",
    "What in a person makes it last.",
    "What a treatment changes, and how much its delay costs.",
  ],
  start: {
    cause: "shingles",
    age: null,
    extent: null,
    hba1c: null,
    distress: null,
    sleep: null,
    treat_1: "",
    treat_2: "",
    delays: NO_DELAY,
    years: 2,
    patients: null,
  },
  presets: [
    {
      label: "Shingles at 70, treated on the third day or later",
      values: { age: 70, treat_1: "antiviral", delays: "3 days, 7 days, 14 days" },
    },
    { label: "A pinched nerve in the neck", values: { cause: "cervical_radiculopathy", age: 50 } },
    {
      label: "Diabetes, with better sugar from today or in five years",
      values: {
        cause: "diabetic_neuropathy",
        age: 60,
        hba1c: 9,
        treat_1: "glucose_control",
        delays: "1 year, 5 years",
        years: 10,
      },
    },
  ],
  groups,
  document: document_,
  options: patientsOption,
  fromPain: ({ values }) => {
    const [first = "", second = ""] = [...values.treatments.keys()];
    return {
      cause: values.cause,
      age: values.covariates.age_years ?? null,
      hba1c: values.covariates.hba1c_percent ?? null,
      distress: values.covariates.distress ?? null,
      sleep:
        values.covariates.sleep === undefined ? null : Math.round(100 * values.covariates.sleep),
      extent: null,
      treat_1: first,
      treat_2: second,
      delays: first ? `${values.days} days` : NO_DELAY,
    };
  },
  titleOf: (values, library) => {
    const names = treated(values).map((name) => labelIn(library.treatments, name));
    const who = `${labelIn(library.causes, values.cause)}${values.age ? ` at ${values.age}` : ""}`;
    return [who, ...names].join(", ");
  },
};
