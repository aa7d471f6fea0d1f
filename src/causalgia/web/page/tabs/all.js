// The tabs for long work, by name.

import { CASE } from "./case.js";
import { CORD } from "./cord.js";
import { FIBER } from "./fiber.js";
import { OUTLOOK } from "./outlook.js";
import { TRIAL } from "./trial.js";

export const WORKBENCHES = { outlook: OUTLOOK, fiber: FIBER, cord: CORD, case: CASE, trial: TRIAL };
