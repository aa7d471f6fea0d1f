// Whether things may move.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the reader asked for stillness. */
export const isStill = () => reduced.matches;

/** Be told when that changes. */
export const onStillness = (listen) => reduced.addEventListener("change", listen);
