// Fields that more than one form has.

/** Which cause it is. */
export const causeField = (library, label = "Cause") => ({
  name: "cause",
  label,
  kind: "select",
  options: library.causes.map(({ name, label: words }) => [name, words]),
});

/** A covariate as a number; `empty` says what is meant where there is none. */
export function covariateField(library, covariate, more) {
  const { label, unit, low, high } = library.covariates.find(({ name }) => name === covariate);
  return { label, kind: "number", unit, low, high, ...more };
}

/** How many virtual patients answer. */
export const patientsField = (more = {}) => ({
  name: "patients",
  label: "Virtual patients",
  kind: "number",
  low: 10,
  high: 2000,
  step: 10,
  ...more,
});

/** The options for a run with so many patients. */
export const patientsOption = ({ patients }) => (patients ? { patients } : {});

/** A choice among all treatments, or none, for each of the `names`. */
export const treatmentFields = (library, names) =>
  names.map((name, index) => ({
    name,
    label: `Treatment ${index + 1}`,
    kind: "select",
    options: [["", "none"], ...library.treatments.map((one) => [one.name, one.label])],
  }));

/** The treatment of a name; undefined where there is none. */
export const treatmentOf = (library, wanted) =>
  library.treatments.find(({ name }) => name === wanted);

/** A dose of the treatment that another field has chosen, in its unit. */
export const doseField = (library, name, of, more = {}) => {
  const dose = (values) => treatmentOf(library, values[of])?.dose ?? null;
  return {
    name,
    label: "Dose",
    kind: "number",
    unit: (values) => dose(values)?.unit ?? "",
    low: 0,
    high: (values) => dose(values)?.maximum,
    empty: (values) => (dose(values) ? `usual: ${dose(values).usual}` : "usual"),
    half: false,
    when: (values) => dose(values) !== null,
    ...more,
  };
};

/** The words for a name in a list of the library. */
export const labelIn = (list, wanted) => list.find(({ name }) => name === wanted)?.label ?? wanted;
