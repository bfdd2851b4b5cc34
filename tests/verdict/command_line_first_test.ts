import { CASES, testCase } from "./command_line_cases.ts";

CASES.filter((_, i) => i % 2 === 0).forEach(testCase);
