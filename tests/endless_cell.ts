/**
 * A cell that never ends. Its timer holds what could end it: a promise that nothing can resolve is collected, and the cell
 * ends.
 */
export const ENDLESS =
  "await new Promise((done) => setInterval(() => done.length > 9 && done(), 10))";
