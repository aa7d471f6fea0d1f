// Where to begin: people in pain, as one meets them. Most who have a cause are not, in the model as
// in life; so the examples are of people in whom it struck harder or lasted longer.

const STUBBORN = { severity: 0.9, persistence: 0.9 };
const SEVERE = { severity: 0.9 };

export const EXAMPLES = [
  {
    label: "A pinched nerve in the neck, two months",
    cause: "cervical_radiculopathy",
    days: 61,
    areas: ["left middle finger", "left index finger", "left back of the forearm"],
  },
  {
    label: "Burning feet in diabetes, three years",
    cause: "diabetic_neuropathy",
    days: 1096,
    covariates: SEVERE,
    areas: [
      "left ball of the foot",
      "right ball of the foot",
      "left big toe",
      "right big toe",
      "left heel",
      "right heel",
    ],
  },
  {
    label: "Pain that stayed after shingles, four months",
    cause: "shingles",
    days: 122,
    covariates: STUBBORN,
    areas: ["left nipple line", "left side of the chest"],
  },
  {
    label: "Carpal tunnel, one year",
    cause: "carpal_tunnel",
    days: 365,
    covariates: STUBBORN,
    areas: ["right thumb", "right index finger", "right middle finger"],
  },
  {
    label: "An injured nerve of the hand, one year",
    cause: "nerve_injury",
    days: 365,
    covariates: STUBBORN,
    areas: ["left little finger", "left ring finger"],
  },
  {
    label: "Phantom hand after amputation, two years",
    cause: "amputation",
    days: 730,
    covariates: SEVERE,
    areas: ["right phantom hand"],
  },
  {
    label: "After an injury of the spinal cord, one year",
    cause: "spinal_cord_injury",
    days: 365,
    covariates: SEVERE,
    areas: ["left shin", "right shin", "left calf", "right calf"],
  },
  {
    label: "After a stroke, one year",
    cause: "stroke",
    days: 365,
    covariates: SEVERE,
    areas: ["left front of the forearm", "left palm", "left outer lower leg"],
  },
];

/** The state that an example begins with. */
export const asBegun = ({ cause, days, areas, covariates = {} }) => ({
  cause,
  days,
  areas: new Set(areas),
  covariates,
  overrides: {},
  treatments: new Map(),
  test: "rest",
});
