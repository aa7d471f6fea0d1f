// Persons to begin with.

export const PERSONS = [
  {
    label: "Pain from the neck into the hand, nobody has said why",
    values: {
      areas: ["left middle finger", "left index finger", "left back of the forearm"],
      now: 6,
      worst: 8,
      since: 5,
      age: 54,
      symptoms: { burning: true, electric: true, radiating: true, touch_evoked: false },
      signs: { spurling: true, weak_elbow_extension: true, triceps_reflex_reduced: true },
      history: { diabetes: false, limb_injury: false },
      red_flags: { progressive_weakness: false, unsteady_gait: false, cancer: false, fever: false },
      taking: ["ibuprofen"],
      tried: [{ name: "gabapentin", relief: 20 }],
    },
  },
  {
    label: "Burning feet in diabetes",
    values: {
      areas: ["left ball of the foot", "right ball of the foot", "left big toe", "right big toe"],
      now: 6,
      worst: 8,
      since: 4,
      sinceUnit: "years",
      age: 66,
      symptoms: { burning: true, pins_and_needles: true, numbness: true, worse_at_night: true },
      signs: { touch_loss: true, pinprick_loss: true },
      history: { diabetes: true, heavy_drinking: false, hiv: false, cancer: false },
      red_flags: { diabetic_foot: false, progressive_weakness: false },
    },
  },
  {
    label: "Back and leg, and numb where one sits",
    values: {
      areas: ["left calf", "left sole"],
      now: 7,
      worst: 9,
      since: 2,
      sinceUnit: "days",
      age: 47,
      symptoms: { electric: true, radiating: true },
      signs: { ankle_reflex_reduced: true },
      red_flags: { saddle_numbness: true },
    },
  },
  { label: "Nothing is known yet", values: {} },
];
