import { everySecond, runLesson } from "./lesson_runs.ts";

for (const lesson of everySecond(1)) {
  Deno.test(`lesson ${lesson.name} runs, says what is saved in it, fails once on purpose, and each of its runs is reproduced`, () =>
    runLesson(lesson));
}
